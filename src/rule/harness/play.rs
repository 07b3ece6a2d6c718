//! One example of a rule, played: its first patch, a second pass on what it made, its twins, and its rivals among the rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Problem;
use crate::rule::catalogue::Catalogue;
use crate::rule::example::Example;
use crate::rule::{Rule, RuleFix};
use crate::syntax::Source;
use crate::template::{Example as TemplateExample, Site, Template, twins};
use crate::text::{ByteSpan, Edit, EditSet, LineIndex, LineNo};

/// One example, played.
pub(super) struct Play<'p> {
    catalogue: &'p Catalogue,
    rule: &'p Rule,
    example: &'p Example,
    /// The patches over all places, in order, and the texts that they make.
    pub(super) patches: Vec<(RuleFix, String)>,
    /// The first thing the rule advises.
    advice: Option<String>,
    /// How far the rule came.
    why: String,
}

impl<'p> Play<'p> {
    pub(super) fn of(catalogue: &'p Catalogue, rule: &'p Rule, example: &'p Example) -> Play<'p> {
        let mut play = Play { catalogue, rule, example, patches: Vec::new(), advice: None, why: String::new() };
        play.why = play.run().unwrap_or_else(|why| why);
        play
    }

    fn run(&mut self) -> Result<String, String> {
        let (rule, example) = (self.rule, self.example);
        let groups = rule.answers(&example.symptom(rule.language)).ok_or("the event does not fit")?;
        self.advice = rule.advice(&groups).into_iter().next().map(|advice| advice.text);
        let source = source(rule, example.before.as_deref().unwrap_or_default()).ok_or("`before` is no source")?;
        if source.n_errors() > 0 && rule.line.is_none() {
            return Err("`before` has a syntax error".to_owned());
        }
        let others = example.others();
        let others: Vec<&Source> = others.iter().collect();
        let site = site(self.catalogue, &source, &others, example);
        let line = LineNo::new(example.line).ok_or("lines count from one")?;
        let places = rule.places(&site, line, &groups);
        if places.is_empty() {
            return Err("the event fits, and no place does".to_owned());
        }
        let mut refused: BTreeMap<String, u32> = BTreeMap::new();
        for found in &places {
            let fixes = rule.explore(&site, found, &groups);
            fixes.refused.into_iter().for_each(|(reason, count)| *refused.entry(reason).or_default() += count);
            self.patches.extend(fixes.made.into_iter().map(|fix| (made(&source, &fix), fix)).map(|(text, fix)| (fix, text)));
        }
        Ok(format!("{} places, refused: {refused:?}", places.len()))
    }

    /// What is wrong with the answer, its second pass and its twins.
    pub(super) fn check(&self) -> Vec<Problem> {
        if let Some(expected) = &self.example.advice {
            let is_said = self.advice.as_ref() == Some(expected);
            return if is_said { Vec::new() } else { vec![self.wrong(expected, self.advice.as_deref().unwrap_or_default())] };
        }
        let first = self.patches.first();
        match (&self.example.after, first) {
            (None, Some((_, made))) => vec![self.noisy(self.example.name.clone(), made)],
            (None, None) => Vec::new(),
            (Some(_), None) => vec![self.missing()],
            (Some(expected), Some((_, made))) if expected != made => vec![self.wrong(expected, made)],
            (Some(expected), Some((fix, _))) => {
                let again = self.second_pass(fix, expected);
                again.into_iter().chain(self.check_twins(fix)).collect()
            }
        }
    }

    /// The same failure in the text that was made: it must find nothing left to do.
    fn second_pass(&self, fix: &RuleFix, after: &str) -> Option<Problem> {
        let source = source(self.rule, after)?;
        let before = self.example.before.as_deref().unwrap_or_default();
        let edits = fix.instance.edits.get(source.path())?;
        let marked =
            self.example.marked_span(before).map(|span| ByteSpan::new(moved(edits, span.start, false), moved(edits, span.end, true)));
        let language = self.rule.language;
        let symptom = self.example.symptom_marking(language, marked.map(|span| self.example.mark(language, after, span)));
        let groups = self.rule.answers(&symptom)?;
        let others = self.example.others();
        let others: Vec<&Source> = others.iter().collect();
        let site = site(self.catalogue, &source, &others, self.example);
        let line = self.line_after(edits, before, &source);
        let places = self.rule.places(&site, line, &groups);
        let again = places.iter().flat_map(|found| self.rule.fixes(&site, found, &groups)).next()?;
        Some(self.noisy(format!("{} (second pass)", self.example.name), &made(&source, &again)))
    }

    /// The line of the failure in the text that was made.
    fn line_after(&self, edits: &EditSet, before: &str, after: &Source) -> LineNo {
        let before = LineIndex::new(before.as_bytes());
        let line = LineNo::new(self.example.line).unwrap_or(LineNo::from_row(0));
        let end = before.span_of(line).map_or(0, |span| span.end);
        after.lines().line_of(moved(edits, end, true))
    }

    fn check_twins(&self, fix: &RuleFix) -> Vec<Problem> {
        let Some(before) = &self.example.before else { return Vec::new() };
        let Some(target) = self.target() else { return Vec::new() };
        let example = TemplateExample {
            name: self.example.name.clone(),
            before: before.clone(),
            after: self.example.after.clone(),
            line: Some(self.example.line),
            given: BTreeMap::new(),
            tests: Vec::new(),
            types: BTreeMap::new(),
            answers: BTreeMap::new(),
            rank: None,
        };
        let templates = self.catalogue.templates();
        let is_import = fix.template.as_ref().and_then(|id| templates.get(id.as_str())).is_some_and(Template::change_imports);
        let path = Example::path(self.rule.language);
        let twins = twins(&example, &path, target, &fix.instance.edits, templates, is_import);
        twins
            .into_iter()
            .filter_map(|twin| {
                let line = twin.example.line.unwrap_or(self.example.line);
                let twin = Example {
                    name: format!("{} ({})", twin.example.name, twin.sort),
                    before: Some(twin.example.before),
                    after: twin.example.after,
                    line,
                    label_line: self.example.label_line + line - self.example.line,
                    ..self.example.clone()
                };
                let play = Play::of(self.catalogue, self.rule, &twin);
                match (play.patches.first(), &twin.after) {
                    (Some((_, made)), Some(after)) if made == after => None,
                    (Some((_, made)), Some(after)) => Some(play.wrong(after, made)),
                    _ => Some(play.missing()),
                }
            })
            .collect()
    }

    /// Where the first patch is made; none for a new line, which has no twins: what does not parse has no layout to change.
    fn target(&self) -> Option<ByteSpan> {
        if self.rule.line.is_some() {
            return None;
        }
        let source = source(self.rule, self.example.before.as_deref()?)?;
        let others = self.example.others();
        let others: Vec<&Source> = others.iter().collect();
        let site = site(self.catalogue, &source, &others, self.example);
        let groups = self.rule.answers(&self.example.symptom(self.rule.language))?;
        let places = self.rule.places(&site, LineNo::new(self.example.line)?, &groups);
        let found = places.iter().find(|found| !self.rule.fixes(&site, found, &groups).is_empty())?;
        let fix = &self.rule.fixes[self.patches.first()?.0.nth];
        found.captures.get(&fix.target).copied()
    }

    /// Other rules of the same confidence that answer the example.
    pub(super) fn check_shared(&self) -> Vec<Problem> {
        let (rule, example) = (self.rule, self.example);
        if !example.is_positive() {
            return Vec::new();
        }
        let rank = |rule: &Rule| rule.confidence.to_bits();
        let rivals =
            self.catalogue.rules().filter(|other| other.id != rule.id && other.language == rule.language && rank(other) == rank(rule));
        let answers = rivals.filter(|other| {
            let play = Play::of(self.catalogue, other, example);
            !play.patches.is_empty() || (example.advice.is_some() && play.advice.is_some())
        });
        answers.map(|other| Problem::Shared { rule: rule.id.clone(), example: example.name.clone(), other: other.id.clone() }).collect()
    }

    fn missing(&self) -> Problem {
        Problem::Missing { rule: self.rule.id.clone(), example: self.example.name.clone(), why: self.why.clone() }
    }

    fn noisy(&self, example: String, made: &str) -> Problem {
        Problem::Noisy { rule: self.rule.id.clone(), example, made: made.to_owned() }
    }

    fn wrong(&self, expected: &str, made: &str) -> Problem {
        let (expected, made) = (expected.to_owned(), made.to_owned());
        Problem::Wrong { rule: self.rule.id.clone(), example: self.example.name.clone(), expected, made }
    }
}

fn source(rule: &Rule, text: &str) -> Option<Source> {
    Source::parse(Example::path(rule.language), Arc::from(text.as_bytes())).ok()
}

fn site<'a>(catalogue: &'a Catalogue, source: &'a Source, others: &'a [&'a Source], example: &'a Example) -> Site<'a> {
    Site { templates: catalogue.templates(), source, project: others, tests: &[], knowledge: example }
}

fn made(source: &Source, fix: &RuleFix) -> String {
    let edits = fix.instance.edits.get(source.path());
    let bytes = edits.and_then(|edits| edits.apply(source.bytes()).ok()).unwrap_or_else(|| source.bytes().to_vec());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Where the byte `at` stands after the edits: behind an insertion at this very place for an end, before it for a start.
fn moved(edits: &EditSet, at: usize, is_end: bool) -> usize {
    let before = |edit: &&Edit| {
        let is_insertion_here = edit.span == ByteSpan::empty(at);
        (edit.span.end <= at && !is_insertion_here) || (is_insertion_here && is_end)
    };
    let shifted = edits.edits().iter().filter(before).fold(at, |at, edit| at + edit.text.len() - edit.span.len());
    // A place inside of what was replaced moves to its border.
    let around = edits.edits().iter().find(|edit| edit.span.start < at && at < edit.span.end);
    around.map_or(shifted, |edit| {
        let start = shifted - (at - edit.span.start);
        if is_end { start + edit.text.len() } else { start }
    })
}
