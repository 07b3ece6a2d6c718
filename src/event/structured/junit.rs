//! Reads failed cases of `JUnit` files, whatever runner wrote them, one case at a time: the file may be cut, or be one long line.
//!
//! The text of a failure is read like any log; the attributes stand in where it says nothing. A case that failed and then passed
//! (`flakyFailure`) is no failure, and no entity but XML's own is expanded.
//!
//! Source: `surefire-test-report-3.0.xsd`; pytest 8.3, `src/_pytest/junitxml.py`; quick-junit 0.5.

use quick_xml::events::{BytesRef, BytesStart, Event as Xml};
use quick_xml::{Reader, XmlVersion};

use super::{is_failure, read_text};
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, split_number};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `<testcase ...><failure ...>`.
pub(in crate::event) struct Junit;

const CASE: &str = "<testcase";
const END: &str = "</testcase>";
/// A case is not longer than this.
const LONGEST: usize = 5000;

impl Dialect for Junit {
    fn hints(&self) -> &'static [&'static str] {
        &["<failure", "<error m", "<error t"]
    }

    fn openings(&self) -> &'static [&'static str] {
        &[CASE]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let begin = lines[at].text.find(CASE)?;
        let last = last_line(lines, at);
        let mut text = lines[at].text[begin..].to_owned();
        for line in &lines[at + 1..=last] {
            text.push('\n');
            text.push_str(&line.text);
        }
        let items = cases(&text).iter().flat_map(|case| case.items(&lines[at])).collect();
        Some(Reading::new(items, last + 1))
    }
}

/// The line at which the cases that begin in `lines[at]` end.
fn last_line(lines: &[Line<'_>], at: usize) -> usize {
    let is_open = |text: &str| {
        let rest = text.rfind(CASE).map_or("", |found| &text[found..]);
        !rest.is_empty() && !rest.contains(END) && rest.find('>').is_none_or(|end| !rest[..end].ends_with('/'))
    };
    let mut at = at;
    let limit = lines.len().min(at + LONGEST);
    while is_open(&lines[at].text) {
        let Some(end) = (at + 1..limit).find(|&index| lines[index].text.contains(END)) else { return limit - 1 };
        at = end;
    }
    at
}

/// One case that failed.
#[derive(Debug, Default)]
struct Case {
    name: String,
    class: String,
    /// Kind and message as attributes.
    kind: String,
    message: String,
    /// What stands in the failure.
    text: String,
    /// What the test printed.
    output: String,
    is_bad: bool,
}

fn cases(text: &str) -> Vec<Case> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut cases = Vec::new();
    let mut case = Case::default();
    let mut open = Part::None;
    loop {
        match reader.read_event() {
            Ok(Xml::Start(element)) => open = begin(&element, &mut case, &mut cases),
            Ok(Xml::Empty(element)) => drop(begin(&element, &mut case, &mut cases)),
            Ok(Xml::End(_)) => open = Part::None,
            Ok(Xml::Text(text)) => case.add(open, &text.decode().unwrap_or_default()),
            Ok(Xml::CData(text)) => case.add(open, &text.decode().unwrap_or_default()),
            Ok(Xml::GeneralRef(reference)) => case.add(open, &character(&reference)),
            // A file that is cut says what it says.
            Ok(Xml::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    cases.push(case);
    cases.retain(|case| case.is_bad);
    cases
}

/// Where the text goes that is being read.
#[derive(Clone, Copy)]
enum Part {
    None,
    Failure,
    Output,
}

fn begin(element: &BytesStart<'_>, case: &mut Case, cases: &mut Vec<Case>) -> Part {
    match element.name().as_ref() {
        b"testcase" => {
            let next = Case { name: attribute(element, "name"), class: attribute(element, "classname"), ..Case::default() };
            cases.push(std::mem::replace(case, next));
            Part::None
        }
        b"failure" | b"error" => {
            if !case.is_bad {
                (case.kind, case.message) = (attribute(element, "type"), attribute(element, "message"));
            }
            case.is_bad = true;
            case.text.push('\n');
            Part::Failure
        }
        b"system-out" | b"system-err" => Part::Output,
        _ => Part::None,
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let attribute = element.try_get_attribute(name).ok().flatten();
    attribute.and_then(|attribute| Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())).unwrap_or_default()
}

/// A character reference or one of the five names that XML has; anything else is nothing.
fn character(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name = reference.decode().unwrap_or_default();
    quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default().to_owned()
}

impl Case {
    fn add(&mut self, part: Part, text: &str) {
        match part {
            Part::Failure => self.text.push_str(text),
            Part::Output => {
                self.output.push_str(text);
                self.output.push('\n');
            }
            Part::None => {}
        }
    }

    fn items(&self, line: &Line<'_>) -> Vec<Item> {
        let failures = |text: &str| {
            let mut items = read_text(text, line);
            items.retain(is_failure);
            items
        };
        let mut items = failures(&self.text);
        if items.is_empty() {
            items = failures(&self.output);
        }
        if items.is_empty() {
            items.push(Item::Failure(Box::new(Failure::new(self.event()))));
        }
        for item in &mut items {
            if let Item::Failure(failure) = item {
                let test = self.test(failure.event.language);
                failure.thread = None;
                failure.event.test = Some(test);
                failure.event.lines = line.no..line.no + 1;
            }
        }
        items
    }

    /// Cargo's runners name a test without the program that holds it.
    fn test(&self, language: LanguageId) -> String {
        if self.class.is_empty() || language == LanguageId::RUST { self.name.clone() } else { format!("{}::{}", self.class, self.name) }
    }

    /// The failure as far as the attributes tell of it.
    fn event(&self) -> Event {
        let text = self.text.trim();
        let (place, told) = go_place(text).map_or((None, text), |(place, message)| (Some(place), message));
        let is_empty = matches!(self.message.trim(), "" | "Failed" | "failed" | "test failure");
        let message = if is_empty || place.is_some() { told } else { self.message.trim() };
        let is_class = |kind: &str| {
            let last = kind.rsplit(['.', ':']).next().unwrap_or_default();
            !kind.contains(' ') && ["Error", "Exception", "Failure", "Failed"].iter().any(|ending| last.ends_with(ending))
        };
        let (kind, message) = match message.split_once(": ") {
            _ if is_class(&self.kind) => (self.kind.as_str(), message.strip_prefix(&format!("{}: ", self.kind)).unwrap_or(message)),
            Some((kind, message)) if is_class(kind) => (kind, message),
            _ if message.starts_with("assert ") => ("AssertionError", message),
            _ => ("test-failure", message),
        };
        let language = match () {
            () if place.is_some() => LanguageId::GO,
            () if kind.starts_with("java.") || kind.starts_with("org.") => LanguageId::JAVA,
            () => LanguageId::UNKNOWN,
        };
        Event { raised_at: place, ..Event::new(language, kind, message) }
    }
}

/// `x_test.go:12: message`.
fn go_place(text: &str) -> Option<(Place, &str)> {
    let (file, rest) = text.split_once(".go:")?;
    let (line, rest) = split_number(rest)?;
    let message = rest.strip_prefix(": ").filter(|_| !file.contains([' ', '\n']))?;
    Some((Place { file: format!("{file}.go"), line: Some(line), column: None, function: None }, message))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn the_text_of_a_failure_is_read() {
        check(
            "<?xml version=\"1.0\"?>\n<testsuite tests=\"2\"><testcase classname=\"a\" name=\"ok\"/>\n<testcase classname=\"t.x\" name=\"test_b\"><failure message=\"KeyError: 'a'\">def test_b():\n&gt;       g()\nE       KeyError: 'a'\n\nx.py:3: KeyError</failure></testcase></testsuite>\n",
            &["KeyError: 'a' @ x.py:3 test_b [t.x::test_b]"],
        );
        check(
            "<testcase name=\"bar\" classname=\"a.FooTest\"><error message=\"no\" type=\"java.lang.X\"><![CDATA[java.lang.X: no\n\tat a.B.f(B.java:2)\n]]></error></testcase>",
            &["java.lang.X: no @ B.java:2 a.B.f [a.FooTest::bar]"],
        );
        check(
            "<testcase name=\"a::b\" classname=\"c\"><failure type=\"test failure\">thread 'a::b' panicked at src/x.rs:1:2:\nboom\n</failure><system-err>thread 'a::b' panicked at src/x.rs:1:2:\nboom\n</system-err></testcase>",
            &["panic: boom @ src/x.rs:1 [a::b]"],
        );
    }

    #[test]
    fn attributes_stand_in_for_a_text_that_says_nothing() {
        check(
            "<testcase name=\"b\" classname=\"a\"><failure message=\"1 != 2\" type=\"AssertionError\"/></testcase>",
            &["AssertionError: 1 != 2 [a::b]"],
        );
        check(
            "<testcase name=\"TestX\" classname=\"a\"><failure message=\"Failed\" type=\"\">x_test.go:12: no</failure></testcase>",
            &["test-failure: no @ x_test.go:12 [a::TestX]"],
        );
    }

    #[test]
    fn what_passed_in_the_end_is_silent_and_a_cut_file_is_read() {
        check("<testcase name=\"b\"><flakyFailure message=\"x\" type=\"java.lang.X\">java.lang.X\n</flakyFailure></testcase>", &[]);
        check(
            "<testcase name=\"b\"><skipped/></testcase><testcase name=\"c\"/>\n<testcase name=\"d\">\n<failure message=\"m\">KeyErr",
            &["test-failure: m [d]"],
        );
        check("a <failure of words, <testcase>\n", &[]);
    }
}
