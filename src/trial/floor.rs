//! The tree as the next run needs it: the snapshot with a patch, and nothing in it that a build tool could take for older than it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Ground, GroundError};
use crate::text::{Patch, RepoPath};

/// Keeps a [`Ground`] ready for runs.
pub(super) struct Floor<'a> {
    ground: &'a mut dyn Ground,
    original: PathBuf,
    patched: Vec<RepoPath>,
    is_touched: bool,
}

impl Floor<'_> {
    /// A floor on `ground`, a copy of `original`.
    pub(super) fn new(ground: &mut dyn Ground, original: PathBuf) -> Floor<'_> {
        Floor { ground, original, patched: Vec::new(), is_touched: false }
    }

    /// The root of the tree.
    pub(super) fn root(&self) -> &Path {
        self.ground.root()
    }

    /// Makes the tree the snapshot with `patch`. Files are newer than all that was built of another version of them.
    ///
    /// Cargo compares times: whatever is older than the last build in its folder counts as built, and a checkout may be older than a
    /// build of another snapshot.
    pub(super) fn lay(&mut self, patch: Option<&Patch>) -> Result<(), GroundError> {
        self.ground.reset()?;
        if let Some(patch) = patch {
            self.ground.put(patch)?;
        }
        let now = SystemTime::now();
        if !self.is_touched {
            touch_all(self.ground.root(), now);
            self.is_touched = true;
        }
        let new = patch.map(Patch::files).unwrap_or_default().iter().map(|file| file.path.clone()).collect();
        for path in std::mem::replace(&mut self.patched, new).iter().chain(&self.patched) {
            touch(&path.below(self.ground.root()), now);
        }
        self.carry("Cargo.lock");
        Ok(())
    }

    /// A lock file that git ignores is missing here, and without one cargo would look for versions anew.
    fn carry(&self, name: &str) {
        let (from, to) = (self.original.join(name), self.ground.root().join(name));
        if from.is_file() && !to.exists() {
            // If it cannot be copied, cargo says what it misses.
            let _ = fs::copy(from, to);
        }
    }
}

fn touch_all(folder: &Path, now: SystemTime) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && entry.file_name() != ".git" && entry.file_name() != "target" {
            touch_all(&entry.path(), now);
        } else if kind.is_file() {
            touch(&entry.path(), now);
        }
    }
}

/// A file that cannot be touched is one that we have not written either.
fn touch(path: &Path, now: SystemTime) {
    if let Ok(file) = fs::File::options().append(true).open(path) {
        let _ = file.set_modified(now);
    }
}
