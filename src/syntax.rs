//! Source text as trees: the only room that names `tree_sitter`. One folder and one [`Language`] for each language.
//!
//! A [`Source`] is one file, parsed once; a [`Query`] finds places in it. Knows no fix, and never reads the disk.

mod language;
mod limits;
mod node;
mod python;
mod query;
mod query_error;
mod rust;
mod source;

pub use language::{Exact, Habits, Language, LanguageId, language, language_of, languages};
pub use node::{children, descendants, field_in_parent, span};
pub use query::{Captured, Query};
pub use query_error::{QueryError, check_kind};
pub use source::{Source, SourceError};
/// A node of a syntax tree; it lives as long as its [`Source`].
pub use tree_sitter::Node;
