//! Breaks of a Rust build: one token, import, borrow, type, derive, field, arm or call taken away or changed, as people do in passing.

use crate::rust::{method_calls, typo};
use crate::site::{Chance, Edit, File, Kind, children, replace};

/// Any error of the compiler will do.
const ERROR: &str = r"^error\[E\d{4}\]: |^error: (expected|unexpected|unclosed|mismatched|missing|this file|cannot find|invalid|lifetime|format|unknown|[a-z]+ arguments?) ";

/// Every kind of break.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "token lost", wanted: ERROR, sites: token },
    Kind { name: "import lost", wanted: ERROR, sites: import },
    Kind { name: "borrow lost or added", wanted: ERROR, sites: borrow },
    Kind { name: "type changed", wanted: ERROR, sites: type_name },
    Kind { name: "derive lost", wanted: ERROR, sites: derive },
    Kind { name: "field lost or mistyped", wanted: ERROR, sites: field },
    Kind { name: "arm lost", wanted: ERROR, sites: arm },
    Kind { name: "call lost or changed", wanted: ERROR, sites: call },
    Kind { name: "argument lost or moved", wanted: ERROR, sites: argument },
    Kind { name: "name mistyped", wanted: ERROR, sites: name },
    Kind { name: "word lost", wanted: ERROR, sites: word },
];

/// Punctuation that people forget.
fn token(file: &File, _: &mut Chance) -> Vec<Edit> {
    let ends = ["let_declaration", "use_declaration", "expression_statement"].into_iter().flat_map(|kind| file.nodes(kind));
    let semicolons = ends.filter(|node| file.of(*node).ends_with(';')).map(|node| lost(node.end_byte() - 1..node.end_byte()));
    let questions = file.nodes("try_expression").into_iter().map(|node| lost(node.end_byte() - 1..node.end_byte()));
    let commas = file.nodes("field_initializer").into_iter().filter_map(|node| node.next_sibling()).filter(|node| file.of(*node) == ",");
    semicolons.chain(questions).chain(commas.map(|node| lost(node.byte_range()))).collect()
}

fn import(file: &File, _: &mut Chance) -> Vec<Edit> {
    file.nodes("use_declaration")
        .into_iter()
        .filter(|node| file.of(*node).starts_with("use "))
        .map(|node| file.without_lines(node))
        .collect()
}

fn borrow(file: &File, _: &mut Chance) -> Vec<Edit> {
    let borrows = file.nodes("reference_expression").into_iter().map(|node| replace(node, file.field(node, "value")));
    let types = file.nodes("reference_type").into_iter().map(|node| replace(node, file.field(node, "type")));
    let arguments = file.nodes("arguments").into_iter().flat_map(children).filter(|node| node.kind() == "identifier");
    borrows
        .chain(types)
        .filter(|edit| !edit.text.is_empty())
        .chain(arguments.map(|node| replace(node, format!("&{}", file.of(node)))))
        .collect()
}

fn type_name(file: &File, _: &mut Chance) -> Vec<Edit> {
    let others =
        [("usize", "u32"), ("u32", "usize"), ("u64", "u32"), ("i32", "i64"), ("&str", "String"), ("String", "&str"), ("bool", "u8")];
    let other = |text: &str| others.iter().find(|(from, _)| *from == text).map(|(_, to)| *to);
    let kinds = ["primitive_type", "type_identifier", "reference_type"].into_iter().flat_map(|kind| file.nodes(kind));
    kinds.filter_map(|node| Some(replace(node, other(file.of(node))?))).collect()
}

/// A derive, or one trait of it.
fn derive(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = Vec::new();
    for node in file.nodes("attribute_item").into_iter().filter(|node| file.of(*node).starts_with("#[derive(")) {
        let traits: Vec<&str> = file.of(node)["#[derive(".len()..].trim_end_matches([')', ']']).split(',').map(str::trim).collect();
        for gone in 0..traits.len() {
            let kept: Vec<&str> = traits.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, name)| *name).collect();
            edits.push(if kept.is_empty() { file.without_lines(node) } else { replace(node, format!("#[derive({})]", kept.join(", "))) });
        }
    }
    edits
}

fn field(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let initializers = ["field_initializer", "shorthand_field_initializer"].into_iter().flat_map(|kind| file.nodes(kind));
    let alone = initializers.filter(|node| file.text[..node.start_byte()].trim_end_matches(' ').ends_with('\n'));
    let lost: Vec<Edit> = alone.map(|node| file.without_lines(node)).collect();
    let uses = file.nodes("field_expression").into_iter().filter_map(|node| node.child_by_field_name("field"));
    let mistyped: Vec<Edit> = uses.filter_map(|node| typo(file, node, chance)).collect();
    lost.into_iter().chain(mistyped).collect()
}

fn arm(file: &File, _: &mut Chance) -> Vec<Edit> {
    let is_last_line = |edit: &Edit| !file.text[edit.at.clone()].trim().is_empty();
    file.nodes("match_arm").into_iter().map(|node| file.without_lines(node)).filter(is_last_line).collect()
}

/// A call around a value or behind it.
fn call(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits: Vec<Edit> = method_calls(file, &[]).into_iter().map(|(call, object, _, _)| replace(call, file.of(object))).collect();
    for node in file.nodes("call_expression") {
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        if let [only] = arguments.as_slice() {
            edits.push(replace(node, file.of(*only)));
        }
    }
    edits
}

fn argument(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = Vec::new();
    for node in file.nodes("arguments") {
        let texts: Vec<&str> = children(node).into_iter().map(|argument| file.of(argument)).collect();
        if let [one, two] = texts.as_slice() {
            edits.push(replace(node, format!("({two}, {one})")));
        }
        if texts.len() > 1 {
            edits.push(replace(node, format!("({})", texts[..texts.len() - 1].join(", "))));
        }
    }
    edits
}

fn name(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let names = ["identifier", "type_identifier"].into_iter().flat_map(|kind| file.nodes(kind));
    names.filter_map(|node| typo(file, node, chance)).map(|edit| Edit { name: None, ..edit }).collect()
}

/// `mut`, `pub`, `move`, `dyn`, a lifetime.
fn word(file: &File, _: &mut Chance) -> Vec<Edit> {
    let words = ["mutable_specifier", "visibility_modifier", "move", "dyn", "lifetime"].into_iter().flat_map(|kind| file.nodes(kind));
    words
        .map(|node| {
            let is_before_blank = file.text[node.end_byte()..].starts_with(' ');
            lost(node.start_byte()..node.end_byte() + usize::from(is_before_blank))
        })
        .collect()
}

fn lost(at: std::ops::Range<usize>) -> Edit {
    Edit { at, text: String::new(), name: None }
}
