//! Reads the shapes of records that say more than a text could: stacks as lists of frames, the reports of test runners.
//!
//! Source: structlog 24, `tracebacks.py` (`ExceptionDictTransformer`); Sentry's event payload, `exception`; pytest-reportlog 0.4;
//! pytest-json-report 1.5; Rust 1.95, `library/test/src/formatters/json.rs`; AWS Lambda's error object.

use serde_json::{Map, Value};

use super::{fields, is_failure, read_text};
use crate::event::dialect::{Failure, Item};
use crate::event::line::Line;
use crate::event::{Cause, Event, Frame, Place};
use crate::syntax::LanguageId;

type Fields = Map<String, Value>;

/// Deeper objects are not looked at.
const DEEPEST: usize = 10;

/// What known shapes in `value` tell of.
pub(super) fn read(value: &Value, line: &Line<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    walk(value, None, line, &mut items, DEEPEST);
    items
}

fn walk(value: &Value, test: Option<&str>, line: &Line<'_>, items: &mut Vec<Item>, depth: usize) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(values) => {
            if let Some(event) = chain(values) {
                items.push(failure(event, line));
                return;
            }
            for value in values {
                walk(value, test, line, items, depth - 1);
            }
        }
        Value::Object(fields) => {
            let test = text(fields, "nodeid").or(test);
            let found = libtest(fields, line).or_else(|| crash(fields, test).map(|event| vec![failure(event, line)]));
            let found = found.or_else(|| tracing(fields).map(|event| vec![failure(event, line)])).or_else(|| lambda(fields, line));
            match found {
                Some(found) => items.extend(found),
                None => fields.values().for_each(|value| walk(value, test, line, items, depth - 1)),
            }
        }
        _ => {}
    }
}

fn text<'v>(fields: &'v Fields, name: &str) -> Option<&'v str> {
    fields.get(name)?.as_str()
}

fn number(fields: &Fields, name: &str) -> Option<u32> {
    u32::try_from(fields.get(name)?.as_u64()?).ok()
}

fn failure(event: Event, line: &Line<'_>) -> Item {
    Item::Failure(Box::new(Failure::new(Event { lines: line.no..line.no + 1, ..event })))
}

/// Exceptions with their frames as objects: structlog prints the raised one first, Sentry last.
fn chain(values: &[Value]) -> Option<Event> {
    let objects: Vec<&Fields> = values.iter().filter_map(Value::as_object).collect();
    let first = objects.first().filter(|_| objects.len() == values.len())?;
    let is_structlog = first.contains_key("exc_type") && first.contains_key("frames");
    let is_sentry = first.contains_key("type")
        && first.contains_key("value")
        && first.get("stacktrace").is_some_and(|stack| stack.get("frames").is_some());
    if !(is_structlog || is_sentry) {
        return None;
    }
    let named = |fields: &&Fields| {
        let (kind, message) = if is_structlog { ("exc_type", "exc_value") } else { ("type", "value") };
        Some(Cause {
            kind: text(fields, kind)?.to_owned(),
            message: text(fields, message).unwrap_or_default().to_owned(),
            ..Cause::default()
        })
    };
    let raised = if is_structlog { objects.first()? } else { objects.last()? };
    let mut causes: Vec<Cause> = objects.iter().filter_map(named).collect();
    if is_sentry {
        causes.reverse();
    }
    if causes.is_empty() {
        return None;
    }
    let top = causes.remove(0);
    let list = if is_structlog { raised.get("frames") } else { raised.get("stacktrace").and_then(|stack| stack.get("frames")) };
    let frames: Vec<Frame> =
        list.and_then(Value::as_array).into_iter().flatten().filter_map(|frame| frame.as_object().and_then(self::frame)).collect();
    let kind = match text(raised, "module").filter(|module| !matches!(*module, "builtins" | "" | "__main__")) {
        Some(module) if is_sentry => format!("{module}.{}", top.kind),
        _ => top.kind,
    };
    let raised_at = frames.last().map(|frame| frame.place.clone());
    let language = raised_at.as_ref().map_or_else(|| fields::language(&kind), |place| language_of(&place.file, &kind));
    Some(Event { raised_at, frames, causes, ..Event::new(language, kind, top.message) })
}

fn frame(fields: &Fields) -> Option<Frame> {
    let file = text(fields, "abs_path").or_else(|| text(fields, "filename"))?;
    let function = text(fields, "function").or_else(|| text(fields, "name"));
    let source =
        text(fields, "context_line").or_else(|| text(fields, "line")).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    let place = Place {
        file: file.to_owned(),
        line: number(fields, "lineno"),
        column: number(fields, "colno"),
        function: function.filter(|name| !name.is_empty()).map(str::to_owned),
    };
    Some(Frame { place, source, marked: None })
}

fn language_of(file: &str, kind: &str) -> LanguageId {
    let extension = file.rsplit('.').next().unwrap_or_default();
    match extension {
        "py" => LanguageId::PYTHON,
        "rs" => LanguageId::RUST,
        "java" | "kt" | "scala" => LanguageId::JAVA,
        "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx" => LanguageId::JAVASCRIPT,
        "go" => LanguageId::GO,
        _ => fields::language(kind),
    }
}

/// A failed test of pytest: `"crash": {"path", "lineno", "message"}`, or the same as `"reprcrash"` with the entries beside it.
fn crash(fields: &Fields, test: Option<&str>) -> Option<Event> {
    let is_tried_again = text(fields, "outcome").is_some_and(|outcome| matches!(outcome, "rerun" | "passed" | "skipped" | "xfailed"));
    let found = fields.get("crash").or_else(|| fields.get("reprcrash")).or_else(|| fields.get("longrepr")?.get("reprcrash"))?;
    let crash = found.as_object().filter(|_| !is_tried_again)?;
    let (path, line, all) = (text(crash, "path")?, number(crash, "lineno")?, text(crash, "message")?);
    let all = all.trim_end();
    let head = all.lines().next().unwrap_or_default();
    let is_kind = |kind: &str| !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let (kind, message) = match all.split_once(": ") {
        Some((kind, message)) if is_kind(kind) && head.contains(": ") => (kind, message),
        _ if all.starts_with("assert ") => ("AssertionError", all),
        _ if is_kind(head) => (head, ""),
        _ => ("test-failure", all),
    };
    let place = Place { file: path.to_owned(), line: Some(line), ..Place::default() };
    let test = test.map(str::to_owned);
    Some(Event { raised_at: Some(place), test, ..Event::new(LanguageId::PYTHON, kind, message) })
}

/// `{"type": "test", "event": "failed", "name": "a::b", "stdout": "..."}`.
fn libtest(fields: &Fields, line: &Line<'_>) -> Option<Vec<Item>> {
    if text(fields, "type")? != "test" || text(fields, "event")? != "failed" {
        return None;
    }
    let name = text(fields, "name")?;
    let name = name.split_once('$').map_or(name, |(_, name)| name).to_owned();
    let mut items: Vec<Item> = text(fields, "stdout").map(|stdout| read_text(stdout, line)).unwrap_or_default();
    items.retain(is_failure);
    for item in &mut items {
        if let Item::Failure(failure) = item {
            failure.thread = None;
            failure.event.test = Some(name.clone());
        }
    }
    if items.is_empty() {
        let message = text(fields, "message").or_else(|| text(fields, "reason")).unwrap_or_default();
        let event = Event { test: Some(name), lines: line.no..line.no + 1, ..Event::new(LanguageId::RUST, "test-failure", message) };
        items.push(Item::Failed(Box::new(Failure::new(event))));
    }
    Some(items)
}

/// A panic that a hook wrote with the `tracing` crate.
fn tracing(fields: &Fields) -> Option<Event> {
    let payload = text(fields, "panic.payload")?;
    let place = text(fields, "panic.location").and_then(crate::event::line::split_location);
    let raised_at = place.map(|(file, line, column)| Place { file: file.to_owned(), line: Some(line), column, function: None });
    Some(Event { raised_at, ..Event::new(LanguageId::RUST, "panic", payload) })
}

/// `{"errorType": "KeyError", "errorMessage": "'a'", "stackTrace": [...]}`: the stack without its ends.
fn lambda(fields: &Fields, line: &Line<'_>) -> Option<Vec<Item>> {
    let (kind, message) = (text(fields, "errorType")?, text(fields, "errorMessage")?);
    let stack: Vec<&str> = fields.get("stackTrace")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let first = stack.first()?;
    let all = if first.contains("File \"") {
        let frames: Vec<&str> = stack.iter().map(|frame| frame.trim_end()).collect();
        format!("Traceback (most recent call last):\n{}\n{kind}: {message}\n", frames.join("\n"))
    } else if first.contains(".java:") || first.ends_with(')') {
        format!("{kind}: {message}\n\tat {}\n", stack.join("\n\tat "))
    } else {
        return None;
    };
    Some(read_text(&all, line)).filter(|items| items.iter().any(is_failure))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn frames_may_be_objects() {
        check(
            r#"{"level":"error","exception":[{"exc_type":"KeyError","exc_value":"'a'","frames":[{"filename":"/x/y.py","lineno":3,"name":"f"}]},{"exc_type":"ValueError","exc_value":"b","is_cause":true,"frames":[]}]}"#,
            &["KeyError: 'a' @ /x/y.py:3 f <- ValueError: b"],
        );
        check(
            r#"{"exception":{"values":[{"type":"ValueError","value":"b","stacktrace":{"frames":[]}},{"type":"KeyError","value":"'a'","module":"m","stacktrace":{"frames":[{"filename":"a.py","function":"g","lineno":1},{"abs_path":"/x/y.py","function":"f","lineno":3}]}}]}}"#,
            &["m.KeyError: 'a' @ /x/y.py:3 f <- ValueError: b"],
        );
    }

    #[test]
    fn test_runners_write_reports() {
        check(
            r#"{"nodeid":"t.py::a","outcome":"failed","longrepr":{"reprcrash":{"path":"/x/t.py","lineno":3,"message":"KeyError: 'a'"},"reprtraceback":{}},"$report_type":"TestReport"}"#,
            &["KeyError: 'a' @ /x/t.py:3 [t.py::a]"],
        );
        check(
            r#"{"tests":[{"nodeid":"t.py::a","outcome":"passed"},{"nodeid":"t.py::b","outcome":"failed","call":{"outcome":"failed","crash":{"path":"/x/t.py","lineno":3,"message":"assert 1 == 2"},"longrepr":"E  assert 1 == 2"}}]}"#,
            &["AssertionError: assert 1 == 2 @ /x/t.py:3 [t.py::b]"],
        );
        check(
            "{ \"type\": \"test\", \"event\": \"failed\", \"name\": \"a::b\", \"stdout\": \"\\nthread 'a::b' panicked at src/x.rs:1:2:\\nboom\\n\" }\n{ \"type\": \"test\", \"event\": \"ok\", \"name\": \"a::c\" }\n",
            &["panic: boom @ src/x.rs:1 [a::b]"],
        );
        check(r#"{"type":"test","event":"failed","name":"c::c$a::b"}"#, &["test-failure:  [a::b]"]);
    }

    #[test]
    fn panics_and_functions_in_the_cloud_have_records_of_their_own() {
        check(
            r#"{"level":"ERROR","fields":{"message":"panicked","panic.payload":"boom","panic.location":"src/x.rs:1:2"}}"#,
            &["panic: boom @ src/x.rs:1"],
        );
        check(
            r#"{"errorMessage": "'a'", "errorType": "KeyError", "stackTrace": ["  File \"/x/y.py\", line 3, in f\n    g()\n"]}"#,
            &["KeyError: 'a' @ /x/y.py:3 f"],
        );
        check(
            r#"{"errorMessage":"x","errorType":"java.lang.X","stackTrace":["a.B.f(B.java:12)","a.C.g(C.java:3)"]}"#,
            &["java.lang.X: x @ B.java:12 a.B.f"],
        );
    }
}
