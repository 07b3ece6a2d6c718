//! Gives a failure a name that survives unrelated edits, another checkout, another day.
//!
//! What counts: the kinds of the chain, the first line of the message with numbers, addresses, paths and the like replaced, what a
//! compiler says at the place, the name of the file where it was raised, and the function there if its language always prints it. What does not: lines, folders, the test.

use std::sync::LazyLock;

use regex::Regex;

use super::{Event, Fingerprint};
use crate::syntax::LanguageId;

/// The first part of each fingerprint; another way to make them gets another number.
const VERSION: &str = "1:";
/// Hexadecimal digits: 128 bits name every failure ever seen.
const N_DIGITS: usize = 32;

/// The fingerprint of `event`.
pub(super) fn of(event: &Event) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update(b"\0");
    };
    part(event.language.0);
    part(&event.kind);
    for cause in &event.causes {
        part(&cause.kind);
    }
    part(&normalised(event.headline()));
    if let Some(place) = &event.raised_at {
        part(place.base_name());
        part(function(event.language, place.function.as_deref()));
    }
    // rustc's messages are often the same for all errors of a code; what it says at the place is not.
    if let Some(label) = event.labels.first().filter(|label| label.is_primary) {
        part(&normalised(&label.text));
    }
    let digits = hasher.finalize().to_hex();
    Fingerprint(format!("{VERSION}{}", &digits[..N_DIGITS]))
}

/// A Rust panic names its function only where backtraces are on, which must not matter.
fn function(language: LanguageId, printed: Option<&str>) -> &str {
    if language == LanguageId::RUST { "" } else { printed.unwrap_or_default() }
}

static VARYING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?P<uuid> (?-u:\b)[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?-u:\b) )
      | (?P<hex> (?-u:\b)0x[0-9a-fA-F]+(?-u:\b) )
      | (?P<path> (?: (?-u:\b)[A-Za-z]:\\ | /[0-9A-Za-z_.+@-]+/ ) [^\x20\t"'`:,;()<>]* )
      | (?P<number> [0-9]+ (?: \.[0-9]+ )? )"#,
    )
    .expect("a constant")
});

/// `text` with what varies from run to run replaced.
fn normalised(text: &str) -> String {
    let replaced = VARYING.replace_all(text, |found: &regex::Captures<'_>| match found.name("path") {
        Some(path) => format!("<path>{}", base_name(path.as_str())),
        None if found.name("number").is_some() => "0".to_owned(),
        None => "<id>".to_owned(),
    });
    replaced.into_owned()
}

/// The last part of a path, unless it is a temporary one.
fn base_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_temporary = name.starts_with("tmp") || name.starts_with('.');
    if is_temporary { String::new() } else { name.chars().filter(|c| !c.is_ascii_digit()).collect() }
}

static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"`[^`]*`|'[^']*'|"[^"]*""#).expect("a constant"));

/// `text` with every quoted part empty: the wording of the message.
pub(super) fn without_quoted(text: &str) -> String {
    QUOTED.replace_all(text, "``").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Cause, Place};

    fn event(message: &str, file: &str, line: u32) -> Event {
        let place = Place { file: file.to_owned(), line: Some(line), column: None, function: Some("f".to_owned()) };
        Event { raised_at: Some(place), ..Event::new(LanguageId::PYTHON, "ValueError", message) }
    }

    fn check_same(one: &Event, other: &Event) {
        assert_eq!(of(one), of(other));
        assert!(of(one).0.starts_with(VERSION));
    }

    #[test]
    fn another_checkout_line_number_and_address_do_not_matter() {
        check_same(&event("bad 12 at 0x7ffe", "/home/me/app/x.py", 12), &event("bad 3 at 0x1", "x.py", 40));
        check_same(&event("no '/home/me/app/a.txt'", "x.py", 1), &event("no '/tmp/w1/app/a.txt'", "x.py", 1));
        check_same(&event("no '/tmp/tmpab12'", "x.py", 1), &event("no '/tmp/tmpzz_9'", "x.py", 1));
        check_same(
            &event("id 123e4567-e89b-12d3-a456-426614174000", "x.py", 1),
            &event("id 923e4567-e89b-12d3-a456-4266141740ff", "x.py", 1),
        );
    }

    #[test]
    fn message_file_and_cause_matter() {
        let plain = event("bad key", "x.py", 1);
        assert_ne!(of(&plain), of(&event("bad value", "x.py", 1)));
        assert_ne!(of(&plain), of(&event("bad key", "y.py", 1)));
        let cause = Cause { kind: "KeyError".to_owned(), message: String::new() };
        assert_ne!(of(&plain), of(&Event { causes: vec![cause], ..plain.clone() }));
    }
}
