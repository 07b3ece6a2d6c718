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
    format!("{n} {}", if n == 1 { one } else { many })
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
    fn long_lists_say_how_much_is_left_out() {
        assert_eq!(shortened(["a", "b", "c"].into_iter(), 2), "a, b and 1 more");
        assert_eq!(shortened(["a"].into_iter(), 2), "a");
    }
}
