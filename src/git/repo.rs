//! Finds the user's repository and reads from it.
//!
//! The variables `GIT_DIR` and friends are ignored: in a hook they point at the repository that runs the hook, not at the one we were asked about.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use git2::{Delta, DiffOptions, ErrorCode, RepositoryOpenFlags, RepositoryState};
use nix::unistd::{AccessFlags, access};

use super::GitError;
use super::error::{disk, libgit};
use super::folder::is_generated;
use super::places::folder_state_dir;
use crate::text::RepoPath;

/// The name of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(pub(super) git2::Oid);

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The files of a project by their kind, each list sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Regular files.
    pub files: Vec<RepoPath>,
    /// Symbolic links.
    pub links: Vec<RepoPath>,
}

/// Kinds of files in a mode.
///
/// Source: `inode(7)`; git's modes use the same numbers.
pub(super) const REGULAR: u32 = 0o100_000;
pub(super) const LINK: u32 = 0o120_000;

/// A repository with a work tree.
pub struct Repo {
    pub(super) git: git2::Repository,
    root: PathBuf,
    common: PathBuf,
}

impl fmt::Debug for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repo").field("root", &self.root).finish_non_exhaustive()
    }
}

impl Repo {
    /// The repository that `dir` lies in; none where there is none.
    ///
    /// # Errors
    /// [`GitError::Bare`], [`GitError::Format`] for one that libgit2 cannot read, [`GitError::Owner`] for one of another user.
    pub fn discover(dir: &Path) -> Result<Option<Repo>, GitError> {
        match git2::Repository::open_ext(dir, RepositoryOpenFlags::empty(), &[] as &[&OsStr]) {
            Ok(git) => Repo::of(git).map(Some),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) if error.code() == ErrorCode::Owner => Err(GitError::Owner { path: place_of(dir) }),
            Err(error) => Err(GitError::Format { path: place_of(dir), what: error.message().to_owned() }),
        }
    }

    fn of(git: git2::Repository) -> Result<Repo, GitError> {
        let Some(root) = git.workdir() else {
            return Err(GitError::Bare { path: git.path().to_owned() });
        };
        // Without the slash that libgit2 puts behind a folder.
        let root: PathBuf = root.components().collect();
        let common = git.commondir().canonicalize().map_err(disk("find", git.commondir()))?;
        Ok(Repo { git, root, common })
    }

    /// A second handle on the same repository, with an index of its own in memory.
    pub(super) fn again(&self) -> Result<git2::Repository, GitError> {
        git2::Repository::open(&self.root).map_err(libgit("open the repository"))
    }

    /// The top folder of the work tree, absolute, links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that all work trees of the repository share: `.git`, links resolved.
    pub fn common_dir(&self) -> &Path {
        &self.common
    }

    /// Where runs, journals and locks are kept: `homeostasis` in the common folder, or the user's own state folder if that cannot be written.
    pub fn state_dir(&self) -> PathBuf {
        if self.is_writable() { self.common.join("homeostasis") } else { folder_state_dir(&self.root) }
    }

    /// Whether objects and worktrees can be made in it; if not, only [`super::Workspace::copy_of`] works.
    pub fn is_writable(&self) -> bool {
        access(&self.common, AccessFlags::W_OK).is_ok()
    }

    /// The commit that HEAD names; none on a branch that has no commit yet.
    ///
    /// # Errors
    /// [`GitError::Libgit`] when HEAD is broken.
    pub fn head(&self) -> Result<Option<CommitId>, GitError> {
        match self.git.head().and_then(|head| head.peel_to_commit()) {
            Ok(commit) => Ok(Some(CommitId(commit.id()))),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(libgit("read HEAD")(error)),
        }
    }

    /// The commit that `name` (a branch, a tag, an id) stands for; none if nothing has that name.
    pub fn commit_named(&self, name: &str) -> Option<CommitId> {
        let object = self.git.revparse_single(name).ok()?;
        object.peel_to_commit().ok().map(|commit| CommitId(commit.id()))
    }

    /// What the user is in the middle of: a merge, a rebase and so on; none normally.
    pub fn under_way(&self) -> Option<&'static str> {
        match self.git.state() {
            RepositoryState::Clean => None,
            RepositoryState::Merge => Some("merge"),
            RepositoryState::Revert | RepositoryState::RevertSequence => Some("revert"),
            RepositoryState::CherryPick | RepositoryState::CherryPickSequence => Some("cherry-pick"),
            RepositoryState::Bisect => Some("bisect"),
            RepositoryState::Rebase | RepositoryState::RebaseInteractive | RepositoryState::RebaseMerge => Some("rebase"),
            RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => Some("am"),
        }
    }

    /// What the user has: tracked or untracked, not ignored. Writes nothing.
    ///
    /// A name that is no [`RepoPath`] (not UTF-8, with a backslash or a colon) is left out: no log can name it in a way that we understand.
    ///
    /// # Errors
    /// [`GitError::Libgit`] when the index cannot be read.
    pub fn listing(&self) -> Result<Listing, GitError> {
        let git = self.again()?;
        let index = git.index().map_err(libgit("read the index"))?;
        let mut kinds: BTreeMap<Vec<u8>, u32> = index.iter().map(|entry| (entry.path, entry.mode & 0o170_000)).collect();
        for (status, path) in changes(&git, &index)? {
            let meta = self.root.join(OsStr::from_bytes(&path)).symlink_metadata();
            match meta {
                Ok(meta) if status != Delta::Deleted => kinds.insert(path, meta.mode() & 0o170_000),
                _ => kinds.remove(&path),
            };
        }
        let of_kind = |kind: u32| {
            let paths = kinds.iter().filter(move |(_, other)| **other == kind);
            paths.filter_map(|(path, _)| RepoPath::new(std::str::from_utf8(path).ok()?).ok()).collect()
        };
        Ok(Listing { files: of_kind(REGULAR), links: of_kind(LINK) })
    }

    /// Whether the folder `dir` below the root is ignored, so that nothing in it belongs to the repository.
    pub fn ignores(&self, dir: &Path) -> bool {
        let relative = dir.strip_prefix(&self.root).ok().filter(|relative| !relative.as_os_str().is_empty());
        // With the slash of a folder, since a pattern may ask for one.
        relative.is_some_and(|relative| self.git.is_path_ignored(relative.join("")).unwrap_or(false))
    }

    /// Ignored files and folders, which a throw-away tree lacks unless they are carried; caches, environments and build output are left out.
    ///
    /// # Errors
    /// [`GitError::Libgit`] when the work tree cannot be read.
    pub fn left_out(&self) -> Result<Vec<RepoPath>, GitError> {
        let mut options = git2::StatusOptions::new();
        options.include_ignored(true).recurse_ignored_dirs(false).include_untracked(false).exclude_submodules(true);
        let statuses = self.again()?;
        let statuses = statuses.statuses(Some(&mut options)).map_err(libgit("list the ignored files"))?;
        let ignored = statuses.iter().filter(|entry| entry.status().is_ignored());
        let paths = ignored.filter_map(|entry| RepoPath::new(entry.path().ok()?.trim_end_matches('/')).ok());
        let own =
            |path: &RepoPath| !is_generated(&path.below(&self.root)) && !matches!(path.extension(), "pyc" | "pyo" | "swp" | "egg-info");
        Ok(paths.filter(own).collect())
    }

    /// Those of `paths` that are not as HEAD has them: changed, staged, or not tracked at all.
    ///
    /// # Errors
    /// [`GitError::Libgit`] when the repository cannot be read.
    pub fn dirty<'a>(&self, paths: impl IntoIterator<Item = &'a RepoPath>) -> Result<Vec<RepoPath>, GitError> {
        let git = self.again()?;
        let mut dirty = Vec::new();
        for path in paths {
            let status = git.status_file(Path::new(path.as_str())).map_err(libgit("compare a file with HEAD"))?;
            if !status.is_empty() {
                dirty.push(path.clone());
            }
        }
        Ok(dirty)
    }
}

/// What differs between `index` and the work tree of `git`, untracked files included, as paths in bytes. Nothing is written.
pub(super) fn changes(git: &git2::Repository, index: &git2::Index) -> Result<Vec<(Delta, Vec<u8>)>, GitError> {
    let mut options = DiffOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).include_typechange(true).ignore_submodules(true);
    let diff = git.diff_index_to_workdir(Some(index), Some(&mut options)).map_err(libgit("compare the work tree with the index"))?;
    let path = |delta: git2::DiffDelta<'_>| Some((delta.status(), delta.new_file().path_bytes()?.to_owned()));
    Ok(diff.deltas().filter_map(path).collect())
}

/// Whether a regular file stands at `path`; a link to one is none.
pub(super) fn is_regular(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_file())
}

/// The repository that `dir` lies in, for messages about one that could not be opened.
fn place_of(dir: &Path) -> PathBuf {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    dir.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&dir).to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::explain::Explain as _;
    use crate::git::playground::{Playground, git_in};

    #[test]
    fn a_folder_without_a_repository_has_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Repo::discover(folder.path()).unwrap().is_none());
    }

    #[test]
    fn the_repository_is_found_from_below_and_through_a_linked_worktree() {
        let playground = Playground::new();
        let repo = Repo::discover(&playground.path("pkg")).unwrap().unwrap();
        assert_eq!(repo.root(), playground.root().canonicalize().unwrap());
        playground.git(&["worktree", "add", "-q", "--detach", "../side"]);
        let side = Repo::discover(&playground.path("../side")).unwrap().unwrap();
        assert_eq!(side.common_dir(), repo.common_dir());
        assert!(side.root().ends_with("side"));
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_its_name() {
        for (arguments, word) in [
            (&["init", "-q", "--bare"][..], "bare"),
            (&["init", "-q", "--object-format=sha256"][..], "sha256"),
            (&["init", "-q", "--ref-format=reftable"][..], "refstorage"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            git_in(folder.path(), arguments);
            let error = Repo::discover(folder.path()).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn the_listing_has_tracked_and_untracked_files_and_nothing_that_is_gone() {
        let playground = Playground::new();
        playground.write("untracked.py", "x\n");
        playground.write("ignored.log", "x\n");
        fs::remove_file(playground.path("pkg/mod.py")).unwrap();
        fs::remove_file(playground.path("run.sh")).unwrap();
        std::os::unix::fs::symlink("app.py", playground.path("run.sh")).unwrap();
        let before = playground.sacred();
        let listing = playground.repo().listing().unwrap();
        let shown = |paths: &[RepoPath]| paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(shown(&listing.files), ".gitignore app.py untracked.py");
        assert_eq!(shown(&listing.links), "link run.sh");
        assert_eq!(playground.sacred(), before);
    }

    #[test]
    fn what_a_worktree_will_lack_is_named_without_caches() {
        let playground = Playground::new();
        playground.write(".gitignore", "_version.py\n.env\nbuilt/\n__pycache__/\n.venv/\nCargo.toml\ntarget/\n");
        for path in ["pkg/_version.py", ".env", "built/x.so", "pkg/__pycache__/x.pyc", ".venv/pyvenv.cfg", "Cargo.toml", "target/x"] {
            playground.write(path, "x\n");
        }
        let names: Vec<String> = playground.repo().left_out().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(names, [".env", "Cargo.toml", "built", "pkg/_version.py"]);
    }

    #[test]
    fn dirty_files_are_those_that_head_has_not() {
        let playground = Playground::new();
        playground.write("untracked.py", "x\n");
        playground.write("app.py", "print(9)\n");
        let path = |text: &str| RepoPath::new(text).unwrap();
        let asked = [path("app.py"), path("pkg/mod.py"), path("untracked.py")];
        let before = playground.sacred();
        assert_eq!(playground.repo().dirty(&asked).unwrap(), [path("app.py"), path("untracked.py")]);
        assert_eq!(playground.sacred(), before);
    }
}
