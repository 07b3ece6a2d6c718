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

#[cfg(test)]
mod tests {
    use crate::template::check::{Sample, python, rust};

    const BEFORE: &str = "match = '(call function: (identifier) @_f (#eq? @_f \"f\")) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'before', at = 's', text = 'g()' }]";
    const GUARD: &str = "match = '(call function: (identifier) @_f (#eq? @_f \"f\")) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'before', at = 's', text = \"if a:\\n    g()\" }]";
    const AFTER: &str = "match = '(call function: (identifier) @_f (#eq? @_f \"f\")) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'after', at = 's', text = 'g()' }]";
    const DELETE: &str = "match = '(call function: (identifier) @_f (#eq? @_f \"f\")) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'delete', at = 's' }]";
    const FIRST: &str =
        "match = '(function_definition body: (_) @b) @target'\nedit = [{ op = 'first', at = 'b', text = \"if a:\\n    g()\" }]";
    const LAST: &str = "match = '(function_definition body: (_) @b) @target'\nedit = [{ op = 'last', at = 'b', text = 'return r' }]";

    fn rust_at_f(edit: &'static str) -> Sample {
        rust(Box::leak(
            format!("match = '(call_expression function: (identifier) @_f (#eq? @_f \"f\")) @target'\nholes.s = {{ nearest = 'statement' }}\nedit = [{{ {edit} }}]")
                .into_boxed_str(),
        ))
    }

    #[test]
    fn a_line_goes_before_its_statement_with_its_indentation() {
        let sample = python(BEFORE);
        sample.check("f()\n", &["g()\nf()\n"]);
        sample.check("def h():\n\t# why\n\tx = f()  # c\n", &["def h():\n\t# why\n\tg()\n\tx = f()  # c\n"]);
        sample.check("for x in f():\r\n    pass\r\n", &["g()\r\nfor x in f():\r\n    pass\r\n"]);
        sample.check("@d(f())\ndef h():\n    pass\n", &["g()\n@d(f())\ndef h():\n    pass\n"]);
    }

    #[test]
    fn several_lines_take_the_unit_of_the_file() {
        let sample = python(GUARD);
        sample.check("def h():\n  f()\n", &["def h():\n  if a:\n    g()\n  f()\n"]);
        sample.check("def h():\n\tf()", &["def h():\n\tif a:\n\t\tg()\n\tf()"]);
        sample.check("f(\n  1)\n", &["if a:\n    g()\nf(\n  1)\n"]);
    }

    #[test]
    fn a_shared_line_is_joined_or_refused() {
        python(BEFORE).check("if a: f()\n", &["if a: g(); f()\n"]);
        python(BEFORE).check("x; f()\n", &["x; g(); f()\n"]);
        python(AFTER).check("f(); x\n", &["f(); g(); x\n"]);
        python(AFTER).check("if a: f()\n", &["if a: f(); g()\n"]);
        python(GUARD).refuses("if a: f()\n", "the statement shares its line");
        rust_at_f("op = 'before', at = 's', text = 'let x = 1;'").check("fn a() { f(); }\n", &["fn a() { let x = 1; f(); }\n"]);
    }

    #[test]
    fn a_line_goes_behind_its_statement_and_its_comment() {
        let sample = python(AFTER);
        sample.check("f()  # c\nx\n", &["f()  # c\ng()\nx\n"]);
        sample.check("def h():\n    f(1,\n      2)", &["def h():\n    f(1,\n      2)\n    g()"]);
        sample.check("if f():\n    x\n# end\n", &["if f():\n    x\ng()\n# end\n"]);
        sample.check("f();\nx\n", &["f();\ng()\nx\n"]);
    }

    #[test]
    fn nothing_goes_behind_the_value_of_a_block() {
        let sample = rust_at_f("op = 'after', at = 's', text = 'g();'");
        sample.refuses("fn a() -> u8 {\n    f()\n}\n", "nothing may stand behind the value of a block");
        sample.check("fn a() {\n    f(); // c\n}\n", &["fn a() {\n    f(); // c\n    g();\n}\n"]);
        sample.check("fn a() {\n    for x in f() {}\n}\n", &["fn a() {\n    for x in f() {}\n    g();\n}\n"]);
    }

    #[test]
    fn attributes_and_doc_comments_stay_with_their_item() {
        let sample = rust("match = '(function_item) @target'\nedit = [{ op = 'before', at = 'target', text = \"fn g() {\\n}\" }]");
        sample.check("// a\n\n/// Doc.\n#[inline]\nfn f() {}\n", &["// a\n\nfn g() {\n}\n/// Doc.\n#[inline]\nfn f() {}\n"]);
        let delete = rust("match = '(function_item) @target'\nedit = [{ op = 'delete', at = 'target' }]");
        delete.check("use a;\n/// Doc.\n#[inline]\nfn f() {}\nuse b;\n", &["use a;\nuse b;\n"]);
    }

    #[test]
    fn the_head_of_a_block_stays_first() {
        let sample = python(FIRST);
        sample.check("def h():\n    'doc'\n    x\n", &["def h():\n    'doc'\n    if a:\n        g()\n    x\n"]);
        sample.check("def h():\n    'doc'\n", &["def h():\n    'doc'\n    if a:\n        g()\n"]);
        sample.check("def h():\n    # c\n    x\n", &["def h():\n    # c\n    if a:\n        g()\n    x\n"]);
        sample.refuses("def h(): x\n", "the statement shares its line");
        let sample = rust("match = '(function_item body: (_) @b) @target'\nedit = [{ op = 'first', at = 'b', text = 'g();' }]");
        sample.check("fn a() {}\n", &["fn a() { g(); }\n"]);
        sample.check("fn a() {\n}\n", &["fn a() {\n    g();\n}\n"]);
        sample.check("fn a() {\n    // c\n}\n", &["fn a() {\n    // c\n    g();\n}\n"]);
        sample.check("fn a() {\n    #![allow(x)]\n    b\n}\n", &["fn a() {\n    #![allow(x)]\n    g();\n    b\n}\n"]);
    }

    #[test]
    fn the_last_line_of_a_block_goes_behind_all_others() {
        let sample = python(LAST);
        sample.check("def h():\n    x\n\n\ny\n", &["def h():\n    x\n    return r\n\n\ny\n"]);
        sample.check("def h():\n    if x:\n        y", &["def h():\n    if x:\n        y\n    return r"]);
        sample.check("def h(): x\n", &["def h(): x; return r\n"]);
    }

    #[test]
    fn a_deleted_statement_takes_its_line_and_its_comment() {
        let sample = python(DELETE);
        sample.check("a\nf()  # c\nb\n", &["a\nb\n"]);
        sample.check("a\r\nf()", &["a"]);
        sample.check("a; f()\n", &["a\n"]);
        sample.check("f(); a\n", &["a\n"]);
        sample.check("def h():\n    f(1,\n      2)\n    x\n", &["def h():\n    x\n"]);
    }

    #[test]
    fn the_only_statement_of_a_block_stays() {
        python(DELETE).refuses("def h():\n    f()\n", "it is the only statement of its block");
        rust_at_f("op = 'delete', at = 's'").check("fn a() {\n    f();\n}\n", &["fn a() {\n}\n"]);
    }

    #[test]
    fn a_clause_goes_with_the_blanks_before_it() {
        let sample = python("match = '(else_clause) @target'\nedit = [{ op = 'delete', at = 'target' }]");
        sample.check("if a:\n    b  # c\nelse:\n    d\ne\n", &["if a:\n    b  # c\ne\n"]);
        let sample = python("match = '(if_clause) @target'\nedit = [{ op = 'delete', at = 'target' }]");
        sample.check("[x for x in y if x]\n", &["[x for x in y]\n"]);
    }

    #[test]
    fn match_arms_are_lines_and_get_their_comma() {
        let sample = rust(
            "match = '(match_arm pattern: (match_pattern (identifier) @_p) (#eq? @_p \"A\")) @target'\nedit = [{ op = 'after', at = 'target', text = 'B => 2,' }]",
        );
        sample.check(
            "fn a() {\n    match x {\n        A => 1\n    }\n}\n",
            &["fn a() {\n    match x {\n        A => 1,\n        B => 2,\n    }\n}\n"],
        );
        sample.check(
            "fn a() {\n    match x {\n        A => 1,\n        C => 3,\n    }\n}\n",
            &["fn a() {\n    match x {\n        A => 1,\n        B => 2,\n        C => 3,\n    }\n}\n"],
        );
    }

    #[test]
    fn a_moved_statement_leaves_no_trace() {
        let sample = python(
            "match = '(expression_statement (call)) @target'\nholes.next = { sibling = 'next' }\nedit = [{ op = 'after', at = 'next', text = '$target' }, { op = 'delete', at = 'target' }]",
        );
        sample.check("f()\nb\nc\n", &["b\nf()\nc\n"]);
        sample.check("f()\nb", &["b\nf()"]);
        let sample = python(
            "match = '(expression_statement (call)) @target'\nholes.before = { sibling = 'previous' }\nedit = [{ op = 'before', at = 'before', text = '$target' }, { op = 'delete', at = 'target' }]",
        );
        sample.check("a\nf()", &["f()\na"]);
    }
}
