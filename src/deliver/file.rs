//! The journal as it is written to the disk.

use serde::{Deserialize, Serialize};

/// One run's journal, `journal.json` in its folder; the old bytes of file `n` are in `n.before` beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JournalFile {
    /// 1.
    pub(super) version: u32,
    /// `applying`, `applied`, `rolled-back`, `undoing` or `undone`.
    pub(super) state: String,
    /// The top folder of the tree: the worktrees of a repository share one state folder.
    pub(super) root: String,
    pub(super) files: Vec<JournalEntry>,
}

/// One file of a journal.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JournalEntry {
    pub(super) path: String,
    /// BLAKE3, hexadecimal.
    pub(super) before: String,
    /// BLAKE3, hexadecimal.
    pub(super) after: String,
    /// Permission bits.
    pub(super) mode: u32,
    pub(super) user: u32,
    pub(super) group: u32,
}
