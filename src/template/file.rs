//! The shape of template and vocabulary files, as TOML holds them. What the keys mean is checked in `load` and `vocabulary`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// `templates/<language>/<name>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateFile {
    pub summary: String,
    #[serde(rename = "match")]
    pub pattern: String,
    #[serde(rename = "where", default)]
    pub tests: Vec<TestFile>,
    #[serde(default, deserialize_with = "in_order")]
    pub holes: Vec<(String, HoleFile)>,
    #[serde(default)]
    pub rewrite: Vec<String>,
    #[serde(rename = "edit", default)]
    pub edits: Vec<EditFile>,
    pub limit: Option<usize>,
    pub search: Option<SearchFile>,
    #[serde(rename = "example", default)]
    pub examples: Vec<ExampleFile>,
}

/// One entry of `where`, in templates and in rules: all conditions that it names must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    /// The hole that is tested; the target without it.
    pub at: Option<String>,
    /// The node has one of these kinds.
    pub kinds: Option<Vec<String>>,
    /// The node has this role, or one of several with `|` between them.
    pub role: Option<String>,
    /// One of the ancestors has one of these kinds.
    pub inside: Option<Vec<String>>,
    /// No ancestor has one of these kinds.
    pub outside: Option<Vec<String>>,
    /// Ancestors from the first of these kinds on do not count.
    pub stop: Option<Vec<String>>,
    /// This query matches.
    pub has: Option<String>,
    /// This query does not match.
    pub lacks: Option<String>,
    /// Where `has` and `lacks` look: a scope or a hole; below `at` without it.
    #[serde(rename = "in")]
    pub scope: Option<String>,
    /// At run time its value was of this type, or of one of several with `|`; what nobody saw passes.
    pub is: Option<String>,
    /// At run time its value was of another type than this one; what nobody saw passes.
    pub is_not: Option<String>,
    /// These holes have the same text.
    pub equal: Option<Vec<String>>,
    /// These holes have different texts.
    pub differ: Option<Vec<String>>,
}

/// One `holes.NAME`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HoleFile {
    pub query: Option<String>,
    pub ingredient: Option<String>,
    pub one_of: Option<Vec<String>>,
    pub nearest: Option<String>,
    pub sibling: Option<String>,
    pub family: Option<Vec<String>>,
    pub map: Option<BTreeMap<String, String>>,
    pub resolver: Option<String>,
    pub given: Option<String>,
    pub default: Option<String>,
    pub of: Option<String>,
    pub with: Option<toml::Value>,
    #[serde(rename = "in")]
    pub scopes: Option<Vec<String>>,
    pub take: Option<String>,
    pub not: Option<Vec<String>>,
    pub apart: Option<Vec<String>>,
    pub like: Option<String>,
    pub ends: Option<String>,
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    pub equal: Option<BTreeMap<String, String>>,
    pub kinds: Option<Vec<String>>,
    pub role: Option<String>,
    pub limit: Option<usize>,
}

/// One `[[edit]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditFile {
    pub op: String,
    pub at: Option<String>,
    pub text: Option<String>,
    pub comma: Option<bool>,
}

/// `[search]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchFile {
    pub prior: f64,
    pub kinds: Option<Vec<String>>,
    #[serde(default)]
    pub needs: Vec<String>,
}

/// One `[[example]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleFile {
    pub name: String,
    pub before: String,
    pub after: Option<String>,
    pub line: Option<u32>,
    #[serde(default)]
    pub given: BTreeMap<String, String>,
    #[serde(default)]
    pub tests: Vec<String>,
    #[serde(default)]
    pub types: BTreeMap<String, String>,
    #[serde(default)]
    pub answers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub rank: Option<usize>,
}

/// `templates/<language>/vocabulary.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VocabularyFile {
    pub kinds: BTreeMap<String, Vec<String>>,
    pub families: BTreeMap<String, Vec<String>>,
    pub ingredients: BTreeMap<String, IngredientFile>,
    pub builtins: BTreeMap<String, Vec<String>>,
    pub roles: BTreeMap<String, Vec<String>>,
    pub types: BTreeMap<String, String>,
    pub layout: LayoutFile,
    pub imports: ImportsFile,
}

/// One `ingredients.NAME` of a vocabulary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IngredientFile {
    pub query: String,
    pub role: Option<String>,
}

/// `[layout]` of a vocabulary: how the language is laid out in lines and lists.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayoutFile {
    /// One level of indentation where a file shows none.
    pub indent: String,
    /// What stands between two statements on one line.
    pub joiner: String,
    /// What opens a comment that ends with its line.
    pub comment: String,
    /// What opens a comment that belongs to the item behind it.
    #[serde(default)]
    pub doc_comments: Vec<String>,
    /// Whether a block without a statement is an error.
    pub needs_body: bool,
    /// Whether a block may end in an expression that is its value.
    pub tails: bool,
    /// Nodes that hold one statement or definition and nothing else of weight.
    pub wrappers: Vec<String>,
    /// Nodes that belong to the sibling behind them.
    #[serde(default)]
    pub attached: Vec<String>,
    /// Nodes at the head of a block that stay first, as a query that captures `@it`.
    pub heading: String,
    /// Nodes whose children stand on lines of their own without being statements, and what ends such a line.
    #[serde(default)]
    pub lines: BTreeMap<String, String>,
    /// Nodes whose children are items with commas between them.
    pub lists: Vec<String>,
    /// Lists that are padded with blanks inside their brackets.
    #[serde(default)]
    pub padded: Vec<String>,
    /// Lists that keep the comma behind their only item.
    #[serde(default)]
    pub singles: Vec<String>,
    /// Items that must stand behind all others.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// A regex for the text of such an item.
    pub keyword_text: Option<String>,
    /// Nodes that hold text which is no code.
    pub strings: Vec<String>,
    /// The node of code inside a string.
    pub interpolation: Option<String>,
    /// Nodes that the real parser refuses right before one of these characters, though the grammar does not.
    #[serde(default)]
    pub weak: BTreeMap<String, String>,
    /// What opens a name inside a string literal, if string literals may name variables without the grammar seeing it.
    pub inline_name: Option<String>,
    /// What stands around an expression so that it can be parsed alone.
    pub probe: [String; 2],
    /// A macro that takes expressions, for the twins of examples.
    pub twin: Option<TwinFile>,
    /// What stands around an example's text in its nested twin.
    pub nest: [String; 2],
}

/// `layout.twin`: a macro around an expression.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TwinFile {
    /// What stands before and behind the expression.
    pub around: [String; 2],
    /// Nodes whose child is the largest expression of a statement.
    pub inside: Vec<String>,
}

/// `[imports]` of a vocabulary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportsFile {
    /// The nodes of imports.
    pub kinds: Vec<String>,
    /// Those of them that must stand before all others, in a block of their own.
    #[serde(default)]
    pub heads: Vec<String>,
    /// Nodes with imports of their own, each with the field of its body.
    #[serde(default)]
    pub scopes: BTreeMap<String, String>,
}

/// Holes are filled in the order of the file, so a map that sorts its keys will not do.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, HoleFile)>, D::Error> {
    struct InOrder;
    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, HoleFile)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table of holes")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut holes = Vec::new();
            while let Some(hole) = map.next_entry()? {
                holes.push(hole);
            }
            Ok(holes)
        }
    }
    deserializer.deserialize_map(InOrder)
}
