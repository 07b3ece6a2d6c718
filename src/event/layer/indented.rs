//! The indent that a page or a list gives to a whole report of a test runner; tracebacks, panics and diagnostics are read at any indent.

use super::Layer;
use crate::event::line::{Line, indent_of, is_blank};

/// `    ==== FAILURES ====` and the lines round it.
pub(super) struct Indented;

/// Runners draw their rules at the margin, and wider than this.
const RULE: usize = 20;

impl Layer for Indented {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        let mut at = 0;
        while at < lines.len() {
            let indent = indent_of(&lines[at].text);
            if indent == 0 || !is_rule(&lines[at].text[indent..]) {
                at += 1;
                continue;
            }
            let is_inside = |line: &Line<'_>| is_blank(&line.text) || indent_of(&line.text) >= indent;
            let first = at - lines[..at].iter().rev().take_while(|line| is_inside(line)).count();
            let end = at + lines[at..].iter().take_while(|line| is_inside(line)).count();
            // Who writes a directive of reStructuredText writes documentation: the report is only shown.
            let is_shown = first.checked_sub(1).is_some_and(|above| lines[above].text.trim_start().starts_with(".. code"));
            for line in &mut lines[first..end] {
                let n = if is_shown { line.text.len() } else { indent.min(line.text.len()) };
                line.cut(n);
            }
            has_changed = true;
            at = end;
        }
        has_changed
    }
}

/// Whether `text` is a rule of pytest or unittest, with or without a title.
fn is_rule(text: &str) -> bool {
    let text = text.trim_end();
    text.starts_with("=====") && text.ends_with('=') && text.bytes().filter(|byte| *byte == b'=').count() >= RULE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_comes_to_the_margin_and_other_indents_stay() {
        let rule = "=".repeat(30);
        let texts = ["a", "    b", &format!("    {rule}"), "      c", "", "    d", "  e", "    f"];
        let mut lines: Vec<Line<'_>> = texts.iter().map(|text| Line::new(*text, 1)).collect();
        assert!(Indented.peel(&mut lines));
        let after: Vec<&str> = lines.iter().map(|line| line.text.as_ref()).collect();
        assert_eq!(after, ["a", "b", &rule, "  c", "", "d", "  e", "    f"]);
        assert!(!Indented.peel(&mut lines));
    }

    #[test]
    fn a_report_under_a_directive_is_only_shown() {
        let rule = "=".repeat(30);
        let texts = [".. code-block:: pytest", "", "    $ pytest", &format!("    {rule}"), "    E  assert 1 == 2", "", "Done."];
        let mut lines: Vec<Line<'_>> = texts.iter().map(|text| Line::new(*text, 1)).collect();
        assert!(Indented.peel(&mut lines));
        let after: Vec<&str> = lines.iter().map(|line| line.text.as_ref()).collect();
        assert_eq!(after, [".. code-block:: pytest", "", "", "", "", "", "Done."]);
    }
}
