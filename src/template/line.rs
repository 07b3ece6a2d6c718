//! Lines of a source as an editor sees them: indentation, what else stands on a line, the line end that the file uses.

use super::vocabulary::Vocabulary;
use crate::syntax::{Node, Source, children, span};
use crate::text::ByteSpan;

/// The lines of one source.
#[derive(Clone, Copy)]
pub(super) struct Lines<'s> {
    source: &'s Source,
    text: &'s str,
}

impl<'s> Lines<'s> {
    pub(super) fn of(source: &'s Source) -> Lines<'s> {
        Lines { source, text: source.whole_text() }
    }

    /// Where the line of `at` starts.
    pub(super) fn start(self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// One past the line of `at`, its line end included.
    pub(super) fn end(self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// The blanks at the start of the line of `at`.
    pub(super) fn indent(self, at: usize) -> &'s str {
        let line = &self.text[self.start(at)..];
        &line[..line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len())]
    }

    /// Whether only blanks stand before `at` on its line.
    pub(super) fn is_first(self, at: usize) -> bool {
        self.start(at) + self.indent(at).len() >= at
    }

    /// What stands behind `at` on its line, without the line end.
    pub(super) fn rest(self, at: usize) -> &'s str {
        self.text[at..self.end(at)].trim_end_matches(['\n', '\r'])
    }

    /// Whether no code stands behind `at` on its line; a `;` that only ends the statement is none.
    pub(super) fn is_last(self, at: usize, vocabulary: &Vocabulary) -> bool {
        let rest = self.rest(at).trim_start_matches([' ', '\t', ';']);
        let is_block_comment = rest.strip_prefix("/*").and_then(|inside| inside.find("*/").map(|end| inside[end + 2..].trim()));
        rest.trim().is_empty() || rest.starts_with(&vocabulary.layout.comment) || is_block_comment.is_some_and(str::is_empty)
    }

    /// Whether `one` and `other` are on one line.
    pub(super) fn are_together(self, one: usize, other: usize) -> bool {
        self.start(one) == self.start(other)
    }

    /// The first place at or before `at` behind which only blanks and line ends stand.
    pub(super) fn behind_code(self, at: usize) -> usize {
        self.text[..at].trim_end_matches([' ', '\t', '\n', '\r']).len()
    }

    /// The line end that most lines of the file have.
    pub(super) fn line_end(self) -> &'static str {
        let all = self.text.matches('\n').count();
        let carried = self.text.matches("\r\n").count();
        if carried * 2 > all { "\r\n" } else { "\n" }
    }

    /// Whether the line that starts at `at` starts inside a string, whose content must not move.
    pub(super) fn starts_in_string(self, at: usize, vocabulary: &Vocabulary) -> bool {
        let Some(node) = self.source.covering(ByteSpan::empty(at)) else { return false };
        let is_around = |node: &Node<'_>| node.start_byte() < at && at < node.end_byte();
        let is_string = |node: &Node<'_>| vocabulary.layout.strings.iter().any(|kind| kind == node.kind());
        std::iter::once(node).chain(self.source.ancestors(node)).any(|node| is_around(&node) && is_string(&node))
    }

    /// One level of indentation, as the first nested block of the file shows it: the indentation of its first statement less
    /// that of the line that opens it.
    pub(super) fn unit(self, vocabulary: &Vocabulary) -> String {
        let mut cursor = self.source.root().walk();
        loop {
            let node = cursor.node();
            if let Some(unit) = self.unit_of(node, vocabulary) {
                return unit.to_owned();
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return vocabulary.layout.indent.clone();
                }
            }
        }
    }

    fn unit_of(self, block: Node<'_>, vocabulary: &Vocabulary) -> Option<&'s str> {
        let owner = block.parent().filter(|_| vocabulary.is("block", block))?;
        let first = children(block).into_iter().next()?;
        let is_below = self.is_first(first.start_byte()) && !self.are_together(owner.start_byte(), first.start_byte());
        let deeper = self.indent(first.start_byte()).strip_prefix(self.indent(owner.start_byte()))?;
        (is_below && !deeper.is_empty()).then_some(deeper)
    }

    /// The bytes of whole lines that hold `node` and nothing else of weight.
    pub(super) fn whole(self, node: ByteSpan) -> ByteSpan {
        let (start, end) = (self.start(node.start), self.end(node.end));
        let has_line_end = self.text[..end].ends_with('\n');
        if has_line_end || start == 0 {
            return ByteSpan::new(start, end);
        }
        // The last line has no line end of its own: it takes the one before, so that the file still ends without.
        let before = self.text[..start].strip_suffix('\n').map_or(start, |text| text.strip_suffix('\r').unwrap_or(text).len());
        ByteSpan::new(before, end)
    }

    /// The first of the nodes right before `node` that belong to it: attributes and doc comments.
    pub(super) fn with_attached(self, node: Node<'s>, vocabulary: &Vocabulary) -> Node<'s> {
        let layout = &vocabulary.layout;
        let mut first = node;
        while let Some(before) = first.prev_sibling() {
            let text = self.source.text(span(before));
            let is_doc = before.is_extra() && layout.doc_comments.iter().any(|mark| text.starts_with(mark.as_str()));
            let is_own = is_doc && self.is_first(before.start_byte());
            if !is_own && layout.attached.iter().all(|kind| kind != before.kind()) {
                break;
            }
            first = before;
        }
        first
    }
}
