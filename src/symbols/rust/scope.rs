//! Which names are in sight at a place of a Rust file.
//!
//! Source: The Rust Reference, "Scopes", "Preludes" (2021 and 2024 editions).

use super::super::model::{Kind, Name, Origin};
use super::super::walk::{ancestors, below, fields, node_at, text};
use crate::syntax::{Node, Source, children, span};
use crate::text::ByteSpan;

/// The names of `std::prelude` that code writes by themselves.
const PRELUDE: &[&str] = &[
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "String",
    "Vec",
    "Box",
    "ToString",
    "ToOwned",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "Default",
    "Iterator",
    "IntoIterator",
    "Extend",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "FromIterator",
    "Eq",
    "PartialEq",
    "Ord",
    "PartialOrd",
    "drop",
];

/// The names in sight at `byte`, nearest first; one name may come several times.
pub(in crate::symbols) fn names_at(source: &Source, byte: usize) -> Vec<Name> {
    let mut names = Vec::new();
    let mut is_inside = false;
    let Some(node) = node_at(source, ByteSpan::empty(byte)) else { return names };
    for scope in std::iter::once(node).chain(ancestors(source, node)) {
        match scope.kind() {
            // An item sees no variables of the function around it, and a module nothing of the module around it.
            "function_item" if !is_inside => {
                names.extend(parameters(source, scope));
                is_inside = true;
            }
            "block" if !is_inside => names.extend(lets(source, scope, byte)),
            "closure_expression" if !is_inside => {
                names.extend(fields(scope, "parameters").into_iter().flat_map(|list| bound(source, list, Origin::Local)));
            }
            "for_expression" | "match_arm" | "if_expression" | "while_expression" if !is_inside => {
                names.extend(patterns(source, scope, byte));
            }
            "source_file" | "mod_item" => {
                names.extend(items(source, scope));
                break;
            }
            _ => {}
        }
    }
    names.extend(PRELUDE.iter().map(|text| Name {
        text: (*text).to_owned(),
        origin: Origin::Builtin,
        kind: Kind::Variable,
        span: ByteSpan::empty(0),
    }));
    names
}

/// The names that the pattern `node` binds: by custom a name in capitals is a constant or a variant.
fn bound(source: &Source, node: Node<'_>, origin: Origin) -> Vec<Name> {
    let is_pattern = |node: Node<'_>| !matches!(node.kind(), "scoped_identifier" | "type_identifier" | "generic_type" | "reference_type");
    let names = below(node, is_pattern).into_iter().filter(|node| matches!(node.kind(), "identifier" | "shorthand_field_identifier"));
    let names = names.map(|name| Name { text: text(source, name).to_owned(), origin, kind: Kind::Variable, span: span(name) });
    names.filter(|name| !name.text.starts_with(char::is_uppercase)).collect()
}

fn parameters(source: &Source, function: Node<'_>) -> Vec<Name> {
    let mut names = Vec::new();
    for parameter in fields(function, "parameters").into_iter().flat_map(children) {
        if parameter.kind() == "self_parameter" {
            names.push(Name { text: "self".to_owned(), origin: Origin::Parameter, kind: Kind::Variable, span: span(parameter) });
        }
        names.extend(fields(parameter, "pattern").into_iter().flat_map(|pattern| bound(source, pattern, Origin::Parameter)));
    }
    names
}

/// The variables that the block binds before `byte`, the last first.
fn lets(source: &Source, block: Node<'_>, byte: usize) -> Vec<Name> {
    let before = children(block).into_iter().rev().filter(|node| node.kind() == "let_declaration" && node.end_byte() <= byte);
    before.flat_map(|declaration| fields(declaration, "pattern")).flat_map(|pattern| bound(source, pattern, Origin::Local)).collect()
}

/// The names that the pattern of a loop, an arm or a condition binds for its body.
fn patterns(source: &Source, node: Node<'_>, byte: usize) -> Vec<Name> {
    let mut found = fields(node, "pattern");
    let conditions = fields(node, "condition").into_iter().flat_map(|condition| below(condition, |_| true));
    found.extend(
        conditions.filter(|node| node.kind() == "let_condition" && node.end_byte() <= byte).flat_map(|node| fields(node, "pattern")),
    );
    found.into_iter().filter(|pattern| pattern.end_byte() <= byte).flat_map(|pattern| bound(source, pattern, Origin::Local)).collect()
}

/// The items and imports of a module.
fn items(source: &Source, module: Node<'_>) -> Vec<Name> {
    let body = module.child_by_field_name("body").unwrap_or(module);
    let mut names = Vec::new();
    for item in children(body) {
        if item.kind() == "use_declaration" {
            let imports = super::imports(source, item).into_iter().filter(|import| import.name != "*");
            names.extend(imports.map(|import| Name { text: import.name, origin: Origin::Global, kind: Kind::Import, span: span(item) }));
        }
        let definition = super::definition(source, item);
        names.extend(definition.map(|item| Name { text: item.name, origin: Origin::Global, kind: item.kind, span: item.span }));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::super::{Origin, Symbols};
    use crate::syntax::Source;
    use crate::text::RepoPath;

    /// The names in sight at `|`, without the prelude.
    fn check(text: &str, expected: &[&str]) {
        let byte = text.find('~').unwrap();
        let source = Source::parse(RepoPath::new("src/a.rs").unwrap(), text.replace('~', "").into_bytes().into()).unwrap();
        let names = Symbols::of(&[&source]).names_at(&source, byte);
        let found: Vec<&str> = names.iter().filter(|name| name.origin != Origin::Builtin).map(|name| name.text.as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn variables_before_the_place_and_items_of_the_module_are_in_sight() {
        check(
            "use std::fmt;\nfn f(a: u8, (b, _): P) {\n    let c = 1;\n    if let Some(d) = a { ~d; }\n    let e = 2;\n}\nconst K: u8 = 1;\n",
            &["d", "c", "a", "b", "fmt", "f", "K"],
        );
        check("fn f() { v.iter().map(|x| ~x); match y { Q { z, .. } => 1 } }\n", &["x", "f"]);
        check("fn f() {}\nmod m {\n    fn g() { ~; }\n}\n", &["g"]);
    }
}
