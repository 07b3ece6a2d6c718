//! The workflow: from a log, or from the project's own tests, to a judged patch. Formats nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::explain::Explain;
use crate::report::{Analysis, Healing, Step};

/// Candidates that may be run where nobody says otherwise.
pub const DEFAULT_BUDGET: u32 = 5000;

/// A log to read.
#[derive(Debug, Clone)]
pub struct LogInput {
    /// How the person names it.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What becomes of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It is only shown.
    Show,
    /// It is written to the tree.
    Apply,
    /// It is committed to a new branch of this name.
    Branch(String),
    /// Only the exit code tells.
    Check,
    /// All patches that pass are listed.
    List,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where the project is.
    pub dir: PathBuf,
    /// The commit to heal instead of the tree as it is; a revision as git takes it.
    pub commit: Option<String>,
    /// The log; none runs the project's tests.
    pub log: Option<LogInput>,
    /// The test command, instead of the found one.
    pub test: Option<String>,
    /// A command whose failure is the fault.
    pub repro: Option<String>,
    /// Candidates that may be run.
    pub budget: u32,
    /// Decides between equals.
    pub seed: u64,
    /// Limit for one run of the tests.
    pub timeout: Option<Duration>,
    /// The number of the patch that the person chose from the list, counted from one.
    pub pick: Option<usize>,
    /// Writes a patch to the tree although nothing proves it.
    pub allow_unproven: bool,
    /// What becomes of the patch.
    pub delivery: Delivery,
    /// Leaves the worktree for debugging.
    pub keep: bool,
    /// Runs at a time.
    pub jobs: usize,
    /// Only suggestions and rules.
    pub no_search: bool,
    /// Writes over files with changes that are not committed.
    pub allow_dirty: bool,
}

/// Why the workflow could not run.
#[derive(Debug, thiserror::Error)]
pub enum HealError {
    /// Not built yet.
    #[error("healing is not built yet")]
    NotBuilt,
}

impl Explain for HealError {}

impl HealError {
    /// The exit code that says so.
    pub fn exit_code(&self) -> u8 {
        2
    }
}

/// Finds events, incidents and diagnoses; runs nothing.
///
/// # Errors
/// [`HealError`].
pub fn analyze(_dir: &Path, _logs: &[LogInput], _on_step: &mut dyn FnMut(Step)) -> Result<Analysis, HealError> {
    Err(HealError::NotBuilt)
}

/// The whole loop.
///
/// # Errors
/// [`HealError`].
pub fn heal(_request: &Request, _interrupt: &crate::process::Interrupt, _on_step: &mut dyn FnMut(Step)) -> Result<Healing, HealError> {
    Err(HealError::NotBuilt)
}
