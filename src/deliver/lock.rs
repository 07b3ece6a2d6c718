//! One writer at a time.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use super::DeliverError;
use super::error::disk;
use crate::git::FileLock;

/// The right to change the tree and the journals, until it is dropped.
#[derive(Debug)]
pub struct StateLock(#[expect(dead_code, reason = "it is held, not used")] FileLock);

impl StateLock {
    /// Takes the lock of the state folder `state_dir`, which is made if need be.
    ///
    /// # Errors
    /// [`DeliverError::Locked`] when another run holds it: nobody waits here. [`DeliverError::Disk`].
    pub fn take(state_dir: &Path) -> Result<StateLock, DeliverError> {
        make_dirs(state_dir).map_err(disk("make the folder", state_dir))?;
        let path = state_dir.join("lock");
        match FileLock::try_take(&path).map_err(disk("lock", &path))? {
            Some(lock) => Ok(StateLock(lock)),
            None => Err(DeliverError::Locked { path }),
        }
    }
}

/// Makes `dir` and what is above it, for the user alone.
pub(super) fn make_dirs(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}
