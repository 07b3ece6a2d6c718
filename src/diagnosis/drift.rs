//! A name that went away with a new version of Python or of a package: all its uses in all files as one patch, or what to install instead.
//!
//! The message says which name; the tables beside the templates say what replaces it. Where an installed package asked for the name, no
//! edit of the project helps, and the answer is the version to keep below. Tests are never edited: what stands in them is named.

mod imports;
mod lost;
mod metadata;
mod rewrite;
mod table;

use std::collections::BTreeMap;

use super::knowledge::is_python_module;
use super::{Advice, Case, Diagnosis, Fix, Need, World};
use crate::symbols::Symbols;
use crate::syntax::{LanguageId, Node, Source, descendants};
use crate::text::{EditSet, FilePatch, Patch, RepoPath};
use lost::{Blame, Lost, blame};
use rewrite::{Plan, rewrite};
use table::{Kind, PYTHON, Row, is_up_to, library_of};

/// What stands for a rule in a diagnosis of drift, before the sort of it.
pub const DRIFT: &str = "drift/";
/// The message and the table name the same thing: surer than any rule that looks at one line.
const CONFIDENCE: f64 = 0.92;
/// Of several replacements of one name so many are offered.
const MAX_ALTERNATIVES: usize = 3;

const MOVED: (&str, &str, &str) = (
    "moved",
    "a name that went away is used in the project",
    "A newer version of Python or of a package no longer has it, so each use raises; the first import that fails hides the others.",
);
const PINNED: (&str, &str, &str) = (
    "installed",
    "two installed versions do not fit each other",
    "A package asks for a name that the installed version of another one no longer has; no edit of the project changes that.",
);

/// Templates that write the nearest name or take the name from elsewhere: a guess, which is wrong where the name is known to be gone.
const GUESSES: [&str; 4] = ["python/rename", "python/rename-kin", "python/rename-module", "python/import-elsewhere"];

/// Title and reason of the drift that a diagnosis calls `id`.
pub fn drift(id: &str) -> Option<(&'static str, &'static str)> {
    let name = id.strip_prefix(DRIFT)?;
    [MOVED, PINNED].into_iter().find(|(known, ..)| *known == name).map(|(_, title, why)| (title, why))
}

/// What a case has to do with drift.
pub(super) struct Drift {
    lost: Lost,
    rows: Vec<&'static Row>,
    blame: Blame,
}

impl Drift {
    /// The drift that the message tells of; none where it tells of none that is known.
    pub(super) fn of(case: Case<'_>, symbols: &Symbols<'_>) -> Option<Drift> {
        if case.event.language != LanguageId::PYTHON {
            return None;
        }
        let lost = Lost::of(case.event)?;
        let rows = lost.rows(symbols);
        let asked = match (rows.first(), &lost) {
            (Some(row), _) if row.library != PYTHON => table::module_of(row.library).to_owned(),
            (_, Lost::Attribute(text)) => text.split('.').next().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let blame = blame(case.event, &asked);
        let is_two = matches!((&blame, &lost), (Blame::Package(_), Lost::Attribute(_)));
        (!rows.is_empty() || is_two).then_some(Drift { lost, rows, blame })
    }

    /// Whether it knows that a missing module is none that can be installed under its name.
    pub(super) fn is_of_gone_module(&self) -> bool {
        let is_python = self.rows.iter().any(|row| row.library == PYTHON);
        matches!(&self.lost, Lost::Module(module) if is_python && !module.starts_with("distutils"))
    }

    /// Takes the fixes out of another diagnosis that are wrong where the name is known to be gone; whether something is left of it. A name
    /// that a builtin of Python 2 had may as well be a slip of today, unless it is used as the builtin was, so that `found` has a fix.
    pub(super) fn leaves(&self, known: &mut Diagnosis, found: Option<&Diagnosis>) -> bool {
        let is_known = !self.rows.is_empty();
        let is_sure = is_known && (!matches!(self.lost, Lost::Name(_)) || found.is_some_and(|found| !found.fixes.is_empty()));
        let is_guess = |fix: &Fix| fix.templates.iter().any(|name| GUESSES.contains(&name.as_str()));
        let is_of_package = is_known && self.blame != Blame::Project;
        let had_fixes = !known.fixes.is_empty();
        known.fixes.retain(|fix| !(is_of_package || is_sure && is_guess(fix)));
        !had_fixes || !known.fixes.is_empty() || !known.advice.is_empty()
    }

    /// What must be read before the uses are known.
    pub(super) fn need(&self, need: &mut Need) {
        if self.blame != Blame::Project {
            return;
        }
        if let Lost::Module(module) = &self.lost {
            need.sweep.insert(module.rsplit('.').next().unwrap_or(module).to_owned());
        }
        need.sweep.extend(self.wider().iter().map(|row| row.word().to_owned()));
    }

    /// What it says of the case.
    pub(super) fn diagnosis(&self, case: Case<'_>, world: &World<'_>, all: &[&Source], symbols: &Symbols<'_>) -> Option<Diagnosis> {
        let (known, advice, fixes) = match &self.blame {
            Blame::Package(package) => (PINNED, vec![self.pin(package, symbols)?], Vec::new()),
            Blame::Project => {
                let fixes = self.fixes(case, world, all, symbols);
                (MOVED, self.advice(world, all, symbols, fixes.is_empty()), fixes)
            }
        };
        if advice.is_empty() && fixes.is_empty() {
            return None;
        }
        let row = self.rows.first();
        Some(Diagnosis {
            event: case.index,
            rule: format!("{DRIFT}{}", known.0),
            title: row.map_or_else(|| known.1.to_owned(), |row| format!("`{}` went away in {}", self.lost.text(), row.gone_in())),
            why: known.2.to_owned(),
            spot: case.spots.last().cloned(),
            span: None,
            confidence: CONFIDENCE,
            evidence: vec![format!("the message names `{}`", self.lost.text())],
            advice,
            fixes,
        })
    }

    /// Which version to keep below, or to go above.
    fn pin(&self, package: &str, symbols: &Symbols<'_>) -> Option<Advice> {
        let text = self.lost.text();
        // A rule of its own knows setuptools.
        if text.starts_with("pkgutil.Imp") {
            return None;
        }
        let package = library_of(package);
        let Some(row) = self.rows.first() else {
            let module = text.split('.').next().unwrap_or_default();
            // A program that is started by a package is no package.
            if symbols.has_module(module) {
                return None;
            }
            if is_python_module(module) {
                let text =
                    format!("`{package}` asks for `{text}`, which this Python does not have: another version of `{package}` may fit it.");
                return Some(Advice { text, command: Some(format!("python -m pip install --upgrade '{package}'")) });
            }
            let asked = library_of(module);
            let text = format!("`{package}` asks for `{text}`, which the installed `{asked}` does not have: the two versions do not fit.");
            return Some(Advice { text, command: Some("python -m pip check".to_owned()) });
        };
        let gone = row.gone_in();
        if row.library == PYTHON {
            let text = format!("`{package}` asks for `{text}`, which went away in {gone}: upgrade `{package}`, or run an older Python.");
            return Some(Advice { text, command: Some(format!("python -m pip install --upgrade '{package}'")) });
        }
        let text =
            format!("`{package}` asks for `{text}`, which went away in {gone}: install an older {}, or a newer `{package}`.", row.library);
        Some(Advice { text, command: Some(format!("python -m pip install '{}<{}'", row.library, row.gone)) })
    }

    /// What a person can do: where nothing replaces the name by itself, and where tests use it.
    fn advice(&self, world: &World<'_>, all: &[&Source], symbols: &Symbols<'_>, is_stuck: bool) -> Vec<Advice> {
        let mut advice: Vec<Advice> = Vec::new();
        let in_tests = self.in_tests(world, all, symbols);
        let told = |row: &&&'static Row| row.kind == Kind::Advice && (is_stuck || self.rows.iter().all(|row| row.kind == Kind::Advice));
        let is_module = matches!(self.lost, Lost::Module(_));
        let is_in_text = |row: &&&Row| all.iter().any(|source| source.whole_text().contains(row.word()));
        let is_used = |row: &&&Row| !is_module || row.old == self.lost.text() || is_in_text(row);
        for row in self.rows.iter().filter(told).filter(is_used).take(3) {
            advice.push(Advice { text: format!("`{}` went away in {}. {}", row.old, row.gone_in(), row.new), command: None });
        }
        if let Some(row) = self.rows.first().filter(|row| row.library != PYTHON && !advice.is_empty()) {
            let text = format!("Until then, stay below {}.", row.gone_in());
            advice.push(Advice { text, command: Some(format!("python -m pip install '{}<{}'", row.library, row.gone)) });
        }
        if let (false, Some(row)) = (in_tests.is_empty(), self.rows.first()) {
            let files = in_tests.join(", ");
            let new = if row.new.is_empty() { "nothing".to_owned() } else { format!("`{}`", row.new) };
            let text = format!("Tests use `{}` as well, and tests are never changed: write {new} in {files}.", self.lost.text());
            advice.push(Advice { text, command: None });
        }
        advice
    }

    /// The test files that use the name.
    fn in_tests(&self, world: &World<'_>, all: &[&Source], symbols: &Symbols<'_>) -> Vec<String> {
        let plan = Plan { rows: &self.edited(), gone_module: None, alternative: 0, both: &|_| false, receivers: &[], is_failing: false };
        let tests = all.iter().filter(|source| is_python(source) && (world.is_test)(source.path()));
        let count = |source: &&&Source| Some((source.path().clone(), rewrite(source, symbols, &plan)?.n_uses));
        tests
            .filter_map(|source| count(&source))
            .map(|(path, n)| if n == 1 { path.to_string() } else { format!("{path} ({n} uses)") })
            .collect()
    }

    /// The rows that say how to edit.
    fn edited(&self) -> Vec<&'static Row> {
        self.rows.iter().copied().filter(|row| row.kind != Kind::Advice).collect()
    }

    /// All names that are certainly gone as well: of the same library, in the same version or before it.
    fn wider(&self) -> Vec<&'static Row> {
        let Some(first) = self.rows.iter().find(|row| row.kind != Kind::Advice) else { return Vec::new() };
        let is_same_owner = |row: &Row| row.owner() == first.owner();
        let is_plain = |row: &Row| match row.kind {
            Kind::Attribute | Kind::Call | Kind::Unpacked | Kind::Value | Kind::Module | Kind::Name | Kind::Decorator => true,
            Kind::Method => row.library != PYTHON || row.owner() == "*" || is_same_owner(row),
            Kind::Keyword | Kind::Argument | Kind::Used => row.library != PYTHON,
            Kind::Shape | Kind::Member => row.library == PYTHON && is_same_owner(row),
            Kind::Advice => false,
        };
        // These came back with numpy 2.0 and Python 3.10, so that another name's absence says nothing of them.
        let is_back = |row: &Row| matches!(row.old, "numpy.bool" | "numpy.long" | "types.NoneType");
        let is_of_it = |row: &Row| row.library == first.library && is_up_to(row.gone, first.gone);
        let is_gone = |row: &&&Row| is_of_it(row) && is_plain(row) && !is_back(row) && !table::is_meant(row);
        let mut rows = self.edited();
        let more: Vec<&'static Row> = table::rows().iter().collect();
        rows.extend(more.iter().filter(is_gone).filter(|row| !self.rows.iter().any(|known| known.old == row.old)));
        rows
    }

    fn fixes(&self, case: Case<'_>, world: &World<'_>, all: &[&Source], symbols: &Symbols<'_>) -> Vec<Fix> {
        let texts: Vec<String> = metadata::FILES.iter().filter_map(|name| (world.read)(name)).collect();
        let both = |row: &Row| {
            let lowest = metadata::lowest(&texts, row.library);
            row.since.is_some_and(|since| lowest.is_some_and(|lowest| !is_up_to(since, &lowest)))
        };
        let (narrow, wide) = (self.edited(), self.wider());
        let is_whole =
            |row: &Row, module: &str| row.kind == Kind::Module && (module == row.old || module.starts_with(&format!("{}.", row.old)));
        let n_alternatives = narrow
            .iter()
            .map(|row| narrow.iter().filter(|other| other.old == row.old && other.kind == row.kind).count())
            .max()
            .unwrap_or(0);
        let receivers = self.receivers(case, world);
        let mut fixes: Vec<Fix> = Vec::new();
        for alternative in 0..n_alternatives.min(MAX_ALTERNATIVES) {
            for rows in [&narrow, &wide] {
                let gone_module = match &self.lost {
                    Lost::Module(module) if !narrow.iter().any(|row| is_whole(row, module)) => Some(module.as_str()),
                    _ => None,
                };
                let made = self.patch(
                    case,
                    world,
                    all,
                    symbols,
                    &Plan { rows, gone_module, alternative, both: &both, receivers: &receivers, is_failing: false },
                );
                fixes.extend(made.filter(|made| fixes.iter().all(|fix| fix.patch != made.patch)));
            }
        }
        fixes
    }

    /// Every file of the project with its uses rewritten.
    fn patch(&self, case: Case<'_>, world: &World<'_>, all: &[&Source], symbols: &Symbols<'_>, plan: &Plan<'_>) -> Option<Fix> {
        let mut files: BTreeMap<RepoPath, EditSet> = BTreeMap::new();
        let (mut n_uses, mut n_left) = (0, 0);
        for source in all.iter().filter(|source| is_python(source) && (world.may_edit)(source.path())) {
            let is_failing = case.spots.iter().any(|spot| &spot.path == source.path());
            let Some(done) = rewrite(source, symbols, &Plan { is_failing, ..*plan }) else { continue };
            n_uses += done.n_uses;
            n_left += done.n_left;
            files.insert(source.path().clone(), EditSet::new(done.edits).ok()?);
        }
        let file = |(path, edits): (&RepoPath, &EditSet)| {
            let before = world.sources.get(path)?.bytes();
            Some(FilePatch { path: path.clone(), before: before.clone(), after: edits.apply(before).ok()?.into() })
        };
        let patch = Patch::new(files.iter().map(file).collect::<Option<Vec<_>>>()?);
        let uses = if n_uses == 1 { "its use".to_owned() } else { format!("all {n_uses} uses") };
        let place = match files.len() {
            1 => files.keys().next().map(ToString::to_string).unwrap_or_default(),
            n => format!("{n} files"),
        };
        let fix = Fix {
            title: format!("write what replaces `{}` at {uses} in {place}", self.lost.text()),
            safety: "unsafe",
            risk: Self::risk(plan.rows, all.iter().copied().filter(|source| files.contains_key(source.path())), n_left),
            seen: Vec::new(),
            templates: Vec::new(),
            patch,
        };
        (!fix.patch.is_empty()).then_some(fix)
    }

    /// What the new names do otherwise, which packages they come from, and how many uses are left as they are.
    fn risk<'s>(rows: &[&'static Row], changed: impl Iterator<Item = &'s Source>, n_left: usize) -> Option<String> {
        let texts: Vec<&str> = changed.map(Source::whole_text).collect();
        let is_used = |row: &&&Row| texts.iter().any(|text| text.contains(row.word()));
        let mut risks: Vec<String> = Vec::new();
        for row in rows.iter().filter(is_used) {
            let root = row.new.split('.').next().unwrap_or_default();
            let is_dotted = row.kind == Kind::Module || (row.kind == Kind::Attribute && row.new.contains('.'));
            let is_there = is_python_module(root) || root == table::module_of(row.library) || root == "str";
            let is_imported =
                || texts.iter().any(|text| text.contains(&format!("import {root}")) || text.contains(&format!("from {root}")));
            let package = (is_dotted && !is_there && !is_imported())
                .then(|| format!("The package `{}` must be installed and stand among the requirements.", library_of(root)));
            for risk in table::risk(row.old).map(ToOwned::to_owned).into_iter().chain(package) {
                if !risks.contains(&risk) {
                    risks.push(risk);
                }
            }
        }
        if n_left > 0 {
            risks.push(format!("{n_left} further uses have no replacement that is known, and are left."));
        }
        (!risks.is_empty()).then(|| risks.join(" "))
    }

    /// What the object is called at the failure whose member is not there; empty for another kind of failure.
    fn receivers(&self, case: Case<'_>, world: &World<'_>) -> Vec<String> {
        let name = match &self.lost {
            Lost::Member { name, .. } => name.as_str(),
            Lost::Meant(old) => old.rsplit('.').next().unwrap_or(old),
            _ => return Vec::new(),
        };
        let is_it = |source: &Source, node: &Node<'_>| {
            node.kind() == "attribute" && node.child_by_field_name("attribute").is_some_and(|word| source.text_of(word) == name)
        };
        let mut found = Vec::new();
        for spot in case.spots {
            let Some(source) = world.sources.get(&spot.path) else { continue };
            let here = descendants(source.root()).filter(|node| is_it(source, node));
            let here = here.filter(|node| source.lines().line_of(node.end_byte()) == spot.line);
            found.extend(here.filter_map(|node| Some(rewrite::last_name(source, node.child_by_field_name("object")?).to_owned())));
        }
        found
    }
}

fn is_python(source: &Source) -> bool {
    source.language().id() == LanguageId::PYTHON
}

#[cfg(test)]
mod tests;
