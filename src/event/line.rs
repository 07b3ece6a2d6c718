//! One line of a log on its way through the layers to the dialects.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;

/// A line without its end, and what the layers took off its front.
#[derive(Debug, Clone)]
pub(super) struct Line<'t> {
    /// What is left of it.
    pub(super) text: Cow<'t, str>,
    /// Its number in the log, counted from one. Lines that stood in one field of a record share a number.
    pub(super) no: u32,
    /// The service or job that the prefix named.
    pub(super) service: Option<Arc<str>>,
    /// Whose line it is where several speakers share a service: a rank, a process, a thread. Each speaker's lines are read by themselves.
    pub(super) speaker: Option<Arc<str>>,
    /// The time that the prefix gave, as printed.
    pub(super) timestamp: Option<Arc<str>>,
    /// How many records it stands in: records may hold records, but not without end.
    pub(super) depth: u8,
}

impl<'t> Line<'t> {
    /// A line as it stands in the log.
    pub(super) fn new(text: impl Into<Cow<'t, str>>, no: u32) -> Line<'t> {
        Line { text: text.into(), no, service: None, speaker: None, timestamp: None, depth: 0 }
    }

    /// Takes the first `n` bytes off; `n` lies on a character boundary.
    pub(super) fn cut(&mut self, n: usize) {
        match &mut self.text {
            Cow::Borrowed(text) => *text = &text[n..],
            Cow::Owned(text) => drop(text.drain(..n)),
        }
    }
}

/// A literal that is looked for in many lines; it is prepared once, which took a third of the time of a dense log.
#[derive(Debug)]
pub(super) struct Needle {
    literal: &'static str,
    finder: OnceLock<Finder<'static>>,
}

impl Needle {
    /// A literal to look for.
    pub(super) const fn new(literal: &'static str) -> Needle {
        Needle { literal, finder: OnceLock::new() }
    }

    /// Where it first stands in `text`.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        self.finder.get_or_init(|| Finder::new(self.literal)).find(text.as_bytes())
    }

    /// Whether it stands in `text`.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.find(text).is_some()
    }
}

/// Whether `text` holds nothing but blanks.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// Leading blanks of `text`, in bytes.
pub(super) fn indent_of(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// `text` without at most `margin` leading blanks.
pub(super) fn without_margin(text: &str, margin: usize) -> &str {
    &text[indent_of(text).min(margin)..]
}

/// Whether `file` ends in `.extension`, written as compilers write it.
pub(super) fn has_extension(file: &str, extension: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, last)| last == extension)
}

/// Text in front of a number, the number, and what follows it, for numbers that fit.
pub(super) fn split_number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// `path:12:5` or `path:12` at the end of `text`: path, line, column. A drive letter's colon belongs to the path.
pub(super) fn split_location(text: &str) -> Option<(&str, u32, Option<u32>)> {
    let (head, last) = text.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    if let Some((path, line)) = head.rsplit_once(':')
        && let Ok(line) = line.parse()
        && !path.is_empty()
    {
        return Some((path, line, Some(last)));
    }
    (!head.is_empty()).then_some((head, last, None))
}

#[cfg(test)]
pub(super) fn lines_of(text: &str) -> Vec<Line<'_>> {
    text.lines().zip(1..).map(|(line, no)| Line::new(line, no)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_read_from_its_end() {
        assert_eq!(split_location("src/a.rs:4:19"), Some(("src/a.rs", 4, Some(19))));
        assert_eq!(split_location("C:\\x\\a.rs:4"), Some(("C:\\x\\a.rs", 4, None)));
        assert_eq!(split_location("no line"), None);
        assert_eq!(split_location(":5"), None);
    }
}
