//! Any prefix that a logger, a launcher or a runner put before each line of a failure: `[rank1]: `, `(pid=12) `, `[12:00:01] WARNING: `.
//!
//! An anchor (see [`super::anchor`]) tells where a line's own text begins; what stands before it is taken off the following lines that begin
//! alike, times aside. Lines with another number in the prefix come from another process, unless the numbers differ on every line.
//! A header that is only glued behind other text has no such followers and stays. Signs of a diff are no prefix.

use std::collections::HashSet;
use std::sync::Arc;

use super::Layer;
use super::anchor::{Anchor, Kind, anchor};
use super::shape::{Shape, is_prefix, service, time_of_day};
use super::stamp::time_in;
use crate::event::line::Line;

/// The text before a header, again before the lines after it.
pub(super) struct Repeated;

/// Lines of others that may stand between two lines of one failure.
const GAP: usize = 40;
/// A failure of one process ends within so many lines of the log.
const LOOK: usize = 2000;
/// So many words of its own may stand before a header.
const WORDS: usize = 4;
/// Lines above an anchor that may introduce it.
const ABOVE: usize = 3;
/// A failure is printed at once: after so many seconds another record begins.
const PAUSE: u32 = 2;

impl Layer for Repeated {
    fn is_general(&self) -> bool {
        true
    }

    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut blocks: Vec<Block> = Vec::new();
        // What to take off each line; empty until the first prefix is found.
        let mut cuts: Vec<usize> = Vec::new();
        for at in 0..lines.len() {
            if cuts.get(at).is_some_and(|cut| *cut > 0) || is_alone(lines, at) {
                continue;
            }
            let Some(anchor) = anchor(lines, at) else { continue };
            let taken = |at: usize| cuts.get(at).is_some_and(|cut| *cut > 0);
            let Some(block) = Block::find(lines, at, &anchor, &taken) else {
                // The time in front of a header is the failure's, even where the other lines have none.
                if lines[at].timestamp.is_none() {
                    lines[at].timestamp = time_in(&lines[at].text[..anchor.prefix]).map(Arc::from);
                }
                continue;
            };
            cuts.resize(lines.len(), 0);
            block.members.iter().for_each(|&(at, cut)| cuts[at] = cut);
            blocks.push(block);
        }
        for block in &blocks {
            block.claim(lines, &cuts);
        }
        for (line, cut) in lines.iter_mut().zip(&cuts).filter(|(_, cut)| **cut > 0) {
            line.cut(*cut);
        }
        !blocks.is_empty()
    }
}

/// Whether the lines next to `lines[at]` begin with other characters, so that no prefix comes again.
fn is_alone(lines: &[Line<'_>], at: usize) -> bool {
    let class = |text: &str| text.bytes().next().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    let own = class(&lines[at].text);
    // A prefix in brackets may stand behind a progress bar, too.
    let may_follow = |line: &Line<'_>| class(&line.text) == own || line.text.starts_with(['[', '(']);
    let is_above = |line: &Line<'_>| class(&line.text) == own;
    own.is_none() || !(lines[at + 1..].iter().take(ABOVE).any(may_follow) || lines[..at].last().is_some_and(is_above))
}

/// The lines of one speaker round one failure.
struct Block {
    shape: Shape,
    /// Line and length of its prefix, from the first line to the last.
    members: Vec<(usize, usize)>,
    speaker: Arc<str>,
    service: Option<Arc<str>>,
}

impl Block {
    /// The block of the anchor at `lines[at]`: a header may stand behind words of its own (`[rank1]: worker failed: Traceback ...`), and
    /// those behind a progress bar (`50%| [00:01<00:02][rank1]: Traceback ...`).
    fn find(lines: &[Line<'_>], at: usize, anchor: &Anchor, taken: &dyn Fn(usize) -> bool) -> Option<Block> {
        let text = lines[at].text.as_ref();
        let is_prefix = |end: usize| is_prefix(&text[..end], anchor.kind);
        let whole = is_prefix(anchor.prefix).then(|| Block::around(lines, at, anchor, taken)).flatten();
        if whole.is_some() || !matches!(anchor.kind, Kind::Traceback | Kind::Panic) {
            return whole;
        }
        let ends =
            text[..anchor.prefix].match_indices([']', ')', ':', '|']).map(|(end, _)| end + 1).filter(|end| text[*end..].starts_with(' '));
        let shorter = ends.map(|end| end + 1).filter(|end| *end < anchor.prefix && is_prefix(*end)).collect::<Vec<_>>();
        let behind_words =
            shorter.into_iter().rev().take(WORDS).find_map(|prefix| Block::around(lines, at, &Anchor { prefix, ..*anchor }, taken));
        behind_words.or_else(|| Block::behind_progress(lines, at, anchor, taken))
    }

    /// The block of a header before whose prefix stands what was there when it was printed.
    fn behind_progress(lines: &[Line<'_>], at: usize, header: &Anchor, taken: &dyn Fn(usize) -> bool) -> Option<Block> {
        let next = anchor(lines, at + 1).filter(|next| next.kind == Kind::File && header.kind == Kind::Traceback)?;
        let prefix = &lines[at + 1].text[..next.prefix];
        let is_glued = is_prefix(prefix, next.kind) && lines[at].text[..header.prefix].ends_with(prefix) && !taken(at + 1);
        let mut block = Block::around(lines, at + 1, &next, taken).filter(|_| is_glued)?;
        block.members.retain(|(member, _)| *member > at);
        block.members.insert(0, (at, header.prefix));
        Some(block)
    }

    /// The lines round the anchor at `lines[at]` that begin like it.
    fn around(lines: &[Line<'_>], at: usize, anchor: &Anchor, taken: &dyn Fn(usize) -> bool) -> Option<Block> {
        let prefix = &lines[at].text[..anchor.prefix];
        let exact = Shape::of(prefix);
        let is_bare = exact.is_bare_number();
        let loose = (!is_bare).then(|| exact.clone().without_numbers());
        [Some(exact), loose].into_iter().flatten().find_map(|shape| {
            let below = below(lines, at, anchor, &shape, taken);
            let mut members: Vec<(usize, usize)> = above(lines, at, anchor, &shape, taken);
            if below.is_empty() && (members.is_empty() || !anchor.stands_below) {
                return None;
            }
            members.push((at, anchor.prefix));
            members.extend(below);
            // A bare number is a rank only if it stays the same.
            (!is_bare || members.len() > ABOVE).then(|| Block {
                speaker: Arc::from(prefix.trim_end()),
                service: service(prefix).map(Arc::from),
                shape,
                members,
            })
        })
    }

    /// Notes speaker and time of the lines, and whose the bare lines among them are.
    fn claim(&self, lines: &mut [Line<'_>], cuts: &[usize]) {
        for &(at, cut) in &self.members {
            if let Some(time) = lines[at].text.get(..cut).and_then(time_in) {
                lines[at].timestamp = Some(Arc::from(time));
            }
            if let Some(service) = self.service.as_ref().filter(|_| lines[at].service.is_none()) {
                lines[at].service = Some(Arc::clone(service));
            }
        }
        let (Some(&(first, _)), Some(&(last, _))) = (self.members.first(), self.members.last()) else { return };
        let own: HashSet<usize> = self.members.iter().map(|&(at, _)| at).collect();
        let aside = self.shape.clone().without_numbers();
        let is_others = |at: usize, lines: &[Line<'_>]| {
            !own.contains(&at) && (cuts.get(at).is_some_and(|cut| *cut > 0) || aside.length_of(&lines[at].text).is_some())
        };
        // One who speaks alone needs no name: what stands above and below belongs to the same story.
        let has_company = (first..=last).any(|at| is_others(at, lines));
        let mut is_mine = true;
        for at in first..=last {
            is_mine = if own.contains(&at) { true } else { is_mine && !is_others(at, lines) };
            if is_mine && has_company {
                lines[at].speaker = Some(Arc::clone(&self.speaker));
            }
            if is_mine && lines[at].service.is_none() {
                lines[at].service.clone_from(&self.service);
            }
        }
    }
}

/// The lines below `lines[at]` that have the shape, and the lengths of their prefixes.
fn below(lines: &[Line<'_>], at: usize, anchor: &Anchor, shape: &Shape, taken: &dyn Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut gap = 0;
    let mut time = time_of_day(&lines[at].text[..anchor.prefix]);
    for (offset, line) in lines[at..].iter().enumerate().skip(1).take(LOOK) {
        let matched = shape.length_of(&line.text).filter(|_| !taken(at + offset));
        let next = matched.and_then(|n| time_of_day(&line.text[..n]));
        if let (Some(time), Some(next)) = (time, next)
            && next.wrapping_sub(time) > PAUSE
        {
            break;
        }
        match matched {
            Some(n) if !found.is_empty() || gap == 0 || anchor.is_surely_followed_by(&line.text[n..]) => {
                found.push((at + offset, n));
                (gap, time) = (0, next.or(time));
            }
            _ if found.is_empty() && anchor.is_surely_followed_by(&line.text) => break,
            _ if gap < GAP => gap += 1,
            _ => break,
        }
    }
    found
}

/// The lines right above `lines[at]` that have the shape.
fn above(lines: &[Line<'_>], at: usize, anchor: &Anchor, shape: &Shape, taken: &dyn Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let run = (at.saturating_sub(anchor.n_above)..at).rev();
    let mut found: Vec<(usize, usize)> =
        run.map_while(|above| Some((above, shape.length_of(&lines[above].text).filter(|n| *n > 0 && !taken(above))?))).collect();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        Repeated.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
    }

    const HEADER: &str = "Traceback (most recent call last):";

    #[test]
    fn a_prefix_that_comes_again_goes() {
        for prefix in [
            "[rank1]: ",
            "(x pid=12, ip=10.0.0.1) ",
            "(EngineCore_DP0 pid=1) ERROR 10-12 02:10:43 [core.py:710] ",
            "[1,0]<stderr>:",
            "[default0]:",
            "[stderr] ",
            "INTERNALERROR> ",
            "api:test: ",
            "[2024-05-22, 12:12:46 UTC] {subprocess.py:93} INFO - ",
            "05-22 12:12:46.123  1234  1256 I python : ",
            "2024-05-22 12:12:46,123 ERROR [main] app - ",
            "==> default: ",
            "web-0 app ",
        ] {
            let group = "  + Exception Group Traceback (most recent call last):";
            for lines in [[HEADER, "  File \"x\"", "", "KeyError: 1"], [group, "  |   File \"x\"", "  |", "  | E: 1"]] {
                let dressed = lines.map(|line| format!("{prefix}{line}").trim_end().to_owned());
                check(&dressed.each_ref().map(String::as_str), &lines);
            }
        }
        check(
            &[&format!("[7 12:00:01] WARNING: {HEADER}"), "[7 12:00:02] WARNING: File \"x\"", "    src", "[7 12:00:02] WARNING: E"],
            &[HEADER, "File \"x\"", "    src", "E"],
        );
        check(&[&format!("line 1: {HEADER}"), "line 2:   File \"x\"", "line 3: E: x", "bare"], &[HEADER, "  File \"x\"", "E: x", "bare"]);
    }

    #[test]
    fn other_text_may_stand_before_the_header_or_its_prefix() {
        let rest = ["  File \"x.py\", line 3, in f", "E: x"];
        let ranked = rest.map(|line| format!("[rank1]: {line}"));
        let [file, error] = ranked.each_ref();
        check(&[&format!("[rank1]: it failed: {HEADER}"), file, error], &[&format!("it failed: {HEADER}"), rest[0], rest[1]]);
        check(&[&format!("  0%|   | 0/9 [00:00<?, ?it/s][rank1]: {HEADER}"), file, error], &[HEADER, rest[0], rest[1]]);
    }

    #[test]
    fn a_header_may_be_missing() {
        let file = "  File \"x.py\", line 3, in f";
        check(&[&format!("[rank1]: {file}"), "[rank1]:     g()", "[rank1]: E: x"], &[file, "    g()", "E: x"]);
        check(
            &["[stderr] error: x", "[stderr]  --> src/main.rs:1:2", "[stderr]   |", "[stderr] 1 | x"],
            &["error: x", " --> src/main.rs:1:2", "  |", "1 | x"],
        );
        check(
            &["app - E: x", "app - \tat x.Y.z(Y.java:1)", "app - \tat x.Y.z(Y.java:2)"],
            &["E: x", "\tat x.Y.z(Y.java:1)", "\tat x.Y.z(Y.java:2)"],
        );
    }

    #[test]
    fn a_header_behind_other_text_stays() {
        for texts in [
            [&format!("10it [00:01]{HEADER}"), "  File \"x\"", "1 x"],
            [&format!("+{HEADER}"), "+  File", "+x"],
            [&format!("12 | {HEADER}"), "13 |   File", "14 | x"],
            [&format!("x.py:12:{HEADER}"), "x.py:13:  File", "x.py:14:x"],
            [&format!("// {HEADER}"), "//   File", "// x"],
            [&format!("2024-01-02 12:00:00 ERROR {HEADER}"), "  File \"x\", line 1", "2024-01-02 12:00:00 ERROR x"],
            [&format!("s = \"{HEADER}"), "s = \"  File", "s = \"x"],
            ["E     File \"x.py\", line 3", "E       x", "E   y"],
            ["app.c:3:5: error: x", "app.c:3:5: --> src/x.rs:1:2", "app.c:3:5: y"],
        ] {
            check(&texts, &texts);
        }
    }

    #[test]
    fn a_later_record_of_the_logger_stays() {
        check(
            &[
                &format!("12:00:01 ERROR a: {HEADER}"),
                "12:00:01 ERROR a:   File \"x\"",
                "12:00:01 ERROR a: E: x",
                "12:00:09 ERROR a: other",
            ],
            &[HEADER, "  File \"x\"", "E: x", "12:00:09 ERROR a: other"],
        );
    }

    #[test]
    fn two_ranks_that_write_at_once_are_told_apart() {
        let texts = [
            &format!("[rank0]: {HEADER}"),
            &format!("[rank1]: {HEADER}"),
            "[rank1]:   File \"x\"",
            "[rank0]:   File \"y\"",
            "    bare",
            "[rank0]: E: y",
            "[rank1]: E: x",
            "[rank2]: fine",
        ];
        let mut lines: Vec<Line<'_>> = texts.iter().map(|text| Line::new(*text, 1)).collect();
        Repeated.peel(&mut lines);
        let speakers: Vec<&str> = lines.iter().map(|line| line.speaker.as_deref().unwrap_or("")).collect();
        assert_eq!(speakers, ["[rank0]:", "[rank1]:", "[rank1]:", "[rank0]:", "[rank0]:", "[rank0]:", "[rank1]:", ""]);
        assert_eq!(lines[7].text, "[rank2]: fine");
    }
}
