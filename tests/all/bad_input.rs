//! Bad input gets one clear message with a hint and its exit code, and leaves every byte as it was.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::case::{Case, Ran};

/// What must come of bad input.
struct Wanted {
    exit: i32,
    /// Words that the output must hold between stdout and stderr.
    says: &'static [&'static str],
}

/// One test a row: the name, the exit code, the words, and what makes the input bad and runs the program.
macro_rules! bad_input {
    ($($name:ident: $exit:literal, $says:expr, $run:expr;)*) => {
        $(#[test] fn $name() { check(&Wanted { exit: $exit, says: &$says }, $run); })*
    };
}

bad_input! {
    a_log_that_is_not_there: 2, ["no-such.log"], |case| case.run(["analyze", "no-such.log"]);
    a_log_that_cannot_be_read: 2, ["/proc/self/mem"], |case| case.run(["analyze", "/proc/self/mem"]);
    a_log_that_is_a_folder: 2, ["folder"], |case| case.run(["analyze", "shop"]);
    several_logs_to_follow: 2, ["--follow", "one log"], |case| case.run(["analyze", "-f", "a.log", "b.log"]);
    a_folder_to_follow: 2, ["folder"], |case| case.run(["analyze", "--follow", "shop"]);
    a_document_to_follow: 2, ["--follow", "jsonl"], |case| case.run(["analyze", "--follow", "--format", "json", "a.log"]);
    the_top_of_a_log_that_grows: 2, ["--top", "--follow"], |case| case.run(["analyze", "--follow", "--top", "3", "a.log"]);
    a_time_that_is_none: 2, ["soon", "2h"], |case| case.run(["analyze", "--since", "soon", "a.log"]);
    times_that_hold_nothing: 2, ["--since", "--until"], |case| case.run(["analyze", "--since", "1h", "--until", "2h", "a.log"]);
    a_language_that_nobody_reads: 2, ["cobol", "python"], |case| case.run(["analyze", "--only", "cobol", "a.log"]);
    lines_of_json_of_a_healing: 2, ["jsonl", "json"], |case| case.run(["fix", "--format", "jsonl"]);
    an_empty_log: 2, ["empty"], |case| with_log(case, b"", "analyze");
    an_empty_log_to_fix: 2, ["empty"], |case| with_log(case, b"", "fix");
    a_binary_log: 2, ["binary"], |case| with_log(case, &[0x7f, b'E', b'L', b'F', 0, 0, 0, 1, 0, 0xff], "analyze");
    a_log_without_a_failure: 1, ["failure"], |case| with_log(case, b"all is well\n", "fix");
    a_log_that_is_not_utf8: 1, ["quantitiy"], |case| with_log(case, &not_utf8(), "analyze");
    a_line_of_ten_megabytes: 1, ["failure"], |case| with_log(case, &vec![b'x'; 10 << 20], "fix");
    a_log_in_another_language: 1, ["Till.java"], |case| with_log(case, JAVA, "fix");
    a_source_of_more_than_four_megabytes: 1, ["large.py", "4 MB"], |case| with_source(case, "large.py", &large());
    a_source_that_is_not_utf8: 1, ["latin.py", "UTF-8"], |case| with_source(case, "latin.py", b"# -*- coding: latin-1 -*- \xe9\ndef f():\n    return nmae\n");
    a_source_that_a_program_wrote: 1, ["made_pb2.py", "generated"], |case| with_source(case, "made_pb2.py", GENERATED);
    a_source_that_is_vendored: 1, ["dependency"], |case| with_source(case, "vendor/lib.py", b"\n\ndef f():\n    return nmae\n");
    a_configuration_with_an_unknown_key: 2, ["tset", "test"], |case| {
        case.write("homeostasis.toml", "tset = \"make check\"\n");
        case.run(["fix"])
    };
    a_configuration_that_is_no_toml: 2, ["homeostasis.toml"], |case| {
        case.write("homeostasis.toml", "test = \n");
        case.run(["fix"])
    };
    a_rule_with_a_hole_that_nothing_fills: 2, ["python/greeting", "method"], |case| {
        case.write(".homeostasis/rules/python/greeting.toml", UNFILLED);
        case.run(["fix"])
    };
    no_python_on_the_machine: 4, ["python3"], |case| {
        case.with_only_path(only_git(case));
        with_shop_log(case)
    };
    pytest_is_not_installed: 4, ["pytest"], |case| {
        case.write("pyproject.toml", "[tool.pytest.ini_options]\ntestpaths = [\"tests\"]\n");
        case.write("tests/test_shop.py", "import pytest\nfrom shop import stock\n\n\ndef test_it():\n    assert stock.n_pieces([]) == 0\n");
        case.commit();
        with_shop_log(case)
    };
    a_bare_repository: 2, ["bare"], |case| {
        case.git(&["clone", "-q", "--bare", ".", "bare.git"]);
        case.run(["-C", "bare.git", "fix"])
    };
    a_folder_that_is_not_there: 2, ["nowhere"], |case| case.run(["-C", "nowhere", "fix"]);
    conflict_markers: 5, ["conflict", "stock.py"], |case| {
        case.git(&["checkout", "-q", "-b", "other"]);
        case.write("shop/stock.py", "one = 1\n");
        case.commit();
        case.git(&["checkout", "-q", "main"]);
        case.write("shop/stock.py", "two = 2\n");
        case.commit();
        let _conflict = case.shell("git -c user.name=Dana -c user.email=dana@example.com merge -q other");
        with_shop_log(case)
    };
    a_branch_before_the_first_commit: 5, ["commit"], |case| {
        fs::remove_dir_all(case.root().join(".git")).expect("the case is ours");
        case.git(&["init", "-q", "-b", "main"]);
        shop_log(case);
        case.run(["fix".as_ref(), case.log().as_os_str(), "--branch".as_ref(), "heal".as_ref()])
    };
    a_branch_without_a_repository: 5, ["repository"], |case| {
        fs::remove_dir_all(case.root().join(".git")).expect("the case is ours");
        shop_log(case);
        case.run(["fix".as_ref(), case.log().as_os_str(), "--branch".as_ref(), "heal".as_ref()])
    };
    a_name_that_no_branch_can_have: 2, ["a..b"], |case| {
        shop_log(case);
        case.run(["fix".as_ref(), case.log().as_os_str(), "--branch".as_ref(), "a..b".as_ref()])
    };
    a_test_command_that_is_not_there: 4, ["no-such-program"], |case| {
        shop_log(case);
        case.run(["fix".as_ref(), case.log().as_os_str(), "--test".as_ref(), "no-such-program --now".as_ref()])
    };
    an_unknown_verb: 2, ["heal"], |case| case.run(["heal"]);
    an_unknown_rule: 2, ["none-atribute"], |case| case.run(["explain", "python/none-atribute"]);
}

/// The project that bad input is thrown at: healthy but for one mistyped key.
fn project() -> Case {
    Case::of(&[
        ("shop/__init__.py", ""),
        (
            "shop/stock.py",
            "\"\"\"The stock.\"\"\"\n\n\ndef entry(quantity):\n    return {\"quantity\": quantity}\n\n\ndef n_pieces(stock):\n    return sum(goods[\"quantitiy\"] for goods in stock)\n",
        ),
        ("tests/__init__.py", ""),
        (
            "tests/test_stock.py",
            "import unittest\n\nfrom shop import stock\n\n\nclass Stock(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(stock.n_pieces([stock.entry(3)]), 3)\n",
        ),
    ])
}

/// What that key prints.
const SHOP_LOG: &str = "Traceback (most recent call last):
  File \"/home/dana/shop/tests/test_stock.py\", line 8, in test_it
    self.assertEqual(stock.n_pieces([stock.entry(3)]), 3)
  File \"/home/dana/shop/shop/stock.py\", line 9, in n_pieces
    return sum(goods[\"quantitiy\"] for goods in stock)
  File \"/home/dana/shop/shop/stock.py\", line 9, in <genexpr>
    return sum(goods[\"quantitiy\"] for goods in stock)
KeyError: 'quantitiy'
";

const JAVA: &[u8] = b"Exception in thread \"main\" java.lang.NullPointerException: name is null
\tat shop.Till.open(Till.java:12)
\tat shop.Main.main(Main.java:5)
";

const GENERATED: &[u8] = b"# Generated by the protocol buffer compiler.  DO NOT EDIT!
def f():
    return nmae
";

const UNFILLED: &str = r#"summary = "greets"
why = "A rule for a test."
source = "the tests of homeostasis"

[event]
fault = ["NameError"]
message = "name '(?<name>\\w+)' is not defined"

[code]
within = "line"
query = '(identifier) @target'
equal = { target = "name" }

[[fix]]
template = "python/call-method"
target = "target"
safety = "unsafe"

[[example]]
name = "a greeting"
error = "NameError: name 'nmae' is not defined"
line = 1
before = "x = nmae\n"
after = "x = nmae.hello()\n"
"#;

fn check(wanted: &Wanted, run: impl FnOnce(&mut Case) -> Ran) {
    let mut case = project();
    let ran = run(&mut case).with_code(wanted.exit);
    let all = format!("{}{}", ran.stdout, ran.stderr);
    for words in wanted.says {
        assert!(all.contains(words), "nothing says `{words}`\n{ran}");
    }
    let n_errors = ran.stderr.lines().filter(|line| line.starts_with("error")).count();
    assert!(n_errors <= 1, "one message, not {n_errors}\n{ran}");
    assert!(wanted.exit == 1 || all.contains("hint: ") || all.contains("= next: "), "no hint\n{ran}");
    assert!(!all.contains("panicked at"), "{ran}");
}

fn with_log(case: &Case, bytes: &[u8], verb: &str) -> Ran {
    fs::write(case.log(), bytes).expect("the case is ours");
    case.run([verb.as_ref(), case.log().as_os_str()])
}

fn shop_log(case: &Case) {
    fs::write(case.log(), SHOP_LOG).expect("the case is ours");
}

fn with_shop_log(case: &Case) -> Ran {
    with_log(case, SHOP_LOG.as_bytes(), "fix")
}

fn not_utf8() -> Vec<u8> {
    [b"caf\xe9 \xff\xfe\n", SHOP_LOG.as_bytes()].concat()
}

/// A source with its fault in line 3 or 4, a test that shows it, and the log of that test.
fn with_source(case: &Case, path: &str, source: &[u8]) -> Ran {
    case.write(path, source);
    let module = path.trim_end_matches(".py").replace('/', ".");
    let test =
        format!("import unittest\n\nimport {module}\n\n\nclass One(unittest.TestCase):\n    def test_it(self):\n        {module}.f()\n");
    case.write("tests/test_stock.py", test);
    case.commit();
    let (is_green, log) = case.shell("python3 -m unittest discover -s tests -t .");
    assert!(!is_green && log.contains("nmae"), "{log}");
    with_log(case, log.as_bytes(), "fix")
}

fn large() -> Vec<u8> {
    let mut source = b"\ndef f():\n    return nmae\n".to_vec();
    source.resize((4 << 20) + 100, b'#');
    source
}

/// A folder with git and a shell, and no Python.
fn only_git(case: &Case) -> PathBuf {
    let folder = case.root().join("../bin");
    fs::create_dir_all(&folder).expect("the case is ours");
    for program in ["git", "sh"] {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .map(|folder| folder.join(program))
            .find(|path| path.is_file());
        symlink(found.expect("the tests need git and sh"), folder.join(program)).expect("the case is ours");
    }
    folder
}

/// Runs `fix` on the shop where `mounts` changed the machine; a machine on which nobody may mount cannot ask the question.
fn check_among_mounts(mounts: &str, arguments: &[&str], codes: &[i32], says: &str) {
    let case = project();
    shop_log(&case);
    fs::create_dir_all(case.root().join("../tmp")).expect("the case is ours");
    let mut case = case;
    case.set("TMPDIR", &case.root().join("../tmp").to_string_lossy());
    let log = case.log().to_string_lossy().into_owned();
    let Some(ran) = case.run_among_mounts(mounts, ["fix", &log].iter().chain(arguments)) else { return };
    assert!(ran.code.is_some_and(|code| codes.contains(&code)), "{ran}");
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert!(all.contains(says) && !all.contains("panicked at"), "nothing says `{says}`\n{ran}");
}

#[test]
fn a_tree_that_is_read_only() {
    let mounts = "mount --bind . . && mount -o remount,bind,ro .";
    check_among_mounts(mounts, &["--apply"], &[2, 5], "cannot be written");
}

#[test]
fn a_temporary_folder_that_is_full() {
    let mounts = "mount -t tmpfs -o size=16k none ../tmp && { dd if=/dev/zero of=../tmp/full bs=1k 2>/dev/null || true; }";
    // Whoever needs no temporary folder may heal; whoever needs one says what is wrong with it.
    check_among_mounts(mounts, &[], &[0, 2], "");
}

#[test]
fn a_temporary_folder_where_nothing_may_be_run() {
    check_among_mounts("mount -t tmpfs -o noexec none ../tmp", &[], &[0], "");
}
