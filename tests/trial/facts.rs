//! What a run tells of values on watched lines.

use std::path::Path;

use homeostasis::diagnosis::Facts;
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::text::{LineNo, RepoPath};
use homeostasis::trial::Scope;

use crate::pytest_env;
use crate::stage::{Stage, id};

/// The value goes while the exception passes: what counts is what was there when it was raised. The property must never be asked.
const APP: &str = "class Page:
    def __init__(self, box):
        self.box = box

    @property
    def trap(self):
        raise SystemExit('asked')


def area(page, rows):
    try:
        return page.box['w'] * page.box['h'] + rows[0]['n'] + page.trap
    finally:
        page.box = None


def tried(page):
    try:
        return page.box['w'] * 2
    except TypeError:
        return 0


def width(page):
    tried(page)
    return (page.
            box['w'] * 2)


def names(users):
    return [user.name for user in users]
";

const TESTS: &str = "import unittest
import app


class AppTest(unittest.TestCase):
    def test_area(self):
        app.area(app.Page({'w': None, 'h': 2}), [{'n': 1}])

    def test_width(self):
        self.assertEqual(app.width(app.Page({'w': 3})), 6)
        app.width(app.Page({'w': []}))
        app.width(app.Page(None))

    def test_names(self):
        app.names([app.Page(1)])
";

fn project() -> Stage {
    Stage::new(&[("app.py", APP), ("tests/__init__.py", ""), ("tests/test_app.py", TESTS)])
}

fn look(stage: &Stage, plan: TestPlan, test: &str, lines: &[u32]) -> Facts {
    let watched: Vec<_> = lines.iter().map(|&line| (app(), number(line))).collect();
    stage.in_lab(plan, |lab| {
        let (run, facts) = lab.look(None, &Scope::Tests(vec![id(test)]), &watched).unwrap().unwrap();
        assert!(run.failed(&id(test)), "{}", run.output);
        facts
    })
}

fn app() -> RepoPath {
    RepoPath::new("app.py").unwrap()
}

fn number(line: u32) -> LineNo {
    LineNo::new(line).unwrap()
}

fn check_area(facts: &Facts) {
    assert_eq!(facts.nones(&app(), number(12)), ["page.box['w']"]);
    let told =
        facts.told(&app(), number(12), &["page", "page.box", "page.box['h']", "rows", "rows[0]['n']", "page.trap", "page.box['w'] * 2"]);
    let expected = [
        "`page` was a Page here",
        "`page.box` was a dict of length 2 here",
        "`page.box['h']` was the int 2 here",
        "`rows` was a list of length 1 here",
        "`rows[0]['n']` was the int 1 here",
    ];
    assert_eq!(told, expected);
}

fn unittest(stage: &Stage) -> TestPlan {
    stage.plan(RunnerKind::Unittest, Path::new("python3"), &["-m", "unittest", "discover", "-s", "tests", "-t", "."])
}

#[test]
fn unittest_tells_the_values_at_the_moment_of_the_exception() {
    let stage = project();
    check_area(&look(&stage, unittest(&stage), "tests.test_app.AppTest.test_area", &[12]));
}

#[test]
fn pytest_tells_the_values_at_the_moment_of_the_exception() {
    let Some(python) = pytest_env::pytest() else { return };
    let stage = project();
    let plan = stage.plan(RunnerKind::Pytest, &python, &["-m", "pytest"]);
    check_area(&look(&stage, plan, "tests/test_app.py::AppTest::test_area", &[12]));
}

#[test]
fn what_was_caught_is_no_failure_and_what_went_well_is_told_beside_it() {
    let stage = project();
    let facts = look(&stage, unittest(&stage), "tests.test_app.AppTest.test_width", &[19, 26, 27]);
    assert!(facts.nones(&app(), number(19)).is_empty(), "the exception of this line was caught: {facts:?}");
    assert_eq!(
        facts.told(&app(), number(27), &["page"]),
        ["`page` was a Page here; where this line did not fail it was a Page"],
        "{facts:?}"
    );
    assert_eq!(facts.types(&app(), number(26), "page.\n            box").into_iter().collect::<Vec<_>>(), ["NoneType"], "{facts:?}");
}

#[test]
fn nobody_looks_where_a_runner_cannot() {
    let stage = project();
    let plan = TestPlan { runner: RunnerKind::Command, ..unittest(&stage) };
    stage.in_lab(plan, |lab| {
        assert!(lab.look(None, &Scope::All, &[(app(), number(12))]).unwrap().is_none());
        assert_eq!(lab.n_runs(), 0);
    });
}
