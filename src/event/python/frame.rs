//! Reads the entries of a CPython call stack: the `File` line, the source line under it, the marks under that.
//!
//! Source: CPython 3.13, `Lib/traceback.py`, `StackSummary.format_frame_summary`.

use std::ops::Range;

use crate::event::line::split_number;
use crate::event::{Frame, Place};

/// What every traceback begins with; boxes and notebooks have no colon behind it.
pub(super) const TITLE: &str = "Traceback (most recent call last)";
/// The same as CPython prints it.
pub(super) const HEADER: &str = "Traceback (most recent call last):";
/// The same as Python 1 and Jython printed it.
pub(super) const OLD_HEADER: &str = "Traceback (innermost last)";
/// A stack in the other order.
pub(super) const TURNED_HEADER: &str = "Traceback (most recent call first)";

/// `File "x.py", line 3, in f`, at any indent; the last entry of a syntax error has no function. loguru puts `> ` before one of them.
pub(super) fn file_line(text: &str) -> Option<Frame> {
    let text = text.trim_start();
    let text = text.strip_prefix("> ").unwrap_or(text).strip_prefix("File \"")?;
    let (file, rest) = text.split_once("\", line ")?;
    let (line, rest) = split_number(rest)?;
    // Airflow 3 leaves the comma out.
    let function = rest.strip_prefix(", in ").or_else(|| rest.strip_prefix(" in ")).map(|name| name.trim_end().to_owned());
    let is_entry = function.is_some() || rest.trim().is_empty();
    let place = Place { file: file.to_owned(), line: Some(line), column: None, function };
    is_entry.then_some(Frame { place, source: None, marked: None })
}

/// Whether `text` only marks the source line above it.
pub(super) fn is_marks(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'^' | b'~' | b' '))
}

/// Whether `text` is an entry that stands for others, or a value that loguru or rich drew under a source line.
pub(super) fn is_filler(text: &str) -> bool {
    let text = text.trim_start();
    let drawn = text.chars().next().is_some_and(|c| ('\u{2500}'..='\u{257f}').contains(&c));
    drawn || text.starts_with("[Previous line repeated") || is_gap(text)
}

/// Where something was left out: `...<45 lines>...`, `... 12 more lines`, `[... 3 frames hidden]`, `<snip>`.
fn is_gap(text: &str) -> bool {
    let inner = text.trim().trim_start_matches(['[', '(', '<']);
    ["...", "…", "snip>", "snipped"].iter().any(|sign| inner.starts_with(sign))
}

/// Adds a line that stands under a `File` line.
pub(super) fn add_source(frame: &mut Frame, text: &str, indent: &mut usize) {
    if is_filler(text) {
        return;
    }
    match &frame.source {
        None => {
            *indent = text.chars().take_while(|c| c.is_whitespace()).count();
            frame.source = Some(text.trim().to_owned());
        }
        Some(source) if frame.marked.is_none() && is_marks(text) => {
            frame.marked = marks(text, *indent, source.chars().count() as u32);
        }
        Some(_) => {}
    }
}

/// The columns from the first mark to the last, within a source line of `n_columns` that was indented by `indent`.
fn marks(text: &str, indent: usize, n_columns: u32) -> Option<Range<u32>> {
    let column = |at: usize| u32::try_from(at.saturating_sub(indent)).unwrap_or(u32::MAX).min(n_columns);
    let start = text.find(['^', '~'])?;
    let end = text.trim_end().len();
    let range = column(start)..column(end);
    (!range.is_empty()).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_lines_with_and_without_a_function() {
        let frame = file_line("  File \"/home/me/app/x.py\", line 12, in <module>").unwrap();
        assert_eq!(
            frame.place,
            Place { file: "/home/me/app/x.py".into(), line: Some(12), column: None, function: Some("<module>".into()) }
        );
        assert_eq!(file_line("> File \"x.py\", line 1").unwrap().place.function, None);
        for not in ["  File \"x.py\", line x, in f", "File x.py, line 1", "  File \"x.py\", line 1: oops"] {
            assert_eq!(file_line(not), None, "{not}");
        }
    }

    #[test]
    fn marks_count_from_the_trimmed_source() {
        let mut frame = file_line("File \"x.py\", line 1, in f").unwrap();
        let mut indent = 0;
        add_source(&mut frame, "    return d['key']", &mut indent);
        add_source(&mut frame, "           ~^^^^^^^", &mut indent);
        assert_eq!(frame.source.as_deref(), Some("return d['key']"));
        assert_eq!(frame.marked, Some(7..15));
    }
}
