//! What the user has right now, as a commit that nothing refers to.
//!
//! `git stash create` would leave untracked files out and rewrite the index file; an index in memory does neither.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use git2::{Delta, Index, IndexEntryExtendedFlag, Signature, Time};

use super::error::libgit;
use super::folder::is_generated;
use super::repo::{changes, is_regular};
use super::{CommitId, GitError, Repo, program};
use crate::text::RepoPath;

/// The state of the user's work tree: tracked, staged and untracked files, deletions, modes and symlinks.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Holds exactly that state. It is HEAD itself where nothing differs, else a commit on top of it that no ref names.
    pub commit: CommitId,
    /// Whether the user has anything that HEAD has not.
    pub differs_from_head: bool,
    /// Submodules: they are not part of a throw-away tree.
    pub submodules: Vec<RepoPath>,
    /// Repositories inside the repository that it does not know about; they are left out.
    pub nested: Vec<String>,
    /// Untracked files that are too large to become objects; they are left out and can be carried.
    pub too_large: Vec<RepoPath>,
}

/// An untracked file above this is a recording or a dump, and would stay in the object store until git's next clean-up. In bytes.
const MAX_UNTRACKED: u64 = 64 << 20;

/// What a snapshot leaves out.
#[derive(Default)]
struct LeftOut {
    nested: Vec<String>,
    too_large: Vec<RepoPath>,
}

impl Repo {
    /// Refuses a work tree with files in conflict.
    ///
    /// # Errors
    /// [`GitError::Conflicts`].
    pub fn check_conflicts(&self) -> Result<(), GitError> {
        refuse_conflicts(&self.again()?.index().map_err(libgit("read the index"))?)
    }

    /// Takes down what the user has. The index file, HEAD, refs and stash stay byte-equal; only loose objects are added.
    ///
    /// # Errors
    /// [`GitError::Conflicts`]; [`GitError::Libgit`] when a file cannot be read or an object not be written.
    pub fn snapshot(&self) -> Result<Snapshot, GitError> {
        // A handle of its own, since libgit2 shares one index in memory among all users of a handle.
        let git = self.again()?;
        let mut index = git.index().map_err(libgit("read the index"))?;
        refuse_conflicts(&index)?;
        let LeftOut { nested, too_large } = self.take_changes(&git, &mut index)?;
        let tree = index.write_tree_to(&git).map_err(libgit("write a tree object"))?;
        let (commit, differs_from_head) = self.commit_of(&git, tree)?;
        Ok(Snapshot { commit, differs_from_head, submodules: submodules(&index), nested, too_large })
    }

    /// Brings the work tree into `index`, which stays in memory.
    fn take_changes(&self, git: &git2::Repository, index: &mut Index) -> Result<LeftOut, GitError> {
        let has_filters = program::has_filters(git, index);
        let mut left_out = LeftOut::default();
        let (gone, there): (Vec<_>, Vec<_>) = changes(git, index)?.into_iter().partition(|(status, _)| *status == Delta::Deleted);
        // Deletions first: a folder may have come where a file was.
        for (_, path) in gone {
            take_deletion(index, &path)?;
        }
        for (status, path) in there {
            if path.ends_with(b"/") {
                left_out.nested.push(String::from_utf8_lossy(&path).into_owned());
                continue;
            }
            let relative = Path::new(OsStr::from_bytes(&path));
            let full = self.root().join(relative);
            // A cache is no work of the user's, and stale bytecode could even be taken for the patched code.
            let is_cached = |folder: &Path| folder != Path::new("") && is_generated(&self.root().join(folder));
            if status == Delta::Untracked && relative.ancestors().skip(1).any(is_cached) {
                continue;
            }
            if status == Delta::Untracked && full.symlink_metadata().is_ok_and(|meta| meta.len() > MAX_UNTRACKED) {
                left_out.too_large.extend(relative.to_str().and_then(|path| RepoPath::new(path).ok()));
                continue;
            }
            if is_regular(&full) || full.is_symlink() {
                index.add_path(relative).map_err(libgit("take a file into the snapshot"))?;
                if has_filters && is_regular(&full) {
                    program::refilter(self.root(), git, index, relative)?;
                }
            }
        }
        Ok(left_out)
    }

    /// HEAD where it has this tree already, else a new commit on top of it.
    fn commit_of(&self, git: &git2::Repository, tree: git2::Oid) -> Result<(CommitId, bool), GitError> {
        let what = "write a commit object";
        let head = self.head()?.map(|head| git.find_commit(head.0)).transpose().map_err(libgit("read HEAD"))?;
        if let Some(head) = head.as_ref().filter(|head| head.tree_id() == tree) {
            return Ok((CommitId(head.id()), false));
        }
        // One time for all: the same state gets the same name.
        let nobody = Signature::new("homeostasis", "homeostasis@localhost", &Time::new(0, 0)).map_err(libgit(what))?;
        let tree = git.find_tree(tree).map_err(libgit(what))?;
        let parents: Vec<_> = head.iter().collect();
        let commit = git.commit(None, &nobody, &nobody, "snapshot of the work tree\n", &tree, &parents).map_err(libgit(what))?;
        Ok((CommitId(commit), true))
    }
}

fn refuse_conflicts(index: &Index) -> Result<(), GitError> {
    let stage = |flags: u16| (flags >> 12) & 3;
    let mut paths: Vec<Vec<u8>> = index.iter().filter(|entry| stage(entry.flags) > 0).map(|entry| entry.path).collect();
    paths.dedup();
    match paths.first() {
        Some(path) => Err(GitError::Conflicts { path: String::from_utf8_lossy(path).into_owned(), n: paths.len() }),
        None => Ok(()),
    }
}

/// Removes a file that is gone; one that a sparse checkout left out is not gone.
fn take_deletion(index: &mut Index, path: &[u8]) -> Result<(), GitError> {
    let path = PathBuf::from(OsStr::from_bytes(path));
    let skipped = IndexEntryExtendedFlag::SKIP_WORKTREE.bits();
    match index.get_path(&path, 0) {
        Some(entry) if entry.flags_extended & skipped == 0 => index.remove(&path, 0).map_err(libgit("take a deletion into the snapshot")),
        _ => Ok(()),
    }
}

fn submodules(index: &Index) -> Vec<RepoPath> {
    const GITLINK: u32 = 0o160_000;
    let links = index.iter().filter(|entry| entry.mode == GITLINK);
    links.filter_map(|entry| RepoPath::new(std::str::from_utf8(&entry.path).ok()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::git::playground::Playground;

    fn listing(playground: &Playground, commit: CommitId) -> String {
        playground.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", &commit.to_string()])
    }

    #[test]
    fn a_clean_tree_is_its_own_snapshot() {
        let playground = Playground::new();
        let repo = playground.repo();
        let before = playground.sacred();
        let snapshot = repo.snapshot().unwrap();
        assert_eq!(Some(snapshot.commit), repo.head().unwrap());
        assert!(!snapshot.differs_from_head);
        assert_eq!(playground.sacred(), before);
    }

    #[test]
    fn caches_that_git_does_not_ignore_are_no_work_of_the_users() {
        let playground = Playground::new();
        playground.write("pkg/__pycache__/mod.cpython-311.pyc", "stale\n");
        assert!(!playground.repo().snapshot().unwrap().differs_from_head);
    }

    #[test]
    fn a_snapshot_holds_all_that_the_user_has_and_touches_nothing() {
        let playground = Playground::new();
        playground.write("stashed.py", "s = 1\n");
        playground.git(&["stash", "-q", "-u"]);
        playground.write("app.py", "print(2)\n");
        playground.write("staged.py", "s = 1\n");
        playground.git(&["add", "staged.py"]);
        playground.write("staged.py", "s = 2\n");
        playground.write("intent.py", "i = 1\n");
        playground.git(&["add", "-N", "intent.py"]);
        playground.write("new/deep/untracked.py", "u = 1\n");
        playground.write("ignored.log", "no\n");
        playground.write("odd \u{1b}[31m.py", "o = 1\n");
        fs::remove_file(playground.path("pkg/mod.py")).unwrap();
        fs::set_permissions(playground.path("run.sh"), Permissions::from_mode(0o644)).unwrap();
        fs::remove_file(playground.path("link")).unwrap();
        symlink("run.sh", playground.path("link")).unwrap();
        let before = playground.sacred();
        let snapshot = playground.repo().snapshot().unwrap();
        assert_eq!(playground.sacred(), before);
        assert!(snapshot.differs_from_head);
        let expected = [
            "100644 .gitignore",
            "100644 app.py",
            "100644 intent.py",
            "120000 link",
            "100644 new/deep/untracked.py",
            "100644 \"odd \\033[31m.py\"",
            "100644 run.sh",
            "100644 staged.py",
        ];
        assert_eq!(listing(&playground, snapshot.commit).lines().collect::<Vec<_>>(), expected);
        let show = |path: &str| playground.git(&["show", &format!("{}:{path}", snapshot.commit)]);
        assert_eq!([show("app.py"), show("staged.py"), show("link")], ["print(2)\n", "s = 2\n", "run.sh"]);
        assert_eq!(playground.repo().snapshot().unwrap().commit, snapshot.commit, "the same state has the same name");
    }

    #[test]
    fn a_file_that_became_a_folder_and_a_folder_that_became_a_link_are_seen() {
        let playground = Playground::new();
        fs::remove_file(playground.path("app.py")).unwrap();
        playground.write("app.py/inner.py", "x\n");
        fs::remove_dir_all(playground.path("pkg")).unwrap();
        symlink("app.py", playground.path("pkg")).unwrap();
        let snapshot = playground.repo().snapshot().unwrap();
        let expected = ["100644 .gitignore", "100644 app.py/inner.py", "120000 link", "120000 pkg", "100755 run.sh"];
        assert_eq!(listing(&playground, snapshot.commit).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_repository_without_a_commit_has_a_snapshot() {
        let playground = Playground::empty();
        playground.write("a.py", "1\n");
        let repo = playground.repo();
        let snapshot = repo.snapshot().unwrap();
        assert_eq!(repo.head().unwrap(), None);
        assert!(snapshot.differs_from_head);
        assert_eq!(listing(&playground, snapshot.commit), "100644 a.py\n");
    }

    #[test]
    fn conflicts_are_refused_by_name_and_a_merge_is_told() {
        let playground = Playground::new();
        playground.git(&["checkout", "-q", "-b", "other"]);
        playground.write("app.py", "print('other')\n");
        playground.commit("other");
        playground.git(&["checkout", "-q", "main"]);
        playground.write("app.py", "print('main')\n");
        playground.commit("main");
        let merge = std::process::Command::new("git").args(["merge", "-q", "other"]).current_dir(playground.root()).output().unwrap();
        assert!(!merge.status.success());
        let repo = playground.repo();
        assert_eq!(repo.under_way(), Some("merge"));
        let error = repo.snapshot().unwrap_err();
        assert!(matches!(&error, GitError::Conflicts { path, n: 1 } if path == "app.py"), "{error}");
        assert_eq!(repo.listing().unwrap().files.len(), 4, "the files can be read all the same");
    }

    #[test]
    fn what_a_sparse_checkout_left_out_is_not_gone() {
        let playground = Playground::new();
        playground.git(&["sparse-checkout", "set", "--no-cone", "/app.py"]);
        assert!(!playground.path("pkg/mod.py").exists());
        let repo = playground.repo();
        assert!(!repo.snapshot().unwrap().differs_from_head);
        assert_eq!(repo.listing().unwrap().files, [RepoPath::new("app.py").unwrap()]);
    }

    #[test]
    fn an_index_that_cannot_be_read_is_refused_with_the_way_out() {
        use crate::explain::Explain as _;
        let playground = Playground::new();
        playground.git(&["update-index", "--split-index"]);
        let error = playground.repo().snapshot().unwrap_err();
        assert!(error.hint().is_some_and(|hint| hint.contains("--no-split-index")), "{error:?}");
    }

    #[test]
    fn a_huge_untracked_file_is_left_out_and_named() {
        let playground = Playground::new();
        fs::File::create(playground.path("dump.bin")).unwrap().set_len(MAX_UNTRACKED + 1).unwrap();
        let snapshot = playground.repo().snapshot().unwrap();
        assert_eq!(snapshot.too_large, [RepoPath::new("dump.bin").unwrap()]);
        assert!(!snapshot.differs_from_head);
    }

    #[test]
    fn a_nested_repository_is_left_out_and_named() {
        let playground = Playground::new();
        fs::create_dir_all(playground.path("inner")).unwrap();
        crate::git::playground::git_in(&playground.path("inner"), &["init", "-q"]);
        playground.write("inner/x.py", "x\n");
        let snapshot = playground.repo().snapshot().unwrap();
        assert_eq!(snapshot.nested, ["inner/"]);
        assert!(!listing(&playground, snapshot.commit).contains("inner"));
    }
}
