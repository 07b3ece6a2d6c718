//! Where a None was born that hurt elsewhere: the argument, the function, the path without a `return`.
//!
//! Follows the value back over calls, by the frames of the traceback where they say who called. Where the function that gave None shows
//! which `return` it lacks, that is a patch; else the place is named. No trail, no diagnosis: a name with two answers ends it.
//!
//! Source: The Python Language Reference 3.13, section 8.7 (a function that ends without `return` gives None).

mod mend;
mod suspect;
#[cfg(test)]
mod tests;
mod trace;

use std::collections::BTreeSet;

use super::calls::Calls;
use super::{Advice, Case, Diagnosis, Fix, Spot, World};
use crate::symbols::{Symbols, Wanted};
use crate::syntax::{LanguageId, Node, Source};
use crate::text::{ByteSpan, EditSet, Patch};
use mend::Patient;
use suspect::{is_of_none, suspects, wanted};
use trace::{Nones, Tracer, Trail};

/// What stands for a rule in a diagnosis of a None that was born elsewhere.
pub const BORN: &str = "none/";
/// With a patch, the place and the reason are known.
const SURE: f64 = 0.7;
/// Without one, only the way is.
const TOLD: f64 = 0.35;
/// So many expressions of one line are followed.
const MAX_SUSPECTS: usize = 3;

const RETURN: (&str, &str, &str) = (
    "missing-return",
    "a function ends on one path without returning its value",
    "A function that ends without `return` gives None, and the code that called it uses the value.",
);
const ELSEWHERE: (&str, &str, &str) = (
    "born-elsewhere",
    "a value is None that was given or returned as None elsewhere",
    "The line that raises only uses the value: where it became None is in another function.",
);

/// Title and reason of the birth of a None that a diagnosis calls `id`.
pub fn born(id: &str) -> Option<(&'static str, &'static str)> {
    let name = id.strip_prefix(BORN)?;
    [RETURN, ELSEWHERE].into_iter().find(|(known, ..)| *known == name).map(|(_, title, why)| (title, why))
}

/// What was found, and the words whose files must be read before it is sure.
pub(super) fn diagnoses(case: Case<'_>, world: &World<'_>, all: &[&Source], symbols: &Symbols<'_>) -> (Vec<Diagnosis>, BTreeSet<Wanted>) {
    let innermost = case.spots.last().filter(|_| case.event.language == LanguageId::PYTHON && is_of_none(case.event));
    let Some((spot, source)) = innermost.and_then(|spot| Some((spot, world.sources.get(&spot.path)?))) else {
        return (Vec::new(), BTreeSet::new());
    };
    let calls = Calls::new(all, symbols, world.asked);
    let tracer = Tracer { case, calls: &calls, sources: world.sources };
    let frame = spot.frame.and_then(|frame| case.event.frames.get(frame));
    let is_inside = spot.frame.is_some_and(|frame| frame + 1 < case.event.frames.len());
    let marked = frame.and_then(|frame| marked(source, spot, frame.marked.as_ref()?));
    let is_possible = |node: &Node<'_>| {
        let types = world.facts.map(|facts| facts.types(&spot.path, spot.line, source.text_of(*node))).unwrap_or_default();
        types.is_empty() || types.contains("NoneType")
    };
    let suspects: Vec<Node<'_>> = suspects(source, spot.line, case.event, marked, is_inside).into_iter().filter(is_possible).collect();
    if suspects.len() > MAX_SUSPECTS {
        return (Vec::new(), BTreeSet::new());
    }
    let mut found: Vec<Diagnosis> = Vec::new();
    for node in &suspects {
        let trail = tracer.follow(source, *node, spot);
        found.extend(diagnosis(case, world, spot, source.text_of(*node), &trail, &calls, wanted(*node)));
    }
    // Of several that may have been it, without a patch none is told.
    if suspects.len() > 1 {
        found.retain(|diagnosis| !diagnosis.fixes.is_empty());
    }
    found.dedup_by(|one, two| one.fixes.iter().map(|fix| &fix.patch).eq(two.fixes.iter().map(|fix| &fix.patch)));
    (found, calls.needed())
}

fn diagnosis(
    case: Case<'_>,
    world: &World<'_>,
    spot: &Spot,
    text: &str,
    trail: &Trail<'_>,
    calls: &Calls<'_>,
    wanted: Option<usize>,
) -> Option<Diagnosis> {
    let (fixes, why) = fixes(world, trail, calls, wanted);
    if !trail.is_far && fixes.is_empty() {
        return None;
    }
    let known = if fixes.is_empty() { ELSEWHERE } else { RETURN };
    let last = trail.steps.last().cloned().unwrap_or_default();
    let advice = fixes.is_empty().then(|| Advice { text: format!("Look where the None comes from: {last}."), command: None });
    Some(Diagnosis {
        event: case.index,
        rule: format!("{BORN}{}", known.0),
        title: known.1.to_owned(),
        why: why.unwrap_or(known.2).to_owned(),
        spot: Some(spot.clone()),
        span: None,
        confidence: if fixes.is_empty() { TOLD } else { SURE },
        evidence: std::iter::once(format!("`{}` is None on line {}", text.lines().next().unwrap_or_default(), spot.line))
            .chain(trail.steps.iter().cloned())
            .map(|told| crate::redact::covered(&told).into_owned())
            .collect(),
        advice: advice.into_iter().collect(),
        fixes,
    })
}

fn fixes(world: &World<'_>, trail: &Trail<'_>, calls: &Calls<'_>, wanted: Option<usize>) -> (Vec<Fix>, Option<&'static str>) {
    let Some(function) = trail.function.filter(|function| (world.may_edit)(function.source.path())) else { return (Vec::new(), None) };
    let source = function.source;
    let returns = calls.symbols().returns(source, source.span_of(function.node));
    let Some(nones) = Nones::of(function, &returns) else { return (Vec::new(), None) };
    let made = Patient { function, nones: &nones, calls, wanted }.mended();
    let why = made.first().map(|made| made.why);
    let fix = |made: mend::Mended| {
        let patch = Patch::of_edits(source.path().clone(), source.bytes(), &EditSet::new(made.edits).ok()?).ok()?;
        Some(Fix {
            title: made.title,
            safety: "unsafe",
            risk: made.risk.map(str::to_owned),
            seen: Vec::new(),
            templates: Vec::new(),
            patch,
        })
    };
    (made.into_iter().filter_map(fix).collect(), why)
}

/// The bytes that the log underlines on the line of `spot`.
fn marked(source: &Source, spot: &Spot, columns: &std::ops::Range<u32>) -> Option<ByteSpan> {
    let span = source.lines().span_of(spot.line)?;
    let text = source.text(span);
    let code = text.trim_start();
    let at = |column: u32| code.char_indices().map(|(at, _)| at).chain([code.len()]).nth(usize::try_from(column).ok()?);
    let start = span.start + (text.len() - code.len());
    Some(ByteSpan::new(start + at(columns.start)?, start + at(columns.end)?))
}
