//! Two texts of Rust, compared by their syntax.

use std::collections::BTreeMap;
use std::sync::Arc;

use homeostasis::syntax::{Source, children, descendants};
use homeostasis::text::RepoPath;

/// What a program consists of; a patch after which it has fewer of them has deleted something.
const PARTS: &[&str] = &[
    "associated_type",
    "attribute_item",
    "const_item",
    "enum_item",
    "enum_variant",
    "expression_statement",
    "extern_crate_declaration",
    "field_declaration",
    "field_initializer",
    "function_item",
    "function_signature_item",
    "impl_item",
    "inner_attribute_item",
    "let_declaration",
    "macro_definition",
    "macro_invocation",
    "match_arm",
    "mod_item",
    "static_item",
    "struct_item",
    "trait_item",
    "type_item",
    "union_item",
    "use_declaration",
];

/// Whether `after` has fewer parts than `before`; one whose exact double stays is no loss, and one that became another kind of part neither.
pub(crate) fn deletes(before: &str, after: &str) -> bool {
    let (before, after) = (parts(before), parts(after));
    let is_lost = before.keys().any(|part| !after.contains_key(part));
    is_lost && after.values().sum::<usize>() < before.values().sum::<usize>()
}

/// Whether the two are equal but for white space and comments.
pub(crate) fn is_same(one: &str, two: &str) -> bool {
    tokens(one) == tokens(two)
}

fn parts(text: &str) -> BTreeMap<(String, String), usize> {
    let Some(source) = parse(text) else { return BTreeMap::new() };
    let mut all = BTreeMap::new();
    for node in descendants(source.root()).filter(|node| PARTS.contains(&node.kind())) {
        let text = source.text_of(node).split_whitespace().collect::<Vec<_>>().join(" ");
        *all.entry((node.kind().to_owned(), text)).or_default() += 1;
    }
    all
}

fn tokens(text: &str) -> Vec<String> {
    let Some(source) = parse(text) else { return Vec::new() };
    let is_comment = |kind: &str| kind.ends_with("comment");
    let mut all = Vec::new();
    let mut left = vec![source.root()];
    while let Some(node) = left.pop() {
        let inner = children(node);
        match inner.is_empty() || node.kind() == "string_literal" {
            _ if is_comment(node.kind()) => {}
            true => all.push(source.text_of(node).to_owned()),
            false => left.extend(inner.into_iter().rev()),
        }
    }
    // A comma before a closing bracket says nothing.
    let is_end = |token: &String| [")", "]", "}"].contains(&token.as_str());
    let ends: Vec<bool> = all.iter().skip(1).map(is_end).chain([false]).collect();
    all.into_iter().zip(ends).filter(|(token, is_before_end)| !(token == "," && *is_before_end)).map(|(token, _)| token).collect()
}

fn parse(text: &str) -> Option<Source> {
    Source::parse(RepoPath::new("example.rs").ok()?, Arc::from(text.as_bytes())).ok()
}
