//! What a line of the table of faults is.

use crate::event::{Category, Severity};

/// One fault. Its words are whole words, and those in capitals are meant as they are written.
pub(super) struct Known {
    pub(super) id: &'static str,
    pub(super) severity: Severity,
    pub(super) category: Category,
    /// The last part of the kind, one or another, with `|` between them.
    kinds: &'static str,
    /// Parts of the message, in the same way.
    words: &'static str,
    /// Whether kind and words must both fit; else one of them is enough.
    pub(super) needs_both: bool,
}

impl Known {
    /// The kinds, each by itself.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.kinds.split('|').filter(|kind| !kind.is_empty())
    }

    /// The words, each by itself.
    pub(super) fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.words.split('|').filter(|word| !word.is_empty())
    }
}

type Trouble = (Severity, Category);

/// A fault that is known by its message.
pub(super) const fn words(id: &'static str, trouble: Trouble, words: &'static str) -> Known {
    either(id, trouble, "", words)
}

/// A fault that is known by its kind or its message.
pub(super) const fn either(id: &'static str, (severity, category): Trouble, kinds: &'static str, words: &'static str) -> Known {
    Known { id, severity, category, kinds, words, needs_both: false }
}

/// A fault that is known by its kind and its message together.
pub(super) const fn both(id: &'static str, (severity, category): Trouble, kinds: &'static str, words: &'static str) -> Known {
    Known { id, severity, category, kinds, words, needs_both: true }
}
