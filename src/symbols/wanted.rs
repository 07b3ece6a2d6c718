//! What may be looked for in a project before its sources are read: a word, and what it must be where it stands.
//!
//! Judged by the letters of a file alone, as [`super::holds`] does it, so that thousands of files can be asked without parsing one.

/// A word, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    /// The word.
    pub word: String,
    /// What it must be.
    pub role: Role,
}

/// What a word is in a file. A language whose definitions cannot be told by letters alone has every use of the word for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Anything: code, comment or text.
    Anywhere,
    /// The name of a function, a method, a class or a named tuple.
    Definition,
    /// A name that the module defines or gives a value, and one that is imported, also inside a function.
    Binding,
    /// A name or an attribute that is defined or gets a value, wherever that is.
    Assigned,
    /// What a call calls.
    Call,
    /// A module by its dotted name: the file that holds it.
    Module,
}

impl Wanted {
    /// `word` as `role`.
    pub fn new(role: Role, word: impl Into<String>) -> Wanted {
        Wanted { word: word.into(), role }
    }
}
