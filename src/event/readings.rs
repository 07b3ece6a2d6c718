//! What one block of a log says, in bounded memory: what is printed again is kept once.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::collate::{hash_of, identity_of, n_bytes};
use super::dialect::{Failure, Item};
use super::line::Line;
use super::miner::Shapes;
use super::{Event, Skipped};

/// Different failures of one block that are kept, and their bytes in all.
const MOST_FAILURES: usize = 8192;
const MOST_BYTES: usize = 16 << 20;

/// Whose lines are read by themselves: a service and one of its speakers.
pub(super) type Speaker = (Option<Arc<str>>, Option<Arc<str>>);

/// What one block says. Its lines are counted from the start of the text before it.
#[derive(Debug, Default)]
pub struct Readings {
    /// In the order of the log.
    pub(super) placed: Vec<Placed>,
    /// What [`What::Failure`] and [`What::Failed`] mean.
    pub(super) failures: Vec<Failure>,
    pub(super) skipped: Vec<Skipped>,
    /// The last line that was not read whole.
    pub(super) clipped: u32,
    /// Error-level lines that belong to no failure.
    pub(super) shapes: Shapes,
    /// Lines of the text before the block, and lines that end in the block.
    pub(super) n_lines: (u32, u32),
    /// Whether the block ends in a line without an end.
    pub(super) has_open_line: bool,
    /// Up to which line a failure that began in the block goes on behind its end.
    pub(super) beyond: Vec<(Speaker, u32)>,
    /// The failure of each identity, so far.
    pub(super) index_of: HashMap<u64, usize>,
    /// Bytes of the failures, by estimate.
    pub(super) n_bytes: usize,
}

/// An item and where it stands.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) what: What,
    /// The line at which its reading begins.
    pub(super) begin: u32,
    /// What the items are sorted by: the first line of the failure itself.
    pub(super) first_line: u32,
    /// The lines of the failure.
    pub(super) lines: Range<u32>,
    /// What makes it the same failure as another, apart from its test and group.
    pub(super) identity: u64,
    pub(super) speaker: Speaker,
    /// As printed before its line.
    pub(super) timestamp: Option<Arc<str>>,
    /// In milliseconds since 1970.
    pub(super) time: Option<i64>,
    /// Its reading, counted within the block.
    pub(super) reading: usize,
}

/// What stands there.
#[derive(Debug)]
pub(super) enum What {
    /// A test begins, passes, ends.
    Mark(Item),
    /// The failure of this index.
    Failure(usize),
    /// A runner's word that a test failed, by its index.
    Failed(usize),
    /// A failure that there was no room for, by its identity.
    Lost(u64),
}

/// Where a reading stands.
pub(super) struct Spot<'l, 't> {
    pub(super) line: &'l Line<'t>,
    /// The line at which the outermost reading begins.
    pub(super) begin: u32,
    pub(super) time: Option<i64>,
    pub(super) reading: usize,
}

impl Readings {
    /// Keeps `item`, which stands at `spot`.
    pub(super) fn keep(&mut self, item: Item, spot: &Spot<'_, '_>) {
        let line = spot.line;
        let mut placed = Placed {
            what: What::Lost(0),
            begin: spot.begin,
            first_line: line.no,
            lines: line.no..line.no + 1,
            identity: 0,
            speaker: (line.service.clone(), line.speaker.clone()),
            timestamp: line.timestamp.clone(),
            time: spot.time,
            reading: spot.reading,
        };
        placed.what = match item {
            Item::Failure(failure) => self.keep_failure(*failure, &mut placed).map_or_else(What::Lost, What::Failure),
            Item::Failed(failure) => self.keep_failure(*failure, &mut placed).map_or_else(What::Lost, What::Failed),
            mark => What::Mark(mark),
        };
        self.placed.push(placed);
    }

    /// The index of `failure`, or its identity where there is no room.
    fn keep_failure(&mut self, failure: Failure, placed: &mut Placed) -> Result<usize, u64> {
        let event = &failure.event;
        placed.lines = event.lines.clone();
        placed.first_line = event.lines.start.max(placed.first_line);
        placed.identity = identity_of(event, placed.speaker.0.as_deref());
        let whole =
            hash_of(&(placed.identity, wealth(event), &event.message, &event.test, &failure.thread, failure.group, failure.is_summary));
        if let Some(&index) = self.index_of.get(&whole) {
            return Ok(index);
        }
        if self.failures.len() == MOST_FAILURES || self.n_bytes > MOST_BYTES {
            return Err(hash_of(&(placed.identity, &event.test)));
        }
        self.n_bytes += n_bytes(event);
        self.index_of.insert(whole, self.failures.len());
        self.failures.push(failure);
        Ok(self.failures.len() - 1)
    }

    /// Notes that a line was not read, or not whole.
    pub(super) fn skip(&mut self, reason: &str, no: u32) {
        match self.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => skipped.count += 1,
            None => self.skipped.push(Skipped { reason: reason.to_owned(), count: 1, first_line: no }),
        }
    }
}

/// How much a print tells: a later one that tells more is kept beside it.
fn wealth(event: &Event) -> [usize; 6] {
    let n_bytes = event.labels.iter().filter(|label| label.bytes.is_some()).count();
    [event.frames.len(), event.causes.len(), event.labels.len(), n_bytes, event.suggestions.len(), event.notes.len()]
}
