//! What can go wrong with a repository, and the next step for each.

use std::io;
use std::path::{Path, PathBuf};

use crate::explain::Explain;
use crate::text::RepoPath;

/// Why the repository, or a throw-away tree of it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There are no files to heal in it.
    #[error("{} is a bare repository: it has no files to test", path.display())]
    Bare {
        /// The repository.
        path: PathBuf,
    },
    /// libgit2 does not know the format.
    #[error("cannot read the repository at {}: {what}", path.display())]
    Format {
        /// The repository.
        path: PathBuf,
        /// The unknown thing, in libgit2's words.
        what: String,
    },
    /// Another user owns it.
    #[error("the repository at {} belongs to another user", path.display())]
    Owner {
        /// The repository.
        path: PathBuf,
    },
    /// A merge left files in conflict.
    #[error("{n} files have unresolved conflicts, {path} first")]
    Conflicts {
        /// The first of them.
        path: String,
        /// How many.
        n: usize,
    },
    /// The branch exists, or its name is a folder of other branches.
    #[error("branch {name} exists")]
    BranchExists {
        /// The branch.
        name: String,
    },
    /// Git does not accept the name.
    #[error("{name:?} is not a name for a branch")]
    BranchName {
        /// What was asked for.
        name: String,
    },
    /// A commit needs a parent.
    #[error("the repository has no commit yet")]
    Unborn,
    /// The patch was made for bytes that HEAD does not hold.
    #[error("{path} is not the same in HEAD: the fault lies in changes that are not committed")]
    FaultNotInHead {
        /// The file.
        path: RepoPath,
    },
    /// A patch was made for other bytes than the tree holds.
    #[error("{path} holds other bytes than the patch was made for")]
    Mismatch {
        /// The file.
        path: RepoPath,
    },
    /// The user's file changed while a copy of it was in use.
    #[error("{} changed while it was being tested", path.display())]
    Changed {
        /// The user's file.
        path: PathBuf,
    },
    /// `[worktree] carry` names nothing.
    #[error("cannot carry {path:?} into the worktree: there is no such file or folder")]
    NothingToCarry {
        /// As configured.
        path: String,
    },
    /// Every slot is in use.
    #[error("{n} runs work on {} already", path.display())]
    NoSlot {
        /// The folder of the slots.
        path: PathBuf,
        /// How many slots there are.
        n: u32,
    },
    /// The git program was needed and failed.
    #[error("`{command}` failed: {said}")]
    Program {
        /// What was run.
        command: String,
        /// The last line that it wrote.
        said: String,
    },
    /// The disk said no.
    #[error("cannot {what} {}", path.display())]
    Disk {
        /// What we were about to do.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// libgit2 said no.
    #[error("cannot {what}")]
    Libgit {
        /// What we were about to do.
        what: &'static str,
        /// What libgit2 said.
        source: git2::Error,
    },
}

impl GitError {
    /// Whether it is a refusal to protect the user's work, not a failure.
    pub fn is_refusal(&self) -> bool {
        use GitError::{BranchExists, Changed, Conflicts, FaultNotInHead, NoSlot, Unborn};
        matches!(self, BranchExists { .. } | Changed { .. } | Conflicts { .. } | FaultNotInHead { .. } | NoSlot { .. } | Unborn)
    }
}

impl Explain for GitError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            GitError::Bare { .. } => "run homeostasis in a work tree of it: `git worktree add ../tree`".to_owned(),
            GitError::Format { .. } => {
                "repositories of format sha256 or reftable are not supported; in a copy of the folder without `.git` everything works but `--branch`"
                    .to_owned()
            }
            GitError::Owner { path } => {
                format!("if you trust it: `git config --global --add safe.directory {}`", path.display())
            }
            GitError::Conflicts { .. } => "resolve the conflicts and `git add` the files, or `git merge --abort`".to_owned(),
            GitError::BranchExists { name } => format!("choose another name, or `git branch -D {name}` if it is not needed"),
            GitError::BranchName { .. } => "`git check-ref-format --branch NAME` tells whether a name is possible".to_owned(),
            GitError::Unborn => "commit something first, or use `--apply`".to_owned(),
            GitError::FaultNotInHead { path } => format!("commit {path} first, or use `--apply`"),
            GitError::Mismatch { .. } | GitError::Changed { .. } => "run it again".to_owned(),
            GitError::NothingToCarry { .. } => "correct `[worktree] carry` in the configuration".to_owned(),
            GitError::NoSlot { .. } => "wait until one of them has ended".to_owned(),
            GitError::Program { .. } => "a filter of .gitattributes needs the git program".to_owned(),
            GitError::Disk { source, .. } => return disk_hint(source),
            GitError::Libgit { source, .. } => return libgit_hint(source),
        };
        Some(hint)
    }
}

/// The next step after an error of libgit2, where there is one to name.
fn libgit_hint(source: &git2::Error) -> Option<String> {
    let said = source.message();
    if said.contains("mandatory extension") {
        return Some(
            "libgit2 reads no split or sparse index: `git update-index --no-split-index`, `git sparse-checkout reapply --no-sparse-index`"
                .to_owned(),
        );
    }
    if source.class() == git2::ErrorClass::Os {
        return Some("make room in the repository, and make it writable for you".to_owned());
    }
    let lacks_object = source.code() == git2::ErrorCode::NotFound && source.class() == git2::ErrorClass::Odb;
    lacks_object.then(|| "a partial clone lacks objects: `git fetch --refetch --no-filter` brings them".to_owned())
}

/// The next step after an error of the disk, where there is one to name.
fn disk_hint(source: &io::Error) -> Option<String> {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("make room, or point XDG_CACHE_HOME at a disk that has some".to_owned())
        }
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            Some("make it writable for you, or point XDG_CACHE_HOME at a place that is".to_owned())
        }
        _ => None,
    }
}

/// Names the deed and the place of a failed call to the disk.
pub(super) fn disk(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> GitError {
    move |source| GitError::Disk { what, path: path.to_owned(), source }
}

/// Names the deed of a failed call to libgit2.
pub(super) fn libgit(what: &'static str) -> impl FnOnce(git2::Error) -> GitError {
    move |source| GitError::Libgit { what, source }
}
