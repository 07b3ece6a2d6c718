//! The tree that trials run in.

use std::fmt;
use std::path::Path;

use crate::explain::Explain;
use crate::git::Workspace;
use crate::text::Patch;

/// A throw-away tree with the user's files.
///
/// Every file in it is newer than whatever was built of another version of that file: cargo compares times, and takes for built what is
/// older than the last build in its folder. A tree that is made anew for each lab and never sets a time back is such a tree.
pub trait Ground {
    /// Its root; absolute.
    fn root(&self) -> &Path;

    /// Makes every file as it was in the snapshot and removes what tests have left. Files that were as they should be stay untouched.
    ///
    /// # Errors
    /// The tree could not be made clean.
    fn reset(&mut self) -> Result<(), GroundError>;

    /// Writes the patched files.
    ///
    /// # Errors
    /// A file could not be written.
    fn put(&mut self, patch: &Patch) -> Result<(), GroundError>;
}

impl Ground for Workspace {
    fn root(&self) -> &Path {
        Workspace::root(self)
    }

    fn reset(&mut self) -> Result<(), GroundError> {
        Workspace::reset(self).map_err(GroundError::new)
    }

    fn put(&mut self, patch: &Patch) -> Result<(), GroundError> {
        Workspace::put(self, patch).map_err(GroundError::new)
    }
}

/// Why the tree could not be prepared.
#[derive(Debug)]
pub struct GroundError(Box<dyn Explain + Send + Sync>);

impl GroundError {
    /// Wraps what went wrong.
    pub fn new(source: impl Explain + Send + Sync + 'static) -> GroundError {
        GroundError(Box::new(source))
    }
}

impl fmt::Display for GroundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot prepare the tree for the tests")
    }
}

impl std::error::Error for GroundError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

impl Explain for GroundError {
    fn hint(&self) -> Option<String> {
        self.0.hint()
    }
}
