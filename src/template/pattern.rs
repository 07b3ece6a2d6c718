//! A query of a template: read when the file is read, compiled when it is first used.

use std::sync::OnceLock;

use crate::syntax::{Captured, Language, Query, QueryError, Source};
use crate::text::ByteSpan;

/// A query and the names that it captures.
pub(crate) struct Pattern {
    language: &'static dyn Language,
    text: String,
    captures: Vec<String>,
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
        Pattern { language, text: text.to_owned(), captures: captures_in(text), query: OnceLock::new() }
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
        self.query().map(|query| query.matches(source, within)).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_are_read_without_compiling() {
        let text = "; @no\n((call function: (_) @f) @target (#eq? @g \"@h\") (#any-of? @f \"a\\\"@i\")) (x \"@\" @f)";
        assert_eq!(captures_in(text), ["f", "target"]);
    }
}
