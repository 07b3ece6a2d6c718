//! Reads records of loggers that write JSON: a traceback or panic in any field is read as text; without one, the fields that name the error.
//!
//! `"traceback": "NoneType: None"` is what Python writes where there was no exception: it is no failure.

use serde_json::Value;

use super::Event;
use super::dialect::{Dialect, Failure, Item, Reading};
use super::line::Line;
use crate::syntax::LanguageId;

/// `{"level": "error", "exception": "Traceback ..."}`.
pub(super) struct Record;

/// Pairs of fields that name an error: its kind, its message.
const PAIRS: &[(&str, &str)] = &[
    ("error_type", "error_message"),
    ("error_type", "error"),
    ("exc_type", "exc_value"),
    ("exc_type", "exc_message"),
    ("exception_type", "exception_message"),
    ("exception.type", "exception.message"),
];
/// What a field of several lines must hold to be worth reading.
const SIGNS: &[&str] = &["Traceback (most recent call last)", "panicked at "];
/// Records are flat; deeper fields are of no use to us.
const DEEPEST: usize = 8;

impl Dialect for Record {
    fn hints(&self) -> &'static [&'static str] {
        &["\"error_type\"", "\"exc_type\"", "\"exception_type\"", "\"exception.type\""]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["{"]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim();
        let is_record = text.starts_with('{')
            && text.ends_with('}')
            && (SIGNS.iter().any(|sign| text.contains(sign)) || PAIRS.iter().any(|(kind, _)| text.contains(kind)));
        if !is_record {
            return None;
        }
        let value: Value = serde_json::from_str(text).ok()?;
        if value.get("reason").is_some() || value.get("$message_type").is_some() {
            return None;
        }
        let mut texts = Vec::new();
        collect(&value, &mut texts, DEEPEST);
        if !texts.is_empty() {
            return Some(Reading::new(texts.into_iter().map(|text| Item::Text(text.to_owned())).collect(), at + 1));
        }
        let level = value.get("level").or_else(|| value.get("levelname")).and_then(Value::as_str).unwrap_or("error");
        let is_failure = !matches!(level.to_ascii_lowercase().as_str(), "debug" | "info" | "warning" | "warn");
        let failure = named(&value, DEEPEST).filter(|_| is_failure);
        let items = failure.map(|(kind, message)| Item::Failure(Box::new(Failure::new(event(kind, message, lines[at].no)))));
        Some(Reading::new(items.into_iter().collect(), at + 1))
    }
}

/// The fields of `value` that hold a failure as text, each text once.
fn collect<'v>(value: &'v Value, texts: &mut Vec<&'v str>, depth: usize) {
    let mut each = |value: &'v Value| {
        if depth > 0 {
            collect(value, texts, depth - 1);
        }
    };
    match value {
        Value::Object(fields) => fields.values().for_each(each),
        Value::Array(values) => values.iter().for_each(&mut each),
        Value::String(text) if SIGNS.iter().any(|sign| text.contains(sign)) && !texts.contains(&text.as_str()) => texts.push(text),
        _ => {}
    }
}

/// Kind and message of the first object that names both.
fn named(value: &Value, depth: usize) -> Option<(&str, &str)> {
    let fields = value.as_object()?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let found = PAIRS.iter().find_map(|(kind, message)| Some((text(kind)?, text(message)?)));
    found.or_else(|| fields.values().find_map(|value| if depth > 0 { named(value, depth - 1) } else { None }))
}

fn event(kind: &str, message: &str, no: u32) -> Event {
    // The names of the fields are those of Python's loggers; other languages name kinds with signs that Python has not.
    let is_python = kind.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let language = if is_python { LanguageId::PYTHON } else { LanguageId::UNKNOWN };
    Event { lines: no..no + 1, ..Event::new(language, kind, message) }
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
    }

    #[test]
    fn fields_that_name_the_error_stand_in_for_a_trace() {
        check(
            r#"{"level":"ERROR","payload":{"error_type":"TypeError","error_message":"bad","traceback":"NoneType: None\n"}}"#,
            &["TypeError: bad"],
        );
        check(r#"{"level":"info","error_type":"TypeError","error_message":"bad"}"#, &[]);
        check(r#"{"level":"error","error_type":"TypeError""#, &[]);
    }
}
