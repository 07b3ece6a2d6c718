//! Gives a failure a name that survives unrelated edits, another checkout, another day.
//!
//! What counts: the kinds of the chain, the wording of the message, what a compiler says at the place, and the innermost frames of the
//! project: function and name of the file. What does not: lines, folders, the test, frames of dependencies where there are others,
//! and for Rust the call stack, which is printed only where backtraces are on.

mod frame;
mod wording;

use super::{Event, Fingerprint};
use crate::syntax::LanguageId;

pub(super) use frame::is_foreign;
pub(super) use wording::without_quoted;

/// The first part of each fingerprint; another way to make them gets another number.
const VERSION: &str = "2:";
/// Hexadecimal digits: 128 bits name every failure ever seen.
const N_DIGITS: usize = 32;

/// The fingerprint of `event`.
pub(super) fn of(event: &Event) -> Fingerprint {
    let mut text = String::with_capacity(256);
    let mut part = |write: &mut dyn FnMut(&mut String)| {
        write(&mut text);
        text.push('\0');
    };
    part(&mut |text| text.push_str(event.language.0));
    let kinds = std::iter::once(&event.kind).chain(event.causes.iter().map(|cause| &cause.kind));
    for kind in kinds {
        part(&mut |text| text.push_str(last_name(kind)));
    }
    let keeps = Keeps::of(event);
    part(&mut |text| wording::write(event.headline(), keeps, text));
    for place in frame::innermost(event) {
        part(&mut |text| text.push_str(place.base_name()));
        let function = place.function.as_deref().filter(|_| event.language != LanguageId::RUST);
        part(&mut |text| text.push_str(function.unwrap_or_default()));
    }
    // rustc's messages are often the same for all errors of a code; what it says at the place is not.
    if let Some(label) = event.labels.first().filter(|label| label.is_primary) {
        part(&mut |text| wording::write(&label.text, keeps, text));
    }
    let digits = blake3::hash(text.as_bytes()).to_hex();
    Fingerprint(format!("{VERSION}{}", &digits[..N_DIGITS]))
}

/// The same exception is printed with its module and without.
fn last_name(kind: &str) -> &str {
    kind.rsplit('.').next().unwrap_or(kind)
}

/// Which quoted parts of a message name the fault and stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// All: a compiler quotes names, an assertion its values.
    All,
    /// Those that are names.
    Names,
    /// Those that a word says to be names: `relation "users"`.
    Named,
}

impl Keeps {
    fn of(event: &Event) -> Keeps {
        const OF_NAMES: &[&str] = &[
            "AttributeError",
            "ImportError",
            "KeyError",
            "ModuleNotFoundError",
            "NameError",
            "ReferenceError",
            "SyntaxError",
            "TypeError",
            "UnboundLocalError",
        ];
        let kind = last_name(&event.kind);
        if !event.labels.is_empty() || kind == "AssertionError" || event.message.starts_with("assert") {
            Keeps::All
        } else if OF_NAMES.contains(&kind) {
            Keeps::Names
        } else {
            Keeps::Named
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Cause, Frame, Label, Place};

    fn place(file: &str, line: u32, function: &str) -> Place {
        Place { file: file.to_owned(), line: Some(line), column: None, function: Some(function.to_owned()) }
    }

    fn event(message: &str, file: &str, line: u32) -> Event {
        Event { raised_at: Some(place(file, line, "f")), ..Event::new(LanguageId::PYTHON, "ValueError", message) }
    }

    fn stack(files: &[(&str, &str)]) -> Event {
        let frames: Vec<Frame> = files.iter().map(|(file, name)| Frame { place: place(file, 3, name), ..Frame::default() }).collect();
        let raised_at = frames.last().map(|frame| frame.place.clone());
        Event { raised_at, frames, ..event("bad", "", 1) }
    }

    fn check_same(one: &Event, other: &Event) {
        assert_eq!(of(one), of(other), "{} / {}", one.message, other.message);
        assert!(of(one).0.starts_with(VERSION));
    }

    fn check_other(one: &Event, other: &Event) {
        assert_ne!(of(one), of(other), "{} / {}", one.message, other.message);
    }

    #[test]
    fn another_checkout_line_number_and_address_do_not_matter() {
        check_same(&event("bad 12 at 0x7ffe", "/home/me/app/x.py", 12), &event("bad 3 at 0x1", "x.py", 40));
        check_same(&event("bad", "C:\\app\\x.py", 12), &event("bad", "/app/x.py", 40));
        check_same(&event("no '/home/me/app/a.txt'", "x.py", 1), &event("no '/tmp/w1/app/a.txt'", "x.py", 1));
        check_same(&event("no '/tmp/tmpab12'", "x.py", 1), &event("no '/tmp/tmpzz_9'", "x.py", 1));
        check_same(
            &event("id 123e4567-e89b-12d3-a456-426614174000", "x.py", 1),
            &event("id 923e4567-e89b-12d3-a456-4266141740ff", "x.py", 1),
        );
        check_same(&event("bad", "x.py", 1), &Event { kind: "app.errors.ValueError".to_owned(), ..event("bad", "x.py", 1) });
    }

    #[test]
    fn message_file_and_cause_matter() {
        let plain = event("bad key", "x.py", 1);
        check_other(&plain, &event("bad value", "x.py", 1));
        check_other(&plain, &event("bad key", "y.py", 1));
        let cause = Cause { kind: "KeyError".to_owned(), message: String::new(), ..Cause::default() };
        check_other(&plain, &Event { causes: vec![cause], ..plain.clone() });
    }

    #[test]
    fn the_frames_of_the_project_matter_and_those_of_dependencies_do_not() {
        let deep = |library: &str| stack(&[("/app/main.py", "main"), ("/app/load.py", "load"), (library, "parse")]);
        check_same(&deep("/usr/lib/python3.11/json/decoder.py"), &deep("/home/me/.venv/lib/python3.12/site-packages/json5/parse.py"));
        check_other(&deep("/app/json/decoder.py"), &deep("/usr/lib/python3.11/json/decoder.py"));
        check_other(&stack(&[("/app/a.py", "f"), ("/app/x.py", "g")]), &stack(&[("/app/b.py", "f"), ("/app/x.py", "g")]));
        check_same(
            &stack(&[("/app/zero.py", "one"), ("/app/a.py", "f"), ("/app/x.py", "g")]),
            &stack(&[("/app/a.py", "f"), ("/app/x.py", "g")]),
        );
        let go = |file: &str| stack(&[("/app/main.go", "main.main"), (file, "db.Open")]);
        check_other(&go("/app/internal/db/db.go"), &go("/usr/local/go/src/database/sql/sql.go"));
        check_other(&deep("C:\\app\\lib\\load.py"), &deep("C:\\Python311\\Lib\\json\\decoder.py"));
        let library = |name: &str| stack(&[("/usr/lib/python3.11/threading.py", name)]);
        check_other(&library("run"), &library("join"));
    }

    #[test]
    fn the_test_that_led_to_it_does_not_matter() {
        check_same(
            &stack(&[("/app/tests/test_x.py", "test_one"), ("/app/x.py", "g")]),
            &stack(&[("/app/tests/test_y.py", "test_two"), ("/app/x.py", "g")]),
        );
        check_other(&stack(&[("tests/test_x.py", "test_one")]), &stack(&[("tests/test_x.py", "test_two")]));
    }

    #[test]
    fn a_panic_is_the_same_with_a_backtrace_and_without() {
        let plain = Event { language: LanguageId::RUST, kind: "panic".to_owned(), ..event("index 3 of 3", "src/a.rs", 3) };
        let traced = Event {
            frames: vec![Frame { place: place("./src/main.rs", 9, "app::main"), ..Frame::default() }],
            raised_at: Some(place("./src/a.rs", 3, "app::a::get")),
            ..plain.clone()
        };
        check_same(&plain, &traced);
    }

    #[test]
    fn what_rustc_says_at_the_place_matters_and_quoted_types_stay() {
        let one = |text: &str| Event {
            labels: vec![Label { text: text.to_owned(), is_primary: true, ..Label::default() }],
            ..Event::new(LanguageId::RUST, "E0308", "mismatched types")
        };
        check_other(&one("expected `u8`, found `String`"), &one("expected `String`, found `u8`"));
        check_other(&one("expected `Vec<T>`"), &one("expected `Box<T>`"));
        check_same(&one("expected an array of 3 elements"), &one("expected an array of 4 elements"));
    }
}
