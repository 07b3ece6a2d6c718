//! The tests and, where there is one, the command whose failure is the fault: one thing that runs with a patch or without.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::target::failures_of;
use crate::diagnosis::{Facts, Spot};
use crate::judge::{Failure, Outcome, Run, TestId};
use crate::localize::Spectrum;
use crate::project::plan::TestPlan;
use crate::text::Patch;
use crate::trial::{Lab, Scope, Screened, Screening, TrialError, is_doctest};

/// Failing tests that are run before the rest of them: one fault fails them all, so what leaves these red need not meet the others.
const FEW: usize = 5;
/// From so many failing tests on it pays to run a few of them first, since a candidate that passes these needs a second run.
const MANY: usize = 20;

/// Passing tests that are watched beside failing ones, and how long each of them may have taken.
const BESIDE: usize = 10;
/// See [`BESIDE`].
const SHORT: Duration = Duration::from_secs(1);

/// Runs what a verdict needs.
pub(super) struct Court<'a> {
    lab: Lab<'a>,
    repro: Option<TestPlan>,
    /// How long each test took in the last run of everything, where its runner tells.
    took: BTreeMap<TestId, Duration>,
    /// The tests that passed then.
    passed: BTreeSet<TestId>,
}

impl<'a> Court<'a> {
    pub(super) fn new(lab: Lab<'a>, repro: Option<TestPlan>) -> Court<'a> {
        let mut court = Court { lab, repro: None, took: BTreeMap::new(), passed: BTreeSet::new() };
        if let Some(repro) = repro {
            court.reproduce_by(repro);
        }
        court
    }

    /// From now on, `repro` is the command whose failure is the fault.
    pub(super) fn reproduce_by(&mut self, repro: TestPlan) {
        self.lab.reproduce_by(repro.clone());
        self.repro = Some(repro);
    }

    /// From now on, `plan` runs the tests.
    pub(super) fn test_by(&mut self, plan: TestPlan) {
        self.lab.test_by(plan);
    }

    /// How the tests are run.
    pub(super) fn plan(&self) -> &TestPlan {
        self.lab.plan()
    }

    /// The command whose failure is the fault, where there is one beside the tests.
    pub(super) fn repro(&self) -> Option<&TestPlan> {
        self.repro.as_ref()
    }

    /// All tests, and the command.
    pub(super) fn all(&mut self, patch: &Patch) -> Result<Run, TrialError> {
        let tests = self.lab.run(some(patch), &Scope::All)?;
        self.took = tests.tests.iter().filter_map(|(id, result)| Some((id.clone(), result.took?))).collect();
        self.passed = tests.with(Outcome::Passed).cloned().collect();
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

    /// A few of the tests that show `target`, with call stacks.
    pub(super) fn backtrace(&mut self, patch: &Patch, target: &Failure) -> Result<Run, TrialError> {
        let few: Vec<TestId> = target.tests.iter().take(FEW).cloned().collect();
        self.lab.backtrace(some(patch), &if few.is_empty() { Scope::All } else { Scope::Tests(few) })
    }

    /// As little as tells whether `target` may be gone: for a build, the build alone.
    pub(super) fn screen(&mut self, patch: &Patch, target: &Failure) -> Result<Run, TrialError> {
        let is_in_build = || !target.tests.iter().any(is_doctest);
        if target.is_build && self.repro.is_none() && is_in_build() {
            return self.lab.run(some(patch), &Scope::Build);
        }
        if target.tests.len() >= MANY && self.repro.is_none() {
            let few = quickest(target, &self.took);
            let run = self.lab.run(some(patch), &Scope::Tests(few.clone()))?;
            if !few.iter().all(|id| run.passed(id)) {
                return Ok(run);
            }
        }
        self.target(patch, target)
    }

    /// What the values on the lines of `spots` were while a few tests that show `target` ran; nothing where that run does not show the
    /// target. None without a run, where nobody can look.
    pub(super) fn look(&mut self, patch: &Patch, target: &Failure, spots: &[Spot]) -> Result<Option<Facts>, TrialError> {
        let watched: BTreeSet<_> = spots.iter().map(|spot| (spot.path.clone(), spot.line)).collect();
        let watched: Vec<_> = watched.into_iter().collect();
        let few: Vec<TestId> = target.tests.iter().take(FEW).cloned().collect();
        let beside = self.beside(&few);
        let scope = if few.is_empty() { Scope::All } else { Scope::Tests(few.into_iter().chain(beside.iter().cloned()).collect()) };
        // What another failure has met would be taken for what this one met.
        let is_shown = |run: &Run| {
            !beside.iter().any(|id| run.failed(id)) && failures_of(run).iter().any(|failure| failure.fingerprint() == target.fingerprint())
        };
        let looked = self.lab.look(some(patch), &scope, &watched)?;
        Ok(looked.map(|(run, facts)| if is_shown(&run) { facts } else { Facts::default() }))
    }

    /// Tests that pass and stand beside one of `few`, in its class or file: what they meet on the same lines is how it should be.
    fn beside(&self, few: &[TestId]) -> Vec<TestId> {
        let homes: BTreeSet<&str> = few.iter().filter_map(home).collect();
        let is_short = |id: &&TestId| self.took.get(*id).is_some_and(|took| *took < SHORT);
        let is_beside = |id: &&TestId| home(id).is_some_and(|home| homes.contains(home));
        self.passed.iter().filter(is_beside).filter(is_short).take(BESIDE).cloned().collect()
    }

    /// What each of `tests` runs; none where nobody can watch.
    pub(super) fn trace(&mut self, patch: &Patch, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        self.lab.trace(some(patch), tests)
    }

    /// What becomes of variants of the code with `patch`; none where there is no quick way.
    pub(super) fn try_variants(&mut self, patch: &Patch, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        self.lab.screen(some(patch), screening)
    }

    /// At most `n` tests that pass quickly: those beside `failing` first, then the others in the order of their names.
    pub(super) fn near(&self, failing: &[TestId], n: usize) -> Vec<TestId> {
        let homes: BTreeSet<&str> = failing.iter().filter_map(home).collect();
        let is_short = |id: &&TestId| self.took.get(*id).is_none_or(|took| *took < SHORT);
        let is_beside = |id: &&TestId| home(id).is_some_and(|home| homes.contains(home));
        let (beside, others): (Vec<&TestId>, Vec<&TestId>) = self.passed.iter().filter(is_short).partition(is_beside);
        beside.into_iter().chain(others).take(n).cloned().collect()
    }

    /// How many runs of the target end within `time`, in powers of two so that the load of the machine hardly matters.
    pub(super) fn runs_within(&self, time: Duration) -> usize {
        let one = self.lab.in_tests() / self.lab.n_runs().max(1);
        let n = time.as_millis() / one.as_millis().max(1);
        usize::try_from(n).unwrap_or(usize::MAX).checked_next_power_of_two().map_or(usize::MAX, |n| n / 2)
    }

    /// Whether the files of `patch` compile that nothing else compiles before the first test of [`Court::screen`] runs; says why not.
    pub(super) fn may_run(&mut self, patch: &Patch) -> Result<Result<(), String>, TrialError> {
        self.lab.may_run(patch)
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

/// What holds a test: the file or the class that its name begins with.
fn home(id: &TestId) -> Option<&str> {
    id.0.rsplit_once("::").or_else(|| id.0.rsplit_once('.')).map(|(home, _)| home)
}

fn some(patch: &Patch) -> Option<&Patch> {
    (!patch.is_empty()).then_some(patch)
}

/// The [`FEW`] tests of `target` that took the least time; of equal ones those that come first.
fn quickest(target: &Failure, took: &BTreeMap<TestId, Duration>) -> Vec<TestId> {
    let mut tests: Vec<TestId> = target.tests.iter().cloned().collect();
    tests.sort_by_key(|id| took.get(id).copied().unwrap_or_default());
    tests.truncate(FEW);
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_of_the_failing_tests_come_first() {
        let ids: Vec<TestId> = (0..9).map(|n| TestId(format!("t{n}"))).collect();
        let target = Failure { event: None, tests: ids.iter().cloned().collect(), is_build: false };
        let took = ids.iter().zip([9, 8, 1, 7, 1, 6, 5, 0, 4]).map(|(id, millis)| (id.clone(), Duration::from_millis(millis))).collect();
        let names: Vec<String> = quickest(&target, &took).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["t7", "t2", "t4", "t8", "t6"]);
    }
}
