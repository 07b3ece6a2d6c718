//! Trials with `cargo test`.

use std::path::Path;
use std::time::Duration;

use homeostasis::judge::{Exit, Outcome, Run};
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::trial::Scope;

use crate::stage::{Stage, distrust, id, names};

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");

const LIB: &str = "/// Adds.\n///\n/// ```\n/// assert_eq!(demo::add(1, 2), 3);\n/// ```\npub fn add(a: i32, b: i32) -> i32 {\n    a + b + 1\n}\n\n\
    #[cfg(test)]\nmod tests {\n    #[test]\n    fn sum() {\n        assert_eq!(super::add(1, 1), 2);\n    }\n\n    #[test]\n    fn order() {\n        \
    assert_eq!(super::add(1, 2), super::add(2, 1));\n    }\n\n    #[test]\n    #[ignore = \"not\\nyet\"]\n    fn later() {}\n}\n";

fn plan(arguments: &[&str]) -> TestPlan {
    let argv = ["cargo", "test"].iter().chain(arguments).map(|&word| word.to_owned()).collect();
    TestPlan { runner: RunnerKind::Cargo, argv, n_launch: 2, dir: String::new(), python: None, env: Vec::new(), why: String::new() }
}

fn demo(lib: &str) -> Stage {
    Stage::new(&[MANIFEST, ("src/lib.rs", lib)])
}

fn run(lib: &str) -> Run {
    demo(lib).run(plan(&[]))
}

#[test]
fn library_integration_and_doc_tests_are_told_by_name_and_a_patch_changes_them() {
    let stage = Stage::new(&[MANIFEST, ("src/lib.rs", LIB), ("tests/it.rs", "#[test]\nfn whole() { assert_eq!(demo::add(2, 2), 4); }\n")]);
    stage.in_lab(plan(&[]), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!(
            names(&before, Outcome::Failed),
            ["demo::doc::src/lib.rs - add", "demo::it::whole", "demo::lib::tests::sum"],
            "{}",
            before.output
        );
        assert_eq!(names(&before, Outcome::Passed), ["demo::lib::tests::order"]);
        assert_eq!(names(&before, Outcome::Skipped), ["demo::lib::tests::later"]);
        assert_eq!((before.exit, distrust(&before)), (Exit::Code(101), ""), "{:?}", before.distrust);
        assert!(before.tests[&id("demo::lib::tests::sum")].text.contains("left: 3"));

        let patch = stage.patch("src/lib.rs", " + 1\n", "\n");
        let scope = Scope::Tests(vec![id("demo::lib::tests::sum")]);
        let after = lab.run(Some(&patch), &scope).unwrap();
        assert_eq!((names(&after, Outcome::Passed), after.tests.len()), (vec!["demo::lib::tests::sum"], 1), "{}", after.output);
        assert!(lab.run(Some(&patch), &Scope::All).unwrap().is_green());
        assert!(!lab.run(None, &Scope::All).unwrap().is_green(), "without the patch it fails as before");
    });
}

#[test]
fn a_target_that_does_not_compile_is_a_failed_test_until_it_does() {
    let stage = Stage::new(&[MANIFEST, ("src/lib.rs", LIB), ("tests/it.rs", "#[test]\nfn whole() { demo::added(1, 1); }\n")]);
    stage.in_lab(plan(&[]), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert!(names(&before, Outcome::Failed).contains(&"demo::it"), "{}", before.output);
        assert!(before.tests[&id("demo::it")].text.contains("E0425"));
        assert_eq!(names(&before, Outcome::Passed), ["demo::lib::tests::order"], "the other targets run all the same");
        assert_eq!((before.exit, distrust(&before)), (Exit::Code(101), ""));
        let after =
            lab.run(Some(&stage.patch("src/lib.rs", "pub fn add(", "pub fn added(_: i32, _: i32) {}\npub fn add(")), &Scope::All).unwrap();
        let passed = names(&after, Outcome::Passed);
        assert!(passed.contains(&"demo::it") && passed.contains(&"demo::it::whole"), "{}", after.output);
    });
}

#[test]
fn a_library_that_does_not_compile_is_one_failed_test() {
    let run = run("pub fn f() -> i32 { \"x\" }\n");
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["demo::lib"], ""), "{}", run.output);
    assert_eq!(run.tests[&id("demo::lib")].text.matches("E0308").count(), 1, "compiled with tests and without, told once");
}

#[test]
fn a_manifest_that_cannot_be_read_is_no_evidence() {
    let stage =
        Stage::new(&[("Cargo.toml", "[package]\nname = \"demo\"\n\n[dependencies]\nno-such-crate-at-all = \"1\"\n"), ("src/lib.rs", "")]);
    let run = stage.run(plan(&[]));
    assert_eq!((distrust(&run), run.exit), ("no-result", Exit::Code(101)));
    assert!(run.distrust.unwrap().text.contains("no-such-crate-at-all"));
}

#[test]
fn no_tests_are_never_green() {
    let run = run("pub fn f() {}\n");
    assert_eq!((distrust(&run), run.is_green()), ("no-tests", false));
}

#[test]
fn a_test_cannot_forge_the_results() {
    let lib = "#[cfg(test)]\nmod tests {\n    use std::io::Write;\n    #[test]\n    fn bad() {\n        \
        writeln!(std::io::stdout(), \"test tests::bad ... ok\\n\\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\\n\").unwrap();\n        \
        panic!();\n    }\n}\n";
    let run = run(lib);
    assert_eq!(names(&run, Outcome::Failed), ["demo::lib::tests::bad"], "{}", run.output);
    assert!(!run.is_green());
}

#[test]
fn a_test_that_ends_the_process_fails_and_the_others_are_run_alone() {
    let lib = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n    #[test]\n    fn b() { std::process::exit(0) }\n    #[test]\n    fn c() { std::process::abort() }\n    \
        #[test]\n    fn d() { fn f(n: u64) -> u64 { if n == 0 { 0 } else { f(n + 1) + 1 } } assert_eq!(std::hint::black_box(f(std::hint::black_box(1))), 2); }\n}\n";
    let run = run(lib);
    let failed = ["demo::lib::tests::b", "demo::lib::tests::c", "demo::lib::tests::d"];
    assert_eq!(
        (names(&run, Outcome::Failed), names(&run, Outcome::Passed)),
        (failed.to_vec(), vec!["demo::lib::tests::a"]),
        "{}",
        run.output
    );
    assert!(run.tests[&id(failed[1])].text.contains("signal 6"));
    assert!(run.tests[&id(failed[2])].text.contains("overflowed its stack"));
    assert_eq!((run.exit, distrust(&run)), (Exit::Code(101), ""));
}

#[test]
fn a_test_that_hangs_fails_and_the_others_run() {
    let lib = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n    #[test]\n    fn b() { loop { std::hint::spin_loop() } }\n    #[test]\n    fn c() {}\n}\n";
    let run = demo(lib).with_limits(None, Duration::from_millis(400)).run(plan(&[]));
    assert_eq!(names(&run, Outcome::Failed), ["demo::lib::tests::b"], "{}", run.output);
    assert_eq!(names(&run, Outcome::Passed), ["demo::lib::tests::a", "demo::lib::tests::c"]);
    assert!(run.tests[&id("demo::lib::tests::b")].text.starts_with("timeout"));
}

#[test]
fn a_harness_of_its_own_is_one_test() {
    let manifest = format!("{}\n[[test]]\nname = \"own\"\nharness = false\n", MANIFEST.1);
    let stage = Stage::new(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", ""),
        ("tests/own.rs", "fn main() { println!(\"running\"); assert_eq!(1, 2); }\n"),
    ]);
    let run = stage.run(plan(&[]));
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["demo::own"], ""), "{}", run.output);
}

#[test]
fn tests_run_where_cargo_would_run_them_and_see_what_it_sets() {
    let test = "#[test]\nfn here() {\n    assert_eq!(std::fs::read_to_string(\"data.txt\").unwrap(), \"x\");\n    \
        assert_eq!(std::env::var(\"CARGO_PKG_NAME\").unwrap(), \"inner\");\n    assert!(std::env::var(\"RUSTDOC\").is_err());\n    \
        assert_eq!(std::env::args().skip(1).next().as_deref(), Some(\"--test-threads=1\"));\n}\n";
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"inner\"]\nresolver = \"2\"\n"),
        ("inner/Cargo.toml", "[package]\nname = \"inner\"\nversion = \"0.1.0\"\n"),
        ("inner/src/lib.rs", ""),
        ("inner/data.txt", "x"),
        ("inner/tests/it.rs", test),
    ];
    let run = Stage::new(&files).run(plan(&["--workspace", "--", "--test-threads=1", "--nocapture"]));
    assert_eq!((names(&run, Outcome::Passed), distrust(&run)), (vec!["inner::it::here"], ""), "{}", run.output);
}

#[test]
fn a_path_dependency_into_the_users_tree_is_no_evidence() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[workspace]\n[dependencies]\ninner = { path = \"@\" }\n"),
        ("src/lib.rs", "#[test]\nfn one() { assert_eq!(inner::one(), 1); }\n"),
        ("inner/Cargo.toml", "[package]\nname = \"inner\"\nversion = \"0.1.0\"\n"),
        ("inner/src/lib.rs", "pub fn one() -> i32 { 1 }\n"),
    ];
    let wrong = Stage::new(&files).with_root_written("Cargo.toml", "@", "inner").run(plan(&[]));
    assert_eq!(distrust(&wrong), "wrong-import-root", "{}", wrong.output);
    let relative: Vec<_> = files.iter().map(|(path, text)| (*path, text.replace('@', "inner"))).collect();
    let right = Stage::new(&relative.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>()).run(plan(&[]));
    assert!(right.is_green(), "{}", right.output);
}

#[test]
fn rust_files_must_compile_and_old_errors_do_not_count() {
    let stage = Stage::new(&[MANIFEST, ("src/lib.rs", "pub fn a() -> i32 { 1 }\npub fn b() -> i32 { \"x\" }\n")]);
    stage.in_lab(plan(&[]), |lab| {
        assert_eq!(lab.compiles(&stage.patch("src/lib.rs", "{ 1 }", "{ 2 }")).unwrap(), Ok(()));
        let worse = lab.compiles(&stage.patch("src/lib.rs", "{ 1 }", "{ x }")).unwrap();
        assert!(worse.unwrap_err().contains("cannot find value `x`"));
        assert_eq!(lab.compiles(&stage.patch("src/lib.rs", "\"x\"", "2")).unwrap(), Ok(()));
    });
}

#[test]
fn another_tree_in_the_same_build_folder_is_built_anew() {
    let build = tempfile::tempdir().unwrap();
    let fixed = demo(&LIB.replace(" + 1\n", "\n")).with_build(build.path());
    assert!(fixed.run(plan(&["--lib"])).is_green());
    // Another tree, in which the same package has the same names.
    let broken = demo(LIB).with_build(build.path());
    assert_eq!(names(&broken.run(plan(&["--lib"])), Outcome::Failed), ["demo::lib::tests::sum"]);
    assert!(Path::new(build.path()).join("debug").exists());
}

#[test]
fn a_run_with_backtraces_shows_the_calls_and_no_other_does() {
    let lib = "use std::time::Duration;\n\npub fn left(a: Duration, b: Duration) -> Duration {\n    a - b\n}\n\n\
               #[test]\nfn over() {\n    left(Duration::ZERO, Duration::MAX);\n}\n";
    let (run, traced, after) = demo(lib).in_lab(plan(&[]), |lab| {
        let scope = Scope::Tests(vec![id("demo::lib::over")]);
        (lab.run(None, &scope).unwrap(), lab.backtrace(None, &scope).unwrap(), lab.run(None, &scope).unwrap())
    });
    let says = |run: &Run| run.tests[&id("demo::lib::over")].text.contains("src/lib.rs:4:");
    assert!(!says(&run) && !says(&after), "{}", run.output);
    assert!(says(&traced), "{}", traced.tests[&id("demo::lib::over")].text);
}
