//! What the failure itself says: the value that a test expects, the variants that a `match` lacks.
//!
//! Sources: pytest 8, `_pytest/assertion/util.py`; CPython 3.12, `Lib/unittest/case.py`, `assertEqual`; Rust 1.95,
//! `library/core/src/panicking.rs`, `assert_failed_inner`, and `rustc_mir_build`, E0004.

use super::Known;
use super::nearest::between;
use crate::template::Reply;

/// Variants that rustc found uncovered, from the message: ``patterns `A` and `B` not covered``.
pub(super) fn missing_variants(known: &Known<'_>) -> Reply {
    let notes = known.notes.iter().map(String::as_str);
    let Some(line) = std::iter::once(known.message).chain(notes).find(|text| text.contains("not covered")) else { return Reply::Unknown };
    let Some(list) = line.split("not covered").next().map(|before| before.rsplit("pattern").next().unwrap_or(before)) else {
        return Reply::Unknown;
    };
    // `and 3 more`: the message does not name them all.
    if list.trim_end().ends_with("more") {
        return Reply::Unknown;
    }
    values(list.split('`').skip(1).step_by(2).map(str::to_owned).collect())
}

/// The value that a failed comparison wanted, the likelier side first: pytest's right side, Rust's `right`, unittest's second.
pub(super) fn expected_value(known: &Known<'_>) -> Reply {
    let message = known.message;
    let first_line = message.lines().next().unwrap_or_default();
    let sides = match between(message, " left: ", "\n") {
        Some(left) => message.split(" right: ").nth(1).and_then(|right| right.lines().next()).map(|right| (left, right)),
        None => match first_line.strip_prefix("assert ") {
            Some(comparison) => comparison.split_once(" == "),
            None => first_line.split_once(" : ").map_or(first_line, |(comparison, _)| comparison).split_once(" != "),
        },
    };
    let Some((left, right)) = sides else { return Reply::Unknown };
    values([right, left].into_iter().map(str::trim).filter(|side| is_literal(side)).map(str::to_owned).collect())
}

/// Whether `text` means the same wherever it stands, and is whole: assertion messages shorten long values with `...`.
fn is_literal(text: &str) -> bool {
    let is_number = text.parse::<f64>().is_ok() && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'));
    let is_text = quote.is_some_and(|quote| text.len() > 1 && text.ends_with(quote) && text.matches(quote).count() == 2);
    let is_word = matches!(text, "None" | "True" | "False" | "true" | "false" | "[]" | "{}" | "()" | "set()");
    !text.contains("...") && (is_number || is_text || is_word)
}

/// The empty value of a type as written.
pub(super) fn default_of_type(text: &str, is_python: bool) -> Reply {
    let bare = text.split(['[', '<']).next().unwrap_or(text).trim();
    let python = |name: &str| {
        Some(match name.rsplit('.').next().unwrap_or(name) {
            "int" => "0",
            "float" => "0.0",
            "str" => "''",
            "bytes" => "b''",
            "bool" => "False",
            "list" | "List" | "Sequence" | "Iterable" => "[]",
            "dict" | "Dict" | "Mapping" => "{}",
            "set" | "Set" => "set()",
            "tuple" | "Tuple" => "()",
            "Optional" | "None" => "None",
            _ => return None,
        })
    };
    let rust = |name: &str| {
        Some(match name.trim_start_matches("-> ") {
            "bool" => "false",
            "String" => "String::new()",
            "&str" | "&'static str" => "\"\"",
            "Option" => "None",
            "Vec" => "Vec::new()",
            "f32" | "f64" => "0.0",
            name if name.starts_with(['u', 'i']) && (name.ends_with("size") || name[1..].parse::<u8>().is_ok()) => "0",
            _ => return None,
        })
    };
    let found = if is_python { python(bare) } else { rust(bare) };
    found.map_or(Reply::Unknown, |found| Reply::Values(vec![found.to_owned()]))
}

fn values(values: Vec<String>) -> Reply {
    if values.is_empty() { Reply::Unknown } else { Reply::Values(values) }
}
