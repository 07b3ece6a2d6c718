//! Finds the parts of a log that are worth reading: a search for literals, so that the rest costs no more than the search.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::{memchr, memchr_iter, memrchr};

use super::dialect::DIALECTS;
use super::level;
use super::literals::Literals;

/// Lines before a hit that may belong to its failure: the source lines above a pytest `E`, the name of the test.
pub(super) const BACK: usize = 80;
/// Lines after a hit that may belong to its failure: more are read where one goes on there.
pub(super) const AHEAD: usize = 100;

/// The hints of all dialects, each once, then the literals of error-level lines.
struct Searched {
    literals: Literals,
    n_hints: usize,
}

static SEARCHED: LazyLock<Searched> = LazyLock::new(|| {
    let mut all: Vec<String> = DIALECTS.iter().flat_map(|dialect| dialect.hints()).map(|hint| (*hint).to_owned()).collect();
    all.sort_unstable();
    all.dedup();
    let n_hints = all.len();
    all.extend(level::LITERALS.iter().map(|literal| (*literal).to_owned()));
    // The line end belongs to the line above.
    all.extend(level::LINE_STARTS.iter().map(|start| format!("\n{start}")));
    Searched { literals: Literals::new(all), n_hints }
});

/// A stretch of whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    /// Its bytes in the log.
    pub(super) bytes: Range<usize>,
    /// The number of its first line, counted from one.
    pub(super) first_line: u32,
}

/// What a block holds that is worth a look.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// The stretches near a hint, in order and apart.
    pub(super) regions: Vec<Region>,
    /// Where the lines with a hint begin.
    pub(super) hints: Vec<usize>,
    /// Lines of the block that may be of error level, without their ends.
    pub(super) levels: Vec<Range<usize>>,
}

/// Searches `text`, of which `own` is the block. No reading begins behind the block, so a hint counts there only as far as it tells of
/// lines before it. Where the block begins within a line, the level of that line was told where it begins.
pub(super) fn hits(text: &[u8], own: Range<usize>, begins_in_line: bool) -> Hits {
    let mut hits = Hits::default();
    let mut open = Open { text, region: None, counted: (0, 1) };
    let first_line = if begins_in_line { memchr(b'\n', &text[own.clone()]).map_or(own.end, |at| own.start + at + 1) } else { own.start };
    let level = |hits: &mut Hits, hit: usize| {
        let done = hits.levels.last().map_or(first_line, |last| last.end);
        if hit >= done && own.contains(&hit) {
            let begin = memrchr(b'\n', &text[done..hit]).map_or(done, |at| done + at + 1);
            let end = memchr(b'\n', &text[hit..own.end]).map_or(own.end, |at| hit + at);
            hits.levels.push(begin..end);
        }
    };
    if first_line == 0 && own.end > 0 && level::LINE_STARTS.iter().any(|start| text.starts_with(start.as_bytes())) {
        level(&mut hits, 0);
    }
    SEARCHED.literals.find_in(text, 0..end_of_lines(text, own.end, BACK), |start, literal| {
        if literal < SEARCHED.n_hints {
            open.take(start, &mut hits);
        } else {
            level(&mut hits, start + usize::from(text[start] == b'\n'));
        }
        true
    });
    open.close(&mut hits.regions);
    hits
}

/// The region that the hints so far are in.
struct Open<'t> {
    text: &'t [u8],
    /// The region, and the end of its last line with a hint.
    region: Option<(Region, usize)>,
    /// So many bytes hold so many line ends, plus one.
    counted: (usize, u32),
}

impl Open<'_> {
    /// One more hint.
    fn take(&mut self, hit: usize, hits: &mut Hits) {
        if self.region.as_ref().is_some_and(|(_, last)| hit < *last) {
            return;
        }
        let start = memrchr(b'\n', &self.text[..hit]).map_or(0, |at| at + 1);
        let end = memchr(b'\n', &self.text[hit..]).map_or(self.text.len(), |at| hit + at + 1);
        hits.hints.push(start);
        if let Some((_, last)) = &mut self.region
            && n_line_ends(&self.text[*last..start], BACK + AHEAD) < BACK + AHEAD
        {
            *last = end;
            return;
        }
        self.close(&mut hits.regions);
        let begin = lines_back(self.text, start, BACK).0;
        let n_lines = memchr_iter(b'\n', &self.text[self.counted.0..begin]).count() as u32;
        self.counted = (begin, self.counted.1 + n_lines);
        self.region = Some((Region { bytes: begin..end, first_line: self.counted.1 }, end));
    }

    /// Gives the region the lines that may follow its last hint.
    fn close(&mut self, regions: &mut Vec<Region>) {
        if let Some((mut region, last)) = self.region.take() {
            region.bytes.end = end_of_lines(self.text, last, AHEAD);
            regions.push(region);
        }
    }
}

/// Where the first hint of `text` begins.
pub(super) fn first_hint(text: &[u8]) -> Option<usize> {
    let mut first = None;
    SEARCHED.literals.find_in(text, 0..text.len(), |start, literal| {
        if literal < SEARCHED.n_hints {
            first = Some(start);
        }
        first.is_none()
    });
    first
}

/// Line ends in `text`, counted up to `limit`.
fn n_line_ends(text: &[u8], limit: usize) -> usize {
    memchr_iter(b'\n', text).take(limit).count()
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
    use crate::event::literals::SHORTEST;

    fn regions(text: &[u8]) -> Vec<Region> {
        hits(text, 0..text.len(), false).regions
    }

    #[test]
    fn far_hits_make_regions_of_their_own_with_true_line_numbers() {
        let filler = "all is well\n".repeat(1000);
        let text = format!("{filler}panicked at x\n{filler}panicked at y\npanicked at z\n");
        let regions = regions(text.as_bytes());
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
        assert_eq!(regions(text.as_bytes()).len(), 1);
        assert_eq!(regions(filler.as_bytes()), []);
    }

    #[test]
    fn every_hint_is_long_enough_to_be_searched_for() {
        let hints = DIALECTS.iter().flat_map(|dialect| dialect.hints()).chain(level::LITERALS);
        assert_eq!(hints.copied().filter(|hint| hint.len() < SHORTEST).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn lines_of_error_level_are_told_once() {
        let text = "ok\n12:00 ERROR FATAL CRITICAL x\nfine\nlevel=error\n";
        let levels = hits(text.as_bytes(), 3..text.len(), false).levels;
        assert_eq!(levels.iter().map(|line| &text[line.clone()]).collect::<Vec<_>>(), ["12:00 ERROR FATAL CRITICAL x", "level=error"]);
        assert_eq!(hits(text.as_bytes(), 33..text.len(), false).levels.len(), 1);
        assert_eq!(hits(text.as_bytes(), 9..text.len(), true).levels.len(), 1);
        assert_eq!(hits(text.as_bytes(), 9..25, true).levels.len(), 0);
    }
}
