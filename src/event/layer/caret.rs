//! Escape sequences that were written as text: `^[[1m` of a terminal that echoes, `\u001b[1m` of a record, `#033[1m` of rsyslog, `[0m` where
//! the escape character was lost.
//!
//! Only colours and erasures go, and those without any mark of the escape only where the line also resets them: `rate(x[5m])` is no colour.

use std::borrow::Cow;

use memchr::memchr;

use super::Layer;
use crate::event::line::Line;

/// `^[[1m`.
pub(super) struct Caret;

/// How the escape character is written.
const ESCAPES: &[&str] = &["^[", "\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e", "#033", "\u{241b}", "<0x1b>", "<ESC>"];

impl Layer for Caret {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            if memchr(b'[', line.text.as_bytes()).is_none() {
                continue;
            }
            if let Some(text) = without_escapes(&line.text) {
                line.text = Cow::Owned(text);
                has_changed = true;
            }
        }
        has_changed
    }
}

/// `text` without the sequences, if it has any: also those whose escape character was lost, where the line resets its colours.
fn without_escapes(text: &str) -> Option<String> {
    let mut out: Option<String> = None;
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = memchr(b'[', &text.as_bytes()[at..]).map(|found| at + found) {
        at = found + 1;
        let n = sequence_len(&text.as_bytes()[at..]);
        if n == 0 {
            continue;
        }
        let before = &text[kept..found];
        let mark = ESCAPES.iter().find(|escape| before.ends_with(**escape)).map(|escape| escape.len());
        let is_orphan = || is_colour(&text.as_bytes()[at..at + n]) && ["[0m", "[39m", "[22m"].iter().any(|reset| text.contains(reset));
        let Some(mark) = mark.or_else(|| is_orphan().then_some(0)) else { continue };
        out.get_or_insert_default().push_str(&before[..before.len() - mark]);
        at += n;
        kept = at;
    }
    let mut out = out?;
    out.push_str(&text[kept..]);
    Some(out)
}

/// Parameters and final letter of a colour or an erasure.
fn sequence_len(bytes: &[u8]) -> usize {
    let n = bytes.iter().take(24).take_while(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':' | b'?')).count();
    if matches!(bytes.get(n), Some(b'm' | b'K' | b'J' | b'A' | b'B' | b'C' | b'D' | b'G' | b'H' | b'h' | b'l')) { n + 1 } else { 0 }
}

/// Whether a sequence is a colour that terminals know, and no text of a program: `[5m]` is a span of time.
fn is_colour(sequence: &[u8]) -> bool {
    let Some(parameters) = sequence.strip_suffix(b"m") else { return false };
    parameters
        .split(|byte| *byte == b';')
        .all(|parameter| matches!(parameter, [b'0'..=b'9'] | [b'0'..=b'4' | b'9', b'0'..=b'9'] | [b'1' | b'2', _, _]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) {
        let mut lines = vec![Line::new(before, 1)];
        assert_eq!(Caret.peel(&mut lines), before != after, "{before}");
        assert_eq!(lines[0].text, after);
        assert!(!Caret.peel(&mut lines), "{before}");
    }

    #[test]
    fn colours_in_words_go() {
        for escape in ESCAPES {
            check(&format!("{escape}[1m{escape}[38;5;9merror[E0308]{escape}[0m: x{escape}[K"), "error[E0308]: x");
        }
        check("[1m[91merror[E0308][0m: x", "error[E0308]: x");
    }

    #[test]
    fn brackets_of_programs_stay() {
        for text in ["rate(x[5m])", "a[0] = b[1]", "[1m", "^[a-z]+$", "\\033 x [K", "", "[", "é[0", "regex ^[0-9]", "let x = [0u8; 3];"] {
            check(text, text);
        }
    }
}
