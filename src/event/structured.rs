//! Reads records of loggers and runners that write JSON: shapes that are known, then a trace in any field as text, then the fields
//! that name the error.
//!
//! `"traceback": "NoneType: None"` is what Python writes where there was no exception: it is no failure. Records of an ordinary service
//! are never parsed: only a rare key or the sign of a trace makes a line worth it.

pub(super) mod escaped;
mod fields;
mod find;
pub(super) mod junit;
mod shape;

use super::dialect::{self, Dialect, Item, Reading};
use super::layer;
use super::line::Line;

/// `{"level": "error", "exception": "Traceback ..."}`.
pub(super) struct Record;

/// Records may hold records, but not without end.
const DEEPEST: u8 = 4;
const KEYS: &[&str] = &[
    "\"error_type\"",
    "\"exc_type\"",
    "\"exception_type\"",
    "\"exception.type\"",
    "\"error.type\"",
    "\"errorType\"",
    "\"exception_class\"",
    "\"stacktrace\"",
    "\"reprcrash\"",
    "\"crash\"",
    "\"event\": \"failed\"",
    "\"event\":\"failed\"",
    "panic.payload",
];

impl Dialect for Record {
    fn hints(&self) -> &'static [&'static str] {
        KEYS
    }

    fn openings(&self) -> &'static [&'static str] {
        &[
            "\"error_type\"",
            "\"exc_type\"",
            "\"exception_type\"",
            "\"exception.type\"",
            "\"error.type\"",
            "\"errorType\"",
            "\"exception_class\"",
            "\"stacktrace\"",
            "\"reprcrash\"",
            "\"crash\"",
            "\"event\": \"failed\"",
            "\"event\":\"failed\"",
            "panic.payload",
            "Traceback (most recent call last)",
            "panicked at ",
            "\\tat ",
            "\\n    at ",
            "\"    at ",
            "goroutine ",
        ]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let record = find::record(lines, at)?;
        let value = &record.value;
        if value.get("reason").is_some() || value.get("$message_type").is_some() {
            return None;
        }
        let line = &lines[at];
        let mut items = shape::read(value, line);
        if items.is_empty() {
            items = fields::texts(value).iter().flat_map(|text| read_text(text, line)).collect();
        }
        if !items.iter().any(is_failure) {
            items.extend(fields::named(value, line));
        }
        let time = fields::time(value);
        let mut seen = Vec::new();
        items.retain(|item| is_new(item, &mut seen));
        for item in &mut items {
            if let Item::Failure(failure) | Item::Failed(failure) = item {
                failure.event.timestamp = failure.event.timestamp.take().or_else(|| time.clone());
            }
        }
        Some(Reading::new(items, record.end))
    }
}

/// What the dialects read in `text`, which stands in one field of a record at `line`.
fn read_text(text: &str, line: &Line<'_>) -> Vec<Item> {
    if line.depth >= DEEPEST {
        return Vec::new();
    }
    let same_place = |part| Line { text: std::borrow::Cow::Borrowed(part), depth: line.depth + 1, ..line.clone() };
    let mut lines: Vec<Line<'_>> = text.split('\n').map(|part| same_place(part.trim_end_matches('\r'))).collect();
    layer::peel(&mut lines);
    let mut items = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match dialect::read(&lines, at) {
            Some(reading) => {
                items.extend(reading.items);
                at = reading.end.max(at + 1);
            }
            None => at += 1,
        }
    }
    items
}

fn is_failure(item: &Item) -> bool {
    matches!(item, Item::Failure(_))
}

/// Whether no item before says the same: loggers write one trace into two fields.
fn is_new(item: &Item, seen: &mut Vec<(String, String, Option<super::Place>)>) -> bool {
    let Item::Failure(failure) = item else { return true };
    let event = &failure.event;
    let key = (event.kind.clone(), event.message.clone(), event.raised_at.clone());
    // A group's leaves count their way back to it, so nothing of a group is left out.
    let is_new = failure.group.is_some() || !seen.contains(&key);
    seen.push(key);
    is_new
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_trace_in_a_field_is_read_as_text() {
        let record = r#"{"level":"error","event":"x","exception":"Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nKeyError: 'a'\n"}"#;
        check(record, &["KeyError: 'a' @ x.py:3 f"]);
        check(&format!("web-1  | {record}\nweb-1  | {record}\n"), &["KeyError: 'a' @ x.py:3 f x2"]);
        check(&format!("2025-01-02 10:00:00 ERROR app: {record} (end)"), &["KeyError: 'a' @ x.py:3 f"]);
        check(
            r#"{"err":{"type":"TypeError","message":"x","stack":"TypeError: x\n    at f (/x/y.js:1:2)"},"stack":"TypeError: x\n    at f (/x/y.js:1:2)"}"#,
            &["TypeError: x @ /x/y.js:1 f"],
        );
        check(r#"{"level":"ERROR","stack_trace":"a.B: x\n\tat a.C.f(C.java:1)\n"}"#, &["a.B: x @ C.java:1 a.C.f"]);
        check(
            r#"{"errorType":"TypeError","errorMessage":"x","trace":["TypeError: x","    at f (/x/y.js:1:2)"]}"#,
            &["TypeError: x @ /x/y.js:1 f"],
        );
    }

    #[test]
    fn fields_that_name_the_error_stand_in_for_a_trace() {
        check(
            r#"{"level":"ERROR","payload":{"error_type":"TypeError","error_message":"bad","traceback":"NoneType: None\n"}}"#,
            &["TypeError: bad"],
        );
        check(r#"{"level":"info","error_type":"TypeError","error_message":"bad"}"#, &[]);
        check(r#"{"level":"error","error_type":"validation","error_message":"bad"}"#, &[]);
        check(r#"{"level":"error","error_type":"TypeError""#, &[]);
        check(r#"{"log.level":"error","error.type":"java.io.IOException","error.message":"bad"}"#, &["java.io.IOException: bad"]);
    }

    #[test]
    fn a_record_may_be_printed_over_several_lines() {
        check(
            "{\n  \"level\": \"error\",\n  \"exc\": {\n    \"exception\": \"Traceback (most recent call last):\\n  File \\\"x.py\\\", line 3, in f\\n    g()\\nKeyError: 'a'\\n\"\n  }\n}\n",
            &["KeyError: 'a' @ x.py:3 f"],
        );
        check("[\n  {\n    \"error_type\": \"TypeError\",\n    \"error_message\": \"bad\"\n  }\n]\n", &["TypeError: bad"]);
    }
}
