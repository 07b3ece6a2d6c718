//! Trials with the plugins that projects have: none of them hides a result or changes one.

use std::path::PathBuf;
use std::time::Duration;

use homeostasis::judge::{Exit, Outcome, Run};
use homeostasis::project::plan::RunnerKind;

use crate::pytest_env;
use crate::stage::{Stage, distrust, id, names};

fn python() -> Option<PathBuf> {
    let packages = [
        "pytest==8.*",
        "pytest-xdist",
        "pytest-cov",
        "pytest-rerunfailures",
        "pytest-randomly",
        "pytest-timeout",
        "pytest-subtests",
        "pytest-asyncio",
    ];
    pytest_env::environment("pytest-plugins", &packages)
}

/// Runs `test_file` with `options` as the project's own.
fn run(test_file: &str, options: &str) -> Option<Run> {
    let python = python()?;
    let ini = format!("[pytest]\naddopts = {options}\n");
    let stage = Stage::new(&[("app.py", "def one():\n    return 1\n"), ("test_app.py", test_file), ("pytest.ini", &ini)]);
    let stage = stage.with_limits(None, Duration::from_secs(5));
    Some(stage.run(stage.plan(RunnerKind::Pytest, &python, &["-m", "pytest"])))
}

const MIXED: &str = "import app, pytest\n\n@pytest.mark.parametrize('n', range(5))\ndef test_n(n):\n    assert n != 3\n\ndef test_app():\n    assert app.one() == 1\n\n\
    @pytest.mark.skip\ndef test_skipped():\n    pass\n\n@pytest.mark.xfail\ndef test_xfail():\n    assert 0\n";

#[test]
fn results_of_several_processes_are_told_once() {
    let Some(run) = run(MIXED, "-n 2") else { return };
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["test_app.py::test_n[3]"], ""), "{}{:?}", run.output, run.distrust);
    assert_eq!((run.with(Outcome::Passed).count(), run.with(Outcome::Skipped).count()), (6, 1));
}

#[test]
fn a_worker_that_dies_leaves_a_failed_test() {
    let Some(run) = run("import os\n\ndef test_a():\n    os.abort()\n\ndef test_b():\n    pass\n", "-n 2 -p no:randomly") else { return };
    assert_eq!((names(&run, Outcome::Failed), run.exit), (vec!["test_app.py::test_a"], Exit::Code(1)), "{}", run.output);
    assert_eq!((names(&run, Outcome::Passed), distrust(&run)), (vec!["test_app.py::test_b"], ""), "{:?}", run.distrust);
}

#[test]
fn a_coverage_threshold_does_not_make_a_green_run_red() {
    let Some(run) = run("def test_a():\n    pass\n", "--cov=app --cov-fail-under=100") else { return };
    assert!(run.is_green(), "{}{:?}", run.output, run.distrust);
}

#[test]
fn tests_are_not_repeated_until_they_pass() {
    let flaky = "import os\n\ndef test_a():\n    if not os.path.exists('seen'):\n        open('seen', 'w').close()\n        assert 0\n";
    let Some(run) = run(flaky, "--reruns 3") else { return };
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["test_app.py::test_a"], ""), "{}", run.output);
}

#[test]
fn tests_run_in_the_order_of_the_file() {
    let ordered = "seen = []\n\ndef test_z():\n    seen.append(1)\n\ndef test_y():\n    assert seen == [1]\n    seen.append(2)\n\ndef test_x():\n    assert seen == [1, 2]\n";
    let Some(run) = run(ordered, "-q") else { return };
    assert!(run.is_green(), "{}", run.output);
}

#[test]
fn failing_subtests_make_a_failed_test() {
    let tests = "def test_a(subtests):\n    for n in range(3):\n        with subtests.test(n=n):\n            assert n != 1\n\ndef test_b(subtests):\n    with subtests.test():\n        pass\n";
    let Some(run) = run(tests, "-q") else { return };
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["test_app.py::test_a"], ""), "{}{:?}", run.output, run.distrust);
    assert_eq!(names(&run, Outcome::Passed), ["test_app.py::test_b"]);
}

#[test]
fn a_limit_of_the_project_stays_the_limit() {
    let Some(run) = run("import time\n\ndef test_a():\n    time.sleep(60)\n\ndef test_b():\n    pass\n", "--timeout=0.5") else { return };
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["test_app.py::test_a"], ""), "{}", run.output);
    assert!(run.tests[&id("test_app.py::test_a")].text.contains("Timeout"));
    assert!(run.wall < Duration::from_secs(40));
}

#[test]
fn coroutines_that_hang_fail() {
    let tests = "import asyncio, pytest\n\n@pytest.mark.asyncio\nasync def test_a():\n    await asyncio.Event().wait()\n\n@pytest.mark.asyncio\nasync def test_b():\n    pass\n";
    let Some(run) = run(tests, "-q") else { return };
    assert_eq!((names(&run, Outcome::Failed), distrust(&run)), (vec!["test_app.py::test_a"], ""), "{}{:?}", run.output, run.distrust);
    assert_eq!(names(&run, Outcome::Passed), ["test_app.py::test_b"]);
}
