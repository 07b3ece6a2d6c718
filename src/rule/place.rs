//! The `[code]` part of a rule: from a line of the source to the places that the failure can be about.

use std::collections::BTreeMap;

use super::Rule;
use super::mark::{Mark, Marked};
use super::trigger::Groups;
use crate::symbols::Wanted;
use crate::syntax::{Captured, Source, span};
use crate::template::{Bound, Pattern, Site, Value, Where, nearest};
use crate::text::{ByteSpan, LineNo, RepoPath};

/// How many places one rule names at most: more of them explain nothing.
const N_PLACES: usize = 40;

/// Where the place is.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) within: Within,
    pub(super) query: Pattern,
    /// What the tests call `target`: what the first fix changes.
    pub(super) target: Option<String>,
    /// Capture and the group whose text it must have.
    pub(super) equal: Vec<(String, String)>,
    /// Captures, of which one must be what the log marks; empty where any node will do.
    pub(super) marked: Vec<String>,
    /// Words of the files from which the fixes take what they need.
    pub(super) beside: Vec<String>,
    pub(super) tests: Where,
    /// The groups of the event, which the tests may name; one that took no part in the match is the empty text there.
    pub(super) groups: Vec<String>,
}

/// Where a query looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Line,
    Label,
    Statement,
    Function,
    File,
    Project,
}

/// A place that a failure can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: RepoPath,
    /// The place itself: what the first fix changes; the line, for a rule without `[code]`.
    pub span: ByteSpan,
    /// The nodes that the rule's query captured, by name.
    pub captures: BTreeMap<String, ByteSpan>,
}

/// Bytes of one file in which a query looks.
#[derive(Clone, Copy)]
struct Region<'s> {
    source: &'s Source,
    within: ByteSpan,
    /// A match must lie inside; else it is enough that a captured node begins or ends there.
    is_border: bool,
}

/// What the log says of the place that `[code] marked` names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Aim {
    /// Nothing: any node will do.
    Any,
    /// It is just at one of these: two frames of a call stack may stand on one line, such as those of a generator and of what asks it.
    At(Vec<Marked>),
    /// It is in another file.
    Elsewhere,
}

impl Rule {
    /// How often the code of the rule stands in `source`, whatever a failure would say: what the words of a message would pick among.
    /// None for a rule without `[code]`.
    pub fn count_in(&self, site: &Site<'_>) -> Option<usize> {
        let (code, source) = (self.code.as_ref()?, site.source);
        if source.language().id() != self.language {
            return Some(0);
        }
        let mut seen = std::collections::BTreeSet::new();
        for captured in code.query.matches(source, ByteSpan::new(0, source.bytes().len())) {
            let mut bound = Bound::of(source, &captured);
            if let Some(target) = code.target.as_deref().and_then(|name| bound.get(name)).filter(|_| !bound.has("target")).cloned() {
                bound.set("target", target);
            }
            for name in code.groups.iter().filter(|name| !bound.has(name)).collect::<Vec<_>>() {
                bound.set(name.as_str(), Value::Text(String::new()));
            }
            if code.tests.holds(site, &bound) {
                seen.extend(self.found(source, &captured).map(|found| found.span));
            }
        }
        Some(seen.len())
    }

    /// The places that a failure at `line` of the site's file can be about, in the order of the file.
    ///
    /// `groups` is what [`Rule::answers`] gave; `line` is where the failure shows now, which need not be the line that was printed.
    pub fn places(&self, site: &Site<'_>, line: LineNo, groups: &Groups) -> Vec<Found> {
        let source = site.source;
        if let Some(form) = &self.line {
            return form.place(source, line).filter(|_| source.language().id() == self.language).into_iter().collect();
        }
        let Some(code) = &self.code else { return self.whole_line(source, line) };
        let aim = code.aim(source, line, groups);
        let mut places = Vec::new();
        let wanted = |name: &str| code.equal.iter().find(|(capture, _)| capture == name).and_then(|(_, group)| groups.get(group));
        for region in code.regions(site, line, groups) {
            for captured in code.query.matches_joined(region.source, region.within, wanted) {
                if places.len() < N_PLACES && region.holds(&captured) && code.fits(site, region.source, &captured, groups, &aim) {
                    places.extend(self.found(region.source, &captured).filter(|found| !places.contains(found)));
                }
            }
        }
        places
    }

    /// The words of the failure whose definitions must be among the project's sources before [`Rule::places`] can find them: those that a
    /// rule compares with code of other files.
    pub fn sought(&self, groups: &Groups) -> Vec<Wanted> {
        let Some(code) = self.code.as_ref().filter(|code| code.within == Within::Project) else { return Vec::new() };
        let wanted = |(capture, group): &(String, String)| Some(Wanted::new(code.query.role_of(capture), groups.get(group)?));
        code.equal.iter().filter_map(wanted).collect()
    }

    /// Words: the files of the project that hold one of them must be among its sources before a place or a fix is sought.
    pub fn beside(&self) -> &[String] {
        self.code.as_ref().map_or(&[], |code| &code.beside)
    }

    fn whole_line(&self, source: &Source, line: LineNo) -> Vec<Found> {
        let is_ours = source.language().id() == self.language;
        let span = source.lines().span_of(line).filter(|_| is_ours);
        span.map(|span| Found { path: source.path().clone(), span, captures: BTreeMap::new() }).into_iter().collect()
    }

    fn found(&self, source: &Source, captured: &Captured<'_>) -> Option<Found> {
        let names = captured.iter().filter(|(name, _)| !name.starts_with('_'));
        // Of several nodes of one name the first counts.
        let nodes: BTreeMap<String, ByteSpan> = names.filter_map(|(name, _)| Some((name.to_owned(), span(captured.get(name)?)))).collect();
        let target = self.fixes.iter().find_map(|fix| nodes.get(&fix.target));
        let span = *target.or_else(|| nodes.values().next())?;
        Some(Found { path: source.path().clone(), span, captures: nodes })
    }
}

impl Code {
    /// What the log marks in this file.
    fn aim(&self, source: &Source, line: LineNo, groups: &Groups) -> Aim {
        let bytes = |mark: &Mark, shift: i64| mark.bytes(source.bytes(), source.lines(), shift);
        let at = |marks: Vec<Marked>| if marks.is_empty() { Aim::Any } else { Aim::At(marks) };
        match &groups.label {
            _ if self.marked.is_empty() && self.within != Within::Label => Aim::Any,
            Some(label) if label.is_in(source.path()) => at(bytes(label, shift(source, line, groups)).into_iter().collect()),
            Some(_) => Aim::Elsewhere,
            None => {
                let is_here = |mark: &&Mark| mark.is_in(source.path()) && mark.line == line.get();
                at(groups.marks.iter().filter(is_here).filter_map(|mark| bytes(mark, 0)).collect())
            }
        }
    }

    fn regions<'s>(&self, site: &Site<'s>, line: LineNo, groups: &Groups) -> Vec<Region<'s>> {
        let source = site.source;
        let whole = |source: &'s Source| Region { source, within: ByteSpan::new(0, source.bytes().len()), is_border: true };
        let lines = |first: LineNo, last: LineNo| {
            let (first, last) = (source.lines().span_of(first)?, source.lines().span_of(last)?);
            Some(Region { source, within: ByteSpan::new(first.start, last.end), is_border: false })
        };
        let label = || groups.label.as_ref()?.lines(shift(source, line, groups));
        match self.within {
            Within::Line => lines(line, line).into_iter().collect(),
            Within::Label => label().or(Some((line, line))).and_then(|(first, last)| lines(first, last)).into_iter().collect(),
            Within::Statement => around(site, line, "statement").into_iter().collect(),
            Within::Function => around(site, line, "function").into_iter().collect(),
            Within::File => vec![whole(source)],
            Within::Project => {
                let others = site.project.iter().copied().filter(|other| other.path() != source.path());
                std::iter::once(source).chain(others).map(whole).collect()
            }
        }
    }

    /// Whether the match is the marked one, has the texts of the groups, and passes the tests.
    fn fits(&self, site: &Site<'_>, source: &Source, captured: &Captured<'_>, groups: &Groups, aim: &Aim) -> bool {
        let is_marked = match aim {
            Aim::Any => true,
            Aim::At(marks) => {
                let is_at = |place| marks.iter().any(|mark| mark.is(place));
                self.marked.is_empty() || self.marked.iter().filter_map(|name| captured.get(name)).any(|node| is_at(span(node)))
            }
            Aim::Elsewhere => false,
        };
        let is_equal = |(name, group): &(String, String)| captured.get(name).map(|node| source.text_of(node)) == groups.get(group);
        is_marked && self.equal.iter().all(is_equal) && {
            let mut bound = Bound::of(source, captured);
            if let Some(target) = self.target.as_deref().and_then(|name| bound.get(name)).filter(|_| !bound.has("target")).cloned() {
                bound.set("target", target);
            }
            for name in &self.groups {
                if !bound.has(name) {
                    bound.set(name.as_str(), Value::Text(groups.get(name).unwrap_or_default().to_owned()));
                }
            }
            self.tests.holds(&Site { source, ..*site }, &bound)
        }
    }
}

impl Region<'_> {
    /// Whether the match is about the region: inside of it, or with a node that begins or ends on its lines. A call over several lines is
    /// reported at the line of the method's name, an operator at the line where its left operand begins.
    fn holds(&self, captured: &Captured<'_>) -> bool {
        let within = self.within;
        let mut spans = captured.iter().map(|(_, node)| span(node));
        if self.is_border {
            return spans.all(|span| within.contains(span));
        }
        spans.any(|span| {
            (within.start..within.end.max(within.start + 1)).contains(&span.start) || (within.start < span.end && span.end <= within.end)
        })
    }
}

/// How far the failure's line lies from where the log says it is; the labels moved with it.
fn shift(source: &Source, line: LineNo, groups: &Groups) -> i64 {
    let printed = groups.marks.iter().find(|mark| mark.is_in(source.path()));
    printed.map_or(0, |mark| i64::from(line.get()) - i64::from(mark.line))
}

/// The nearest node of the sort `name` around the code of `line`; the line itself where there is none.
fn around<'s>(site: &Site<'s>, line: LineNo, name: &str) -> Option<Region<'s>> {
    let source = site.source;
    let line_span = source.lines().span_of(line)?;
    let text = source.text(line_span);
    let start = line_span.start + (text.len() - text.trim_start().len());
    let code = ByteSpan::new(start, (start + text.trim().len()).max(start));
    let vocabulary = site.templates.vocabulary_of(source)?;
    let node = source.covering(code).and_then(|node| nearest(vocabulary, source, node, name));
    let within = node.map_or(line_span, span);
    Some(Region { source, within, is_border: node.is_some() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::event::{Event, Frame, Label, Place};
    use crate::rule::{Catalogue, Symptom};
    use crate::syntax::{LanguageId, Source};
    use crate::template::{NoKnowledge, Site};
    use crate::text::{LineNo, RepoPath};

    /// The texts of the places that the embedded rule `id` finds in `src/a.rs` (or `.py`) for `event`, whose line is now `line`.
    fn places(id: &str, text: &str, event: &Event, line: u32) -> Vec<String> {
        let catalogue = Catalogue::embedded();
        let path = if event.language == LanguageId::PYTHON { "src/a.py" } else { "src/a.rs" };
        let source = Source::parse(RepoPath::new(path).unwrap(), Arc::from(text.as_bytes())).unwrap();
        let site = Site { templates: catalogue.templates(), source: &source, project: &[], tests: &[], knowledge: &NoKnowledge };
        let rule = catalogue.get(id).unwrap();
        let groups = rule.answers(&Symptom::of(event)).unwrap();
        let places = rule.places(&site, LineNo::new(line).unwrap(), &groups);
        places.iter().map(|found| source.text(found.span).to_owned()).collect()
    }

    fn place(file: &str, line: u32, column: u32) -> Place {
        Place { file: file.to_owned(), line: Some(line), column: Some(column), function: None }
    }

    fn panic(message: &str, line: u32, column: u32) -> Event {
        Event { raised_at: Some(place("/home/u/src/a.rs", line, column)), ..Event::new(LanguageId::RUST, "panic", message) }
    }

    fn label(text: &str, file: &str, line: u32, columns: (u32, u32), is_primary: bool) -> Label {
        let text = text.to_owned();
        Label { place: place(file, line, columns.0), end_line: Some(line), end_column: Some(columns.1), bytes: None, text, is_primary }
    }

    fn moved(file: &str) -> Event {
        let labels = vec![
            label("value borrowed here after move", "src/a.rs", 3, (10, 11), true),
            label("value moved here", file, 2, (10, 11), false),
        ];
        Event { raised_at: Some(place("src/a.rs", 3, 10)), labels, ..Event::new(LanguageId::RUST, "E0382", "borrow of moved value: `v`") }
    }

    #[test]
    fn the_column_of_a_panic_picks_one_of_several_places() {
        let text = "fn f(v: &[i32], w: &[i32]) -> i32 {\n    v[1] + w[2]\n}\n";
        let event = |column| panic("index out of bounds: the len is 1 but the index is 1", 2, column);
        assert_eq!(places("rust/index-past-end", text, &event(12), 2), ["w[2]"]);
        assert_eq!(places("rust/index-past-end", text, &event(13), 2), ["w[2]"], "newer compilers name the bracket");
        assert!(places("rust/index-past-end", text, &event(10), 2).is_empty(), "no index begins there");
    }

    #[test]
    fn without_columns_every_place_of_the_line_may_be_meant() {
        let text = "fn f(v: &[i32], w: &[i32]) -> i32 {\n    v[1] + w[2]\n}\n";
        let mut event = panic("index out of bounds: the len is 1 but the index is 1", 2, 1);
        event.raised_at.as_mut().unwrap().column = None;
        assert_eq!(places("rust/index-past-end", text, &event, 2), ["v[1]", "w[2]"]);
    }

    #[test]
    fn each_of_two_frames_on_one_line_marks_a_place() {
        let text = "def f(rows):\n    return sum(row['a'] for row in rows)\n";
        let frame = |marked| Frame { place: Place { column: None, ..place("src/a.py", 2, 0) }, marked: Some(marked), source: None };
        let frames = vec![frame(7..36), frame(11..19)];
        let event = Event { frames, ..Event::new(LanguageId::PYTHON, "KeyError", "'a'") };
        assert_eq!(places("python/missing-key", text, &event, 2), ["row['a']"]);
        let elsewhere = Event { frames: vec![frame(7..36)], ..event };
        assert!(places("python/missing-key", text, &elsewhere, 2).is_empty(), "only the sum is marked");
    }

    #[test]
    fn a_call_over_several_lines_is_found_at_the_line_of_its_method() {
        let text = "fn f(s: &str) -> i32 {\n    s.trim()\n        .parse()\n        .ok()\n        .unwrap()\n}\n";
        let event = panic("called `Option::unwrap()` on a `None` value", 5, 10);
        assert_eq!(places("rust/unwrap-none", text, &event, 5).len(), 1);
        assert!(places("rust/unwrap-none", text, &event, 4).is_empty());
    }

    #[test]
    fn labels_move_with_the_line_and_stay_in_their_file() {
        let text = "fn f(v: Vec<i32>) {\n    show(v);\n    show(&v);\n}\n";
        assert_eq!(places("rust/moved-value", text, &moved("src/a.rs"), 3), ["v"]);
        assert_eq!(places("rust/moved-value", &format!("// new\n\n{text}"), &moved("src/a.rs"), 5), ["v"]);
        assert!(places("rust/moved-value", text, &moved("src/b.rs"), 3).is_empty());
    }

    #[test]
    fn a_function_is_searched_no_further_than_its_end() {
        let text = "fn f() {\n    let v = 1;\n}\nfn g() {\n    let v = 2;\n    v += 1;\n}\n";
        let event = Event::new(LanguageId::RUST, "E0384", "cannot assign twice to immutable variable `v`");
        assert_eq!(places("rust/assigned-twice", text, &event, 6), ["v"]);
        assert!(places("rust/assigned-twice", text, &event, 99).is_empty());
    }
}
