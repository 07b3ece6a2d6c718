//! Twins of an example: the same change with other line ends, tabs, one block deeper, without a final newline, in a macro.
//!
//! They are made, never written: what holds for an example must hold however the file is laid out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::brackets::is_expression;
use super::line::Lines;
use super::vocabulary::Vocabulary;
use super::{Example, Templates};
use crate::syntax::{Node, Source, span};
use crate::text::{ByteSpan, EditSet, RepoPath};

/// One twin, and what makes it one.
pub(crate) struct Twin {
    pub(crate) sort: &'static str,
    pub(crate) example: Example,
}

/// The twins of `example`, whose `after` came from `edits` at `target`; `is_import` where the edits put a line elsewhere.
pub(crate) fn twins(
    example: &Example,
    path: &RepoPath,
    target: ByteSpan,
    edits: &BTreeMap<RepoPath, EditSet>,
    templates: &Templates,
    is_import: bool,
) -> Vec<Twin> {
    let parse = |text: &str| Source::parse(path.clone(), Arc::from(text.as_bytes())).ok();
    let Some(after) = &example.after else { return Vec::new() };
    let (Some(before), Some(after)) = (parse(&example.before), parse(after)) else { return Vec::new() };
    let Some(vocabulary) = templates.vocabulary_of(&before) else { return Vec::new() };
    let pair = Pair { example, before: &before, after: &after, vocabulary };
    let nested = Some(pair.nested()).filter(|_| !is_import || !vocabulary.imports.scopes.is_empty());
    let macros = edits.get(path).and_then(|edits| pair.in_macro(target, edits));
    [Some(pair.carried()), pair.tabbed(), nested, pair.without_newline(), macros].into_iter().flatten().collect()
}

/// An example and its two sources.
struct Pair<'p> {
    example: &'p Example,
    before: &'p Source,
    after: &'p Source,
    vocabulary: &'p Vocabulary,
}

impl Pair<'_> {
    fn twin(&self, sort: &'static str, before: String, after: String) -> Twin {
        Twin { sort, example: Example { before, after: Some(after), rank: None, ..self.example.clone() } }
    }

    fn carried(&self) -> Twin {
        let carried = |source: &Source| source.whole_text().replace("\r\n", "\n").replace('\n', "\r\n");
        self.twin("CRLF", carried(self.before), carried(self.after))
    }

    /// Tabs for the indentation; none for examples that have none.
    fn tabbed(&self) -> Option<Twin> {
        let unit = Lines::of(self.before).unit(self.vocabulary);
        let tabbed = |source: &Source| {
            self.lines_of(source, |line| {
                let blanks = line.len() - line.trim_start_matches(' ').len();
                format!("{}{}", "\t".repeat(blanks / unit.len()), &line[blanks / unit.len() * unit.len()..])
            })
        };
        (!unit.contains('\t')).then(|| self.twin("tabs", tabbed(self.before), tabbed(self.after)))
    }

    fn nested(&self) -> Twin {
        let [open, close] = &self.vocabulary.layout.nest;
        let indent = Lines::of(self.before).unit(self.vocabulary);
        let line_end = Lines::of(self.before).line_end();
        let nested = |source: &Source| {
            let inside = self.lines_of(source, |line| if line.trim().is_empty() { line.to_owned() } else { format!("{indent}{line}") });
            let newline = if inside.ends_with('\n') || close.is_empty() { "" } else { line_end };
            format!("{}{inside}{newline}{close}", open.replace('\n', line_end))
        };
        let twin = self.twin("nested", nested(self.before), nested(self.after));
        Twin { example: Example { line: self.example.line.map(|line| line + 1), ..twin.example }, ..twin }
    }

    fn without_newline(&self) -> Option<Twin> {
        let cut = |source: &Source| {
            let text = source.whole_text().strip_suffix('\n')?;
            Some(text.strip_suffix('\r').unwrap_or(text).to_owned())
        };
        Some(self.twin("no final newline", cut(self.before)?, cut(self.after)?))
    }

    /// The statement's expression around the target as the argument of a macro.
    fn in_macro(&self, target: ByteSpan, edits: &EditSet) -> Option<Twin> {
        let [open, close] = &self.vocabulary.layout.twin.as_ref()?.around;
        let whole = span(self.whole_expression(target)?);
        let is_inside = |edit: ByteSpan| whole.contains(edit);
        let is_apart = |edit: ByteSpan| edit.end <= whole.start || edit.start >= whole.end;
        if !edits.edits().iter().all(|edit| is_inside(edit.span) || is_apart(edit.span)) {
            return None;
        }
        let grown = |until: usize| {
            let before = edits.edits().iter().filter(|edit| edit.span.end <= until && !(edit.span.is_empty() && edit.span.start == until));
            before.fold(until, |at, edit| at + edit.text.len() - edit.span.len())
        };
        // What is put right before the expression is not in it.
        let at_start: usize =
            edits.edits().iter().filter(|edit| edit.span == ByteSpan::empty(whole.start)).map(|edit| edit.text.len()).sum();
        let wrapped = |text: &str, whole: ByteSpan| {
            format!("{}{open}{}{close}{}", &text[..whole.start], &text[whole.start..whole.end], &text[whole.end..])
        };
        let after = ByteSpan::new(grown(whole.start) + at_start, grown(whole.end));
        let before = wrapped(self.before.whole_text(), whole);
        Some(self.twin("in a macro", before, wrapped(self.after.whole_text(), after)))
    }

    /// The largest expression around the target that is still inside one statement; none where the target is no part of one.
    fn whole_expression(&self, target: ByteSpan) -> Option<Node<'_>> {
        let twin = self.vocabulary.layout.twin.as_ref()?;
        let mut node = self.before.node_at(target)?;
        for parent in self.before.ancestors(node) {
            let is_tail = self.vocabulary.is("block", parent) && parent != self.before.root();
            if is_tail || twin.inside.iter().any(|kind| kind == parent.kind()) {
                let is_value = self.vocabulary.has_role(self.before, node, "value");
                return Some(node).filter(|&node| is_value && is_expression(self.before.text_of(node), self.vocabulary));
            }
            node = parent;
        }
        None
    }

    /// The text with `change` made to every line that does not start inside a string.
    fn lines_of(&self, source: &Source, change: impl Fn(&str) -> String) -> String {
        let lines = Lines::of(source);
        let mut out = String::new();
        let mut at = 0;
        for line in source.whole_text().split_inclusive('\n') {
            out.push_str(&if lines.starts_in_string(at, self.vocabulary) { line.to_owned() } else { change(line) });
            at += line.len();
        }
        out
    }
}
