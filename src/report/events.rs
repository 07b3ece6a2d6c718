//! Turns events, places and diagnoses into the structs that reports are made of.
//!
//! Covers secrets; beyond that text is copied as it is: each format makes it harmless for its own readers.

use super::{
    AdviceReport, Analysis, CauseReport, CausedByReport, DiagnosisReport, EventReport, FilesReport, FixReport, FrameReport, IncidentReport,
    LabelReport, LogLines, MarkedReport, OverflowReport, PlaceReport, SCHEMA_VERSION, SkippedReport, SuggestedEditReport, SuggestionReport,
    TimelineReport, UnexplainedReport,
};
use crate::diagnosis::{Advice, Diagnosis, Fix, Spot, advice_on};
use crate::event::{
    Applicability, Category, Cause, Event, Frame, Incident, Label, Log, Overflow, Place, Severity, Skipped, SuggestedEdit, Suggestion,
    Timeline, Unexplained,
};
use crate::redact::{covered, covered_code};

impl Analysis {
    /// What `log` and its `incidents` say, without what only a repository can tell.
    pub fn new(log: &Log, incidents: &[Incident]) -> Analysis {
        let event = |(index, event): (usize, &Event)| EventReport { index, ..EventReport::from(event) };
        Analysis {
            schema_version: SCHEMA_VERSION,
            events: log.events.iter().enumerate().map(event).collect(),
            incidents: incidents.iter().enumerate().map(|(index, incident)| IncidentReport::new(index, incident, log)).collect(),
            diagnoses: Vec::new(),
            unexplained: log.unexplained.iter().map(UnexplainedReport::from).collect(),
            skipped: log.skipped.iter().map(SkippedReport::from).collect(),
            overflow: log.overflow.as_ref().map(OverflowReport::from),
            files: FilesReport::default(),
        }
    }
}

impl From<&Event> for EventReport {
    /// Everything that the log says; [`EventReport::blamed`] is for the caller, who knows the repository, and so is the index.
    fn from(event: &Event) -> EventReport {
        // Covered as a whole: a key may go over several lines.
        let message = covered(&event.message);
        let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
        let last = event.lines.end.saturating_sub(1).max(event.lines.start);
        let (first_seen, last_seen) = seen(&event.timeline);
        EventReport {
            index: 0,
            language: event.language.to_string(),
            kind: event.kind.clone(),
            message: first.trim_end_matches('\r').to_owned(),
            details: Some(rest.trim_end()).filter(|rest| !rest.is_empty()).map(str::to_owned),
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
            log: LogLines { first_line: event.lines.start, last_line: last, last_print: event.last_line.max(last) },
            first_seen,
            last_seen,
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
        FrameReport {
            file,
            line,
            column,
            function,
            source: frame.source.as_deref().map(|source| covered_code(source).into_owned()),
            dependency: frame.place.is_foreign(),
            marked: frame.marked.as_ref().map(|marked| MarkedReport { start: marked.start as usize, end: marked.end as usize }),
        }
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
            replacement: covered_code(&edit.after).into_owned(),
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
        UnexplainedReport {
            template: covered(&lines.template).into_owned(),
            count: lines.count,
            first_line: lines.first_line,
            last_line: lines.last_line.max(lines.first_line),
            example: covered(&lines.example).into_owned(),
            advice: advice_on(&lines.example).iter().map(AdviceReport::from).collect(),
        }
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
        let diff = covered_code(&String::from_utf8_lossy(&fix.patch.diff())).into_owned();
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

impl From<&Overflow> for OverflowReport {
    fn from(overflow: &Overflow) -> OverflowReport {
        OverflowReport { prints: overflow.n_prints, distinct: overflow.n_distinct, approximate: true }
    }
}

impl IncidentReport {
    /// `incident` of `log`, the one with this index.
    pub fn new(index: usize, incident: &Incident, log: &Log) -> IncidentReport {
        let events = || incident.events.iter().filter_map(|&at| log.events.get(at));
        let worst = events().min_by_key(|event| event.severity);
        let mut timeline = Timeline::default();
        events().for_each(|event| timeline.merge(&event.timeline));
        let (first_seen, last_seen) = seen(&timeline);
        IncidentReport {
            index,
            fingerprint: incident.fingerprint.0.clone(),
            title: covered(&incident.title).into_owned(),
            severity: worst.map_or("info", |event| severity(event.severity)).to_owned(),
            category: worst.map_or("code", |event| category(event.category)).to_owned(),
            events: incident.events.clone(),
            count: incident.count,
            first_line: events().map(|event| event.lines.start).min().unwrap_or_default(),
            last_line: events().map(|event| event.last_line.max(event.lines.end.saturating_sub(1))).max().unwrap_or_default(),
            first_seen,
            last_seen,
            timeline: over_time(&timeline),
            caused_by: incident
                .caused_by
                .as_ref()
                .map(|link| CausedByReport { incident: link.cause, evidence: covered(&link.evidence).into_owned() }),
            cause_of: incident.cause_of.clone(),
        }
    }
}

/// The first and the last time, as ISO 8601 writes them.
fn seen(timeline: &Timeline) -> (Option<String>, Option<String>) {
    (timeline.span.and_then(|(first, _)| iso(first)), timeline.span.and_then(|(_, last)| iso(last)))
}

fn over_time(timeline: &Timeline) -> Option<TimelineReport> {
    let (start, _) = timeline.bins().next()?;
    let counts = timeline.bins().map(|(_, count)| count).collect();
    Some(TimelineReport { start: iso(start)?, seconds: u64::try_from(timeline.width_ms() / 1000).ok()?, counts })
}

/// Milliseconds since 1970 as ISO 8601, in UTC.
fn iso(milliseconds: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(milliseconds).ok().map(|time| time.to_string())
}

impl EventReport {
    /// Where the project's own code called the dependency that raised it; none where that is the project's own place anyway.
    pub fn caller(&self) -> Option<&FrameReport> {
        let raised = self.raised_at.as_ref()?;
        let is_raised = |frame: &&FrameReport| frame.file == raised.file && frame.line == raised.line;
        self.frames.iter().rfind(is_raised).filter(|frame| frame.dependency)?;
        self.frames.iter().rfind(|frame| !frame.dependency && !frame.file.is_empty())
    }

    /// Kind and the first line of the message.
    pub fn headline(&self) -> String {
        match self.message.trim() {
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
        index,
        fingerprint: event.fingerprint.clone(),
        title: event.headline(),
        severity: "high".to_owned(),
        category: "code".to_owned(),
        events: vec![index],
        count: event.count,
        first_line: event.log.first_line,
        last_line: event.log.last_line,
        ..IncidentReport::default()
    };
    events.iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::LanguageId;

    #[test]
    fn no_part_of_a_report_shows_a_secret() {
        let secret = "DB_PASSWORD=hunter2";
        let cause = Cause { kind: "E".to_owned(), message: secret.to_owned(), ..Cause::default() };
        let frame = Frame { source: Some(secret.to_owned()), ..Frame::default() };
        let event = Event { causes: vec![cause], frames: vec![frame], ..Event::new(LanguageId::PYTHON, "E", format!("a\n{secret}")) };
        let log = Log { events: vec![event], ..Log::default() };
        let incidents = crate::event::incidents(&log);
        let shown = format!("{:?} {:?}", IncidentReport::new(0, &incidents[0], &log), EventReport::from(&log.events[0]));
        assert!(!shown.contains("hunter2") && shown.matches("DB_PASSWORD=<redacted:password:").count() == 3, "{shown}");
    }

    #[test]
    fn the_first_line_of_a_message_stands_by_itself() {
        let report = |message: &str| {
            let report = EventReport::from(&Event::new(LanguageId::PYTHON, "E", message));
            (report.message, report.details)
        };
        assert_eq!(report("one"), ("one".to_owned(), None));
        assert_eq!(report("one\r\n two\n\nthree\n"), ("one".to_owned(), Some(" two\n\nthree".to_owned())));
        assert_eq!(report(""), (String::new(), None));
    }

    #[test]
    fn times_are_told_in_utc() {
        let mut event = Event::new(LanguageId::PYTHON, "E", "");
        event.timeline.span = Some((0, 90_061_500));
        let report = EventReport::from(&event);
        assert_eq!(report.first_seen.as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(report.last_seen.as_deref(), Some("1970-01-02T01:01:01.5Z"));
    }
}
