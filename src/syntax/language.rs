//! What the program must know of a language to read and edit its sources.

use std::fmt;

/// The name of a language as reports and folders spell it (`python`, `rust`, ...).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageId(pub &'static str);

impl LanguageId {
    /// Python.
    pub const PYTHON: LanguageId = LanguageId("python");
    /// Rust.
    pub const RUST: LanguageId = LanguageId("rust");
    /// A failure whose language the log does not tell.
    pub const UNKNOWN: LanguageId = LanguageId("unknown");
}

impl fmt::Display for LanguageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
