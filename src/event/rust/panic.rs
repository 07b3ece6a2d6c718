//! Reads panics: since 1.73 with the location first and the message below it, before that with both in one line.
//!
//! Source: Rust 1.95, `library/std/src/panicking.rs`, `default_hook`; Rust 1.72, the same.

use super::{backtrace, report};
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, Needle, indent_of, is_blank, split_number, without_margin};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `thread 'main' panicked at ...`.
pub(in crate::event) struct Panic;

const SIGN: &str = "panicked at ";
/// A message is not longer than this.
const LONGEST: usize = 500;

static SIGN_NEEDLE: Needle = Needle::new(SIGN);

impl Dialect for Panic {
    fn hints(&self) -> &'static [&'static str] {
        &["panicked at"] // A line may be broken behind it.
    }

    fn openings(&self) -> &'static [&'static str] {
        &[SIGN]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        let sign = SIGN_NEEDLE.find(text)?;
        let (before, rest) = (&text[..sign], &text[sign + SIGN.len()..]);
        if !is_opening(before) {
            return None;
        }
        let margin = indent_of(text);
        let head = old_style(lines, at, rest).or_else(|| new_style(lines, at, rest, margin))?;
        Some(reading(lines, at, before, head))
    }
}

/// What stands before the sign: `thread 'x' (123) `, or nothing, or the front of a record. A sentence about panics is none, nor is a
/// line of source code, of a diff or of a comment.
fn is_opening(before: &str) -> bool {
    let before = before.trim_end();
    let front = ["thread '", "thread <"].iter().find_map(|thread| before.find(thread)).map(|at| before[..at].trim());
    if let Some(front) = front {
        return !front.ends_with("(\"") && !matches!(front, "+" | "-" | "//" | "///" | "//!" | "#" | "*");
    }
    let last = before.rsplit([' ', '\t']).next().unwrap_or_default();
    let is_level = last.len() > 2 && last.bytes().all(|byte| byte.is_ascii_uppercase());
    last.ends_with([':', ']', ')']) || is_level || before.split_ascii_whitespace().count() <= 2
}

/// Message and place, and the first line behind them.
struct Head {
    message: String,
    place: Place,
    end: usize,
}

/// `src/main.rs:4:19` or `src/main.rs:4` at the start of `text`, and what follows. Chat programs make `[main.rs:4](http://main.rs:4/):19` of it.
pub(super) fn location(text: &str) -> Option<(Place, &str)> {
    let (colon, line, mut rest) = text.match_indices(':').find_map(|(colon, _)| {
        let (line, rest) = split_number(&text[colon + 1..])?;
        Some((colon, line, rest))
    })?;
    let mut file = text[..colon].to_owned();
    if let Some(link) = rest.strip_prefix("](") {
        file.remove(file.rfind('[')?);
        rest = link.split_once(')')?.1;
    }
    let column = rest.strip_prefix(':').and_then(split_number);
    let (column, rest) = column.map_or((None, rest), |(column, rest)| (Some(column), rest));
    (is_path(&file) && !rest.starts_with(char::is_alphanumeric)).then_some((Place { file, line: Some(line), column, function: None }, rest))
}

fn is_path(file: &str) -> bool {
    let has_root = file.starts_with('/') || file.as_bytes().get(1) == Some(&b':');
    let is_one_word = !file.contains([' ', '\t']);
    !file.is_empty() && file.contains(['.', '/', '\\', '<']) && !file.contains(['\'', '"', '`', ',']) && (has_root || is_one_word)
}

/// `'message', src/main.rs:4:19`; the message may hold quotes and line ends.
fn old_style(lines: &[Line<'_>], at: usize, rest: &str) -> Option<Head> {
    let mut message = rest.strip_prefix('\'')?.to_owned();
    let mut end = at + 1;
    loop {
        // What closes the message stands in one line, unless the line was broken right behind the message.
        let start = message.rfind('\n').map_or(0, |at| at + 1);
        if let Some((len, place)) = closed(&message[start..]) {
            message.truncate(start + len);
            return Some(Head { message, place, end });
        }
        let line = lines.get(end).filter(|line| end < at + LONGEST && !SIGN_NEEDLE.is_in(&line.text))?;
        let text = line.text.trim_end();
        end += 1;
        if message.ends_with("',")
            && let Some((place, "")) = location(text.trim_start())
        {
            message.truncate(message.len() - 2);
            return Some(Head { message, place, end });
        }
        message.push('\n');
        message.push_str(text);
    }
}

/// How long the message in front of `', src/main.rs:4:19` is, and the place.
fn closed(text: &str) -> Option<(usize, Place)> {
    let ends = text.rmatch_indices("',").chain(text.rmatch_indices("': "));
    ends.take(50).find_map(|(end, _)| Some((end, location(text[end + 2..].trim_start())?.0)))
}

/// `src/main.rs:4:19:`, and the message below, or behind it.
fn new_style(lines: &[Line<'_>], at: usize, rest: &str, margin: usize) -> Option<Head> {
    let (place, rest) = location(rest)?;
    let message = match rest.strip_prefix(':') {
        Some("") => {
            let (message, end) = message_below(lines, at + 1, margin);
            return Some(Head { message, place, end });
        }
        Some(message) if message.starts_with([' ', '\\']) => without_tail(message),
        _ if rest.is_empty() => "",
        _ => return None,
    };
    Some(Head { message: message.to_owned(), place, end: at + 1 })
}

/// In a record of one line the hint about backtraces stands behind the message, its line ends escaped or lost.
fn without_tail(message: &str) -> &str {
    let ends = ["note: run with `RUST_BACKTRACE", "note: Run with `RUST_BACKTRACE", "stack backtrace:"];
    let end = ends.iter().filter_map(|end| message.find(end)).min().unwrap_or(message.len());
    let message = message[..end].trim();
    message.strip_prefix("\\n").unwrap_or(message).trim_end_matches("\\n")
}

/// A message ends at the note about backtraces, which only the first panic of a process has; without it, at a blank line.
fn message_below(lines: &[Line<'_>], at: usize, margin: usize) -> (String, usize) {
    let mut end = at;
    let mut blank = None;
    // In the section of one test the panic comes last, so its message goes on to the section's end.
    let is_test = is_in_section(lines, at);
    let mut is_closed = false;
    for (index, line) in lines.iter().enumerate().skip(at).take(LONGEST) {
        let text = without_margin(&line.text, margin);
        is_closed = is_note(text) || (is_test && is_border(text));
        if is_closed || is_foreign(text) || (index > at && is_record(text)) {
            break;
        }
        if is_blank(text) {
            blank = blank.or(Some(index));
        }
        end = index + 1;
    }
    let end = if is_closed { end } else { blank.unwrap_or(end) };
    let message: Vec<&str> = lines[at..end].iter().map(|line| without_margin(line.text.trim_end(), margin)).collect();
    (message.join("\n").trim_end().trim_start_matches('\n').to_owned(), end)
}

fn is_note(text: &str) -> bool {
    text.starts_with("note: run with `RUST_BACKTRACE")
        || text.starts_with("note: Run with `RUST_BACKTRACE")
        || text.starts_with("stack backtrace:")
}

fn is_in_section(lines: &[Line<'_>], at: usize) -> bool {
    let above = lines[at.saturating_sub(LONGEST)..at].iter().rev().map(|line| line.text.as_ref());
    above.take_while(|text| *text != "failures:").any(|text| text.starts_with("---- ") && is_border(text))
}

fn is_border(text: &str) -> bool {
    (text.starts_with("---- ") && text.ends_with(" stdout ----")) || text == "failures:"
}

/// Lines that a process, its harness or its runner prints behind a message.
const FOREIGN: &[&str] = &[
    "test result:",
    "thread panicked while",
    "thread caused non-unwinding panic",
    "fatal runtime error",
    "error: test failed",
    "note: test did not panic",
    "note: panic did not contain",
    "Encountered a panic in ",
    "Stack:",
    "└─ ",
];

/// Whether `text` cannot belong to the message.
fn is_foreign(text: &str) -> bool {
    let is_status = text.starts_with("test ") && (text.ends_with(" ... ok") || text.ends_with(" ... FAILED"));
    text.contains(SIGN) || is_border(text) || is_status || FOREIGN.iter().any(|opening| text.starts_with(opening))
}

/// `2024-01-02...` or `[2024-01-02...`: the next record of the log.
fn is_record(text: &str) -> bool {
    let date = text.strip_prefix('[').unwrap_or(text).as_bytes();
    date.len() > 10
        && date[..10].iter().zip(b"0000-00-00").all(|(byte, shape)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape })
}

/// Panics that only say that an earlier panic could not go on: rustc's are told by its own error before, std's by the first panic.
fn is_follow_up(event: &Event, thread: Option<&str>) -> bool {
    let is_explicit_bug = matches!(event.message.as_str(), "Box<dyn Any>" | "Box<Any>") && thread == Some("rustc");
    // Before 1.64 libtest itself panicked over a test that returned an error.
    let is_returned = event.message.contains("the test returned a termination value with a non-zero status code");
    is_explicit_bug
        || is_returned
        || matches!(event.headline(), "panic in a function that cannot unwind" | "panic in a destructor during cleanup")
}

fn reading(lines: &[Line<'_>], at: usize, before: &str, head: Head) -> Reading {
    let Head { message, mut place, mut end } = head;
    let (mut frames, mut causes) = (Vec::new(), Vec::new());
    let shown = (at + 1..end).find(|&index| lines[index].text.trim_end() == "Caused by:").unwrap_or(end);
    if let Some((chain, stack, below)) = report::below(lines, shown) {
        (causes, frames, end) = (chain, stack, end.max(below));
    }
    if let Some(stack) = stack_below(&lines[end..]) {
        (frames, end) = backtrace::read(lines, end + stack + 1);
        place.function = backtrace::function_at(&frames, &place);
    }
    end = behind_browser(lines, end);
    let event = Event {
        raised_at: Some(place),
        frames,
        causes,
        lines: lines[at].no..lines[end - 1].no + 1,
        ..Event::new(LanguageId::RUST, "panic", message)
    };
    let thread = thread(before);
    let is_summary = is_follow_up(&event, thread.as_deref());
    Reading::failure(Failure { thread, is_summary, ..Failure::new(event) }, end)
}

/// The first line behind the stack of JavaScript that a hook for browsers prints under `Stack:`; it is no failure of its own.
fn behind_browser(lines: &[Line<'_>], end: usize) -> usize {
    let n_blank = lines[end..].iter().take(3).take_while(|line| is_blank(&line.text)).count();
    if lines.get(end + n_blank).is_none_or(|line| line.text.trim() != "Stack:") {
        return end;
    }
    let is_entry = |text: &str| is_blank(text) || matches!(text, "Stack:" | "Error") || text.starts_with("at ") || text.contains('@');
    end + lines[end..].iter().take(LONGEST).take_while(|line| is_entry(line.text.trim())).count()
}

/// Where the stack of this panic begins; another panic may come first.
fn stack_below(lines: &[Line<'_>]) -> Option<usize> {
    let below = lines.iter().take(3).take_while(|line| !SIGN_NEEDLE.is_in(&line.text));
    below.into_iter().position(|line| line.text.trim() == "stack backtrace:")
}

fn thread(before: &str) -> Option<String> {
    let (_, rest) = before.split_once("thread '")?;
    let name = rest.rsplit_once('\'').map(|(name, _)| name)?;
    (name != "main" && !name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn the_new_style_with_and_without_a_thread() {
        check(
            "thread 'main' (6017738) panicked at src/main.rs:4:19:\nend byte index 1 is not a char boundary\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
            &["panic: end byte index 1 is not a char boundary @ src/main.rs:4"],
        );
        check("panicked at src/main.rs:4:19:\nboom\n", &["panic: boom @ src/main.rs:4"]);
        check(
            "thread 'main' panicked at C:\\app\\main.rs:4:19:\nassertion `left == right` failed\n  left: 1\n right: 2\n\nmore",
            &["panic: assertion `left == right` failed @ C:\\app\\main.rs:4"],
        );
    }

    #[test]
    fn the_old_style_with_quotes_lines_and_no_column() {
        check("thread 'main' panicked at 'boom', src/main.rs:4:19\n", &["panic: boom @ src/main.rs:4"]);
        check("thread 'main' panicked at 'a', 'b', src/main.rs:4\n", &["panic: a', 'b @ src/main.rs:4"]);
        let text = "thread 'main' panicked at 'assertion failed: `(left == right)`\n  left: `1`,\n right: `2`', src/lib.rs:7:5\nnote: x\n";
        check(text, &["panic: assertion failed: `(left == right)` @ src/lib.rs:7"]);
        assert_eq!(read(text.as_bytes()).events[0].message, "assertion failed: `(left == right)`\n  left: `1`,\n right: `2`");
    }

    #[test]
    fn a_backtrace_gives_the_frames_and_the_function() {
        let text = "thread 'main' panicked at src/main.rs:7:9:\nboom\nstack backtrace:\n   0: __rustc::rust_begin_unwind\n             at /rustc/x/library/std/src/panicking.rs:689:5\n   1: app::inner\n             at ./src/main.rs:7:9\n   2: app::main\n             at ./src/main.rs:3:5\nnote: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n";
        check(text, &["panic: boom @ src/main.rs:7 app::inner"]);
        let with = read(text.as_bytes()).events.remove(0);
        assert_eq!(with.frames.first().and_then(|frame| frame.place.function.as_deref()), Some("app::main"));
        let without = read(b"thread 'main' panicked at src/main.rs:7:9:\nboom\nnote: run with `RUST_BACKTRACE=1` environment variable")
            .events
            .remove(0);
        assert_eq!(with.fingerprint, without.fingerprint);
    }

    #[test]
    fn the_stack_of_a_browser_belongs_to_the_panic() {
        check(
            "panicked at src/lib.rs:4:19:\nboom\n\nStack:\n\nError\n    at imports.wbg.f (http://127.0.0.1:8080/app.js:610:21)\n    at app.wasm.g (http://127.0.0.1:8080/app_bg.wasm:wasm-function[1]:0x2)\n\nnext\n",
            &["panic: boom @ src/lib.rs:4"],
        );
    }

    #[test]
    fn a_message_with_blank_lines_ends_at_the_note() {
        let text = "thread 'main' panicked at src/main.rs:7:9:\nfirst\n\nthird\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\nx";
        assert_eq!(read(text.as_bytes()).events[0].message, "first\n\nthird");
    }

    #[test]
    fn a_stack_that_ran_over_is_a_failure_of_its_test() {
        check(
            "running 2 tests\ntest aborts ... ok\n\nthread 'deep' (22869) has overflowed its stack\nfatal runtime error: stack overflow, aborting\nerror: test failed, to rerun pass `--lib`\n\nCaused by:\n  process didn't exit successfully: `/x/deps/t-c8` (signal: 6, SIGABRT: process abort signal)\n",
            &["stack-overflow: thread 'deep' (22869) has overflowed its stack [deep]"],
        );
    }
}
