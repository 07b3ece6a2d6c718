//! A query of a template: read when the file is read, compiled when it is first used.

use std::sync::OnceLock;

use crate::syntax::{Captured, Language, Query, QueryError, Source};
use crate::text::ByteSpan;

/// A query and the names that it captures.
pub(crate) struct Pattern {
    language: &'static dyn Language,
    text: String,
    captures: Vec<String>,
    /// Words of which each set has one in every text with a match: no other text needs the query, which takes milliseconds to compile.
    required: Vec<Vec<String>>,
    query: OnceLock<Result<Query, QueryError>>,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

impl Pattern {
    /// Takes `text` as it is; what is wrong with it shows in [`Pattern::query`].
    pub(crate) fn new(language: &'static dyn Language, text: &str) -> Pattern {
        Pattern { language, text: text.to_owned(), captures: captures_in(text), required: required_in(text), query: OnceLock::new() }
    }

    /// The names that it captures, in the order of the text, each once.
    pub(crate) fn captures(&self) -> &[String] {
        &self.captures
    }

    /// The compiled query.
    pub(crate) fn query(&self) -> Result<&Query, QueryError> {
        self.query.get_or_init(|| Query::new(self.language, &self.text)).as_ref().map_err(Clone::clone)
    }

    /// Its matches that touch `within`; none when the query is wrong, which a check of the catalogue tells.
    pub(crate) fn matches<'s>(&'s self, source: &'s Source, within: ByteSpan) -> Vec<Captured<'s>> {
        if !self.can_match(source.bytes()) {
            return Vec::new();
        }
        self.query().map(|query| query.matches(source, within)).unwrap_or_default()
    }

    /// As [`Pattern::matches`], where a capture must have the text that `wanted` gives for its name. A source that lacks the text of what
    /// every match captures is not searched: of hundreds of files that hold one word of a failure, few hold the right one.
    pub(crate) fn matches_joined<'s, T: AsRef<str>>(
        &'s self,
        source: &'s Source,
        within: ByteSpan,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Vec<Captured<'s>> {
        let is_lacking =
            |name: &&String| wanted(name).is_some_and(|text| memchr::memmem::find(source.bytes(), text.as_ref().as_bytes()).is_none());
        let is_always_there =
            |name: &String| self.query().is_ok_and(|query| (0..query.n_patterns()).all(|pattern| query.always_captures(pattern, name)));
        if self.captures.iter().filter(is_lacking).any(is_always_there) {
            return Vec::new();
        }
        self.matches(source, within)
    }

    fn can_match(&self, text: &[u8]) -> bool {
        self.required.iter().all(|words| words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some()))
    }
}

/// The captures of a query's text: `@name` outside of strings and comments, and outside of predicates.
fn captures_in(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let (mut depth, mut predicate) = (0, None);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                while let Some((_, c)) = chars.next().filter(|&(_, c)| c != '"') {
                    if c == '\\' {
                        chars.next();
                    }
                }
            }
            ';' => while chars.next_if(|&(_, c)| c != '\n').is_some() {},
            '(' => {
                depth += 1;
                if predicate.is_none() && text[at + 1..].trim_start().starts_with('#') {
                    predicate = Some(depth);
                }
            }
            ')' => {
                if predicate == Some(depth) {
                    predicate = None;
                }
                depth -= 1;
            }
            '@' if predicate.is_none() => {
                let rest = &text[at + 1..];
                let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(rest.len());
                let name = rest[..end].to_owned();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            _ => {}
        }
    }
    names
}

/// The words of each `#eq?` and `#any-of?` of a query in which every capture is always taken: one pattern without alternatives,
/// quantifiers or comments, and its predicates last. Nothing is required by any other.
fn required_in(text: &str) -> Vec<Vec<String>> {
    let Some((pattern, predicates)) = text.split_once("(#") else { return Vec::new() };
    let predicates: Vec<Predicate<'_>> = predicates.split("(#").map(Predicate::of).collect();
    // A token in quotes or an escape would need a reader of strings.
    if pattern.contains(['[', '"', '?', '*', '+', ';']) || text.contains('\\') || !predicates.iter().all(|one| one.is_followed_by_none) {
        return Vec::new();
    }
    let is_required = |one: &Predicate<'_>| matches!(one.name, "eq?" | "any-of?") && !one.words.is_empty();
    predicates.into_iter().filter(is_required).map(|one| one.words).collect()
}

/// One predicate of a query, from its name to the next predicate.
struct Predicate<'t> {
    name: &'t str,
    words: Vec<String>,
    /// Whether no part of a pattern stands behind it.
    is_followed_by_none: bool,
}

impl Predicate<'_> {
    fn of(text: &str) -> Predicate<'_> {
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let parts: Vec<&str> = rest.split('"').collect();
        let is_closed = parts.len() % 2 == 1;
        let is_followed_by_none = is_closed && parts.last().is_some_and(|end| !end.contains(['(', '[', '?', '*', '+', ';']));
        Predicate { name, words: parts.into_iter().skip(1).step_by(2).map(str::to_owned).collect(), is_followed_by_none }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_every_match_holds_are_read_without_compiling() {
        let check = |query: &str, expected: &[&[&str]]| assert_eq!(required_in(query), expected, "{query}");
        check("((call function: (_) @f) @target (#eq? @f \"get\"))", &[&["get"]]);
        check("(call function: (_) @f (#any-of? @f \"a\" \"b\") (#eq? @f \"c\")) @it", &[&["a", "b"], &["c"]]);
        check("((call) @f (#not-eq? @f \"a\") (#match? @f \"b\"))", &[]);
        check("((call) @f (x) @g (#eq? @f @g))", &[]);
        check("[(a) (b (c) @f (#eq? @f \"a\"))] @it", &[]);
        check("(a (c)? @f (#eq? @f \"a\"))", &[]);
        check("((a) @f (#eq? @f \"a\")) (b) @it", &[]);
        check("((a) @f (#eq? @f \"a\")) @x (#match? @f \"(#\")", &[]);
        check("((a) @f (#eq? @f \"a\")) ((b) @f (#eq? @f \"b\"))", &[]);
    }

    #[test]
    fn captures_are_read_without_compiling() {
        let text = "; @no\n((call function: (_) @f) @target (#eq? @g \"@h\") (#any-of? @f \"a\\\"@i\")) (x \"@\" @f)";
        assert_eq!(captures_in(text), ["f", "target"]);
    }
}
