//! A commit on a new branch, built in memory: work tree, index and HEAD stay as they are.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{ErrorCode, FileMode, Oid, Signature, Tree};

use super::error::{disk, libgit};
use super::{CommitId, GitError, Repo};
use crate::text::{FilePatch, Patch};

impl Repo {
    /// Commits HEAD + `patch` on the new branch `branch`, and says so only when the disk has it. Hooks are not run.
    ///
    /// The identity is that of `GIT_AUTHOR_*` and `GIT_COMMITTER_*`, else of the configuration, else `homeostasis`.
    ///
    /// # Errors
    /// [`GitError::BranchName`], [`GitError::BranchExists`], [`GitError::Unborn`], [`GitError::FaultNotInHead`], [`GitError::Libgit`].
    pub fn commit_on(&self, branch: &str, patch: &Patch, message: &str) -> Result<CommitId, GitError> {
        let git = self.again()?;
        let reference = self.free_branch(&git, branch)?;
        let head = self.head()?.ok_or(GitError::Unborn)?;
        let head = git.find_commit(head.0).map_err(libgit("read HEAD"))?;
        let tree = patched_tree(&git, &head.tree().map_err(libgit("read HEAD"))?, patch)?;
        let (author, committer) = identity(&git)?;
        let what = "write a commit object";
        let commit = git.commit(None, &author, &committer, message, &tree, &[&head]).map_err(libgit(what))?;
        sync_objects(&git, commit, &tree, patch)?;
        // Nothing must be there: the lock of the ref makes this one step with the writing.
        let made = git.reference_matching(&reference, commit, true, Oid::ZERO_SHA1, "homeostasis: heal");
        match made {
            Ok(_) => {}
            Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists | ErrorCode::Locked | ErrorCode::Directory) => {
                return Err(GitError::BranchExists { name: branch.to_owned() });
            }
            Err(error) => return Err(libgit("make the branch")(error)),
        }
        sync_file(&git.commondir().join(&reference)).map_err(disk("write", git.commondir()))?;
        Ok(CommitId(commit))
    }

    /// Refuses a branch that [`Repo::commit_on`] would refuse whatever the patch.
    ///
    /// # Errors
    /// [`GitError::BranchName`], [`GitError::BranchExists`], [`GitError::Unborn`].
    pub fn check_branch(&self, branch: &str) -> Result<(), GitError> {
        self.free_branch(&self.again()?, branch)?;
        self.head()?.map(drop).ok_or(GitError::Unborn)
    }

    /// The full name of `branch`, which must be a possible name and not in use, neither as a branch nor as a folder of branches.
    fn free_branch(&self, git: &git2::Repository, branch: &str) -> Result<String, GitError> {
        if !git2::Branch::name_is_valid(branch).unwrap_or(false) {
            return Err(GitError::BranchName { name: branch.to_owned() });
        }
        let reference = format!("refs/heads/{branch}");
        let mut parents = branch.match_indices('/').map(|(at, _)| &branch[..at]);
        if let Some(parent) = parents.find(|parent| git.find_reference(&format!("refs/heads/{parent}")).is_ok()) {
            return Err(GitError::BranchExists { name: parent.to_owned() });
        }
        let below = git.references_glob(&format!("{reference}/*")).is_ok_and(|mut below| below.next().is_some());
        if below || git.find_reference(&reference).is_ok() || self.is_checked_out(&reference) {
            return Err(GitError::BranchExists { name: branch.to_owned() });
        }
        Ok(reference)
    }

    /// Whether HEAD names `reference`, which need not exist yet.
    fn is_checked_out(&self, reference: &str) -> bool {
        let head = self.git.find_reference("HEAD");
        head.is_ok_and(|head| head.symbolic_target().ok().flatten() == Some(reference))
    }
}

/// `tree` with the files of `patch` changed; their modes stay.
fn patched_tree<'git>(git: &'git git2::Repository, tree: &Tree<'_>, patch: &Patch) -> Result<Tree<'git>, GitError> {
    let mut update = TreeUpdateBuilder::new();
    for file in patch.files() {
        let not_in_head = || GitError::FaultNotInHead { path: file.path.clone() };
        let entry = tree.get_path(Path::new(file.path.as_str())).map_err(|_| not_in_head())?;
        let mode = match entry.filemode() {
            0o100_644 | 0o100_664 => FileMode::Blob,
            0o100_755 => FileMode::BlobExecutable,
            _ => return Err(not_in_head()),
        };
        let blob = stored(git, file, entry.id())?.ok_or_else(not_in_head)?;
        update.upsert(file.path.as_str(), blob, mode);
    }
    let made = update.create_updated(git, tree).map_err(libgit("write a tree object"))?;
    git.find_tree(made).map_err(libgit("read a tree"))
}

/// The object of the file's new bytes, if the old ones are those of the object `before`: as they are, or with the line ends that
/// `.gitattributes` and core.autocrlf ask for.
fn stored(git: &git2::Repository, file: &FilePatch, before: Oid) -> Result<Option<Oid>, GitError> {
    let what = "write a file object";
    if Oid::hash_object(git2::ObjectType::Blob, &file.before).map_err(libgit(what))? == before {
        return git.blob(&file.after).map(Some).map_err(libgit(what));
    }
    let filtered = |bytes: &[u8]| {
        let mut writer = git.blob_writer(Some(Path::new(file.path.as_str()))).map_err(libgit(what))?;
        writer.write_all(bytes).map_err(disk("write a file object for", Path::new(file.path.as_str())))?;
        writer.commit().map_err(libgit(what))
    };
    if filtered(&file.before)? == before { filtered(&file.after).map(Some) } else { Ok(None) }
}

fn identity(git: &git2::Repository) -> Result<(Signature<'static>, Signature<'static>), GitError> {
    let nobody = || Signature::now("homeostasis", "homeostasis@localhost").map_err(libgit("make a signature"));
    match (git.author_from_env(), git.committer_from_env()) {
        (Ok(author), Ok(committer)) => Ok((author, committer)),
        _ => Ok((nobody()?, nobody()?)),
    }
}

/// Makes sure that the disk holds all objects that are new: libgit2 does not by itself.
fn sync_objects(git: &git2::Repository, commit: Oid, tree: &Tree<'_>, patch: &Patch) -> Result<(), GitError> {
    let mut new = BTreeSet::from([commit, tree.id()]);
    for file in patch.files() {
        let parts = Path::new(file.path.as_str()).ancestors().filter(|part| !part.as_os_str().is_empty());
        new.extend(parts.filter_map(|part| Some(tree.get_path(part).ok()?.id())));
    }
    let objects = git.commondir().join("objects");
    for id in new {
        let id = id.to_string();
        let loose = objects.join(&id[..2]).join(&id[2..]);
        // An object that was there before may lie in a pack.
        if loose.exists() {
            sync_file(&loose).map_err(disk("write", &loose))?;
        }
    }
    Ok(())
}

/// Makes sure that the disk holds the file and its name.
fn sync_file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    File::open(path.parent().unwrap_or(path))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::playground::{Playground, patch};

    #[test]
    fn a_branch_holds_head_and_the_patch_and_nothing_else_changes() {
        let playground = Playground::new();
        playground.write("untracked.py", "x\n");
        playground.write("pkg/mod.py", "x = 2\n");
        playground.git(&["add", "pkg/mod.py"]);
        let mut before = playground.sacred();
        let repo = playground.repo();
        let commit = repo.commit_on("homeostasis/fix", &patch("app.py", "print(1)\n", "print(2)\n"), "heal: x\n\nA: b\n").unwrap();
        assert_eq!(playground.git(&["rev-parse", "homeostasis/fix"]).trim(), commit.to_string());
        assert_eq!(playground.git(&["diff", "--stat", "--format=", "main", "homeostasis/fix"]).lines().count(), 2);
        assert_eq!(playground.git(&["show", "homeostasis/fix:app.py"]), "print(2)\n");
        let mut after = playground.sacred();
        for all in [&mut before, &mut after] {
            all.retain(|path, _| !path.to_string_lossy().contains("heads/homeostasis"));
        }
        assert_eq!(after, before);
        playground.git(&["fsck", "--strict"]);
    }

    #[test]
    fn what_head_does_not_hold_is_not_committed() {
        let playground = Playground::new();
        playground.write("app.py", "print(7)\n");
        playground.write("untracked.py", "x\n");
        let repo = playground.repo();
        for patch in [patch("app.py", "print(7)\n", "print(8)\n"), patch("untracked.py", "x\n", "y\n"), patch("link", "app.py", "run.sh")] {
            let error = repo.commit_on("fix", &patch, "m").unwrap_err();
            assert!(matches!(error, GitError::FaultNotInHead { .. }), "{error}");
        }
        assert_eq!(playground.git(&["branch", "--list", "fix"]), "");
    }

    #[test]
    fn taken_and_impossible_names_are_refused() {
        let playground = Playground::new();
        playground.git(&["branch", "homeostasis"]);
        playground.git(&["branch", "deep/er"]);
        let repo = playground.repo();
        let commit = |name: &str| repo.commit_on(name, &patch("app.py", "print(1)\n", "print(2)\n"), "m").unwrap_err();
        for name in ["main", "homeostasis/x", "deep"] {
            assert!(matches!(commit(name), GitError::BranchExists { .. }), "{name}");
        }
        for name in ["a..b", "-x", "", "a b", "x.lock", "\u{1b}[31m"] {
            assert!(matches!(commit(name), GitError::BranchName { .. }), "{name:?}");
        }
    }

    #[test]
    fn a_repository_without_a_commit_takes_no_branch() {
        let playground = Playground::empty();
        playground.write("app.py", "1\n");
        let error = playground.repo().commit_on("main", &patch("app.py", "1\n", "2\n"), "m").unwrap_err();
        assert!(matches!(error, GitError::BranchExists { .. }));
        let error = playground.repo().commit_on("fix", &patch("app.py", "1\n", "2\n"), "m").unwrap_err();
        assert!(matches!(error, GitError::Unborn));
    }

    #[test]
    fn line_ends_are_stored_as_the_attributes_ask() {
        let playground = Playground::new();
        playground.write(".gitattributes", "*.txt text eol=crlf\n");
        playground.write("a.txt", "one\r\ntwo\r\n");
        playground.commit("crlf");
        let repo = playground.repo();
        repo.commit_on("fix", &patch("a.txt", "one\r\ntwo\r\n", "one\r\n2\r\n"), "m").unwrap();
        assert_eq!(playground.git(&["cat-file", "blob", "fix:a.txt"]), "one\n2\n");
    }
}
