//! Steps on trees that every reader takes. None of them recurses: the depth of a tree is the depth of somebody's text.

use crate::syntax::{Node, Source, children, span};
use crate::text::ByteSpan;

/// The children that stand in `field`.
pub(super) fn fields<'t>(node: Node<'t>, field: &str) -> Vec<Node<'t>> {
    node.children_by_field_name(field, &mut node.walk()).filter(Node::is_named).collect()
}

/// `root` and all named nodes below it in the order of the text; where `enters` says no, the node is given but not what lies below it.
pub(super) fn below<'t>(root: Node<'t>, enters: impl Fn(Node<'t>) -> bool) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        found.push(node);
        if node == root || enters(node) {
            waiting.extend(children(node).into_iter().rev());
        }
    }
    found
}

/// The nodes around `node`, innermost first.
pub(super) fn ancestors<'a>(source: &'a Source, node: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    source.ancestors(node).into_iter()
}

/// The smallest named node around `wanted`; none beyond the end of the text.
pub(super) fn node_at(source: &Source, wanted: ByteSpan) -> Option<Node<'_>> {
    source.root().named_descendant_for_byte_range(wanted.start, wanted.end)
}

/// The largest named node with exactly the bytes of `wanted` that is of one of `kinds`, or the smallest around it.
pub(super) fn node_of_kind<'s>(source: &'s Source, wanted: ByteSpan, kinds: &[&str]) -> Option<Node<'s>> {
    let node = node_at(source, wanted)?;
    std::iter::once(node).chain(ancestors(source, node)).find(|node| kinds.contains(&node.kind()))
}

/// The text of `node`.
pub(super) fn text<'s>(source: &'s Source, node: Node<'_>) -> &'s str {
    source.text(span(node))
}
