//! Which failures are asked about: those of the baseline, narrowed to the ones that the log tells of.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::event::{self, Event, Fingerprint, Incident, Log, incidents};
use crate::judge::{Failure, Outcome, Run, TestId};
use crate::syntax::LanguageId;

/// The failures that `run` shows, in the order in which they should be healed: what keeps the program from building or a file from
/// loading comes first, since it hides the others.
pub(super) fn failures_of(run: &Run) -> Vec<Failure> {
    let failed: BTreeSet<TestId> = run.with(Outcome::Failed).cloned().collect();
    let diagnostics: Vec<&Event> = run.events.iter().filter(|event| is_diagnostic(event)).collect();
    if run.tests.is_empty() {
        return of_command(run);
    }
    if !diagnostics.is_empty() && !failed.is_empty() {
        // Beside what does not build, tests of other targets may fail on their own.
        let unbuilt: BTreeSet<TestId> = failed.iter().filter(|id| is_of_build(&run.tests[*id].text)).cloned().collect();
        return distinct(&diagnostics, if unbuilt.is_empty() { &failed } else { &unbuilt }, true);
    }
    of_tests(run)
}

/// Whether a compiler speaks: it marks places, and there is no call stack.
fn is_diagnostic(event: &Event) -> bool {
    event.frames.is_empty() && !event.labels.is_empty()
}

/// Whether a compiler or a parser says why a test failed, not a run of it.
fn is_of_build(text: &str) -> bool {
    let events = event::read(text.as_bytes()).events;
    !events.is_empty() && events.iter().all(is_diagnostic)
}

fn distinct(events: &[&Event], tests: &BTreeSet<TestId>, is_build: bool) -> Vec<Failure> {
    let mut seen = BTreeSet::new();
    // The same text at two places is two errors; the same place in two targets is one.
    let is_new = |event: &&&Event| {
        seen.insert((event.fingerprint.clone(), event.raised_at.as_ref().map(|place| (place.file.clone(), place.line, place.column))))
    };
    let failure = |event: &&Event| Failure { event: Some((*event).clone()), tests: tests.clone(), is_build };
    events.iter().filter(is_new).map(failure).collect()
}

fn of_tests(run: &Run) -> Vec<Failure> {
    let mut by_event: BTreeMap<Fingerprint, Failure> = BTreeMap::new();
    let mut order: Vec<Fingerprint> = Vec::new();
    let mut silent: BTreeSet<TestId> = BTreeSet::new();
    for (id, result) in run.tests.iter().filter(|(_, result)| result.outcome == Outcome::Failed) {
        let Some(event) = main_event(id, &result.text) else {
            silent.insert(id.clone());
            continue;
        };
        let fingerprint = event.fingerprint.clone();
        let entry = by_event.entry(fingerprint.clone()).or_insert_with(|| {
            order.push(fingerprint);
            Failure { event: Some(event), tests: BTreeSet::new(), is_build: false }
        });
        entry.tests.insert(id.clone());
    }
    let mut failures: Vec<Failure> = order.into_iter().filter_map(|fingerprint| by_event.remove(&fingerprint)).collect();
    if !silent.is_empty() {
        failures.push(Failure { event: None, tests: silent, is_build: false });
    }
    // What many tests show is more likely the cause of the rest.
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.tests.len()));
    failures
}

/// The failures of a command without test results: what its output says, or that it failed.
fn of_command(run: &Run) -> Vec<Failure> {
    if run.exit.is_success() {
        return Vec::new();
    }
    let events: Vec<&Event> = run.events.iter().collect();
    // Errors of one build are healed together, whoever called the compiler.
    let is_build = events.iter().all(|event| is_diagnostic(event) && event.language == LanguageId::RUST);
    let failures = distinct(&events, &BTreeSet::new(), is_build);
    if failures.is_empty() { vec![Failure { event: None, tests: BTreeSet::new(), is_build: false }] } else { failures }
}

/// The event that made a test fail: the last one that its text prints and that is no leaf of a group; for a panic that only tells of
/// another one, that other.
fn main_event(id: &TestId, text: &str) -> Option<Event> {
    let whole = titled(id, text);
    let log = event::read(whole.as_bytes());
    let last = log.events.iter().rposition(|event| event.within.is_none())?;
    let main = if log.events[last].language == LanguageId::RUST { first_panic(&log, last) } else { last };
    log.events.into_iter().nth(main)
}

/// The event that led to the event `at`, directly or not, as its message tells: a poisoned lock, a thread that panicked.
fn first_panic(log: &Log, at: usize) -> usize {
    let incidents = incidents(log);
    let of_event = incidents.iter().find(|incident| incident.events.contains(&at));
    let cause_of = |incident: &&Incident| incident.caused_by.as_ref().map(|link| &incidents[link.cause]);
    let first = of_event.and_then(|incident| std::iter::successors(Some(incident), cause_of).last());
    first.and_then(|incident| incident.events.first()).copied().filter(|first| *first < at).unwrap_or(at)
}

/// The text of a failed test as pytest prints it: below a title, without which the outer frames of a long entry are lost.
fn titled<'t>(id: &TestId, text: &'t str) -> Cow<'t, str> {
    match id.0.split_once(".py::") {
        Some((_, name)) if !text.starts_with("Traceback ") => format!("{:=^72}\n{:_^72}\n{text}", " FAILURES ", format!(" {name} ")).into(),
        _ => text.into(),
    }
}

/// How the failures of a log and those of the baseline meet.
pub(super) enum Meeting {
    /// These failures of the baseline are the log's.
    Shown(Vec<Failure>),
    /// None of the log's failures shows.
    NotShown,
}

/// Those of `failures` that `log` tells of: by fingerprint, else by kind, file and function.
pub(super) fn meet(failures: Vec<Failure>, log: &Log) -> Meeting {
    let by_name = |failure: &Failure| failure.fingerprint().is_some_and(|name| log.events.iter().any(|event| event.fingerprint == *name));
    let by_place = |failure: &Failure| failure.event.as_ref().is_some_and(|one| log.events.iter().any(|event| is_alike(one, event)));
    // A build is healed as a whole: what the log's compiler stopped at may be only the first of its errors.
    let is_build = failures.iter().any(|failure| failure.is_build && (by_name(failure) || by_place(failure)));
    if is_build {
        return Meeting::Shown(failures.into_iter().filter(|failure| failure.is_build).collect());
    }
    let (named, others): (Vec<_>, Vec<_>) = failures.into_iter().partition(by_name);
    if !named.is_empty() {
        return Meeting::Shown(named);
    }
    let alike: Vec<_> = others.into_iter().filter(by_place).collect();
    if alike.is_empty() { Meeting::NotShown } else { Meeting::Shown(alike) }
}

/// Whether two events are of one kind and were raised in one function of files of one name. Not every dialect prints the function:
/// where one does not, the message must be the same.
fn is_alike(one: &Event, two: &Event) -> bool {
    let (Some(here), Some(there)) = (&one.raised_at, &two.raised_at) else { return false };
    let is_same_function = match (&here.function, &there.function) {
        (Some(one), Some(two)) => one == two,
        _ => one.headline() == two.headline(),
    };
    one.language == two.language && one.kind == two.kind && here.base_name() == there.base_name() && is_same_function
}

/// The failures of a command of the user's: what its output says, whatever tests ran beside it.
pub(super) fn command_failures(run: &Run) -> Vec<Failure> {
    of_command(run)
}

/// Stands where nothing ran.
pub(super) fn no_run() -> Run {
    Run {
        exit: crate::judge::Exit::Code(0),
        tests: BTreeMap::new(),
        has_tests: false,
        events: Vec::new(),
        output: String::new(),
        wall: std::time::Duration::ZERO,
        distrust: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_fails_for_the_panic_that_poisoned_the_lock() {
        let panic = |thread: &str, line: u32, said: &str| format!("thread '{thread}' (7) panicked at src/lib.rs:{line}:5:\n{said}\n\n");
        let poisoned = "called `Result::unwrap()` on an `Err` value: PoisonError { .. }";
        let text = panic("<unnamed>", 3, "attempt to divide by zero") + &panic("<unnamed>", 9, poisoned) + &panic("tests::a", 9, poisoned);
        let said = |text: &str| main_event(&TestId("demo::tests::a".to_owned()), text).map(|event| event.message);
        assert_eq!(said(&text).as_deref(), Some("attempt to divide by zero"));
        let other = panic("<unnamed>", 3, "attempt to divide by zero") + &panic("tests::a", 4, "boom");
        assert_eq!(said(&other).as_deref(), Some("boom"), "a panic of its own");
    }
}
