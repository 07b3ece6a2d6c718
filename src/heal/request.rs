//! What is asked of a healing.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ingest::{IngestError, Options, Source, ingest};
use crate::event::Log;

/// Bytes of a log's end that are kept: runners sum up there.
const END: usize = 4 << 20;

/// A log and where it came from.
#[derive(Debug, Clone)]
pub struct LogInput {
    /// As the person named it.
    pub name: String,
    /// What it says.
    pub log: Log,
    /// Its last bytes, as they are.
    pub end: Vec<u8>,
    /// How long it took to read.
    pub took: Duration,
}

impl LogInput {
    /// Reads all of `source`.
    ///
    /// # Errors
    /// [`IngestError`]: it cannot be read, is empty or is no text.
    pub fn read(source: Source<'_>, jobs: usize) -> Result<LogInput, IngestError> {
        let start = Instant::now();
        let end = Mutex::new(Vec::new());
        let name = source.name.clone();
        let heard = Source { name: source.name, bytes: Box::new(Heard { bytes: source.bytes, end: &end }) };
        let log = ingest(vec![heard], &Options { jobs, ..Options::default() }, &mut |_| ())?;
        let mut end = end.into_inner().unwrap_or_else(PoisonError::into_inner);
        end.drain(..end.len().saturating_sub(END));
        Ok(LogInput { name, log, end, took: start.elapsed() })
    }
}

/// Passes bytes on and keeps the last of them.
struct Heard<'s> {
    bytes: Box<dyn Read + Send + 's>,
    end: &'s Mutex<Vec<u8>>,
}

impl Read for Heard<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(room)?;
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.extend_from_slice(&room[..n]);
        // Cut only now and then, so that each byte is moved once on average.
        if end.len() > 2 * END {
            let n_old = end.len() - END;
            end.drain(..n_old);
        }
        Ok(n)
    }
}

/// What to do with a proved patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Show it.
    Show,
    /// Write it to the user's files.
    Apply,
    /// Commit it to a new branch of this name.
    Branch(String),
}

/// How far a healing goes where no compiler and no rule has a cure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It ends there.
    Rules,
    /// It says which functions may hold the fault, and ends.
    Suspects,
    /// It tries templates at suspicious places.
    Search,
}

/// One order to heal.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line by itself")]
#[derive(Debug, Clone)]
pub struct Request {
    /// A folder of the project.
    pub dir: PathBuf,
    /// The log of the failure; without it the project's tests are run and their failures taken.
    pub log: Option<LogInput>,
    /// The test command, instead of the one that is found.
    pub test: Option<String>,
    /// A command whose failure is the fault.
    pub repro: Option<String>,
    /// The commit to heal instead of what stands in the user's tree.
    pub commit: Option<String>,
    /// How many candidates may be executed.
    pub budget: u32,
    /// How far to go where no rule heals.
    pub reach: Reach,
    /// How long one run of the tests may take; without it five times the first run, at least 20 seconds.
    pub timeout: Option<Duration>,
    /// Which of the plausible patches to take, counted from one; the best without it.
    pub pick: Option<usize>,
    /// Whether a harmless patch may be applied though nothing proves it.
    pub allow_unproven: bool,
    /// Whether a patch is wanted that takes only some errors of a build away, where none takes all.
    pub keep_going: bool,
    /// Whether a file may be written that differs from HEAD.
    pub allow_dirty: bool,
    /// What to do with a proved patch.
    pub delivery: Delivery,
    /// Whether to leave the worktree for a person to look at.
    pub keep: bool,
}

impl Request {
    /// The order to heal the project at `dir`, with everything else as it is by default.
    pub fn new(dir: PathBuf) -> Request {
        Request {
            dir,
            log: None,
            test: None,
            repro: None,
            commit: None,
            budget: DEFAULT_BUDGET,
            reach: Reach::Search,
            timeout: None,
            pick: None,
            allow_unproven: false,
            keep_going: false,
            allow_dirty: false,
            delivery: Delivery::Show,
            keep: false,
        }
    }
}

/// Executed candidates of one healing, unless the person says otherwise.
pub const DEFAULT_BUDGET: u32 = 5000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_kept() {
        let text = format!("{}\nRan 3 tests in 0.1s\n", "x".repeat(3 * END));
        let source = Source { name: "x.log".to_owned(), bytes: Box::new(text.as_bytes()) };
        let input = LogInput::read(source, 1).unwrap();
        assert_eq!(input.end.len(), END);
        assert!(input.end.ends_with(b"\nRan 3 tests in 0.1s\n"));
        assert_eq!(input.log.n_lines, 2);
    }
}
