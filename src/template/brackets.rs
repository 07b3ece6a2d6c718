//! Brackets and the gate: every node that was placed must come back as one node of the new tree, and nothing may break.
//!
//! No table of precedences: the parser says what the new text means, for every language.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bound::Bound;
use super::compose::{Written, compose};
use super::edit::Slot;
use super::fragment::Mark;
use super::refusal::Refusal;
use super::vocabulary::Vocabulary;
use crate::syntax::{Source, span};
use crate::text::{ByteSpan, EditSet, RepoPath};

/// Brackets inside brackets need another look; deeper ones do not occur in texts that people write.
const MAX_ROUNDS: usize = 3;

/// The edits that pass the gate, by file, and the new texts.
pub(super) struct Passed {
    pub(super) edits: BTreeMap<RepoPath, EditSet>,
    pub(super) texts: Vec<(RepoPath, Arc<[u8]>)>,
}

/// One attempt: what was written, and the trees of it.
struct Attempt<'s> {
    files: Vec<(Written<'s>, Source)>,
}

/// Writes `slots` with as few brackets as keep every placed node one node.
pub(super) fn bracketed<'s>(vocabulary: &Vocabulary, bound: &Bound<'s>, slots: &[Slot<'s>]) -> Result<Passed, Refusal> {
    let mut brackets = BTreeSet::new();
    let mut best: Option<Attempt<'s>> = None;
    for _ in 0..MAX_ROUNDS {
        let attempt = Attempt::new(vocabulary, bound, slots, &brackets)?;
        let is_sound = attempt.is_sound();
        let mut broken = attempt.broken(vocabulary, &brackets);
        if !is_sound && broken.is_empty() {
            // A broken tree may hide which node was torn: try the whole.
            broken = attempt.outermost(vocabulary, &brackets);
        }
        // If brackets break what was sound without them, the plain form stays: `move $x` with `|| y`.
        if is_sound || best.is_none() {
            best = Some(attempt);
        }
        if broken.is_empty() || (!is_sound && best.as_ref().is_some_and(Attempt::is_sound)) {
            break;
        }
        brackets.extend(broken);
    }
    let best = best.expect("the first attempt was kept");
    if best.is_sound() { best.passed() } else { Err(Refusal::SyntaxError) }
}

impl<'s> Attempt<'s> {
    fn new(vocabulary: &Vocabulary, bound: &Bound<'s>, slots: &[Slot<'s>], brackets: &BTreeSet<usize>) -> Result<Attempt<'s>, Refusal> {
        let written = compose(vocabulary, bound, slots, brackets)?;
        let parse = |written: Written<'s>| match written.source.after(&written.edits) {
            Ok(after) => Ok((written, after)),
            Err(_) => Err(Refusal::SyntaxError),
        };
        Ok(Attempt { files: written.into_iter().map(parse).collect::<Result<_, Refusal>>()? })
    }

    fn is_sound(&self) -> bool {
        self.files.iter().all(|(written, after)| after.is_no_worse_than(written.source))
    }

    /// The marks without brackets whose text is an expression, yet no node of the new tree.
    fn broken(&self, vocabulary: &Vocabulary, brackets: &BTreeSet<usize>) -> Vec<usize> {
        let mut broken = Vec::new();
        for (written, after) in &self.files {
            let is_broken = |mark: &&Mark| !brackets.contains(&mark.id) && is_torn(after, **mark, vocabulary);
            broken.extend(written.marks.iter().filter(is_broken).map(|mark| mark.id));
        }
        broken
    }

    /// The expressions that lie in no other mark and have no brackets yet.
    fn outermost(&self, vocabulary: &Vocabulary, brackets: &BTreeSet<usize>) -> Vec<usize> {
        let mut outermost = Vec::new();
        for (written, after) in &self.files {
            let holds = |outer: &Mark, mark: &Mark| outer.id != mark.id && outer.start <= mark.start && mark.end <= outer.end;
            let is_free = |mark: &&Mark| !brackets.contains(&mark.id) && !written.marks.iter().any(|outer| holds(outer, mark));
            let is_one = |mark: &&Mark| is_expression(after.text(ByteSpan::new(mark.start, mark.end)), vocabulary);
            outermost.extend(written.marks.iter().filter(is_free).filter(is_one).map(|mark| mark.id));
        }
        outermost
    }

    fn passed(self) -> Result<Passed, Refusal> {
        if self.files.iter().all(|(written, after)| written.source.bytes() == after.bytes()) {
            return Err(Refusal::SameText);
        }
        let texts = self.files.iter().map(|(_, after)| (after.path().clone(), after.bytes().clone())).collect();
        let edits = self.files.into_iter().map(|(written, after)| (after.path().clone(), written.edits)).collect();
        Ok(Passed { edits, texts })
    }
}

/// Whether the marked text is an expression, but the new tree has no node of exactly its bytes.
fn is_torn(after: &Source, mark: Mark, vocabulary: &Vocabulary) -> bool {
    let place = ByteSpan::new(mark.start, mark.end);
    let Some(node) = after.covering(place).filter(|_| !place.is_empty()) else { return false };
    let is_text = vocabulary.layout.strings.iter().any(|kind| kind == node.kind());
    span(node) != place && !is_text && is_expression(after.text(place), vocabulary)
}

/// Whether `text` alone is one expression.
pub(super) fn is_expression(text: &str, vocabulary: &Vocabulary) -> bool {
    let [before, behind] = &vocabulary.layout.probe;
    let path = RepoPath::new("probe").expect("a plain name is a path");
    let probe = format!("{before}{text}{behind}");
    let place = ByteSpan::new(before.len(), before.len() + text.len());
    let parsed = Source::parse_as(vocabulary.language(), path, Arc::from(probe.into_bytes()));
    parsed.is_ok_and(|source| source.n_errors() == 0 && source.node_at(place).is_some_and(|node| !node.is_extra()))
}
