//! Tries candidates for one failure: rung by rung, best first, until some cure it or all are used up.
//!
//! A candidate that lifts the failure and lays bare another one in the same place is followed a few steps further: a file may
//! hold two faults, and a compiler stops at the first of several phases. A build has many errors and one judge for all of them: see
//! [`build`].

mod build;
mod part;
mod roots;

use std::collections::BTreeSet;

pub(super) use part::{Part, is_less};

use super::HealError;
use super::court::Court;
use super::library::Library;
use super::target::failures_of;
use super::trace::traced;
use crate::judge::{Failure, Nature, Run, reasons};
use crate::project::{Project, Untouchable};
use crate::propose::{Candidate, Proposal, Rung, propose};
use crate::report::{AdviceReport, Rejection, Space, Step, SuspectReport};
use crate::syntax::LanguageId;
use crate::text::{Patch, RepoPath};

/// How many faults behind one another are followed.
const MAX_DEPTH: usize = 4;
/// How many half cures are followed at each step.
const MAX_BRANCHES: usize = 2;
/// How many cures of one failure are collected before the best is taken.
const ENOUGH: usize = 4;

/// Candidates, one on top of the other, that together cure a failure as far as a quick look tells.
#[derive(Debug, Clone)]
pub(super) struct Plausible {
    /// In the order in which they were laid.
    pub(super) steps: Vec<Candidate>,
    /// All of them, on top of what was proved before.
    pub(super) patch: Patch,
    /// The quick look: a clean run with the patch that shows the target gone.
    pub(super) run: Run,
    /// Executed candidates up to this one.
    pub(super) rank: u32,
}

impl Plausible {
    /// What all steps together do to the text.
    pub(super) fn nature(&self) -> Nature {
        self.steps.iter().fold(Nature::default(), |all, step| all.and(step.nature))
    }
}

/// What was tried, over all failures of a healing.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) space: Space,
    pub(super) rejected: Vec<Rejection>,
    pub(super) advice: Vec<AdviceReport>,
    pub(super) suspects: Vec<SuspectReport>,
    /// Whether any rule spoke at all.
    pub(super) is_known: bool,
    /// What a build was led to so far, so that nothing is followed in a circle.
    pub(super) passed: BTreeSet<Patch>,
    /// The best part of the cure of the build that is asked about.
    pub(super) part: Part,
    /// What has cured nothing, or not for good, so that a second search passes it over.
    pub(super) dead: BTreeSet<Patch>,
}

/// One climb up the ladder.
pub(super) struct Climb<'s, 'a, 'c> {
    pub(super) project: &'a Project,
    pub(super) court: &'s mut Court<'c>,
    pub(super) library: &'s mut Library<'a>,
    pub(super) tally: &'s mut Tally,
    pub(super) on_step: &'s mut dyn FnMut(Step),
}

/// The failures that stand, and what lies under them.
struct Standing<'f> {
    failures: &'f [Failure],
    base: &'f Patch,
    trail: &'f [Candidate],
    /// The failure that the trail began with; none at its beginning.
    root: Option<&'f Failure>,
}

impl Climb<'_, '_, '_> {
    /// The cures of the first of `failures` that has any, best first. For a build, all its errors are one failure.
    pub(super) fn cures(&mut self, failures: &[Failure], base: &Patch) -> Result<Vec<Plausible>, HealError> {
        self.tally.part.begin(failures);
        let mut found = self.search(&Standing { failures, base, trail: &[], root: None })?;
        // The order of the ladder stands, but what mends goes before what covers.
        found.sort_by_key(|plausible| plausible.nature().hides);
        Ok(found)
    }

    fn search(&mut self, standing: &Standing<'_>) -> Result<Vec<Plausible>, HealError> {
        let Some(failure) = standing.failures.first() else { return Ok(Vec::new()) };
        if failure.is_build {
            return self.build(standing);
        }
        let failure = &traced(self.court, self.library, standing.base, failure)?;
        let candidates = self.proposal(failure, standing.base)?.candidates;
        let Found { cures, mut halves } = self.try_all(candidates, failure, standing)?;
        if !cures.is_empty() {
            return Ok(cures);
        }
        let n = if standing.trail.len() + 1 < MAX_DEPTH { MAX_BRANCHES } else { 0 };
        let rest = halves.split_off(n.min(halves.len()));
        let found = self.follow(halves, standing.root.unwrap_or(failure))?;
        if found.is_empty() {
            for half in &rest {
                self.leave(half);
            }
        }
        Ok(found)
    }

    /// Tries the candidates for one failure; lower rungs wait until the upper ones gave nothing.
    fn try_all(&mut self, candidates: Vec<Candidate>, failure: &Failure, standing: &Standing<'_>) -> Result<Found, HealError> {
        let mut found = Found::default();
        let n = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
        for (k, candidate) in (1..).zip(candidates) {
            let is_lower = found.cures.first().is_some_and(|first| is_higher(first, &candidate));
            if found.cures.len() >= ENOUGH || is_lower || self.is_over_budget(&candidate) {
                break;
            }
            (self.on_step)(Step::Candidate { k, n, title: candidate.title.clone() });
            match self.try_one(candidate, failure, standing)? {
                Tried::Cure(plausible) => found.cures.push(*plausible),
                Tried::Half(half) => found.halves.push(*half),
                Tried::Nothing => {}
            }
        }
        Ok(found)
    }

    /// What cures the rest of the first of `halves` whose rest can be cured.
    fn follow(&mut self, halves: Vec<Half>, root: &Failure) -> Result<Vec<Plausible>, HealError> {
        for half in halves {
            let laid = half.trail.last().map(|step| step.patch.clone());
            if let Some(patch) = &laid {
                self.library.lay(patch);
            }
            let found = self.search(&Standing { failures: &half.next, base: &half.patch, trail: &half.trail, root: Some(root) });
            if let Some(patch) = &laid {
                self.library.lift(patch);
            }
            let found = found?;
            if !found.is_empty() {
                return Ok(found);
            }
            self.leave(&half);
        }
        Ok(Vec::new())
    }

    fn proposal(&mut self, failure: &Failure, base: &Patch) -> Result<Proposal, HealError> {
        let Some(event) = &failure.event else { return Ok(Proposal::default()) };
        let located = self.library.locate(event);
        let mut looked = Ok(());
        let (court, space) = (&mut *self.court, &mut self.tally.space);
        let mut look = || {
            let facts = court.look(base, failure, &located.spots).unwrap_or_else(|error| {
                looked = Err(error);
                None
            });
            space.looked += u32::from(facts.is_some());
            facts.unwrap_or_default()
        };
        let diagnoses = self.library.diagnose_seeing(0, event, &located, &mut look);
        looked?;
        self.tally.is_known |= !diagnoses.is_empty();
        for advice in diagnoses.iter().flat_map(|diagnosis| &diagnosis.advice) {
            let advice = AdviceReport { text: advice.text.clone(), command: advice.command.clone() };
            if !self.tally.advice.iter().any(|known| known.text == advice.text) {
                self.tally.advice.push(advice);
            }
        }
        let proposal = propose(&diagnoses, self.library.sources(), &|path| protection(self.project, path, failure.is_build));
        self.tally.space.generated += u32::try_from(proposal.candidates.len() + proposal.refused.len()).unwrap_or(u32::MAX);
        for refused in &proposal.refused {
            self.reject(&refused.summary, refused.reason, refused.detail.clone());
        }
        Ok(proposal)
    }

    fn try_one(&mut self, candidate: Candidate, failure: &Failure, standing: &Standing<'_>) -> Result<Tried, HealError> {
        let Some(patch) = standing.base.then(&candidate.patch) else {
            self.reject(&candidate.title, reasons::OTHER_TEXT, None);
            return Ok(Tried::Nothing);
        };
        if self.tally.dead.contains(&patch) {
            return Ok(Tried::Nothing);
        }
        if !failure.is_build
            && let Err(said) = self.court.may_run(&patch)?
        {
            self.reject(&candidate.title, reasons::DOES_NOT_COMPILE, Some(said));
            return Ok(Tried::Nothing);
        }
        let root = standing.root.filter(|_| !failure.is_build);
        let run = self.court.screen(&patch, root.unwrap_or(failure))?;
        let next = failures_of(&run);
        self.tally.space.builds += u32::from(failure.is_build);
        if let Some(error) = next.iter().find(|next| !failure.is_build && is_compile_error(next)) {
            self.reject(&candidate.title, reasons::DOES_NOT_COMPILE, said(error));
            return Ok(Tried::Nothing);
        }
        self.tally.space.executed += 1;
        let mut trail = standing.trail.to_vec();
        trail.push(candidate);
        // What the trail began with may have hidden several faults, each in some of its tests.
        let rest = root.map(|root| same_tests(next.clone(), root)).filter(|rest| !rest.is_empty());
        if let Some(rest) = rest.filter(|_| run.cures(failure)) {
            return Ok(Tried::Half(Box::new(Half { trail, patch, next: rest })));
        }
        if run.cures(failure) {
            self.tally.space.plausible += 1;
            let rank = self.tally.space.executed;
            return Ok(Tried::Cure(Box::new(Plausible { steps: trail, patch, run, rank })));
        }
        let step = trail.last().map(|step| &step.patch);
        let is_half = if failure.is_build { build::is_forward(standing.failures, &next) } else { is_half(failure, &next, step) };
        if is_half {
            let next = if failure.is_build { next } else { same_tests(next, root.unwrap_or(failure)) };
            if failure.is_build {
                let rank = self.tally.space.executed;
                self.tally.part.see(&next, || Plausible { steps: trail.clone(), patch: patch.clone(), run, rank });
            }
            return Ok(Tried::Half(Box::new(Half { trail, patch, next })));
        }
        let title = trail.last().map(|step| step.title.clone()).unwrap_or_default();
        self.reject(&title, reasons::STILL_FAILS, next.first().and_then(said));
        self.tally.dead.insert(patch);
        Ok(Tried::Nothing)
    }

    /// Says what a candidate laid bare that nothing cured.
    fn leave(&mut self, half: &Half) {
        let title = half.trail.last().map(|step| step.title.clone()).unwrap_or_default();
        let then = half.next.first().and_then(said).map(|next| format!("it is lifted, but then: {next}"));
        self.reject(&title, reasons::STILL_FAILS, then);
    }

    fn is_over_budget(&mut self, candidate: &Candidate) -> bool {
        let is_over = self.tally.space.executed >= self.tally.space.budget;
        if is_over {
            self.reject(&candidate.title, reasons::OVER_BUDGET, None);
        }
        is_over
    }

    fn reject(&mut self, summary: &str, reason: &str, detail: Option<String>) {
        self.tally.rejected.push(Rejection { summary: summary.to_owned(), reason: reason.to_owned(), detail });
    }
}

/// What became of the candidates for one failure.
#[derive(Default)]
struct Found {
    cures: Vec<Plausible>,
    halves: Vec<Half>,
}

/// What became of one candidate.
enum Tried {
    Cure(Box<Plausible>),
    Half(Box<Half>),
    Nothing,
}

/// A candidate that lifted its failure, and what stands now.
struct Half {
    trail: Vec<Candidate>,
    patch: Patch,
    next: Vec<Failure>,
}

/// Whether `failure` is gone with `step` and something else came to light.
fn is_half(failure: &Failure, next: &[Failure], step: Option<&Patch>) -> bool {
    let Some(target) = failure.fingerprint() else { return false };
    !next.is_empty() && next.iter().all(|one| one.fingerprint() != Some(target) || has_moved(failure, one, step))
}

/// Whether `next` is a panic in the words of `failure` at another line, of which `step` has not moved it: each line panics by itself.
fn has_moved(failure: &Failure, next: &Failure, step: Option<&Patch>) -> bool {
    let place = |failure: &Failure| {
        let event = failure.event.as_ref().filter(|event| event.language == LanguageId::RUST && event.labels.is_empty())?;
        event.raised_at.as_ref().and_then(|place| Some((place.file.clone(), place.line?)))
    };
    let (Some((file, before)), Some((next_file, after))) = (place(failure), place(next)) else { return false };
    let n_lines = |text: &[u8]| i64::try_from(memchr::memchr_iter(b'\n', text).count()).unwrap_or(i64::MAX);
    let files = step.into_iter().flat_map(Patch::files).filter(|one| file.ends_with(one.path.as_str()));
    let shift: i64 = files.map(|one| n_lines(&one.after) - n_lines(&one.before)).sum();
    let moved = i64::from(after) - i64::from(before);
    file != next_file || (moved != 0 && moved != shift)
}

/// Whether a build has failed at `failure`, so that no test ran.
fn is_compile_error(failure: &Failure) -> bool {
    failure.is_build && failure.event.as_ref().is_some_and(|event| event.language == LanguageId::RUST)
}

/// Of `failures`, those that stand in the tests of `failure`.
fn same_tests(failures: Vec<Failure>, failure: &Failure) -> Vec<Failure> {
    let is_same =
        |one: &Failure| one.tests.iter().any(|id| failure.tests.contains(id) || failure.tests.iter().any(|holder| holder.holds(id)));
    failures.into_iter().filter(|one| failure.tests.is_empty() || is_same(one)).collect()
}

/// Whether `found` stands on a higher rung than `candidate`.
fn is_higher(found: &Plausible, candidate: &Candidate) -> bool {
    found.steps.last().is_some_and(|step| step.rung == Rung::Suggestion && candidate.rung > step.rung)
}

/// The reason code for a file that no patch may change, or none that heals a build.
pub(super) fn protection(project: &Project, path: &RepoPath, is_build: bool) -> Option<&'static str> {
    let kind = if is_build { project.untouchable_in_build(path) } else { project.untouchable(path) };
    kind.map(|kind| if kind == Untouchable::Test { reasons::TOUCHES_TEST } else { reasons::PROTECTED_FILE })
}

fn said(failure: &Failure) -> Option<String> {
    let event = failure.event.as_ref()?;
    Some(format!("{}: {}", event.kind, event.message.lines().next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::text::FilePatch;

    fn panic(file: &str, line: u32) -> Failure {
        let text = format!("thread 'main' panicked at {file}:{line}:5:\nattempt to add with overflow\n");
        let event = crate::event::read(text.as_bytes()).events.into_iter().next();
        Failure { event, tests: BTreeSet::new(), is_build: false }
    }

    #[test]
    fn the_same_words_at_another_line_are_another_panic() {
        let text = |text: &str| Arc::from(text.as_bytes());
        let path = RepoPath::new("src/lib.rs").unwrap();
        let guard = Patch::new(vec![FilePatch { path, before: text("a\nb\nc\nd\n"), after: text("a\nx\ny\nb\nc\nd\n") }]);
        let is_half = |file: &str, line: u32| is_half(&panic("src/lib.rs", 2), &[panic(file, line)], Some(&guard));
        assert!(!is_half("src/lib.rs", 2), "it has not moved");
        assert!(!is_half("src/lib.rs", 4), "the guard before it has moved it");
        assert!(is_half("src/lib.rs", 3));
        assert!(is_half("tests/lib.rs", 2));
    }
}
