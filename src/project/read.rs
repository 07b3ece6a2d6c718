//! Reads files of the project: members of its list only, and never through a link.
//!
//! Each folder on the way is opened by itself, from the root down, so that a link that comes between looking and opening is not followed.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat};
use nix::sys::stat::Mode;

use super::Project;
use crate::explain::Explain;
use crate::text::RepoPath;

/// A source file above this is data.
const MAX_BYTES: u64 = 4 << 20;

/// Why a file of the project cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It does not belong to the project.
    #[error("{path} is not a file of the project")]
    NotOurs {
        /// Which file.
        path: RepoPath,
    },
    /// It was there when the project was opened.
    #[error("{path} is gone")]
    Gone {
        /// Which file.
        path: RepoPath,
    },
    /// It, or a folder above it, is a symbolic link.
    #[error("{path} is reached through a symbolic link")]
    Link {
        /// Which file.
        path: RepoPath,
    },
    /// It is a folder, a pipe or a device.
    #[error("{path} is no regular file")]
    NotRegular {
        /// Which file.
        path: RepoPath,
    },
    /// More than 4 MB.
    #[error("{path} has {n_bytes} bytes, more than the 4 MB that are read")]
    TooLarge {
        /// Which file.
        path: RepoPath,
        /// Its size.
        n_bytes: u64,
    },
    /// The disk said no.
    #[error("cannot read {path}")]
    Disk {
        /// Which file.
        path: RepoPath,
        /// What the system said.
        source: io::Error,
    },
}

impl Explain for ReadError {
    fn hint(&self) -> Option<String> {
        match self {
            ReadError::Link { .. } => Some("links are not followed: name the file that it points at".to_owned()),
            ReadError::NotOurs { .. } => Some("ignored files do not count; `git add` it if it belongs to the project".to_owned()),
            _ => None,
        }
    }
}

/// Files that were read are kept: what a run looks at does not change under it.
#[derive(Debug)]
pub(super) struct Reader {
    root: PathBuf,
    cache: Mutex<HashMap<RepoPath, Arc<[u8]>>>,
}

impl Reader {
    pub(super) fn of(root: PathBuf) -> Reader {
        Reader { root, cache: Mutex::default() }
    }

    fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, ReadError> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = cache.get(path) {
            return Ok(bytes.clone());
        }
        let bytes: Arc<[u8]> = read_below(&self.root, path)?.0.into();
        cache.insert(path.clone(), bytes.clone());
        Ok(bytes)
    }
}

impl Project {
    /// How many files were read whose bytes somebody asked for, each counted once.
    pub fn n_read(&self) -> usize {
        self.reader.cache.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The bytes of a file of the project, as they were when it was first read.
    ///
    /// # Errors
    /// [`ReadError`] says why not: not in [`Project::files`], gone, behind a link, not regular, too large.
    pub fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, ReadError> {
        match self.files.binary_search(path) {
            Ok(_) => self.reader.read(path),
            // Perhaps it is a link, which the list leaves out: then say so.
            Err(_) if path.below(&self.root).is_symlink() => Err(ReadError::Link { path: path.clone() }),
            Err(_) => Err(ReadError::NotOurs { path: path.clone() }),
        }
    }
}

/// The bytes of a file, and how it was just before they were read.
pub(super) fn read_below(root: &Path, path: &RepoPath) -> Result<(Vec<u8>, Metadata), ReadError> {
    let file = open_below(root, path).map_err(|errno| refusal(path, errno))?;
    let disk = |source| ReadError::Disk { path: path.clone(), source };
    let meta = file.metadata().map_err(disk)?;
    if !meta.is_file() {
        return Err(ReadError::NotRegular { path: path.clone() });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len().min(MAX_BYTES)).unwrap_or_default() + 1);
    (&file).take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(disk)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::TooLarge { path: path.clone(), n_bytes: meta.len() });
    }
    Ok((bytes, meta))
}

fn open_below(root: &Path, path: &RepoPath) -> Result<File, Errno> {
    let folder_flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let mut folder: OwnedFd = open(root, folder_flags, Mode::empty())?;
    for part in path.parent().split('/').filter(|part| !part.is_empty()) {
        folder = openat(&folder, part, folder_flags | OFlag::O_NOFOLLOW, Mode::empty())?;
    }
    // Without O_NONBLOCK a pipe would wait for its writer.
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    openat(&folder, path.file_name(), flags, Mode::empty()).map(File::from)
}

fn refusal(path: &RepoPath, errno: Errno) -> ReadError {
    let path = path.clone();
    match errno {
        Errno::ENOENT => ReadError::Gone { path },
        // O_DIRECTORY with O_NOFOLLOW says ENOTDIR of a link.
        Errno::ELOOP | Errno::ENOTDIR => ReadError::Link { path },
        Errno::ENXIO => ReadError::NotRegular { path },
        errno => ReadError::Disk { path, source: errno.into() },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    #[test]
    fn only_members_are_read_and_links_are_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pkg")).unwrap();
        fs::write(folder.path().join("pkg/a.py"), "x = 1\n").unwrap();
        symlink("/etc/passwd", folder.path().join("secret.py")).unwrap();
        let project = Project::open(folder.path()).unwrap();
        assert_eq!(&*project.read(&path("pkg/a.py")).unwrap(), b"x = 1\n");
        assert!(matches!(project.read(&path("secret.py")), Err(ReadError::Link { .. })));
        assert!(matches!(project.read(&path("other.py")), Err(ReadError::NotOurs { .. })));
    }

    #[test]
    fn what_was_swapped_after_listing_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.py"), "secret\n").unwrap();
        for name in ["one", "two", "three", "four"] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("a.py"), "x\n").unwrap();
        }
        let project = Project::open(folder.path()).unwrap();
        fs::remove_dir_all(folder.path().join("one")).unwrap();
        symlink(outside.path(), folder.path().join("one")).unwrap();
        fs::remove_file(folder.path().join("two/a.py")).unwrap();
        symlink(outside.path().join("a.py"), folder.path().join("two/a.py")).unwrap();
        fs::remove_file(folder.path().join("three/a.py")).unwrap();
        nix::unistd::mkfifo(&folder.path().join("three/a.py"), Mode::S_IRWXU).unwrap();
        fs::write(folder.path().join("four/a.py"), vec![b'x'; (MAX_BYTES + 1) as usize]).unwrap();
        assert!(matches!(project.read(&path("one/a.py")), Err(ReadError::Link { .. })));
        assert!(matches!(project.read(&path("two/a.py")), Err(ReadError::Link { .. })));
        assert!(matches!(project.read(&path("three/a.py")), Err(ReadError::NotRegular { .. })));
        assert!(matches!(project.read(&path("four/a.py")), Err(ReadError::TooLarge { n_bytes: 4_194_305, .. })));
    }
}
