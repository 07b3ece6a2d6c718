//! Copies that drift apart: a `clone()` that a patch adds, and of which either side is changed later in the same function.
//!
//! The compiler is content with such a copy, and a change that should be seen is lost in one of the two.

use std::collections::BTreeMap;

use crate::syntax::{self, LanguageId, Node, Source};

/// Methods of the standard library that change what they are called on, and the beginnings of names that say so.
const CHANGING: &[&str] = &[
    "append",
    "as_mut",
    "clear",
    "dedup",
    "drain",
    "entry",
    "extend",
    "fill",
    "get_mut",
    "insert",
    "iter_mut",
    "last_mut",
    "first_mut",
    "pop",
    "pop_back",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "resize",
    "retain",
    "reverse",
    "rotate_left",
    "rotate_right",
    "shuffle",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "split_off",
    "swap",
    "swap_remove",
    "truncate",
    "write",
    "write_all",
];
const CHANGING_BEGINS: &[&str] = &["set_", "add_", "update", "increment", "push_", "remove_", "insert_"];

/// Whether `after` has a copy that `before` has not, and either side of it is changed behind it.
pub(super) fn drift_apart(before: &Source, after: &Source) -> bool {
    if after.language().id() != LanguageId::RUST {
        return false;
    }
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for copy in copies(before) {
        *known.entry(before.text_of(copy)).or_default() += 1;
    }
    copies(after).into_iter().any(|copy| match known.get_mut(after.text_of(copy)) {
        Some(n) if *n > 0 => {
            *n -= 1;
            false
        }
        _ => drifts(after, copy),
    })
}

/// The calls of `clone`, `to_owned`, `to_vec`.
fn copies(source: &Source) -> Vec<Node<'_>> {
    let is_copy = |node: &Node<'_>| {
        node.kind() == "call_expression" && method(source, *node).is_some_and(|(_, name)| ["clone", "to_owned", "to_vec"].contains(&name))
    };
    syntax::descendants(source.root()).filter(is_copy).collect()
}

/// The receiver and the name of a call of a method.
fn method<'s>(source: &'s Source, call: Node<'s>) -> Option<(Node<'s>, &'s str)> {
    let function = call.child_by_field_name("function").filter(|function| function.kind() == "field_expression")?;
    Some((function.child_by_field_name("value")?, source.text_of(function.child_by_field_name("field")?)))
}

fn drifts(source: &Source, copy: Node<'_>) -> bool {
    let Some((original, _)) = method(source, copy) else { return false };
    let above = source.ancestors(copy);
    let Some(function) = above.iter().find(|node| node.kind() == "function_item") else { return false };
    let end = above
        .iter()
        .take_while(|node| !node.kind().ends_with("_item"))
        .find(|node| is_statement(**node))
        .map_or(copy, |node| *node)
        .end_byte();
    let name = above
        .iter()
        .find(|node| node.kind() == "let_declaration" && node.child_by_field_name("value") == Some(copy))
        .and_then(|node| node.child_by_field_name("pattern"));
    let is_later = |node: &Node<'_>| node.start_byte() >= end || is_in_loop(&above, *node);
    let changed = syntax::descendants(*function).filter(is_later).filter_map(|node| changed_place(source, node));
    let places: Vec<&str> = std::iter::once(original).chain(name).map(|node| root(source, node)).collect();
    changed.into_iter().any(|place| places.contains(&root(source, place)))
}

fn is_statement(node: Node<'_>) -> bool {
    matches!(node.kind(), "let_declaration" | "expression_statement")
}

/// Whether `node` stands in a loop around the copy, so that it runs after it too.
fn is_in_loop(above: &[Node<'_>], node: Node<'_>) -> bool {
    let is_loop = |node: &&Node<'_>| matches!(node.kind(), "for_expression" | "while_expression" | "loop_expression");
    above.iter().filter(is_loop).any(|outer| outer.byte_range().contains(&node.start_byte()))
}

/// The place that `node` changes.
fn changed_place<'s>(source: &'s Source, node: Node<'s>) -> Option<Node<'s>> {
    match node.kind() {
        "assignment_expression" | "compound_assignment_expr" => node.child_by_field_name("left"),
        "reference_expression" => {
            let is_mutable = syntax::children(node).iter().any(|child| child.kind() == "mutable_specifier");
            node.child_by_field_name("value").filter(|_| is_mutable)
        }
        "call_expression" => {
            let (receiver, name) = method(source, node)?;
            let changes = CHANGING.contains(&name) || CHANGING_BEGINS.iter().any(|begin| name.starts_with(begin));
            changes.then_some(receiver)
        }
        _ => None,
    }
}

/// The name that a place begins with: `self.items` of `self.items[0].name`, `v` of `v.len`.
fn root<'s>(source: &'s Source, place: Node<'s>) -> &'s str {
    let mut node = place;
    loop {
        let inner = match node.kind() {
            "field_expression" => {
                let value = node.child_by_field_name("value");
                if value.is_some_and(|value| value.kind() == "self") {
                    return source.text_of(node);
                }
                value
            }
            "index_expression" | "parenthesized_expression" | "unary_expression" | "try_expression" => node.named_child(0),
            "mut_pattern" | "reference_expression" => syntax::children(node).into_iter().rfind(syntax::Node::is_named),
            // What a call gives is another place: the inside of a lock is shared by all copies of the handle.
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return source.text_of(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::RepoPath;

    fn drift(before: &str, after: &str) -> bool {
        let parse = |text: &str| Source::parse(RepoPath::new("a.rs").unwrap(), Arc::from(text.as_bytes())).unwrap();
        drift_apart(&parse(before), &parse(after))
    }

    #[test]
    fn a_copy_that_either_side_changes_later_drifts_apart() {
        for (before, after) in [
            ("fn f(v: Vec<u8>) { g(v); v.push(1); }", "fn f(mut v: Vec<u8>) { g(v.clone()); v.push(1); }"),
            ("fn f(v: Vec<u8>) { let mut w = v; w.push(1); h(v); }", "fn f(v: Vec<u8>) { let mut w = v.clone(); w.push(1); h(v); }"),
            ("fn f(s: S) { g(s); s.n = 1; }", "fn f(mut s: S) { g(s.clone()); s.n = 1; }"),
            ("fn f(s: S) { g(s); h(&mut s); }", "fn f(mut s: S) { g(s.clone()); h(&mut s); }"),
            ("fn f(&mut self) { g(self.all); self.all[0] += 1; }", "fn f(&mut self) { g(self.all.clone()); self.all[0] += 1; }"),
            ("fn f(v: V) { loop { v.set_n(1); g(v); } }", "fn f(v: V) { loop { v.set_n(1); g(v.clone()); } }"),
        ] {
            assert!(drift(before, after), "{after}");
        }
    }

    #[test]
    fn a_copy_that_is_only_read_does_not() {
        for (before, after) in [
            ("fn f(v: Vec<u8>) { g(v); h(v); }", "fn f(v: Vec<u8>) { g(v.clone()); h(v); }"),
            ("fn f(mut v: Vec<u8>) { v.push(1); g(v); h(v); }", "fn f(mut v: Vec<u8>) { v.push(1); g(v.clone()); h(v); }"),
            ("fn f(v: V, mut w: W) { g(v); w.push(1); h(v); }", "fn f(v: V, mut w: W) { g(v.clone()); w.push(1); h(v); }"),
            ("fn f(v: V) { g(v.clone()); v.push(1); }", "fn f(mut v: V) { g(v.clone()); v.push(1); }"),
            ("fn f(c: C) { g(c); *c.lock().unwrap() += 1; }", "fn f(c: C) { g(c.clone()); *c.lock().unwrap() += 1; }"),
            ("fn f(&mut self) { g(self.a); self.b = 1; }", "fn f(&mut self) { g(self.a.clone()); self.b = 1; }"),
        ] {
            assert!(!drift(before, after), "{after}");
        }
    }
}
