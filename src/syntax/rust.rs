//! Rust: macro arguments are opaque token trees to its grammar, so the calls of known macros are masked as plain calls.
//!
//! Source: tree-sitter-rust 0.24.2, `grammar.js`.

mod mask;

use super::{Language, LanguageId};

/// Rust, all editions.
pub(super) struct Rust;

impl Language for Rust {
    fn id(&self) -> LanguageId {
        LanguageId::RUST
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_rust::LANGUAGE.into()
    }

    fn masked(&self, text: &[u8], tree: &tree_sitter::Tree) -> Option<Vec<u8>> {
        mask::masked(&self.grammar(), text, tree)
    }
}
