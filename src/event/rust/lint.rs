//! Finds the name of the lint behind an error that has no code.
//!
//! Source: rustc 1.95, `compiler/rustc_middle/src/lint.rs`, `explain_lint_level_source`; clippy's link to its documentation.

use std::sync::LazyLock;

use regex::Regex;

static NAMES: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        r"^`-[DF] ([0-9A-Za-z_:-]+)` implied by|^requested on the command line with `-[DF] ([0-9A-Za-z_:-]+)`",
        r"^`#!?\[(?:deny|forbid)\(([0-9A-Za-z_:]+)\)\]` (?:implied by|on by default|\(part of)",
        r"rust-clippy/[^#]*#([0-9A-Za-z_]+)",
    ]
    .map(|pattern| Regex::new(pattern).expect("a constant"))
});

/// The lint that `notes` (or helps) of one error name: `clippy::redundant_closure`, `unused_variables`.
pub(super) fn name(notes: &[&str]) -> Option<String> {
    for (index, pattern) in NAMES.iter().enumerate() {
        let found = notes.iter().find_map(|note| pattern.captures(note.trim_start_matches("note: ")));
        if let Some(name) = found.and_then(|found| found.iter().skip(1).flatten().next().map(|name| name.as_str().replace('-', "_"))) {
            let is_link = index == 2;
            return Some(if is_link { format!("clippy::{name}") } else { name });
        }
    }
    None
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
