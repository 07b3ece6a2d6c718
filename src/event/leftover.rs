//! Error-level lines that belong to no failure: they are grouped by shape, so that a person sees what else went wrong.
//!
//! A line that any reading covers is no such line, nor is the one that a logger wrote directly above a failure to announce it.

use std::ops::Range;

use super::Unexplained;
use super::clock;
use super::collector::Filter;
use super::dialect::{Item, Reading};
use super::layer;
use super::level::error_level;
use super::line::Line;
use super::miner::Shapes;
use super::numbers::Numbers;

/// So much of a line is looked at.
const LONGEST: usize = 4096;
/// Lines that are peeled together.
const BATCH: usize = 4096;

/// Which lines of a block the readings cover.
#[derive(Debug, Default, Clone)]
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

    /// Adds those of the lines at `levels` that are of error level, that nothing covers and that `filter` wants.
    pub(super) fn mine(&self, text: &[u8], numbers: &Numbers, levels: &[Range<usize>], filter: Filter, shapes: &mut Shapes) {
        for batch in levels.chunks(BATCH) {
            let mut lines: Vec<Line<'_>> = Vec::with_capacity(batch.len());
            for level in batch {
                let no = numbers.at(text, level.start);
                if !self.is_covered(no) {
                    let bytes = &text[level.start..level.end.min(level.start + LONGEST)];
                    lines.push(Line::new(String::from_utf8_lossy(bytes), no));
                }
            }
            take(lines, filter, shapes);
        }
    }
}

/// Takes those lines that a logger wrote at level error or worse. To peel each of them would take most of the time of an ordinary
/// log; the level is known behind any prefix, and what the prefixes hold varies, so that it makes no template of its own.
fn take(mut lines: Vec<Line<'_>>, filter: Filter, shapes: &mut Shapes) {
    layer::uncolour(&mut lines);
    for line in lines {
        if error_level(&line.text).is_some() && (!filter.is_timed() || filter.holds(clock::stamp(&line.text))) {
            shapes.take(&line.text, line.no);
        }
    }
}

/// Takes the prefixes off the examples, and as many words off the templates.
pub(super) fn without_prefixes(found: &mut [Unexplained]) {
    for one in found {
        // Some layers ask for a second line with the same prefix.
        let mut lines = vec![Line::new(one.example.as_str(), 1), Line::new(one.example.as_str(), 2)];
        layer::peel(&mut lines);
        let Some(own) = lines.first().map(|line| line.text.trim()).filter(|own| !own.is_empty()) else { continue };
        let Some(prefix) = one.example.trim_end().strip_suffix(own).filter(|prefix| !prefix.is_empty()) else { continue };
        let n_words = prefix.split_ascii_whitespace().count();
        let is_whole = prefix.ends_with(|c: char| c.is_ascii_whitespace());
        let words: Vec<&str> = one.template.split(' ').collect();
        if is_whole && n_words < words.len() {
            let (template, example) = (words[n_words..].join(" "), own.to_owned());
            (one.template, one.example) = (template, example);
        }
    }
}
