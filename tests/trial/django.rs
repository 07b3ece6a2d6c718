//! Trials with Django's `manage.py test`.

use homeostasis::judge::{Exit, Outcome};
use homeostasis::project::plan::{RunnerKind, Search, find_plan};
use homeostasis::trial::Scope;

use crate::pytest_env;
use crate::stage::{Stage, distrust, id, names};

const MANAGE: &str = "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_settings')\n\
    from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n";

const SETTINGS: &str = "SECRET_KEY = 'x'\nINSTALLED_APPS = ['shop']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\nUSE_TZ = True\n";

const TESTS: &str = "from django.test import TestCase\nfrom shop.prices import total\n\n\nclass TotalTest(TestCase):\n    def test_none(self):\n        \
    self.assertEqual(total([]), 0)\n\n    def test_type(self):\n        self.assertIsInstance(total([1]), int)\n";

#[test]
fn the_tests_of_a_django_project_are_found_told_and_healed() {
    let Some(python) = pytest_env::environment("django", &["django"]) else { return };
    let stage = Stage::new(&[
        ("manage.py", MANAGE),
        ("site_settings.py", SETTINGS),
        ("shop/__init__.py", ""),
        ("shop/prices.py", "def total(prices):\n    return sum(prices) + 1\n"),
        ("shop/tests.py", TESTS),
    ]);
    let mut stage = stage;
    stage.environment.set("VIRTUAL_ENV", python.parent().unwrap().parent().unwrap());
    let (root, files) = (stage.original(), stage.paths());
    let plan = find_plan(&Search { root: &root, files: &files, focus: &[], seen: None }, &stage.environment).unwrap();
    assert_eq!(plan.runner, RunnerKind::Django);
    stage.in_lab(plan, |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (vec!["shop.tests.TotalTest.test_none"], ""), "{}", before.output);
        assert_eq!((names(&before, Outcome::Passed), before.exit), (vec!["shop.tests.TotalTest.test_type"], Exit::Code(1)));
        let patch = stage.patch("shop/prices.py", " + 1", "");
        let after = lab.run(Some(&patch), &Scope::Tests(vec![id("shop.tests.TotalTest.test_none")])).unwrap();
        assert_eq!(after.tests.len(), 1, "{}", after.output);
        assert!(after.is_green(), "{}", after.output);
        assert!(lab.run(Some(&patch), &Scope::All).unwrap().is_green());
    });
}
