//! What `analyze` found as lines of JSON, one thing a line: for programs that read as they go. `type` says what a line is.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Analysis, DiagnosisReport, EventReport, IncidentReport, OverflowReport, SCHEMA_VERSION, SkippedReport, UnexplainedReport, json,
};

/// One line of `--format jsonl`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Line<'a> {
    /// The first line.
    Log(Head),
    /// A failure; it comes before its incident.
    Event(&'a EventReport),
    /// The same failure wherever it showed.
    Incident(&'a IncidentReport),
    /// A cause that fits.
    Diagnosis(&'a DiagnosisReport),
    /// Error-level lines without a failure.
    Unexplained(&'a UnexplainedReport),
    /// What was left out.
    Skipped(&'a SkippedReport),
    /// Failures that there was no room for.
    Overflow(&'a OverflowReport),
    /// An incident that was printed before shows again; only `--follow` prints it.
    Update(Update),
}

/// What kind of document this is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Head {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
}

/// An incident that goes on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Update {
    /// Its fingerprint; indices may change while a log grows.
    pub fingerprint: String,
    /// One line.
    pub title: String,
    /// Prints so far.
    pub count: u32,
    /// The last line of its last print.
    pub last_line: u32,
    /// When it was last printed.
    pub last_seen: Option<String>,
}

/// The line that comes first.
pub fn head() -> String {
    json::line(&Line::Log(Head { schema_version: SCHEMA_VERSION }))
}

/// All lines: the events, the incidents, and what else was found.
pub fn analysis(analysis: &Analysis) -> String {
    let events = analysis.events.iter().map(Line::Event);
    let incidents = analysis.incidents.iter().map(Line::Incident);
    let diagnoses = analysis.diagnoses.iter().map(Line::Diagnosis);
    let unexplained = analysis.unexplained.iter().map(Line::Unexplained);
    let skipped = analysis.skipped.iter().map(Line::Skipped);
    let overflow = analysis.overflow.iter().map(Line::Overflow);
    let lines = events.chain(incidents).chain(diagnoses).chain(unexplained).chain(skipped).chain(overflow);
    head() + &lines.map(|line| json::line(&line)).collect::<String>()
}

/// The lines of one incident: its first event, itself, its diagnoses.
pub fn incident(analysis: &Analysis, incident: &IncidentReport) -> String {
    let event = incident.events.first().and_then(|&at| analysis.events.get(at)).map(Line::Event);
    let diagnoses = analysis.diagnoses.iter().filter(|diagnosis| diagnosis.incident == incident.index).map(Line::Diagnosis);
    let lines = event.into_iter().chain([Line::Incident(incident)]).chain(diagnoses);
    lines.map(|line| json::line(&line)).collect()
}

/// The line that says that an incident goes on.
pub fn update(incident: &IncidentReport) -> String {
    json::line(&Line::Update(Update {
        fingerprint: incident.fingerprint.clone(),
        title: incident.title.clone(),
        count: incident.count,
        last_line: incident.last_line,
        last_seen: incident.last_seen.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::events::one_each;

    #[test]
    fn each_line_is_one_document_with_a_type() {
        let events = vec![EventReport { kind: "E".to_owned(), message: "a\u{2028}b\n".to_owned(), ..EventReport::default() }];
        let found = Analysis { incidents: one_each(&events), events, ..Analysis::default() };
        let text = analysis(&found) + &update(&found.incidents[0]);
        let types: Vec<String> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["type"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(types, ["log", "event", "incident", "update"]);
        assert_eq!(incident(&found, &found.incidents[0]).lines().count(), 2);
    }
}
