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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Reader, read};

    fn trace(message: &str) -> String {
        format!("Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nKeyError: {message}\n")
    }

    fn with(filter: Filter, text: &str) -> Vec<String> {
        let mut reader = Reader::new(filter);
        reader.push(text.as_bytes());
        reader.finish().events.iter().map(|event| format!("{} x{}", event.message, event.count)).collect()
    }

    /// Half a megabyte of lines, so that what follows stands at the border of two blocks.
    fn filler(n_bytes: usize) -> String {
        "all is well here\n".repeat(n_bytes / 17)
    }

    #[test]
    fn each_speaker_goes_on_behind_a_border() {
        let (one, two) = (trace("'a'"), trace("'b'"));
        let both = one.lines().zip(two.lines()).map(|(one, two)| format!("web-1  | {one}\nweb-2  | {two}\n")).collect::<Vec<_>>().concat();
        for n_before in [512 * 1024 - 150, 512 * 1024 - 60] {
            let log = read(format!("{}{both}{}", filler(n_before), filler(5000)).as_bytes());
            let seen: Vec<_> = log.events.iter().map(|event| (event.service.as_deref(), event.message.as_str(), event.count)).collect();
            assert_eq!(seen, [(Some("web-1"), "'a'", 1), (Some("web-2"), "'b'", 1)]);
        }
    }

    #[test]
    fn prints_outside_of_the_wanted_time_do_not_count_and_those_without_a_time_do() {
        let at = |time: &str, message: &str| format!("2025-01-02 {time}:00 ERROR app: failed\n{}", trace(message));
        let text = format!("{}{}{}{}", trace("0"), at("10:00", "1"), at("11:00", "1"), at("12:00", "2"));
        let noon = crate::event::clock::stamp("2025-01-02 12:00:00 x");
        assert!(noon.is_some());
        assert_eq!(with(Filter::default(), &text), ["0 x1", "1 x2", "2 x1"]);
        assert_eq!(with(Filter { since: noon, ..Filter::default() }, &text), ["0 x1", "2 x1"]);
        assert_eq!(with(Filter { until: noon.map(|noon| noon - 3_600_001), ..Filter::default() }, &text), ["0 x1", "1 x1"]);
        assert_eq!(with(Filter { language: Some(LanguageId::RUST), ..Filter::default() }, &text), [""; 0]);
    }

    #[test]
    fn a_log_that_grows_may_be_asked_at_any_time() {
        let text = format!("{}{}", filler(600 * 1024), trace("'a'"));
        let mut reader = Reader::new(Filter::default());
        let mut n_seen = Vec::new();
        for piece in text.as_bytes().chunks(text.len() / 5 + 1) {
            reader.push(piece);
            n_seen.push(reader.snapshot().events.len());
        }
        assert_eq!(n_seen, [0, 0, 0, 0, 1]);
        assert_eq!(format!("{:?}", reader.snapshot()), format!("{:?}", read(text.as_bytes())));
        assert_eq!(format!("{:?}", reader.finish()), format!("{:?}", read(text.as_bytes())));
    }
}
