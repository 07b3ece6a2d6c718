//! The quote marks of mail and markdown before each line: `> `.

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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        Quote.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
    }

    #[test]
    fn quotations_go_and_single_marks_stay() {
        check(&["> a", ">", ">   b"], &["a", "", "  b"]);
        check(&[">a", ">  b", ">c"], &["a", "  b", "c"]);
        check(&["> File \"x\"", "    y", ">>> 1", ">>> 2", ">>> 3"], &["> File \"x\"", "    y", ">>> 1", ">>> 2", ">>> 3"]);
    }
}
