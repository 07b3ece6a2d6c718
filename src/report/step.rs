//! What a long job tells while it runs: each [`Step`] once, when it begins.

use std::path::PathBuf;

/// One thing that happened; `ui` decides whether and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A part of the job begins: "reading the log", "running the tests".
    Phase(&'static str),
    /// So much of the log was read.
    Read {
        /// Bytes so far.
        n: u64,
        /// Bytes in all, where that is known.
        of: Option<u64>,
    },
    /// A candidate is about to be tried.
    Candidate {
        /// Its number, counted from one.
        k: u32,
        /// How many there are so far.
        n: u32,
        /// What it would do, in one line.
        title: String,
    },
    /// Something that the person should know although the job goes on.
    Note(String),
    /// A worktree that stays for debugging, because the person asked for it.
    Kept(PathBuf),
}
