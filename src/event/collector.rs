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

impl Filter {
    /// Whether times matter.
    pub(super) fn is_timed(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    /// Whether what was printed at `time` counts.
    pub(super) fn holds(&self, time: Option<i64>) -> bool {
        time.is_none_or(|time| self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time <= until))
    }
}

/// Takes the readings of the blocks in their order, gives the log.
#[derive(Clone)]
pub struct Collector {
    filter: Filter,
    table: Table,
    miner: Miner,
    skipped: Vec<Skipped>,
    /// The last line that was not read whole: blocks may share it.
    clipped: u32,
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
            clipped: 0,
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
        for mut skipped in readings.skipped {
            skipped.count -= u32::from(shift.line(skipped.first_line) == self.clipped);
            match self.skipped.iter_mut().find(|known| known.reason == skipped.reason) {
                Some(known) => known.count = known.count.saturating_add(skipped.count),
                None => self.skipped.push(Skipped { first_line: shift.line(skipped.first_line), ..skipped }),
            }
        }
        if readings.clipped > 0 {
            self.clipped = shift.line(readings.clipped);
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
        let is_of = |at: usize| self.filter.language.is_none_or(|language| failures[at].event.language == language);
        match placed.what {
            What::Mark(_) => true,
            What::Lost(_) => self.filter.holds(placed.time),
            What::Failure(at) | What::Failed(at) => self.filter.holds(placed.time) && is_of(at),
        }
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
    use crate::event::read::read_in_blocks;
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
    fn error_lines_outside_of_the_wanted_time_are_not_told_and_those_without_a_time_are() {
        let line = |hour: u32| format!("2025-01-02 {hour}:00:00 ERROR app: no disk\nweb-1  | 2025-01-02T{hour}:30:00Z ERROR no net\n");
        let text = format!("ERROR the clock of this machine has stopped\n{}", (10..14).map(line).collect::<String>());
        let told = |since: Option<&str>, until: Option<&str>| {
            let stamp = |time: &str| crate::event::clock::stamp(&format!("2025-01-02 {time}:00 x"));
            let mut reader = Reader::new(Filter { since: since.and_then(stamp), until: until.and_then(stamp), language: None });
            reader.push(text.as_bytes());
            reader.finish().unexplained.iter().map(|lines| lines.count).collect::<Vec<_>>()
        };
        assert_eq!(told(None, None), [1, 4, 4]);
        assert_eq!(told(Some("12:15"), None), [1, 1, 2]);
        assert_eq!(told(Some("11:00"), Some("12:00")), [1, 1, 2]);
        assert_eq!(told(None, Some("09:00")), [1]);
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

    /// Reads `text` with the first border behind each of its lines, and further ones as far apart: the answer is that of the whole.
    fn check_borders(text: &str) -> Log {
        let whole = read(text.as_bytes());
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            end += line.len();
            assert_eq!(format!("{:?}", read_in_blocks(text, end)), format!("{whole:?}"), "a border behind {line:?} at {end}\n{text}");
        }
        whole
    }

    fn seen(log: &Log) -> Vec<String> {
        log.events.iter().map(|event| format!("{}: {} x{} {:?}", event.kind, event.headline(), event.count, event.lines)).collect()
    }

    /// Failures of each kind of text, each with a line that ends it.
    const FAILURES: &[(&str, &str)] = &[
        (
            "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g()\nKeyError: 'a'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"a.py\", line 5, in <module>\n    f()\nRuntimeError: no\n",
            "RuntimeError: no x1 1..12",
        ),
        (
            "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 4, in <module>\n  |     f()\n  | ExceptionGroup: two (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | KeyError: 1\n    +------------------------------------\n",
            "ExceptionGroup: two (1 sub-exception) x1 1..8",
        ),
        (
            "thread 'main' panicked at src/main.rs:3:4:\nboom\nstack backtrace:\n   0: a::b\n             at ./src/main.rs:3:4\nnote: run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
            "panic: boom x1 1..6",
        ),
        (
            "error[E0308]: mismatched types\n --> src/a.rs:3:4\n  |\n3 |     let a = b;\n  |         ^ here\n  |\n  = note: expected x\n\nerror: could not compile `a`\n",
            "E0308: mismatched types x1 1..8",
        ),
        (
            "Exception in thread \"main\" java.lang.IllegalStateException: x\n\tat a.B.c(B.java:3)\n\tat a.B.main(B.java:9)\nCaused by: java.io.IOException: y\n\tat a.B.d(B.java:5)\n\t... 1 more\n",
            "java.lang.IllegalStateException: x x1 1..7",
        ),
        (
            "TypeError: x is not a function\n    at f (/a/b.js:3:4)\n    at g (/a/b.js:9:4)\n    at Object.<anonymous> (/a/b.js:12:1)\n",
            "TypeError: x is not a function x1 1..5",
        ),
        (
            "panic: oh no\n\ngoroutine 1 [running]:\nmain.f()\n\t/a/b.go:3 +0x1d\nmain.main()\n\t/a/b.go:9 +0x1d\nexit status 2\n",
            "panic: oh no x1 1..8",
        ),
        (
            "=================================== FAILURES ===================================\n____________________________________ test_x ____________________________________\n\n    def test_x():\n>       assert f() == 2\nE       assert 1 == 2\n\ntests/test_a.py:3: AssertionError\n=========================== short test summary info ============================\nFAILED tests/test_a.py::test_x - assert 1 == 2\n",
            "AssertionError: assert 1 == 2 x2 2..9",
        ),
    ];

    #[test]
    fn a_failure_is_read_once_and_whole_wherever_the_border_falls() {
        for (text, expected) in FAILURES {
            let log = check_borders(text);
            assert_eq!(seen(&log)[..1], [*expected], "{text}");
            check_borders(&format!("{text}\nok\n{text}"));
        }
    }

    #[test]
    fn failures_behind_each_other_and_what_follows_them_do_not_depend_on_the_border() {
        let all = FAILURES.iter().map(|(text, _)| format!("2025-01-02 03:04:05 INFO app: next\n{text}")).collect::<Vec<_>>().concat();
        check_borders(&all);
        for n_between in [3, 70, 130] {
            let text = format!("{}{}{}", trace("'a'"), "all is well here\n".repeat(n_between), trace("'a'"));
            check_borders(&text);
        }
        assert_eq!(seen(&read(format!("{}{}", trace("'a'"), "all is well here\n".repeat(300)).as_bytes())), ["KeyError: 'a' x1 1..5"]);
    }

    #[test]
    fn error_lines_that_announce_no_failure_are_told_by_template_whatever_the_border() {
        let text = format!(
            "ERROR app: no disk 1\nok\nERROR app: it failed\n{}ok\n\nERROR app: no disk 2\nok\nE0102 03:04:05.000000 1 x.go:1] gone\nERROR app: no disk 3\n",
            trace("'a'")
        );
        let log = check_borders(&text);
        let told: Vec<_> = log.unexplained.iter().map(|lines| (lines.example.as_str(), lines.count)).collect();
        assert_eq!(told, [("E0102 03:04:05.000000 1 x.go:1] gone", 1), ("ERROR app: no disk 1", 3)]);
    }

    #[test]
    fn a_line_of_several_blocks_is_noted_once_and_what_it_holds_told_once() {
        let hint = " thread 'main' panicked at 'boom', src/main.rs:1:2 ";
        let log = read([hint; 7].join(&"x".repeat(600_000)).as_bytes());
        assert_eq!(log.skipped.iter().map(|skipped| (skipped.count, skipped.first_line)).collect::<Vec<_>>(), [(1, 1)]);
        let log = read(format!("ERROR x: begins {}", " ERROR y: z".repeat(300_000)).as_bytes());
        assert_eq!((log.unexplained.iter().map(|lines| lines.count).collect::<Vec<_>>(), log.n_lines), (vec![1], 1));
        for n_before in [500, 520, 523, 524, 525, 530] {
            let line = format!("{}{hint}{}", "x".repeat(n_before * 1000), "x".repeat(2_000_000));
            let log = read(format!("{line}\nfine\n{line}\n").as_bytes());
            assert_eq!(log.skipped.iter().map(|skipped| (skipped.count, skipped.first_line)).collect::<Vec<_>>(), [(2, 1)]);
            assert_eq!((seen(&log).len(), log.events[0].count), (1, 2), "{n_before}");
        }
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        const N: u32 = 11_000;
        let text = (0..N).map(|n| format!("thread 'main' panicked at src/main.rs:{n}:2:\nno {n}\n\n")).collect::<Vec<_>>().concat();
        let log = read(text.as_bytes());
        let lost = log.overflow.expect("there is no room for so many");
        assert_eq!(u64::from(log.events.iter().map(|event| event.count).sum::<u32>()) + lost.n_prints, u64::from(N));
        assert!(lost.n_distinct > lost.n_prints * 9 / 10 && lost.n_distinct <= lost.n_prints, "{lost:?}");
    }
}
