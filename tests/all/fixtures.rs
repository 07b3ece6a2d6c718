//! Plays every fixture: a small broken project, its log, and how the healing of it must end, to the byte of the patch.
//!
//! `UPDATE=1 cargo test` writes `expected.diff` anew; a person reads it before it is committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::case::{Case, Ran, fixture};
use crate::schema;

/// One test a fixture, and the list of them all.
macro_rules! fixtures {
    ($($test:ident: $path:literal,)*) => {
        $(#[test] fn $test() { play($path); })*
        const PLAYED: &[&str] = &[$($path),*];
    };
}

fixtures! {
    python_adds_str_to_a_number: "python/str-plus-other",
    python_forgets_an_import: "python/missing-import",
    python_mistypes_an_attribute: "python/attribute-typo",
    python_reads_an_attribute_of_none: "python/none-attribute",
    python_multiplies_with_none: "python/none-of-two",
    python_mistypes_a_key: "python/missing-key",
    python_mistypes_a_keyword: "python/wrong-keyword",
    python_uses_an_api_that_moved: "python/moved-api",
    python_has_two_faults_in_one_log: "python/two-faults",
    python_demo: "python/demo-shop",
    python_keeps_crlf_and_bom: "python/crlf-bom",
    python_is_installed_editable: "python/editable-install",
    python_carries_an_ignored_file: "python/ignored-file-carried",
    python_misses_an_ignored_file: "python/ignored-file-missing",
    python_tests_hang: "python/tests-hang",
    python_test_is_flaky: "python/flaky-test",
    python_target_is_dirty: "python/dirty-target",
    python_source_is_a_link: "python/symlinked-source",
    python_fault_is_in_site_packages: "python/fault-in-site-packages",
    python_log_is_of_another_project: "python/log-of-another-project",
    python_log_is_of_an_older_version: "python/log-of-an-older-version",
    python_patch_breaks_another_test: "python/breaks-another-test",
    python_patch_makes_a_test_vanish: "python/makes-a-test-vanish",
    python_patch_only_swallows: "python/only-swallows",
    python_starts_a_program_that_is_not_there: "python/program-not-installed",
    python_has_no_tests: "python/no-tests",
    python_imports_in_a_circle: "python/circular-import",
    rust_demo: "rust/demo-shop",
    rust_forgets_a_borrow: "rust/missing-borrow",
    rust_uses_after_a_move: "rust/use-after-move",
    rust_forgets_an_import: "rust/missing-import",
    rust_has_several_errors: "rust/several-errors",
    rust_is_healed_in_part: "rust/part-of-a-build",
    rust_warning_is_denied: "rust/denied-warning",
    rust_counts_one_too_far: "rust/index-out-of-bounds",
    rust_subtracts_below_zero: "rust/subtract-overflow",
    rust_panics_inside_of_the_standard_library: "rust/duration-below-zero",
}

/// How a fixture is played and must end: its `case.toml`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    /// The command line; `$LOG` stands for the fixture's log.
    args: Vec<String>,
    /// The exit code.
    exit: i32,
    /// The report's outcome.
    outcome: String,
    /// The rule of the best patch.
    rule: Option<String>,
    /// A reason that the report must give for a refused candidate, or for refusing them all.
    reason: Option<String>,
    /// Words that verdict, hint and advice must hold between them.
    #[serde(default)]
    says: Vec<String>,
    /// Whether `python3` has pytest.
    #[serde(default)]
    pytest: bool,
    /// A shell script that runs before the commit, in the project.
    before_commit: Option<String>,
    /// A shell script that runs after it: what is not committed.
    after_commit: Option<String>,
    /// Folders outside the project that go first on PATH.
    #[serde(default)]
    path: Vec<String>,
    /// The test command; with a patch its exit code must be 0, and without it must not.
    test: Option<String>,
    /// Whether the run may write to the tree.
    #[serde(default)]
    writes: bool,
}

fn play(name: &str) {
    let ending = read_ending(name);
    check_fixture(name, &ending);
    let case = lay_out(name, &ending);
    let arguments: Vec<String> = ending.args.iter().map(|word| word.replace("$LOG", &case.log().to_string_lossy())).collect();
    let arguments = arguments.iter().map(String::as_str).chain(["--format", "json"]);
    let ran = if ending.writes { case.run_that_may_write(arguments) } else { case.run(arguments) };
    let ran = ran.with_code(ending.exit);
    let report = ran.json();
    schema::check("fix", &report);
    assert_eq!(report["outcome"], ending.outcome.as_str(), "{ran}");
    if let Some(rule) = &ending.rule {
        assert_eq!(report["patches"][0]["rule"], rule.as_str(), "{ran}");
    }
    check_reasons(&ending, &report, &ran);
    check_patch(name, &report);
}

fn read_ending(name: &str) -> Ending {
    let text = fs::read_to_string(fixture(name).join("case.toml")).unwrap_or_else(|error| panic!("{name}/case.toml: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{name}/case.toml: {error}"))
}

fn lay_out(name: &str, ending: &Ending) -> Case {
    let mut case = Case::laid_out(name);
    if ending.pytest {
        case.with_pytest();
    }
    for folder in &ending.path {
        case.with_path(case.root().join(folder));
    }
    let script = |script: &Option<String>| {
        let (is_well, output) = script.as_ref().map_or((true, String::new()), |script| case.shell(&format!("set -eu\n{script}")));
        assert!(is_well, "{name}: the set-up failed: {output}");
    };
    script(&ending.before_commit);
    case.commit();
    script(&ending.after_commit);
    case
}

fn check_reasons(ending: &Ending, report: &Value, ran: &Ran) {
    if let Some(reason) = &ending.reason {
        let of_candidates = report["rejected"].as_array().into_iter().flatten().map(|rejection| &rejection["reason"]);
        let is_given = of_candidates.chain([&report["reason"]]).any(|given| given == reason.as_str());
        assert!(is_given, "nothing was declined or rejected for `{reason}`\n{ran}");
    }
    let told = [&report["verdict"], &report["hint"], &report["advice"]].map(Value::to_string).join("\n");
    for words in &ending.says {
        assert!(told.contains(words.as_str()), "neither verdict nor hint nor advice says `{words}`:\n{told}\n{ran}");
    }
}

/// The patch is the expected one, to the byte.
fn check_patch(name: &str, report: &Value) {
    let expected = fixture(name).join("expected.diff");
    let diff = report["diff"].as_str().unwrap_or_default();
    if std::env::var_os("UPDATE").is_some() && !diff.is_empty() {
        fs::write(&expected, diff).expect("the fixture can be written");
    }
    let wanted = fs::read(&expected).unwrap_or_default();
    assert_eq!(diff, String::from_utf8_lossy(&wanted), "{name}: another patch than expected.diff");
}

/// The expected patch applies as git understands patches, and turns the project's own tests from red to green: the fixture itself is right.
fn check_fixture(name: &str, ending: &Ending) {
    let expected = fixture(name).join("expected.diff");
    let Some(test) = ending.test.as_ref().filter(|_| expected.exists()) else { return };
    let case = lay_out(name, ending);
    let (was_green, output) = case.shell(test);
    assert!(!was_green, "{name}: its tests are green without the patch:\n{output}");
    case.git(&["apply", "--whitespace=nowarn", &expected.to_string_lossy()]);
    let (is_green, output) = case.shell(test);
    assert!(is_green, "{name}: its tests are red with the patch:\n{output}");
}

#[test]
fn every_fixture_is_played() {
    let mut found = BTreeSet::new();
    for language in ["python", "rust"] {
        for entry in fs::read_dir(fixture(language)).expect("there are fixtures").flatten() {
            found.insert(format!("{language}/{}", entry.file_name().to_string_lossy()));
        }
    }
    assert_eq!(found, PLAYED.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn every_fixture_says_in_one_sentence_what_it_proves() {
    for name in PLAYED {
        let text = fs::read_to_string(fixture(name).join("README.md")).unwrap_or_else(|error| panic!("{name}/README.md: {error}"));
        let sentences = text.trim().matches(". ").count() + 1;
        assert!(text.trim().ends_with('.') && sentences == 1 && text.lines().count() == 1, "{name}/README.md: one sentence, one line");
        let must_heal = read_ending(name).outcome == "healed";
        assert!(!must_heal || has_file(name, "expected.diff"), "{name}: a fixture that heals has an expected.diff");
    }
}

fn has_file(name: &str, file: &str) -> bool {
    Path::new(&fixture(name)).join(file).is_file()
}
