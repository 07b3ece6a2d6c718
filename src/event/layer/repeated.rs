//! Any prefix that a logger, a launcher or a runner put before each line of a failure: `[rank1]: `, `host proc[12]: `, `[12:00:01] WARNING: `.
//!
//! What stands before the header of a failure is taken off the following lines that begin alike, numbers aside. A header that is only
//! glued behind a progress bar has no such followers and stays. Signs of a diff are no prefix.

use super::Layer;
use crate::event::line::{Line, Needle};

/// The text before a header, again before the lines after it.
pub(super) struct Repeated;

static TRACEBACK: Needle = Needle::new("Traceback (most recent call last):");
static THREAD: Needle = Needle::new("thread '");
/// A prefix is short; what is longer is a sentence that ends in a header.
const LONGEST: usize = 240;
/// Lines without the prefix that may stand between lines with it: a source line that its logger printed bare.
const GAP: usize = 2;

impl Layer for Repeated {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        let mut at = 0;
        while at < lines.len() {
            match header_prefix(&lines[at].text).map(|len| (len, followers(&lines[at..], len))) {
                Some((_, followers)) if followers.len() > 1 => {
                    for &(offset, len) in &followers {
                        lines[at + offset].cut(len);
                    }
                    at += followers.last().map_or(1, |(offset, _)| offset + 1);
                    has_changed = true;
                }
                _ => at += 1,
            }
        }
        has_changed
    }
}

/// The bytes before a header in `text`, if they may be a prefix.
fn header_prefix(text: &str) -> Option<usize> {
    let at = TRACEBACK.find(text).or_else(|| THREAD.find(text)).filter(|at| *at > 0)?;
    let at = text[..at].strip_suffix("Exception Group ").map_or(at, str::len);
    let prefix = &text[..at];
    if prefix.contains("{\"") {
        return None; // The header stands in a field of a record.
    }
    let is_header = !text[at..].starts_with("thread '") || text.contains("panicked at");
    let has_word = prefix.bytes().any(|byte| byte.is_ascii_alphanumeric());
    let is_quote = prefix.contains('>') && prefix.trim_matches(['>', ' ', '|']).is_empty();
    (is_header && at <= LONGEST && (has_word || is_quote) && text.is_char_boundary(at)).then_some(at)
}

/// Offsets and prefix lengths of the lines that begin like the first one.
fn followers(lines: &[Line<'_>], len: usize) -> Vec<(usize, usize)> {
    let shape: Vec<u8> = Shape(lines[0].text[..len].trim_end().bytes()).collect();
    let mut found = vec![(0, len)];
    let mut gap = 0;
    for (offset, line) in lines.iter().enumerate().skip(1) {
        match length_of(&line.text, &shape) {
            Some(n) => {
                // One blank belongs to the prefix, if it was there before the header; the rest is the line's own indent.
                let n_blanks = len - lines[0].text[..len].trim_end().len();
                let rest = line.text[n..].bytes().take(n_blanks).take_while(|byte| *byte == b' ').count();
                found.push((offset, n + rest));
                gap = 0;
            }
            None if gap < GAP => gap += 1,
            None => break,
        }
    }
    found
}

/// The bytes of `text` that have this shape.
fn length_of(text: &str, shape: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    for &wanted in shape {
        if wanted == b'0' {
            let n = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if n == 0 {
                return None;
            }
            at += n;
        } else if bytes.get(at) == Some(&wanted) {
            at += 1;
        } else {
            return None;
        }
    }
    text.is_char_boundary(at).then_some(at)
}

/// Bytes with each number as a single zero.
struct Shape<I>(I);

impl<I: Iterator<Item = u8> + Clone> Iterator for Shape<I> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let byte = self.0.next()?;
        if !byte.is_ascii_digit() {
            return Some(byte);
        }
        while self.0.clone().next().is_some_and(|next| next.is_ascii_digit()) {
            self.0.next();
        }
        Some(b'0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        Repeated.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
    }

    #[test]
    fn a_prefix_that_comes_again_goes() {
        let header = "Traceback (most recent call last):";
        check(&[&format!("[rank1]: {header}"), "[rank1]:   File", "[rank12]: E: x"], &[header, "  File", "E: x"]);
        check(
            &[&format!("[7 12:00] WARNING: {header}"), "[7 12:01] WARNING: File", "    src", "[7 12:01] WARNING: E"],
            &[header, "File", "    src", "E"],
        );
    }

    #[test]
    fn a_header_behind_other_text_stays() {
        let glued = "10it [00:01]Traceback (most recent call last):";
        check(&[glued, "  File \"x\""], &[glued, "  File \"x\""]);
        check(&["+Traceback (most recent call last):", "+  File"], &["+Traceback (most recent call last):", "+  File"]);
    }
}
