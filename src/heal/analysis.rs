//! `analyze`: what logs say and what it means in this repository. Runs nothing, writes nothing.

use std::collections::BTreeSet;
use std::path::Path;

use super::HealError;
use super::library::Library;
use super::setting::{Rules, catalogue_of, files_of};
use crate::diagnosis::{Diagnosis, Spot};
use crate::event::{self, Log};
use crate::project::Project;
use crate::report::{Analysis, DiagnosisReport, FilesReport, PlaceReport, SkippedReport};
use crate::syntax::LanguageId;

/// Incidents that are explained, the most important first: each costs a search of the project, and nobody reads more.
const MOST_EXPLAINED: usize = 500;

/// A diagnosis that is less sure than this share of the surest is only tried, not told.
const LEAST_SURE: f64 = 0.5;
/// Nothing less sure than this is told: a place far out on the call stack, by a rule that guesses.
const LEAST_TOLD: f64 = 0.15;

/// What of a log a person wants to know.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// So many of the most important incidents alone.
    pub top: Option<usize>,
    /// Fingerprints of incidents that were explained before.
    pub known: BTreeSet<String>,
}

/// Knows a project, and says what logs mean in it.
pub struct Analyst {
    project: Project,
    catalogue: Rules,
}

impl Analyst {
    /// Opens the project at `dir`, to be read in so many threads; 0 is one for each core.
    ///
    /// # Errors
    /// The project cannot be opened, or its own rules are wrong.
    pub fn open(dir: &Path, jobs: usize) -> Result<Analyst, HealError> {
        let mut project = Project::open(dir)?;
        project.read_in(jobs);
        let catalogue = catalogue_of(&project)?;
        Ok(Analyst { project, catalogue })
    }

    /// What `log` means here. A log that holds nothing is no error.
    pub fn analysis(&self, log: &Log, wanted: &Wanted) -> Analysis {
        let mut library = Library::new(&self.project, &self.catalogue);
        let incidents = event::incidents(log);
        let mut analysis = Analysis::new(log, &incidents);
        for (report, event) in analysis.events.iter_mut().zip(&log.events) {
            report.blamed = library.locate(event).spots.last().map(PlaceReport::from);
        }
        let order = analysis.by_importance();
        let most = wanted.top.unwrap_or(usize::MAX).min(MOST_EXPLAINED);
        let is_new = |index: &usize| !wanted.known.contains(&analysis.incidents[*index].fingerprint);
        let explained: BTreeSet<usize> = order.iter().copied().filter(is_new).take(most).collect();
        for index in explained {
            // Each incident is explained once, by its first event.
            let Some((at, event)) = incidents[index].events.first().and_then(|&at| Some((at, log.events.get(at)?))) else { continue };
            let located = library.locate(event);
            let diagnoses = told(library.diagnose(at, event, &located), &located.spots);
            analysis.diagnoses.extend(diagnoses.iter().map(|diagnosis| DiagnosisReport::new(diagnosis, index)));
        }
        match wanted.top {
            Some(top) => analysis.keep_top(top),
            None => analysis.skipped.extend(unexplored(&analysis, &order)),
        }
        analysis.files = files_of(&self.project);
        let FilesReport { listed, read, indexed } = analysis.files;
        tracing::info!("read {read} of {listed} files, and {indexed} to learn which words they hold");
        analysis
    }
}

/// The diagnoses that a person is told of, of those that are tried: each rule once at a line, none that is far less sure than the best,
/// and none of a caller where what failed inside of it is explained by a surer one.
fn told(diagnoses: Vec<Diagnosis>, spots: &[Spot]) -> Vec<Diagnosis> {
    let place = |one: &Diagnosis| spots.iter().position(|spot| one.spot.as_ref() == Some(spot));
    let innermost = diagnoses.first().and_then(place);
    let is_inside = |one: &Diagnosis| innermost.zip(place(one)).is_none_or(|(innermost, place)| place >= innermost);
    let surest = diagnoses.iter().map(|one| one.confidence).fold(0.0, f64::max);
    let mut seen = BTreeSet::new();
    let mut is_new = |one: &Diagnosis| seen.insert((one.rule.clone(), one.spot.as_ref().map(|spot| (spot.path.clone(), spot.line))));
    diagnoses.into_iter().filter(|one| one.confidence >= LEAST_TOLD.max(LEAST_SURE * surest) && is_inside(one) && is_new(one)).collect()
}

/// Keeps the failures of these languages and nothing else; none named means all.
pub fn keep_languages(log: &mut Log, languages: &[LanguageId]) {
    if languages.is_empty() {
        return;
    }
    log.unexplained.clear();
    let is_kept: Vec<bool> = log.events.iter().map(|event| languages.contains(&event.language)).collect();
    let mut n_kept = 0;
    let places: Vec<usize> = is_kept
        .iter()
        .map(|is_kept| {
            n_kept += usize::from(*is_kept);
            n_kept
        })
        .collect();
    let mut at = 0;
    log.events.retain(|_| {
        at += 1;
        is_kept[at - 1]
    });
    for event in &mut log.events {
        event.within = event.within.filter(|&group| is_kept.get(group) == Some(&true)).map(|group| places[group] - 1);
    }
}

/// The incidents that nobody looked for a cause of.
fn unexplored(analysis: &Analysis, order: &[usize]) -> Option<SkippedReport> {
    let rest = order.get(MOST_EXPLAINED..).filter(|rest| !rest.is_empty())?;
    Some(SkippedReport {
        reason: format!("incidents beyond the {MOST_EXPLAINED} most important, which were looked at for causes"),
        count: u32::try_from(rest.len()).unwrap_or(u32::MAX),
        first_line: rest.iter().map(|&index| analysis.incidents[index].first_line).min().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    #[test]
    fn a_language_keeps_its_events_and_their_groups() {
        let event = |language, within| Event { within, ..Event::new(language, "E", "") };
        let (python, rust) = (LanguageId::PYTHON, LanguageId::RUST);
        let events = vec![event(rust, None), event(python, None), event(python, Some(1)), event(python, Some(0))];
        let mut log = Log { events, ..Log::default() };
        keep_languages(&mut log, &[]);
        assert_eq!(log.events.len(), 4);
        keep_languages(&mut log, &[python]);
        assert_eq!(log.events.iter().map(|event| event.within).collect::<Vec<_>>(), [None, Some(0), None]);
    }
}
