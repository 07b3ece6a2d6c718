//! Values made up in code that must say that it has none: sums of money, hashes, texts that are read.
//!
//! Zero for a missing price passes the test that shows the panic as well as an error does, and is a wrong price everywhere else. What such
//! code is called gives it away: the words of its path, of the heads around the change, and of the lines that are changed.

use similar::{DiffOp, TextDiff};

use crate::syntax::{Exact, Habits, Node, Source, descendants, span};
use crate::text::FilePatch;

/// Names of types and modules that hold a word of such code and are no such code.
const OTHERS: &[&str] = &["HashMap", "HashSet", "hash_map", "hash_set"];

/// Whether `file` brings a made-up value into code that its words say to be exact.
pub(super) fn makes_up(file: &FilePatch, after: &Source, habits: &Habits, removed: &str, added: &str) -> bool {
    let gains = |exact: &&Exact| exact.defaults.find_iter(added).count() > exact.defaults.find_iter(removed).count();
    let gained: Vec<&Exact> = habits.exact.iter().filter(gains).collect();
    if gained.is_empty() {
        return false;
    }
    let mut text = format!("{} {removed}", file.path);
    for head in heads(file, after, habits) {
        text.push(' ');
        text.push_str(head);
    }
    let words = words(&text);
    gained.iter().any(|exact| words.iter().any(|word| forms(word).any(|form| exact.words.contains(&form))))
}

/// `word` as it stands, and as the singular that it may be the plural of.
fn forms(word: &str) -> impl Iterator<Item = &str> {
    [Some(word), word.strip_suffix('s'), word.strip_suffix("es")].into_iter().flatten()
}

/// The heads of the functions and of what holds them around the changed lines, without their bodies.
fn heads<'s>(file: &FilePatch, after: &'s Source, habits: &Habits) -> Vec<&'s str> {
    let rows = changed_rows(file);
    let is_around = |node: &Node<'_>| rows.iter().any(|row| (node.start_position().row..=node.end_position().row).contains(row));
    let around = descendants(after.root()).filter(|node| habits.heads.contains(&node.kind())).filter(is_around);
    around.filter_map(|node| after.text(span(node)).get(..node.child_by_field_name("body")?.start_byte() - node.start_byte())).collect()
}

/// The lines of the new text that are new, counted from zero; where lines only went away, the one that stands there now.
fn changed_rows(file: &FilePatch) -> Vec<usize> {
    let (before, after) = (String::from_utf8_lossy(&file.before), String::from_utf8_lossy(&file.after));
    let diff = TextDiff::from_lines(&*before, &*after);
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed.flat_map(|op| op.new_range().start..op.new_range().end.max(op.new_range().start + 1)).collect()
}

/// The words of all names in `text`, in lower case: `totalPrice` and `TOTAL_PRICE` are `total` and `price`.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut text = text.to_owned();
    for other in OTHERS {
        text = text.replace(other, " ");
    }
    let mut was_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("there is one").extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("fn totalPrices(a_HASH: HashMap<U8, Cents>)"), ["fn", "total", "prices", "a", "hash", "u8", "cents"]);
        assert_eq!(forms("hashes").collect::<Vec<_>>(), ["hashes", "hashe", "hash"]);
    }
}
