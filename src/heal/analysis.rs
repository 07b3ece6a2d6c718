//! `analyze`: what logs say and what it means in this repository. Runs nothing, writes nothing.

use std::path::Path;

use super::HealError;
use super::library::Library;
use super::request::LogInput;
use crate::event::{self, Log};
use crate::project::Project;
use crate::report::{
    Analysis, DiagnosisReport, EventReport, IncidentReport, PlaceReport, SCHEMA_VERSION, SkippedReport, Step, UnexplainedReport,
};

/// Reads `logs` and explains what they hold in the project at `dir`.
///
/// # Errors
/// The project cannot be opened; a log that holds nothing is no error.
pub fn analyze(dir: &Path, logs: &[LogInput], on_step: &mut dyn FnMut(Step)) -> Result<Analysis, HealError> {
    on_step(Step::Phase("reading the log"));
    let logs: Vec<Log> = logs.iter().map(|log| event::read(&log.bytes)).collect();
    let log = joined(logs);
    on_step(Step::Phase("looking for causes"));
    let project = Project::open(dir)?;
    let catalogue = super::setting::catalogue_of(&project)?;
    let mut library = Library::new(&project, &catalogue);
    let incidents = event::incidents(&log);
    let mut analysis = Analysis { schema_version: SCHEMA_VERSION, ..Analysis::default() };
    for (index, event) in log.events.iter().enumerate() {
        let located = library.locate(event);
        let blamed = located.spots.last().map(PlaceReport::from);
        analysis.events.push(EventReport { blamed, ..EventReport::from(event) });
        let incident = incidents.iter().position(|incident| incident.events.contains(&index)).unwrap_or_default();
        // Each incident is explained once, by its first event.
        if incidents.get(incident).is_some_and(|incident| incident.events.first() == Some(&index)) {
            let diagnoses = library.diagnose(index, event, &located);
            analysis.diagnoses.extend(diagnoses.iter().map(|diagnosis| DiagnosisReport::new(diagnosis, incident)));
        }
    }
    analysis.incidents = incidents.iter().map(IncidentReport::from).collect();
    analysis.unexplained = log.unexplained.iter().map(UnexplainedReport::from).collect();
    analysis.skipped = log.skipped.iter().map(SkippedReport::from).collect();
    Ok(analysis)
}

/// Several logs as one, in order; lines and indices go on counting.
fn joined(logs: Vec<Log>) -> Log {
    let mut whole = Log::default();
    for log in logs {
        let (first_event, first_line) = (whole.events.len(), whole.n_lines);
        whole.events.extend(log.events.into_iter().map(|mut event| {
            event.within = event.within.map(|group| group + first_event);
            event.lines = event.lines.start + first_line..event.lines.end + first_line;
            event
        }));
        whole.unexplained.extend(log.unexplained.into_iter().map(|mut lines| {
            lines.first_line += first_line;
            lines
        }));
        whole.skipped.extend(log.skipped.into_iter().map(|mut lines| {
            lines.first_line += first_line;
            lines
        }));
        whole.n_lines += log.n_lines;
        whole.overflow = whole.overflow.or(log.overflow);
    }
    whole
}
