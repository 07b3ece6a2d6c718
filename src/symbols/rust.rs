//! Reads Rust modules.
//!
//! Macros are not expanded: what only a macro defines is not known here.
//!
//! Source: The Rust Reference, "Items", "Visibility and Privacy", "Associated Items".

mod scope;

use super::model::{Class, Definition, Import, Kind, Member, Outline, Parameter, ParameterKind, Signature};
use super::walk::{ancestors, below, fields, text};
use crate::syntax::{Node, Source, children, span};
use crate::text::{ByteSpan, RepoPath};

pub(super) use scope::names_at;

/// The path of the module that the file `path` is, by the default layout; `#[path]` is not followed.
pub(super) fn module_of(path: &RepoPath) -> String {
    let inside = path.as_str().rsplit_once("src/").map_or(path.file_name(), |(_, inside)| inside);
    let mut parts: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    if matches!(parts.as_slice(), ["lib" | "main"] | ["bin", _]) || !path.as_str().contains("src/") {
        parts.clear();
    }
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    std::iter::once("crate").chain(parts).collect::<Vec<_>>().join("::")
}

/// The folder of the crate that `path` is compiled into; a test, an example or a binary is a crate of its own.
pub(super) fn crate_of(path: &RepoPath) -> &str {
    let text = path.as_str();
    match text.rfind("src/") {
        Some(at) if !text[at..].starts_with("src/bin/") => &text[..at],
        _ => text,
    }
}

/// The module around `byte`, inline modules counted.
pub(super) fn module_at(source: &Source, byte: usize) -> String {
    let node = source.root().named_descendant_for_byte_range(byte, byte);
    node.map_or_else(|| module_of(source.path()), |node| module_around(source, node))
}

fn module_around(source: &Source, node: Node<'_>) -> String {
    let inline = ancestors(source, node).filter(|around| around.kind() == "mod_item");
    let mut parts: Vec<&str> = inline.filter_map(|module| Some(text(source, module.child_by_field_name("name")?))).collect();
    parts.push("");
    parts.reverse();
    module_of(source.path()) + &parts.join("::")
}

/// Reads one file.
pub(super) fn outline(source: &Source) -> Outline {
    let mut outline = Outline::default();
    for node in below(source.root(), |node| matches!(node.kind(), "mod_item" | "declaration_list")) {
        outline.definitions.extend(definition(source, node));
    }
    for node in below(source.root(), |_| true) {
        match node.kind() {
            "struct_item" | "enum_item" | "union_item" | "trait_item" => outline.classes.extend(declared(source, node)),
            "impl_item" => outline.classes.extend(implemented(source, node)),
            "function_item" | "function_signature_item" => outline.signatures.extend(signature(source, node)),
            "use_declaration" => outline.imports.extend(imports(source, node)),
            _ => {}
        }
    }
    outline
}

fn definition(source: &Source, node: Node<'_>) -> Option<Definition> {
    let kind = match node.kind() {
        "function_item" => Kind::Function,
        "struct_item" | "enum_item" | "union_item" | "type_item" => Kind::Class,
        "trait_item" => Kind::Trait,
        "const_item" | "static_item" => Kind::Variable,
        "mod_item" => Kind::Module,
        "macro_definition" => Kind::Macro,
        _ => return None,
    };
    // What stands in an `impl` or `trait` belongs to the type, not to the module.
    let is_associated = ancestors(source, node).any(|around| matches!(around.kind(), "impl_item" | "trait_item"));
    let name = node.child_by_field_name("name").filter(|_| !is_associated)?;
    Some(Definition {
        name: text(source, name).to_owned(),
        path: source.path().clone(),
        module: module_around(source, node),
        kind,
        span: span(name),
        is_private: !children(node).iter().any(|child| child.kind() == "visibility_modifier"),
    })
}

/// A struct, enum, union or trait as it is declared.
fn declared(source: &Source, node: Node<'_>) -> Option<Class> {
    let name = text(source, node.child_by_field_name("name")?).to_owned();
    let members = node.child_by_field_name("body").map(|body| members(source, body)).unwrap_or_default();
    // A derive adds methods that the text does not show.
    Some(Class { name, span: span(node), bases: Vec::new(), members, is_open: node.kind() != "trait_item" })
}

/// What an `impl` adds to its type; the trait counts as a base.
fn implemented(source: &Source, node: Node<'_>) -> Option<Class> {
    let of = text(source, node.child_by_field_name("type")?);
    let name = super::last_part(of).to_owned();
    let bases = fields(node, "trait").into_iter().map(|of| text(source, of).to_owned()).collect();
    let members = node.child_by_field_name("body").map(|body| members(source, body)).unwrap_or_default();
    Some(Class { name, span: span(node), bases, members, is_open: false })
}

fn members(source: &Source, body: Node<'_>) -> Vec<Member> {
    let member = |node: Node<'_>| {
        let kind = match node.kind() {
            "field_declaration" => Kind::Attribute,
            "enum_variant" => Kind::Variant,
            "function_item" | "function_signature_item" => Kind::Method,
            "const_item" => Kind::Variable,
            "type_item" | "associated_type" => Kind::Class,
            _ => return None,
        };
        let name = node.child_by_field_name("name")?;
        Some(Member { name: text(source, name).to_owned(), kind, span: span(name) })
    };
    children(body).into_iter().filter_map(member).collect()
}

fn signature(source: &Source, node: Node<'_>) -> Option<Signature> {
    let name = text(source, node.child_by_field_name("name")?).to_owned();
    let list = children(node.child_by_field_name("parameters")?);
    let around = ancestors(source, node).find(|around| matches!(around.kind(), "impl_item" | "trait_item" | "function_item"));
    let owner = around.and_then(|around| around.child_by_field_name(if around.kind() == "impl_item" { "type" } else { "name" }));
    let owner = owner.filter(|_| around.is_some_and(|around| around.kind() != "function_item"));
    let modifiers = children(node).into_iter().find(|child| child.kind() == "function_modifiers");
    Some(Signature {
        name,
        owner: owner.map(|owner| super::last_part(text(source, owner)).to_owned()),
        has_receiver: list.first().is_some_and(|first| first.kind() == "self_parameter"),
        parameters: list.into_iter().filter(|node| node.kind() != "attribute_item").map(|node| parameter(source, node)).collect(),
        is_async: modifiers.is_some_and(|modifiers| text(source, modifiers).contains("async")),
        is_constructor: false,
        returns: node.child_by_field_name("return_type").map(|returns| text(source, returns).to_owned()),
        span: span(node),
    })
}

fn parameter(source: &Source, node: Node<'_>) -> Parameter {
    let pattern = node.child_by_field_name("pattern").filter(|pattern| pattern.kind() == "identifier");
    let name = match node.kind() {
        "self_parameter" => "self",
        _ => pattern.map_or("", |pattern| text(source, pattern)),
    };
    let annotation = node.child_by_field_name("type").map(|annotation| text(source, annotation).to_owned());
    Parameter { name: name.to_owned(), kind: ParameterKind::PositionalOnly, is_optional: false, annotation }
}

/// The names that a `use` binds; nested lists are flattened.
fn imports(source: &Source, statement: Node<'_>) -> Vec<Import> {
    let within = ancestors(source, statement).find(|node| matches!(node.kind(), "function_item" | "mod_item")).map(span);
    let mut made = Vec::new();
    let mut waiting: Vec<(String, Node<'_>)> = fields(statement, "argument").into_iter().map(|node| (String::new(), node)).collect();
    while let Some((prefix, node)) = waiting.pop() {
        let whole = |part: &str| if prefix.is_empty() { part.to_owned() } else { format!("{prefix}::{part}") };
        match node.kind() {
            "use_list" => waiting.extend(children(node).into_iter().rev().map(|child| (prefix.clone(), child))),
            "scoped_use_list" => {
                let path = node.child_by_field_name("path").map(|path| whole(text(source, path))).unwrap_or_default();
                waiting.extend(fields(node, "list").into_iter().map(|list| (path.clone(), list)));
            }
            "use_wildcard" => made.push(("*".to_owned(), whole(text(source, node).trim_end_matches("::*")) + "::*")),
            "use_as_clause" => {
                let part = |field| node.child_by_field_name(field).map(|part| text(source, part)).unwrap_or_default();
                made.push((part("alias").to_owned(), whole(part("path"))));
            }
            "self" => made.push((prefix.rsplit(':').next().unwrap_or_default().to_owned(), prefix)),
            _ => made.push((super::last_part(text(source, node)).to_owned(), whole(text(source, node)))),
        }
    }
    made.into_iter().map(|(name, path)| import(name, &path, span(statement), within)).collect()
}

fn import(name: String, path: &str, span: ByteSpan, within: Option<ByteSpan>) -> Import {
    let (module, item) = path.rsplit_once("::").map_or((path, None), |(module, item)| (module, Some(item)));
    let item = item.filter(|item| *item != "*").map(str::to_owned);
    Import { name, module: module.to_owned(), item, span, within }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Symbols};
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::parse(RepoPath::new(path).unwrap(), text.as_bytes().into()).unwrap()
    }

    #[test]
    fn files_are_modules_by_the_default_layout() {
        for (path, module) in [
            ("src/lib.rs", "crate"),
            ("src/a.rs", "crate::a"),
            ("src/a/mod.rs", "crate::a"),
            ("crates/x/src/a/b.rs", "crate::a::b"),
            ("src/bin/tool.rs", "crate"),
            ("tests/all.rs", "crate"),
        ] {
            assert_eq!(module_of(&RepoPath::new(path).unwrap()), module, "{path}");
        }
    }

    #[test]
    fn items_know_their_module_and_who_may_use_them() {
        let source =
            source("src/a.rs", "pub struct S;\nfn f() {}\npub(crate) mod inner {\n    pub const N: u8 = 1;\n}\nimpl S { pub fn m() {} }\n");
        let symbols = Symbols::of(&[&source]);
        let shape: Vec<(&str, &str, Kind, bool)> = symbols
            .outline(source.path())
            .unwrap()
            .definitions
            .iter()
            .map(|d| (d.name.as_str(), d.module.as_str(), d.kind, d.is_private))
            .collect();
        assert_eq!(
            shape,
            [
                ("S", "crate::a", Kind::Class, false),
                ("f", "crate::a", Kind::Function, true),
                ("inner", "crate::a", Kind::Module, false),
                ("N", "crate::a::inner", Kind::Variable, false),
            ]
        );
    }

    #[test]
    fn a_type_holds_fields_variants_and_what_its_impls_add() {
        let one = source("src/a.rs", "pub struct S<T> { pub x: T, y: u8 }\nenum E { A, B(u8) }\n");
        let two = source(
            "src/b.rs",
            "impl<T> a::S<T> { fn new() -> Self { } const K: u8 = 1; }\nimpl<T> Run for S<T> { fn run(&self) {} }\ntrait Run { fn run(&self); fn more(&self) {} }\n",
        );
        let symbols = Symbols::of(&[&one, &two]);
        let names = |class: &str| symbols.members_of(class).unwrap().members.into_iter().map(|member| member.name).collect::<Vec<_>>();
        assert_eq!(names("S"), ["x", "y", "new", "K", "run", "run", "more"]);
        assert_eq!(names("E"), ["A", "B"]);
        assert_eq!(symbols.signature("new").unwrap().owner.as_deref(), Some("S"));
    }

    #[test]
    fn uses_are_flattened() {
        let source = source("src/a.rs", "use std::{fmt, io::{self, Read as R}};\nuse crate::x::*;\nmod tests { use super::y; }\n");
        let symbols = Symbols::of(&[&source]);
        let shape: Vec<(&str, &str, Option<&str>, bool)> = symbols
            .outline(source.path())
            .unwrap()
            .imports
            .iter()
            .map(|i| (i.name.as_str(), i.module.as_str(), i.item.as_deref(), i.within.is_some()))
            .collect();
        assert_eq!(
            shape,
            [
                ("fmt", "std", Some("fmt"), false),
                ("io", "std", Some("io"), false),
                ("R", "std::io", Some("Read"), false),
                ("*", "crate::x", None, false),
                ("y", "super", Some("y"), true),
            ]
        );
    }

    #[test]
    fn an_item_is_imported_from_its_module_within_its_crate() {
        let one = source("src/a.rs", "pub fn open() {}\nfn hidden() {}\nmod tests {}\n");
        let two = source("src/b.rs", "");
        let other = source("crates/x/src/lib.rs", "");
        let symbols = Symbols::of(&[&one, &two, &other]);
        let ways = |name: &str, from: &Source| symbols.import_for(name, from.path()).into_iter().map(|way| way.module).collect::<Vec<_>>();
        assert_eq!(ways("open", &two), ["crate::a"]);
        assert!(ways("hidden", &two).is_empty());
        assert!(ways("open", &other).is_empty());
        assert_eq!(symbols.import_at("hidden", &one, 43)[0].module, "super");
        assert_eq!(module_at(&one, 43), "crate::a::tests");
    }
}
