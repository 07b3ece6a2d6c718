//! Reads panics and fatal errors of Go's runtime, and those that a server caught and printed with their stack.
//!
//! `panic: ` is a word of many texts: without a goroutine below it, it counts only at the start of a line before `exit status`, or
//! with the runtime's own words. A stack without a panic (`debug.PrintStack`, SIGQUIT) is no failure.
//!
//! Source: Go 1.23, `src/runtime/panic.go` (`printpanics`), `src/net/http/server.go` (`serve`); gin 1.9, `recovery.go`.

use super::goroutine::{self, is_header};
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, has_extension, is_blank, split_location};
use crate::event::{Cause, Event, Frame, Place};
use crate::syntax::LanguageId;

/// `panic: ...`, `fatal error: ...`.
pub(in crate::event) struct Panic;

const PANIC: &str = "panic: ";
const FATAL: &str = "fatal error: ";
const SERVING: &str = "panic serving ";
const RECOVERED: &str = "panic recovered:";
/// A message is not longer than this.
const LONGEST: usize = 60;

impl Dialect for Panic {
    fn hints(&self) -> &'static [&'static str] {
        &[PANIC, "goroutine ", SERVING, RECOVERED]
    }

    fn openings(&self) -> &'static [&'static str] {
        &[PANIC, FATAL, SERVING, RECOVERED]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        if let Some((_, time)) = text.split_once(RECOVERED) {
            return recovered(lines, at, time);
        }
        let opening = opening(text)?;
        let stack = (at + 1..lines.len().min(at + LONGEST)).find(|&index| is_header(&lines[index].text));
        let ends = (at + 1..lines.len().min(at + LONGEST)).find(|&index| is_end(&lines[index].text));
        let stack = stack.filter(|stack| ends.is_none_or(|end| *stack < end));
        let is_sure = opening.at == 0
            && opening.kind == "panic"
            && (opening.message.starts_with("runtime error: ") || ends.is_some_and(|end| is_exit(&lines[end].text)));
        if stack.is_none() && !is_sure {
            return None;
        }
        let end = stack.or(ends).unwrap_or(at + 1);
        let (mut event, note) = message(&lines[at..end], &opening);
        event.notes.extend(note);
        let mut end = end;
        if let Some(stack) = stack {
            let stacks = goroutine::read(lines, stack);
            end = stacks.end;
            (event.frames, event.raised_at) = stacks.into_frames();
        }
        event.test = test_above(lines, at);
        event.lines = lines[at].no..lines[end - 1].no + 1;
        Some(Reading::failure(Failure::new(event), end))
    }
}

struct Opening<'t> {
    kind: &'static str,
    message: &'t str,
    /// What stands before it, in bytes.
    at: usize,
}

fn opening(text: &str) -> Option<Opening<'_>> {
    if let Some(at) = text.find(SERVING) {
        // `panic serving 127.0.0.1:1234: message`
        let rest = &text[at + SERVING.len()..];
        return Some(Opening { kind: "panic", message: rest.split_once(": ")?.1, at: 0 });
    }
    let found = [(PANIC, "panic"), (FATAL, "fatal-error")].into_iter().find_map(|(sign, kind)| Some((text.find(sign)?, sign, kind)));
    let (at, sign, kind) = found?;
    let before = text[..at].trim_end();
    let is_prefix = before.is_empty() || before.ends_with([']', ':', '|', '>', '-']) || before.ends_with(|c: char| c.is_ascii_digit());
    (is_prefix && before.len() < 120).then(|| Opening { kind, message: &text[at + sign.len()..], at: before.len() })
}

fn is_end(text: &str) -> bool {
    is_exit(text) || text.starts_with("FAIL\t") || text.starts_with("=== RUN") || text.starts_with("--- ")
}

fn is_exit(text: &str) -> bool {
    text.trim_start().starts_with("exit status ")
}

/// The panic that was raised last, with those before it as causes; the signal is a note.
fn message(lines: &[Line<'_>], opening: &Opening<'_>) -> (Event, Option<String>) {
    let mut panics = vec![opening.message.to_owned()];
    let mut note = None;
    // A fatal error may stand above the runtime's own stack, which is no message.
    let is_end = |line: &&Line<'_>| opening.kind != "panic" && is_blank(&line.text);
    for line in lines[1..].iter().take_while(|line| !is_end(line)) {
        let text = line.text.trim_end();
        let trimmed = text.trim_start();
        if let Some(message) = trimmed.strip_prefix(PANIC) {
            panics.push(message.to_owned());
        } else if trimmed.starts_with("[signal ") {
            note = Some(trimmed.to_owned());
        } else if let Some(last) = panics.last_mut() {
            last.push('\n');
            last.push_str(text);
        }
    }
    let without_mark = |text: &String| {
        let text = text.trim_end();
        let text = text.strip_suffix("[recovered, repanicked]").or_else(|| text.strip_suffix("[recovered]")).unwrap_or(text);
        text.trim_end().to_owned()
    };
    let mut panics: Vec<String> = panics.iter().map(without_mark).collect();
    panics.dedup();
    let last = panics.pop().unwrap_or_default();
    let causes = panics.into_iter().rev().map(|message| Cause { kind: "panic".to_owned(), message, ..Cause::default() }).collect();
    (Event { causes, ..Event::new(LanguageId::GO, opening.kind, last) }, note)
}

fn test_above(lines: &[Line<'_>], at: usize) -> Option<String> {
    let above = lines[at.saturating_sub(2)..at].iter().rev().find_map(|line| line.text.trim_start().strip_prefix("--- FAIL: "))?;
    above.split(" (").next().map(str::to_owned)
}

/// What gin's middleware prints: the request, the message, and frames with the place first.
fn recovered(lines: &[Line<'_>], at: usize, time: &str) -> Option<Reading> {
    let is_place = |index: usize| place(lines.get(index)?.text.as_ref());
    let first = (at + 1..lines.len().min(at + LONGEST)).find(|&index| is_place(index).is_some())?;
    let message = lines[at + 1..first].iter().rev().map(|line| line.text.trim()).find(|text| !text.is_empty()).unwrap_or(time.trim());
    let mut places = Vec::new();
    let mut end = first;
    while let Some(mut place) = is_place(end) {
        let below = lines.get(end + 1).map_or("", |line| line.text.trim());
        place.function = below.split_once(": ").map(|(name, _)| name.to_owned());
        end = lines.len().min(end + 2);
        places.push(place);
    }
    let is_own = |place: &&Place| !place.file.contains("/runtime/");
    let raised_at = places.iter().find(is_own).or(places.first()).cloned();
    let frames = places.iter().rev().map(|place| Frame { place: place.clone(), ..Frame::default() }).collect();
    let event = Event { raised_at, frames, lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::GO, "panic", message) };
    Some(Reading::failure(Failure::new(event), end))
}

/// `/x/y.go:12 (0x1234)`.
fn place(text: &str) -> Option<Place> {
    let (location, _) = text.trim().split_once(" (0x")?;
    let (file, line, _) = split_location(location)?;
    (has_extension(file, "go") && !is_blank(file)).then(|| Place { file: file.to_owned(), line: Some(line), column: None, function: None })
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    const STACK: &str = "\ngoroutine 1 [running]:\nmain.f(...)\n\t/x/main.go:12\nmain.main()\n\t/x/main.go:3 +0x1d\nexit status 2\n";

    #[test]
    fn a_panic_has_its_message_and_place() {
        check(
            &format!("panic: runtime error: index out of range [5] with length 3\n{STACK}"),
            &["panic: runtime error: index out of range [5] with length 3 @ /x/main.go:12 main.f"],
        );
        check(
            &format!(
                "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]\n{STACK}"
            ),
            &["panic: runtime error: invalid memory address or nil pointer dereference @ /x/main.go:12 main.f"],
        );
        check(
            &format!("fatal error: all goroutines are asleep - deadlock!\n{STACK}"),
            &["fatal-error: all goroutines are asleep - deadlock! @ /x/main.go:12 main.f"],
        );
        check(&format!("2024/01/02 10:00:00 http: panic serving 127.0.0.1:80: no{STACK}"), &["panic: no @ /x/main.go:12 main.f"]);
        check("panic: oh no\nexit status 2\n", &["panic: oh no"]);
    }

    #[test]
    fn a_panic_may_be_raised_again() {
        check(&format!("panic: a [recovered]\n\tpanic: b\n{STACK}"), &["panic: b @ /x/main.go:12 main.f <- panic: a"]);
        check(&format!("--- FAIL: TestX (0.00s)\npanic: a [recovered]\n\tpanic: a\n{STACK}"), &["panic: a @ /x/main.go:12 main.f [TestX]"]);
    }

    #[test]
    fn gin_catches_panics() {
        check(
            "2024/01/02 10:00:00 [Recovery] 2024/01/02 - 10:00:00 panic recovered:\nGET / HTTP/1.1\nHost: x\n\nno luck\n/go/src/runtime/panic.go:884 (0x1)\n\tgopanic: f()\n/x/main.go:12 (0x2)\n\tmain.f: panic(\"no luck\")\n\n",
            &["panic: no luck @ /x/main.go:12 main.f"],
        );
    }

    #[test]
    fn words_and_dumps_are_silent() {
        check("panic: abort\n[profile.release]\npanic: none of this is real\n", &[]);
        check("main.c:3:10: fatal error: x.h: No such file or directory\ncompilation terminated.\n", &[]);
        check(&format!("SIGQUIT: quit\n{STACK}"), &[]);
        check("goroutine 1 [running]:\nruntime/debug.Stack()\n\t/go/debug/stack.go:24 +0x1\n", &[]);
        check("Kernel panic - not syncing: Fatal exception\n", &[]);
    }
}
