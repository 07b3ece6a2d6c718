//! Reads the line that names an exception, and finds where its message ends.
//!
//! Nothing marks the end of a message of several lines, nor where notes begin (PEP 678); so lines join the message only where the first
//! one is open, or where the kind is not one of the interpreter's own; else they are notes, which no rule matches by accident. Where so
//! many lines follow that something would have ended the notes, the log goes on, and they are none.

use std::sync::LazyLock;

use regex::Regex;

use super::frame::TITLE;
use crate::event::line::is_blank;

/// Kind and first line of the message of `module.Kind: message` or `module.Kind`.
pub(super) fn exception_line(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let end =
        text.char_indices().find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>'))).map_or(text.len(), |(at, _)| at);
    // Ray names the kind that it wraps.
    let end = if text[end..].starts_with('(') && text[..end].ends_with("RayTaskError") {
        text[end..].find(')').map_or(end, |n| end + n + 1)
    } else {
        end
    };
    let (kind, rest) = text.split_at(end);
    let is_name = kind.split(['.', '(']).all(|part| part == "<locals>" || part.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    if !is_name {
        return None;
    }
    if NOT_KINDS.contains(&kind) {
        return None;
    }
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((kind, "")),
        Some(message) if message.is_empty() || message.starts_with(' ') => Some((kind, message.trim_start())),
        _ => None,
    }
}

/// Details of `PostgreSQL` behind an exception that somebody cut out, and levels of records that cut in.
const NOT_KINDS: &[&str] =
    &["DETAIL", "HINT", "CONTEXT", "STATEMENT", "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"];

/// Whether `line` begins a record of a logger.
pub(super) fn is_record(line: &str) -> bool {
    RECORD.is_match(line)
}

/// Whether `kind` can be nothing but an exception, wherever it stands.
pub(super) fn is_surely_exception(kind: &str) -> bool {
    let last = kind.split('(').next().unwrap_or(kind).rsplit('.').next().unwrap_or(kind);
    let is_camel = last.starts_with(|c: char| c.is_ascii_uppercase());
    (is_camel && SUFFIXES.iter().any(|suffix| last.ends_with(suffix))) || (is_camel && kind.contains('.') && !kind.ends_with('.'))
}

const SUFFIXES: &[&str] =
    &["Error", "Exception", "Warning", "Interrupt", "Exit", "Iteration", "Timeout", "Expired", "Group", "DoesNotExist", "NotFound"];

/// How the text after the first line of a message divides.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rest {
    /// Further lines of the message.
    pub(super) message: Vec<String>,
    /// Lines that may be notes.
    pub(super) notes: Vec<String>,
    /// How many lines that is.
    pub(super) n_lines: usize,
}

/// A message is not longer than this.
const LONGEST: usize = 200;
/// Notes have no more lines than this together: the falsifying example of a large property test is about as long.
const MOST_NOTES: usize = 60;

/// Divides `lines`, which follow the exception line `kind: first`. `is_fenced`: whatever follows belongs to this failure.
pub(super) fn rest_of<'a>(kind: &str, first: &str, lines: impl Iterator<Item = &'a str>, is_fenced: bool) -> Rest {
    let mut lines = lines.peekable();
    let goes_on = |line: &&str| (line.starts_with([' ', '\t']) && !is_blank(line)) || is_continued(line);
    let is_message = is_fenced || !is_builtin(kind) || is_open(first) || lines.peek().is_some_and(goes_on);
    let most = if is_message { LONGEST } else { MOST_NOTES + 1 };
    let mut taken: Vec<&str> = Vec::new();
    while taken.len() < most
        && let Some(line) = lines.next()
    {
        // A message ends at its first blank line, unless the next line is a known further part.
        let is_gap = is_blank(line) && !lines.peek().is_some_and(|next| is_continued(next));
        if if is_fenced { is_fence(line) } else { is_gap || is_new_matter(line) } {
            break;
        }
        taken.push(line);
    }
    if taken.len() > MOST_NOTES && !is_message {
        return Rest::default();
    }
    while taken.last().is_some_and(|line| is_blank(line)) {
        taken.pop();
    }
    let n_lines = taken.len();
    let rest: Vec<String> = taken.into_iter().map(|line| line.trim_end().to_owned()).collect();
    let (message, notes) = if is_message { (rest, Vec::new()) } else { (Vec::new(), rest) };
    Rest { message, notes, n_lines }
}

/// Openings of further lines that libraries print: details of `PostgreSQL`, the statement of `SQLAlchemy`.
fn is_continued(line: &str) -> bool {
    const OPENINGS: &[&str] = &["DETAIL:", "HINT:", "CONTEXT:", "LINE ", "[SQL:", "[parameters:", "(Background on this error"];
    OPENINGS.iter().any(|opening| line.starts_with(opening))
}

/// Whether the first line of a message asks for another one.
fn is_open(first: &str) -> bool {
    let n_of = |sign: char| first.matches(sign).count();
    first.ends_with([':', ',', '(', '[', '{', '\\', '`']) || n_of('(') > n_of(')') || n_of('[') > n_of(']') || n_of('{') > n_of('}')
}

/// Separators of unittest.
fn is_fence(line: &str) -> bool {
    let is_rule = |sign: u8| line.len() >= 60 && line.bytes().all(|byte| byte == sign);
    is_rule(b'=')
        || is_rule(b'-')
        || matches!(line, "Stdout:" | "Stderr:")
        || line.starts_with("During handling of the above")
        || line.starts_with("The above exception was")
}

static RECORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?:
        [\[(<]?[0-9]{4}[-/.][0-9][0-9]?[-/.][0-9][0-9]?[T\ _][0-9] | [\[(]?[0-9][0-9]:[0-9][0-9]:[0-9][0-9] | [\[(<][^\])>]*[0-9][0-9]:[0-9][0-9]:[0-9][0-9]
      | (?:[A-Z][a-z]{2}\ ){1,2}\ ?[0-9]+\ [0-9][0-9]:[0-9][0-9] | [\[(]?(?i:debug|info|notice|warn|warning|error|critical|fatal)[\])]?(?::\ |\ *\[|\ -|:[0-9A-Za-z_.]+:)
      | (?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\ +[^\ ] | [0-9a-f.:]{7,39}\ [^\ ]+\ [^\ ]+\ \[[0-9]
      | \[[0-9]+/[0-9]+\] | \{\x22 | [0-9A-Za-z_.~/@:-]*[$\#]\ | (?:[0-9A-Za-z_]+@[0-9A-Za-z_.-]+[:~\ ].*)[$\#](?:\ |$) | make(?:\[[0-9]+\])?: | ={5} | -{5} | _{3,}\ | !{5}
      )",
    )
    .expect("a constant")
});

/// Whether `line` begins something else: a record of a logger, a prompt, another failure, a rule across the page.
pub(super) fn is_new_matter(line: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "During handling of the above exception",
        "The above exception was the direct cause",
        "Call stack:",
        "Exception ignored in",
        "  File ",
        "  Cell In",
        "Process ",
        "npm ERR!",
        "##[",
        "::error",
        "\"\"\"",
        "thread '",
        "error: ",
        "error[",
        "FAILED (",
        "Exception in ",
    ];
    let is_summary = line.strip_prefix("FAILED ").or_else(|| line.strip_prefix("ERROR ")).is_some_and(|rest| rest.contains(".py"));
    OPENINGS.iter().any(|opening| line.starts_with(opening)) || is_summary || line.contains(TITLE) || RECORD.is_match(line)
}

/// Exceptions of the interpreter, whose messages have one line.
fn is_builtin(kind: &str) -> bool {
    const BUILTIN: &[&str] = &[
        "ArithmeticError",
        "AttributeError",
        "BaseException",
        "BlockingIOError",
        "BrokenPipeError",
        "BufferError",
        "ChildProcessError",
        "ConnectionAbortedError",
        "ConnectionError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "EOFError",
        "Exception",
        "ExceptionGroup",
        "BaseExceptionGroup",
        "FileExistsError",
        "FileNotFoundError",
        "FloatingPointError",
        "GeneratorExit",
        "ImportError",
        "IndentationError",
        "IndexError",
        "InterruptedError",
        "IsADirectoryError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "MemoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PermissionError",
        "ProcessLookupError",
        "RecursionError",
        "ReferenceError",
        "RuntimeError",
        "StopAsyncIteration",
        "StopIteration",
        "SyntaxError",
        "SystemError",
        "SystemExit",
        "TabError",
        "TimeoutError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeError",
        "UnicodeTranslateError",
        "ValueError",
        "ZeroDivisionError",
    ];
    BUILTIN.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exception_lines_with_and_without_a_message() {
        assert_eq!(exception_line("KeyError: 'a'"), Some(("KeyError", "'a'")));
        assert_eq!(exception_line("sqlalchemy.exc.IntegrityError: (x) y"), Some(("sqlalchemy.exc.IntegrityError", "(x) y")));
        assert_eq!(exception_line("app.f.<locals>.Odd: z"), Some(("app.f.<locals>.Odd", "z")));
        assert_eq!(exception_line("KeyboardInterrupt"), Some(("KeyboardInterrupt", "")));
        assert_eq!(exception_line("AssertionError: "), Some(("AssertionError", "")));
        for not in ["some words", "12: x", "a::b", "x(y)", "", ": x", "(0, '')", "DETAIL:  Key (a)=(b) exists.", "INFO:     10.0.0.1 - ok"]
        {
            assert_eq!(exception_line(not), None, "{not}");
        }
    }

    #[test]
    fn lines_after_a_builtin_are_notes_and_after_another_kind_message() {
        let rest = |kind: &str, first: &str, lines: &[&str]| rest_of(kind, first, lines.iter().copied(), false);
        assert_eq!(rest("ValueError", "bad", &["note one", "note two", "", "x"]).notes, ["note one", "note two"]);
        assert_eq!(rest("ValidationError", "2 errors", &["URL", "  Field required"]).message, ["URL", "  Field required"]);
        assert_eq!(rest("RuntimeError", "Errors in loading:", &["\tMissing key"]).message, ["\tMissing key"]);
        assert_eq!(rest("x.Odd", "bad", &["DETAIL:  key", "", "[SQL: y]", "", "ERROR:    stop"]).message, ["DETAIL:  key", "", "[SQL: y]"]);
    }

    #[test]
    fn a_log_that_goes_on_is_no_note() {
        let after = |n: usize| rest_of("ValueError", "bad", std::iter::repeat_n("all is well here", n), false);
        assert_eq!(after(MOST_NOTES).notes.len(), MOST_NOTES);
        assert_eq!(after(MOST_NOTES + 1), Rest::default());
        assert_eq!(after(1000), Rest::default());
    }

    #[test]
    fn a_record_a_prompt_or_another_failure_ends_a_message() {
        for line in [
            "2025-01-02 03:04:05,1 INFO x",
            "[2015-08-11 22:51:45,170: INFO/C-1:1] x",
            "INFO:     Started",
            "me@box:~/x$ ls",
            "make: *** [x] Error 1",
            "ERROR: x",
            "INFO worker 3 is idle",
            "10.0.0.1 - - [01/Mar/2025:00:00:08 +0000] \"GET / HTTP/1.1\" 200 16",
            "FAILED tests/test_a.py::test_b - assert 1 == 2",
            "ERROR tests/test_a.py",
        ] {
            assert_eq!(rest_of("Odd", "x", std::iter::once(line), false), Rest::default(), "{line}");
        }
    }

    #[test]
    fn a_fenced_message_goes_on_behind_blank_lines() {
        let rule = "=".repeat(70);
        let lines = ["", "First differing element 0:", "", "- 1", "+ 2", "", rule.as_str(), "FAIL: y"];
        assert_eq!(
            rest_of("AssertionError", "Lists differ", lines.into_iter(), true).message,
            ["", "First differing element 0:", "", "- 1", "+ 2"]
        );
    }
}
