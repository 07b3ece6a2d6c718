//! Breaks up a failure whose line ends were eaten: all of it stands in one line, with blanks between.
//!
//! A traceback is broken before each entry, and its last entry before what names the exception; where nothing names it, the text stays
//! with the entry. A panic is broken before the note that follows its message.

use super::{HEADER, is_source};
use crate::event::line::{Needle, split_number};

static NOTE: Needle = Needle::new(" note: run with `RUST_BACKTRACE");
const ENTRY: &str = "File \"";
const SENTENCES: &[&str] = &[
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
];
/// A failure in one line has no more entries than this.
const MOST: usize = 500;

/// A panic, and the note behind it.
pub(super) fn panic(text: &str) -> Option<Vec<String>> {
    let at = NOTE.find(text)?;
    Some(vec![text[..at].to_owned(), text[at + 1..].to_owned()])
}

/// Header, entries, sources and exceptions, each in a line of its own. The first header begins at `header`.
pub(super) fn traceback(text: &str, header: usize) -> Option<Vec<String>> {
    let at = header + HEADER.len();
    if !text[at..].trim_start_matches(' ').starts_with(ENTRY) || is_source(&text[..header]) {
        return None;
    }
    let mut parts = vec![text[..at].to_owned()];
    let mut rest = &text[at..];
    for _ in 0..MOST {
        let Some(start) = rest.find(ENTRY) else { break };
        let next = rest[start + ENTRY.len()..].find(" File \"").map_or(rest.len(), |found| start + ENTRY.len() + found);
        entry(&rest[start..next], &mut parts)?;
        rest = &rest[next..];
    }
    Some(parts)
}

/// `File "x.py", line 3, in f g() KeyError: 'a'`.
fn entry(text: &str, parts: &mut Vec<String>) -> Option<()> {
    let place = text.find("\", line ")? + "\", line ".len();
    let (_, rest) = split_number(&text[place..])?;
    let Some(rest) = rest.strip_prefix(", in ") else {
        parts.push(format!("  {}", &text[..text.len() - rest.len()]));
        source(rest.trim(), parts);
        return Some(());
    };
    let name = if rest.starts_with('<') { rest.find('>')? + 1 } else { rest.find(' ').unwrap_or(rest.len()) };
    parts.push(format!("  {}", &text[..text.len() - rest.len() + name]));
    source(rest[name..].trim(), parts);
    Some(())
}

/// The source line, and what follows it behind the last entry.
fn source(text: &str, parts: &mut Vec<String>) {
    let Some(at) = exception(text) else {
        parts.extend((!text.is_empty()).then(|| format!("    {text}")));
        return;
    };
    let source = text[..at].trim();
    parts.extend((!source.is_empty()).then(|| format!("    {source}")));
    let mut rest = &text[at..];
    // The sentences of a chain, and the next header, stand behind the exception.
    while let Some((found, sentence)) = SENTENCES.iter().find_map(|sentence| Some((rest.find(sentence)?, *sentence))) {
        parts.extend([rest[..found].trim().to_owned(), String::new(), sentence.to_owned(), String::new()]);
        rest = rest[found + sentence.len()..].trim_start();
    }
    parts.push(rest.trim().to_owned());
}

/// Where the words begin that name an exception: `module.KindError: message`, or its kind at the end.
fn exception(text: &str) -> Option<usize> {
    let mut at = 0;
    for word in text.split(' ') {
        let kind = word.strip_suffix(':').unwrap_or(word);
        let last = kind.rsplit('.').next().unwrap_or_default();
        let is_name = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        let is_kind = ["Error", "Exception", "Interrupt", "Exit", "Warning", "Iteration", "Timeout", "NotFound", "DoesNotExist"]
            .iter()
            .any(|suffix| last.ends_with(suffix));
        let is_dotted = kind.contains('.') && word.ends_with(':');
        let is_end = word.len() > kind.len() || at + word.len() == text.len();
        // What is raised or caught in a source line has no colon behind its name, or stands behind a word of the language.
        let before = text[..at].trim_end();
        let is_source = ["except", "raise", "import", "class", "as", ","].iter().any(|sign| before.ends_with(sign));
        if is_name && (is_kind || is_dotted) && is_end && !is_source && last.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Some(at);
        }
        at += word.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_traceback_without_line_ends_is_read() {
        let trace = "Traceback (most recent call last): File \"x.py\", line 3, in f g() File \"y.py\", line 9, in <module> raise KeyError('a') KeyError: 'a'";
        check(trace, &["KeyError: 'a' @ y.py:9 <module>"]);
        check(&format!("2026-01-02 03:04:05 ERROR app {trace}"), &["KeyError: 'a' @ y.py:9 <module>"]);
        check(&trace.replace(": File", ":   File").replace(" File", "   File"), &["KeyError: 'a' @ y.py:9 <module>"]);
        check(
            "Traceback (most recent call last): File \"x.py\", line 3, in f g() app.errors.Odd: no such thing",
            &["app.errors.Odd: no such thing @ x.py:3 f"],
        );
        check("Traceback (most recent call last): File \"x.py\", line 3, in f g() and so on", &["unknown:  @ x.py:3 f"]);
    }

    #[test]
    fn a_chain_without_line_ends_is_one_failure() {
        check(
            "Traceback (most recent call last): File \"x.py\", line 3, in f d['a'] KeyError: 'a' The above exception was the direct cause of the following exception: Traceback (most recent call last): File \"y.py\", line 9, in g raise ValueError() from e ValueError: bad",
            &["ValueError: bad @ y.py:9 g <- KeyError: 'a'"],
        );
    }

    #[test]
    fn a_panic_in_one_line_ends_before_the_note() {
        check(
            "thread 'main' panicked at src/main.rs:4:19: index out of bounds: the len is 3 note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
            &["panic: index out of bounds: the len is 3 @ src/main.rs:4"],
        );
        check(
            "thread 'main' panicked at 'boom', src/main.rs:4:19 note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
            &["panic: boom @ src/main.rs:4"],
        );
    }

    #[test]
    fn what_has_line_ends_stays() {
        check("a Traceback (most recent call last): line is the header\n", &[]);
    }
}
