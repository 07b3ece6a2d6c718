//! What fills the holes while one candidate is made.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::text::{Piece, Text};
use crate::syntax::{Captured, Node, Source};
use crate::text::ByteSpan;

/// A node and the file that holds it.
#[derive(Clone, Copy)]
pub struct Placed<'s> {
    /// The file.
    pub source: &'s Source,
    /// The node.
    pub node: Node<'s>,
}

/// What fills one hole.
#[derive(Clone)]
pub enum Value<'s> {
    /// A text without a place.
    Text(String),
    /// A node; its text keeps its comments and is indented anew where it lands.
    Node(Placed<'s>),
    /// Several nodes, all edited together; it has no text.
    Nodes(Vec<Placed<'s>>),
    /// A text with holes of its own.
    Composed(Composed<'s>),
}

/// The text of a `one_of` that names other holes.
#[derive(Clone, Copy)]
pub struct Composed<'s>(pub(super) &'s Text);

/// The filled holes, by their names.
#[derive(Clone, Default)]
pub struct Bound<'s> {
    values: BTreeMap<Cow<'s, str>, Value<'s>>,
}

impl<'s> Placed<'s> {
    /// Its text.
    pub fn text(self) -> &'s str {
        self.source.text_of(self.node)
    }

    /// Its bytes in the file.
    pub fn span(self) -> ByteSpan {
        self.source.span_of(self.node)
    }

    /// Whether both are of the same file.
    pub fn is_beside(self, other: Placed<'_>) -> bool {
        std::ptr::eq(self.source, other.source)
    }
}

impl<'s> Bound<'s> {
    /// The captures of `captured` as holes; those that start with `_` only served the query.
    pub fn of(source: &'s Source, captured: &Captured<'s>) -> Bound<'s> {
        let mut bound = Bound::default();
        for (name, _) in captured.iter().filter(|(name, _)| !name.starts_with('_')) {
            let mut nodes: Vec<Placed<'s>> = captured.all(name).map(|node| Placed { source, node }).collect();
            let value = if nodes.len() == 1 { nodes.pop().map(Value::Node) } else { Some(Value::Nodes(nodes)) };
            bound.values.insert(Cow::Borrowed(name), value.expect("a name that was iterated has a node"));
        }
        bound
    }

    /// Fills `name`.
    pub fn set(&mut self, name: impl Into<Cow<'s, str>>, value: Value<'s>) {
        self.values.insert(name.into(), value);
    }

    /// What fills `name`.
    pub fn get(&self, name: &str) -> Option<&Value<'s>> {
        self.values.get(name)
    }

    /// Whether `name` is filled.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The node that fills `name`; the first of several.
    pub fn node(&self, name: &str) -> Option<Placed<'s>> {
        self.nodes(name).next()
    }

    /// The nodes that fill `name`.
    pub fn nodes(&self, name: &str) -> impl Iterator<Item = Placed<'s>> {
        let nodes = match self.get(name) {
            Some(Value::Node(node)) => std::slice::from_ref(node),
            Some(Value::Nodes(nodes)) => nodes,
            Some(Value::Text(_) | Value::Composed(_)) | None => &[],
        };
        nodes.iter().copied()
    }

    /// The text of `name`; none for a hole that is empty or holds several nodes.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.get(name)? {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Node(node) => Some(Cow::Borrowed(node.text())),
            Value::Composed(text) => self.plain(text.0).map(Cow::Owned),
            Value::Nodes(_) => None,
        }
    }

    /// `text` with its holes replaced, indented as they stand; none where a hole has no text.
    pub(super) fn plain(&self, text: &Text) -> Option<String> {
        let mut plain = String::new();
        for piece in text.pieces() {
            match piece {
                Piece::Literal(literal) => plain.push_str(literal),
                Piece::Hole(name) => plain.push_str(&self.text(name)?),
            }
        }
        Some(plain)
    }

    /// The names and texts of all holes that have a text.
    pub fn texts(&self) -> BTreeMap<String, String> {
        let text = |name: &Cow<'s, str>| Some((name.clone().into_owned(), self.text(name)?.into_owned()));
        self.values.keys().filter_map(text).collect()
    }
}
