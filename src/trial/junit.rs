//! Reads `JUnit` files, the second opinion on a run.
//!
//! No entity but those of XML itself is expanded, and no file above [`LIMIT`] is read: a test may have written it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// The largest file that is read, in bytes.
const LIMIT: u64 = 256 << 20;

/// One `testcase`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Case {
    /// Its class: pytest's module and class, nextest's program.
    pub(super) class: String,
    /// Its name.
    pub(super) name: String,
    /// Whether it holds a `failure` or an `error`.
    pub(super) is_bad: bool,
    /// Whether it holds a `skipped`.
    pub(super) is_skipped: bool,
    /// The text of its failures.
    pub(super) text: String,
    /// What it printed, where the runner keeps that.
    pub(super) stdout: String,
}

/// The cases of the file at `path`; none if it is missing, too large or no XML.
pub(super) fn read(path: &Path) -> Option<Vec<Case>> {
    if fs::metadata(path).ok()?.len() > LIMIT {
        return None;
    }
    parse(&fs::read(path).ok()?)
}

/// How many different tests there are: a failing tear-down gives a test a second case.
pub(super) fn n_names(cases: &[Case]) -> usize {
    cases.iter().map(|case| (&case.class, &case.name)).collect::<BTreeSet<_>>().len()
}

/// Where the text goes that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Failure,
    Stdout,
}

fn parse(bytes: &[u8]) -> Option<Vec<Case>> {
    let mut reader = Reader::from_reader(bytes);
    let mut cases: Vec<Case> = Vec::new();
    let mut within = Within::Nothing;
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => within = begin(&element, &mut cases),
            Event::Empty(element) => drop(begin(&element, &mut cases)),
            Event::End(_) => within = Within::Nothing,
            Event::Text(text) => add(within, &mut cases, &text.decode().ok()?),
            Event::CData(text) => add(within, &mut cases, &text.decode().ok()?),
            Event::GeneralRef(reference) => add(within, &mut cases, &character(&reference)),
            Event::Eof => return Some(cases),
            _ => {}
        }
    }
}

fn begin(element: &BytesStart<'_>, cases: &mut Vec<Case>) -> Within {
    let name = element.name();
    if name.as_ref() == b"testcase" {
        cases.push(Case { class: attribute(element, "classname"), name: attribute(element, "name"), ..Case::default() });
        return Within::Nothing;
    }
    let Some(case) = cases.last_mut() else { return Within::Nothing };
    match name.as_ref() {
        b"failure" | b"error" => {
            case.is_bad = true;
            Within::Failure
        }
        b"skipped" => {
            case.is_skipped = true;
            Within::Nothing
        }
        b"system-out" => Within::Stdout,
        _ => Within::Nothing,
    }
}

fn add(within: Within, cases: &mut [Case], text: &str) {
    match (within, cases.last_mut()) {
        (Within::Failure, Some(case)) => case.text.push_str(text),
        (Within::Stdout, Some(case)) => case.stdout.push_str(text),
        _ => {}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_read_with_their_failures_and_output() {
        let xml = br#"<?xml version="1.0"?><testsuites><testsuite name="pytest"><system-out>not a case's</system-out>
            <testcase classname="a" name="x&lt;&#49;" time="0.1"/><testcase classname="a" name="y"><failure message="m">1 &lt; 2 &evil; <![CDATA[<b>]]></failure>
            <system-out>hi</system-out></testcase><testcase classname="a" name="y"><error message="teardown">no</error></testcase>
            <testcase classname="a" name="z"><skipped/></testcase></testsuite></testsuites>"#;
        let cases = parse(xml).unwrap();
        assert_eq!(cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>(), ["x<1", "y", "y", "z"]);
        assert_eq!((cases[1].is_bad, cases[1].text.as_str(), cases[1].stdout.as_str()), (true, "1 < 2  <b>", "hi"));
        assert_eq!((cases.len(), n_names(&cases), cases[3].is_skipped), (4, 3, true));
    }

    #[test]
    fn what_is_no_xml_has_no_cases() {
        assert_eq!(parse(b"<a><b></a>"), None);
        assert_eq!(read(Path::new("/no/such/file")), None);
    }
}
