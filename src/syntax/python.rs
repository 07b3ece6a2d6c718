//! Python: its grammar shows everything, so nothing is masked.
//!
//! Source: tree-sitter-python 0.25.0, `grammar.js`.

use std::sync::LazyLock;

use regex::Regex;

use super::{Habits, Language, LanguageId, Source, descendants, span};
use crate::text::ByteSpan;

static HABITS: LazyLock<Habits> = LazyLock::new(|| Habits {
    statements: &[
        "expression_statement",
        "return_statement",
        "raise_statement",
        "assert_statement",
        "delete_statement",
        "global_statement",
        "nonlocal_statement",
        "function_definition",
        "class_definition",
    ],
    covers: Regex::new(
        r"\b(if|else|or|try|except|pass|continue|break|suppress|getattr|setdefault)\b|\.get\(|\b(min|max)\(|\bnext\([^()]*,|errors\s*=",
    )
    .expect("the pattern is fixed"),
    forbidden: Regex::new(r"\bexcept\s*:|#\s*(type:\s*ignore|noqa|pragma)|\b(pytest\.)?(skip|xfail)\w*\(|\b(sys|os)\._?exit\(")
        .expect("the pattern is fixed"),
    heads: &["function_definition", "class_definition"],
    exact: Vec::new(),
});

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

    fn habits(&self) -> &'static Habits {
        &HABITS
    }

    /// The strings that hold doctests. Test modules are files of their own: `project` knows them.
    fn test_spans(&self, source: &Source) -> Vec<ByteSpan> {
        let is_doctest = |text: &str| text.contains(">>>");
        descendants(source.root()).filter(|node| node.kind() == "string" && is_doctest(source.text_of(*node))).map(span).collect()
    }
}
