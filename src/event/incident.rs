//! Groups the events of a log into incidents: the same failure wherever it showed, and which of them led to which.

use std::collections::HashMap;

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
        incidents[index].count += event.count;
        incident_of.push(index);
    }
    for (effect, cause, evidence) in links(&log.events) {
        link(&mut incidents, incident_of[effect], Link { cause: incident_of[cause], evidence });
    }
    incidents
}

fn begin(event: &Event) -> Incident {
    let title = if event.message.is_empty() { event.kind.clone() } else { format!("{}: {}", event.kind, event.headline()) };
    Incident { fingerprint: event.fingerprint.clone(), title, events: Vec::new(), count: 0, cause_of: Vec::new(), caused_by: None }
}

/// The first cause that was found stays, and no incident leads to itself, directly or not.
fn link(incidents: &mut [Incident], effect: usize, link: Link) {
    let mut above = Some(link.cause);
    while let Some(index) = above {
        if index == effect {
            return;
        }
        above = incidents[index].caused_by.as_ref().map(|link| link.cause);
    }
    if incidents[effect].caused_by.is_none() {
        incidents[link.cause].cause_of.push(effect);
        incidents[effect].caused_by = Some(link);
    }
}

/// Effect, cause and evidence: indices of events, each pair for a reason that stands in the log.
fn links(events: &[Event]) -> Vec<(usize, usize, String)> {
    let mut links = Vec::new();
    let mut first_panic: HashMap<Option<&str>, usize> = HashMap::new();
    let mut first_missing: HashMap<&str, usize> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        if let Some(group) = event.within {
            links.push((group, at, "it is a part of the group".to_owned()));
        }
        if event.kind == "panic" {
            let service = event.service.as_deref();
            match first_panic.get(&service) {
                Some(&cause) if is_second_hand(event.headline()) => {
                    links.push((at, cause, "it says that another thread panicked before".to_owned()))
                }
                Some(_) => {}
                None => drop(first_panic.insert(service, at)),
            }
        }
        if let Some(name) = missing_module(event) {
            let cause = *first_missing.entry(name).or_insert(at);
            links.push((at, cause, format!("both miss the module `{name}`")));
        }
    }
    links
}

/// A panic that only says that another thread panicked before.
fn is_second_hand(message: &str) -> bool {
    ["PoisonError", "JoinError::Panic", "a scoped thread panicked", "Any { .. }"].iter().any(|sign| message.contains(sign))
}

/// The module that could not be imported: every test that needs it fails for the same cause.
fn missing_module(event: &Event) -> Option<&str> {
    let is_import = matches!(event.kind.as_str(), "ModuleNotFoundError" | "ImportError");
    event.headline().split('\'').nth(1).filter(|_| is_import)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::fingerprint;
    use crate::syntax::LanguageId;

    fn log(events: &[(&str, &str)]) -> Log {
        let make = |(kind, message): &(&str, &str)| {
            let mut event = Event::new(LanguageId::RUST, *kind, *message);
            event.fingerprint = fingerprint::of(&event);
            event
        };
        Log { events: events.iter().map(make).collect(), ..Log::default() }
    }

    #[test]
    fn the_same_failure_is_one_incident() {
        let incidents = incidents(&log(&[("panic", "index 3"), ("E0382", "moved"), ("panic", "index 4")]));
        assert_eq!(incidents.len(), 2);
        assert_eq!(incidents[0].events, [0, 2]);
        assert_eq!(incidents[0].title, "panic: index 3");
        assert_eq!(incidents[0].count, 2);
    }

    #[test]
    fn a_poisoned_lock_points_at_the_first_panic() {
        let incidents = incidents(&log(&[("panic", "boom"), ("panic", "called `Result::unwrap()` on an `Err` value: PoisonError { .. }")]));
        assert_eq!(incidents[1].caused_by.as_ref().map(|link| link.cause), Some(0));
        assert_eq!(incidents[0].cause_of, [1]);
    }
}
