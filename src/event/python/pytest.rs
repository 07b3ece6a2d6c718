//! Reads pytest's report: one failure for each titled section, in the long, the short and the line style.
//!
//! Source: pytest 8.3, `src/_pytest/_code/code.py` (`ReprEntry.toterminal`) and `src/_pytest/terminal.py`.

use super::entry::{self, Section, is_end, is_outcome};
use super::exception::{exception_line, is_surely_exception};
use crate::event::Event;
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::Line;
use crate::syntax::LanguageId;

/// `____ test_x ____` and the section below it; the lines of the short summary.
pub(in crate::event) struct Pytest;

const CONFTEST: &str = "ImportError while loading conftest '";

impl Dialect for Pytest {
    fn hints(&self) -> &'static [&'static str] {
        &["= FAILURES =", "= ERRORS =", "short test summary info", "FAILED ", "ERROR collecting ", "ERROR at ", CONFTEST, "E   "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        match text.as_bytes().first()? {
            b'_' => {
                let title = title(text)?;
                Some(section(lines, at, at + 1, Some(test_name(title))))
            }
            b'I' if text.starts_with(CONFTEST) => Some(section(lines, at, at + 1, None)),
            b'E' if text.starts_with("E   ") => Some(section(lines, at, begin_of_entries(lines, at), None)),
            b'F' | b'E' => summary(text, lines[at].no).map(|failure| Reading::new(vec![Item::Failed(Box::new(failure))], at + 1)),
            b'-' if is_captured(text) => Some(Reading::new(Vec::new(), end_of_captured(lines, at))),
            b'=' if is_rule(text) => Some(Reading::new(vec![Item::Scope(None)], at + 1)),
            _ => None,
        }
    }
}

/// The title between underscores; the row of single ones between the entries of a section is none.
fn title(text: &str) -> Option<&str> {
    let inner = text.trim_matches('_');
    let title = inner.strip_prefix(' ')?.strip_suffix(' ')?;
    let n_left = text.len() - text.trim_start_matches('_').len();
    let is_row = title.bytes().all(|byte| matches!(byte, b'_' | b' '));
    // A long title leaves one underscore on each side.
    (!is_row && title.len() > 1 && (n_left > 1 || text.ends_with('_'))).then_some(title)
}

/// `ERROR collecting tests/x.py`, `ERROR at setup of test_x`, or the test itself.
fn test_name(title: &str) -> &str {
    let openings = ["ERROR collecting ", "ERROR at setup of ", "ERROR at teardown of ", "ERROR at call of "];
    openings.iter().find_map(|opening| title.strip_prefix(opening)).unwrap_or(title)
}

fn is_rule(text: &str) -> bool {
    text.starts_with("=====") && text.ends_with("=====") && text.len() >= 20
}

/// What a test printed or logged is no failure: the failure is the test's.
fn is_captured(text: &str) -> bool {
    text.starts_with("-----") && text.ends_with("-----") && text.contains(" Captured ")
}

fn end_of_captured(lines: &[Line<'_>], at: usize) -> usize {
    let is_end = |line: &Line<'_>| {
        let text = line.text.trim_end();
        is_rule(text) || is_captured(text) || text.starts_with("E   ") || (text.starts_with('_') && title(text).is_some())
    };
    let end = lines[at + 1..].iter().position(is_end).unwrap_or(lines.len() - at - 1);
    at + 1 + end
}

/// Without a title, the entries begin behind the last rule, title or end of a failure above.
fn begin_of_entries(lines: &[Line<'_>], at: usize) -> usize {
    let is_border = |line: &Line<'_>| {
        let text = line.text.trim_end();
        is_rule(text) || title(text).is_some() || text.starts_with("-----") || is_end(text)
    };
    let above = lines[at.saturating_sub(80)..at].iter().rev().take_while(|line| !is_border(line)).count();
    at - above
}

/// Reads the section whose entries begin at `begin`.
fn section(lines: &[Line<'_>], at: usize, begin: usize, test: Option<&str>) -> Reading {
    let scope = test.map(|test| Item::Scope(Some(test.to_owned())));
    let is_end = |line: &Line<'_>| {
        let text = line.text.trim_end();
        is_rule(text) || (text.starts_with('_') && title(text).is_some()) || text.starts_with("!!!!!!!")
    };
    let end = begin + lines[begin..].iter().position(is_end).unwrap_or(lines.len() - begin);
    let Section { event: Some(event), end: read_to } = entry::read(&lines[begin..end]) else {
        // A native traceback, or one that stands only in captured output: its own dialect reads it.
        return Reading::new(scope.into_iter().collect(), at + 1);
    };
    let last = if test.is_some() { end } else { begin + read_to };
    let event = Event { test: test.map(str::to_owned), lines: lines[at].no..lines[last.max(at + 1) - 1].no + 1, ..event };
    let failure = Item::Failure(Box::new(Failure::new(event)));
    Reading::new(scope.into_iter().chain([failure]).collect(), last)
}

/// `FAILED tests/x.py::test_a - KeyError: 'x'`, `ERROR tests/x.py`.
fn summary(text: &str, no: u32) -> Option<Failure> {
    let rest = text.strip_prefix("FAILED ").or_else(|| text.strip_prefix("ERROR "))?;
    let (test, reason) = rest.split_once(" - ").unwrap_or((rest, ""));
    let is_test = test.contains(".py") && (test.contains("::") || test.ends_with(".py"));
    if !is_test {
        return None;
    }
    let (kind, message) = match exception_line(reason) {
        Some((kind, message)) if is_surely_exception(kind) || is_outcome(kind) => (kind, message),
        _ if reason.starts_with("assert ") => ("AssertionError", reason),
        _ => ("test-failure", reason),
    };
    let event = Event { test: Some(test.to_owned()), lines: no..no + 1, ..Event::new(LanguageId::PYTHON, kind, message) };
    Some(Failure::new(event))
}
