//! Reads the line at which a diagnostic of rustc begins: code and message, or place, code and message in the short forms.
//!
//! Source: rustc 1.95, `compiler/rustc_errors/src/emitter.rs`; rustc 1.8, `src/libsyntax/errors/emitter.rs`, for `3:5: 3:9 error: x [E0425]`.

use super::panic;
use crate::event::Place;
use crate::event::line::{Needle, has_extension};

static SHORT_SIGN: Needle = Needle::new(": error");
static OLD_SIGN: Needle = Needle::new(" error: ");

/// What a header says.
pub(super) struct Header<'t> {
    pub(super) code: Option<&'t str>,
    pub(super) message: &'t str,
    /// Where a short form says it happened.
    pub(super) place: Option<Place>,
}

/// What CI services put before a line that they took for an error.
const DRESS: &[&str] = &["##[error]", "Error: "];

/// `text` without what a CI service put before it.
pub(super) fn undressed(text: &str) -> &str {
    DRESS.iter().find_map(|dress| text.strip_prefix(dress)).unwrap_or(text)
}

/// `error[E0382]: message`, `error: message`.
pub(super) fn long(text: &str) -> Option<Header<'_>> {
    let rest = text.strip_prefix("error")?;
    if let Some(message) = rest.strip_prefix(": ") {
        return Some(Header { code: None, message: message.trim_start(), place: None });
    }
    let (code, message) = coded(rest)?;
    Some(Header { code: Some(code), message, place: None })
}

/// `[E0382]: message`.
fn coded(text: &str) -> Option<(&str, &str)> {
    let (code, message) = text.strip_prefix('[')?.split_once("]: ")?;
    is_code(code).then_some((code, message))
}

fn is_code(code: &str) -> bool {
    code.len() == 5 && code.starts_with('E') && code[1..].bytes().all(|byte| byte.is_ascii_digit())
}

/// `src/main.rs:3:5: error[E0425]: message`, of `--message-format=short`.
pub(super) fn short(text: &str) -> Option<Header<'_>> {
    let Some(sign) = SHORT_SIGN.find(text) else { return old(text) };
    let place = located(&text[..sign])?;
    let header = long(&text[sign + 2..])?;
    Some(Header { place: Some(place), ..header })
}

/// `src/main.rs:3:5: 3:9 error: message [E0425]`, as before 1.9.
fn old(text: &str) -> Option<Header<'_>> {
    let sign = OLD_SIGN.find(text)?;
    let (before, end) = text[..sign].rsplit_once(": ")?;
    let is_end = end.split(':').count() == 2 && end.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let place = located(before).filter(|_| is_end)?;
    let message = text[sign + " error: ".len()..].trim_end();
    let coded = message.strip_suffix(']').and_then(|rest| rest.rsplit_once(" [")).filter(|(_, code)| is_code(code));
    let (message, code) = coded.map_or((message, None), |(message, code)| (message, Some(code)));
    Some(Header { code, message, place: Some(place) })
}

/// The place at the end of `text`; what stands before it is another prefix.
fn located(text: &str) -> Option<Place> {
    let (place, rest) = panic::location(text.rsplit(' ').next()?)?;
    (rest.is_empty() && place.column.is_some() && has_extension(&place.file, "rs")).then_some(place)
}

/// A message and a place that were printed into one line: `message --> src/main.rs:4:5`.
pub(super) fn joined(message: &str) -> Option<(&str, Place)> {
    let (message, place) = message.rsplit_once(" --> ")?;
    Some((message.trim_end(), located(place)?))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn one_line_an_error_in_every_form() {
        check("src/main.rs:3:5: error[E0425]: no `x`: not found", &["E0425: no `x`: not found @ src/main.rs:3"]);
        check("src\\main.rs:3:5: error: no `x`", &["error: no `x` @ src\\main.rs:3"]);
        check("src/main.rs:3:5: 3:9 error: no `x` [E0425]", &["E0425: no `x` @ src/main.rs:3"]);
        check("src/main.rs:3:5: 3:9 error: mismatched types:", &["error: mismatched types: @ src/main.rs:3"]);
        check("(node build) src/main.rs:3:5: error: no `x`", &["error: no `x` @ src/main.rs:3"]);
        check("error[E0425]: no `x` --> src/main.rs:3:5", &["E0425: no `x` @ src/main.rs:3"]);
        for text in ["main.c:3:5: error: no `x`", "src/main.rs:3:5: warning: no error: x", "src/main.rs: error: x", "x.rs:3:5: errors: 2"] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_service_may_mark_either_line_of_an_error() {
        let expected = ["E0425: no `x` @ src/main.rs:3"];
        check("##[error]error[E0425]: no `x`\n --> src/main.rs:3:5\n", &expected);
        check("Error: error[E0425]: no `x`\n --> src/main.rs:3:5\n", &expected);
        check("error[E0425]: no `x`\nError:  --> src/main.rs:3:5\n  |\n", &expected);
    }
}
