//! What the fields of a record say without knowing the logger that wrote it: texts with a trace, the kind and message of an error,
//! level and time.

use serde_json::{Map, Value};

use crate::event::Event;
use crate::event::dialect::{Failure, Item};
use crate::event::line::Line;
use crate::syntax::LanguageId;

/// Pairs of fields that name an error: its kind, its message.
const PAIRS: &[(&str, &str)] = &[
    ("error_type", "error_message"),
    ("error_type", "error"),
    ("error_type", "message"),
    ("exc_type", "exc_value"),
    ("exc_type", "exc_message"),
    ("exception_type", "exception_message"),
    ("exception.type", "exception.message"),
    ("exception_class", "exception_message"),
    ("error.type", "error.message"),
    ("errorType", "errorMessage"),
];
/// What a text of several lines must hold to be worth reading.
const SIGNS: &[&str] = &[
    "Traceback (most recent call last)",
    "panicked at ",
    "\tat ",
    "  at ",
    "goroutine ",
    "Exception in thread ",
    "(most recent call last):\\n",
];
/// Deeper fields are of no use to us.
const DEEPEST: usize = 8;
/// A list of lines is not longer than this.
const LONGEST: usize = 2000;

/// The fields of `value` that hold a failure as text, each text once.
pub(super) fn texts(value: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    collect(value, &mut texts, DEEPEST);
    texts
}

fn collect(value: &Value, texts: &mut Vec<String>, depth: usize) {
    let mut add = |text: &str| {
        if SIGNS.iter().any(|sign| text.contains(sign)) && !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
            return true;
        }
        false
    };
    match value {
        Value::String(text) => {
            add(text);
        }
        Value::Array(values) if values.len() < LONGEST && values.iter().all(Value::is_string) => {
            let parts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            let has_ends = parts.iter().any(|part| part.ends_with('\n'));
            if parts.len() < 2 || !add(&parts.join(if has_ends { "" } else { "\n" })) {
                for part in parts {
                    add(part);
                }
            }
        }
        Value::Array(values) if depth > 0 => values.iter().for_each(|value| collect(value, texts, depth - 1)),
        Value::Object(fields) if depth > 0 => fields.values().for_each(|value| collect(value, texts, depth - 1)),
        _ => {}
    }
}

/// The failure that fields of `value` name, unless the record is no error.
pub(super) fn named(value: &Value, line: &Line<'_>) -> Option<Item> {
    if !is_error(value) {
        return None;
    }
    let (kind, message) = pair(value, DEEPEST)?;
    let event = Event { lines: line.no..line.no + 1, ..Event::new(language(kind), kind, message) };
    Some(Item::Failure(Box::new(Failure::new(event))))
}

/// Kind and message of the first object that names both.
fn pair(value: &Value, depth: usize) -> Option<(&str, &str)> {
    let inner = |value| if depth > 0 { pair(value, depth - 1) } else { None };
    if let Value::Array(values) = value {
        return values.iter().find_map(inner);
    }
    let fields = value.as_object()?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let found = PAIRS.iter().find_map(|(kind, message)| Some((text(kind)?, text(message)?))).or_else(|| of_error(fields));
    found.filter(|(kind, _)| is_class(kind)).or_else(|| fields.values().find_map(inner))
}

/// `"error": {"type": "KeyError", "message": "x"}`, where a stack stands beside it.
fn of_error(fields: &Map<String, Value>) -> Option<(&str, &str)> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let has_stack = ["stack", "stack_trace", "stacktrace", "traceback"].iter().any(|name| fields.contains_key(*name));
    let kind = text("type").or_else(|| text("name")).or_else(|| text("class")).filter(|_| has_stack)?;
    Some((kind, text("message").or_else(|| text("value"))?))
}

/// Whether `kind` is the name of a class rather than a word of the application's own.
fn is_class(kind: &str) -> bool {
    let last = kind.rsplit(['.', ':', '$']).next().unwrap_or_default();
    let is_name = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:$".contains(&byte));
    is_name && last.starts_with(|c: char| c.is_ascii_uppercase()) && last.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// The names of the fields are those of Python's loggers; other languages name kinds with packages or signs that Python has not.
pub(super) fn language(kind: &str) -> LanguageId {
    let is_java =
        ["java.", "javax.", "jakarta.", "kotlin.", "scala.", "org.", "com.", "io.", "net."].iter().any(|start| kind.starts_with(start));
    let is_python = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    match (is_java, is_python) {
        (true, _) => LanguageId::JAVA,
        (false, true) => LanguageId::PYTHON,
        _ => LanguageId::UNKNOWN,
    }
}

/// Whether the level of a record is an error's; a record without a level may be one.
fn is_error(value: &Value) -> bool {
    let field = |names: &[&str]| names.iter().find_map(|name| value.get(*name));
    let level = field(&["level", "levelname", "severity", "log.level", "lvl", "loglevel", "level_name"]);
    let level = level.or_else(|| value.get("log")?.get("level")).or_else(|| value.get("record")?.get("level")?.get("name"));
    match level {
        Some(Value::String(level)) => !["trace", "debug", "info", "notice", "warning", "warn", "information", "success"]
            .contains(&level.to_ascii_lowercase().as_str()),
        // bunyan and pino: 50 is error.
        Some(Value::Number(level)) => level.as_u64().is_none_or(|level| !(5..50).contains(&level)),
        _ => true,
    }
}

/// The time of a record as printed.
pub(super) fn time(value: &Value) -> Option<String> {
    let names = ["timestamp", "@timestamp", "time", "ts", "asctime", "datetime", "eventTime", "date"];
    let found = names.iter().find_map(|name| value.get(*name)).or_else(|| value.get("record")?.get("time")?.get("repr"))?;
    match found {
        Value::String(text) if !text.is_empty() && text.len() < 60 => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_of_lines_is_one_text() {
        assert_eq!(texts(&json!({"a": ["E: x", "    at f (y.js:1:2)"], "b": ["x", "y"]})), ["E: x\n    at f (y.js:1:2)"]);
        assert_eq!(texts(&json!([["Traceback (most recent call last):\n", "  File\n"]])), ["Traceback (most recent call last):\n  File\n"]);
    }

    #[test]
    fn levels_are_words_or_numbers() {
        assert!(is_error(&json!({"level": "ERROR"})) && is_error(&json!({"level": 50})) && is_error(&json!({})));
        assert!(
            !is_error(&json!({"severity": "INFO"})) && !is_error(&json!({"level": 30})) && !is_error(&json!({"log": {"level": "warn"}}))
        );
    }

    #[test]
    fn times_are_as_printed() {
        assert_eq!(time(&json!({"@timestamp": "2025-01-02T03:04:05Z"})).as_deref(), Some("2025-01-02T03:04:05Z"));
        assert_eq!(time(&json!({"record": {"time": {"repr": "2025"}}})).as_deref(), Some("2025"));
    }
}
