//! Reads panics as other hooks than std's print them: color-eyre, better-panic, human-panic, tracing-panic, or the hook's argument as it is.
//!
//! Source: color-eyre 0.6, `src/config.rs`, `PanicReport`; better-panic 0.3, `src/lib.rs`; human-panic 2.0, `src/report.rs`; tracing-panic
//! 0.1, `src/lib.rs`; Rust 1.95, `library/std/src/panic.rs`, `PanicHookInfo`.

use super::{backtrace, panic};
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, indent_of, is_blank, without_margin};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `The application panicked (crashed).`, `PanicHookInfo { ... }`.
pub(in crate::event) struct Hook;

const CRASHED: &str = "The application panicked (crashed).";
const OCCURRED: &str = "anic occurred in file '";
const FIELD: &str = "panic.location=";
const DEBUG: &str = "Info { payload: ";
/// A message is not longer than this.
const LONGEST: usize = 100;

impl Dialect for Hook {
    fn hints(&self) -> &'static [&'static str] {
        &[CRASHED, OCCURRED, FIELD, DEBUG]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        if let Some(before) = text.strip_suffix(CRASHED) {
            // It may follow what the program printed without a line end; in source code it stands in quotes or a comment.
            let before = before.trim_end();
            return if before.ends_with(['"', '/', '#', '*', '+', '-']) { None } else { crashed(lines, at) };
        }
        let (message, place) = debug(text).or_else(|| occurred(text)).or_else(|| fields(text))?;
        let event = Event { raised_at: Some(place), lines: lines[at].no..lines[at].no + 1, ..panicked(message) };
        Some(Reading::failure(Failure::new(event), at + 1))
    }
}

fn panicked(message: impl Into<String>) -> Event {
    Event::new(LanguageId::RUST, "panic", message)
}

/// `Message:  boom` and `Location: src/main.rs:4`, or the message and `in src/main.rs, line 4`, and the backtrace below.
fn crashed(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let mut message: Vec<&str> = Vec::new();
    let margin = if lines[at].text.trim_start().starts_with(CRASHED) { indent_of(&lines[at].text) } else { 0 };
    for (index, line) in lines.iter().enumerate().skip(at + 1).take(LONGEST) {
        let text = without_margin(&line.text, margin).trim_end();
        if let Some(mut place) = text.strip_prefix("Location: ").and_then(|place| Some(panic::location(place)?.0)).or_else(|| in_line(text))
        {
            let (frames, end) = stack(lines, index + 1);
            place.function = backtrace::function_at(&frames, &place);
            let lines = lines[at].no..lines[end - 1].no + 1;
            let event = Event { raised_at: Some(place), frames, lines, ..panicked(message.join("\n").trim()) };
            return Some(Reading::failure(Failure::new(event), end));
        }
        message.push(text.strip_prefix("Message:").map_or(text, str::trim_start));
    }
    None
}

/// `in src/main.rs, line 4` of better-panic.
fn in_line(text: &str) -> Option<Place> {
    let (file, line) = text.trim_start().strip_prefix("in ")?.rsplit_once(", line ")?;
    Some(Place { file: file.to_owned(), line: Some(line.parse().ok()?), ..Place::default() })
}

/// The stack under a `BACKTRACE` heading that stands within a few lines.
fn stack(lines: &[Line<'_>], at: usize) -> (Vec<crate::event::Frame>, usize) {
    let heading = lines[at..].iter().take(8).position(|line| line.text.contains(" BACKTRACE "));
    match heading {
        Some(heading) if lines[at..at + heading].iter().all(|line| is_blank(&line.text) || line.text.starts_with(' ')) => {
            backtrace::read(lines, at + heading + 1)
        }
        _ => (Vec::new(), at),
    }
}

/// `PanicInfo { payload: Any { .. }, message: Some(boom), location: Location { file: "src/main.rs", line: 4, col: 5 }, ... }`.
fn debug(text: &str) -> Option<(&str, Place)> {
    let (name, fields) = text.split_once(DEBUG)?;
    if !name.ends_with("PanicHook") && !name.ends_with("Panic") {
        return None;
    }
    let (before, location) = fields.rsplit_once("location: Location { ")?;
    let number = |name: &str| location.split_once(name)?.1.split([',', ' ', '}']).next()?.parse().ok();
    let file = location.split_once("file: \"")?.1.split_once('"')?.0.replace("\\\\", "\\");
    let place = Place { file, line: Some(number(" line: ")?), column: number(" col: ").or_else(|| number(" column: ")), function: None };
    let message = before.split_once("message: Some(").and_then(|(_, rest)| rest.rsplit_once("), ")).map_or("", |(message, _)| message);
    Some((message, place))
}

/// `Panic occurred in file 'src/main.rs' at line 4`.
fn occurred(text: &str) -> Option<(&str, Place)> {
    let (file, rest) = text.split_once(OCCURRED)?.1.split_once("' at line ")?;
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let place = Place { file: file.to_owned(), line: Some(rest[..end].parse().ok()?), ..Place::default() };
    Some((rest[end..].strip_prefix(':').unwrap_or_default().trim(), place))
}

/// `panic.payload="boom" panic.location="src/main.rs:4:5"`.
fn fields(text: &str) -> Option<(&str, Place)> {
    let field = |name: &str| text.split_once(name)?.1.strip_prefix('"')?.split_once('"').map(|(value, _)| value);
    Some((field("panic.payload=").unwrap_or_default(), panic::location(field(FIELD)?)?.0))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_report_of_a_crash_has_message_place_and_stack() {
        check("The application panicked (crashed).\nMessage:  boom\nLocation: src/main.rs:4\n", &["panic: boom @ src/main.rs:4"]);
        check("The application panicked (crashed).\n  boom\nin src/main.rs, line 4\nthread: main\n", &["panic: boom @ src/main.rs:4"]);
        let stack = "\n  ━━━━━━━━ BACKTRACE ━━━━━━━━\n         ⋮ 6 frames hidden ⋮      \n   7: app::inner::h0123456789abcdef\n      at /home/me/app/src/main.rs:4\n   8: app::main\n      at /home/me/app/src/main.rs:9\n";
        check(
            &format!("The application panicked (crashed).\nMessage:  boom\n  more\nLocation: src/main.rs:4\n{stack}"),
            &["panic: boom @ src/main.rs:4 app::inner"],
        );
        check("The application panicked (crashed).\n", &[]);
    }

    #[test]
    fn the_argument_of_a_hook_may_be_all_there_is() {
        check(
            "PanicHookInfo { payload: Any { .. }, location: Location { file: \"src/main.rs\", line: 4, col: 5 }, can_unwind: true }",
            &["panic:  @ src/main.rs:4"],
        );
        check(
            "died: PanicInfo { payload: Any { .. }, message: Some(no (x), y), location: Location { file: \"a.rs\", line: 4, col: 5 } }",
            &["panic: no (x), y @ a.rs:4"],
        );
        check("impl Debug for PanicInfo { location: x }", &[]);
    }

    #[test]
    fn hooks_with_words_of_their_own() {
        check("Panic occurred in file 'src/main.rs' at line 4: boom", &["panic: boom @ src/main.rs:4"]);
        check("ERROR a panic panic.payload=\"boom\" panic.location=\"src/main.rs:4:5\"", &["panic: boom @ src/main.rs:4"]);
    }
}
