//! Line numbers that an editor, a pager, `cat -n`, `nl` or `grep -n` set before each line, with or without the name of the file.
//!
//! Numbers count up from line to line, and a failure stands behind them: rustc numbers its drawings too, and those stay.

use super::Layer;
use crate::event::line::{Line, split_number};

/// `    12  `, `12:`, `app.log-13-`.
pub(super) struct Numbered;

/// So many lines in a row make a numbered text.
const RUN: usize = 3;
/// A name and a number take no more than this.
const LONGEST: usize = 120;
/// What the first line of a failure begins with.
const SIGNS: &[&str] = &["Traceback (most recent call last):", "File \"", "thread '", "error[E", "panicked at "];

impl Layer for Numbered {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut at = 0;
        let mut has_changed = false;
        while at < lines.len() {
            if !counts_up(&lines[at..]) {
                at += 1;
                continue;
            }
            let run = run(&lines[at..]);
            if run.len() >= RUN && is_worth(&lines[at..], &run) {
                let gap = gap(&lines[at..], &run);
                for (line, (_, len)) in lines[at..].iter_mut().zip(&run) {
                    let n_blanks = line.text[*len..].bytes().take(gap).take_while(|byte| *byte == b' ').count();
                    line.cut(len + n_blanks);
                }
                has_changed = true;
            }
            at += run.len().max(1);
        }
        has_changed
    }
}

/// Whether the first two lines bear numbers that follow each other; few lines do.
fn counts_up(lines: &[Line<'_>]) -> bool {
    let [first, second, ..] = lines else { return false };
    let own = |line: &Line<'_>| line.text.bytes().find(|byte| *byte != b' ');
    match (own(first), own(second)) {
        (Some(b'0'..=b'9'), Some(b'0'..=b'9')) => {}
        (Some(one), Some(other)) if one == other => {}
        _ => return false,
    }
    let (Some((_, first, _)), Some((_, second, _))) = (prefix(&first.text), prefix(&second.text)) else { return false };
    first.checked_add(1) == Some(second)
}

/// Numbers and lengths of the prefixes of the lines that count up from the first one.
fn run(lines: &[Line<'_>]) -> Vec<(u32, usize)> {
    let mut run: Vec<(u32, usize)> = Vec::new();
    let Some((name, mut last, len)) = lines.first().and_then(|line| prefix(&line.text)) else { return run };
    for line in &lines[1..] {
        let Some((own, number, own_len)) = prefix(&line.text) else { break };
        if last.checked_add(1) != Some(number) || own != name {
            break;
        }
        if run.is_empty() {
            run.push((last, len));
        }
        run.push((number, own_len));
        last = number;
    }
    run
}

/// The name before a number, the number, and the bytes of both with the sign behind them.
fn prefix(text: &str) -> Option<(&str, u32, usize)> {
    let inner = text.trim_start_matches(' ');
    let indent = text.len() - inner.len();
    let after = |number_at: usize| {
        let (number, rest) = split_number(text.get(number_at..)?)?;
        let sign = rest.chars().next();
        let len = text.len() - rest.len();
        match sign {
            None => Some((number, len)),
            Some(c @ (':' | '-' | '\t' | '|' | '│' | '.' | ')')) => Some((number, len + c.len_utf8())),
            // An editor's margin: blanks, perhaps with a bar.
            Some(' ') => Some((number, len + bar_len(rest))),
            _ => None,
        }
    };
    if inner.starts_with(|c: char| c.is_ascii_digit()) {
        return after(indent).map(|(number, len)| ("", number, len));
    }
    // `app.log:12:` and `app.log-13-`: the sign before the number is the one behind it.
    let limit = text.bytes().take(LONGEST).take_while(|byte| byte.is_ascii() && !matches!(byte, b' ' | b'"')).count();
    let is_number = |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let (at, sign) = text[..limit].match_indices([':', '-']).find(|(at, sign)| {
        let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        is_number(*at) && text[at + 1 + digits..].starts_with(sign)
    })?;
    let (number, len) = after(at + sign.len())?;
    (indent == 0).then_some((&text[..at], number, len))
}

/// ` | ` behind a number.
fn bar_len(rest: &str) -> usize {
    let bar = rest.trim_start_matches(' ');
    bar.chars().next().filter(|c| matches!(c, '|' | '│')).map_or(0, |c| rest.len() - bar.len() + c.len_utf8())
}

/// Whether a failure begins behind one of the prefixes, and no drawing of rustc is cut.
fn is_worth(lines: &[Line<'_>], run: &[(u32, usize)]) -> bool {
    lines.iter().zip(run).any(|(line, (_, len))| {
        let text = line.text[*len..].trim_start();
        SIGNS.iter().any(|sign| text.starts_with(sign))
    })
}

/// Blanks that stand behind every prefix, but for the indent of an entry: they belong to it.
fn gap(lines: &[Line<'_>], run: &[(u32, usize)]) -> usize {
    let blanks = |line: &Line<'_>, len: usize| {
        let text = &line.text[len..];
        let n = text.len() - text.trim_start_matches(' ').len();
        (!text.trim().is_empty()).then(|| if text.trim_start().starts_with("File \"") { n.saturating_sub(2) } else { n })
    };
    lines.iter().zip(run).filter_map(|(line, (_, len))| blanks(line, *len)).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    const TRACE: &[&str] =
        &["starting", "Traceback (most recent call last):", "  File \"x.py\", line 3, in f", "    g()", "KeyError: 'a'", "done"];
    const SEEN: &[&str] = &["KeyError: 'a' @ x.py:3 f"];

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn numbers_of_tools_and_editors_go() {
        type Number = fn(usize) -> String;
        let ways: &[Number] = &[
            |n| format!("{n:6}\t"),
            |n| format!("{n:6}  "),
            |n| format!("{n:7} "),
            |n| format!("{n}:"),
            |n| format!("{n}-"),
            |n| format!("{n}: "),
            |n| format!("{n:4} | "),
            |n| format!("{n:4} │ "),
            |n| format!("{n:3}. "),
            |n| format!("logs/app.log:{n}:"),
            |n| format!("logs/app.log-{n}-"),
            |n| format!("logs/app-2.log{}{n}{0}", if n == 9 { ":" } else { "-" }),
            |n| format!("{n}{}", if n == 9 { ":" } else { "-" }),
        ];
        for way in ways {
            let text = TRACE.iter().zip(8..).map(|(line, n)| format!("{}{line}\n", way(n))).collect::<Vec<_>>().concat();
            check(&text, SEEN);
        }
    }

    #[test]
    fn drawings_of_rustc_stay() {
        check(
            "error[E0308]: mismatched types\n --> src/main.rs:4:5\n  |\n4 |     f(\n5 |         x,\n6 |         \"error: \",\n7 |     )\n  |     ^\n",
            &["E0308: mismatched types @ src/main.rs:4"],
        );
    }
}
