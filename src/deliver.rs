//! Writes a patch where the user asked for it: into their tree, with a journal and a way back, or onto a branch.
//!
//! After a kill at any moment each file is wholly old or wholly new, and the next start makes all of them old again, or leaves all of them new.
//! Refuses to overwrite what it did not read: a file that is not what the patch was made for stays as it is.
//!
//! Source: the rollback journal of `SQLite`: the old state is on the disk before the first change, and a journal that was not finished is played back
//! by whoever comes next.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::git::{CommitId, Repo};
use crate::project::Project;
use crate::text::{Patch, RepoPath};

mod check;
mod error;
mod file;
mod journal;
mod lock;
mod replace;
mod steps;

pub use error::DeliverError;
pub use lock::StateLock;

use journal::{Journal, State};
use steps::{Failure, Steps, Unstoppable};

/// The tree that a patch goes into.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'a> {
    /// Its top folder.
    pub root: &'a Path,
    /// Where its journals and its lock are.
    pub state_dir: &'a Path,
    /// Its repository, which tells what is dirty.
    pub repo: Option<&'a Repo>,
    /// Whether files may be written that hold changes which HEAD does not.
    pub allow_dirty: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The files.
    pub files: Vec<RepoPath>,
    /// Those that had other names besides this one (hard links), which keep the old bytes.
    pub unlinked: Vec<RepoPath>,
}

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The run.
    pub run: String,
    /// Its files, which are as they were before it.
    pub files: Vec<RepoPath>,
}

/// What the next start made of a run that was killed while it wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The run.
    pub run: String,
    /// Files that were brought back.
    pub restored: Vec<RepoPath>,
    /// Files that somebody changed since; they stay, and the old bytes are in the journal.
    pub kept: Vec<RepoPath>,
    /// The folder of the journal.
    pub journal: PathBuf,
}

/// Says whether [`apply`] would refuse, and writes nothing.
///
/// # Errors
/// As [`apply`].
pub fn check(tree: &Tree<'_>, patch: &Patch) -> Result<(), DeliverError> {
    check::targets(tree, patch).map(drop)
}

/// Writes `patch` into the tree; the journal of the run `run` can take it back.
///
/// # Errors
/// A refusal (see [`DeliverError::is_refusal`]) before anything is written; for a failure in between, everything is as it was before.
pub fn apply(tree: &Tree<'_>, patch: &Patch, run: &str) -> Result<Applied, DeliverError> {
    finished(apply_in_steps(tree, patch, run, &mut Unstoppable))
}

/// Takes back what the run `run` wrote, or the newest run that wrote something.
///
/// # Errors
/// [`DeliverError::NoRun`]; [`DeliverError::ChangedSince`] where a file is not as that run left it.
pub fn undo(tree: &Tree<'_>, run: Option<&str>) -> Result<Undone, DeliverError> {
    finished(undo_in_steps(tree, run, &mut Unstoppable))
}

/// Brings back the files of runs that were killed while they wrote. [`apply`] and [`undo`] do this by themselves.
///
/// # Errors
/// [`DeliverError::Locked`] while another run writes; [`DeliverError::Disk`].
pub fn recover(tree: &Tree<'_>) -> Result<Vec<Recovered>, DeliverError> {
    if journal::unfinished(tree)?.is_empty() {
        return Ok(Vec::new());
    }
    let _lock = StateLock::take(tree.state_dir)?;
    finished(recover_in_steps(tree, &mut Unstoppable))
}

/// Commits HEAD + `patch` on the new branch `name`; tree, index and HEAD stay as they are.
///
/// # Errors
/// [`DeliverError::Git`]: the branch exists, the name is impossible, there is no commit yet, or HEAD does not hold what the patch changes.
pub fn branch(repo: &Repo, name: &str, patch: &Patch, message: &str) -> Result<CommitId, DeliverError> {
    Ok(repo.commit_on(name, patch, message)?)
}

fn apply_in_steps(tree: &Tree<'_>, patch: &Patch, run: &str, steps: &mut dyn Steps) -> Result<Applied, Failure> {
    let _lock = StateLock::take(tree.state_dir)?;
    recover_in_steps(tree, steps)?;
    let targets = check::targets(tree, patch)?;
    let mut journal = Journal::begin(tree, patch, &targets, run, steps)?;
    match replace::all(tree.root, &journal, patch, steps) {
        Ok(()) => journal.mark(State::Applied, steps)?,
        Err(Failure::Killed) => return Err(Failure::Killed),
        Err(failure) => return Err(roll_back(tree, &mut journal, failure, steps)),
    }
    let files = patch.files().iter().map(|file| file.path.clone()).collect();
    let linked = targets.iter().filter(|target| target.n_names > 1);
    Ok(Applied { files, unlinked: linked.map(|target| target.path.clone()).collect() })
}

/// Makes all files old again after `failure`, which is what the user hears of. What cannot be done now is done at the next start.
fn roll_back(tree: &Tree<'_>, journal: &mut Journal, failure: Failure, steps: &mut dyn Steps) -> Failure {
    match bring_back(tree, journal, State::RolledBack, steps) {
        Err(Failure::Killed) => Failure::Killed,
        Err(Failure::Error(error)) => {
            tracing::warn!("the next run brings the files back: {error}");
            failure
        }
        Ok(_) => failure,
    }
}

fn undo_in_steps(tree: &Tree<'_>, run: Option<&str>, steps: &mut dyn Steps) -> Result<Undone, Failure> {
    let _lock = StateLock::take(tree.state_dir)?;
    recover_in_steps(tree, steps)?;
    let mut journal = journal::applied(tree, run)?;
    for entry in &journal.entries {
        if !check::holds(tree.root, &entry.path, entry.after) {
            return Err(DeliverError::ChangedSince { path: entry.path.clone(), run: journal.run.clone() }.into());
        }
    }
    journal.mark(State::Undoing, steps)?;
    bring_back(tree, &mut journal, State::Undone, steps)?;
    let files = journal.entries.iter().map(|entry| entry.path.clone()).collect();
    Ok(Undone { run: journal.run, files })
}

fn recover_in_steps(tree: &Tree<'_>, steps: &mut dyn Steps) -> Result<Vec<Recovered>, Failure> {
    let mut recovered = Vec::new();
    for mut journal in journal::unfinished(tree)? {
        let end = if journal.state == State::Undoing { State::Undone } else { State::RolledBack };
        recovered.push(bring_back(tree, &mut journal, end, steps)?);
    }
    Ok(recovered)
}

/// Makes every file of the journal old again that is as the run wrote it, and marks the journal with `end`.
fn bring_back(tree: &Tree<'_>, journal: &mut Journal, end: State, steps: &mut dyn Steps) -> Result<Recovered, Failure> {
    let mut recovered = Recovered { run: journal.run.clone(), restored: Vec::new(), kept: Vec::new(), journal: journal.dir.clone() };
    replace::remove_leftovers(tree.root, journal, steps)?;
    for (n, entry) in journal.entries.iter().enumerate() {
        if check::holds(tree.root, &entry.path, entry.before) {
            continue;
        }
        if check::holds(tree.root, &entry.path, entry.after) {
            replace::restore(tree.root, journal, n, steps)?;
            recovered.restored.push(entry.path.clone());
        } else {
            recovered.kept.push(entry.path.clone());
        }
    }
    journal.mark(end, steps)?;
    Ok(recovered)
}

fn finished<T>(done: Result<T, Failure>) -> Result<T, DeliverError> {
    match done {
        Ok(value) => Ok(value),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Killed) => unreachable!("only the steps of a test kill"),
    }
}

impl<'a> Tree<'a> {
    /// The tree of `project`, whose state is kept in `state_dir`; dirty files are refused.
    pub fn of(project: &'a Project, state_dir: &'a Path) -> Tree<'a> {
        Tree { root: project.root(), state_dir, repo: project.repo(), allow_dirty: false }
    }
}

/// The folders of `paths`, each once.
fn folders<'p>(root: &Path, paths: impl Iterator<Item = &'p RepoPath>) -> BTreeSet<PathBuf> {
    paths.map(|path| path.below(root).parent().unwrap_or(root).to_owned()).collect()
}

#[cfg(test)]
mod tests;
