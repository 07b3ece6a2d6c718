//! Builds of Rust beside the plain one: what a log's command chooses, benchmarks, documentation, and builds that no edit can heal.

use std::fs;

use serde_json::Value;

use crate::case::Case;

/// A package that is built from these files, and the report of healing what `log` shows.
fn report(manifest: &str, files: &[(&str, &str)], log: &str, code: i32) -> Value {
    let manifest = format!("[package]\nname = \"depot\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{manifest}");
    let lock = "version = 3\n\n[[package]]\nname = \"depot\"\nversion = \"0.1.0\"\n";
    let own = [("Cargo.toml", manifest.as_str()), ("Cargo.lock", lock), (".gitignore", "/target\n")];
    let case = Case::of(&[own.as_slice(), files].concat());
    fs::write(case.log(), log).expect("the temporary folder is ours");
    case.run(["fix".into(), case.log().into_os_string(), "--format".into(), "json".into()]).with_code(code).json()
}

fn added(report: &Value) -> Vec<&str> {
    let diff = report["diff"].as_str().unwrap_or_default();
    diff.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).collect()
}

const NOT_MUTABLE: &str = "\
error[E0596]: cannot borrow `sum` as mutable, as it is not declared as mutable
 --> src/lib.rs:7:9
  |
7 |         sum += weight;
  |         ^^^ cannot borrow as mutable
";
const BEHIND_A_FEATURE: &str = "\
//! A depot.

#[cfg(feature = \"scale\")]
pub fn total(weights: &[u32]) -> u32 {
    let sum = 0;
    for weight in weights {
        sum += weight;
    }
    sum
}

#[test]
fn holds() {}
";

#[test]
fn the_features_of_the_command_in_the_log_are_those_of_the_proof() {
    let log = format!("##[group]Run cargo test --features scale\n{NOT_MUTABLE}");
    let report = report("[features]\nscale = []\n", &[("src/lib.rs", BEHIND_A_FEATURE)], &log, 0);
    assert_eq!(added(&report), ["+    let mut sum = 0;"]);
    assert!(report["tests"].as_str().is_some_and(|tests| tests.contains("--features=scale")), "{}", report["tests"]);
}

#[test]
fn a_log_without_its_command_is_met_with_all_features() {
    let report = report("[features]\nscale = []\n", &[("src/lib.rs", BEHIND_A_FEATURE)], NOT_MUTABLE, 0);
    assert_eq!(added(&report), ["+    let mut sum = 0;"]);
    assert!(report["tests"].as_str().is_some_and(|tests| tests.contains("--all-features")), "{}", report["tests"]);
}

#[test]
fn options_of_the_log_that_do_not_work_here_are_left_out() {
    let lib = BEHIND_A_FEATURE.replace("#[cfg(feature = \"scale\")]\n", "\n");
    let log = format!("$ cargo test --features gone\n{NOT_MUTABLE}");
    let report = report("", &[("src/lib.rs", &lib)], &log, 0);
    assert_eq!((added(&report), &report["tests"]), (vec!["+    let mut sum = 0;"], &"cargo test".into()));
}

#[test]
fn a_benchmark_that_does_not_build_is_healed() {
    let bench = "fn main() {\n    let start = Instant::now();\n    println!(\"{:?}\", start.elapsed());\n}\n";
    let log = "error[E0433]: cannot find type `Instant` in this scope\n --> benches/speed.rs:2:17\n  |\n2 |     let start = Instant::now();\n  |                 ^^^^^^^ use of undeclared type `Instant`\n";
    let manifest = "\n[[bench]]\nname = \"speed\"\nharness = false\n";
    let report = report(manifest, &[("src/lib.rs", "//! A depot.\n\n#[test]\nfn holds() {}\n"), ("benches/speed.rs", bench)], log, 0);
    assert!(added(&report).contains(&"+use std::time::Instant;"), "{}", report["diff"]);
}

#[test]
fn documentation_that_does_not_compile_for_the_code_is_healed_in_the_code() {
    let lib =
        "//! A depot.\n\n/// Twice.\n///\n/// ```\n/// assert_eq!(depot::twice(2), 4);\n/// ```\nfn twice(n: u32) -> u32 {\n    2 * n\n}\n";
    let log = "error[E0603]: function `twice` is private\n --> src/lib.rs:6:19\n  |\n6 | assert_eq!(depot::twice(2), 4);\n  |                   ^^^^^ private function\n";
    let report = report("", &[("src/lib.rs", lib)], log, 0);
    assert_eq!(added(&report), ["+pub fn twice(n: u32) -> u32 {"]);
}

#[test]
fn a_build_that_no_edit_heals_is_declined_at_once() {
    let lib = "//! A depot.\n\npub struct Ramp {\n    pub never: !,\n}\n\npub fn total(weights: &[u32]) -> u32 {\n    let sum = 0;\n    sum += weights.len();\n    sum\n}\n";
    let log = "error[E0658]: the `!` type is experimental\n --> src/lib.rs:4:16\n  |\n4 |     pub never: !,\n  |                ^\n";
    let report = report("", &[("src/lib.rs", lib)], log, 1);
    assert_eq!((&report["outcome"], &report["space"]["executed"]), (&"declined".into(), &0.into()), "{report:#}");
    assert!(report["advice"][0]["command"].as_str().is_some_and(|command| command.contains("nightly")), "{report:#}");
}
