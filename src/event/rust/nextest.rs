//! Reads the status lines of cargo-nextest: which test failed, and which passed when it was tried again.
//!
//! Source: cargo-nextest 0.9, `nextest-runner/src/reporter/displayer`.

use crate::event::Event;
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, is_blank, split_number};
use crate::syntax::LanguageId;

/// `  FAIL [   0.054s] (3/4) crate::binary test_name`.
pub(in crate::event) struct Nextest;

/// How far above the end of a test its start is looked for.
const BACK: usize = 200;

impl Dialect for Nextest {
    fn hints(&self) -> &'static [&'static str] {
        &["FAIL [", "  TRY ", "ABRT [", "SEGV [", "TIMEOUT [", "ABORT ["]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["s] ", "START ["]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let Status { nth_try, word, test } = status(lines[at].text.trim_end())?;
        let owned = || test.to_owned();
        let items = match word {
            "START" => vec![Item::Scope(Some(owned()))],
            "SLOW" | "XFAIL" => Vec::new(),
            "PASS" | "LEAK" | "FLAKY" => {
                // Tests of several crates may share a name, so that one of them passed says nothing unless it was tried before.
                let has_passed = nth_try.is_some() || word == "FLAKY" || has_started(lines, at, test);
                has_passed.then(|| Item::Passed(owned())).into_iter().chain([Item::Scope(None)]).collect()
            }
            // The first of several tries decides nothing.
            _ if nth_try == Some(1) => vec![Item::Scope(Some(owned()))],
            // The last try may pass: then it is dropped.
            _ => vec![Item::Failed(Box::new(failure(word, test, lines[at].no))), Item::Scope(Some(owned()))],
        };
        Some(Reading::new(items, at + 1))
    }
}

/// What a status line says.
struct Status<'t> {
    /// Which try, where the test is tried more than once.
    nth_try: Option<u32>,
    word: &'t str,
    test: &'t str,
}

/// `  TRY 2 PASS [   0.015s] ( 3/10) crate::binary tests::a`.
fn status(line: &str) -> Option<Status<'_>> {
    let (front, rest) = line.strip_prefix(' ')?.split_once(" [")?;
    let (duration, rest) = rest.split_once("] ")?;
    let is_time = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_blank(duration) && !duration.trim_start_matches(['>', ' ']).strip_suffix('s').is_some_and(is_time) {
        return None;
    }
    let front = front.trim_start();
    let tried = front.strip_prefix("TRY ").and_then(split_number);
    let word = tried.map_or(front, |(_, rest)| rest.trim_start());
    // `FLAKY 2/3`, `FAIL + LEAK`, `LEAK-FAIL`.
    let word = word.split(' ').next().filter(|word| WORDS.contains(word) || word.starts_with("SIG"))?;
    let rest = rest.trim_start();
    let rest = if rest.starts_with('(') { rest.split_once(')')?.1.trim_start() } else { rest };
    let (_, test) = rest.split_once(' ')?;
    Some(Status { nth_try: tried.map(|(nth, _)| nth), word, test: test.trim_start() }).filter(|status| !status.test.is_empty())
}

const WORDS: &[&str] =
    &["START", "PASS", "FAIL", "TMT", "TERM", "ABORT", "ABRT", "SEGV", "KILL", "FLAKY", "LEAK", "LEAK-FAIL", "TIMEOUT", "SLOW", "XFAIL"];

/// Whether the status line above is the start of the same test: then all in between was printed by it.
fn has_started(lines: &[Line<'_>], at: usize, test: &str) -> bool {
    let above = lines[at.saturating_sub(BACK)..at].iter().rev().find_map(|line| status(line.text.trim_end()));
    above.is_some_and(|status| status.word == "START" && status.test == test)
}

fn failure(status: &str, test: &str, no: u32) -> Failure {
    let (kind, message) = match status {
        "TIMEOUT" | "TMT" | "TERM" => ("timeout", "test timed out".to_owned()),
        "FAIL" | "LEAK-FAIL" => ("test-failure", "test failed".to_owned()),
        signal => ("test-failure", format!("test aborted with {signal}")),
    };
    Failure::new(Event { test: Some(test.to_owned()), lines: no..no + 1, ..Event::new(LanguageId::RUST, kind, message) })
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    const PANIC: &str = "  stderr ───\n\n    thread 'tests::a' (22906) panicked at src/lib.rs:27:9:\n    boom\n      left: 3\n    note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n";

    #[test]
    fn a_failed_test_has_its_panic_once() {
        let status = "        FAIL [   0.016s] ( 2/10) t tests::a\n";
        check(
            &format!("{status}{PANIC}────────────\n     Summary [   0.100s] 10 tests run: 9 passed, 1 failed\n{status}"),
            &["panic: boom @ src/lib.rs:27 [tests::a] x3"],
        );
        check("     SIGABRT [   0.016s] ( 2/10) t tests::a\n", &["test-failure: test aborted with SIGABRT [tests::a]"]);
    }

    #[test]
    fn a_test_that_passes_when_tried_again_has_not_failed() {
        check(&format!("  TRY 1 FAIL [   0.016s] (─────) t tests::a\n{PANIC}  TRY 2 PASS [   0.015s] ( 3/10) t tests::a\n"), &[]);
    }

    #[test]
    fn an_error_that_a_test_returns_is_a_report() {
        check(
            "        FAIL [   0.016s] ( 2/10) t tests::a\n  stderr ───\n    Error: ParseIntError { kind: InvalidDigit }\n\n",
            &["report: ParseIntError { kind: InvalidDigit } [tests::a] x2"],
        );
    }

    #[test]
    fn the_last_of_several_tries_counts() {
        let tries = "  TRY 1 ABRT [   0.007s] (─────) c::abort aborts\n  TRY 2 ABRT [   0.006s] (22/32) c::abort aborts\n";
        check(tries, &["test-failure: test aborted with ABRT [aborts]"]);
        check(&format!("{tries}  TRY 3 PASS [   0.006s] (22/32) c::abort aborts\n"), &[]);
        check(&format!("{tries}   FLAKY 3/3 [   0.006s] (22/32) c::abort aborts\n"), &[]);
    }

    #[test]
    fn without_capture_a_test_prints_between_its_start_and_its_end() {
        let start = "       START [         ] ( 1/32) c tests::a\nthread 'tests::a' (1) panicked at src/lib.rs:1:2:\nboom\nnote: run with `RUST_BACKTRACE=1`\n";
        check(&format!("{start}        PASS [   0.008s] ( 1/32) c tests::a\n"), &[]);
        check(&format!("{start}        FAIL [   0.008s] ( 1/32) c tests::a\n"), &["panic: boom @ src/lib.rs:1 [tests::a] x2"]);
    }
}
