//! Reads reports of miette as people see them: `Error:   × message`, the causes under it, and the drawn source with its place.
//!
//! Tools for other languages print such reports too (bundlers, resolvers): only those that a Rust `main` returned count, and none
//! about a file of another language.
//!
//! Source: miette 7.2, `src/handlers/graphical.rs`.

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, has_extension, is_blank, split_location};
use crate::event::{Cause, Event, Place};
use crate::syntax::LanguageId;

/// `Error:   × message`.
pub(in crate::event) struct Miette;

const SIGN: &str = "× ";
/// Languages whose tools draw their errors this way.
const OTHERS: &[&str] = &["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "css", "scss", "vue", "svelte", "html", "json", "py"];
/// A report is not longer than this.
const LONGEST: usize = 100;

impl Dialect for Miette {
    fn hints(&self) -> &'static [&'static str] {
        &["  × "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        let (before, message) = text.split_once(SIGN)?;
        let is_main = before.trim_end() == "Error:" || (is_blank(before) && has_code(lines, at));
        if !(is_main || is_blank(before)) {
            return None;
        }
        let mut event = Event::new(LanguageId::RUST, "report", message);
        let mut end = at + 1;
        for (index, line) in lines.iter().enumerate().skip(at + 1).take(LONGEST) {
            let text = line.text.trim();
            if let Some(cause) = text.strip_prefix("├─▶ ").or_else(|| text.strip_prefix("╰─▶ ")) {
                event.causes.push(Cause { kind: "report".to_owned(), message: cause.to_owned(), ..Cause::default() });
            } else if let Some(place) = drawn(text).filter(|_| event.raised_at.is_none()) {
                event.raised_at = Some(place);
            } else if !is_blank(text) && !line.text.starts_with(' ') {
                break;
            }
            if !is_blank(text) {
                end = index + 1;
            }
        }
        let is_of = |extensions: &[&str]| {
            event.raised_at.as_ref().is_some_and(|place| extensions.iter().any(|extension| has_extension(&place.file, extension)))
        };
        if is_of(OTHERS) || !(is_main || is_of(&["rs"])) {
            return None;
        }
        event.lines = lines[at].no..lines[end - 1].no + 1;
        Some(Reading::failure(Failure::new(event), end))
    }
}

/// `Error: some::code` stands above, a blank line between.
fn has_code(lines: &[Line<'_>], at: usize) -> bool {
    let above = at.checked_sub(2).filter(|&above| is_blank(&lines[above + 1].text));
    above.is_some_and(|above| lines[above].text.trim_end().strip_prefix("Error: ").is_some_and(|code| !code.contains(' ')))
}

/// `╭─[src/x.rs:2:3]`.
fn drawn(text: &str) -> Option<Place> {
    let inside = text.strip_prefix("╭─[").or_else(|| text.strip_prefix("╭──[")).or_else(|| text.strip_prefix("╭───["))?;
    let (file, line, column) = split_location(inside.trim_end_matches('─').strip_suffix(']')?)?;
    Some(Place { file: file.to_owned(), line: Some(line), column, function: None })
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    const BELOW: &str =
        "  ├─▶ middle\n  ╰─▶ root\n   ╭─[bad.kdl:2:3]\n 1 │ source\n   ·   ──┬─\n   ·     ╰── here\n   ╰────\n  help: try\n";

    #[test]
    fn a_report_has_causes_and_the_place_that_is_drawn() {
        let expected = ["report: oops @ bad.kdl:2 <- report: middle <- report: root"];
        check(&format!("Error:   × oops\n{BELOW}"), &expected);
        check(&format!("Error: app::bad_thing\n\n  × oops\n{BELOW}"), &expected);
    }

    #[test]
    fn reports_of_other_tools_are_none_of_ours() {
        check(&format!("  × oops\n{BELOW}"), &[]);
        check(&format!("Error:   × Expected ';'\n{}", BELOW.replace(".kdl", ".tsx")), &[]);
        check("  × No solution found when resolving dependencies:\n  ╰─▶ Because x was not found\n", &[]);
    }
}
