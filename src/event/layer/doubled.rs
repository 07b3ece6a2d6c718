//! The empty line behind each line that some viewers of logs add when a page is copied.

use super::Layer;
use crate::event::line::Line;

/// An empty line behind every line.
pub(super) struct Doubled;

/// So many pairs in a row are no accident.
const PAIRS: usize = 8;

impl Layer for Doubled {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut is_kept = vec![true; lines.len()];
        let mut at = 0;
        while at + 1 < lines.len() {
            if lines[at].text.is_empty() || !lines[at + 1].text.is_empty() {
                at += 1;
                continue;
            }
            let n_pairs = lines[at..].chunks_exact(2).take_while(|pair| pair[1].text.is_empty()).count();
            let pairs = || lines[at..at + 2 * n_pairs].chunks_exact(2);
            let n_full = pairs().filter(|pair| !pair[0].text.is_empty()).count();
            if n_full >= PAIRS && 2 * n_full > n_pairs {
                for n in 0..n_pairs {
                    is_kept[at + 2 * n + 1] = false;
                }
            }
            at += 2 * n_pairs;
        }
        let has_changed = is_kept.iter().any(|is_kept| !is_kept);
        if has_changed {
            let mut kept = is_kept.into_iter();
            lines.retain(|_| kept.next().unwrap_or(true));
        }
        has_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_double_lines_is_halved_and_paragraphs_stay() {
        let text = |doubled: &str| {
            let mut lines: Vec<Line<'_>> = doubled.split('\n').map(|text| Line::new(text, 1)).collect();
            Doubled.peel(&mut lines);
            lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>().join("\n")
        };
        let page = "x\ny\n\nz\n1\n2\n3\n4\n5\n6";
        assert_eq!(text(&page.replace('\n', "\n\n")), page);
        let paragraphs = "a\n\nb\n\nc\nd\ne\n\nf";
        assert_eq!(text(paragraphs), paragraphs);
    }
}
