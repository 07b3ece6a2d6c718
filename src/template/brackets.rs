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
use crate::syntax::Source;
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
            // A replacement that is nothing but a hole is marked twice and needs one pair of brackets.
            let mut seen = BTreeSet::new();
            let broken_here = written.marks.iter().filter(is_broken).filter(|mark| seen.insert((mark.start, mark.end)));
            broken.extend(broken_here.map(|mark| mark.id));
        }
        broken
    }

    /// The expressions that lie in no other mark and have no brackets yet.
    fn outermost(&self, vocabulary: &Vocabulary, brackets: &BTreeSet<usize>) -> Vec<usize> {
        let mut outermost = Vec::new();
        for (written, after) in &self.files {
            let holds = |outer: &Mark, mark: &Mark| outer.id != mark.id && outer.start <= mark.start && mark.end <= outer.end;
            let is_free = |mark: &&Mark| !brackets.contains(&mark.id) && !written.marks.iter().any(|outer| holds(outer, mark));
            let is_one = |mark: &&Mark| needs_one_node(after, **mark, vocabulary);
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
    if after.span_of(node) == place {
        return is_weak(after, place, vocabulary);
    }
    let is_text = vocabulary.layout.strings.iter().any(|kind| kind == node.kind());
    !is_text && needs_one_node(after, mark, vocabulary)
}

/// Whether the node at `place` stands where the grammar takes it, but the language does not: `x as u8.abs()`.
fn is_weak(after: &Source, place: ByteSpan, vocabulary: &Vocabulary) -> bool {
    let next = after.whole_text()[place.end..].trim_start().chars().next();
    let weak = after.node_at(place).and_then(|node| vocabulary.layout.weak.get(node.kind()));
    weak.zip(next).is_some_and(|(weak, next)| weak.contains(next))
}

/// Whether the marked text alone is one expression; `a, b` is one where it was a node before.
fn needs_one_node(after: &Source, mark: Mark, vocabulary: &Vocabulary) -> bool {
    let text = after.text(ByteSpan::new(mark.start, mark.end));
    is_expression(text, vocabulary) || (mark.is_node && text.contains(',') && is_tuple(text, vocabulary))
}

/// Whether `text` alone is one expression.
pub(super) fn is_expression(text: &str, vocabulary: &Vocabulary) -> bool {
    let [before, _] = &vocabulary.layout.probe;
    is_node_alone(text, ByteSpan::new(before.len(), before.len() + text.len()), vocabulary)
}

/// Whether `text` in brackets is one expression with its brackets.
fn is_tuple(text: &str, vocabulary: &Vocabulary) -> bool {
    let [before, _] = &vocabulary.layout.probe;
    is_node_alone(text, ByteSpan::new(before.len() - 1, before.len() + text.len() + 1), vocabulary)
}

fn is_node_alone(text: &str, place: ByteSpan, vocabulary: &Vocabulary) -> bool {
    let [before, behind] = &vocabulary.layout.probe;
    let path = RepoPath::new("probe").expect("a plain name is a path");
    let probe = format!("{before}{text}{behind}");
    let parsed = Source::parse_as(vocabulary.language(), path, Arc::from(probe.into_bytes()));
    parsed.is_ok_and(|source| source.n_errors() == 0 && source.node_at(place).is_some_and(|node| !node.is_extra()))
}

#[cfg(test)]
mod tests {
    use crate::template::check::{python, rust};

    #[test]
    fn a_placed_node_stays_one_node() {
        let negate = python("match = '(if_statement condition: (_) @target)'\nrewrite = ['not $target']");
        negate.check("if a or b: c\n", &["if not (a or b): c\n"]);
        negate.check("if a == b: c\n", &["if not a == b: c\n"]);
        let attribute = python("match = '(return_statement (_) @target)'\nrewrite = ['$target.x']");
        attribute.check("return await g()\n", &["return (await g()).x\n"]);
        attribute.check("return 1\n", &["return (1).x\n"]);
        attribute.check("return a.b()\n", &["return a.b().x\n"]);
        attribute.check("return lambda: 0\n", &["return (lambda: 0).x\n"]);
    }

    #[test]
    fn a_comparison_does_not_become_a_chain() {
        let sample = python("match = '(return_statement (_) @target)'\nrewrite = ['$target < c']");
        sample.check("return a < b\n", &["return (a < b) < c\n"]);
        sample.check("return a + b\n", &["return a + b < c\n"]);
    }

    #[test]
    fn the_replacement_stays_one_node() {
        let sample = python("match = '(call arguments: (argument_list (_) @a)) @target'\nrewrite = ['$a or b']");
        sample.check("x * f(a)\n", &["x * (a or b)\n"]);
        sample.check("x = f(a)\n", &["x = a or b\n"]);
        sample.check("f(a).c\n", &["(a or b).c\n"]);
        let sample = rust("match = '((identifier) @target (#eq? @target \"x\"))'\nrewrite = ['$target as u8']");
        sample.check("fn f() { let y = x; }\n", &["fn f() { let y = x as u8; }\n"]);
    }

    #[test]
    fn a_cast_gets_brackets_where_only_the_grammar_would_take_it() {
        let sample = rust("match = '((identifier) @target (#eq? @target \"x\"))'\nrewrite = ['$target as u8', '($target as u8)']");
        sample.check("fn f() { x < y }\n", &["fn f() { (x as u8) < y }\n"]);
        sample.check("fn f() { x.g() }\n", &["fn f() { (x as u8).g() }\n"]);
        sample.check("fn f() { x + y }\n", &["fn f() { x as u8 + y }\n", "fn f() { (x as u8) + y }\n"]);
        let sample = rust("match = '(binary_expression left: (_) @l) @target'\nrewrite = ['$l.g()']");
        sample.check("fn f() { x as u8 + 1 }\n", &["fn f() { (x as u8).g() }\n"]);
    }

    #[test]
    fn a_glued_hole_is_no_expression() {
        python("match = '(string) @target'\nrewrite = ['r$target']").check("f('a')\n", &["f(r'a')\n"]);
        python("match = '(identifier) @target'\nrewrite = ['${target}_id']").check("a\n", &["a_id\n"]);
    }

    #[test]
    fn brackets_that_break_the_text_are_taken_back() {
        let sample = rust("match = '(closure_expression) @target'\nrewrite = ['move $target']");
        sample.check("fn f() { g(|| x) }\n", &["fn f() { g(move || x) }\n"]);
    }

    #[test]
    fn brackets_save_what_would_not_parse() {
        let sample = rust("match = '(if_expression condition: (_) @target)'\nrewrite = ['S { a: 1 } == $target']");
        sample.check("fn f() { if x { y() } }\n", &["fn f() { if (S { a: 1 } == x) { y() } }\n"]);
        let sample = python("match = '(return_statement (_) @target)'\nrewrite = ['[$target for _ in y]']");
        sample.check("return a, b\n", &["return [(a, b) for _ in y]\n"]);
        sample.check("return (yield)\n", &["return [(yield) for _ in y]\n"]);
    }

    #[test]
    fn a_hole_in_a_string_is_text() {
        let sample = python("match = '(return_statement (_) @target)'\nrewrite = [\"raise E('no $target here')\"]");
        sample.check("def f():\n    return a + b\n", &["def f():\n    return raise E('no a + b here')\n"; 0]);
        let sample = python("match = '(return_statement (_) @v) @target'\nrewrite = [\"raise E('no $v here')\"]");
        sample.check("def f():\n    return a + b\n", &["def f():\n    raise E('no a + b here')\n"]);
    }

    #[test]
    fn texts_of_holes_get_brackets_too() {
        let sample =
            rust("match = '(field_expression value: (_) @target)'\nholes.v = { one_of = ['a + b', 'c', '$target + 1'] }\nrewrite = ['$v']");
        sample.check("fn f() { x.y }\n", &["fn f() { (a + b).y }\n", "fn f() { c.y }\n", "fn f() { (x + 1).y }\n"]);
    }

    #[test]
    fn what_breaks_the_syntax_is_refused() {
        python("match = '(return_statement (_) @target)'\nrewrite = ['a b']").refuses("def f():\n    return 1\n", "new syntax error");
        rust("match = '(integer_literal) @target'\nrewrite = ['a b']").refuses("fn f() { assert!(x == 1); }\n", "new syntax error");
        python("match = '(return_statement (_) @target)'\nrewrite = ['$target']").refuses("return 1\n", "same text");
        let sample = python("match = '(return_statement (_) @target)'\nrewrite = ['2']");
        sample.check("def broken(:\n    pass\n\ndef f():\n    return 1\n", &["def broken(:\n    pass\n\ndef f():\n    return 2\n"]);
    }
}
