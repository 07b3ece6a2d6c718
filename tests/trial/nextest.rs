//! Trials with `cargo nextest run`; skipped, with a word, where it is not installed.

use std::process::Command;
use std::time::Duration;

use homeostasis::judge::{Exit, Outcome};
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::trial::Scope;

use crate::stage::{Stage, distrust, id, names};

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");

/// A project whose own configuration wants other things than we do.
const CONFIG: (&str, &str) = (
    ".config/nextest.toml",
    "[profile.default]\nretries = 3\nfail-fast = true\nslow-timeout = \"60s\"\n[profile.default.junit]\npath = \"own.xml\"\n",
);

const LIB: &str = "pub fn add(a: i32, b: i32) -> i32 { a + b + 1 }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn sum() { assert_eq!(super::add(1, 1), 2); }\n    \
    #[test]\n    fn order() { assert_eq!(super::add(1, 2), super::add(2, 1)); }\n    #[test]\n    fn leaves() { std::process::exit(0) }\n    \
    #[test]\n    fn hangs() { if super::add(1, 1) == 3 { loop { std::hint::spin_loop() } } }\n}\n";

#[expect(clippy::print_stderr, reason = "a test that could not run must say so")]
fn plan() -> Option<TestPlan> {
    if !Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success()) {
        eprintln!("NOT TESTED: cargo-nextest is not installed");
        return None;
    }
    let argv = ["cargo", "nextest", "run"].map(str::to_owned).to_vec();
    Some(TestPlan { runner: RunnerKind::Nextest, argv, n_launch: 3, dir: String::new(), python: None, env: Vec::new(), why: String::new() })
}

#[test]
fn results_have_the_names_of_cargo_test_and_the_projects_configuration_does_not_hide_them() {
    let Some(plan) = plan() else { return };
    let files = [MANIFEST, CONFIG, ("src/lib.rs", LIB), ("tests/it.rs", "#[test]\nfn whole() { assert_eq!(demo::add(2, 2), 4); }\n")];
    let stage = Stage::new(&files).with_limits(None, Duration::from_millis(500));
    stage.in_lab(plan, |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        let failed = ["demo::it::whole", "demo::lib::tests::hangs", "demo::lib::tests::leaves", "demo::lib::tests::sum"];
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (failed.to_vec(), ""), "{}", before.output);
        assert_eq!((names(&before, Outcome::Passed), before.exit), (vec!["demo::lib::tests::order"], Exit::Code(101)));
        assert!(before.tests[&id("demo::lib::tests::sum")].text.contains("left: 3"));

        let patch = stage.patch("src/lib.rs", "a + b + 1", "a + b");
        let cured = vec![id("demo::lib::tests::sum"), id("demo::it::whole"), id("demo::lib::tests::hangs")];
        let after = lab.run(Some(&patch), &Scope::Tests(cured)).unwrap();
        assert_eq!(after.tests.len(), 3, "{}", after.output);
        assert!(after.is_green(), "{}", after.output);
        assert!(!stage.copy().join("target").exists());
    });
}

#[test]
fn a_target_that_does_not_compile_is_a_failed_test_until_it_does() {
    let Some(plan) = plan() else { return };
    let stage = Stage::new(&[MANIFEST, ("src/lib.rs", "pub fn one() -> i32 { \"1\" }\n#[test]\nfn t() { assert_eq!(one(), 1); }\n")]);
    stage.in_lab(plan, |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (vec!["demo::lib"], ""), "{}", before.output);
        let after = lab.run(Some(&stage.patch("src/lib.rs", "\"1\"", "1")), &Scope::All).unwrap();
        assert_eq!(names(&after, Outcome::Passed), ["demo::lib", "demo::lib::t"], "{}", after.output);
    });
}

#[test]
fn no_tests_are_never_green() {
    let Some(plan) = plan() else { return };
    assert_eq!(distrust(&Stage::new(&[MANIFEST, ("src/lib.rs", "")]).run(plan)), "no-tests");
}
