//! Which names a scope binds, and which are in sight at a place.
//!
//! Source: The Python Language Reference 3.13, section 4.2.1 (binding of names) and 4.2.2 (resolution of names).

use super::super::model::{Kind, Name, Origin};
use super::super::walk::{ancestors, below, fields, node_at, text};
use crate::syntax::{Node, Source, children, span};
use crate::text::ByteSpan;

/// CPython 3.13, `dir(builtins)`, without the names that only the interactive interpreter has.
const BUILTINS: &str = include_str!("../../../templates/python/tables/builtins.txt");

/// A name that a scope binds, at its first binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) span: ByteSpan,
}

/// The names in sight at `byte`, nearest first; one name may come several times.
pub(in crate::symbols) fn names_at(source: &Source, byte: usize) -> Vec<Name> {
    let mut names = Vec::new();
    let mut n_functions = 0;
    let mut is_in_class_body = true;
    let Some(node) = node_at(source, ByteSpan::empty(byte)) else { return names };
    for scope in std::iter::once(node).chain(ancestors(source, node)) {
        let (own, parameter) = if n_functions == 0 { (Origin::Local, Origin::Parameter) } else { (Origin::Enclosing, Origin::Enclosing) };
        match scope.kind() {
            kind if is_comprehension(kind) => names.extend(comprehension(source, scope, own)),
            "lambda" => names.extend(parameters(source, scope, parameter)),
            "function_definition" if is_in_body(scope, byte) => {
                names.extend(named(bound_in(source, scope), own));
                names.extend(parameters(source, scope, parameter));
                n_functions += 1;
                is_in_class_body = false;
            }
            "class_definition" if is_in_class_body && is_in_body(scope, byte) => {
                names
                    .extend(scope.child_by_field_name("body").map(|body| named(bound_in(source, body), Origin::Class)).unwrap_or_default());
                is_in_class_body = false;
            }
            "module" => names.extend(named(bound_in(source, scope), Origin::Global)),
            _ => {}
        }
    }
    names.extend(builtins().map(|text| Name {
        text: text.to_owned(),
        origin: Origin::Builtin,
        kind: Kind::Variable,
        span: ByteSpan::empty(0),
    }));
    names
}

fn builtins() -> impl Iterator<Item = &'static str> {
    BUILTINS.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

fn is_in_body(scope: Node<'_>, byte: usize) -> bool {
    scope.child_by_field_name("body").is_some_and(|body| body.start_byte() <= byte && byte <= body.end_byte())
}

fn is_comprehension(kind: &str) -> bool {
    matches!(kind, "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression")
}

fn named(bound: Vec<Bound>, origin: Origin) -> Vec<Name> {
    bound.into_iter().map(|bound| Name { text: bound.name, origin, kind: bound.kind, span: bound.span }).collect()
}

fn comprehension(source: &Source, node: Node<'_>, origin: Origin) -> Vec<Name> {
    let clauses = children(node).into_iter().filter(|child| child.kind() == "for_in_clause");
    let bound = clauses.flat_map(|clause| fields(clause, "left")).flat_map(targets);
    named(bound.map(|target| variable(source, target)).collect(), origin)
}

fn parameters(source: &Source, function: Node<'_>, origin: Origin) -> Vec<Name> {
    let list = function.child_by_field_name("parameters").map(children).unwrap_or_default();
    let named_by = |node: Node<'_>| {
        let pattern = node.child_by_field_name("name").or_else(|| (node.kind() == "typed_parameter").then(|| node.named_child(0))?);
        targets(pattern.unwrap_or(node)).into_iter().map(|target| variable(source, target)).collect::<Vec<_>>()
    };
    // Annotations and defaults hold identifiers too: only the pattern binds.
    list.into_iter().flat_map(|node| named(named_by(node), origin)).collect()
}

fn variable(source: &Source, node: Node<'_>) -> Bound {
    Bound { name: text(source, node).to_owned(), kind: Kind::Variable, span: span(node) }
}

/// The identifiers that the pattern `target` binds; an attribute or subscript binds none.
pub(super) fn targets(target: Node<'_>) -> Vec<Node<'_>> {
    let is_pattern = |node: Node<'_>| !matches!(node.kind(), "attribute" | "subscript" | "call");
    below(target, is_pattern).into_iter().filter(|node| node.kind() == "identifier" && is_pattern(target)).collect()
}

/// What `scope` (module, class body, function) binds itself, each name once, in the order of the text. Parameters are not among them,
/// nor what `global` and `nonlocal` give away.
pub(super) fn bound_in(source: &Source, scope: Node<'_>) -> Vec<Bound> {
    let root = scope.child_by_field_name("body").unwrap_or(scope);
    let is_own =
        |node: Node<'_>| !matches!(node.kind(), "function_definition" | "class_definition" | "lambda") && !is_comprehension(node.kind());
    let nodes = below(root, is_own);
    let given_away: Vec<&str> = nodes
        .iter()
        .filter(|node| matches!(node.kind(), "global_statement" | "nonlocal_statement"))
        .flat_map(|node| children(*node))
        .map(|name| text(source, name))
        .collect();
    let mut bound: Vec<Bound> = Vec::new();
    for binding in nodes.into_iter().flat_map(|node| bindings(source, node)) {
        if !given_away.contains(&binding.name.as_str()) && !bound.iter().any(|other| other.name == binding.name) {
            bound.push(binding);
        }
    }
    bound
}

/// What `node` itself binds.
fn bindings(source: &Source, node: Node<'_>) -> Vec<Bound> {
    let all = |nodes: Vec<Node<'_>>| nodes.into_iter().flat_map(targets).map(|target| variable(source, target)).collect();
    match node.kind() {
        "assignment" | "augmented_assignment" | "for_statement" => all(fields(node, "left")),
        "named_expression" => all(fields(node, "name")),
        "as_pattern_target" => all(children(node)),
        "function_definition" => definition(source, node, Kind::Function),
        "class_definition" => definition(source, node, Kind::Class),
        "import_statement" | "import_from_statement" => imported(source, node),
        "case_pattern" => captured(source, node),
        _ => Vec::new(),
    }
}

fn definition(source: &Source, node: Node<'_>, kind: Kind) -> Vec<Bound> {
    fields(node, "name").into_iter().map(|name| Bound { kind, ..variable(source, name) }).collect()
}

fn imported(source: &Source, statement: Node<'_>) -> Vec<Bound> {
    let bound = |node: Node<'_>| {
        let name = node.child_by_field_name("alias").or_else(|| node.named_child(0)).unwrap_or(node);
        Bound { kind: Kind::Import, ..variable(source, name) }
    };
    fields(statement, "name").into_iter().map(bound).collect()
}

/// A name alone in a `case` catches the value; a dotted one is compared with.
fn captured(source: &Source, pattern: Node<'_>) -> Vec<Bound> {
    let alone = children(pattern).into_iter().filter(|node| node.kind() == "dotted_name" && node.named_child_count() == 1);
    alone.map(|name| variable(source, name)).filter(|bound| bound.name != "_").collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::{Origin, Symbols};
    use crate::syntax::Source;
    use crate::text::RepoPath;

    /// The names in sight at `|`, without the language's own.
    fn check(text: &str, expected: &[(&str, Origin)]) {
        let byte = text.find('|').unwrap();
        let source = Source::parse(RepoPath::new("a.py").unwrap(), text.replace('|', "").into_bytes().into()).unwrap();
        let names = Symbols::of(&[&source]).names_at(&source, byte);
        let found: Vec<(&str, Origin)> =
            names.iter().filter(|name| name.origin != Origin::Builtin).map(|name| (name.text.as_str(), name.origin)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn locals_come_before_parameters_and_the_module() {
        check(
            "import os.path\nfrom a import b as c\ndef f(x, *y, z: T = 1, **k):\n    for i, (j, o.p) in x:\n        |pass\n    with g() as h:\n        pass\n",
            &[
                ("i", Origin::Local),
                ("j", Origin::Local),
                ("h", Origin::Local),
                ("x", Origin::Parameter),
                ("y", Origin::Parameter),
                ("z", Origin::Parameter),
                ("k", Origin::Parameter),
                ("os", Origin::Global),
                ("c", Origin::Global),
                ("f", Origin::Global),
            ],
        );
    }

    #[test]
    fn a_method_does_not_see_the_names_of_its_class_but_the_body_does() {
        check("class C:\n    a = 1\n    def m(self):\n        |pass\n", &[("self", Origin::Parameter), ("C", Origin::Global)]);
        check("class C:\n    a = 1\n    b = |a\n", &[("a", Origin::Class), ("b", Origin::Class), ("C", Origin::Global)]);
    }

    #[test]
    fn comprehensions_lambdas_walrus_and_global_are_minded() {
        check(
            "def f(s):\n    global g\n    g = 1\n    return [|a for a in s if (n := a)]\n",
            &[("a", Origin::Local), ("s", Origin::Parameter), ("f", Origin::Global)],
        );
        check("h = lambda u: |u\n", &[("u", Origin::Parameter), ("h", Origin::Global)]);
    }
}
