//! The seven edits: what each does where it is put. Texts are written later, by `compose`.

mod import;
mod list;
mod statement;

use super::bound::{Bound, Placed, Value};
use super::line::Lines;
use super::refusal::Refusal;
use super::relation::nearest;
use super::text::Text;
use super::vocabulary::Vocabulary;
use crate::syntax::{Node, Source};
use crate::text::ByteSpan;

/// What an edit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Replace,
    Before,
    After,
    First,
    Last,
    Delete,
    Import,
}

/// The names of the edits in template files.
pub(super) const OPS: [(&str, Op); 7] = [
    ("replace", Op::Replace),
    ("before", Op::Before),
    ("after", Op::After),
    ("first", Op::First),
    ("last", Op::Last),
    ("delete", Op::Delete),
    ("import", Op::Import),
];

/// One edit of a template.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) op: Op,
    /// The hole at whose nodes it is done.
    pub(super) at: String,
    pub(super) text: Text,
    /// Whether a list item gets a comma behind it where the list has one there.
    pub(super) comma: bool,
}

/// Bytes of a file and what comes in their place; the text is not written yet.
#[derive(Clone)]
pub(super) struct Slot<'s> {
    pub(super) source: &'s Source,
    pub(super) span: ByteSpan,
    pub(super) lead: String,
    pub(super) text: Option<&'s Text>,
    pub(super) tail: String,
    /// The indentation of the text's further lines.
    pub(super) indent: String,
    /// Whether the text stands for one node, so that it must come back as one.
    pub(super) is_whole: bool,
}

/// Where an edit is put.
#[derive(Clone, Copy)]
pub(super) struct Spot<'s> {
    at: Placed<'s>,
    edit: &'s Edit,
    vocabulary: &'s Vocabulary,
    lines: Lines<'s>,
}

impl Edit {
    /// What the edit changes; one node at a time for a hole that holds several.
    pub(super) fn slots<'s>(&'s self, vocabulary: &'s Vocabulary, bound: &Bound<'s>) -> Result<Vec<Slot<'s>>, Refusal> {
        let mut slots = Vec::new();
        for at in bound.nodes(&self.at) {
            let spot = Spot { at, edit: self, vocabulary, lines: Lines::of(at.source) };
            slots.extend(spot.slots(bound)?);
        }
        if slots.is_empty() { Err(Refusal::Unfilled(self.at.clone())) } else { Ok(slots) }
    }
}

impl<'s> Spot<'s> {
    fn slots(self, bound: &Bound<'s>) -> Result<Vec<Slot<'s>>, Refusal> {
        match self.edit.op {
            Op::Replace => {
                self.refuse_inline_name(bound)?;
                self.replace().map(|slot| vec![slot])
            }
            Op::Before | Op::After => self.beside(),
            Op::First | Op::Last => self.inside(bound),
            Op::Delete => self.delete(),
            Op::Import => self.import(bound).map(|slot| vec![slot]),
        }
    }

    fn replace(self) -> Result<Slot<'s>, Refusal> {
        let place = self.at.span();
        let is_statement = self.climbed().is_some_and(|node| self.is_statement(node) && self.at.source.span_of(node) == place);
        let is_alone = self.lines.is_first(place.start) && self.lines.is_last(place.end, self.vocabulary);
        if is_statement && !is_alone && self.edit.text.has_lines() {
            return Err(Refusal::SharedLine);
        }
        self.refuse_in_string()?;
        Ok(Slot { is_whole: true, ..self.slot(place) })
    }

    /// A slot that puts the edit's text at `place`, indented as the line there.
    fn slot(self, place: ByteSpan) -> Slot<'s> {
        Slot {
            source: self.at.source,
            span: place,
            lead: String::new(),
            text: Some(&self.edit.text),
            tail: String::new(),
            indent: self.lines.indent(place.start).to_owned(),
            is_whole: false,
        }
    }

    /// A slot that only takes away.
    fn cut(self, place: ByteSpan) -> Slot<'s> {
        Slot { text: None, ..self.slot(place) }
    }

    fn beside(self) -> Result<Vec<Slot<'s>>, Refusal> {
        let is_before = self.edit.op == Op::Before;
        if let Some(list) = self.list_around() {
            return Ok(if is_before { vec![list::before_item(self, self.at.node)] } else { list.after(self) });
        }
        let name = if is_before { "before" } else { "after" };
        let node = self.climbed().ok_or(Refusal::Place(name, "a statement, a list item or a match arm"))?;
        if is_before { self.before(node).map(|slot| vec![slot]) } else { self.behind(node) }
    }

    fn inside(self, bound: &Bound<'s>) -> Result<Vec<Slot<'s>>, Refusal> {
        let is_first = self.edit.op == Op::First;
        let body = self.at.node.child_by_field_name("body");
        let node = std::iter::once(self.at.node).chain(body).find(|&node| self.is_block(node) || self.is_list(node));
        let Some(node) = node else { return Err(Refusal::Place(if is_first { "first" } else { "last" }, "a block or a list")) };
        if self.is_list(node) {
            let list = list::List::of(node);
            return Ok(if is_first { vec![list.first(self)] } else { list.last(self, bound) });
        }
        if is_first { self.block_first(node).map(|slot| vec![slot]) } else { self.block_last(node) }
    }

    fn delete(self) -> Result<Vec<Slot<'s>>, Refusal> {
        if let Some(list) = self.list_around() {
            return Ok(list.single_comma(self).into_iter().chain([self.cut(list.without(self))]).collect());
        }
        if let Some(node) = self.climbed() {
            return self.delete_statement(node).map(|slot| vec![slot]);
        }
        let clause = self.at.span();
        Ok(vec![self.cut(ByteSpan::new(self.lines.behind_code(clause.start), clause.end))])
    }

    /// The list whose item the node is.
    fn list_around(self) -> Option<list::List<'s>> {
        let parent = *self.at.source.ancestors(self.at.node).first()?;
        let list = Some(parent).filter(|&parent| self.is_list(parent)).map(list::List::of)?;
        list.has(self.at.node).then_some(list)
    }

    /// The statement or line that the node is, or wraps nothing but it.
    fn climbed(self) -> Option<Node<'s>> {
        let mut node = self.at.node;
        for parent in self.at.source.ancestors(node) {
            if self.is_block(parent) || self.vocabulary.layout.lines.contains_key(parent.kind()) {
                return Some(node);
            }
            if self.vocabulary.layout.wrappers.iter().all(|kind| kind != parent.kind()) {
                return None;
            }
            node = parent;
        }
        None
    }

    fn is_statement(self, node: Node<'s>) -> bool {
        let parent = self.at.source.ancestors(node).first().copied();
        parent.is_some_and(|parent| self.is_block(parent))
    }

    fn is_block(self, node: Node<'_>) -> bool {
        self.vocabulary.is("block", node)
    }

    fn is_list(self, node: Node<'_>) -> bool {
        self.vocabulary.layout.lists.iter().any(|kind| kind == node.kind())
    }

    /// A name that is changed at all its uses must not be left behind in a string: `format!("{old}")`.
    fn refuse_inline_name(self, bound: &Bound<'s>) -> Result<(), Refusal> {
        let is_renamed = matches!(bound.get(&self.edit.at), Some(Value::Nodes(_)));
        let Some(open) = self.vocabulary.layout.inline_name.as_ref().filter(|_| is_renamed) else { return Ok(()) };
        let function = nearest(self.vocabulary, self.at.source, self.at.node, "function").unwrap_or(self.at.source.root());
        let name = self.at.text();
        let is_named = |close: char| self.at.source.text_of(function).contains(&format!("{open}{name}{close}"));
        if is_named('}') || is_named(':') { Err(Refusal::InlineName(name.to_owned())) } else { Ok(()) }
    }

    /// Code inside a string may not hold what ends the string: its quote, a backslash or, if the string has one line, a line break.
    ///
    /// Source: the Python 3.11 reference, "Formatted string literals"; from 3.12 on more is allowed.
    fn refuse_in_string(self) -> Result<(), Refusal> {
        let Some(interpolation) = &self.vocabulary.layout.interpolation else { return Ok(()) };
        let ancestors = self.at.source.ancestors(self.at.node);
        let Some(at) = ancestors.iter().position(|node| node.kind() == interpolation) else { return Ok(()) };
        let string = ancestors[at..].iter().find(|node| self.vocabulary.layout.strings.iter().any(|kind| kind == node.kind()));
        let close = string.and_then(|node| node.child(node.child_count().saturating_sub(1))).map(|close| self.at.source.text_of(close));
        let literal = self.edit.text.literal();
        let has_quote = close.is_some_and(|close| !close.is_empty() && literal.contains(close));
        let has_break = literal.contains('\n') && close.is_none_or(|close| close.len() < 3);
        if has_quote || has_break || literal.contains(['\\', '#']) { Err(Refusal::InString) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use crate::template::check::python;

    #[test]
    fn a_string_keeps_what_would_end_it_out() {
        let double = python("match = '(interpolation (identifier) @target)'\nrewrite = ['$target[\"k\"]', '$target[0]']");
        double.check("f\"{a}\"\n", &["f\"{a[0]}\"\n"]);
        double.check("f'{a}'\n", &["f'{a[\"k\"]}'\n", "f'{a[0]}'\n"]);
        double.check("f'''{a}'''\n", &["f'''{a[\"k\"]}'''\n", "f'''{a[0]}'''\n"]);
        let lines = python("match = '(interpolation (identifier) @target)'\nrewrite = [\"g(\\n$target)\"]");
        lines.refuses("f'{a}'\n", "the string around it cannot hold the text");
    }

    #[test]
    fn an_edit_needs_the_right_place() {
        let sample = python("match = '(integer) @target'\nedit = [{ op = 'before', at = 'target', text = 'x' }]");
        sample.refuses("a = 1\n", "`before` needs a statement, a list item or a match arm");
        let sample = python("match = '(integer) @target'\nedit = [{ op = 'first', at = 'target', text = 'x' }]");
        sample.refuses("a = 1\n", "`first` needs a block or a list");
    }
}
