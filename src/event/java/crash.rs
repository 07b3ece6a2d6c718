//! Reads the ends that a Java program meets outside its own code: the virtual machine's report of its own crash, and Spring Boot's of a
//! start that failed.
//!
//! Source: `OpenJDK` 17, `src/hotspot/share/utilities/vmError.cpp`; Spring Boot 3.2, `LoggingFailureAnalysisReporter`.

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, is_blank};
use crate::event::{Cause, Event, Place};
use crate::syntax::LanguageId;

/// `# A fatal error has been detected by the Java Runtime Environment:`, `APPLICATION FAILED TO START`.
pub(in crate::event) struct Crash;

const FATAL: &str = "# A fatal error has been detected by the Java Runtime Environment";
const MEMORY: &str = "# There is insufficient memory for the Java Runtime Environment";
const MAIN: &str = "Error: Could not find or load main class ";
const START: &str = "APPLICATION FAILED TO START";
/// A report's part that is read is not longer than this.
const LONGEST: usize = 60;

impl Dialect for Crash {
    fn hints(&self) -> &'static [&'static str] {
        &["Java Runtime Environment", MAIN, START]
    }

    fn openings(&self) -> &'static [&'static str] {
        &[FATAL, MEMORY, MAIN, START]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim();
        if text == START {
            return start(lines, at);
        }
        if let Some(message) = text.strip_prefix("Error: ").filter(|_| text.starts_with(MAIN)) {
            return Some(launch(lines, at, message));
        }
        let end = at + lines[at..].iter().take(LONGEST).take_while(|line| line.text.trim_start().starts_with('#')).count();
        let comments = || lines[at..end].iter().map(|line| line.text.trim().trim_start_matches('#').trim());
        let message = if text.starts_with(MEMORY) {
            comments().next()?.to_owned()
        } else if text.starts_with(FATAL) {
            comments().skip(1).find(|text| !text.is_empty())?.to_owned()
        } else {
            return None;
        };
        let frame = comments().skip_while(|text| !text.starts_with("Problematic frame:")).nth(1);
        let event = Event {
            raised_at: frame.and_then(place),
            lines: lines[at].no..lines[end - 1].no + 1,
            ..Event::new(LanguageId::JAVA, "fatal-error", message)
        };
        Some(Reading::failure(Failure::new(event), end))
    }
}

/// `C  [libc.so.6+0x189a6e]  strlen+0x1e`, `J 12 c2 a.B.f()V (12 bytes) @ 0x..`.
fn place(text: &str) -> Option<Place> {
    let (_, rest) = text.split_once('[')?;
    let (file, function) = rest.split_once(']')?;
    let name = |text: &str| text.trim().split("+0x").next().unwrap_or_default().to_owned();
    let function = Some(name(function)).filter(|function| !function.is_empty());
    Some(Place { file: name(file), line: None, column: None, function })
}

/// The launcher did not find the class that it should start.
fn launch(lines: &[Line<'_>], at: usize, message: &str) -> Reading {
    let below = lines.get(at + 1).and_then(|line| line.text.trim().strip_prefix("Caused by: "));
    let cause = below.map(|text| text.split_once(": ").unwrap_or((text, "")));
    let causes: Vec<Cause> =
        cause.map(|(kind, message)| Cause { kind: kind.to_owned(), message: message.to_owned(), ..Cause::default() }).into_iter().collect();
    let end = at + 1 + causes.len();
    let event = Event { causes, lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::JAVA, "error", message) };
    Reading::failure(Failure::new(event), end)
}

fn start(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let text = |index: usize| lines.get(index).map(|line| line.text.trim());
    let section = |name: &str| (at + 1..lines.len().min(at + LONGEST)).find(|index| text(*index) == Some(name));
    let paragraph = |title: usize| {
        let below = lines[title + 1..].iter().take(LONGEST).skip_while(|line| is_blank(&line.text));
        below.take_while(|line| !is_blank(&line.text)).map(|line| line.text.trim()).collect::<Vec<_>>()
    };
    let title = section("Description:")?;
    let message = paragraph(title).join("\n");
    let action = section("Action:");
    let notes = action.map(|title| paragraph(title).join("\n")).into_iter().filter(|text| !text.is_empty()).collect();
    let end = lines.len().min(action.unwrap_or(title) + 3);
    let event = Event { notes, lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::JAVA, "error", message) };
    Some(Reading::failure(Failure::new(event), end))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn the_machine_tells_of_its_own_crash() {
        check(
            "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n#  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2\n#\n# JRE version: x\n# Problematic frame:\n# C  [libc.so.6+0x18]  strlen+0x1e\n#\n",
            &["fatal-error: SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2 @ libc.so.6 strlen"],
        );
        check(
            "#\n# There is insufficient memory for the Java Runtime Environment to continue.\n# Native memory allocation (mmap) failed\n",
            &["fatal-error: There is insufficient memory for the Java Runtime Environment to continue."],
        );
        check("Java Runtime Environment 17 is installed\n", &[]);
    }

    #[test]
    fn the_launcher_may_not_find_the_class() {
        check(
            "Error: Could not find or load main class a.Main\nCaused by: java.lang.ClassNotFoundException: a.Main\n",
            &["error: Could not find or load main class a.Main <- java.lang.ClassNotFoundException: a.Main"],
        );
    }

    #[test]
    fn an_application_that_did_not_start_says_why() {
        check(
            "***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nWeb server failed to start. Port 8080 was already in use.\n\nAction:\n\nStop it.\n\n",
            &["error: Web server failed to start. Port 8080 was already in use."],
        );
    }
}
