//! The tests and, where there is one, the command whose failure is the fault: one thing that runs with a patch or without.

use std::time::Duration;

use crate::judge::{Failure, Run};
use crate::project::plan::TestPlan;
use crate::text::Patch;
use crate::trial::{Lab, Scope, TrialError};

/// Runs what a verdict needs.
pub(super) struct Court<'a> {
    lab: Lab<'a>,
    repro: Option<TestPlan>,
}

impl<'a> Court<'a> {
    pub(super) fn new(lab: Lab<'a>, repro: Option<TestPlan>) -> Court<'a> {
        let lab = match &repro {
            Some(repro) => lab.with_repro(repro.clone()),
            None => lab,
        };
        Court { lab, repro }
    }

    /// All tests, and the command.
    pub(super) fn all(&mut self, patch: &Patch) -> Result<Run, TrialError> {
        let tests = self.lab.run(some(patch), &Scope::All)?;
        if self.repro.is_none() {
            return Ok(tests);
        }
        let command = self.lab.reproduce(some(patch))?;
        Ok(Run { tests: tests.tests, wall: tests.wall + command.wall, ..command })
    }

    /// At least what shows `target`.
    pub(super) fn target(&mut self, patch: &Patch, target: &Failure) -> Result<Run, TrialError> {
        if self.repro.is_some() {
            return self.lab.reproduce(some(patch));
        }
        let tests: Vec<_> = target.tests.iter().cloned().collect();
        self.lab.run(some(patch), &if tests.is_empty() { Scope::All } else { Scope::Tests(tests) })
    }

    /// As little as tells whether `target` may be gone: for a build, the build alone.
    pub(super) fn screen(&mut self, patch: &Patch, target: &Failure) -> Result<Run, TrialError> {
        if target.is_build && self.repro.is_none() { self.lab.run(some(patch), &Scope::Build) } else { self.target(patch, target) }
    }

    /// Whether the patched files compile in the project's own interpreter or compiler; what it says, where they do not.
    pub(super) fn compiles(&mut self, patch: &Patch) -> Result<Result<(), String>, TrialError> {
        self.lab.compiles(patch)
    }

    /// Whether a command of the user's stands beside the tests.
    pub(super) fn has_repro(&self) -> bool {
        self.repro.is_some()
    }

    /// Wall time inside test runs.
    pub(super) fn in_tests(&self) -> Duration {
        self.lab.in_tests()
    }

    /// What runs, for a person.
    pub(super) fn line(&self) -> String {
        self.repro.as_ref().unwrap_or(self.lab.plan()).line()
    }
}

fn some(patch: &Patch) -> Option<&Patch> {
    (!patch.is_empty()).then_some(patch)
}
