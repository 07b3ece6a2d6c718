//! `cargo nextest run`: a process for each test, results in a `JUnit` file at a private path.
//!
//! The project's own configuration stays, with three settings on top: where the file goes, that it keeps the output of tests that pass,
//! and the limit of one test. A test that leaves early by `exit(0)` looks green to nextest; its output has no result line.
//!
//! Source: nextest 0.9.143, "`JUnit` support", "Exit codes".

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

use super::account::Account;
use super::build::build;
use super::cargo::environment;
use super::check::shared;
use super::libtest;
use super::schemata::Schemata;
use super::targets::Targets;
use crate::judge::{Exit, Outcome, Run, TestId};
use crate::localize::Spectrum;
use crate::process::{Command, Finished, run};
use crate::trial::junit::{self, Case};
use crate::trial::runner::{Bench, Runner, said};
use crate::trial::{Scope, Screened, Screening, TrialError};

/// nextest's exit code when it found no tests.
const NO_TESTS: i32 = 4;

/// nextest's exit code when tests failed.
const FAILED: i32 = 100;

/// Runs `cargo nextest run`.
#[derive(Debug, Default)]
pub(in crate::trial) struct Nextest {
    targets: Targets,
    schemata: Schemata,
}

impl Runner for Nextest {
    fn run(&mut self, bench: &Bench<'_>, scope: &Scope) -> Result<Run, TrialError> {
        let scratch = |source| TrialError::Scratch { source };
        let folder = tempfile::tempdir().map_err(scratch)?;
        let mut account = Account::default();
        // The build that nextest makes itself, but with errors that can be read.
        let built = build(bench, &build_argv(bench), environment(bench))?;
        let is_broken = self.targets.judge(bench, &built, &mut account);
        if !is_broken && built.is_whole() {
            let report = folder.path().join("junit.xml");
            let config = folder.path().join("nextest.toml");
            fs::write(&config, configuration(bench, &report)).map_err(scratch)?;
            run_tests(bench, scope, &config, &report, &mut account)?;
        }
        self.targets.pass(&built, &mut account);
        Ok(account.close())
    }

    fn trace(&mut self, bench: &Bench<'_>, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        self.schemata.trace(bench, tests)
    }

    fn screen(&mut self, bench: &Bench<'_>, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        self.schemata.screen(bench, screening)
    }
}

fn cargo(bench: &Bench<'_>) -> Vec<String> {
    bench.plan.argv.iter().take_while(|word| *word != "nextest").cloned().collect()
}

fn build_argv(bench: &Bench<'_>) -> Vec<String> {
    let mut argv = cargo(bench);
    argv.extend(["test", "--no-run", "--no-fail-fast", "--offline", "--message-format=json"].map(str::to_owned));
    argv.extend(shared(bench.plan.arguments()).iter().map(|word| bench.moved(word)));
    argv
}

fn run_tests(bench: &Bench<'_>, scope: &Scope, config: &Path, report: &Path, account: &mut Account) -> Result<(), TrialError> {
    let arguments = bench.plan.arguments();
    let split = arguments.iter().position(|word| word == "--").unwrap_or(arguments.len());
    let (ours, theirs) = arguments.split_at(split);
    let mut argv = cargo(bench);
    argv.extend(["nextest", "run", "--offline", "--no-fail-fast", "--retries=0"].map(str::to_owned));
    argv.extend(["--config-file".to_owned(), config.to_string_lossy().into_owned()]);
    argv.extend(
        ours.iter().filter(|word| !matches!(word.as_str(), "--no-capture" | "--nocapture" | "--fail-fast")).map(|word| bench.moved(word)),
    );
    if let Scope::Tests(tests) = scope {
        argv.extend(["-E".to_owned(), expression(tests)]);
    }
    argv.extend(theirs.iter().cloned());
    let finished = run(&Command::new(argv, &bench.cwd(), environment(bench)).within(bench.deadline), bench.interrupt)?;
    account.add_program(&finished);
    if is_missing(&finished) {
        let text = "the tests need `cargo nextest`, which is not installed here".to_owned();
        account.distrust(
            "runner-missing",
            text,
            Some("`cargo install --locked cargo-nextest` installs it; `--test 'cargo test'` does without"),
        );
        return Ok(());
    }
    if finished.exit == Exit::TimedOut {
        account.time_out();
    }
    if finished.exit != Exit::Code(NO_TESTS) {
        hear(&finished, report, account);
    }
    Ok(())
}

/// Whether cargo does not know the command.
fn is_missing(finished: &Finished) -> bool {
    !finished.exit.is_success() && memchr::memmem::find(&finished.stderr, b"no such command: `nextest`").is_some()
}

/// Tells what the `JUnit` file says, if nextest's exit code says the same.
fn hear(finished: &Finished, report: &Path, account: &mut Account) {
    let Some(cases) = junit::read(report) else {
        let text = format!("nextest ended with {} and left no readable JUnit file", said(finished.exit));
        return account.distrust("no-result", text, Some("run `cargo nextest run --offline` by hand"));
    };
    let has_failed = cases.iter().any(|case| case.is_bad);
    for case in &cases {
        tell(case, account);
    }
    let expected = if cases.iter().any(|case| case.is_bad) { Exit::Code(FAILED) } else { Exit::Code(0) };
    if finished.exit != expected && finished.exit != Exit::TimedOut {
        let text = format!(
            "nextest ended with {} and its JUnit file says that tests {}",
            said(finished.exit),
            if has_failed { "failed" } else { "passed" }
        );
        account.distrust("disagreement", text, None);
    }
}

/// Whether a case is no success: it failed, or it has left without the line that libtest prints at the end.
fn is_bad(case: &Case) -> bool {
    case.is_bad || !(case.stdout.is_empty() || libtest::result_lines(&case.stdout).last().is_some_and(|counts| counts.is_ok))
}

fn tell(case: &Case, account: &mut Account) {
    let id = format!("{}::{}", target(&case.class), case.name);
    let (outcome, text) = match (case.is_bad, is_bad(case), case.is_skipped) {
        (true, _, _) => (Outcome::Failed, case.text.as_str()),
        (_, true, _) => (Outcome::Failed, "the test ended its process"),
        (_, _, true) => (Outcome::Skipped, ""),
        _ => (Outcome::Passed, ""),
    };
    account.tell(id, outcome, text);
}

/// nextest's `demo`, `demo::it`, `demo::bin/x` in our spelling.
fn target(binary: &str) -> String {
    match binary.split_once("::") {
        None => format!("{binary}::lib"),
        Some((package, "lib")) => format!("{package}::test/lib"),
        Some(_) => binary.to_owned(),
    }
}

/// The filter that chooses these tests.
fn expression(tests: &[TestId]) -> String {
    let one = |id: &TestId| {
        let mut parts = id.0.splitn(3, "::");
        let (package, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let binary = match target.strip_prefix("test/") {
            Some(name) => format!("{package}::{name}"),
            None if target == "lib" => package.to_owned(),
            None => format!("{package}::{target}"),
        };
        match parts.next() {
            Some(test) => format!("(binary_id(={binary}) & test(={test}))"),
            None => format!("binary_id(={binary})"),
        }
    };
    tests.iter().map(one).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" | ")
}

/// The project's configuration with our settings in the profile that is used.
fn configuration(bench: &Bench<'_>, report: &Path) -> String {
    let given = fs::read_to_string(bench.cwd().join(".config/nextest.toml")).unwrap_or_default();
    // What is no TOML is left to nextest, which says so better.
    let Ok(mut document) = given.parse::<DocumentMut>() else { return given };
    let arguments = bench.plan.arguments();
    let after = |option: &str| arguments.iter().position(|word| word == option).and_then(|at| arguments.get(at + 1)).map(String::as_str);
    let joined = arguments.iter().find_map(|word| word.strip_prefix("--profile="));
    let profile = joined.or_else(|| after("-P")).or_else(|| after("--profile")).unwrap_or("default");
    // Else it makes a `target` in the tree.
    table(document.as_table_mut(), "store").insert("dir", value(bench.surroundings.build.join("nextest").to_string_lossy().into_owned()));
    let settings = table(table(document.as_table_mut(), "profile"), profile);
    let mut limit = toml_edit::InlineTable::new();
    limit.insert("period", format!("{}ms", bench.per_test.as_millis()).into());
    limit.insert("terminate-after", 1.into());
    limit.insert("grace-period", "500ms".into());
    settings.insert("slow-timeout", value(limit));
    let junit = table(settings, "junit");
    junit.insert("path", value(report.to_string_lossy().into_owned()));
    junit.insert("store-success-output", value(true));
    junit.insert("store-failure-output", value(true));
    document.to_string()
}

/// The table `name` of `parent`, made if it is missing or something else.
fn table<'t>(parent: &'t mut Table, name: &str) -> &'t mut Table {
    let item = parent.entry(name).or_insert_with(|| Item::Table(Table::new()));
    if let Some(inline) = item.as_inline_table() {
        *item = Item::Table(inline.clone().into_table());
    }
    if !item.is_table() {
        *item = Item::Table(Table::new());
    }
    item.as_table_mut().expect("it was made one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_have_the_same_names_as_with_cargo_test_and_can_be_chosen_by_them() {
        let check = |binary: &str, id: &str, filter: &str| {
            assert_eq!(format!("{}::a::b", target(binary)), id);
            assert_eq!(expression(&[TestId(id.to_owned())]), filter);
        };
        check("demo", "demo::lib::a::b", "(binary_id(=demo) & test(=a::b))");
        check("demo::it", "demo::it::a::b", "(binary_id(=demo::it) & test(=a::b))");
        check("demo::bin/x", "demo::bin/x::a::b", "(binary_id(=demo::bin/x) & test(=a::b))");
        check("demo::lib", "demo::test/lib::a::b", "(binary_id(=demo::lib) & test(=a::b))");
        assert_eq!(expression(&[TestId("demo::lib".to_owned())]), "binary_id(=demo)");
    }
}
