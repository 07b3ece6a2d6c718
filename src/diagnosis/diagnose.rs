//! Meets one event with the rules and the sources.
//!
//! Asks before it answers: as long as a file or a definition is missing, the answer is a [`Need`], and the caller comes again with
//! more. Nothing here opens a file.

use std::collections::{BTreeMap, BTreeSet};

use super::drift::Drift;
use super::facts::{Facts, Look};
use super::title::title;
use super::{Advice, Answer, Diagnosis, Fix, Known, Need, SUGGESTION, Spot};
use super::{birth, born, brackets, forward, operational};
use crate::event::{Applicability, Event, LineEdit, Suggestion};
use crate::redact::covered;
use crate::rule::{Catalogue, Found, Groups, Rule, RuleFix, Safety};
use crate::symbols::{Role, Symbols, Wanted};
use crate::syntax::{Source, language_of};
use crate::template::Site;
use crate::text::{ByteSpan, Edit, EditSet, FilePatch, LineNo, Patch, RepoPath};

/// How many of our frames are looked at, innermost first.
const MAX_SPOTS: usize = 8;
/// How many values are told of one place.
const MAX_SEEN: usize = 4;
/// How much a place loses against the one below it on the call stack.
const PER_FRAME: f64 = 0.6;

/// One event and where it stands in this repository.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Its index in the log.
    pub index: usize,
    /// The event.
    pub event: &'a Event,
    /// Our places of it, innermost last.
    pub spots: &'a [Spot],
}

/// What is known of the project so far.
pub struct World<'a> {
    /// The rules and templates.
    pub catalogue: &'a Catalogue,
    /// The sources read so far, whoever needed them.
    pub sources: &'a BTreeMap<RepoPath, Source>,
    /// Those of them that this case has asked for: donors and definitions come from these alone, so that the answer is the same whatever
    /// else the log holds.
    pub in_sight: &'a BTreeSet<RepoPath>,
    /// All files of the project.
    pub files: &'a [RepoPath],
    /// What was looked up already.
    pub asked: &'a BTreeSet<Wanted>,
    /// What was seen of values; none as long as nobody has looked.
    pub facts: Option<&'a Facts>,
    /// Which of the files are tests.
    pub is_test: &'a dyn Fn(&RepoPath) -> bool,
    /// Which of the files a patch may touch.
    pub may_edit: &'a dyn Fn(&RepoPath) -> bool,
    /// The file of the repository that a printed path means.
    pub resolve: &'a dyn Fn(&str) -> Option<RepoPath>,
    /// The text of a file at the top of the project that is no source: its metadata.
    pub read: &'a dyn Fn(&str) -> Option<String>,
}

/// What the rules see of a world: its sources and their model, which is read once for all rules and places.
struct View<'v> {
    world: &'v World<'v>,
    all: Vec<&'v Source>,
    symbols: &'v Symbols<'v>,
}

/// All causes that fit `case`, surest first, or what must be read before that can be said.
pub fn diagnose(case: Case<'_>, world: &World<'_>) -> Answer {
    let spots: Vec<&Spot> = case.spots.iter().rev().take(MAX_SPOTS).collect();
    let mut need = Need::default();
    let files = |suggestion: &Suggestion| {
        let by_bytes = suggestion.edits.iter().map(|edit| edit.file.clone());
        by_bytes.chain(suggestion.lines.iter().map(|edit| edit.file.clone())).collect::<Vec<_>>()
    };
    let suggested = case.event.suggestions.iter().flat_map(files).filter_map(|file| (world.resolve)(&file));
    need.paths.extend(spots.iter().map(|spot| spot.path.clone()).chain(suggested));
    need.paths.retain(|path| !world.in_sight.contains(path));
    if !need.is_empty() {
        return Answer::Need(need);
    }
    let all: Vec<&Source> = world.in_sight.iter().filter_map(|path| world.sources.get(path)).collect();
    let symbols = Symbols::of(&all).among(world.files);
    let view = View { world, all, symbols: &symbols };
    let mut diagnoses: Vec<Diagnosis> = suggestions(case, world).into_iter().collect();
    let drift = Drift::of(case, &symbols);
    if let Some(drift) = &drift {
        drift.need(&mut need);
    }
    for (rule, groups) in world.catalogue.for_event(case.event) {
        if rule.is_of_surroundings() {
            // A module that went away is no package to install.
            if drift.as_ref().is_some_and(Drift::is_of_gone_module) {
                continue;
            }
            diagnoses.push(environment(case, rule, &groups));
            continue;
        }
        for (depth, spot) in spots.iter().enumerate() {
            diagnoses.extend(by_rule(case, rule, &groups, spot, depth, &view, &mut need));
        }
    }
    let (of_none, words) = born::diagnoses(case, world, &view.all, view.symbols);
    need.words.extend(words);
    let (of_calls, words) = forward::diagnoses(case, world, &view.all, view.symbols);
    need.words.extend(words);
    need.words.retain(|word| !world.asked.contains(word));
    need.sweep.retain(|word| !world.asked.contains(&Wanted::new(Role::Anywhere, word)));
    if !need.is_empty() {
        return Answer::Need(need);
    }
    diagnoses.extend(brackets::diagnosis(case, world).into_iter().chain(of_none).chain(of_calls));
    if let Some(drift) = &drift {
        let found = drift.diagnosis(case, world, &view.all, view.symbols);
        diagnoses.retain_mut(|known| drift.leaves(known, found.as_ref()));
        diagnoses.extend(found);
    }
    // A rule of the language that advises knows more than the words of the message alone.
    if diagnoses.iter().all(|known| known.advice.is_empty()) {
        diagnoses.extend(operational::diagnosis(case));
    }
    diagnoses.sort_by(|one, two| two.confidence.total_cmp(&one.confidence));
    Answer::Known(diagnoses)
}

fn by_rule(case: Case<'_>, rule: &Rule, groups: &Groups, spot: &Spot, depth: usize, view: &View<'_>, need: &mut Need) -> Option<Diagnosis> {
    let world = view.world;
    let source = world.sources.get(&spot.path)?;
    if source.language().id() != case.event.language {
        return None;
    }
    need.words.extend(rule.sought(groups));
    need.sweep.extend(rule.beside().iter().cloned());
    let (tests, project): (Vec<&Source>, Vec<&Source>) =
        view.all.iter().filter(|other| other.path() != &spot.path).partition(|other| (world.is_test)(other.path()));
    let look = Look::at(world.facts);
    let known = Known::new(view.symbols).about(&case.event.message, &case.event.notes).asking(world.asked).seeing(&look);
    let site = Site { templates: world.catalogue.templates(), source, project: &project, tests: &tests, knowledge: &known };
    let places = rule.places(&site, spot.line, groups);
    need.facts |= look.has_missed();
    let mut first = places.first()?;
    let mut fixes = Vec::new();
    for found in &places {
        let answer = rule.explore(&site, found, groups);
        need.words.extend(answer.needs);
        let made: Vec<Fix> =
            answer.made.into_iter().filter_map(|fix| patched(fix, world)).filter(|fix| !silences_test(fix, world)).collect();
        if fixes.is_empty() && !made.is_empty() {
            first = found;
        }
        fixes.extend(made);
    }
    need.facts |= look.has_missed();
    let advice = advice(rule, groups);
    // What a fix finds in the code is part of the evidence: a rule whose fixes all find nothing has only read the message.
    if fixes.is_empty() && advice.is_empty() && rule.decline.is_none() {
        return None;
    }
    let seen = seen(world, spot, first);
    for fix in &mut fixes {
        fix.seen.clone_from(&seen);
    }
    Some(Diagnosis {
        event: case.index,
        rule: rule.id.to_string(),
        title: rule.summary.clone(),
        why: rule.why.clone(),
        spot: Some((*spot).clone()),
        span: Some(first.span).filter(|_| first.path == spot.path),
        confidence: rule.confidence * PER_FRAME.powi(i32::try_from(depth).unwrap_or(i32::MAX)),
        evidence: evidence(groups, world, first).into_iter().chain(seen).collect(),
        advice,
        fixes,
    })
}

/// A rule that speaks of the surroundings and has no fix needs no place in the code.
fn environment(case: Case<'_>, rule: &Rule, groups: &Groups) -> Diagnosis {
    Diagnosis {
        event: case.index,
        rule: rule.id.to_string(),
        title: rule.summary.clone(),
        why: rule.why.clone(),
        spot: case.spots.last().cloned(),
        span: None,
        confidence: rule.confidence,
        evidence: Vec::new(),
        advice: advice(rule, groups),
        fixes: Vec::new(),
    }
}

/// What the rule tells a person to do.
fn advice(rule: &Rule, groups: &Groups) -> Vec<Advice> {
    rule.advice(groups).into_iter().map(|told| Advice { text: told.text, command: told.command }).collect()
}

/// What was seen: the code at the place, and what the message says of it.
fn evidence(groups: &Groups, world: &World<'_>, found: &Found) -> Vec<String> {
    let place = world.sources.get(&found.path).map(|source| {
        let code = source.text(found.span).lines().next().unwrap_or_default().trim();
        format!("{}:{} holds `{code}`", found.path, source.lines().line_of(found.span.start))
    });
    let mut seen: Vec<String> = place.into_iter().collect();
    seen.extend(groups.iter().filter(|(name, _)| *name != "fault").map(|(name, text)| format!("the message names {name}: {text}")));
    seen
}

/// What was seen of the values that the place is about, and of those that were None beside it.
fn seen(world: &World<'_>, spot: &Spot, found: &Found) -> Vec<String> {
    let Some((facts, source)) = world.facts.zip(world.sources.get(&found.path).filter(|_| found.path == spot.path)) else {
        return Vec::new();
    };
    let captured = found.captures.values().filter(|span| source.lines().line_of(span.start) == spot.line).map(|span| source.text(*span));
    let mut texts: Vec<&str> = captured.collect();
    texts.extend(facts.nones(&spot.path, spot.line));
    let mut known = BTreeSet::new();
    texts.retain(|text| known.insert(*text));
    texts.truncate(MAX_SEEN);
    let nones = facts.nones(&spot.path, spot.line);
    let born = texts.iter().filter(|text| nones.contains(*text)).filter_map(|text| birth::told(source, spot.line, text));
    facts.told(&spot.path, spot.line, &texts).into_iter().chain(born.map(|told| covered(&told).into_owned())).collect()
}

/// The fix with its edits made in the sources; none where one of its files is not at hand.
fn patched(fix: RuleFix, world: &World<'_>) -> Option<Fix> {
    let patch = patch_of(&fix.instance.edits, world)?;
    let title = title(&fix.instance.edits, world.sources, &fix.title);
    let templates = fix.template.iter().map(ToString::to_string).collect();
    Some(Fix { title, safety: safety(fix.safety), risk: fix.risk, seen: Vec::new(), templates, patch })
}

/// Whether the fix writes a guard, a default or an early return into a test: the test is the witness, and would say no more.
fn silences_test(fix: &Fix, world: &World<'_>) -> bool {
    let n_covers = |path: &RepoPath, text: &[u8]| {
        let covers = language_of(path).map(|language| &language.habits().covers);
        covers.map_or(0, |covers| covers.find_iter(&String::from_utf8_lossy(text)).count())
    };
    let is_silenced = |file: &FilePatch| n_covers(&file.path, &file.after) > n_covers(&file.path, &file.before);
    fix.patch.files().iter().any(|file| (world.is_test)(&file.path) && is_silenced(file))
}

pub(super) fn patch_of(edits: &BTreeMap<RepoPath, EditSet>, world: &World<'_>) -> Option<Patch> {
    let file = |(path, edits): (&RepoPath, &EditSet)| {
        let before = world.sources.get(path)?.bytes();
        Some(FilePatch { path: path.clone(), before: before.clone(), after: edits.apply(before).ok()?.into() })
    };
    let patch = Patch::new(edits.iter().map(file).collect::<Option<Vec<_>>>()?);
    (!patch.is_empty()).then_some(patch)
}

/// What the compiler itself proposes, each suggestion a fix of its own, the surest first.
fn suggestions(case: Case<'_>, world: &World<'_>) -> Option<Diagnosis> {
    let mut ordered: Vec<&Suggestion> = case.event.suggestions.iter().collect();
    ordered.sort_by_key(|suggestion| (suggestion.applicability, is_of_std_where_none_is(suggestion, world)));
    let fixes: Vec<Fix> = ordered.into_iter().filter_map(|suggestion| suggested(suggestion, world)).collect();
    let first = case.event.suggestions.first().filter(|_| !fixes.is_empty())?;
    Some(Diagnosis {
        event: case.index,
        rule: SUGGESTION.to_owned(),
        title: first.message.clone(),
        why: case.event.message.clone(),
        spot: case.spots.last().cloned(),
        span: None,
        confidence: 0.9,
        evidence: vec![format!("the compiler prints {} of its own", if fixes.len() == 1 { "a suggestion" } else { "suggestions" })],
        advice: Vec::new(),
        fixes,
    })
}

/// Whether a suggestion imports from `std` in a file that imports from `core` or `alloc` alone: the crate may do without `std`.
fn is_of_std_where_none_is(suggestion: &Suggestion, world: &World<'_>) -> bool {
    const STD: &str = "use std::";
    let edits = suggestion.edits.iter().map(|edit| (&edit.file, edit.after.contains(STD)));
    let lines = suggestion.lines.iter().map(|edit| (&edit.file, edit.after.iter().any(|line| line.contains(STD))));
    let file = edits.chain(lines).find(|(_, is_std)| *is_std).and_then(|(file, _)| (world.resolve)(file));
    file.and_then(|path| world.sources.get(&path)).is_some_and(is_without_std)
}

fn suggested(suggestion: &Suggestion, world: &World<'_>) -> Option<Fix> {
    if is_invention(suggestion) {
        return None;
    }
    let mut by_file: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
    for edit in suggestion.lines.iter().filter(|_| suggestion.edits.is_empty()) {
        let path = (world.resolve)(&edit.file)?;
        let edit = of_lines(edit, world.sources.get(&path)?)?;
        by_file.entry(path).or_default().push(edit);
    }
    for edit in &suggestion.edits {
        let path = (world.resolve)(&edit.file)?;
        let span = ByteSpan::new(edit.bytes.start, edit.bytes.end.max(edit.bytes.start));
        let now = world.sources.get(&path)?.bytes().get(span.start..span.end)?;
        // A log of another version has other bytes there.
        if edit.before.as_ref().is_some_and(|before| before.as_bytes() != now) {
            return None;
        }
        let text = as_here(plain(&edit.after), world.sources.get(&path)?);
        by_file.entry(path).or_default().push(Edit { span, text });
    }
    let sets = by_file.into_iter().map(|(path, edits)| Some((path, EditSet::new(edits).ok()?))).collect::<Option<BTreeMap<_, _>>>()?;
    // Its own edits say where an insertion stands, and what of another suggestion it meets.
    let made = sets.iter().map(|(path, set)| Some((path.clone(), world.sources.get(path)?.bytes(), set))).collect::<Option<Vec<_>>>()?;
    let patch = Patch::exact(made).ok().filter(|patch| !patch.is_empty())?;
    let safety = match suggestion.applicability {
        Applicability::MachineApplicable => "safe",
        Applicability::MaybeIncorrect | Applicability::Unspecified | Applicability::HasPlaceholders => "unsafe",
    };
    Some(Fix { title: suggestion.message.clone(), safety, risk: None, seen: Vec::new(), templates: Vec::new(), patch })
}

/// Where the prelude lies: the compiler writes the whole path in crates without the standard library, and nobody else does.
const PRELUDES: &[&str] = &["core::prelude::v1::", "std::prelude::v1::"];

/// A suggested text as a person would write it.
fn plain(text: &str) -> String {
    PRELUDES.iter().fold(text.to_owned(), |text, prelude| text.replace(prelude, ""))
}

/// The modules of `std` that hold nothing but what `core` holds, too.
const OF_CORE: &[&str] = &[
    "any", "cell", "clone", "cmp", "convert", "default", "future", "iter", "marker", "mem", "num", "ops", "option", "pin", "ptr", "result",
    "task",
];

/// An import from `std` as one from `core`, in a file that imports from `core` or `alloc` alone.
fn as_here(text: String, source: &Source) -> String {
    let is_of_core = text.trim_start().strip_prefix("use std::").is_some_and(|rest| {
        let module = rest.split([':', ';']).next().unwrap_or_default();
        OF_CORE.contains(&module)
            || ["fmt;", "fmt::Debug", "fmt::Display", "fmt::Write", "hash::Hash;", "hash::Hasher"].iter().any(|name| rest.starts_with(name))
    });
    if is_of_core && is_without_std(source) { text.replacen("use std::", "use core::", 1) } else { text }
}

/// Whether a file imports from `core` or `alloc` alone: its crate may do without `std`.
fn is_without_std(source: &Source) -> bool {
    let imports = |root: &str| source.whole_text().lines().any(|line| line.starts_with(root));
    !imports("use std::") && (imports("use core::") || imports("use alloc::"))
}

/// What stands for a part that a person must fill in. The compiler says of many suggestions that they have one, and prints it in few.
const PLACEHOLDERS: &[&str] = &["/*", "todo!", "unimplemented!", "...", "<type>", "<value>", "ident>"];

/// How the compiler begins to suggest a value of which it knows the type alone, or one of all forms that there are.
const MADE_UP: &[&str] =
    &["consider assigning a value", "give the `return` a value", "try changing it to one of the following valid forms"];

/// Whether a suggestion holds what a person must fill in, or what the compiler made up.
fn is_invention(suggestion: &Suggestion) -> bool {
    let edits = suggestion.edits.iter().map(|edit| edit.after.as_str());
    let added = suggestion.lines.iter().flat_map(|edit| edit.after.iter().filter(|line| !edit.before.contains(&Some((*line).clone()))));
    let has_placeholder = |text: &str| PLACEHOLDERS.iter().any(|mark| text.contains(mark));
    MADE_UP.iter().any(|message| suggestion.message.starts_with(message)) || edits.chain(added.map(String::as_str)).any(has_placeholder)
}

/// A replacement of whole lines as one of bytes; none where the lines hold something else by now.
fn of_lines(edit: &LineEdit, source: &Source) -> Option<Edit> {
    let first = LineNo::new(edit.line)?;
    let line = |n: usize| source.lines().span_of(LineNo::from_row(first.row() + n));
    for (n, before) in edit.before.iter().enumerate() {
        let now = source.text(line(n)?).trim_end_matches('\r');
        if before.as_ref().is_some_and(|before| before != now) {
            return None;
        }
    }
    let start = line(0)?.start;
    let eol = if source.bytes().windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let text = edit.after.join(eol);
    if edit.before.is_empty() {
        return Some(Edit { span: ByteSpan::empty(start), text: text + eol });
    }
    let last = line(edit.before.len() - 1)?;
    let end = last.end - usize::from(source.text(last).ends_with('\r'));
    Some(Edit { span: ByteSpan::new(start, end), text })
}

fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
        Safety::Display => "display",
    }
}
