//! What was seen of values while the failing tests ran: only what a run has proved, and only where it was seen.
//!
//! A value is known by the text of its expression (`row`, `self.box.width`, `rows[0]`), and only on the lines of the statement that
//! was looked at, at the moment when the exception passed it. What nobody saw is unknown, which rules take for "may be".

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::redact::covered;
use crate::text::{LineNo, RepoPath};

/// One value as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The name of its type, `NoneType`.
    pub type_name: String,
    /// How many elements it had, where it is of a type that counts them.
    pub len: Option<u64>,
    /// A short text of it, for values that are their own text.
    pub shown: Option<String>,
}

/// The values of one statement at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The file.
    pub path: RepoPath,
    /// The line that was watched.
    pub line: LineNo,
    /// The first and the last line that belong to the statement itself.
    pub lines: (LineNo, LineNo),
    /// Whether an exception that failed a test passed here.
    pub is_failure: bool,
    /// The values by the text of their expression.
    pub values: BTreeMap<String, Seen>,
}

/// All that was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts(pub Vec<Sighting>);

/// Facts for one diagnosis, which remember whether somebody asked while there were none.
#[derive(Debug)]
pub(super) struct Look<'a> {
    facts: Option<&'a Facts>,
    has_missed: Cell<bool>,
}

impl Facts {
    /// The types that `text` on `line` had when the failure passed it; none where nobody saw it.
    pub fn types(&self, path: &RepoPath, line: LineNo, text: &str) -> BTreeSet<&str> {
        let here = |sighting: &&Sighting| sighting.is_failure && &sighting.path == path && sighting.holds(line);
        self.0.iter().filter(here).filter_map(|sighting| sighting.values.get(text)).map(|seen| seen.type_name.as_str()).collect()
    }

    /// The lines on which a failure met `text`, each with the type that it had there.
    pub fn sightings<'f>(&'f self, path: &'f RepoPath, text: &'f str) -> impl Iterator<Item = (LineNo, &'f str)> {
        let here = self.0.iter().filter(move |sighting| sighting.is_failure && &sighting.path == path);
        here.filter_map(move |sighting| Some((sighting.line, sighting.values.get(text)?.type_name.as_str())))
    }

    /// What was seen of `texts` where the failure passed `line`, and what the same was where nothing went wrong; each in one sentence.
    pub fn told(&self, path: &RepoPath, line: LineNo, texts: &[&str]) -> Vec<String> {
        let at = |is_failure: bool| self.0.iter().filter(move |one| one.is_failure == is_failure && &one.path == path && one.holds(line));
        let of = |is_failure: bool, text: &str| at(is_failure).filter_map(|one| one.values.get(text)).collect::<Vec<&Seen>>();
        let sentence = |text: &&str| {
            let (failed, passed) = (of(true, text), of(false, text));
            (!failed.is_empty()).then(|| {
                let before =
                    if passed.is_empty() { String::new() } else { format!("; where this line did not fail it was {}", kinds(&passed)) };
                covered(&format!("`{text}` was {} here{before}", kinds(&failed))).into_owned()
            })
        };
        texts.iter().filter_map(sentence).collect()
    }

    /// The expressions that were None wherever the failure passed `line`.
    pub fn nones(&self, path: &RepoPath, line: LineNo) -> Vec<&str> {
        let here: Vec<&Sighting> = self.0.iter().filter(|one| one.is_failure && &one.path == path && one.holds(line)).collect();
        let texts: BTreeSet<&str> = here.iter().flat_map(|sighting| sighting.values.keys().map(String::as_str)).collect();
        texts.into_iter().filter(|text| self.types(path, line, text).into_iter().eq([NONE])).collect()
    }
}

impl<'a> Look<'a> {
    /// `facts` are none as long as nobody has looked.
    pub(super) fn at(facts: Option<&'a Facts>) -> Look<'a> {
        Look { facts, has_missed: Cell::new(false) }
    }

    /// The facts; that they are missing is remembered.
    pub(super) fn facts(&self) -> Option<&'a Facts> {
        self.has_missed.set(self.has_missed.get() || self.facts.is_none());
        self.facts
    }

    /// Whether facts were missing.
    pub(super) fn has_missed(&self) -> bool {
        self.has_missed.get()
    }
}

/// The type of None.
const NONE: &str = "NoneType";

impl Sighting {
    fn holds(&self, line: LineNo) -> bool {
        (self.lines.0..=self.lines.1).contains(&line)
    }
}

/// What the values were, each sort once: `None`, `an empty list`, `a dict`.
fn kinds(seen: &[&Seen]) -> String {
    let mut kinds: Vec<String> = seen.iter().map(|seen| seen.kind()).collect();
    kinds.sort();
    kinds.dedup();
    kinds.truncate(4);
    kinds.join(" or ")
}

impl Seen {
    fn kind(&self) -> String {
        match (self.type_name.as_str(), self.len, &self.shown) {
            (NONE, ..) => "None".to_owned(),
            (name, Some(0), _) => format!("an empty {name}"),
            ("int" | "bool" | "float", None, Some(shown)) => format!("the {} {shown}", self.type_name),
            (name, Some(len), _) => format!("{} {name} of length {len}", article(name)),
            (name, ..) => format!("{} {name}", article(name)),
        }
    }
}

fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: u32) -> LineNo {
        LineNo::new(n).unwrap()
    }

    fn sighting(is_failure: bool, values: &[(&str, &str, Option<u64>)]) -> Sighting {
        let seen = |&(text, type_name, len): &(&str, &str, Option<u64>)| {
            (text.to_owned(), Seen { type_name: type_name.to_owned(), len, shown: None })
        };
        let values = values.iter().map(seen).collect();
        Sighting { path: RepoPath::new("a.py").unwrap(), line: line(4), lines: (line(3), line(5)), is_failure, values }
    }

    #[test]
    fn a_value_is_known_on_the_lines_of_its_statement_alone() {
        let facts = Facts(vec![sighting(true, &[("row", "NoneType", None)]), sighting(false, &[("row", "dict", Some(2))])]);
        let path = RepoPath::new("a.py").unwrap();
        assert_eq!(facts.types(&path, line(5), "row"), BTreeSet::from(["NoneType"]));
        assert!(facts.types(&path, line(6), "row").is_empty() && facts.types(&path, line(4), "rows").is_empty());
        assert_eq!(facts.nones(&path, line(4)), ["row"]);
    }

    #[test]
    fn what_was_seen_is_said_in_words() {
        let failed = sighting(true, &[("row", "NoneType", None), ("rows", "list", Some(0))]);
        let facts = Facts(vec![failed, sighting(false, &[("row", "dict", Some(2))])]);
        let told = facts.told(&RepoPath::new("a.py").unwrap(), line(4), &["row", "rows", "x"]);
        assert_eq!(told, ["`row` was None here; where this line did not fail it was a dict of length 2", "`rows` was an empty list here"]);
    }
}
