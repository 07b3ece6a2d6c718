//! Joins lines that a console, a pager, a mail program or a printer broke at its width, so that paths, numbers and messages are whole again.
//!
//! A log that nobody wrapped must stay as it is. So nothing happens without a break that the text itself proves: a `File` line whose
//! quote is open, a location without its numbers, a sentence of the interpreter cut in two, a message that ends at the edge and goes on
//! below. Such breaks tell the width; only lines near them that end at that width are joined as well.
//!
//! Source: Windows PowerShell 5.1 breaks stderr behind blanks, and longer words at the width; `fold`, terminals and logs of runners
//! break anywhere; mail programs and `fmt` put the break in the place of a blank.

mod message;
mod orphan;
mod proof;
mod stack;
#[cfg(test)]
mod sweep;
mod width;

use super::Layer;
use crate::event::line::Line;
use proof::Break;
use width::Wrapping;

/// Lines of a console's width.
pub(super) struct Wrap;

/// What stands between the two parts of a broken line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Glue {
    Nothing,
    Blank,
}

/// A prefix is not longer than this.
const PREFIX: usize = 80;
/// Lines before the first proven break of a group, and after the last, that may be broken at the same width.
const AROUND: (usize, usize) = (100, 150);

impl Layer for Wrap {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let (mut breaks, signed) = proof::breaks(lines);
        message::add_breaks(lines, &signed, &mut breaks);
        breaks.retain(|one| !is_prefixed_alike(&lines[one.at].text, &lines[one.at + 1].text));
        if breaks.is_empty() {
            return false;
        }
        breaks.sort_by_key(|one| one.at);
        breaks.dedup_by_key(|one| one.at);
        let mut joints = vec![None; lines.len()];
        let mut floor = 0;
        for group in breaks.chunk_by(|a, b| b.at - a.at <= AROUND.1) {
            let from = group[0].at.saturating_sub(AROUND.0).max(floor);
            floor = (group[group.len() - 1].at + AROUND.1).min(lines.len());
            mark(lines, group, from..floor, &mut joints);
        }
        join(lines, &joints);
        true
    }
}

/// Marks the lines of `range` that go on in the next one.
fn mark(lines: &[Line<'_>], group: &[Break], range: std::ops::Range<usize>, joints: &mut [Option<Glue>]) {
    let wrapping = Wrapping::of(lines, group, range.clone());
    for one in group {
        joints[one.at] = Some(wrapping.glue(&lines[one.at].text, &lines[one.at + 1].text, one.glue));
    }
    for at in range.start..range.end.saturating_sub(1) {
        if joints[at].is_none() && !is_prefixed_alike(&lines[at].text, &lines[at + 1].text) {
            let is_continued = at > 0 && joints[at - 1].is_some();
            joints[at] = wrapping.joint(&lines[at].text, &lines[at + 1].text, is_continued);
        }
    }
}

/// Whether both lines begin with the prefix of a service or a logger, numbers aside: what a console broke off has none.
fn is_prefixed_alike(text: &str, next: &str) -> bool {
    let bytes = next.as_bytes();
    let head = &bytes[..bytes.len().min(PREFIX)];
    let Some(end) = head.windows(2).position(|pair| matches!(pair, b"| " | b": " | b"] " | b") ")) else { return false };
    let is_alike = |(one, other): (&u8, &u8)| one == other || (one.is_ascii_digit() && other.is_ascii_digit());
    let has_name = next.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '[' | '(')) && end >= 4;
    has_name && text.len() > end + 2 && head[..end + 2].iter().zip(text.as_bytes()).all(is_alike)
}

/// Appends each line to the one before it where a joint says so; the number is that of the first.
fn join(lines: &mut Vec<Line<'_>>, joints: &[Option<Glue>]) {
    let mut joined: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    let mut joint = None;
    for (line, next) in lines.drain(..).zip(joints) {
        match (joint, joined.last_mut()) {
            (Some(glue), Some(last)) => {
                let text = last.text.to_mut();
                if glue == Glue::Blank {
                    text.push(' ');
                }
                text.push_str(without_indent(&line.text));
            }
            _ => joined.push(line),
        }
        joint = *next;
    }
    *lines = joined;
}

/// A column of a table, such as rich's, indents the rest of a line; marks keep their place.
fn without_indent(text: &str) -> &str {
    let inner = text.trim_start_matches(' ');
    let is_indented = text.len() - inner.len() > 3 && !inner.starts_with(['^', '~']);
    if is_indented { inner } else { text }
}
