//! What a program printed behind a progress bar without a new line: `Building [===>  ] 3/10: aerror[E0308]: ...`.
//!
//! Tracebacks and panics are found wherever they stand in a line; a compiler's error is one only at the start.

use super::Layer;
use crate::event::line::{Line, Needle};

/// An error behind a progress bar or many blanks.
pub(super) struct Glued;

static CODE: Needle = Needle::new("error[E");
static PLAIN: Needle = Needle::new("error: ");
/// So many blanks are the rest of a line that was wiped out.
const WIPED: usize = 24;

impl Layer for Glued {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            // Bars and counters have one of these signs.
            let Some(at) = CODE.find(&line.text).or_else(|| PLAIN.find(&line.text)).filter(|at| *at >= 4) else { continue };
            if is_progress(&line.text[..at]) {
                line.cut(at);
                has_changed = true;
            }
        }
        has_changed
    }
}

/// Whether `text` is a progress bar, or was wiped out.
fn is_progress(text: &str) -> bool {
    let is_bar = (text.contains("[=") || text.contains("[>") || text.contains("[#")) && text.contains(']') && text.contains('/');
    let is_tqdm = text.contains("%|") && text.contains("| ");
    let is_wiped = text.len() - text.trim_end_matches(' ').len() >= WIPED && !text.trim_end().ends_with(['|', '=']);
    is_bar || is_tqdm || is_wiped || text.ends_with("it/s]") || text.ends_with("s/it]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_behind_a_bar_stands_alone_and_other_errors_stay() {
        for (before, after) in [
            ("    Building [====>    ] 3/10: syn, quoteerror[E0308]: x", "error[E0308]: x"),
            (" 50%|█████     | 5/10 [00:01<00:02]error: x", "error: x"),
            ("12it [00:01, 9.3it/s]error: x", "error: x"),
            ("src/main.rs:3:5: error[E0308]: x", "src/main.rs:3:5: error[E0308]: x"),
            ("note: it says `error: x`", "note: it says `error: x`"),
            ("12 |                                 error: x", "12 |                                 error: x"),
            ("  error: x", "  error: x"),
        ] {
            let mut lines = vec![Line::new(before, 1)];
            assert_eq!(Glued.peel(&mut lines), before != after);
            assert_eq!(lines[0].text, after);
        }
        let wiped = format!("   Compiling x{}error: y", " ".repeat(60));
        let mut lines = vec![Line::new(wiped.as_str(), 1)];
        assert!(Glued.peel(&mut lines));
        assert_eq!(lines[0].text, "error: y");
    }
}
