//! `analyze`: what logs say and what it means in this repository. Runs nothing, writes nothing.

use std::path::Path;

use super::HealError;
use super::ingest::{Options, Source, ingest};
use super::library::Library;
use super::request::LogInput;
use crate::event;
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
    let sources = logs.iter().map(|log| Source { name: log.name.clone(), bytes: Box::new(log.bytes.as_slice()) }).collect();
    let log = ingest(sources, &Options::default(), &mut |_| ())?;
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
