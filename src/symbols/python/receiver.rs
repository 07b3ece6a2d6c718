//! The class of a value, where the code beside it says so: a receiver, an annotation, a construction. Anything else is unknown.

use super::super::walk::{ancestors, below, fields, node_of_kind, text};
use super::decorators;
use crate::syntax::{Node, Source, children};
use crate::text::ByteSpan;

/// The class of the expression at `wanted`; none where the text does not tell.
pub(in crate::symbols) fn class_of(source: &Source, wanted: ByteSpan) -> Option<String> {
    let node = node_of_kind(source, wanted, &["identifier", "call", "attribute"])?;
    match node.kind() {
        "call" => constructed(source, node),
        "identifier" if is_receiver(source, node) => class_around(source, node),
        "identifier" => annotated(source, node).or_else(|| assigned(source, node, scope_of(source, node)?)),
        _ if is_receiver(source, node.child_by_field_name("object")?) => assigned(source, node, class_node(source, node)?),
        _ => None,
    }
}

/// Whether `node` is the first parameter of the method around it: `self`, `cls` or what the method calls it.
pub(super) fn is_receiver(source: &Source, node: Node<'_>) -> bool {
    let name = text(source, node);
    let is_method = |function: &Node<'_>| {
        let decorated = function.parent().filter(|parent| parent.kind() == "decorated_definition");
        let block = decorated.unwrap_or(*function).parent();
        let is_in_class = block.and_then(|block| block.parent()).is_some_and(|owner| owner.kind() == "class_definition");
        is_in_class && !decorators(source, decorated).contains(&"staticmethod")
    };
    // A function inside of a method sees the receiver of the method.
    let Some(method) = ancestors(source, node).filter(|around| around.kind() == "function_definition").find(is_method) else {
        return false;
    };
    let first = method.child_by_field_name("parameters").and_then(|list| children(list).into_iter().next());
    node.kind() == "identifier"
        && first.is_some_and(|first| text(source, first).split(':').next().is_some_and(|first| first.trim() == name))
}

fn class_node<'a>(source: &'a Source, node: Node<'a>) -> Option<Node<'a>> {
    ancestors(source, node).find(|around| around.kind() == "class_definition")
}

fn class_around(source: &Source, node: Node<'_>) -> Option<String> {
    Some(text(source, class_node(source, node)?.child_by_field_name("name")?).to_owned())
}

fn scope_of<'a>(source: &'a Source, node: Node<'a>) -> Option<Node<'a>> {
    ancestors(source, node).find(|around| matches!(around.kind(), "function_definition" | "module"))
}

/// The class that a call of a capitalised name makes: by PEP 8 such a name is a class.
fn constructed(source: &Source, call: Node<'_>) -> Option<String> {
    let callee = text(source, call.child_by_field_name("function")?);
    let name = callee.rsplit('.').next().unwrap_or(callee);
    (call.kind() == "call" && name.starts_with(char::is_uppercase)).then(|| name.to_owned())
}

/// The annotation of the parameter that bears the name; `Optional` and quotes are taken off.
fn annotated(source: &Source, name: Node<'_>) -> Option<String> {
    let function = ancestors(source, name).find(|around| around.kind() == "function_definition")?;
    let parameters = children(function.child_by_field_name("parameters")?);
    let bears = |parameter: &&Node<'_>| {
        let first = parameter.child_by_field_name("name").or_else(|| parameter.named_child(0));
        first.is_some_and(|first| text(source, first) == text(source, name))
    };
    let annotation = text(source, parameters.iter().find(bears)?.child_by_field_name("type")?);
    let bare = annotation.trim_matches(['"', '\'']);
    let bare = bare.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
    let bare = bare.strip_suffix("| None").unwrap_or(bare).trim();
    let is_plain = !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    is_plain.then(|| bare.rsplit('.').next().unwrap_or(bare).to_owned())
}

/// The class that all assignments to `target` in `scope` construct; none where they differ or one of them is something else.
fn assigned(source: &Source, target: Node<'_>, scope: Node<'_>) -> Option<String> {
    let wanted = text(source, target);
    let mut classes: Vec<Option<String>> = Vec::new();
    for assignment in below(scope, |_| true).into_iter().filter(|node| node.kind() == "assignment") {
        if fields(assignment, "left").iter().any(|left| text(source, *left) == wanted) {
            classes.push(assignment.child_by_field_name("right").and_then(|value| constructed(source, value)));
        }
    }
    classes.dedup();
    match classes.as_slice() {
        [one] => one.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::RepoPath;

    /// The class of the value in front of the last `.`.
    fn check(text: &str, expected: Option<&str>) {
        let source = Source::parse(RepoPath::new("a.py").unwrap(), text.as_bytes().into()).unwrap();
        let end = text.rfind('.').unwrap();
        let start = text[..end].rfind([' ', '\n', '(']).unwrap() + 1;
        assert_eq!(class_of(&source, ByteSpan::new(start, end)).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_receiver_an_annotation_and_a_construction_tell_the_class() {
        check("class C:\n    def m(self):\n        self.x\n", Some("C"));
        check("class C:\n    @staticmethod\n    def m(self):\n        self.x\n", None);
        check("def f(a: 'Optional[Foo]'):\n    a.x\n", Some("Foo"));
        check("def f(a: Foo | None):\n    a.x\n", Some("Foo"));
        check("def f():\n    a = m.Foo(1)\n    a.x\n", Some("Foo"));
        check("def f():\n    a = Foo()\n    a = g()\n    a.x\n", None);
        check("class C:\n    def __init__(self):\n        self.p = Foo()\n    def m(self):\n        self.p.x\n", Some("Foo"));
    }
}
