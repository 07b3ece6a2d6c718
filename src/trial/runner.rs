//! What every kind of test runner does: run in a tree, and say what it saw.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Scope, Screened, Screening, Surroundings, TrialError};
use crate::diagnosis::Facts;
use crate::event;
use crate::judge::{Exit, Run, TestId};
use crate::localize::Spectrum;
use crate::process::{Command, Environment, Finished, Interrupt, run};
use crate::project::plan::TestPlan;
use crate::text::{LineNo, RepoPath};

/// Bytes of output that are kept for a person.
const SHOWN: usize = 64 << 10;

/// One kind of test runner. What it learns in one run, it may use in the next.
pub(super) trait Runner {
    /// Runs the tests of `scope` and reads their results.
    fn run(&mut self, bench: &Bench<'_>, scope: &Scope) -> Result<Run, TrialError>;

    /// Whether the last run, itself no evidence, has taught how to make one that is.
    fn has_learned(&self) -> bool {
        false
    }

    /// What each of `tests` runs, seen by one more run of these alone, which is no evidence; none where this runner cannot watch.
    fn trace(&mut self, bench: &Bench<'_>, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        let _ = (bench, tests);
        Ok(None)
    }

    /// Tries variants of the tree that stands there, quickly; none where this runner knows no way quicker than its command.
    fn screen(&mut self, bench: &Bench<'_>, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        let _ = (bench, screening);
        Ok(None)
    }

    /// What the last run has seen of values on the watched lines; none where this runner cannot look at the command of `plan`.
    fn facts(&self, plan: &TestPlan) -> Option<&Facts> {
        let _ = plan;
        None
    }
}

/// Where and how one run happens.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    /// The tests' command.
    pub(super) plan: &'a TestPlan,
    /// The throw-away tree.
    pub(super) root: &'a Path,
    /// The user's tree, the build folder, the environment.
    pub(super) surroundings: &'a Surroundings,
    /// Wall time for the whole run.
    pub(super) deadline: Duration,
    /// Wall time for one test, where the runner can limit it.
    pub(super) per_test: Duration,
    /// Lines on which values are looked at, where the runner can do that.
    pub(super) watched: &'a [(RepoPath, LineNo)],
    /// The wish to stop.
    pub(super) interrupt: &'a Interrupt,
}

impl Bench<'_> {
    /// Where the runner starts.
    pub(super) fn cwd(&self) -> PathBuf {
        if self.plan.dir.is_empty() { self.root.to_owned() } else { self.root.join(&self.plan.dir) }
    }

    /// What every test of this plan gets.
    pub(super) fn environment(&self) -> Environment {
        let mut environment = self.surroundings.environment.clone();
        for (name, value) in &self.plan.env {
            environment.set(name, value);
        }
        environment
    }

    /// `word`, pointing into the throw-away tree if it named something of the user's tree that is there too.
    pub(super) fn moved(&self, word: &str) -> String {
        let Ok(below) = Path::new(word).strip_prefix(&self.surroundings.original) else { return word.to_owned() };
        let here = self.root.join(below);
        if here.exists() { here.to_string_lossy().into_owned() } else { word.to_owned() }
    }

    /// Runs `argv` where the runner starts.
    pub(super) fn execute(&self, argv: &[String], environment: Environment) -> Result<Finished, TrialError> {
        self.execute_within(argv, environment, self.deadline)
    }

    /// Runs `argv` where the runner starts, for another time than a run may take.
    pub(super) fn execute_within(&self, argv: &[String], environment: Environment, deadline: Duration) -> Result<Finished, TrialError> {
        let command = Command::new(argv, &self.cwd(), environment).within(deadline);
        Ok(run(&command, self.interrupt)?)
    }
}

/// A run as far as its process tells: no tests, all failures that its output holds.
pub(super) fn bare_run(finished: &Finished) -> Run {
    let output = [finished.stdout.as_slice(), finished.stderr.as_slice()].join(&b'\n');
    run_of(finished.exit, &output, &output, finished.wall)
}

/// A run without tests: the failures are those of `log`, a person is shown the end of `output`.
pub(super) fn run_of(exit: Exit, log: &[u8], output: &[u8], wall: Duration) -> Run {
    let output = tail(output);
    Run { exit, tests: BTreeMap::new(), has_tests: false, events: event::read(log).events, output, wall, distrust: None }
}

/// The end of `output`, from the beginning of a line.
fn tail(output: &[u8]) -> String {
    let start = output.len().saturating_sub(SHOWN);
    let start = if start == 0 { 0 } else { start + output[start..].iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1) };
    String::from_utf8_lossy(&output[start..]).into_owned()
}

/// `exit` for a person.
pub(super) fn said(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit code {code}"),
        Exit::Signal(signal) => format!("signal {signal}"),
        Exit::TimedOut => "its time limit".to_owned(),
    }
}
