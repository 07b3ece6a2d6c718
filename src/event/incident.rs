//! Groups the events of a log into incidents: the same failure wherever it showed, and which of them led to which.
//!
//! A wrong link hides a fault, so a link needs a reason that stands in the log, and an incident is the consequence of another only if
//! each of its events is. Facts go first; time and service alone count for troubles of the surroundings only, and the evidence says so.
//! The work grows linearly with the events.

mod compiler;
mod name;
mod service;
mod told;

use std::collections::HashMap;

use super::classify::fault_of;
use super::{Event, Fingerprint, Log};

/// One failure, however often and wherever it showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What its events share.
    pub fingerprint: Fingerprint,
    /// Kind and first line of the message.
    pub title: String,
    /// Indices in [`Log::events`], in the order of the log.
    pub events: Vec<usize>,
    /// Prints of all its events.
    pub count: u32,
    /// Indices of the incidents that it led to.
    pub cause_of: Vec<usize>,
    /// The incident that led to it.
    pub caused_by: Option<Link>,
}

/// Why one incident is taken for the consequence of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Index of the incident that led to it.
    pub cause: usize,
    /// What in the log says so, as a clause: `both miss the module 'x'`.
    pub evidence: String,
}

/// A chain of causes is no longer than this.
const DEPTH: usize = 64;

/// The incidents of `log`, in the order of their first events.
pub fn incidents(log: &Log) -> Vec<Incident> {
    let mut incidents: Vec<Incident> = Vec::new();
    let mut index_of: HashMap<&Fingerprint, usize> = HashMap::new();
    let mut incident_of = Vec::with_capacity(log.events.len());
    for (at, event) in log.events.iter().enumerate() {
        let index = *index_of.entry(&event.fingerprint).or_insert_with(|| {
            incidents.push(begin(event));
            incidents.len() - 1
        });
        incidents[index].events.push(at);
        incidents[index].count = incidents[index].count.saturating_add(event.count);
        incident_of.push(index);
    }
    let links = links(&log.events);
    for effect in 0..incidents.len() {
        link(&mut incidents, effect, &incident_of, &links);
    }
    incidents
}

fn begin(event: &Event) -> Incident {
    let title = if event.message.is_empty() { event.kind.clone() } else { format!("{}: {}", event.kind, event.headline()) };
    Incident { fingerprint: event.fingerprint.clone(), title, events: Vec::new(), count: 0, cause_of: Vec::new(), caused_by: None }
}

/// Links the incident `effect` to the cause of its first event, if something led to each of its events. No incident leads to itself,
/// directly or not.
fn link(incidents: &mut [Incident], effect: usize, incident_of: &[usize], links: &Links) {
    let foreign = |at: &usize| links.of[*at].as_ref().filter(|(cause, _)| incident_of[*cause] != effect);
    if !incidents[effect].events.iter().all(|at| foreign(at).is_some()) {
        return;
    }
    let Some((cause, evidence)) = incidents[effect].events.first().and_then(foreign) else { return };
    let cause = incident_of[*cause];
    let above = |index: &usize| incidents[*index].caused_by.as_ref().map(|link| link.cause);
    let chain: Vec<usize> = std::iter::successors(Some(cause), above).take(DEPTH).collect();
    if chain.contains(&effect) || chain.len() == DEPTH {
        return;
    }
    incidents[cause].cause_of.push(effect);
    incidents[effect].caused_by = Some(Link { cause, evidence: evidence.clone() });
}

/// For each event what led to it, and the evidence; the first reason that was found stays.
struct Links {
    of: Vec<Option<(usize, String)>>,
}

impl Links {
    /// Notes that the event `cause` led to the event `effect`.
    fn add(&mut self, effect: usize, cause: usize, evidence: impl FnOnce() -> String) {
        if effect != cause && self.of[effect].is_none() {
            self.of[effect] = Some((cause, evidence()));
        }
    }
}

fn links(events: &[Event]) -> Links {
    let mut links = Links { of: vec![None; events.len()] };
    let faults: Vec<Option<&str>> = events.iter().map(fault_of).collect();
    told::links(events, &faults, &mut links);
    compiler::links(events, &mut links);
    name::links(events, &faults, &mut links);
    service::links(events, &faults, &mut links);
    links
}

/// The texts in the `quote`s of `text`.
fn quoted(text: &str, quote: char) -> impl Iterator<Item = &str> {
    text.split(quote).skip(1).step_by(2)
}

/// The links of events that each are written `service kind: message`, as `effect <- cause: evidence`.
#[cfg(test)]
fn outline(events: Vec<Event>) -> Vec<String> {
    use super::fingerprint;
    let mut events = events;
    for (no, event) in (1_u32..).zip(&mut events) {
        event.lines = no * 10..no * 10 + 5;
        event.last_line = no * 10 + 4;
        event.fingerprint = fingerprint::of(event);
    }
    let incidents = incidents(&Log { events, ..Log::default() });
    let linked = |(at, one): (usize, &Incident)| one.caused_by.as_ref().map(|link| format!("{at} <- {}: {}", link.cause, link.evidence));
    incidents.iter().enumerate().filter_map(linked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Place;
    use crate::syntax::LanguageId;

    fn event(kind: &str, message: &str) -> Event {
        Event::new(LanguageId::RUST, kind, message)
    }

    fn log(events: Vec<Event>) -> Log {
        let named = |event: Event| Event { fingerprint: crate::event::fingerprint::of(&event), ..event };
        Log { events: events.into_iter().map(named).collect(), ..Log::default() }
    }

    #[test]
    fn the_same_failure_is_one_incident() {
        let incidents = incidents(&log(vec![event("panic", "index 3"), event("E0382", "moved"), event("panic", "index 4")]));
        assert_eq!(incidents.len(), 2);
        assert_eq!(incidents[0].events, [0, 2]);
        assert_eq!(incidents[0].title, "panic: index 3");
        assert_eq!(incidents[0].count, 2);
    }

    #[test]
    fn an_incident_with_an_event_of_its_own_is_no_consequence() {
        let poisoned = || event("panic", "called `Result::unwrap()` on an `Err` value: PoisonError { .. }");
        assert!(outline(vec![poisoned(), event("panic", "boom"), poisoned()]).is_empty());
        assert_eq!(outline(vec![event("panic", "boom"), poisoned(), poisoned()]).len(), 1);
    }

    #[test]
    fn ten_thousand_incidents_are_linked_in_no_time() {
        let one = |n: u32| {
            let place = Place { file: format!("src/a{}.rs", "x".repeat(n as usize % 200)), line: Some(n), ..Place::default() };
            let name = char::from(b'a' + (n % 26) as u8);
            Event { raised_at: Some(place), ..event("E0412", &format!("cannot find type `Missing{name}` in this scope")) }
        };
        let started = std::time::Instant::now();
        let found = incidents(&log((0..10_000).map(one).collect()));
        assert!(found.len() > 1000);
        assert_eq!(found.iter().filter(|one| one.caused_by.is_none()).count(), 26);
        assert!(started.elapsed().as_secs() < 5);
    }
}
