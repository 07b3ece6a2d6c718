//! Puts together what a logger in place of stderr got in pieces: each write is a record, so a source line has lost its indent, each
//! mark under it is a line, and kind, colon and message are three.
//!
//! Source: `PyErr_Display` of CPython 3.8 to 3.12 writes so; Celery's `LoggingProxy.write` makes a record of each.

use super::exception::{exception_line, is_surely_exception};
use super::frame::{file_line, is_marks};
use crate::event::line::{Line, is_blank};

/// Marks and blanks under one source line.
const MOST_MARKS: usize = 300;

/// The source line at `lines[at]` or behind one blank, without an indent, and the first line behind it and its marks.
///
/// What follows must be an entry or an exception; else it is not sure that this is a source line.
pub(super) fn source(lines: &[Line<'_>], at: usize) -> Option<(String, usize)> {
    let begin = at + usize::from(lines.get(at).is_some_and(|line| is_blank(&line.text)));
    let text = lines.get(begin)?.text.trim();
    let is_bare = |line: &Line<'_>| is_blank(&line.text) || is_marks(&line.text);
    if text.is_empty() || text.contains("Traceback (") || file_line(text).is_some() {
        return None;
    }
    let n_marks = lines[begin + 1..].iter().take(MOST_MARKS).take_while(|line| is_bare(line)).count();
    let next = lines.get(begin + 1 + n_marks)?.text.trim();
    let own = exception_line(text).filter(|(kind, message)| is_surely_exception(kind) || message.is_empty());
    let is_source = match exception_line(next) {
        _ if own.is_some() => false,
        Some((kind, message)) => is_surely_exception(kind) || (message.is_empty() && kind.starts_with(|c: char| c.is_ascii_uppercase())),
        None => file_line(next).is_some(),
    };
    is_source.then(|| (text.to_owned(), begin + 1 + n_marks))
}

/// The message that stands behind a colon on a line of its own at `lines[at]`.
pub(super) fn message<'l>(lines: &'l [Line<'_>], at: usize) -> Option<&'l str> {
    (lines.get(at)?.text.trim() == ":").then(|| lines.get(at + 1).map(|line| line.text.trim()))?
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    /// Each line as a record of Celery's logger.
    fn recorded(lines: &[&str]) -> String {
        lines.iter().map(|line| format!("[2026-01-02 03:04:05,678: WARNING/ForkPoolWorker-1] {line}\n")).collect::<Vec<_>>().concat()
    }

    #[test]
    fn every_write_may_be_a_record() {
        let lines = [
            "Traceback (most recent call last):",
            "  File \"x.py\", line 12, in run",
            "    ",
            "f({})",
            " ",
            " ",
            "^",
            "^",
            "  File \"x.py\", line 8, in f",
            "    ",
            "return x.get(",
            "AttributeError",
            ": ",
            "'NoneType' object has no attribute 'get'",
        ];
        let expected = "AttributeError: 'NoneType' object has no attribute 'get' @ x.py:8 f";
        check(&recorded(&lines), &[expected]);
        // Older versions strip each record and drop the blank ones.
        let stripped: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        check(&recorded(&stripped), &[expected]);
        let clean = "[2026-01-02 03:04:05,679: ERROR/ForkPoolWorker-1] Task a.b[1-2] raised unexpected: AttributeError(\"x\")\nTraceback (most recent call last):\n  File \"x.py\", line 12, in run\n    f({})\n  File \"x.py\", line 8, in f\n    return x.get(\nAttributeError: 'NoneType' object has no attribute 'get'\n";
        check(&format!("{}{clean}", recorded(&lines)), &[format!("{expected} x2").as_str()]);
    }

    #[test]
    fn a_log_that_lost_its_indents_is_read() {
        check(
            "Traceback (most recent call last):\nFile \"a.py\", line 1, in <module>\nmain()\nFile \"b.py\", line 2, in main\nraise Odd(1)\napp.Odd: 1\n",
            &["app.Odd: 1 @ b.py:2 main"],
        );
        check(
            "Traceback (most recent call last):\nFile \"a.py\", line 1, in <module>\nKeyboardInterrupt\nbye\n",
            &["KeyboardInterrupt:  @ a.py:1 <module>"],
        );
    }
}
