//! Rust: macro arguments are opaque token trees to its grammar, so the calls of known macros are masked as plain calls.
//!
//! Source: tree-sitter-rust 0.24.2, `grammar.js`.

mod balance;
mod mask;

use std::sync::LazyLock;

use regex::Regex;

use super::{Exact, Habits, Language, LanguageId, Node, Source, descendants, span};
use crate::text::{ByteSpan, Edit};

static HABITS: LazyLock<Habits> = LazyLock::new(|| {
    Habits {
    statements: &[
        "let_declaration",
        "expression_statement",
        "function_item",
        "struct_item",
        "enum_item",
        "enum_variant",
        "impl_item",
        "trait_item",
        "mod_item",
        "const_item",
        "static_item",
        "type_item",
        "match_arm",
    ],
    covers: Regex::new(
        r"\b(if|else|match|return|continue|break)\b|\?|\b(unwrap_or|unwrap_or_default|unwrap_or_else|map_or|is_some_and|is_none_or|ok|filter_map|get|get_mut|first|last|min|max|abs_diff|(saturating|checked|wrapping|overflowing)_\w+)\(|\.take\(\s*[^\s)]|\.unwrap\(\)|\.expect\(",
    )
    .expect("the pattern is fixed"),
    forbidden: Regex::new(r"\bunsafe\b|\b(todo|unimplemented|unreachable)!|#!?\[\s*(allow|expect|ignore|cfg)\b|\bmem::(forget|transmute|zeroed)\b|\bprocess::(exit|abort)\b")
        .expect("the pattern is fixed"),
    heads: &["function_item", "impl_item", "trait_item", "mod_item"],
    exact: vec![
        Exact { words: COUNTED, defaults: made_up(r"|\bwrapping_\w+\(") },
        // Hashes are meant to go around.
        Exact { words: HASHED, defaults: made_up("") },
        Exact { words: READ, defaults: made_up(r"|\bwrapping_\w+\(") },
    ],
}
});

/// What sums of money are called.
const COUNTED: &[&str] = &["money", "price", "amount", "balance", "cent", "cost", "salary", "currency", "payment"];
/// What hashes are called.
const HASHED: &[&str] = &["hash", "hasher", "digest", "checksum", "crc", "crc32", "md5", "sha1", "sha256"];
/// What reading a text is called.
const READ: &[&str] = &["parse", "parser", "parsing", "parsed", "decode", "decoder", "decoding", "decoded", "deserialize", "deserializer"];

/// What a made-up value is written with, and `more`.
fn made_up(more: &str) -> Regex {
    let calls = r"\b(unwrap_or|unwrap_or_default|unwrap_or_else|map_or|map_or_else|filter_map|floor_char_boundary|saturating_\w+)\(|\.(min|max|clamp)\(";
    let leaves = r#"\breturn\s+(-?\d|""|String::new\(|Vec::new\(|vec!\[\]|&\[\]|Default::default\()"#;
    Regex::new(&format!("{calls}|{leaves}{more}")).expect("the pattern is fixed")
}

/// Rust, all editions.
pub(super) struct Rust;

impl Language for Rust {
    fn id(&self) -> LanguageId {
        LanguageId::RUST
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_rust::LANGUAGE.into()
    }

    fn masked(&self, text: &[u8], tree: &tree_sitter::Tree) -> Option<Vec<u8>> {
        mask::masked(&self.grammar(), text, tree)
    }

    fn balanced(&self, source: &Source) -> Vec<Edit> {
        let repairs = balance::repairs(source.whole_text()).into_iter();
        repairs.map(|repair| Edit { span: ByteSpan::new(repair.at.start, repair.at.end), text: repair.text }).collect()
    }

    fn habits(&self) -> &'static Habits {
        &HABITS
    }

    /// Items under `#[test]`, `#[cfg(test)]` and kin, and documentation, whose examples are tests.
    fn test_spans(&self, source: &Source) -> Vec<ByteSpan> {
        descendants(source.root()).filter(|node| is_test_item(*node, source) || is_documentation(*node, source)).map(span).collect()
    }
}

/// Whether an attribute in front of the item makes it a test: `#[test]`, `#[tokio::test]`, `#[cfg(test)]`, `#[bench]`.
fn is_test_item(node: Node<'_>, source: &Source) -> bool {
    static TEST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^#\[\s*(cfg\s*\(.*\btest\b.*\)|([\w:]+::)?test\b.*|bench|rstest.*|test_case.*)\s*\]$").expect("the pattern is fixed")
    });
    if !node.kind().ends_with("_item") || node.kind() == "attribute_item" {
        return false;
    }
    let mut before = node.prev_named_sibling();
    while let Some(attribute) = before.filter(|node| matches!(node.kind(), "attribute_item" | "line_comment" | "block_comment")) {
        if attribute.kind() == "attribute_item"
            && TEST.is_match(source.text_of(attribute))
            && !source.text_of(attribute).contains("not(test")
        {
            return true;
        }
        before = attribute.prev_named_sibling();
    }
    false
}

/// Whether a comment is documentation with an example in it, which is a test.
fn is_documentation(node: Node<'_>, source: &Source) -> bool {
    let is_part = |node: &Node<'_>| is_doc_comment(*node, source);
    let before = std::iter::successors(node.prev_sibling().filter(is_part), |node| node.prev_sibling().filter(is_part));
    let after = std::iter::successors(node.next_sibling().filter(is_part), |node| node.next_sibling().filter(is_part));
    is_part(&node) && std::iter::once(node).chain(before).chain(after).any(|part| holds_example(source.text_of(part)))
}

fn is_doc_comment(node: Node<'_>, source: &Source) -> bool {
    matches!(node.kind(), "line_comment" | "block_comment")
        && ["///", "//!", "/**", "/*!"].iter().any(|start| source.text_of(node).starts_with(start))
}

/// Whether a doc comment has a fence or a line that is indented as code is.
fn holds_example(comment: &str) -> bool {
    let is_code = |line: &str| {
        let text = line.trim_start().trim_start_matches(['/', '*', '!']);
        text.starts_with("     ") && !text.trim().is_empty()
    };
    ["```", "~~~"].iter().any(|fence| comment.contains(fence)) || comment.lines().any(is_code)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::RepoPath;

    #[test]
    fn tests_and_documentation_are_spans_and_code_is_not() {
        let text = "/// Says\n/// ```\n/// f();\n/// ```\npub fn f() {}\n#[cfg(not(test))]\nmod a {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() {}\n}\n#[tokio::test]\nasync fn u() {}\n";
        let source = Source::parse(RepoPath::new("src/lib.rs").unwrap(), Arc::from(text.as_bytes())).unwrap();
        let spans: Vec<&str> = Rust.test_spans(&source).into_iter().map(|span| source.text(span).trim_end()).collect();
        assert_eq!(spans.iter().filter(|text| text.starts_with("///")).count(), 4);
        assert!(spans.iter().any(|text| text.starts_with("mod tests")));
        assert!(spans.iter().any(|text| text.starts_with("async fn u")));
        let words = Source::parse(RepoPath::new("src/lib.rs").unwrap(), Arc::from(b"/// Only words.\npub fn f() {}\n".as_slice())).unwrap();
        assert!(Rust.test_spans(&words).is_empty(), "documentation without an example is no test");
        assert!(!spans.iter().any(|text| text.starts_with("pub fn f") || text.starts_with("mod a")));
    }
}
