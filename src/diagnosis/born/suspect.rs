//! Which expressions of a line may have been the None that a message tells of.
//!
//! Source: CPython 3.13, `Objects/abstract.c` (`binop_type_error`, `PyObject_GetItem`, `PyObject_GetIter`), `Objects/object.c`
//! (`do_richcompare`), `Lib/unittest/case.py` (`assertEqual`).

use std::sync::LazyLock;

use regex::Regex;

use crate::event::Event;
use crate::syntax::{Node, Source, children, descendants};
use crate::text::{ByteSpan, LineNo};

/// What a message says of the None.
enum Said<'m> {
    Attribute(&'m str),
    Element,
    Unpacked,
    Iterated,
    Length,
    Called,
    Searched,
    Awaited,
    Entered,
    /// The operator, and whether the left and the right side is None.
    Operands(&'m str, bool, bool),
    Unary,
    Argument,
    /// An assertion about what a function of this name gave.
    Given(&'m str),
    /// `assert` with None alone, on the left and on the right.
    Assert(bool, bool),
    Asserted,
}

static OPERANDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:unsupported operand type\(s\) for (\S+?)(?: or pow\(\))?|'([<>]=?)' not supported between instances of)(?::| )\s*'(\w+)' and '(\w+)'$",
    )
});
static JOINED: LazyLock<Regex> = LazyLock::new(|| regex(r#"^can only concatenate \w+ \(not "NoneType"\) to \w+$"#));
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| regex(r"^'NoneType' object has no attribute '(\w+)'"));
static GIVEN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?s)^assert None\b.*where None = (?:<bound method )?(?:[\w.]*\.)?(\w+)(?: of .*>)?\("));
static ASSERTED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:None != .*|.* != None\b.*|unexpectedly None)"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant")
}

fn said(event: &Event) -> Option<Said<'_>> {
    let message = event.message.as_str();
    let group = |regex: &Regex, n: usize| regex.captures(message).and_then(|found| Some(found.get(n)?.as_str()));
    if event.kind == "AssertionError" || event.kind.ends_with(".AssertionError") {
        let sides = (message.starts_with("assert None == "), message.lines().next().is_some_and(|line| line.ends_with(" == None")));
        let is_plain = message == "assert None" || message.starts_with("assert None\n");
        let of_assert =
            (is_plain || sides.0 || (sides.1 && message.starts_with("assert "))).then_some(Said::Assert(is_plain || sides.0, sides.1));
        return group(&GIVEN, 1).map(Said::Given).or(of_assert).or_else(|| ASSERTED.is_match(message).then_some(Said::Asserted));
    }
    if !matches!(event.kind.as_str(), "TypeError" | "AttributeError") || !message.contains("NoneType") {
        return None;
    }
    if let Some(found) = OPERANDS.captures(message) {
        let operator = found.get(1).or_else(|| found.get(2))?.as_str();
        return Some(Said::Operands(operator, &found[3] == "NoneType", &found[4] == "NoneType"));
    }
    if JOINED.is_match(message) {
        return Some(Said::Operands("+", false, true));
    }
    let starts = |text: &str| message.starts_with(text);
    Some(match message {
        _ if ATTRIBUTE.is_match(message) => Said::Attribute(group(&ATTRIBUTE, 1)?),
        _ if starts("cannot unpack non-iterable NoneType") => Said::Unpacked,
        _ if starts("'NoneType' object is not subscriptable") || starts("'NoneType' object does not support item") => Said::Element,
        _ if starts("'NoneType' object is not iterable") => Said::Iterated,
        _ if starts("object of type 'NoneType' has no len") => Said::Length,
        _ if starts("'NoneType' object is not callable") => Said::Called,
        _ if starts("argument of type 'NoneType' is not") => Said::Searched,
        _ if starts("object NoneType can't be used in 'await'") => Said::Awaited,
        _ if starts("'NoneType' object does not support the") => Said::Entered,
        _ if starts("can't multiply sequence by non-int of type 'NoneType'") => Said::Operands("*", true, true),
        _ if starts("bad operand type for unary") => Said::Unary,
        _ if message.contains("not 'NoneType'")
            || message.contains("not NoneType")
            || message.contains("got 'NoneType'")
            || message.contains("NoneType found")
            || message.contains("NoneType given") =>
        {
            Said::Argument
        }
        _ => return None,
    })
}

/// Whether the message tells of a None at all.
pub(super) fn is_of_none(event: &Event) -> bool {
    said(event).is_some()
}

/// How many values an unpacking wants, told by its node.
pub(super) fn wanted(node: Node<'_>) -> Option<usize> {
    let assignment = node.parent().filter(|parent| parent.kind() == "assignment")?;
    let left = assignment.child_by_field_name("left").filter(|left| is_pattern(*left))?;
    Some(children(left).len())
}

/// The expressions on `line` that may have been None. With `is_inside`, the failure itself is in code of others that was called here.
pub(super) fn suspects<'s>(source: &'s Source, line: LineNo, event: &Event, marked: Option<ByteSpan>, is_inside: bool) -> Vec<Node<'s>> {
    let Some(said) = said(event) else { return Vec::new() };
    let is_asserted = matches!(said, Said::Given(_) | Said::Assert(..) | Said::Asserted);
    let said = if is_inside && !is_asserted { Said::Argument } else { said };
    let is_here = |node: &Node<'_>| {
        let lines = source.lines();
        (lines.line_of(node.start_byte())..=lines.line_of(node.end_byte())).contains(&line)
    };
    let mut found: Vec<(Node<'s>, Node<'s>)> = Vec::new();
    for node in descendants(source.root()).filter(|node| is_here(node)) {
        found.extend(none_parts(source, node, &said).into_iter().map(|part| (node, part)));
    }
    // A statement with a block counts by the line of the part that is looked at.
    found.retain(|(_, part)| is_here(part));
    let span = |node: &Node<'s>| ByteSpan::new(node.start_byte(), node.end_byte());
    let exact: Vec<Node<'s>> = found
        .iter()
        .filter(|(whole, part)| [span(whole), span(part)].iter().any(|span| marked == Some(*span)))
        .map(|(_, part)| *part)
        .collect();
    let mut parts = if exact.is_empty() { found.into_iter().map(|(_, part)| part).collect() } else { exact };
    let mut seen = std::collections::BTreeSet::new();
    parts.retain(|part| seen.insert((part.start_byte(), part.end_byte())));
    parts
}

fn none_parts<'s>(source: &'s Source, node: Node<'s>, said: &Said<'_>) -> Vec<Node<'s>> {
    let part = |field: &str| node.child_by_field_name(field);
    let all = |fields: [Option<Node<'s>>; 2]| fields.into_iter().flatten().collect::<Vec<_>>();
    let name = |field: &str| part(field).map(|node| source.text_of(node)).unwrap_or_default();
    match (said, node.kind()) {
        (Said::Attribute(wanted), "attribute") if name("attribute") == *wanted => all([part("object"), None]),
        (Said::Element, "subscript") | (Said::Entered, "with_item") => all([part("value"), None]),
        (Said::Unpacked, "assignment") if part("left").is_some_and(is_pattern) => all([part("right"), None]),
        (Said::Iterated, "for_statement" | "for_in_clause") => all([part("right"), None]),
        (Said::Iterated, "call") if ITERATES.contains(&last(name("function"))) => arguments(node),
        (Said::Length, "call") if name("function") == "len" => arguments(node),
        (Said::Called, "call") => all([part("function"), None]),
        (Said::Searched, "comparison_operator") => children(node).into_iter().skip(1).collect(),
        (Said::Iterated, "list_splat") | (Said::Awaited, "await") | (Said::Unary, "unary_operator") => children(node),
        (Said::Operands(wanted, left, right), "binary_operator" | "augmented_assignment") if name("operator") == *wanted => {
            all([part("left").filter(|_| *left), part("right").filter(|_| *right)])
        }
        (Said::Operands(_, left, right), "comparison_operator") => match children(node).as_slice() {
            [one, two] => all([Some(*one).filter(|_| *left), Some(*two).filter(|_| *right)]),
            _ => Vec::new(),
        },
        (Said::Argument, "call") => arguments(node),
        (Said::Given(wanted), "call") if last(name("function")) == *wanted => vec![node],
        (Said::Assert(left, right), "assert_statement") => {
            let condition = children(node).into_iter().next();
            let sides = condition.filter(|condition| condition.kind() == "comparison_operator").map(children);
            match sides.as_deref() {
                Some([one, two]) => all([Some(*one).filter(|_| *left), Some(*two).filter(|_| *right)]),
                Some(_) => Vec::new(),
                None => all([condition.filter(|_| *left), None]),
            }
        }
        (Said::Asserted, "call") if last(name("function")).starts_with("assert") => {
            arguments(node).into_iter().take(2).filter(|argument| argument.kind() == "call").collect()
        }
        _ => Vec::new(),
    }
}

/// What goes through all elements of an argument.
const ITERATES: &[&str] = &[
    "list",
    "tuple",
    "set",
    "dict",
    "sorted",
    "sum",
    "max",
    "min",
    "any",
    "all",
    "enumerate",
    "zip",
    "map",
    "filter",
    "join",
    "extend",
    "update",
    "frozenset",
    "reversed",
    "iter",
    "Counter",
];

fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let list = call.child_by_field_name("arguments").map(children).unwrap_or_default();
    let values =
        list.into_iter().filter_map(|node| if node.kind() == "keyword_argument" { node.child_by_field_name("value") } else { Some(node) });
    values.filter(|node| !node.kind().contains("splat")).collect()
}

fn is_pattern(node: Node<'_>) -> bool {
    matches!(node.kind(), "pattern_list" | "tuple_pattern" | "list_pattern")
}

fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}
