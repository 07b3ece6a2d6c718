//! What is asked of a healing.

use std::path::PathBuf;
use std::time::Duration;

/// A log and where it came from.
#[derive(Debug, Clone)]
pub struct LogInput {
    /// As the person named it; `-` for the standard input.
    pub name: String,
    /// The log, as it is.
    pub bytes: Vec<u8>,
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

/// One order to heal.
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
    /// How long one run of the tests may take; without it five times the first run, at least 20 seconds.
    pub timeout: Option<Duration>,
    /// Which of the plausible patches to take, counted from one; the best without it.
    pub pick: Option<usize>,
    /// Whether a harmless patch may be applied though nothing proves it.
    pub allow_unproven: bool,
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
            timeout: None,
            pick: None,
            allow_unproven: false,
            allow_dirty: false,
            delivery: Delivery::Show,
            keep: false,
        }
    }
}

/// Executed candidates of one healing, unless the person says otherwise.
pub const DEFAULT_BUDGET: u32 = 5000;
