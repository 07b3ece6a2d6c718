//! Classes whose constructor nobody writes: data classes and named tuples. Their fields are its parameters.
//!
//! Source: CPython 3.13, `Lib/dataclasses.py`, `_init_fn`; `Lib/collections/__init__.py`, `namedtuple`; `Lib/typing.py`, `NamedTuple`.

use super::super::model::{Class, Kind, Member, Parameter, ParameterKind, Signature};
use super::super::walk::{below, fields, text};
use super::decorators;
use crate::syntax::{Node, Source, children, span};
use crate::text::ByteSpan;

/// The constructor that a data class or a `NamedTuple` gets; none for another class, and none where the class writes its own.
pub(super) fn constructor(source: &Source, class: Node<'_>) -> Option<Signature> {
    let decorated = class.parent().filter(|parent| parent.kind() == "decorated_definition");
    let is_last = |name: &str, wanted: &[&str]| wanted.contains(&name.rsplit('.').next().unwrap_or(name));
    let bases = class.child_by_field_name("superclasses").map(children).unwrap_or_default();
    let is_record = decorators(source, decorated).iter().any(|name| is_last(name, &["dataclass", "define", "frozen", "attrs"]))
        || bases.iter().any(|base| is_last(text(source, *base), &["NamedTuple"]));
    let statements = children(class.child_by_field_name("body")?);
    let is_written = |node: &Node<'_>| node.child_by_field_name("name").is_some_and(|name| text(source, name) == "__init__");
    if !is_record || statements.iter().any(is_written) {
        return None;
    }
    let assignments = statements.into_iter().flat_map(children).filter(|node| node.kind() == "assignment");
    let parameters = assignments.filter_map(|field| annotated(source, field)).collect();
    Some(made(text(source, class.child_by_field_name("name")?), parameters, span(class)))
}

/// The parameter of `name: type = default`; none for a plain assignment and for a variable of the class.
fn annotated(source: &Source, field: Node<'_>) -> Option<Parameter> {
    let annotation = text(source, field.child_by_field_name("type")?);
    let name = text(source, field.child_by_field_name("left")?);
    let is_of_class = annotation.contains("ClassVar");
    (!is_of_class).then(|| parameter(name, field.child_by_field_name("right").is_some(), Some(annotation.to_owned())))
}

/// The class of `Name = namedtuple("Name", fields)` and its constructor.
pub(super) fn named_tuple(source: &Source, assignment: Node<'_>) -> Option<(Class, Signature)> {
    let name = assignment.child_by_field_name("left").filter(|left| left.kind() == "identifier")?;
    let call = assignment.child_by_field_name("right").filter(|right| right.kind() == "call")?;
    let maker = text(source, call.child_by_field_name("function")?);
    if !matches!(maker.rsplit('.').next(), Some("namedtuple" | "NamedTuple")) {
        return None;
    }
    let arguments = children(call.child_by_field_name("arguments")?);
    let words = below(*arguments.get(1)?, |_| true).into_iter().filter(|node| node.kind() == "string_content");
    let names: Vec<&str> = words.flat_map(|node| text(source, node).split([' ', ',', '\n'])).filter(|word| !word.is_empty()).collect();
    let has_defaults = arguments.iter().any(|argument| fields(*argument, "name").iter().any(|key| text(source, *key) == "defaults"));
    let parameters = names.iter().map(|field| parameter(field, has_defaults, None)).collect();
    let members = names.iter().map(|field| Member { name: (*field).to_owned(), kind: Kind::Attribute, span: span(call) }).collect();
    let of = text(source, name);
    let class = Class { name: of.to_owned(), span: span(assignment), bases: vec!["tuple".to_owned()], members, is_open: false };
    Some((class, made(of, parameters, span(assignment))))
}

fn parameter(name: &str, is_optional: bool, annotation: Option<String>) -> Parameter {
    Parameter { name: name.to_owned(), kind: ParameterKind::Plain, is_optional, annotation }
}

fn made(owner: &str, parameters: Vec<Parameter>, span: ByteSpan) -> Signature {
    Signature {
        name: "__init__".to_owned(),
        owner: Some(owner.to_owned()),
        parameters,
        has_receiver: false,
        is_async: false,
        is_constructor: true,
        returns: None,
        span,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Symbols;
    use crate::syntax::Source;
    use crate::text::RepoPath;

    fn check(text: &str, expected: &[(&str, bool)]) {
        let source = Source::parse(RepoPath::new("a.py").unwrap(), text.as_bytes().into()).unwrap();
        let symbols = Symbols::of(&[&source]);
        let signature = symbols.signature("Point").unwrap();
        let shape: Vec<(&str, bool)> = signature.open_parameters().iter().map(|p| (p.name.as_str(), p.is_optional)).collect();
        assert_eq!(shape, expected, "{text}");
    }

    #[test]
    fn the_fields_of_a_record_are_the_parameters_of_its_constructor() {
        check(
            "@dataclass(frozen=True)\nclass Point:\n    x: int\n    y: int = 0\n    n: ClassVar[int] = 1\n",
            &[("x", false), ("y", true)],
        );
        check("class Point(typing.NamedTuple):\n    x: int\n", &[("x", false)]);
        check("Point = namedtuple('Point', 'x, y')\n", &[("x", false), ("y", false)]);
        check("Point = collections.namedtuple('Point', ['x', 'y'])\n", &[("x", false), ("y", false)]);
        check("@dataclass\nclass Point:\n    x: int\n    def __init__(self, z): pass\n", &[("z", false)]);
    }
}
