//! Edits of statements, match arms and blocks: whole lines, unless lines are shared.

use super::{Slot, Spot};
use crate::syntax::{Node, children, span};
use crate::template::refusal::Refusal;
use crate::text::ByteSpan;

impl<'s> Spot<'s> {
    /// New lines before `node` and before what belongs to it.
    pub(super) fn before(self, node: Node<'s>) -> Result<Slot<'s>, Refusal> {
        let start = self.lines.with_attached(node, self.vocabulary).start_byte();
        if !self.lines.is_first(start) {
            return Ok(Slot { tail: self.joiner(), ..self.joined(start)? });
        }
        let line = self.lines.start(start);
        let indent = self.lines.indent(start).to_owned();
        Ok(Slot { lead: indent.clone(), tail: self.lines.line_end().to_owned(), indent, ..self.slot(ByteSpan::empty(line)) })
    }

    /// New lines behind `node` and its comment.
    pub(super) fn behind(self, node: Node<'s>) -> Result<Vec<Slot<'s>>, Refusal> {
        if self.is_tail(node) {
            return Err(Refusal::BehindTail);
        }
        let comma = self.missing_line_end(node);
        let start = self.lines.with_attached(node, self.vocabulary).start_byte();
        let is_alone = self.lines.is_first(start) && self.lines.is_last(node.end_byte(), self.vocabulary);
        if !is_alone {
            let lead = format!("{}{}", comma.map(|slot| slot.lead).unwrap_or_default(), self.joiner());
            return Ok(vec![Slot { lead, ..self.joined(node.end_byte())? }]);
        }
        let end = self.lines.end(node.end_byte());
        let indent = self.lines.indent(start).to_owned();
        let line_end = self.lines.line_end();
        let has_line_end = self.at.source.text(ByteSpan::new(0, end)).ends_with('\n');
        let (lead, tail) = if has_line_end { (indent.clone(), line_end) } else { (format!("{line_end}{indent}"), "") };
        let lines = Slot { lead, tail: tail.to_owned(), indent, ..self.slot(ByteSpan::empty(end)) };
        Ok(comma.into_iter().chain([lines]).collect())
    }

    /// The first lines of `block`, behind what must stay first.
    pub(super) fn block_first(self, block: Node<'s>) -> Result<Slot<'s>, Refusal> {
        let statements = children(block);
        let n_heading = self.heading(block, &statements);
        match (statements.get(n_heading), n_heading.checked_sub(1)) {
            (Some(&next), _) => self.before(next),
            (None, Some(last)) => self.behind(statements[last]).map(|mut slots| slots.remove(slots.len() - 1)),
            (None, None) => Ok(self.in_empty(block)),
        }
    }

    /// The last lines of `block`.
    pub(super) fn block_last(self, block: Node<'s>) -> Result<Vec<Slot<'s>>, Refusal> {
        match children(block).last() {
            Some(&last) => self.behind(last),
            None => Ok(vec![self.in_empty(block)]),
        }
    }

    /// Takes the lines of `node` away, or its part of a shared line.
    pub(super) fn delete_statement(self, node: Node<'s>) -> Result<Slot<'s>, Refusal> {
        let ancestors = self.at.source.ancestors(node);
        let siblings = ancestors.first().map(|&parent| children(parent)).unwrap_or_default();
        if self.vocabulary.layout.needs_body && siblings.len() == 1 && ancestors.len() > 1 {
            return Err(Refusal::OnlyStatement);
        }
        let start = self.lines.with_attached(node, self.vocabulary).start_byte();
        let place = ByteSpan::new(start, node.end_byte());
        if self.lines.is_first(place.start) && self.lines.is_last(place.end, self.vocabulary) {
            return Ok(self.cut(self.lines.whole(place)));
        }
        let at = siblings.iter().position(|&sibling| sibling == node).unwrap_or_default();
        let next = siblings.get(at + 1).filter(|next| self.lines.are_together(place.end, next.start_byte()));
        let before = at.checked_sub(1).map(|at| siblings[at]);
        let before = before.filter(|before| self.lines.are_together(place.start, before.end_byte()));
        Ok(self.cut(match (next, before) {
            (Some(next), _) => ByteSpan::new(place.start, next.start_byte()),
            (None, Some(before)) => ByteSpan::new(before.end_byte(), place.end),
            (None, None) => place,
        }))
    }

    /// How many of `statements` must stay at the head of `block`.
    pub(super) fn heading(self, block: Node<'s>, statements: &[Node<'s>]) -> usize {
        let matches = self.vocabulary.heading.matches(self.at.source, span(block));
        let heads: Vec<Node<'_>> = matches.iter().filter_map(|one| one.get("it")).collect();
        let n_heads = statements.iter().take_while(|statement| heads.contains(*statement)).count();
        // A second string behind a docstring is an ordinary statement.
        if self.vocabulary.layout.needs_body { n_heads.min(1) } else { n_heads }
    }

    /// Text on the line of another statement: only a text of one line can be joined.
    fn joined(self, at: usize) -> Result<Slot<'s>, Refusal> {
        if self.edit.text.has_lines() { Err(Refusal::SharedLine) } else { Ok(self.slot(ByteSpan::empty(at))) }
    }

    fn joiner(self) -> String {
        self.vocabulary.layout.joiner.clone()
    }

    /// Between the brackets of a block without statements.
    fn in_empty(self, block: Node<'s>) -> Slot<'s> {
        let source = self.at.source;
        let line_end = self.lines.line_end();
        if block == source.root() {
            let end = source.bytes().len();
            return Slot { tail: line_end.to_owned(), ..self.slot(ByteSpan::empty(end)) };
        }
        let open = block.child(0).filter(|open| !open.is_named()).map_or(block.start_byte(), |open| open.end_byte());
        let close = block.child(block.child_count().saturating_sub(1)).filter(|close| !close.is_named());
        let close = close.map_or(block.end_byte(), |close| close.start_byte()).max(open);
        let has_comment = !source.text(ByteSpan::new(open, close)).trim().is_empty();
        if self.lines.are_together(open, close) && !self.edit.text.has_lines() && !has_comment {
            return Slot { lead: " ".to_owned(), tail: " ".to_owned(), ..self.slot(ByteSpan::new(open, close)) };
        }
        let owner = self.lines.indent(block.start_byte());
        let indent = format!("{owner}{}", self.lines.unit(self.vocabulary));
        let at = if has_comment { self.lines.behind_code(close) } else { open };
        let place = ByteSpan::new(at, close);
        Slot { lead: format!("{line_end}{indent}"), tail: format!("{line_end}{owner}"), indent, ..self.slot(place) }
    }

    /// Whether `node` is the value of its block.
    fn is_tail(self, node: Node<'s>) -> bool {
        let parent = self.at.source.ancestors(node).first().copied();
        let is_last = parent.filter(|&parent| self.is_block(parent)).is_some_and(|parent| children(parent).last() == Some(&node));
        self.vocabulary.layout.tails && is_last && !self.at.source.text_of(node).ends_with([';', '}'])
    }

    /// What must be put behind a line like a match arm before another may follow.
    fn missing_line_end(self, node: Node<'s>) -> Option<Slot<'s>> {
        let parent = *self.at.source.ancestors(node).first()?;
        let end = self.vocabulary.layout.lines.get(parent.kind())?;
        let is_there = self.at.source.text_of(node).ends_with([',', '}']);
        (!is_there).then(|| Slot { lead: end.clone(), ..self.cut(ByteSpan::empty(node.end_byte())) })
    }
}
