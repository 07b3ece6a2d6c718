//! What must hold of a file before it is replaced.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use super::error::disk;
use super::{DeliverError, Tree, folders};
use crate::text::{FilePatch, Patch, RepoPath};

/// A file that may be replaced.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) path: RepoPath,
    /// Permission bits.
    pub(super) mode: u32,
    /// User and group.
    pub(super) owner: (u32, u32),
    /// Hard links.
    pub(super) n_names: u64,
}

/// Checks every file of `patch`; the first reason against it is returned, and nothing is written.
pub(super) fn targets(tree: &Tree<'_>, patch: &Patch) -> Result<Vec<Target>, DeliverError> {
    let targets = patch.files().iter().map(|file| target(tree.root, file)).collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = first_dirty(tree, patch)? {
        return Err(DeliverError::Dirty { path });
    }
    let locked =
        folders(tree.root, targets.iter().map(|target| &target.path)).into_iter().find(|folder| access(folder, AccessFlags::W_OK).is_err());
    match locked {
        Some(folder) => Err(DeliverError::ReadOnly { folder }),
        None => Ok(targets),
    }
}

fn first_dirty(tree: &Tree<'_>, patch: &Patch) -> Result<Option<RepoPath>, DeliverError> {
    match tree.repo.filter(|_| !tree.allow_dirty) {
        Some(repo) => Ok(repo.dirty(patch.files().iter().map(|file| &file.path))?.into_iter().next()),
        None => Ok(None),
    }
}

fn target(root: &Path, file: &FilePatch) -> Result<Target, DeliverError> {
    let path = file.path.clone();
    if passes_link(root, &path) {
        return Err(DeliverError::Link { path });
    }
    let full = path.below(root);
    let meta = match full.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(DeliverError::Changed { path }),
        meta => meta.map_err(disk("look at", &full))?,
    };
    if !meta.is_file() || fs::read(&full).map_err(disk("read", &full))? != *file.before {
        return Err(DeliverError::Changed { path });
    }
    Ok(Target { path, mode: meta.mode() & 0o7777, owner: (meta.uid(), meta.gid()), n_names: meta.nlink() })
}

/// Whether the file, or a folder between it and the root, is a link.
fn passes_link(root: &Path, path: &RepoPath) -> bool {
    let mut full = PathBuf::from(root);
    path.as_str().split('/').any(|part| {
        full.push(part);
        full.is_symlink()
    })
}

/// Whether a regular file with this hash stands at `path`.
pub(super) fn holds(root: &Path, path: &RepoPath, hash: blake3::Hash) -> bool {
    let full = path.below(root);
    let is_file = !passes_link(root, path) && full.symlink_metadata().is_ok_and(|meta| meta.is_file());
    is_file && fs::read(full).is_ok_and(|bytes| blake3::hash(&bytes) == hash)
}
