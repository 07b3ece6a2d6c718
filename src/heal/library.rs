//! The project's sources as a healing sees them: read once, parsed once, with the patches that are already proved laid over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::{Answer, Case, Diagnosis, World, diagnose};
use crate::event::Event;
use crate::project::{Located, Project, is_test};
use crate::rule::Catalogue;
use crate::syntax::{LanguageId, Source, language};
use crate::text::{Patch, RepoPath};

/// Files that one word may bring in: a name that stands in more of them says nothing about where it is defined.
const MAX_FILES_PER_WORD: usize = 60;
/// How often a diagnosis may ask for more; each time it must bring something new.
const MAX_ROUNDS: usize = 8;

/// Sources, rules, and what was asked for so far.
pub(super) struct Library<'a> {
    project: &'a Project,
    catalogue: &'a Catalogue,
    sources: BTreeMap<RepoPath, Source>,
    asked: BTreeSet<String>,
}

impl<'a> Library<'a> {
    pub(super) fn new(project: &'a Project, catalogue: &'a Catalogue) -> Library<'a> {
        Library { project, catalogue, sources: BTreeMap::new(), asked: BTreeSet::new() }
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

    /// The causes that fit an event, surest first.
    pub(super) fn diagnose(&mut self, index: usize, event: &Event, located: &Located) -> Vec<Diagnosis> {
        for _ in 0..MAX_ROUNDS {
            let project = self.project;
            let world = World {
                catalogue: self.catalogue,
                sources: &self.sources,
                asked: &self.asked,
                files: project.files(),
                is_test: &is_test,
                resolve: &|printed| project.resolve(printed),
            };
            match diagnose(Case { index, event, spots: &located.spots }, &world) {
                Answer::Known(diagnoses) => return diagnoses,
                Answer::Need(need) => {
                    for path in need.paths {
                        self.load(&path);
                        self.asked.insert(path.as_str().to_owned());
                    }
                    for word in need.words {
                        for path in self.project.find_word(&word, extension(event.language)).into_iter().take(MAX_FILES_PER_WORD) {
                            self.load(&path);
                        }
                        self.asked.insert(word);
                    }
                }
            }
        }
        Vec::new()
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

/// The extension of the files that a word of this language is looked up in.
fn extension(id: LanguageId) -> &'static str {
    language(id.0).and_then(|language| language.extensions().first().copied()).unwrap_or_default()
}
