//! Reads traces that stand in one line with their line ends escaped: in a value of logfmt, in a Python object printed as text, in a
//! record that is cut off, in a line of syslog (`#012`).
//!
//! Nothing is unescaped that has no sign of a trace.

use super::{is_failure, read_text};
use crate::event::dialect::{Dialect, Reading};
use crate::event::line::Line;

/// `error="Traceback (most recent call last):\n  File ..."`.
pub(in crate::event) struct Escaped;

impl Dialect for Escaped {
    /// The traces bring their own.
    fn hints(&self) -> &'static [&'static str] {
        &["(most recent call last):\\n"]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["(most recent call last):\\n", "(most recent call last):\\\\n", "\\n\\tat ", "\\n    at ", "\\n\\ngoroutine ", "#012"]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.as_ref();
        let plain = if text.contains("#012") {
            text.replace("#012", "\n").replace("#011", "\t")
        } else {
            let sign = self.openings().iter().filter_map(|opening| text.find(opening)).min()?;
            unescaped(quoted(text, sign))
        };
        if !plain.contains('\n') {
            return None;
        }
        let mut items = read_text(&plain, &lines[at]);
        items.retain(is_failure);
        (!items.is_empty()).then(|| Reading::new(items, at + 1))
    }
}

/// The quoted part of `text` that holds what stands at `sign`; all of it where there are no quotes.
fn quoted(text: &str, sign: usize) -> &str {
    let bytes = text.as_bytes();
    let is_quote = |at: &usize| {
        let is_apostrophe =
            bytes[*at] == b'\'' && *at > 1 && bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 2].is_ascii_alphanumeric();
        matches!(bytes[*at], b'"' | b'\'') && (*at == 0 || bytes[at - 1] != b'\\') && !is_apostrophe
    };
    let Some(open) = (0..sign).rev().find(is_quote) else { return text };
    let mut end = sign;
    while end < bytes.len() && bytes[end] != bytes[open] {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    &text[open + 1..text.floor_char_boundary(end.min(text.len()))]
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

    const TRACE: &str = "Traceback (most recent call last):\\n  File \"x.py\", line 3, in f\\n    g()\\nKeyError: \\'a\\'\\n";

    #[test]
    fn escaped_line_ends_are_read() {
        check(&format!("{{'level': 'error', 'traceback': '{TRACE}'}}"), &["KeyError: 'a' @ x.py:3 f"]);
        check(
            "level=error msg=\"failed\" stack=\"a.B: x\\n\\tat a.C.f(C.java:1)\\n\\tat a.D.f(D.java:1)\" y=1",
            &["a.B: x @ C.java:1 a.C.f"],
        );
        check("level=error err=\"TypeError: x\\n    at f (/x/y.js:1:2)\\n    at g (/x/y.js:2:2)\"", &["TypeError: x @ /x/y.js:1 f"]);
        check(
            "Jan  2 03:04:05 host app[1]: Traceback (most recent call last):#012  File \"x.py\", line 3, in f#012    g()#012KeyError: 'a'",
            &["KeyError: 'a' @ x.py:3 f"],
        );
        check(&format!("{{\"level\": \"error\", \"traceback\": \"{}", TRACE.replace('"', "\\\"")), &["KeyError: 'a' @ x.py:3 f"]);
    }

    #[test]
    fn source_code_with_escapes_is_silent() {
        check("assert text == \"Traceback (most recent call last):\\n\"\n", &[]);
        check("print('Traceback (most recent call last):\\n  ...')\n", &[]);
    }
}
