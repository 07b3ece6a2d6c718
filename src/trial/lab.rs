//! One tree, one way to run its tests, as many runs as the search needs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::command::CommandRunner;
use super::floor::Floor;
use super::python::{Django, Pytest, Unittest, compiles};
use super::runner::{Bench, Runner};
use super::rust::{Cargo, Check, Nextest};
use super::{Ground, GroundError, Screened, Screening};
use crate::diagnosis::Facts;
use crate::explain::Explain;
use crate::judge::{Run, TestId};
use crate::localize::Spectrum;
use crate::process::{Environment, Interrupt, ProcessError};
use crate::project::plan::{RunnerKind, TestPlan};
use crate::text::{LineNo, Patch, RepoPath};

/// A run may take this many times what the tests took without a patch, as cargo-mutants has it.
const SLACK: u32 = 5;

/// And never less than this.
const SHORTEST: Duration = Duration::from_secs(20);

/// How long the first run may take, of which nothing is known yet.
const FIRST: Duration = Duration::from_mins(10);

/// What a trial needs beside the tree and the plan.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The root of the user's tree, of which the trial's tree is a copy.
    pub original: PathBuf,
    /// Where builds go: stable and locked by the caller for as long as the lab lives.
    pub build: PathBuf,
    /// What tests may see of the environment.
    pub environment: Environment,
}

/// How long things may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Wall time of one run; else five times the run without a patch, at least 20 s.
    pub run: Option<Duration>,
    /// Wall time of one test, where the runner can limit it.
    pub test: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { run: None, test: Duration::from_secs(10) }
    }
}

/// Extensions of Python's files.
const PYTHON: &[&str] = &["py", "pyi"];

/// Which tests to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All that the command runs.
    All,
    /// None: only whether all targets build, where the runner builds; else all.
    Build,
    /// These alone, where the runner can do that; else all.
    Tests(Vec<TestId>),
}

/// Why there was no run at all.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The command could not be run, or we were told to stop.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The tree could not be prepared.
    #[error(transparent)]
    Ground(#[from] GroundError),
    /// No place for the runner's reports.
    #[error("cannot keep the reports of the tests")]
    Scratch {
        /// What the system said.
        source: std::io::Error,
    },
}

impl Explain for TrialError {
    fn hint(&self) -> Option<String> {
        match self {
            TrialError::Process(error) => error.hint(),
            TrialError::Ground(error) => error.hint(),
            TrialError::Scratch { .. } => Some("free some space, or set TMPDIR to a folder that has it".to_owned()),
        }
    }
}

/// A tree in which the tests can be run with one patch after another.
pub struct Lab<'a> {
    floor: Floor<'a>,
    room: Room,
    tests: Task,
    repro: Option<Task>,
    check: Check,
    n_runs: u32,
    in_tests: Duration,
}

/// What all runs of a lab share.
struct Room {
    surroundings: Surroundings,
    limits: Limits,
    interrupt: Interrupt,
}

/// A command and the one who knows how to run it.
struct Task {
    plan: TestPlan,
    runner: Box<dyn Runner>,
    /// The longest whole run without a patch.
    longest: Option<Duration>,
    /// Lines on which the next run looks at values.
    watched: Vec<(RepoPath, LineNo)>,
}

impl<'a> Lab<'a> {
    /// A lab on `ground`; nothing runs yet.
    pub fn new(ground: &'a mut dyn Ground, plan: TestPlan, surroundings: Surroundings, limits: Limits, interrupt: &Interrupt) -> Lab<'a> {
        let original = surroundings.original.canonicalize().unwrap_or(surroundings.original);
        let room = Room { surroundings: Surroundings { original, ..surroundings }, limits, interrupt: interrupt.clone() };
        let floor = Floor::new(ground, room.surroundings.original.clone());
        Lab { floor, room, tests: Task::new(plan), repro: None, check: Check::default(), n_runs: 0, in_tests: Duration::ZERO }
    }

    /// From now on, `plan` runs the tests.
    pub fn test_by(&mut self, plan: TestPlan) {
        self.tests = Task::new(plan);
    }

    /// From now on, the failure of `repro` is the fault.
    pub fn reproduce_by(&mut self, repro: TestPlan) {
        self.repro = Some(Task::new(repro));
    }

    /// Runs the tests of `scope` on the snapshot with `patch`.
    ///
    /// # Errors
    /// [`TrialError`]; tests that fail, hang or are no evidence are no error.
    pub fn run(&mut self, patch: Option<&Patch>, scope: &Scope) -> Result<Run, TrialError> {
        let runs = self.tests.run(&mut self.floor, &self.room, patch, scope)?;
        Ok(self.count(runs))
    }

    /// Runs the command whose failure is the fault on the snapshot with `patch`; all tests, if there is no such command.
    ///
    /// # Errors
    /// [`TrialError`].
    pub fn reproduce(&mut self, patch: Option<&Patch>) -> Result<Run, TrialError> {
        let task = self.repro.as_mut().unwrap_or(&mut self.tests);
        let runs = task.run(&mut self.floor, &self.room, patch, &Scope::All)?;
        Ok(self.count(runs))
    }

    /// Runs the tests of `scope`, or the command whose failure is the fault, with `patch` once more, where each panic of Rust prints the
    /// calls that led to it.
    ///
    /// # Errors
    /// [`TrialError`].
    pub fn backtrace(&mut self, patch: Option<&Patch>, scope: &Scope) -> Result<Run, TrialError> {
        let task = self.repro.as_mut().unwrap_or(&mut self.tests);
        let plain = self.room.surroundings.environment.clone();
        self.room.surroundings.environment.set("RUST_BACKTRACE", "1");
        let runs = task.run(&mut self.floor, &self.room, patch, scope);
        self.room.surroundings.environment = plain;
        Ok(self.count(runs?))
    }

    /// Runs the tests of `scope`, or the command whose failure is the fault, with `patch` once more and looks at the values on the `watched` lines. Also gives the run, which is
    /// slower than others and no evidence; none where nobody can look, and then nothing runs.
    ///
    /// # Errors
    /// [`TrialError`].
    pub fn look(
        &mut self,
        patch: Option<&Patch>,
        scope: &Scope,
        watched: &[(RepoPath, LineNo)],
    ) -> Result<Option<(Run, Facts)>, TrialError> {
        let task = self.repro.as_mut().unwrap_or(&mut self.tests);
        if watched.is_empty() || task.facts().is_none() {
            return Ok(None);
        }
        watched.clone_into(&mut task.watched);
        let runs = task.run(&mut self.floor, &self.room, patch, scope);
        task.watched.clear();
        let facts = task.facts().cloned();
        let run = self.count(runs?);
        Ok(facts.filter(|_| run.distrust.is_none()).map(|facts| (run, facts)))
    }

    /// What each of `tests` runs on the snapshot with `patch`, seen by one more run; none where nobody can watch.
    ///
    /// # Errors
    /// [`TrialError`].
    pub fn trace(&mut self, patch: Option<&Patch>, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        self.floor.lay(patch)?;
        let Task { plan, runner, longest, .. } = &mut self.tests;
        runner.trace(&self.room.bench(plan, *longest, &self.floor), tests)
    }

    /// What becomes of variants of the snapshot with `patch`, each tried quickly; none where there is no quick way.
    ///
    /// # Errors
    /// [`TrialError`].
    pub fn screen(&mut self, patch: Option<&Patch>, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        self.floor.lay(patch)?;
        let Task { plan, runner, longest, .. } = &mut self.tests;
        runner.screen(&self.room.bench(plan, *longest, &self.floor), screening)
    }

    fn count(&mut self, runs: Runs) -> Run {
        self.n_runs += runs.n;
        self.in_tests += runs.wall;
        at_home(runs.last, self.floor.root())
    }

    /// Whether every file of `patch` compiles: Python in the interpreter, Rust by `cargo check --all-targets`. Says why not.
    ///
    /// # Errors
    /// [`TrialError`]: the compiler could not be run.
    pub fn compiles(&mut self, patch: &Patch) -> Result<Result<(), String>, TrialError> {
        match self.compiles_python(patch)? {
            Ok(()) if holds(patch, &["rs"]) => self.checks(patch),
            said => Ok(said),
        }
    }

    /// The same for the files that nothing else compiles before the first test runs. Runners of Rust build before they run anything, and
    /// what does not compile shows in their run: a check of its own would build all dependencies a second time.
    ///
    /// # Errors
    /// [`TrialError`].
    pub fn may_run(&mut self, patch: &Patch) -> Result<Result<(), String>, TrialError> {
        let runner = self.repro.as_ref().unwrap_or(&self.tests).plan.runner;
        match runner {
            RunnerKind::Cargo | RunnerKind::Nextest => self.compiles_python(patch),
            RunnerKind::Pytest | RunnerKind::Unittest | RunnerKind::Django | RunnerKind::Command => self.compiles(patch),
        }
    }

    fn compiles_python(&self, patch: &Patch) -> Result<Result<(), String>, TrialError> {
        if !holds(patch, PYTHON) {
            return Ok(Ok(()));
        }
        let python: Vec<_> = patch.files().iter().filter(|file| PYTHON.contains(&file.path.extension())).collect();
        let interpreter = self.tests.plan.python.as_ref().map_or(Path::new("python3"), |python| python.path.as_path());
        compiles(interpreter, &python, &self.room.surroundings.environment, &self.room.interrupt)
    }

    fn checks(&mut self, patch: &Patch) -> Result<Result<(), String>, TrialError> {
        if !self.check.is_ready() {
            self.floor.lay(None)?;
            self.check.prepare(&self.tests.bench(&self.floor, &self.room))?;
        }
        self.floor.lay(Some(patch))?;
        self.check.compiles(&self.tests.bench(&self.floor, &self.room))
    }

    /// How many times tests were run.
    pub fn n_runs(&self) -> u32 {
        self.n_runs
    }

    /// Wall time of all these runs.
    pub fn in_tests(&self) -> Duration {
        self.in_tests
    }

    /// How the tests are run.
    pub fn plan(&self) -> &TestPlan {
        &self.tests.plan
    }
}

/// Whether `patch` changes a file with one of `extensions`.
fn holds(patch: &Patch, extensions: &[&str]) -> bool {
    patch.files().iter().any(|file| extensions.contains(&file.path.extension()))
}

/// One run, or two where the first was no evidence.
struct Runs {
    last: Run,
    n: u32,
    wall: Duration,
}

impl Task {
    fn new(plan: TestPlan) -> Task {
        let runner: Box<dyn Runner> = match plan.runner {
            RunnerKind::Pytest => Box::new(Pytest::default()),
            RunnerKind::Unittest => Box::new(Unittest::default()),
            RunnerKind::Django => Box::new(Django::default()),
            RunnerKind::Cargo => Box::new(Cargo::default()),
            RunnerKind::Nextest => Box::new(Nextest::default()),
            RunnerKind::Command => Box::new(CommandRunner::default()),
        };
        Task { plan, runner, longest: None, watched: Vec::new() }
    }

    /// Runs, and runs once more if the first run was no evidence but has taught how to make one.
    fn run(&mut self, floor: &mut Floor<'_>, room: &Room, patch: Option<&Patch>, scope: &Scope) -> Result<Runs, TrialError> {
        let first = self.run_once(floor, room, patch, scope)?;
        let mut runs = Runs { n: 1, wall: first.wall, last: first };
        if runs.last.distrust.is_some() && self.runner.has_learned() {
            let last = self.run_once(floor, room, patch, scope)?;
            runs = Runs { n: 2, wall: runs.wall + last.wall, last };
        }
        if patch.is_none() && *scope == Scope::All {
            self.longest = self.longest.max(Some(runs.last.wall));
        }
        Ok(runs)
    }

    fn run_once(&mut self, floor: &mut Floor<'_>, room: &Room, patch: Option<&Patch>, scope: &Scope) -> Result<Run, TrialError> {
        floor.lay(patch)?;
        let Task { plan, runner, longest, watched } = self;
        runner.run(&Bench { watched, ..room.bench(plan, *longest, floor) }, scope)
    }

    fn facts(&self) -> Option<&Facts> {
        self.runner.facts(&self.plan)
    }

    fn bench<'b>(&'b self, floor: &'b Floor<'_>, room: &'b Room) -> Bench<'b> {
        room.bench(&self.plan, self.longest, floor)
    }
}

impl Room {
    fn bench<'b>(&'b self, plan: &'b TestPlan, longest: Option<Duration>, floor: &'b Floor<'_>) -> Bench<'b> {
        Bench {
            plan,
            root: floor.root(),
            surroundings: &self.surroundings,
            deadline: deadline(&self.limits, longest),
            per_test: self.limits.test,
            watched: &[],
            interrupt: &self.interrupt,
        }
    }
}

/// The run with the paths of the throw-away tree as the project has them: nobody else knows that tree.
fn at_home(mut run: Run, root: &Path) -> Run {
    let below = format!("{}/", root.display());
    run.output = run.output.replace(&below, "");
    for result in run.tests.values_mut().filter(|result| result.text.contains(&below)) {
        result.text = result.text.replace(&below, "");
    }
    for event in &mut run.events {
        let frames = event.frames.iter_mut().map(|frame| &mut frame.place);
        let labels = event.labels.iter_mut().map(|label| &mut label.place);
        for place in frames.chain(labels).chain(event.raised_at.as_mut()) {
            if let Some(path) = place.file.strip_prefix(&below) {
                place.file = path.to_owned();
            }
        }
    }
    run
}

/// How long a run may take when the longest one without a patch took `longest`.
fn deadline(limits: &Limits, longest: Option<Duration>) -> Duration {
    limits.run.unwrap_or_else(|| longest.map_or(FIRST, |longest| (longest * SLACK).max(SHORTEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_may_take_five_times_the_longest_and_never_less_than_twenty_seconds() {
        let seconds = Duration::from_secs;
        assert_eq!(deadline(&Limits::default(), None), FIRST);
        assert_eq!(deadline(&Limits::default(), Some(seconds(1))), seconds(20));
        assert_eq!(deadline(&Limits::default(), Some(seconds(60))), seconds(300));
        assert_eq!(deadline(&Limits { run: Some(seconds(7)), ..Limits::default() }, Some(seconds(60))), seconds(7));
    }
}
