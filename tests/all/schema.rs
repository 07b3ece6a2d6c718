//! What programs read is what `schema` says: every document of every fixture and of logs of many kinds, and every line of `jsonl`.

use std::collections::HashMap;
use std::fs;
use std::sync::{Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::Value;

use crate::case::{Case, fixture};

/// Panics unless `value` is what `schema DOCUMENT` describes, and holds no field that it does not describe.
pub(crate) fn check(document: &'static str, value: &Value) {
    static KNOWN: Mutex<Option<HashMap<&'static str, (Validator, Value)>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (validator, schema) = known.get_or_insert_default().entry(document).or_insert_with(|| {
        let schema = Case::empty().run(["schema", document]).with_code(0).json();
        (jsonschema::draft202012::new(&schema).expect("the schema is one"), schema)
    });
    let errors: Vec<String> = validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{document}: {errors:#?}\n{value:#}");
    let known_names = names(schema, "properties");
    for name in fields(value) {
        assert!(known_names.contains(&name), "the schema of {document} does not know `{name}`");
    }
}

/// The names in every object called `key`.
fn names(schema: &Value, key: &str) -> Vec<String> {
    match schema {
        Value::Object(fields) => {
            let own = fields.get(key).and_then(Value::as_object).into_iter().flat_map(|found| found.keys().cloned());
            own.chain(fields.values().flat_map(|value| names(value, key))).collect()
        }
        Value::Array(values) => values.iter().flat_map(|value| names(value, key)).collect(),
        _ => Vec::new(),
    }
}

fn fields(value: &Value) -> Vec<String> {
    match value {
        Value::Object(own) => own.keys().cloned().chain(own.values().flat_map(fields)).collect(),
        Value::Array(values) => values.iter().flat_map(fields).collect(),
        _ => Vec::new(),
    }
}

/// `analyze` of `log` in both forms for programs; all of it must be as its schema says.
fn check_log(case: &Case, log: &[u8]) -> Value {
    fs::write(case.log(), log).expect("the case is ours");
    let run = |format: &str| case.run(["analyze".as_ref(), case.log().as_os_str(), "--format".as_ref(), format.as_ref()]);
    let document = run("json").json();
    check("analyze", &document);
    let count = |name: &str| document["files"][name].as_u64().unwrap_or_else(|| panic!("no `files.{name}`: {document:#}"));
    assert!(count("read") <= count("listed") && count("indexed") == 0, "a small project has no index: {}", document["files"]);
    let lines = run("jsonl");
    let mut n_events = 0;
    for line in lines.stdout.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        n_events += usize::from(line["type"] == "event");
        check("analyze-line", &line);
    }
    assert_eq!(n_events, document["events"].as_array().map_or(0, Vec::len), "{lines}");
    document
}

#[test]
fn every_fixture_is_analyzed_as_the_schema_says() {
    let case = Case::copy("python/demo-shop");
    let mut n_logs = 0;
    for language in ["python", "rust"] {
        for entry in fs::read_dir(fixture(language)).expect("there are fixtures").flatten() {
            if let Ok(log) = fs::read(entry.path().join("crash.log")) {
                check_log(&case, &log);
                n_logs += 1;
            }
        }
    }
    assert!(n_logs > 20, "{n_logs}");
}

/// Small logs of many kinds, and the events that they hold.
const LOGS: &[(&str, usize)] = &[
    ("all is well\n", 0),
    ("2026-01-02T03:04:05Z ERROR pool is empty\n2026-01-02T03:04:06Z ERROR pool is empty\n", 0),
    (PYTHON, 1),
    ("thread 'main' panicked at src/main.rs:3:5:\nindex out of bounds: the len is 1 but the index is 3\n", 1),
    (
        "error[E0425]: cannot find value `x` in this scope\n --> src/lib.rs:2:5\n  |\n2 |     x\n  |     ^ not found in this scope\n\nerror: could not compile `a` (lib) due to 1 previous error\n",
        1,
    ),
    ("{\"level\":\"error\",\"error_type\":\"TypeError\",\"error_message\":\"bad\"}\n", 1),
    ("web-1  | Traceback (most recent call last):\nweb-1  |   File \"x.py\", line 3, in f\nweb-1  |     g()\nweb-1  | KeyError: 'a'\n", 1),
    (
        "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 1, in <module>\n  |     f()\n  | ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: 1\n    +---------------- 2 ----------------\n    | TypeError: 2\n    +------------------------------------\n",
        3,
    ),
    ("Error: cannot start\n\nCaused by:\n    0: cannot read the configuration\n    1: No such file or directory (os error 2)\n", 1),
    ("E   pydantic.ValidationError: 1 error\n  \u{1b}[31mred\u{1b}[0m \u{202e} \u{7}\n", 0),
    ("FAILED tests/test_a.py::test_b - KeyError: 'c'\n1 failed in 0.1s\n", 1),
];

const PYTHON: &str =
    "Traceback (most recent call last):\n  File \"/srv/x.py\", line 3, in f\n    g(password=1)\n      ^\nValueError: one\n  two\n";

#[test]
fn logs_of_many_kinds_are_told_as_the_schema_says() {
    let case = Case::empty();
    for (log, n_events) in LOGS {
        let found = check_log(&case, log.as_bytes());
        assert!(found["events"].as_array().is_some_and(|events| events.len() >= *n_events), "{log}\n{found:#}");
    }
}

#[test]
fn the_first_line_of_a_message_stands_apart_from_its_details() {
    let found = check_log(
        &Case::empty(),
        b"Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nValueError: one\ntwo\nthree\n\nbye\n",
    );
    assert_eq!(found["events"][0]["message"], "one", "{found:#}");
    assert_eq!(check_log(&Case::empty(), PYTHON.as_bytes())["events"][0]["message"], "one");
}

#[test]
fn the_other_documents_are_as_their_schemas_say() {
    let case = Case::copy("python/attribute-typo");
    check("rules", &case.run(["rules", "list", "--format", "json"]).with_code(0).json());
    check("config", &case.run(["config", "show", "--format", "json"]).with_code(0).json());
    check("doctor", &case.run(["doctor", "--format", "json"]).json());
}
