//! From a place to candidates: match, fill the holes diagonally, edit, refuse with reasons.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::bound::{Bound, Placed, Value};
use super::brackets::{Passed, bracketed};
use super::edit::{Edit, Op, Slot};
use super::refusal::Refusal;
use super::site::Site;
use super::vocabulary::Vocabulary;
use super::{Change, Template};
use crate::syntax::span;
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
    /// Names of the project that must be known first; ask again when they are.
    pub needs: Vec<String>,
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

    /// The places in `within` that the search tries: of [`Template::targets`] those of the kinds in `[search]`.
    pub fn search_targets(&self, site: &Site<'_>, within: ByteSpan) -> Vec<ByteSpan> {
        let Some(search) = &self.search else { return Vec::new() };
        let mut targets =
            self.placed(site, within, |node| search.kinds.is_empty() || search.kinds.iter().any(|kind| kind == node.node.kind()));
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
            let Some(node) = captured.get("target").filter(|&node| span(node) == target) else { continue };
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
                self.fill(distance, &path, state);
            } else if let Err(refusal) = self.make(distance, alternative, &path) {
                self.refuse(&refusal);
            }
        }
    }

    /// Tries every value of the next hole.
    fn fill(&mut self, distance: usize, path: &[usize], state: State<'s>) {
        let hole = &self.template.holes[state.n_filled];
        let values = match self.given.get(&hole.name) {
            Some(filling) => filling.value(state.target, hole.constraints.kinds()).into_iter().collect(),
            None => {
                let values = hole.values(self.site, self.vocabulary, &state.bound, state.target);
                self.found.needs.extend(values.needs);
                values.values
            }
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
                let outer = source.ancestors(inner).into_iter().take_while(|node| span(*node) == *place);
                let mut same = std::iter::once(inner).chain(outer);
                let node = same.find(|node| kinds.iter().any(|kind| kind == node.kind())).unwrap_or(inner);
                Some(Value::Node(Placed { source, node }))
            }
        }
    }
}
