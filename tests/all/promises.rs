//! What the program promises whatever happens: one test a promise, through the front door.

use crate::case::Case;

#[test]
fn fix_shows_the_patch_and_leaves_the_tree_alone() {
    let mut case = Case::copy("python/str-plus-other");
    case.with_pytest();
    let ran = case.run(["fix".into(), case.log().into_os_string()]).with_code(0);
    insta::assert_snapshot!(ran);
}

#[test]
fn apply_writes_the_patch_and_nothing_else_and_undo_takes_it_back() {
    let case = Case::copy("python/missing-import");
    let before = case.tree_digest();
    let _healed = case.run_that_may_write(["fix".into(), case.log().into_os_string(), "--apply".into()]).with_code(0);
    assert_eq!(case.git(&["status", "--porcelain"]), " M shop/receipt.py\n");
    let (is_green, output) = case.shell("python3 -m unittest discover -s tests -t .");
    assert!(is_green, "{output}");
    let _undone = case.run_that_may_write(["undo"]).with_code(0);
    for (path, state) in &before {
        // git refreshes what it knows of a file's times when it is asked for the status.
        if path != ".git/index" {
            assert_eq!(case.tree_digest().get(path), Some(state), "{path}");
        }
    }
}

#[test]
fn branch_commits_to_a_new_branch_and_leaves_the_tree_alone() {
    let case = Case::copy("python/missing-import");
    let status = case.git(&["status", "--porcelain"]);
    let head = case.git(&["rev-parse", "HEAD"]);
    let _healed =
        case.run_that_may_write(["fix".into(), case.log().into_os_string(), "--branch".into(), "heal/import".into()]).with_code(0);
    assert_eq!(case.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(case.git(&["status", "--porcelain"]), status);
    assert_eq!(case.git(&["rev-parse", "heal/import~1"]), head);
    let message = case.git(&["log", "-1", "--format=%B", "heal/import"]);
    for trailer in ["Homeostasis-Rule: ", "Homeostasis-Run: ", "Homeostasis-Verified: ", " failing\n"] {
        assert!(message.contains(trailer), "{message}");
    }
    let again = case.run(["fix".into(), case.log().into_os_string(), "--branch".into(), "heal/import".into()]).with_code(5);
    assert!(again.stderr.contains("heal/import") || again.stdout.contains("heal/import"), "{again}");
}

#[test]
fn check_tells_by_its_exit_code_that_a_fix_exists() {
    let case = Case::copy("python/missing-import");
    let _found = case.run(["fix".into(), case.log().into_os_string(), "--check".into()]).with_code(1);
}

#[test]
fn the_same_log_gets_the_same_answer_twice() {
    let case = Case::copy("python/attribute-typo");
    let diff = || case.run(["fix".into(), case.log().into_os_string(), "--format".into(), "diff".into()]).with_code(0).stdout;
    assert_eq!(diff(), diff());
}

#[test]
fn a_fix_without_a_log_runs_the_tests_and_takes_their_failure() {
    let case = Case::copy("python/attribute-typo");
    let healed = case.run(["fix", "--format", "json"]).with_code(0).json();
    assert_eq!(healed["outcome"], "healed");
}

#[test]
fn a_healthy_project_gets_nothing() {
    let case = Case::of(&[(
        "test_sum.py",
        "import unittest\n\n\nclass Sum(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1 + 1, 2)\n",
    )]);
    let report = case.run(["fix", "--format", "json"]).with_code(0).json();
    assert_eq!(report["outcome"], "nothing-wrong");
}

#[test]
fn bytecode_that_the_user_left_is_not_taken_for_the_patched_code() {
    let case = Case::copy("python/attribute-typo");
    let (is_green, output) = case.shell("PYTHONDONTWRITEBYTECODE= python3 -m unittest discover -s tests -t .");
    assert!(!is_green && case.root().join("__pycache__").exists(), "{output}");
    let healed = case.run(["fix".into(), case.log().into_os_string(), "--format".into(), "json".into()]).with_code(0).json();
    assert_eq!(healed["outcome"], "healed");
}
