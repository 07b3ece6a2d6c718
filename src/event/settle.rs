//! What can be told of a log's failures only at its end: which test a thread was, which lines only sum up what others say, which
//! failure is the context of another.

use std::collections::{HashMap, HashSet};

use super::collate::{Table, hash_of};
use super::{Event, LanguageId, classify, fingerprint, python};

/// So many failures without a test are compared with a summary line; a bound keeps hostile input linear.
const LOOKED_AT: usize = 500;

impl Table {
    /// The failures of the log.
    pub(super) fn finish(mut self) -> Vec<Event> {
        self.forget_retried();
        self.name_threads();
        self.match_failed();
        self.add_summaries();
        let mut is_kept: Vec<bool> =
            self.events.iter().map(|event| !event.test.as_ref().is_some_and(|test| self.passed.contains_key(&hash_of(test)))).collect();
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

    /// What failed and passed later, when it was tried again, has not failed.
    fn forget_retried(&mut self) {
        let passed = &self.passed;
        let is_failed = |(event, order): &(Event, u64)| {
            event.test.as_ref().is_none_or(|test| passed.get(&hash_of(test)).is_none_or(|passed| passed < order))
        };
        self.failed.retain(is_failed);
    }

    /// A thread that bears the name of a test ran that test; a panic that its test expects is no failure.
    fn name_threads(&mut self) {
        let names: HashSet<&str> = self.failed.iter().filter_map(|(event, _)| event.test.as_deref()).collect();
        for (name, index) in std::mem::take(&mut self.threads) {
            let is_failed = names.contains(name.as_str());
            let is_expected = self.expected.contains(&hash_of(&name)) && !is_failed;
            if is_expected {
                self.passed.insert(hash_of(&name), self.passed.len() as u64);
            }
            if is_expected || is_failed {
                self.events[index].test = Some(name);
            }
        }
    }

    /// A runner's word that a test failed is one more print of the failure that the test has, or else the only one.
    fn match_failed(&mut self) {
        let mut of_test: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, event) in self.events.iter().enumerate() {
            of_test.entry(event.test.clone().unwrap_or_default()).or_default().push(index);
        }
        // A line that says only that a test failed knows less than one that says why.
        self.failed.sort_by_key(|(failed, _)| failed.message.is_empty());
        for (failed, _) in std::mem::take(&mut self.failed) {
            let Some(name) = failed.test.clone() else { continue };
            let mut found = of_test.get(&name).cloned().unwrap_or_default();
            if found.is_empty() {
                found = self.titled(&of_test, &failed);
            }
            if found.is_empty() {
                let unnamed = of_test.entry(String::new()).or_default();
                let position = unnamed.iter().take(LOOKED_AT).position(|&index| is_line_style(&self.events[index], &failed));
                found.extend(position.map(|position| unnamed.remove(position)));
            }
            if found.is_empty() {
                found.push(self.insert_late(failed));
            } else {
                let event = &mut self.events[found[0]];
                event.count = event.count.saturating_add(1);
                event.last_line = event.last_line.max(failed.lines.end.saturating_sub(1));
                // What pytest says in its own words below a title has no other place than the test.
                if event.kind == "Failed" && event.raised_at.is_none() && event.lines.len() > 1 {
                    event.raised_at = python::place_of_test(&name);
                }
            }
            for &index in &found {
                self.events[index].test = Some(name.clone());
            }
            of_test.insert(name, found);
        }
    }

    /// The failures whose title is the short form of a runner's full name:
    /// pytest's `tests/x.py::TestA::test_b[1]` has the title `TestA.test_b[1]`, and its file is one of the failure's.
    fn titled(&self, of_test: &HashMap<String, Vec<usize>>, failure: &Event) -> Vec<usize> {
        let name = failure.test.as_deref().unwrap_or_default();
        let Some((file, inner)) = name.split_once("::") else {
            // A module that could not be collected has a title relative to another directory.
            let shorter = name.match_indices(['/', '\\']).find_map(|(at, _)| of_test.get(&name[at + 1..]));
            return shorter.cloned().unwrap_or_default();
        };
        let found = of_test.get(&inner.replace("::", ".")).map_or(&[][..], Vec::as_slice);
        // A fixture of another file may have failed.
        if found.len() == 1 && failure.message.is_empty() {
            return found.to_vec();
        }
        let is_of_file = |index: &&usize| {
            let event = &self.events[**index];
            if event.kind == failure.kind && is_begin(&failure.message, event.headline()) {
                return true;
            }
            // A narrow console cuts even the kind.
            if failure.kind == "test-failure" && failure.message.ends_with("...") && is_begin(&failure.message, &event.kind) {
                return true;
            }
            let mut places = event.frames.iter().map(|frame| &frame.place).chain(&event.raised_at).peekable();
            places.peek().is_none() || places.any(|place| place.file.replace('\\', "/").ends_with(file))
        };
        found.iter().filter(is_of_file).copied().collect()
    }

    /// Where the failures themselves are not in the log, the line that sums them up is what is left.
    fn add_summaries(&mut self) {
        let mut told: HashSet<(LanguageId, Option<String>)> =
            self.events.iter().map(|event| (event.language, event.service.clone())).collect();
        let mut summaries: Vec<Event> = std::mem::take(&mut self.summaries).into_values().collect();
        summaries.sort_by_key(|summary| summary.lines.start);
        for summary in summaries {
            if told.insert((summary.language, summary.service.clone())) {
                self.insert_late(summary);
            }
        }
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        order.sort_by_key(|&index| self.events[index].lines.start);
        reorder(&mut self.events, &order);
    }
}

/// The line style of pytest tells the test only in its summary, where a long message is cut and may be left out.
fn is_line_style(event: &Event, summary: &Event) -> bool {
    if event.language != LanguageId::PYTHON || event.within.is_some() {
        return false;
    }
    let file = summary.test.as_deref().and_then(|test| test.split("::").next()).unwrap_or_default();
    let mut places = event.frames.iter().map(|frame| &frame.place).chain(&event.raised_at);
    match summary.headline().trim_start() {
        "" => places.any(|place| place.file.replace('\\', "/").ends_with(file)),
        headline if headline.starts_with("File \"") => matches!(event.kind.as_str(), "SyntaxError" | "IndentationError" | "TabError"),
        _ => event.kind == summary.kind && is_begin(summary.headline(), event.headline()),
    }
}

/// Whether `cut` is the begin of `whole`, with dots for the rest.
fn is_begin(cut: &str, whole: &str) -> bool {
    whole.starts_with(cut.trim_end_matches("..."))
}

/// An exception that was printed by itself and again as the cause of another is one failure: the one printed last.
fn fold_contexts(events: &mut [Event], is_kept: &mut [bool]) {
    let mut roots: HashMap<(String, String, Option<String>), usize> = HashMap::new();
    for (index, event) in events.iter().enumerate() {
        for cause in &event.causes {
            roots.entry((cause.kind.clone(), cause.message.clone(), event.test.clone())).or_insert(index);
        }
    }
    for index in 0..events.len() {
        let event = &events[index];
        let cause = (event.kind.clone(), event.message.clone(), event.test.clone());
        let Some(&effect) = roots.get(&cause) else { continue };
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
