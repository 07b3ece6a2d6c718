//! Error-level lines that belong to no failure: they are grouped by shape, so that a person sees what else went wrong.
//!
//! A line that any reading covers is no such line, nor is the one that a logger wrote directly above a failure to announce it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr, memchr_iter, memrchr};

use super::dialect::{Item, Reading};
use super::layer;
use super::level::{LITERALS, error_level};
use super::line::Line;
use super::miner::Shapes;

/// So much of a line is looked at.
const LONGEST: usize = 4096;
/// Lines that are peeled together.
const BATCH: usize = 4096;

static LEVELS: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(LITERALS).expect("a handful of short literals"));

/// Which lines of a block the readings cover.
#[derive(Debug, Default)]
pub(super) struct Leftover {
    /// A bit for each line.
    covered: Vec<u64>,
}

impl Leftover {
    /// `reading` covers `range` of `lines`, and a failure also the line above it.
    pub(super) fn cover(&mut self, lines: &[Line<'_>], range: Range<usize>, reading: &Reading) {
        let is_failure = reading.items.iter().any(|item| matches!(item, Item::Failure(_) | Item::Failed(_) | Item::Text(_)));
        let start = range.start - usize::from(is_failure && range.start > 0);
        for line in &lines[start..range.end] {
            let (word, bit) = (line.no as usize / 64, line.no % 64);
            if self.covered.len() <= word {
                self.covered.resize(word + 1, 0);
            }
            self.covered[word] |= 1 << bit;
        }
    }

    fn is_covered(&self, no: u32) -> bool {
        self.covered.get(no as usize / 64).is_some_and(|word| word >> (no % 64) & 1 == 1)
    }

    /// Adds the error-level lines of `own` that nothing covers; its first line is `first_line`.
    pub(super) fn mine(&self, text: &[u8], own: Range<usize>, first_line: u32, shapes: &mut Shapes) {
        let mut lines: Vec<Line<'_>> = Vec::new();
        let (mut at, mut counted, mut no) = (own.start, own.start, first_line);
        while let Some(found) = LEVELS.find(&text[at..own.end]) {
            let hit = at + found.start();
            let start = memrchr(b'\n', &text[own.start..hit]).map_or(own.start, |end| own.start + end + 1);
            let end = memchr(b'\n', &text[hit..own.end]).map_or(own.end, |end| hit + end);
            no += memchr_iter(b'\n', &text[counted..start]).count() as u32;
            counted = start;
            at = end;
            if !self.is_covered(no) {
                lines.push(Line::new(String::from_utf8_lossy(&text[start..end.min(start + LONGEST)]), no));
            }
            if lines.len() == BATCH {
                take(&mut lines, shapes);
            }
        }
        take(&mut lines, shapes);
    }
}

/// Takes the prefixes off, and those lines that a logger wrote at level error or worse.
fn take(lines: &mut Vec<Line<'_>>, shapes: &mut Shapes) {
    layer::peel(lines);
    for line in lines.drain(..) {
        let text: Cow<'_, str> = line.text;
        if error_level(&text).is_some() {
            shapes.take(&text, line.no);
        }
    }
}
