//! The errors of one build, and the compiler as their judge.
//!
//! Causes come before consequences ([`roots`]). The first candidates of all causes are laid together, since one build judges them all; where
//! that is no step forward, halves of them are tried, and in the end each candidate alone. A step forward has fewer errors and no new
//! one; or all errors are gone and others came to light behind them, as the compiler works in phases.

use std::collections::BTreeMap;

use super::roots::{is_of_borrows, is_of_parser, roots};
use super::{Climb, Half, Plausible, Standing, Tried};
use crate::event::Fingerprint;
use crate::heal::HealError;
use crate::judge::Failure;
use crate::propose::Candidate;
use crate::text::Patch;

/// How many steps forward are made. A build may hold many faults, each laid bare by the cure of the one before.
const MAX_STEPS: usize = 40;
/// How many errors of one group are looked at in one step.
const MAX_ERRORS: usize = 24;
/// How many half cures of one error are followed.
const MAX_BRANCHES: usize = 2;
/// Up to how many candidates that cured a build together are looked at for one that was not needed.
const MAX_SPARED: usize = 4;

/// An error and the candidates for it, best first.
struct Proposed<'f> {
    error: &'f Failure,
    candidates: Vec<Candidate>,
}

impl Climb<'_, '_, '_> {
    /// The cures of a build whose errors are `standing.failures`.
    pub(super) fn build(&mut self, standing: &Standing<'_>) -> Result<Vec<Plausible>, HealError> {
        if standing.trail.len() >= MAX_STEPS {
            return Ok(Vec::new());
        }
        let groups = roots(standing.failures);
        if standing.trail.is_empty() && self.is_hopeless(&groups, standing.base)? {
            return Ok(Vec::new());
        }
        for group in groups {
            let mut proposed = Vec::new();
            for error in group.into_iter().take(MAX_ERRORS) {
                let candidates = self.proposal(error, standing.base)?.candidates;
                if !candidates.is_empty() {
                    proposed.push(Proposed { error, candidates });
                }
            }
            match self.step(proposed, standing)? {
                Moved::Cured(cures) => return Ok(cures),
                Moved::On(mut halves) => {
                    halves.retain(|half| self.tally.passed.insert(half.patch.clone()));
                    return self.follow(halves, standing.root.unwrap_or(&standing.failures[0]));
                }
                Moved::Nowhere => {}
            }
        }
        Ok(Vec::new())
    }

    /// Whether no edit of the code makes this build whole: one of its errors is of a kind that rules decline, and none of the parser's stands
    /// before it, behind which it may be gone. Who wants a part of the cure gets that nevertheless.
    fn is_hopeless(&mut self, groups: &[Vec<&Failure>], base: &Patch) -> Result<bool, HealError> {
        if self.tally.part.is_wanted {
            return Ok(false);
        }
        for error in groups.iter().flatten().take(MAX_ERRORS) {
            if self.library.is_declined(error.event.as_ref()) {
                // For its advice.
                if self.proposal(error, base)?.candidates.is_empty() {
                    return Ok(true);
                }
            } else if is_of_parser(error) {
                return Ok(false);
            }
        }
        Ok(false)
    }

    fn step(&mut self, proposed: Vec<Proposed<'_>>, standing: &Standing<'_>) -> Result<Moved, HealError> {
        let firsts: Vec<(&Failure, &Candidate)> = proposed.iter().filter_map(|one| Some((one.error, one.candidates.first()?))).collect();
        if firsts.len() > 1 {
            let moved = self.together(&firsts, standing)?;
            if !matches!(moved, Moved::Nowhere) {
                return Ok(moved);
            }
        }
        let mut behind = Vec::new();
        for Proposed { error, candidates } in proposed {
            let found = self.try_all(candidates, error, standing)?;
            if !found.cures.is_empty() {
                return Ok(Moved::Cured(found.cures));
            }
            let (fewer, other): (Vec<Half>, Vec<Half>) = found.halves.into_iter().partition(|half| is_fewer(standing.failures, &half.next));
            if !fewer.is_empty() {
                return Ok(Moved::On(fewer.into_iter().take(MAX_BRANCHES).collect()));
            }
            behind.extend(other);
        }
        behind.truncate(MAX_BRANCHES);
        Ok(if behind.is_empty() { Moved::Nowhere } else { Moved::On(behind) })
    }

    /// Tries candidates of several errors in one build, then halves of them.
    fn together(&mut self, firsts: &[(&Failure, &Candidate)], standing: &Standing<'_>) -> Result<Moved, HealError> {
        let Some(whole) = Candidate::all_of(firsts.iter().map(|&(_, candidate)| candidate)) else { return Ok(Moved::Nowhere) };
        if self.is_over_budget(&whole) {
            return Ok(Moved::Nowhere);
        }
        let is_one = firsts.iter().all(|(_, candidate)| candidate.patch == whole.patch);
        self.tally.space.generated += u32::from(!is_one);
        match self.try_one(whole, firsts[0].0, standing)? {
            Tried::Cure(cure) if is_one => Ok(Moved::Cured(vec![*cure])),
            Tried::Cure(cure) => Ok(Moved::Cured(vec![self.spared(*cure, firsts, standing)?])),
            Tried::Half(half) => Ok(Moved::On(vec![*half])),
            // Two halves of two are single candidates: those are tried anyway.
            Tried::Nothing if firsts.len() < 4 || is_one => Ok(Moved::Nowhere),
            Tried::Nothing => {
                let (one, two) = firsts.split_at(firsts.len() / 2);
                match self.together(one, standing)? {
                    Moved::Nowhere => self.together(two, standing),
                    moved => Ok(moved),
                }
            }
        }
    }

    /// `cure` without the candidates that it does not need.
    fn spared(&mut self, cure: Plausible, firsts: &[(&Failure, &Candidate)], standing: &Standing<'_>) -> Result<Plausible, HealError> {
        let mut kept = firsts.to_vec();
        let mut best = cure;
        if kept.len() > MAX_SPARED {
            return Ok(best);
        }
        for n in (0..kept.len()).rev() {
            let rest: Vec<_> = kept.iter().enumerate().filter(|&(k, _)| k != n).map(|(_, one)| *one).collect();
            let Some(less) = Candidate::all_of(rest.iter().map(|&(_, candidate)| candidate)) else { continue };
            let is_same = best.steps.last().is_some_and(|step| step.patch == less.patch);
            if !is_same && let Tried::Cure(cure) = self.try_one(less, firsts[0].0, standing)? {
                best = *cure;
                kept = rest;
            }
        }
        Ok(best)
    }
}

/// What one step has shown.
enum Moved {
    /// Nothing is left.
    Cured(Vec<Plausible>),
    /// Something is left, and something is gone.
    On(Vec<Half>),
    Nowhere,
}

/// Whether `next` is a step forward from `before`.
pub(super) fn is_forward(before: &[Failure], next: &[Failure]) -> bool {
    let (was, is) = (counts(before), counts(next));
    !next.is_empty() && (is_fewer(before, next) || is.keys().all(|name| !was.contains_key(name)))
}

/// Whether some errors are gone and none came but of the borrow checker, which may have waited for those.
fn is_fewer(before: &[Failure], next: &[Failure]) -> bool {
    let was = counts(before);
    let is_new = |error: &&Failure| !was.contains_key(&error.fingerprint());
    let (new, kept): (Vec<&Failure>, Vec<&Failure>) = next.iter().partition(is_new);
    kept.len() < before.len() && is_subset(&kept, &was) && new.iter().all(|error| is_of_borrows(error))
}

/// Whether each of `errors` was there, no more often than now.
fn is_subset(errors: &[&Failure], was: &Counts<'_>) -> bool {
    counts(errors.iter().copied()).iter().all(|(name, n)| was.get(name).is_some_and(|before| n <= before))
}

type Counts<'e> = BTreeMap<Option<&'e Fingerprint>, usize>;

fn counts<'e>(errors: impl IntoIterator<Item = &'e Failure>) -> Counts<'e> {
    let mut counts = BTreeMap::new();
    for error in errors {
        *counts.entry(error.fingerprint()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::event;

    fn errors(headers: &[&str]) -> Vec<Failure> {
        let text = |header: &str| format!("{header}\n --> src/lib.rs:1:1\n  |\n1 | fn f() {{}}\n  | ^^\n\n");
        let event = |header: &&str| event::read(text(header).as_bytes()).events.into_iter().next();
        headers.iter().map(|header| Failure { event: event(header), tests: BTreeSet::new(), is_build: true }).collect()
    }

    #[test]
    fn a_step_forward_has_fewer_errors_and_no_new_ones() {
        let (one, two) = ("error[E0425]: cannot find value `a` in this scope", "error[E0425]: cannot find value `b` in this scope");
        let (borrow, types) = ("error[E0596]: cannot borrow `a` as mutable", "error[E0308]: mismatched types");
        let is = |before: &[&str], next: &[&str]| is_forward(&errors(before), &errors(next));
        assert!(is(&[one, two], &[two]));
        assert!(is(&[one, one], &[one]), "the same words at two places are two errors");
        assert!(is(&[one, two], &[two, borrow]), "the borrow checker waits for types");
        assert!(is(&[one], &[types]), "what a phase has hidden comes to light");
        assert!(!is(&[one, two], &[two, types]));
        assert!(!is(&[one], &[one]));
        assert!(!is(&[one], &[]), "that is a cure");
    }
}
