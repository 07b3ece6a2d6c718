//! Reads the ends of processes that print no panic: a stack that ran over, memory that ran out.
//!
//! Source: Rust 1.95, `library/std/src/sys/pal/unix/stack_overflow.rs` and `library/std/src/alloc.rs`.

use crate::event::Event;
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::Line;
use crate::syntax::LanguageId;

/// `thread 'main' has overflowed its stack`.
pub(in crate::event) struct StackOverflow;

const SIGN: &str = "has overflowed its stack";
const MEMORY: &str = "memory allocation of ";
const FATAL: &str = "fatal runtime error: ";

impl Dialect for StackOverflow {
    fn hints(&self) -> &'static [&'static str] {
        &[SIGN, MEMORY, FATAL]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = told(lines[at].text.trim())?;
        if let Some(message) = text.strip_prefix(FATAL) {
            // It may be the last word of a panic that was told before.
            let event = Event { lines: lines[at].no..lines[at].no + 1, ..Event::new(LanguageId::RUST, "fatal-error", message) };
            return Some(Reading::failure(Failure::summary(event), at + 1));
        }
        let kind = if text.starts_with("thread ") && text.ends_with(SIGN) {
            "stack-overflow"
        } else if text.starts_with(MEMORY) && text.contains(" bytes failed") {
            "fatal-error"
        } else {
            return None;
        };
        let end =
            at + 1 + lines[at + 1..].iter().take_while(|line| line.text.trim().starts_with("fatal runtime error: stack overflow")).count();
        let event = Event { lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::RUST, kind, text) };
        let thread = text.split('\'').nth(1).filter(|name| *name != "main").map(str::to_owned);
        let event = Event { test: thread.filter(|_| is_under_tests(lines, at)), ..event };
        Some(Reading::failure(Failure::new(event), end))
    }
}

/// The words themselves, without what the front of a record holds; in source code they stand in quotes.
fn told(text: &str) -> Option<&str> {
    let begin = ["thread '", "thread <", MEMORY, FATAL].iter().filter_map(|sign| text.find(sign)).min()?;
    let before = text[..begin].trim_end();
    (!before.ends_with(['"', '`', '(', '/', '#', '*', '+', '-'])).then_some(&text[begin..])
}

/// The process died while its harness ran tests, each in a thread of the test's name.
fn is_under_tests(lines: &[Line<'_>], at: usize) -> bool {
    let above = lines[at.saturating_sub(200)..at].iter().rev().map(|line| line.text.trim());
    above.take_while(|text| !text.starts_with("test result: ")).any(|text| text.starts_with("running ") && text.contains(" test"))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn processes_that_die_without_a_panic() {
        check("memory allocation of 70368744177664 bytes failed\n", &["fatal-error: memory allocation of 70368744177664 bytes failed"]);
        check(
            "\nthread 'main' has overflowed its stack\nfatal runtime error: stack overflow, aborting\n",
            &["stack-overflow: thread 'main' has overflowed its stack"],
        );
        check("fatal runtime error: Rust cannot catch foreign exceptions\n", &["fatal-error: Rust cannot catch foreign exceptions"]);
        check(
            "thread 'main' panicked at src/main.rs:4:5:\nboom\nfatal runtime error: failed to initiate panic, error 5\n",
            &["panic: boom @ src/main.rs:4"],
        );
    }
}
