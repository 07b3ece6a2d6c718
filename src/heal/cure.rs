//! The cure of one failure: up the ladder, rung by rung, and each cure before the judge.

use std::time::Instant;

use super::HealError;
use super::climb::{Climb, Plausible};
use super::court::Court;
use super::ending::{Accepted, Ending, Stop};
use super::library::Library;
use super::proof::{Before, prove};
use super::request::Reach;
use super::seek::Seek;
use super::work::Work;
use crate::judge::{Failure, Healed, Run, Verdict, reasons};
use crate::report::{Rejection, Step};
use crate::text::Patch;

/// How often other cures of a build are looked for when the first ones are not proved.
const MAX_SEARCHES: usize = 3;
/// How many patches that a search found are looked at again: the best and its rivals.
const FEW_CURES: usize = 3;
/// The same where a person wants to choose.
const MANY_CURES: usize = 9;

impl<'a> Work<'_, 'a> {
    /// Looks for a cure of the first of `wanted` and proves it.
    pub(super) fn heal_one(
        &mut self,
        library: &mut Library<'a>,
        court: &mut Court<'_>,
        base: &Patch,
        all: &Run,
        wanted: &[Failure],
        ending: &mut Ending,
    ) -> Result<Option<(Plausible, Healed, Run)>, HealError> {
        let target = &wanted[0];
        let clock = Instant::now();
        let again = court.target(base, &sample(target))?;
        self.timings.baseline += clock.elapsed().as_secs_f64();
        if !again.shows(target) {
            ending.stop = Some(Stop::Flaky);
            return Ok(None);
        }
        let failures = if target.is_build { wanted } else { &wanted[..1] };
        let before = Before { all: all.clone(), again };
        let n_searches = if self.request.reach == Reach::Suspects { 0 } else { MAX_SEARCHES };
        for _ in 0..n_searches {
            (self.on_step)(Step::Phase("trying candidates"));
            let clock = Instant::now();
            let mut climb = Climb { project: self.project, court, library, tally: &mut self.tally, on_step: self.on_step };
            let cures = climb.cures(failures, base)?;
            self.timings.search += clock.elapsed().as_secs_f64();
            if cures.is_empty() {
                break;
            }
            self.tally.dead.extend(cures.iter().map(|cure| cure.patch.clone()));
            let clock = Instant::now();
            let proved = self.prove_first(court, base, target, &before, cures, ending)?;
            self.timings.prove += clock.elapsed().as_secs_f64();
            if proved.is_some() || ending.stop.is_some() || self.request.pick.is_some() {
                return Ok(proved);
            }
            if !target.is_build {
                break;
            }
        }
        self.seek(library, court, base, wanted, &before, ending)
    }

    /// Looks for a cure of wrong answers where no rule has one, and proves it.
    fn seek(
        &mut self,
        library: &mut Library<'a>,
        court: &mut Court<'_>,
        base: &Patch,
        wanted: &[Failure],
        before: &Before,
        ending: &mut Ending,
    ) -> Result<Option<(Plausible, Healed, Run)>, HealError> {
        let target = &wanted[0];
        let is_open = !target.is_build && !target.tests.is_empty() && !court.has_repro() && ending.unproven.is_none();
        if self.request.reach == Reach::Rules || !is_open {
            return Ok(None);
        }
        let clock = Instant::now();
        let enough = if self.request.pick.is_some() { MANY_CURES } else { FEW_CURES };
        let mut seek = Seek { project: self.project, court, library, tally: &mut self.tally, on_step: self.on_step, enough };
        let scene = seek.localise(wanted, base)?;
        self.timings.localize += clock.elapsed().as_secs_f64();
        if self.request.reach == Reach::Suspects {
            ending.stop = Some(Stop::only_suspects(self.tally.suspects.len()));
            return Ok(None);
        }
        let clock = Instant::now();
        let mut seek = Seek { project: self.project, court, library, tally: &mut self.tally, on_step: self.on_step, enough };
        let cures = seek.cures(wanted, &scene, base)?;
        self.timings.search += clock.elapsed().as_secs_f64();
        if cures.is_empty() {
            return Ok(None);
        }
        let clock = Instant::now();
        let proved = self.prove_first(court, base, target, before, cures, ending);
        self.timings.prove += clock.elapsed().as_secs_f64();
        proved
    }

    /// Proves one cure after the other, best first, until one is healed.
    fn prove_first(
        &mut self,
        court: &mut Court<'_>,
        base: &Patch,
        target: &Failure,
        before: &Before,
        mut cures: Vec<Plausible>,
        ending: &mut Ending,
    ) -> Result<Option<(Plausible, Healed, Run)>, HealError> {
        if let Some(n) = self.request.pick.filter(|_| ending.accepted.is_empty()) {
            if n == 0 || n > cures.len() {
                return Err(HealError::NoSuchPick { n, of: cures.len() });
            }
            cures.swap(0, n - 1);
            cures.truncate(1);
        }
        (self.on_step)(Step::Phase("proving"));
        let mut cures = cures.into_iter();
        while let Some(plausible) = cures.next() {
            let (verdict, after) = prove(court, base, &plausible, target, before)?;
            match verdict {
                Verdict::Healed(healed) => {
                    if ending.accepted.is_empty() {
                        ending.rivals = cures.collect();
                    }
                    return Ok(Some((plausible, healed, after)));
                }
                Verdict::Unproven(_) => {
                    let reason = if plausible.nature().is_guess { reasons::FEW_TESTS } else { reasons::HIDES_FAULT };
                    self.reject(&plausible, reason, None);
                    ending.unproven.get_or_insert(plausible);
                }
                Verdict::FailsLater(tests) => {
                    let text = tests.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    self.reject(&plausible, reasons::FAILS_LATER, Some(text));
                }
                Verdict::Broke(tests) => {
                    let text = tests.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    self.reject(&plausible, reasons::BREAKS_TESTS, Some(text));
                }
                Verdict::StillFails => {
                    self.reject(&plausible, reasons::STILL_FAILS, Some("it failed in at least one of three runs".to_owned()));
                }
                Verdict::Refused(reason) => self.reject(&plausible, reason, None),
                Verdict::Flaky => ending.stop = Some(Stop::Flaky),
                Verdict::Unusable(text) => self.reject(&plausible, reasons::BREAKS_TESTS, Some(text)),
            }
        }
        Ok(None)
    }

    pub(super) fn accept(&mut self, library: &mut Library<'a>, ending: &mut Ending, accepted: Accepted, base: &mut Patch) {
        for step in &accepted.plausible.steps {
            library.lay(&step.patch);
        }
        base.clone_from(&accepted.plausible.patch);
        ending.healed = match ending.healed.take() {
            None => Some(accepted.healed.clone()),
            Some(so_far) => Some(so_far.then(&accepted.healed).unwrap_or(so_far)),
        };
        if ending.accepted.is_empty() {
            self.tally.space.rank = accepted.plausible.rank;
        }
        ending.accepted.push(accepted);
    }

    fn reject(&mut self, plausible: &Plausible, reason: &str, detail: Option<String>) {
        let summary = plausible.steps.iter().map(|step| step.title.as_str()).collect::<Vec<_>>().join("; then ");
        self.tally.rejected.push(Rejection { summary, reason: reason.to_owned(), detail });
    }
}

/// As much of a failure as shows it again: where tests run out of their time, one of them.
fn sample(target: &Failure) -> Failure {
    let is_timeout = target.event.as_ref().is_some_and(|event| event.kind == TIMEOUT);
    let tests = target.tests.iter().take(if is_timeout { 1 } else { usize::MAX }).cloned().collect();
    Failure { tests, ..target.clone() }
}

/// The kind of a failure whose test ran out of its time.
const TIMEOUT: &str = "timeout";
