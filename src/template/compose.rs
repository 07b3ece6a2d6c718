//! Writes the texts of all edits of one candidate: re-uses nodes with what other edits did inside them, indents, marks.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::bound::{Bound, Placed, Value};
use super::edit::Slot;
use super::fragment::{Fragment, Mark};
use super::line::Lines;
use super::refusal::Refusal;
use super::text::{Piece, Text};
use super::vocabulary::Vocabulary;
use crate::syntax::Source;
use crate::text::{ByteSpan, Edit, EditSet};

/// The edits of one file, and where their marks are in its new text.
pub(super) struct Written<'s> {
    pub(super) source: &'s Source,
    pub(super) edits: EditSet,
    pub(super) marks: Vec<Mark>,
}

/// One candidate while it is written.
struct Composer<'c, 's> {
    vocabulary: &'c Vocabulary,
    bound: &'c Bound<'s>,
    slots: &'c [Slot<'s>],
    /// The marks that get brackets in this attempt.
    brackets: &'c BTreeSet<usize>,
    n_marks: Cell<usize>,
    /// The slots that were made inside of a copy.
    used: RefCell<BTreeSet<usize>>,
}

/// How texts are written in one file: its indentation unit and line end; and which slots are being written.
struct Pen {
    unit: String,
    line_end: &'static str,
    writing: Vec<usize>,
}

/// Writes `slots`, with brackets around the marks in `brackets`.
pub(super) fn compose<'s>(
    vocabulary: &Vocabulary,
    bound: &Bound<'s>,
    slots: &[Slot<'s>],
    brackets: &BTreeSet<usize>,
) -> Result<Vec<Written<'s>>, Refusal> {
    let composer = Composer { vocabulary, bound, slots, brackets, n_marks: Cell::new(0), used: RefCell::default() };
    let is_covered = |slot: &Slot<'_>| slots.iter().any(|outer| outer.covers(slot));
    let mut files: BTreeMap<*const Source, Vec<(ByteSpan, Fragment)>> = BTreeMap::new();
    for (at, slot) in slots.iter().enumerate().filter(|(_, slot)| !is_covered(slot)) {
        let lines = Lines::of(slot.source);
        let mut pen = Pen { unit: lines.unit(vocabulary), line_end: lines.line_end(), writing: Vec::new() };
        let fragment = composer.slot(at, &mut pen)?;
        files.entry(std::ptr::from_ref(slot.source)).or_default().push((slot.span, fragment));
    }
    let used = composer.used.borrow();
    // An edit inside of a node that another edit replaces must live on in a copy, or else it would be lost.
    if slots.iter().enumerate().any(|(at, slot)| is_covered(slot) && !used.contains(&at)) {
        return Err(Refusal::Overlap);
    }
    let source_of = |pointer: *const Source| slots.iter().map(|slot| slot.source).find(|source| std::ptr::eq(*source, pointer));
    files.into_iter().map(|(pointer, parts)| written(source_of(pointer).expect("a file comes from a slot"), parts)).collect()
}

fn written(source: &Source, mut parts: Vec<(ByteSpan, Fragment)>) -> Result<Written<'_>, Refusal> {
    // A stable sort: what is put at one place stays in the order of the template's edits.
    parts.sort_by_key(|(span, _)| (span.start, !span.is_empty()));
    let mut edits: Vec<Edit> = Vec::new();
    let mut marks = Vec::new();
    let (mut added, mut removed) = (0, 0);
    for (span, fragment) in parts {
        if edits.last().is_some_and(|last| span.start < last.span.end) {
            return Err(Refusal::Overlap);
        }
        let at = span.start + added - removed;
        marks.extend(fragment.marks.iter().map(|mark| Mark { start: mark.start + at, end: mark.end + at, ..*mark }));
        added += fragment.text.len();
        removed += span.len();
        match edits.last_mut().filter(|last| last.span == span && span.is_empty()) {
            Some(last) => last.text.push_str(&fragment.text),
            None => edits.push(Edit { span, text: fragment.text }),
        }
    }
    let edits = EditSet::new(edits).map_err(|_| Refusal::Overlap)?;
    Ok(Written { source, edits, marks })
}

impl Slot<'_> {
    /// Whether this slot replaces bytes among which `other` lies, and more than those.
    fn covers(&self, other: &Slot<'_>) -> bool {
        std::ptr::eq(self.source, other.source) && is_inside(other.span, self.span)
    }
}

/// Whether `inner` lies in `outer` without being it; an insertion at its border is outside.
fn is_inside(inner: ByteSpan, outer: ByteSpan) -> bool {
    if inner.is_empty() { outer.start < inner.start && inner.end < outer.end } else { outer.contains(inner) && outer != inner }
}

impl<'s> Composer<'_, 's> {
    fn slot(&self, at: usize, pen: &mut Pen) -> Result<Fragment, Refusal> {
        let slot = &self.slots[at];
        let mut fragment = Fragment::default();
        fragment.push_str(&slot.lead);
        if let Some(text) = slot.text {
            pen.writing.push(at);
            let id = self.next_mark();
            let body = self.text(text, &slot.indent, pen)?;
            if slot.is_whole {
                fragment.push_marked(&body, Mark::new(id, false), self.brackets.contains(&id));
            } else {
                fragment.push(&body);
            }
            pen.writing.pop();
        }
        fragment.push_str(&slot.tail);
        Ok(fragment)
    }

    fn next_mark(&self) -> usize {
        self.n_marks.replace(self.n_marks.get() + 1)
    }

    /// `text` with its holes filled; lines after the first are indented by `indent` and their own units.
    fn text(&self, text: &Text, indent: &str, pen: &mut Pen) -> Result<Fragment, Refusal> {
        let mut fragment = Fragment::default();
        let mut line_indent = indent.to_owned();
        let pieces = text.pieces();
        for (at, piece) in pieces.iter().enumerate() {
            let name = match piece {
                Piece::Literal(literal) => {
                    pen.literal(&mut fragment, literal, indent, &mut line_indent);
                    // A hole may begin the last line, which is blank so far but needs its indentation.
                    continue;
                }
                Piece::Hole(name) => name,
            };
            if fragment.text.ends_with('\n') {
                fragment.push_str(&line_indent);
            }
            let filled = self.hole(name, &line_indent, pen)?;
            match filled {
                Some(filled) if is_glued(&pieces[..at], &pieces[at + 1..]) => fragment.push(&filled),
                Some(filled) => {
                    let id = self.next_mark();
                    let is_node = matches!(self.bound.get(name), Some(Value::Node(_)));
                    fragment.push_marked(&filled, Mark::new(id, is_node), self.brackets.contains(&id));
                }
                None => return Err(Refusal::Unfilled(name.clone())),
            }
        }
        Ok(fragment)
    }

    fn hole(&self, name: &str, indent: &str, pen: &mut Pen) -> Result<Option<Fragment>, Refusal> {
        let mut fragment = Fragment::default();
        match self.bound.get(name) {
            Some(Value::Text(text)) => {
                let mut line_indent = indent.to_owned();
                pen.literal(&mut fragment, text, indent, &mut line_indent);
            }
            Some(Value::Composed(text)) => return self.text(text.0, indent, pen).map(Some),
            Some(Value::Node(node)) => return self.copy(*node, indent, pen).map(Some),
            Some(Value::Nodes(_)) | None => return Ok(None),
        }
        Ok(Some(fragment))
    }

    /// The text of `node` with the edits that lie inside it, moved to the indentation `indent`.
    fn copy(&self, node: Placed<'s>, indent: &str, pen: &mut Pen) -> Result<Fragment, Refusal> {
        let whole = node.span();
        let lines = Lines::of(node.source);
        let mut fragment = Fragment::default();
        let mut at = whole.start;
        for inner in self.slots_inside(node, &pen.writing) {
            let place = self.slots[inner].span;
            if place.start < at {
                return Err(Refusal::Overlap);
            }
            self.original(&mut fragment, node.source, ByteSpan::new(at, place.start), pen.line_end);
            let made = self.slot(inner, pen)?;
            fragment.push(&made);
            self.used.borrow_mut().insert(inner);
            at = place.end;
        }
        self.original(&mut fragment, node.source, ByteSpan::new(at, whole.end), pen.line_end);
        Ok(fragment.moved(lines.indent(whole.start), indent))
    }

    /// The slots that lie in `node` and in no other such slot, in the order of the file.
    fn slots_inside(&self, node: Placed<'s>, writing: &[usize]) -> Vec<usize> {
        let is_inner = |slot: &Slot<'_>| std::ptr::eq(slot.source, node.source) && is_inside(slot.span, node.span());
        let mut inner: Vec<usize> = (0..self.slots.len()).filter(|at| !writing.contains(at) && is_inner(&self.slots[*at])).collect();
        let all = inner.clone();
        inner.retain(|&at| !all.iter().any(|&outer| self.slots[outer].covers(&self.slots[at])));
        inner.sort_by_key(|&at| self.slots[at].span);
        inner
    }

    /// Bytes of a file as they are; those of another file get the line ends of this one.
    fn original(&self, fragment: &mut Fragment, source: &Source, place: ByteSpan, line_end: &str) {
        let lines = Lines::of(source);
        let mut at = place.start;
        for line in source.text(place).split_inclusive('\n') {
            if at > place.start && lines.starts_in_string(at, self.vocabulary) {
                fragment.fix_line(0);
            }
            let is_foreign = line.ends_with('\n') && lines.line_end() != line_end;
            match line.strip_suffix('\n').filter(|_| is_foreign) {
                Some(line) => {
                    fragment.push_str(line.strip_suffix('\r').unwrap_or(line));
                    fragment.push_str(line_end);
                }
                None => fragment.push_str(line),
            }
            at += line.len();
        }
    }
}

impl Pen {
    /// A text without holes; `line_indent` becomes the indentation of its last line.
    fn literal(&self, fragment: &mut Fragment, literal: &str, indent: &str, line_indent: &mut String) {
        for (at, line) in literal.split('\n').enumerate() {
            if at > 0 {
                fragment.push_str(self.line_end);
                let n_blanks = line.len() - line.trim_start_matches(' ').len();
                *line_indent = format!("{indent}{}", self.unit.repeat(n_blanks / 4));
                if !line.trim().is_empty() {
                    fragment.push_str(line_indent);
                    fragment.push_str(&line[n_blanks / 4 * 4..]);
                }
            } else {
                fragment.push_str(line);
            }
        }
    }
}

/// Whether a hole stands right at a word or another hole of the text: `r$s`, `${x}_id`. Then it is no expression of its own.
fn is_glued(before: &[Piece], behind: &[Piece]) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let touches = |piece: Option<&Piece>, end: fn(&str) -> Option<char>| match piece {
        Some(Piece::Hole(_)) => true,
        Some(Piece::Literal(text)) => end(text).is_some_and(is_word),
        None => false,
    };
    touches(before.last(), |text| text.chars().next_back()) || touches(behind.first(), |text| text.chars().next())
}

#[cfg(test)]
mod tests {
    use crate::template::check::{python, rust};

    const WRAP: &str = "match = '(expression_statement (call)) @target'\nrewrite = [\"if a:\\n    $target\"]";

    #[test]
    fn a_wrapped_statement_moves_but_its_strings_do_not() {
        let sample = python(WRAP);
        sample.check("def g():\n    f(1,\n      2)  # c\n", &["def g():\n    if a:\n        f(1,\n          2)  # c\n"]);
        sample.check("f('''\n  x\n''', [\n  1,\n\n  2])\n", &["if a:\n    f('''\n  x\n''', [\n      1,\n\n      2])\n"]);
        sample.check("f(\r\n  1)\r\n", &["if a:\r\n    f(\r\n      1)\r\n"]);
        sample.check("if b:\n\tf(\n\t\t1)\n", &["if b:\n\tif a:\n\t\tf(\n\t\t\t1)\n"]);
        sample.refuses("if b: f()\n", "the statement shares its line");
        sample.refuses("b; f()\n", "the statement shares its line");
    }

    #[test]
    fn an_edit_inside_a_copied_node_is_made_in_the_copy() {
        let sample = rust(
            "match = '(field_expression value: (_) @o) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'replace', at = 's', text = \"if let Some(v) = $o {\\n    $s\\n}\" }, { op = 'replace', at = 'o', text = 'v' }]",
        );
        sample.check(
            "fn f() {\n    g(\n        a.b,\n    );\n}\n",
            &["fn f() {\n    if let Some(v) = a {\n        g(\n            v.b,\n        );\n    }\n}\n"],
        );
    }

    #[test]
    fn an_edit_that_another_one_would_swallow_is_refused() {
        let sample = python(
            "match = '(call arguments: (argument_list (_) @a)) @target'\nedit = [{ op = 'replace', at = 'target', text = 'g()' }, { op = 'replace', at = 'a', text = 'x' }]",
        );
        sample.refuses("f(b)\n", "the edits overlap");
        let sample = python(
            "match = '(call) @target'\nedit = [{ op = 'replace', at = 'target', text = 'g()' }, { op = 'replace', at = 'target', text = 'x' }]",
        );
        sample.refuses("f(b)\n", "the edits overlap");
    }

    #[test]
    fn arguments_are_swapped_and_lines_are_put_in_order() {
        let sample = python(
            "match = '(argument_list (_) @target)'\nholes.n = { sibling = 'next' }\nedit = [{ op = 'replace', at = 'target', text = '$n' }, { op = 'replace', at = 'n', text = '$target' }]",
        );
        sample.check("f(a, # c\n  b, d)\n", &["f(b, # c\n  a, d)\n", "f(a, # c\n  d, b)\n"]);
        let sample = python(
            "match = '(call) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'before', at = 's', text = '1' }, { op = 'before', at = 's', text = '2' }]",
        );
        sample.check("f()\n", &["1\n2\nf()\n"]);
    }

    #[test]
    fn all_nodes_of_a_hole_are_edited_together() {
        let sample = rust(
            "match = '(function_item name: (_) @target)'\nholes.all = { query = '((identifier) @it (#eq? @it \"x\"))', in = ['function'], take = 'each' }\nedit = [{ op = 'replace', at = 'all', text = 'y' }]",
        );
        sample.check("fn f(x: u8) { assert!(x == x); }\n", &["fn f(y: u8) { assert!(y == y); }\n"]);
        sample.refuses("fn f() {}\n", "nothing fills `$all`");
        sample.refuses("fn f(x: u8) { println!(\"{x:?}\"); }\n", "a string names `x` as well");
    }

    #[test]
    fn a_text_keeps_the_line_end_of_its_file() {
        let sample =
            python("match = '(expression_statement (call)) @target'\nrewrite = [\"try:\\n    $target\\n\\nexcept E:\\n    pass\"]");
        sample.check("if b:\r\n  f()\r\n", &["if b:\r\n  try:\r\n    f()\r\n\r\n  except E:\r\n    pass\r\n"]);
    }
}
