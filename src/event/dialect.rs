//! What every reader of a failure format offers, and the list of them.
//!
//! A dialect is one file. It sees lines without prefixes, colours or escapes, and says what begins at one of them. To add one,
//! write the file and add its line to [`DIALECTS`] (and its `mod` line above its neighbours); nothing else changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::line::Line;
use super::literals::{Literals, SHORTEST};
use super::{Event, go, java, javascript, python, rust, structured};

/// The reader of one format.
pub(super) trait Dialect: Sync {
    /// Literals of which every failure in this format holds at least one as it stands in the log. What is far from all of them is
    /// not read, so each is as rare in ordinary text as it can be.
    fn hints(&self) -> &'static [&'static str];

    /// Literals of which the line at which a reading begins holds at least one, once colours and prefixes are off.
    fn openings(&self) -> &'static [&'static str] {
        self.hints()
    }

    /// What begins at `lines[at]`, or nothing. Called only for lines that hold an opening.
    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading>;
}

/// Every dialect; where two begin at one line, the earlier one reads it.
pub(super) const DIALECTS: &[&dyn Dialect] = &[
    &structured::Record,
    &structured::escaped::Escaped,
    &structured::junit::Junit,
    &rust::json::Diagnostics,
    &python::unittest::Unittest,
    &python::pytest::Pytest,
    &python::fatal::FatalError,
    &python::timeout::Timeout,
    &python::doctest::Doctest,
    &python::scenario::Scenario,
    &python::traceback::Traceback,
    &rust::nextest::Nextest,
    &rust::libtest::Libtest,
    &rust::panic::Panic,
    &rust::hook::Hook,
    &rust::overflow::StackOverflow,
    &rust::compiler::Diagnostics,
    &rust::cargo::Cargo,
    &java::crash::Crash,
    &java::trace::Trace,
    &java::compiler::Diagnostics,
    &javascript::compiler::Diagnostics,
    &javascript::trace::Trace,
    &rust::miette::Miette,
    &rust::report::Report,
    &go::panic::Panic,
    &go::race::Race,
    &go::testing::Testing,
    &go::compiler::Diagnostics,
];

/// The openings of all dialects, long ones in one set.
struct Openings {
    long: Literals,
    /// For each literal of the set, the dialects that it opens.
    of_long: Vec<u64>,
    short: AhoCorasick,
    /// The same for the short ones.
    of_short: Vec<u64>,
}

static OPENINGS: LazyLock<Openings> = LazyLock::new(|| {
    let mut dialects_of: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (index, dialect) in DIALECTS.iter().enumerate() {
        dialect.openings().iter().for_each(|opening| *dialects_of.entry(opening).or_default() |= 1 << index);
    }
    let (long, short): (Vec<_>, Vec<_>) = dialects_of.into_iter().partition(|(opening, _)| opening.len() >= SHORTEST);
    Openings {
        long: Literals::new(long.iter().map(|(opening, _)| *opening)),
        of_long: long.iter().map(|(_, dialects)| *dialects).collect(),
        short: AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(short.iter().map(|(opening, _)| *opening))
            .expect("a few literals"),
        of_short: short.iter().map(|(_, dialects)| *dialects).collect(),
    }
});

/// The dialects of which `text` holds an opening: bit `n` stands for `DIALECTS[n]`.
fn opened(text: &str) -> u64 {
    let openings = &*OPENINGS;
    let bytes = text.as_bytes();
    let short = openings.short.find_iter(bytes);
    let mut opened = short.fold(0, |opened, found| opened | openings.of_short[found.pattern().as_usize()]);
    openings.long.find_in(bytes, 0..bytes.len(), |_, opening| {
        opened |= openings.of_long[opening];
        true
    });
    opened
}

/// What the first dialect that knows `lines[at]` reads there.
pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let mut opened = opened(&lines[at].text);
    while opened != 0 {
        if let Some(reading) = DIALECTS[opened.trailing_zeros() as usize].read(lines, at) {
            return Some(reading);
        }
        opened &= opened - 1;
    }
    None
}

/// What a dialect read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// In the order of the log.
    pub(super) items: Vec<Item>,
    /// The first line that it did not read.
    pub(super) end: usize,
}

impl Reading {
    /// Several items that end before line `end`.
    pub(super) fn new(items: Vec<Item>, end: usize) -> Reading {
        Reading { items, end }
    }

    /// One failure that ends before line `end`.
    pub(super) fn failure(failure: Failure, end: usize) -> Reading {
        Reading { items: vec![Item::Failure(Box::new(failure))], end }
    }
}

/// One thing that a log says.
#[derive(Debug)]
pub(super) enum Item {
    /// Something failed.
    Failure(Box<Failure>),
    /// What follows belongs to this test, or to none.
    Scope(Option<String>),
    /// The test passed in the end, whatever its earlier tries printed.
    Passed(String),
    /// The test passed because it panicked.
    Expected(String),
    /// A runner's line that a test failed: it stands for a failure only where no other text tells of one.
    Failed(Box<Failure>),
}

/// A failure as one dialect saw it, before it is set beside the others.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The event; the frame of reference for its lines is the log.
    pub(super) event: Event,
    /// The thread that failed: a test harness names it after the test.
    pub(super) thread: Option<String>,
    /// How many failures before this one, in the same reading, its exception group stands.
    pub(super) group: Option<usize>,
    /// Whether the line only sums up what others say, and is no failure if they do.
    pub(super) is_summary: bool,
}

impl Failure {
    /// A failure that stands for itself.
    pub(super) fn new(event: Event) -> Failure {
        Failure { event, thread: None, group: None, is_summary: false }
    }

    /// A failure that only counts where nothing else tells of it.
    pub(super) fn summary(event: Event) -> Failure {
        Failure { is_summary: true, ..Failure::new(event) }
    }
}
