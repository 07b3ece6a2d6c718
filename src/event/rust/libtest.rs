//! Reads what `cargo test` prints round failures: which test the output belongs to, and failures that are no panic.
//!
//! Source: Rust 1.95, `library/test/src/formatters/pretty.rs` and `library/test/src/test_result.rs`.

use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, split_location};
use crate::event::{Cause, Event, Place};
use crate::syntax::LanguageId;

/// `---- tests::x stdout ----`, `test tests::x ... FAILED`.
pub(in crate::event) struct Libtest;

const STDOUT: &str = " stdout ----";
const FAILED: &str = " ... FAILED";
const NO_PANIC: &str = "note: test did not panic as expected";
const OTHER_PANIC: &str = "note: panic did not contain expected string";

impl Dialect for Libtest {
    fn hints(&self) -> &'static [&'static str] {
        &[STDOUT, FAILED, "test result: ", NO_PANIC, OTHER_PANIC]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim();
        let is_own = !lines[at].text.starts_with(' ');
        let one = |item| Some(Reading::new(vec![item], at + 1));
        match text.as_bytes().first()? {
            b'-' => {
                let name = text.strip_prefix("---- ")?.strip_suffix(STDOUT)?;
                Some(section(lines, at, name))
            }
            // nextest shows this report inside the output of one test, indented, and goes on with that test.
            b't' if text.starts_with("test result: ") => is_own.then(|| Reading::new(vec![Item::Scope(None)], at + 1)),
            b't' => {
                let name = text.strip_prefix("test ")?.strip_suffix(FAILED)?;
                one(Item::Failed(Box::new(failed(name.trim_end_matches(" - should panic"), lines[at].no))))
            }
            b'f' if text == "failures:" && is_own => one(Item::Scope(None)),
            b'n' if text.starts_with(NO_PANIC) => Some(Reading::failure(Failure::new(no_panic(text, lines[at].no)), at + 1)),
            _ => None,
        }
    }
}

/// The test by itself failed; what it printed is not in the log.
fn failed(name: &str, no: u32) -> Failure {
    let event = Event { test: Some(name.to_owned()), lines: no..no + 1, ..Event::new(LanguageId::RUST, "test-failure", "test failed") };
    Failure::new(event)
}

/// The output of one test. A panic with other words than `should_panic(expected)` is a cause, not the failure.
fn section(lines: &[Line<'_>], at: usize, name: &str) -> Reading {
    let scope = Item::Scope(Some(name.to_owned()));
    let body = &lines[at + 1..];
    let n = body.iter().position(|line| line.text.starts_with("---- ") || line.text.trim() == "failures:").unwrap_or(body.len());
    if let Some(note) = body[..n].iter().position(|line| line.text.trim_start().starts_with(OTHER_PANIC))
        && let Some(failure) = other_panic(&body[..n], note)
    {
        return Reading::new(vec![scope, Item::Failure(Box::new(failure))], at + 1 + n);
    }
    if let Some(report) = body[..n].iter().position(|line| line.text.starts_with("Error: ")).filter(|_| !body[..n].iter().any(is_other)) {
        let message = body[report].text["Error: ".len()..].trim_end();
        let event = Event { lines: body[report].no..body[report].no + 1, ..Event::new(LanguageId::RUST, "report", message) };
        if !body[report + 1..n].iter().any(|line| line.text.starts_with("Caused by:")) {
            return Reading::new(vec![scope, Item::Failure(Box::new(Failure::new(event)))], at + 1 + n);
        }
    }
    Reading::new(vec![scope], at + 1)
}

/// Whether a line tells of a failure better than `Error: ...` does.
fn is_other(line: &Line<'_>) -> bool {
    line.text.contains("panicked at ") || line.text.starts_with("error[") || line.text.starts_with("error:")
}

fn other_panic(body: &[Line<'_>], note: usize) -> Option<Failure> {
    let panic = body[..note].iter().position(|line| line.text.contains("panicked at "))?;
    let reading = super::panic::Panic.read(body, panic)?;
    let Some(Item::Failure(failure)) = reading.items.into_iter().next() else { return None };
    let panic = failure.event;
    let notes = body[note + 1..].iter().take(2).map(|line| line.text.trim().to_owned()).collect();
    let message = body[note].text.trim().trim_start_matches("note: ").to_owned();
    let causes = vec![Cause { kind: panic.kind, message: panic.message }];
    Some(Failure::new(Event {
        kind: "test-failure".to_owned(),
        message,
        causes,
        notes,
        ..Event { message: String::new(), kind: String::new(), ..panic_rest(panic.raised_at, panic.frames, panic.lines) }
    }))
}

fn panic_rest(raised_at: Option<Place>, frames: Vec<crate::event::Frame>, lines: std::ops::Range<u32>) -> Event {
    Event { raised_at, frames, lines, ..Event::new(LanguageId::RUST, "", "") }
}

/// `note: test did not panic as expected at src/lib.rs:21:8`; before 1.80 without the place.
fn no_panic(text: &str, no: u32) -> Event {
    let message = text.trim_start_matches("note: ");
    let place = message.rsplit_once(" at ").and_then(|(_, place)| split_location(place));
    let raised_at = place.map(|(file, line, column)| Place { file: file.to_owned(), line: Some(line), column, function: None });
    Event { raised_at, lines: no..no + 1, ..Event::new(LanguageId::RUST, "test-failure", message) }
}
