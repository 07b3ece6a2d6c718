//! Finds the line that opens a JavaScript stack and takes kind and message from it.
//!
//! `Trace: ` and warnings have stacks too, but are no failures. Jest prints a failed expectation without any class: its title is the head.

use super::frame;
use crate::event::line::{Line, is_blank};

/// A message, or what Jest shows of the source, is not longer than this.
const LONGEST: usize = 80;
/// Above a message longer than this, only a name that says what it is counts.
const SHORT: usize = 5;
/// Names of what is thrown end in one of these, as a rule.
const ENDINGS: &[&str] = &["Error", "Exception", "Rejection", "Failure"];
/// Heads of stacks that only inform.
const QUIET: &[&str] =
    &["Trace", "Warning", "console.warn", "console.log", "console.info", "console.debug", "console.trace", "console.error"];

/// What a line says of a stack below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Head {
    /// Something was thrown.
    Thrown { kind: String, message: String },
    /// A stack for information.
    Quiet,
}

/// The head of the stack whose first frame is at `first`: its index, what it says, the test that it names.
pub(super) fn above(lines: &[Line<'_>], first: usize) -> Option<(usize, Head, Option<String>)> {
    let begin = first.saturating_sub(LONGEST);
    let mut found: Option<(usize, Head)> = None;
    for at in (begin..first).rev() {
        let text = lines[at].text.trim_end();
        if frame::read(text).is_some() || frame::is_more(text) {
            break;
        }
        if let Some(title) = jest_title(text) {
            let head = found.unwrap_or_else(|| (at, expectation(lines, at, first)));
            return Some((head.0, head.1, test(lines, at, title)));
        }
        if found.is_none() {
            let is_direct = at + 1 == first;
            found = opening(text, is_direct).map(|(kind, message)| (at, thrown(lines, at, first, kind, message)));
            found = found.or_else(|| is_quiet(text).then_some((at, Head::Quiet)));
        }
    }
    let found = found.or_else(|| any_class(lines, first));
    found.map(|(at, head)| (at, head, None))
}

/// A class of any name, above a message of a few lines.
fn any_class(lines: &[Line<'_>], first: usize) -> Option<(usize, Head)> {
    let near =
        (first.saturating_sub(SHORT)..first).rev().take_while(|at| !is_blank(&lines[*at].text) && frame::read(&lines[*at].text).is_none());
    near.into_iter().find_map(|at| {
        let (kind, message) = opening(&lines[at].text, true)?;
        Some((at, thrown(lines, at, first, kind, message)))
    })
}

fn thrown(lines: &[Line<'_>], at: usize, first: usize, kind: &str, message: &str) -> Head {
    let more = lines[at + 1..first].iter().map(|line| line.text.trim_end());
    // Deno shows the source under the message.
    let is_marked = |text: &&str| text.contains('^') && text.trim().bytes().all(|byte| matches!(byte, b'^' | b'~'));
    let has_source = more.clone().any(|text| is_marked(&text));
    let mut all = message.to_owned();
    for text in more.filter(|_| !has_source) {
        all.push('\n');
        all.push_str(text);
    }
    Head::Thrown { kind: kind.to_owned(), message: all.trim_end().to_owned() }
}

/// Kind and message of a line that tells of something thrown.
pub(super) fn opening(text: &str, is_direct: bool) -> Option<(&str, &str)> {
    if text.contains("Warning: ") && !text.contains("UnhandledPromiseRejectionWarning: ") || text.contains("PHP ") {
        return None;
    }
    let text = text.trim().trim_start_matches('[');
    let mut start = 0;
    for word in text.split_inclusive([' ', '\t']) {
        let begin = start;
        start += word.len();
        let skipped = word.len() - word.trim_start_matches(['[', '(', '"', '\'', '>', '⨯', '✖']).len();
        let rest = &text[begin + skipped..];
        if let Some(found) = class(rest, is_direct && begin == 0) {
            return Some(found);
        }
        if begin > 200 {
            break;
        }
    }
    None
}

/// `TypeError: message`, `Error [CODE]: message`, `TypeError` alone.
fn class(text: &str, may_be_any: bool) -> Option<(&str, &str)> {
    let end = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.')).count();
    let (name, rest) = text.split_at(end);
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_sure =
        ENDINGS.iter().any(|ending| last.ends_with(ending)) && last.starts_with(|c: char| c.is_ascii_uppercase() || c == '_' || c == '$');
    let is_any = may_be_any
        && name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().any(|byte| byte.is_ascii_lowercase());
    if !(is_sure || is_any) || QUIET.contains(&name) {
        return None;
    }
    let rest = match rest.strip_prefix(" [").and_then(|rest| rest.split_once(']')) {
        Some((code, rest)) if code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') => rest,
        _ => rest,
    };
    let is_bare = rest.is_empty() || rest == ":";
    match rest.strip_prefix(": ") {
        Some(message) => Some((name, message.trim())),
        None if is_bare && is_sure => Some((name, "")),
        None => None,
    }
}

fn is_quiet(text: &str) -> bool {
    let text = text.trim_start();
    QUIET.iter().any(|word| text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
        || text.contains("Warning: ")
}

/// `● suite › test`; the line of a suite that did not run has no test.
fn jest_title(text: &str) -> Option<&str> {
    // The sign as the Windows console shows it in its own code page.
    let text = text.trim_start();
    text.strip_prefix("● ").or_else(|| text.strip_prefix("ΓùÅ ")).map(str::trim).filter(|title| *title != "Console")
}

/// The test of a title; a suite that did not run is called after its file, which stands in a line above.
fn test(lines: &[Line<'_>], title: usize, text: &str) -> Option<String> {
    if text != "Test suite failed to run" {
        return Some(text.to_owned());
    }
    let above = lines[title.saturating_sub(SHORT)..title].iter().rev();
    above.filter_map(|line| line.text.trim().strip_prefix("FAIL ")).find_map(|file| file.split_whitespace().next()).map(str::to_owned)
}

/// What Jest says between the title and the source.
fn expectation(lines: &[Line<'_>], title: usize, first: usize) -> Head {
    let is_source = |text: &str| {
        let text = text.trim_start().trim_start_matches('>').trim_start();
        let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
        n_digits > 0 && text[n_digits..].starts_with(" |")
    };
    let texts = lines[title + 1..first].iter().map(|line| line.text.trim()).skip_while(|text| is_blank(text));
    let message = texts.take_while(|text| !is_source(text)).collect::<Vec<_>>().join("\n").trim_end().to_owned();
    Head::Thrown { kind: "test-failure".to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_errors_are_found_in_lines() {
        assert_eq!(opening("TypeError: x is not a function", false), Some(("TypeError", "x is not a function")));
        assert_eq!(opening("Error [ERR_X]: no", false), Some(("Error", "no")));
        assert_eq!(opening("Uncaught (in promise) DOMException: no", false), Some(("DOMException", "no")));
        assert_eq!(opening("[2024-01-02] ERROR: failed with MyError: no: Error: y", false), Some(("MyError", "no: Error: y")));
        assert_eq!(opening("(node:1) UnhandledPromiseRejectionWarning: RangeError: x", false), Some(("RangeError", "x")));
        assert_eq!(opening("NotFound: x", true), Some(("NotFound", "x")));
        assert_eq!(opening("NotFound: x", false), None);
        assert_eq!(opening("(node:1) MaxListenersExceededWarning: Error: x", false), None);
        assert_eq!(opening("an Error happened", false), None);
        assert_eq!(opening("Trace: x", true), None);
    }
}
