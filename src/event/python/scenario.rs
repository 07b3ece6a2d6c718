//! Reads the failures of behave's steps and of Robot Framework's tests; a step's traceback is read as every other.
//!
//! Source: behave 1.3, `behave/model.py`, `Step.run`; Robot Framework 7, `robot/output/console/verbose.py`.

use super::exception::{exception_line, is_surely_exception};
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, is_blank, split_location};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `ASSERT FAILED: message` below a step, `Name | FAIL |` above a message.
pub(in crate::event) struct Scenario;

const ASSERTIONS: &[&str] = &["ASSERT FAILED: ", "Assertion Failed: "];
const FAIL: &str = "| FAIL |";

impl Dialect for Scenario {
    fn hints(&self) -> &'static [&'static str] {
        &["ASSERT FAILED: ", "Assertion Failed: ", FAIL]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim();
        if let Some(name) = text.strip_suffix(FAIL) {
            return robot(lines, at, name.trim());
        }
        let message = ASSERTIONS.iter().find_map(|opening| text.strip_prefix(opening))?;
        let step = lines[at.checked_sub(1)?].text.trim();
        let (step, place) = step.rsplit_once(" # ")?;
        let (file, line, _) = split_location(place)?;
        let is_step = ["Given ", "When ", "Then ", "And ", "But ", "* "].iter().any(|word| step.starts_with(word));
        let event = Event {
            raised_at: Some(Place { file: file.to_owned(), line: Some(line), column: None, function: None }),
            lines: lines[at].no..lines[at].no + 1,
            ..Event::new(LanguageId::PYTHON, "AssertionError", message)
        };
        is_step.then(|| Reading::failure(Failure::new(event), at + 1))
    }
}

/// A test of Robot Framework; a suite that failed only counts its tests.
fn robot(lines: &[Line<'_>], at: usize, name: &str) -> Option<Reading> {
    let n = lines[at + 1..]
        .iter()
        .take(50)
        .take_while(|line| !is_blank(&line.text) && !line.text.starts_with("-----") && !line.text.starts_with("====="))
        .count();
    let body: Vec<&str> = lines[at + 1..at + 1 + n].iter().map(|line| line.text.trim_end()).collect();
    let first = body.first()?;
    let is_count = first.starts_with(|c: char| c.is_ascii_digit()) && first.contains(" test") && first.contains(" passed, ");
    if is_count || name.is_empty() {
        return None;
    }
    let (kind, message) = exception_line(first).filter(|(kind, _)| is_surely_exception(kind)).unwrap_or(("test-failure", first));
    let message = std::iter::once(message).chain(body[1..].iter().copied()).collect::<Vec<_>>().join("\n");
    let event =
        Event { test: Some(name.to_owned()), lines: lines[at].no..lines[at + n].no + 1, ..Event::new(LanguageId::PYTHON, kind, message) };
    Some(Reading::failure(Failure::new(event), at + 1 + n))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    #[test]
    fn a_step_that_asserts_fails_where_it_is_defined() {
        let text =
            "  Scenario: asserts  # feat/a.feature:8\n    Then one is two  # feat/steps/s.py:8\n      ASSERT FAILED: one is not two\n\n";
        assert_eq!(outline(text), ["AssertionError: one is not two @ feat/steps/s.py:8"]);
        assert_eq!(outline("docs say\n  ASSERT FAILED: is printed\n"), [""; 0]);
    }

    // Printed by Robot Framework 7, shortened.
    #[test]
    fn a_suite_is_no_failure_beside_its_tests() {
        let rule = "-".repeat(78);
        let text = format!(
            "Good          | PASS |\n{rule}\nBad           | FAIL |\nValueError: hard\n{rule}\nEq            | FAIL |\n1 != 2\n{rule}\nT             | FAIL |\n3 tests, 1 passed, 2 failed\n"
        );
        assert_eq!(outline(&text), ["ValueError: hard [Bad]", "test-failure: 1 != 2 [Eq]"]);
    }
}
