//! The one judge: what a patch is worth, given the evidence.

use std::collections::BTreeSet;

use super::evidence::{TIMES_GREEN, TIMES_RED};
use super::{Evidence, Failure, Nature, TestId};
use crate::text::Patch;

/// A patch that cured the target failure and cost nothing. Only [`judge`] makes one; `deliver` takes nothing else by default.
#[derive(Debug, Clone)]
pub struct Healed {
    patch: Patch,
    proof: Proof,
    cured: BTreeSet<TestId>,
}

/// How strong the evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// A command or a build stopped failing.
    Exit,
    /// A red test turned green.
    Assertion,
}

impl Proof {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Proof::Exit => "exit",
            Proof::Assertion => "assertion",
        }
    }
}

/// What a patch is worth.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Proved.
    Healed(Healed),
    /// Harmless, but nothing showed that the fault is gone: show it, never commit it.
    Unproven(Patch),
    /// The target did not show each time without the patch.
    Flaky,
    /// The target shows with the patch too, at least once.
    StillFails,
    /// These tests passed before and do not pass now.
    Broke(BTreeSet<TestId>),
    /// The program builds now, but tests fail of which nobody knows whether they ever passed.
    FailsLater(BTreeSet<TestId>),
    /// The patch is of a kind that is never called healed.
    Refused(&'static str),
    /// A run is no evidence; its own words say why.
    Unusable(String),
}

impl Healed {
    /// The change.
    pub fn patch(&self) -> &Patch {
        &self.patch
    }

    /// How strong the evidence is.
    pub fn proof(&self) -> Proof {
        self.proof
    }

    /// The tests that failed without it and pass with it.
    pub fn cured(&self) -> &BTreeSet<TestId> {
        &self.cured
    }

    /// This patch and then another that was proved on top of it, as one. None where `next` was made for another text.
    pub fn then(&self, next: &Healed) -> Option<Healed> {
        let patch = self.patch.then(&next.patch)?;
        let cured = self.cured.union(&next.cured).cloned().collect();
        Some(Healed { patch, proof: self.proof.min(next.proof), cured })
    }
}

/// Compares the runs without and with `patch`; `target` is the failure that was asked about.
///
/// Two red runs without the patch, three green ones with it, and no test lost.
pub fn judge(patch: Patch, nature: Nature, target: &Failure, evidence: &Evidence) -> Verdict {
    if nature.touches_test {
        return Verdict::Refused(super::reasons::TOUCHES_TEST);
    }
    if nature.is_forbidden {
        return Verdict::Refused(super::reasons::FORBIDDEN);
    }
    if nature.makes_up {
        return Verdict::Refused(super::reasons::MADE_UP_VALUE);
    }
    let mut runs = evidence.before.iter().chain(&evidence.after);
    if let Some(distrust) = runs.find_map(|run| run.distrust.as_ref()) {
        return Verdict::Unusable(distrust.text.clone());
    }
    if evidence.before.len() < TIMES_RED || evidence.after.len() < TIMES_GREEN {
        return Verdict::Unproven(patch);
    }
    if !evidence.before.iter().all(|run| run.shows(target)) {
        return Verdict::Flaky;
    }
    // Before, these could not run: a test that fails now may have been broken by this very patch.
    let failing = evidence.failing_since_loaded(target);
    if !failing.is_empty() {
        return Verdict::FailsLater(failing);
    }
    if evidence.after.iter().any(|run| run.shows(target)) {
        return Verdict::StillFails;
    }
    // A test that vanished or is skipped now counts as lost, else a patch could win by breaking test collection.
    let lost = evidence.lost_for_sure();
    if !lost.is_empty() {
        return Verdict::Broke(lost);
    }
    if !evidence.after.iter().all(|run| run.cures(target)) {
        return Verdict::StillFails;
    }
    let proof = if target.tests.is_empty() || target.is_build { Proof::Exit } else { Proof::Assertion };
    if nature.is_guess || (proof == Proof::Exit && nature.hides) {
        return Verdict::Unproven(patch);
    }
    Verdict::Healed(Healed { patch, proof, cured: evidence.cured() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::judge::{Exit, Outcome, Run, TestResult};
    use crate::text::{FilePatch, RepoPath};

    fn run(results: &[(&str, Outcome)]) -> Run {
        let result = |outcome| TestResult { outcome, text: String::new(), took: None };
        let tests: BTreeMap<_, _> = results.iter().map(|&(id, outcome)| (TestId(id.to_owned()), result(outcome))).collect();
        let is_red = results.iter().any(|(_, outcome)| *outcome == Outcome::Failed);
        Run {
            exit: Exit::Code(i32::from(is_red)),
            tests,
            has_tests: true,
            events: Vec::new(),
            output: String::new(),
            wall: Duration::ZERO,
            distrust: None,
        }
    }

    fn target(tests: &[&str]) -> Failure {
        Failure { event: None, tests: tests.iter().map(|id| TestId((*id).to_owned())).collect(), is_build: false }
    }

    fn patch() -> Patch {
        let bytes = |text: &str| Arc::from(text.as_bytes());
        Patch::new(vec![FilePatch { path: RepoPath::new("a.py").unwrap(), before: bytes("1\n"), after: bytes("2\n") }])
    }

    fn verdict(before: &[(&str, Outcome)], after: &[(&str, Outcome)], nature: Nature) -> Verdict {
        let evidence = Evidence { before: vec![run(before); 2], after: vec![run(after); 3], ..Evidence::default() };
        judge(patch(), nature, &target(&["t"]), &evidence)
    }

    use Outcome::{Failed, Passed, Skipped};

    #[test]
    fn a_red_test_that_turns_green_at_no_cost_is_healed() {
        let Verdict::Healed(healed) = verdict(&[("t", Failed), ("u", Passed)], &[("t", Passed), ("u", Passed)], Nature::default()) else {
            panic!("not healed");
        };
        assert_eq!(healed.proof(), Proof::Assertion);
        assert_eq!(healed.cured().len(), 1);
    }

    #[test]
    fn a_test_that_fails_is_skipped_or_vanishes_blocks() {
        for after in [&[("t", Passed), ("u", Failed)][..], &[("t", Passed), ("u", Skipped)], &[("t", Passed)]] {
            assert!(matches!(verdict(&[("t", Failed), ("u", Passed)], after, Nature::default()), Verdict::Broke(lost) if lost.len() == 1));
        }
    }

    #[test]
    fn a_target_that_is_skipped_or_vanishes_is_not_cured() {
        for after in [&[("t", Skipped), ("u", Passed)][..], &[("u", Passed)]] {
            assert!(matches!(verdict(&[("t", Failed), ("u", Passed)], after, Nature::default()), Verdict::StillFails));
        }
    }

    #[test]
    fn of_many_targets_a_few_may_skip_themselves_in_the_end() {
        let ask = |after: &[(&str, Outcome)]| {
            let before = [("t", Failed), ("u", Failed), ("v", Failed)];
            let evidence = Evidence { before: vec![run(&before); 2], after: vec![run(after); 3], ..Evidence::default() };
            judge(patch(), Nature::default(), &target(&["t", "u", "v"]), &evidence)
        };
        assert!(matches!(ask(&[("t", Passed), ("u", Passed), ("v", Skipped)]), Verdict::Healed(_)));
        assert!(matches!(ask(&[("t", Passed), ("u", Skipped), ("v", Skipped)]), Verdict::StillFails));
        assert!(matches!(ask(&[("t", Passed), ("u", Passed)]), Verdict::StillFails));
    }

    #[test]
    fn one_green_run_without_the_patch_is_flaky_and_one_red_run_with_it_fails() {
        let (red, green) = (run(&[("t", Failed)]), run(&[("t", Passed)]));
        let flaky = Evidence { before: vec![red.clone(), green.clone()], after: vec![green.clone(); 3], ..Evidence::default() };
        assert!(matches!(judge(patch(), Nature::default(), &target(&["t"]), &flaky), Verdict::Flaky));
        let fails = Evidence { before: vec![red.clone(); 2], after: vec![green.clone(), green, red], ..Evidence::default() };
        assert!(matches!(judge(patch(), Nature::default(), &target(&["t"]), &fails), Verdict::StillFails));
    }

    #[test]
    fn a_new_failure_counts_unless_it_is_flaky() {
        let before = run(&[("t", Failed), ("u", Passed)]);
        let (good, bad) = (run(&[("t", Passed), ("u", Passed)]), run(&[("t", Passed), ("u", Failed)]));
        let evidence = |again_with: &Run, again_without: &Run| Evidence {
            before: vec![before.clone(); 2],
            after: vec![bad.clone(), good.clone(), good.clone()],
            again_with: vec![again_with.clone(); 2],
            again_without: vec![again_without.clone(); 2],
        };
        let ask = |evidence: &Evidence| judge(patch(), Nature::default(), &target(&["t"]), evidence);
        assert!(matches!(ask(&evidence(&bad, &good)), Verdict::Broke(_)));
        assert!(matches!(ask(&evidence(&good, &good)), Verdict::Healed(_)));
        assert!(matches!(ask(&evidence(&bad, &bad)), Verdict::Healed(_)));
    }

    #[test]
    fn an_exit_code_alone_does_not_prove_a_cover() {
        let (mut red, green) = (run(&[]), run(&[]));
        red.exit = Exit::Code(1);
        let evidence = Evidence { before: vec![red; 2], after: vec![green; 3], ..Evidence::default() };
        let nature = Nature { hides: true, ..Nature::default() };
        assert!(matches!(judge(patch(), nature, &target(&[]), &evidence), Verdict::Unproven(_)));
        let Verdict::Healed(healed) = judge(patch(), Nature::default(), &target(&[]), &evidence) else { panic!("not healed") };
        assert_eq!(healed.proof(), Proof::Exit);
    }

    #[test]
    fn a_guess_is_not_healed_whatever_passes() {
        let nature = Nature { is_guess: true, ..Nature::default() };
        assert!(matches!(verdict(&[("t", Failed), ("u", Passed)], &[("t", Passed), ("u", Passed)], nature), Verdict::Unproven(_)));
    }

    #[test]
    fn a_build_that_leads_to_failing_tests_is_not_healed() {
        let (red, after) = (run(&[("p::lib", Failed)]), run(&[("p::lib", Passed), ("p::lib::t", Failed), ("p::lib::u", Passed)]));
        let evidence = Evidence { before: vec![red; 2], after: vec![after; 3], ..Evidence::default() };
        let target = Failure { is_build: true, ..target(&["p::lib"]) };
        assert!(matches!(judge(patch(), Nature::default(), &target, &evidence), Verdict::FailsLater(tests) if tests.len() == 1));
    }

    #[test]
    fn a_file_that_could_not_be_loaded_is_cured_by_its_tests() {
        let ask = |after: &[(&str, Outcome)]| {
            let evidence = Evidence { before: vec![run(&[("a.py", Failed)]); 2], after: vec![run(after); 3], ..Evidence::default() };
            judge(patch(), Nature::default(), &target(&["a.py"]), &evidence)
        };
        assert!(matches!(ask(&[("a.py::t", Passed), ("a.py::u", Skipped)]), Verdict::Healed(_)));
        assert!(matches!(ask(&[("a.py::t", Passed), ("a.py::u", Failed)]), Verdict::FailsLater(_)));
        assert!(matches!(ask(&[("b.py::t", Passed)]), Verdict::StillFails));
    }

    #[test]
    fn too_few_runs_and_forbidden_changes_prove_nothing() {
        let evidence = Evidence { before: vec![run(&[("t", Failed)]); 2], after: vec![run(&[("t", Passed)]); 2], ..Evidence::default() };
        assert!(matches!(judge(patch(), Nature::default(), &target(&["t"]), &evidence), Verdict::Unproven(_)));
        let nature = Nature { touches_test: true, ..Nature::default() };
        assert!(matches!(verdict(&[("t", Failed)], &[("t", Passed)], nature), Verdict::Refused("touches-test")));
    }
}
