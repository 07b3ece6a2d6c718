//! The repository of the user: what they have now, a throw-away tree of it, and a commit that holds a fix.
//!
//! Refuses to touch the user's index, HEAD, branches, configuration and stash: everything happens in memory, in loose objects that nothing
//! refers to, and in linked worktrees of our own. Works through libgit2; the git program is called only where a filter driver must run.
//!
//! Source: git 2.47, `gitrepository-layout(5)` and `git-worktree(1)`; libgit2 1.9.

mod commit;
mod error;
mod folder;
mod linked;
mod lock;
mod manifest;
mod places;
mod program;
mod repo;
mod slot;
mod snapshot;
mod workspace;

pub use error::GitError;
pub use folder::folder_listing;
pub use lock::FileLock;
pub use places::{cache_home, folder_state_dir, index_dir};
pub use repo::{CommitId, Listing, Repo};
pub use slot::{Slot, Slots};
pub use snapshot::Snapshot;
pub use workspace::Workspace;

#[cfg(test)]
pub(crate) mod playground;
