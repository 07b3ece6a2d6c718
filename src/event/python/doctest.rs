//! Reads the failures of doctest: an example, what it should print, what it printed.
//!
//! An example that raised has a traceback, which is read as every other. An expected traceback has no entries and is none.
//!
//! Source: CPython 3.13, `Lib/doctest.py`, `DocTestRunner.report_failure` and `OutputChecker.output_difference`.

use super::frame::file_line;
use super::traceback;
use crate::event::Event;
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, indent_of, is_blank};
use crate::syntax::LanguageId;

/// `File "x.py", line 3, in x.f`, `Failed example:` and what stands below it.
pub(in crate::event) struct Doctest;

const OPENING: &str = "Failed example:";
/// Examples and their output are short.
const LONGEST: usize = 400;

impl Dialect for Doctest {
    fn hints(&self) -> &'static [&'static str] {
        &[OPENING]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        let indent = text.len() - text.strip_suffix(OPENING).filter(|blanks| is_blank(blanks))?.len();
        let margin = text.len() - indent;
        let frame = file_line(&lines[at.checked_sub(1)?].text)?;
        let name = frame.place.function.clone()?;
        let is_rule = |line: &Line<'_>| line.text.trim_start().starts_with("**********");
        let n = lines[at + 1..]
            .iter()
            .take(LONGEST)
            .take_while(|line| !is_rule(line) && (is_blank(&line.text) || indent_of(&line.text) >= margin))
            .count();
        let body = &lines[at..at + 1 + n];
        let is_part = |line: &&Line<'_>, parts: &[&str]| parts.contains(&line.text.trim());
        let got = body.iter().position(|line| is_part(&line, &["Got:", "Exception raised:"])).unwrap_or(0);
        if let Some(raised) = (got..body.len()).find(|&n| body[n].text.contains(super::frame::HEADER))
            && let Some(mut reading) = traceback::Traceback.read(body, raised)
            && let Some(Item::Failure(failure)) = reading.items.first_mut()
        {
            failure.event.test = Some(name);
            reading.end = at + body.len();
            return Some(reading);
        }
        let part = |line: &Line<'_>| line.text.get(margin..).unwrap_or_default().trim_end().to_owned();
        let example = body.get(1).map_or("", |line| line.text.trim());
        let rest = body[1..].iter().skip(1).map(part);
        let message = std::iter::once(format!("{OPENING} {example}")).chain(rest).collect::<Vec<_>>().join("\n");
        let event = Event {
            raised_at: Some(frame.place.clone()),
            frames: vec![frame],
            test: Some(name),
            lines: lines[at - 1].no..body[body.len() - 1].no + 1,
            ..Event::new(LanguageId::PYTHON, "test-failure", message.trim_end())
        };
        Some(Reading::failure(Failure::new(event), at + body.len()))
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    // Printed by CPython 3.11, shortened.
    const RUN: &str = r#"**********************************************************************
File "/home/me/app/mod.py", line 3, in mod.f
Failed example:
    f(2)
Expected:
    5
Got:
    4
**********************************************************************
File "/home/me/app/mod.py", line 7, in mod.f
Failed example:
    f({})
Expected:
    Traceback (most recent call last):
        ...
    KeyError: 1
Got:
    Traceback (most recent call last):
      File "/usr/lib/python3.11/doctest.py", line 1353, in __run
        exec(compile(example.source, filename, "single",
      File "<doctest mod.f[2]>", line 1, in <module>
        f({})
      File "/home/me/app/mod.py", line 12, in f
        return x * 2
    TypeError: unsupported operand type(s) for *: 'dict' and 'int'
**********************************************************************
1 items had failures:
   2 of   3 in mod.f
***Test Failed*** 2 failures.
"#;

    #[test]
    fn each_example_is_a_failure_of_its_own() {
        let expected = [
            "test-failure: Failed example: f(2) @ /home/me/app/mod.py:3 mod.f [mod.f]",
            "TypeError: unsupported operand type(s) for *: 'dict' and 'int' @ /home/me/app/mod.py:12 f [mod.f]",
        ];
        assert_eq!(outline(RUN), expected);
        assert_eq!(read(RUN.as_bytes()).events[0].message, "Failed example: f(2)\nExpected:\n    5\nGot:\n    4");
    }
}
