//! Writing, taking back, refusing, and being killed before every single write.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::sync::Arc;

use super::*;
use crate::explain::Explain as _;
use crate::git::playground::{Playground, patch};
use crate::text::FilePatch;

/// Ends the run before the step with this number.
struct KillAt(usize);

impl Steps for KillAt {
    fn before(&mut self, _deed: &'static str) -> ControlFlow<()> {
        if self.0 == 0 {
            return ControlFlow::Break(());
        }
        self.0 -= 1;
        ControlFlow::Continue(())
    }
}

struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    fn new() -> Ground {
        let ground = Ground { folder: tempfile::tempdir().unwrap() };
        for (path, text) in FILES {
            let full = ground.root().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        fs::set_permissions(ground.root().join("run.sh"), Permissions::from_mode(0o751)).unwrap();
        ground
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn with<T>(&self, act: impl FnOnce(&Tree<'_>) -> T) -> T {
        act(&Tree { root: &self.root(), state_dir: &self.state(), repo: None, allow_dirty: false })
    }

    /// Every file of the tree with its mode.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        crate::git::playground::collect(&self.root(), &mut all);
        all.into_iter().map(|(path, bytes)| (path.strip_prefix(self.root()).unwrap().to_owned(), bytes)).collect()
    }
}

const FILES: [(&str, &str); 3] = [("a.py", "a = 1\n"), ("pkg/b.py", "b = 1\n"), ("run.sh", "exit 1\n")];

fn three() -> Patch {
    let file = |(path, before): (&str, &str)| FilePatch {
        path: RepoPath::new(path).unwrap(),
        before: Arc::from(before.as_bytes()),
        after: Arc::from(before.replace('1', "2").as_bytes()),
    };
    Patch::new(FILES.map(file).to_vec())
}

#[test]
fn a_patch_is_written_with_its_modes_and_undone() {
    let ground = Ground::new();
    let before = ground.files();
    let applied = ground.with(|tree| apply(tree, &three(), "r1")).unwrap();
    assert_eq!((applied.files.len(), applied.unlinked.len()), (3, 0));
    let after = ground.files();
    assert_eq!(after[Path::new("run.sh")], b"100751 exit 2\n");
    assert_eq!(after.len(), before.len());
    assert_eq!(ground.with(|tree| undo(tree, None)).unwrap().run, "r1");
    assert_eq!(ground.files(), before);
    assert!(matches!(ground.with(|tree| undo(tree, None)), Err(DeliverError::NoRun { .. })));
}

#[test]
fn the_newest_run_is_undone_first_and_any_by_its_name() {
    let ground = Ground::new();
    ground.with(|tree| apply(tree, &patch("a.py", "a = 1\n", "a = 2\n"), "z")).unwrap();
    ground.with(|tree| apply(tree, &patch("pkg/b.py", "b = 1\n", "b = 2\n"), "y")).unwrap();
    assert_eq!(ground.with(|tree| undo(tree, Some("z"))).unwrap().run, "z");
    assert_eq!(ground.with(|tree| undo(tree, None)).unwrap().run, "y");
    let error = ground.with(|tree| undo(tree, Some("../../x"))).unwrap_err();
    assert!(error.hint().is_some(), "{error}");
}

#[test]
fn undo_refuses_to_lose_work() {
    let ground = Ground::new();
    ground.with(|tree| apply(tree, &three(), "r1")).unwrap();
    fs::write(ground.root().join("pkg/b.py"), "mine\n").unwrap();
    let before = ground.files();
    let error = ground.with(|tree| undo(tree, None)).unwrap_err();
    assert!(matches!(&error, DeliverError::ChangedSince { path, .. } if path.as_str() == "pkg/b.py") && error.is_refusal());
    assert_eq!(ground.files(), before);
}

/// The files must be wholly old or wholly new, one by one.
fn assert_whole(files: &BTreeMap<PathBuf, Vec<u8>>) {
    for (path, text) in FILES {
        let bytes = String::from_utf8(files[Path::new(path)].clone()).unwrap();
        let text_now = bytes.split_once(' ').unwrap().1;
        assert!(text_now == text || text_now == text.replace('1', "2"), "{path}: {text_now:?}");
    }
}

#[test]
fn after_a_kill_at_any_step_the_next_start_makes_the_tree_wholly_old_or_leaves_it_wholly_new() {
    let (old, new) = {
        let ground = Ground::new();
        let old = ground.files();
        ground.with(|tree| apply(tree, &three(), "r1")).unwrap();
        (old, ground.files())
    };
    let mut n_steps = 0;
    loop {
        let ground = Ground::new();
        let done = ground.with(|tree| apply_in_steps(tree, &three(), "r1", &mut KillAt(n_steps)));
        assert_whole(&ground.files());
        let Err(Failure::Killed) = done else { break };
        // The one that cleans up is killed as well, before each of its steps.
        for n in 0.. {
            let done = ground.with(|tree| recover_in_steps(tree, &mut KillAt(n)));
            assert_whole(&ground.files());
            if done.is_ok() {
                break;
            }
        }
        let files = ground.files();
        assert!(files == old || files == new, "killed before step {n_steps}: {files:?}");
        ground.with(recover).unwrap();
        assert_eq!(ground.files(), files, "a second start has nothing to do");
        n_steps += 1;
    }
    assert!(n_steps > 15, "{n_steps} steps");
}

#[test]
fn after_a_kill_at_any_step_of_an_undo_the_tree_is_wholly_old_or_new() {
    for n_steps in 0.. {
        let ground = Ground::new();
        let old = ground.files();
        ground.with(|tree| apply(tree, &three(), "r1")).unwrap();
        let new = ground.files();
        let done = ground.with(|tree| undo_in_steps(tree, None, &mut KillAt(n_steps)));
        assert_whole(&ground.files());
        ground.with(recover).unwrap();
        let files = ground.files();
        assert!(files == old || files == new, "killed before step {n_steps}");
        if done.is_ok() {
            assert_eq!(files, old);
            return;
        }
    }
}

#[test]
fn recovery_keeps_what_the_user_wrote_after_the_kill() {
    let ground = Ground::new();
    let is_written = |n: &usize| {
        let _ = fs::remove_dir_all(ground.state());
        let _ = ground.with(|tree| apply_in_steps(tree, &three(), "r1", &mut KillAt(*n)));
        fs::read_to_string(ground.root().join("a.py")).unwrap() == "a = 2\n"
    };
    assert!((0..100).any(|n| is_written(&n)));
    fs::write(ground.root().join("a.py"), "mine\n").unwrap();
    let recovered = ground.with(recover).unwrap();
    assert_eq!(recovered[0].kept, [RepoPath::new("a.py").unwrap()]);
    assert_eq!(fs::read_to_string(ground.root().join("a.py")).unwrap(), "mine\n");
    assert_eq!(fs::read_to_string(recovered[0].journal.join("0.before")).unwrap(), "a = 1\n");
}

#[test]
fn what_is_not_as_the_patch_expects_is_refused_and_left_alone() {
    let ground = Ground::new();
    symlink("a.py", ground.root().join("link.py")).unwrap();
    symlink("pkg", ground.root().join("linked")).unwrap();
    let before = ground.files();
    let refused = |path: &str, text: &str| {
        let error = ground.with(|tree| apply(tree, &patch(path, text, "new\n"), "r1")).unwrap_err();
        assert_eq!(ground.files(), before, "{path}");
        assert!(error.hint().is_some() && error.is_refusal(), "{error}");
        error
    };
    assert!(matches!(refused("a.py", "a = 9\n"), DeliverError::Changed { .. }));
    assert!(matches!(refused("link.py", "a = 1\n"), DeliverError::Link { .. }));
    assert!(matches!(refused("linked/b.py", "b = 1\n"), DeliverError::Link { .. }));
    assert!(matches!(refused("missing.py", ""), DeliverError::Changed { .. }));
    let error = ground.with(|tree| apply(tree, &three(), "../r1")).unwrap_err();
    assert!(matches!(error, DeliverError::RunName { .. }));
}

#[test]
fn a_failure_in_between_leaves_everything_as_it_was() {
    let ground = Ground::new();
    // The place for the second file's new bytes is taken by a folder.
    fs::create_dir(ground.root().join("pkg/.homeostasis-r1-1")).unwrap();
    let before = ground.files();
    let error = ground.with(|tree| apply(tree, &three(), "r1")).unwrap_err();
    assert!(matches!(&error, DeliverError::Disk { what: "write", .. }), "{error}");
    assert_eq!(ground.files(), before);
    let error = ground.with(|tree| undo(tree, None)).unwrap_err();
    assert!(matches!(error, DeliverError::NoRun { .. }), "{error:?}");
    assert!(matches!(ground.with(|tree| apply(tree, &three(), "r1")), Err(DeliverError::RunTaken { .. })));
}

#[test]
fn two_writers_do_not_meet() {
    let ground = Ground::new();
    let lock = StateLock::take(&ground.state()).unwrap();
    let error = ground.with(|tree| apply(tree, &three(), "r1")).unwrap_err();
    assert!(matches!(error, DeliverError::Locked { .. }) && error.is_refusal());
    drop(lock);
    ground.with(|tree| apply(tree, &three(), "r1")).unwrap();
}

#[test]
fn a_hard_link_is_told() {
    let ground = Ground::new();
    fs::hard_link(ground.root().join("a.py"), ground.root().join("twin.py")).unwrap();
    let applied = ground.with(|tree| apply(tree, &patch("a.py", "a = 1\n", "a = 2\n"), "r1")).unwrap();
    assert_eq!(applied.unlinked, [RepoPath::new("a.py").unwrap()]);
    assert_eq!(fs::read_to_string(ground.root().join("twin.py")).unwrap(), "a = 1\n");
    assert_eq!(ground.root().join("a.py").metadata().unwrap().nlink(), 1);
}

#[test]
fn a_dirty_target_is_refused_unless_allowed_and_other_dirt_is_no_concern() {
    let playground = Playground::new();
    playground.write("pkg/mod.py", "x = 7\n");
    let project = Project::open(&playground.root()).unwrap();
    let state_dir = project.state_dir();
    let tree = Tree::of(&project, &state_dir);
    let dirty = patch("pkg/mod.py", "x = 7\n", "x = 8\n");
    let error = apply(&tree, &dirty, "r1").unwrap_err();
    assert!(matches!(&error, DeliverError::Dirty { path } if path.as_str() == "pkg/mod.py") && error.is_refusal());
    assert!(matches!(check(&tree, &dirty), Err(DeliverError::Dirty { .. })));
    apply(&tree, &patch("app.py", "print(1)\n", "print(2)\n"), "r2").unwrap();
    apply(&Tree { allow_dirty: true, ..tree }, &dirty, "r3").unwrap();
    assert_eq!(fs::read_to_string(playground.path("pkg/mod.py")).unwrap(), "x = 8\n");
    assert_eq!(playground.git(&["status", "--porcelain"]), " M app.py\n M pkg/mod.py\n");
}

#[test]
fn a_journal_of_another_tree_is_no_concern() {
    let ground = Ground::new();
    ground.with(|tree| apply(tree, &three(), "r1")).unwrap();
    let other = Ground::new();
    let tree = Tree { root: &other.root(), state_dir: &ground.state(), repo: None, allow_dirty: false };
    assert!(matches!(undo(&tree, None), Err(DeliverError::NoRun { .. })));
}
