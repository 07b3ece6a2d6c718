//! The `[line]` part of a rule: a text that does not parse, rewritten line by line.
//!
//! What stands in an error of the parser has no stable nodes, so no query finds it: a regular expression reads the one line that the
//! language's own parser named. The new line must leave fewer syntax errors in the file, or none; whether it compiles is for the trial to say.

use std::collections::BTreeMap;

use super::fix::{Fixes, RuleFix};
use super::phrase::Phrase;
use super::place::Found;
use super::trigger::{Groups, Words};
use super::{Rule, Safety};
use crate::syntax::{Node, Source};
use crate::template::Instance;
use crate::text::{ByteSpan, Edit, EditSet, LineNo};

/// How a line is read, and what comes in its place.
#[derive(Debug)]
pub(super) struct LineForm {
    pub(super) pattern: Words,
    /// Alternatives, the best first.
    pub(super) rewrites: Vec<Phrase>,
    /// Whether all lines of the file that the pattern reads are written anew: the parser names the first one only.
    pub(super) is_every: bool,
    pub(super) safety: Safety,
    pub(super) risk: Option<String>,
}

impl LineForm {
    /// The line as a place, if its text is one that the rule reads.
    pub(super) fn place(&self, source: &Source, line: LineNo) -> Option<Found> {
        let span = text_of(source, line)?;
        self.pattern.read(source.text(span))?;
        Some(Found { path: source.path().clone(), span, captures: BTreeMap::new() })
    }

    /// The new lines that leave fewer errors, or none. Some grammars take more than the language: there the compiler alone judges.
    fn explore(&self, source: &Source, found: &Found, groups: &Groups) -> Fixes {
        let mut fixes = Fixes::default();
        for (nth, phrase) in self.rewrites.iter().enumerate() {
            let Some((title, edits)) = self.rewritten(source, found, groups, phrase) else { continue };
            let is_better = |after: Source| after.n_errors() == 0 || after.n_errors() < source.n_errors();
            if !source.after(&edits).is_ok_and(is_better) {
                *fixes.refused.entry("no fewer syntax errors".to_owned()).or_default() += 1;
                continue;
            }
            fixes.made.push(RuleFix {
                title,
                template: None,
                safety: self.safety,
                risk: self.risk.clone(),
                instance: Instance { edits: BTreeMap::from([(found.path.clone(), edits)]), rank: 1.0, filled: BTreeMap::new() },
                nth,
            });
        }
        fixes
    }

    /// The line at `found` as `phrase` has it, and with it all others where the rule says so.
    fn rewritten(&self, source: &Source, found: &Found, groups: &Groups, phrase: &Phrase) -> Option<(String, EditSet)> {
        let end = if source.whole_text().contains("\r\n") { "\r\n" } else { "\n" };
        let new = |span: ByteSpan| {
            let read = self.pattern.read(source.text(span))?;
            phrase.fill(|name| {
                let here = read.iter().find(|(group, _)| group == name).map(|(_, text)| text.as_str());
                here.or_else(|| groups.get(name)).map(str::to_owned)
            })
        };
        let new = |span: ByteSpan| new(span).map(|text| text.replace('\n', end));
        let text = new(found.span)?;
        let title = format!("write `{}`", text.trim());
        let mut edits = vec![Edit { span: found.span, text }];
        if self.is_every {
            let lines = (0..).map(LineNo::from_row).map_while(|line| text_of(source, line));
            let others = lines.filter(|span| *span != found.span && !is_in_string(source, *span));
            edits.extend(others.filter_map(|span| Some(Edit { span, text: new(span)? })));
        }
        Some((title, EditSet::new(edits).ok()?))
    }
}

/// The bytes of a line without its end.
fn text_of(source: &Source, line: LineNo) -> Option<ByteSpan> {
    let span = source.lines().span_of(line)?;
    let text = source.text(span).trim_end_matches(['\n', '\r']);
    Some(ByteSpan::new(span.start, span.start + text.len()))
}

/// Whether the line begins inside a text of several lines.
fn is_in_string(source: &Source, line: ByteSpan) -> bool {
    let Some(node) = source.covering(ByteSpan::empty(line.start)) else { return false };
    let is_around = |node: &Node<'_>| node.kind().contains("string") && node.start_byte() < line.start && line.start < node.end_byte();
    std::iter::once(node).chain(source.ancestors(node)).any(|node| is_around(&node))
}

impl Rule {
    /// The new lines at `found`; none for a rule that changes nodes.
    pub(super) fn lines(&self, source: &Source, found: &Found, groups: &Groups) -> Option<Fixes> {
        self.line.as_ref().map(|line| line.explore(source, found, groups))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Catalogue;

    /// The twin with CRLF of each example is answered with the twin of its answer.
    #[test]
    fn lines_keep_the_line_ends_of_their_file() {
        let mut n_played = 0;
        for rule in Catalogue::embedded().rules() {
            let Some(form) = &rule.line else { continue };
            for example in rule.examples.iter().filter(|example| example.is_positive()) {
                let (Some(before), Some(after)) = (&example.before, &example.after) else { continue };
                let path = super::super::example::Example::path(rule.language);
                let text = before.replace('\n', "\r\n");
                let source = Source::parse(path, text.as_bytes().into()).unwrap();
                let groups = rule.answers(&example.symptom(rule.language)).unwrap();
                let found = form.place(&source, LineNo::new(example.line).unwrap()).unwrap();
                let first = form.explore(&source, &found, &groups).made.into_iter().next().unwrap();
                let made = first.instance.edits.values().next().unwrap().apply(text.as_bytes()).unwrap();
                assert_eq!(String::from_utf8(made).unwrap(), after.replace('\n', "\r\n"), "{}: {}", rule.id, example.name);
                n_played += 1;
            }
        }
        assert!(n_played > 20);
    }
}
