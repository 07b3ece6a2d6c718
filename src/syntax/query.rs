//! Queries: patterns that find places in a tree.
//!
//! The bindings accept queries that do not say what they seem to say: a predicate outside the brackets, an unknown predicate.
//! Those are refused here, when the query is made.

use tree_sitter::{Node, QueryCursor, QueryCursorOptions, StreamingIterator as _};

use super::limits::{MAX_MATCHES_UNDER_WAY, MAX_QUERY_REPORTS, countdown};
use super::{Language, QueryError, Source};
use crate::text::ByteSpan;

/// A checked, compiled query of one language.
#[derive(Debug)]
pub struct Query {
    compiled: tree_sitter::Query,
    captures: Vec<String>,
}

/// One match: the nodes that were captured, in the order of the tree.
#[derive(Debug, Clone)]
pub struct Captured<'s> {
    captures: &'s [String],
    pattern: usize,
    nodes: Vec<(u32, Node<'s>)>,
}

impl Query {
    /// Compiles `text` and checks it.
    ///
    /// # Errors
    /// [`QueryError`]: the line, the wrong name and the closest right one.
    pub fn new(language: &dyn Language, text: &str) -> Result<Query, QueryError> {
        let grammar = language.grammar();
        let compiled = tree_sitter::Query::new(&grammar, text).map_err(|error| QueryError::of(&error, &grammar, text))?;
        for pattern in 0..compiled.pattern_count() {
            check_pattern(&compiled, pattern, text)?;
        }
        let captures = compiled.capture_names().iter().map(|&name| name.to_owned()).collect();
        Ok(Query { compiled, captures })
    }

    /// The names that the patterns capture, without the `@`.
    pub fn capture_names(&self) -> &[String] {
        &self.captures
    }

    /// The number of patterns in the query.
    pub fn n_patterns(&self) -> usize {
        self.compiled.pattern_count()
    }

    /// Whether every match of `pattern` captures `name`.
    pub fn always_captures(&self, pattern: usize, name: &str) -> bool {
        use tree_sitter::CaptureQuantifier::{One, OneOrMore};
        let index = self.compiled.capture_index_for_name(name);
        index.is_some_and(|index| matches!(self.compiled.capture_quantifiers(pattern)[index as usize], One | OneOrMore))
    }

    /// The matches that touch `within`, in the order of their first captured byte; those that captured a comment are left out,
    /// since `(_)` means code.
    pub fn matches<'s>(&'s self, source: &'s Source, within: ByteSpan) -> Vec<Captured<'s>> {
        let mut found = Vec::new();
        // tree-sitter reads the end 0 as "no end".
        if within.end == 0 {
            return found;
        }
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MAX_MATCHES_UNDER_WAY);
        cursor.set_byte_range(within.start..within.end);
        let mut on_progress = countdown(MAX_QUERY_REPORTS);
        let mut progress = |_: &tree_sitter::QueryCursorState| on_progress();
        let options = QueryCursorOptions::new().progress_callback(&mut progress);
        let mut matches = cursor.matches_with_options(&self.compiled, source.root(), &source.bytes()[..], options);
        while let Some(one) = matches.next() {
            let nodes: Vec<(u32, Node<'s>)> = one.captures().iter().map(|capture| (capture.index, capture.node)).collect();
            if nodes.iter().all(|(_, node)| !node.is_extra()) {
                found.push(Captured { captures: &self.captures, pattern: one.pattern_index, nodes });
            }
        }
        found.sort_by_key(Captured::order);
        found
    }
}

impl<'s> Captured<'s> {
    /// The first node captured as `name`.
    pub fn get(&self, name: &str) -> Option<Node<'s>> {
        self.all(name).next()
    }

    /// Every node captured as `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = Node<'s>> {
        let index = self.captures.iter().position(|capture| capture == name);
        self.nodes.iter().filter(move |(at, _)| index == Some(*at as usize)).map(|&(_, node)| node)
    }

    /// Every captured node with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&'s str, Node<'s>)> {
        self.nodes.iter().map(|&(index, node)| (self.captures[index as usize].as_str(), node))
    }

    /// Which pattern of the query matched, from 0.
    pub fn pattern(&self) -> usize {
        self.pattern
    }

    /// What matches are sorted by: the first captured byte, then the pattern.
    pub(crate) fn order(&self) -> (Option<(usize, usize)>, usize) {
        let first = self.nodes.iter().map(|&(_, node)| (node.start_byte(), node.end_byte())).min();
        (first, self.pattern)
    }
}

fn check_pattern(query: &tree_sitter::Query, pattern: usize, text: &str) -> Result<(), QueryError> {
    let start = &text[query.start_byte_for_pattern(pattern)..];
    if start.strip_prefix('(').is_some_and(|inside| inside.trim_start().starts_with('#')) {
        return Err(QueryError::Outside);
    }
    if let Some(unknown) = query.general_predicates(pattern).first() {
        return Err(QueryError::predicate(&unknown.operator));
    }
    let is_setting = !query.property_settings(pattern).is_empty();
    match query.property_predicates(pattern).first() {
        Some((_, true)) => Err(QueryError::predicate("is?")),
        Some((_, false)) => Err(QueryError::predicate("is-not?")),
        None if is_setting => Err(QueryError::predicate("set!")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::syntax::{language, language_of};
    use crate::text::RepoPath;

    fn refused(text: &str) -> String {
        Query::new(language("python").unwrap(), text).unwrap_err().to_string()
    }

    fn found(path: &str, code: &str, query: &str) -> Vec<String> {
        let path = RepoPath::new(path).unwrap();
        let query = Query::new(language_of(&path).unwrap(), query).unwrap();
        let source = Source::parse(path, Arc::from(code.as_bytes())).unwrap();
        let matches = query.matches(&source, ByteSpan::new(0, code.len()));
        matches.iter().map(|one| one.iter().map(|(_, node)| source.text_of(node)).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_misspelt_name_is_told_with_the_closest_one() {
        assert_eq!(refused("(cal) @target"), "no node kind `cal`; did you mean `call`?");
        assert_eq!(refused("(call)\n(call funtion: (_)) @target"), "line 2: no field `funtion`; did you mean `function`?");
        assert_eq!(refused("((call) @target (#eq? @taget \"x\"))"), "no capture `taget`; did you mean `target`?");
        assert_eq!(refused("(call \"iff\") @target"), "no node kind `iff`; did you mean `if`?");
    }

    #[test]
    fn a_predicate_that_would_not_hold_what_it_promises_is_refused() {
        assert_eq!(
            refused("((call) @t (#eqq? @t \"x\"))"),
            "no predicate `#eqq?` (the bindings would take it as always true); did you mean `eq?`?"
        );
        assert_eq!(
            refused("(call) @target (#eq? @target \"x\")"),
            "a predicate stands outside the brackets of its pattern; there it is a pattern of its own that matches every node: \
             write `((call) @target (#eq? @target \"x\"))`"
        );
        assert!(refused("((call) @t (#set! a \"b\"))").starts_with("no predicate `#set!`"));
        assert!(refused("((call) @t (#match? @t \"(\"))").contains("Invalid regex"));
    }

    #[test]
    fn patterns_that_no_tree_can_match_are_refused() {
        assert_eq!(refused("(call (pass_statement)) @target"), "no tree can match this pattern: `(pass_statement)) @target`");
        assert!(refused("(call").starts_with("no query: it goes wrong at"));
    }

    #[test]
    fn matches_come_in_order_and_without_comments() {
        assert_eq!(found("a.py", "f(a, # c\n  b)\ng(c)\n", "(argument_list (_) @a)"), ["a", "b", "c"]);
        assert_eq!(found("a.py", "x + y * z\n", "(binary_operator operator: _ @op)"), ["+", "*"]);
    }

    #[test]
    fn predicates_read_the_text_not_the_mask() {
        let query = "((call_expression function: (identifier) @f) (#eq? @f \"assert\"))";
        assert_eq!(found("a.rs", "fn f() { assert!(g(1)); }\n", query), ["assert"]);
        assert_eq!(found("a.rs", "fn f() { assert!(vec![a + 1].len() == 1) }\n", "(binary_expression left: (identifier) @l)"), ["a"]);
    }

    #[test]
    fn an_empty_range_finds_nothing() {
        let source = Source::parse(RepoPath::new("a.py").unwrap(), Arc::from(&b"f()\n"[..])).unwrap();
        let query = Query::new(language("python").unwrap(), "(call) @c").unwrap();
        assert!(query.matches(&source, ByteSpan::empty(0)).is_empty());
        assert_eq!(query.matches(&source, ByteSpan::new(0, 1)).len(), 1);
    }
}
