//! The words of a file with what they are there, by its letters alone.
//!
//! Errs to one side: a word may be taken for a definition that is none, and never the other way round, as long as the file is one that
//! its language accepts.

use super::python;
use super::wanted::{Role, Wanted};

/// What a word was seen as: a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen(u8);

impl Seen {
    /// How many bits there are.
    pub const BITS: u32 = 4;
    /// Named by `def` or `class`, or as a named tuple.
    pub(super) const DEFINED: Seen = Seen(1);
    /// Given a value by the module itself, or imported.
    pub(super) const BOUND: Seen = Seen(2);
    /// Called.
    pub(super) const CALLED: Seen = Seen(4);
    /// Given a value inside of a function or class.
    pub(super) const INNER: Seen = Seen(8);

    /// Perhaps all of that.
    const ANYTHING: Seen = Seen(15);

    /// The set as bits, the lowest [`Seen::BITS`] of them.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits.
    pub fn of_bits(bits: u8) -> Seen {
        Seen(bits & ((1 << Seen::BITS) - 1))
    }

    /// Whether a word that was seen so is what is wanted.
    pub fn is(self, role: Role) -> bool {
        match role {
            Role::Anywhere | Role::Module => true,
            Role::Definition => self.0 & Seen::DEFINED.0 != 0,
            Role::Binding => self.0 & Seen::BOUND.0 != 0,
            Role::Assigned => self.0 & (Seen::DEFINED.0 | Seen::BOUND.0 | Seen::INNER.0) != 0,
            Role::Call => self.0 & Seen::CALLED.0 != 0,
        }
    }

    pub(super) fn and(self, other: Seen) -> Seen {
        Seen(self.0 | other.0)
    }
}

/// Tells `found` each word of a file with the extension `extension`, as often as it stands there or more often. Numbers are no words.
pub fn words<'t>(extension: &str, text: &'t [u8], found: &mut impl FnMut(&'t [u8], Seen)) {
    if is_read(extension) {
        python::words(text, found);
    } else {
        runs(text, &mut |run| found(run, Seen::ANYTHING));
    }
}

/// Whether the roles of words are told apart in files of this extension.
pub fn is_read(extension: &str) -> bool {
    extension == "py"
}

/// Whether a file with this extension and text holds what is wanted; of a module nobody can say so by a text.
pub fn holds(extension: &str, text: &[u8], wanted: &Wanted) -> bool {
    let word = wanted.word.as_bytes();
    let finder = memchr::memmem::Finder::new(word);
    if word.is_empty() || !finder.find_iter(text).any(|at| is_word(text, at, word.len())) {
        return false;
    }
    if wanted.role == Role::Anywhere || !is_read(extension) {
        return true;
    }
    let mut seen = false;
    python::words(text, &mut |run, what| seen |= what.is(wanted.role) && run == word);
    seen
}

/// Whether the `len` bytes at `at` have no letter, digit or underscore beside them.
pub fn is_word(text: &[u8], at: usize, len: usize) -> bool {
    let goes_on = |byte: Option<&u8>| byte.is_some_and(|byte| is_of_word(*byte));
    !goes_on(at.checked_sub(1).and_then(|before| text.get(before))) && !goes_on(text.get(at + len))
}

/// Letters, digits and underscores side by side, where a letter or an underscore comes first.
pub fn runs<'t>(text: &'t [u8], found: &mut impl FnMut(&'t [u8])) {
    let mut at = 0;
    while at < text.len() {
        let end = run_end(text, at);
        if end > at && !text[at].is_ascii_digit() {
            found(&text[at..end]);
        }
        at = end.max(at + 1);
    }
}

/// Where the run of letters at `at` ends.
pub(super) fn run_end(text: &[u8], at: usize) -> usize {
    text[at..].iter().position(|byte| !is_of_word(*byte)).map_or(text.len(), |n| at + n)
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_held_whole_and_as_what_is_wanted() {
        let text = b"def load(): pass\nreload()\nx.save(load=1)\n";
        let check = |extension, role, word, expected| assert_eq!(holds(extension, text, &Wanted::new(role, word)), expected, "{word}");
        check("py", Role::Anywhere, "load", true);
        check("py", Role::Anywhere, "loa", false);
        check("py", Role::Anywhere, "", false);
        check("py", Role::Anywhere, "x.save", true);
        check("py", Role::Definition, "load", true);
        check("py", Role::Definition, "reload", false);
        check("py", Role::Call, "reload", true);
        check("py", Role::Call, "save", true);
        check("py", Role::Call, "load", false);
        check("rs", Role::Definition, "reload", true);
    }

    #[test]
    fn numbers_are_no_words() {
        let mut found = Vec::new();
        runs("a1 1a _b 0x2f caf\u{e9}.d".as_bytes(), &mut |run| found.push(String::from_utf8_lossy(run).into_owned()));
        assert_eq!(found, ["a1", "_b", "caf\u{e9}", "d"]);
    }
}
