//! What a witness has told, line by line, made into the results of tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use super::wire::{Line, Report, Said, Sight};
use crate::judge::{Outcome, TestId, TestResult};

/// The results of a run as its witness told them.
#[derive(Debug, Default)]
pub(super) struct Testimony {
    /// Whether the runner began at all.
    pub(super) has_begun: bool,
    /// Whether it came to its end.
    pub(super) has_ended: bool,
    /// The folder that test names are relative to.
    pub(super) root: Option<PathBuf>,
    /// The tests that were to run, where the runner told.
    pub(super) collected: Option<Vec<String>>,
    /// Every test that has a result; files that could not be collected are failed tests of their path.
    pub(super) tests: BTreeMap<TestId, TestResult>,
    /// Files and folders that could be searched for tests.
    pub(super) searched: Vec<String>,
    /// Files, modules and classes that failed before their tests could run; failed tests, too.
    pub(super) failed_wholes: BTreeSet<TestId>,
    /// Tests that began and have no end.
    pub(super) running: Vec<String>,
    /// Whether a test had parts with results of their own.
    pub(super) has_subtests: bool,
    /// What was seen of values.
    pub(super) sights: Vec<Sight>,
    /// Where the modules came from.
    pub(super) modules: BTreeMap<String, PathBuf>,
}

impl Testimony {
    /// Reads the lines of a witness. One that was killed may have left half a line, which is no line.
    pub(super) fn read(lines: &[u8]) -> Testimony {
        let mut testimony = Testimony::default();
        let parsed = lines.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        parsed.for_each(|line| testimony.hear(line));
        testimony
    }

    fn hear(&mut self, line: Line) {
        match line {
            Line::Begin {} => self.has_begun = true,
            Line::End {} => self.has_ended = true,
            Line::Root { path } => self.root = Some(path),
            Line::Collected { ids } => self.collected.get_or_insert_default().extend(ids),
            Line::Collector { id, outcome: Said::Passed, .. } => self.searched.push(id),
            Line::Collector { id, outcome, text } => {
                if outcome == Said::Failed {
                    self.failed_wholes.insert(TestId(id.clone()));
                }
                self.add(id, outcome, text, 0.0);
            }
            Line::Start { id } => self.running.push(id),
            Line::Report(report) => self.report(report),
            Line::Seen(sight) => self.sights.push(sight),
            Line::Modules { files } => self.modules.extend(files),
            Line::Overtime {} => {}
        }
    }

    fn report(&mut self, report: Report) {
        self.has_subtests |= report.sub;
        if report.when == "teardown" || report.when == "???" {
            self.running.retain(|id| *id != report.id);
        }
        let outcome = match report.outcome {
            Said::Rerun => return,
            // One skipped part of many does not make the test a skipped one.
            Said::Skipped if report.xfail || report.sub => Said::Passed,
            outcome => outcome,
        };
        self.add(report.id, outcome, report.text, report.took);
    }

    fn add(&mut self, id: String, outcome: Said, text: String, seconds: f64) {
        let outcome = match outcome {
            Said::Failed => Outcome::Failed,
            Said::Skipped => Outcome::Skipped,
            Said::Passed | Said::Rerun => Outcome::Passed,
        };
        let took = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let result = self.tests.entry(TestId(id)).or_insert(TestResult { outcome, text: String::new(), took: Some(Duration::ZERO) });
        result.outcome = worse(result.outcome, outcome);
        result.took = result.took.map(|before| before + took);
        if !text.is_empty() && result.text.is_empty() {
            result.text = text;
        }
    }

    /// Makes the tests that were running when the process ended failed ones, for the reason `text`.
    pub(super) fn fail_running(&mut self, text: &str) {
        for id in std::mem::take(&mut self.running) {
            self.tests.insert(TestId(id), TestResult { outcome: Outcome::Failed, text: text.to_owned(), took: None });
        }
    }

    /// Makes a file a failed test: it could not even be loaded.
    pub(super) fn fail_whole(&mut self, id: &str, text: &str) {
        self.hear(Line::Collector { id: id.to_owned(), outcome: Said::Failed, text: text.to_owned() });
    }

    /// Tells of files, modules and classes that failed before their tests in an earlier run whether they are whole now.
    ///
    /// They have no result of their own when they load, but whoever asked about them wants one.
    pub(super) fn pass_wholes(&mut self, failed_before: &BTreeSet<TestId>) {
        for id in failed_before {
            if !self.tests.contains_key(id) && self.is_whole(&id.0) {
                self.tests.insert(id.clone(), TestResult { outcome: Outcome::Passed, text: String::new(), took: None });
            }
        }
    }

    fn is_whole(&self, id: &str) -> bool {
        let folder = id.strip_suffix("conftest.py");
        let is_part = |test: &str| match folder {
            Some(folder) => test.starts_with(folder),
            None => test.strip_prefix(id).is_some_and(|rest| rest.starts_with("::") || rest.starts_with(['.', '/'])),
        };
        self.searched.iter().any(|searched| searched == id) || self.tests.keys().any(|TestId(test)| is_part(test))
    }

    /// Whether a test failed.
    pub(super) fn has_failed(&self) -> bool {
        self.tests.values().any(|result| result.outcome == Outcome::Failed)
    }
}

/// A test is as bad as its worst part, and skipped if any part was.
fn worse(one: Outcome, two: Outcome) -> Outcome {
    match (one, two) {
        (Outcome::Failed, _) | (_, Outcome::Failed) => Outcome::Failed,
        (Outcome::Skipped, _) | (_, Outcome::Skipped) => Outcome::Skipped,
        (Outcome::Passed, Outcome::Passed) => Outcome::Passed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome_of(lines: &str) -> Outcome {
        Testimony::read(lines.as_bytes()).tests[&TestId("t".to_owned())].outcome
    }

    #[test]
    fn a_test_is_as_bad_as_its_worst_part() {
        let line = |when: &str, outcome: &str| format!("{{\"k\":\"report\",\"id\":\"t\",\"when\":\"{when}\",\"outcome\":\"{outcome}\"}}\n");
        assert_eq!(outcome_of(&(line("setup", "passed") + &line("call", "passed") + &line("teardown", "failed"))), Outcome::Failed);
        assert_eq!(outcome_of(&(line("setup", "skipped") + &line("teardown", "passed"))), Outcome::Skipped);
        assert_eq!(outcome_of(r#"{"k":"report","id":"t","when":"call","outcome":"skipped","xfail":true}"#), Outcome::Passed);
    }

    #[test]
    fn a_test_without_an_end_was_running() {
        let lines = b"{\"k\":\"begin\"}\n{\"k\":\"start\",\"id\":\"a\"}\n{\"k\":\"report\",\"id\":\"a\",\"when\":\"teardown\",\"outcome\":\"passed\"}\n{\"k\":\"start\",\"id\":\"b\"}\n{\"k\":\"rep";
        let mut testimony = Testimony::read(lines);
        assert_eq!(testimony.running, ["b"]);
        testimony.fail_running("timeout");
        assert_eq!(testimony.tests[&TestId("b".to_owned())].text, "timeout");
        assert!(testimony.has_begun && !testimony.has_ended && testimony.has_failed());
    }
}
