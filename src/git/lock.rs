//! Locks that the kernel holds: they end with the process, however that ends, and nobody has to remove a file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// An exclusive lock on a file, until it is dropped.
#[derive(Debug)]
pub struct FileLock(File);

impl FileLock {
    /// Locks the file at `path`, which is made if need be; none while somebody else holds it, another handle of this process included.
    ///
    /// # Errors
    /// What the system says when the file cannot be opened or locked.
    pub fn try_take(path: &Path) -> io::Result<Option<FileLock>> {
        FileLock::try_on(open(path)?)
    }

    /// Locks the open file `file`; none while somebody else holds it.
    pub(super) fn try_on(file: File) -> io::Result<Option<FileLock>> {
        match file.try_lock() {
            Ok(()) => Ok(Some(FileLock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Waits for the lock; for locks that are held for moments only.
    pub(super) fn wait(path: &Path) -> io::Result<FileLock> {
        let file = open(path)?;
        file.lock()?;
        Ok(FileLock(file))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child between fork and exec has it open, too, and would hold the lock a moment longer.
        let _ = self.0.unlock();
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}
