//! The best part of a build's cure: a patch that takes errors away and adds none, where nothing takes all of them.
//!
//! A part that only lays bare what another phase of the compiler says is none: nobody knows whether it is a step to a cure.

use std::collections::BTreeMap;

use super::Plausible;
use crate::event::Event;
use crate::judge::Failure;

/// The errors of a build, and the patch that leaves the fewest of them.
#[derive(Debug, Default)]
pub(in crate::heal) struct Part {
    /// Whether the person takes a part.
    pub(super) is_wanted: bool,
    before: Vec<Failure>,
    best: Option<(usize, Plausible)>,
}

impl Part {
    /// Nothing yet; whether the person takes a part.
    pub(in crate::heal) fn new(is_wanted: bool) -> Part {
        Part { is_wanted, ..Part::default() }
    }

    /// Begins with the errors that a build has at first; what stands later, behind the first cures, is no beginning.
    pub(super) fn begin(&mut self, failures: &[Failure]) {
        if self.before.is_empty() && failures.first().is_some_and(|failure| failure.is_build) {
            self.before = failures.to_vec();
        }
    }

    /// Keeps a patch if it leaves less than the best one so far; `next` is what it leaves. One that covers or is never called healed is
    /// no part.
    pub(super) fn see(&mut self, next: &[Failure], plausible: impl FnOnce() -> Plausible) {
        let is_better = self.best.as_ref().is_none_or(|(n_left, _)| next.len() < *n_left);
        if !self.is_wanted || !is_better || !is_less(&self.before, next) {
            return;
        }
        let plausible = plausible();
        let nature = plausible.nature();
        if !(nature.hides || nature.is_forbidden || nature.touches_test) {
            self.best = Some((next.len(), plausible));
        }
    }

    /// The errors without a patch, and the best patch.
    pub(in crate::heal) fn best(self) -> Option<(Vec<Failure>, Plausible)> {
        let (_, plausible) = self.best?;
        Some((self.before, plausible))
    }
}

/// Whether `next` is `before` with some errors less and none more: the same words twice are two errors.
pub(in crate::heal) fn is_less(before: &[Failure], next: &[Failure]) -> bool {
    let (was, is) = (counts(before), counts(next));
    !next.is_empty() && next.len() < before.len() && is.iter().all(|(name, n)| was.get(name).is_some_and(|before| n <= before))
}

/// What makes an error the same with a patch that moves its line: what it says and in which file.
type Name<'e> = Option<(&'e str, &'e str, Option<&'e str>)>;

fn counts(errors: &[Failure]) -> BTreeMap<Name<'_>, usize> {
    let mut counts = BTreeMap::new();
    for error in errors {
        *counts.entry(error.event.as_ref().map(named)).or_default() += 1;
    }
    counts
}

fn named(event: &Event) -> (&str, &str, Option<&str>) {
    (&event.kind, &event.message, event.raised_at.as_ref().map(|place| place.file.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::event;
    use crate::judge::Nature;
    use crate::text::Patch;

    fn errors(headers: &[&str]) -> Vec<Failure> {
        let text = |header: &str| format!("{header}\n --> src/lib.rs:1:1\n  |\n1 | fn f() {{}}\n  | ^^\n\n");
        let event = |header: &&str| event::read(text(header).as_bytes()).events.into_iter().next();
        headers.iter().map(|header| Failure { event: event(header), tests: BTreeSet::new(), is_build: true }).collect()
    }

    const ONE: &str = "error[E0425]: cannot find value `a` in this scope";
    const TWO: &str = "error[E0425]: cannot find value `b` in this scope";
    const BORROW: &str = "error[E0596]: cannot borrow `a` as mutable";

    #[test]
    fn a_part_has_fewer_errors_and_none_that_is_new() {
        let is = |before: &[&str], next: &[&str]| is_less(&errors(before), &errors(next));
        assert!(is(&[ONE, TWO], &[TWO]));
        assert!(is(&[ONE, ONE], &[ONE]));
        assert!(!is(&[ONE, TWO], &[BORROW]), "what comes to light is new");
        assert!(!is(&[ONE, TWO, TWO], &[ONE, ONE]), "one more of the same words is new");
        assert!(!is(&[ONE, TWO], &[ONE, TWO]) && !is(&[ONE], &[]));
    }

    #[test]
    fn the_part_that_leaves_least_is_the_best() {
        let plausible =
            |rank: u32| Plausible { steps: Vec::new(), patch: Patch::new(Vec::new()), run: crate::heal::target::no_run(), rank };
        let mut part = Part::new(true);
        part.begin(&errors(&[ONE, TWO, BORROW]));
        part.begin(&errors(&[ONE]));
        assert_eq!(plausible(0).nature(), Nature::default());
        part.see(&errors(&[ONE, TWO]), || plausible(1));
        part.see(&errors(&[TWO]), || plausible(2));
        part.see(&errors(&[ONE]), || plausible(3));
        part.see(&errors(&["error: other"]), || plausible(4));
        assert_eq!(part.best().map(|(_, best)| best.rank), Some(2));
    }
}
