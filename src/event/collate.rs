//! Sets the failures of one log side by side: which prints are one failure, which test it was, what only sums up.
//!
//! "An event is one failure, not one print": the same exception printed by a second logger, as the context of a chain or in a
//! summary line adds to `count`; the same exception in another test or service is another event.

use std::collections::{HashMap, HashSet};

use super::dialect::{Failure, Item};
use super::readings::Placed;
use super::{Cause, Event, LanguageId, classify, fingerprint};

/// So many failures without a test are compared with a summary line; a bound keeps hostile input linear.
const LOOKED_AT: usize = 500;

/// What makes two prints the same failure.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Identity {
    kind: String,
    headline: String,
    file: Option<String>,
    line: Option<u32>,
    test: Option<String>,
    service: Option<String>,
    within: Option<usize>,
}

/// The failures of a log so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    events: Vec<Event>,
    seen: HashMap<Identity, usize>,
    summaries: Vec<Failure>,
    failed: Vec<Failure>,
    passed: HashSet<String>,
    /// Tests that passed because they panicked.
    expected: HashSet<String>,
    /// The current test of each service.
    scopes: HashMap<Option<String>, String>,
    /// The failures of the reading at hand, as indices of events.
    reading: (usize, Vec<usize>),
}

impl Table {
    /// The next item, in the order of the log.
    pub(super) fn take(&mut self, placed: Placed) {
        let Placed { item, speaker, timestamp, reading, .. } = placed;
        let service = speaker.0.as_deref().map(str::to_owned);
        match item {
            Item::Scope(Some(test)) => drop(self.scopes.insert(service, test)),
            Item::Scope(None) => drop(self.scopes.remove(&service)),
            Item::Passed(test) => {
                self.failed.retain(|failure| failure.event.test.as_ref() != Some(&test));
                self.passed.insert(test);
            }
            Item::Expected(test) => drop(self.expected.insert(test)),
            Item::Failed(failure) => self.failed.push(*failure),
            Item::Text(_) => {}
            Item::Failure(failure) => {
                let mut failure = *failure;
                failure.event.service = service;
                failure.event.timestamp = failure.event.timestamp.or_else(|| timestamp.as_deref().map(str::to_owned));
                self.add(failure, reading);
            }
        }
    }

    /// The readings of the next block have numbers of their own.
    pub(super) fn end_block(&mut self) {
        self.reading = (0, Vec::new());
    }

    fn add(&mut self, mut failure: Failure, reading: usize) {
        if self.reading.0 != reading {
            self.reading = (reading, Vec::new());
        }
        if failure.event.test.is_none() {
            failure.event.test = self.scopes.get(&failure.event.service).cloned();
        }
        if failure.is_summary {
            self.summaries.push(failure);
            return;
        }
        failure.event.within = failure.group.and_then(|back| self.reading.1.len().checked_sub(back)).map(|at| self.reading.1[at]);
        let thread = failure.thread.take();
        let index = self.insert(failure.event);
        self.reading.1.push(index);
        if let Some(thread) = thread
            && self.events[index].test.is_none()
        {
            self.failed.push(Failure { thread: Some(thread), ..Failure::new(Event { count: 0, within: Some(index), ..blank() }) });
        }
    }

    fn insert(&mut self, mut event: Event) -> usize {
        event.last_line = event.lines.end.saturating_sub(1);
        let identity = identity_of(&event);
        if let Some(&index) = self.seen.get(&identity) {
            let known = &mut self.events[index];
            known.count += event.count;
            known.last_line = known.last_line.max(event.last_line);
            enrich(known, event);
            return index;
        }
        self.seen.insert(identity, self.events.len());
        self.events.push(event);
        self.events.len() - 1
    }

    /// The failures of the log.
    pub(super) fn finish(mut self) -> Vec<Event> {
        self.name_threads();
        self.match_failed();
        self.add_summaries();
        let mut is_kept: Vec<bool> =
            self.events.iter().map(|event| !event.test.as_ref().is_some_and(|test| self.passed.contains(test))).collect();
        fold_contexts(&mut self.events, &mut is_kept);
        name_lints(&mut self.events);
        for at in 0..self.events.len() {
            if let Some(group) = self.events[at].within {
                let test = self.events[group].test.clone();
                self.events[at].test = test;
            }
        }
        let mut events = keep(self.events, &is_kept);
        for event in &mut events {
            (event.severity, event.category) = classify::classify(event);
            event.fingerprint = fingerprint::of(event);
        }
        events
    }

    /// A thread that bears the name of a test ran that test; a panic that its test expects is no failure.
    fn name_threads(&mut self) {
        let (threads, failed): (Vec<Failure>, Vec<Failure>) = self.failed.drain(..).partition(|failure| failure.thread.is_some());
        let names: HashSet<&str> = failed.iter().filter_map(|failure| failure.event.test.as_deref()).collect();
        for thread in threads {
            let (Some(name), Some(index)) = (thread.thread, thread.event.within) else { continue };
            let is_expected = self.expected.contains(&name) && !names.contains(name.as_str());
            if is_expected || names.contains(name.as_str()) {
                self.events[index].test = Some(name.clone());
            }
            if is_expected {
                self.passed.insert(name);
            }
        }
        self.failed = failed;
    }

    /// A runner's word that a test failed is one more print of the failure that the test has, or else the only one.
    fn match_failed(&mut self) {
        let mut of_test: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, event) in self.events.iter().enumerate() {
            of_test.entry(event.test.clone().unwrap_or_default()).or_default().push(index);
        }
        for failure in std::mem::take(&mut self.failed) {
            let Some(name) = failure.event.test.clone() else { continue };
            let mut found = of_test.get(&name).cloned().unwrap_or_default();
            if found.is_empty() {
                found = self.titled(&of_test, &name);
            }
            if found.is_empty() {
                let unnamed = of_test.entry(String::new()).or_default();
                let position = unnamed.iter().take(LOOKED_AT).position(|&index| is_line_style(&self.events[index], &failure.event));
                found.extend(position.map(|position| unnamed.remove(position)));
            }
            if found.is_empty() {
                found.push(self.insert(failure.event));
            } else {
                self.events[found[0]].count += 1;
            }
            for &index in &found {
                self.events[index].test = Some(name.clone());
            }
            of_test.insert(name, found);
        }
    }

    /// The failures whose title is the short form of a runner's full name:
    /// pytest's `tests/x.py::TestA::test_b[1]` has the title `TestA.test_b[1]`, and its file is one of the failure's.
    fn titled(&self, of_test: &HashMap<String, Vec<usize>>, name: &str) -> Vec<usize> {
        let Some((file, inner)) = name.split_once("::") else { return Vec::new() };
        let is_of_file = |index: &&usize| {
            let event = &self.events[**index];
            let mut places = event.frames.iter().map(|frame| &frame.place).chain(&event.raised_at).peekable();
            places.peek().is_none() || places.any(|place| place.file.replace('\\', "/").ends_with(file))
        };
        of_test.get(&inner.replace("::", ".")).map_or(Vec::new(), |found| found.iter().filter(is_of_file).copied().collect())
    }

    /// Where the failures themselves are not in the log, the line that sums them up is what is left.
    fn add_summaries(&mut self) {
        let mut told: HashSet<(LanguageId, Option<String>)> =
            self.events.iter().map(|event| (event.language, event.service.clone())).collect();
        for failure in std::mem::take(&mut self.summaries) {
            if told.insert((failure.event.language, failure.event.service.clone())) {
                self.insert(failure.event);
            }
        }
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        order.sort_by_key(|&index| self.events[index].lines.start);
        reorder(&mut self.events, &order);
    }
}

fn blank() -> Event {
    Event::new(LanguageId::UNKNOWN, "", "")
}

fn identity_of(event: &Event) -> Identity {
    Identity {
        kind: event.kind.clone(),
        headline: event.headline().to_owned(),
        file: event.raised_at.as_ref().map(|place| place.file.replace('\\', "/")),
        line: event.raised_at.as_ref().and_then(|place| place.line),
        test: event.test.clone(),
        service: event.service.clone(),
        within: event.within,
    }
}

/// A later print may know more: frames, causes, and bytes where the first one was printed for people.
fn enrich(known: &mut Event, print: Event) {
    let has_bytes = |event: &Event| event.labels.iter().any(|label| label.bytes.is_some());
    if !has_bytes(known) && has_bytes(&print) {
        (known.labels, known.suggestions) = (print.labels, print.suggestions);
    } else if known.suggestions.is_empty() {
        known.suggestions = print.suggestions;
    }
    if known.frames.len() < print.frames.len() {
        known.frames = print.frames;
    }
    if known.causes.is_empty() {
        known.causes = print.causes;
    }
}

/// The line style of pytest tells the test only in its summary, where a long message is cut.
fn is_line_style(event: &Event, summary: &Event) -> bool {
    let begin = summary.headline().trim_end_matches("...");
    event.language == LanguageId::PYTHON && event.kind == summary.kind && event.headline().starts_with(begin)
}

/// An exception that was printed by itself and again as the cause of another is one failure: the one printed last.
fn fold_contexts(events: &mut [Event], is_kept: &mut [bool]) {
    let mut roots: HashMap<(Cause, Option<String>), usize> = HashMap::new();
    for (index, event) in events.iter().enumerate() {
        for cause in &event.causes {
            roots.entry((cause.clone(), event.test.clone())).or_insert(index);
        }
    }
    for index in 0..events.len() {
        let event = &events[index];
        let cause = Cause { kind: event.kind.clone(), message: event.message.clone() };
        let Some(&effect) = roots.get(&(cause, event.test.clone())) else { continue };
        if effect != index && event.within.is_none() && events[effect].service == event.service && is_kept[effect] {
            events[effect].count += events[index].count;
            is_kept[index] = false;
        }
    }
}

/// rustc names a lint only at its first error; the others of the same wording are of the same lint.
fn name_lints(events: &mut [Event]) {
    let mut names: HashMap<String, String> = HashMap::new();
    for event in events.iter_mut().filter(|event| event.language == LanguageId::RUST) {
        let shape = fingerprint::without_quoted(event.headline());
        if event.kind == "error" {
            if let Some(name) = names.get(&shape) {
                event.kind.clone_from(name);
            }
        } else if !event.kind.starts_with('E') {
            names.entry(shape).or_insert_with(|| event.kind.clone());
        }
    }
}

fn reorder(events: &mut Vec<Event>, order: &[usize]) {
    let mut place_of = vec![0; order.len()];
    for (place, &index) in order.iter().enumerate() {
        place_of[index] = place;
    }
    let mut slots: Vec<Option<Event>> = std::mem::take(events).into_iter().map(Some).collect();
    events.extend(order.iter().filter_map(|&index| slots[index].take()));
    for event in events {
        event.within = event.within.map(|index| place_of[index]);
    }
}

fn keep(events: Vec<Event>, is_kept: &[bool]) -> Vec<Event> {
    let mut place_of = vec![None; events.len()];
    for (place, index) in (0..events.len()).filter(|&index| is_kept[index]).enumerate() {
        place_of[index] = Some(place);
    }
    let kept = events.into_iter().zip(is_kept).filter(|(_, is_kept)| **is_kept).map(|(event, _)| event);
    kept.map(|event| Event { within: event.within.and_then(|index| place_of[index]), ..event }).collect()
}
