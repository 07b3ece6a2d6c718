//! Breaks in the message of a failure, which no form proves: they are believed where several facts speak for them.

use super::Glue;
use super::proof::Break;
use super::width::{columns, is_exception, is_start, word_columns};
use crate::event::line::{Line, indent_of};

/// Widths that consoles, runners and printers have; lines of a console may be one column shorter.
const USUAL: &[usize] = &[72, 76, 78, 79, 80, 100, 119, 120, 131, 132, 139, 140, 158, 159, 160, 179, 180, 199, 200];
/// A message that is broken is at least as wide as this.
const NARROWEST: usize = 60;
/// Lines on both sides of which none may be wider.
const NEAR: usize = 40;
/// Points that a break needs to be believed.
const ENOUGH: u32 = 3;

/// Adds the breaks in messages that stand at or below the `signed` lines, where no break is known.
pub(super) fn add_breaks(lines: &[Line<'_>], signed: &[usize], breaks: &mut Vec<Break>) {
    breaks.sort_by_key(|one| one.at);
    let mut found: Vec<Break> = Vec::new();
    for &at in signed {
        let Some(message) = message_at(lines, at) else { continue };
        let next = breaks.partition_point(|one| one.at < message.saturating_sub(NEAR));
        let is_known = breaks.get(next).is_some_and(|one| one.at < message + NEAR) || found.last().is_some_and(|one| one.at >= message);
        let n = columns(&lines[message].text);
        if n < NARROWEST || is_known {
            continue;
        }
        if let Some(glue) = broken(lines, message, n) {
            found.push(Break { at: message, glue: Some(glue) });
        }
    }
    breaks.extend(found);
}

/// The line of the message that may be broken, for a line with a sign.
fn message_at(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let text = &lines[at].text;
    let inner = text.trim_start();
    if inner.starts_with("error[E") {
        return Some(at);
    }
    if let Some((_, rest)) = text.split_once("panicked at ") {
        return Some(if rest.starts_with('\'') { at } else { at + 1 }).filter(|at| *at + 1 < lines.len());
    }
    if !inner.starts_with("File \"") {
        return None;
    }
    let indent = indent_of(text);
    let below = (at + 1..lines.len().min(at + 5)).take_while(|&at| !lines[at].text.trim_start().starts_with("File \""));
    below.into_iter().find(|&at| indent_of(&lines[at].text) < indent.max(1)).filter(|&at| is_exception(lines[at].text.trim_start()))
}

/// The break after the message `lines[at]` of `n` columns; nothing if it is whole.
fn broken(lines: &[Line<'_>], at: usize, n: usize) -> Option<Glue> {
    let (left, right) = (lines[at].text.as_ref(), lines.get(at + 1)?.text.as_ref());
    if !may_go_on(right, usize::MAX) {
        return None;
    }
    let near = at.saturating_sub(NEAR)..lines.len().min(at + NEAR);
    let widest = lines[near.clone()].iter().map(|line| columns(&line.text)).max().unwrap_or(0);
    let is_behind_blank = left.ends_with(' ') && left.trim_end().contains(": ") && n + word_columns(right) > widest;
    if !may_go_on(right, widest) || (n < widest && !is_behind_blank) {
        return None;
    }
    let is_like = |other: usize| {
        let text = lines[other].text.as_ref();
        other != at && text != left && columns(text) == n && lines.get(other + 1).is_some_and(|next| may_go_on(&next.text, n))
    };
    let is_usual = USUAL.contains(&widest);
    let has_like = near.into_iter().any(is_like);
    let is_in_word = (is_behind_blank || left.ends_with(is_word)) && right.starts_with(|c: char| is_word(c) && !c.is_ascii_uppercase());
    let is_rest = right.starts_with([' ', ',', ';', ':', '.', ')', ']', '}', '\'', '"', '`']);
    let is_in_quotes = ['\'', '"', '`'].iter().any(|quote| is_odd(left, *quote) && is_odd(right, *quote));
    let is_in_brackets = balance(left) > 0 && balance(right) < 0;
    let is_before_place = lines[at + 2..].iter().take(3).any(|line| line.text.trim_start().starts_with("--> "));
    let points = 2 * (u32::from(is_usual) + u32::from(has_like) + u32::from(is_in_quotes || is_in_brackets) + u32::from(is_behind_blank))
        + u32::from(is_in_word || is_rest)
        + u32::from(is_before_place);
    let is_word_break = (!is_usual && !has_like && ends_in_word(left, right)) || is_behind_sign(left, right);
    let glue = if left.ends_with(' ') || !is_word_break { Glue::Nothing } else { Glue::Blank };
    (points >= ENOUGH).then_some(glue)
}

/// A comma or a colon has a blank behind it, so if the next line does not begin with it, the break took it.
pub(super) fn is_behind_sign(left: &str, right: &str) -> bool {
    left.ends_with([',', ':', ';'])
        && !left.ends_with("::")
        && !right.starts_with([' ', '/', '\\', ':'])
        && !right.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a blank stood between `left` and `right`: one ends and the other begins with a whole word.
pub(super) fn ends_in_word(left: &str, right: &str) -> bool {
    const WORDS: &[&str] = &[
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "cannot", "for", "found", "from", "got", "has", "have", "if", "in",
        "index", "into", "is", "it", "must", "no", "not", "of", "on", "or", "than", "that", "the", "this", "to", "type", "value", "was",
        "when", "which", "with",
    ];
    let last = left.rsplit(' ').next().unwrap_or(left);
    let first = right.split(' ').next().unwrap_or(right);
    WORDS.contains(&last)
        || WORDS.contains(&first)
        || (last.ends_with(char::is_alphabetic) && first.starts_with(|c: char| c.is_ascii_digit()))
}

/// Brackets that are open at the end of `text`, less those that it closes without having opened them.
fn balance(text: &str) -> i64 {
    let sign = |byte: u8| match byte {
        b'(' | b'[' | b'{' => 1,
        b')' | b']' | b'}' => -1,
        _ => 0,
    };
    text.bytes().map(sign).sum()
}

fn may_go_on(right: &str, n: usize) -> bool {
    (right.contains(is_word) || right.starts_with([')', ']', '}', '\'', '"', '`']))
        && !right.starts_with("  ")
        && columns(right) <= n
        && !is_start(right)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `text` opens a quotation that it does not close, or closes one that it did not open. An apostrophe in a word is none.
fn is_odd(text: &str, quote: char) -> bool {
    let is_between = |at: usize| {
        let before = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        before && text[at + quote.len_utf8()..].chars().next().is_some_and(char::is_alphanumeric)
    };
    text.match_indices(quote).filter(|(at, _)| !is_between(*at)).count() % 2 == 1
}
