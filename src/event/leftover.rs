//! Error-level lines that belong to no failure: they are grouped by shape, so that a person sees what else went wrong.
//!
//! A line that any reading covers is no such line, nor is the one that a logger wrote directly above a failure to announce it.

use std::ops::Range;

use memchr::memchr_iter;

use super::dialect::{Item, Reading};
use super::layer;
use super::level::error_level;
use super::line::Line;
use super::miner::Shapes;

/// So much of a line is looked at.
const LONGEST: usize = 4096;
/// Lines that are peeled together.
const BATCH: usize = 4096;

/// Which lines of a block the readings cover.
#[derive(Debug, Default)]
pub(super) struct Leftover {
    /// A bit for each line.
    covered: Vec<u64>,
}

impl Leftover {
    /// `reading` covers `range` of `lines`, and a failure also the line above it.
    pub(super) fn cover(&mut self, lines: &[Line<'_>], range: Range<usize>, reading: &Reading) {
        let is_failure = reading.items.iter().any(|item| matches!(item, Item::Failure(_) | Item::Failed(_)));
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

    /// Adds those of the lines at `levels` that are of error level and that nothing covers.
    pub(super) fn mine(&self, text: &[u8], levels: &[Range<usize>], shapes: &mut Shapes) {
        let mut counted = (0, 1);
        for batch in levels.chunks(BATCH) {
            let mut lines: Vec<Line<'_>> = Vec::with_capacity(batch.len());
            for level in batch {
                counted = (level.start, counted.1 + memchr_iter(b'\n', &text[counted.0..level.start]).count() as u32);
                if !self.is_covered(counted.1) {
                    let bytes = &text[level.start..level.end.min(level.start + LONGEST)];
                    lines.push(Line::new(String::from_utf8_lossy(bytes), counted.1));
                }
            }
            take(lines, shapes);
        }
    }
}

/// Takes the prefixes off, and those lines that a logger wrote at level error or worse.
fn take(mut lines: Vec<Line<'_>>, shapes: &mut Shapes) {
    layer::peel(&mut lines);
    for line in lines {
        if error_level(&line.text).is_some() {
            shapes.take(&line.text, line.no);
        }
    }
}
