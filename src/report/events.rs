//! Turns events, places and diagnoses into the structs that reports are made of.
//!
//! Covers secrets; beyond that text is copied as it is: each format makes it harmless for its own readers.

use super::{
    AdviceReport, CauseReport, DiagnosisReport, EventReport, FixReport, FrameReport, IncidentReport, LabelReport, LogLines, MarkedReport,
    PlaceReport, SkippedReport, SuggestedEditReport, SuggestionReport, UnexplainedReport,
};
use crate::diagnosis::{Advice, Diagnosis, Fix, Spot};
use crate::event::{
    Applicability, Category, Cause, Event, Frame, Incident, Label, Place, Severity, Skipped, SuggestedEdit, Suggestion, Unexplained,
};
use crate::redact::covered;

impl From<&Event> for EventReport {
    /// Everything that the log says; [`EventReport::blamed`] is for the caller, who knows the repository.
    fn from(event: &Event) -> EventReport {
        EventReport {
            language: event.language.to_string(),
            kind: event.kind.clone(),
            message: covered(&event.message).into_owned(),
            raised_at: event.raised_at.as_ref().map(PlaceReport::from),
            blamed: None,
            frames: event.frames.iter().map(FrameReport::from).collect(),
            labels: event.labels.iter().map(LabelReport::from).collect(),
            notes: event.notes.iter().map(|note| covered(note).into_owned()).collect(),
            suggestions: event.suggestions.iter().map(SuggestionReport::from).collect(),
            causes: event.causes.iter().map(CauseReport::from).collect(),
            within: event.within,
            test: event.test.clone(),
            service: event.service.clone(),
            timestamp: event.timestamp.clone(),
            severity: severity(event.severity).to_owned(),
            category: category(event.category).to_owned(),
            fingerprint: event.fingerprint.0.clone(),
            count: event.count,
            log: LogLines { first_line: event.lines.start, last_line: event.lines.end.saturating_sub(1).max(event.lines.start) },
        }
    }
}

impl From<&Place> for PlaceReport {
    fn from(place: &Place) -> PlaceReport {
        PlaceReport { file: place.file.clone(), line: place.line, column: place.column, function: place.function.clone() }
    }
}

impl From<&Spot> for PlaceReport {
    fn from(spot: &Spot) -> PlaceReport {
        PlaceReport { file: spot.path.to_string(), line: Some(spot.line.get()), column: None, function: spot.function.clone() }
    }
}

impl From<&Frame> for FrameReport {
    fn from(frame: &Frame) -> FrameReport {
        let PlaceReport { file, line, column, function } = PlaceReport::from(&frame.place);
        let marked = frame.marked.as_ref().map(|marked| MarkedReport { start: marked.start as usize, end: marked.end as usize });
        FrameReport { file, line, column, function, source: frame.source.as_deref().map(|source| covered(source).into_owned()), marked }
    }
}

impl From<&Label> for LabelReport {
    fn from(label: &Label) -> LabelReport {
        LabelReport {
            file: label.place.file.clone(),
            line: label.place.line,
            column: label.place.column,
            end_line: label.end_line,
            end_column: label.end_column,
            text: covered(&label.text).into_owned(),
            primary: label.is_primary,
        }
    }
}

impl From<&Suggestion> for SuggestionReport {
    fn from(suggestion: &Suggestion) -> SuggestionReport {
        SuggestionReport {
            message: covered(&suggestion.message).into_owned(),
            applicability: applicability(suggestion.applicability).to_owned(),
            edits: suggestion.edits.iter().map(SuggestedEditReport::from).collect(),
        }
    }
}

impl From<&SuggestedEdit> for SuggestedEditReport {
    fn from(edit: &SuggestedEdit) -> SuggestedEditReport {
        SuggestedEditReport {
            file: edit.file.clone(),
            start: edit.bytes.start,
            end: edit.bytes.end,
            line: edit.line,
            replacement: edit.after.clone(),
        }
    }
}

impl From<&Cause> for CauseReport {
    fn from(cause: &Cause) -> CauseReport {
        CauseReport { kind: cause.kind.clone(), message: covered(&cause.message).into_owned() }
    }
}

impl From<&Unexplained> for UnexplainedReport {
    fn from(lines: &Unexplained) -> UnexplainedReport {
        UnexplainedReport { template: covered(&lines.template).into_owned(), count: lines.count, first_line: lines.first_line }
    }
}

impl From<&Skipped> for SkippedReport {
    fn from(lines: &Skipped) -> SkippedReport {
        SkippedReport { reason: lines.reason.clone(), count: lines.count, first_line: lines.first_line }
    }
}

impl From<&Advice> for AdviceReport {
    fn from(advice: &Advice) -> AdviceReport {
        AdviceReport {
            text: covered(&advice.text).into_owned(),
            command: advice.command.as_deref().map(|command| covered(command).into_owned()),
        }
    }
}

impl From<&Fix> for FixReport {
    fn from(fix: &Fix) -> FixReport {
        let diff = String::from_utf8_lossy(&fix.patch.diff()).into_owned();
        FixReport { title: fix.title.clone(), safety: fix.safety.to_owned(), risk: fix.risk.clone(), diff }
    }
}

impl DiagnosisReport {
    /// `diagnosis` as the answer for the incident with this index.
    pub fn new(diagnosis: &Diagnosis, incident: usize) -> DiagnosisReport {
        DiagnosisReport {
            incident,
            rule: diagnosis.rule.clone(),
            title: covered(&diagnosis.title).into_owned(),
            why: diagnosis.why.clone(),
            place: diagnosis.spot.as_ref().map(PlaceReport::from),
            marked: diagnosis.span.map(|span| MarkedReport { start: span.start, end: span.end }),
            confidence: diagnosis.confidence,
            evidence: diagnosis.evidence.iter().map(|seen| covered(seen).into_owned()).collect(),
            advice: diagnosis.advice.iter().map(AdviceReport::from).collect(),
            fixes: diagnosis.fixes.iter().map(FixReport::from).collect(),
        }
    }
}

impl From<&Incident> for IncidentReport {
    fn from(incident: &Incident) -> IncidentReport {
        IncidentReport {
            fingerprint: incident.fingerprint.0.clone(),
            title: covered(&incident.title).into_owned(),
            events: incident.events.clone(),
            count: incident.count,
            cause_of: incident.cause_of.clone(),
        }
    }
}

impl EventReport {
    /// Kind and the first line of the message.
    pub fn headline(&self) -> String {
        match self.message.lines().next().unwrap_or_default().trim() {
            "" => self.kind.clone(),
            first => format!("{}: {first}", self.kind),
        }
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
        Severity::Info => "info",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Code => "code",
        Category::Memory => "memory",
        Category::Cpu => "cpu",
        Category::Network => "network",
        Category::Database => "database",
        Category::Api => "api",
        Category::Deployment => "deployment",
        Category::Configuration => "configuration",
        Category::Dependency => "dependency",
    }
}

fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::MachineApplicable => "MachineApplicable",
        Applicability::MaybeIncorrect => "MaybeIncorrect",
        Applicability::HasPlaceholders => "HasPlaceholders",
        Applicability::Unspecified => "Unspecified",
    }
}

/// One incident for each of `events`, for the tests of the formats.
#[cfg(test)]
pub(crate) fn one_each(events: &[EventReport]) -> Vec<IncidentReport> {
    let one = |(index, event): (usize, &EventReport)| IncidentReport {
        fingerprint: event.fingerprint.clone(),
        title: event.headline(),
        events: vec![index],
        count: event.count,
        cause_of: Vec::new(),
    };
    events.iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Fingerprint;

    #[test]
    fn no_part_of_a_report_shows_a_secret() {
        let secret = "DB_PASSWORD=hunter2";
        let incident = Incident {
            fingerprint: Fingerprint(String::new()),
            title: secret.to_owned(),
            events: Vec::new(),
            count: 1,
            cause_of: Vec::new(),
            caused_by: None,
        };
        let cause = Cause { kind: "E".to_owned(), message: secret.to_owned() };
        let frame = Frame { source: Some(secret.to_owned()), ..Frame::default() };
        let shown = format!("{:?} {:?} {:?}", IncidentReport::from(&incident), CauseReport::from(&cause), FrameReport::from(&frame));
        assert!(!shown.contains("hunter2") && shown.contains("DB_PASSWORD=[secret]"), "{shown}");
    }
}
