//! The box that a terminal program, a chat or a table draws round a log: a bar before and behind each line, padded to one width.
//!
//! Bars may have come through a wrong code page (`â”‚`, `Ôöé`). A traceback that rich draws in a box of its own stays: its lines have another form.

use super::Layer;
use crate::event::line::Line;

/// `│ Traceback (most recent call last): │`.
pub(super) struct Boxed;

/// So many lines in a row make a box.
const RUN: usize = 3;
/// The vertical bar, also as UTF-8 that was read as Windows-1252 or code page 850.
const BARS: &[&str] = &["│", "┃", "║", "|", "â”‚", "â”ƒ", "â•‘", "Ôöé", "Ôöâ", "Ôòæ"];
/// What a failure in the box begins with.
const SIGNS: &[&str] = &["Traceback (most recent call last):", "File \"", "thread '", "panicked at ", "error[E"];

impl Layer for Boxed {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        let mut at = 0;
        while at < lines.len() {
            let Some((bar, ..)) = inner(&lines[at].text) else {
                at += 1;
                continue;
            };
            let n = lines[at..].iter().take_while(|line| inner(&line.text).is_some_and(|(own, ..)| own == bar)).count();
            let run = &mut lines[at..at + n];
            if n >= RUN && run.iter().any(has_sign) {
                run.iter_mut().for_each(unbox);
                has_changed = true;
            }
            at += n;
        }
        has_changed
    }
}

/// The bar on both sides of `text`, and where the text between begins and ends.
fn inner(text: &str) -> Option<(&'static str, usize, usize)> {
    let own = text.trim_matches(' ');
    if !matches!(own.as_bytes().first(), Some(b'|' | 0x80..)) {
        return None;
    }
    let indent = text.len() - text.trim_start_matches(' ').len();
    let bar = *BARS.iter().find(|bar| own.starts_with(**bar))?;
    let is_box = own.len() > 2 * bar.len() + 1 && own.ends_with(bar) && own[bar.len()..].starts_with(' ');
    is_box.then(|| (bar, indent + bar.len() + 1, indent + own.len() - bar.len()))
}

fn has_sign(line: &Line<'_>) -> bool {
    let Some((_, start, end)) = inner(&line.text) else { return false };
    let text = line.text.get(start..end).unwrap_or_default().trim_start();
    SIGNS.iter().any(|sign| text.starts_with(sign))
}

/// Takes the bars off, and the blanks that pad the line.
fn unbox(line: &mut Line<'_>) {
    let Some((_, start, end)) = inner(&line.text).filter(|(_, start, end)| start <= end) else { return };
    let end = line.text[..end].trim_end_matches(' ').len().max(start);
    line.text = line.text[start..end].to_owned().into();
}

#[cfg(test)]
mod tests {
    use super::BARS;
    use crate::event::read::outline;

    const TRACE: &[&str] = &["Traceback (most recent call last):", "  File \"x.py\", line 3, in f", "    g()", "KeyError: 'a'", ""];

    #[test]
    fn a_box_goes_whatever_draws_it() {
        for bar in BARS {
            let text = TRACE.iter().map(|line| format!("  {bar} {line:60} {bar}\n")).collect::<Vec<_>>().concat();
            assert_eq!(outline(&text), ["KeyError: 'a' @ x.py:3 f"], "{text}");
        }
    }

    #[test]
    fn a_table_and_a_drawing_stay() {
        assert_eq!(outline("| name | File \"x.py\" |\n| --- | --- |\n| a | KeyError: b |\n"), [""; 0]);
        assert_eq!(
            outline("error[E0308]: mismatched types\n --> src/main.rs:4:5\n  |\n4 |     f(|x| x |\n  |     ^\n"),
            ["E0308: mismatched types @ src/main.rs:4"]
        );
    }
}
