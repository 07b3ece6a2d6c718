//! Finds the line that opens a Java stack trace and takes kind and message from it.
//!
//! A logger may put anything before the class, and the class may be called anything; so names that end in no well-known word count
//! only right above the first frame.

use super::frame;
use crate::event::line::{Line, is_blank};

/// A message is not longer than this.
const LONGEST: usize = 60;
/// Names of what can be thrown end in one of these, as a rule.
const ENDINGS: &[&str] = &["Exception", "Error", "Throwable", "Failure", "Fault", "ExceptionInfo", "Death", "Failed", "Violation"];
/// What launchers, test runners and loggers put before the class.
const OPENINGS: &[&str] = &[
    "[ERROR]",
    "[error]",
    "[FATAL]",
    "SEVERE:",
    "ERROR:",
    "FATAL:",
    "Caused by:",
    "Exception:",
    "Cause:",
    "!",
    "Uncaught exception:",
    "[info]",
];
const THREAD: &str = "Exception in thread \"";

/// Where a trace opens, and with what.
pub(super) struct Head {
    /// The index of its line.
    pub(super) at: usize,
    /// The class, with its package as printed.
    pub(super) kind: String,
    /// All lines of the message.
    pub(super) message: String,
}

/// The head of the trace whose first frame is at `first`.
pub(super) fn above(lines: &[Line<'_>], first: usize) -> Option<Head> {
    let mut fallback = None;
    for at in (first.saturating_sub(LONGEST)..first).rev() {
        let text = lines[at].text.trim();
        if frame::read(text).is_some() || is_more(text) || text.starts_with("java.lang.Thread.State:") {
            break;
        }
        let is_direct = lines[at + 1..first].iter().all(|line| is_blank(&line.text));
        if let Some((kind, message)) = opening(text, is_direct) {
            return Some(head(lines, at, first, kind, message));
        }
        if let Some((kind, message)) = inside(text) {
            if is_record(text) {
                return Some(head(lines, at, first, kind, message));
            }
            fallback = fallback.or(Some((at, kind, message)));
        }
    }
    fallback.map(|(at, kind, message)| head(lines, at, first, kind, message))
}

fn head(lines: &[Line<'_>], at: usize, first: usize, kind: &str, message: &str) -> Head {
    let mut all = message.to_owned();
    for line in &lines[at + 1..first] {
        all.push('\n');
        all.push_str(line.text.trim_end());
    }
    Head { at, kind: kind.to_owned(), message: all.trim_end().to_owned() }
}

/// Kind and message of a line that begins with the class, launchers' words aside.
pub(super) fn opening(text: &str, is_direct: bool) -> Option<(&str, &str)> {
    let mut text = text.trim();
    let mut is_told = false;
    loop {
        if let Some(rest) = text.strip_prefix(THREAD) {
            text = rest.split_once("\" ")?.1;
            is_told = true;
        } else if let Some(rest) = OPENINGS.iter().find_map(|opening| text.strip_prefix(opening)) {
            text = rest.trim_start();
        } else {
            break;
        }
    }
    let end = text.bytes().take_while(|byte| is_class_byte(*byte)).count();
    let (name, rest) = text.split_at(end);
    let is_sure = ENDINGS.iter().any(|ending| name.ends_with(ending));
    let is_qualified = name.contains('.') && has_package(name);
    let is_closed =
        rest.is_empty() || rest == ":" || rest.starts_with(": ") || (is_sure && is_qualified && rest.starts_with(['(', '{', '[', ' ']));
    let is_kind = is_class(name) && is_closed && (is_told || (is_sure && (is_direct || is_qualified)) || (is_direct && is_qualified));
    (is_kind && name != "java.lang.Thread.State").then(|| (name, message(rest)))
}

/// Kind and message of a class that stands behind other words.
fn inside(text: &str) -> Option<(&str, &str)> {
    for ending in ["Exception", "Error", "Throwable"] {
        for (found, _) in text.match_indices(ending) {
            let end = found + ending.len();
            let (before, rest) = text.split_at(end);
            let start = before.bytes().rposition(|byte| !is_class_byte(byte)).map_or(0, |at| at + 1);
            let name = &before[start..];
            let is_closed = rest.is_empty() || rest.starts_with(": ") || rest == ":";
            if is_closed && name.contains('.') && has_package(name) && is_class(name) {
                return Some((name, message(rest)));
            }
        }
    }
    None
}

fn message(rest: &str) -> &str {
    rest.strip_prefix(':').unwrap_or(rest).trim()
}

fn is_class_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.') || byte >= 0x80
}

/// Words with dots between them, the last one with a capital.
fn is_class(name: &str) -> bool {
    let is_word = |word: &str| word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'));
    let last = name.rsplit(['.', '$']).next().unwrap_or_default();
    name.split('.').all(is_word) && last.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '_')
}

fn has_package(name: &str) -> bool {
    name.starts_with(|c: char| c.is_lowercase())
}

/// Whether `text` opens a record of a logger: with a time, a level or a bracket.
fn is_record(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '[')
        || ["ERROR", "WARN", "FATAL", "SEVERE"].iter().any(|level| text.contains(level))
}

/// `... 12 more`, `... 12 common frames omitted`.
pub(super) fn is_more(text: &str) -> bool {
    let text = text.trim();
    text.strip_prefix("... ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("suppressed"))
        || text.starts_with("[CIRCULAR REFERENCE")
        || (text.starts_with("- locked <") || text.starts_with("- waiting "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_opens_a_line() {
        assert_eq!(opening("java.lang.X: a: b", true), Some(("java.lang.X", "a: b")));
        assert_eq!(opening("java.lang.NullPointerException", false), Some(("java.lang.NullPointerException", "")));
        assert_eq!(opening("Exception in thread \"main thread\" Oops: x", false), Some(("Oops", "x")));
        assert_eq!(opening("[ERROR] a.b.MyError: x", false), Some(("a.b.MyError", "x")));
        assert_eq!(opening("java.lang.Thread.State: RUNNABLE", true), None);
        assert_eq!(opening("some words: x", true), None);
        assert_eq!(opening("Stack: x", true), None);
    }

    #[test]
    fn a_class_may_stand_behind_other_words() {
        assert_eq!(inside("ERROR c.e.Foo - failed: java.lang.IllegalStateException: x"), Some(("java.lang.IllegalStateException", "x")));
        assert_eq!(inside("c.e.GlobalExceptionHandler : failed"), None);
        assert_eq!(inside("an Error: x"), None);
    }
}
