//! The resolvers: holes that no text of the file can fill. The list is closed; each name is a row here.

use super::bound::{Bound, Placed};
use super::error::{Problem, known};
use super::site::{Question, Reply, Site};

/// Every resolver. The first two need nothing but the text; the others are asked of [`super::Knowledge`].
const NAMES: &[&str] = &[
    "int-shift",
    "fresh-name",
    "module-of",
    "moved-api",
    "closest-name",
    "definition-of",
    "missing-variants",
    "expected-value",
    "default-of-type",
    "condition-from-traces",
];

/// A hole's question, as its template writes it.
#[derive(Debug)]
pub(super) struct Resolver {
    name: String,
    of: String,
    with: Vec<String>,
}

impl Resolver {
    pub(super) fn new(name: &str, of: &str, with: Vec<String>, place: &str) -> Result<Resolver, Problem> {
        known(place, "resolver", name, NAMES.iter().copied())?;
        if name == "int-shift" && with.iter().any(|shift| shift.parse::<i64>().is_err()) {
            return Err(Problem::shape(format!("{place}: `int-shift` needs whole numbers: with = [1, -1]")));
        }
        Ok(Resolver { name: name.to_owned(), of: of.to_owned(), with })
    }

    pub(super) fn of(&self) -> &str {
        &self.of
    }

    /// The answer at `target`.
    pub(super) fn ask(&self, site: &Site<'_>, bound: &Bound<'_>, target: Placed<'_>) -> Reply {
        let Some(of) = bound.text(&self.of) else { return Reply::Unknown };
        match self.name.as_str() {
            "int-shift" => {
                let shifts = self.with.iter().filter_map(|shift| shift.parse().ok());
                Reply::Values(shifts.filter_map(|shift| shifted(&of, shift)).collect())
            }
            "fresh-name" => Reply::Values(self.with.iter().map(|name| fresh(name, target.source.whole_text())).collect()),
            _ => {
                let node = bound.node(&self.of).filter(|node| node.is_beside(target)).map(Placed::span);
                site.knowledge.answer(&Question { resolver: &self.name, of: &of, node, with: &self.with, source: target.source })
            }
        }
    }
}

/// `name`, or `name2` and so on where the text holds the word already.
fn fresh(name: &str, text: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: std::collections::HashSet<&str> = text.split(|c| !is_word(c)).collect();
    let mut names = std::iter::once(name.to_owned()).chain((2..).map(|n| format!("{name}{n}")));
    names.find(|name| !words.contains(name.as_str())).expect("a file has finitely many words")
}

/// The integer literal `text` moved by `shift`: base, suffix, leading zeros, case and `_` stay. None for anything else.
fn shifted(text: &str, shift: i64) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (radix, prefix) = match lower.get(..2) {
        Some("0x") => (16, 2),
        Some("0o") => (8, 2),
        Some("0b") => (2, 2),
        _ => (10, 0),
    };
    let is_digit = |c: char| c.is_digit(radix) || c == '_';
    let end = text[prefix..].find(|c: char| !is_digit(c)).map_or(text.len(), |at| prefix + at);
    let (digits, suffix) = (&text[prefix..end], &text[end..]);
    let is_suffix = suffix.is_empty() || matches!(suffix, "l" | "L" | "j" | "J") || suffix.starts_with(['u', 'i']);
    let plain: String = digits.chars().filter(|&c| c != '_').collect();
    if !is_suffix || plain.is_empty() {
        return None;
    }
    let value = i128::from_str_radix(&plain, radix).ok()?.checked_add(i128::from(shift))?;
    let sign = if value < 0 { "-" } else { "" };
    let digits = grouped(&in_radix(value.unsigned_abs(), radix, plain.len()), digits);
    let digits = if text[prefix..end].contains(|c: char| c.is_ascii_uppercase()) { digits.to_ascii_uppercase() } else { digits };
    Some(format!("{sign}{}{digits}{suffix}", &text[..prefix]))
}

/// `value` in `radix`, with zeros in front up to `width` where the literal had a base.
fn in_radix(mut value: u128, radix: u32, width: usize) -> String {
    let mut digits = Vec::new();
    while value > 0 || digits.is_empty() {
        let digit = u32::try_from(value % u128::from(radix)).expect("a rest is below its radix");
        digits.push(char::from_digit(digit, radix).expect("a rest is below its radix"));
        value /= u128::from(radix);
    }
    if radix != 10 {
        digits.resize(digits.len().max(width), '0');
    }
    digits.iter().rev().collect()
}

/// `digits` with `_` every so many digits from the right as in `like`.
fn grouped(digits: &str, like: &str) -> String {
    let Some((_, last)) = like.rsplit_once('_').filter(|(_, last)| !last.is_empty()) else { return digits.to_owned() };
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(last.len()) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shifted_integer_keeps_its_spelling() {
        let check = |text, shift, expected| assert_eq!(shifted(text, shift).as_deref(), expected, "{text}");
        check("9", 1, Some("10"));
        check("0", -1, Some("-1"));
        check("1_000", -1, Some("999"));
        check("1_999_999", 1, Some("2_000_000"));
        check("0x0F", 1, Some("0x10"));
        check("0xff", 1, Some("0x100"));
        check("0b0111", 1, Some("0b1000"));
        check("7usize", 1, Some("8usize"));
        check("1.5", 1, None);
        check("x", 1, None);
        check("", 1, None);
    }

    #[test]
    fn a_fresh_name_is_in_nobodys_way() {
        assert_eq!(fresh("value", "let values = 1;"), "value");
        assert_eq!(fresh("value", "let value = value2;"), "value3");
    }
}
