//! Leaves out lines that no failure can hold: where traces stand close together, most lines between them are records of level INFO or
//! DEBUG, and to peel them would take most of the time.
//!
//! A line is left out only if its head says that it is such a record, it is not near a hint, and the log is long and dense.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Lines before a hint and after it that are always read.
const NEAR: (usize, usize) = (3, 6);
/// In fewer lines than this everything is read: there is time for it.
const FEW: usize = 2000;
/// So much of a line is its head.
const HEAD: usize = 96;

/// What records of low levels say, and those of web servers.
static SIGNS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let signs = ["INFO", "DEBUG", "\"info\"", "\"debug\"", "=info", "=debug", "\" 200 ", "\" 304 ", " info ", "[info]"];
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(signs).expect("a handful of short literals")
});

/// Which lines are near a hint; asked in the order of the lines.
pub(super) struct Near {
    /// Stretches of lines, in order; none where everything is near.
    stretches: Option<Vec<(usize, usize)>>,
    at: usize,
}

impl Near {
    /// Lines begin at `starts`, and `hints` are the starts of those with a hint.
    pub(super) fn new(starts: &[usize], hints: &[usize]) -> Near {
        if starts.len() < FEW {
            return Near { stretches: None, at: 0 };
        }
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        for hint in hints {
            at += starts[at..].partition_point(|start| start < hint);
            if at == starts.len() {
                break;
            }
            let (from, to) = (at.saturating_sub(NEAR.0), at + NEAR.1);
            match stretches.last_mut() {
                Some((_, end)) if *end >= from => *end = to,
                _ => stretches.push((from, to)),
            }
        }
        Near { stretches: Some(stretches), at: 0 }
    }

    /// Whether line `at` is near a hint.
    pub(super) fn holds(&mut self, at: usize) -> bool {
        let Some(stretches) = &self.stretches else { return true };
        while stretches.get(self.at).is_some_and(|(_, end)| *end <= at) {
            self.at += 1;
        }
        stretches.get(self.at).is_some_and(|(from, _)| *from <= at)
    }
}

/// Whether the head of `line` says that it is a record of a low level, or a request that was served.
pub(super) fn is_calm(line: &[u8]) -> bool {
    SIGNS.is_match(&line[..line.len().min(HEAD)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_records_far_from_hints_are_left_out() {
        let starts: Vec<usize> = (0..FEW).map(|at| at * 10).collect();
        let mut near = Near::new(&starts, &[1000, 1010, 5000]);
        let held: Vec<usize> = (0..FEW).filter(|at| near.holds(*at)).collect();
        let expected: Vec<usize> = (100 - NEAR.0..101 + NEAR.1).chain(500 - NEAR.0..500 + NEAR.1).collect();
        assert_eq!(held, expected);
        assert!(Near::new(&starts[..100], &[]).holds(7));
        assert!(is_calm(b"2025-01-02 03:04:05 INFO x: done"));
        assert!(is_calm(b"web-1  | {\"level\": \"info\", \"msg\": \"x\"}"));
        assert!(!is_calm(b"    at f (/x/y.js:1:2)") && !is_calm(b"2025-01-02 03:04:05 ERROR x: failed"));
    }
}
