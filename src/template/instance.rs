//! From a place to candidates: match, fill the holes diagonally, edit, refuse with reasons.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::bound::{Bound, Placed, Value};
use super::brackets::{Passed, bracketed};
use super::edit::{Edit, Op, Slot};
use super::refusal::Refusal;
use super::relation::nearest;
use super::site::Site;
use super::vocabulary::Vocabulary;
use super::{Change, Template};
use crate::symbols::Wanted;
use crate::text::{ByteSpan, EditSet, RepoPath};

/// How many fillings are tried for each candidate that may be made; most are refused by a `where` or the gate.
const TRIES_PER_CANDIDATE: usize = 30;

/// What fills a hole from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filling {
    /// A text.
    Text(String),
    /// A node of the site's file.
    Node(ByteSpan),
}

/// What a template gives at one place.
#[derive(Debug, Default)]
pub struct Instances {
    /// The candidates, the best first.
    pub made: Vec<Instance>,
    /// How often each reason refused a filling.
    pub refused: BTreeMap<String, u32>,
    /// What of the project must be known first; ask again when it is.
    pub needs: Vec<Wanted>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// What to change in which file.
    pub edits: BTreeMap<RepoPath, EditSet>,
    /// The template's prior over one plus the ranks of its fillings: higher is better.
    pub rank: f64,
    /// The texts of the holes.
    pub filled: BTreeMap<String, String>,
}

/// A partial filling: how far from the best values, which alternative, which value of each hole.
type Key = (usize, usize, Vec<usize>);

struct State<'s> {
    bound: Bound<'s>,
    target: Placed<'s>,
    /// How many holes are filled.
    n_filled: usize,
}

/// The search at one place: partial fillings in the order of their keys, so that no hole runs through all its values while
/// another stays at its first.
struct Search<'s> {
    template: &'s Template,
    site: &'s Site<'s>,
    vocabulary: &'s Vocabulary,
    given: &'s BTreeMap<String, Filling>,
    heap: BinaryHeap<Reverse<Key>>,
    states: BTreeMap<Vec<usize>, State<'s>>,
    seen: BTreeSet<Vec<(RepoPath, [u8; 32])>>,
    found: Instances,
}

impl Template {
    /// The candidates at `target`, which is a `@target` of the template; `given` overrides the sources of holes.
    pub fn instances(&self, site: &Site<'_>, target: ByteSpan, given: &BTreeMap<String, Filling>) -> Instances {
        instances(self, site, target, given)
    }

    /// The places in `within` that the template's query and its tests of them allow: those that start there, in order, each once.
    pub fn targets(&self, site: &Site<'_>, within: ByteSpan) -> Vec<ByteSpan> {
        let mut targets = self.placed(site, within, |_| true);
        targets.dedup();
        targets
    }

    /// The places in `within` that the search tries: of [`Template::targets`] those of the kinds in `[search]`, but none in a
    /// function with a syntax error, whose tree says little.
    pub fn search_targets(&self, site: &Site<'_>, within: ByteSpan) -> Vec<ByteSpan> {
        let (Some(search), Some(vocabulary)) = (&self.search, site.templates.vocabulary_of(site.source)) else { return Vec::new() };
        let is_kind = |node: Placed<'_>| search.kinds.is_empty() || search.kinds.iter().any(|kind| kind == node.node.kind());
        let mut targets = self.placed(site, within, |node| is_kind(node) && !is_in_error(vocabulary, node));
        targets.dedup();
        targets
    }

    fn placed(&self, site: &Site<'_>, within: ByteSpan, is_wanted: impl Fn(Placed<'_>) -> bool) -> Vec<ByteSpan> {
        if site.source.language().id() != self.language {
            return Vec::new();
        }
        let mut targets = Vec::new();
        for captured in self.pattern.matches(site.source, within) {
            let bound = Bound::of(site.source, &captured);
            let Some(target) = bound.node("target") else { continue };
            let starts_inside = within.start <= target.span().start && target.span().start < within.end;
            if starts_inside && is_wanted(target) && self.tests.holds_since(None, site, &bound) {
                targets.push(target.span());
            }
        }
        targets.sort();
        targets
    }
}

fn is_in_error(vocabulary: &Vocabulary, placed: Placed<'_>) -> bool {
    let around = |name| nearest(vocabulary, placed.source, placed.node, name);
    around("function").or_else(|| around("statement")).is_some_and(|node| node.has_error())
}

fn instances(template: &Template, site: &Site<'_>, target: ByteSpan, given: &BTreeMap<String, Filling>) -> Instances {
    let vocabulary = site.templates.vocabulary_of(site.source).filter(|_| site.source.language().id() == template.language);
    let Some(vocabulary) = vocabulary else { return Instances::default() };
    let mut search = Search {
        template,
        site,
        vocabulary,
        given,
        heap: BinaryHeap::new(),
        states: BTreeMap::new(),
        seen: BTreeSet::new(),
        found: Instances::default(),
    };
    search.start(target);
    search.run();
    search.found
}

impl<'s> Search<'s> {
    /// Every match whose target is `target` begins a filling.
    fn start(&mut self, target: ByteSpan) {
        let source = self.site.source;
        let mut n_matches = 0;
        for captured in self.template.pattern.matches(source, target) {
            let Some(node) = captured.get("target").filter(|&node| source.span_of(node) == target) else { continue };
            let bound = Bound::of(source, &captured);
            let state = State { bound, target: Placed { source, node }, n_filled: 0 };
            self.offer(0, vec![n_matches], state, None);
            n_matches += 1;
        }
        if n_matches == 0 {
            self.refuse(&Refusal::NoMatch);
        }
    }

    fn run(&mut self) {
        let mut tries = self.template.limit.saturating_mul(TRIES_PER_CANDIDATE);
        while let Some(Reverse((distance, alternative, path))) = self.heap.pop() {
            if tries == 0 || self.found.made.len() >= self.template.limit {
                self.refuse(&Refusal::Limit);
                return;
            }
            tries -= 1;
            let state = self.states.get(&path).expect("each key in the heap has its state");
            if state.n_filled < self.template.holes.len() {
                let state = self.states.remove(&path).expect("it was just there");
                self.fill(distance, &path, &state);
            } else if let Err(refusal) = self.make(distance, alternative, &path) {
                self.refuse(&refusal);
            }
        }
    }

    /// Tries every value of the next hole.
    fn fill(&mut self, distance: usize, path: &[usize], state: &State<'s>) {
        let hole = &self.template.holes[state.n_filled];
        let values = if let Some(filling) = self.given.get(&hole.name) {
            filling.value(state.target, hole.constraints.kinds()).into_iter().collect()
        } else {
            let values = hole.values(self.site, self.vocabulary, &state.bound, state.target);
            self.found.needs.extend(values.needs);
            values.values
        };
        if values.is_empty() {
            self.refuse(&Refusal::Unfilled(hole.name.clone()));
        }
        for (at, value) in values.into_iter().enumerate() {
            let mut bound = state.bound.clone();
            bound.set(hole.name.as_str(), value);
            let path = path.iter().copied().chain([at]).collect();
            self.offer(distance + at, path, State { bound, target: state.target, n_filled: state.n_filled + 1 }, Some(&hole.name));
        }
    }

    /// Keeps a filling if the tests that can be asked since `name` was filled hold.
    fn offer(&mut self, distance: usize, path: Vec<usize>, state: State<'s>, name: Option<&str>) {
        if !self.template.tests.holds_since(name, self.site, &state.bound) {
            return self.refuse(&Refusal::Where);
        }
        let is_full = state.n_filled == self.template.holes.len();
        let n_alternatives = if is_full { self.template.change.n_alternatives() } else { 1 };
        self.heap.extend((0..n_alternatives).map(|alternative| Reverse((distance, alternative, path.clone()))));
        self.states.insert(path, state);
    }

    /// Makes the candidate of a full filling.
    fn make(&mut self, distance: usize, alternative: usize, path: &[usize]) -> Result<(), Refusal> {
        let state = &self.states[path];
        let slots = self.slots(alternative, &state.bound)?;
        if slots.iter().any(|slot| self.site.tests.iter().any(|test| test.path() == slot.source.path())) {
            return Err(Refusal::Test);
        }
        let Passed { edits, texts } = bracketed(self.vocabulary, &state.bound, &slots)?;
        let text_hashes = texts.into_iter().map(|(path, text)| (path, *blake3::hash(&text).as_bytes())).collect();
        if !self.seen.insert(text_hashes) {
            return Err(Refusal::Duplicate);
        }
        let prior = self.template.search.as_ref().map_or(1.0, |search| search.prior);
        let steps = u32::try_from(distance).unwrap_or(u32::MAX);
        self.found.made.push(Instance { edits, rank: prior / (1.0 + f64::from(steps)), filled: state.bound.texts() });
        Ok(())
    }

    fn slots(&self, alternative: usize, bound: &Bound<'s>) -> Result<Vec<Slot<'s>>, Refusal> {
        let edits: &[Edit] = match &self.template.change {
            Change::Rewrite(edits) => std::slice::from_ref(&edits[alternative]),
            Change::Edits(edits) => edits,
        };
        let slots: Result<Vec<Vec<Slot<'s>>>, Refusal> = edits.iter().map(|edit| edit.slots(self.vocabulary, bound)).collect();
        Ok(slots?.into_iter().flatten().collect())
    }

    fn refuse(&mut self, refusal: &Refusal) {
        *self.found.refused.entry(refusal.to_string()).or_default() += 1;
    }
}

impl Template {
    /// Whether it puts an import.
    pub(crate) fn change_imports(&self) -> bool {
        matches!(&self.change, Change::Edits(edits) if edits.iter().any(|edit| edit.op == Op::Import))
    }
}

impl Change {
    fn n_alternatives(&self) -> usize {
        match self {
            Change::Rewrite(edits) => edits.len(),
            Change::Edits(_) => 1,
        }
    }
}

impl Filling {
    /// The value at `target`'s file; of several nodes with the same bytes the one of `kinds`.
    fn value<'s>(&self, target: Placed<'s>, kinds: &[String]) -> Option<Value<'s>> {
        match self {
            Filling::Text(text) => Some(Value::Text(text.clone())),
            Filling::Node(place) => {
                let source = target.source;
                let inner = source.node_at(*place)?;
                let outer = source.ancestors(inner).into_iter().take_while(|node| source.span_of(*node) == *place);
                let mut same = std::iter::once(inner).chain(outer);
                let node = same.find(|node| kinds.iter().any(|kind| kind == node.kind())).unwrap_or(inner);
                Some(Value::Node(Placed { source, node }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::syntax::Source;
    use crate::template::NoKnowledge;
    use crate::template::check::python;

    #[test]
    fn the_search_tries_its_kinds_and_leaves_broken_functions_alone() {
        let templates = python("match = '(_) @target'\nrewrite = ['x']\nsearch = { prior = 2.0, kinds = ['integer'] }").load().unwrap();
        let text = "def f():\n    return 1\n\n\ndef g():\n    return 2 +\n";
        let source = Source::parse(RepoPath::new("x.py").unwrap(), Arc::from(text.as_bytes())).unwrap();
        let site = Site { templates: &templates, source: &source, project: &[], tests: &[], knowledge: &NoKnowledge };
        let template = templates.get("python/x").unwrap();
        let targets = template.search_targets(&site, ByteSpan::new(0, text.len()));
        assert_eq!(targets.iter().map(|target| source.text(*target)).collect::<Vec<_>>(), ["1"]);
        assert!(template.targets(&site, ByteSpan::new(0, text.len())).len() > 5);
        let line = source.lines().span_of(crate::text::LineNo::new(2).unwrap()).unwrap();
        assert_eq!(template.search_targets(&site, line), targets, "a line holds the places that start on it");
        assert_eq!(template.search_targets(&site, ByteSpan::new(0, 9)), []);
    }

    #[test]
    fn the_rank_falls_with_the_distance_from_the_best_values() {
        let templates =
            python("match = '(integer) @target'\nholes.a = { one_of = ['a', 'b', 'c'] }\nrewrite = ['$a']\nsearch = { prior = 6.0 }")
                .load()
                .unwrap();
        let source = Source::parse(RepoPath::new("x.py").unwrap(), Arc::from(&b"1\n"[..])).unwrap();
        let site = Site { templates: &templates, source: &source, project: &[], tests: &[], knowledge: &NoKnowledge };
        let made = templates.get("python/x").unwrap().instances(&site, ByteSpan::new(0, 1), &BTreeMap::new()).made;
        assert_eq!(made.iter().map(|instance| instance.rank).collect::<Vec<_>>(), [6.0, 3.0, 2.0]);
    }

    #[test]
    fn a_template_says_nothing_about_another_language_or_place() {
        let templates = python("match = '(integer) @target'\nrewrite = ['x']").load().unwrap();
        let template = templates.get("python/x").unwrap();
        let source = Source::parse(RepoPath::new("x.rs").unwrap(), Arc::from(&b"fn f() { 1 }\n"[..])).unwrap();
        let site = Site { templates: &templates, source: &source, project: &[], tests: &[], knowledge: &NoKnowledge };
        assert_eq!(template.targets(&site, ByteSpan::new(0, 10)), []);
        assert!(template.instances(&site, ByteSpan::new(9, 10), &BTreeMap::new()).made.is_empty());
        python("match = '(integer) @target'\nrewrite = ['x']").check("a\n", &[]);
    }

    #[test]
    fn the_limit_counts_after_the_order() {
        let sample = python("match = '(integer) @target'\nlimit = 2\nholes.a = { one_of = ['1', '2', 'c', 'd'] }\nrewrite = ['$a']");
        sample.check("1\n", &["2\n", "c\n"]);
    }
}
