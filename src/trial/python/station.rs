//! A watched run of a Python test runner: the witness in a private folder, the module path, and what must agree afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::origin::{Trees, distrust, turned_environment};
use super::wire::{Sight, Value, Wanted};
use super::witness::Testimony;
use crate::diagnosis::{Facts, Seen, Sighting};
use crate::judge::{Distrust, Exit, Run, TestId};
use crate::process::{Environment, Finished};
use crate::text::{LineNo, RepoPath};
use crate::trial::runner::{Bench, bare_run, said};
use crate::trial::{Scope, TrialError};

/// The witness's files, by name.
const WITNESS: &[(&str, &str)] = &[
    ("homeostasis_witness.py", include_str!("witness/homeostasis_witness.py")),
    ("homeostasis_watch.py", include_str!("witness/homeostasis_watch.py")),
    ("homeostasis_plain.py", include_str!("witness/homeostasis_plain.py")),
    ("homeostasis_pytest.py", include_str!("witness/homeostasis_pytest.py")),
    ("homeostasis_unittest.py", include_str!("witness/homeostasis_unittest.py")),
    ("homeostasis_django.py", include_str!("witness/homeostasis_django.py")),
    ("homeostasis_state.py", include_str!("witness/homeostasis_state.py")),
    ("homeostasis_swap.py", include_str!("witness/homeostasis_swap.py")),
    ("homeostasis_trace.py", include_str!("witness/homeostasis_trace.py")),
    ("homeostasis_child.py", include_str!("witness/homeostasis_child.py")),
    ("homeostasis_search.py", include_str!("witness/homeostasis_search.py")),
    ("homeostasis_seed.py", include_str!("witness/homeostasis_seed.py")),
    ("homeostasis_screen.py", include_str!("witness/homeostasis_screen.py")),
    ("homeostasis_search_pytest.py", include_str!("witness/homeostasis_search_pytest.py")),
    ("homeostasis_search_unittest.py", include_str!("witness/homeostasis_search_unittest.py")),
];

/// What one run teaches about the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Folders that must come first in the module path.
    folders: BTreeSet<PathBuf>,
    /// Whether the last run added one.
    has_learned: bool,
    /// Files, modules and classes that failed before their tests in some run.
    failed_wholes: BTreeSet<TestId>,
    /// What the last run has seen of values.
    facts: Facts,
    /// The folder that test names are relative to.
    pub(super) test_root: Option<PathBuf>,
}

impl Memory {
    /// Whether the last run taught how to do better.
    pub(super) fn has_learned(&self) -> bool {
        self.has_learned
    }

    /// What the last run has seen of values.
    pub(super) fn facts(&self) -> &Facts {
        &self.facts
    }
}

/// A private folder with a witness in it. It is gone with this value.
pub(super) struct Station<'a> {
    folder: TempDir,
    bench: &'a Bench<'a>,
}

impl<'a> Station<'a> {
    /// Puts a witness up that looks at the tests of `scope`.
    pub(super) fn set_up(bench: &'a Bench<'a>, scope: &Scope) -> Result<Station<'a>, TrialError> {
        let folder = tempfile::Builder::new().prefix("homeostasis-").tempdir().map_err(|source| TrialError::Scratch { source })?;
        let station = Station { folder, bench };
        station.write(scope).map_err(|source| TrialError::Scratch { source })?;
        Ok(station)
    }

    fn write(&self, scope: &Scope) -> io::Result<()> {
        for (name, text) in WITNESS {
            fs::write(self.path(name), text)?;
        }
        let wanted = Wanted {
            report: &self.path("report.jsonl"),
            stacks: &self.path("stacks.txt"),
            roots: vec![self.bench.root, &self.bench.surroundings.original],
            only: match scope {
                Scope::All | Scope::Build => None,
                Scope::Tests(tests) => Some(tests.iter().map(|test| test.0.as_str()).collect()),
            },
            watched: self.watched(),
            limit: self.bench.per_test.as_secs_f64(),
        };
        fs::write(self.path("witness.json"), serde_json::to_vec(&wanted)?)
    }

    /// The watched lines as files of the throw-away tree.
    fn watched(&self) -> Vec<(PathBuf, u32)> {
        let root = self.bench.root.canonicalize().unwrap_or_else(|_| self.bench.root.to_owned());
        self.bench.watched.iter().map(|(path, line)| (path.below(&root), line.get())).collect()
    }

    /// What a witness has seen, with the paths of the project.
    fn facts(&self, sights: Vec<Sight>) -> Facts {
        let root = self.bench.root.canonicalize().unwrap_or_else(|_| self.bench.root.to_owned());
        let mut sightings: Vec<Sighting> = sights.into_iter().filter_map(|sight| sighting(sight, &root)).collect();
        // Threads tell in any order.
        sightings.sort_by(|one, two| (&one.path, one.line, !one.is_failure).cmp(&(&two.path, two.line, !two.is_failure)));
        Facts(sightings)
    }

    /// A file of the private folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `argv`, and hears the witness.
    pub(super) fn execute(&self, argv: &[String], memory: &mut Memory) -> Result<(Finished, Testimony), TrialError> {
        let finished = self.bench.execute(argv, self.environment(memory))?;
        let mut testimony = Testimony::read(&fs::read(self.path("report.jsonl")).unwrap_or_default());
        if !testimony.running.is_empty() {
            testimony.fail_running(&self.why_unfinished(finished.exit));
        }
        memory.facts = self.facts(std::mem::take(&mut testimony.sights));
        if testimony.root.is_some() {
            memory.test_root.clone_from(&testimony.root);
        }
        Ok((finished, testimony))
    }

    /// Runs `argv`, which has something else to tell than the results of tests.
    pub(super) fn execute_unheard(&self, argv: &[String], memory: &Memory, deadline: Duration) -> Result<Finished, TrialError> {
        self.bench.execute_within(argv, self.environment(memory), deadline)
    }

    fn why_unfinished(&self, exit: Exit) -> String {
        let stacks = fs::read_to_string(self.path("stacks.txt")).unwrap_or_default();
        match exit {
            Exit::TimedOut => format!("timeout: the tests did not end within {:?}\n{stacks}", self.bench.deadline),
            // So begins the dump of a watchdog.
            _ if stacks.starts_with("Timeout (") => format!("timeout: the test ran longer than {:?}\n{stacks}", self.bench.per_test),
            exit => format!("the test process ended ({}) during this test\n{stacks}", said(exit)),
        }
    }

    /// The environment of the tests, with the witness on the module path.
    fn environment(&self, memory: &Memory) -> Environment {
        turned_environment(self.bench, memory.folders.iter().cloned().collect(), Some(self.folder.path().to_owned()))
    }

    /// The run as it was seen: believed only if the modules came from the right tree and `doubt` has nothing to say.
    pub(super) fn conclude(&self, finished: &Finished, mut testimony: Testimony, memory: &mut Memory, doubt: Option<Distrust>) -> Run {
        let trees = Trees::of(self.bench);
        let strays = trees.strays(&testimony.modules);
        let n_before = memory.folders.len();
        memory.folders.extend(trees.folders_for(&strays));
        memory.has_learned = memory.folders.len() > n_before;
        let distrust = distrust(&strays).or(doubt);
        memory.failed_wholes.extend(testimony.failed_wholes.iter().cloned());
        testimony.pass_wholes(&memory.failed_wholes);
        Run { tests: testimony.tests, has_tests: true, distrust, ..bare_run(finished) }
    }
}

fn sighting(sight: Sight, root: &Path) -> Option<Sighting> {
    let value = |value: Value| Seen { type_name: value.t, len: value.n, shown: value.r };
    Some(Sighting {
        path: RepoPath::new(&spelled(&sight.path, root)?).ok()?,
        line: LineNo::new(sight.line)?,
        lines: (LineNo::new(sight.first)?, LineNo::new(sight.last)?),
        is_failure: sight.failed,
        values: sight.values.into_iter().map(|(text, seen)| (text, value(seen))).collect(),
    })
}

/// Doubts that every watched runner shares: it did not start, ran nothing, or its exit code tells another story than its tests.
pub(super) fn doubt(runner: &str, finished: &Finished, testimony: &Testimony) -> Option<Distrust> {
    let end = said(finished.exit);
    let has_failed = testimony.has_failed();
    let collected = testimony.collected.as_ref().map_or(0, Vec::len);
    if !testimony.has_begun || (testimony.tests.is_empty() && !testimony.has_ended) {
        return Some(no_result(runner, finished));
    }
    if testimony.tests.is_empty() {
        let text = format!("{runner} ran no test ({end})");
        return Some(Distrust { code: "no-tests", text, hint: Some("name the tests: `--test 'python -m pytest tests'`".to_owned()) });
    }
    let disagreement = |text: String, hint: Option<&str>| Some(Distrust { code: "disagreement", text, hint: hint.map(str::to_owned) });
    if finished.exit.is_success() && has_failed {
        return disagreement(format!("{runner} ended with exit code 0 although tests failed"), None);
    }
    if !finished.exit.is_success() && !has_failed {
        let hint = "an option such as `--cov-fail-under`, or a plugin, may do that: leave it out with `--test`";
        return disagreement(format!("every test passed, yet {runner} ended with {end}"), Some(hint));
    }
    if finished.exit.is_success() && testimony.tests.len() < collected {
        return disagreement(format!("{runner} found {collected} tests and told the results of {}", testimony.tests.len()), None);
    }
    None
}

/// The runner told nothing that could be used.
fn no_result(runner: &str, finished: &Finished) -> Distrust {
    let said_last = last_line(&finished.stderr).or_else(|| last_line(&finished.stdout)).unwrap_or_default();
    let is_missing = said_last.contains("No module named") && said_last.contains(runner.split(' ').next_back().unwrap_or(runner));
    Distrust {
        code: if is_missing { "runner-missing" } else { "no-result" },
        text: format!("{runner} ended with {} before any test had a result: {said_last}", said(finished.exit)),
        hint: Some("run the tests by hand; what keeps them from starting must be mended first".to_owned()),
    }
}

fn last_line(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    text.lines().rev().find(|line| !line.trim().is_empty()).map(|line| line.trim().chars().take(300).collect())
}

/// `path` below `root` with `/`, the way test names spell it.
pub(super) fn spelled(path: &Path, root: &Path) -> Option<String> {
    path.strip_prefix(root).ok()?.to_str().map(str::to_owned)
}
