//! Finds the lines of a file to show and the bytes in them to mark.
//!
//! The log's columns are a stranger's claims: a column behind the line's end marks the whole line instead.

use std::ops::Range;

use crate::report::{FrameReport, LabelReport, MarkedReport};
use crate::text::{ByteSpan, LineIndex, LineNo};

/// Lines of context before and after the place of a failure; other marked places have none.
const CONTEXT: (usize, usize) = (2, 1);
/// A marked span of more lines is cut to its first line: a whole function in carets tells nothing.
const MOST_LINES: usize = 6;

/// What is to be marked in a file, and what is said there.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Bytes of the file.
    pub span: ByteSpan,
    /// What is said there; may be empty.
    pub label: String,
    /// Whether it is the place of the failure itself.
    pub is_primary: bool,
}

/// The lines of a file that are shown.
#[derive(Debug)]
pub(super) struct View {
    /// Their text; bytes that are no UTF-8 are question marks, one for one, so that spans stay true.
    pub text: String,
    /// Number of the first line, counted from one.
    pub first_line: usize,
    /// What is marked, in bytes of `text`.
    pub marks: Vec<(Range<usize>, String, bool)>,
    /// Lines to show although nothing is marked on them, in bytes of `text`.
    pub context: Vec<Range<usize>>,
}

/// Cuts the window out of `file` that holds all `marks` and some lines around each; none without marks.
pub(super) fn view(file: &[u8], index: &LineIndex, marks: &[Mark]) -> Option<View> {
    let n_lines = index.n_lines();
    let rows = |mark: &Mark| (index.line_of(mark.span.start).row(), index.line_of(mark.span.end.max(mark.span.start)).row());
    let around = |mark: &Mark| {
        let (first, last) = rows(mark);
        if mark.is_primary { (first.saturating_sub(CONTEXT.0), (last + CONTEXT.1).min(n_lines - 1)) } else { (first, last) }
    };
    let is_blank = |row: &usize| index.span_of(LineNo::from_row(*row)).is_none_or(|line| line.of(file).trim_ascii().is_empty());
    let first_marked = marks.iter().map(|mark| rows(mark).0).min()?;
    let first = (marks.iter().map(|mark| around(mark).0).min()?..first_marked).find(|row| !is_blank(row)).unwrap_or(first_marked);
    let last = marks.iter().map(|mark| around(mark).1).max()?;
    let start = index.span_of(LineNo::from_row(first))?.start;
    let end = index.span_of(LineNo::from_row(last))?.end;
    let context = marks.iter().flat_map(|mark| around(mark).0..=around(mark).1);
    let context = context
        .filter(|&row| row >= first)
        .filter_map(|row| index.span_of(LineNo::from_row(row)))
        .map(|line| line.start - start..line.end - start);
    Some(View {
        text: one_for_one(&file[start..end]),
        first_line: first + 1,
        marks: marks.iter().map(|mark| (mark.span.start - start..mark.span.end - start, mark.label.clone(), mark.is_primary)).collect(),
        context: context.collect(),
    })
}

/// The bytes of `line` without its indentation and line end; none where the file has no such line.
pub(super) fn whole_line(file: &[u8], index: &LineIndex, line: u32) -> Option<ByteSpan> {
    let span = index.span_of(LineNo::new(line)?)?;
    let text = span.of(file);
    let start = span.start + (text.len() - text.trim_ascii_start().len());
    Some(ByteSpan::new(start, (span.start + text.trim_ascii_end().len()).max(start)))
}

/// The bytes that `marked` names, if it names some of this file; long ones are cut to their first line.
pub(super) fn of_bytes(file: &[u8], index: &LineIndex, marked: MarkedReport) -> Option<ByteSpan> {
    let span = (marked.start <= marked.end && marked.end <= file.len()).then(|| ByteSpan::new(marked.start, marked.end))?;
    let (first, last) = (index.line_of(span.start), index.line_of(span.end));
    if last.row() - first.row() < MOST_LINES {
        return Some(span);
    }
    let line = index.span_of(first)?;
    Some(ByteSpan::new(span.start, line.end))
}

/// The bytes that a frame's underline (`^^^^`) means on `line`, where that line still is the one that the log shows.
pub(super) fn of_frame(file: &[u8], index: &LineIndex, line: u32, frame: &FrameReport) -> Option<ByteSpan> {
    let whole = whole_line(file, index, line)?;
    let text = std::str::from_utf8(whole.of(file)).ok()?;
    let marked = frame.marked.filter(|_| frame.source.as_deref().map(str::trim) == Some(text))?;
    let marked = of_chars(text, marked)?;
    Some(ByteSpan::new(whole.start + marked.start, whole.start + marked.end))
}

/// The bytes of `text` that `marked` counts in characters; none where it reaches beyond the end or holds nothing.
pub(super) fn of_chars(text: &str, marked: MarkedReport) -> Option<Range<usize>> {
    let (start, end) = (byte_of(text, marked.start)?, byte_of(text, marked.end)?);
    (start < end).then_some(start..end)
}

/// The bytes that a compiler's label means, columns as characters counted from one.
pub(super) fn of_label(file: &[u8], index: &LineIndex, label: &LabelReport) -> Option<ByteSpan> {
    let first = label.line?;
    let at = |line: u32, column: u32| {
        let span = index.span_of(LineNo::new(line)?)?;
        let text = std::str::from_utf8(span.of(file)).ok()?;
        Some(span.start + byte_of(text, column.checked_sub(1)? as usize)?)
    };
    let start = at(first, label.column?);
    let end = at(label.end_line.unwrap_or(first), label.end_column.or(label.column)?);
    match (start, end) {
        (Some(start), Some(end)) if start <= end => of_bytes(file, index, MarkedReport { start, end }),
        _ => whole_line(file, index, first),
    }
}

/// The byte where the character number `n`, counted from zero, begins; the end counts.
fn byte_of(text: &str, n: usize) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(n)
}

fn one_for_one(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_underline_of_the_log_counts_only_on_the_line_that_it_shows() {
        let file = "x = 1\n    ä = f(b)\n".as_bytes();
        let index = LineIndex::new(file);
        let frame = |source: &str| FrameReport {
            source: Some(source.to_owned()),
            marked: Some(MarkedReport { start: 4, end: 8 }),
            ..FrameReport::default()
        };
        let marked = of_frame(file, &index, 2, &frame("ä = f(b)")).unwrap();
        assert_eq!(marked.of(file), b"f(b)");
        assert_eq!(of_frame(file, &index, 2, &frame("ä = g(b)")), None);
        assert_eq!(of_frame(file, &index, 9, &frame("ä = f(b)")), None);
    }

    #[test]
    fn a_label_with_a_wild_column_marks_its_line() {
        let file = b"let a = 1;\nlet b;\n";
        let index = LineIndex::new(file);
        let label = |column, end| LabelReport { line: Some(1), column: Some(column), end_column: Some(end), ..LabelReport::default() };
        assert_eq!(of_label(file, &index, &label(5, 6)).unwrap().of(file), b"a");
        assert_eq!(of_label(file, &index, &label(5, 600)).unwrap().of(file), b"let a = 1;");
        assert_eq!(of_label(file, &index, &label(0, 3)).unwrap().of(file), b"let a = 1;");
    }

    #[test]
    fn invalid_bytes_keep_their_width() {
        let file = b"ok\n\xff\xfe bad\n";
        let index = LineIndex::new(file);
        let mark = Mark { span: whole_line(file, &index, 2).unwrap(), label: String::new(), is_primary: true };
        let view = view(file, &index, &[mark]).unwrap();
        assert_eq!(view.text, "ok\n?? bad\n");
        assert_eq!(view.marks[0].0, 3..9);
    }

    #[test]
    fn a_span_of_a_whole_function_is_cut_to_its_first_line() {
        let file = "fn f() {\n".to_owned() + &"    x();\n".repeat(20) + "}\n";
        let index = LineIndex::new(file.as_bytes());
        let span = of_bytes(file.as_bytes(), &index, MarkedReport { start: 0, end: file.len() }).unwrap();
        assert_eq!(span.of(file.as_bytes()), b"fn f() {");
    }
}
