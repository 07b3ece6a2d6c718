//! Takes out escape sequences, also those within a word: colours, cursor moves, titles, links.
//!
//! Source: ECMA-48, 5th edition, sections 5.3 to 5.6 (escape, control and string sequences).

use std::borrow::Cow;

use memchr::memchr2;

use super::Layer;
use crate::event::line::{Line, is_blank};

/// Escape sequences.
pub(super) struct Ansi;

impl Layer for Ansi {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            if let Some(at) = next_escape(&line.text, 0) {
                line.text = Cow::Owned(without_escapes(&line.text, at));
                has_changed = true;
            }
        }
        has_changed
    }
}

const ESCAPE: u8 = 0x1b;
/// U+009B in UTF-8.
const CONTROL: &[u8] = "\u{9b}".as_bytes();

/// Where the next sequence begins: at an escape character, or at the eight-bit sign that stands for one with a bracket.
fn next_escape(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = from;
    loop {
        let at = from + memchr2(ESCAPE, CONTROL[0], bytes.get(from..)?)?;
        if bytes[at] == ESCAPE || bytes[at..].starts_with(CONTROL) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// `text` without its escape sequences, the first of which begins at `first`; a sequence that the line cuts off goes to the end.
fn without_escapes(text: &str, first: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut next = Some(first);
    let mut kept = 0;
    // Where the text begins that stands behind an erasure: what stood before was wiped out, if anything follows.
    let mut erased = 0;
    while let Some(at) = next {
        out.push_str(&text[kept..at]);
        let rest = &text.as_bytes()[at..];
        kept = at + if rest[0] == ESCAPE { 1 + sequence_len(&rest[1..]) } else { CONTROL.len() + control_len(&rest[CONTROL.len()..]) };
        let is_erasure = matches!(text[at..kept].trim_start_matches(['\u{1b}', '\u{9b}', '[']), "2K" | "G" | "0G" | "1G");
        if is_erasure && !is_blank(&out[erased..]) {
            out.drain(..erased);
            erased = out.len();
        }
        next = next_escape(text, kept);
    }
    out.push_str(&text[kept..]);
    if !is_blank(&out[erased..]) {
        out.drain(..erased);
    }
    out
}

/// The bytes of the sequence whose escape character stands before `rest`. All of them are ASCII, but those inside a string
/// sequence, which ends at an ASCII byte or with the line.
fn sequence_len(rest: &[u8]) -> usize {
    match rest.first() {
        Some(b'[') => control_len(&rest[1..]) + 1,
        Some(b']' | b'P' | b'X' | b'^' | b'_') => string_len(rest),
        Some(0x20..=0x2f) => {
            let n = rest.iter().take_while(|byte| matches!(byte, 0x20..=0x2f)).count();
            n + usize::from(rest.get(n).is_some_and(u8::is_ascii))
        }
        Some(0x30..=0x7e) => 1,
        _ => 0,
    }
    .min(rest.len())
}

/// Parameters, intermediates and the final byte of a control sequence.
fn control_len(rest: &[u8]) -> usize {
    let n = rest.iter().take_while(|byte| matches!(byte, 0x20..=0x3f)).count();
    n + usize::from(matches!(rest.get(n), Some(0x40..=0x7e)))
}

/// Up to a BEL or an escape with a backslash.
fn string_len(rest: &[u8]) -> usize {
    match rest.iter().position(|&byte| byte == 0x07 || byte == ESCAPE) {
        Some(at) if rest[at] == 0x07 => at + 1,
        Some(at) if rest.get(at + 1) == Some(&b'\\') => at + 2,
        Some(at) => at,
        None => rest.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::next_escape;

    fn without_escapes(text: &str) -> String {
        super::without_escapes(text, next_escape(text, 0).unwrap())
    }

    #[test]
    fn sequences_go_and_text_stays() {
        assert_eq!(without_escapes("\u{1b}[1m\u{1b}[91merror[E0081]\u{1b}[0m\u{1b}[1m: twice\u{1b}[0m"), "error[E0081]: twice");
        assert_eq!(without_escapes("File \"\u{1b}[32ma/\u{1b}[0m\u{1b}[32;1mb.py\u{1b}[0m\", line 3"), "File \"a/b.py\", line 3");
        assert_eq!(without_escapes("\u{1b}]8;;file:///x\u{1b}\\x.rs\u{1b}]8;;\u{7} ü"), "x.rs ü");
        assert_eq!(without_escapes("\u{1b}(Bok\u{1b}[2K\u{1b}"), "ok");
        assert_eq!(without_escapes("\u{1b}[3é"), "é");
        assert_eq!(without_escapes("\u{9b}1mÛ\u{9b}0m\u{9b}"), "Û");
        assert_eq!(without_escapes("10% done\u{1b}[2K\u{1b}[1Gerror: x\u{1b}[2K"), "error: x");
        assert_eq!(without_escapes("\u{1b} é\u{1b}P cut"), "é");
    }
}
