//! Generators that a decorator made coroutines: functions of the language that wait by `await`.

use super::Rewriter;
use crate::diagnosis::drift::table::Kind;
use crate::syntax::{Node, children, descendants, span};
use crate::text::ByteSpan;

impl<'s> Rewriter<'s, '_> {
    /// The decorator goes, `async` comes before `def`, and each `yield from` of the function itself becomes `await`.
    pub(super) fn coroutines(&mut self) {
        let rows = self.of_kind(&[Kind::Decorator]);
        if rows.is_empty() {
            return;
        }
        let nodes: Vec<Node<'s>> = descendants(self.source.root()).filter(|node| node.kind() == "decorator").collect();
        for decorator in nodes {
            let Some(name) = decorator.named_child(0) else { continue };
            let dotted = self.imports.dotted(name);
            if !rows.iter().any(|row| Some(row.old) == dotted.as_deref()) {
                continue;
            }
            let function = decorator.parent().and_then(|around| around.child_by_field_name("definition"));
            match function.filter(|function| self.waits(*function)) {
                Some(function) => self.coroutine(decorator, name, function),
                None => self.n_left += 1,
            }
        }
    }

    /// Whether all that the function yields is `yield from`: a plain `yield` gives values, which a coroutine cannot.
    fn waits(&self, function: Node<'s>) -> bool {
        let is_plain = function.kind() == "function_definition" && !self.source.text_of(function).starts_with("async");
        is_plain && own_yields(function).into_iter().all(|node| operand(node).is_some())
    }

    fn coroutine(&mut self, decorator: Node<'s>, name: Node<'s>, function: Node<'s>) {
        for node in own_yields(function) {
            let Some(operand) = operand(node) else { continue };
            let is_tight = matches!(operand.kind(), "call" | "identifier" | "attribute" | "subscript" | "parenthesized_expression");
            let text = self.text(span(operand));
            let text = if is_tight { format!("await {text}") } else { format!("await ({text})") };
            self.put(span(node), text);
        }
        let next = decorator.next_named_sibling().map_or(function.start_byte(), |next| next.start_byte());
        let is_last = next == function.start_byte();
        self.put(ByteSpan::new(decorator.start_byte(), next), if is_last { "async ".to_owned() } else { String::new() });
        if !is_last {
            self.put(ByteSpan::empty(function.start_byte()), "async ".to_owned());
        }
        if name.kind() == "identifier" {
            self.rewritten.push(self.source.text_of(name).to_owned());
        }
        self.n_uses += 1;
    }
}

/// The yields of the function itself, the inner ones first; those of functions inside it are theirs.
fn own_yields(function: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut waiting: Vec<Node<'_>> = function.child_by_field_name("body").into_iter().collect();
    while let Some(node) = waiting.pop() {
        if node.kind() == "yield" {
            found.push(node);
        }
        waiting.extend(
            children(node).into_iter().filter(|child| !matches!(child.kind(), "function_definition" | "class_definition" | "lambda")),
        );
    }
    found.sort_by_key(|node| span(*node).len());
    found
}

/// What is waited for, where it is `yield from`.
fn operand(node: Node<'_>) -> Option<Node<'_>> {
    (node.child(1)?.kind() == "from").then(|| node.named_child(0)).flatten()
}
