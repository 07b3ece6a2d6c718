//! Bytes, places in them and changes to them.
//!
//! Knows neither the disk nor a language: a patch is bytes before and bytes after, printed in git's own format.

mod edit;
mod hunk;
mod lines;
mod patch;
mod path;
mod span;

pub use edit::{Edit, EditError, EditSet};
pub use hunk::unified;
pub use lines::LineIndex;
pub use patch::{FilePatch, Patch};
pub use path::{PathError, RepoPath};
pub use span::{ByteSpan, LineNo};
