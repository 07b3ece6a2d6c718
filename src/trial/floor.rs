//! The tree as the next run needs it: the snapshot with a patch, and the lock file that belongs to it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Ground, GroundError};
use crate::text::Patch;

/// Keeps a [`Ground`] ready for runs.
pub(super) struct Floor<'a> {
    ground: &'a mut dyn Ground,
    root: PathBuf,
    original: PathBuf,
}

impl Floor<'_> {
    /// A floor on `ground`, a copy of `original`.
    pub(super) fn new(ground: &mut dyn Ground, original: PathBuf) -> Floor<'_> {
        let root = ground.root().to_owned();
        Floor { ground, root, original }
    }

    /// The root of the tree, without symbolic links.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the tree the snapshot with `patch`.
    pub(super) fn lay(&mut self, patch: Option<&Patch>) -> Result<(), GroundError> {
        self.ground.reset()?;
        if let Some(patch) = patch {
            self.ground.put(patch)?;
        }
        // Runners tell real paths.
        self.root = self.ground.root().canonicalize().unwrap_or_else(|_| self.ground.root().to_owned());
        self.carry("Cargo.lock");
        Ok(())
    }

    /// A lock file that git ignores is missing here, and without one cargo would look for versions anew.
    fn carry(&self, name: &str) {
        let (from, to) = (self.original.join(name), self.root.join(name));
        if from.is_file() && !to.exists() {
            // If it cannot be copied, cargo says what it misses.
            let _ = fs::copy(from, to);
        }
    }
}
