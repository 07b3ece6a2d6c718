//! Quick looks and quick trials with pytest and unittest.

use std::collections::BTreeMap;
use std::path::Path;

use homeostasis::judge::TestId;
use homeostasis::localize::Spectrum;
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::text::{ByteSpan, EditSet, LineNo, RepoPath};
use homeostasis::trial::{Fate, Screened, Screening, Variant};

use crate::pytest_env;
use crate::stage::{Stage, id};

const TOTAL: &str = "def total(numbers):\n    n = 0\n    for number in numbers:\n        n += number\n    return n + 1\n";

/// Edits of one file: each text, at its first place, becomes the other.
fn variant(path: &str, source: &str, edits: &[(&str, &str)]) -> Variant {
    let edit = |edits: EditSet, &(from, to): &(&str, &str)| {
        let start = source.find(from).unwrap_or_else(|| panic!("{path} does not hold {from:?}"));
        edits.union(&EditSet::one(ByteSpan::new(start, start + from.len()), to)).unwrap()
    };
    BTreeMap::from([(RepoPath::new(path).unwrap(), edits.iter().fold(EditSet::default(), edit))])
}

fn ids(names: &[&str]) -> Vec<TestId> {
    names.iter().map(|name| id(name)).collect()
}

/// A project whose file `path` is to be healed.
struct Case<'c> {
    path: &'c str,
    source: &'c str,
    more: &'c [(&'c str, &'c str)],
    failing: &'c [&'c str],
    passing: &'c [&'c str],
}

impl Case<'_> {
    fn stage(&self) -> Stage {
        Stage::new(&[&[(self.path, self.source)], self.more].concat())
    }

    fn screening(&self, edits: &[(&str, &str)], n_workers: usize) -> Screening {
        Screening {
            failing: ids(self.failing),
            passing: ids(self.passing),
            variants: edits.iter().map(|&edit| variant(self.path, self.source, &[edit])).collect(),
            steps: BTreeMap::new(),
            n_workers,
        }
    }

    /// Traces all tests, then screens with the steps that were seen.
    fn run(&self, plan: impl Fn(&Stage) -> TestPlan, edits: &[(&str, &str)], n_workers: usize) -> (Spectrum, Screened) {
        let stage = self.stage();
        stage.in_lab(plan(&stage), |lab| {
            let spectrum = lab.trace(None, &ids(&[self.failing, self.passing].concat())).unwrap().expect("the tests can be traced");
            let steps = spectrum.tests.iter().map(|(test, covered)| (test.clone(), covered.n_steps)).collect();
            let screening = Screening { steps, ..self.screening(edits, n_workers) };
            (spectrum, lab.screen(None, &screening).unwrap().expect("the runner gets as far as its tests"))
        })
    }

    /// The fates of edits under pytest; none where it cannot be installed.
    fn pytest(&self, edits: &[(&str, &str)]) -> Option<Vec<Fate>> {
        let python = pytest_env::pytest()?;
        let (_, screened) = self.run(|stage| pytest_plan(stage, &python), edits, 1);
        Some(screened.fates)
    }
}

fn pytest_plan(stage: &Stage, python: &Path) -> TestPlan {
    stage.plan(RunnerKind::Pytest, python, &["-m", "pytest"])
}

fn fails(n_cured: usize) -> Fate {
    Fate::Fails { n_cured }
}

const SUMS: &str = "import app, pytest\n\n@pytest.mark.parametrize('xs', [[], [1], [1, 2]], ids='abc')\ndef test_total(xs):\n    \
                    wanted = sum(xs)\n    assert app.total(xs) == wanted\n    print('1 passed')\n    xs.append(9)\n\n\
                    def test_type():\n    assert isinstance(app.total([]), int)\n";

const APP: Case<'_> = Case {
    path: "app.py",
    source: TOTAL,
    more: &[("test_app.py", SUMS)],
    failing: &["test_app.py::test_total[a]", "test_app.py::test_total[b]", "test_app.py::test_total[c]"],
    passing: &["test_app.py::test_type"],
};

#[test]
fn what_cures_all_tests_passes_and_the_others_say_how_many_they_cure() {
    let edits = [
        ("n + 1", "n"),
        ("n + 1", "n + 2"),
        ("n + 1", "n if numbers else 1"),
        ("n + 1", "float(n)"),
        ("n + 1", "n + "),
        ("n + 1", "n  +  1"),
        ("n + 1", "(n)"),
        ("numbers):", "numbers=()):"),
        ("n += number", "n += number - 1"),
    ];
    let Some(fates) = APP.pytest(&edits) else { return };
    let same = Fate::Same;
    let expected = [Fate::Passes, fails(0), fails(2), fails(3), Fate::DoesNotCompile, same(None), same(Some(0)), fails(0), fails(1)];
    assert_eq!(fates, expected);
}

#[test]
fn what_ends_its_process_or_never_ends_costs_no_other_variant_its_fate() {
    let edits = [
        ("return n + 1", "import os; os._exit(0)"),
        ("n + 1", "n"),
        ("return n + 1", "import os; os.kill(os.getpid(), 9)"),
        ("return n + 1", "raise SystemExit(0)"),
        ("return n + 1", "return total(numbers)"),
        ("return n + 1", "while True: pass"),
        ("return n + 1", "return sum(iter(int, 1))"),
        ("return n + 1", "return [0] * 10 ** 11"),
        (
            "return n + 1",
            "while True:\n        try:\n            n = [1 for _ in iter(int, 1)]\n        except BaseException:\n            pass",
        ),
        ("n + 1", "n + 0"),
        ("return n + 1", "raise KeyboardInterrupt"),
    ];
    let Some(fates) = APP.pytest(&edits) else { return };
    let endless = Fate::Endless;
    let expected = [
        fails(0),
        Fate::Passes,
        fails(0),
        fails(0),
        fails(0),
        endless.clone(),
        endless.clone(),
        endless.clone(),
        endless,
        Fate::Passes,
        fails(0),
    ];
    assert_eq!(fates, expected);
}

#[test]
fn two_workers_tell_what_one_tells() {
    let Some(python) = pytest_env::pytest() else { return };
    let texts: Vec<String> = (0..150).map(|n| format!("n + {n} - 75")).collect();
    let edits: Vec<_> = texts.iter().map(|text| ("n + 1", text.as_str())).collect();
    let one = APP.run(|stage| pytest_plan(stage, &python), &edits, 1).1;
    let two = APP.run(|stage| pytest_plan(stage, &python), &edits, 2).1;
    assert_eq!(one.fates, two.fates);
    assert_eq!(one.fates.iter().position(|fate| *fate == Fate::Passes), Some(75));
}

#[test]
fn every_kind_of_function_can_be_swapped_and_what_runs_at_import_is_tried_by_a_run() {
    let source = "import functools\n\ndef once(function):\n    @functools.wraps(function)\n    def inner(*args):\n        return function(*args)\n    return inner\n\n\
                  class Base:\n    def area(self):\n        return 1\n\nclass Square(Base):\n    def __init__(self):\n        self.__side = 3\n\n    \
                  def area(self):\n        return super().area() + self.__side\n\n    @property\n    def size(self):\n        return 20\n\n    \
                  @staticmethod\n    def name():\n        return 'circle'\n\n    @classmethod\n    def kind(cls):\n        return cls.__name__ * 2\n\n\
                  @once\ndef decorated():\n    return 30\n\ndef closure(n):\n    def add(m):\n        return n + m + 1\n    return add\n\n\
                  def each(n):\n    for i in range(n):\n        yield i + 1\n\ndef table():\n    return [40]\n\nTABLE = table()\n";
    let tests = "import app\n\ndef test_area():\n    assert app.Square().area() == 4 + 5\n\ndef test_size():\n    assert app.Square().size == 2\n\n\
                 def test_name():\n    assert app.Square.name() == 'square'\n\ndef test_kind():\n    assert app.Square.kind() == 'Square'\n\n\
                 def test_decorated():\n    assert app.decorated() == 3\n\ndef test_closure():\n    assert app.closure(1)(2) == 3\n\n\
                 def test_each():\n    assert list(app.each(2)) == [0, 1]\n\ndef test_table():\n    assert app.TABLE == [4]\n";
    let check = |test: &str, edits: &[(&str, &str)], expected: &[Fate]| {
        let test = format!("test_app.py::test_{test}");
        let case = Case { path: "app.py", source, more: &[("test_app.py", tests)], failing: &[&test], passing: &[] };
        if let Some(fates) = case.pytest(edits) {
            assert_eq!(fates, expected, "{test}");
        }
    };
    let area = "super().area() + self.__side";
    check("area", &[("self.__side\n", "self.__side + 5\n"), (area, "9"), (area, "8")], &[Fate::Passes, Fate::Passes, fails(0)]);
    check("size", &[("20", "2"), ("20", "3")], &[Fate::Passes, fails(0)]);
    check("name", &[("'circle'", "'square'")], &[Fate::Passes]);
    check("kind", &[("cls.__name__ * 2", "cls.__name__")], &[Fate::Passes]);
    check("decorated", &[("30", "3"), ("function(*args)", "3")], &[Fate::Passes, Fate::Passes]);
    check("closure", &[("n + m + 1", "n + m")], &[Fate::Passes]);
    check("each", &[("yield i + 1", "yield i"), ("yield i + 1", "return [0, 1]")], &[Fate::Passes, Fate::Passes]);
    check("table", &[("[40]", "[4]"), ("TABLE = table()", "TABLE = table(")], &[Fate::Passes, Fate::DoesNotCompile]);
}

#[test]
fn fixtures_classes_conftest_and_a_src_layout_are_run_as_pytest_runs_them() {
    let source = "from . import base\n\nSEEN = []\n\ndef total(numbers):\n    SEEN.append(1)\n    return base.add(numbers) + len(SEEN)\n";
    let more = [
        ("src/pkg/__init__.py", ""),
        ("src/pkg/base.py", "def add(numbers):\n    return sum(numbers)\n"),
        ("pytest.ini", "[pytest]\npythonpath = src\naddopts = -x -q --strict-markers\n"),
        (
            "tests/conftest.py",
            "import pytest\n\n@pytest.fixture\ndef numbers(tmp_path, monkeypatch):\n    monkeypatch.setenv('N', '2')\n    yield [1, 2]\n",
        ),
        (
            "tests/test_core.py",
            "import os, pytest\nfrom pkg import core\n\n@pytest.fixture(scope='module')\ndef three():\n    return core.total([3])\n\n\
             class TestTotal:\n    def setup_method(self):\n        self.extra = 4\n\n    def test_sum(self, numbers):\n        assert os.environ['N'] == '2'\n        \
             numbers.append(self.extra)\n        assert core.total(numbers) == 7\n        self.extra = 0\n\n    def test_three(self, three):\n        \
             assert three == 3\n\n    def test_type(self, capsys):\n        assert isinstance(core.total([]), int)\n",
        ),
        ("tests/test_other.py", "from pkg import core\n\ndef test_other(numbers):\n    assert core.total(numbers) == 3\n"),
    ];
    let case = Case {
        path: "src/pkg/core.py",
        source,
        more: &more,
        failing: &[
            "tests/test_core.py::TestTotal::test_sum",
            "tests/test_core.py::TestTotal::test_three",
            "tests/test_other.py::test_other",
        ],
        passing: &["tests/test_core.py::TestTotal::test_type"],
    };
    let edits =
        [("+ len(SEEN)", "+ 0"), ("+ len(SEEN)", "+ len(SEEN) - 1"), ("+ len(SEEN)", "* 2"), ("SEEN.append(1)\n    return", "return")];
    let Some(python) = pytest_env::pytest() else { return };
    let (_, Screened { fates, how, .. }) = case.run(|stage| pytest_plan(stage, &python), &edits, 1);
    assert!(how.ends_with("one each"), "the tests leave their marks: {how}");
    // The second one cures the test that runs first, as it does under pytest, and no other; the last one leaves no mark.
    assert_eq!(fates, [Fate::Passes, fails(1), fails(0), Fate::Passes]);
}

#[test]
fn a_traced_test_tells_its_lines_its_steps_and_the_types_of_its_names() {
    let Some(python) = pytest_env::pytest() else { return };
    let source = "class Box:\n    def __init__(self):\n        self.rows = []\n\n    def add(self, row):\n        self.rows.append(row)\n        return len(self.rows) + 1\n\n\
                  def forever():\n    while True:\n        pass\n";
    let tests = "import app\n\ndef test_add():\n    assert app.Box().add('r') == 1\n\ndef test_forever():\n    app.forever()\n\ndef test_rows():\n    assert app.Box().rows == []\n";
    let failing = ["test_app.py::test_add", "test_app.py::test_forever"];
    let case = Case { path: "app.py", source, more: &[("test_app.py", tests)], failing: &failing, passing: &["test_app.py::test_rows"] };
    let (spectrum, _) = case.run(|stage| pytest_plan(stage, &python), &[], 1);
    let app = RepoPath::new("app.py").unwrap();
    let lines = |test: &str| spectrum.tests[&id(test)].lines[&app].iter().map(|line| line.get()).collect::<Vec<_>>();
    assert_eq!((lines(failing[0]), lines("test_app.py::test_rows"), lines(failing[1])), (vec![3, 6, 7], vec![3], vec![10, 11]));
    let covered = |test: &str| (spectrum.tests[&id(test)].has_failed, spectrum.tests[&id(test)].n_steps > 20_000);
    assert_eq!([failing[0], failing[1], "test_app.py::test_rows"].map(covered), [(true, false), (true, true), (false, false)]);
    assert!(spectrum.tests.values().all(|covered| covered.lines.len() == 1), "test files are left out");
    let scene = spectrum.types.iter().find(|(scene, _)| scene.line == LineNo::new(5).unwrap()).unwrap().1;
    assert_eq!((scene["row"].iter().next().unwrap().as_str(), scene["self.rows"].iter().next().unwrap().as_str()), ("str", "list"));
}

#[test]
fn unittest_is_traced_and_screened_too() {
    let tests = "import unittest\nfrom pkg import core\n\nclass TestTotal(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.one = core.total([1])\n\n    \
                 def setUp(self):\n        self.numbers = [1, 2]\n\n    def test_sum(self):\n        self.assertEqual(core.total(self.numbers), 3)\n        self.numbers.append(1)\n\n    \
                 def test_one(self):\n        self.assertEqual(self.one, 1)\n\n    def test_parts(self):\n        for n in range(3):\n            with self.subTest(n=n):\n                \
                 self.assertEqual(core.total([n]), n)\n\n    def test_type(self):\n        self.assertIsInstance(core.total([]), int)\n";
    let case = Case {
        path: "pkg/core.py",
        source: TOTAL,
        more: &[("pkg/__init__.py", ""), ("tests/__init__.py", ""), ("tests/test_core.py", tests)],
        failing: &["tests.test_core.TestTotal.test_sum", "tests.test_core.TestTotal.test_one", "tests.test_core.TestTotal.test_parts"],
        passing: &["tests.test_core.TestTotal.test_type"],
    };
    let plan = |stage: &Stage| stage.plan(RunnerKind::Unittest, Path::new("python3"), &["-m", "unittest"]);
    let edits = [("n + 1", "n"), ("n + 1", "n + len(numbers) - 1"), ("n + 1", "float(n)"), ("return n + 1", "while True: pass")];
    let (spectrum, screened) = case.run(plan, &edits, 2);
    assert_eq!(spectrum.tests.values().filter(|covered| covered.has_failed).count(), 3);
    assert_eq!(screened.fates, [Fate::Passes, fails(2), fails(3), Fate::Endless]);
}

#[test]
fn what_cannot_be_tried_in_one_process_is_declined_with_the_reason() {
    let Some(python) = pytest_env::pytest() else { return };
    let check = |tests: &str, reason: &str| {
        let case = Case { more: &[("test_app.py", tests)], failing: &["test_app.py::test_total"], passing: &[], ..APP };
        let (_, screened) = case.run(|stage| pytest_plan(stage, &python), &[("n + 1", "n")], 1);
        assert_eq!(screened.fates, [Fate::NotHere]);
        assert!(screened.how.contains(reason), "{}", screened.how);
    };
    let program = "import subprocess, sys\n\ndef test_total():\n    subprocess.run([sys.executable, '-c', 'import app; assert app.total([]) == 0'], check=True)\n";
    check(program, "starts programs");
    check(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n\ndef test_total():\n    assert 0\n",
        "threads",
    );
    check("import app\nRUNS = []\n\ndef test_total():\n    assert app.total([]) == 1\n", "does not fail");
}

#[test]
fn state_that_a_variant_leaves_behind_does_not_change_the_fate_of_another() {
    let source = "CACHE = {}\n\ndef total(numbers):\n    key = len(numbers)\n    if key not in CACHE:\n        CACHE[key] = sum(numbers) + 1\n    return CACHE[key]\n";
    let tests = "import app\n\ndef test_total():\n    assert app.total([1, 2]) == 3\n\ndef test_type():\n    assert isinstance(app.total([]), int)\n";
    let case = Case {
        path: "app.py",
        source,
        more: &[("test_app.py", tests)],
        failing: &["test_app.py::test_total"],
        passing: &["test_app.py::test_type"],
    };
    let edits = [("sum(numbers) + 1", "sum(numbers) + 2"), ("sum(numbers) + 1", "sum(numbers)"), ("+ 1", "- 0"), ("+ 1", "+ 3")];
    let Some(fates) = case.pytest(&edits) else { return };
    assert_eq!(fates, [fails(0), Fate::Passes, Fate::Passes, fails(0)]);
}

#[test]
fn a_variant_of_two_files_is_one_variant() {
    let Some(python) = pytest_env::pytest() else { return };
    let base = "def one():\n    return 2\n";
    let source = "import base\n\ndef total(numbers):\n    return sum(numbers) + base.one()\n";
    let tests = "import app\n\ndef test_total():\n    assert app.total([1]) == 0\n";
    let case = Case {
        path: "app.py",
        source,
        more: &[("base.py", base), ("test_app.py", tests)],
        failing: &["test_app.py::test_total"],
        passing: &[],
    };
    let both: Variant =
        [variant("app.py", source, &[("+ base", "- base")]), variant("base.py", base, &[("2", "1")])].into_iter().flatten().collect();
    let stage = case.stage();
    stage.in_lab(pytest_plan(&stage, &python), |lab| {
        let edits = [("+ base", "- base"), ("sum(numbers) + base.one()", "0")];
        let mut screening = case.screening(&edits, 1);
        screening.variants.insert(1, both);
        let screened = lab.screen(None, &screening).unwrap().expect("the runner gets as far as its tests");
        assert_eq!(screened.fates, [fails(0), Fate::Passes, Fate::Passes]);
        assert!(screened.how.starts_with("3 variants in children"), "{}", screened.how);
    });
}
