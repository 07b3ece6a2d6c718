//! Finds the name of the lint behind an error that has no code.
//!
//! Source: rustc 1.95, `compiler/rustc_middle/src/lint.rs`, `explain_lint_level_source`; clippy's link to its documentation.

/// What stands before the name of a lint that the command line set, and behind it.
const COMMAND_LINE: [(&str, &str); 4] = [
    ("`-D ", "` implied by"),
    ("`-F ", "` implied by"),
    ("requested on the command line with `-D ", "`"),
    ("requested on the command line with `-F ", "`"),
];
/// The same where an attribute set it.
const ATTRIBUTE: [&str; 2] = ["deny(", "forbid("];
const REASONS: [&str; 3] = ["implied by", "on by default", "(part of"];
const LINK: &str = "rust-clippy/";

/// The lint that `notes` (or helps) of one error name: `clippy::redundant_closure`, `unused_variables`.
pub(super) fn name(notes: &[&str]) -> Option<String> {
    let notes = || notes.iter().map(|note| note.trim_start_matches("note: "));
    let found = notes().find_map(on_command_line).or_else(|| notes().find_map(in_attribute)).map(|name| name.replace('-', "_"));
    found.or_else(|| notes().find_map(in_link).map(|name| format!("clippy::{name}")))
}

fn on_command_line(note: &str) -> Option<&str> {
    let between = |(before, behind): &(&str, &str)| note.strip_prefix(before)?.split_once(behind).map(|(name, _)| name);
    COMMAND_LINE.iter().find_map(between).filter(|name| is_name(name))
}

/// `#[deny(x)]` with the reason behind it.
fn in_attribute(note: &str) -> Option<&str> {
    let (attribute, reason) = note.strip_prefix("`#")?.split_once(")]` ")?;
    let attribute = attribute.trim_start_matches('!').strip_prefix('[')?;
    let name = ATTRIBUTE.iter().find_map(|level| attribute.strip_prefix(level))?;
    (is_name(name) && REASONS.iter().any(|known| reason.starts_with(known))).then_some(name)
}

/// clippy's link to the documentation of the lint.
fn in_link(note: &str) -> Option<&str> {
    let (_, anchor) = note.split_once(LINK)?.1.split_once('#')?;
    let end = anchor.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (end > 0).then_some(&anchor[..end])
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::name;

    fn check(note: &str, expected: Option<&str>) {
        assert_eq!(name(&[note]).as_deref(), expected, "{note}");
    }

    #[test]
    fn every_way_in_which_rustc_names_a_lint() {
        check("`-D clippy::redundant-closure` implied by `-D warnings`", Some("clippy::redundant_closure"));
        check("`#[deny(unconditional_recursion)]` on by default", Some("unconditional_recursion"));
        check("`#[deny(unused_variables)]` implied by `#[deny(warnings)]`", Some("unused_variables"));
        check("requested on the command line with `-D dead-code`", Some("dead_code"));
        check(
            "for further information visit https://rust-lang.github.io/rust-clippy/rust-1.92.0/index.html#needless_return",
            Some("clippy::needless_return"),
        );
        check("to override `-D warnings` add `#[allow(dead_code)]`", None);
    }
}
