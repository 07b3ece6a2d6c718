//! A hole: where its values come from, and the values at a place.

use super::bound::{Bound, Composed, Placed, Value};
use super::constraint::{Candidate, Constraints};
use super::pattern::Pattern;
use super::relation::{Sibling, gap, nearest};
use super::resolver::Resolver;
use super::scope::{Region, Scope};
use super::site::{Reply, Site};
use super::text::Text;
use super::vocabulary::Vocabulary;
use crate::syntax::span;

/// A hole of a template.
#[derive(Debug)]
pub(super) struct Hole {
    pub(super) name: String,
    pub(super) from: From,
    pub(super) constraints: Constraints,
    /// Whether something is done at its place: then the same text elsewhere is another value.
    pub(super) is_place: bool,
}

/// Where the values of a hole come from.
#[derive(Debug)]
pub(super) enum From {
    Query { pattern: Pattern, scopes: Vec<Scope>, is_each: bool },
    Ingredient { name: String, scopes: Vec<Scope> },
    OneOf(Vec<Text>),
    Nearest { kind: String, of: String },
    Sibling { which: Sibling, of: String },
    Family { names: Vec<String>, of: String },
    Map { texts: Vec<(String, String)>, of: String },
    Resolver(Resolver),
    Given { default: Option<Text> },
}

/// The values of a hole at a place.
#[derive(Default)]
pub(super) struct Values<'s> {
    pub(super) values: Vec<Value<'s>>,
    /// Names of the project that a resolver must know first.
    pub(super) needs: Vec<String>,
}

impl From {
    /// The holes that it refers to.
    pub(super) fn holes(&self) -> Vec<&str> {
        match self {
            From::Query { pattern, scopes, .. } => {
                pattern.captures().iter().filter(|name| *name != "it").map(String::as_str).chain(scope_holes(scopes)).collect()
            }
            From::Ingredient { scopes, .. } => scope_holes(scopes).collect(),
            From::OneOf(texts) => texts.iter().flat_map(Text::holes).collect(),
            From::Nearest { of, .. } | From::Sibling { of, .. } | From::Family { of, .. } | From::Map { of, .. } => vec![of],
            From::Resolver(resolver) => vec![resolver.of()],
            From::Given { default } => default.iter().flat_map(Text::holes).collect(),
        }
    }

    /// The holes whose place it refers to.
    pub(super) fn places(&self) -> Vec<&str> {
        match self {
            From::Query { scopes, .. } | From::Ingredient { scopes, .. } => scope_holes(scopes).collect(),
            From::Nearest { of, .. } | From::Sibling { of, .. } => vec![of],
            _ => Vec::new(),
        }
    }
}

fn scope_holes(scopes: &[Scope]) -> impl Iterator<Item = &str> {
    scopes.iter().filter_map(|scope| match scope {
        Scope::Hole(name) => Some(name.as_str()),
        _ => None,
    })
}

impl Hole {
    /// The values at `target`, the best first.
    pub(super) fn values<'s>(
        &'s self,
        site: &'s Site<'s>,
        vocabulary: &'s Vocabulary,
        bound: &Bound<'s>,
        target: Placed<'s>,
    ) -> Values<'s> {
        let place = Place { site, vocabulary, bound, target };
        let candidates = match &self.from {
            From::Query { pattern, scopes, .. } => place.found(pattern, None, scopes),
            From::Ingredient { name, scopes } => place.ingredients(name, scopes),
            From::OneOf(texts) => texts.iter().filter_map(|text| place.composed(text)).collect(),
            From::Nearest { kind, of } => place.nearest(kind, of),
            From::Sibling { which, of } => place.siblings(*which, of),
            From::Family { names, of } => place.family(names, of),
            From::Map { texts, of } => place.mapped(texts, of),
            From::Resolver(resolver) => match resolver.ask(site, bound, target) {
                Reply::Values(values) => values.into_iter().map(Candidate::text).collect(),
                Reply::Unknown => Vec::new(),
                Reply::Need(needs) => return Values { values: Vec::new(), needs },
            },
            From::Given { default } => default.iter().filter_map(|text| place.composed(text)).collect(),
        };
        let kept = self.constraints.keep(candidates, site, vocabulary, bound, self.is_place);
        let values = if matches!(self.from, From::Query { is_each: true, .. }) { together(kept) } else { kept };
        Values { values, needs: Vec::new() }
    }
}

/// All nodes as one value, in the order of the file.
fn together(values: Vec<Value<'_>>) -> Vec<Value<'_>> {
    let mut nodes: Vec<Placed<'_>> = Vec::new();
    for value in values {
        if let Value::Node(node) = value {
            nodes.push(node);
        }
    }
    nodes.sort_by_key(|node| (node.source.path().clone(), node.span()));
    if nodes.is_empty() { Vec::new() } else { vec![Value::Nodes(nodes)] }
}

/// The place for which a hole is filled.
struct Place<'p, 's> {
    site: &'s Site<'s>,
    vocabulary: &'s Vocabulary,
    bound: &'p Bound<'s>,
    target: Placed<'s>,
}

impl<'s> Place<'_, 's> {
    /// What `pattern` captures as `@it` in `scopes`: scope by scope, in each the nearest to the target first.
    fn found(&self, pattern: &'s Pattern, role: Option<&str>, scopes: &[Scope]) -> Vec<Candidate<'s>> {
        let mut found = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for scope in scopes {
            let mut near: Vec<Candidate<'s>> = Vec::new();
            for region in scope.regions(self.site, self.vocabulary, self.bound, self.target) {
                near.extend(self.found_in(pattern, role, region).filter(|(id, _)| seen.insert(*id)).map(|(_, candidate)| candidate));
            }
            near.sort_by_key(|candidate| match candidate.value {
                Value::Node(node) if node.is_beside(self.target) => gap(node.node, self.target.node),
                _ => usize::MAX,
            });
            found.extend(near);
        }
        found
    }

    fn found_in(
        &self,
        pattern: &'s Pattern,
        role: Option<&str>,
        region: Region<'s>,
    ) -> impl Iterator<Item = ((*const (), usize), Candidate<'s>)> {
        let source = region.source;
        pattern.matches(source, region.within).into_iter().flat_map(move |captured| {
            let is_joined = captured
                .iter()
                .filter(|(name, _)| *name != "it" && self.bound.has(name))
                .all(|(name, node)| self.bound.text(name).is_some_and(|text| text == source.text_of(node)));
            let nodes: Vec<_> = captured.all("it").filter(|_| is_joined).collect();
            nodes.into_iter().filter_map(move |node| {
                let is_inside = region.within.contains(span(node));
                let is_role = || role.is_none_or(|role| self.vocabulary.has_role(source, node, role));
                let candidate = Candidate { value: Value::Node(Placed { source, node }), captured: Some(captured.clone()) };
                (is_inside && is_role()).then(|| ((std::ptr::from_ref(source).cast(), node.id()), candidate))
            })
        })
    }

    fn ingredients(&self, name: &str, scopes: &[Scope]) -> Vec<Candidate<'s>> {
        let Some(ingredient) = self.vocabulary.ingredient(name) else { return Vec::new() };
        let mut found = Vec::new();
        for scope in scopes {
            match scope {
                Scope::Builtins => found.extend(self.vocabulary.builtins(name).iter().map(Candidate::text)),
                scope => found.extend(self.found(&ingredient.pattern, ingredient.role.as_deref(), std::slice::from_ref(scope))),
            }
        }
        found
    }

    fn composed(&self, text: &'s Text) -> Option<Candidate<'s>> {
        let value = if text.holes().next().is_none() {
            Value::Text(self.bound.plain(text)?)
        } else {
            self.bound.plain(text).map(|_| Value::Composed(Composed(text)))?
        };
        Some(Candidate { value, captured: None })
    }

    fn nearest(&self, kind: &str, of: &str) -> Vec<Candidate<'s>> {
        let nearest = |of: Placed<'s>| nearest(self.vocabulary, of.source, of.node, kind).map(|node| Placed { node, ..of });
        self.bound.node(of).and_then(nearest).map(Candidate::node).into_iter().collect()
    }

    fn siblings(&self, which: Sibling, of: &str) -> Vec<Candidate<'s>> {
        let Some(of) = self.bound.node(of) else { return Vec::new() };
        which.of(of.source, of.node).into_iter().map(|node| Candidate::node(Placed { node, ..of })).collect()
    }

    fn family(&self, names: &[String], of: &str) -> Vec<Candidate<'s>> {
        let Some(of) = self.bound.text(of) else { return Vec::new() };
        let families = names.iter().map(|name| self.vocabulary.family(name)).filter(|members| members.iter().any(|member| **member == *of));
        families.flatten().filter(|member| **member != *of).map(Candidate::text).collect()
    }

    fn mapped(&self, texts: &[(String, String)], of: &str) -> Vec<Candidate<'s>> {
        let of = self.bound.text(of);
        texts.iter().filter(|(from, _)| Some(from.as_str()) == of.as_deref()).map(|(_, to)| Candidate::text(to)).collect()
    }
}
