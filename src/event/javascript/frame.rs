//! Reads one line of a JavaScript stack: V8's `at f (/x/y.js:1:2)`, Firefox's and Safari's `f@http://x/y.js:1:2`, Vitest's `❯ y.ts:1:2`.
//!
//! Java's frames have no blank before the parenthesis and .NET's have no column; both are refused.
//!
//! Source: V8, `src/objects/call-site-info.cc` (`SerializeCallSiteInfo`).

use crate::event::Place;
use crate::event::line::{split_location, split_number};

/// A frame is not longer than this, so that a log in one line is no frame.
const LONGEST: usize = 2000;
/// What stands in place of a location that is not known.
const NO_PLACE: &[&str] = &["<anonymous>", "native", "native code", "[native code]"];
const EXTENSIONS: &[&str] = &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "coffee", "wasm", "bundle"];

/// The place that a frame names; a frame of native code has only a function.
pub(super) fn read(text: &str) -> Option<Place> {
    let text = text.trim();
    let text = text.strip_suffix('{').map_or(text, str::trim_end).trim_end_matches(',');
    if text.len() > LONGEST {
        return None;
    }
    if let Some(rest) = text.strip_prefix("at ") {
        return v8(rest.trim_start());
    }
    text.strip_prefix('❯').map_or_else(|| gecko(text), |rest| vitest(rest.trim()))
}

/// `... 5 lines matching cause stack trace ...`.
pub(super) fn is_more(text: &str) -> bool {
    text.trim().strip_prefix("... ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn v8(rest: &str) -> Option<Place> {
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    let named = rest.strip_suffix(')').and_then(|rest| rest.split_once(" ("));
    let Some((function, inner)) = named else {
        if rest == "<anonymous>" {
            return Some(nowhere(rest));
        }
        let (file, line, column) = split_location(rest)?;
        return (column.is_some() && is_file(file)).then(|| place(file, line, column, None));
    };
    if function.is_empty() || function.contains(['(', '"']) || function.len() > 300 {
        return None;
    }
    if NO_PLACE.contains(&inner) || inner.starts_with("index ") {
        return Some(nowhere(function));
    }
    let inner = inner.rsplit_once(" (").filter(|_| inner.starts_with("eval at ")).map_or(inner, |(_, place)| place);
    let inner = inner.split_once("), ").map_or(inner, |(place, _)| place);
    let Some((file, line, column)) = split_location(inner) else {
        return (is_file(inner) && extension(inner).is_some()).then(|| Place { line: None, ..place(inner, 1, None, Some(function)) });
    };
    let is_known = if column.is_some() { is_file(file) } else { extension(file).is_some() };
    is_known.then(|| place(file, line, column, Some(function)))
}

/// `f@http://x/y.js:1:2`; the function may be empty, or followed by slashes and signs.
fn gecko(text: &str) -> Option<Place> {
    let (function, location) = text.split_once('@')?;
    if location == "[native code]" {
        return Some(nowhere(function));
    }
    let (file, line, column) = split_location(location)?;
    let is_url =
        file.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte)));
    let is_name = !function.contains([':', '"', '=', '(']) && (!function.contains(' ') || function.ends_with(" code"));
    (is_url && is_name && column.is_some()).then(|| place(file, line, column, Some(function).filter(|name| !name.is_empty())))
}

fn vitest(rest: &str) -> Option<Place> {
    let (function, location) = rest.rsplit_once(' ').map_or((None, rest), |(function, location)| (Some(function), location));
    let (file, line, column) = split_location(location)?;
    (column.is_some() && extension(file).is_some()).then(|| place(file, line, column, function))
}

fn place(file: &str, line: u32, column: Option<u32>, function: Option<&str>) -> Place {
    Place { file: file.to_owned(), line: Some(line), column, function: function.map(str::to_owned) }
}

fn nowhere(function: &str) -> Place {
    Place { function: Some(function.to_owned()), ..Place::default() }
}

/// Whether a script may be called so: a path, a URL, one of node's own modules.
fn is_file(file: &str) -> bool {
    let is_named = file.contains(['/', '\\'])
        || file.starts_with("node:")
        || file.starts_with('[')
        || file.starts_with('<')
        || extension(file).is_some();
    let is_foreign =
        [".java", ".kt", ".scala", ".py", ".rs", ".go", ".cs", ".rb", ".php"].iter().any(|extension| file.ends_with(extension));
    is_named && !is_foreign && !file.contains('"')
}

pub(super) fn extension(file: &str) -> Option<&str> {
    let file = file.split(['?', '#']).next().unwrap_or_default();
    let (_, extension) = file.rsplit_once('.')?;
    EXTENSIONS.iter().find(|known| **known == extension).copied()
}

/// `/x/y.js:12`, alone in its line: where node says an error was thrown, with the source line and its marks below.
pub(super) fn header(text: &str) -> Option<Place> {
    let text = text.trim_end();
    let is_path = !text.starts_with([' ', '\t', '-', '#', '"', '\'', '{']) && text.len() <= LONGEST;
    let colon = text.rfind(':').filter(|_| is_path)?;
    let (line, rest) = split_number(&text[colon + 1..])?;
    let file = &text[..colon];
    let is_script = extension(file).is_some()
        || file.starts_with("node:")
        || file.starts_with('/')
        || file.starts_with("[eval]")
        || file.starts_with("file:///");
    (rest.is_empty() && is_script && !file.contains([' ', '(']) || (rest.is_empty() && extension(file).is_some()))
        .then(|| place(file, line, None, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<u32>, &str)>) {
        let place = read(text);
        let seen = place.as_ref().map(|place| (place.file.as_str(), place.line, place.function.as_deref().unwrap_or_default()));
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn frames_name_a_place() {
        check("    at f (/x/y.js:12:5)", Some(("/x/y.js", Some(12), "f")));
        check("    at async Promise.all (index 0)", Some(("", None, "Promise.all")));
        check("    at new Foo [as bar] (C:\\x\\y.ts:3:1) {", Some(("C:\\x\\y.ts", Some(3), "new Foo [as bar]")));
        check("    at node:internal/main/run_main_module:28:49", Some(("node:internal/main/run_main_module", Some(28), "")));
        check("    at file:///x/y.mjs:1:2,", Some(("file:///x/y.mjs", Some(1), "")));
        check("    at JSON.parse (<anonymous>)", Some(("", None, "JSON.parse")));
        check("    at eval (eval at <anonymous> (/x/y.js:1:2), <anonymous>:1:5)", Some(("/x/y.js", Some(1), "eval")));
        check("    at f (app.js:12)", Some(("app.js", Some(12), "f")));
        check("f@http://h:80/y.js:1:2", Some(("http://h:80/y.js", Some(1), "f")));
        check("@webpack-internal:///./x.js:1:2", Some(("webpack-internal:///./x.js", Some(1), "")));
        check(" ❯ test/x.test.ts:5:13", Some(("test/x.test.ts", Some(5), "")));
    }

    #[test]
    fn what_is_no_frame_is_none() {
        check("\tat a.b.C.f(C.java:12)", None);
        check("   at A.B.C(String s) in /x/C.cs:line 12", None);
        check("at 10:20:30", None);
        check("we met at noon (12:30)", None);
        check("me@example.com:22:1", None);
        check("git@github.com:a/b.js", None);
    }

    #[test]
    fn a_header_is_a_path_and_a_line() {
        assert_eq!(header("/x/y.js:12").and_then(|place| place.line), Some(12));
        assert_eq!(header("C:\\My Files\\y.js:12").and_then(|place| place.line), Some(12));
        assert_eq!(header("node:internal/x:3").and_then(|place| place.line), Some(3));
        assert_eq!(header("time: 12"), None);
        assert_eq!(header("  /x/y.js:12"), None);
    }
}
