//! Python: its grammar shows everything, so nothing is masked.
//!
//! Source: tree-sitter-python 0.25.0, `grammar.js`.

use super::{Language, LanguageId};

/// Python 3, and what the grammar still reads of Python 2.
pub(super) struct Python;

impl Language for Python {
    fn id(&self) -> LanguageId {
        LanguageId::PYTHON
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["py", "pyi", "pyw"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_python::LANGUAGE.into()
    }
}
