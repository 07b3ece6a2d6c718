//! What the hook asks git itself, in an environment without the variables that git sets for a hook.
//!
//! From a linked worktree git sets `GIT_DIR` for its hooks, and whoever inherits it works on the wrong repository.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::explain::Explain;
use crate::process::{Command, Environment, Interrupt, ProcessError, run};

/// No question to git takes longer.
const DEADLINE: Duration = Duration::from_secs(20);

/// Why the hook cannot be installed or cannot work.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum HookError {
    /// There is no repository here.
    #[error("{} is in no git repository", dir.display())]
    NoRepository {
        /// Where was looked.
        dir: PathBuf,
    },
    /// Git says no.
    #[error("`git {question}` failed: {answer}")]
    Git {
        /// What was asked.
        question: String,
        /// What it says.
        answer: String,
    },
    /// Git did not run at all.
    #[error("cannot run git")]
    Process {
        /// Why.
        source: ProcessError,
    },
    /// Two hooks that are not ours.
    #[error("{} and {} both exist, and neither is ours", hook.display(), legacy.display())]
    BothExist {
        /// The hook that git runs.
        hook: PathBuf,
        /// The one that would run first.
        legacy: PathBuf,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Explain for HookError {
    fn hint(&self) -> Option<String> {
        match self {
            HookError::NoRepository { .. } => Some("`git init` makes one; `-C DIR` names another folder".to_owned()),
            HookError::BothExist { .. } => Some("merge the two by hand, then install again".to_owned()),
            HookError::Process { source } => source.hint(),
            HookError::Git { .. } | HookError::File { .. } => None,
        }
    }
}

/// Asks git in `dir` and gives its answer without the last line feed.
pub(super) fn ask(dir: &Path, question: &[&str]) -> Result<String, HookError> {
    let argv = ["git"].iter().chain(question);
    let command = Command::new(argv, dir, Environment::for_tests()).within(DEADLINE);
    let finished = run(&command, &Interrupt::never()).map_err(|source| HookError::Process { source })?;
    if finished.exit.is_success() {
        return Ok(String::from_utf8_lossy(&finished.stdout).trim_end().to_owned());
    }
    let answer = String::from_utf8_lossy(&finished.stderr).trim().to_owned();
    if answer.contains("not a git repository") {
        return Err(HookError::NoRepository { dir: dir.to_owned() });
    }
    Err(HookError::Git { question: question.join(" "), answer })
}

/// The file that git runs before a push: below `core.hooksPath`, or in the hooks of the repository.
pub(super) fn hook_path(dir: &Path) -> Result<PathBuf, HookError> {
    // Git answers relative to where it was asked.
    Ok(dir.join(ask(dir, &["rev-parse", "--git-path", "hooks/pre-push"])?))
}

/// The folder in which state of ours is kept, shared by all worktrees.
pub(super) fn state_dir(dir: &Path) -> Result<PathBuf, HookError> {
    Ok(dir.join(ask(dir, &["rev-parse", "--git-common-dir"])?).join("homeostasis"))
}

/// The commit that `object` is or that it, as a tag, names; none for a tag of something else.
pub(super) fn commit(dir: &Path, object: &str) -> Option<String> {
    ask(dir, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{object}^{{commit}}")]).ok()
}

/// The commit of the remote that a push of `local` builds on: what the ref is there, or for a new ref the newest commit that the
/// remote is known to have. None where nothing is known of it.
pub(super) fn base(dir: &Path, local: &str, there: Option<&str>, remote: &str) -> Option<String> {
    if let Some(there) = there {
        return commit(dir, there);
    }
    let known = format!("--remotes={remote}");
    let new = ask(dir, &["rev-list", "--first-parent", local, "--not", &known]).ok()?;
    let oldest = new.lines().last()?;
    commit(dir, &format!("{oldest}^"))
}

/// Whether the remote is known to have `commit` already.
pub(super) fn is_known(dir: &Path, commit: &str, remote: &str) -> bool {
    let known = format!("--remotes={remote}");
    ask(dir, &["rev-list", "--max-count=1", commit, "--not", &known]).is_ok_and(|new| new.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one commit on `main`, which the remote `origin` has, and a second one, which it does not have.
    fn repository() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("work");
        std::fs::create_dir(&dir).unwrap();
        git(&dir, &["init", "-q", "-b", "main"]);
        git(&dir, &["init", "-q", "--bare", "../remote.git"]);
        git(&dir, &["remote", "add", "origin", "../remote.git"]);
        git(&dir, &["commit", "-q", "--allow-empty", "-m", "one"]);
        git(&dir, &["push", "-q", "origin", "main"]);
        git(&dir, &["commit", "-q", "--allow-empty", "-m", "two"]);
        git(&dir, &["tag", "-a", "-m", "a tag", "v1"]);
        (folder, dir)
    }

    fn git(dir: &Path, question: &[&str]) {
        let identity =
            ["-c", "user.name=Dana", "-c", "user.email=dana@example.com", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"];
        ask(dir, &[&identity, question].concat()).unwrap();
    }

    #[test]
    fn a_tag_of_its_own_means_its_commit() {
        let (_folder, dir) = repository();
        let tag = ask(&dir, &["rev-parse", "v1"]).unwrap();
        let head = ask(&dir, &["rev-parse", "HEAD"]).unwrap();
        assert_ne!(tag, head);
        assert_eq!(commit(&dir, &tag), Some(head));
        assert_eq!(commit(&dir, &"1".repeat(40)), None);
        assert_eq!(commit(&dir, "--all"), None);
    }

    #[test]
    fn the_base_of_a_new_ref_is_what_the_remote_is_known_to_have() {
        let (_folder, dir) = repository();
        let [one, two] = ["HEAD~", "HEAD"].map(|name| ask(&dir, &["rev-parse", name]).unwrap());
        assert!(is_known(&dir, &one, "origin") && !is_known(&dir, &two, "origin"));
        assert_eq!(base(&dir, &two, None, "origin"), Some(one.clone()));
        assert_eq!(base(&dir, &two, Some(&one), "origin"), Some(one));
        assert_eq!(base(&dir, &two, None, "elsewhere"), None, "nothing is known of that remote");
    }

    #[test]
    fn a_folder_outside_any_repository_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(hook_path(folder.path()), Err(HookError::NoRepository { .. })));
    }
}
