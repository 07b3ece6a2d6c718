//! Reads pytest's report: one failure for each titled section, in the long, the short and the line style.
//!
//! Source: pytest 8.3, `src/_pytest/_code/code.py` (`ReprEntry.toterminal`) and `src/_pytest/terminal.py`.

use super::entry::{self, Section, is_end, is_outcome};
use super::exception::{exception_line, is_surely_exception};
use super::plain;
use crate::event::Event;
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, has_extension};
use crate::syntax::LanguageId;

/// `____ test_x ____` and the section below it; the lines of the short summary.
pub(in crate::event) struct Pytest;

/// Without a title, a section is not longer than this.
const LONGEST_UNTITLED: usize = 400;
const CRASH: &str = " crashed while running ";
const CONFTEST: &str = "ImportError while loading conftest '";

impl Dialect for Pytest {
    fn hints(&self) -> &'static [&'static str] {
        &[
            "= FAILURES =",
            "= ERRORS =",
            "short test summary info",
            "FAILED ",
            ".py::",
            "ERROR collecting ",
            "ERROR at ",
            CONFTEST,
            "E   ",
            CRASH,
        ]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["_ ", CONFTEST, "E   ", "FAILED", "ERROR", " Captured ", "====", CRASH]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        match text.as_bytes().first()? {
            b'_' => {
                let title = title(text)?;
                Some(section(lines, at, at + 1, Some(test_name(title))))
            }
            b'w' => crash(text, lines[at].no).map(|failure| Reading::failure(failure, at + 1)),
            b'I' if text.starts_with(CONFTEST) => Some(section(lines, at, at + 1, None)),
            b'E' if text.starts_with("E   ") => Some(section(lines, at, begin_of_entries(lines, at), None)),
            b'F' | b'E' => summary(text, lines[at].no).map(|failure| Reading::new(vec![Item::Failed(Box::new(failure))], at + 1)),
            b'-' if is_captured(text) => Some(Reading::new(Vec::new(), end_of_captured(lines, at))),
            b'=' if is_rule(text) => Some(Reading::new(vec![Item::Scope(None)], end_of_rule(lines, at))),
            _ => progress(text, lines[at].no).map(|failure| Reading::new(vec![Item::Failed(Box::new(failure))], at + 1)),
        }
    }
}

/// `tests/x.py::test_a FAILED  [ 12%]` of a verbose run, `[gw0] [ 12%] FAILED tests/x.py::test_a` of several processes.
fn progress(text: &str, no: u32) -> Option<Failure> {
    let text = text.strip_prefix("[gw").and_then(|rest| Some(rest.split_once("%] ")?.1)).unwrap_or(text);
    let text = text.strip_suffix("%]").and_then(|rest| Some(rest.rsplit_once(" [")?.0)).unwrap_or(text).trim_end();
    let has_failed = |word: &str| matches!(word, "FAILED" | "ERROR");
    let (first, last) = (text.split_once(' ')?, text.rsplit_once(' ')?);
    let name = if has_failed(first.0) { first.1 } else { Some(last.0).filter(|_| has_failed(last.1))?.trim_end() };
    let (file, inner) = name.split_once("::")?;
    let is_test = has_extension(file, "py") && !file.contains(' ') && !inner.contains(" - ");
    let event = Event { test: Some(name.to_owned()), lines: no..no + 1, ..Event::new(LanguageId::PYTHON, "test-failure", "") };
    is_test.then(|| Failure::new(event))
}

/// The title between underscores; the row of single ones between the entries of a section is none.
fn title(text: &str) -> Option<&str> {
    let inner = text.trim_matches('_');
    let title = inner.strip_prefix(' ')?.strip_suffix(' ')?;
    let n_left = text.len() - text.trim_start_matches('_').len();
    let is_row = title.bytes().all(|byte| matches!(byte, b'_' | b' '));
    // A long title leaves one underscore on each side.
    (!is_row && title.len() > 1 && (n_left > 1 || text.ends_with('_'))).then_some(title)
}

/// `ERROR collecting tests/x.py`, `ERROR at setup of test_x`, or the test itself.
fn test_name(title: &str) -> &str {
    let openings = ["ERROR collecting ", "ERROR at setup of ", "ERROR at teardown of ", "ERROR at call of ", "[doctest] "];
    openings.iter().find_map(|opening| title.strip_prefix(opening)).unwrap_or(title)
}

fn is_rule(text: &str) -> bool {
    text.starts_with("=====") && text.ends_with("=====") && text.len() >= 20
}

/// Behind a rule, or behind the part below it if that tells of no failure: what passed in the end, and warnings.
fn end_of_rule(lines: &[Line<'_>], at: usize) -> usize {
    let title = lines[at].text.trim_end().trim_matches('=').trim();
    if !(title == "RERUNS" || title == "PASSES" || title.starts_with("warnings summary")) {
        return at + 1;
    }
    let is_end = |line: &Line<'_>| is_rule(line.text.trim_end()) || line.text.starts_with("-- Docs: ");
    lines[at + 1..].iter().position(is_end).map_or(lines.len(), |n| at + 1 + n)
}

/// What a test printed or logged is no failure: the failure is the test's.
fn is_captured(text: &str) -> bool {
    text.starts_with("-----") && text.ends_with("-----") && text.contains(" Captured ")
}

fn end_of_captured(lines: &[Line<'_>], at: usize) -> usize {
    let is_end = |line: &Line<'_>| {
        let text = line.text.trim_end();
        is_rule(text) || is_captured(text) || text.starts_with("E   ") || (text.starts_with('_') && title(text).is_some())
    };
    let end = lines[at + 1..].iter().position(is_end).unwrap_or(lines.len() - at - 1);
    at + 1 + end
}

/// Without a title, the entries begin behind the last rule, title or end of a failure above.
fn begin_of_entries(lines: &[Line<'_>], at: usize) -> usize {
    let is_border = |line: &Line<'_>| {
        let text = line.text.trim_end();
        is_rule(text) || title(text).is_some() || text.starts_with("-----") || is_end(text)
    };
    let above = lines[at.saturating_sub(80)..at].iter().rev().take_while(|line| !is_border(line)).count();
    at - above
}

/// Reads the section whose entries begin at `begin`.
fn section(lines: &[Line<'_>], at: usize, begin: usize, test_name: Option<&str>) -> Reading {
    let scope = test_name.map(|name| Item::Scope(Some(name.to_owned())));
    let is_end = |line: &Line<'_>| {
        let text = line.text.trim_end();
        is_rule(text) || (text.starts_with('_') && title(text).is_some()) || text.starts_with("!!!!!!!")
    };
    let longest = if test_name.is_some() { lines.len() } else { lines.len().min(at + LONGEST_UNTITLED) };
    let end = lines[begin..longest].iter().position(is_end).map_or(longest, |n| begin + n);
    let mut section = entry::read(&lines[begin..end]);
    if section.event.is_none() && test_name.is_some() {
        section.event = plain::read(&lines[begin..end]);
    }
    // The source of a long function may not end in the lines at hand: whoever reads gets more of them.
    let is_cut = section.event.is_none() && section.is_open && test_name.is_some() && end == lines.len();
    let is_told = |event: &Event| test_name.is_some() || event.raised_at.is_some() || event.kind != "test-failure";
    let Section { event: Some(event), end: read_to, .. } = section.only_if(is_told) else {
        // A native traceback, or one that stands only in captured output: its own dialect reads it.
        return Reading::new(scope.into_iter().collect(), if is_cut { end } else { at + 1 });
    };
    let last = if test_name.is_some() { end } else { begin + read_to };
    let event = Event { test: test_name.map(str::to_owned), lines: lines[at].no..lines[last.max(at + 1) - 1].no + 1, ..event };
    let failure = Item::Failure(Box::new(Failure::new(event)));
    Reading::new(scope.into_iter().chain([failure]).collect(), last)
}

/// `worker 'gw0' crashed while running 'tests/x.py::test_a'`, where the process of a test ends before the test does.
fn crash(text: &str, no: u32) -> Option<Failure> {
    let (worker, name) = text.split_once(CRASH)?;
    let name = name.trim().trim_matches(['\'', '"']);
    (worker.starts_with("worker '") && name.contains("::")).then(|| {
        Failure::new(Event { test: Some(name.to_owned()), lines: no..no + 1, ..Event::new(LanguageId::PYTHON, "test-failure", text) })
    })
}

/// `FAILED tests/x.py::test_a - KeyError: 'x'`, `ERROR tests/x.py`.
fn summary(text: &str, no: u32) -> Option<Failure> {
    let rest = text.strip_prefix("FAILED ").or_else(|| text.strip_prefix("ERROR "))?;
    // A parameter may hold anything.
    let end_of_name = rest
        .find('[')
        .and_then(|open| rest[open..].find("] - ").map(|at| open + at + 1))
        .filter(|end| !rest[..*end].contains(" - ") || rest.find('[') < rest.find(" - "));
    let (name, reason) = match end_of_name {
        Some(end) => (&rest[..end], &rest[end + 3..]),
        None => rest.split_once(" - ").unwrap_or((rest, "")),
    };
    let is_test = name.contains(".py::") || has_extension(name, "py");
    if !is_test {
        return None;
    }
    let (kind, message) = match exception_line(reason) {
        Some((kind, message)) if is_surely_exception(kind) || is_outcome(kind) => (kind, message),
        _ if reason.starts_with("assert ") => ("AssertionError", reason),
        _ => ("test-failure", reason),
    };
    let event = Event { test: Some(name.to_owned()), lines: no..no + 1, ..Event::new(LanguageId::PYTHON, kind, message) };
    Some(Failure::new(event))
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    // Printed by pytest 9.2, shortened; older versions leave the marks out.
    const LONG: &str = r#"=================================== FAILURES ===================================
_________________________________ test_assert __________________________________

    def test_assert():
        x = 1
>       assert divide(4, 2) == 3
E       assert 2.0 == 3
E        +  where 2.0 = divide(4, 2)

test_calc.py:7: AssertionError
__________________________________ test_chain __________________________________

d = {}

    def load(d):
        try:
>           return d["key"]
                   ^^^^^^^^
E           KeyError: 'key'

pkg/calc.py:6: KeyError

The above exception was the direct cause of the following exception:

    def test_chain():
>       load({})

test_calc.py:13: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 

    def load(d):
        try:
            return d["key"]
        except KeyError as e:
>           raise RuntimeError("no key") from e
E           RuntimeError: no key

pkg/calc.py:8: RuntimeError
________________________________ TestThing.test_m ______________________________

self = <test_calc.TestThing object at 0x7f>

    def test_m(self):
>       assert False, "why"
E       AssertionError: why
E       assert False

test_calc.py:31: AssertionError
------------------------------ Captured log call -------------------------------
ERROR    root:test_calc.py:23 logged it
Traceback (most recent call last):
  File "/home/me/app/test_calc.py", line 22, in test_logged
    divide(1, 0)
ZeroDivisionError: division by zero
=========================== short test summary info ============================
FAILED test_calc.py::test_assert - assert 2.0 == 3
FAILED test_calc.py::test_chain - RuntimeError: no key
FAILED test_calc.py::TestThing::test_m - AssertionError: why
========================= 3 failed, 2 passed in 0.12s ==========================
"#;
    const SEEN: [&str; 3] = [
        "AssertionError: assert 2.0 == 3 @ test_calc.py:7 test_assert [test_calc.py::test_assert] x2",
        "RuntimeError: no key @ pkg/calc.py:8 load [test_calc.py::test_chain] <- KeyError: 'key' x2",
        "AssertionError: why @ test_calc.py:31 test_m [test_calc.py::TestThing::test_m] x2",
    ];

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_summary_that_is_cut_or_relative_to_another_directory_adds_no_failure() {
        check(
            "________ ERROR at setup of test_a ________\nE           RuntimeError: no window\n\ntests/conftest.py:68: RuntimeError\n========== short test summary info ==========\nERROR tests/gui/test_x.py::test_a - Runti...\n",
            &["RuntimeError: no window @ tests/conftest.py:68 [tests/gui/test_x.py::test_a] x2"],
        );
        check(
            "________ ERROR collecting test_main.py ________\ntests/gui/test_main.py:16: in <module>\n    import x\nE   ImportError: no x\n========== short test summary info ==========\nERROR tests/gui/test_main.py\n",
            &["ImportError: no x @ tests/gui/test_main.py:16 <module> [tests/gui/test_main.py] x2"],
        );
    }

    #[test]
    fn a_verbose_run_that_was_cut_still_tells_what_failed() {
        let text = "test_a.py::test_x FAILED                                [  0%]\ntest_a.py::test_y PASSED                                [  1%]\n[gw1] [  2%] FAILED tests/test_b.py::TestA::test_z[a b] \ntest_a.py::test_w XFAIL [  3%]\ntest_a.py::test_v ERROR\n";
        assert_eq!(
            outline(text),
            [
                "test-failure:  [test_a.py::test_x]",
                "test-failure:  [tests/test_b.py::TestA::test_z[a b]]",
                "test-failure:  [test_a.py::test_v]"
            ]
        );
    }

    #[test]
    fn the_long_style_gives_one_event_a_test() {
        check(LONG, &SEEN);
        let event = &read(LONG.as_bytes()).events[1];
        assert_eq!(event.frames[0].place.function.as_deref(), Some("test_chain"));
        assert_eq!(event.frames[1].source.as_deref(), Some("raise RuntimeError(\"no key\") from e"));
        assert_eq!(read(LONG.as_bytes()).events[0].message, "assert 2.0 == 3\n +  where 2.0 = divide(4, 2)");
    }

    #[test]
    fn the_source_of_a_long_function_ends_no_failure() {
        let body = "        spawn(args)  # one of many lines\n".repeat(300);
        let text = format!(
            "==================================== FAILURES ===================================\n_________________________________ test_files ___________________________________\n\n    def test_files():\n>       run('x y')\n\ntest_calc.py:7: \n_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ \n\n    def run(args):\n{body}>       raise OSError('no')\nE       OSError: no\n\n/usr/lib/python3.12/subprocess.py:1950: OSError\n=========================== short test summary info ============================\nFAILED test_calc.py::test_files - OSError: no\n"
        );
        check(&text, &["OSError: no @ /usr/lib/python3.12/subprocess.py:1950 run [test_calc.py::test_files] x2"]);
        assert_eq!(read(text.as_bytes()).events[0].frames.len(), 2);
    }

    #[test]
    fn the_short_style_gives_the_same_events() {
        check(
            r#"=================================== FAILURES ===================================
_________________________________ test_assert __________________________________
test_calc.py:7: in test_assert
    assert divide(4, 2) == 3
E   assert 2.0 == 3
E    +  where 2.0 = divide(4, 2)
__________________________________ test_chain __________________________________
pkg/calc.py:6: in load
    return d["key"]
           ^^^^^^^^
E   KeyError: 'key'

The above exception was the direct cause of the following exception:
test_calc.py:13: in test_chain
    load({})
pkg/calc.py:8: in load
    raise RuntimeError("no key") from e
E   RuntimeError: no key
_______________________________ TestThing.test_m _______________________________
test_calc.py:31: in test_m
    assert False, "why"
E   AssertionError: why
E   assert False
=========================== short test summary info ============================
FAILED test_calc.py::test_assert - assert 2.0 == 3
FAILED test_calc.py::test_chain - RuntimeError: no key
FAILED test_calc.py::TestThing::test_m - AssertionError: why
"#,
            &SEEN,
        );
    }

    #[test]
    fn the_line_style_learns_the_test_from_the_summary() {
        check(
            r"=================================== FAILURES ===================================
E   assert 2.0 == 3
     +  where 2.0 = divide(4, 2)
/home/me/app/test_calc.py:7: assert 2.0 == 3
E   KeyError: 'key'

The above exception was the direct cause of the following exception:
E   RuntimeError: no key
/home/me/app/pkg/calc.py:8: RuntimeError: no key
=========================== short test summary info ============================
FAILED test_calc.py::test_assert - assert 2.0 == 3
FAILED test_calc.py::test_chain - RuntimeError: no key
",
            &[
                "AssertionError: assert 2.0 == 3 @ /home/me/app/test_calc.py:7 [test_calc.py::test_assert] x2",
                "RuntimeError: no key @ /home/me/app/pkg/calc.py:8 [test_calc.py::test_chain] <- KeyError: 'key' x2",
            ],
        );
    }

    #[test]
    fn a_summary_alone_still_tells_what_failed() {
        check(
            "=========================== short test summary info ============================\nFAILED tests/x.py::test_a[1-2] - KeyError: 'a'\nERROR tests/y.py\nFAILED tests/x.py::test_b - Failed: explicit\n",
            &["KeyError: 'a' [tests/x.py::test_a[1-2]]", "test-failure:  [tests/y.py]", "Failed: explicit [tests/x.py::test_b]"],
        );
    }

    #[test]
    fn collection_errors_and_a_broken_conftest_are_failures() {
        check(
            r#"==================================== ERRORS ====================================
________________________ ERROR collecting tests/test_a.py ______________________
ImportError while importing test module '/home/me/app/tests/test_a.py'.
Hint: make sure your test modules/packages have valid Python names.
Traceback:
/usr/lib/python3.12/importlib/__init__.py:90: in import_module
    return _bootstrap._gcd_import(name[level:], package, level)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
tests/test_a.py:1: in <module>
    import nope
E   ModuleNotFoundError: No module named 'nope'
________________________ ERROR collecting tests/test_b.py ______________________
/usr/lib/python3.12/ast.py:52: in parse
    return compile(source, filename, mode, flags,
E     File "/home/me/app/tests/test_b.py", line 1
E       def test_x(:
E                  ^
E   SyntaxError: invalid syntax
=========================== short test summary info ============================
ERROR tests/test_a.py
ERROR tests/test_b.py
!!!!!!!!!!!!!!!!!!! Interrupted: 2 errors during collection !!!!!!!!!!!!!!!!!!!!
"#,
            &[
                "ModuleNotFoundError: No module named 'nope' @ tests/test_a.py:1 <module> [tests/test_a.py] x2",
                "SyntaxError: invalid syntax @ /home/me/app/tests/test_b.py:1 [tests/test_b.py] x2",
            ],
        );
        check(
            "ImportError while loading conftest '/home/me/app/conftest.py'.\nconftest.py:1: in <module>\n    x = y\nE   NameError: name 'y' is not defined\n",
            &["NameError: name 'y' is not defined @ conftest.py:1 <module>"],
        );
    }

    // The text of a failure in pytest's JUnit file has no title.
    #[test]
    fn the_text_of_one_failure_is_enough() {
        let body = |name: &str| {
            LONG.split(&format!(" {name} "))
                .nth(1)
                .and_then(|rest| rest.split_once('\n'))
                .and_then(|(_, rest)| rest.split("\n____").next())
                .unwrap()
        };
        check(body("test_assert"), &["AssertionError: assert 2.0 == 3 @ test_calc.py:7 test_assert"]);
        check(body("test_chain"), &["RuntimeError: no key @ pkg/calc.py:8 load <- KeyError: 'key'"]);
    }

    #[test]
    fn what_passed_in_the_end_and_warnings_are_silent() {
        let rule = |title: &str| format!("========================= {title} =========================\n");
        let body = "____________ test_flaky ____________\n\n    def test_flaky():\n>       assert len(n) == 2\nE       assert 1 == 2\n\ntest_f.py:5: AssertionError\n";
        check(&format!("{}{body}{}", rule("RERUNS"), rule("1 passed, 1 rerun in 0.02s")), &[]);
        let trace = "x.py::test_a\n  /lib/u.py:85: PytestUnraisableExceptionWarning: Exception ignored in: <f>\n  \n  Traceback (most recent call last):\n    File \"a.py\", line 3, in f\n      g()\n  ValueError: in del\n  \n-- Docs: y\n";
        check(&format!("{}{trace}{}", rule("warnings summary"), rule("1 passed in 0.02s")), &[]);
        check("E                 is the marker of an error.\n", &[]);
    }

    #[test]
    fn a_parameter_may_hold_anything_and_a_fixture_may_fail_elsewhere() {
        check("FAILED tests/x.py::test_a[b - c] - KeyError: 'x'\n", &["KeyError: 'x' [tests/x.py::test_a[b - c]]"]);
        check(
            "________________ ERROR at setup of test_f ________________\n\n    def broken():\n>       raise OSError(\"down\")\nE       OSError: down\n\ntests/conftest.py:5: OSError\n=========== short test summary info ===========\nERROR tests/x.py::test_f - OSError: down\n",
            &["OSError: down @ tests/conftest.py:5 broken [tests/x.py::test_f] x2"],
        );
        check(
            "tests/x.py::test_f ERROR         [ 50%]\ntests/x.py::test_g FAILED         [100%]\n________________ ERROR at setup of test_f ________________\n\n    def broken():\n>       raise OSError(\"down\")\nE       OSError: down\n\ntests/conftest.py:5: OSError\n=========== short test summary info ===========\nFAILED tests/x.py::test_g - Failed: async\n",
            &["OSError: down @ tests/conftest.py:5 broken [tests/x.py::test_f] x2", "Failed: async [tests/x.py::test_g] x2"],
        );
        check(
            "worker 'gw0' crashed while running 'tests/x.py::test_c'\nFAILED tests/x.py::test_c - worker 'gw0' crashed while ...\n",
            &["test-failure: worker 'gw0' crashed while running 'tests/x.py::test_c' [tests/x.py::test_c] x2"],
        );
    }

    #[test]
    fn the_same_error_in_another_test_is_another_event() {
        let one = |name: &str| format!("_________________ {name} _________________\nx.py:3: in f\n    raise E\nE   ValueError: bad\n");
        let text = format!("================ FAILURES ================\n{}{}", one("test_a"), one("test_b"));
        check(&text, &["ValueError: bad @ x.py:3 f [test_a]", "ValueError: bad @ x.py:3 f [test_b]"]);
    }
}
