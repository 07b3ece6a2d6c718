//! The sum of a run: every target's results, all output, the first doubt.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::judge::{Distrust, Exit, Outcome, Run, TestId, TestResult};
use crate::process::Finished;
use crate::trial::runner::run_of;

/// What has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Every test that has a result.
    pub(super) tests: BTreeMap<TestId, TestResult>,
    /// The first reason not to believe the run.
    pub(super) doubt: Option<Distrust>,
    /// Output for a person.
    output: Vec<u8>,
    /// Output for the reader of logs.
    log: Vec<u8>,
    wall: Duration,
    has_failed: bool,
    has_timed_out: bool,
}

impl Account {
    /// Counts the time of a process, and keeps its output for a person and, if it may hold failures, for the reader of logs.
    pub(super) fn add(&mut self, finished: &Finished, log: &[u8], output: &[u8]) {
        self.wall += finished.wall;
        self.has_failed |= !finished.exit.is_success();
        for (kept, new) in [(&mut self.log, log), (&mut self.output, output)] {
            kept.extend_from_slice(new);
            if !new.is_empty() && !new.ends_with(b"\n") {
                kept.push(b'\n');
            }
        }
    }

    /// The same of a test program, whose output is one for all.
    pub(super) fn add_program(&mut self, finished: &Finished) {
        let output = [finished.stdout.as_slice(), finished.stderr.as_slice()].join(&b'\n');
        self.add(finished, &output, &output);
    }

    /// Keeps a result.
    pub(super) fn tell(&mut self, id: String, outcome: Outcome, text: &str) {
        self.has_failed |= outcome == Outcome::Failed;
        self.tests.insert(TestId(id), TestResult { outcome, text: text.to_owned(), took: None });
    }

    /// Keeps a doubt, if it is the first.
    pub(super) fn distrust(&mut self, code: &'static str, text: String, hint: Option<&str>) {
        self.doubt.get_or_insert(Distrust { code, text, hint: hint.map(str::to_owned) });
    }

    /// The whole ran out of time.
    pub(super) fn time_out(&mut self) {
        self.has_timed_out = true;
    }

    /// The run as cargo would have ended it.
    pub(super) fn close(mut self) -> Run {
        if self.tests.is_empty() {
            self.distrust("no-tests", "cargo ran no test".to_owned(), Some("name the tests: `--test 'cargo test --workspace'`"));
        }
        let exit = match (self.has_timed_out, self.has_failed) {
            (true, _) => Exit::TimedOut,
            (_, true) => Exit::Code(101),
            _ => Exit::Code(0),
        };
        Run { tests: self.tests, has_tests: true, distrust: self.doubt, ..run_of(exit, &self.log, &self.output, self.wall) }
    }
}
