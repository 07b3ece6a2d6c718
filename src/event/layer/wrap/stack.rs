//! Frames of Java and JavaScript: what a whole one looks like, so that a broken one proves its break.
//!
//! A sentence may begin with `at` too; it has blanks where a function's name has none.

use super::proof::Progress;
use crate::event::line::split_location;

/// `    at f (/x/y.js:12:5)`, `    at a.B.f(B.java:12)`, `    at file:///x/y.js:12:5`.
pub(super) fn frame(text: &str) -> Progress {
    let Some(rest) = text.trim_start().strip_prefix("at ") else { return Progress::Broken };
    let rest = rest.strip_prefix("async ").unwrap_or(rest).trim_end();
    let Some((name, inner)) = rest.split_once('(') else { return bare(rest) };
    if !is_name(name.trim_end()) {
        return Progress::Broken;
    }
    match inner.strip_suffix(')') {
        None if inner.contains(')') || inner.contains(' ') => Progress::Broken,
        None => Progress::Open,
        Some(inner) if is_place(inner) || !inner.contains(':') => Progress::Whole,
        Some(_) => Progress::Broken,
    }
}

/// A frame that has no parenthesis yet: a place by itself, or the beginning of a name.
fn bare(rest: &str) -> Progress {
    let is_path = rest.contains("://") || rest.starts_with(['/', '<']) || rest.starts_with("node:") || rest.contains(":\\");
    if is_place(rest) && is_path {
        Progress::Whole
    } else if is_path || (is_name(rest) && rest.len() > 3) {
        Progress::Open
    } else {
        Progress::Broken
    }
}

/// A function's name: one word with dots, or `new` and a word, or a word and `[as g]`.
fn is_name(name: &str) -> bool {
    let name = name.strip_prefix("new ").unwrap_or(name);
    let name = name.split_once(" [as ").map_or(name, |(name, _)| name);
    let is_dotted = name.contains('.') || name.contains('_') || name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    is_dotted && !name.contains([' ', '"', '\'', ',', ';', '='])
}

fn is_place(text: &str) -> bool {
    split_location(text).is_some_and(|(file, _, column)| column.is_some() || file.rsplit_once('.').is_some_and(|(_, end)| end.len() < 7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::read::outline;

    #[test]
    fn frames_are_open_until_they_are_whole() {
        for (text, expected) in [
            ("    at Stripe._setAut", Progress::Open),
            ("    at Stripe._setAuth (file:///C:/x", Progress::Open),
            ("    at Stripe._setAuth (file:///C:/x.js:1:2)", Progress::Whole),
            ("    at file:///C:/Use", Progress::Open),
            ("\tat a.b.C.f(C.java:12)", Progress::Whole),
            ("\tat a.b.C.f(Native Method)", Progress::Whole),
            ("    at the shop", Progress::Broken),
            ("    at first we (all of us", Progress::Broken),
        ] {
            assert_eq!(frame(text), expected, "{text}");
        }
    }

    #[test]
    fn a_wrapped_stack_is_joined() {
        let text = "Error: neither\n    at Shop._setName (fil\ne:///C:/x/app/shop.js\n:155:23)\n    at new Shop (file:///\nC:/x/app/shop.js:93:1\n4)\n    at file:///C:/x/app/r\noute.js:6:16\n\nNode.js v22.12.0\n";
        assert_eq!(outline(text), ["Error: neither @ file:///C:/x/app/shop.js:155 Shop._setName"]);
    }
}
