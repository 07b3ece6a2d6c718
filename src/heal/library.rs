//! The project's sources as a healing sees them: read once, parsed once, with the patches that are already proved laid over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::{Answer, Case, Diagnosis, Facts, Need, World, diagnose};
use crate::event::Event;
use crate::project::{Located, Project, is_test};
use crate::rule::Catalogue;
use crate::symbols::{Role, Wanted};
use crate::syntax::{LanguageId, Source, language};
use crate::text::{Patch, RepoPath};

/// Files that one word may bring in: a name that stands in more of them says nothing about where it is defined.
const MAX_FILES_PER_WORD: usize = 60;
/// Files that a sweep may bring in: a migration wants them all, but not for ever.
const MAX_FILES_PER_SWEEP: usize = 500;
/// How often a diagnosis may ask for more; each time it must bring something new.
const MAX_ROUNDS: usize = 16;
/// How many of the exceptions behind one are looked at, nearest first.
const MAX_CAUSES: usize = 3;
/// How much a cause loses against the exception that was raised for it.
const PER_CAUSE: f64 = 0.8;

/// Sources, rules, and where words were found so far.
pub(super) struct Library<'a> {
    project: &'a Project,
    catalogue: &'a Catalogue,
    sources: BTreeMap<RepoPath, Source>,
    /// Extension and what was wanted -> the files that hold it.
    found: BTreeMap<(&'static str, Wanted), Vec<RepoPath>>,
}

/// What one diagnosis has asked for.
#[derive(Default)]
struct Sight {
    paths: BTreeSet<RepoPath>,
    asked: BTreeSet<Wanted>,
}

impl<'a> Library<'a> {
    pub(super) fn new(project: &'a Project, catalogue: &'a Catalogue) -> Library<'a> {
        Library { project, catalogue, sources: BTreeMap::new(), found: BTreeMap::new() }
    }

    /// The rules and templates.
    pub(super) fn catalogue(&self) -> &'a Catalogue {
        self.catalogue
    }

    /// Everything that was read.
    pub(super) fn sources(&self) -> &BTreeMap<RepoPath, Source> {
        &self.sources
    }

    /// Copies of the files at `paths`, with the patches that are laid over them; those that cannot be read or parsed are left out.
    pub(super) fn take<'p>(&mut self, paths: impl Iterator<Item = &'p RepoPath>) -> BTreeMap<RepoPath, Source> {
        let mut taken = BTreeMap::new();
        for path in paths {
            self.load(path);
            let copy = self.sources.get(path).and_then(|source| Source::parse(path.clone(), source.bytes().clone()).ok());
            taken.extend(copy.map(|source| (path.clone(), source)));
        }
        taken
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

    /// Whether a rule says of `event` that no edit of the code mends it.
    pub(super) fn is_declined(&mut self, event: Option<&Event>) -> bool {
        let Some(event) = event else { return false };
        let located = self.locate(event);
        let diagnoses = self.diagnose(0, event, &located);
        diagnoses.iter().any(|diagnosis| self.catalogue.get(&diagnosis.rule).is_some_and(|rule| rule.decline.is_some()))
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
            sight.paths.insert(path);
        }
        if !need.sweep.is_empty() {
            for path in self.project.find_any(&need.sweep, extension, MAX_FILES_PER_SWEEP) {
                self.load(&path);
                sight.paths.insert(path);
            }
            sight.asked.extend(need.sweep.into_iter().map(|word| Wanted::new(Role::Anywhere, word)));
        }
        for wanted in need.words {
            let project = self.project;
            let search = || project.holders(&wanted, extension, MAX_FILES_PER_WORD);
            let holders = self.found.entry((extension, wanted.clone())).or_insert_with(search).clone();
            for path in holders {
                self.load(&path);
                sight.paths.insert(path);
            }
            sight.asked.insert(wanted);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;
    use crate::git::playground::Playground;

    /// The causes of the failure that `log` tells, and the files that were parsed for them.
    fn explained(files: &[(&str, &str)], log: &str) -> (Vec<Diagnosis>, Vec<String>) {
        let playground = Playground::new();
        for (path, text) in files {
            playground.write(path, text);
        }
        let project = Project::open(&playground.root()).unwrap();
        let mut library = Library::new(&project, Catalogue::embedded());
        let log = event::read(log.as_bytes());
        let located = library.locate(&log.events[0]);
        let diagnoses = library.diagnose(0, &log.events[0], &located);
        let parsed = library.sources().keys().map(ToString::to_string).collect();
        (diagnoses, parsed)
    }

    const MISSPELLED: &str = "Traceback (most recent call last):\n  File \"shop/orders.py\", line 4, in label\n    return customer.adress\nAttributeError: 'Customer' object has no attribute 'adress'\n";
    const ORDERS: (&str, &str) =
        ("shop/orders.py", "from shop.people import Customer\n\ndef label(customer):\n    return customer.adress\n");

    #[test]
    fn a_class_is_read_where_it_is_defined_with_its_bases_and_not_where_it_is_used() {
        let files = [
            ORDERS,
            ("shop/people.py", "from shop.base import Party\n\nclass Customer(Party):\n    def __init__(self):\n        self.name = 1\n"),
            ("shop/base.py", "class Party(Exception):\n    def move(self, to):\n        self.address = to\n"),
            ("shop/a_use.py", "from shop.people import Customer\n\nCustomer().address\n"),
            ("shop/b_use.py", "# Customer and Party\n"),
        ];
        let (diagnoses, parsed) = explained(&files, MISSPELLED);
        assert_eq!(parsed, ["shop/base.py", "shop/orders.py", "shop/people.py"]);
        let fix = diagnoses.iter().flat_map(|diagnosis| &diagnosis.fixes).next().unwrap();
        assert!(String::from_utf8_lossy(&fix.patch.files()[0].after).contains("customer.address\n"), "a member of the base");
    }

    #[test]
    fn a_name_of_a_module_is_looked_for_in_the_file_of_the_module() {
        let log = "Traceback (most recent call last):\n  File \"shop/run.py\", line 1, in <module>\n    from shop.part import loadr\nImportError: cannot import name 'loadr' from 'shop.part' (shop/part.py)\n";
        let files = [
            ("shop/__init__.py", ""),
            ("shop/run.py", "from shop.part import loadr\n"),
            ("shop/part.py", "def loader(): pass\n"),
            ("shop/other.py", "import shop.part\n"),
        ];
        let (diagnoses, parsed) = explained(&files, log);
        assert!(!parsed.contains(&"shop/other.py".to_owned()), "{parsed:?}");
        let after = |fix: &crate::diagnosis::Fix| String::from_utf8_lossy(&fix.patch.files()[0].after).into_owned();
        let found: Vec<String> = diagnoses.iter().flat_map(|diagnosis| &diagnosis.fixes).map(after).collect();
        assert!(found.iter().any(|text| text == "from shop.part import loader\n"), "{found:?}");
    }

    #[test]
    fn a_missing_name_is_looked_for_where_it_is_defined_or_imported() {
        let log = "Traceback (most recent call last):\n  File \"shop/run.py\", line 1, in <module>\n    Seed(1)\nNameError: name 'Seed' is not defined\n";
        let files = [
            ("shop/__init__.py", ""),
            ("shop/run.py", "Seed(1)\n"),
            ("shop/seeds.py", "class Seed: pass\n"),
            ("shop/use.py", "import shop.seeds\n\nshop.seeds.Seed(2)\n"),
            ("shop/taken.py", "from shop.seeds import Seed\n"),
        ];
        let (diagnoses, parsed) = explained(&files, log);
        assert_eq!(parsed, ["shop/run.py", "shop/seeds.py", "shop/taken.py"]);
        assert!(diagnoses.iter().any(|diagnosis| !diagnosis.fixes.is_empty()));
    }
}
