//! The CI job: the file that `init` writes, and the step of it that heals, run as the job runs it.

use std::fs;

use crate::case::Case;

#[test]
fn init_writes_a_configuration_that_changes_nothing() {
    let case = Case::copy("python/attribute-typo");
    let before = case.run(["config", "show"]).with_code(0).stdout;
    let _written = case.run_that_may_write(["init"]).with_code(0);
    assert_eq!(case.run(["config", "show"]).with_code(0).stdout, before);
    let again = case.run(["init"]).with_code(5);
    assert!(again.stderr.contains("hint: "), "{again}");
}

#[test]
fn the_job_heals_the_log_of_a_failed_build_and_keeps_the_patch() {
    let case = Case::copy("python/attribute-typo");
    let _written = case.run_that_may_write(["init", "--ci", "github", "--test", "make test"]).with_code(0);
    let job = String::from_utf8(case.read(".github/workflows/homeostasis.yml")).expect("we wrote it");
    assert!(job.contains("make test"), "{job}");
    let step = job.lines().find_map(|line| line.trim().strip_prefix("run: homeostasis ")).expect("the job heals");

    let temporary = case.root().join("../runner");
    fs::create_dir(&temporary).expect("the case is ours");
    fs::copy(case.log(), temporary.join("build.log")).expect("the fixture has a log");
    let program = env!("CARGO_BIN_EXE_homeostasis");
    let (is_healed, output) = case.shell(&format!("RUNNER_TEMP={} ; {program} {step}", temporary.display()));
    assert!(is_healed, "{output}");
    assert!(output.contains("::notice file=inbox.py,line="), "{output}");
    let stopped = output.split_once("::stop-commands::").expect("the report is quoted").1;
    let token = stopped.lines().next().expect("a token stands there");
    assert!(token.len() >= 32 && output.trim_end().ends_with(&format!("::{token}::")), "{output}");
    let (is_applied, output) = case.shell("git apply ../runner/homeostasis.patch && git diff --stat");
    assert!(is_applied && output.contains("inbox.py"), "{output}");
}

#[test]
fn a_report_can_go_to_a_file_and_the_verdict_stays_in_sight() {
    let case = Case::copy("python/attribute-typo");
    let to_file = |format: &str| {
        let arguments = ["fix".into(), case.log().into_os_string(), "--format".into(), format.into()];
        case.run(arguments.into_iter().chain(["--output-file".into(), "../report".into()])).with_code(0)
    };
    for (format, part) in [("human", "--- a/inbox.py"), ("json", "\"outcome\": \"healed\""), ("diff", "+++ b/inbox.py")] {
        let ran = to_file(format);
        assert_eq!(ran.stdout, "", "{ran}");
        assert!(ran.stderr.trim_end().lines().last().is_some_and(|line| line.starts_with("healed: ")), "{ran}");
        let report = fs::read_to_string(case.root().join("../report")).expect("the report was written");
        assert!(report.contains(part) && !report.contains('\u{1b}'), "{report}");
    }
    let refused = case.run(["fix", "--output-file", "nowhere/report"]).with_code(2);
    assert!(refused.stderr.contains("nowhere/report") && !refused.stderr.contains("running the tests"), "{refused}");
}

#[test]
fn colours_come_when_they_are_asked_for_and_not_otherwise() {
    let mut case = Case::copy("python/attribute-typo");
    let log = case.log().into_os_string();
    let analyze = |case: &Case, more: &[&str]| {
        let arguments = ["analyze".into(), log.clone()];
        case.run(arguments.into_iter().chain(more.iter().map(Into::into))).stdout.contains('\u{1b}')
    };
    assert!(!analyze(&case, &[]));
    assert!(analyze(&case, &["--color", "always"]));
    case.set("NO_COLOR", "");
    assert!(!analyze(&case, &[]), "a pipe is no terminal");
    case.set("FORCE_COLOR", "1");
    assert!(analyze(&case, &[]));
    case.set("NO_COLOR", "1");
    assert!(!analyze(&case, &[]));
}
