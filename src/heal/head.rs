//! A branch holds HEAD and the patch, nothing else: where the user has more than HEAD, the proof is repeated without it.

use super::HealError;
use super::court::Court;
use super::ending::Ending;
use super::setting::SLOT;
use super::work::Work;
use crate::git::{GitError, Repo, Slots, Workspace};
use crate::judge::{Evidence, Failure, Nature, Verdict, judge};
use crate::text::Patch;

/// Runs of everything on HEAD, without the patch and with it.
const RUNS: (usize, usize) = (2, 3);

impl Work<'_, '_> {
    /// Refuses a branch that cannot be made, before any time is spent.
    pub(super) fn check_branch(&self, name: &str) -> Result<(), HealError> {
        let repo = self.project.repo().ok_or(HealError::NoRepository)?;
        Ok(repo.check_branch(name)?)
    }

    /// Proves the patch on HEAD where that differs from what the user has.
    ///
    /// # Errors
    /// [`GitError::FaultNotInHead`] where HEAD does not hold what the patch changes, or does not fail and heal in the same way.
    pub(super) fn prove_on_head(&self, repo: &Repo, ending: &Ending, patch: &Patch) -> Result<(), HealError> {
        let Some(first) = patch.files().first().filter(|_| ending.differs_from_head) else { return Ok(()) };
        let not_in_head = || HealError::Git(GitError::FaultNotInHead { path: first.path.clone() });
        let head = repo.head()?.ok_or(GitError::Unborn)?;
        let mut workspace = Workspace::of_commit(repo, head, Slots::of(repo).take(SLOT)?)?;
        workspace.carry(&self.project.config().carry)?;
        match workspace.put(patch) {
            Err(GitError::Mismatch { .. }) => return Err(not_in_head()),
            put => put?,
        }
        workspace.reset()?;
        let mut court = Court::new(self.lab(&mut workspace, ending.plan.clone().ok_or_else(not_in_head)?), ending.repro.clone());
        let target = Failure {
            event: ending.targets.first().cloned(),
            tests: ending.healed.iter().flat_map(|healed| healed.cured().iter().cloned()).collect(),
            is_build: ending.accepted.iter().any(|accepted| accepted.is_build),
        };
        let none = Patch::new(Vec::new());
        let mut evidence = Evidence::default();
        for _ in 0..RUNS.0 {
            evidence.before.push(court.all(&none)?);
        }
        for _ in 0..RUNS.1 {
            evidence.after.push(court.all(patch)?);
        }
        match judge(patch.clone(), Nature::default(), &target, &evidence) {
            Verdict::Healed(_) => Ok(()),
            _ => Err(not_in_head()),
        }
    }
}
