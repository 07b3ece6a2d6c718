//! What a patch does to a text, read from the trees before and after it.

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use crate::judge::Nature;
use crate::syntax::{self, Source};
use crate::text::{FilePatch, Patch, RepoPath};

/// Reads the nature of `patch`.
///
/// # Errors
/// Says which file would parse worse than before.
pub(super) fn of(patch: &Patch, sources: &BTreeMap<RepoPath, Source>) -> Result<Nature, String> {
    let mut whole = Nature::default();
    for file in patch.files() {
        let one = of_file(file, sources)?;
        whole.hides |= one.hides;
        whole.touches_test |= one.touches_test;
        whole.is_forbidden |= one.is_forbidden;
    }
    Ok(whole)
}

fn of_file(file: &FilePatch, sources: &BTreeMap<RepoPath, Source>) -> Result<Nature, String> {
    let parse = |bytes| Source::parse(file.path.clone(), bytes).map_err(|error| error.to_string());
    let parsed;
    let before = match sources.get(&file.path) {
        Some(known) if known.bytes() == &file.before => known,
        _ => {
            parsed = parse(file.before.clone())?;
            &parsed
        }
    };
    let after = parse(file.after.clone())?;
    if after.n_errors() > before.n_errors() {
        return Err(format!("{} would not parse any more", file.path));
    }
    let habits = before.language().habits();
    let (removed, added) = changed_lines(file);
    let gained = |pattern: &regex::Regex| pattern.find_iter(&added).count() > pattern.find_iter(&removed).count();
    let lost = lost_statements(before, &after, habits.statements);
    Ok(Nature {
        hides: gained(&habits.covers) || lost,
        touches_test: test_text(before) != test_text(&after),
        is_forbidden: gained(&habits.forbidden) || lost,
    })
}

/// Whether statements or items went away. Each of them having an exact double that stays is the one exception.
fn lost_statements(before: &Source, after: &Source, kinds: &[&str]) -> bool {
    let (before, after) = (statements(before, kinds), statements(after, kinds));
    let count = |all: &BTreeMap<String, usize>| all.values().sum::<usize>();
    if count(&after) >= count(&before) {
        return false;
    }
    // What is gone must still stand elsewhere, and nothing else may have changed.
    !before.iter().all(|(text, n)| after.get(text).is_some_and(|left| *left >= 1 && left <= n))
}

fn statements(source: &Source, kinds: &[&str]) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for node in syntax::descendants(source.root()).filter(|node| kinds.contains(&node.kind())) {
        let text = source.text(syntax::span(node)).split_whitespace().collect::<Vec<_>>().join(" ");
        *all.entry(text).or_default() += 1;
    }
    all
}

/// The removed and the added lines of a file.
fn changed_lines(file: &FilePatch) -> (String, String) {
    let (before, after) = (String::from_utf8_lossy(&file.before), String::from_utf8_lossy(&file.after));
    let diff = TextDiff::from_lines(&*before, &*after);
    let lines =
        |tag| diff.iter_all_changes().filter(move |change| change.tag() == tag).map(|change| change.value().to_owned()).collect::<String>();
    (lines(ChangeTag::Delete), lines(ChangeTag::Insert))
}

/// The text of a file's own tests, so that a changed byte shows wherever the lines moved.
fn test_text(source: &Source) -> Vec<String> {
    source.language().test_spans(source).into_iter().map(|span| source.text(span).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn nature(path: &str, before: &str, after: &str) -> Result<Nature, String> {
        let bytes = |text: &str| Arc::from(text.as_bytes());
        let path = RepoPath::new(path).unwrap();
        of(&Patch::new(vec![FilePatch { path, before: bytes(before), after: bytes(after) }]), &BTreeMap::new())
    }

    #[test]
    fn a_plain_change_is_neither_a_cover_nor_forbidden() {
        assert_eq!(nature("a.py", "def f(n):\n    return 'n' + n\n", "def f(n):\n    return 'n' + str(n)\n"), Ok(Nature::default()));
        assert_eq!(nature("a.rs", "fn f(a: u8) { g(a); }\n", "fn f(a: u8) { g(&a); }\n"), Ok(Nature::default()));
    }

    #[test]
    fn guards_and_defaults_cover() {
        for (path, before, after) in [
            ("a.py", "def f(n):\n    return n.x\n", "def f(n):\n    if n is None:\n        return 0\n    return n.x\n"),
            ("a.py", "x = d['k']\n", "x = d.get('k', 0)\n"),
            ("a.rs", "fn f() -> usize { a - b }\n", "fn f() -> usize { a.saturating_sub(b) }\n"),
        ] {
            assert_eq!(nature(path, before, after), Ok(Nature { hides: true, ..Nature::default() }), "{after}");
        }
    }

    #[test]
    fn a_lost_statement_a_stub_and_a_silenced_error_are_forbidden() {
        for (path, before, after) in [
            ("a.py", "f()\ng()\n", "g()\n"),
            ("a.rs", "fn f() { g(); h(); }\n", "fn f() { h(); }\n"),
            ("a.rs", "fn f() -> u8 { g() }\n", "fn f() -> u8 { todo!() }\n"),
            ("a.rs", "fn f() -> u8 { g() }\n", "fn f() -> u8 { unsafe { g() } }\n"),
            ("a.py", "f()\n", "try:\n    f()\nexcept:\n    pass\n"),
        ] {
            assert!(nature(path, before, after).unwrap().is_forbidden, "{after}");
        }
    }

    #[test]
    fn an_exact_double_may_go() {
        assert!(!nature("a.rs", "fn f() { g(); }\nfn f() { g(); }\n", "fn f() { g(); }\n").unwrap().is_forbidden);
        assert!(nature("a.rs", "fn f() { g(); }\nfn f() { h(); }\n", "fn f() { g(); }\n").unwrap().is_forbidden);
    }

    #[test]
    fn a_byte_of_a_test_is_seen_and_a_move_of_its_lines_is_not() {
        let test = "#[test]\nfn t() { assert_eq!(f(), 1); }\n";
        let before = format!("fn f() -> u8 {{ 0 }}\n{test}");
        assert!(!nature("a.rs", &before, &format!("use a::b;\nfn f() -> u8 {{ 1 }}\n{test}")).unwrap().touches_test);
        assert!(nature("a.rs", &before, &before.replace("(), 1", "(), 0")).unwrap().touches_test);
    }

    #[test]
    fn a_patch_that_does_not_parse_is_refused() {
        assert!(nature("a.py", "f()\n", "f(\n").is_err());
    }
}
