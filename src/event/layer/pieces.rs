//! Pieces that belong to one line: the name of an exception that a logger in place of stderr got in three writes (`app.errors`, `.`, `Odd`),
//! and the note that Ray puts behind a line that several workers printed.
//!
//! Source: `PyErr_Display` of CPython 3.8 to 3.12; Ray, `python/ray/_private/ray_logging`, `LogDeduplicator`.

use std::borrow::Cow;

use super::Layer;
use crate::event::line::Line;

/// `app.errors`, `.`, `Odd`, `:` on a line each.
pub(super) struct DottedName;

/// ` [repeated 3x across cluster]` at the end of a line.
pub(super) struct Repetition;

impl Layer for DottedName {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for at in 1..lines.len().saturating_sub(2) {
            let is_dot = lines[at].text.len() < 8 && lines[at].text.trim() == ".";
            if !is_dot || !lines[at + 2].text.trim_start().starts_with(':') {
                continue;
            }
            let (module, name) = (lines[at - 1].text.trim(), lines[at + 1].text.trim());
            if is_name(module) && is_name(name) && lines[at - 1].speaker == lines[at + 1].speaker {
                let text = format!("{module}.{name}");
                lines[at - 1].text = Cow::Owned(text);
                (lines[at].no, lines[at + 1].no) = (0, 0);
                has_changed = true;
            }
        }
        if has_changed {
            lines.retain(|line| line.no != 0);
        }
        has_changed
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

impl Layer for Repetition {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut().filter(|line| line.text.ends_with([']', ')'])) {
            let Some(end) = line.text.rfind(" [repeated ").filter(|at| line.text[*at..].contains("x across cluster]")) else { continue };
            match &mut line.text {
                Cow::Borrowed(text) => *text = &text[..end],
                Cow::Owned(text) => text.truncate(end),
            }
            has_changed = true;
        }
        has_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(layer: &dyn Layer, before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        layer.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
        assert!(!layer.peel(&mut lines));
    }

    #[test]
    fn a_name_in_pieces_is_one() {
        check(&DottedName, &["x", "app.errors", ".", "Odd", ": ", "bad"], &["x", "app.errors.Odd", ": ", "bad"]);
        check(&DottedName, &["a sentence", ".", "Odd", ":"], &["a sentence", ".", "Odd", ":"]);
        check(&DottedName, &["a", ".", "b"], &["a", ".", "b"]);
    }

    #[test]
    fn the_note_of_ray_goes() {
        check(
            &Repetition,
            &["  File \"x\" [repeated 3x across cluster]", "x [repeated 3x across cluster] (Ray deduplicates logs)", "[repeated x]"],
            &["  File \"x\"", "x", "[repeated x]"],
        );
    }
}
