//! What a log underlines in the source, and whether a node is just that.
//!
//! rustc underlines with columns of the file; Python (3.11 and later) underlines the line as it prints it, without its indent; a panic names
//! the column where the expression or the method's name begins.

use std::ops::Range;

use crate::text::{ByteSpan, LineIndex, LineNo, RepoPath};

/// A marked place, as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// The file, with `/`.
    pub(super) file: String,
    /// The line, counted from one.
    pub(super) line: u32,
    /// Where on it.
    pub(super) columns: Columns,
}

/// Which characters of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Columns {
    /// The log does not say.
    Unknown,
    /// It begins at this column, counted from one.
    Start(u32),
    /// From a column to before another one, counted from one, the end maybe on a later line.
    Span { start: u32, end_line: u32, end: u32 },
    /// Columns counted from zero in the line without its indent.
    Trimmed(Range<u32>),
}

/// Bytes that a mark covers; without an end, only where it begins is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) start: usize,
    pub(super) end: Option<usize>,
}

impl Marked {
    /// Whether the mark is on `span` and nothing else.
    pub(super) fn is(self, span: ByteSpan) -> bool {
        self.start == span.start && self.end.is_none_or(|end| end == span.end)
    }
}

impl Mark {
    /// Whether the printed file can be `path`: one is the tail of the other, part by part.
    pub(super) fn is_in(&self, path: &RepoPath) -> bool {
        let printed = self.file.strip_prefix("./").unwrap_or(&self.file);
        let is_tail = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|head| head.is_empty() || head.ends_with('/'));
        !printed.is_empty() && (is_tail(printed, path.as_str()) || is_tail(path.as_str(), printed))
    }

    /// The lines that it spans, both counted in, moved by `shift`.
    pub(super) fn lines(&self, shift: i64) -> Option<(LineNo, LineNo)> {
        let last = match self.columns {
            Columns::Span { end_line, .. } => end_line.max(self.line),
            _ => self.line,
        };
        Some((moved(self.line, shift)?, moved(last, shift)?))
    }

    /// The bytes of `text` that it covers, its lines moved by `shift`; none where it names no column or none of this text.
    pub(super) fn bytes(&self, text: &[u8], lines: &LineIndex, shift: i64) -> Option<Marked> {
        let line = moved(self.line, shift)?;
        match &self.columns {
            Columns::Unknown => None,
            Columns::Start(column) => Some(Marked { start: byte_at(text, lines, line, column.checked_sub(1)?)?, end: None }),
            Columns::Span { start, end_line, end } => {
                let start = byte_at(text, lines, line, start.checked_sub(1)?)?;
                let end = byte_at(text, lines, moved(*end_line, shift)?, end.checked_sub(1)?)?;
                Some(Marked { start, end: Some(end) })
            }
            Columns::Trimmed(range) => {
                let line_text = std::str::from_utf8(lines.span_of(line)?.of(text)).ok()?;
                let indent = u32::try_from(line_text.chars().take_while(|c| c.is_whitespace()).count()).ok()?;
                let at = |column: u32| byte_at(text, lines, line, column.checked_add(indent)?);
                // CPython underlines no further than the end of the line, where an expression of several lines goes on.
                let is_cut = range.end as usize >= line_text.trim().chars().count();
                let end = if is_cut { None } else { Some(at(range.end)?) };
                Some(Marked { start: at(range.start)?, end })
            }
        }
    }
}

fn moved(line: u32, shift: i64) -> Option<LineNo> {
    LineNo::new(u32::try_from(i64::from(line) + shift).ok()?)
}

/// The byte of the character `column`, counted from zero, of `line`; one past its last character is still a place.
fn byte_at(text: &[u8], lines: &LineIndex, line: LineNo, column: u32) -> Option<usize> {
    let span = lines.span_of(line)?;
    let line_text = std::str::from_utf8(span.of(text)).ok()?;
    let ends = std::iter::once(line_text.len());
    line_text.char_indices().map(|(at, _)| at).chain(ends).nth(column as usize).map(|at| span.start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, line: u32, columns: Columns) -> Option<Marked> {
        let mark = Mark { file: "src/a.rs".to_owned(), line, columns };
        mark.bytes(text.as_bytes(), &LineIndex::new(text.as_bytes()), 0)
    }

    #[test]
    fn columns_count_characters_and_bytes_come_out() {
        let text = "fn f() {\n    é(b)\n}\n";
        assert_eq!(bytes(text, 2, Columns::Span { start: 7, end_line: 2, end: 8 }), Some(Marked { start: 16, end: Some(17) }));
        assert_eq!(bytes(text, 2, Columns::Trimmed(2..3)), Some(Marked { start: 16, end: Some(17) }));
        assert_eq!(bytes(text, 2, Columns::Trimmed(0..4)), Some(Marked { start: 13, end: None }), "it may go on");
        assert_eq!(bytes(text, 2, Columns::Start(5)), Some(Marked { start: 13, end: None }));
        assert_eq!(bytes(text, 2, Columns::Start(99)), None);
        assert_eq!(bytes(text, 9, Columns::Start(1)), None);
    }

    #[test]
    fn a_printed_file_is_a_tail_or_has_one() {
        let is_in = |file: &str, path: &str| {
            Mark { file: file.to_owned(), line: 1, columns: Columns::Unknown }.is_in(&RepoPath::new(path).unwrap())
        };
        assert!(is_in("/home/u/app/src/a.rs", "src/a.rs"));
        assert!(is_in("src/a.rs", "crates/x/src/a.rs"));
        assert!(is_in("./src/a.rs", "src/a.rs"));
        assert!(!is_in("src/ba.rs", "a.rs"));
        assert!(!is_in("", "a.rs"));
    }
}
