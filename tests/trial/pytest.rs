//! Trials with pytest.

use std::path::Path;
use std::time::Duration;

use homeostasis::judge::{Exit, Outcome, Run};
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::trial::Scope;

use crate::pytest_env;
use crate::stage::{Stage, distrust, id, names};

const APP: (&str, &str) = ("app.py", "def total(numbers):\n    return sum(numbers) + 1\n");

fn plan(stage: &Stage, python: &Path, arguments: &[&str]) -> TestPlan {
    stage.plan(RunnerKind::Pytest, python, &[&["-m", "pytest"], arguments].concat())
}

/// Runs `tests/test_app.py` beside `app.py` and whatever else is given.
fn run(test_file: &str, more: &[(&str, &str)], arguments: &[&str]) -> Option<Run> {
    let python = pytest_env::pytest()?;
    let stage = project(test_file, more);
    Some(stage.run(plan(&stage, &python, arguments)))
}

fn project(test_file: &str, more: &[(&str, &str)]) -> Stage {
    Stage::new(&[&[APP, ("tests/test_app.py", test_file)], more].concat())
}

#[test]
fn results_are_told_by_the_names_that_pytest_takes_and_a_patch_changes_them() {
    let Some(python) = pytest_env::pytest() else { return };
    let tests = "import app, pytest\n\nclass TestTotal:\n    @pytest.mark.parametrize('n', [[], [1]], ids=['a b', '[x::y]'])\n    def test_sum(self, n):\n        \
                 assert app.total(n) == sum(n)\n\ndef test_type():\n    assert isinstance(app.total([]), int)\n\n@pytest.mark.skip\ndef test_skipped():\n    pass\n\n\
                 @pytest.mark.xfail\ndef test_xfail():\n    assert 0\n";
    let stage = project(tests, &[]);
    stage.in_lab(plan(&stage, &python, &["-q"]), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        let failed = ["tests/test_app.py::TestTotal::test_sum[[x::y]]", "tests/test_app.py::TestTotal::test_sum[a b]"];
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (failed.to_vec(), ""), "{}", before.output);
        assert_eq!(names(&before, Outcome::Passed), ["tests/test_app.py::test_type", "tests/test_app.py::test_xfail"]);
        assert_eq!(names(&before, Outcome::Skipped), ["tests/test_app.py::test_skipped"]);
        assert!(before.tests[&id(failed[1])].text.contains("assert 1 == 0"));

        let patch = stage.patch("app.py", " + 1", "");
        let after = lab.run(Some(&patch), &Scope::Tests(failed.map(id).to_vec())).unwrap();
        assert_eq!((names(&after, Outcome::Passed), after.tests.len()), (failed.to_vec(), 2));
        assert!(after.is_green(), "{}", after.output);
        assert!(lab.run(Some(&patch), &Scope::All).unwrap().is_green());
    });
}

#[test]
fn a_file_that_cannot_be_collected_is_a_failed_test_until_it_can() {
    let Some(python) = pytest_env::pytest() else { return };
    let stage = project("from app import totals\n\ndef test_a():\n    pass\n", &[("tests/test_b.py", "def test_b():\n    pass\n")]);
    stage.in_lab(plan(&stage, &python, &[]), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (vec!["tests/test_app.py"], ""), "{}", before.output);
        assert_eq!(names(&before, Outcome::Passed), ["tests/test_b.py::test_b"], "the other file runs all the same");
        let scope = Scope::Tests(vec![id("tests/test_app.py")]);
        let after = lab.run(Some(&stage.patch("app.py", "total", "totals")), &scope).unwrap();
        assert_eq!(names(&after, Outcome::Passed), ["tests/test_app.py", "tests/test_app.py::test_a"]);
    });
}

#[test]
fn a_conftest_that_cannot_be_imported_is_a_failed_test_until_it_can() {
    let Some(python) = pytest_env::pytest() else { return };
    let stage = project("def test_a():\n    pass\n", &[("tests/conftest.py", "from app import totals\n")]);
    stage.in_lab(plan(&stage, &python, &["tests"]), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (vec!["tests/conftest.py"], ""), "{}", before.output);
        let after = lab.run(Some(&stage.patch("app.py", "total", "totals")), &Scope::All).unwrap();
        assert_eq!(names(&after, Outcome::Passed), ["tests/conftest.py", "tests/test_app.py::test_a"]);
    });
}

#[test]
fn no_tests_and_wrong_options_are_no_evidence() {
    let Some(none) = run("", &[], &[]) else { return };
    assert_eq!((none.exit, distrust(&none)), (Exit::Code(5), "no-tests"));
    let usage = run("def test_a(): pass\n", &[], &["--no-such-option"]).unwrap();
    assert_eq!((usage.exit, distrust(&usage)), (Exit::Code(4), "no-result"), "{:?}", usage.distrust);
}

#[test]
fn a_green_run_with_a_red_exit_code_is_no_evidence_and_says_what_may_cause_it() {
    let conftest = "def pytest_sessionfinish(session):\n    session.exitstatus = 1\n";
    let Some(run) = run("def test_a(): pass\n", &[("conftest.py", conftest)], &[]) else { return };
    assert_eq!(distrust(&run), "disagreement");
    assert!(run.distrust.unwrap().hint.unwrap().contains("--cov-fail-under"));
}

#[test]
fn a_red_run_with_a_green_exit_code_is_no_evidence() {
    let conftest = "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n";
    let Some(run) = run("def test_a(): assert 0\n", &[("conftest.py", conftest)], &[]) else { return };
    assert_eq!(distrust(&run), "disagreement");
    assert!(!run.is_green());
}

#[test]
fn options_of_the_project_do_not_keep_tests_from_running_or_leave_files() {
    let Some(python) = pytest_env::pytest() else { return };
    let ini = "[pytest]\naddopts = -x --ff --strict-config --strict-markers --tb=no -p no:warnings --junitxml=out.xml\n";
    let tests = "def test_a():\n    assert 0\n\ndef test_b():\n    assert 'b' == 'c'\n";
    let stage = project(tests, &[("pytest.ini", ini)]);
    let run = stage.run(plan(&stage, &python, &[]));
    assert_eq!((names(&run, Outcome::Failed).len(), distrust(&run)), (2, ""), "{}", run.output);
    assert!(run.tests[&id("tests/test_app.py::test_b")].text.contains("assert 'b' == 'c'"));
    for left in ["out.xml", ".pytest_cache", "tests/__pycache__"] {
        assert!(!stage.copy().join(left).exists(), "{left}");
    }
}

#[test]
fn a_failing_teardown_makes_one_failed_test() {
    let tests = "import pytest\n\n@pytest.fixture\ndef f():\n    yield\n    assert 0\n\ndef test_a(f):\n    pass\n\ndef test_b(f):\n    assert 1 == 2\n";
    let Some(run) = run(tests, &[], &[]) else { return };
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["tests/test_app.py::test_a", "tests/test_app.py::test_b"], ""));
}

#[test]
fn a_test_that_hangs_fails_with_its_stack_and_the_others_run() {
    let Some(python) = pytest_env::pytest() else { return };
    let tests = "def test_a():\n    n = 0\n    while True:\n        try:\n            n += 1\n        except Exception:\n            pass\n\ndef test_b():\n    pass\n";
    let stage = project(tests, &[]).with_limits(None, Duration::from_millis(300));
    let run = stage.run(plan(&stage, &python, &[]));
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["tests/test_app.py::test_a"], ""), "{}", run.output);
    assert_eq!(names(&run, Outcome::Passed), ["tests/test_app.py::test_b"]);
    assert!(run.tests[&id("tests/test_app.py::test_a")].text.contains("timeout"));
}

#[test]
fn a_test_that_hangs_outside_of_the_interpreter_ends_the_run_long_before_its_deadline() {
    let Some(python) = pytest_env::pytest() else { return };
    let stage =
        project("def test_a():\n    pass\n\ndef test_b():\n    sum(iter(int, 1))\n", &[]).with_limits(None, Duration::from_millis(200));
    let run = stage.run(plan(&stage, &python, &[]));
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["tests/test_app.py::test_b"], ""), "{}", run.output);
    let text = &run.tests[&id("tests/test_app.py::test_b")].text;
    assert!(text.starts_with("timeout") && text.contains("in test_b"), "{text}");
}

#[test]
fn a_test_that_ends_the_process_is_a_failed_test_and_no_success() {
    let Some(run) = run("import os\n\ndef test_a():\n    pass\n\ndef test_b():\n    os._exit(0)\n", &[], &[]) else { return };
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["tests/test_app.py::test_b"], "disagreement"));
}

#[test]
fn names_are_told_from_the_folder_that_pytest_counts_from() {
    let Some(python) = pytest_env::pytest() else { return };
    let files = [("sub/pytest.ini", "[pytest]\n"), ("sub/t/test_x.py", "def test_x():\n    pass\n\ndef test_y():\n    pass\n")];
    let stage = Stage::new(&files);
    let plan = TestPlan { dir: "sub".to_owned(), ..plan(&stage, &python, &[]) };
    stage.in_lab(plan, |lab| {
        assert_eq!(names(&lab.run(None, &Scope::All).unwrap(), Outcome::Passed), ["t/test_x.py::test_x", "t/test_x.py::test_y"]);
        let one = lab.run(None, &Scope::Tests(vec![id("t/test_x.py::test_y")])).unwrap();
        assert_eq!(names(&one, Outcome::Passed), ["t/test_x.py::test_y"]);
    });
}
