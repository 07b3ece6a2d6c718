//! Reads the status lines of cargo-nextest: which test failed, and which passed when it was tried again.
//!
//! Source: cargo-nextest 0.9, `nextest-runner/src/reporter/displayer`.

use std::sync::LazyLock;

use regex::Regex;

use crate::event::Event;
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::Line;
use crate::syntax::LanguageId;

/// `  FAIL [   0.054s] (3/4) crate::binary test_name`.
pub(in crate::event) struct Nextest;

static STATUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^ *(?:TRY (?P<try>[0-9]+) )?(?P<status>PASS|FAIL|TMT|TERM|ABORT|SIG[A-Z]+|FLAKY [0-9]+/[0-9]+|LEAK|TIMEOUT|XFAIL) \[ *[0-9.]+s\] +(?:\([^)]*\) +)?(?P<binary>[^ \t]+) +(?P<test>[^ \t].*?)$")
        .expect("a constant")
});

impl Dialect for Nextest {
    fn hints(&self) -> &'static [&'static str] {
        &["FAIL [", "TRY ", "SIGABRT [", "SIGSEGV [", "TIMEOUT [", "ABORT ["]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["s] "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        if !text.starts_with(' ') || !text.contains("s] ") {
            return None;
        }
        let found = STATUS.captures(text)?;
        let (status, name) = (&found["status"], found["test"].to_owned());
        let is_try = found.name("try").is_some();
        let items = if status.starts_with("PASS") || status.starts_with("FLAKY") || status == "LEAK" {
            let passed = is_try || status.starts_with("FLAKY");
            passed.then_some(Item::Passed(name)).into_iter().chain([Item::Scope(None)]).collect()
        } else {
            // A try says nothing final: the last word is FLAKY, a try that passes, or the summary's FAIL.
            let failed = (!is_try).then(|| Item::Failed(Box::new(failure(status, &name, lines[at].no))));
            failed.into_iter().chain([Item::Scope(Some(name))]).collect()
        };
        Some(Reading::new(items, at + 1))
    }
}

fn failure(status: &str, test: &str, no: u32) -> Failure {
    let (kind, message) = match status {
        "TIMEOUT" | "TMT" | "TERM" => ("timeout", "test timed out".to_owned()),
        "FAIL" => ("test-failure", "test failed".to_owned()),
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
}
