//! Puts new bytes in place of a file in one step: written beside it, synced, renamed over it. Never truncates in place.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use super::DeliverError;
use super::check;
use super::error::disk;
use super::folders;
use super::journal::{Entry, Journal, sync_dir};
use super::steps::{Failure, Steps, step};
use crate::text::Patch;

/// Puts the new bytes of every file into place. All of them are on the disk before the first file is replaced.
pub(super) fn all(root: &Path, journal: &Journal, patch: &Patch, steps: &mut dyn Steps) -> Result<(), Failure> {
    for (n, (entry, file)) in journal.entries.iter().zip(patch.files()).enumerate() {
        write_beside(root, journal, n, entry, &file.after, steps)?;
    }
    for (n, entry) in journal.entries.iter().enumerate() {
        // The user may have gone on working since the check.
        if !check::holds(root, &entry.path, entry.before) {
            return Err(DeliverError::Changed { path: entry.path.clone() }.into());
        }
        put_in_place(root, journal, n, entry, steps)?;
    }
    Ok(())
}

/// Puts the old bytes of file `n` back into place.
pub(super) fn restore(root: &Path, journal: &Journal, n: usize, steps: &mut dyn Steps) -> Result<(), Failure> {
    let entry = &journal.entries[n];
    let path = journal.before(n);
    let before = fs::read(&path).map_err(disk("read", &path))?;
    write_beside(root, journal, n, entry, &before, steps)?;
    put_in_place(root, journal, n, entry, steps)
}

/// Removes what a killed run left beside the files.
pub(super) fn remove_leftovers(root: &Path, journal: &Journal, steps: &mut dyn Steps) -> Result<(), Failure> {
    for (n, entry) in journal.entries.iter().enumerate() {
        let beside = beside(root, journal, n, entry);
        if beside.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
            step(steps, "remove a leftover")?;
            fs::remove_file(&beside).map_err(disk("remove", &beside))?;
        }
    }
    Ok(())
}

/// The place for the new bytes of file `n`: in its folder, since a rename must not cross a border between disks.
fn beside(root: &Path, journal: &Journal, n: usize, entry: &Entry) -> PathBuf {
    root.join(entry.path.parent()).join(format!(".homeostasis-{}-{n}", journal.run))
}

fn write_beside(root: &Path, journal: &Journal, n: usize, entry: &Entry, bytes: &[u8], steps: &mut dyn Steps) -> Result<(), Failure> {
    let beside = beside(root, journal, n, entry);
    step(steps, "write the new bytes")?;
    let write = || {
        write_synced(&beside, bytes)?;
        // Only root can give a file away; for anybody else the file becomes theirs, as with every editor.
        let _ = chown(&beside, Some(entry.owner.0), Some(entry.owner.1));
        fs::set_permissions(&beside, Permissions::from_mode(entry.mode))
    };
    let written = write();
    if written.is_err() {
        // The disk may be full: what was written of it is of no use.
        let _ = fs::remove_file(&beside);
    }
    Ok(written.map_err(disk("write", &beside))?)
}

fn put_in_place(root: &Path, journal: &Journal, n: usize, entry: &Entry, steps: &mut dyn Steps) -> Result<(), Failure> {
    let full = entry.path.below(root);
    step(steps, "replace the file")?;
    fs::rename(beside(root, journal, n, entry), &full).map_err(disk("replace", &full))?;
    step(steps, "sync the folder")?;
    for folder in folders(root, std::iter::once(&entry.path)) {
        sync_dir(&folder)?;
    }
    Ok(())
}

/// Writes a new file for the user alone and makes sure that the disk holds its bytes; what stood there is gone.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
