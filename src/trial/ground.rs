//! The tree that trials run in.

use std::fmt;
use std::path::Path;

use crate::explain::Explain;
use crate::git::Workspace;
use crate::text::Patch;

/// A throw-away tree with the user's files.
pub trait Ground {
    /// Its root; absolute, without symbolic links.
    fn root(&self) -> &Path;

    /// Makes every file as it was in the snapshot and removes what tests have left.
    ///
    /// # Errors
    /// The tree could not be made clean.
    fn reset(&mut self) -> Result<(), GroundError>;

    /// Writes the patched files; they are newer than anything that was built before.
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
