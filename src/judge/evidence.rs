//! What was asked about, and what the runs showed of it.

use std::collections::BTreeSet;

use super::{Outcome, Run, TestId};
use crate::event::{Event, Fingerprint};

/// How often the target must be seen without the patch, and be gone with it.
pub(super) const TIMES_RED: usize = 2;
/// See [`TIMES_RED`].
pub(super) const TIMES_GREEN: usize = 3;

/// The failure that a patch is to cure.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The event; its fingerprint must vanish. None where a command fails without saying why.
    pub event: Option<Event>,
    /// The tests that show it, or what holds tests and cannot be built or loaded; empty for a command without tests.
    pub tests: BTreeSet<TestId>,
    /// Whether a compiler says it.
    pub is_build: bool,
}

impl Failure {
    /// The name under which the failure is found again.
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        self.event.as_ref().map(|event| &event.fingerprint)
    }
}

/// What a patch does to the text, as far as it bears on belief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own, and any of them may hold")]
pub struct Nature {
    /// It only guards, defaults, returns early, swallows or deletes: an exit code alone cannot tell a cure from a cover.
    pub hides: bool,
    /// It changes a byte of a test.
    pub touches_test: bool,
    /// It deletes the failing statement, a test or an assertion, or adds a stub, `unsafe`, `allow`, a bare `except` or a copy that
    /// drifts apart from its original.
    pub is_forbidden: bool,
    /// It makes up a value in code that must rather have none: sums of money, hashes, texts that are read.
    pub makes_up: bool,
    /// A search found it, and too few tests run what it changes to tell it from other changes that pass, too.
    pub is_guess: bool,
}

impl Nature {
    /// What two patches together do.
    #[must_use]
    pub fn and(self, other: Nature) -> Nature {
        Nature {
            hides: self.hides || other.hides,
            touches_test: self.touches_test || other.touches_test,
            is_forbidden: self.is_forbidden || other.is_forbidden,
            makes_up: self.makes_up || other.makes_up,
            is_guess: self.is_guess || other.is_guess,
        }
    }
}

/// The runs that a verdict rests on.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Runs without the patch: the first of everything, the others at least of the target.
    pub before: Vec<Run>,
    /// Runs with the patch: the first of everything, the others at least of the target.
    pub after: Vec<Run>,
    /// Reruns with the patch of the tests that were lost in `after`.
    pub again_with: Vec<Run>,
    /// Reruns without the patch of the same tests.
    pub again_without: Vec<Run>,
}

impl Run {
    /// Whether the run shows `target`: one of its tests failed, or, without tests, the build or command failed in the same way.
    pub fn shows(&self, target: &Failure) -> bool {
        if !target.tests.is_empty() {
            return target.tests.iter().any(|id| self.failed(id));
        }
        let said = target.fingerprint().is_none_or(|wanted| self.events.iter().any(|event| event.fingerprint == *wanted));
        !self.exit.is_success() && said
    }

    /// Whether the run shows that `target` is gone: its tests passed, or, without tests, all is well; and its text is not printed again.
    ///
    /// A test may turn out to be one that skips itself, once it gets so far; but most must pass, and one alone must.
    pub fn cures(&self, target: &Failure) -> bool {
        let is_well = if target.tests.is_empty() { self.exit.is_success() } else { self.most_pass(target) };
        self.distrust.is_none()
            && is_well
            && !target.fingerprint().is_some_and(|gone| self.events.iter().any(|event| event.fingerprint == *gone))
    }
}

impl Run {
    fn most_pass(&self, target: &Failure) -> bool {
        let is_skipped = |id: &TestId| self.tests.get(id).is_some_and(|result| result.outcome == Outcome::Skipped);
        let (passed, others): (Vec<_>, Vec<_>) = target.tests.iter().partition(|id| self.passed(id));
        passed.len() > others.len() && others.into_iter().all(is_skipped)
    }
}

impl Evidence {
    /// Tests that passed without the patch and do not pass with it: failed, skipped or vanished.
    pub fn lost(&self) -> BTreeSet<TestId> {
        let (Some(before), Some(after)) = (self.before.first(), self.after.first()) else {
            return BTreeSet::new();
        };
        before
            .with(Outcome::Passed)
            .filter(|id| after.tests.get(*id).is_none_or(|result| result.outcome != Outcome::Passed))
            .cloned()
            .collect()
    }

    /// Tests that could not even be loaded without the patch, and fail now that they can.
    pub(super) fn failing_since_loaded(&self, target: &Failure) -> BTreeSet<TestId> {
        let Some(after) = self.after.first() else {
            return BTreeSet::new();
        };
        let is_new = |id: &TestId| target.tests.iter().any(|holder| holder.holds(id));
        after.with(Outcome::Failed).filter(|id| is_new(id)).cloned().collect()
    }

    /// Of [`Evidence::lost`], those that the reruns confirm. Skipped and vanished tests need no rerun; a failure counts unless it
    /// also comes without the patch, or went away both times.
    pub(super) fn lost_for_sure(&self) -> BTreeSet<TestId> {
        let failed = |run: &Run, id: &TestId| run.tests.get(id).is_none_or(|result| result.outcome == Outcome::Failed);
        let after = self.after.first();
        let needs_rerun = |id: &TestId| after.is_some_and(|run| run.tests.get(id).is_some_and(|result| result.outcome == Outcome::Failed));
        let is_flaky = |id: &TestId| {
            let fails_without = self.again_without.iter().any(|run| failed(run, id));
            let passes_with = !self.again_with.is_empty() && self.again_with.iter().all(|run| !failed(run, id));
            fails_without || passes_with
        };
        self.lost().into_iter().filter(|id| !needs_rerun(id) || !is_flaky(id)).collect()
    }

    /// Tests that failed in each run without the patch that ran them, and passed in each with it.
    pub(super) fn cured(&self) -> BTreeSet<TestId> {
        let (Some(before), Some(after)) = (self.before.first(), self.after.first()) else {
            return BTreeSet::new();
        };
        before.with(Outcome::Failed).filter(|id| after.passed(id)).cloned().collect()
    }
}
