//! A throw-away tree in which tests may do as they like: a linked worktree of a commit, or a copy of a folder without git.
//!
//! Whatever the tests did, [`Workspace::reset`] brings every file back and removes what does not belong there. Dropped, it is gone.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::error::disk;
use super::folder::{folder_entries, is_environment};
use super::linked::{self, Linked};
use super::manifest::{Entry, Manifest, Origin, Stamp, compare, walk};
use super::slot::remove_tree;
use super::{CommitId, GitError, Repo, Slot, Slots, Snapshot};
use crate::text::{FilePatch, Patch, RepoPath};

/// A throw-away tree.
pub struct Workspace {
    root: PathBuf,
    /// The user's own folder.
    user_root: PathBuf,
    linked: Option<Linked>,
    manifest: Manifest,
    /// Files that we changed ourselves since the last reset.
    put: BTreeSet<PathBuf>,
    slot: Slot,
}

impl Workspace {
    /// What the user has now, in `slot`: a worktree of a snapshot, or a copy of the folder `root` where there is no repository that can be
    /// written.
    ///
    /// # Errors
    /// As [`Repo::snapshot`], [`Workspace::of_commit`] and [`Workspace::copy_of`].
    pub fn of_user(repo: Option<&Repo>, root: &Path, slot: Slot) -> Result<(Workspace, Option<Snapshot>), GitError> {
        match repo.filter(|repo| repo.is_writable()) {
            Some(repo) => {
                let snapshot = repo.snapshot()?;
                Ok((Workspace::of_commit(repo, snapshot.commit, slot)?, Some(snapshot)))
            }
            None => Ok((Workspace::copy_of(root, slot)?, None)),
        }
    }

    /// A linked worktree of `commit` in `slot`: no branch, no hook, no ref of the user's. Files of submodules are not there.
    ///
    /// # Errors
    /// [`GitError::Disk`], also for a repository that cannot be written; [`GitError::Libgit`], [`GitError::Program`].
    pub fn of_commit(repo: &Repo, commit: CommitId, slot: Slot) -> Result<Workspace, GitError> {
        linked::sweep(repo)?;
        let root = slot.tree(name_of(repo.root()));
        let linked = Linked::create(repo, commit, &root)?;
        let entry = |(path, stamp)| (path, Entry { stamp, origin: Origin::Commit });
        let mut workspace = Workspace {
            root,
            user_root: repo.root().to_owned(),
            linked: Some(linked),
            manifest: Manifest::new(),
            put: BTreeSet::new(),
            slot,
        };
        workspace.manifest = walk(&workspace.root)?.files.into_iter().map(entry).collect();
        Ok(workspace)
    }

    /// A copy of the folder `dir` in `slot`, without what tools can make again. Links stay links; environments are reachable by a link.
    ///
    /// # Errors
    /// [`GitError::Disk`].
    pub fn copy_of(dir: &Path, slot: Slot) -> Result<Workspace, GitError> {
        let user_root = dir.canonicalize().map_err(disk("find", dir))?;
        let root = slot.tree(name_of(&user_root));
        fs::create_dir_all(&root).map_err(disk("make the folder", &root))?;
        let mut workspace = Workspace { root, user_root, linked: None, manifest: Manifest::new(), put: BTreeSet::new(), slot };
        for path in folder_entries(&workspace.user_root) {
            workspace.copy(&path)?;
        }
        workspace.link_environments()?;
        Ok(workspace)
    }

    /// The top folder of the tree; its last part is that of the user's own folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The user's own folder, of which this is a copy.
    pub fn user_root(&self) -> &Path {
        &self.user_root
    }

    /// The slot that the tree stands in; caches that outlive the run go beside it.
    pub fn slot(&self) -> &Slot {
        &self.slot
    }

    /// Copies ignored files or folders that a run needs from the user's own tree. [`Workspace::reset`] brings them back, too.
    ///
    /// # Errors
    /// [`GitError::NothingToCarry`], [`GitError::Disk`].
    pub fn carry(&mut self, paths: &[RepoPath]) -> Result<(), GitError> {
        for path in paths {
            let from = path.below(&self.user_root);
            let meta = from.symlink_metadata().map_err(|_| GitError::NothingToCarry { path: path.to_string() })?;
            if !meta.is_dir() {
                self.copy(Path::new(path.as_str()))?;
                continue;
            }
            for (inner, _) in walk(&from)?.files {
                self.copy(&Path::new(path.as_str()).join(inner))?;
            }
        }
        Ok(())
    }

    /// Writes the `after` of each file; it is modified now. The tree must hold the `before`.
    ///
    /// # Errors
    /// [`GitError::Mismatch`] when it does not, or the file is a link; [`GitError::Disk`].
    pub fn put(&mut self, patch: &Patch) -> Result<(), GitError> {
        for file in patch.files() {
            self.put_file(file)?;
        }
        Ok(())
    }

    fn put_file(&mut self, file: &FilePatch) -> Result<(), GitError> {
        let path = PathBuf::from(file.path.as_str());
        let full = self.root.join(&path);
        let known = self.manifest.get(&path).filter(|entry| entry.stamp.is_regular());
        let holds_before = || Stamp::read(&full).is_ok_and(Stamp::is_regular) && fs::read(&full).is_ok_and(|bytes| bytes == *file.before);
        let Some(entry) = known.filter(|_| holds_before()) else {
            return Err(GitError::Mismatch { path: file.path.clone() });
        };
        // Removed first: the file may be one of several names of the same bytes.
        let write = || {
            fs::remove_file(&full)?;
            fs::write(&full, &file.after)?;
            fs::set_permissions(&full, entry.stamp.permissions())
        };
        self.put.insert(path);
        write().map_err(disk("write", &full))
    }

    /// Brings every file back and removes what the tests left behind. Costs a walk through the tree where nothing happened.
    ///
    /// # Errors
    /// [`GitError::Changed`] when a file that came from the user's own tree is another one now; [`GitError::Disk`].
    pub fn reset(&mut self) -> Result<(), GitError> {
        if let Some(linked) = &self.linked {
            linked.relink()?;
        }
        let differences = compare(&self.root, &self.manifest)?;
        for path in &differences.foreign {
            let full = self.root.join(path);
            remove(&full).map_err(disk("remove", &full))?;
        }
        let mut wrong: BTreeSet<PathBuf> = differences.wrong.into_iter().collect();
        wrong.append(&mut self.put);
        self.restore(&wrong)
    }

    fn restore(&mut self, wrong: &BTreeSet<PathBuf>) -> Result<(), GitError> {
        let mut of_commit = Vec::new();
        for path in wrong {
            let full = self.root.join(path);
            remove(&full).and_then(|()| fs::create_dir_all(full.parent().unwrap_or(&full))).map_err(disk("restore", &full))?;
            match &self.manifest[path].origin {
                Origin::Commit => of_commit.push(path.clone()),
                Origin::Copied { from, stamp } => {
                    if Stamp::read(from).ok() != Some(*stamp) {
                        return Err(GitError::Changed { path: from.clone() });
                    }
                    copy_file(from, &full).map_err(disk("copy", from))?;
                }
                Origin::Link(to) => symlink(to, &full).map_err(disk("link", &full))?,
            }
        }
        if let Some(linked) = self.linked.as_ref().filter(|_| !of_commit.is_empty()) {
            linked.restore(&of_commit)?;
        }
        for path in wrong {
            self.stamp_anew(path)?;
        }
        Ok(())
    }

    fn stamp_anew(&mut self, path: &Path) -> Result<(), GitError> {
        let full = self.root.join(path);
        let stamp = Stamp::read(&full).map_err(disk("look at", &full))?;
        self.manifest.get_mut(path).expect("only files of the manifest are restored").stamp = stamp;
        Ok(())
    }

    /// Leaves the tree to the user, for debugging, and says where it is now.
    ///
    /// # Errors
    /// [`GitError::Disk`].
    pub fn keep(mut self) -> Result<PathBuf, GitError> {
        let kept = Slots::kept(&self.slot);
        fs::create_dir_all(&kept).map_err(disk("make the folder", &kept))?;
        let nonce = self.root.metadata().map(|meta| Stamp::of(&meta)).map_err(disk("look at", &self.root))?;
        let place = kept.join(format!("{}-{}-{}", name_of(&self.user_root).to_string_lossy(), std::process::id(), nonce.name()));
        let moved = match self.linked.take() {
            Some(linked) => linked.hand_over(&place),
            None => fs::rename(&self.root, &place),
        };
        moved.map_err(disk("move", &self.root))?;
        Ok(place)
    }

    /// Copies one file or link of the user's own tree.
    fn copy(&mut self, path: &Path) -> Result<(), GitError> {
        let (from, to) = (self.user_root.join(path), self.root.join(path));
        let meta = from.symlink_metadata().map_err(disk("look at", &from))?;
        if !meta.is_file() && !meta.is_symlink() {
            return Ok(());
        }
        let copy = || {
            fs::create_dir_all(to.parent().unwrap_or(&to))?;
            remove(&to)?;
            copy_file(&from, &to)?;
            Stamp::read(&to)
        };
        let stamp = copy().map_err(disk("copy", &from))?;
        let origin = Origin::Copied { from, stamp: Stamp::of(&meta) };
        self.manifest.insert(path.to_owned(), Entry { stamp, origin });
        Ok(())
    }

    /// Virtual environments are large and hold their own path: they are linked.
    fn link_environments(&mut self) -> Result<(), GitError> {
        let entries = fs::read_dir(&self.user_root).map_err(disk("read the folder", &self.user_root))?;
        for from in entries.flatten().map(|entry| entry.path()).filter(|path| is_environment(path)) {
            let name = PathBuf::from(name_of(&from));
            let to = self.root.join(&name);
            let stamp = symlink(&from, &to).and_then(|()| Stamp::read(&to)).map_err(disk("link", &to))?;
            self.manifest.insert(name, Entry { stamp, origin: Origin::Link(from) });
        }
        Ok(())
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let removed = self.linked.as_ref().map_or(Ok(()), Linked::remove);
        if let Err(error) = removed {
            tracing::warn!("a worktree stays behind until the next run: {error}");
        }
        if let Err(error) = self.slot.clear() {
            tracing::warn!("a tree stays behind until the next run: {error}");
        }
    }
}

impl Repo {
    /// Removes what runs that were killed left behind in this repository and its slots. The living are spared.
    ///
    /// # Errors
    /// [`GitError::Disk`].
    pub fn sweep(&self) -> Result<(), GitError> {
        linked::sweep(self)?;
        Slots::of(self).sweep()
    }
}

fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or(OsStr::new("root"))
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_symlink() { symlink(fs::read_link(from)?, to) } else { fs::copy(from, to).map(drop) }
}

/// Removes whatever stands at `path`; nothing there is fine.
fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(meta) if meta.is_dir() => remove_tree(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    use super::*;
    use crate::git::playground::{Playground, collect, git_in, patch};

    fn contents(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        collect(root, &mut all);
        all.into_iter()
            .filter(|(path, _)| !path.ends_with(".git"))
            .map(|(path, bytes)| (path.strip_prefix(root).unwrap().to_owned(), bytes))
            .collect()
    }

    fn workspace(playground: &Playground) -> Workspace {
        let repo = playground.repo();
        let (workspace, snapshot) = Workspace::of_user(Some(&repo), repo.root(), playground.slot()).unwrap();
        assert!(snapshot.is_some());
        workspace
    }

    /// All the bad things that tests do to a tree.
    fn wreck(root: &Path) {
        fs::write(root.join("app.py"), "broken").unwrap();
        fs::remove_dir_all(root.join("pkg")).unwrap();
        symlink("/", root.join("pkg")).unwrap();
        fs::set_permissions(root.join("run.sh"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::remove_file(root.join("link")).unwrap();
        fs::create_dir_all(root.join("link/closed")).unwrap();
        fs::write(root.join("link/closed/x"), "x").unwrap();
        fs::set_permissions(root.join("link/closed"), fs::Permissions::from_mode(0o000)).unwrap();
        fs::create_dir_all(root.join("__pycache__")).unwrap();
        fs::write(root.join("__pycache__/app.pyc"), "x").unwrap();
        fs::write(root.join("left.log"), "x").unwrap();
    }

    #[test]
    fn a_worktree_is_the_users_tree_and_leaves_nothing_behind() {
        let playground = Playground::new();
        playground.write("app.py", "print('dirty')\n");
        playground.write("untracked.py", "x\n");
        let before = playground.sacred();
        let workspace = workspace(&playground);
        let mut expected = contents(&playground.root());
        expected.retain(|path, _| !path.starts_with(".git"));
        let mut made = contents(workspace.root());
        made.remove(Path::new(".git"));
        assert_eq!(made, expected);
        assert_eq!(git_in(workspace.root(), &["status", "--porcelain"]), "");
        assert_eq!(workspace.root().file_name(), playground.root().file_name());
        let root = workspace.root().to_owned();
        drop(workspace);
        assert!(!root.exists());
        assert_eq!(playground.sacred(), before);
        assert_eq!(playground.git(&["worktree", "list"]).lines().count(), 1);
    }

    #[test]
    fn reset_undoes_whatever_the_tests_did() {
        let playground = Playground::new();
        let mut workspace = workspace(&playground);
        let before = contents(workspace.root());
        for _ in 0..2 {
            wreck(workspace.root());
            git_in(workspace.root(), &["checkout", "-q", "--orphan", "mine"]);
            git_in(workspace.root(), &["rm", "-rfq", "--cached", "."]);
            workspace.reset().unwrap();
            assert_eq!(contents(workspace.root()), before);
            assert_eq!(git_in(workspace.root(), &["status", "--porcelain"]), "");
        }
        fs::write(workspace.root().join(".git"), "gitdir: /nowhere").unwrap();
        workspace.reset().unwrap();
        assert_eq!(git_in(workspace.root(), &["status", "--porcelain"]), "");
    }

    #[test]
    fn a_patch_is_put_and_taken_away_again() {
        let playground = Playground::new();
        let mut workspace = workspace(&playground);
        let before = contents(workspace.root());
        let fix = patch("run.sh", "#!/bin/sh\n", "#!/bin/sh\nexit 1\n");
        workspace.put(&fix).unwrap();
        let run = workspace.root().join("run.sh");
        assert_eq!(fs::read_to_string(&run).unwrap(), "#!/bin/sh\nexit 1\n");
        assert_eq!(run.metadata().unwrap().permissions().mode() & 0o777, 0o755);
        assert!(matches!(workspace.put(&fix), Err(GitError::Mismatch { .. })), "the tree holds other bytes now");
        workspace.reset().unwrap();
        assert_eq!(contents(workspace.root()), before);
        workspace.put(&fix).unwrap();
        for wrong in [patch("link", "app.py", "x"), patch("missing.py", "", "x")] {
            assert!(matches!(workspace.put(&wrong), Err(GitError::Mismatch { .. })));
        }
    }

    #[test]
    fn carried_files_are_there_and_come_back() {
        let playground = Playground::new();
        playground.write("version.log", "1\n");
        playground.write("built.log/deep/x.so", "so\n");
        let mut workspace = workspace(&playground);
        let path = |text: &str| RepoPath::new(text).unwrap();
        workspace.carry(&[path("version.log"), path("built.log")]).unwrap();
        let so = workspace.root().join("built.log/deep/x.so");
        assert_eq!(fs::read_to_string(&so).unwrap(), "so\n");
        fs::remove_dir_all(workspace.root().join("built.log")).unwrap();
        workspace.reset().unwrap();
        assert_eq!(fs::read_to_string(&so).unwrap(), "so\n");
        assert!(matches!(workspace.carry(&[path("nothing.log")]), Err(GitError::NothingToCarry { .. })));
    }

    #[test]
    fn a_folder_without_git_is_copied_and_its_environment_linked() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("plain");
        fs::create_dir_all(root.join("pkg")).unwrap();
        fs::create_dir_all(root.join(".venv/bin")).unwrap();
        fs::write(root.join("app.py"), "print(1)\n").unwrap();
        fs::write(root.join("pkg/mod.py"), "x = 1\n").unwrap();
        fs::write(root.join("run.sh"), "#!/bin/sh\n").unwrap();
        fs::write(root.join(".venv/pyvenv.cfg"), "").unwrap();
        symlink("app.py", root.join("link")).unwrap();
        let mut workspace = Workspace::copy_of(&root, Slots::at(folder.path().join("slots")).take("x").unwrap()).unwrap();
        let before = contents(workspace.root());
        assert_eq!(before[Path::new("link")], b"app.py");
        assert!(workspace.root().join(".venv/pyvenv.cfg").exists() && workspace.root().join(".venv").is_symlink());
        wreck(workspace.root());
        workspace.reset().unwrap();
        assert_eq!(contents(workspace.root()), before);
        assert!(root.join(".venv/pyvenv.cfg").exists());
        fs::write(root.join("app.py"), "print(2) # by the user\n").unwrap();
        fs::write(workspace.root().join("app.py"), "broken").unwrap();
        assert!(matches!(workspace.reset(), Err(GitError::Changed { .. })));
    }

    #[test]
    fn filter_drivers_run_both_ways() {
        let playground = Playground::new();
        playground.git(&["config", "filter.loud.clean", "tr a-z A-Z"]);
        playground.git(&["config", "filter.loud.smudge", "tr A-Z a-z"]);
        playground.write(".gitattributes", "*.txt filter=loud\n");
        playground.write("a.txt", "first\n");
        playground.commit("filtered");
        playground.write("b.txt", "second\n");
        playground.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch canary.py\n");
        fs::set_permissions(playground.path(".git/hooks/post-checkout"), fs::Permissions::from_mode(0o755)).unwrap();
        let snapshot = playground.repo().snapshot().unwrap();
        assert_eq!(playground.git(&["show", &format!("{}:b.txt", snapshot.commit)]), "SECOND\n");
        let mut workspace = workspace(&playground);
        let read = |workspace: &Workspace, name: &str| fs::read_to_string(workspace.root().join(name)).unwrap();
        assert_eq!([read(&workspace, "a.txt"), read(&workspace, "b.txt")], ["first\n", "second\n"]);
        fs::write(workspace.root().join("a.txt"), "broken").unwrap();
        workspace.reset().unwrap();
        assert_eq!(read(&workspace, "a.txt"), "first\n");
        assert!(!workspace.root().join("canary.py").exists());
    }

    #[test]
    fn submodules_are_named_and_not_checked_out() {
        let playground = Playground::new();
        let inner = Playground::new();
        playground.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.root().to_str().unwrap(), "sub"]);
        playground.commit("submodule");
        let snapshot = playground.repo().snapshot().unwrap();
        assert!(!snapshot.differs_from_head);
        assert_eq!(snapshot.submodules, [RepoPath::new("sub").unwrap()]);
        let mut workspace = workspace(&playground);
        assert!(!workspace.root().join("sub/app.py").exists());
        workspace.reset().unwrap();
    }

    #[test]
    fn many_at_once_do_not_meet() {
        let playground = Playground::new();
        let before = playground.sacred();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let mut workspace = workspace(&playground);
                        workspace.put(&patch("app.py", "print(1)\n", "print(2)\n")).unwrap();
                        workspace.reset().unwrap();
                    }
                });
            }
        });
        assert_eq!(playground.sacred(), before);
    }

    #[test]
    fn a_kept_tree_is_the_users_own() {
        let playground = Playground::new();
        let place = workspace(&playground).keep().unwrap();
        assert!(place.join("app.py").exists());
        playground.repo().sweep().unwrap();
        assert_eq!(git_in(&place, &["status", "--porcelain"]), "");
        playground.git(&["worktree", "remove", place.to_str().unwrap()]);
    }

    #[test]
    fn a_dead_runs_worktree_is_swept_and_a_living_one_and_the_users_are_not() {
        let playground = Playground::new();
        let before = playground.sacred();
        // A process that dies without cleaning up: the destructor is kept from running, and the locks are released.
        let dead = workspace(&playground);
        let (root, meta) = (dead.root().to_owned(), playground.path(".git/worktrees"));
        let name = fs::read_dir(&meta).unwrap().next().unwrap().unwrap().file_name();
        let aside = playground.folder("aside");
        Command::new("cp").args(["-a"]).arg(meta.join(&name)).arg(&aside).status().unwrap();
        Command::new("cp").args(["-a"]).arg(&root).arg(playground.folder("tree")).status().unwrap();
        drop(dead);
        fs::create_dir_all(&meta).unwrap();
        fs::rename(&aside, meta.join(&name)).unwrap();
        fs::create_dir_all(root.parent().unwrap()).unwrap();
        fs::rename(playground.folder("tree"), &root).unwrap();
        let living =
            Workspace::of_commit(&playground.repo(), playground.repo().head().unwrap().unwrap(), playground.slots().take("other").unwrap())
                .unwrap();
        assert!(!root.exists() && !meta.join(&name).exists());
        linked::sweep(&playground.repo()).unwrap();
        assert_eq!(git_in(living.root(), &["status", "--porcelain"]), "");
        drop(living);
        assert_eq!(playground.sacred(), before);
    }
}
