//! What a patch does to a text, read from the trees before and after it.

mod broken;
mod copies;
mod exact;

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use crate::judge::Nature;
use crate::syntax::{self, Habits, Source};
use crate::text::{ByteSpan, FilePatch, Patch, RepoPath};

/// How many new words a slip of the pen may have: `retrun` for `return`.
const MAX_SLIP: usize = 2;

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
        whole.makes_up |= one.makes_up;
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
    if before.n_errors() > 0 && !broken::is_apart(before, &after, file) {
        return Ok(of_broken(file, &after, habits));
    }
    let (removed, added) = changed_lines(file);
    let gained = |pattern: &regex::Regex| pattern.find_iter(&added).count() > pattern.find_iter(&removed).count();
    let lost = lost_statements(before, &after, habits.statements);
    Ok(Nature {
        hides: gained(&habits.covers) || lost,
        touches_test: test_text(before) != test_text(&after),
        is_forbidden: gained(&habits.forbidden) || lost || copies::drift_apart(before, &after),
        makes_up: exact::makes_up(file, &after, habits, &removed, &added),
        is_guess: false,
    })
}

/// The nature of a patch for a text that does not parse: there is no tree to compare with, so words count.
fn of_broken(file: &FilePatch, after: &Source, habits: &Habits) -> Nature {
    let (gone, come) = changed_words(file);
    let text = |words: &BTreeMap<String, usize>| words.keys().map(|word| format!("{word}(")).collect::<Vec<_>>().join(" ");
    let count = |words: &BTreeMap<String, usize>| words.values().sum::<usize>();
    let (removed, added) = changed_lines(file);
    let gained = |pattern: &regex::Regex| pattern.find_iter(&added).count() > pattern.find_iter(&removed).count();
    // A stray `pub` or `fn` is no loss.
    let excused = broken::excused(file);
    let left = |(word, n): (&String, &usize)| n.saturating_sub(excused.get(word).copied().unwrap_or_default());
    let n_lost: usize = gone.iter().filter(|(word, _)| !after.language().is_keyword(word)).map(left).sum();
    let is_lost = n_lost > count(&come);
    let (_, changed) = broken::changed_spans(file);
    Nature {
        hides: is_lost || (count(&come) > MAX_SLIP && habits.covers.is_match(&text(&come))),
        touches_test: after.language().test_spans(after).into_iter().any(|test| test.start < changed.end && changed.start < test.end),
        is_forbidden: is_lost || gained(&habits.forbidden),
        makes_up: exact::makes_up(file, after, habits, &removed, &added),
        is_guess: false,
    }
}

/// The words that a patch takes away and those that it brings, and how many of each.
pub(super) fn changed_words(file: &FilePatch) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let words = |bytes: &[u8]| {
        let mut all: BTreeMap<String, usize> = BTreeMap::new();
        let text = String::from_utf8_lossy(bytes);
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
            *all.entry(word.to_owned()).or_default() += 1;
        }
        all
    };
    let (before, after) = (words(&file.before), words(&file.after));
    let more = |one: &BTreeMap<String, usize>, two: &BTreeMap<String, usize>| {
        let left = one.iter().map(|(word, n)| (word.clone(), n.saturating_sub(two.get(word).copied().unwrap_or_default())));
        left.filter(|&(_, n)| n > 0).collect()
    };
    (more(&before, &after), more(&after, &before))
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

/// Each statement and item by its own text, without those that stand inside it, and how often it stands there.
fn statements(source: &Source, kinds: &[&str]) -> BTreeMap<String, usize> {
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    let mut own: Vec<(syntax::Node<'_>, String)> = Vec::new();
    let mut keep = |text: String| {
        // A statement of Rust that loses its semicolon becomes the value of its block.
        *all.entry(text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(';').to_owned()).or_default() += 1;
    };
    let mut at = 0;
    let mut copied = |to: usize, own: &mut Vec<(syntax::Node<'_>, String)>| {
        if let Some((_, text)) = own.last_mut() {
            text.push_str(source.text(ByteSpan::new(at.min(to), to)));
        }
        at = at.max(to);
    };
    for node in syntax::descendants(source.root()).filter(|&node| kinds.contains(&node.kind()) || is_tail(node)) {
        while let Some((outer, _)) = own.last().filter(|(outer, _)| outer.end_byte() <= node.start_byte()) {
            copied(outer.end_byte(), &mut own);
            keep(own.pop().map(|(_, text)| text).unwrap_or_default());
        }
        copied(node.start_byte(), &mut own);
        own.push((node, String::new()));
    }
    while let Some((outer, _)) = own.last() {
        copied(outer.end_byte(), &mut own);
        keep(own.pop().map(|(_, text)| text).unwrap_or_default());
    }
    all
}

/// Whether a node is the value of a block of Rust.
fn is_tail(node: syntax::Node<'_>) -> bool {
    let is_statement = |kind: &str| kind.ends_with("_item") || kind.ends_with("_statement") || kind.ends_with("_declaration");
    node.is_named()
        && !node.is_extra()
        && node.next_named_sibling().is_none()
        && node.parent().is_some_and(|parent| parent.kind() == "block" && parent.grammar_name() == "block")
        && !is_statement(node.kind())
        && !matches!(node.kind(), "macro_definition" | "label")
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
    fn a_copy_that_drifts_apart_is_forbidden() {
        assert!(nature("a.rs", "fn f(v: V) { g(v); v.push(1); }\n", "fn f(mut v: V) { g(v.clone()); v.push(1); }\n").unwrap().is_forbidden);
    }

    #[test]
    fn a_value_made_up_for_money_a_hash_or_what_is_read_is_told() {
        let nature = |path: &str, before: &str, after: &str| nature(path, before, after).unwrap().makes_up;
        for (path, before, after) in [
            (
                "a.rs",
                "fn rest(price: u32, paid: u32) -> u32 { price - paid }\n",
                "fn rest(price: u32, paid: u32) -> u32 { price.saturating_sub(paid) }\n",
            ),
            ("a.rs", "fn sum(cents: &[u8]) -> u8 { cents[0] + 1 }\n", "fn sum(cents: &[u8]) -> u8 { cents[0].wrapping_add(1) }\n"),
            (
                "a.rs",
                "impl Balance { fn last(&self) -> i64 {\n  self.all[0]\n} }\n",
                "impl Balance { fn last(&self) -> i64 {\n  self.all.get(0).copied().unwrap_or(0)\n} }\n",
            ),
            ("a.rs", "fn port(t: &str) -> u16 { t.parse().unwrap() }\n", "fn port(t: &str) -> u16 { t.parse().unwrap_or_default() }\n"),
            (
                "src/decoder.rs",
                "fn at(b: &[u8], n: usize) -> &[u8] {\n  &b[..n]\n}\n",
                "fn at(b: &[u8], n: usize) -> &[u8] {\n  &b[..n.min(b.len())]\n}\n",
            ),
            ("a.rs", "fn hash(a: u8) -> u8 {\n  a / 2\n}\n", "fn hash(a: u8) -> u8 {\n  if a == 0 {\n    return 0;\n  }\n  a / 2\n}\n"),
        ] {
            assert!(nature(path, before, after), "{after}");
        }
        for (path, before, after) in [
            ("a.rs", "fn hash(a: u32) -> u32 { a * 31 }\n", "fn hash(a: u32) -> u32 { a.wrapping_mul(31) }\n"),
            (
                "a.rs",
                "fn sum(cents: &[u8]) -> Option<u8> { cents[0] + 1 }\n",
                "fn sum(cents: &[u8]) -> Option<u8> { cents[0].checked_add(1)? }\n",
            ),
            (
                "a.rs",
                "fn rest(all: &HashMap<u8, u32>) -> u32 { all[&1] - 1 }\n",
                "fn rest(all: &HashMap<u8, u32>) -> u32 { all[&1].saturating_sub(1) }\n",
            ),
            (
                "a.rs",
                "fn rest(a: u32) -> u32 { a - 1 }\nfn price() {}\n",
                "fn rest(a: u32) -> u32 { a.saturating_sub(1) }\nfn price() {}\n",
            ),
            (
                "a.rs",
                "fn price(a: u32) -> Option<u32> {\n  Some(a / 2)\n}\n",
                "fn price(a: u32) -> Option<u32> {\n  if a == 0 {\n    return None;\n  }\n  Some(a / 2)\n}\n",
            ),
        ] {
            assert!(!nature(path, before, after), "{after}");
        }
    }

    #[test]
    fn in_a_text_that_does_not_parse_words_count() {
        let test = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() {\n        f();\n    }\n}\n";
        for (before, after) in [
            ("fn f() { whlie x { g() } }", "fn f() { while x { g() } }"),
            ("pub impl S {}", "impl S {}"),
            ("fn f() { g(; }", "fn f() { g(); }"),
        ] {
            let nature = nature("a.rs", &format!("{before}\n{test}"), &format!("{after}\n{test}"));
            assert_eq!(nature, Ok(Nature::default()), "{after}");
        }
        assert!(nature("a.rs", "fn f() { g(; h(); }\n", "fn f() { h(); }\n").unwrap().is_forbidden);
        for (before, after) in [
            ("fn f(a: bool) { if not a { g() } }", "fn f(a: bool) { if !a { g() } }"),
            ("fn f() { let a: u32<i32> = 1; g(a); }", "fn f() { let a: u32 = 1; g(a); }"),
        ] {
            assert_eq!(nature("a.rs", before, after), Ok(Nature::default()), "{after}");
        }
        for (before, after) in [
            ("fn f(a: bool) { if not a { g() } h() }", "fn f(a: bool) { if !a { } h() }"),
            ("fn f() { let a: u32<i32> = 1; g(a); }", "fn f() { let a: u32 = 1; }"),
        ] {
            assert!(nature("a.rs", before, after).unwrap().is_forbidden, "{after}");
        }
        assert!(
            nature("a.rs", &format!("fn f( {{ }}\n{test}"), &format!("fn f() {{ }}\n{}", test.replace("f();", "g();")))
                .unwrap()
                .touches_test
        );
    }

    #[test]
    fn an_error_elsewhere_does_not_blur_what_is_done_here() {
        let whole = |body: &str| format!("fn a() {{ let n: u32<i32> = 1; }}\n\nfn f() {{ {body} }}\n");
        let nature = |before: &str, after: &str| nature("a.rs", &whole(before), &whole(after)).unwrap();
        assert_eq!(nature("let x: Option<u8> = g(1);", "let x = g(1);"), Nature::default());
        assert!(nature("g(1); h(2);", "g(1);").is_forbidden);
        assert!(nature("g(1); h(2);", "h(2);").is_forbidden);
        assert!(nature("g(1) - 2", "g(1).saturating_sub(2)").hides);
    }

    #[test]
    fn the_value_of_a_block_is_no_lost_statement() {
        assert_eq!(nature("a.rs", "fn f() -> u8 { let a = 1; a; }\n", "fn f() -> u8 { let a = 1; a }\n"), Ok(Nature::default()));
    }

    #[test]
    fn an_exact_double_may_go() {
        assert!(!nature("a.rs", "fn f() { g(); }\nfn f() { g(); }\n", "fn f() { g(); }\n").unwrap().is_forbidden);
        let inside = "impl S {\n    fn a(&self) { g(); }\n    fn a(&self) { g(); }\n}\n";
        assert!(!nature("a.rs", inside, &inside.replacen("    fn a(&self) { g(); }\n", "", 1)).unwrap().is_forbidden);
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
