//! Where a query looks: the regions that `in` names.

use super::bound::{Bound, Placed};
use super::error::{Problem, known};
use super::relation::nearest;
use super::site::Site;
use super::vocabulary::Vocabulary;
use crate::syntax::{Source, span};
use crate::text::ByteSpan;

/// One entry of `in`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// The node itself.
    Node,
    /// The nearest statement, block, function or class around it.
    Nearest(&'static str),
    /// Its file.
    File,
    /// The other files of the project.
    Project,
    /// The test files.
    Tests,
    /// What was seen at run time; nothing yet brings it.
    Trace,
    /// The list of the vocabulary; holds no nodes.
    Builtins,
    /// The nodes of a hole.
    Hole(String),
}

/// Bytes of one file in which a query looks.
#[derive(Clone, Copy)]
pub(super) struct Region<'s> {
    pub(super) source: &'s Source,
    pub(super) within: ByteSpan,
}

const NAMES: [&str; 10] = ["node", "statement", "block", "function", "class", "file", "project", "tests", "trace", "builtins"];

impl Scope {
    /// Reads `name`, which may be one of `holes`.
    pub(super) fn parse<'a>(name: &str, holes: impl IntoIterator<Item = &'a str> + Clone, place: &str) -> Result<Scope, Problem> {
        Ok(match name {
            "node" => Scope::Node,
            "file" => Scope::File,
            "project" => Scope::Project,
            "tests" => Scope::Tests,
            "trace" => Scope::Trace,
            "builtins" => Scope::Builtins,
            "statement" => Scope::Nearest("statement"),
            "block" => Scope::Nearest("block"),
            "function" => Scope::Nearest("function"),
            "class" => Scope::Nearest("class"),
            _ => {
                let names: Vec<&str> = NAMES.into_iter().chain(holes).collect();
                known(place, "scope", name, names.iter().copied())?;
                Scope::Hole(name.to_owned())
            }
        })
    }

    /// The regions around `at`.
    pub(super) fn regions<'s>(&self, site: &'s Site<'s>, vocabulary: &Vocabulary, bound: &Bound<'s>, at: Placed<'s>) -> Vec<Region<'s>> {
        let region = |placed: Placed<'s>| Region { source: placed.source, within: span(placed.node) };
        let whole = |source: &'s Source| Region { source, within: ByteSpan::new(0, source.bytes().len()) };
        match self {
            Scope::Node => vec![region(at)],
            Scope::Nearest(kind) => {
                let node = nearest(vocabulary, at.source, at.node, kind);
                node.map(|node| Region { source: at.source, within: span(node) }).into_iter().collect()
            }
            Scope::File => vec![whole(at.source)],
            Scope::Project => others(site.project, at.source).map(whole).collect(),
            Scope::Tests => others(site.tests, at.source).map(whole).collect(),
            Scope::Trace | Scope::Builtins => Vec::new(),
            Scope::Hole(name) => bound.nodes(name).map(region).collect(),
        }
    }
}

fn others<'s>(sources: &'s [&'s Source], own: &'s Source) -> impl Iterator<Item = &'s Source> {
    let language = own.language().id();
    sources.iter().copied().filter(move |source| source.path() != own.path() && source.language().id() == language)
}
