//! How a function gives its value: its `return`s, and the ends that are reached without one.
//!
//! Source: The Python Language Reference 3.13, section 7.6 (return) and 8 (compound statements).

use super::super::model::Returns;
use super::super::walk::{below, fields, node_of_kind, text};
use crate::syntax::{Node, Source, children, span};
use crate::text::ByteSpan;

/// The returns of the function at `wanted`; nothing where there is no function.
pub(in crate::symbols) fn returns(source: &Source, wanted: ByteSpan) -> Returns {
    let mut returns = Returns::default();
    let Some(function) = node_of_kind(source, wanted, &["function_definition"]) else { return returns };
    let Some(body) = function.child_by_field_name("body") else { return returns };
    for node in below(body, |node| !matches!(node.kind(), "function_definition" | "class_definition" | "lambda")) {
        match node.kind() {
            "return_statement" => returns.values.extend(children(node).into_iter().map(span)),
            "yield" => returns.is_generator = true,
            _ => {}
        }
    }
    returns.open_ends = open_ends(source, body);
    returns
}

/// The last statements that are reached without leaving the function. Uses a list of its own instead of recursion.
fn open_ends(source: &Source, body: Node<'_>) -> Vec<ByteSpan> {
    let mut ends = Vec::new();
    let mut waiting = vec![body];
    while let Some(block) = waiting.pop() {
        let Some(last) = children(block).into_iter().next_back() else { continue };
        match last.kind() {
            "return_statement" | "raise_statement" | "continue_statement" | "break_statement" => {}
            "if_statement" => {
                let (blocks, is_whole) = branches(last);
                waiting.extend(blocks);
                ends.extend((!is_whole).then(|| span(last)));
            }
            "with_statement" => waiting.extend(fields(last, "body")),
            "try_statement" => waiting.extend(parts_of_try(last)),
            "while_statement" if is_endless(source, last) => {}
            _ => ends.push(span(last)),
        }
    }
    ends.sort();
    ends
}

/// The blocks of an `if`, and whether one of them is always taken.
fn branches(statement: Node<'_>) -> (Vec<Node<'_>>, bool) {
    let mut blocks = fields(statement, "consequence");
    let mut is_whole = false;
    for clause in fields(statement, "alternative") {
        blocks.extend(fields(clause, "consequence"));
        blocks.extend(fields(clause, "body"));
        is_whole |= clause.kind() == "else_clause";
    }
    (blocks, is_whole)
}

/// The blocks that a `try` may end in: handlers, and the `else` or else the body. A `finally` adds no end.
fn parts_of_try(statement: Node<'_>) -> Vec<Node<'_>> {
    let clauses = children(statement);
    let otherwise = clauses.iter().find(|clause| clause.kind() == "else_clause");
    let mut blocks = match otherwise {
        Some(clause) => fields(*clause, "body"),
        None => fields(statement, "body"),
    };
    let handlers = clauses.iter().filter(|clause| matches!(clause.kind(), "except_clause" | "except_group_clause"));
    blocks.extend(handlers.flat_map(|clause| children(*clause)).filter(|child| child.kind() == "block"));
    blocks
}

fn is_endless(source: &Source, statement: Node<'_>) -> bool {
    let is_true = fields(statement, "condition").iter().any(|condition| matches!(text(source, *condition), "True" | "1"));
    let own = |node: Node<'_>| !matches!(node.kind(), "while_statement" | "for_statement" | "function_definition" | "class_definition");
    is_true && !fields(statement, "body").into_iter().flat_map(|body| below(body, own)).any(|node| node.kind() == "break_statement")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::RepoPath;

    fn check(text: &str, values: &[&str], open_ends: &[&str]) {
        let source = Source::parse(RepoPath::new("a.py").unwrap(), text.as_bytes().into()).unwrap();
        let found = returns(&source, ByteSpan::new(0, 3));
        let texts = |spans: &[ByteSpan]| spans.iter().map(|span| source.text(*span).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            (texts(&found.values), texts(&found.open_ends)),
            (values.iter().map(ToString::to_string).collect(), open_ends.iter().map(ToString::to_string).collect())
        );
    }

    #[test]
    fn an_if_without_else_leaves_an_open_end() {
        check("def f(a):\n    if a:\n        return 1\n", &["1"], &["if a:\n        return 1"]);
        check("def f(a):\n    if a:\n        return 1\n    else:\n        a + 1\n", &["1"], &["a + 1"]);
    }

    #[test]
    fn endless_loops_raises_and_handlers_are_minded() {
        check("def f(a):\n    while True:\n        if a:\n            return 2\n", &["2"], &[]);
        check("def f(a):\n    try:\n        return g()\n    except E:\n        log()\n", &["g()"], &["log()"]);
        check("def f(a):\n    def h():\n        return 3\n    raise E\n", &[], &[]);
    }
}
