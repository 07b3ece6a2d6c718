//! What a person gets who asked for a build that is healed in part: the patch that leaves the fewest errors, once it is seen to add none.

use super::HealError;
use super::climb::is_less;
use super::court::Court;
use super::ending::{self, Ending};
use super::target::{command_failures, failures_of};
use super::work::Work;
use crate::judge::{Failure, Outcome, Run};
use crate::report::Step;

impl Work<'_, '_> {
    /// Takes the best part of a cure for the build that was asked about, if the person wants one and nothing better is there; `before` is
    /// the run of everything without a patch.
    ///
    /// # Errors
    /// A run could not be made at all.
    pub(super) fn keep_part(&mut self, court: &mut Court<'_>, before: &Run, ending: &mut Ending) -> Result<(), HealError> {
        let best = std::mem::take(&mut self.tally.part).best();
        let is_wanted = ending.accepted.is_empty() && ending.unproven.is_none() && ending.stop.is_none();
        let Some((errors, plausible)) = best.filter(|_| is_wanted) else { return Ok(()) };
        (self.on_step)(Step::Phase("looking at what a part of the cure leaves"));
        let after = court.all(&plausible.patch)?;
        let shown = if court.has_repro() { command_failures(&after) } else { failures_of(&after) };
        let left: Vec<Failure> = shown.into_iter().filter(|failure| failure.is_build).collect();
        if after.distrust.is_some() || !is_less(&errors, &left) || harms(before, &after) {
            return Ok(());
        }
        self.tally.space.rank = plausible.rank;
        ending.part = Some(ending::Part { gone: errors.len() - left.len(), of: errors.len() });
        self.tally.space.healed_errors = u32::try_from(errors.len() - left.len()).unwrap_or(u32::MAX);
        ending.remaining = left.into_iter().filter_map(|failure| failure.event).collect();
        ending.after = Some(after);
        ending.unproven = Some(plausible);
        Ok(())
    }
}

/// Whether a test that passed does not, or one fails that did not fail before: behind an error that is gone, tests may come to light that
/// the patch itself has broken.
fn harms(before: &Run, after: &Run) -> bool {
    before.with(Outcome::Passed).any(|id| !after.passed(id)) || after.with(Outcome::Failed).any(|id| !before.failed(id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::judge::{TestId, TestResult};

    fn run(results: &[(&str, Outcome)]) -> Run {
        let result = |outcome| TestResult { outcome, text: String::new(), took: None };
        let tests: BTreeMap<_, _> = results.iter().map(|&(id, outcome)| (TestId(id.to_owned()), result(outcome))).collect();
        Run { tests, has_tests: true, ..super::super::target::no_run() }
    }

    #[test]
    fn a_part_may_cost_no_test_and_lay_none_bare_that_fails() {
        use Outcome::{Failed, Passed};
        let before = run(&[("a::lib", Failed), ("b::lib::t", Passed)]);
        assert!(!harms(&before, &run(&[("a::lib", Failed), ("b::lib::t", Passed)])));
        assert!(!harms(&before, &run(&[("a::lib", Passed), ("b::lib::t", Passed)])));
        assert!(harms(&before, &run(&[("a::lib", Failed), ("b::lib::t", Failed)])), "it broke one");
        assert!(harms(&before, &run(&[("a::lib", Failed)])), "it lost one");
        assert!(harms(&run(&[("c::lib", Failed)]), &run(&[("c::it::t", Failed)])), "one that never ran fails");
    }
}
