//! Collects the evidence for one patch: slow, clean, and always last.

use super::HealError;
use super::climb::Plausible;
use super::court::Court;
use crate::judge::{Evidence, Failure, Outcome, Run, TestId, Verdict, judge};
use crate::text::Patch;

/// Runs of the target with the patch: the quick look is one, the run of everything another.
const GREEN_RUNS_LEFT: usize = 1;
/// Reruns, with and without the patch, of tests that were lost.
const RERUNS: usize = 2;

/// What stands before the patch: two runs of it.
pub(super) struct Before {
    /// Everything.
    pub(super) all: Run,
    /// The target once more.
    pub(super) again: Run,
}

/// The verdict on `plausible`, and the run of everything with it.
///
/// # Errors
/// A run could not be made at all.
pub(super) fn prove(
    court: &mut Court<'_>,
    base: &Patch,
    plausible: &Plausible,
    target: &Failure,
    before: &Before,
) -> Result<(Verdict, Run), HealError> {
    let patch = &plausible.patch;
    let all = court.all(patch)?;
    let mut evidence = Evidence { before: vec![before.all.clone(), before.again.clone()], after: vec![all.clone()], ..Evidence::default() };
    // The quick look stands for a run where it saw all of the target: that of a build runs no test, and that of a second fault behind
    // the first runs only the tests which show the second.
    let sees_all = !target.is_build && plausible.run.cures(target);
    let quick = sees_all.then(|| plausible.run.clone());
    let n_left = GREEN_RUNS_LEFT + usize::from(quick.is_none());
    evidence.after.extend(quick);
    for _ in 0..n_left {
        evidence.after.push(court.target(patch, target)?);
    }
    rerun_lost(court, base, patch, target, &mut evidence)?;
    let verdict = judge(added(base, patch, plausible), plausible.nature(), target, &evidence);
    Ok((verdict, all))
}

/// The patch that counts from `base`, so that `Healed`s join; with an empty base it is the whole.
fn added(base: &Patch, patch: &Patch, plausible: &Plausible) -> Patch {
    if base.is_empty() {
        return patch.clone();
    }
    let steps = plausible.steps.iter().map(|step| step.patch.clone());
    steps.reduce(|one, two| one.then(&two).unwrap_or(one)).unwrap_or_else(|| patch.clone())
}

fn rerun_lost(court: &mut Court<'_>, base: &Patch, patch: &Patch, target: &Failure, evidence: &mut Evidence) -> Result<(), HealError> {
    let failed = |id: &TestId| evidence.after[0].tests.get(id).is_some_and(|result| result.outcome == Outcome::Failed);
    let tests: std::collections::BTreeSet<TestId> = evidence.lost().into_iter().filter(failed).collect();
    if tests.is_empty() || court.has_repro() {
        return Ok(());
    }
    let lost = Failure { event: None, tests, is_build: target.is_build };
    for _ in 0..RERUNS {
        evidence.again_with.push(court.target(patch, &lost)?);
        evidence.again_without.push(court.target(base, &lost)?);
    }
    Ok(())
}
