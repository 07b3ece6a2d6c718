//! What is wrong with a query, said to the person who wrote it: the line, the wrong word and the closest right one.

use tree_sitter::{Language, QueryErrorKind};

use crate::explain::{Explain, closest};

/// The predicates that are evaluated.
const PREDICATES: &[&str] =
    &["eq?", "not-eq?", "any-eq?", "any-not-eq?", "match?", "not-match?", "any-match?", "any-not-match?", "any-of?", "not-any-of?"];

/// Why a query was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A node kind, field or capture that does not exist.
    #[error("{}no {what} `{name}`{}", on_line(*line), meant(closest.as_deref()))]
    Unknown {
        /// The line in the query, from 1.
        line: usize,
        /// `node kind`, `field` or `capture`.
        what: &'static str,
        /// The name that is not known.
        name: String,
        /// A name that exists and is nearly the same.
        closest: Option<String>,
    },
    /// A predicate that the bindings would take as always true.
    #[error("no predicate `#{name}` (the bindings would take it as always true){}", meant(closest.as_deref()))]
    Predicate {
        /// Its name without the `#`.
        name: String,
        /// A predicate that exists and is nearly the same.
        closest: Option<String>,
    },
    /// A predicate outside the brackets.
    #[error(
        "a predicate stands outside the brackets of its pattern; there it is a pattern of its own that matches every node: \
         write `((call) @target (#eq? @target \"x\"))`"
    )]
    Outside,
    /// A pattern that no tree can match.
    #[error("{}no tree can match this pattern: {at}", on_line(*line))]
    Impossible {
        /// The line in the query, from 1.
        line: usize,
        /// The query from the impossible place on.
        at: String,
    },
    /// A text that is no query, or a predicate with wrong arguments.
    #[error("{}{message}", on_line(*line))]
    Shape {
        /// The line in the query, from 1.
        line: usize,
        /// What tree-sitter says.
        message: String,
    },
}

impl Explain for QueryError {
    fn hint(&self) -> Option<String> {
        match self {
            QueryError::Impossible { .. } => Some("children are written in the order in which they stand in the source".to_owned()),
            QueryError::Predicate { .. } => Some(format!("the predicates are {}", PREDICATES.join(", "))),
            _ => None,
        }
    }
}

impl QueryError {
    /// The error of tree-sitter in our words.
    pub(super) fn of(error: &tree_sitter::QueryError, language: &Language, text: &str) -> QueryError {
        let line = error.row + 1;
        let name = error.message.trim_matches('"').to_owned();
        let unknown = |what, names: Vec<&str>| {
            let closest = closest(&name, names).map(str::to_owned);
            QueryError::Unknown { line, what, name: name.clone(), closest }
        };
        let rest = || text.get(error.offset..).unwrap_or_default().chars().take(60).collect::<String>();
        match error.kind {
            QueryErrorKind::NodeType => unknown("node kind", kinds(language)),
            QueryErrorKind::Field => unknown("field", fields(language)),
            QueryErrorKind::Capture => unknown("capture", captures(text)),
            QueryErrorKind::Structure => QueryError::Impossible { line, at: format!("`{}`", rest()) },
            QueryErrorKind::Syntax => QueryError::Shape { line, message: format!("no query: it goes wrong at `{}`", rest()) },
            QueryErrorKind::Predicate | QueryErrorKind::Language => QueryError::Shape { line, message: error.message.clone() },
        }
    }

    /// The error about the predicate `name`.
    pub(super) fn predicate(name: &str) -> QueryError {
        QueryError::Predicate { name: name.to_owned(), closest: closest(name, PREDICATES.iter().copied()).map(str::to_owned) }
    }
}

/// Every kind of node that a query may name, tokens included.
fn kinds(language: &Language) -> Vec<&str> {
    let ids = 0..u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
    let can_be_named = |&id: &u16| language.node_kind_is_visible(id) || language.node_kind_is_supertype(id);
    ids.filter(can_be_named).filter_map(|id| language.node_kind_for_id(id)).collect()
}

fn fields(language: &Language) -> Vec<&str> {
    let ids = 1..=u16::try_from(language.field_count()).unwrap_or(u16::MAX);
    ids.filter_map(|id| language.field_name_for_id(id)).collect()
}

fn captures(text: &str) -> Vec<&str> {
    let is_in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let names = text.split('@').skip(1);
    names.map(|rest| &rest[..rest.find(|c| !is_in_name(c)).unwrap_or(rest.len())]).collect()
}

fn on_line(line: usize) -> String {
    if line > 1 { format!("line {line}: ") } else { String::new() }
}

fn meant(closest: Option<&str>) -> String {
    closest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// Checks that the grammar of `language` has the node kind `kind`.
///
/// # Errors
/// The closest kind that it has, if one is close.
pub fn check_kind(language: &dyn super::Language, kind: &str) -> Result<(), Option<String>> {
    let grammar = language.grammar();
    if grammar.id_for_node_kind(kind, true) != 0 || grammar.id_for_node_kind(kind, false) != 0 {
        return Ok(());
    }
    Err(closest(kind, kinds(&grammar)).map(str::to_owned))
}
