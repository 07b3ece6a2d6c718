//! What each test ran, and which types names had meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use crate::judge::TestId;
use crate::text::{LineNo, RepoPath};

/// What one test ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// Whether it failed.
    pub has_failed: bool,
    /// The lines of the project that it ran, without test files.
    pub lines: BTreeMap<RepoPath, BTreeSet<LineNo>>,
    /// How many steps it made there (lines, or calls and turns of loops; the unit is the runner's).
    pub n_steps: u64,
}

/// What names were in one function while failing tests ran it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scene {
    /// The file.
    pub path: RepoPath,
    /// The line on which the function's definition begins (that of its first decorator, if it has one).
    pub line: LineNo,
}

/// What the tests ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spectrum {
    /// What each test that was watched ran.
    pub tests: BTreeMap<TestId, Covered>,
    /// The types that the locals (`row`) and the attributes of `self` (`self.rows`) of a function had, by their names in the language
    /// (`int`, `list`, `NoneType`); only where the runner can see them.
    pub types: BTreeMap<Scene, BTreeMap<String, BTreeSet<String>>>,
}
