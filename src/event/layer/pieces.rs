//! Pieces that belong to one line or to none: the name of an exception that a logger in place of stderr got in three writes (`app.errors`, `.`, `Odd`),
//! the note that Ray puts behind a line that several workers printed, and whatever else ends each line of a traceback (`: source="airflow"`).
//!
//! Source: `PyErr_Display` of CPython 3.8 to 3.12; Ray, `python/ray/_private/ray_logging`, `LogDeduplicator`.

use std::borrow::Cow;

use super::Layer;
use crate::event::line::{Line, Needle};

/// `app.errors`, `.`, `Odd`, `:` on a line each.
pub(super) struct DottedName;

/// ` [repeated 3x across cluster]` at the end of a line.
pub(super) struct Repetition;

/// What stands behind a header, again behind the lines after it.
pub(super) struct Trailer;

static REPEATED: Needle = Needle::new(" [repeated ");
static HEADER: Needle = Needle::new("Traceback (most recent call last):");
/// A traceback is not longer than this.
const LONGEST: usize = 400;
/// Lines without the trailer that may stand in between.
const GAP: usize = 2;

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
            let Some(end) = REPEATED.find(&line.text).filter(|at| line.text[*at..].contains("x across cluster]")) else { continue };
            truncate(&mut line.text, end);
            has_changed = true;
        }
        has_changed
    }
}

impl Layer for Trailer {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for at in 0..lines.len() {
            let Some(trailer) = trailer(lines, at) else { continue };
            let mut gap = 0;
            for line in lines[at..].iter_mut().take(LONGEST) {
                match line.text.trim_end().strip_suffix(&trailer).map(|text| text.trim_end().len()) {
                    Some(end) => {
                        truncate(&mut line.text, end);
                        (gap, has_changed) = (0, true);
                    }
                    None if gap < GAP => gap += 1,
                    None => break,
                }
            }
        }
        has_changed
    }
}

/// What stands behind the header in `lines[at]` and ends the next line, too.
fn trailer(lines: &[Line<'_>], at: usize) -> Option<String> {
    let text = lines[at].text.trim_end();
    if text.ends_with("last):") {
        return None;
    }
    let trailer = text[HEADER.find(text)? + "Traceback (most recent call last):".len()..].trim_start();
    let is_short = trailer.len() <= 200 && !trailer.contains('\\');
    (is_short && lines.get(at + 1)?.text.trim_end().ends_with(trailer)).then(|| trailer.to_owned())
}

fn truncate(text: &mut Cow<'_, str>, end: usize) {
    match text {
        Cow::Borrowed(text) => *text = &text[..end],
        Cow::Owned(text) => text.truncate(end),
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
    fn what_ends_every_line_goes() {
        let header = "Traceback (most recent call last):";
        check(
            &Trailer,
            &[&format!("{header}: source=\"a.b\""), "  File \"x\", line 1, in f: source=\"a.b\"", "KeyError: 1: source=\"a.b\"", "x"],
            &[header, "  File \"x\", line 1, in f", "KeyError: 1", "x"],
        );
        check(&Trailer, &[&format!("{header}    ║"), "  File \"x\"       ║"], &[header, "  File \"x\""]);
        check(&Trailer, &[&format!("{header} x"), "  File \"y\""], &[&format!("{header} x"), "  File \"y\""]);
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
