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
const OK: &str = " ... ok";
const SUCCESSES: &str = "successes:";
/// What passing tests printed is passed over up to so many lines.
const MOST: usize = 2000;
/// So far below its report the panic of a test is looked for.
const BELOW: usize = 60;
/// What rustdoc says of a documentation test that was expected to fail, or of other errors than were expected.
const VERDICTS: &[&str] =
    &["Test executable succeeded, but", "Test compiled successfully, but", "Some expected error codes were not found"];
const NO_PANIC: &str = "note: test did not panic as expected";
const OTHER_PANIC: &str = "note: panic did not contain expected string";

impl Dialect for Libtest {
    fn hints(&self) -> &'static [&'static str] {
        &[STDOUT, FAILED, "test result: "]
    }

    fn openings(&self) -> &'static [&'static str] {
        &[STDOUT, FAILED, OK, "test result: ", NO_PANIC, OTHER_PANIC, "failures:", SUCCESSES]
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
            b't' if text.ends_with(OK) => one(Item::Expected(bare(text.strip_prefix("test ")?.strip_suffix(OK)?).to_owned())),
            b't' => {
                let name = text.strip_prefix("test ")?.strip_suffix(FAILED)?;
                one(Item::Failed(Box::new(failed(bare(name), lines[at].no))))
            }
            b's' if text == SUCCESSES => successes(lines, at),
            b'f' if text == "failures:" && is_own => one(Item::Scope(None)),
            b'n' if text.starts_with(NO_PANIC) => Some(Reading::failure(Failure::new(no_panic(text, lines[at].no)), at + 1)),
            _ => None,
        }
    }
}

/// The name of a test without what its status line adds: `should_panic` of a test, `compile_fail` and `no_run` of a documentation test.
fn bare(name: &str) -> &str {
    [" - should panic", " - compile fail", " - compile"].iter().find_map(|note| name.strip_suffix(note)).unwrap_or(name)
}

/// What tests printed that passed is no failure.
fn successes(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let is_end = |line: &Line<'_>| line.text.trim() == "failures:" || line.text.trim().starts_with("test result: ");
    let n = lines[at + 1..].iter().take(MOST).position(is_end)?;
    Some(Reading::new(Vec::new(), at + 1 + n))
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
    if let Some(note) = body[..n].iter().position(|line| line.text.trim_start().starts_with(OTHER_PANIC)) {
        let failure = other_panic(body, n, note, name);
        return Reading::new(vec![scope, Item::Failure(Box::new(failure))], at + 1 + n);
    }
    if let Some(verdict) = body[..n].first().filter(|line| VERDICTS.iter().any(|verdict| line.text.starts_with(verdict))) {
        let event = Event::new(LanguageId::RUST, "test-failure", verdict.text.trim_end());
        let failure = Failure::new(Event { lines: verdict.no..verdict.no + 1, ..event });
        return Reading::new(vec![scope, Item::Failure(Box::new(failure))], at + 2);
    }
    if let Some(report) = body[..n].iter().position(|line| line.text.starts_with("Error: ")).filter(|_| !is_told(&body[..n])) {
        let message = body[report].text["Error: ".len()..].trim_end();
        let event = Event { lines: body[report].no..body[report].no + 1, ..Event::new(LanguageId::RUST, "report", message) };
        if !body[report + 1..n].iter().any(|line| line.text.starts_with("Caused by:")) {
            return Reading::new(vec![scope, Item::Failure(Box::new(Failure::new(event)))], at + 1 + n);
        }
    }
    Reading::new(vec![scope], at + 1)
}

/// Whether a line tells of a failure better than `Error: ...` does; before 1.64 libtest itself panicked over a returned error.
fn is_told(body: &[Line<'_>]) -> bool {
    let is_returned = || body.iter().any(|line| line.text.contains("the test returned a termination value"));
    let is_other = |text: &str| text.contains("panicked at ") && !is_returned() || text.starts_with("error[") || text.starts_with("error:");
    body.iter().any(|line| is_other(&line.text))
}

/// A panic that stands above the note. nextest shows it below, among what the test wrote to the other stream.
fn other_panic(body: &[Line<'_>], n: usize, note: usize, name: &str) -> Failure {
    let thread = format!("thread '{name}' ");
    let above = body[..note].iter().position(|line| line.text.contains("panicked at "));
    let below = || body[n..].iter().take(BELOW).position(|line| line.text.trim_start().starts_with(&thread)).map(|at| n + at);
    let reading = above.or_else(below).and_then(|at| super::panic::Panic.read(body, at));
    let mut event = Event::new(LanguageId::RUST, "test-failure", body[note].text.trim().trim_start_matches("note: "));
    event.lines = body[note].no..body[note].no + 1;
    event.notes = body[note + 1..].iter().take(2).map(|line| line.text.trim().to_owned()).collect();
    if let Some(Item::Failure(failure)) = reading.and_then(|reading| reading.items.into_iter().next()) {
        let panic = failure.event;
        if above.is_some() {
            event.lines.start = panic.lines.start;
        }
        event.causes = vec![Cause { kind: panic.kind, message: panic.message, ..Cause::default() }];
        (event.raised_at, event.frames) = (panic.raised_at, panic.frames);
    } else if let Some(message) = event.notes.first().and_then(|text| text.strip_prefix("panic message: ")) {
        // The panic itself is printed elsewhere, where tests are not captured.
        let message = message.trim_matches(['`', ',', '"']).to_owned();
        event.causes = vec![Cause { kind: "panic".to_owned(), message, ..Cause::default() }];
    }
    Failure::new(event)
}

/// `note: test did not panic as expected at src/lib.rs:21:8`; before 1.80 without the place.
fn no_panic(text: &str, no: u32) -> Event {
    let message = text.trim_start_matches("note: ");
    let place = message.rsplit_once(" at ").and_then(|(_, place)| split_location(place));
    let raised_at = place.map(|(file, line, column)| Place { file: file.to_owned(), line: Some(line), column, function: None });
    Event { raised_at, lines: no..no + 1, ..Event::new(LanguageId::RUST, "test-failure", message) }
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    // Printed by cargo 1.95, shortened.
    const REPORT: &str = r#"running 7 tests
test tests::adds_wrong ... FAILED
test tests::is_error_free ... ok
test tests::multi_line ... FAILED
test tests::panics_not - should panic ... FAILED
test tests::panics_otherwise - should panic ... FAILED
test tests::returns_err ... FAILED
test tests::silent ... FAILED

failures:

---- tests::adds_wrong stdout ----
some output

thread 'tests::adds_wrong' (22787) panicked at src/lib.rs:27:9:
assertion `left == right` failed: sum of 1
  left: 3
 right: 4
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- tests::multi_line stdout ----

thread 'tests::multi_line' (22791) panicked at src/lib.rs:51:9:
first

third: Some(
    1,
)

---- tests::panics_not stdout ----
note: test did not panic as expected at src/lib.rs:33:8
---- tests::returns_err stdout ----
Error: ParseIntError { kind: InvalidDigit }

---- tests::panics_otherwise stdout ----

thread 'tests::panics_otherwise' (22793) panicked at src/lib.rs:37:9:
different
note: panic did not contain expected string
      panic message: "different"
 expected substring: "overflow"

failures:
    tests::adds_wrong
    tests::multi_line

test result: FAILED. 1 passed; 6 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: test failed, to rerun pass `--lib`
"#;

    #[test]
    fn every_failed_test_is_one_event() {
        let expected = [
            "test-failure: test failed [tests::silent]",
            "panic: assertion `left == right` failed: sum of 1 @ src/lib.rs:27 [tests::adds_wrong] x2",
            "panic: first @ src/lib.rs:51 [tests::multi_line] x2",
            "test-failure: test did not panic as expected at src/lib.rs:33:8 @ src/lib.rs:33 [tests::panics_not] x2",
            "report: ParseIntError { kind: InvalidDigit } [tests::returns_err] x2",
            "test-failure: panic did not contain expected string @ src/lib.rs:37 [tests::panics_otherwise] <- panic: different x2",
        ];
        assert_eq!(outline(REPORT), expected);
        assert_eq!(read(REPORT.as_bytes()).events[2].message, "first\n\nthird: Some(\n    1,\n)");
    }

    // Printed by cargo 1.95, shortened.
    #[test]
    fn a_doctest_fails_by_rustc_or_by_a_panic() {
        let text = r"running 2 tests
test src/lib.rs - add (line 9) ... FAILED
test src/lib.rs - add (line 5) ... FAILED

failures:

---- src/lib.rs - add (line 9) stdout ----
error[E0425]: cannot find function `nope` in crate `t`
  --> src/lib.rs:11:17
   |
10 | let x: u32 = t::nope();
   |                 ^^^^ not found in `t`

error: aborting due to 1 previous error

For more information about this error, try `rustc --explain E0425`.
Couldn't compile the test.
---- src/lib.rs - add (line 5) stdout ----
Test executable failed (exit status: 101).

stderr:

thread 'main' (23001) panicked at src/lib.rs:5:1:
assertion `left == right` failed
  left: 3
 right: 4
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    src/lib.rs - add (line 5)

test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s
";
        let expected = [
            "E0425: cannot find function `nope` in crate `t` @ src/lib.rs:11 [src/lib.rs - add (line 9)] x2",
            "panic: assertion `left == right` failed @ src/lib.rs:5 [src/lib.rs - add (line 5)] x2",
        ];
        assert_eq!(outline(text), expected);
    }

    #[test]
    fn a_panic_that_its_test_expects_is_no_failure() {
        let panic = "thread 'tests::a' (7) panicked at src/lib.rs:1:2:\nboom\nnote: run with `RUST_BACKTRACE=1` environment variable\n";
        assert!(outline(&format!("running 1 test\n{panic}test tests::a - should panic ... ok\n")).is_empty());
        assert_eq!(
            outline(&format!("running 1 test\n{panic}test tests::a - should panic ... FAILED\n")),
            ["panic: boom @ src/lib.rs:1 [tests::a] x2"]
        );
    }
}
