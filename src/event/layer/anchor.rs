//! Where a line's own text begins: known openings of failures, whose place in the line tells what stands before it.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::event::line::{Line, is_blank, split_location};

/// What opens a line's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A traceback's header.
    Traceback,
    /// The top of a box round a traceback.
    Box,
    /// A panic.
    Panic,
    /// A traceback's frame.
    File,
    /// A compiler's place.
    Arrow,
    /// A rule across the page, a border of a test's output.
    Rule,
    /// A frame of Java or JavaScript.
    At,
    /// The head of a goroutine's stack.
    Goroutine,
    /// The causes of a report.
    Causes,
}

/// Where a line's own text begins.
#[derive(Debug)]
pub(super) struct Anchor {
    pub(super) kind: Kind,
    /// Bytes before it.
    pub(super) prefix: usize,
    /// Lines above that may belong to the failure.
    pub(super) n_above: usize,
    /// Whether it may be the failure's last line.
    pub(super) stands_below: bool,
}

const OPENINGS: &[(&str, Kind)] = &[
    ("Traceback (most recent call last):", Kind::Traceback),
    ("╭─", Kind::Box),
    ("thread '", Kind::Panic),
    ("thread <", Kind::Panic),
    ("panicked at ", Kind::Panic),
    ("File \"", Kind::File),
    ("--> ", Kind::Arrow),
    ("====================", Kind::Rule),
    ("---- ", Kind::Rule),
    ("\tat ", Kind::At),
    ("    at ", Kind::At),
    ("goroutine ", Kind::Goroutine),
    ("Caused by:", Kind::Causes),
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let literals = OPENINGS.iter().map(|(literal, _)| literal);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals).expect("a handful of short literals")
});

/// A prefix is short; what is longer is a sentence that ends in a header.
const LONGEST: usize = 240;

/// Where the text of `lines[at]` begins, if something stands before it.
pub(super) fn anchor(lines: &[Line<'_>], at: usize) -> Option<Anchor> {
    let text = lines.get(at)?.text.as_ref();
    let head = &text.as_bytes()[..text.len().min(LONGEST + 40)];
    let found = FINDER.find_iter(head).filter(|found| found.start() > 0).find_map(|found| {
        let kind = OPENINGS[found.pattern().as_usize()].1;
        Some((kind, start(text, found.start(), kind)?))
    });
    let (kind, prefix) = found.filter(|(_, prefix)| (1..=LONGEST).contains(prefix))?;
    let n_above = match kind {
        Kind::Traceback | Kind::Box | Kind::Panic | Kind::File | Kind::Goroutine | Kind::Causes => 3,
        Kind::Arrow => 8,
        // The runner's own lines stand above: `test a ... FAILED`.
        Kind::Rule => 400,
        Kind::At => 1,
    };
    Some(Anchor { kind, prefix, n_above, stands_below: matches!(kind, Kind::File | Kind::Arrow | Kind::At) })
}

/// Where the text begins whose opening stands at `at`; nothing if it is no opening after all.
fn start(text: &str, at: usize, kind: Kind) -> Option<usize> {
    let (before, rest) = (&text[..at], &text[at..]);
    let word = before.trim_end();
    // So many blanks are the line's own indent.
    let indented =
        |own: usize| word.len() + (before.len() - word.len()).saturating_sub(own).max(usize::from(before.len() == word.len() + 1));
    match kind {
        Kind::Traceback => {
            let before = before.strip_suffix("Exception Group ").unwrap_or(before);
            Some(before.strip_suffix("  + ").unwrap_or(before).len())
        }
        Kind::Box => (rest.contains("Traceback (most recent call last)") && !word.is_empty()).then_some(at),
        Kind::Panic => {
            let is_thread = rest.starts_with("thread") && (rest.contains("panicked at ") || rest.contains("overflowed its stack"));
            let is_nameless = rest.starts_with("panicked") && (word.ends_with([']', ':', '|', ')', '>', '-']) || word.len() < 2);
            (is_thread || is_nameless).then_some(at)
        }
        Kind::File => rest.split_once("\", line ").filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_digit())).map(|_| indented(2)),
        Kind::Arrow => {
            split_location(rest[4..].trim_end()).filter(|(.., column)| column.is_some() && before.ends_with(' '))?;
            // The gutter is as wide as the line number, but at least one blank.
            let is_single = before.len() < word.len() + 2;
            Some(if is_single { word.len() } else { word.len() + 1 })
        }
        Kind::Rule if rest.starts_with('=') => (!is_blank(before)).then_some(at),
        Kind::Rule => (rest.trim_end().ends_with(" stdout ----")).then_some(at),
        Kind::At => {
            let own = rest.trim_end();
            let is_frame = own.ends_with(')') || split_location(own).is_some();
            is_frame.then_some(if rest.starts_with('\t') { at } else { at.max(word.len()) })
        }
        Kind::Goroutine => (rest.contains(" [") && rest.trim_end().ends_with("]:")).then_some(at),
        Kind::Causes => Some(at),
    }
}

impl Anchor {
    /// Whether `text` can be nothing but the next line of the failure.
    pub(super) fn is_surely_followed_by(&self, text: &str) -> bool {
        let text = text.trim_start();
        match self.kind {
            Kind::Traceback | Kind::File => text.starts_with("File \""),
            Kind::Panic => text.starts_with("note: ") || text.starts_with("stack backtrace:"),
            Kind::At => text.starts_with("at "),
            _ => false,
        }
    }
}
