//! Replaces in a line what varies from print to print: numbers, ids, addresses, paths, quoted texts.
//!
//! A name that holds a digit keeps its letters: `worker-12:` is `worker-<*>:`.

use crate::event::fields::{fields, string};

/// Stands for what varies.
pub(super) const VARIES: &str = "<*>";
/// Only so much of a line makes its template.
const MAX_TEXT: usize = 600;
/// Words beyond this many are one.
const MAX_WORDS: usize = 48;
/// A quoted text is no longer than this.
const MAX_QUOTED: usize = 120;

/// Fields of a record that say what happened; the others say where and when.
const SAYS: &[&str] = &["msg", "message", "event", "error", "err", "error_message", "reason", "detail", "exception"];
/// So far into a record they are looked for.
const REACH: usize = 4096;

/// A masked line; its room is used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Masked {
    text: String,
}

impl Masked {
    /// The words, one blank between two of them.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Masks `line`.
    pub(super) fn read(&mut self, line: &str) {
        self.text.clear();
        let line = line.trim_ascii();
        if line.starts_with('{') {
            let said = fields(line, REACH).filter(|(name, _)| SAYS.contains(name)).filter_map(|(_, value)| string(value));
            let said: Vec<&str> = said.take(3).collect();
            if !said.is_empty() {
                self.read_text(&said.join(": "));
                return;
            }
        }
        self.read_text(line);
    }

    fn read_text(&mut self, line: &str) {
        let line = &line[..line.floor_char_boundary(MAX_TEXT)];
        let bytes = line.as_bytes();
        let (mut at, mut n_words) = (0, 0);
        let mut is_head = true;
        while at < bytes.len() {
            if bytes[at].is_ascii_whitespace() {
                at += 1;
                continue;
            }
            n_words += 1;
            if n_words > MAX_WORDS {
                self.text.push_str(" ...");
                return;
            }
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            let begin = self.text.len();
            at = self.word(line, at);
            // Times and numbers of processes before the first word are of no use.
            is_head = is_head && !self.text[begin..].bytes().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
            if is_head {
                self.text.clear();
            }
        }
        if self.text.is_empty() && !line.is_empty() {
            self.text.push_str(VARIES);
        }
    }

    /// Masks the word at `at`; says where it ends.
    fn word(&mut self, line: &str, mut at: usize) -> usize {
        let bytes = line.as_bytes();
        while at < bytes.len() && !bytes[at].is_ascii_whitespace() {
            let byte = bytes[at];
            if matches!(byte, b'"' | b'\'' | b'`')
                && !(at > 0 && bytes[at - 1].is_ascii_alphanumeric())
                && let Some(end) = quoted(bytes, at)
            {
                self.text.push(char::from(byte));
                self.text.push_str(VARIES);
                self.text.push(char::from(byte));
                at = end;
            } else if is_of_name(byte) && byte != b':' {
                let end = at + bytes[at..].iter().take_while(|byte| is_of_name(**byte)).count();
                self.name(&line[at..end]);
                at = end;
            } else {
                let end = at + line[at..].chars().next().map_or(1, char::len_utf8);
                self.text.push_str(&line[at..end]);
                at = end;
            }
        }
        at
    }

    /// Masks a piece of letters, digits and the signs of paths and ids.
    fn name(&mut self, name: &str) {
        let bytes = name.as_bytes();
        let n_digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
        let is_path = (bytes[0] == b'/' && bytes.len() > 1) || bytes.iter().filter(|byte| matches!(byte, b'/' | b'\\')).count() > 1;
        if is_path || is_number(bytes, n_digits) || is_id(bytes, n_digits) {
            self.ended(name);
        } else if n_digits == 0 {
            self.text.push_str(name);
        } else {
            let mut is_in_number = false;
            for byte in bytes {
                if !byte.is_ascii_digit() {
                    self.text.push(char::from(*byte));
                } else if !is_in_number {
                    self.text.push_str(VARIES);
                }
                is_in_number = byte.is_ascii_digit();
            }
        }
    }

    /// A full stop or colon at the end belongs to the sentence.
    fn ended(&mut self, name: &str) {
        let kept = name.trim_end_matches(['.', ':']);
        self.text.push_str(VARIES);
        self.text.push_str(&name[kept.len()..]);
    }
}

/// The end of the quoted text that begins at `at`.
fn quoted(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at + 1..bytes.len().min(at + 1 + MAX_QUOTED)];
    let n = memchr::memchr(bytes[at], rest)?;
    Some(at + n + 2)
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'\\' | b':' | b'+')
}

/// A number, a time, an address: digits are at least half of it, and it has no letters but those of units and hex.
fn is_number(bytes: &[u8], n_digits: usize) -> bool {
    let n_letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    n_digits > 0 && (n_letters == 0 || (bytes[0].is_ascii_digit() && n_digits >= n_letters && n_letters <= 2) || bytes.starts_with(b"0x"))
}

/// Hexadecimal ids and random names: long, and letters and digits mixed.
fn is_id(bytes: &[u8], n_digits: usize) -> bool {
    let is_hex = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let is_code = bytes[0].is_ascii_alphabetic() && n_digits + 1 == bytes.len();
    n_digits > 0 && ((is_hex && bytes.len() >= 6 && !is_code) || (bytes.len() >= 20 && n_digits * 4 >= bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let mut masked = Masked::default();
        masked.read(line);
        assert_eq!(masked.text(), expected);
    }

    #[test]
    fn names_stay_and_what_varies_goes() {
        check("  ERROR worker-12: lost   3 of 1,000 items ", "ERROR worker-<*>: lost <*> of <*>,<*> items");
        check("at 2024-01-02T03:04:05.123Z by 123e4567-e89b-12d3-a456-426614174000.", "at <*> by <*>.");
        check("read(/etc/app/x.toml): a/b", "read(<*>): a/b");
        check("C:\\Users\\me\\x.txt is 0x7ffe", "is <*>");
        check("it's 'a b' and \"c d\" and don't", "it's '<*>' and \"<*>\" and don't");
        check("utf8 md5 sha256 s3 http2", "utf<*> md<*> sha<*> s<*> http<*>");
        check("code=E0308 took 12ms", "code=E<*> took <*>");
    }

    #[test]
    fn of_a_record_only_what_it_says_counts() {
        check(r#"{"ts":1,"level":"error","error":"no host 12","event":"lost"}"#, "no host <*>: lost");
        check(r#"{"a":1}"#, "<*>");
    }
}
