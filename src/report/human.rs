//! The report that a person reads: rustc's look, the place in the project's own source, the verdict in the last line.
//!
//! Text comes out with ANSI colours; `ui` takes them off where the reader has none. Whatever a log or a source says goes through
//! [`crate::redact::visible`] or through the renderer's own replacement of control characters.

mod analysis;
mod effects;
mod healing;
mod leftovers;
mod paint;
mod place;
mod snippet;
mod spark;

use std::sync::Arc;

use crate::text::RepoPath;

pub use healing::verdict;
pub(super) use paint::push;
pub use paint::{diff, facts};

/// Gives the bytes of a file of the project as they are now; none for a file that is not there.
pub type Sources<'a> = &'a dyn Fn(&RepoPath) -> Option<Arc<[u8]>>;

/// Writes reports for a person.
#[derive(Clone, Copy)]
pub struct Human<'a> {
    /// The project's files.
    pub sources: Sources<'a>,
    /// Columns of the terminal; longer source lines are cut.
    pub width: usize,
    /// How the person names the log, so that the next command can be written out.
    pub log: Option<&'a str>,
    /// Whether the terminal shows more than ASCII.
    pub is_unicode: bool,
}
