//! The project's sources as a healing sees them: read once, parsed once, with the patches that are already proved laid over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::{Answer, Case, Diagnosis, Facts, Need, World, diagnose};
use crate::event::Event;
use crate::project::{Located, Project, is_test};
use crate::rule::Catalogue;
use crate::syntax::{LanguageId, Source, language};
use crate::text::{Patch, RepoPath};

/// Files that one word may bring in: a name that stands in more of them says nothing about where it is defined.
const MAX_FILES_PER_WORD: usize = 60;
/// Files that a sweep may bring in: a migration wants them all, but not for ever.
const MAX_FILES_PER_SWEEP: usize = 500;
/// How often a diagnosis may ask for more; each time it must bring something new.
const MAX_ROUNDS: usize = 8;
/// How many of the exceptions behind one are looked at, nearest first.
const MAX_CAUSES: usize = 3;
/// How much a cause loses against the exception that was raised for it.
const PER_CAUSE: f64 = 0.8;

/// Sources, rules, and where words were found so far.
pub(super) struct Library<'a> {
    project: &'a Project,
    catalogue: &'a Catalogue,
    sources: BTreeMap<RepoPath, Source>,
    /// Extension and word -> the files that hold it.
    found: BTreeMap<(&'static str, String), Vec<RepoPath>>,
}

/// What one diagnosis has asked for.
#[derive(Default)]
struct Sight {
    paths: BTreeSet<RepoPath>,
    asked: BTreeSet<String>,
}

impl<'a> Library<'a> {
    pub(super) fn new(project: &'a Project, catalogue: &'a Catalogue) -> Library<'a> {
        Library { project, catalogue, sources: BTreeMap::new(), found: BTreeMap::new() }
    }

    /// Everything that was read.
    pub(super) fn sources(&self) -> &BTreeMap<RepoPath, Source> {
        &self.sources
    }

    /// From now on, the files of `patch` read as it leaves them.
    pub(super) fn lay(&mut self, patch: &Patch) {
        for file in patch.files() {
            if let Ok(source) = Source::parse(file.path.clone(), file.after.clone()) {
                self.sources.insert(file.path.clone(), source);
            }
        }
    }

    /// From now on, the files of `patch` read as they were before it.
    pub(super) fn lift(&mut self, patch: &Patch) {
        for file in patch.files() {
            if let Ok(source) = Source::parse(file.path.clone(), file.before.clone()) {
                self.sources.insert(file.path.clone(), source);
            }
        }
    }

    /// Where an event lies in the files as they are with all that is laid over them.
    pub(super) fn locate(&self, event: &Event) -> Located {
        self.project.locate_in(event, &|path| self.sources.get(path).map(|source| source.bytes().clone()))
    }

    /// The causes that fit an event, surest first, by the text alone.
    pub(super) fn diagnose(&mut self, index: usize, event: &Event, located: &Located) -> Vec<Diagnosis> {
        self.diagnose_seeing(index, event, located, &mut Facts::default)
    }

    /// The causes that fit an event, surest first; what fits an exception that it was raised for comes with less trust. `look` is asked
    /// at most once, when a rule wants to know what values were.
    pub(super) fn diagnose_seeing(
        &mut self,
        index: usize,
        event: &Event,
        located: &Located,
        look: &mut dyn FnMut() -> Facts,
    ) -> Vec<Diagnosis> {
        let mut facts: Option<Facts> = None;
        let mut look = || facts.get_or_insert_with(&mut *look).clone();
        let mut diagnoses = self.explain(index, event, located, &mut look);
        for (nth, cause) in event.causes.iter().filter(|cause| !cause.frames.is_empty()).take(MAX_CAUSES).enumerate() {
            let cause = event.of_cause(cause);
            let located = self.locate(&cause);
            let trust = PER_CAUSE.powi(i32::try_from(nth + 1).unwrap_or(i32::MAX));
            let of_cause = self.explain(index, &cause, &located, &mut look).into_iter().filter(|diagnosis| !diagnosis.fixes.is_empty());
            diagnoses.extend(of_cause.map(|diagnosis| Diagnosis { confidence: diagnosis.confidence * trust, ..diagnosis }));
        }
        diagnoses.sort_by(|one, two| two.confidence.total_cmp(&one.confidence));
        diagnoses
    }

    fn explain(&mut self, index: usize, event: &Event, located: &Located, look: &mut dyn FnMut() -> Facts) -> Vec<Diagnosis> {
        let mut sight = Sight::default();
        let mut facts: Option<Facts> = None;
        for _ in 0..MAX_ROUNDS {
            let project = self.project;
            let world = World {
                catalogue: self.catalogue,
                sources: &self.sources,
                in_sight: &sight.paths,
                asked: &sight.asked,
                facts: facts.as_ref(),
                files: project.files(),
                is_test: &is_test,
                may_edit: &|path| project.untouchable(path).is_none(),
                resolve: &|printed| project.resolve(printed),
                read: &|name| text_of(project, name),
            };
            match diagnose(Case { index, event, spots: &located.spots }, &world) {
                Answer::Known(diagnoses) => return diagnoses,
                Answer::Need(need) => {
                    if need.facts {
                        facts = Some(look());
                    }
                    self.bring(need, extension(event.language), &mut sight);
                }
            }
        }
        Vec::new()
    }

    /// Brings what a diagnosis needs into its sight. What was not found counts as asked, so that nobody asks again.
    fn bring(&mut self, need: Need, extension: &'static str, sight: &mut Sight) {
        for path in need.paths {
            self.load(&path);
            sight.asked.insert(path.as_str().to_owned());
            sight.paths.insert(path);
        }
        if !need.sweep.is_empty() {
            for path in self.project.find_any(&need.sweep, extension).into_iter().take(MAX_FILES_PER_SWEEP) {
                self.load(&path);
                sight.paths.insert(path);
            }
            sight.asked.extend(need.sweep);
        }
        for word in need.words {
            let project = self.project;
            let search = || project.find_word(&word, extension).into_iter().take(MAX_FILES_PER_WORD).collect();
            let holders = self.found.entry((extension, word.clone())).or_insert_with(search).clone();
            for path in holders {
                self.load(&path);
                sight.paths.insert(path);
            }
            sight.asked.insert(word);
        }
    }

    /// Reads and parses a file; one that cannot be read or parsed is left out, which rules take as unknown.
    fn load(&mut self, path: &RepoPath) {
        if self.sources.contains_key(path) {
            return;
        }
        if let Ok(bytes) = self.project.read(path)
            && let Ok(source) = Source::parse(path.clone(), bytes)
        {
            self.sources.insert(path.clone(), source);
        }
    }
}

/// The text of a file at the top of the project.
fn text_of(project: &Project, name: &str) -> Option<String> {
    let bytes = project.read(&RepoPath::new(name).ok()?).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The extension of the files that a word of this language is looked up in.
fn extension(id: LanguageId) -> &'static str {
    language(id.0).and_then(|language| language.extensions().first().copied()).unwrap_or_default()
}
