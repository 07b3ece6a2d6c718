//! Counts what a JUnit file says. It is a second opinion: names and texts come from the witness.
//!
//! No entity is expanded and no file above [`LIMIT`] is read: a test may have written it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The largest file that is read, in bytes.
const LIMIT: u64 = 256 << 20;

/// What a JUnit file counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// `testcase` elements.
    pub(super) n_cases: usize,
    /// Different pairs of class and name among them.
    pub(super) n_names: usize,
    /// `failure` and `error` elements.
    pub(super) n_bad: usize,
}

/// Counts the file at `path`; none if it is missing, too large or no XML.
pub(super) fn tally(path: &Path) -> Option<Tally> {
    if fs::metadata(path).ok()?.len() > LIMIT {
        return None;
    }
    count(&fs::read(path).ok()?)
}

fn count(bytes: &[u8]) -> Option<Tally> {
    let mut reader = Reader::from_reader(bytes);
    let mut names = BTreeSet::new();
    let mut tally = Tally::default();
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                b"testcase" => {
                    tally.n_cases += 1;
                    names.insert((attribute(&element, "classname"), attribute(&element, "name")));
                }
                b"failure" | b"error" => tally.n_bad += 1,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    tally.n_names = names.len();
    Some(tally)
}

/// The raw bytes of an attribute; enough to tell names apart.
fn attribute(element: &BytesStart<'_>, name: &str) -> Vec<u8> {
    element.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_names_and_failures_are_counted() {
        let xml = br#"<?xml version="1.0"?><testsuites><testsuite name="pytest">
            <testcase classname="a" name="x" time="0.1"/><testcase classname="a" name="y"><failure message="&lt;&#10;">no</failure></testcase>
            <testcase classname="a" name="y"><error message="teardown">no</error></testcase></testsuite></testsuites>"#;
        assert_eq!(count(xml), Some(Tally { n_cases: 3, n_names: 2, n_bad: 2 }));
    }

    #[test]
    fn what_is_no_xml_counts_nothing() {
        assert_eq!(count(b"<a><b></a>"), None);
        assert_eq!(tally(Path::new("/no/such/file")), None);
    }
}
