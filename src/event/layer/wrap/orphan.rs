//! Lines that cannot stand where they stand: without indent inside a call stack, without a gutter inside a drawing. They are the rests of the
//! lines before them, if those are as wide as a line gets there.

use super::Glue;
use super::proof::Break;
use super::width::{columns, is_start, word_columns};
use crate::event::line::{Line, indent_of, is_blank};

/// Lines on both sides that tell how wide a line gets.
const NEAR: usize = 20;
/// So many rests may follow each other.
const MOST: usize = 6;
/// Lines that an entry takes at most, with its source.
const STACK: usize = 14;
/// Lines that a drawing takes at most.
const DRAWING: usize = 60;

/// Rests below the entry `lines[at]` of a call stack, before its next one.
pub(super) fn in_stack(lines: &[Line<'_>], at: usize, breaks: &mut Vec<Break>) {
    let indent = indent_of(&lines[at].text);
    if indent == 0 {
        return;
    }
    let belongs = |text: &str| indent_of(text) > indent || (indent_of(text) == indent && text[indent..].starts_with("File \""));
    let mut next = at + 1;
    while next < lines.len().min(at + STACK) && !is_blank(&lines[next].text) {
        let text = lines[next].text.as_ref();
        if indent_of(text) > indent {
            next += 1;
        } else if is_start(text) {
            break;
        } else {
            next = rests(lines, next, &belongs, breaks);
        }
    }
}

/// Rests in the drawing under the place `lines[at]`.
pub(super) fn in_drawing(lines: &[Line<'_>], at: usize, breaks: &mut Vec<Break>) {
    let mut next = at + 1;
    while next < lines.len().min(at + DRAWING) && !is_blank(&lines[next].text) {
        let is_part = is_row(&lines[next].text) || is_start(&lines[next].text);
        next = if is_part { next + 1 } else { rests(lines, next, &is_row, breaks) };
    }
}

/// Rests of the header `lines[at]` of a diagnostic, above its place.
pub(super) fn under_header(lines: &[Line<'_>], at: usize, breaks: &mut Vec<Break>) {
    let is_place = |text: &str| text.trim_start().starts_with("--> ");
    if lines.get(at + 1).is_some_and(|next| goes_on(&lines[at].text, &next.text)) {
        rests(lines, at + 1, &is_place, breaks);
    }
}

/// Rests of the message under the panic `lines[at]`, above the note that ends it.
pub(super) fn in_message(lines: &[Line<'_>], at: usize, breaks: &mut Vec<Break>) {
    let is_note = |text: &str| text.starts_with("note: run with `RUST") || text.starts_with("stack backtrace:");
    let message = lines.get(at + 1).zip(lines.get(at + 2));
    if message.is_some_and(|(message, next)| goes_on(&message.text, &next.text)) {
        rests(lines, at + 2, &is_note, breaks);
    }
}

/// Whether the sentence that `left` begins may go on in `right`: no person ends a line there.
pub(super) fn goes_on(left: &str, right: &str) -> bool {
    let is_open = !left.trim_end().ends_with(['.', '!', '{', '(', '[', '\'']);
    is_open
        && right.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '`' | '\'' | '"'))
        && !is_start(right)
}

/// `12 |     let x`, `   |  ^^^`, `   = note: x`.
fn is_row(text: &str) -> bool {
    let rest = text.trim_start_matches([' ', '.']).trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    rest.starts_with(['|', '+', '-', '~']) || rest.starts_with("= ")
}

/// Adds the breaks before the lines from `first` on, if they are rests: what belongs to the form follows them. Says which line comes next.
fn rests(lines: &[Line<'_>], first: usize, belongs: &dyn Fn(&str) -> bool, breaks: &mut Vec<Break>) -> usize {
    let is_rest = |text: &str| !is_blank(text) && !belongs(text) && !is_start(text);
    let n = lines[first.min(lines.len())..].iter().take(MOST).take_while(|line| is_rest(&line.text)).count();
    let end = first + n;
    let is_inside = n > 0 && lines.get(end).is_some_and(|line| belongs(&line.text));
    if is_inside && (first - 1..end - 1).all(|at| is_full(lines, at)) {
        breaks.extend((first - 1..end - 1).map(|at| Break { at, glue: proven(&lines[at].text) }));
    }
    end.max(first + 1)
}

/// Whether the first word of the next line had no room in `lines[at]`, as far as the lines round it tell.
pub(super) fn is_full(lines: &[Line<'_>], at: usize) -> bool {
    let near = &lines[at.saturating_sub(NEAR)..lines.len().min(at + NEAR)];
    let widest = near.iter().map(|line| columns(&line.text)).max().unwrap_or(0);
    columns(&lines[at].text) + word_columns(&lines[at + 1].text) > widest
}

/// A name that follows `in` holds no blank, and marks none but at their begin.
fn proven(left: &str) -> Option<Glue> {
    let is_name = left.trim_start().starts_with("File \"") && left.contains(", in ") && !left.ends_with(' ');
    (is_name || left.ends_with(['^', '~'])).then_some(Glue::Nothing)
}
