//! The ways in and out: a log from a file or a pipe, with and without a repository, for people, programs and CI.

use std::fs;
use std::process::Stdio;

use crate::case::Case;

#[test]
fn analyze_says_what_a_log_means() {
    let case = Case::copy("python/missing-key");
    let ran = case.run(["analyze".into(), case.log().into_os_string()]).with_code(1);
    insta::assert_snapshot!(ran);
}

#[test]
fn analyze_of_a_compiler_error_looks_like_the_compiler() {
    let case = Case::copy("rust/use-after-move");
    let ran = case.run(["analyze".into(), case.log().into_os_string()]).with_code(1);
    insta::assert_snapshot!(ran);
}

#[test]
fn a_log_can_come_through_a_pipe() {
    let case = Case::copy("python/attribute-typo");
    let program = env!("CARGO_BIN_EXE_homeostasis");
    let (_, analyzed) = case.shell(&format!("cat ../crash.log | {program} analyze --format json"));
    assert!(analyzed.contains("recieved"), "{analyzed}");
    let (is_healed, fixed) = case.shell(&format!("cat ../crash.log | {program} fix - --format diff -q | git apply"));
    assert!(is_healed, "{fixed}");
    assert_eq!(case.git(&["status", "--porcelain"]), " M inbox.py\n");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let case = Case::copy("python/attribute-typo");
    let mut child = case
        .hermetic(env!("CARGO_BIN_EXE_homeostasis"))
        .args(["rules", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it is our child");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_folder_without_a_repository_is_healed_in_a_copy() {
    let case = Case::laid_out("python/attribute-typo");
    let report = case.run(["fix".into(), case.log().into_os_string(), "--format".into(), "json".into()]).with_code(0).json();
    assert_eq!(report["outcome"], "healed");
    let _written = case.run_that_may_write(["fix".into(), case.log().into_os_string(), "--apply".into()]).with_code(0);
    assert!(String::from_utf8_lossy(&case.read("inbox.py")).contains("len(self.received) - "));
}

#[test]
fn a_build_healed_in_part_is_written_only_to_who_asks_for_both() {
    let case = Case::laid_out("rust/part-of-a-build");
    case.commit();
    let log = case.log().to_string_lossy().into_owned();
    let report = case.run(["fix", &log, "--format", "json"]).with_code(1).json();
    assert_eq!((&report["outcome"], &report["diff"]), (&"declined".into(), &"".into()), "nobody asked for a part");
    let _shown = case.run(["fix", "--keep-going", "--apply", &log]).with_code(3);
    let written = case.run_that_may_write(["fix", "--keep-going", "--apply", "--allow-unproven", &log, "--format", "json"]).with_code(3);
    let report = written.json();
    assert_eq!(report["part"], serde_json::json!({ "gone": 3, "of": 5 }));
    assert_eq!(report["remaining"].as_array().map(Vec::len), Some(2));
    assert!(String::from_utf8_lossy(&case.read("src/lib.rs")).contains("width * depth"));
}

#[test]
fn what_is_not_committed_is_healed_too() {
    let case = Case::laid_out("python/attribute-typo");
    let broken = String::from_utf8(case.read("inbox.py")).expect("the fixture is UTF-8");
    case.write("inbox.py", broken.replace("recieved", "received"));
    case.commit();
    case.write("inbox.py", &broken);
    case.git(&["add", "inbox.py"]);
    case.write("staged.txt", "not tracked\n");
    let report = case.run(["fix".into(), case.log().into_os_string(), "--format".into(), "json".into()]).with_code(0).json();
    assert_eq!(report["outcome"], "healed");
    let refused = case.run(["fix".into(), case.log().into_os_string(), "--branch".into(), "heal".into(), "--format".into(), "json".into()]);
    assert_ne!(refused.code, Some(0), "the fault is not in HEAD: there is nothing to commit\n{refused}");
}

#[test]
fn a_person_can_pick_from_the_list() {
    let case = Case::copy("python/attribute-typo");
    let list = case.run(["fix".into(), case.log().into_os_string(), "--list".into()]).with_code(0);
    assert!(list.stdout.contains("received"), "{list}");
    let picked =
        case.run(["fix".into(), case.log().into_os_string(), "--pick".into(), "1".into(), "--format".into(), "diff".into()]).with_code(0);
    assert!(picked.stdout.contains("+        return len(self.received) - self.n_read"), "{picked}");
}

#[test]
fn run_passes_the_command_through_and_heals_its_failure() {
    let case = Case::copy("python/missing-import");
    let ran = case.run(["run", "--", "python3", "-B", "-m", "unittest", "discover", "-s", "tests", "-t", "."]);
    assert!(ran.stderr.contains("NameError: name 'json' is not defined"), "the command's own output\n{ran}");
    assert!(ran.stdout.contains("+import json") || ran.stderr.contains("+import json"), "{ran}");
    assert_eq!(ran.code, Some(1), "not applied: the command's own code\n{ran}");
    let well = case.run(["run", "--", "true"]).with_code(0);
    assert_eq!(well.stdout, "");
}

#[test]
fn annotations_cannot_be_forged_by_a_log() {
    let case = Case::copy("python/attribute-typo");
    let log = fs::read_to_string(case.log()).expect("the fixture has a log");
    let hostile = log.replace("'recieved'", "'recieved'\r\n::set-env name=PATH::/tmp\u{1b}[31m%0A::error::forged");
    fs::write(case.log(), hostile).expect("the case is ours");
    let ran = case.run(["analyze".into(), case.log().into_os_string(), "--format".into(), "github".into()]);
    let token = ran.stdout.lines().find_map(|line| line.strip_prefix("::stop-commands::")).unwrap_or_default();
    let commands = ran.stdout.lines().filter(|line| line.starts_with("::") && *line != format!("::{token}::"));
    for command in commands {
        let is_ours = ["::error ", "::warning ", "::notice ", "::group", "::endgroup", "::stop-commands"]
            .iter()
            .any(|known| command.starts_with(known));
        assert!(is_ours && !command.contains('\u{1b}'), "{command:?}\n{ran}");
    }
}

#[test]
fn the_demo_heals_before_your_eyes() {
    let case = Case::empty();
    let ran = case.run(["demo"]).with_code(0);
    assert!(ran.stdout.contains("healed"), "{ran}");
}

#[test]
fn a_project_rule_of_its_own_is_used() {
    let case = Case::copy("python/attribute-typo");
    let list = case.run(["rules", "list"]).with_code(0);
    assert!(list.stdout.lines().filter(|line| line.contains("python/") || line.contains("rust/")).count() >= 28, "{list}");
    let _tested = case.run(["rules", "test"]).with_code(0);
}
