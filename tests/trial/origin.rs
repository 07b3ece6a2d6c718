//! Tests run on the code of the throw-away tree, whatever the environment says about the user's.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use homeostasis::judge::Outcome;
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::trial::Scope;

use crate::pytest_env;
use crate::stage::{Stage, distrust, names};

const TEST: &str = "import unittest\nimport pkg.core\n\nclass T(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(pkg.core.one(), 1)\n";

/// A project in the `src` layout whose tests cannot find it by themselves.
fn project() -> Stage {
    Stage::new(&[("src/pkg/__init__.py", ""), ("src/pkg/core.py", "def one():\n    return 2\n"), ("tests/test_core.py", TEST)])
}

/// An environment without pip, made in the user's tree, and its folder for modules.
fn environment(stage: &Stage) -> (PathBuf, PathBuf) {
    let home = stage.original().join(".venv");
    assert!(Command::new("python3").args(["-m", "venv", "--without-pip"]).arg(&home).status().unwrap().success());
    let lib = fs::read_dir(home.join("lib")).unwrap().next().unwrap().unwrap().path();
    (home.join("bin/python"), lib.join("site-packages"))
}

fn plan(stage: &Stage, python: &Path) -> TestPlan {
    stage.plan(RunnerKind::Unittest, python, &["-m", "unittest", "discover", "-s", "tests"])
}

/// The failing test fails, and the patch in the throw-away tree cures it.
fn check_patched_code_runs(stage: &Stage, plan: TestPlan, test: &str) -> u32 {
    stage.in_lab(plan, |lab| {
        let before = lab.run(None, &Scope::All).unwrap();
        assert_eq!((names(&before, Outcome::Failed), distrust(&before)), (vec![test], ""), "{}{:?}", before.output, before.distrust);
        let after = lab.run(Some(&stage.patch("src/pkg/core.py", "2", "1")), &Scope::All).unwrap();
        assert_eq!((names(&after, Outcome::Passed), distrust(&after)), (vec![test], ""), "{}{:?}", after.output, after.distrust);
        lab.n_runs()
    })
}

#[test]
fn an_editable_install_by_a_pth_file_is_countered_before_the_first_run() {
    let stage = project();
    let (python, site) = environment(&stage);
    fs::write(site.join("__editable__.pkg-1.pth"), format!("{}\n", stage.original().join("src").display())).unwrap();
    assert_eq!(check_patched_code_runs(&stage, plan(&stage, &python), "test_core.T.test_one"), 2);
}

#[test]
fn an_editable_install_by_a_finder_like_that_of_setuptools_is_countered_before_the_first_run() {
    let stage = project();
    let (python, site) = environment(&stage);
    let mapping = format!("MAPPING = {{'pkg': {:?}}}\n", stage.original().join("src/pkg").to_str().unwrap());
    let finder = "import sys\nfrom importlib.machinery import PathFinder\nfrom importlib.util import spec_from_file_location\n\nclass _EditableFinder:\n    \
        @classmethod\n    def find_spec(cls, fullname, path=None, target=None):\n        if fullname in MAPPING:\n            \
        return spec_from_file_location(fullname, MAPPING[fullname] + '/__init__.py')\n\ndef install():\n    sys.meta_path.append(_EditableFinder)\n";
    fs::write(site.join("__editable___pkg_1_finder.py"), mapping + finder).unwrap();
    fs::write(site.join("__editable__.pkg-1.pth"), "import __editable___pkg_1_finder; __editable___pkg_1_finder.install()\n").unwrap();
    assert_eq!(check_patched_code_runs(&stage, plan(&stage, &python), "test_core.T.test_one"), 2);
}

#[test]
fn a_finder_that_we_do_not_know_is_countered_after_the_first_run() {
    let stage = project();
    let (python, site) = environment(&stage);
    let finder = format!(
        "import sys\nfrom importlib.util import spec_from_file_location\n\nclass F:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        \
         if name == 'pkg':\n            return spec_from_file_location(name, {:?})\n\nsys.meta_path.append(F)\n",
        stage.original().join("src/pkg/__init__.py").to_str().unwrap()
    );
    fs::write(site.join("own_finder.py"), finder).unwrap();
    fs::write(site.join("own.pth"), "import own_finder\n").unwrap();
    assert_eq!(check_patched_code_runs(&stage, plan(&stage, &python), "test_core.T.test_one"), 3);
}

#[test]
fn a_finder_that_wins_against_every_path_makes_the_run_no_evidence() {
    let stage = project();
    let (python, site) = environment(&stage);
    let finder = format!(
        "import sys\nfrom importlib.util import spec_from_file_location\n\nclass F:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        \
         if name == 'pkg':\n            return spec_from_file_location(name, {:?})\n\nsys.meta_path.insert(0, F)\n",
        stage.original().join("src/pkg/__init__.py").to_str().unwrap()
    );
    fs::write(site.join("own_finder.py"), finder).unwrap();
    fs::write(site.join("own.pth"), "import own_finder\n").unwrap();
    let run = stage.run(plan(&stage, &python));
    let distrust = run.distrust.as_ref().unwrap();
    assert_eq!(distrust.code, "wrong-import-root");
    assert!(distrust.text.contains("`pkg`") && distrust.text.contains("original/src/pkg"), "{}", distrust.text);
    assert!(!run.is_green());
}

#[test]
fn a_command_that_imports_an_editable_install_gets_the_patched_code() {
    let stage = project();
    let (python, site) = environment(&stage);
    fs::write(site.join("__editable__.pkg-1.pth"), format!("{}\n", stage.original().join("src").display())).unwrap();
    let plan = stage.plan(RunnerKind::Command, &python, &["-c", "import pkg.core; assert pkg.core.one() == 1"]);
    stage.in_lab(plan, |lab| {
        assert!(!lab.run(None, &Scope::All).unwrap().is_green());
        let after = lab.run(Some(&stage.patch("src/pkg/core.py", "2", "1")), &Scope::All).unwrap();
        assert!(after.is_green(), "{}", after.output);
    });
}

#[test]
fn a_module_path_into_the_users_tree_is_turned_to_the_throw_away_tree() {
    let mut stage = project();
    let path = format!("{}:/elsewhere", stage.original().join("src").display());
    stage.environment.set("PYTHONPATH", path);
    assert_eq!(check_patched_code_runs(&stage, plan(&stage, Path::new("python3")), "test_core.T.test_one"), 2);
}

#[test]
fn an_editable_install_is_countered_with_pytest_too() {
    let Some(pytest) = pytest_env::pytest() else { return };
    let stage = project();
    let (python, site) = environment(&stage);
    let theirs = pytest.parent().unwrap().parent().unwrap().join("lib");
    let theirs = fs::read_dir(theirs).unwrap().next().unwrap().unwrap().path().join("site-packages");
    for entry in fs::read_dir(theirs).unwrap().flatten() {
        let _ = symlink(entry.path(), site.join(entry.file_name()));
    }
    fs::write(site.join("__editable__.pkg-1.pth"), format!("{}\n", stage.original().join("src").display())).unwrap();
    let plan = stage.plan(RunnerKind::Pytest, &python, &["-m", "pytest"]);
    assert_eq!(check_patched_code_runs(&stage, plan, "tests/test_core.py::T::test_one"), 2);
}

#[test]
fn tests_named_by_a_path_into_the_users_tree_are_those_of_the_throw_away_tree() {
    let Some(pytest) = pytest_env::pytest() else { return };
    let mut stage = project();
    stage.environment.set("PYTHONPATH", stage.original().join("src"));
    let tests = stage.original().join("tests");
    let plan = stage.plan(RunnerKind::Pytest, &pytest, &["-m", "pytest", tests.to_str().unwrap()]);
    check_patched_code_runs(&stage, plan, "tests/test_core.py::T::test_one");
}
