//! A record that another thread's logger printed into the middle of a traceback.
//!
//! It is certain only where the record begins with a time and a level, the line above is a frame's, and the traceback goes on below.

use std::sync::Arc;

use super::Layer;
use super::stamp::{is_level, time_in};
use crate::event::line::{Line, indent_of};

/// `  File "x.py", line 3, in f`, `2024-01-02 12:00:00,123 INFO other: x`, `    g()`.
pub(super) struct Interjected;

/// So many records may stand at one place.
const MOST: usize = 16;
/// A level stands so close to the start of a record.
const HEAD: usize = 64;

impl Layer for Interjected {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut at = 0;
        while at < lines.len() {
            if !is_frame(&lines[at].text) {
                at += 1;
                continue;
            }
            // A frame's source line may stand between it and the record.
            let source = lines.get(at + 1).is_some_and(|line| indent_of(&line.text) >= 4);
            let first = at + 1 + usize::from(source);
            let n = lines[first.min(lines.len())..].iter().take(MOST).take_while(|line| is_record(line)).count();
            if n > 0 && goes_on(&lines[first + n..], source) {
                for line in &mut lines[first..first + n] {
                    line.speaker = Some(Arc::from("logger"));
                }
            }
            at = first;
        }
        false
    }
}

fn is_frame(text: &str) -> bool {
    text.trim_start().starts_with("File \"") && text.contains("\", line ")
}

/// Whether `line` begins with a time, and a level stands near it.
fn is_record(line: &Line<'_>) -> bool {
    let text = line.text.as_ref();
    let head = &text[..text.char_indices().map(|(at, _)| at).take_while(|at| *at <= HEAD).last().unwrap_or(0)];
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '[');
    begins && line.speaker.is_none() && time_in(head).is_some() && head.split(|c: char| !c.is_ascii_alphabetic()).any(is_level)
}

/// Whether `lines` go on with the traceback: a source line, the next frame, or the exception.
fn goes_on(lines: &[Line<'_>], has_source: bool) -> bool {
    let Some(next) = lines.first() else { return false };
    let is_source = !has_source && indent_of(&next.text) >= 4;
    let is_bare_source = || !has_source && lines.get(1).is_some_and(|line| is_frame(&line.text));
    is_frame(&next.text) || is_source || is_bare_source() || is_exception(&next.text)
}

fn is_exception(text: &str) -> bool {
    let kind = text.split(':').next().unwrap_or(text).trim_end();
    let is_name = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    is_name && (kind.ends_with("Error") || kind.ends_with("Exception"))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    #[test]
    fn a_record_within_a_traceback_is_no_part_of_it() {
        let header = "Traceback (most recent call last):";
        let record = "2024-01-02 12:00:00,123 INFO other: x";
        let (first, second) = ("  File \"a.py\", line 1, in <module>", "  File \"b.py\", line 2, in f");
        for lines in [
            [header, first, record, "    f()", second, "    g()", "KeyError: 1", ""],
            [header, first, "    f()", record, second, "    g()", "KeyError: 1", ""],
            [header, first, record, record, "    f()", second, "    g()", "KeyError: 1"],
            [header, first, "    f()", second, "    g()", record, "KeyError: 1", ""],
            [header, first.trim(), record, "f()", second.trim(), "g()", "KeyError: 1", ""],
        ] {
            assert_eq!(outline(&(lines.join("\n") + "\n")), ["KeyError: 1 @ b.py:2 f"], "{lines:?}");
        }
        let cut = [header, first, "    f()", record, "all is well"];
        assert_eq!(outline(&(cut.join("\n") + "\n")), ["unknown:  @ a.py:1 <module>"]);
    }
}
