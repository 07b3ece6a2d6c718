//! What a throw-away tree should hold, file by file, and how to see cheaply what the tests did to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::GitError;
use super::error::disk;

/// What tells whether a file was written since we looked. The change time cannot be set back by a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    mode: u32,
    inode: u64,
    len: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// Where the bytes of a file came from, and come from again.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// The commit of the tree.
    Commit,
    /// A file of the user's, which must still be as it was.
    Copied {
        /// The user's file.
        from: PathBuf,
        /// As it was when it was copied.
        stamp: Stamp,
    },
    /// A link of ours to something that was too large to copy.
    Link(PathBuf),
}

/// One file of the tree.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) stamp: Stamp,
    pub(super) origin: Origin,
}

/// All files of the tree, by their path in it.
pub(super) type Manifest = BTreeMap<PathBuf, Entry>;

/// What has to be done to bring a tree back to its manifest.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// Files that were changed or removed.
    pub(super) wrong: Vec<PathBuf>,
    /// Files and folders that do not belong there, deepest first.
    pub(super) foreign: Vec<PathBuf>,
}

/// What stands in a tree.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) files: Vec<(PathBuf, Stamp)>,
    folders: Vec<PathBuf>,
}

impl Stamp {
    pub(super) fn of(meta: &Metadata) -> Stamp {
        Stamp {
            mode: meta.mode(),
            inode: meta.ino(),
            len: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }

    pub(super) fn read(path: &Path) -> io::Result<Stamp> {
        Ok(Stamp::of(&path.symlink_metadata()?))
    }

    pub(super) fn is_regular(self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// A number that tells this file from others of its name.
    pub(super) fn name(self) -> u64 {
        self.inode
    }

    pub(super) fn permissions(self) -> fs::Permissions {
        fs::Permissions::from_mode(self.mode & 0o7777)
    }
}

/// Every file and folder below `root`, but not git's own at the top; links are not followed.
pub(super) fn walk(root: &Path) -> Result<Walk, GitError> {
    let mut walk = Walk::default();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        let full = root.join(&folder);
        for entry in read_folder(&full).map_err(disk("read the folder", &full))? {
            let path = folder.join(entry.file_name());
            if path.as_os_str() == ".git" {
                continue;
            }
            let meta = entry.metadata().map_err(disk("look at", &entry.path()))?;
            if meta.is_dir() {
                walk.folders.push(path.clone());
                open.push(path);
            } else {
                walk.files.push((path, Stamp::of(&meta)));
            }
        }
    }
    Ok(walk)
}

/// The entries of `folder`, which tests may have closed for us.
fn read_folder(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
            fs::read_dir(folder)?
        }
        entries => entries?,
    };
    entries.collect()
}

/// Compares what stands below `root` with `manifest`.
pub(super) fn compare(root: &Path, manifest: &Manifest) -> Result<Differences, GitError> {
    let walk = walk(root)?;
    let mut differences = Differences::default();
    let mut seen = BTreeSet::new();
    for (path, stamp) in &walk.files {
        match manifest.get(path) {
            Some(entry) => {
                seen.insert(path.as_path());
                if entry.stamp != *stamp {
                    differences.wrong.push(path.clone());
                }
            }
            None => differences.foreign.push(path.clone()),
        }
    }
    differences.wrong.extend(manifest.keys().filter(|path| !seen.contains(path.as_path())).cloned());
    let parents: BTreeSet<&Path> = manifest.keys().flat_map(|path| path.ancestors().skip(1)).collect();
    let mut folders: Vec<_> = walk.folders.into_iter().filter(|folder| !parents.contains(folder.as_path())).collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
    differences.foreign.extend(folders);
    Ok(differences)
}
