//! What a patch does to a text that does not parse. There is no whole tree to compare with, so words count: who takes more away than it
//! brings may have deleted what fails.
//!
//! Three things are no loss: a keyword; an operator that other languages write as a word and ours as a sign (`not` for `!`); and the type
//! arguments of a type that takes none (`u32<i32>`).

use std::collections::BTreeMap;

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices};

use crate::syntax::{self, Source};
use crate::text::{ByteSpan, FilePatch};

/// Operators that some language writes as a word.
const WORD_OPERATORS: &[&str] = &["not", "and", "or", "xor", "is", "mod", "div", "shl", "shr", "NOT", "AND", "OR", "XOR", "MOD", "DIV"];

/// The words that a patch takes away without a loss, and how many of each; keywords aside.
pub(super) fn excused(file: &FilePatch) -> BTreeMap<String, usize> {
    let (before, after) = (String::from_utf8_lossy(&file.before), String::from_utf8_lossy(&file.after));
    let (before, after) = (tokens(&before), tokens(&after));
    // Only what lies between the same beginning and the same end is compared token by token.
    let n_start = before.iter().zip(&after).take_while(|(one, two)| one == two).count();
    let n_end = before[n_start..].iter().rev().zip(after[n_start..].iter().rev()).take_while(|(one, two)| one == two).count();
    let (before, after) = (&before[n_start..before.len() - n_end], &after[n_start..after.len() - n_end]);
    let mut excused = BTreeMap::new();
    let (mut gone, mut come): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut close = |gone: &mut Vec<&str>, come: &mut Vec<&str>| {
        let is_no_loss = is_word_for_sign(gone, come) || (come.is_empty() && is_type_arguments(gone));
        for token in gone.iter().filter(|token| is_no_loss && is_word(token)) {
            *excused.entry((*token).to_owned()).or_default() += 1;
        }
        gone.clear();
        come.clear();
    };
    for op in capture_diff_slices(Algorithm::Myers, before, after) {
        if let DiffOp::Equal { .. } = op {
            close(&mut gone, &mut come);
        }
        for change in op.iter_changes(before, after) {
            match change.tag() {
                ChangeTag::Delete => gone.push(change.value()),
                ChangeTag::Insert => come.push(change.value()),
                ChangeTag::Equal => {}
            }
        }
    }
    close(&mut gone, &mut come);
    excused
}

/// Whether the errors of a text are none of what a patch changes: they stand in the same words before and after, and apart from it. Then
/// the rest of the trees can be compared.
pub(super) fn is_apart(before: &Source, after: &Source, file: &FilePatch) -> bool {
    let (old, new) = changed_spans(file);
    let errors = |source: &Source| -> Vec<(ByteSpan, String)> {
        let spans = syntax::descendants(source.root()).filter(|node| node.is_error() || node.is_missing());
        spans.map(|node| ByteSpan::new(node.start_byte(), node.end_byte())).map(|span| (span, source.text(span).to_owned())).collect()
    };
    let (were, are) = (errors(before), errors(after));
    let meets =
        |errors: &[(ByteSpan, String)], span: ByteSpan| errors.iter().any(|(error, _)| error.start <= span.end && span.start <= error.end);
    let texts = |errors: &[(ByteSpan, String)]| errors.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    texts(&were) == texts(&are) && !meets(&were, old) && !meets(&are, new)
}

/// From the first changed byte to the last one, in the old text and in the new one.
pub(super) fn changed_spans(file: &FilePatch) -> (ByteSpan, ByteSpan) {
    let (before, after) = (&file.before, &file.after);
    let start = before.iter().zip(after.iter()).take_while(|(one, two)| one == two).count();
    let most = before.len().min(after.len()) - start;
    let end = before.iter().rev().zip(after.iter().rev()).take_while(|(one, two)| one == two).count().min(most);
    let span = |len: usize| ByteSpan::new(start, (len - end).max(start + 1));
    (span(before.len()), span(after.len()))
}

/// Words, and every other character that is no blank by itself.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let n_bytes = if is_of_word(first) { rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        tokens.push(&rest[..n_bytes]);
        rest = rest[n_bytes..].trim_start();
    }
    tokens
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_word(token: &str) -> bool {
    token.starts_with(is_of_word)
}

/// Whether each word is an operator of another language, in whose place a sign stands now.
fn is_word_for_sign(gone: &[&str], come: &[&str]) -> bool {
    !gone.is_empty()
        && gone.iter().all(|token| WORD_OPERATORS.contains(token))
        && come.len() >= gone.len()
        && come.iter().all(|token| matches!(*token, "!" | "&" | "|" | "^" | "=" | "%" | "/" | "<" | ">"))
}

/// Whether tokens are one whole list of type arguments, and nothing that could be called, assigned or ended.
fn is_type_arguments(gone: &[&str]) -> bool {
    let is_of_types = |token: &&str| token.starts_with(is_of_word) || matches!(*token, "<" | ">" | "," | ":" | "&" | "'" | "[" | "]");
    let list = gone.iter().position(|token| *token != ":").map_or(&[][..], |at| &gone[at..]);
    let mut depth = 0_i32;
    let closes_last = list.iter().enumerate().all(|(at, token)| {
        depth += i32::from(*token == "<") - i32::from(*token == ">");
        (depth > 0) == (at + 1 < list.len())
    });
    list.len() > 2 && list[0] == "<" && closes_last && list.iter().all(is_of_types)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::RepoPath;

    fn n_excused(before: &str, after: &str) -> usize {
        let bytes = |text: &str| Arc::from(text.as_bytes());
        excused(&FilePatch { path: RepoPath::new("a.rs").unwrap(), before: bytes(before), after: bytes(after) }).values().sum()
    }

    #[test]
    fn an_operator_that_was_a_word_is_no_loss() {
        assert_eq!(n_excused("if not a { f() }", "if !a { f() }"), 1);
        assert_eq!(n_excused("if a and b or c {}", "if a && b || c {}"), 2);
        assert_eq!(n_excused("if not a {}", "if a {}"), 0, "it means another thing now");
        assert_eq!(n_excused("if check a {}", "if !a {}"), 0, "it may be a function");
        assert_eq!(n_excused("not(a); b", "b"), 0);
    }

    #[test]
    fn type_arguments_of_a_type_that_takes_none_are_no_loss() {
        assert_eq!(n_excused("let a: u32<i32> = f();", "let a: u32 = f();"), 1);
        assert_eq!(n_excused("let a: Vec<u32<Vec<i32>, u8>> = f();", "let a: Vec<u32> = f();"), 3);
        assert_eq!(n_excused("let a = S::<u8>; g(", "let a = S; g("), 1);
        for (before, after) in
            [("g(a); h(", "h("), ("a < g() > b", "a b"), ("x = a<b; c> d", "x = a d"), ("a<b> = c<d>;", "a"), ("g a", "a")]
        {
            assert_eq!(n_excused(before, after), 0, "{before}");
        }
    }
}
