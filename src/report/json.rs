//! Reports as one JSON document, and the JSON Schema that describes it.

use schemars::JsonSchema;
use serde::Serialize;

/// `report` as a document of several lines with a line feed at its end.
pub fn document(report: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(report).expect("reports hold nothing that JSON cannot: text keys, finite numbers");
    text + "\n"
}

/// The JSON Schema (draft 2020-12) of a report.
pub fn schema<Report: JsonSchema>() -> String {
    document(&schemars::schema_for!(Report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Analysis, Healing};

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
        for field in ["schema_version", "events", "incidents", "diagnoses", "unexplained", "skipped"] {
            assert!(value.get(field).is_some(), "{field}");
        }
        assert!(text.ends_with("}\n"));
    }
}
