//! Where a value came from: the one place in its function that gives a name its value, or the parameter that brought it.
//!
//! By the syntax alone, and only where there is one answer: a name that is bound twice, in a comprehension or from another scope has none.
//!
//! Source: The Python Language Reference 3.13, section 4.2.1 (binding of names).

use crate::syntax::{Node, Source, children, descendants};
use crate::text::LineNo;

/// What gave a name its value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Birth<'s> {
    /// The assignment and its value.
    Assigned { statement: Node<'s>, value: Node<'s> },
    /// A parameter and its default.
    Given { default: Option<Node<'s>> },
}

/// What gives `name` its value in the function around `node`.
pub(super) fn birth<'s>(source: &'s Source, node: Node<'s>, name: &str) -> Option<Birth<'s>> {
    let function = function_around(source, node)?;
    let parameters = function.child_by_field_name("parameters")?;
    let body = function.child_by_field_name("body")?;
    let bindings: Vec<Node<'s>> = descendants(body).filter(|node| source.text_of(*node) == name && is_binding(*node)).collect();
    let parameter = children(parameters).into_iter().find(|parameter| name_of(source, *parameter) == Some(name));
    match (parameter, bindings.as_slice()) {
        (Some(parameter), []) if parameter.kind().ends_with("splat_pattern") => None,
        (Some(parameter), []) => Some(Birth::Given { default: parameter.child_by_field_name("value") }),
        (None, [left]) => {
            let statement = left.parent().filter(|parent| parent.kind() == "assignment")?;
            let is_own = function_around(source, statement) == Some(function);
            let value = statement.child_by_field_name("right").filter(|value| is_own && value.kind() != "assignment")?;
            let is_alone = statement.parent().is_some_and(|parent| parent.kind() != "assignment");
            is_alone.then_some(Birth::Assigned { statement, value })
        }
        _ => None,
    }
}

/// The innermost function around `node`.
pub(super) fn function_around<'s>(source: &'s Source, node: Node<'s>) -> Option<Node<'s>> {
    source.ancestors(node).into_iter().find(|node| node.kind() == "function_definition")
}

/// The innermost function around the code of `line`.
pub(super) fn function_at(source: &Source, line: LineNo) -> Option<Node<'_>> {
    let span = source.lines().span_of(line)?;
    let text = source.text(span);
    let start = span.start + (text.len() - text.trim_start().len());
    let node = source.covering(crate::text::ByteSpan::new(start, (start + text.trim().len()).max(start)))?;
    std::iter::once(node).chain(source.ancestors(node)).find(|node| node.kind() == "function_definition")
}

/// How `text`, which was None on `line`, may have come to be so; in one sentence.
pub(super) fn told(source: &Source, line: LineNo, text: &str) -> Option<String> {
    let function = function_at(source, line)?;
    let body = function.child_by_field_name("body")?;
    if let Some(attribute) = text.strip_prefix("self.") {
        return attribute_told(source, function, attribute);
    }
    match birth(source, children(body).into_iter().next()?, text)? {
        Birth::Given { default: Some(default) } if default.kind() == "none" => {
            Some(format!("`{text}` is a parameter whose default is None"))
        }
        Birth::Given { default: None } => Some(format!("`{text}` is a parameter without a default: a caller gave None")),
        Birth::Given { .. } => None,
        Birth::Assigned { statement, .. } => {
            let code = source.text_of(statement).lines().next().unwrap_or_default();
            Some(format!("`{text}` got its value on line {}: `{}`", source.line_of(statement), code.trim()))
        }
    }
}

/// The one line of the class that sets the attribute to None.
fn attribute_told(source: &Source, function: Node<'_>, attribute: &str) -> Option<String> {
    let class = source.ancestors(function).into_iter().find(|node| node.kind() == "class_definition")?;
    let wanted = format!("self.{attribute}");
    let sets = |node: &Node<'_>| {
        let part = |field| node.child_by_field_name(field);
        node.kind() == "assignment"
            && part("left").is_some_and(|left| source.text_of(left) == wanted)
            && part("right").is_some_and(|right| right.kind() == "none")
    };
    let mut found = descendants(class).filter(sets);
    let (first, second) = (found.next()?, found.next());
    second.is_none().then(|| format!("`{wanted}` is set to None on line {}", source.line_of(first)))
}

/// The name of a parameter.
pub(super) fn name_of<'s>(source: &'s Source, parameter: Node<'s>) -> Option<&'s str> {
    let inner = parameter.child_by_field_name("name").or_else(|| children(parameter).into_iter().next());
    let node = if parameter.kind() == "identifier" { parameter } else { inner? };
    Some(source.text_of(node).trim_start_matches('*'))
}

/// Whether an identifier is bound, declared or deleted where it stands, or belongs to a scope of its own that binds it.
pub(super) fn is_binding(node: Node<'_>) -> bool {
    let Some(parent) = node.parent().filter(|_| node.kind() == "identifier") else { return false };
    let stands_in = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => stands_in("left"),
        "named_expression" | "function_definition" | "class_definition" | "default_parameter" | "typed_default_parameter" => {
            stands_in("name")
        }
        "pattern_list"
        | "tuple_pattern"
        | "list_pattern"
        | "list_splat_pattern"
        | "dictionary_splat_pattern"
        | "as_pattern_target"
        | "global_statement"
        | "nonlocal_statement"
        | "delete_statement"
        | "dotted_name"
        | "aliased_import"
        | "case_pattern"
        | "parameters"
        | "lambda_parameters"
        | "typed_parameter"
        | "type_alias_statement" => true,
        // `del (a, b)` and its like.
        "expression_list" | "tuple" => parent.parent().is_some_and(|above| above.kind() == "delete_statement"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::RepoPath;

    fn check(text: &str, line: u32, name: &str, expected: Option<&str>) {
        let source = Source::parse(RepoPath::new("a.py").unwrap(), text.as_bytes().into()).unwrap();
        assert_eq!(told(&source, LineNo::new(line).unwrap(), name).as_deref(), expected, "{text}");
    }

    #[test]
    fn one_assignment_or_a_parameter_is_where_a_value_came_from() {
        let found = Some("`row` got its value on line 2: `row = find(key)`");
        check("def f(key):\n    row = find(key)\n    return row.name\n", 3, "row", found);
        check("def f(row=None):\n    return row.name\n", 2, "row", Some("`row` is a parameter whose default is None"));
        check("def f(row: R):\n    return row.name\n", 2, "row", Some("`row` is a parameter without a default: a caller gave None"));
        let set = Some("`self.out` is set to None on line 3");
        check(
            "class A:\n    def __init__(self):\n        self.out = None\n    def f(self):\n        self.out.flush()\n",
            5,
            "self.out",
            set,
        );
    }

    #[test]
    fn what_is_bound_twice_or_elsewhere_has_no_one_place() {
        for text in [
            "def f(key):\n    row = find(key)\n    for row in row:\n        pass\n    return row.name\n",
            "def f(key):\n    row = find(key)\n    row = row or find(1)\n    return row.name\n",
            "def f(key):\n    row, other = find(key)\n    return row.name\n",
            "def f(row):\n    row = find(row)\n    return row.name\n",
            "def f(key):\n    row = find(key)\n    names = [row.name for row in key]\n    return row.name\n",
            "def f(key):\n    row = find(key)\n    def g():\n        nonlocal row\n    return row.name\n",
            "def f(key):\n    one = row = find(key)\n    return row.name\n",
            "def f(*row):\n    return row.name\n",
            "row = find(1)\nprint(row.name)\n",
        ] {
            let last = u32::try_from(text.lines().count()).unwrap();
            check(text, last, "row", None);
        }
    }
}
