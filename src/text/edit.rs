//! Changes to one text: sorted, disjoint, applied all at once.

use super::ByteSpan;
use crate::explain::Explain;

/// New bytes in place of a span; an empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What goes.
    pub span: ByteSpan,
    /// What comes.
    pub text: String,
}

/// Edits that can be made together: in order, none touching the bytes of another, no two insertions at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditSet(Vec<Edit>);

/// Why edits cannot be made together, or not in this text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits want the same bytes, or insert at the same place.
    #[error("two edits overlap at byte {at}")]
    Overlap {
        /// The first byte that both want.
        at: usize,
    },
    /// An edit reaches beyond the text.
    #[error("an edit ends at byte {end}, behind the text's end at {len}")]
    Outside {
        /// Where the edit ends.
        end: usize,
        /// Length of the text in bytes.
        len: usize,
    },
}

impl Explain for EditError {}

impl EditSet {
    /// Sorts `edits` and checks that they are disjoint. An insertion may stand at the border of a replaced span.
    ///
    /// # Errors
    /// [`EditError::Overlap`].
    pub fn new(mut edits: Vec<Edit>) -> Result<EditSet, EditError> {
        edits.sort();
        edits.dedup();
        for pair in edits.windows(2) {
            let (one, two) = (pair[0].span, pair[1].span);
            if two.start < one.end || (one == two && one.is_empty()) {
                return Err(EditError::Overlap { at: two.start });
            }
        }
        Ok(EditSet(edits))
    }

    /// One edit.
    pub fn one(span: ByteSpan, text: impl Into<String>) -> EditSet {
        EditSet(vec![Edit { span, text: text.into() }])
    }

    /// The edits in order.
    pub fn edits(&self) -> &[Edit] {
        &self.0
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All edits of both sets.
    ///
    /// # Errors
    /// [`EditError::Overlap`].
    pub fn union(&self, other: &EditSet) -> Result<EditSet, EditError> {
        EditSet::new(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// The new text; bytes outside the edits are untouched.
    ///
    /// # Errors
    /// [`EditError::Outside`].
    pub fn apply(&self, text: &[u8]) -> Result<Vec<u8>, EditError> {
        let mut made = Vec::with_capacity(text.len() + 64);
        let mut at = 0;
        for edit in &self.0 {
            if edit.span.end > text.len() {
                return Err(EditError::Outside { end: edit.span.end, len: text.len() });
            }
            made.extend_from_slice(&text[at..edit.span.start]);
            made.extend_from_slice(edit.text.as_bytes());
            at = edit.span.end;
        }
        made.extend_from_slice(&text[at..]);
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { span: ByteSpan::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn edits_are_made_together_whatever_their_order() {
        let set = EditSet::new(vec![edit(4, 5, "E"), edit(0, 1, ""), edit(2, 2, "++")]).unwrap();
        assert_eq!(set.apply(b"abcdef").unwrap(), b"b++cdEf");
    }

    #[test]
    fn overlaps_and_double_insertions_are_refused() {
        assert_eq!(EditSet::new(vec![edit(0, 3, "x"), edit(2, 4, "y")]), Err(EditError::Overlap { at: 2 }));
        assert_eq!(EditSet::new(vec![edit(2, 2, "x"), edit(2, 2, "y")]), Err(EditError::Overlap { at: 2 }));
        assert_eq!(EditSet::one(ByteSpan::new(1, 9), "x").apply(b"abc"), Err(EditError::Outside { end: 9, len: 3 }));
    }
}
