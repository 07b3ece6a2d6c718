//! What a hole refuses of all that its source gives.

use super::bound::{Bound, Placed, Value};
use super::error::{Problem, known};
use super::file::HoleFile;
use super::site::Site;
use super::vocabulary::Vocabulary;
use crate::syntax::Captured;

/// How many values a hole tries, if it does not say.
const LIMIT: usize = 20;

/// The constraints of one hole.
#[derive(Debug)]
pub(super) struct Constraints {
    not: Vec<String>,
    apart: Vec<String>,
    like: Option<String>,
    /// The hole whose text the value must end with, as whole words and whatever the case.
    ends: Option<String>,
    type_name: Option<Type>,
    equal: Vec<(String, String)>,
    kinds: Vec<String>,
    role: Option<String>,
    limit: usize,
}

#[derive(Debug)]
enum Type {
    /// The type of another hole: `"=target"`.
    Of(String),
    Named(String),
}

/// One value before the constraints are asked.
pub(super) struct Candidate<'s> {
    pub(super) value: Value<'s>,
    /// The match that gave it, for joins.
    pub(super) captured: Option<Captured<'s>>,
}

impl<'s> Candidate<'s> {
    pub(super) fn text(text: impl Into<String>) -> Candidate<'s> {
        Candidate { value: Value::Text(text.into()), captured: None }
    }

    pub(super) fn node(node: Placed<'s>) -> Candidate<'s> {
        Candidate { value: Value::Node(node), captured: None }
    }

    fn placed(&self) -> Option<Placed<'s>> {
        match self.value {
            Value::Node(node) => Some(node),
            _ => None,
        }
    }
}

impl Constraints {
    /// Checks the constraints of the hole `name`, which may refer to the `holes` before it.
    pub(super) fn new(name: &str, file: &HoleFile, vocabulary: &Vocabulary, holes: &[&str]) -> Result<Constraints, Problem> {
        let at = |key: &str| format!("holes.{name}.{key}");
        let check = |key: &str, hole: &str| known(&at(key), "hole", hole, holes.iter().copied());
        let type_name = file.type_name.as_deref().map(|text| match text.strip_prefix('=') {
            Some(hole) => Type::Of(hole.to_owned()),
            None => Type::Named(text.to_owned()),
        });
        if let Some(Type::Of(hole)) = &type_name {
            check("type", hole)?;
        }
        file.not.iter().flatten().try_for_each(|hole| check("not", hole))?;
        file.apart.iter().flatten().try_for_each(|hole| check("apart", hole))?;
        file.like.iter().try_for_each(|hole| check("like", hole))?;
        file.ends.iter().try_for_each(|hole| check("ends", hole))?;
        file.equal.iter().flatten().try_for_each(|(_, hole)| check("equal", hole))?;
        vocabulary.check_kinds(&at("kinds"), file.kinds.iter().flatten())?;
        if let Some(role) = &file.role {
            vocabulary.check_role(&at("role"), role)?;
        }
        Ok(Constraints {
            not: file.not.clone().unwrap_or_default(),
            apart: file.apart.clone().unwrap_or_default(),
            like: file.like.clone(),
            ends: file.ends.clone(),
            type_name,
            equal: file.equal.clone().unwrap_or_default().into_iter().collect(),
            kinds: file.kinds.clone().unwrap_or_default(),
            role: file.role.clone(),
            limit: file.limit.unwrap_or(LIMIT),
        })
    }

    /// The holes that the constraints name.
    pub(super) fn holes(&self) -> impl Iterator<Item = &str> {
        let of_type = match &self.type_name {
            Some(Type::Of(hole)) => Some(hole),
            _ => None,
        };
        let equal = self.equal.iter().map(|(_, hole)| hole);
        self.not.iter().chain(&self.apart).chain(&self.like).chain(&self.ends).chain(of_type).chain(equal).map(String::as_str)
    }

    /// The holes whose place is asked for, not their text.
    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        self.apart.iter().map(String::as_str)
    }

    /// The kinds that a node must have; empty for any.
    pub(super) fn kinds(&self) -> &[String] {
        &self.kinds
    }

    /// The values of `candidates` that are kept, in their order or the closest first.
    pub(super) fn keep<'s>(
        &self,
        candidates: Vec<Candidate<'s>>,
        site: &Site<'_>,
        vocabulary: &Vocabulary,
        bound: &Bound<'s>,
        is_place: bool,
    ) -> Vec<Value<'s>> {
        let mut seen = std::collections::HashSet::new();
        let mut kept: Vec<(usize, Value<'s>)> = Vec::new();
        for candidate in candidates {
            let Some(text) = text_of(&candidate.value, bound) else { continue };
            let distance = self.like.as_ref().map(|like| distance(&text, &bound.text(like).unwrap_or_default()));
            let is_like = distance.is_none_or(|distance| distance.is_some());
            // Where a hole is a place, the same text at another place is another value.
            let is_new = is_place || !seen.contains(&text);
            if is_like && is_new && self.allows(&candidate, &text, site, vocabulary, bound) {
                kept.push((distance.flatten().unwrap_or_default(), candidate.value));
                seen.insert(text);
            }
        }
        kept.sort_by_key(|(distance, _)| *distance);
        kept.into_iter().map(|(_, value)| value).take(self.limit).collect()
    }

    fn allows(&self, candidate: &Candidate<'_>, text: &str, site: &Site<'_>, vocabulary: &Vocabulary, bound: &Bound<'_>) -> bool {
        let placed = candidate.placed();
        let is_other = self.not.iter().all(|hole| bound.text(hole).is_none_or(|other| other != text));
        let is_end = self.ends.iter().all(|hole| bound.text(hole).is_some_and(|end| ends_with_word(text, &end)));
        let is_apart = placed.is_none_or(|node| {
            let mut apart = self.apart.iter().flat_map(|hole| bound.nodes(hole));
            apart.all(|other| !other.is_beside(node) || !other.span().contains(node.span()))
        });
        let is_kind = placed.is_none_or(|node| self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == node.node.kind()));
        let is_role = placed.is_none_or(|node| self.role.as_ref().is_none_or(|role| vocabulary.has_role(node.source, node.node, role)));
        is_other
            && is_end
            && is_apart
            && is_kind
            && is_role
            && self.has_type(placed, site, vocabulary, bound)
            && self.is_equal(candidate, bound)
    }

    /// An unknown type passes: only what is known to be wrong is refused.
    fn has_type(&self, placed: Option<Placed<'_>>, site: &Site<'_>, vocabulary: &Vocabulary, bound: &Bound<'_>) -> bool {
        let type_of = |node: Placed<'_>| {
            let seen = site.knowledge.type_of(node.source, node.node);
            seen.or_else(|| vocabulary.type_of(node.node).map(str::to_owned))
        };
        let wanted = match &self.type_name {
            None => None,
            Some(Type::Named(name)) => Some(name.clone()),
            Some(Type::Of(hole)) => bound.node(hole).and_then(type_of),
        };
        match (wanted, placed.and_then(type_of)) {
            (Some(wanted), Some(found)) => wanted == found,
            _ => true,
        }
    }

    fn is_equal(&self, candidate: &Candidate<'_>, bound: &Bound<'_>) -> bool {
        let Some(captured) = &candidate.captured else { return true };
        let Some(source) = candidate.placed().map(|node| node.source) else { return true };
        self.equal.iter().all(|(capture, hole)| {
            let wanted = bound.text(hole);
            captured.all(capture).all(|node| wanted.as_deref() == Some(source.text_of(node)))
        })
    }
}

fn text_of(value: &Value<'_>, bound: &Bound<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Node(node) => Some(node.text().to_owned()),
        Value::Composed(text) => bound.plain(text.0),
        Value::Nodes(_) => Some(String::new()),
    }
}

/// Whether the last words of `text` are those of `end`, whatever their case: `self.tab_length` and `length`, `MAX_LENGTH` and `length`.
fn ends_with_word(text: &str, end: &str) -> bool {
    let (text, end) = (text.to_lowercase(), end.trim_start_matches('_').to_lowercase());
    let is_border = |head: &str| !head.ends_with(char::is_alphanumeric);
    !end.is_empty() && text.strip_suffix(end.as_str()).is_some_and(is_border)
}

/// How many letters differ, if they are few enough for a typing error and not none.
fn distance(text: &str, like: &str) -> Option<usize> {
    let most = (like.chars().count() / 3).min(3);
    Some(strsim::damerau_levenshtein(text, like)).filter(|distance| (1..=most).contains(distance))
}
