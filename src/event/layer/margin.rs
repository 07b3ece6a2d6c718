//! The quote marks of mail and markdown before each line (`> `), the marks of comments, and bare bars.

use super::Layer;
use crate::event::line::Line;

/// `> ` before several lines in a row.
pub(super) struct Quote;

/// So many lines in a row make a quotation; loguru and pytest mark single lines with the same sign.
const RUN: usize = 3;

impl Layer for Quote {
    fn is_general(&self) -> bool {
        true
    }

    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for run in lines.chunk_by_mut(|a, b| is_quoted(a) == is_quoted(b)) {
            if run.len() < RUN || !is_quoted(&run[0]) {
                continue;
            }
            // Where one line has no blank behind the mark, the blanks of the others are their own.
            let has_blank = run.iter().all(|line| matches!(line.text.as_bytes().get(1), None | Some(b' ')));
            for line in run.iter_mut() {
                let n = if has_blank { 2 } else { 1 };
                line.cut(n.min(line.text.len()));
            }
            has_changed = true;
        }
        has_changed
    }
}

fn is_quoted(line: &Line<'_>) -> bool {
    line.text.starts_with('>') && !line.text.starts_with(">>>")
}

/// `# ` before every line of a log: somebody pasted it into a file of notes. In source code other lines stand between the comments.
pub(super) struct Comment;

impl Layer for Comment {
    fn is_general(&self) -> bool {
        true
    }

    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        if lines.len() < RUN || lines[0].no > 2 {
            return false;
        }
        let Some(mark) = ["#", "//"].into_iter().find(|mark| lines[0].text.starts_with(mark)) else { return false };
        let own = |line: &Line<'_>| line.text.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let opens = |line: &Line<'_>| {
            let inner = line.text.trim_start_matches(['#', '/', ' ']);
            OPENINGS.iter().any(|opening| inner.starts_with(opening))
        };
        if !lines.iter().all(|line| own(line) || line.text.trim().is_empty()) || !lines.iter().any(opens) {
            return false;
        }
        for line in lines.iter_mut() {
            line.cut((mark.len() + 1).min(line.text.len()));
        }
        true
    }
}

/// `  | ` before every line, as some tools show what another one printed.
pub(super) struct Bar;

/// What a failure begins with; none of it stands behind the bars that Python and rustc draw, but a leaf's header.
const OPENINGS: &[&str] = &["Traceback (most recent call last):", "error[E", "error: ", "thread '"];

impl Layer for Bar {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        let mut at = 0;
        while at < lines.len() {
            let Some(width) = bar(&lines[at].text) else {
                at += 1;
                continue;
            };
            let n = lines[at..].iter().take_while(|line| bar(&line.text) == Some(width)).count();
            let is_group = |line: &Line<'_>| line.text.contains("+-") || line.text.contains("+ Exception Group");
            let is_drawn = lines[at.saturating_sub(1)..at].iter().chain(lines.get(at + n)).any(is_group);
            let opens = |line: &Line<'_>| OPENINGS.iter().any(|opening| line.text[width..].trim_start_matches(' ').starts_with(opening));
            if n > RUN && !is_drawn && lines[at..at + n].iter().any(opens) {
                for line in &mut lines[at..at + n] {
                    let n_blanks = usize::from(line.text[width..].starts_with(' '));
                    line.cut(width + n_blanks);
                }
                has_changed = true;
            }
            at += n;
        }
        has_changed
    }
}

/// The blanks before a bar, and the bar.
fn bar(text: &str) -> Option<usize> {
    let indent = text.len() - text.trim_start_matches(' ').len();
    text[indent..].starts_with('|').then_some(indent + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        Quote.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
    }

    fn check_bar(before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        Bar.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
    }

    #[test]
    fn bars_go_and_those_of_python_and_rustc_stay() {
        let header = "  | Traceback (most recent call last):";
        check_bar(&["x", "  | a", header, "  |   File", "  |"], &["x", "a", &header[4..], "  File", ""]);
        let group = ["    +-+---------------- 1 ----------------", header, "  |   File", "  |     g()", "  | E: 1", "  +---"];
        check_bar(&group, &group);
        let gutter = ["  |", "  | ^^^ error", "  | |", "  | help", "  = note"];
        check_bar(&gutter, &gutter);
    }

    #[test]
    fn quotations_go_and_single_marks_stay() {
        check(&["> a", ">", ">   b"], &["a", "", "  b"]);
        check(&[">a", ">  b", ">c"], &["a", "  b", "c"]);
        check(&["> File \"x\"", "    y", ">>> 1", ">>> 2", ">>> 3"], &["> File \"x\"", "    y", ">>> 1", ">>> 2", ">>> 3"]);
    }
}
