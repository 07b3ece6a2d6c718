//! Colours, and the small shapes that every human report uses: a fact behind a gutter, a diff.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::redact::visible;

/// Good news.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Bad news.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// News that wants a second look.
pub(super) const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
/// A name or a heading.
pub(super) const STRONG: Style = Style::new().bold();
/// What can be skipped while reading.
pub(super) const FAINT: Style = Style::new().dimmed();
/// The gutter, as the snippets have it.
const GUTTER: Style = AnsiColor::BrightBlue.on_default().bold();

/// `= name: text` lines; a text of several lines stays aligned. `text` is made harmless here.
pub fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut out = String::new();
    for (name, text) in facts {
        let text = visible(text.trim_end());
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        push(&mut out, format_args!("  {GUTTER}={GUTTER:#} {STRONG}{name}{STRONG:#}: {first}\n"));
        for line in lines {
            push(&mut out, format_args!("{:width$}{line}\n", "", width = name.len() + 6));
        }
    }
    out
}

/// A diff in colours, each line behind `indent`; its text is made harmless here.
pub fn diff(diff: &str, indent: &str) -> String {
    let mut out = String::new();
    for line in diff.lines() {
        let shown = visible(line.trim_end_matches('\r'));
        let style = line_style(line);
        push(&mut out, format_args!("{indent}{style}{shown}{style:#}\n"));
    }
    out
}

fn line_style(line: &str) -> Style {
    if line.starts_with("diff --git ") || line.starts_with("--- ") || line.starts_with("+++ ") {
        return STRONG;
    }
    match line.as_bytes().first() {
        Some(b'+') => AnsiColor::Green.on_default(),
        Some(b'-') => AnsiColor::Red.on_default(),
        Some(b'@') => AnsiColor::Cyan.on_default(),
        _ => Style::new(),
    }
}

/// Appends to a text that is being written.
pub(in crate::report) fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a string takes every text");
}

/// `1 test`, `2 tests`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n as u64), if n == 1 { one } else { many })
}

/// A number as people read it: `12,345`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `text` in at most `width` columns.
pub(super) fn cut(text: &str, width: usize, is_unicode: bool) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let end = if is_unicode { "…" } else { "..." };
    let kept = width.saturating_sub(end.chars().count());
    text.chars().take(kept).chain(end.chars()).collect()
}

/// `text` with its long lines broken at blanks, so that none is wider than `width` but for a long word. What stands between backticks,
/// which may be a command to copy, stays in one piece.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| if line.chars().count() > width { broken(line, width) } else { line.to_owned() }).collect();
    lines.join("\n")
}

fn broken(line: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    // A backtick without its twin opens nothing.
    let has_code = line.matches('`').count().is_multiple_of(2);
    let mut is_code = false;
    let mut word = String::new();
    for c in line.chars().chain([' ']) {
        is_code ^= has_code && c == '`';
        if c != ' ' || is_code {
            word.push(c);
            continue;
        }
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            column = 0;
        } else if !out.is_empty() {
            out.push(' ');
            column += 1;
        }
        out += &word;
        column += length;
        word.clear();
    }
    out
}

/// The first `most` of `names`, and how many more there are.
pub(super) fn shortened<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize) -> String {
    let n_more = names.len().saturating_sub(most);
    let mut shown = names.take(most).collect::<Vec<_>>().join(", ");
    if n_more > 0 {
        push(&mut shown, format_args!(" and {n_more} more"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_of_a_hostile_file_moves_no_cursor() {
        let shown = diff("--- a/x\n+\u{1b}[2Jboo\r\n", "  ");
        assert!(shown.contains("+\\u{1b}[2Jboo"), "{shown:?}");
        assert!(!shown.contains('\r'));
    }

    #[test]
    fn numbers_and_lines_fit_the_eye() {
        assert_eq!([grouped(7), grouped(1234), grouped(1_234_567)], ["7", "1,234", "1,234,567"]);
        assert_eq!([cut("abcdef", 6, true), cut("abcdefg", 6, true), cut("abcdefg", 6, false)], ["abcdef", "abcde…", "abc..."]);
        assert_eq!(wrapped("one two three\nfour", 8), "one two\nthree\nfour");
        assert_eq!(wrapped("run `a b c d e` now, then more", 10), "run\n`a b c d e`\nnow, then\nmore");
        assert_eq!(wrapped("an `open end of a line", 10), "an `open\nend of a\nline");
    }

    #[test]
    fn long_lists_say_how_much_is_left_out() {
        assert_eq!(shortened(["a", "b", "c"].into_iter(), 2), "a, b and 1 more");
        assert_eq!(shortened(["a"].into_iter(), 2), "a");
    }
}
