//! Which errors of a build are causes: a text that does not parse hides names, a name that is missing makes types unknown.

use crate::judge::Failure;

/// Codes of names, modules and imports that are not found: whatever uses them fails too.
const NAMES: &[&str] = &[
    "E0405", "E0412", "E0422", "E0423", "E0424", "E0425", "E0426", "E0432", "E0433", "E0463", "E0531", "E0532", "E0573", "E0574", "E0575",
    "E0583",
];
/// Codes of declarations that contradict themselves or each other: their uses fail as well.
const DECLARATIONS: &[&str] = &[
    "E0046", "E0050", "E0053", "E0106", "E0107", "E0117", "E0119", "E0124", "E0185", "E0186", "E0191", "E0195", "E0204", "E0220", "E0252",
    "E0255", "E0261", "E0403", "E0404", "E0407", "E0415", "E0428", "E0437", "E0438", "E0592",
];
/// Codes of types that nothing tells: mostly because what would tell them has failed itself.
const UNKNOWN: &[&str] = &["E0282", "E0283", "E0284"];

/// Codes of the borrow checker, which looks at a function once its types are in order, whatever is wrong elsewhere.
const BORROWS: &[&str] = &[
    "E0373", "E0381", "E0382", "E0384", "E0499", "E0500", "E0501", "E0502", "E0503", "E0505", "E0506", "E0507", "E0508", "E0509", "E0510",
    "E0515", "E0521", "E0524", "E0594", "E0596", "E0597", "E0621", "E0712", "E0713", "E0716",
];

/// `errors` in groups, causes first; within a group in the order in which the compiler prints them.
pub(super) fn roots(errors: &[Failure]) -> Vec<Vec<&Failure>> {
    let mut groups: [Vec<&Failure>; 6] = Default::default();
    for error in errors {
        groups[depth(error)].push(error);
    }
    groups.into_iter().filter(|group| !group.is_empty()).collect()
}

/// Whether the borrow checker says it.
pub(super) fn is_of_borrows(error: &Failure) -> bool {
    let Some(event) = &error.event else { return false };
    BORROWS.contains(&event.kind.as_str()) || event.message.starts_with("lifetime may not live long enough")
}

/// Whether the parser or the lexer says it, which give no codes.
pub(super) fn is_of_parser(error: &Failure) -> bool {
    depth(error) == 0
}

/// How far from the cause an error of this kind stands.
fn depth(error: &Failure) -> usize {
    let kind = error.event.as_ref().map(|event| event.kind.as_str()).unwrap_or_default();
    match kind {
        _ if NAMES.contains(&kind) => 1,
        _ if DECLARATIONS.contains(&kind) => 2,
        _ if UNKNOWN.contains(&kind) => 4,
        _ if is_of_borrows(error) => 5,
        // The parser and the lexer give no code.
        "error" => 0,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::event;

    fn error(header: &str) -> Failure {
        let text = format!("{header}\n --> src/lib.rs:1:1\n  |\n1 | fn f() {{}}\n  | ^^\n\n");
        Failure { event: event::read(text.as_bytes()).events.into_iter().next(), tests: BTreeSet::new(), is_build: true }
    }

    #[test]
    fn what_does_not_parse_comes_first_and_what_has_no_type_last() {
        let headers = [
            "error[E0382]: use of moved value: `a`",
            "error[E0282]: type annotations needed",
            "error[E0308]: mismatched types",
            "error[E0425]: cannot find value `x` in this scope",
            "error: expected `;`, found `}`",
            "error[E0432]: unresolved import `a`",
        ];
        let errors = headers.map(error);
        let kinds: Vec<Vec<&str>> = roots(&errors)
            .iter()
            .map(|group| group.iter().filter_map(|one| one.event.as_ref()).map(|event| event.kind.as_str()).collect())
            .collect();
        assert_eq!(kinds, [vec!["error"], vec!["E0425", "E0432"], vec!["E0308"], vec!["E0282"], vec!["E0382"]]);
    }
}
