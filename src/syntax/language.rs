//! What the program must know of a language to read and edit its sources.
//!
//! Only what cannot be written down as a file stands here: the grammar, and the masking of what the grammar cannot see. Kinds,
//! families and import places are facts of a vocabulary, beside the templates.

use std::fmt;

use regex::Regex;

use super::Source;
use crate::text::{ByteSpan, Edit, RepoPath};

/// The name of a language as reports and folders spell it (`python`, `rust`, ...).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageId(pub &'static str);

impl LanguageId {
    /// Python.
    pub const PYTHON: LanguageId = LanguageId("python");
    /// Rust.
    pub const RUST: LanguageId = LanguageId("rust");
    /// Java and its relatives on the same machine.
    pub const JAVA: LanguageId = LanguageId("java");
    /// JavaScript and TypeScript.
    pub const JAVASCRIPT: LanguageId = LanguageId("javascript");
    /// Go.
    pub const GO: LanguageId = LanguageId("go");
    /// A failure whose language the log does not tell.
    pub const UNKNOWN: LanguageId = LanguageId("unknown");
}

impl fmt::Display for LanguageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A language that the program can parse.
pub trait Language: Send + Sync {
    /// Its name.
    fn id(&self) -> LanguageId;

    /// The file name extensions of its sources, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Its grammar.
    fn grammar(&self) -> tree_sitter::Language;

    /// `text` of the same length in which the grammar sees more of the code, or none where there is nothing to show.
    ///
    /// `tree` is the tree of `text`. Offsets stay, so a place in the masked text is the same place in the text.
    fn masked(&self, text: &[u8], tree: &tree_sitter::Tree) -> Option<Vec<u8>> {
        let _ = (text, tree);
        None
    }

    /// Whether the grammar has `word` as a word of its own.
    fn is_keyword(&self, word: &str) -> bool {
        self.grammar().id_for_node_kind(word, false) != 0
    }

    /// Which changes of a text are not to be believed, or never to be made.
    fn habits(&self) -> &'static Habits;

    /// Changes that leave no bracket or quote of `source` without a partner, the one that fits the layout of the lines best first; none
    /// where all of them have one.
    fn balanced(&self, source: &Source) -> Vec<Edit> {
        let _ = source;
        Vec::new()
    }

    /// The parts of a source that are tests: no patch may change a byte of them.
    fn test_spans(&self, source: &Source) -> Vec<ByteSpan> {
        let _ = source;
        Vec::new()
    }
}

/// How a language's patches cover a fault instead of mending it.
#[derive(Debug)]
pub struct Habits {
    /// Node kinds of which none may get lost: simple statements and items.
    pub statements: &'static [&'static str],
    /// What a guard, a default, an early return or a swallowed error is written with.
    pub covers: Regex,
    /// What no patch may add: stubs, silenced errors.
    pub forbidden: Regex,
    /// Node kinds with a head that names what their body does.
    pub heads: &'static [&'static str],
    /// Code that must not get a value made up.
    pub exact: Vec<Exact>,
}

/// One kind of code that must say that it has no answer, rather than go on with one that is made up.
#[derive(Debug)]
pub struct Exact {
    /// What it is called: words of names, in lower case and in the singular.
    pub words: &'static [&'static str],
    /// What a made-up value is written with.
    pub defaults: Regex,
}

/// Every language, in the order of their names.
pub fn languages() -> &'static [&'static dyn Language] {
    &[&super::python::Python, &super::rust::Rust]
}

/// The language that bears the name `id`.
pub fn language(id: &str) -> Option<&'static dyn Language> {
    languages().iter().copied().find(|language| language.id().0 == id)
}

/// The language of a file, by its extension.
pub fn language_of(path: &RepoPath) -> Option<&'static dyn Language> {
    languages().iter().copied().find(|language| language.extensions().contains(&path.extension()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_language() {
        let of = |path: &str| language_of(&RepoPath::new(path).unwrap()).map(Language::id);
        assert_eq!(of("src/lib.rs"), Some(LanguageId::RUST));
        assert_eq!(of("a/b.pyi"), Some(LanguageId::PYTHON));
        assert_eq!(of("Makefile"), None);
    }
}
