//! Reads failed tests of `go test`: `--- FAIL: TestX (0.00s)` and the lines that the test printed above or below it.
//!
//! A test that failed only because one inside it did has no message of its own, and is no failure.
//!
//! Source: Go 1.22, `src/testing/testing.go` (`report`, `decorate`); testify 1.9, `assert/assertions.go` (`Fail`).

use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, indent_of, split_number};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `--- FAIL: TestX (0.00s)`.
pub(in crate::event) struct Testing;

const SIGN: &str = "--- FAIL: ";
/// What a test prints is looked at so far.
const LONGEST: usize = 60;

impl Dialect for Testing {
    fn hints(&self) -> &'static [&'static str] {
        &[SIGN]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let (name, _) = lines[at].text.trim().strip_prefix(SIGN)?.split_once(" (")?;
        let indent = indent_of(&lines[at].text);
        let ends = |line: &&Line<'_>| {
            let text = line.text.trim_start();
            text.starts_with("--- ")
                || text.starts_with("=== ")
                || text.starts_with("FAIL")
                || text.starts_with("PASS")
                || text.starts_with("panic: ")
        };
        let below = at + 1 + lines[at + 1..].iter().take(LONGEST).take_while(|line| !ends(line)).count();
        let is_parent = lines.get(below).is_some_and(|line| line.text.trim_start().starts_with(SIGN) && indent_of(&line.text) > indent);
        let above = at - lines[..at].iter().rev().take(LONGEST).take_while(|line| !ends(line)).count();
        let is_own = above > 0 && lines[above - 1].text.trim().strip_prefix("=== ").is_some_and(|text| text.ends_with(name));
        let found = message(&lines[at + 1..below]).or_else(|| if is_own { message(&lines[above..at]) } else { None });
        let event =
            Event { test: Some(name.to_owned()), lines: lines[at].no..lines[at].no + 1, ..Event::new(LanguageId::GO, "test-failure", "") };
        let Some((place, message)) = found else {
            // A panic right below tells more.
            let is_told = lines.get(below).is_some_and(|line| line.text.starts_with("panic: "));
            let items = if is_parent || is_told { Vec::new() } else { vec![Item::Failed(Box::new(Failure::new(event)))] };
            return Some(Reading::new(items, at + 1));
        };
        let event = Event { raised_at: Some(place), message, lines: lines[at].no..lines[below - 1].no + 1, ..event };
        Some(Reading::failure(Failure::new(event), below))
    }
}

/// The first message that a test printed, with its place.
fn message(lines: &[Line<'_>]) -> Option<(Place, String)> {
    let (at, place, message) = lines.iter().enumerate().find_map(|(at, line)| {
        let (file, rest) = line.text.trim().split_once(".go:")?;
        let (number, rest) = split_number(rest)?;
        let is_name = !file.contains([' ', '\t', '"']);
        let place = Place { file: format!("{file}.go"), line: Some(number), column: None, function: None };
        Some((at, place, rest.strip_prefix(':')?.trim())).filter(|_| is_name && indent_of(&line.text) > 0)
    })?;
    if let Some(error) = testify(&lines[at..]).filter(|_| message.is_empty() || message.starts_with("Error Trace:")) {
        return Some((place, error));
    }
    // Further lines of a message are indented deeper than its first.
    let indent = indent_of(&lines[at].text);
    let more = lines[at + 1..].iter().take_while(|line| indent_of(&line.text) > indent).map(|line| line.text.trim());
    let message = more.fold(message.to_owned(), |all, text| format!("{all}\n{text}"));
    Some((place, message.trim().to_owned()))
}

/// What follows `Error:` in the table of testify.
fn testify(lines: &[Line<'_>]) -> Option<String> {
    let texts = || lines.iter().map(|line| line.text.trim());
    let at = texts().position(|text| text.starts_with("Error:"))?;
    let is_row = |text: &str| ["Test:", "Messages:", "Error Trace:"].iter().any(|name| text.starts_with(name));
    let first = texts().nth(at)?.strip_prefix("Error:")?.trim();
    let more = texts().skip(at + 1).take_while(|text| !is_row(text) && !text.is_empty());
    Some(more.fold(first.to_owned(), |all, text| format!("{all}\n{text}")))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_message_stands_above_or_below_its_test() {
        check(
            "--- FAIL: TestX (0.00s)\n    x_test.go:12: got 1, want 2\nFAIL\nFAIL\ta/x\t0.01s\n",
            &["test-failure: got 1, want 2 @ x_test.go:12 [TestX]"],
        );
        check(
            "=== RUN   TestX\n    x_test.go:12: got 1, want 2\n--- FAIL: TestX (0.00s)\nFAIL\n",
            &["test-failure: got 1, want 2 @ x_test.go:12 [TestX]"],
        );
        check(
            "--- FAIL: TestX (0.00s)\n    --- FAIL: TestX/one (0.00s)\n        x_test.go:12: no\n    --- PASS: TestX/two (0.00s)\nFAIL\n",
            &["test-failure: no @ x_test.go:12 [TestX/one]"],
        );
        check("--- FAIL: TestX (0.00s)\nFAIL\n", &["test-failure:  [TestX]"]);
        check(
            "--- FAIL: TestX (0.00s)\n    x_test.go:12: \n        \tError Trace:\t/x/x_test.go:12\n        \tError:      \tNot equal: \n        \t            \texpected: 1\n        \tTest:       \tTestX\nFAIL\n",
            &["test-failure: Not equal: @ x_test.go:12 [TestX]"],
        );
    }

    #[test]
    fn tests_that_pass_are_silent() {
        check("=== RUN   TestX\n    x_test.go:12: a note\n--- PASS: TestX (0.00s)\n    --- FAIL: not here\nok\n", &[]);
    }
}
