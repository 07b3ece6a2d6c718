//! The width at which lines were broken, how, and which further lines end there.

use std::ops::Range;

use super::Glue;
use super::message::{ends_in_word, is_behind_sign};
use super::proof::Break;
use crate::event::line::{Line, has_extension, indent_of, is_blank, split_location};
use crate::event::python;

/// How the lines of one stretch were broken.
#[derive(Debug)]
pub(super) struct Wrapping {
    /// Columns of the widest line that was broken.
    width: usize,
    /// Breaks stand behind a blank, which stayed at the end of the line.
    keeps_blanks: bool,
    /// Breaks stand in the place of a blank.
    eats_blanks: bool,
    /// Words are cut in two though they would fit into a line of their own.
    cuts_words: bool,
    /// Each line begins with this, so what does not was broken.
    front: Option<String>,
}

impl Wrapping {
    /// What the proven breaks of `group` tell; `range` is the stretch of lines round them.
    pub(super) fn of(lines: &[Line<'_>], group: &[Break], range: Range<usize>) -> Wrapping {
        let left = |one: &Break| lines[one.at].text.as_ref();
        let right = |one: &Break| lines[one.at + 1].text.as_ref();
        let n = |one: &Break| columns(left(one));
        let bare: Vec<&Break> = group.iter().filter(|one| !left(one).ends_with(' ')).collect();
        let cut: Vec<usize> = bare.iter().filter(|one| one.glue == Some(Glue::Nothing)).map(|one| n(one)).collect();
        let unsure: Vec<usize> = bare.iter().filter(|one| one.glue.is_none()).map(|one| n(one)).collect();
        let widest = group.iter().map(n).max().unwrap_or(0);
        let is_even = unsure.len() > 1 && unsure.iter().all(|n| *n == widest);
        let width = most_common(&cut).or(is_even.then_some(widest)).unwrap_or_else(|| {
            // No line is wider than the width; and each broken line would have been, with one word more.
            let limit = group.iter().map(|one| n(one) + word_columns(right(one))).min().unwrap_or(widest);
            let fits = |line: &Line<'_>| Some(columns(&line.text)).filter(|n| *n < limit);
            lines[range].iter().filter_map(fits).max().unwrap_or(widest).max(widest)
        });
        let is_short = |one: &&&Break| columns(last_word(left(one))) + columns(first_word(right(one))) <= width;
        let is_uneven = cut.is_empty() && !is_even && unsure.len() > 1;
        let is_eaten = |one: &&Break| one.glue.is_none() && n(one) < width;
        Wrapping {
            width,
            keeps_blanks: bare.len() < group.len(),
            eats_blanks: group.iter().any(|one| one.glue == Some(Glue::Blank))
                || is_uneven
                || bare.iter().copied().any(|one| is_eaten(&one)),
            cuts_words: is_even || bare.iter().filter(|one| one.glue == Some(Glue::Nothing)).any(|one| is_short(&one)),
            front: group.first().and_then(|one| front(left(one))),
        }
    }

    /// What stood at a break; inside a path both may be.
    pub(super) fn glue(&self, left: &str, right: &str, proven: Option<Glue>) -> Glue {
        let (n, fits) = (columns(left), columns(last_word(left)) + columns(first_word(right)) < self.width);
        let is_word_break = !left.ends_with(' ') && self.eats_blanks && n < self.width && fits;
        match proven {
            _ if left.ends_with(' ') => Glue::Nothing,
            Some(Glue::Nothing) if is_word_break && left.contains("File \"") && !left.contains(", in ") => Glue::Blank,
            Some(glue) => glue,
            None if is_behind_sign(left, right) || (!self.cuts_words && ends_in_word(left, right)) => Glue::Blank,
            None if n == self.width && (self.cuts_words || !self.eats_blanks || !fits) => Glue::Nothing,
            None => Glue::Blank,
        }
    }

    /// Whether `left` goes on in `right`, and what stood between them.
    pub(super) fn joint(&self, left: &str, right: &str, is_continued: bool) -> Option<Glue> {
        let n = columns(left);
        if n > self.width || is_blank(right) || columns(right) > self.width || is_start(right) || is_whole_location(left) {
            return None;
        }
        if self.front.as_ref().is_some_and(|front| right.starts_with(front.as_str())) {
            return None;
        }
        if n == self.width {
            return self.joint_at_edge(left, right, is_continued);
        }
        let is_full = n + word_columns(right) > self.width;
        if left.ends_with(' ') && is_full && (self.keeps_blanks || !self.eats_blanks) && !right.starts_with(' ') {
            return Some(Glue::Nothing);
        }
        // A console that breaks anywhere, and a blank at the end that something trimmed.
        if self.cuts_words
            && n + 1 == self.width
            && !is_whole_entry(left)
            && right.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        {
            return Some(Glue::Blank);
        }
        let is_word_break = self.eats_blanks && !self.cuts_words && is_full && n > self.width / 2 && !right.starts_with(' ');
        (is_word_break && !is_whole_entry(left)).then_some(Glue::Blank)
    }

    fn joint_at_edge(&self, left: &str, right: &str, is_continued: bool) -> Option<Glue> {
        // What is indented begins a line of its own, but marks under a source line, and the rest of a line that was broken at blanks.
        if right.starts_with("  ") && !(is_marks(left) && is_marks(right)) && !(is_continued && self.cuts_words && !is_whole_entry(left)) {
            return None;
        }
        let is_long_word = columns(last_word(left)) + columns(first_word(right)) > self.width;
        let is_word_break = self.eats_blanks && !self.cuts_words && !left.ends_with(' ') && !is_long_word;
        if is_word_break && is_whole_entry(left) {
            return None;
        }
        Some(if is_word_break { Glue::Blank } else { Glue::Nothing })
    }
}

/// Whether `text` begins as no rest of a broken line does.
pub(super) fn is_start(text: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "File \"",
        "Traceback (most",
        "During handling of the above",
        "The above exception was",
        "thread '",
        "error[E",
        "error: ",
        "warning: ",
        "note: ",
        "help: ",
        "--> ",
        "::: ",
        "= note: ",
        "= help: ",
        "stack backtrace:",
        "[Previous line repeated",
        "test result:",
        "E   ",
        "| ",
        "+-",
    ];
    let inner = &text[indent_of(text)..];
    OPENINGS.iter().any(|opening| inner.starts_with(opening))
        || is_gutter(inner)
        || is_empty_gutter(text)
        || is_exception(text)
        || is_record(text)
}

/// `12 | let x`, `12:     function`.
fn is_gutter(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && [" |", " + ", " - ", " ~ ", ": "].iter().any(|sign| rest.starts_with(sign))
}

/// The row without code that a drawing begins and ends with.
fn is_empty_gutter(text: &str) -> bool {
    text.starts_with("  ") && text.trim() == "|"
}

/// `module.KindError: message`, `KeyboardInterrupt`.
pub(super) fn is_exception(text: &str) -> bool {
    python::is_exception(text)
}

/// A line of a logger, a prompt.
fn is_record(text: &str) -> bool {
    let text = text.trim_start_matches(['[', '(']);
    let bytes = text.as_bytes();
    let is_digits = |range: Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let is_date = is_digits(0..4) && matches!(bytes.get(4), Some(b'-' | b'/')) && is_digits(5..7);
    let is_time = is_digits(0..2) && bytes.get(2) == Some(&b':') && is_digits(3..5) && bytes.get(5) == Some(&b':');
    let is_level = ["INFO", "WARN", "ERROR", "DEBUG", "CRITICAL", "FATAL", "TRACE"].iter().any(|level| text.starts_with(level));
    is_date || is_time || is_level || text.starts_with("$ ") || text.starts_with("PS ") || text.starts_with(">>> ")
}

/// `File "x.py", line 3, in f`: nothing that a blank sets off can follow.
fn is_whole_entry(text: &str) -> bool {
    let entry = text.trim_start().strip_prefix("File \"").and_then(|rest| rest.split_once("\", line "));
    entry.is_some_and(|(_, rest)| rest.split_once(", in ").is_some_and(|(_, name)| !name.trim().is_empty()))
}

/// `thread 'main' panicked at src/main.rs:4:5:`: the message begins in the next line.
fn is_whole_location(text: &str) -> bool {
    let place = text.trim_end().strip_suffix(':').and_then(split_location);
    place.is_some_and(|(file, _, column)| column.is_some() && has_extension(file, "rs"))
}

fn is_marks(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'^' | b'~' | b' '))
}

/// What stands before a `File` line, if it is the prefix of a logger or a service.
fn front(text: &str) -> Option<String> {
    let at = text.find("File \"")?;
    let front = text[..at].split_whitespace().next()?;
    (front != ">").then(|| front.to_owned())
}

/// Columns of the first word with the blank behind it, without which no wrapper takes it.
pub(super) fn word_columns(text: &str) -> usize {
    let word = first_word(text);
    columns(word) + usize::from(word.len() < text.len())
}

fn first_word(text: &str) -> &str {
    &text[..text.find(' ').unwrap_or(text.len())]
}

fn last_word(text: &str) -> &str {
    text.rfind(' ').map_or(text, |at| &text[at + 1..])
}

fn most_common(widths: &[usize]) -> Option<usize> {
    let n_of = |width: &usize| widths.iter().filter(|other| *other == width).count();
    widths.iter().take(64).max_by_key(|width| (n_of(width), **width)).copied()
}

/// Columns that `text` takes on a console: two for each wide character, none for a combining one.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(columns_of).sum() }
}

fn columns_of(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    #[test]
    fn a_place_that_fills_its_last_line_ends_above_the_drawing() {
        let missing = |rest: &str, line: u32| {
            format!(
                "error[E0425]: cannot \nfind value `rates` in \nthis scope\n   --> crates\\billing\\\n{rest}\n    |\n{line} |     let total \
                 = \nrates.sum();\n    |                 \n^^^^^ not found in \nthis scope\n\n"
            )
        };
        let log = missing("src\\invoices.rs:412:18", 412) + &missing("src\\paying.rs:97:18", 97) + &missing("src\\monthly.rs:305:18", 305);
        let expected = ["invoices.rs:412", "paying.rs:97", "monthly.rs:305"]
            .map(|place| format!("E0425: cannot find value `rates` in this scope @ crates\\billing\\src\\{place}"));
        assert_eq!(outline(&log), expected);
    }
}
