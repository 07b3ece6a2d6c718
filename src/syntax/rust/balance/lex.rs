//! The brackets of a text, without those in comments, texts and characters; reads what no parser can.
//!
//! Source: The Rust Reference, "Tokens" and "Comments".

use std::ops::Range;

#[derive(Debug, Clone, Copy)]
pub(super) struct Bracket {
    pub(super) at: usize,
    pub(super) byte: u8,
}

#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub(super) brackets: Vec<Bracket>,
    /// The bytes that are comments or texts.
    pub(super) opaque: Vec<Range<usize>>,
    /// Whether a text is still open at the end.
    pub(super) is_in_text: bool,
}

/// Reads the brackets of `text` that are no part of a comment, a text or a character.
pub(super) fn lex(text: &str) -> Lexed {
    let bytes = text.as_bytes();
    let mut lexed = Lexed::default();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = comment_end(bytes, at),
            b'"' => {
                let end = text_end(bytes, at + 1);
                lexed.is_in_text |= end.is_none();
                at = end.unwrap_or(bytes.len());
            }
            b'\'' => at = character_end(text, at),
            byte if byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii() => {
                at = word_end(bytes, at);
                match raw_end(bytes, start, at) {
                    Raw::No => continue,
                    Raw::Until(end) => at = end,
                    Raw::Open => {
                        lexed.is_in_text = true;
                        at = bytes.len();
                    }
                }
            }
            byte => {
                if b"(){}[]".contains(&byte) {
                    lexed.brackets.push(Bracket { at, byte });
                }
                at += 1;
                continue;
            }
        }
        if at > start + 1 {
            lexed.opaque.push(start..at);
        }
    }
    lexed
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |n| at + n)
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start + 2, 1);
    while at < bytes.len() && depth > 0 {
        let step = match bytes.get(at..at + 2) {
            Some(b"/*") => 1,
            Some(b"*/") => -1,
            _ => 0,
        };
        depth += step;
        at += if step == 0 { 1 } else { 2 };
    }
    at
}

fn text_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Behind a character, or behind the tick of a lifetime.
fn character_end(text: &str, start: usize) -> usize {
    let rest = &text[start + 1..];
    let mut chars = rest.char_indices();
    match chars.next() {
        Some((_, '\\')) => {
            let line = rest.split('\n').next().unwrap_or(rest);
            line.get(2..).and_then(|behind| behind.find('\'')).map_or(start + 1, |n| start + 1 + 2 + n + 1)
        }
        Some(_) => match chars.next() {
            Some((at, '\'')) => start + 1 + at + 1,
            _ => start + 1,
        },
        None => start + 1,
    }
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let is_word = |byte: &u8| *byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii();
    start + bytes[start..].iter().take_while(|byte| is_word(byte)).count()
}

enum Raw {
    No,
    Until(usize),
    Open,
}

/// The end of a raw text whose prefix is the word from `start` to `end`.
fn raw_end(bytes: &[u8], start: usize, end: usize) -> Raw {
    if !matches!(&bytes[start..end], b"r" | b"br" | b"cr") {
        return Raw::No;
    }
    let n_hashes = bytes[end..].iter().take_while(|&&byte| byte == b'#').count();
    if bytes.get(end + n_hashes) != Some(&b'"') {
        return Raw::No;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', n_hashes)).collect();
    let inside = end + n_hashes + 1;
    let found = bytes[inside..].windows(close.len()).position(|window| window == close);
    found.map_or(Raw::Open, |n| Raw::Until(inside + n + close.len()))
}
