//! A linked worktree of our own: detached, without a branch, removed with the run, swept away by the next one after a kill.
//!
//! libgit2 makes a branch for every worktree that it adds, so the few files that link a worktree are written here. They are made aside and
//! renamed into place: nobody, `git worktree prune` included, ever sees half of them. An owner file, locked as long as the run lives, tells
//! the dead from the living.
//!
//! Source: git 2.47, `gitrepository-layout(5)`, entry `worktrees/<id>`.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use git2::Index;
use git2::build::CheckoutBuilder;

use super::error::{disk, libgit};
use super::manifest::Stamp;
use super::slot::{make_dirs, remove_tree};
use super::{CommitId, FileLock, GitError, Repo, program};

const PREFIX: &str = "homeostasis-";

/// A linked worktree at one commit.
pub(super) struct Linked {
    git: git2::Repository,
    commit: git2::Oid,
    tree: PathBuf,
    /// `<common dir>/worktrees/<name>`.
    meta: PathBuf,
    /// The index as it was after the checkout.
    index: (Stamp, Vec<u8>),
    has_filters: bool,
    /// Locked as long as we live.
    _owner: FileLock,
}

impl Linked {
    /// Makes the worktree in the folder `tree`, which must not exist, and checks `commit` out there.
    pub(super) fn create(repo: &Repo, commit: CommitId, tree: &Path) -> Result<Linked, GitError> {
        let name = format!("{PREFIX}{}-{:08x}", std::process::id(), RandomState::new().build_hasher().finish() as u32);
        let aside = repo.common_dir().join("homeostasis").join(format!("aside-{name}"));
        let meta = repo.common_dir().join("worktrees").join(&name);
        let owner = own(repo, &aside)?;
        write_links(&aside, &meta, tree, commit.0).map_err(disk("make a worktree at", tree))?;
        put_in_place(&aside, &meta).map_err(disk("make a worktree in", &meta))?;
        match check_out(tree, commit.0) {
            Ok((git, has_filters)) => {
                let index = read_index(&meta)?;
                Ok(Linked { git, commit: commit.0, tree: tree.to_owned(), meta, index, has_filters, _owner: owner })
            }
            Err(error) => {
                remove(tree, &meta).map_err(disk("remove the worktree", tree))?;
                Err(error)
            }
        }
    }

    /// Brings `paths` back to the commit. They must have been removed before.
    pub(super) fn restore(&self, paths: &[PathBuf]) -> Result<(), GitError> {
        if self.has_filters {
            return self.restore_filtered(paths);
        }
        let mut checkout = CheckoutBuilder::new();
        checkout.force().update_index(false).disable_pathspec_match(true);
        for path in paths {
            checkout.path(path.as_path());
        }
        let commit = self.git.find_object(self.commit, None).map_err(libgit("read a commit"))?;
        self.git.checkout_tree(&commit, Some(&mut checkout)).map_err(libgit("restore files of a worktree"))
    }

    fn restore_filtered(&self, paths: &[PathBuf]) -> Result<(), GitError> {
        let commit = self.commit.to_string();
        // A command line holds some 128 KiB at least.
        for part in paths.chunks(200) {
            let words = ["checkout", "--force", "--quiet", &commit, "--"].map(OsStr::new);
            program::run(&self.tree, words.into_iter().chain(part.iter().map(|path| path.as_os_str())))?;
        }
        Ok(())
    }

    /// Brings HEAD, the index and the link to the repository back, which tests may have changed by running git.
    pub(super) fn relink(&self) -> Result<(), GitError> {
        let head = self.meta.join("HEAD");
        let wanted = format!("{}\n", self.commit);
        if fs::read(&head).ok().as_deref() != Some(wanted.as_bytes()) {
            fs::write(&head, wanted).map_err(disk("write", &head))?;
        }
        let link = self.tree.join(".git");
        let wanted = link_to(&self.meta);
        if link.symlink_metadata().is_ok_and(|meta| !meta.is_file()) || fs::read(&link).ok().as_deref() != Some(&wanted) {
            remove_any(&link).and_then(|()| fs::write(&link, wanted)).map_err(disk("write", &link))?;
        }
        let index = self.meta.join("index");
        if Stamp::read(&index).ok() != Some(self.index.0) && fs::read(&index).ok().as_ref() != Some(&self.index.1) {
            fs::write(&index, &self.index.1).map_err(disk("write", &index))?;
        }
        Ok(())
    }

    /// Removes the tree and what links it.
    pub(super) fn remove(&self) -> io::Result<()> {
        remove(&self.tree, &self.meta)
    }

    /// Moves the tree to `place` and leaves it to the user as an ordinary worktree.
    pub(super) fn hand_over(&self, place: &Path) -> io::Result<()> {
        fs::rename(&self.tree, place)?;
        fs::write(self.meta.join("gitdir"), back_link(place))?;
        fs::remove_file(self.meta.join("owner"))
    }
}

/// Removes what dead runs left in the repository: only worktrees of ours, only those whose owner lives no more.
pub(super) fn sweep(repo: &Repo) -> Result<(), GitError> {
    let state = repo.common_dir().join("homeostasis");
    let worktrees = repo.common_dir().join("worktrees");
    let mut ours = entries(&state, &format!("aside-{PREFIX}"));
    ours.extend(entries(&worktrees, PREFIX));
    if ours.is_empty() {
        return Ok(());
    }
    let _gate = gate(&state)?;
    for meta in ours {
        bury(&meta).map_err(disk("remove the worktree of a dead run", &meta))?;
    }
    Ok(())
}

/// Removes the worktree behind `meta` unless its owner lives, or it was handed over to the user.
fn bury(meta: &Path) -> io::Result<()> {
    if is_anybodys(meta)? {
        return Ok(());
    }
    let tree =
        fs::read(meta.join("gitdir")).ok().and_then(|link| Some(Path::new(OsStr::from_bytes(link.trim_ascii())).parent()?.to_owned()));
    let links_back = |tree: &PathBuf| fs::read(tree.join(".git")).is_ok_and(|link| link.starts_with(b"gitdir: ") && names(&link, meta));
    match tree.filter(links_back) {
        Some(tree) => remove(&tree, meta),
        None => remove_meta(meta),
    }
}

/// Whether the owner of `meta` lives, or it was handed over to the user: without an owner file but with a HEAD it is theirs.
fn is_anybodys(meta: &Path) -> io::Result<bool> {
    match File::open(meta.join("owner")) {
        Ok(owner) => Ok(FileLock::try_on(owner)?.is_none()),
        Err(_) => Ok(meta.join("HEAD").exists()),
    }
}

/// Whether a link names the worktree `meta`, also while that still waits aside.
fn names(link: &[u8], meta: &Path) -> bool {
    let name = meta.file_name().unwrap_or_default().as_bytes();
    link.trim_ascii().ends_with(name.strip_prefix(b"aside-").unwrap_or(name))
}

fn remove(tree: &Path, meta: &Path) -> io::Result<()> {
    remove_tree(tree)?;
    remove_meta(meta)
}

/// Removes the owner file last: until then a run that comes after a kill can see that it was ours.
fn remove_meta(meta: &Path) -> io::Result<()> {
    for entry in fs::read_dir(meta).into_iter().flatten().flatten().filter(|entry| entry.file_name() != "owner") {
        remove_any(&entry.path())?;
    }
    remove_any(&meta.join("owner"))?;
    unless_gone(fs::remove_dir(meta))?;
    // As git does: no folder without worktrees. It fails where there are others.
    let _ = meta.parent().filter(|folder| folder.ends_with("worktrees")).map(fs::remove_dir);
    Ok(())
}

fn remove_any(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(meta) if meta.is_dir() => remove_tree(path),
        Ok(_) => unless_gone(fs::remove_file(path)),
        Err(_) => Ok(()),
    }
}

/// Somebody else who sweeps may have been quicker.
fn unless_gone(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn entries(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| name.as_bytes().starts_with(prefix.as_bytes())))
        .collect()
}

/// Makes the folder `aside` with a locked owner file; nobody sweeps meanwhile.
fn own(repo: &Repo, aside: &Path) -> Result<FileLock, GitError> {
    let state = repo.common_dir().join("homeostasis");
    make_dirs(&state).map_err(disk("make the folder", &state))?;
    let _gate = gate(&state)?;
    let make = || {
        fs::create_dir(aside)?;
        FileLock::wait(&aside.join("owner"))
    };
    make().map_err(disk("make a worktree in", aside))
}

/// Held for moments only, by whoever makes an owner file or sweeps.
fn gate(state: &Path) -> Result<FileLock, GitError> {
    let path = state.join("worktrees.lock");
    FileLock::wait(&path).map_err(disk("lock", &path))
}

fn write_links(aside: &Path, meta: &Path, tree: &Path, commit: git2::Oid) -> io::Result<()> {
    fs::write(aside.join("HEAD"), format!("{commit}\n"))?;
    fs::write(aside.join("commondir"), "../..\n")?;
    fs::write(aside.join("gitdir"), back_link(tree))?;
    make_dirs(tree)?;
    File::create_new(tree.join(".git"))?.write_all(&link_to(meta))
}

fn put_in_place(aside: &Path, meta: &Path) -> io::Result<()> {
    fs::create_dir_all(meta.parent().unwrap_or(meta))?;
    fs::rename(aside, meta)
}

fn link_to(meta: &Path) -> Vec<u8> {
    [b"gitdir: ", meta.as_os_str().as_bytes(), b"\n"].concat()
}

fn back_link(tree: &Path) -> Vec<u8> {
    [tree.join(".git").as_os_str().as_bytes(), b"\n"].concat()
}

/// Opens the worktree and writes the files of `commit`; also says whether filter drivers had to run.
fn check_out(tree: &Path, commit: git2::Oid) -> Result<(git2::Repository, bool), GitError> {
    let git = git2::Repository::open(tree).map_err(libgit("open the worktree"))?;
    let found = git.find_commit(commit).map_err(libgit("read a commit"))?;
    let mut listing = Index::new().map_err(libgit("read a tree"))?;
    listing.read_tree(&found.tree().map_err(libgit("read a tree"))?).map_err(libgit("read a tree"))?;
    let has_filters = program::has_filters(&git, &listing);
    if has_filters {
        program::run(tree, ["reset", "--hard", "--quiet", &commit.to_string()].map(OsStr::new))?;
    } else {
        let mut checkout = CheckoutBuilder::new();
        git.checkout_tree(found.as_object(), Some(checkout.force())).map_err(libgit("check a commit out"))?;
    }
    drop(found);
    Ok((git, has_filters))
}

fn read_index(meta: &Path) -> Result<(Stamp, Vec<u8>), GitError> {
    let path = meta.join("index");
    let read = || Ok((Stamp::read(&path)?, fs::read(&path)?));
    read().map_err(disk("read", &path))
}
