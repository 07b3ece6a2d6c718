//! Small questions to a node that `tree_sitter` answers slowly, or not at all.

use tree_sitter::{Node, Tree};

use crate::text::ByteSpan;

/// The bytes that `node` covers.
pub fn span(node: Node<'_>) -> ByteSpan {
    ByteSpan::new(node.start_byte(), node.end_byte())
}

/// The named children of `node` in order, without comments.
pub fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// The field under which `parent` holds `child`; none for a child without a field, or no child of it.
pub fn field_in_parent<'tree>(parent: Node<'tree>, child: Node<'tree>) -> Option<&'tree str> {
    let mut cursor = parent.walk();
    let mut more = cursor.goto_first_child();
    while more {
        if cursor.node() == child {
            return cursor.field_name();
        }
        more = cursor.goto_next_sibling();
    }
    None
}

/// `node` and every node below it, in the order of the text; no recursion, however deep the tree.
pub fn descendants(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor = node.walk();
    let mut next = Some(node);
    std::iter::from_fn(move || {
        let now = next?;
        let mut more = cursor.goto_first_child() || cursor.goto_next_sibling();
        while !more && cursor.goto_parent() {
            more = cursor.goto_next_sibling();
        }
        next = more.then(|| cursor.node());
        Some(now)
    })
}

/// From the root down to `node`, both included; walks down once, since each `Node::parent` starts at the root again.
pub(super) fn path_to<'tree>(root: Node<'tree>, node: Node<'tree>) -> Vec<Node<'tree>> {
    let mut path = vec![root];
    let mut at = root;
    while at != node {
        match at.child_with_descendant(node) {
            Some(child) if child != at => at = child,
            _ => break,
        }
        path.push(at);
    }
    path
}

/// The number of `ERROR` and `MISSING` nodes.
pub(super) fn n_errors(tree: &Tree) -> usize {
    let mut count = 0;
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        count += usize::from(node.is_error() || node.is_missing());
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return count;
            }
        }
    }
}
