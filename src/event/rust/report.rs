//! Reads error reports of programs whose `main` returned an error: anyhow, eyre, color-eyre, or plain `Error: ...`.
//!
//! `Error: ` alone opens the messages of many programs; it counts only with `Caused by:`, `Location:` or a backtrace after it, or
//! right under cargo's line that a program was started.
//!
//! Source: anyhow 1.0, `src/fmt.rs`; eyre 0.6, `src/lib.rs`; color-eyre 0.6, `src/handler.rs`.

use std::sync::LazyLock;

use regex::Regex;

use super::backtrace;
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, is_blank, split_location};
use crate::event::{Cause, Event, Place};
use crate::syntax::LanguageId;

/// `Error: ...` and what follows.
pub(in crate::event) struct Report;

static NUMBERED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[ \t]{1,6}([0-9]+): (.*)$").expect("a constant"));
const SECTIONS: &[&str] = &["Caused by:", "Location:", "Stack backtrace:"];
/// A report is not longer than this, backtrace aside.
const LONGEST: usize = 60;

impl Dialect for Report {
    fn hints(&self) -> &'static [&'static str] {
        &["Error: ", "Location:", "Caused by:"]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["Error:", "0: "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        if let Some(message) = text.trim_start().strip_prefix("Error: ").filter(|_| text.starts_with(' ') && is_under_nextest(lines, at)) {
            let event = Event { lines: lines[at].no..lines[at].no + 1, ..Event::new(LanguageId::RUST, "report", message) };
            return Some(Reading::failure(Failure::new(event), at + 1));
        }
        let is_top = text.starts_with("Error: ") || text == "Error:" || (text.trim_start().starts_with("0: ") && NUMBERED.is_match(text));
        if !is_top {
            return None;
        }
        let mut report = Parts { end: at + 1, ..Parts::default() };
        let message = text.strip_prefix("Error: ").map(str::to_owned);
        report.read(lines, if message.is_some() || text == "Error:" { at + 1 } else { at });
        let is_told = report.has_section && (text.starts_with("Error:") || report.place.is_some());
        let message = message.or_else(|| (!report.chain.is_empty()).then(|| report.chain.remove(0)))?;
        let is_main = text.starts_with("Error: ") && is_under_cargo(lines, at);
        if !(is_told || is_main) {
            return None;
        }
        Some(report.reading(message, lines, at))
    }
}

#[derive(Default)]
struct Parts {
    chain: Vec<String>,
    place: Option<Place>,
    frames: Vec<crate::event::Frame>,
    has_section: bool,
    end: usize,
}

impl Parts {
    fn read(&mut self, lines: &[Line<'_>], begin: usize) {
        let mut at = begin;
        let mut is_in_causes = true;
        while at < lines.len().min(begin + LONGEST) {
            let text = lines[at].text.trim_end();
            if SECTIONS.contains(&text) {
                self.has_section = true;
                is_in_causes = text == "Caused by:";
                if text == "Stack backtrace:" {
                    (self.frames, at) = backtrace::read(lines, at + 1);
                    self.end = at;
                    return;
                }
            } else if text.contains(" BACKTRACE ") && text.contains('━') {
                (self.frames, self.end) = backtrace::read(lines, at + 1);
                return;
            } else if let Some(found) = NUMBERED.captures(text).filter(|_| is_in_causes) {
                self.chain.push(found[2].trim().to_owned());
            } else if let Some((file, line, column)) =
                split_location(text.trim()).filter(|_| self.has_section && !is_in_causes && self.place.is_none())
            {
                self.place = Some(Place { file: file.to_owned(), line: Some(line), column, function: None });
            } else if is_in_causes && self.has_section && text.starts_with("    ") {
                self.chain.push(text.trim().to_owned());
            } else if !is_blank(text) && !is_inside(text) {
                return;
            }
            at += 1;
            if !is_blank(text) {
                self.end = at;
            }
        }
    }

    fn reading(self, message: String, lines: &[Line<'_>], at: usize) -> Reading {
        let mut place = self.place;
        if let Some(place) = &mut place {
            place.function = backtrace::function_at(&self.frames, place);
        }
        let causes = self.chain.into_iter().map(|message| Cause { kind: "report".to_owned(), message }).collect();
        let lines = lines[at].no..lines[self.end - 1].no + 1;
        let event = Event { raised_at: place, frames: self.frames, causes, lines, ..Event::new(LanguageId::RUST, "report", message) };
        Reading::failure(Failure::new(event), self.end)
    }
}

/// Lines of color-eyre between the chain and the backtrace.
fn is_inside(text: &str) -> bool {
    text.starts_with(' ') || text == "Error:" || text.contains('━')
}

/// nextest shows what a test printed under such a line.
fn is_under_nextest(lines: &[Line<'_>], at: usize) -> bool {
    let above =
        lines[at.saturating_sub(20)..at].iter().rev().find(|line| line.text.starts_with("  std") || line.text.starts_with("--- STDERR:"));
    above.is_some_and(|line| line.text.starts_with("  stderr") || line.text.starts_with("---"))
}

fn is_under_cargo(lines: &[Line<'_>], at: usize) -> bool {
    lines[at.saturating_sub(50)..at].iter().any(|line| line.text.trim_start().starts_with("Running `"))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn reports_of_anyhow_and_eyre_have_causes_and_a_place() {
        check(
            "Error: failed to read config\n\nCaused by:\n    0: cannot open\n    1: No such file or directory (os error 2)\n",
            &["report: failed to read config <- report: cannot open <- report: No such file or directory (os error 2)"],
        );
        check(
            "Error: outer\n\nCaused by:\n    inner\n\nLocation:\n    src/main.rs:10:5\n",
            &["report: outer @ src/main.rs:10 <- report: inner"],
        );
        check("Error: \n   0: outer\n   1: inner\n\nLocation:\n   src/main.rs:10\n", &["report: outer @ src/main.rs:10 <- report: inner"]);
    }

    #[test]
    fn a_lone_error_counts_only_under_cargo() {
        check(
            "     Running `target/debug/app`\nError: ParseIntError { kind: InvalidDigit }\n",
            &["report: ParseIntError { kind: InvalidDigit }"],
        );
        check("Error: Process completed with exit code 1.\n", &[]);
    }
}
