//! Finds the parts of a log that are worth reading: a search for literals, so that the rest costs no more than the search.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr, memchr_iter, memrchr};

use super::dialect::DIALECTS;

/// Lines before a hit that may belong to its failure: the source lines above a pytest `E`, the name of the test.
pub(super) const BACK: usize = 80;
/// Lines after a hit that may belong to its failure: a long message, a backtrace.
pub(super) const AHEAD: usize = 400;

/// The default match kind was twenty times slower when measured; leftmost-first uses SIMD for a set of this size.
static HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let hints = DIALECTS.iter().flat_map(|dialect| dialect.hints());
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(hints).expect("a handful of short literals")
});

/// A stretch of whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    /// Its bytes in the log.
    pub(super) bytes: Range<usize>,
    /// The number of its first line, counted from one.
    pub(super) first_line: u32,
}

/// The stretches of `text` that lie near a hint, in order and apart; no reading begins at `limit` or behind it, so a hint counts there
/// only as far as it tells of lines before it.
pub(super) fn regions(text: &[u8], limit: usize) -> Vec<Region> {
    let searched = &text[..end_of_lines(text, limit, BACK)];
    let mut regions: Vec<Region> = Vec::new();
    let mut open: Option<(Region, usize)> = None; // The region and the end of its last line with a hit.
    let mut counted = (0, 1_u32); // So many bytes hold so many line ends, plus one.
    let mut from = 0;
    while let Some(hit) = next_hit(searched, from) {
        let start = memrchr(b'\n', &text[..hit]).map_or(0, |at| at + 1);
        let end = memchr(b'\n', &text[hit..]).map_or(text.len(), |at| hit + at + 1);
        from = end;
        if let Some((_, last)) = &mut open
            && n_line_ends(&text[*last..start], BACK + AHEAD) < BACK + AHEAD
        {
            *last = end;
            continue;
        }
        regions.extend(open.take().map(|open| close(text, open)));
        let begin = lines_back(text, start, BACK).0;
        counted = (begin, counted.1 + memchr_iter(b'\n', &text[counted.0..begin]).count() as u32);
        open = Some((Region { bytes: begin..end, first_line: counted.1 }, end));
        if from >= text.len() {
            break;
        }
    }
    regions.extend(open.map(|open| close(text, open)));
    regions
}

/// The first hint at or after `from`.
pub(super) fn next_hit(text: &[u8], from: usize) -> Option<usize> {
    HINTS.find(text.get(from..)?).map(|found| from + found.start())
}

/// Line ends in `text`, counted up to `limit`.
fn n_line_ends(text: &[u8], limit: usize) -> usize {
    memchr_iter(b'\n', text).take(limit).count()
}

/// Gives a region the lines that may follow its last hit.
fn close(text: &[u8], (mut region, last): (Region, usize)) -> Region {
    region.bytes.end = end_of_lines(text, last, AHEAD);
    region
}

/// The end of the `n` lines that begin at `start`.
pub(super) fn end_of_lines(text: &[u8], start: usize, n: usize) -> usize {
    let rest = &text[start..];
    n.checked_sub(1).map_or(start, |last| memchr_iter(b'\n', rest).nth(last).map_or(text.len(), |at| start + at + 1))
}

/// The start of the line that is `n` lines above the one that starts at `start`, and how many lines there were.
pub(super) fn lines_back(text: &[u8], start: usize, n: usize) -> (usize, u32) {
    let mut at = start;
    for n_lines in 0..n {
        let Some(end) = at.checked_sub(1) else { return (at, n_lines as u32) };
        at = memrchr(b'\n', &text[..end]).map_or(0, |found| found + 1);
    }
    (at, n as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_hits_make_regions_of_their_own_with_true_line_numbers() {
        let filler = "all is well\n".repeat(1000);
        let text = format!("{filler}panicked at x\n{filler}panicked at y\npanicked at z\n");
        let regions = regions(text.as_bytes(), text.len());
        assert_eq!(regions.len(), 2);
        assert_eq!(regions[0].first_line, 1001 - BACK as u32);
        assert_eq!(regions[1].first_line, 2002 - BACK as u32);
        assert_eq!(regions[1].bytes.end, text.len());
        assert!(text[regions[0].bytes.clone()].contains("panicked at x\nall is well"));
    }

    #[test]
    fn near_hits_share_a_region_and_no_hit_makes_none() {
        let filler = "all is well\n".repeat(100);
        let text = format!("panicked at x\n{filler}panicked at y");
        assert_eq!(regions(text.as_bytes(), text.len()).len(), 1);
        assert_eq!(regions(filler.as_bytes(), filler.len()), []);
    }
}
