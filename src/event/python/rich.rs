//! Reads the boxes that rich draws round tracebacks: `│ /app/x.py:12 in f │`, the source with `❱`, tables of locals, boxes in boxes.
//!
//! The bars may be of ASCII, broken by a wrong encoding, or lost; the top or the bottom may be cut off. The exception itself stands below
//! the box.
//!
//! Source: rich 14, `rich/traceback.py`, `Traceback.__rich_console__` and `_render_stack`.

use std::borrow::Cow;

use super::frame::TITLE;
use crate::event::line::{Line, indent_of, is_blank, split_location, split_number, without_margin};
use crate::event::{Frame, Place};

/// A box taken off its content.
pub(super) struct Boxed<'t> {
    /// What stands in it, a line each, without bars and the blank beside them.
    pub(super) content: Vec<Line<'t>>,
    /// Blanks before its left side.
    pub(super) indent: usize,
    /// Its width in characters, with the blanks before it.
    pub(super) width: usize,
    /// The first line behind it.
    pub(super) end: usize,
}

/// A box is not longer than this: a deep stack with locals.
const LONGEST: usize = 4000;
const BARS: &[&str] = &["│", "┃", "|", "â”‚"];
const TOPS: &[&str] = &["╭", "┌", "┏", "+-", "â•\u{ad}"];
const BOTTOMS: &[&str] = &["╰", "└", "┗", "+-", "â•°", RULE];
/// Streamlit's boxes have no sides.
const RULE: &str = "─";
/// Marks the line of an entry.
const ARROW: &str = "❱";
/// The arrow as it stands in every box; the search wants four bytes.
pub(super) const HINT: &str = "❱ ";

/// Whether a box with `title` begins with `text`.
pub(super) fn is_top(text: &str, title: &str) -> bool {
    let text = text.trim();
    let Some((left, right)) = text.split_once(title) else { return false };
    if title.is_empty() {
        return TOPS.iter().any(|top| text.starts_with(top)) && !text.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    }
    let is_border =
        |side: &str| !side.is_empty() && !side.bytes().any(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'"' | b'\''));
    let right = right.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '#'));
    (left.starts_with(RULE) || TOPS.iter().any(|top| left.starts_with(top))) && is_border(left) && (right.is_empty() || is_border(right))
}

/// The box whose top is `lines[at]`.
pub(super) fn unbox<'t>(lines: &[Line<'t>], at: usize, title: &str) -> Option<Boxed<'t>> {
    let top = &lines.get(at)?.text;
    if !is_top(top, title) {
        return None;
    }
    let indent = indent_of(top);
    let (content, end) = content(lines, at + 1, indent);
    let width = top.trim_end().chars().count();
    // Where the corners of a box without sides would be, blanks may stand.
    let n_blanks = usize::from(indent == 1 && top[indent..].starts_with(RULE));
    Some(Boxed { content, indent: indent - n_blanks, width: width + n_blanks, end })
}

/// The rest of a box whose top was cut off, if `lines[at]` shows the arrow in it, and the line at which that rest begins.
pub(super) fn unbox_rest<'t>(lines: &[Line<'t>], at: usize) -> Option<(Boxed<'t>, usize)> {
    let has_bar = |line: &Line<'_>| BARS.iter().any(|bar| line.text.trim_start().starts_with(bar));
    let line = lines.get(at).filter(|line| line.text.contains(ARROW) && has_bar(line))?;
    let begin = at - lines[at.saturating_sub(80)..at].iter().rev().take_while(|line| has_bar(line)).count();
    let indent = indent_of(&line.text);
    let (content, end) = content(lines, begin, indent);
    Some((Boxed { content, indent, width: line.text.trim_end().chars().count(), end }, begin))
}

fn content<'t>(lines: &[Line<'t>], begin: usize, indent: usize) -> (Vec<Line<'t>>, usize) {
    let has_bars = lines.get(begin).is_some_and(|line| BARS.iter().any(|bar| line.text.trim_start().starts_with(bar)));
    let mut content = Vec::new();
    let mut at = begin;
    while let Some(line) = lines.get(at).filter(|_| at < begin + LONGEST) {
        let text = line.text.trim_end();
        let own = indent_of(text);
        if own == indent && BOTTOMS.iter().any(|bottom| text[own..].starts_with(bottom)) && !text.contains(TITLE) {
            return (content, at + 1);
        }
        match BARS.iter().find_map(|bar| text[own..].strip_prefix(bar)) {
            Some(rest) if own >= indent => {
                let rest = BARS.iter().find_map(|bar| rest.strip_suffix(bar)).unwrap_or(rest);
                let rest = rest.strip_prefix(' ').unwrap_or(rest);
                let rest = rest.strip_suffix(' ').unwrap_or(rest);
                content.push(Line { text: Cow::Owned(rest.to_owned()), ..line.clone() });
            }
            _ if !has_bars
                && (own > indent || is_blank(text) || location(text.trim()).is_some() || text.trim_start().starts_with(ARROW)) =>
            {
                content.push(Line { text: Cow::Owned(without_margin(text, indent + 2).to_owned()), ..line.clone() });
            }
            _ => break,
        }
        at += 1;
    }
    (content, at)
}

/// The entries that a box shows, outermost first.
pub(super) fn frames(page: &Boxed<'_>) -> Vec<Frame> {
    let content = &page.content;
    let n_columns = page.width.saturating_sub(page.indent + 4);
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = 0;
    while at < content.len() {
        let text = content[at].text.as_ref();
        if let Some((place, n)) = header(&content[at..], n_columns) {
            frames.push(Frame { place, ..Frame::default() });
            at += n;
            continue;
        }
        if let Some(source) = text.trim_start().strip_prefix(ARROW).and_then(|rest| split_number(rest.trim_start()))
            && let Some(frame) = frames.last_mut()
        {
            frame.source = Some(source.1.replace('│', " ").trim().to_owned());
        }
        at += 1;
    }
    frames
}

/// The place that an entry begins with and its lines: a long one is folded at the width of the box.
fn header(content: &[Line<'_>], n_columns: usize) -> Option<(Place, usize)> {
    const LINES: usize = 6;
    // Source and tables of locals are indented or drawn.
    let is_part =
        |line: &&Line<'_>| line.text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '~' | '<' | '.' | '\\' | '_'));
    let mut text = String::new();
    let mut n = 0;
    for line in content.iter().take(LINES).take_while(is_part) {
        let part = line.text.trim_end();
        text.push_str(part);
        // A line that is not full was folded between words.
        if part.chars().count() < n_columns || text.ends_with(" in") {
            text.push(' ');
        }
        n += 1;
    }
    location(text.trim_end()).map(|place| (place, n))
}

/// `/app/x.py:12 in f`, or `in f:12` where rich could not find the file; a syntax error's place has no function.
pub(super) fn location(text: &str) -> Option<Place> {
    if let Some((function, line, None)) = text.strip_prefix("in ").and_then(split_location) {
        return Some(Place { file: String::new(), line: Some(line), column: None, function: Some(function.to_owned()) });
    }
    let place = |file: &str, line, function: Option<&str>| {
        (!file.is_empty()).then(|| Place { file: file.to_owned(), line: Some(line), column: None, function: function.map(str::to_owned) })
    };
    for (at, _) in text.match_indices(" in ") {
        if let Some((file, line, None)) = split_location(&text[..at]) {
            return place(file, line, Some(text[at + 4..].trim()));
        }
    }
    match split_location(text) {
        Some((file, line, None)) if file.contains(['/', '\\', '<', '.']) && !file.contains(' ') => place(file, line, None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    // Printed by rich 14, shortened.
    const BOX: &str = r#"╭──────────────────── Traceback (most recent call last) ────────────────────╮
│ /home/me/app/long_directory_name/another_long_directory/and one with blan │
│ ks/helper_module.py:6 in                                                  │
│ wrap                                                                      │
│                                                                           │
│   5 │   try:                                                              │
│ ❱ 6 │   │   return load(d, "a")                                           │
│                                                                           │
│ ╭─── locals ───╮                                                          │
│ │ d = {'b': 1} │                                                          │
│ ╰──────────────╯                                                          │
│                                                                           │
│ /home/me/app/helper.py:2 in load                                          │
│                                                                           │
│   1 def load(d, key):                                                     │
│ ❱ 2 │   return d[key]                                                     │
╰───────────────────────────────────────────────────────────────────────────╯
app.Odd: the key is not there, so that nothing could be loaded from the old
one
"#;
    const SEEN: &str = "app.Odd: the key is not there, so that nothing could be loaded from the old one @ /home/me/app/helper.py:2 load";

    #[test]
    fn a_box_is_read_with_folded_paths_and_messages() {
        check(BOX, &[SEEN]);
        let frames = &read(BOX.as_bytes()).events[0].frames;
        assert_eq!(frames[0].place.file, "/home/me/app/long_directory_name/another_long_directory/and one with blanks/helper_module.py");
        assert_eq!(frames[0].source.as_deref(), Some("return load(d, \"a\")"));
    }

    #[test]
    fn the_bars_may_be_of_any_kind_or_lost() {
        let ascii = BOX.replace('│', "|").replace(['╭', '╮', '╰', '╯'], "+").replace('─', "-").replace('❱', ">");
        check(&ascii, &[SEEN]);
        check(&BOX.replace('│', " "), &[SEEN]);
        let open = BOX.replace(['╭', '╮', '╰', '╯'], "─").replace("│ ", "  ").replace(" │", "  ");
        check(&open, &[SEEN]);
        check(&open.replace('\n', "\n\n"), &[SEEN]);
        let shifted = BOX.lines().map(|line| format!("                             {line}   \n")).collect::<Vec<_>>().concat();
        let ranked = BOX.lines().map(|line| format!("[rank0]: {line}\n")).collect::<Vec<_>>().concat();
        check(&ranked.replace("[rank0]: one", ""), &[SEEN.replace(" one ", " ").as_str()]);
        check(&format!("[11/22/26 03:06:48] ERROR    could not load\n{shifted}                    INFO     next\n"), &[SEEN]);
    }

    #[test]
    fn a_cut_box_says_what_it_can() {
        let lines: Vec<&str> = BOX.lines().collect();
        check(&lines[6..].join("\n"), &[SEEN]);
        check(&lines[..16].join("\n"), &["unknown:  @ /home/me/app/helper.py:2 load"]);
        check("❱ ls\n│ name │ value │\n│ ❱    │ 3     │\n", &[]);
    }

    // Printed by rich 14, shortened.
    #[test]
    fn a_group_is_a_box_with_boxes_below() {
        check(
            r"╭───────────────────── Traceback (most recent call last) ──────────────────────╮
│ /home/me/app/gr.py:9 in main                                                 │
╰──────────────────────────────────────────────────────────────────────────────╯
ExceptionGroup: grp (2 sub-exceptions)

╭────────────────────────────── Sub-exception #1 ──────────────────────────────╮
│ ╭─────────────────── Traceback (most recent call last) ────────────────────╮ │
│ │ /home/me/app/gr.py:3 in f                                                │ │
│ ╰──────────────────────────────────────────────────────────────────────────╯ │
│ ValueError: 3                                                                │
╰──────────────────────────────────────────────────────────────────────────────╯

╭────────────────────────────── Sub-exception #2 ──────────────────────────────╮
│ KeyError: 'k'                                                                │
╰──────────────────────────────────────────────────────────────────────────────╯
",
            &[
                "ExceptionGroup: grp (2 sub-exceptions) @ /home/me/app/gr.py:9 main",
                "ValueError: 3 @ /home/me/app/gr.py:3 f in 0",
                "KeyError: 'k' in 0",
            ],
        );
    }

    // Printed by rich 14, shortened.
    #[test]
    fn a_syntax_error_has_a_box_of_its_own() {
        check(
            r"╭───────────────────── Traceback (most recent call last) ──────────────────────╮
│ /home/me/app/run.py:2 in <module>                                            │
│                                                                              │
│ ❱ 2 import bad                                                               │
╰──────────────────────────────────────────────────────────────────────────────╯
╭──────────────────────────────────────────────────────────────────────────────╮
│  /home/me/app/bad.py:2                                                       │
│     if x                                                                     │
│         ▲                                                                    │
╰──────────────────────────────────────────────────────────────────────────────╯
SyntaxError: expected ':'
",
            &["SyntaxError: expected ':' @ /home/me/app/bad.py:2"],
        );
    }
}
