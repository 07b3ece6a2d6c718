//! Reads CPython tracebacks into events: one for each chain, and one for each leaf of an exception group.
//!
//! Lenient by design: the header may be glued to other text or missing, frames may have lost their indent, the exception may be cut off.
//! What has neither a frame nor a header is no traceback; a header without a frame is documentation.
//!
//! Source: CPython 3.13, `Lib/traceback.py`.

use std::ops::Range;

use super::frame::file_line;
use super::tree::{Chain, HEADER, Raised, Reader};
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, indent_of};
use crate::event::{Cause, Event};
use crate::syntax::LanguageId;

/// Plain, chained and grouped tracebacks.
pub(in crate::event) struct Traceback;

impl Dialect for Traceback {
    fn hints(&self) -> &'static [&'static str] {
        &[HEADER, "File \""]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = &lines[at].text;
        let is_header = text.contains(HEADER);
        if !is_header && !(text.contains("File \"") && file_line(text).is_some()) {
            return None;
        }
        if !is_header && is_mere_stack(lines, at) {
            return Some(Reading::new(Vec::new(), end_of_stack(lines, at)));
        }
        let mut reader = Reader::new(lines, at, margin(lines, at, is_header), is_fenced(lines, at));
        let chain = reader.chain(0);
        if chain.links.is_empty() {
            return None;
        }
        let end = reader.at;
        let span = lines[at].no..lines[end.max(at + 1) - 1].no + 1;
        Some(Reading::new(items(chain, &span), end))
    }
}

/// Blanks before the whole traceback: entries stand two blanks deeper than the header and the exception.
fn margin(lines: &[Line<'_>], at: usize, is_header: bool) -> usize {
    let entry = lines[at..].iter().take(3).find(|line| file_line(&line.text).is_some());
    let by_entry = entry.map_or(0, |line| indent_of(&line.text).saturating_sub(2));
    let own = indent_of(&lines[at].text);
    if is_header && lines[at].text[own..].starts_with("Traceback") { own.min(by_entry) } else { by_entry }
}

/// unittest rules off each failure.
fn is_fenced(lines: &[Line<'_>], at: usize) -> bool {
    let is_rule = |line: &Line<'_>| line.text.len() >= 60 && line.text.bytes().all(|byte| byte == b'-');
    lines[at.saturating_sub(2)..at].iter().any(is_rule)
}

/// Stacks that show where something was called, not that it failed.
fn is_mere_stack(lines: &[Line<'_>], at: usize) -> bool {
    let Some(line) = at.checked_sub(1).map(|before| lines[before].text.trim()) else { return false };
    line == "Call stack:"
        || line.starts_with("Stack (most recent call last)")
        || line.ends_with("(most recent call first):")
        || line.starts_with("Object allocated at")
}

fn end_of_stack(lines: &[Line<'_>], at: usize) -> usize {
    let indent = indent_of(&lines[at].text);
    lines[at..].iter().position(|line| indent_of(&line.text) < indent.max(1)).map_or(lines.len(), |n| at + n)
}

/// The failure of a chain, and those of the groups in it.
fn items(chain: Chain, lines: &Range<u32>) -> Vec<Item> {
    let mut failures = Vec::new();
    let mut leaves = Vec::new();
    if let Some(event) = event(chain, lines, &mut leaves) {
        failures.push(Failure::new(event));
    }
    // Leaves of inner groups belong to the outermost one: inner groups only give them order.
    while !leaves.is_empty() {
        for leaf in std::mem::take(&mut leaves) {
            let is_group = leaf.links.last().is_some_and(|raised| !raised.leaves.is_empty());
            let Some(event) = event(leaf, lines, &mut leaves) else { continue };
            if !is_group {
                let group = Some(failures.len());
                failures.push(Failure { group, ..Failure::new(event) });
            }
        }
    }
    failures.into_iter().map(|failure| Item::Failure(Box::new(failure))).collect()
}

/// The event of the last link; the others are its causes.
fn event(mut chain: Chain, lines: &Range<u32>, leaves: &mut Vec<Chain>) -> Option<Event> {
    let mut raised = chain.links.pop()?;
    unite(&mut raised, &mut chain.links);
    let mut event = event_of(raised, lines, leaves);
    for link in chain.links.into_iter().rev() {
        leaves.extend(link.leaves);
        event.causes.push(Cause { kind: link.kind, message: link.message });
    }
    Some(event)
}

/// A worker's exception that its parent raises again comes as its own cause: it is one, and was raised where the worker raised it.
fn unite(raised: &mut Raised, before: &mut Vec<Raised>) {
    let is_again = |link: &Raised| (&link.kind, &link.message) == (&raised.kind, &raised.message) && raised.leaves.is_empty();
    if before.last().is_some_and(|link| is_again(link) && is_library(raised)) {
        raised.frames.extend(before.pop().into_iter().flat_map(|link| link.frames));
    }
}

/// `concurrent.futures` and `multiprocessing` bring the exception from one process to the other.
fn is_library(raised: &Raised) -> bool {
    let file = raised.frames.last().map_or("", |frame| frame.place.file.as_str()).replace('\\', "/");
    file.ends_with("concurrent/futures/_base.py") || file.ends_with("multiprocessing/pool.py")
}

fn event_of(raised: Raised, lines: &Range<u32>, leaves: &mut Vec<Chain>) -> Event {
    leaves.extend(raised.leaves);
    Event {
        raised_at: raised.frames.last().map(|frame| frame.place.clone()),
        frames: raised.frames,
        notes: raised.notes,
        lines: lines.clone(),
        ..Event::new(LanguageId::PYTHON, raised.kind, raised.message)
    }
}
