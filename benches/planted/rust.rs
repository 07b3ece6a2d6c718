//! The kinds of Rust faults, each planted the way people make it: a `&` forgotten, a `use` line lost, `<=` for `<`.

use std::ops::Range;

use tree_sitter::Node;

use crate::site::{Chance, Edit, File, Kind, around, children, replace};

/// Every kind that is planted in Rust code.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "type mismatch", wanted: r"error\[E0308\]", sites: mismatch },
    Kind { name: "use after move", wanted: r"error\[E0382\]", sites: moved },
    Kind { name: "name typo", wanted: r"error\[E0425\].*`$NAME`", sites: name_typo },
    Kind { name: "missing import", wanted: r"error\[E0(433|425|412|405)\]", sites: missing_import },
    Kind { name: "method typo", wanted: r"error\[E0599\].*`$NAME`", sites: method_typo },
    Kind { name: "dropped mut", wanted: r"error\[E0(596|384|594)\]", sites: dropped_mut },
    Kind { name: "unwrap on None", wanted: r"called `Option::unwrap\(\)` on a `None` value", sites: unwrap },
    Kind {
        name: "index out of bounds",
        wanted: r"(index out of bounds|range (start|end) index|byte index|index \d+ is out of)",
        sites: off_by_one,
    },
    Kind { name: "subtract overflow", wanted: r"attempt to subtract with overflow", sites: subtract },
    Kind { name: "divide by zero", wanted: r"attempt to (divide by zero|calculate the remainder with a divisor of zero)", sites: guards },
];

/// The bytes of items behind `#[cfg(test)]`, `#[test]` or `#[bench]`.
pub(crate) fn tests_of(file: &File) -> Vec<Range<usize>> {
    let is_test = |node: &Node<'_>| ["#[cfg(test)]", "#[test]", "#[bench]"].contains(&file.of(*node));
    let with_item = |node: Node<'_>| {
        let is_attribute = |next: &Node<'_>| next.kind() == "attribute_item" || next.kind().contains("comment");
        let item = std::iter::successors(node.next_named_sibling(), Node::next_named_sibling).find(|next| !is_attribute(next))?;
        Some(node.start_byte()..item.end_byte())
    };
    file.nodes("attribute_item").into_iter().filter(is_test).filter_map(with_item).collect()
}

/// Calls of a method: the call, the object, the method's name, the arguments.
pub(crate) fn method_calls<'f>(file: &'f File, methods: &[&str]) -> Vec<(Node<'f>, Node<'f>, Node<'f>, Vec<Node<'f>>)> {
    let as_method = |call: Node<'f>| {
        let function = call.child_by_field_name("function").filter(|function| function.kind() == "field_expression")?;
        let (object, name) = (function.child_by_field_name("value")?, function.child_by_field_name("field")?);
        let is_wanted = methods.is_empty() || methods.contains(&file.of(name));
        is_wanted.then_some((call, object, name, children(call.child_by_field_name("arguments")?)))
    };
    file.nodes("call_expression").into_iter().filter_map(as_method).collect()
}

fn without_borrow(file: &File) -> Vec<Edit> {
    let is_plain = |node: &Node<'_>| !file.of(*node).starts_with("&mut");
    let borrows = file.nodes("reference_expression").into_iter().filter(is_plain);
    borrows.filter_map(|node| Some(replace(node, file.field(node, "value"))).filter(|edit| !edit.text.is_empty())).collect()
}

fn without_method(file: &File, methods: &[&str]) -> Vec<Edit> {
    method_calls(file, methods).into_iter().map(|(call, object, _, _)| replace(call, file.of(object))).collect()
}

fn mismatch(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = without_borrow(file);
    edits.extend(without_method(file, &["to_string", "to_owned", "into", "as_str", "as_ref", "to_vec", "collect"]));
    edits.extend(file.nodes("type_cast_expression").into_iter().map(|node| replace(node, file.field(node, "value"))));
    for call in file.nodes("call_expression") {
        let arguments = call.child_by_field_name("arguments").map(children).unwrap_or_default();
        if let (true, [only]) = (["Some", "Ok", "String::from"].contains(&file.field(call, "function")), arguments.as_slice()) {
            edits.push(replace(call, file.of(*only)));
        }
    }
    edits
}

fn moved(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = without_borrow(file);
    edits.extend(without_method(file, &["clone", "iter", "as_ref", "as_deref", "to_owned"]));
    edits
}

pub(crate) fn typo(file: &File, name: Node<'_>, chance: &mut Chance) -> Option<Edit> {
    let typed = chance.misspelt(file.of(name))?;
    (!file.text.contains(&typed)).then(|| Edit { name: Some(typed.clone()), ..replace(name, typed) })
}

fn name_typo(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let uses = [
        "arguments",
        "binary_expression",
        "call_expression",
        "reference_expression",
        "index_expression",
        "field_expression",
        "match_expression",
    ];
    let is_use = |node: &Node<'_>| node.parent().is_some_and(|parent| uses.contains(&parent.kind()));
    file.nodes("identifier").into_iter().filter(is_use).filter_map(|name| typo(file, name, chance)).collect()
}

fn method_typo(file: &File, chance: &mut Chance) -> Vec<Edit> {
    method_calls(file, &[]).into_iter().filter_map(|(_, _, name, _)| typo(file, name, chance)).collect()
}

fn missing_import(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = Vec::new();
    for node in file.nodes("use_declaration").into_iter().filter(|node| file.of(*node).starts_with("use ")) {
        edits.push(file.without_lines(node));
        let list = node.child_by_field_name("argument").and_then(|argument| argument.child_by_field_name("list"));
        let names = list.map(children).unwrap_or_default();
        for gone in 0..names.len() {
            let kept: Vec<&str> = names.iter().enumerate().filter(|(index, _)| *index != gone).map(|(_, name)| file.of(*name)).collect();
            edits.extend(list.map(|list| replace(list, format!("{{{}}}", kept.join(", ")))));
        }
    }
    edits
}

fn dropped_mut(file: &File, _: &mut Chance) -> Vec<Edit> {
    let in_let = |node: &Node<'_>| node.parent().is_some_and(|parent| ["let_declaration", "parameter"].contains(&parent.kind()));
    let with_blank = |node: Node<'_>| Edit { at: node.start_byte()..node.end_byte() + 1, text: String::new(), name: None };
    file.nodes("mutable_specifier").into_iter().filter(in_let).map(with_blank).collect()
}

fn unwrap(file: &File, _: &mut Chance) -> Vec<Edit> {
    let defaults = method_calls(file, &["unwrap_or", "unwrap_or_else", "unwrap_or_default", "map_or", "map_or_else"]);
    let mut edits: Vec<Edit> =
        defaults.into_iter().map(|(call, object, _, _)| replace(call, format!("{}.unwrap()", file.of(object)))).collect();
    for node in file.nodes("try_expression") {
        let Some(inner) = node.named_child(0) else { continue };
        edits.push(replace(node, format!("{}.unwrap()", file.of(inner))));
        for (call, object, _, _) in method_calls(file, &["ok_or", "ok_or_else"]) {
            if call == inner {
                edits.push(replace(node, format!("{}.unwrap()", file.of(object))));
            }
        }
    }
    for node in file.nodes("match_expression") {
        let (Some(value), Some(body)) = (node.child_by_field_name("value"), node.child_by_field_name("body")) else { continue };
        let arms = children(body);
        let unpacks = arms.iter().any(|arm| {
            let arm = file.of(*arm);
            let name = arm.strip_prefix("Some(").and_then(|rest| rest.split(')').next());
            name.is_some_and(|name| arm.trim_end_matches(',') == format!("Some({name}) => {name}"))
        });
        if arms.len() == 2 && unpacks {
            edits.push(replace(node, format!("{}.unwrap()", file.of(value))));
        }
    }
    edits
}

fn off_by_one(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = comparisons(file);
    for node in file.nodes("range_expression") {
        let text = file.of(node);
        if text.contains("..") && !text.contains("..=") && !text.ends_with("..") {
            edits.push(replace(node, text.replacen("..", "..=", 1)));
        }
    }
    for node in file.nodes("index_expression") {
        let Some(index) = node.named_child(1) else { continue };
        match (index.kind(), file.of(index).parse::<u8>()) {
            ("integer_literal", Ok(number)) => edits.push(replace(index, (number + 1).to_string())),
            ("identifier", _) => edits.push(replace(index, format!("{} + 1", file.of(index)))),
            _ => {}
        }
    }
    edits
}

/// `<` as `<=`, `>` as `>=`, and the other way round.
fn comparisons(file: &File) -> Vec<Edit> {
    let swapped = |node: Node<'_>| {
        let operator = node.child_by_field_name("operator")?;
        let swaps = [("<", "<="), (">", ">="), ("<=", "<"), (">=", ">")];
        let (_, other) = swaps.iter().find(|(one, _)| *one == file.of(operator))?;
        Some(replace(operator, *other))
    };
    file.nodes("binary_expression").into_iter().filter_map(swapped).collect()
}

fn subtract(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let mut edits = comparisons(file);
    for (call, object, _, arguments) in method_calls(file, &["saturating_sub", "wrapping_sub", "checked_sub"]) {
        if let [amount] = arguments.as_slice() {
            edits.push(replace(call, format!("{} - {}", file.of(object), file.of(*amount))));
        }
    }
    for node in file.nodes("binary_expression").into_iter().filter(|node| file.field(*node, "operator") == "-") {
        edits.push(replace(node, format!("{} - {}", file.field(node, "right"), file.field(node, "left"))));
    }
    edits.extend(guards(file, chance));
    edits
}

/// An `if` that returns early, or that keeps a case out, and that somebody forgot.
fn guards(file: &File, _: &mut Chance) -> Vec<Edit> {
    let is_guard = |node: &Node<'_>| {
        let is_statement = node.parent().is_some_and(|parent| ["expression_statement", "block"].contains(&parent.kind()));
        let is_single = node.child_by_field_name("consequence").is_some_and(|block| children(block).len() == 1);
        is_statement && is_single && node.child_by_field_name("alternative").is_none() && around(*node, "function_item").is_some()
    };
    file.nodes("if_expression").into_iter().filter(is_guard).map(|node| file.without_lines(node)).collect()
}
