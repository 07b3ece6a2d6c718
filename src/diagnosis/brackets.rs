//! Brackets and quotes without a partner: no rule can read such a text, but the layout of its lines tells where one is missing.

use std::collections::BTreeMap;

use super::diagnose::patch_of;
use super::{Case, Diagnosis, Fix, World};
use crate::text::{Edit, EditSet};

/// What stands for a rule in a diagnosis of brackets and quotes that do not match.
pub const BRACKETS: &str = "brackets";
/// Below a rule that knows the very line, above one that reads only the words of the message.
const CONFIDENCE: f64 = 0.8;

/// What compilers say of a bracket or a quote without a partner.
const MESSAGES: &[&str] = &[
    "this file contains an unclosed delimiter",
    "unexpected closing delimiter",
    "mismatched closing delimiter",
    "unterminated double quote string",
    "unterminated double quote byte string",
];

/// The diagnosis of a bracket or a quote without a partner, where the layout of the file tells what is missing or too many.
pub(super) fn diagnosis(case: Case<'_>, world: &World<'_>) -> Option<Diagnosis> {
    MESSAGES.iter().find(|message| case.event.message.starts_with(**message))?;
    let spot = case.spots.last()?;
    let source = world.sources.get(&spot.path).filter(|source| source.language().id() == case.event.language)?;
    let fixes: Vec<Fix> = source.language().balanced(source).into_iter().filter_map(|edit| fix(edit, case, world)).collect();
    (!fixes.is_empty()).then(|| Diagnosis {
        event: case.index,
        rule: BRACKETS.to_owned(),
        title: "a bracket or a quote without its partner".to_owned(),
        why: "What a block holds stands deeper than the line that opens it; the layout shows where one is missing or too many.".to_owned(),
        spot: Some(spot.clone()),
        span: None,
        confidence: CONFIDENCE,
        evidence: vec![format!(
            "the lines of {} fit their blocks with {} change",
            spot.path,
            if fixes.len() == 1 { "one" } else { "another" }
        )],
        advice: Vec::new(),
        fixes,
    })
}

fn fix(edit: Edit, case: Case<'_>, world: &World<'_>) -> Option<Fix> {
    let spot = case.spots.last()?;
    let source = world.sources.get(&spot.path)?;
    let line = source.lines().line_of(edit.span.start);
    let title = match (edit.text.trim(), source.text(edit.span).trim()) {
        ("", old) => format!("delete `{old}` on line {line}"),
        (new, "") => format!("add `{new}` on line {line}"),
        (new, old) => format!("`{new}` for `{old}` on line {line}"),
    };
    let sets = BTreeMap::from([(spot.path.clone(), EditSet::new(vec![edit]).ok()?)]);
    let risk = Some("The layout may mislead.".to_owned());
    Some(Fix { title, safety: "unsafe", risk, seen: Vec::new(), templates: Vec::new(), patch: patch_of(&sets, world)? })
}
