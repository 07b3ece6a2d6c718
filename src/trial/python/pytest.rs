//! pytest, watched by a plugin of ours; its `JUnit` file and its exit code must tell the same story.
//!
//! Source: pytest 8.4, `Lib/_pytest/config/__init__.py` (`ExitCode`), `Lib/_pytest/junitxml.py`.

use std::collections::BTreeSet;
use std::path::Path;

use super::search;
use super::station::{Memory, Station, doubt, spelled};
use super::witness::Testimony;
use crate::diagnosis::Facts;
use crate::event;
use crate::judge::{Distrust, Exit, Run, TestId};
use crate::localize::Spectrum;
use crate::process::Finished;
use crate::project::plan::TestPlan;
use crate::project::python::Interpreter;
use crate::syntax::LanguageId;
use crate::trial::junit::{self, Case};
use crate::trial::runner::{Bench, Runner};
use crate::trial::{Scope, Screened, Screening, TrialError};

/// What pytest says when a `conftest.py` cannot be imported; then it runs nothing.
const CONFTEST: &str = "ImportError while loading conftest '";

/// More files than this make a command line too long; then all are searched and the witness chooses.
const MOST_FILES: usize = 200;

/// Runs pytest under a witness.
#[derive(Debug, Default)]
pub(in crate::trial) struct Pytest {
    memory: Memory,
}

impl Runner for Pytest {
    fn run(&mut self, bench: &Bench<'_>, scope: &Scope) -> Result<Run, TrialError> {
        let station = Station::set_up(bench, scope)?;
        let argv = self.argv(bench, scope, &station, "homeostasis_pytest");
        let (finished, mut testimony) = station.execute(&argv, &mut self.memory)?;
        hear_of_conftest(bench, &finished, &mut testimony);
        let report = junit::read(&station.path("junit.xml"));
        let doubt = doubt("pytest", &finished, &testimony).or_else(|| second_opinion(&finished, &testimony, report.as_deref()));
        let doubt = doubt.filter(|_| !falls_at_start(bench, &finished, &testimony));
        Ok(station.conclude(&finished, testimony, &mut self.memory, doubt))
    }

    fn has_learned(&self) -> bool {
        self.memory.has_learned()
    }

    fn trace(&mut self, bench: &Bench<'_>, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        let scope = Scope::Tests(tests.to_vec());
        let station = Station::set_up(bench, &scope)?;
        search::trace(&station, bench, &self.memory, tests, &|station| self.search_argv(bench, &scope, station))
    }

    fn screen(&mut self, bench: &Bench<'_>, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        let scope = screening.scope();
        let station = Station::set_up(bench, &scope)?;
        search::screen(&station, bench, &self.memory, screening, &|station| self.search_argv(bench, &scope, station))
    }

    fn facts(&self, _: &TestPlan) -> Option<&Facts> {
        Some(self.memory.facts())
    }
}

impl Pytest {
    /// As in any other run, in one process, and with folders for tests that many tries cannot litter.
    fn search_argv(&self, bench: &Bench<'_>, scope: &Scope, station: &Station<'_>) -> Vec<String> {
        let mut argv = self.argv(bench, scope, station, "homeostasis_search_pytest");
        argv.push(format!("--basetemp={}", station.path("tmp").display()));
        if bench.plan.python.as_ref().is_some_and(|python| python.has("xdist")) {
            argv.push("-n0".to_owned());
        }
        argv
    }

    fn argv(&self, bench: &Bench<'_>, scope: &Scope, station: &Station<'_>, plugin: &str) -> Vec<String> {
        let mut argv: Vec<String> = bench.plan.argv[..bench.plan.n_launch.min(bench.plan.argv.len())].to_vec();
        let arguments = bench.plan.arguments().iter().map(|word| bench.moved(word));
        argv.extend(arguments);
        // Whatever the project's own options: nothing of ours in its tree, all tests, in the usual order, each once. The cache goes
        // elsewhere but stays: `-p no:cacheprovider` would make an `addopts = --ff` of the project an error.
        argv.extend(["-p", plugin, "-o", "junit_family=xunit1", "--maxfail=0", "--continue-on-collection-errors"].map(str::to_owned));
        argv.push(format!("--junitxml={}", station.path("junit.xml").display()));
        argv.extend(["-o".to_owned(), format!("cache_dir={}", station.path("cache").display())]);
        if let Some(python) = &bench.plan.python {
            argv.extend(silencers(python).map(str::to_owned));
        }
        if let Scope::Tests(tests) = scope {
            argv.extend(self.files_of(bench, tests));
        }
        argv
    }

    /// The files that hold `tests`, to search these alone. The project's own choice of files stays, if its command makes one.
    fn files_of(&self, bench: &Bench<'_>, tests: &[TestId]) -> Vec<String> {
        let is_path = |word: &String| !word.starts_with('-') && bench.cwd().join(word.split("::").next().unwrap_or(word)).exists();
        let Some(root) = self.memory.test_root.as_ref().filter(|_| !bench.plan.arguments().iter().any(is_path)) else { return Vec::new() };
        let path = |id: &TestId| root.join(id.0.split("::").next().unwrap_or_default());
        let files: BTreeSet<_> = tests.iter().map(path).collect();
        let is_usable = files.len() <= MOST_FILES && files.iter().all(|file| file.is_file() && !file.ends_with("conftest.py"));
        if is_usable { files.iter().map(|file| file.to_string_lossy().into_owned()).collect() } else { Vec::new() }
    }
}

/// Options against plugins that would shuffle tests, repeat them until they pass, or fail a run for its coverage.
fn silencers(python: &Interpreter) -> impl Iterator<Item = &'static str> {
    let known =
        [("pytest_randomly", &["-p", "no:randomly"][..]), ("pytest_rerunfailures", &["--reruns=0"][..]), ("pytest_cov", &["--no-cov"][..])];
    known.into_iter().filter(|(plugin, _)| python.has(plugin)).flat_map(|(_, options)| options.iter().copied())
}

/// A `conftest.py` that cannot be imported is a failed test of its path: pytest has no other name for it.
fn hear_of_conftest(bench: &Bench<'_>, finished: &Finished, testimony: &mut Testimony) {
    let said = String::from_utf8_lossy(&finished.stderr);
    let Some((_, rest)) = said.split_once(CONFTEST) else { return };
    let Some((path, _)) = rest.split_once("'.\n") else { return };
    let path = Path::new(path);
    let root = testimony.root.as_deref().unwrap_or(bench.root);
    if let (Exit::Code(4), Some(id)) = (finished.exit, spelled(path, root).or_else(|| spelled(path, bench.root))) {
        testimony.fail_whole(&id, &said);
    }
}

/// Whether pytest ended before it had begun by an exception of the project: plugins such as pytest-django load it first. No test has a
/// result then, but what it says is the failure, as with any other command.
fn falls_at_start(bench: &Bench<'_>, finished: &Finished, testimony: &Testimony) -> bool {
    let is_before = testimony.collected.is_none() && testimony.tests.is_empty() && !testimony.has_ended;
    if finished.exit != Exit::Code(1) || !is_before {
        return false;
    }
    let root = bench.root.canonicalize().unwrap_or_else(|_| bench.root.to_owned());
    let is_ours = |file: &str| Path::new(file).strip_prefix(&root).is_ok_and(|rest| !rest.iter().any(|part| part == "site-packages"));
    let events = event::read(&finished.stderr).events;
    events.last().is_some_and(|event| event.language == LanguageId::PYTHON && event.frames.iter().any(|frame| is_ours(&frame.place.file)))
}

/// Where the `JUnit` file tells another story than the witness.
fn second_opinion(finished: &Finished, testimony: &Testimony, report: Option<&[Case]>) -> Option<Distrust> {
    let is_complete = testimony.has_ended && matches!(finished.exit, Exit::Code(0..=2));
    let disagreement = |text: String| Some(Distrust { code: "disagreement", text, hint: None });
    let Some(report) = report.filter(|_| is_complete) else {
        return if is_complete { disagreement("pytest left no readable JUnit file".to_owned()) } else { None };
    };
    let n_tests = testimony.tests.len();
    let n_bad = report.iter().filter(|case| case.is_bad).count();
    let has_same_count = testimony.has_subtests || (junit::n_names(report) <= n_tests && n_tests <= report.len());
    if has_same_count && (n_bad > 0) == testimony.has_failed() {
        return None;
    }
    let n_cases = report.len();
    disagreement(format!("pytest told {n_tests} results to our plugin and {n_cases} with {n_bad} failures to its JUnit file"))
}
