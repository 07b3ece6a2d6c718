//! Reads what pytest says of tests and fixtures in its own words, without a traceback: a fixture that is called, takes another that lives
//! shorter, is missing or needs itself; a test whose parameters do not fit.
//!
//! Only the openings listed here are read: the body of a section may be anything that a plugin prints.
//!
//! Source: pytest 9.2, `src/_pytest/fixtures.py` (`FixtureLookupErrorRepr`, `SubRequest._check_scope`, `FixtureFunctionDefinition`) and
//! `src/_pytest/python.py` (`Metafunc`).

use crate::event::line::{Line, split_location, split_number};
use crate::event::{Event, Frame, Place};
use crate::syntax::LanguageId;

/// A text is not longer than this.
const MOST_LINES: usize = 12;
/// Lines of the stack of fixtures that are looked at.
const MOST_FIXTURES: usize = 100;
const FILE: &str = "file ";
const LINE: &str = ", line ";

/// The failure that `lines`, the body of a section, tells without a traceback.
pub(super) fn read(lines: &[Line<'_>]) -> Option<Event> {
    let begin = lines.iter().position(|line| !line.text.trim().is_empty())?;
    let first = lines[begin].text.trim_end();
    if !is_opening(first) {
        return None;
    }
    let is_end = |line: &&Line<'_>| line.text.trim().is_empty() || line.text.starts_with("-----");
    let text: Vec<&str> =
        lines[begin..].iter().take_while(|line| !is_end(line)).take(MOST_LINES).map(|line| line.text.trim_end()).collect();
    let frames = if first.starts_with("ScopeMismatch: ") { requesting(&lines[begin..]) } else { Vec::new() };
    let raised_at = frames.last().map(|frame| frame.place.clone()).or_else(|| named(first));
    Some(Event { raised_at, frames, ..Event::new(LanguageId::PYTHON, "Failed", text.join("\n")) })
}

/// Whether pytest begins so what it says in its own words.
fn is_opening(text: &str) -> bool {
    let is_of_test = |rest: &str| {
        [
            "function uses no ",
            "function already takes an argument ",
            "in \"parametrize\" the number of names ",
            "duplicate parametrization of ",
        ]
        .iter()
        .any(|begin| rest.starts_with(begin))
    };
    (text.starts_with("Fixture \"") && text.contains("\" called directly"))
        || text.starts_with("ScopeMismatch: You tried to access ")
        || text.starts_with("async def functions are not natively supported")
        || (text.starts_with('\'') && (text.contains("' requested an async fixture '") || text.contains("' not found in `markers` ")))
        || text.split_once(": ").is_some_and(|(head, rest)| head.contains(".py::") && is_of_test(rest))
}

/// The place that `In tests/x.py::test_a: function uses no argument 'n'` names.
fn named(text: &str) -> Option<Place> {
    let id = text.split(": ").next()?;
    place_of(id.strip_prefix("In ").unwrap_or(id))
}

/// The file and the function in the name of a test, `tests/x.py::TestA::test_b[1]`; none for a name of another kind.
pub(in crate::event) fn place_of(test: &str) -> Option<Place> {
    let (file, inner) = test.split_once(".py::")?;
    let name = inner.split('[').next()?.rsplit("::").next().filter(|name| !name.is_empty())?;
    let is_file = !file.contains([' ', '"', '\'']);
    is_file.then(|| Place { file: format!("{file}.py"), line: None, column: None, function: Some(name.to_owned()) })
}

/// The fixtures that asked for the one of a shorter life, outermost first: `conftest.py:9:  def server(settings)`.
fn requesting(lines: &[Line<'_>]) -> Vec<Frame> {
    let below = lines.iter().take(MOST_FIXTURES).skip_while(|line| !line.text.trim_end().ends_with("Requesting fixture stack:"));
    below.skip(1).map_while(|line| fixture(line.text.trim_end())).collect()
}

fn fixture(text: &str) -> Option<Frame> {
    let (head, definition) = text.split_once(":  def ")?;
    let (file, line, _) = split_location(head)?;
    let function = definition.split('(').next().map(str::to_owned);
    // The line is that of the first decorator.
    Some(Frame { place: Place { file: file.to_owned(), line: Some(line), column: None, function }, ..Frame::default() })
}

/// The stack of fixtures above `E       fixture 'x' not found`: `file tests/x.py, line 9` and the lines of the definition below it.
#[derive(Default)]
pub(super) struct Stack {
    /// The definition at hand: its file, and the line that comes next.
    at: Option<(String, u32)>,
    frames: Vec<Frame>,
}

impl Stack {
    /// Takes one line in; says whether it belongs to the stack.
    pub(super) fn take(&mut self, text: &str) -> bool {
        if let Some(at) = file_and_line(text) {
            self.at = Some(at);
            return true;
        }
        let Some((file, line)) = self.at.as_mut().filter(|_| text.starts_with("  ")) else {
            self.at = None;
            return false;
        };
        let code = text.trim();
        let definition = code.strip_prefix("async ").unwrap_or(code).strip_prefix("def ");
        let Some(name) = definition.and_then(|rest| rest.split('(').next()) else {
            *line = line.saturating_add(1);
            return true;
        };
        let place = Place { file: std::mem::take(file), line: Some(*line), column: None, function: Some(name.to_owned()) };
        self.frames.push(Frame { place, source: Some(code.to_owned()), ..Frame::default() });
        self.at = None;
        true
    }

    /// The definitions, outermost first.
    pub(super) fn frames(self) -> Vec<Frame> {
        self.frames
    }
}

fn file_and_line(text: &str) -> Option<(String, u32)> {
    let (file, line) = text.strip_prefix(FILE)?.rsplit_once(LINE)?;
    let (line, rest) = split_number(line)?;
    (rest.is_empty() && !file.is_empty() && !file.contains('"')).then(|| (file.to_owned(), line))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    fn rule(title: &str) -> String {
        format!("==================== {title} ====================\n")
    }

    #[test]
    fn a_missing_fixture_is_at_the_definition_that_asks_for_it() {
        let stack = "file /home/me/app/tests/test_a.py, line 4\n  def test_total(total):\nfile /home/me/app/tests/conftest.py, line 9\n  @pytest.fixture\n  async def total(numberz):\n      return sum(numberz)\nE       fixture 'numberz' not found\n>       available fixtures: cache, numbers, total\n>       use 'pytest --fixtures [testpath]' for help on them.\n\n/home/me/app/tests/conftest.py:9\n";
        let text = format!(
            "{}____________ ERROR at setup of test_total ____________\n{stack}{}ERROR tests/test_a.py::test_total\n",
            rule("ERRORS"),
            rule("short test summary info")
        );
        check(
            &text,
            &["test-failure: fixture 'numberz' not found @ /home/me/app/tests/conftest.py:10 total [tests/test_a.py::test_total] x2"],
        );
    }

    #[test]
    fn a_scope_that_does_not_fit_is_at_the_fixture_that_asks() {
        let text = format!(
            "{}________ ERROR at setup of test_server ________\nScopeMismatch: You tried to access the function scoped fixture settings with a session scoped request object. Requesting fixture stack:\nconftest.py:9:  def server(settings)\nRequested fixture:\nconftest.py:4:  def settings()\n{}ERROR test_a.py::test_server - Failed: ScopeMismatch: You tried to access the...\n",
            rule("ERRORS"),
            rule("short test summary info")
        );
        let mismatch = "ScopeMismatch: You tried to access the function scoped fixture settings with a session scoped request object. Requesting fixture stack:";
        check(&text, &[&format!("Failed: {mismatch} @ conftest.py:9 server [test_a.py::test_server] x2")]);
    }

    #[test]
    fn what_pytest_says_in_its_own_words_is_whole_and_in_the_file_of_the_test() {
        let text = format!(
            "{}________ test_name ________\nFixture \"client\" called directly. Fixtures are not meant to be called directly,\nbut are created automatically.\n-------- Captured log call --------\nERROR root:x.py:1 no\n{}FAILED tests/test_a.py::test_name - Failed: Fixture \"client\" called direc...\n",
            rule("FAILURES"),
            rule("short test summary info")
        );
        let event = &crate::event::read(text.as_bytes()).events[0];
        assert_eq!(
            event.message,
            "Fixture \"client\" called directly. Fixtures are not meant to be called directly,\nbut are created automatically."
        );
        let place = event.raised_at.as_ref().unwrap();
        assert_eq!((place.file.as_str(), place.line, place.function.as_deref()), ("tests/test_a.py", None, Some("test_name")));
        let text = format!(
            "{}________ ERROR collecting test_a.py ________\nIn test_a.py::test_square: function uses no argument 'expected'\n{}ERROR test_a.py - Failed: In test_a.py::test_square: functi...\n",
            rule("ERRORS"),
            rule("short test summary info")
        );
        let event = &crate::event::read(text.as_bytes()).events[0];
        assert_eq!((event.kind.as_str(), event.raised_at.as_ref().unwrap().function.as_deref()), ("Failed", Some("test_square")));
    }

    #[test]
    fn what_a_plugin_prints_is_no_failure_in_words_of_pytest() {
        let text = format!("{}________ style ________\nscope: 3 lines too long in x.py::y: use black\n", rule("FAILURES"));
        check(&text, &[]);
        check("________ notes ________\nfile notes.txt, line 4\n  def of(x):\n", &[]);
    }
}
