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

impl Dialect for StackOverflow {
    fn hints(&self) -> &'static [&'static str] {
        &[SIGN, MEMORY]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim();
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

/// The process died while its harness ran tests, each in a thread of the test's name.
fn is_under_tests(lines: &[Line<'_>], at: usize) -> bool {
    let above = lines[at.saturating_sub(200)..at].iter().rev().map(|line| line.text.trim());
    above.take_while(|text| !text.starts_with("test result: ")).any(|text| text.starts_with("running ") && text.contains(" test"))
}
