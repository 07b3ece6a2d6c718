//! Finds the record that a line belongs to: the whole line, its end behind a logger's prefix, or a block printed over several lines.
//!
//! A record that is cut off is none.

use serde_json::{Deserializer, Value};

use crate::event::line::{Line, indent_of};

/// A block is not longer than this, up or down.
const LONGEST: usize = 400;
/// Objects that hold the object at hand.
const CLIMBS: usize = 6;

/// A record, and the first line behind it.
pub(super) struct Found {
    pub(super) value: Value,
    pub(super) end: usize,
}

/// The record that holds `lines[at]`.
pub(super) fn record(lines: &[Line<'_>], at: usize) -> Option<Found> {
    let text = lines[at].text.trim();
    if text.starts_with('"') {
        return block(lines, at);
    }
    let brace =
        text.bytes().zip(text.bytes().skip(1).chain([b' '])).position(|(byte, next)| byte == b'{' && matches!(next, b'"' | b' '))?;
    let value = parse(&text[brace..]).filter(Value::is_object)?;
    Some(Found { value, end: at + 1 })
}

fn parse(text: &str) -> Option<Value> {
    Deserializer::from_str(text).into_iter::<Value>().next()?.ok()
}

/// The largest object round `lines[at]` that is whole.
fn block(lines: &[Line<'_>], at: usize) -> Option<Found> {
    let mut found = None;
    let mut indent = indent_of(&lines[at].text);
    let mut above = at;
    for _ in 0..CLIMBS {
        let opens = |index: &usize| {
            let text = lines[*index].text.trim_end();
            indent_of(text) < indent && text.ends_with(['{', '['])
        };
        let Some(open) = (at.saturating_sub(LONGEST)..above).rev().find(opens) else { break };
        indent = indent_of(&lines[open].text);
        above = open;
        if !lines[open].text.trim_end().ends_with('{') {
            continue;
        }
        let closes = |index: &usize| indent_of(&lines[*index].text) == indent && lines[*index].text.trim_start().starts_with('}');
        let Some(close) = (at + 1..lines.len().min(at + LONGEST)).find(closes) else { break };
        let mut text = String::from("{");
        for line in &lines[open + 1..close] {
            text.push_str(&line.text);
            text.push('\n');
        }
        text.push('}');
        match parse(&text) {
            Some(value) => found = Some(Found { value, end: close + 1 }),
            None => break,
        }
    }
    found.or_else(|| single(lines, at))
}

/// One field by itself, of a block whose ends are not in sight.
fn single(lines: &[Line<'_>], at: usize) -> Option<Found> {
    let text = lines[at].text.trim().trim_end_matches(',');
    let value = parse(&format!("{{{text}}}"))?;
    Some(Found { value, end: at + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::line::lines_of;

    #[test]
    fn records_are_found_in_lines_and_blocks() {
        let check = |text: &str, at: usize, expected: Option<(&str, usize)>| {
            let found = record(&lines_of(text), at).map(|found| (found.value.to_string(), found.end));
            assert_eq!(found, expected.map(|(value, end)| (value.to_owned(), end)), "{text}");
        };
        check("{\"a\":1}", 0, Some(("{\"a\":1}", 1)));
        check("INFO x {1} { \"a\": 1 } done", 0, Some(("{\"a\":1}", 1)));
        check("{\n  \"a\": {\n    \"b\": 1,\n    \"c\": [\n      2\n    ]\n  }\n}", 2, Some(("{\"a\":{\"b\":1,\"c\":[2]}}", 8)));
        check("  \"a\": \"b\",", 0, Some(("{\"a\":\"b\"}", 1)));
        check("{\"a\":", 0, None);
        check("no record", 0, None);
    }
}
