//! Source text as trees: the only room that names `tree_sitter`. One folder and one [`Language`] for each language.

mod language;

pub use language::LanguageId;
