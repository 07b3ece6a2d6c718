//! Which tests a Python project has, and who runs them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::{Interpreter, Wish, choose};
use crate::process::Environment;
use crate::project::plan::{PlanError, RunnerKind, TestPlan, Tree, ancestors, common, is_below};
use crate::text::RepoPath;

/// Files that begin a Python project.
const MARKERS: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini", "manage.py"];

/// Files that configure pytest, with what must stand in them.
const PYTEST_FILES: &[(&str, &str)] =
    &[("pytest.ini", ""), (".pytest.ini", ""), ("pyproject.toml", "[tool.pytest"), ("setup.cfg", "[tool:pytest]"), ("tox.ini", "[pytest]")];

/// Test files of which more are not read to see who they are for.
const MOST_READ: usize = 200;

/// A test that only pytest runs: it is imported, or a test function stands outside a class.
static NEEDS_PYTEST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\s*(?:import|from) pytest\b|^(?:async )?def test_").expect("the pattern is constant"));

/// The plan for the project nearest to `focus`; nothing if it has no Python tests.
///
/// Where nothing in the project tells who runs the tests, `seen` does: whose words the log is in. Else pytest does where it is there.
pub(in crate::project) fn find(
    tree: &Tree<'_>,
    focus: &[RepoPath],
    seen: Option<RunnerKind>,
    env: &Environment,
) -> Result<Option<TestPlan>, PlanError> {
    let Some(dir) = folder(tree, focus) else { return Ok(None) };
    let tests: Vec<_> = tree.below(dir).filter(|file| is_test(file)).collect();
    if let Some(evidence) = needs_pytest(tree, dir, &tests) {
        return pytest(tree, dir, env, &evidence).map(Some);
    }
    if tree.file(dir, "manage.py").is_some() {
        return django(tree, dir, env).map(Some);
    }
    if tests.is_empty() {
        return Ok(None);
    }
    let python = choose(tree, &Wish { program: None, dir, tool: None }, env)?;
    let why = format!("found {} and no configuration of a test runner", tests[0]);
    let (runner, module, arguments) = if python.has("pytest") && seen != Some(RunnerKind::Unittest) {
        (RunnerKind::Pytest, "pytest", Vec::new())
    } else {
        (RunnerKind::Unittest, "unittest", discovery(tree, dir, &tests))
    };
    Ok(Some(plan(runner, dir, python, &["-m", module], arguments, &why)))
}

fn pytest(tree: &Tree<'_>, dir: &str, env: &Environment, evidence: &str) -> Result<TestPlan, PlanError> {
    let python = choose(tree, &Wish { program: None, dir, tool: Some("pytest") }, env)?;
    Ok(plan(RunnerKind::Pytest, dir, python, &["-m", "pytest"], Vec::new(), evidence))
}

fn django(tree: &Tree<'_>, dir: &str, env: &Environment) -> Result<TestPlan, PlanError> {
    let python = choose(tree, &Wish { program: None, dir, tool: Some("django") }, env)?;
    Ok(plan(RunnerKind::Django, dir, python, &["manage.py", "test"], Vec::new(), "found manage.py"))
}

fn plan(runner: RunnerKind, dir: &str, python: Interpreter, launch: &[&str], arguments: Vec<String>, evidence: &str) -> TestPlan {
    let (major, minor, micro) = python.version;
    let why = format!("{evidence}; Python {major}.{minor}.{micro} at {}", python.path.display());
    let program = python.path.to_string_lossy().into_owned();
    let argv = std::iter::once(program).chain(launch.iter().map(|&word| word.to_owned())).chain(arguments).collect();
    TestPlan { runner, argv, n_launch: 1 + launch.len(), dir: dir.to_owned(), python: Some(python), env: Vec::new(), why }
}

/// The folder of the project that the failure is in: the nearest one above `focus` that begins a project and has tests.
fn folder<'a>(tree: &Tree<'a>, focus: &'a [RepoPath]) -> Option<&'a str> {
    let has_marker = |dir: &&str| MARKERS.iter().any(|name| tree.file(dir, name).is_some());
    let has_tests = |dir: &&'a str| tree.file(dir, "manage.py").is_some() || tree.below(dir).any(is_test);
    let python: Vec<_> = focus.iter().filter(|file| file.extension() == "py").map(RepoPath::parent).collect();
    if !python.is_empty() {
        let nearest = ancestors(common(python.into_iter())).filter(has_marker).find(has_tests);
        return nearest.or_else(|| has_tests(&"").then_some(""));
    }
    let projects: BTreeSet<&str> = tree.files.iter().map(RepoPath::parent).filter(has_marker).filter(has_tests).collect();
    match projects.iter().next() {
        // The only project of the repository may lie in a folder.
        Some(first) if projects.iter().all(|dir| is_below(dir, first)) => Some(first),
        _ => has_tests(&"").then_some(""),
    }
}

/// `test*.py` as unittest has it, `*_test.py` as pytest has it, too; not packages of that name.
fn is_test(file: &RepoPath) -> bool {
    let name = file.file_name();
    file.extension() == "py" && (name.starts_with("test_") || name.ends_with("_test.py") || matches!(name, "test.py" | "tests.py"))
}

/// Why the tests are for pytest, if they are.
fn needs_pytest(tree: &Tree<'_>, dir: &str, tests: &[&RepoPath]) -> Option<String> {
    let configured = ancestors(dir).find_map(|folder| {
        PYTEST_FILES.iter().find_map(|(name, part)| {
            let file = tree.file(folder, name)?;
            (part.is_empty() || tree.text(file).contains(part)).then(|| format!("found pytest's configuration in {file}"))
        })
    });
    let conftest = || {
        tree.files.iter().find(|file| file.file_name() == "conftest.py" && is_below(file.as_str(), dir)).map(|file| format!("found {file}"))
    };
    let in_pytest_style = || {
        let file = tests.iter().take(MOST_READ).find(|file| NEEDS_PYTEST.is_match(&tree.text(file)))?;
        Some(format!("{file} has tests that only pytest runs"))
    };
    configured.or_else(conftest).or_else(in_pytest_style)
}

/// The arguments with which unittest finds `tests`: it looks only into packages below the folder where it begins.
fn discovery(tree: &Tree<'_>, dir: &str, tests: &[&RepoPath]) -> Vec<String> {
    let start = common(tests.iter().map(|file| file.parent()));
    let is_package = |folder: &&str| *folder != dir && tree.file(folder, "__init__.py").is_some();
    let top = ancestors(start).find(|folder| !is_package(folder)).unwrap_or(dir);
    let relative = |folder: &str| match folder.strip_prefix(dir).unwrap_or(folder).trim_start_matches('/') {
        "" => ".".to_owned(),
        below => below.to_owned(),
    };
    let pattern = if tests.iter().any(|file| !file.file_name().starts_with("test")) { Some("*test*.py") } else { None };
    let mut arguments = vec!["discover".to_owned()];
    if start != dir {
        arguments.extend(["-s".to_owned(), relative(start), "-t".to_owned(), relative(top)]);
    }
    arguments.extend(pattern.into_iter().flat_map(|pattern| ["-p".to_owned(), pattern.to_owned()]));
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Project {
        folder: tempfile::TempDir,
        files: Vec<RepoPath>,
    }

    impl Project {
        fn new(files: &[(&str, &str)]) -> Project {
            let folder = tempfile::tempdir().unwrap();
            for (path, text) in files {
                let path = folder.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            Project { folder, files: files.iter().map(|(path, _)| RepoPath::new(path).unwrap()).collect() }
        }

        fn tree(&self) -> Tree<'_> {
            Tree { root: self.folder.path(), files: &self.files }
        }

        fn evidence(&self) -> Option<String> {
            let tests: Vec<_> = self.files.iter().filter(|file| is_test(file)).collect();
            needs_pytest(&self.tree(), "", &tests)
        }
    }

    #[test]
    fn pytest_is_told_from_unittest_by_configuration_and_by_style() {
        let check = |files: &[(&str, &str)], part: Option<&str>| {
            let evidence = Project::new(files).evidence();
            assert!(
                evidence.as_deref().map_or(part.is_none(), |text| part.is_some_and(|part| text.contains(part))),
                "{files:?}: {evidence:?}"
            );
        };
        check(&[("pyproject.toml", "[tool.pytest.ini_options]\n")], Some("pyproject.toml"));
        check(&[("pyproject.toml", "[tool.ruff]\n"), ("tests/conftest.py", "")], Some("tests/conftest.py"));
        check(&[("tox.ini", "[tox]\n")], None);
        check(&[("test_a.py", "import unittest\n\nclass T(unittest.TestCase):\n    def test_a(self): pass\n")], None);
        check(&[("a_test.py", "def test_a():\n    pass\n")], Some("a_test.py"));
        check(&[("test_a.py", "from pytest import raises\n")], Some("test_a.py"));
    }

    #[test]
    fn unittest_begins_where_its_packages_begin() {
        let check = |files: &[&str], expected: &[&str]| {
            let project = Project::new(&files.iter().map(|&file| (file, "")).collect::<Vec<_>>());
            let tests: Vec<_> = project.files.iter().filter(|file| is_test(file)).collect();
            assert_eq!(discovery(&project.tree(), "", &tests), expected, "{files:?}");
        };
        check(&["test_a.py"], &["discover"]);
        check(&["tests/test_a.py", "tests/__init__.py"], &["discover", "-s", "tests", "-t", "."]);
        check(&["tests/test_a.py"], &["discover", "-s", "tests", "-t", "tests"]);
        check(&["src/p/tests/test_a.py", "src/p/tests/__init__.py", "src/p/__init__.py"], &["discover", "-s", "src/p/tests", "-t", "src"]);
        check(&["tests/a_test.py"], &["discover", "-s", "tests", "-t", "tests", "-p", "*test*.py"]);
    }

    #[test]
    fn the_project_nearest_to_the_failure_that_has_tests_is_the_one() {
        let files = ["back/setup.py", "back/tests/test_a.py", "front/setup.py", "front/test_b.py", "front/lib/setup.py", "front/lib/x.py"];
        let project = Project::new(&files.map(|file| (file, "")));
        let focus = |path: &str| vec![RepoPath::new(path).unwrap()];
        assert_eq!(folder(&project.tree(), &focus("back/app/x.py")), Some("back"));
        assert_eq!(folder(&project.tree(), &focus("front/lib/x.py")), Some("front"));
        assert_eq!(folder(&project.tree(), &[]), Some(""));
        let one = Project::new(&[("back/pyproject.toml", ""), ("back/tests/test_a.py", "")]);
        assert_eq!(folder(&one.tree(), &[]), Some("back"));
        assert_eq!(folder(&Project::new(&[("main.py", "")]).tree(), &[]), None);
    }
}
