//! Reads the titles of unittest and of Django's test runner: which test the traceback under it belongs to.
//!
//! Source: CPython 3.13, `Lib/unittest/runner.py`, `TextTestResult.printErrorList` and `getDescription`.

use crate::event::dialect::{Dialect, Item, Reading};
use crate::event::line::Line;

/// `FAIL: test_x (module.Class.test_x)` between a rule of `=` and a rule of `-`.
pub(in crate::event) struct Unittest;

const RULE: &str = "======================================================================";
const FLAT_RULE: &str = "----------------------------------------------------------------------";

impl Dialect for Unittest {
    fn hints(&self) -> &'static [&'static str] {
        &[RULE]
    }

    fn openings(&self) -> &'static [&'static str] {
        &[RULE, "Ran "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        if text.starts_with("Ran ") && text[4..].starts_with(|c: char| c.is_ascii_digit()) && text.contains(" test") {
            return Some(Reading::new(vec![Item::Scope(None)], at + 1));
        }
        if text != RULE {
            return None;
        }
        let title = lines.get(at + 1)?.text.trim_end();
        let name = title.strip_prefix("FAIL: ").or_else(|| title.strip_prefix("ERROR: "))?;
        // A docstring's first line may stand between the title and the rule.
        let is_title = lines[at + 2..].iter().take(4).any(|line| line.text.trim_end() == FLAT_RULE);
        is_title.then(|| Reading::new(vec![Item::Scope(Some(test_name(name)))], at + 2))
    }
}

/// `test_x (module.Class)`, or since 3.11 `test_x (module.Class.test_x)`, as the name that unittest takes: `module.Class.test_x`.
fn test_name(title: &str) -> String {
    let Some((method, rest)) = title.split_once(" (") else { return title.to_owned() };
    let class = rest.split(')').next().unwrap_or_default();
    if class.starts_with("unittest.loader._FailedTest") {
        return method.to_owned();
    }
    if class == method || class.ends_with(&format!(".{method}")) { class.to_owned() } else { format!("{class}.{method}") }
}

#[cfg(test)]
mod tests {
    use super::test_name;
    use crate::event::read::outline;

    // Printed by CPython 3.8, shortened.
    #[test]
    fn each_test_has_its_own_event_and_a_message_of_paragraphs() {
        let text = r#"EF.
======================================================================
ERROR: test_err_error (test_u.T)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "test_u.py", line 7, in test_err_error
    {}["k"]
KeyError: 'k'

======================================================================
FAIL: test_eq (test_u.T)
Compares lists.
----------------------------------------------------------------------
Traceback (most recent call last):
  File "test_u.py", line 5, in test_eq
    self.assertEqual([1, 2], [1, 3])
AssertionError: Lists differ: [1, 2] != [1, 3]

First differing element 1:
2
3

- [1, 2]
?     ^

+ [1, 3]
?     ^


----------------------------------------------------------------------
Ran 3 tests in 0.001s

FAILED (failures=1, errors=1)
"#;
        let expected = [
            "KeyError: 'k' @ test_u.py:7 test_err_error [test_u.T.test_err_error]",
            "AssertionError: Lists differ: [1, 2] != [1, 3] @ test_u.py:5 test_eq [test_u.T.test_eq]",
        ];
        assert_eq!(outline(text), expected);
        assert!(crate::event::read(text.as_bytes()).events[1].message.ends_with("+ [1, 3]\n?     ^"));
    }

    #[test]
    fn titles_of_all_versions_give_the_name_that_runs_the_test() {
        assert_eq!(test_name("test_x (test_m.C)"), "test_m.C.test_x");
        assert_eq!(test_name("test_x (test_m.C.test_x)"), "test_m.C.test_x");
        assert_eq!(test_name("test_x (test_m.C.test_x) (i=3)"), "test_m.C.test_x");
        assert_eq!(test_name("test_m (unittest.loader._FailedTest.test_m)"), "test_m");
        assert_eq!(test_name("setUpClass (test_m.C)"), "test_m.C.setUpClass");
    }
}
