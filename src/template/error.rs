//! What is wrong with a template, a vocabulary or a `where`, said to the person who wrote it.

use super::keys::UnknownKey;
use crate::explain::{Explain, closest};
use crate::syntax::QueryError;

/// Why the file of a template or vocabulary was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{id}: {problem}")]
pub struct TemplateError {
    /// The template: `python/wrap-call`; or the vocabulary: `python/vocabulary`.
    pub id: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a template, a vocabulary or a `where`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// Not TOML, or a value of the wrong type.
    #[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
    Toml {
        /// The line of the file, from 1.
        line: Option<usize>,
        /// What the TOML reader says.
        message: String,
    },
    /// A key that the format does not have.
    #[error("{0}")]
    Key(Unknown),
    /// A query that is refused.
    #[error("{place}: {source}")]
    Query {
        /// The key that holds it.
        place: String,
        /// What is wrong with it.
        source: QueryError,
    },
    /// A hole of a text that nothing fills.
    #[error("nothing fills `${name}`: capture `@{name}` in `match` or define it in [holes]{}", meant(closest.as_deref()))]
    Unfilled {
        /// The hole.
        name: String,
        /// A hole that exists and is nearly the same.
        closest: Option<String>,
    },
    /// A name that does not exist.
    #[error("{place}: no {what} `{name}`{}", meant(closest.as_deref()))]
    Unknown {
        /// The key that names it.
        place: String,
        /// `hole`, `scope`, `family`, ...
        what: &'static str,
        /// The name.
        name: String,
        /// A name that exists and is nearly the same.
        closest: Option<String>,
    },
    /// A capture or hole that nothing uses.
    #[error("{what} is used by nothing{}", if what.contains('@') { "; start its name with `_`" } else { "" })]
    Unused {
        /// ``capture `@x` `` or ``hole `x` ``.
        what: String,
    },
    /// Anything else, in a whole sentence.
    #[error("{0}")]
    Shape(String),
}

/// The inside of [`Problem::Key`].
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown(pub(crate) UnknownKey);

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Explain for TemplateError {
    fn hint(&self) -> Option<String> {
        self.problem.hint()
    }
}

impl Explain for Problem {
    fn hint(&self) -> Option<String> {
        match self {
            Problem::Query { source, .. } => source.hint(),
            Problem::Key(_) => Some("`homeostasis schema template` lists the keys".to_owned()),
            _ => None,
        }
    }
}

impl Problem {
    pub(super) fn shape(message: impl Into<String>) -> Problem {
        Problem::Shape(message.into())
    }

    pub(super) fn of_toml(error: &toml::de::Error, text: &str) -> Problem {
        let line = error.span().map(|span| text.bytes().take(span.start).filter(|&byte| byte == b'\n').count() + 1);
        Problem::Toml { line, message: error.message().to_owned() }
    }
}

/// Checks that `name` is one of `known`, which are of the sort `what`.
pub(super) fn known<'a>(
    place: &str,
    what: &'static str,
    name: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Result<(), Problem> {
    if known.clone().into_iter().any(|known| known == name) {
        return Ok(());
    }
    let closest = closest(name, known).map(str::to_owned);
    Err(Problem::Unknown { place: place.to_owned(), what, name: name.to_owned(), closest })
}

fn meant(closest: Option<&str>) -> String {
    closest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
