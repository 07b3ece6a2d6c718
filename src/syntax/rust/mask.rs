//! Shows the arguments of well-known macros to the grammar: `assert!(a == b)` is parsed as the call `assert (a == b)`.
//!
//! The mask has the length of the text, so every offset holds in both. In `name!(..)` the `!` becomes a blank; in `name![..]`
//! all of `name!` does, which leaves an array. `name!{..}` stays: its content is no list of expressions. A mask under which the
//! arguments do not parse is undone. Macros that take patterns (`matches!`) or a syntax of their own are not listed.
//!
//! Source: the Rust 1.95 standard library's `macros.rs`; crates anyhow, log.

use tree_sitter::{Node, Tree};

use super::super::{limits, span};
use crate::text::ByteSpan;

/// Macros whose arguments are expressions, perhaps named (`x = y`).
const PLAIN: &[&str] = &[
    "anyhow",
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "ensure",
    "eprint",
    "eprintln",
    "error",
    "format",
    "format_args",
    "info",
    "panic",
    "print",
    "println",
    "todo",
    "trace",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
];

/// Nested macros show up one level a round; nobody nests deeper.
const MAX_ROUNDS: usize = 12;

/// One macro call: what becomes blank, and what the grammar must see in its place.
#[derive(Clone, Copy)]
struct Call {
    blank: ByteSpan,
    seen: ByteSpan,
    kind: &'static str,
}

/// The masked text; none when it holds no known macro.
pub(super) fn masked(grammar: &tree_sitter::Language, text: &[u8], tree: &Tree) -> Option<Vec<u8>> {
    let mut mask = text.to_vec();
    let mut tree = tree.clone();
    let mut refused = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let calls = calls_in(&tree, text, &refused);
        if calls.is_empty() {
            break;
        }
        tree = put(grammar, text, &mut mask, calls, &mut refused)?;
    }
    (mask != text).then_some(mask)
}

/// Masks `calls`, and takes back those that do not parse; returns the tree of what stays.
fn put(grammar: &tree_sitter::Language, text: &[u8], mask: &mut [u8], mut calls: Vec<Call>, refused: &mut Vec<ByteSpan>) -> Option<Tree> {
    for call in &calls {
        mask[call.blank.start..call.blank.end].fill(b' ');
    }
    loop {
        let tree = limits::parse(grammar, mask)?;
        let (fine, mut wrong): (Vec<Call>, Vec<Call>) = calls.iter().partition(|call| call.is_seen_in(&tree));
        if wrong.is_empty() {
            return Some(tree);
        }
        // An error disturbs its neighbours: first take back those that hold one, and look at the others again.
        if wrong.iter().any(|call| call.holds_error(&tree)) {
            wrong.retain(|call| call.holds_error(&tree));
        }
        for call in &wrong {
            mask[call.blank.start..call.blank.end].copy_from_slice(call.blank.of(text));
            refused.push(call.blank);
        }
        calls.retain(|call| !refused.contains(&call.blank));
        debug_assert!(calls.len() >= fine.len(), "only wrong calls are taken back");
    }
}

impl Call {
    /// The call of `invocation`; none for macros that stay.
    fn of(invocation: Node<'_>, text: &[u8]) -> Option<Call> {
        let name = invocation.child_by_field_name("macro")?;
        let last = name.child_by_field_name("name").unwrap_or(name);
        let last = std::str::from_utf8(span(last).of(text)).ok()?;
        let bang = invocation.child(1).filter(|bang| bang.kind() == "!")?;
        let tokens = invocation.child(2).filter(|tokens| tokens.kind() == "token_tree")?;
        if PLAIN.binary_search(&last).is_err() {
            return None;
        }
        match text.get(tokens.start_byte())? {
            b'(' => Some(Call { blank: span(bang), seen: span(invocation), kind: "call_expression" }),
            b'[' => {
                let blank = ByteSpan::new(name.start_byte(), bang.end_byte());
                Some(Call { blank, seen: span(tokens), kind: "array_expression" })
            }
            _ => None,
        }
    }

    fn is_seen_in(&self, tree: &Tree) -> bool {
        let mut node = tree.root_node().named_descendant_for_byte_range(self.seen.start, self.seen.end);
        while let Some(found) = node.filter(|&found| span(found) == self.seen) {
            if found.kind() == self.kind {
                return !found.has_error();
            }
            node = found.parent();
        }
        false
    }

    fn holds_error(&self, tree: &Tree) -> bool {
        tree.root_node()
            .descendant_for_byte_range(self.seen.start, self.seen.end)
            .is_some_and(|node| node.has_error() && self.seen.contains(span(node)) || node.is_error())
    }
}

/// The calls of known macros that `tree` shows, without those that were refused before.
fn calls_in(tree: &Tree, text: &[u8], refused: &[ByteSpan]) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let is_macro = node.kind() == "macro_invocation";
        if is_macro
            && let Some(call) = Call::of(node, text)
            && !refused.contains(&call.blank)
        {
            calls.push(call);
        }
        if !is_macro && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return calls;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Language as _;
    use crate::syntax::rust::Rust;

    fn check(text: &str, expected: &str) {
        let grammar = Rust.grammar();
        let tree = limits::parse(&grammar, text.as_bytes()).unwrap();
        let mask = masked(&grammar, text.as_bytes(), &tree).unwrap_or_else(|| text.as_bytes().to_vec());
        assert_eq!(String::from_utf8(mask).unwrap(), expected);
    }

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(PLAIN.is_sorted());
    }

    #[test]
    fn known_macros_become_calls_and_arrays_at_every_depth() {
        check("fn f() { assert_eq!(f(1, vec![a + 1, 2]), 3); }", "fn f() { assert_eq (f(1,     [a + 1, 2]), 3); }");
        check(
            "fn f() { let v = std::vec![0; n]; log::warn!(\"{}\", v.len()) }",
            "fn f() { let v =          [0; n]; log::warn (\"{}\", v.len()) }",
        );
    }

    #[test]
    fn what_is_no_list_of_expressions_stays() {
        for same in [
            "fn f() { info!(target: \"x\", \"y\"); }",
            "fn f() { matches!(a, A | B); }",
            "fn f() { println!{ a }; }",
            "macro_rules! m { ($x:expr) => { assert!($x) }; }",
        ] {
            check(same, same);
        }
    }

    #[test]
    fn a_refused_macro_does_not_take_its_neighbours_along() {
        check(
            "fn f() { assert!(a); info!(x = %y, \"z\"); assert!(vec![1].is_empty()); }",
            "fn f() { assert (a); info!(x = %y, \"z\"); assert (    [1].is_empty()); }",
        );
    }

    #[test]
    fn an_array_behind_a_block_is_no_index() {
        check("fn f() -> V { if a { b() } vec![c] }", "fn f() -> V { if a { b() }     [c] }");
    }
}
