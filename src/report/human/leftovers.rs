//! What is no incident: error lines that nobody could place, what was left out, and what there was no room for.

use super::Human;
use super::paint::{DOUBT, FAINT, cut, grouped, push, wrapped};
use crate::redact::visible;
use crate::report::{Analysis, UnexplainedReport};

/// Shapes of unexplained lines that are shown.
const MOST_UNEXPLAINED: usize = 5;
/// Rows of the terminal for each of them.
const MOST_ROWS: usize = 3;

impl Human<'_> {
    /// The rare ones first: what happens often is seldom what went wrong.
    pub(super) fn leftovers(&self, analysis: &Analysis) -> String {
        let mut out = String::new();
        let mut unexplained: Vec<&UnexplainedReport> = analysis.unexplained.iter().collect();
        unexplained.sort_by_key(|lines| (lines.count, lines.first_line));
        if !unexplained.is_empty() {
            push(&mut out, format_args!("{DOUBT}error lines that belong to no known failure{DOUBT:#}, the rare ones first:\n"));
            for lines in unexplained.iter().take(MOST_UNEXPLAINED) {
                let room = self.width.saturating_sub(4);
                let said = wrapped(&cut(&said(lines), room * MOST_ROWS, self.is_unicode), room);
                push(&mut out, format_args!("  {}\n", said.replace('\n', "\n    ")));
                if let Some(advice) = lines.advice.first() {
                    push(&mut out, format_args!("    {FAINT}{}{FAINT:#}\n", wrapped(&advice.text, room).replace('\n', "\n    ")));
                }
            }
            if let Some(n_more) = unexplained.len().checked_sub(MOST_UNEXPLAINED).filter(|&n| n > 0) {
                push(
                    &mut out,
                    format_args!("  {FAINT}and {} more shapes: `--format json` has them all{FAINT:#}\n", grouped(n_more as u64)),
                );
            }
            out.push('\n');
        }
        for left in &analysis.skipped {
            let n = grouped(u64::from(left.count));
            let is_lines = !left.reason.starts_with("incidents");
            let what = match (is_lines, left.count) {
                (false, _) => String::new(),
                (true, 1) => " line:".to_owned(),
                (true, _) => " lines:".to_owned(),
            };
            let from = if left.first_line > 0 { format!(" (from line {})", left.first_line) } else { String::new() };
            push(&mut out, format_args!("{FAINT}left out: {n}{what} {}{from}{FAINT:#}\n", visible(&left.reason)));
        }
        if let Some(overflow) = analysis.overflow {
            let shown = grouped(analysis.events.len() as u64);
            let all = rounded(overflow.distinct + analysis.events.len() as u64);
            push(&mut out, format_args!("{DOUBT}about {all} different failures{DOUBT:#}, too many to keep: {shown} are told apart,\n"));
            push(&mut out, format_args!("{} prints of the others were only counted\n", grouped(overflow.prints)));
        }
        out
    }
}

fn said(lines: &UnexplainedReport) -> String {
    // One line is told as it is; of several, what they share.
    let text = if lines.count == 1 && !lines.example.is_empty() { &lines.example } else { &lines.template };
    let place = if lines.count == 1 {
        format!("line {}", lines.first_line)
    } else {
        format!("{}x, lines {} to {}", grouped(u64::from(lines.count)), lines.first_line, lines.last_line)
    };
    format!("{place}: {}", visible(text.trim()).replace('\n', " "))
}

/// An estimate with as many digits as it deserves: `1.2 million`.
fn rounded(n: u64) -> String {
    match n {
        0..10_000 => grouped(n),
        10_000..1_000_000 => format!("{},000", n / 1000),
        _ => format!("{}.{} million", n / 1_000_000, n % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{OverflowReport, SkippedReport};

    fn shown(analysis: &Analysis) -> String {
        let human = Human { sources: &|_| None, width: 80, log: None, is_unicode: true };
        anstream::adapter::strip_str(&human.leftovers(analysis)).to_string()
    }

    #[test]
    fn the_rare_error_lines_come_first() {
        let lines = |template: &str, count: u32, first_line: u32| UnexplainedReport {
            template: template.to_owned(),
            count,
            first_line,
            last_line: first_line + count - 1,
            example: template.replace("<*>", "7"),
            advice: Vec::new(),
        };
        let mut unexplained = vec![lines("pool <*> is empty", 1200, 3), lines("disk <*> is full", 1, 900)];
        insta::assert_snapshot!(shown(&Analysis { unexplained: unexplained.clone(), ..Analysis::default() }), @r"
        error lines that belong to no known failure, the rare ones first:
          line 900: disk 7 is full
          1,200x, lines 3 to 1202: pool <*> is empty
        ");
        unexplained.extend((0..6).map(|n| lines("x", 2, n + 10)));
        let shown = shown(&Analysis { unexplained, ..Analysis::default() });
        assert!(shown.contains("  and 3 more shapes: `--format json` has them all\n"), "{shown}");
    }

    #[test]
    fn what_is_missing_is_said_in_words() {
        let overflow = Some(OverflowReport { prints: 5_400_000, distinct: 1_234_567, approximate: true });
        let skipped = vec![SkippedReport { reason: "a very long line was cut".to_owned(), count: 2, first_line: 7 }];
        insta::assert_snapshot!(shown(&Analysis { skipped, overflow, ..Analysis::default() }), @r"
        left out: 2 lines: a very long line was cut (from line 7)
        about 1.2 million different failures, too many to keep: 0 are told apart,
        5,400,000 prints of the others were only counted
        ");
    }
}
