//! Says in one line what a fix changes: its only edit, if that is short enough to be read, else what its template does.
//!
//! The texts come from the project, so secrets in them are covered.

use std::collections::BTreeMap;

use crate::redact::covered;
use crate::syntax::Source;
use crate::text::{Edit, EditSet, RepoPath};

/// The longest text of a title, in characters.
const MAX_TEXT: usize = 60;

/// The change of `edits` in one line; `summary` says what their template does.
pub(super) fn title(edits: &BTreeMap<RepoPath, EditSet>, sources: &BTreeMap<RepoPath, Source>, summary: &str) -> String {
    let mut all = edits.iter().flat_map(|(path, edits)| edits.edits().iter().map(move |edit| (path, edit)));
    let (Some((path, edit)), None) = (all.next(), all.next()) else { return summary.to_owned() };
    let Some((said, is_word)) = sources.get(path).and_then(|source| of_edit(source, edit)) else { return summary.to_owned() };
    // `add &` alone says little.
    if is_word { said } else { format!("{said} ({summary})") }
}

/// The edit, and whether any word is in it; none where it is too long, or nothing but layout.
fn of_edit(source: &Source, edit: &Edit) -> Option<(String, bool)> {
    let (before, after) = (short(source.text(edit.span))?, short(&edit.text)?);
    let item = |text: &str| text.trim_matches(|c: char| c == ',' || c == ';' || c.is_whitespace()).to_owned();
    let said = match (before, after) {
        ("", added) => Some(item(added)).filter(|item| !item.is_empty()).map(|item| format!("add `{item}`")),
        (dropped, "") => Some(item(dropped)).filter(|item| !item.is_empty()).map(|item| format!("drop `{item}`")),
        (before, after) if before != after => Some(format!("`{before}` -> `{after}`")),
        _ => None,
    };
    Some((covered(&said?).into_owned(), [before, after].iter().any(|text| text.contains(char::is_alphanumeric))))
}

/// `text` without the blanks around it; none where it is not one short line.
fn short(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.contains(['\n', '\r', '`']) && text.chars().count() <= MAX_TEXT).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::ByteSpan;

    #[track_caller]
    fn check(text: &str, edits: &[(usize, usize, &str)], expected: &str) {
        let path = RepoPath::new("a.py").unwrap();
        let source = Source::parse(path.clone(), text.as_bytes().into()).unwrap();
        let edits = edits.iter().map(|&(start, end, text)| Edit { span: ByteSpan::new(start, end), text: text.to_owned() }).collect();
        let edits = BTreeMap::from([(path.clone(), EditSet::new(edits).unwrap())]);
        assert_eq!(title(&edits, &BTreeMap::from([(path, source)]), "what it does"), expected);
    }

    #[test]
    fn one_short_edit_is_its_own_title() {
        check("show(itmes)\n", &[(5, 10, "items")], "`itmes` -> `items`");
        check("\njson.x\n", &[(0, 0, "import json\n")], "add `import json`");
        check("f(a, b)\n", &[(3, 6, "")], "drop `b`");
        check("f(a)\n", &[(3, 3, ", b=1")], "add `b=1`");
    }

    #[test]
    fn signs_alone_are_explained() {
        check("a <= b\n", &[(2, 4, "<")], "`<=` -> `<` (what it does)");
        check("-a\n", &[(0, 1, "")], "drop `-` (what it does)");
    }

    #[test]
    fn what_is_long_or_in_several_places_is_told_by_its_template() {
        check("f(x)\n", &[(0, 0, "if x is None:\n    return\n")], "what it does");
        check("f(x)\n", &[(2, 3, &"y".repeat(61))], "what it does");
        check("f(x)\n", &[(0, 1, "g"), (2, 3, "y")], "what it does");
        check("f(x)\n", &[(0, 0, "\n")], "what it does");
    }

    #[test]
    fn a_secret_stays_covered() {
        let path = RepoPath::new("a.py").unwrap();
        let source = Source::parse(path.clone(), b"f(x)\n".as_slice().into()).unwrap();
        let edit = Edit { span: ByteSpan::new(2, 3), text: "API_KEY='sesame'".to_owned() };
        let edits = BTreeMap::from([(path.clone(), EditSet::new(vec![edit]).unwrap())]);
        let said = title(&edits, &BTreeMap::from([(path, source)]), "what it does");
        assert!(said.starts_with("`x` -> `API_KEY='<redacted:key:") && said.ends_with(">'`"), "{said}");
    }
}
