//! Sets the failures of one log side by side: which prints are one failure, which test it was.
//!
//! "An event is one failure, not one print": the same exception printed by a second logger, as the context of a chain or in a
//! summary line adds to `count`; the same exception in another test or service is another event. So many failures are kept as fit
//! into memory; beyond that they are counted.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::dialect::{Failure, Item};
use super::distinct::Distinct;
use super::readings::{Placed, What};
use super::{Event, LanguageId, Overflow};

/// So many different failures are kept, of so many bytes in all.
const MOST_EVENTS: usize = 10_000;
const MOST_BYTES: usize = 32 << 20;
/// So many lines of runners that a test failed are kept, and so many threads that panicked.
const MOST_FAILED: usize = 20_000;
/// So many tests that passed are remembered.
const MOST_NAMES: usize = 200_000;
/// An address in memory has so many hexadecimal digits at least: shorter numbers are codes.
const MIN_ADDRESS: usize = 6;
/// So many services may be within a test at once.
const MOST_SCOPES: usize = 10_000;

/// The failures of a log so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) events: Vec<Event>,
    /// The event of each identity.
    seen: HashMap<u64, usize>,
    /// Bytes of the events, by estimate.
    n_bytes: usize,
    n_lost: u64,
    lost: Distinct,
    /// The first summary of each language and service.
    pub(super) summaries: HashMap<(LanguageId, Option<String>), Event>,
    /// What runners say failed, and when in the order of the log.
    pub(super) failed: Vec<(Event, u64)>,
    /// Threads that panicked outside of any known test, and their events.
    pub(super) threads: Vec<(String, usize)>,
    /// Tests that passed in the end, by the hash of their names, and when.
    pub(super) passed: HashMap<u64, u64>,
    /// Tests that passed because they panicked.
    pub(super) expected: HashSet<u64>,
    /// The current test of each service.
    scopes: HashMap<Option<String>, String>,
    /// The failures of the reading at hand, as indices of events; none for those that were lost.
    reading: (usize, Vec<Option<usize>>),
    /// How many items there were.
    n_items: u64,
}

impl Table {
    /// The next item, in the order of the log; `failures` are those of its block.
    pub(super) fn take(&mut self, placed: &Placed, failures: &[Failure]) {
        self.n_items += 1;
        let service = placed.speaker.0.as_deref();
        match &placed.what {
            What::Mark(Item::Scope(test)) => self.set_scope(service, test.clone()),
            What::Mark(Item::Passed(test)) if self.passed.len() < MOST_NAMES => drop(self.passed.insert(hash_of(test), self.n_items)),
            What::Mark(Item::Expected(test)) if self.expected.len() < MOST_NAMES => drop(self.expected.insert(hash_of(test))),
            What::Mark(_) => {}
            What::Failed(at) if self.failed.len() < MOST_FAILED => {
                let mut event = failures[*at].event.clone();
                event.lines = placed.lines.clone();
                event.timeline.extend(placed.time);
                self.failed.push((event, self.n_items));
            }
            What::Failed(_) => self.n_lost += 1,
            What::Failure(at) => self.add(&failures[*at], placed),
            What::Lost(identity) => self.lose(*identity),
        }
    }

    /// The readings of the next block have numbers of their own.
    pub(super) fn end_block(&mut self) {
        self.reading = (0, Vec::new());
    }

    /// What there was no room for.
    pub(super) fn overflow(&self) -> Option<Overflow> {
        (self.n_lost > 0).then(|| Overflow { n_prints: self.n_lost, n_distinct: self.lost.estimate().min(self.n_lost) })
    }

    fn set_scope(&mut self, service: Option<&str>, test: Option<String>) {
        let service = service.map(str::to_owned);
        match test {
            None => drop(self.scopes.remove(&service)),
            Some(test) if self.scopes.len() < MOST_SCOPES || self.scopes.contains_key(&service) => drop(self.scopes.insert(service, test)),
            Some(_) => {}
        }
    }

    fn add(&mut self, failure: &Failure, placed: &Placed) {
        if self.reading.0 != placed.reading {
            self.reading = (placed.reading, Vec::new());
        }
        let service = placed.speaker.0.as_deref();
        let test = failure.event.test.as_ref().or_else(|| self.scopes.get(&service.map(str::to_owned)));
        let within = failure.group.and_then(|back| self.reading.1.len().checked_sub(back)).and_then(|at| self.reading.1[at]);
        let identity = hash_of(&(placed.identity, test, within));
        let complete = || {
            let mut event = Event {
                test: test.cloned(),
                service: service.map(str::to_owned),
                timestamp: failure.event.timestamp.clone().or_else(|| placed.timestamp.as_deref().map(str::to_owned)),
                within,
                lines: placed.lines.clone(),
                ..failure.event.clone()
            };
            event.timeline.extend(placed.time);
            event
        };
        if failure.is_summary {
            let key = (failure.event.language, service.map(str::to_owned));
            if self.summaries.len() < MOST_SCOPES && !self.summaries.contains_key(&key) {
                let summary = complete();
                self.summaries.insert(key, summary);
            }
            return;
        }
        let index = match self.seen.get(&identity) {
            Some(&index) => {
                let known = &mut self.events[index];
                known.count = known.count.saturating_add(1);
                known.last_line = known.last_line.max(placed.lines.end.saturating_sub(1));
                known.timeline.extend(placed.time);
                enrich(known, &failure.event);
                Some(index)
            }
            None if self.has_room() => {
                let event = complete();
                Some(self.insert(event, identity))
            }
            None => {
                self.lose(identity);
                None
            }
        };
        self.reading.1.push(index);
        if let (Some(thread), Some(index)) = (&failure.thread, index)
            && self.events[index].test.is_none()
            && self.threads.len() < MOST_FAILED
        {
            self.threads.push((thread.clone(), index));
        }
    }

    fn has_room(&self) -> bool {
        self.events.len() < MOST_EVENTS && self.n_bytes < MOST_BYTES
    }

    fn lose(&mut self, identity: u64) {
        self.n_lost += 1;
        self.lost.add(identity);
    }

    fn insert(&mut self, mut event: Event, identity: u64) -> usize {
        event.last_line = event.lines.end.saturating_sub(1);
        self.n_bytes += n_bytes(&event);
        self.seen.insert(identity, self.events.len());
        self.events.push(event);
        self.events.len() - 1
    }

    /// Adds an event that the log only sums up, unless it is known; says where it is.
    pub(super) fn insert_late(&mut self, event: Event) -> usize {
        let identity = hash_of(&(identity_of(&event, event.service.as_deref()), event.test.as_ref(), event.within));
        let Some(&index) = self.seen.get(&identity) else { return self.insert(event, identity) };
        let known = &mut self.events[index];
        known.count = known.count.saturating_add(1);
        known.last_line = known.last_line.max(event.lines.end.saturating_sub(1));
        known.timeline.merge(&event.timeline);
        enrich(known, &event);
        index
    }
}

/// A number that stands for `value` within this process.
pub(super) fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What makes two prints the same failure, apart from the test and the group, as a number.
pub(super) fn identity_of(event: &Event, service: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&event.kind, service).hash(&mut hasher);
    hash_but_addresses(event.headline(), &mut hasher);
    if let Some(place) = &event.raised_at {
        place.file.split(['/', '\\']).for_each(|part| part.hash(&mut hasher));
        place.line.hash(&mut hasher);
        // Two errors of a compiler may stand in one line.
        place.column.filter(|_| !event.labels.is_empty()).hash(&mut hasher);
    }
    hasher.finish()
}

/// Hashes `text` apart from addresses in memory: an object lies elsewhere each time.
fn hash_but_addresses(text: &str, hasher: &mut DefaultHasher) {
    let mut parts = text.split("0x");
    parts.next().hash(hasher);
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        let is_address = part.len() - rest.len() >= MIN_ADDRESS;
        (is_address, if is_address { rest } else { part }).hash(hasher);
    }
}

/// Bytes that `event` takes, by estimate.
pub(super) fn n_bytes(event: &Event) -> usize {
    let frames =
        event.frames.iter().map(|frame| size_of_val(frame) + frame.place.file.len() + frame.source.as_ref().map_or(0, String::len) + 32);
    let labels = event.labels.iter().map(|label| size_of_val(label) + label.text.len() + label.place.file.len());
    let causes = event.causes.iter().map(|cause| size_of_val(cause) + cause.kind.len() + cause.message.len());
    let edits = event.suggestions.iter().map(|suggestion| {
        let lines = suggestion.lines.iter().flat_map(|edit| edit.before.iter().flatten().chain(&edit.after)).map(|line| line.len() + 24);
        256 + suggestion.edits.iter().map(|edit| 128 + edit.after.len()).sum::<usize>() + lines.sum::<usize>()
    });
    let notes = event.notes.iter().map(|note| note.len() + 24);
    let parts = frames.chain(labels).chain(causes).chain(edits).chain(notes).sum::<usize>();
    size_of::<Event>() + 512 + event.kind.len() + event.message.len() + parts
}

/// A later print may know more: frames, causes, and bytes where the first one was printed for people.
fn enrich(known: &mut Event, print: &Event) {
    let has_bytes = |event: &Event| event.labels.iter().any(|label| label.bytes.is_some());
    if !has_bytes(known) && has_bytes(print) {
        (known.labels, known.suggestions) = (print.labels.clone(), print.suggestions.clone());
    } else if known.suggestions.is_empty() && !print.suggestions.is_empty() {
        known.suggestions.clone_from(&print.suggestions);
    }
    if known.frames.len() < print.frames.len() {
        known.frames.clone_from(&print.frames);
    }
    if known.causes.is_empty() && !print.causes.is_empty() {
        known.causes.clone_from(&print.causes);
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn printed(message: &str) -> String {
        format!("Traceback (most recent call last):\n  File \"pool.py\", line 8, in take\n    raise Broken(self)\nBroken: {message}\n")
    }

    #[test]
    fn prints_that_differ_in_an_address_are_one_failure() {
        let [first, second] = ["0x7f03ab12cd40", "0x5581FF009a10"].map(|at| printed(&format!("<Link object at {at}> is gone")));
        assert_eq!(outline(&(first + &second)), ["Broken: <Link object at 0x7f03ab12cd40> is gone @ pool.py:8 take x2"]);
    }

    #[test]
    fn codes_and_what_stands_around_an_address_tell_failures_apart() {
        for (one, other) in
            [("code 0x1f", "code 0x2f"), ("<A at 0x7f03ab12cd40>", "<B at 0x7f03ab12cd40>"), ("0x7f03ab12cd40 a", "0x7f03ab12cd41 b")]
        {
            assert_eq!(outline(&(printed(one) + &printed(other))).len(), 2, "{one} {other}");
        }
    }
}
