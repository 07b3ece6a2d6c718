//! Reports as JSON, and the JSON Schema that describes them. Whatever a text of a report holds, no secret leaves it and no terminal obeys it.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::redact::{covered_code, is_hostile};

/// `report` as a document of several lines with a line feed at its end.
pub fn document(report: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(report).expect("reports hold nothing that JSON cannot: text keys, finite numbers");
    texts_covered(&text) + "\n"
}

/// `report` on one line, with a line feed at its end.
pub fn line(report: &impl Serialize) -> String {
    let text = serde_json::to_string(report).expect("reports hold nothing that JSON cannot: text keys, finite numbers");
    texts_covered(&text) + "\n"
}

/// The JSON Schema (draft 2020-12) of a report.
pub fn schema<Report: JsonSchema>() -> String {
    let text = serde_json::to_string_pretty(&schemars::schema_for!(Report)).expect("a schema is JSON");
    text + "\n"
}

/// `json` with the secrets in each of its texts covered: whole texts, so that what stays is JSON.
fn texts_covered(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        let length = length_of_text(&rest[start + 1..]);
        let end = (start + length + 2).min(rest.len());
        out += &rest[..start];
        push_covered(&mut out, &rest[start..end]);
        rest = &rest[end..];
    }
    out + rest
}

/// Bytes up to the quote that ends a text.
fn length_of_text(rest: &str) -> usize {
    let mut is_escaped = false;
    let ends = |byte: u8| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    };
    rest.bytes().position(ends).unwrap_or(rest.len())
}

fn push_covered(out: &mut String, literal: &str) {
    let text = serde_json::from_str::<String>(literal).unwrap_or_default();
    let covered = covered_code(&text);
    if covered == text {
        push_harmless(out, literal);
    } else {
        push_harmless(out, &serde_json::Value::String(covered.into_owned()).to_string());
    }
}

/// JSON lets C1 controls and turned directions stand as they are; a terminal would obey them.
fn push_harmless(out: &mut String, literal: &str) {
    for c in literal.chars() {
        if is_hostile(c) {
            write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes every text");
        } else {
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Analysis, EventReport, Healing};

    #[test]
    fn the_schema_describes_the_fields_that_programs_read() {
        let analysis: serde_json::Value = serde_json::from_str(&schema::<Analysis>()).unwrap();
        assert!(analysis["properties"]["events"]["description"].is_string());
        let healing: serde_json::Value = serde_json::from_str(&schema::<Healing>()).unwrap();
        assert_eq!(healing["properties"]["verdict"]["type"], "string");
    }

    #[test]
    fn a_document_holds_every_field_even_an_empty_one() {
        let text = document(&Analysis::default());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        for field in ["schema_version", "events", "incidents", "diagnoses", "unexplained", "skipped", "overflow"] {
            assert!(value.get(field).is_some(), "{field}");
        }
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn no_terminal_obeys_a_document() {
        let kind = "a\u{9b}31m\u{202e}\u{7f}\u{1b}[2J\u{feff}b".to_owned();
        let text =
            document(&Analysis { events: vec![EventReport { kind: kind.clone(), ..EventReport::default() }], ..Analysis::default() });
        assert!(text.chars().all(|c| c == '\n' || !is_hostile(c)), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["events"][0]["kind"], kind);
    }

    #[test]
    fn secrets_are_covered_in_any_field_and_all_else_stays() {
        let kind = "a \\ \"quoted\" \u{1f600}\u{1} https://bob:hunter2@host/ \n\\".to_owned();
        let events = vec![EventReport { kind: kind.clone(), test: Some("\\".to_owned()), ..EventReport::default() }];
        let text = document(&Analysis { events, ..Analysis::default() });
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let shown = value["events"][0]["kind"].as_str().unwrap();
        assert!(shown.contains("https://bob:<redacted:url-password:") && !shown.contains("hunter2"), "{shown}");
        assert_eq!(shown.split("bob:").next(), kind.split("bob:").next());
        assert_eq!(value["events"][0]["test"], "\\");
    }
}
