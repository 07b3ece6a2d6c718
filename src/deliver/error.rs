//! Why a patch is not written, and the next step for each reason.

use std::io;
use std::path::{Path, PathBuf};

use crate::explain::Explain;
use crate::git::GitError;
use crate::text::RepoPath;

/// Why a patch is not written, or not taken back.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// Another run holds the lock.
    #[error("another run of homeostasis is writing here: {} is locked", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The file is not what the patch was made for.
    #[error("{path} changed since the patch was made for it")]
    Changed {
        /// Which file.
        path: RepoPath,
    },
    /// The file holds changes that are in no commit.
    #[error("{path} has changes that are not committed")]
    Dirty {
        /// Which file.
        path: RepoPath,
    },
    /// Writing through a link would change a file somewhere else.
    #[error("{path} is reached through a symbolic link")]
    Link {
        /// Which file.
        path: RepoPath,
    },
    /// The folder takes no new files, so nothing in it can be replaced safely.
    #[error("the folder {} cannot be written", folder.display())]
    ReadOnly {
        /// Which folder.
        folder: PathBuf,
    },
    /// The name of the run is no name for a folder.
    #[error("{run:?} is not the name of a run")]
    RunName {
        /// As given.
        run: String,
    },
    /// The run wrote something already; a second journal would lose the way back.
    #[error("run {run} wrote something already")]
    RunTaken {
        /// Which run.
        run: String,
    },
    /// There is nothing to take back.
    #[error("{}", match run { Some(run) => format!("run {run} wrote nothing that could be undone"), None => "no run wrote anything here".to_owned() })]
    NoRun {
        /// The run that was asked for.
        run: Option<String>,
    },
    /// Taking it back would lose what somebody did since.
    #[error("{path} changed since run {run} wrote it")]
    ChangedSince {
        /// Which file.
        path: RepoPath,
        /// Which run.
        run: String,
    },
    /// A journal cannot be understood.
    #[error("cannot understand the journal {}", path.display())]
    Journal {
        /// Which file.
        path: PathBuf,
        /// What the reader said.
        source: serde_json::Error,
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
    /// The repository said no.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl DeliverError {
    /// Whether it is a refusal to protect the user's work, not a failure.
    pub fn is_refusal(&self) -> bool {
        use DeliverError::{Changed, ChangedSince, Dirty, Git, Link, Locked};
        match self {
            Locked { .. } | Changed { .. } | Dirty { .. } | Link { .. } | ChangedSince { .. } => true,
            Git(error) => error.is_refusal(),
            _ => false,
        }
    }
}

impl Explain for DeliverError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            DeliverError::Locked { .. } => "wait until it has ended",
            DeliverError::Changed { .. } => "run it again: the patch is made for the file as it is then",
            DeliverError::Dirty { .. } => "commit or stash them first, or give `--allow-dirty`",
            DeliverError::Link { .. } => "a link is never written through: make the change in the file that it points at",
            DeliverError::ReadOnly { .. } => "make it writable, or print the patch with `--format diff` and apply it elsewhere",
            DeliverError::RunName { .. } => "it consists of letters, digits, `-` and `_`",
            DeliverError::RunTaken { .. } => "run it again: it gets a name of its own",
            DeliverError::NoRun { .. } => "`fix --apply` prints the name of its run",
            DeliverError::ChangedSince { .. } => "take it back by hand: the old text is in the journal of the run",
            DeliverError::Journal { .. } => "the old bytes lie beside it; remove its folder when you need them no more",
            DeliverError::Disk { source, .. } => return disk_hint(source),
            DeliverError::Git(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}

fn disk_hint(source: &io::Error) -> Option<String> {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match source.kind() {
        StorageFull | QuotaExceeded => Some("make room and run it again: every file is as it was".to_owned()),
        ReadOnlyFilesystem | PermissionDenied => Some("make it writable for you: every file is as it was".to_owned()),
        _ => None,
    }
}

/// Names the deed and the place of a failed call to the disk.
pub(super) fn disk(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DeliverError {
    move |source| DeliverError::Disk { what, path: path.to_owned(), source }
}
