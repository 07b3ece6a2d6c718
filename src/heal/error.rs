//! What stops a healing from outside.

use crate::deliver::DeliverError;
use crate::explain::Explain;
use crate::git::GitError;
use crate::project::ProjectError;
use crate::project::plan::PlanError;
use crate::rule::CatalogueError;
use crate::store::StoreError;
use crate::trial::TrialError;

/// Why a healing could not be carried through.
#[derive(Debug, thiserror::Error)]
pub enum HealError {
    /// The project cannot be opened, or its configuration not be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Rules or templates of the project's own are refused.
    #[error("{} below .homeostasis/: {}", if problems.len() == 1 { "a file is wrong".to_owned() } else { format!("{} files are wrong", problems.len()) }, all(problems))]
    Rules {
        /// What is wrong with each.
        problems: Vec<CatalogueError>,
    },
    /// No way to run the tests.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The repository does not play along.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A run could not be made, or we were told to stop.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// The patch could not be handed over.
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    /// The run cannot be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The repository has no such commit.
    #[error("there is no commit {name}")]
    NoCommit {
        /// As asked.
        name: String,
    },
    /// A branch needs a repository.
    #[error("the project is no git repository, so that there is no branch to commit to")]
    NoRepository,
    /// The person asked for a patch that is not there.
    #[error("there is no patch number {n}: {of} passed")]
    NoSuchPick {
        /// What was asked for.
        n: usize,
        /// How many there are.
        of: usize,
    },
}

impl Explain for HealError {
    fn hint(&self) -> Option<String> {
        match self {
            HealError::Project(error) => error.hint(),
            HealError::Rules { problems } => problems.first().and_then(Explain::hint),
            HealError::Plan(error) => error.hint(),
            HealError::Git(error) => error.hint(),
            HealError::Trial(error) => error.hint(),
            HealError::Deliver(error) => error.hint(),
            HealError::Store(error) => error.hint(),
            HealError::NoRepository => Some("`--apply` writes to the files, and `homeostasis undo` takes it back".to_owned()),
            HealError::NoCommit { .. } => Some("name it as git does: a hash, a branch or a tag".to_owned()),
            HealError::NoSuchPick { .. } => Some("`fix --list` shows them with their numbers".to_owned()),
        }
    }
}

impl HealError {
    /// The exit code that says so: 5 for a refusal that protects the user's work, else 2.
    pub fn exit_code(&self) -> u8 {
        match self {
            HealError::Deliver(error) if error.is_refusal() => 5,
            HealError::Git(error) if error.is_refusal() => 5,
            HealError::NoRepository => 5,
            _ => 2,
        }
    }
}

fn all(problems: &[CatalogueError]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
