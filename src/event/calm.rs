//! Leaves out lines that no failure can hold: where traces stand close together, most lines between them are records of level WARNING or
//! below, and to peel them would take most of the time.
//!
//! A line is left out only if its head says that it is such a record, it is not near a hint, and the log is long and dense. Where a
//! failure does hold such lines, its reader asks for all of them: the answer is the same as if none were ever left out.

use std::ops::Range;
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
    let signs =
        ["INFO", "DEBUG", "WARN", "\"info\"", "\"debug\"", "\"warn", "=info", "=debug", "=warn", "\" 200 ", "\" 304 ", " info ", "[info]"];
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(signs).expect("a handful of short literals")
});

/// Which lines are read.
#[derive(Debug)]
pub(super) struct Kept {
    /// How many lines there are.
    n_all: usize,
    /// Stretches of lines that are not read, in order. The first and the last line of a run of calm lines are read: they end the failure
    /// above, and tell the time to the one below.
    pub(super) left_out: Vec<Range<usize>>,
}

/// Chooses among the lines of `text` that begin at `starts`; `hints` are the starts of those with a hint, or nothing where all are read.
pub(super) fn kept(text: &[u8], starts: &[usize], hints: Option<&[usize]>) -> Kept {
    let mut kept = Kept { n_all: starts.len(), left_out: Vec::new() };
    let Some(hints) = hints.filter(|_| starts.len() >= FEW) else { return kept };
    let is_calm = |at: usize| is_calm(&text[starts[at]..starts.get(at + 1).copied().unwrap_or(text.len())]);
    let mut from = 0;
    for near in near(starts, hints).into_iter().chain(std::iter::once(starts.len()..starts.len())) {
        while from < near.start {
            let Some(begin) = (from..near.start).find(|at| is_calm(*at)) else { break };
            let end = (begin + 1..near.start).find(|at| !is_calm(*at)).unwrap_or(near.start);
            let first = begin + usize::from(begin > from || (begin > 0 && !is_calm(begin - 1)));
            let last = end - usize::from(end < near.start || end == starts.len() || !is_calm(end));
            if first < last {
                kept.left_out.push(first..last);
            }
            from = end;
        }
        from = near.end;
    }
    kept
}

impl Kept {
    /// The lines that are read, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> {
        let begins = std::iter::once(0).chain(self.left_out.iter().map(|run| run.end));
        let ends = self.left_out.iter().map(|run| run.start).chain(std::iter::once(self.n_all));
        begins.zip(ends).flat_map(|(begin, end)| begin..end)
    }

    /// How many lines are read.
    pub(super) fn n_lines(&self) -> usize {
        self.n_all - self.left_out.iter().map(Range::len).sum::<usize>()
    }
}

/// The stretches of lines near one of `hints`, in order and apart.
fn near(starts: &[usize], hints: &[usize]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let first = starts.first().copied().unwrap_or_default();
    let mut at = 0;
    for hint in &hints[hints.partition_point(|hint| *hint < first)..] {
        at += starts[at..].partition_point(|start| start < hint);
        if at == starts.len() {
            break;
        }
        let (from, to) = (at.saturating_sub(NEAR.0), (at + NEAR.1).min(starts.len()));
        match stretches.last_mut() {
            Some(last) if last.end >= from => last.end = to,
            _ => stretches.push(from..to),
        }
    }
    stretches
}

/// Whether the head of `line` says that it is a record of a low level, or a request that was served.
pub(super) fn is_calm(line: &[u8]) -> bool {
    SIGNS.is_match(&line[..line.len().min(HEAD)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::read;
    use crate::event::read::read_everything;

    #[test]
    fn calm_lines_are_known_by_their_heads() {
        assert!(is_calm(b"2025-01-02 03:04:05 INFO x: done"));
        assert!(is_calm(b"web-1  | {\"level\": \"info\", \"msg\": \"x\"}"));
        assert!(!is_calm(b"    at f (/x/y.js:1:2)") && !is_calm(b"2025-01-02 03:04:05 ERROR x: failed"));
    }

    /// What is left out of lines that are calm where `is_calm` says so, with hints in the lines `hints`.
    fn left_out(n_lines: usize, is_calm: impl Fn(usize) -> bool, hints: &[usize]) -> Vec<Range<usize>> {
        let text: String = (0..n_lines).map(|at| if is_calm(at) { "INFO x\n" } else { "plain!\n" }).collect();
        let starts: Vec<usize> = (0..n_lines).map(|at| at * 7).collect();
        let hints: Vec<usize> = hints.iter().map(|at| at * 7).collect();
        let kept = kept(text.as_bytes(), &starts, Some(&hints));
        assert_eq!(kept.lines().count(), kept.n_lines());
        assert!(kept.lines().all(|at| !kept.left_out.iter().any(|run| run.contains(&at))));
        kept.left_out
    }

    #[test]
    fn only_records_far_from_hints_are_left_out() {
        let (before, after) = NEAR;
        let expected = [0..100 - before, 101 + after..500 - before, 500 + after..FEW - 1];
        assert_eq!(left_out(FEW, |_| true, &[100, 101, 500]), expected);
        assert!(left_out(FEW - 1, |_| true, &[]).is_empty());
        assert!(left_out(FEW, |_| false, &[7]).is_empty());
    }

    #[test]
    fn the_borders_of_a_run_of_calm_lines_are_read() {
        assert_eq!(
            left_out(FEW, |at| at > 10 && at < 20 || at == 30 || at == 40 || at == 41, &[]),
            std::iter::once(12..19).collect::<Vec<_>>()
        );
        let (before, after) = NEAR;
        assert_eq!(
            left_out(FEW, |at| at > 100 + after && at < 500 - before, &[100, 500]),
            std::iter::once(102 + after..499 - before).collect::<Vec<_>>()
        );
        assert_eq!(
            left_out(FEW, |at| at >= 100 + after && at < 500 - before, &[100, 500]),
            std::iter::once(101 + after..499 - before).collect::<Vec<_>>()
        );
    }

    /// Failures, some of which hold calm lines, and what stands between them.
    const PIECES: &[&str] = &[
        "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g()\nKeyError: 'a'\n",
        "Traceback (most recent call last):\n  File \"a.py\", line 4, in f\n    g()\napp.Odd: the log of the child:\nINFO 0\nINFO 1\nINFO 2\nINFO 3\nINFO 4\nINFO 5\nINFO 6\nINFO 7\nINFO 8\nINFO 9\nINFO 10\n\n",
        "Traceback (most recent call last):\n  File \"a.py\", line 5, in f\n    g()\nValueError: bad\nnote 1\nnote 2\n x INFO 3\n x INFO 4\n x INFO 5\n x INFO 6\n x INFO 7\nnote 8\nnote 9\n\n",
        "======================================================================\nERROR: test_x (m.T)\n----------------------------------------------------------------------\nTraceback (most recent call last):\n  File \"t.py\", line 9, in test_x\n    self.f()\nAssertionError: Lists differ\nINFO 0\nINFO 1\nINFO 2\nINFO 3\nINFO 4\nINFO 5\nINFO 6\nINFO 7\nINFO 8\n\n----------------------------------------------------------------------\nRan 1 test in 0.1s\n\nFAILED (errors=1)\n",
        "_____ test_y _____\n\n    def test_y():\n>       f()\n\na.py:3: \n_ _ _ _ _ _ _ _ _ _\n\n    def f():\n>       g()\nE       KeyError: 1\n\nb.py:4: KeyError\n----- Captured log call -----\nINFO     root:a.py:1 one\nINFO     root:a.py:2 two\nINFO     root:a.py:2 two\nINFO     root:a.py:2 two\nINFO     root:a.py:2 two\nINFO     root:a.py:2 two\nINFO     root:a.py:2 two\nINFO     root:a.py:2 two\n",
        "thread 'main' panicked at src/main.rs:3:4:\nboom\nstack backtrace:\n   0: a::b\n             at ./src/main.rs:3:4\n   1: a::INFO\n   2: a::INFO\n   3: a::INFO\n   4: a::INFO\n   5: a::INFO\n   6: a::INFO\n   7: a::INFO\n   8: a::INFO\n   9: a::c\n             at ./src/main.rs:9:4\n",
        "Exception in thread \"main\" java.lang.IllegalStateException: x\n\tat a.INFO.c(B.java:3)\n\tat a.INFO.c(B.java:4)\n\tat a.INFO.c(B.java:5)\n\tat a.INFO.c(B.java:6)\n\tat a.INFO.c(B.java:7)\n\tat a.INFO.c(B.java:8)\n\tat a.INFO.c(B.java:9)\n\tat a.INFO.c(B.java:10)\n\tat a.INFO.c(B.java:11)\n\tat a.B.main(B.java:9)\n",
        "{\"level\": \"info\", \"msg\": \"x\", \"exc_info\": \"Traceback (most recent call last):\\n  File \\\"b.py\\\", line 3, in f\\nKeyError: 'b'\"}\n",
        "{\n  \"level\": \"info\",\n  \"msg\": \"x\",\n  \"exc_info\": \"Traceback (most recent call last):\\n  File \\\"b.py\\\", line 3, in f\\nKeyError: 'b'\"\n}\n",
        "TypeError: x is not a function\n    at f (/a/b.js:3:4)\n    at g (/a/b.js:9:4)\n",
        "2025-01-02 03:04:07 ERROR app: it failed\n",
        "2025-01-02 03:04:07 ERROR app: it failed\nINFO 1\nINFO 2\nINFO 3\nINFO 4\nINFO 5\n",
        "plain words\n",
        "\n",
        "plain\nplain\nplain\nplain\nplain\nplain\nplain\nplain\nplain\nplain\nplain\nplain\n",
    ];

    /// Records of a low level.
    const CALM: &[&str] = &[
        "2025-01-02 03:04:05 INFO app: request",
        "INFO:     127.0.0.1:5000 - \"GET / HTTP/1.1\" 200 OK",
        "{\"level\":\"info\",\"msg\":\"ok\"}",
        "[2025-01-02T03:04:06Z DEBUG app] step",
        "10.0.0.1 - - [02/Jan/2025:03:04:05 +0000] \"GET /x HTTP/1.1\" 200 12",
        "  INFO indented",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(7), failure_persistence: None, ..proptest::prelude::ProptestConfig::with_cases(10) })]

        #[test]
        fn the_answer_is_that_of_a_reading_of_every_line(picks in proptest::collection::vec((0..PIECES.len(), 0..CALM.len(), 0..60_usize), 100..160), is_prefixed: bool) {
            let part = |(piece, calm, n): (usize, usize, usize)| PIECES[piece].to_owned() + &format!("{}\n", CALM[calm]).repeat(n);
            let mut text: String = picks.iter().map(|pick| part(*pick)).collect();
            if is_prefixed {
                text = text.lines().map(|line| format!("web-1  | {line}\n")).collect::<Vec<_>>().concat();
            }
            let (dense, whole) = (read(text.as_bytes()), read_everything(&text));
            proptest::prop_assert_eq!(format!("{dense:?}"), format!("{whole:?}"));
        }
    }
}
