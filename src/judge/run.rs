//! What one run of the tests, or of the user's command, showed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::event::Event;

/// A test's name, in the spelling that its runner takes to run it alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestId(pub String);

impl fmt::Display for TestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TestId {
    /// Whether this names what holds `test`: the file or class that could not even be loaded, in whose place its tests stand once it can.
    pub fn holds(&self, test: &TestId) -> bool {
        test.0.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with("::") || rest.starts_with('.'))
    }
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It passed; an expected failure that failed counts here.
    Passed,
    /// It failed, errored, or did not get to its end.
    Failed,
    /// It was skipped.
    Skipped,
}

/// One test of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// How it ended.
    pub outcome: Outcome,
    /// The failure's text; empty for others.
    pub text: String,
    /// Wall time, where the runner tells it.
    pub took: Option<Duration>,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// It was ended because it took too long.
    TimedOut,
}

impl Exit {
    /// Whether the process says that all is well.
    pub fn is_success(self) -> bool {
        self == Exit::Code(0)
    }
}

/// Why a run is no evidence at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distrust {
    /// One of a closed set: `wrong-import-root`, `no-tests`, `no-result`, `disagreement`, `runner-missing`.
    pub code: &'static str,
    /// What was seen, for a person.
    pub text: String,
    /// The next step.
    pub hint: Option<String>,
}

/// What one run showed.
#[derive(Debug, Clone)]
pub struct Run {
    /// How the command ended.
    pub exit: Exit,
    /// Each test that the runner reported; empty for a command without results of its own.
    pub tests: BTreeMap<TestId, TestResult>,
    /// Whether the runner reports single tests.
    pub has_tests: bool,
    /// The failures that its output holds.
    pub events: Vec<Event>,
    /// The end of its output, at most some 64 KiB, for a person.
    pub output: String,
    /// Wall time.
    pub wall: Duration,
    /// Why it is no evidence, if it is none.
    pub distrust: Option<Distrust>,
}

impl Run {
    /// The tests that ended as `outcome`.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &TestId> {
        self.tests.iter().filter(move |(_, result)| result.outcome == outcome).map(|(id, _)| id)
    }

    /// Whether `id` failed, or one of the tests that it holds.
    pub fn failed(&self, id: &TestId) -> bool {
        self.results_of(id).any(|(_, result)| result.outcome == Outcome::Failed)
    }

    /// Whether `id` passed, or, where it is no test of its own, a test that it holds did and none failed.
    pub fn passed(&self, id: &TestId) -> bool {
        !self.failed(id) && self.results_of(id).any(|(_, result)| result.outcome == Outcome::Passed)
    }

    fn results_of<'a>(&'a self, id: &'a TestId) -> impl Iterator<Item = (&'a TestId, &'a TestResult)> {
        let is_itself = self.tests.contains_key(id);
        self.tests.iter().filter(move |(name, _)| *name == id || (!is_itself && id.holds(name)))
    }

    /// Whether everything passed, as far as this run can tell.
    pub fn is_green(&self) -> bool {
        self.distrust.is_none() && self.exit.is_success() && self.with(Outcome::Failed).next().is_none()
    }
}
