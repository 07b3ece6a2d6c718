//! Reads error reports of programs whose `main` returned an error: anyhow, eyre, color-eyre, snafu, error-chain, or plain `Error: ...`.
//!
//! `Error: ` alone opens the messages of many programs; it counts only with `Caused by:`, `Location:` or a backtrace after it, right under
//! cargo's line that a program was started, or where the rest is a value as Rust prints it.
//!
//! Source: anyhow 1.0, `src/fmt.rs`; eyre 0.6, `src/lib.rs`; color-eyre 0.6, `src/handler.rs`; snafu 0.8, `src/report.rs`.

use super::backtrace;
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, indent_of, is_blank, split_location, split_number, without_margin};
use crate::event::{Cause, Event, Frame, Place};
use crate::syntax::LanguageId;

/// `Error: ...` and what follows.
pub(in crate::event) struct Report;

const CAUSES: &[&str] = &["Caused by:", "Caused by these errors (recent errors listed first):", "Caused by this error:"];
const PLACE: &str = "Location:";
const STACK: &str = "Stack backtrace:";
/// cargo's line before what a program prints.
const STARTED: &str = "Running `";
/// A report is not longer than this, backtrace aside.
const LONGEST: usize = 60;

impl Dialect for Report {
    fn hints(&self) -> &'static [&'static str] {
        &["Caused by", "Location:\n", "Location:\r", STACK, STARTED, "{ kind: ", "Os { code: "]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["Error:", "0: ", "Caused by:"]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        if text == "Caused by:" {
            return logged(lines, at);
        }
        let margin = if text.trim_start().starts_with("Error:") { indent_of(text) } else { 0 };
        let text = &text[margin..];
        let is_drawn = lines[at + 1..].iter().take(2).any(|line| line.text.trim_start().starts_with("× "));
        let is_chain = text.starts_with(' ') && numbered(text).is_some_and(|(number, _)| number == 0);
        if is_drawn || (!is_chain && text != "Error:" && !text.starts_with("Error: ")) {
            return None;
        }
        let mut report = Parts { end: at + 1, margin, ..Parts::default() };
        report.read(lines, if is_chain { at } else { at + 1 });
        let head = text.strip_prefix("Error: ");
        let is_told = if is_chain { report.place.is_some() } else { report.has_section };
        let is_shown = || if margin > 0 { is_under_nextest(lines, at) } else { is_under_cargo(lines, at) };
        let is_known = head.is_some_and(|message| is_value(message) || is_shown());
        let message = head.map(str::to_owned).or_else(|| (!report.chain.is_empty()).then(|| report.chain.remove(0)))?;
        (is_told || is_known).then(|| report.reading(message, lines, at))
    }
}

/// A report in a record of a log: the message ends the record's line, the causes stand below, four blanks in.
fn logged(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let above = at.checked_sub(2).filter(|&above| is_blank(&lines[above + 1].text))?;
    let is_indented = lines.get(at + 1).is_some_and(|line| line.text.starts_with("    ") && !is_blank(&line.text));
    let message = record(lines[above].text.trim_end()).filter(|_| is_indented)?;
    let mut report = Parts { end: at + 1, ..Parts::default() };
    report.read(lines, at);
    Some(report.reading(message.to_owned(), lines, above))
}

/// The message of a record of level error: `2024-01-02T03:04:05Z ERROR app: message`, `[... ERROR app] message`, `error: message`.
fn record(text: &str) -> Option<&str> {
    if let Some(message) = ["error: ", "fatal: "].iter().find_map(|level| text.strip_prefix(level)) {
        return Some(message);
    }
    let (_, rest) = text.split_once("ERROR")?;
    let rest = rest.trim_start();
    let target = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-')).count();
    let is_target = rest[..target].ends_with(':') || rest[target..].starts_with(']');
    Some(if is_target { rest[target..].trim_start_matches(']').trim_start() } else { rest })
}

/// The causes under the message of a panic whose value was such a report, its stack, and the first line behind them.
pub(super) fn below(lines: &[Line<'_>], at: usize) -> Option<(Vec<Cause>, Vec<Frame>, usize)> {
    let n = lines[at..].iter().take(2).take_while(|line| is_blank(&line.text)).count();
    let is_causes = lines.get(at + n).is_some_and(|line| CAUSES.contains(&line.text.trim_end()));
    let mut report = Parts::default();
    if !is_causes {
        return None;
    }
    report.read(lines, at + n);
    Some((report.chain.into_iter().map(cause).collect(), report.frames, report.end))
}

fn cause(message: String) -> Cause {
    Cause { kind: "report".to_owned(), message, ..Cause::default() }
}

/// `   0: text` of a chain of errors.
fn numbered(text: &str) -> Option<(u32, &str)> {
    let (number, rest) = split_number(text.trim_start())?;
    Some((number, rest.strip_prefix(": ")?.trim()))
}

#[derive(Default)]
struct Parts {
    chain: Vec<String>,
    place: Option<Place>,
    frames: Vec<Frame>,
    has_section: bool,
    /// Blanks before each line.
    margin: usize,
    end: usize,
}

impl Parts {
    /// Reads from `begin` on.
    fn read(&mut self, lines: &[Line<'_>], begin: usize) {
        let mut at = begin;
        let mut is_in_causes = true;
        let mut indent = usize::MAX;
        while at < lines.len().min(begin + LONGEST) {
            let text = without_margin(&lines[at].text, self.margin).trim_end();
            if text == STACK || (text.contains(" BACKTRACE ") && text.contains('━')) {
                self.has_section |= text == STACK;
                (self.frames, self.end) = backtrace::read(lines, at + 1);
                return;
            }
            if CAUSES.contains(&text) || text == PLACE {
                self.has_section = true;
                is_in_causes = text != PLACE;
            } else if let Some(cause) = text.strip_prefix("Caused by: ") {
                if !is_in_causes || is_class(cause) {
                    return;
                }
                self.has_section = true;
                self.chain.push(cause.to_owned());
            } else if let Some((_, cause)) = numbered(text).filter(|_| is_in_causes && indent_of(text).clamp(1, 6) == indent_of(text)) {
                indent = indent.min(indent_of(text));
                self.chain.push(cause.to_owned());
            } else if let Some(place) = located(text).filter(|_| self.has_section && !is_in_causes && self.place.is_none()) {
                self.place = Some(place);
            } else if is_in_causes && self.has_section && text.starts_with("    ") {
                self.take_cause(text, &mut indent);
            } else if is_blank(text) || (is_inside(text) && (self.has_section || !self.chain.is_empty())) {
                at += 1;
                continue;
            } else {
                return;
            }
            at += 1;
            self.end = at;
        }
    }

    /// A cause without a number, or a further line of the cause above.
    fn take_cause(&mut self, text: &str, indent: &mut usize) {
        match self.chain.last_mut() {
            Some(last) if *indent < usize::MAX => {
                last.push('\n');
                last.push_str(text.trim());
            }
            _ => {
                *indent = indent_of(text);
                self.chain.push(text.trim().to_owned());
            }
        }
    }

    fn reading(self, message: String, lines: &[Line<'_>], at: usize) -> Reading {
        let mut place = self.place;
        if let Some(place) = &mut place {
            place.function = backtrace::function_at(&self.frames, place);
        }
        let causes = self.chain.into_iter().map(cause).collect();
        let lines = lines[at].no..lines[self.end - 1].no + 1;
        let event = Event { raised_at: place, frames: self.frames, causes, lines, ..Event::new(LanguageId::RUST, "report", message) };
        let is_summary = is_echo(&event.message) || event.causes.iter().any(|cause| is_echo(&cause.message));
        Reading::failure(Failure { is_summary, ..Failure::new(event) }, self.end)
    }
}

/// A program that ran cargo says that cargo failed.
fn is_echo(message: &str) -> bool {
    message.contains("cargo")
        && ["exited with", "exit status", "exit code", "non-zero", "finished with"].iter().any(|end| message.contains(end))
}

fn located(text: &str) -> Option<Place> {
    let (file, line, column) = split_location(text.trim())?;
    Some(Place { file: file.to_owned(), line: Some(line), column, function: None })
}

/// `java.io.IOException: x`: a cause of Java, whose first line may be `Error: ...` too.
fn is_class(cause: &str) -> bool {
    cause.split([':', ' ']).next().is_some_and(|name| name.contains('.') && !name.contains('/'))
}

/// Whether `message` is a value as `{:?}` prints it: `"text"`, `Os { code: 2, ... }`, `Io(Os { ... })`. Other languages print no name before a brace.
fn is_value(message: &str) -> bool {
    if let Some(text) = message.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return !text.is_empty() && !text.replace("\\\"", "").contains('"');
    }
    let name = message.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')).count();
    let is_type = message.starts_with(|first: char| first.is_ascii_uppercase()) || message[..name].contains("::");
    let rest = &message[name..];
    let is_struct = |text: &str| text.starts_with(" { ") && text.contains(": ") && text.ends_with('}');
    let is_tuple = || {
        let inner = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        inner.is_some_and(|inner| inner.starts_with('"') || inner.find(" { ").is_some_and(|at| is_struct(&inner[at..])) || is_value(inner))
    };
    // A tuple in a tuple is looked at again, and a hostile line may nest them without end.
    message.len() < 2000 && name > 0 && is_type && !message[..name].ends_with(':') && (is_struct(rest) || is_tuple())
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
    lines[at.saturating_sub(50)..at].iter().any(|line| line.text.trim_start().starts_with(STARTED))
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

    #[test]
    fn a_value_as_rust_prints_it_is_a_report() {
        let os = "Os { code: 2, kind: NotFound, message: \"No such file or directory\" }";
        check(&format!("Error: {os}\n"), &[&format!("report: {os}")]);
        check(&format!("Error: Io({os})\n"), &[&format!("report: Io({os})")]);
        check("Error: ParseIntError { kind: InvalidDigit }\n", &["report: ParseIntError { kind: InvalidDigit }"]);
        check("Error: reqwest::Error { kind: Request }\n", &["report: reqwest::Error { kind: Request }"]);
        for text in [
            "Error: Request failed (timeout)",
            "Error: getaddrinfo ENOTFOUND {",
            "Error: Foo(1)",
            "Error: { code: 1 }",
            "Error: É { a: 1 }",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_cause_may_have_many_lines_and_other_words() {
        check(
            "Error: failed\n\nCaused by:\n    0: bad file\n         |\n       1 | x\n       \n    1: other\n",
            &["report: failed <- report: bad file\n|\n1 | x <- report: other"],
        );
        check(
            "Error: first\n\nCaused by these errors (recent errors listed first):\n  1: second\n  2: third\n",
            &["report: first <- report: second <- report: third"],
        );
        check("Error: first\nCaused by: second\nCaused by: third\n", &["report: first <- report: second <- report: third"]);
        check(
            "Error: Could not find or load main class A\nCaused by: java.lang.ClassNotFoundException: A\n",
            &["error: Could not find or load main class A <- java.lang.ClassNotFoundException: A"],
        );
    }

    #[test]
    fn a_report_may_stand_in_a_record() {
        let below = "\n\nCaused by:\n    0: inner\n    1: root\n";
        for head in ["2024-01-02T03:04:05.678Z ERROR app::run: outer", "[2024-01-02T03:04:05Z ERROR app] outer", "error: outer"] {
            check(&format!("{head}{below}"), &["report: outer <- report: inner <- report: root"]);
        }
        check(&format!("all is well{below}"), &[]);
    }

    #[test]
    fn who_ran_cargo_only_repeats_its_failure() {
        let echo = "Error: Compiling your crate failed\nCaused by: failed to execute `cargo build`: exited with exit status: 101\n";
        check(&format!("error[E0425]: no `x`\n --> src/main.rs:3:5\n\n{echo}"), &["E0425: no `x` @ src/main.rs:3"]);
    }
}
