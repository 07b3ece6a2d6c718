//! Relations between nodes, read upwards and sideways: queries only look down.

use super::error::{Problem, known};
use super::vocabulary::Vocabulary;
use crate::syntax::{Node, Source, children};

/// Which siblings a hole takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sibling {
    Next,
    Previous,
    Later,
    Other,
}

impl Sibling {
    pub(super) fn parse(name: &str, place: &str) -> Result<Sibling, Problem> {
        known(place, "sibling", name, ["next", "previous", "later", "other"])?;
        Ok(match name {
            "next" => Sibling::Next,
            "previous" => Sibling::Previous,
            "later" => Sibling::Later,
            _ => Sibling::Other,
        })
    }

    /// The siblings of `node` that are code, the nearest first.
    pub(super) fn of<'s>(self, source: &'s Source, node: Node<'s>) -> Vec<Node<'s>> {
        let Some(&parent) = source.ancestors(node).first() else { return Vec::new() };
        let all = children(parent);
        let Some(at) = all.iter().position(|&sibling| sibling == node) else { return Vec::new() };
        let (before, behind) = (&all[..at], &all[at + 1..]);
        match self {
            Sibling::Next => behind.iter().take(1).copied().collect(),
            Sibling::Previous => before.iter().rev().take(1).copied().collect(),
            Sibling::Later => behind.to_vec(),
            Sibling::Other => {
                let mut other: Vec<Node<'s>> = all.iter().copied().filter(|&sibling| sibling != node).collect();
                other.sort_by_key(|sibling| gap(*sibling, node));
                other
            }
        }
    }
}

/// The nearest node of the sort `name` that holds `node`, which may be itself; `parent` is always another one.
pub(crate) fn nearest<'s>(vocabulary: &Vocabulary, source: &'s Source, node: Node<'s>, name: &str) -> Option<Node<'s>> {
    let ancestors = source.ancestors(node);
    if name == "parent" {
        return ancestors.first().copied();
    }
    let path: Vec<Node<'s>> = std::iter::once(node).chain(ancestors).collect();
    if name == "statement" {
        return path.windows(2).find(|pair| vocabulary.is("block", pair[1])).map(|pair| pair[0]);
    }
    path.into_iter().find(|&node| vocabulary.is(name, node))
}

/// The number of bytes between two nodes; zero where one holds the other.
pub(super) fn gap(one: Node<'_>, other: Node<'_>) -> usize {
    let behind = one.start_byte().saturating_sub(other.end_byte());
    let before = other.start_byte().saturating_sub(one.end_byte());
    behind.max(before)
}
