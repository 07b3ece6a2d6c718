//! Fix templates: what a change looks like, as data; the only mechanism of ours that makes source text.
//!
//! A template is a query for a place, holes with sources, and edits ([`load`]). At a place its holes are filled ([`hole`],
//! [`instance`]), its edits are put ([`edit`]) and written ([`compose`]), and the parser decides about brackets and refuses what
//! breaks ([`brackets`]). What a language is like stands in its [`vocabulary`]. Knows no fault, and opens no file.

mod bound;
mod brackets;
mod catalogue;
#[cfg(test)]
mod check;
mod compose;
mod constraint;
mod edit;
mod error;
mod example;
mod file;
mod filter;
mod fragment;
mod hole;
mod instance;
pub(crate) mod keys;
mod line;
mod load;
mod pattern;
#[cfg(test)]
mod policy;
mod refusal;
mod relation;
mod resolver;
mod scope;
mod site;
mod text;
mod twin;
mod vocabulary;

use std::fmt;

pub use bound::{Bound, Composed, Placed, Value};
pub use catalogue::Templates;
use edit::Edit;
pub use error::{Problem, TemplateError, Unknown};
pub use example::{Example, ExampleProblem};
pub use file::TestFile;
pub use filter::Where;
use hole::Hole;
pub use instance::{Filling, Instance, Instances};
pub(crate) use pattern::Pattern;
pub(crate) use relation::nearest;
pub use site::{Knowledge, NoKnowledge, Question, Reply, Site};
pub(crate) use twin::twins;

use crate::syntax::LanguageId;

/// The name of a template: its path below `templates`, without the extension (`python/wrap-call`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateId(String);

/// A checked template.
#[derive(Debug)]
pub struct Template {
    id: TemplateId,
    language: LanguageId,
    summary: String,
    pattern: Pattern,
    tests: Where,
    holes: Vec<Hole>,
    change: Change,
    limit: usize,
    search: Option<Search>,
    examples: Vec<Example>,
}

/// What the template does.
#[derive(Debug)]
enum Change {
    /// Alternatives, the best first.
    Rewrite(Vec<Edit>),
    /// All together.
    Edits(Vec<Edit>),
}

/// How the search uses a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Fixes per 1000 candidates, as a run of the benchmark counted them.
    pub prior: f64,
    /// The node kinds that are tried; empty for all that the query matches.
    pub kinds: Vec<String>,
    /// What must be known: `types`, `traces`, `tests`.
    pub needs: Vec<String>,
}

impl TemplateId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Template {
    /// Its name.
    pub fn id(&self) -> &TemplateId {
        &self.id
    }

    /// The language whose sources it changes.
    pub fn language(&self) -> LanguageId {
        self.language
    }

    /// The change in a few words.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// How the search uses it; none for templates that only rules use.
    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// Its examples.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// The names of its holes, captures first: what a rule may fill.
    pub fn hole_names(&self) -> impl Iterator<Item = &str> {
        let captures = self.pattern.captures().iter().filter(|name| !name.starts_with('_')).map(String::as_str);
        captures.chain(self.holes.iter().map(|hole| hole.name.as_str()))
    }

    /// The holes that only a rule can fill: `given` without a default.
    pub fn required_holes(&self) -> impl Iterator<Item = &str> {
        let is_required = |hole: &&Hole| matches!(hole.from, hole::From::Given { default: None });
        self.holes.iter().filter(is_required).map(|hole| hole.name.as_str())
    }

    /// Whether the hole `name` stands for a place, so that a rule must fill it with a node.
    pub fn is_place(&self, name: &str) -> bool {
        self.holes.iter().any(|hole| hole.name == name && hole.is_place)
    }
}
