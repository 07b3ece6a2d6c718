//! The project's sources as a healing sees them: read once, parsed once, with the patches that are already proved laid over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::{Answer, Case, Diagnosis, Need, World, diagnose};
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

    /// The causes that fit an event, surest first.
    pub(super) fn diagnose(&mut self, index: usize, event: &Event, located: &Located) -> Vec<Diagnosis> {
        let mut sight = Sight::default();
        for _ in 0..MAX_ROUNDS {
            let project = self.project;
            let world = World {
                catalogue: self.catalogue,
                sources: &self.sources,
                in_sight: &sight.paths,
                asked: &sight.asked,
                files: project.files(),
                is_test: &is_test,
                may_edit: &|path| project.untouchable(path).is_none(),
                resolve: &|printed| project.resolve(printed),
                read: &|name| text_of(project, name),
            };
            match diagnose(Case { index, event, spots: &located.spots }, &world) {
                Answer::Known(diagnoses) => return diagnoses,
                Answer::Need(need) => self.bring(need, extension(event.language), &mut sight),
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
