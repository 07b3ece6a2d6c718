//! A query of a template: read when the file is read, compiled when it is first used.

use std::sync::OnceLock;

use crate::symbols::Role;
use crate::syntax::{Captured, Language, Query, QueryError, Source, span};
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

    /// As [`Pattern::matches`], where a capture must have the text that `wanted` gives for its name. Where every match captures that
    /// name, only the places of that text are searched: of hundreds of files that hold one word of a failure, few define it.
    pub(crate) fn matches_joined<'s, T: AsRef<str>>(
        &'s self,
        source: &'s Source,
        within: ByteSpan,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Vec<Captured<'s>> {
        let is_always_there =
            |name: &str| self.query().is_ok_and(|query| (0..query.n_patterns()).all(|pattern| query.always_captures(pattern, name)));
        let joins = self.captures.iter().filter_map(|name| Some((name, wanted(name)?)));
        let joins: Vec<_> = joins.filter(|(name, text)| !text.as_ref().is_empty() && is_always_there(name)).collect();
        let is_lacking = |text: &str| memchr::memmem::find(source.bytes(), text.as_bytes()).is_none();
        if joins.iter().any(|(_, text)| is_lacking(text.as_ref())) {
            return Vec::new();
        }
        match joins.first() {
            Some((name, text)) if within == ByteSpan::new(0, source.bytes().len()) => self.matches_at(source, name, text.as_ref()),
            _ => self.matches(source, within),
        }
    }

    /// The matches in the whole of `source` whose first capture of `name` has this text.
    fn matches_at<'s>(&'s self, source: &'s Source, name: &str, text: &str) -> Vec<Captured<'s>> {
        let mut found = Vec::new();
        for start in memchr::memmem::find_iter(source.bytes(), text) {
            let place = ByteSpan::new(start, start + text.len());
            // What no node spans needs no query.
            if source.root().descendant_for_byte_range(place.start, place.end).is_none_or(|node| span(node) != place) {
                continue;
            }
            let is_here = |captured: &Captured<'_>| captured.get(name).is_some_and(|node| span(node) == place);
            found.extend(self.matches(source, place).into_iter().filter(is_here));
        }
        found.sort_by_key(Captured::order);
        found
    }

    /// What the text of the capture `name` must be in every file with a match, as far as the query's own text tells.
    pub(crate) fn role_of(&self, name: &str) -> Role {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        let capture = format!("@{name}");
        let uses = text.match_indices(&capture).filter(|(at, found)| !goes_on(&text[at + found.len()..]));
        // A predicate says nothing of where a node stands.
        let is_predicate = |before: &str| before.rsplit_once("(#").is_some_and(|(_, inside)| !inside.contains(')'));
        let mut roles = uses.map(|(at, _)| text[..at].trim_end()).filter(|before| !is_predicate(before)).map(role_behind);
        let first = roles.next().unwrap_or(Role::Anywhere);
        if roles.all(|role| role == first) { first } else { Role::Anywhere }
    }

    fn can_match(&self, text: &[u8]) -> bool {
        self.required.iter().all(|words| words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some()))
    }
}

/// What a node is that a query of Python captures right behind `before`.
fn role_behind(before: &str) -> Role {
    let is_defined =
        ["(function_definition", "(class_definition"].iter().any(|kind| before.ends_with(&format!("{kind} name: (identifier)")));
    let is_assigned = || {
        let path = before.strip_suffix("attribute: (identifier)")?.rsplit_once("(assignment left: (attribute")?.1;
        Some(path.replace("(identifier)", "").contains('(')).filter(|is_deeper| !is_deeper)
    };
    match () {
        () if is_defined => Role::Definition,
        () if before.ends_with("(call function: (identifier)") => Role::Call,
        () if is_assigned().is_some() => Role::Assigned,
        () => Role::Anywhere,
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
    use std::sync::Arc;

    use super::*;
    use crate::syntax::language;
    use crate::text::RepoPath;

    #[test]
    fn a_query_tells_what_its_captures_are() {
        let python = crate::syntax::language(crate::syntax::LanguageId::PYTHON.0).unwrap();
        let check = |text: &str, name: &str, expected| assert_eq!(Pattern::new(python, text).role_of(name), expected, "{text}");
        let function = "(function_definition name: (identifier) @name body: (block (_) @place) (#not-eq? @name \"x\"))";
        check(function, "name", Role::Definition);
        check(function, "place", Role::Anywhere);
        check("[(class_definition name: (identifier) @a) (function_definition\n  name: (identifier) @a)]", "a", Role::Definition);
        check("[(class_definition name: (identifier) @a) (call function: (identifier) @a)]", "a", Role::Anywhere);
        check("(call function: (identifier) @a arguments: (_) @ab)", "a", Role::Call);
        let assigned = "(assignment left: (attribute object: (identifier) @_self attribute: (identifier) @a))";
        check(assigned, "a", Role::Assigned);
        check(assigned, "_self", Role::Anywhere);
        check("(call function: (attribute attribute: (identifier) @a))", "a", Role::Anywhere);
    }

    #[test]
    fn a_joined_search_finds_what_a_whole_search_finds() {
        let text = "def load(a):\n    b = load(a)\n    return load\n\ndef reload(a):\n    load(a)\n\nclass load:\n    def load(self):\n        load(1)\n";
        let source = Source::parse(RepoPath::new("a.py").unwrap(), Arc::from(text.as_bytes())).unwrap();
        let whole = ByteSpan::new(0, text.len());
        for query in [
            "(function_definition name: (identifier) @name body: (block (_) @it .))",
            "[(function_definition name: (identifier) @name) (class_definition name: (identifier) @name)] @it",
            "(assignment left: (_) @it right: (call function: (identifier) @name))",
            "(block (expression_statement (call function: (identifier) @name)) @it)",
            "(identifier) @name",
        ] {
            let pattern = Pattern::new(language("python").unwrap(), query);
            let shown = |found: &[Captured<'_>]| format!("{found:?}");
            let all = pattern.matches(&source, whole);
            let is_joined = |one: &Captured<'_>| one.all("name").all(|node| source.text_of(node) == "load");
            let all: Vec<_> = all.into_iter().filter(is_joined).collect();
            let joined = pattern.matches_joined(&source, whole, |name| (name == "name").then_some("load"));
            assert_eq!(shown(&joined), shown(&all), "{query}");
            assert!(!joined.is_empty(), "{query}");
            assert!(pattern.matches_joined(&source, whole, |name| (name == "name").then_some("store")).is_empty());
        }
    }

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
