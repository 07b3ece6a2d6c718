//! The lines that a witness writes and the file that tells it what to look for, as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// One line of a witness.
#[derive(Debug, Deserialize)]
#[serde(tag = "k", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Line {
    /// The runner has begun.
    Begin {},
    /// The folder that test names are relative to.
    Root { path: PathBuf },
    /// The tests that will run.
    Collected { ids: Vec<String> },
    /// A file or folder was searched for tests.
    Collector { id: String, outcome: Said, text: String },
    /// A test starts.
    Start { id: String },
    /// A part of a test is over.
    Report(Report),
    /// The test that runs has run for too long.
    Overtime {},
    /// Values were looked at.
    Seen(Sight),
    /// Where modules came from.
    Modules { files: BTreeMap<String, PathBuf> },
    /// The runner has come to its end.
    End {},
}

/// One part of a test: its set-up, its call, its tear-down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    /// The test.
    pub(super) id: String,
    /// `setup`, `call`, `teardown`.
    pub(super) when: String,
    /// How the part ended.
    pub(super) outcome: Said,
    /// Whether it was expected to fail.
    #[serde(default)]
    pub(super) xfail: bool,
    /// Whether it is a subtest's, not the test's own.
    #[serde(default)]
    pub(super) sub: bool,
    /// The failure's text.
    #[serde(default)]
    pub(super) text: String,
    /// Seconds.
    #[serde(default)]
    pub(super) took: f64,
}

/// The values of one statement at one moment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sight {
    /// The file.
    pub(super) path: PathBuf,
    /// The watched line.
    pub(super) line: u32,
    /// The first line of the statement.
    pub(super) first: u32,
    /// The last one that is its own.
    pub(super) last: u32,
    /// Whether the exception that failed a test passed it.
    pub(super) failed: bool,
    /// The values by their expressions.
    pub(super) values: BTreeMap<String, Value>,
}

/// One value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Value {
    /// The name of its type.
    pub(super) t: String,
    /// How many elements it has.
    #[serde(default)]
    pub(super) n: Option<u64>,
    /// A short text of it.
    #[serde(default)]
    pub(super) r: Option<String>,
}

/// How a part of a test ended, in the runner's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Said {
    /// It passed.
    Passed,
    /// It failed or errored.
    Failed,
    /// It was skipped, or failed as expected.
    Skipped,
    /// It failed and is tried again.
    Rerun,
}

/// What a witness must know.
#[derive(Debug, Serialize)]
pub(super) struct Wanted<'a> {
    /// Where it writes.
    pub(super) report: &'a Path,
    /// Where the stacks go if the run is ended from outside.
    pub(super) stacks: &'a Path,
    /// Trees whose modules it tells.
    pub(super) roots: Vec<&'a Path>,
    /// Names of the tests to run; none for all.
    pub(super) only: Option<Vec<&'a str>>,
    /// Files and lines where values are looked at.
    pub(super) watched: Vec<(PathBuf, u32)>,
    /// Seconds that a test may take.
    pub(super) limit: f64,
}

/// What a search must know.
#[derive(Debug, Serialize)]
pub(super) struct Wish<'a> {
    /// `trace` or `screen`.
    pub(super) mode: &'a str,
    /// The tree that stands there.
    pub(super) root: &'a Path,
    /// Where the answer goes.
    pub(super) answer: &'a Path,
    /// Where the variants are, one a line.
    pub(super) variants: &'a Path,
    /// Names of the tests that fail, or that are traced, in their order.
    pub(super) failing: Vec<&'a str>,
    /// Names of the tests that pass.
    pub(super) passing: Vec<&'a str>,
    /// Steps that tests make without a patch.
    pub(super) steps: BTreeMap<&'a str, u64>,
    /// Processes that may work side by side.
    pub(super) n_workers: usize,
    /// Seconds that a test may take.
    pub(super) limit: f64,
}

/// One line of the answer to a wish.
#[derive(Debug, Deserialize)]
#[serde(tag = "k", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Answer {
    /// What a test ran.
    Covered { id: String, failed: bool, steps: u64, lines: BTreeMap<String, Vec<u32>> },
    /// Which types names had in a function.
    Types { path: String, line: u32, names: BTreeMap<String, BTreeSet<String>> },
    /// What became of a variant.
    Fate { i: usize, fate: Ended, n: Option<usize> },
    /// Why nothing was tried.
    Declined { why: String },
    /// All is told.
    Done { how: String },
}

/// How a variant ended, in the words of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ended {
    /// All tests passed.
    Passes,
    /// Some failed.
    Fails,
    /// It ran for too long, or took too much memory.
    Endless,
    /// It is no Python.
    Syntax,
    /// It is the same as another, or as no edit.
    Same,
    /// This way cannot try it.
    NotHere,
}
