//! Puts what the blocks of a log say together, in their order.

use super::collate::Table;
use super::dialect::Failure;
use super::leftover;
use super::miner::Miner;
use super::readings::{Placed, Readings, Speaker, What};
use super::{LanguageId, Log, Skipped, Unexplained};

/// What of a log counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// What was printed before this time does not count: milliseconds since 1970. A print without any time counts always.
    pub since: Option<i64>,
    /// What was printed after this time does not count.
    pub until: Option<i64>,
    /// Failures of other languages do not count.
    pub language: Option<LanguageId>,
}

/// Takes the readings of the blocks in their order, gives the log.
#[derive(Clone)]
pub struct Collector {
    filter: Filter,
    table: Table,
    miner: Miner,
    skipped: Vec<Skipped>,
    /// Line ends so far.
    n_lines: u64,
    has_open_line: bool,
    /// Up to which line of the log a failure of the blocks so far goes on.
    beyond: Vec<(Speaker, u32)>,
}

impl Collector {
    /// At the start of a log.
    pub fn new(filter: Filter) -> Collector {
        Collector {
            filter,
            table: Table::default(),
            miner: Miner::default(),
            skipped: Vec::new(),
            n_lines: 0,
            has_open_line: false,
            beyond: Vec::new(),
        }
    }

    /// What the next block says.
    pub fn add(&mut self, readings: Readings) {
        let shift = Shift(i64::try_from(self.n_lines).unwrap_or(i64::MAX) - i64::from(readings.n_lines.0));
        for mut placed in readings.placed {
            placed.begin = shift.line(placed.begin);
            placed.lines = shift.line(placed.lines.start)..shift.line(placed.lines.end);
            if !self.is_read_already(&placed) && self.is_wanted(&placed, &readings.failures) {
                self.table.take(&placed, &readings.failures);
            }
        }
        self.table.end_block();
        for shape in readings.shapes.into_counted() {
            let (first_line, last_line) = (shift.line(shape.first_line), shift.line(shape.last_line));
            self.miner.add(Unexplained { first_line, last_line, ..shape });
        }
        for skipped in readings.skipped {
            match self.skipped.iter_mut().find(|known| known.reason == skipped.reason) {
                Some(known) => known.count = known.count.saturating_add(skipped.count),
                None => self.skipped.push(Skipped { first_line: shift.line(skipped.first_line), ..skipped }),
            }
        }
        self.n_lines += u64::from(readings.n_lines.1);
        self.has_open_line = readings.has_open_line;
        self.beyond = readings.beyond.into_iter().map(|(speaker, line)| (speaker, shift.line(line))).collect();
    }

    /// Whether a failure of an earlier block holds this one.
    fn is_read_already(&self, placed: &Placed) -> bool {
        self.beyond.iter().any(|(speaker, line)| *speaker == placed.speaker && placed.begin < *line)
    }

    fn is_wanted(&self, placed: &Placed, failures: &[Failure]) -> bool {
        let Filter { since, until, language } = self.filter;
        let (What::Failure(at) | What::Failed(at)) = placed.what else { return true };
        let is_in_time = placed.time.is_none_or(|time| since.is_none_or(|since| since <= time) && until.is_none_or(|until| time <= until));
        is_in_time && language.is_none_or(|language| failures[at].event.language == language)
    }

    /// What the log says.
    pub fn finish(self) -> Log {
        let n_lines = self.n_lines + u64::from(self.has_open_line);
        let mut unexplained = self.miner.finish();
        leftover::without_prefixes(&mut unexplained);
        Log {
            overflow: self.table.overflow(),
            events: self.table.finish(),
            unexplained,
            skipped: self.skipped,
            n_lines: u32::try_from(n_lines).unwrap_or(u32::MAX),
        }
    }
}

/// From lines of a block's text to lines of the log.
#[derive(Clone, Copy)]
struct Shift(i64);

impl Shift {
    /// Numbers beyond four thousand million stay there.
    fn line(self, no: u32) -> u32 {
        u32::try_from((i64::from(no) + self.0).max(0)).unwrap_or(u32::MAX)
    }
}
