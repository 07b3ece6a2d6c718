//! From a file or a pipe to what it says, on as many threads as there are cores, in bounded memory.
//!
//! Each thread takes the next block of the source, reads it, and hands over what it says in its turn: the answer does not depend
//! on the number of threads. A thread that is too far ahead waits, so that no more blocks are held than threads can work on.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use super::unpack::Unpacked;
use crate::event::{Block, Collector, Filter, Log, Readings, Skipped, Splitter};
use crate::explain::Explain;

/// A log and where it comes from.
pub struct Source<'s> {
    /// As the person named it.
    pub name: String,
    /// Its bytes; gzip and Zstandard are decompressed on the way.
    pub bytes: Box<dyn Read + Send + 's>,
}

/// How to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How many threads; as many as there are cores where it is zero.
    pub jobs: usize,
    /// What counts.
    pub filter: Filter,
}

/// Why a log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file or the pipe failed.
    #[error("cannot read the log {name}")]
    Unreadable {
        /// Which one.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// It holds nothing but blanks.
    #[error("{name} is empty")]
    Empty {
        /// Which one.
        name: String,
    },
    /// It holds zero bytes, as no log does.
    #[error("{name} is a binary file, not a log")]
    Binary {
        /// Which one.
        name: String,
    },
}

impl Explain for IngestError {
    fn hint(&self) -> Option<String> {
        match self {
            IngestError::Unreadable { .. } => {
                Some("name a file that you may read, or pipe the log: `CMD 2>&1 | homeostasis ...`".to_owned())
            }
            IngestError::Empty { .. } => {
                Some("errors often go to stderr: write `CMD > build.log 2>&1`, or `CMD 2>&1 | homeostasis ...`".to_owned())
            }
            IngestError::Binary { .. } => Some("name the text that the failing command printed".to_owned()),
        }
    }
}

/// Reads all `sources`, one after the other, as one log: its lines are counted on from source to source.
///
/// `on_progress` hears how many bytes were read so far, before they were decompressed.
///
/// # Errors
/// A source cannot be read, is empty or is no text.
pub fn ingest(sources: Vec<Source<'_>>, options: &Options, on_progress: &mut (dyn FnMut(u64) + Send)) -> Result<Log, IngestError> {
    let jobs = if options.jobs == 0 { thread::available_parallelism().map_or(1, usize::from) } else { options.jobs };
    let mut logs = Vec::new();
    let mut n_before = 0;
    for Source { name, bytes } in sources {
        let mut on_progress = |n| on_progress(n_before + n);
        let mut pump = Pump::open(bytes, jobs, options.filter, &mut on_progress)
            .map_err(|source| IngestError::Unreadable { name: name.clone(), source })?;
        pump.run(jobs);
        let (ended, n) = pump.finish();
        n_before += n;
        logs.push(ended.map_err(|stop| stop.named(name))?);
    }
    Ok(joined(logs))
}

/// Why a source gave no log.
enum Stop {
    Failed(io::Error),
    Empty,
    Binary,
}

impl Stop {
    fn named(self, name: String) -> IngestError {
        match self {
            Stop::Failed(source) => IngestError::Unreadable { name, source },
            Stop::Empty => IngestError::Empty { name },
            Stop::Binary => IngestError::Binary { name },
        }
    }
}

/// One source on its way to one log.
struct Pump<'s, 'p> {
    intake: Mutex<Intake<'s, 'p>>,
    outlet: Mutex<Outlet>,
    /// A block was added.
    has_moved: Condvar,
    /// So many blocks may wait for one that comes before them.
    most_waiting: usize,
    filter: Filter,
}

/// Where blocks come from.
struct Intake<'s, 'p> {
    source: Unpacked<'s>,
    splitter: Splitter,
    n_blocks: usize,
    has_ended: bool,
    is_blank: bool,
    stop: Option<Stop>,
    on_progress: &'p mut (dyn FnMut(u64) + Send),
}

/// Where readings go.
struct Outlet {
    collector: Collector,
    /// The number of the block whose turn it is.
    next: usize,
    waiting: BTreeMap<usize, Readings>,
    /// A thread died: nobody must wait for its block.
    is_broken: bool,
}

impl<'s, 'p> Pump<'s, 'p> {
    fn open(
        bytes: Box<dyn Read + Send + 's>,
        jobs: usize,
        filter: Filter,
        on_progress: &'p mut (dyn FnMut(u64) + Send),
    ) -> io::Result<Pump<'s, 'p>> {
        let source = Unpacked::open(bytes)?;
        let splitter = Splitter::new();
        Ok(Pump {
            intake: Mutex::new(Intake { source, splitter, n_blocks: 0, has_ended: false, is_blank: true, stop: None, on_progress }),
            outlet: Mutex::new(Outlet { collector: Collector::new(filter), next: 0, waiting: BTreeMap::new(), is_broken: false }),
            has_moved: Condvar::new(),
            most_waiting: jobs,
            filter,
        })
    }

    fn run(&mut self, jobs: usize) {
        let pump = &*self;
        thread::scope(|scope| {
            for _ in 1..jobs {
                scope.spawn(|| pump.work());
            }
            pump.work();
        });
    }

    /// Takes block after block until there is none.
    fn work(&self) {
        let _alarm = Alarm(self);
        let mut spare = None;
        loop {
            let taken = self.intake.lock().unwrap_or_else(PoisonError::into_inner).next(spare.take());
            let Some((index, block)) = taken else { return };
            self.hand_over(index, block.read(self.filter));
            spare = Some(block.into_buffer());
        }
    }

    fn hand_over(&self, index: usize, readings: Readings) {
        let mut outlet = self.outlet.lock().unwrap_or_else(PoisonError::into_inner);
        while index > outlet.next + self.most_waiting && !outlet.is_broken {
            outlet = self.has_moved.wait(outlet).unwrap_or_else(PoisonError::into_inner);
        }
        outlet.waiting.insert(index, readings);
        let next = outlet.next;
        while let Some(readings) = {
            let next = outlet.next;
            outlet.waiting.remove(&next)
        } {
            outlet.collector.add(readings);
            outlet.next += 1;
        }
        if outlet.next > next {
            self.has_moved.notify_all();
        }
    }

    /// What the source says, and how many bytes it had.
    fn finish(self) -> (Result<Log, Stop>, u64) {
        let mut intake = self.intake.into_inner().unwrap_or_else(PoisonError::into_inner);
        let outlet = self.outlet.into_inner().unwrap_or_else(PoisonError::into_inner);
        let n_read = intake.source.n_read();
        let ended = match intake.stop {
            Some(stop) => Err(stop),
            None if intake.is_blank => Err(Stop::Empty),
            None => Ok(outlet.collector.finish()),
        };
        (ended.map(|log| if intake.source.is_damaged() { cut_off(log) } else { log }), n_read)
    }
}

fn cut_off(mut log: Log) -> Log {
    let reason = "the compressed log is damaged or cut off, and was read up to there".to_owned();
    log.skipped.push(Skipped { reason, count: 1, first_line: log.n_lines });
    log
}

/// Wakes the others when its thread dies.
struct Alarm<'a, 's, 'p>(&'a Pump<'s, 'p>);

impl Drop for Alarm<'_, '_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.outlet.lock().unwrap_or_else(PoisonError::into_inner).is_broken = true;
            self.0.has_moved.notify_all();
        }
    }
}

impl Intake<'_, '_> {
    /// The next block and its number; `spare` is memory to use again.
    fn next(&mut self, spare: Option<Vec<u8>>) -> Option<(usize, Block)> {
        if let Some(spare) = spare {
            self.splitter.reuse(spare);
        }
        loop {
            if let Some(block) = self.splitter.next_block() {
                if self.n_blocks == 0 && block.is_binary() {
                    (self.stop, self.has_ended) = (Some(Stop::Binary), true);
                    return None;
                }
                self.is_blank = self.is_blank && block.is_blank();
                self.n_blocks += 1;
                return Some((self.n_blocks - 1, block));
            }
            if self.has_ended {
                return None;
            }
            match self.source.read(self.splitter.room()) {
                Ok(0) => {
                    self.splitter.end();
                    self.has_ended = true;
                }
                Ok(n) => {
                    self.splitter.filled(n);
                    (self.on_progress)(self.source.n_read());
                }
                Err(error) => {
                    (self.stop, self.has_ended) = (Some(Stop::Failed(error)), true);
                    return None;
                }
            }
        }
    }
}

/// Several logs as one, in order; lines and indices go on counting.
fn joined(logs: Vec<Log>) -> Log {
    let mut whole = Log::default();
    for log in logs {
        let (first_event, first_line) = (whole.events.len(), whole.n_lines);
        whole.events.extend(log.events.into_iter().map(|mut event| {
            event.within = event.within.map(|group| group + first_event);
            event.lines = event.lines.start + first_line..event.lines.end + first_line;
            event.last_line += first_line;
            event
        }));
        whole.unexplained.extend(log.unexplained.into_iter().map(|mut lines| {
            lines.first_line += first_line;
            lines.last_line += first_line;
            lines
        }));
        whole.skipped.extend(log.skipped.into_iter().map(|mut lines| {
            lines.first_line += first_line;
            lines
        }));
        whole.n_lines += log.n_lines;
        whole.overflow = whole.overflow.or(log.overflow);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nKeyError: ";

    /// A log of several blocks: traces with other messages, some of them across the borders.
    fn log() -> String {
        let part = |n: usize| format!("INFO request {n} took {} ms{}\n{TRACE}{}\n", n % 90, " x".repeat(n % 40), n % 7);
        (0..12_000).map(part).collect::<Vec<String>>().concat()
    }

    fn read(text: &str, jobs: usize) -> Log {
        let source = Source { name: "x".to_owned(), bytes: Box::new(text.as_bytes()) };
        ingest(vec![source], &Options { jobs, ..Options::default() }, &mut |_| ()).unwrap_or_default()
    }

    #[test]
    fn any_number_of_threads_gives_the_same_answer() {
        let text = log();
        let (one, whole) = (read(&text, 1), crate::event::read(text.as_bytes()));
        assert_eq!(one.events.iter().map(|event| event.count).sum::<u32>(), 12_000);
        assert_eq!(one.events.len(), 7);
        assert_eq!(format!("{one:?}"), format!("{whole:?}"));
        for jobs in [2, 5] {
            assert_eq!(format!("{:?}", read(&text, jobs)), format!("{one:?}"));
        }
    }

    #[test]
    fn what_is_no_log_is_an_error() {
        let said = |bytes: &'static [u8]| {
            let source = Source { name: "x".to_owned(), bytes: Box::new(bytes) };
            ingest(vec![source], &Options::default(), &mut |_| ()).err().map(|error| error.to_string())
        };
        assert_eq!(said(b" \n\n").as_deref(), Some("x is empty"));
        assert_eq!(said(b"\x7fELF\0\0\0\0\0").as_deref(), Some("x is a binary file, not a log"));
        assert_eq!(said(b"fine\n"), None);
    }

    #[test]
    fn several_logs_are_counted_on_and_progress_is_told() {
        let trace = format!("{TRACE}1\n");
        let source = |name: &str| Source { name: name.to_owned(), bytes: Box::new(trace.as_bytes()) };
        let mut n_read = 0;
        let log = ingest(vec![source("a"), source("b")], &Options::default(), &mut |n| n_read = n).unwrap_or_default();
        assert_eq!(log.events.iter().map(|event| event.lines.clone()).collect::<Vec<_>>(), [1..5, 5..9]);
        assert_eq!(n_read, 2 * trace.len() as u64);
    }
}
