//! What a rule looks at of a failure: kind, message, labels, notes, and what the log marks in the source.
//!
//! An event of a log and the `error` line of an example become the same thing here, so that an example is judged by the code that judges a log.

use super::mark::{Columns, Mark};
use crate::event::{Event, Label, Place};
use crate::syntax::LanguageId;

/// A failure as a rule sees it.
#[derive(Debug, Clone)]
pub struct Symptom {
    /// Whose failure it is.
    pub language: LanguageId,
    /// As [`Event::kind`].
    pub kind: String,
    /// As [`Event::message`].
    pub message: String,
    /// As [`Event::notes`].
    pub notes: Vec<String>,
    pub(super) labels: Vec<(String, Option<Mark>)>,
    pub(super) marks: Vec<Mark>,
}

impl Symptom {
    /// A failure of which only kind and message are known.
    pub fn new(language: LanguageId, kind: &str, message: &str) -> Symptom {
        Symptom { language, kind: kind.to_owned(), message: message.to_owned(), notes: Vec::new(), labels: Vec::new(), marks: Vec::new() }
    }

    /// All that the log says of `event`.
    pub fn of(event: &Event) -> Symptom {
        let mut marks: Vec<Mark> = event.labels.iter().filter(|label| label.is_primary).filter_map(label_mark).collect();
        // The innermost call first: where two calls share a line, it alone is where the failure was raised.
        for frame in event.frames.iter().rev() {
            let trimmed = frame.marked.clone().map_or_else(|| from_column(&frame.place), Columns::Trimmed);
            marks.extend(mark(&frame.place, trimmed));
        }
        marks.extend(event.raised_at.as_ref().and_then(|place| mark(place, from_column(place))));
        Symptom {
            notes: event.notes.clone(),
            labels: event.labels.iter().map(|label| (label.text.clone(), label_mark(label))).collect(),
            marks,
            ..Symptom::new(event.language, &event.kind, &event.message)
        }
    }

    /// Reads the `error` line of an example: `KeyError: 'a'`, `error[E0308]: mismatched types`, `linker: linking failed`, or the bare
    /// message of a panic.
    pub(super) fn of_printed(language: LanguageId, printed: &str) -> Symptom {
        let (kind, message) = split(language, printed);
        Symptom::new(language, kind, message)
    }
}

/// Kinds of Rust failures that stand before their message in an example; without one it is a panic.
const RUST_KINDS: &[&str] = &["error", "linker", "cargo", "stack-overflow", "timeout", "test-failure"];

fn split(language: LanguageId, printed: &str) -> (&str, &str) {
    if language == LanguageId::RUST {
        if let Some((code, message)) = printed.strip_prefix("error[").and_then(|rest| rest.split_once("]: ")) {
            return (code, message);
        }
        let of_kind = |kind: &&'static str| Some((*kind, printed.strip_prefix(kind)?.strip_prefix(": ")?));
        return RUST_KINDS.iter().find_map(of_kind).unwrap_or(("panic", printed));
    }
    let is_class = |text: &str| {
        text.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && text.chars().all(|c| c.is_alphanumeric() || "._".contains(c))
    };
    match printed.split_once(": ") {
        Some((class, message)) if is_class(class) => (class, message),
        None if is_class(printed) => (printed, ""),
        _ => ("unknown", printed),
    }
}

fn label_mark(label: &Label) -> Option<Mark> {
    let columns = match (label.place.line, label.place.column, label.end_column) {
        (Some(line), Some(start), Some(end)) => Columns::Span { start, end_line: label.end_line.unwrap_or(line), end },
        _ => from_column(&label.place),
    };
    mark(&label.place, columns)
}

fn from_column(place: &Place) -> Columns {
    place.column.map_or(Columns::Unknown, Columns::Start)
}

fn mark(place: &Place, columns: Columns) -> Option<Mark> {
    Some(Mark { file: place.file.replace('\\', "/"), line: place.line?, columns })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: LanguageId, printed: &str, kind: &str, message: &str) {
        let symptom = Symptom::of_printed(language, printed);
        assert_eq!((symptom.kind.as_str(), symptom.message.as_str()), (kind, message), "{printed}");
    }

    #[test]
    fn of_two_calls_on_one_line_the_innermost_mark_comes_first() {
        let place = |function: &str| Place { file: "a.py".to_owned(), line: Some(3), column: None, function: Some(function.to_owned()) };
        let frame = |function, marked| crate::event::Frame { place: place(function), source: None, marked: Some(marked) };
        let frames = vec![frame("f", 7..49), frame("<genexpr>", 11..29)];
        let symptom = Symptom::of(&Event { frames, ..Event::new(LanguageId::PYTHON, "KeyError", "'k'") });
        assert!(matches!(&symptom.marks[0].columns, Columns::Trimmed(range) if *range == (11..29)));
    }

    #[test]
    fn a_printed_failure_is_split_as_its_language_prints_it() {
        check(LanguageId::PYTHON, "KeyError: 'a: b'", "KeyError", "'a: b'");
        check(LanguageId::PYTHON, "json.decoder.JSONDecodeError: x", "json.decoder.JSONDecodeError", "x");
        check(LanguageId::PYTHON, "KeyboardInterrupt", "KeyboardInterrupt", "");
        check(LanguageId::PYTHON, "no kind at all: x", "unknown", "no kind at all: x");
        check(LanguageId::RUST, "error[E0308]: mismatched types", "E0308", "mismatched types");
        check(LanguageId::RUST, "error: expected `;`", "error", "expected `;`");
        check(LanguageId::RUST, "cargo: no matching package", "cargo", "no matching package");
        check(LanguageId::RUST, "attempt to divide by zero", "panic", "attempt to divide by zero");
    }
}
