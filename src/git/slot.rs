//! Places for throw-away trees: the same path in every run, one run at a time.
//!
//! The path is stable because cargo's fingerprints hold it: a target folder beside the tree is reused by the next run.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use super::error::disk;
use super::places::{cache_home, folder_state_dir, name_of};
use super::{FileLock, GitError, Repo};

/// More runs than this at once on one folder are a mistake.
const MAX_SLOTS: u32 = 64;

/// The slots of one repository or folder.
#[derive(Debug, Clone)]
pub struct Slots {
    dir: PathBuf,
}

/// One slot, ours until it is dropped.
#[derive(Debug)]
pub struct Slot {
    dir: PathBuf,
    _lock: FileLock,
}

impl Slots {
    /// The slots of a repository: below the user's cache folder, or in the repository's own state folder where that cannot be written.
    pub fn of(repo: &Repo) -> Slots {
        Slots::in_first_writable(repo.root(), &repo.state_dir())
    }

    /// The slots of a folder that is no repository.
    pub fn of_folder(root: &Path) -> Slots {
        Slots::in_first_writable(root, &folder_state_dir(root))
    }

    /// The slots in the folder `dir`, which need not exist.
    pub fn at(dir: PathBuf) -> Slots {
        Slots { dir }
    }

    fn in_first_writable(root: &Path, state_dir: &Path) -> Slots {
        let in_cache = cache_home().map(|cache| cache.join("worktrees").join(name_of(root)));
        let nearest = |dir: &PathBuf| dir.ancestors().find(|folder| folder.exists()).map(Path::to_owned);
        let writable = |dir: &PathBuf| nearest(dir).is_some_and(|folder| access(&folder, AccessFlags::W_OK).is_ok());
        Slots::at(in_cache.filter(writable).unwrap_or_else(|| state_dir.join("worktrees")))
    }

    /// Takes the first free slot called `name`; what a dead run left in it is removed.
    ///
    /// # Errors
    /// [`GitError::NoSlot`]; [`GitError::Disk`] when the folder cannot be made.
    pub fn take(&self, name: &str) -> Result<Slot, GitError> {
        for n in 0..MAX_SLOTS {
            if let Some(slot) = Slot::try_at(self.dir.join(format!("{name}-{n}")))? {
                slot.clear()?;
                return Ok(slot);
            }
        }
        Err(GitError::NoSlot { path: self.dir.clone(), n: MAX_SLOTS })
    }

    /// Removes the trees that dead runs left; caches beside them stay.
    ///
    /// # Errors
    /// [`GitError::Disk`] when such a tree cannot be removed.
    pub fn sweep(&self) -> Result<(), GitError> {
        let Ok(entries) = fs::read_dir(&self.dir) else { return Ok(()) };
        for entry in entries.flatten().filter(|entry| entry.path().join("lock").is_file()) {
            if let Some(slot) = Slot::try_at(entry.path())? {
                slot.clear()?;
            }
        }
        Ok(())
    }

    /// The folder for trees that the user wants to keep.
    pub(super) fn kept(slot: &Slot) -> PathBuf {
        slot.dir.with_file_name("kept")
    }
}

impl Slot {
    /// The slot in the folder `dir`, if nobody else holds it.
    fn try_at(dir: PathBuf) -> Result<Option<Slot>, GitError> {
        make_dirs(&dir).map_err(disk("make the folder", &dir))?;
        let path = dir.join("lock");
        let lock = FileLock::try_take(&path).map_err(disk("lock", &path))?;
        Ok(lock.map(|lock| Slot { dir, _lock: lock }))
    }

    /// Where the tree of a folder called `name` goes: the last part stays the same, since tests may depend on it.
    pub(super) fn tree(&self, name: &std::ffi::OsStr) -> PathBuf {
        self.dir.join("tree").join(name)
    }

    /// A folder beside the tree that outlives the run: `target` of cargo and other caches. Its path depends on the slot only.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Removes the tree, whatever the tests did to its permissions.
    pub(super) fn clear(&self) -> Result<(), GitError> {
        let tree = self.dir.join("tree");
        remove_tree(&tree).map_err(disk("remove", &tree))
    }
}

/// Makes `dir` and what is above it, for the user alone.
pub(super) fn make_dirs(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Removes `dir` with all that is in it; folders that were made read-only are opened first. Links are removed, not followed.
pub(super) fn remove_tree(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_folders(dir)?;
            fs::remove_dir_all(dir)
        }
        done => done,
    }
}

fn open_folders(dir: &Path) -> io::Result<()> {
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_folders(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_taken_once_and_comes_back_with_its_caches_but_without_its_tree() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::at(folder.path().join("slots"));
        let first = slots.take("rust").unwrap();
        let second = slots.take("rust").unwrap();
        assert_ne!(first.beside("target"), second.beside("target"));
        let (target, tree) = (first.beside("target"), first.tree("app".as_ref()));
        fs::create_dir_all(&target).unwrap();
        fs::create_dir_all(tree.join("locked")).unwrap();
        fs::set_permissions(tree.join("locked"), fs::Permissions::from_mode(0o000)).unwrap();
        drop(first);
        let again = slots.take("rust").unwrap();
        assert_eq!(again.beside("target"), target);
        assert!(target.is_dir() && !tree.exists());
    }

    #[test]
    fn the_janitor_spares_the_living() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::at(folder.path().to_owned());
        let (living, dead) = (slots.take("a").unwrap(), slots.take("b").unwrap());
        let trees = [living.tree("x".as_ref()), dead.tree("x".as_ref())];
        for tree in &trees {
            fs::create_dir_all(tree).unwrap();
        }
        drop(dead);
        slots.sweep().unwrap();
        assert_eq!(trees.map(|tree| tree.exists()), [true, false]);
    }
}
