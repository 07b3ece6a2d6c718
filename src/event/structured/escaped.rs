//! Reads Java's, JavaScript's and Go's traces that stand in one line with their line ends escaped: in a value of logfmt, in an object
//! printed as text, in a record that is cut off, in a line of syslog (`#012`).
//!
//! Nothing is unescaped that has no sign of a trace.

use super::{is_failure, read_text};
use crate::event::dialect::{Dialect, Reading};
use crate::event::line::Line;

/// `error="Traceback (most recent call last):\n  File ..."`.
pub(in crate::event) struct Escaped;

/// An escaped line end and the frame behind it. Python's traces and Rust's panics are broken up by a layer.
const SIGNS: &[&str] = &["\\n\\tat ", "\\n    at ", "\\n\\ngoroutine ", "#012#011at ", "#012    at "];

impl Dialect for Escaped {
    /// The frames bring their own.
    fn hints(&self) -> &'static [&'static str] {
        &[]
    }

    fn openings(&self) -> &'static [&'static str] {
        SIGNS
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.as_ref();
        let sign = SIGNS.iter().filter_map(|sign| text.find(sign)).min()?;
        let plain =
            if text[sign..].starts_with('#') { text.replace("#012", "\n").replace("#011", "\t") } else { unescaped(quoted(text, sign)?) };
        let mut items = read_text(&plain, &lines[at]);
        items.retain(is_failure);
        (!items.is_empty()).then(|| Reading::new(items, at + 1))
    }
}

/// The quoted part of `text` that holds what stands at `sign`, if it is a field's value and no string of source code; all of it where
/// there are no quotes.
fn quoted(text: &str, sign: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_quote = |at: &usize| {
        let is_apostrophe =
            bytes[*at] == b'\'' && *at > 1 && bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 2].is_ascii_alphanumeric();
        matches!(bytes[*at], b'"' | b'\'') && (*at == 0 || bytes[at - 1] != b'\\') && !is_apostrophe
    };
    let Some(open) = (0..sign).rev().find(is_quote) else { return Some(text) };
    let before = text[..open].trim_end();
    let is_field = before.ends_with(['"', '\'']) || before.strip_suffix(':').is_some_and(|before| before.ends_with(['"', '\'']));
    let is_pair = text[..open].strip_suffix('=').is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    if !(is_field || is_pair) || text.trim_end().ends_with([';', ')']) {
        return None;
    }
    let mut end = sign;
    while end < bytes.len() && bytes[end] != bytes[open] {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    Some(&text[open + 1..text.floor_char_boundary(end.min(text.len()))])
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') | None => {}
            Some(other @ ('"' | '\'' | '\\' | '/')) => plain.push(other),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn escaped_line_ends_are_read() {
        check(
            "level=error msg=\"failed\" stack=\"a.B: x\\n\\tat a.C.f(C.java:1)\\n\\tat a.D.f(D.java:1)\" y=1",
            &["a.B: x @ C.java:1 a.C.f"],
        );
        check("level=error err=\"TypeError: x\\n    at f (/x/y.js:1:2)\\n    at g (/x/y.js:2:2)\"", &["TypeError: x @ /x/y.js:1 f"]);
        check(
            "Jan  2 03:04:05 host app[1]: a.BadException: x#012#011at a.C.f(C.java:1)#012#011at a.D.f(D.java:1)",
            &["a.BadException: x @ C.java:1 a.C.f"],
        );
    }

    #[test]
    fn source_code_with_escapes_is_silent() {
        check("const text = \"Error: x\\n    at f (/x/y.js:1:2)\"\n", &[]);
        check("parse(\"Error: x\\n    at f (/x/y.js:1:2)\");\n", &[]);
        check("expect(text).toBe(\"Error: x\\n    at f\")\n", &[]);
        check("assertEquals(\"x\\n\\tat y\", text);\n", &[]);
    }
}
