//! Trials with `python -m unittest`.

use std::path::Path;
use std::time::Duration;

use homeostasis::judge::{Exit, Outcome};
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::trial::Scope;

use crate::stage::{Stage, distrust, id, names};

const APP: (&str, &str) = ("app.py", "def total(numbers):\n    return sum(numbers) + 1\n");

const TESTS: (&str, &str) = (
    "tests/test_app.py",
    "import unittest\nimport app\n\n\nclass TotalTest(unittest.TestCase):\n    def test_none(self):\n        self.assertEqual(app.total([]), 0)\n\n    \
     def test_type(self):\n        self.assertIsInstance(app.total([1]), int)\n\n    @unittest.skip('later')\n    def test_skipped(self):\n        pass\n\n    \
     @unittest.expectedFailure\n    def test_expected(self):\n        self.fail()\n",
);

fn plan(stage: &Stage, arguments: &[&str]) -> TestPlan {
    stage.plan(RunnerKind::Unittest, Path::new("python3"), &[&["-m", "unittest"], arguments].concat())
}

fn discover(stage: &Stage) -> TestPlan {
    plan(stage, &["discover", "-s", "tests", "-t", "."])
}

fn project(test_file: &str) -> Stage {
    Stage::new(&[APP, ("tests/__init__.py", ""), ("tests/test_app.py", test_file)])
}

#[test]
fn results_are_told_by_name_and_a_patch_changes_them() {
    let stage = project(TESTS.1);
    stage.in_lab(discover(&stage), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!(names(&before, Outcome::Failed), ["tests.test_app.TotalTest.test_none"], "{}", before.output);
        assert_eq!(names(&before, Outcome::Passed), ["tests.test_app.TotalTest.test_expected", "tests.test_app.TotalTest.test_type"]);
        assert_eq!(names(&before, Outcome::Skipped), ["tests.test_app.TotalTest.test_skipped"]);
        assert_eq!((before.exit, distrust(&before)), (Exit::Code(1), ""));
        assert!(before.tests[&id("tests.test_app.TotalTest.test_none")].text.contains("AssertionError: 1 != 0"));

        let after = lab.run(Some(&stage.patch("app.py", " + 1", "")), &Scope::All).unwrap();
        assert!(after.is_green(), "{}", after.output);
        assert_eq!(after.tests.len(), 4);
        assert_eq!(lab.n_runs(), 2);
    });
}

#[test]
fn single_tests_run_alone() {
    let stage = project(TESTS.1);
    let wanted = id("tests.test_app.TotalTest.test_type");
    let run = stage.in_lab(discover(&stage), |lab| lab.run(None, &Scope::Tests(vec![wanted.clone()])).unwrap());
    assert_eq!(run.tests.keys().collect::<Vec<_>>(), [&wanted], "{}", run.output);
    assert!(run.is_green());
}

#[test]
fn a_module_that_cannot_be_imported_is_a_failed_test_until_it_can() {
    let stage = project("import unittest\nfrom app import totals\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        pass\n");
    stage.in_lab(discover(&stage), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (vec!["tests.test_app"], ""));
        let after = lab.run(Some(&stage.patch("app.py", "total", "totals")), &Scope::All).unwrap();
        assert_eq!(names(&after, Outcome::Passed), ["tests.test_app", "tests.test_app.T.test_a"]);
    });
}

#[test]
fn a_class_whose_fixture_fails_is_a_failed_test_until_it_does_not() {
    let tests = "import unittest, app\n\nclass T(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        assert app.total([]) == 0\n\n    \
                 def test_a(self):\n        pass\n";
    let stage = project(tests);
    stage.in_lab(discover(&stage), |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (vec!["tests.test_app.T"], ""));
        let after = lab.run(Some(&stage.patch("app.py", " + 1", "")), &Scope::Tests(vec![id("tests.test_app.T")])).unwrap();
        assert_eq!(names(&after, Outcome::Passed), ["tests.test_app.T", "tests.test_app.T.test_a"]);
    });
}

#[test]
fn failing_subtests_make_a_failed_test() {
    let tests = "import unittest\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        for n in range(3):\n            with self.subTest(n=n):\n                \
                 self.assertNotEqual(n, 1)\n\n    def test_b(self):\n        with self.subTest():\n            self.skipTest('x')\n";
    let run = {
        let stage = project(tests);
        stage.run(discover(&stage))
    };
    assert_eq!(names(&run, Outcome::Failed), ["tests.test_app.T.test_a"]);
    assert_eq!(names(&run, Outcome::Passed), ["tests.test_app.T.test_b"]);
    assert_eq!(distrust(&run), "");
}

#[test]
fn no_tests_are_never_green() {
    let stage = project("");
    let run = stage.run(discover(&stage));
    assert_eq!(distrust(&run), "no-tests");
    assert!(!run.is_green());
}

#[test]
fn a_test_that_hangs_fails_and_the_others_run() {
    let tests = "import unittest\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        n = 0\n        while True:\n            try:\n                n += 1\n            \
                 except Exception:\n                pass\n\n    def test_b(self):\n        pass\n";
    let stage = project(tests).with_limits(None, Duration::from_millis(300));
    let run = stage.run(discover(&stage));
    assert_eq!(names(&run, Outcome::Failed), ["tests.test_app.T.test_a"], "{}", run.output);
    assert_eq!(names(&run, Outcome::Passed), ["tests.test_app.T.test_b"]);
    let text = &run.tests[&id("tests.test_app.T.test_a")].text;
    assert!(text.contains("timeout") && text.contains("in test_a"), "{text}");
    assert_eq!(distrust(&run), "");
}

#[test]
fn when_the_whole_run_is_ended_the_test_that_ran_has_failed_and_shows_its_stack() {
    let tests = "import unittest, signal\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        pass\n\n    def test_b(self):\n        \
                 signal.setitimer(signal.ITIMER_REAL, 0)\n        while True:\n            pass\n";
    let stage = project(tests).with_limits(Some(Duration::from_secs(3)), Duration::from_mins(1));
    let run = stage.run(discover(&stage));
    assert_eq!(run.exit, Exit::TimedOut);
    assert_eq!(
        (names(&run, Outcome::Passed), names(&run, Outcome::Failed)),
        (vec!["tests.test_app.T.test_a"], vec!["tests.test_app.T.test_b"])
    );
    let text = &run.tests[&id("tests.test_app.T.test_b")].text;
    assert!(text.starts_with("timeout") && text.contains("in test_b"), "{text}");
}

#[test]
fn a_test_that_ends_the_process_is_a_failed_test_and_no_success() {
    let tests = "import unittest, os\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        os._exit(0)\n";
    let run = {
        let stage = project(tests);
        stage.run(discover(&stage))
    };
    assert_eq!(names(&run, Outcome::Failed), ["tests.test_app.T.test_a"]);
    assert_eq!(distrust(&run), "disagreement");
    let tests =
        "import unittest, os, signal\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        os.kill(os.getpid(), signal.SIGSEGV)\n";
    let run = {
        let stage = project(tests);
        stage.run(discover(&stage))
    };
    assert_eq!((names(&run, Outcome::Failed), run.exit, distrust(&run)), (vec!["tests.test_app.T.test_a"], Exit::Signal(11), ""));
}
