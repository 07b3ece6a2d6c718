//! Edits of lists: items with commas between them, on one line or one a line.

use super::{Slot, Spot};
use crate::syntax::{Node, span};
use crate::template::bound::Bound;
use crate::text::ByteSpan;

/// The items of a list node, and what stands around them.
pub(super) struct List<'s> {
    node: Node<'s>,
    items: Vec<Node<'s>>,
    commas: Vec<ByteSpan>,
    /// From behind the opening bracket to before the closing one.
    inside: ByteSpan,
}

impl<'s> List<'s> {
    pub(super) fn of(node: Node<'s>) -> List<'s> {
        let mut cursor = node.walk();
        let all: Vec<Node<'s>> = node.children(&mut cursor).collect();
        let is_bracket = |node: &&Node<'_>| !node.is_named() && node.kind() != ",";
        let open = all.iter().find(is_bracket).map_or(node.start_byte(), Node::end_byte);
        let close = all.last().filter(|last| is_bracket(last) && last.start_byte() >= open);
        let inside = ByteSpan::new(open, close.map_or(node.end_byte(), Node::start_byte).max(open));
        let within: Vec<Node<'s>> = all.into_iter().filter(|child| inside.contains(span(*child))).collect();
        let commas = within.iter().filter(|child| child.kind() == ",").map(|comma| span(*comma)).collect();
        let items = within.into_iter().filter(|child| child.is_named() && !child.is_extra()).collect();
        List { node, items, commas, inside }
    }

    pub(super) fn has(&self, node: Node<'s>) -> bool {
        self.items.contains(&node)
    }

    /// `, text` behind the spot's item.
    pub(super) fn after(&self, spot: Spot<'s>) -> Vec<Slot<'s>> {
        self.behind_item(spot, spot.at.node)
    }

    pub(super) fn first(&self, spot: Spot<'s>) -> Slot<'s> {
        match self.items.first() {
            Some(&first) => before_item(spot, first),
            None => self.only(spot),
        }
    }

    /// Behind the last item; a positional one goes before the first that must be behind it.
    pub(super) fn last(&self, spot: Spot<'s>, bound: &Bound<'_>) -> Vec<Slot<'s>> {
        let layout = &spot.vocabulary.layout;
        let text = bound.plain(&spot.edit.text).unwrap_or_default();
        let may_be_last = spot.vocabulary.keyword_text.as_ref().is_some_and(|regex| regex.is_match(&text));
        let keyword = self.items.iter().find(|item| layout.keywords.iter().any(|kind| kind == item.kind()));
        match (keyword, self.items.last()) {
            (Some(&keyword), _) if !may_be_last => vec![before_item(spot, keyword)],
            (_, Some(&last)) => self.behind_item(spot, last),
            (_, None) => vec![self.only(spot)],
        }
    }

    /// The bytes to cut so that the spot's item and its separator are gone.
    pub(super) fn without(&self, spot: Spot<'s>) -> ByteSpan {
        let item = span(spot.at.node);
        let at = self.items.iter().position(|&other| other == spot.at.node).unwrap_or_default();
        let comma = self.comma_behind(item);
        let end = comma.map_or(item.end, |comma| comma.end);
        if spot.lines.is_first(item.start) && spot.lines.is_last(end, spot.vocabulary) && comma.is_some() {
            return spot.lines.whole(ByteSpan::new(item.start, end));
        }
        if let Some(next) = self.items.get(at + 1) {
            // `(a, b)` less its first item would be `b` in brackets, so its comma moves behind `b`: see `single_comma`.
            return ByteSpan::new(item.start, next.start_byte());
        }
        let Some(before) = at.checked_sub(1).map(|at| self.items[at]) else { return ByteSpan::new(item.start, end) };
        match self.comma_behind(span(before)) {
            // A trailing comma stays, and so does the one that makes a tuple of a single item.
            Some(before) if comma.is_some() || (at == 1 && self.keeps_comma(spot)) => ByteSpan::new(before.end, end),
            _ => ByteSpan::new(before.end_byte(), item.end),
        }
    }

    /// The comma that must be put behind the other of two items when the first one goes.
    pub(super) fn single_comma(&self, spot: Spot<'s>) -> Option<Slot<'s>> {
        let is_first_of_two = self.items.len() == 2 && self.items[0] == spot.at.node;
        let other = *self.items.get(1)?;
        let is_missing = is_first_of_two && self.keeps_comma(spot) && self.comma_behind(span(other)).is_none();
        is_missing.then(|| Slot { lead: ",".to_owned(), ..spot.cut(ByteSpan::empty(other.end_byte())) })
    }

    fn behind_item(&self, spot: Spot<'s>, item: Node<'s>) -> Vec<Slot<'s>> {
        let place = span(item);
        let comma = self.comma_behind(place);
        let behind = comma.map_or(place.end, |comma| comma.end);
        let has_own_line = spot.lines.is_first(place.start)
            && spot.lines.is_last(behind, spot.vocabulary)
            && !spot.lines.are_together(self.inside.start, place.start);
        if has_own_line {
            return own_line(spot, place, comma);
        }
        match comma.filter(|_| self.items.last() == Some(&item)) {
            Some(comma) => {
                // The comma of a tuple with a single item is no trailing comma.
                let is_single = self.items.len() == 1 && self.keeps_comma(spot);
                let tail = if spot.edit.comma && !is_single { "," } else { "" };
                vec![Slot { lead: " ".to_owned(), tail: tail.to_owned(), ..spot.slot(ByteSpan::empty(comma.end)) }]
            }
            None => vec![Slot { lead: ", ".to_owned(), ..spot.slot(ByteSpan::empty(place.end)) }],
        }
    }

    /// The only item of an empty list.
    fn only(&self, spot: Spot<'s>) -> Slot<'s> {
        let is_padded = spot.vocabulary.layout.padded.iter().any(|kind| kind == self.node.kind());
        let pad = if is_padded { " " } else { "" };
        let is_blank = spot.at.source.text(self.inside).trim().is_empty();
        let place = if is_blank { self.inside } else { ByteSpan::empty(self.inside.start) };
        Slot { lead: pad.to_owned(), tail: pad.to_owned(), ..spot.slot(place) }
    }

    /// Whether a single item of such a list needs a comma behind it.
    fn keeps_comma(&self, spot: Spot<'s>) -> bool {
        spot.vocabulary.layout.singles.iter().any(|kind| kind == self.node.kind())
    }

    /// The comma right behind `item`, before the next one.
    fn comma_behind(&self, item: ByteSpan) -> Option<ByteSpan> {
        let next = self.items.iter().map(Node::start_byte).find(|&start| start >= item.end);
        self.commas.iter().copied().find(|comma| comma.start >= item.end && next.is_none_or(|next| comma.end <= next))
    }
}

/// `text, ` before `item`, or a line of its own where the item has one.
pub(super) fn before_item<'s>(spot: Spot<'s>, item: Node<'s>) -> Slot<'s> {
    let start = item.start_byte();
    let item = spot.slot(ByteSpan::empty(start));
    let tail = if spot.lines.is_first(start) { format!(",{}{}", spot.lines.line_end(), item.indent) } else { ", ".to_owned() };
    Slot { tail, ..item }
}

/// A line of its own behind the line of `item`; the comment there stays with it.
fn own_line(spot: Spot<'_>, item: ByteSpan, comma: Option<ByteSpan>) -> Vec<Slot<'_>> {
    let behind = comma.map_or(item.end, |comma| comma.end);
    let indent = spot.lines.indent(item.start).to_owned();
    let end = behind + spot.lines.rest(behind).trim_end().len();
    let lead = format!("{}{indent}", spot.lines.line_end());
    let tail = if comma.is_some() && spot.edit.comma { "," } else { "" };
    let line = Slot { tail: tail.to_owned(), indent, ..spot.slot(ByteSpan::empty(end)) };
    if comma.is_some() {
        return vec![Slot { lead, ..line }];
    }
    if end == item.end {
        return vec![Slot { lead: format!(",{lead}"), ..line }];
    }
    vec![Slot { lead: ",".to_owned(), ..spot.cut(ByteSpan::empty(item.end)) }, Slot { lead, ..line }]
}

#[cfg(test)]
mod tests {
    use crate::template::check::{python, rust};

    const LAST: &str = "match = '(argument_list) @target'\nedit = [{ op = 'last', at = 'target', text = 'x' }]";
    const LAST_KEYWORD: &str = "match = '(argument_list) @target'\nedit = [{ op = 'last', at = 'target', text = 'x=1' }]";

    #[test]
    fn an_item_becomes_the_last_one() {
        let sample = python(LAST);
        sample.check("f()\n", &["f(x)\n"]);
        sample.check("f( )\n", &["f(x)\n"]);
        sample.check("f(a)\n", &["f(a, x)\n"]);
        sample.check("f(a,)\n", &["f(a, x,)\n"]);
        sample.check("f(a, # c\n  b)\n", &["f(a, # c\n  b, x)\n"]);
    }

    #[test]
    fn an_item_a_line_stays_so() {
        let sample = python(LAST);
        sample.check("f(\n    a,\n    b\n)\n", &["f(\n    a,\n    b,\n    x\n)\n"]);
        sample.check("f(\n    a,\n    b,  # c\n)\n", &["f(\n    a,\n    b,  # c\n    x,\n)\n"]);
        sample.check("f(\r\n    a,\r\n    b  # c\r\n)\r\n", &["f(\r\n    a,\r\n    b,  # c\r\n    x\r\n)\r\n"]);
    }

    #[test]
    fn a_positional_argument_goes_before_the_keywords() {
        python(LAST).check("f(a, b=1, **c)\n", &["f(a, x, b=1, **c)\n"]);
        python(LAST_KEYWORD).check("f(a, b=1)\n", &["f(a, b=1, x=1)\n"]);
        let sample = python("match = '(parameters) @target'\nedit = [{ op = 'last', at = 'target', text = 'x' }]");
        sample.check("def f(a, b=1):\n    pass\n", &["def f(a, x, b=1):\n    pass\n"]);
    }

    #[test]
    fn an_item_becomes_the_first_one() {
        let sample = python("match = '(parameters) @target'\nedit = [{ op = 'first', at = 'target', text = 'self' }]");
        sample.check("def f(): pass\n", &["def f(self): pass\n"]);
        sample.check("def f(a): pass\n", &["def f(self, a): pass\n"]);
        sample.check("def f(\n    a,\n): pass\n", &["def f(\n    self,\n    a,\n): pass\n"]);
    }

    #[test]
    fn the_rest_of_a_struct_takes_no_comma() {
        let sample =
            rust("match = '(field_initializer_list) @target'\nedit = [{ op = 'last', at = 'target', text = '..b', comma = false }]");
        sample.check("fn f() { S { a: 1, } }\n", &["fn f() { S { a: 1, ..b } }\n"]);
        sample.check("fn f() { S {} }\n", &["fn f() { S { ..b } }\n"]);
        sample.check("fn f() {\n    S {\n        a: 1,\n    }\n}\n", &["fn f() {\n    S {\n        a: 1,\n        ..b\n    }\n}\n"]);
    }

    #[test]
    fn a_derive_is_a_list_of_tokens() {
        let sample = rust(
            "match = '(attribute_item (attribute (identifier) @_d arguments: (token_tree) @target) (#eq? @_d \"derive\"))'\nedit = [{ op = 'last', at = 'target', text = 'Clone' }]",
        );
        sample.check("#[derive(Debug)]\nstruct S;\n", &["#[derive(Debug, Clone)]\nstruct S;\n"]);
    }

    #[test]
    fn an_item_goes_beside_another() {
        let sample = python("match = '(argument_list (integer) @target)'\nedit = [{ op = 'after', at = 'target', text = 'x' }]");
        sample.check("f(1, b)\n", &["f(1, x, b)\n"]);
        sample.check("f(\n    1,  # one\n    b,\n)\n", &["f(\n    1,  # one\n    x,\n    b,\n)\n"]);
        let sample = python("match = '(argument_list (integer) @target)'\nedit = [{ op = 'before', at = 'target', text = 'x' }]");
        sample.check("f(a, 1)\n", &["f(a, x, 1)\n"]);
    }

    #[test]
    fn a_deleted_item_takes_its_separator() {
        let sample = python("match = '(_ (integer) @target)'\nedit = [{ op = 'delete', at = 'target' }]");
        sample.check("f(1, b)\n", &["f(b)\n"]);
        sample.check("f(a, 1)\n", &["f(a)\n"]);
        sample.check("f(a, 1,)\n", &["f(a,)\n"]);
        sample.check("f(1)\n", &["f()\n"]);
        sample.check("f(\n    a,\n    1,  # one\n    c,\n)\n", &["f(\n    a,\n    c,\n)\n"]);
        sample.check("f(\n    a,\n    1\n)\n", &["f(\n    a\n)\n"]);
    }

    #[test]
    fn a_tuple_of_one_keeps_its_comma() {
        let sample = python("match = '(tuple (integer) @target)'\nedit = [{ op = 'delete', at = 'target' }]");
        sample.check("(a, 1)\n", &["(a,)\n"]);
        sample.check("(1, a)\n", &["(a,)\n"]);
        let sample = python("match = '(tuple) @target'\nedit = [{ op = 'last', at = 'target', text = 'x' }]");
        sample.check("(a,)\n", &["(a, x)\n"]);
    }
}
