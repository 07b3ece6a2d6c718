//! From a project's files to a run of its tests, as `fix` goes that way.

use homeostasis::judge::Outcome;
use homeostasis::project::plan::{PlanError, RunnerKind, Search, TestPlan, find_plan, given_plan};
use homeostasis::text::RepoPath;

use crate::pytest_env;
use crate::stage::{Stage, distrust, names};

fn find(stage: &Stage, configured: Option<&str>, focus: &[&str]) -> Result<TestPlan, PlanError> {
    let focus: Vec<_> = focus.iter().map(|path| RepoPath::new(path).unwrap()).collect();
    let (root, files) = (stage.original(), stage.paths());
    let search = Search { root: &root, files: &files, focus: &focus, seen: None };
    match configured {
        Some(text) => given_plan(&search, text, &stage.environment),
        None => find_plan(&search, &stage.environment),
    }
}

const APP: (&str, &str) = ("app.py", "def one():\n    return 1\n");
const UNITTEST: &str =
    "import unittest, app\n\nclass T(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(app.one(), 1)\n";
const RUST: [(&str, &str); 2] =
    [("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\n"), ("src/lib.rs", "#[test]\nfn one() { assert_eq!(1, 1); }\n")];

#[test]
fn unittest_is_found_and_runs_where_there_is_no_pytest() {
    for (test, name) in [("tests/test_app.py", "test_app.T.test_one"), ("test_app.py", "test_app.T.test_one")] {
        let stage = Stage::new(&[APP, (test, UNITTEST)]).without_environments();
        let plan = find(&stage, None, &[]).unwrap();
        assert_eq!(plan.runner, RunnerKind::Unittest, "{}", plan.why);
        let run = stage.run(plan);
        assert_eq!((names(&run, Outcome::Passed), distrust(&run)), (vec![name], ""), "{}", run.output);
    }
}

#[test]
fn pytest_is_found_in_the_projects_own_environment_and_runs() {
    let Some(python) = pytest_env::pytest() else { return };
    let stage = Stage::new(&[
        APP,
        ("tests/test_app.py", "import app\n\ndef test_one():\n    assert app.one() == 1\n"),
        ("pytest.ini", "[pytest]\n"),
    ]);
    std::os::unix::fs::symlink(python.parent().unwrap().parent().unwrap(), stage.original().join(".venv")).unwrap();
    for configured in [None, Some("pytest tests"), Some("python -m pytest"), Some(".venv/bin/pytest"), Some("uv run pytest")] {
        let stage = &stage;
        let plan = find(stage, configured, &["app.py"]).unwrap();
        assert_eq!(plan.runner, RunnerKind::Pytest, "{}", plan.why);
        let run = stage.run(TestPlan { env: vec![("PYTHONPATH".to_owned(), stage.original().to_string_lossy().into_owned())], ..plan });
        assert_eq!(
            (names(&run, Outcome::Passed), distrust(&run)),
            (vec!["tests/test_app.py::test_one"], ""),
            "{configured:?}: {}",
            run.output
        );
    }
}

#[test]
fn pytest_that_is_not_installed_and_python_that_is_not_there_are_named() {
    let stage = Stage::new(&[APP, ("tests/test_app.py", "def test_one():\n    pass\n")]).without_environments();
    let error = find(&stage, None, &[]).unwrap_err();
    assert!(matches!(error, PlanError::NoTool { tool: "pytest", .. }), "{error}");
    let mut stage = stage;
    stage.environment.set("PATH", "/nowhere");
    let error = find(&stage, None, &[]).unwrap_err();
    assert!(matches!(error, PlanError::NoPython), "{error}");
}

#[test]
fn the_failing_files_decide_between_two_languages() {
    let stage = Stage::new(&[APP, ("test_app.py", UNITTEST), RUST[0], RUST[1]]).without_environments();
    assert_eq!(find(&stage, None, &["src/lib.rs"]).unwrap().runner, RunnerKind::Cargo);
    assert_eq!(find(&stage, None, &["app.py"]).unwrap().runner, RunnerKind::Unittest);
}

#[test]
fn cargo_is_found_and_runs() {
    let stage = Stage::new(&RUST);
    for configured in [None, Some("cargo test --lib")] {
        let run = stage.run(find(&stage, configured, &[]).unwrap());
        assert_eq!(names(&run, Outcome::Passed), ["demo::lib::one"], "{}", run.output);
    }
}

#[test]
fn make_is_the_last_resort_and_nothing_is_nothing() {
    let stage = Stage::new(&[("Makefile", "test: x\n\t@echo fine\nx:\n")]);
    let plan = find(&stage, None, &[]).unwrap();
    assert_eq!(plan.line(), "make test");
    assert!(stage.run(plan).is_green());
    assert!(matches!(find(&Stage::new(&[("a.txt", "")]), None, &[]), Err(PlanError::NoTests { .. })));
}
