//! The guard before a push, against a real remote.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::case::Case;

/// A clone with one pushed commit, whose `homeostasis` is on PATH as the hook expects.
fn with_remote(name: &str) -> Case {
    let mut case = Case::copy(name);
    let bin = case.root().join("../bin");
    fs::create_dir_all(&bin).expect("the case is ours");
    symlink(Path::new(env!("CARGO_BIN_EXE_homeostasis")), bin.join("homeostasis")).expect("the case is ours");
    case.with_path(bin);
    case.git(&["init", "-q", "--bare", "../remote.git"]);
    case.git(&["remote", "add", "origin", "../remote.git"]);
    case
}

fn is_pushed(case: &Case) -> bool {
    case.git(&["rev-parse", "HEAD"])
        == case.git(&["ls-remote", "origin", "refs/heads/main"]).split('\t').next().unwrap_or_default().to_owned() + "\n"
}

#[test]
fn a_push_of_broken_code_is_stopped_with_the_command_that_takes_the_patch() {
    let case = with_remote("python/missing-import");
    let _installed = case.run_that_may_write(["hook", "install"]).with_code(0);
    let before = case.tree_digest();
    let (went, output) = case.shell("git push origin main");
    assert!(!went && !is_pushed(&case), "{output}");
    let command =
        output.lines().find_map(|line| line.strip_prefix("to take the patch: ")).unwrap_or_else(|| panic!("no command\n{output}"));
    assert_eq!(case.tree_digest(), before, "the hook changed what is the user's");
    assert_eq!(case.n_worktrees(), 1);

    let (is_taken, taken) = case.shell(command);
    assert!(is_taken, "{taken}");
    case.commit();
    let (goes, output) = case.shell("git push origin main");
    assert!(goes && is_pushed(&case), "{output}");
}

#[test]
fn the_pushed_commit_is_tested_and_not_the_tree() {
    let case = with_remote("python/missing-import");
    let _installed = case.run_that_may_write(["hook", "install"]).with_code(0);
    // Healed in the tree, yet not in the commit that is pushed.
    let text = String::from_utf8(case.read("shop/receipt.py")).expect("the fixture is UTF-8");
    case.write("shop/receipt.py", text.replace("import datetime\n", "import datetime\nimport json\n"));
    let (went, output) = case.shell("git push origin main");
    assert!(!went, "{output}");
}

#[test]
fn an_older_hook_is_kept_and_comes_back() {
    let case = with_remote("python/missing-import");
    let hook = case.root().join(".git/hooks/pre-push");
    fs::create_dir_all(hook.parent().expect("a file has a folder")).expect("the case is ours");
    let (is_written, output) =
        case.shell("printf '#!/bin/sh\\necho older hook ran\\n' > .git/hooks/pre-push && chmod +x .git/hooks/pre-push");
    assert!(is_written, "{output}");
    let before = fs::read(&hook).expect("it was written");
    let _installed = case.run_that_may_write(["hook", "install"]).with_code(0);
    let (_, output) = case.shell("git push origin main");
    assert!(output.contains("older hook ran"), "{output}");
    let _gone = case.run_that_may_write(["hook", "uninstall"]).with_code(0);
    assert_eq!(fs::read(&hook).expect("it came back"), before);
}

#[test]
fn what_is_red_on_the_remote_already_does_not_stop_a_push() {
    let case = with_remote("python/missing-import");
    case.git(&["push", "-q", "origin", "main"]);
    case.git(&["fetch", "-q", "origin"]);
    let _installed = case.run_that_may_write(["hook", "install"]).with_code(0);
    case.write("NOTES.md", "Nothing that a test could see.\n");
    case.commit();
    let (went, output) = case.shell("git push origin main");
    assert!(output.contains("already red on the remote"), "{output}");
    assert!(went && is_pushed(&case), "{output}");
}

#[test]
fn deletions_and_commits_that_the_remote_has_are_not_tested() {
    let case = with_remote("python/missing-import");
    case.git(&["push", "-q", "origin", "main", "main:old"]);
    case.git(&["fetch", "-q", "origin"]);
    let _installed = case.run_that_may_write(["hook", "install"]).with_code(0);
    case.git(&["tag", "-m", "a tag", "v1"]);
    let (went, output) = case.shell("git push origin :old v1");
    assert!(went && !output.contains("testing"), "{output}");
}

#[test]
fn a_test_that_pushes_does_not_start_the_tests_again() {
    let case = with_remote("python/missing-import");
    let _installed = case.run_that_may_write(["hook", "install"]).with_code(0);
    let (went, output) = case.shell("HOMEOSTASIS_HOOK=1 git push origin main");
    assert!(went && is_pushed(&case), "{output}");
}

#[test]
fn a_push_is_let_go_when_the_tests_take_too_long() {
    let case = with_remote("python/tests-hang");
    let _installed = case.run_that_may_write(["hook", "install"]).with_code(0);
    let hook = case.root().join(".git/hooks/pre-push");
    let script = fs::read_to_string(&hook).expect("it was installed");
    fs::write(&hook, script.replace("hook run ", "hook run --limit 1s ")).expect("the case is ours");
    let (went, output) = case.shell("git push origin main");
    assert!(went && output.contains("goes on untested"), "{output}");
    assert_eq!(case.n_worktrees(), 1);
}
