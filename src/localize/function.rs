//! The functions of a file as the search takes them: a method, or a function that no other function holds.

use crate::syntax::{LanguageId, Node, Source};
use crate::text::{ByteSpan, LineNo};

/// One function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// `Account.close`, `close`.
    pub name: String,
    /// All of it, with its decorators or attributes.
    pub span: ByteSpan,
    /// Its first line.
    pub first: LineNo,
    /// Its last line.
    pub last: LineNo,
}

/// The functions of `source` that no other function holds, in order.
pub fn functions(source: &Source) -> Vec<Function> {
    let is_python = source.language().id() == LanguageId::PYTHON;
    let (kind, owners): (_, &[&str]) =
        if is_python { ("function_definition", &["class_definition"]) } else { ("function_item", &["impl_item", "trait_item"]) };
    let mut found = Vec::new();
    let mut open: Vec<(Node<'_>, String)> = vec![(source.root(), String::new())];
    while let Some((node, owner)) = open.pop() {
        if node.kind() == kind {
            found.push(function(source, node, &owner));
            continue;
        }
        let owner = if owners.contains(&node.kind()) { named(source, node, &owner) } else { owner };
        let mut cursor = node.walk();
        let below: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        open.extend(below.into_iter().rev().map(|child| (child, owner.clone())));
    }
    found
}

fn function(source: &Source, node: Node<'_>, owner: &str) -> Function {
    let outer = source.ancestors(node).first().copied().filter(|parent| parent.kind() == "decorated_definition").unwrap_or(node);
    let span = source.span_of(outer);
    let lines = source.lines();
    Function { name: named(source, node, owner), span, first: lines.line_of(span.start), last: lines.line_of(span.end.max(1) - 1) }
}

/// `owner.name`.
fn named(source: &Source, node: Node<'_>, owner: &str) -> String {
    let name = ["name", "type"].into_iter().find_map(|field| node.child_by_field_name(field)).map_or("", |name| source.text_of(name));
    if owner.is_empty() { name.to_owned() } else { format!("{owner}.{name}") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::RepoPath;

    fn check(path: &str, text: &str, expected: &[(&str, u32, u32)]) {
        let source = Source::parse(RepoPath::new(path).unwrap(), Arc::from(text.as_bytes())).unwrap();
        let found = functions(&source);
        let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.first.get(), one.last.get())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn methods_and_outermost_functions_are_found_with_their_decorators() {
        let text =
            "def a():\n    def inner(): pass\n    return inner\n\nclass C:\n    @property\n    def b(self):\n        return 1\n\nx = 1\n";
        check("x.py", text, &[("a", 1, 3), ("C.b", 6, 8)]);
    }

    #[test]
    fn functions_of_rust_are_found_in_modules_and_impls() {
        let text = "fn a() {}\nmod m {\n    impl S {\n        fn b(&self) {\n        }\n    }\n}\n";
        check("x.rs", text, &[("a", 1, 1), ("S.b", 4, 5)]);
    }
}
