//! What else a terminal, an editor or a web page leaves in a line: overstrikes, bells, NULs, marks of byte order, blanks that do not break.
//!
//! A blank that does not break is changed only in the indent and in the words of a frame: elsewhere it may be part of a message.

use std::borrow::Cow;

use memchr::memchr3;

use super::Layer;
use crate::event::line::Line;

/// Characters that are not text.
pub(super) struct Control;

const BACKSPACE: char = '\u{8}';
const NO_BREAK: char = '\u{a0}';
/// Blanks that are wider or narrower than others, and those without width.
const BLANKS: &[char] = &[NO_BREAK, '\u{2002}', '\u{2003}', '\u{2007}', '\u{202f}', '\u{3000}'];
const WIDTHLESS: &[char] = &['\u{feff}', '\u{200b}', '\u{200e}', '\u{2060}'];

impl Layer for Control {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            if memchr3(0, 7, 8, line.text.as_bytes()).is_some() {
                line.text = Cow::Owned(without_controls(&line.text));
                has_changed = true;
            }
            // The signs begin with these bytes.
            let is_plain = |byte: &u8| !matches!(byte, 0xc2 | 0xe2 | 0xe3 | 0xef);
            let head = line.text.as_bytes().iter().position(|byte| !matches!(byte, b' ' | b'\t'));
            if head.is_some_and(|head| !is_plain(&line.text.as_bytes()[head]))
                && let Some(text) = with_plain_indent(&line.text)
            {
                line.text = Cow::Owned(text);
                has_changed = true;
            }
        }
        has_changed
    }
}

/// `text` as a terminal shows it: a backspace takes the character before it.
fn without_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            BACKSPACE => drop(out.pop()),
            '\0' | '\u{7}' => {}
            c => out.push(c),
        }
    }
    out
}

/// `text` with plain blanks in its indent and in the words of a frame; nothing if they are plain.
fn with_plain_indent(text: &str) -> Option<String> {
    let is_blank = |c: char| c == ' ' || c == '\t' || BLANKS.contains(&c) || WIDTHLESS.contains(&c);
    let rest = text.trim_start_matches(is_blank);
    let indent: String = text[..text.len() - rest.len()]
        .chars()
        .filter(|c| !WIDTHLESS.contains(c))
        .map(|c| if BLANKS.contains(&c) { ' ' } else { c })
        .collect();
    if indent.len() == text.len() - rest.len() {
        return None;
    }
    let is_frame = rest.starts_with("File") || rest.starts_with("at") || rest.starts_with("--");
    let rest = if is_frame { Cow::Owned(rest.replace(NO_BREAK, " ")) } else { Cow::Borrowed(rest) };
    Some(indent + &rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) {
        let mut lines = vec![Line::new(before, 1)];
        assert_eq!(Control.peel(&mut lines), before != after, "{before:?}");
        assert_eq!(lines[0].text, after);
        assert!(!Control.peel(&mut lines), "{before:?}");
    }

    #[test]
    fn what_is_no_text_goes() {
        check("N\u{8}NA\u{8}A_\u{8}x", "NAx");
        check("\0\0\0Traceback\u{7}\0", "Traceback");
        check("\u{8}é\u{8}", "");
        check("\u{a0}\u{a0}File\u{a0}\"x.py\",\u{a0}line 3", "  File \"x.py\", line 3");
        check("\u{feff} \u{200b}x", " x");
        check("  \u{a0}g(\u{a0})", "   g(\u{a0})");
    }

    #[test]
    fn text_stays() {
        for text in ["ValueError: '1\u{a0}000'", "é", "  ° x", "\t→", "│ x"] {
            check(text, text);
        }
    }
}
