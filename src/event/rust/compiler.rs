//! Reads rustc's and clippy's errors as people see them, and in the short form of one line each.
//!
//! An error is its header, the first place under it and what is drawn and noted below; the notes' own places are not errors.
//!
//! Source: rustc 1.95, `compiler/rustc_errors/src/emitter.rs`.

use std::borrow::Cow;

use super::gutter::{Row, inline_suggestion, labels, line_edits, marked, row};
use super::header::{self, Header};
use super::lint;
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, has_extension, indent_of, is_blank, split_location, without_margin};
use crate::event::{Applicability, Event, Label, Place, Suggestion};
use crate::syntax::LanguageId;

/// `error[E0382]: ...` with ` --> src/main.rs:4:5` below.
pub(in crate::event) struct Diagnostics;

const LINKER: &[&str] = &["linking with `", "linker `", "could not exec the linker `"];
const BUG: &str = "internal compiler error: ";
/// How far below an error that names no place rustc says that it gives up.
const AHEAD: usize = 40;

impl Dialect for Diagnostics {
    fn hints(&self) -> &'static [&'static str] {
        &["error[E", "error: ", "error\u{1b}[", "error^[[", "error[0m"]
    }

    fn openings(&self) -> &'static [&'static str] {
        &["error[E", "error: "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let (text, below) = unfolded(lines, at);
        let text = text.trim_end();
        let margin = indent_of(text);
        let Some(header) = header::long(header::undressed(&text[margin..])) else { return short(lines, at) };
        let mut body = Body::read(lines, below, margin);
        let (message, place) = header::joined(header.message).map_or((header.message, None), |(message, place)| (message, Some(place)));
        body.main.place = body.main.place.or(place);
        let kind = kind(&header, &body).or_else(|| is_given_up(lines, body.end, message).then(|| "error".to_owned()))?;
        if is_quoted(lines, at) {
            return None;
        }
        let lines = lines[at].no..lines[body.end - 1].no + 1;
        let end = body.end;
        let message = std::iter::once(message).chain(body.more.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
        let failure = Failure::new(Event { lines, ..body.event(kind, message) });
        Some(Reading::failure(failure, end))
    }
}

/// The header at `lines[at]`, and the line behind it. A console that folds at blanks leaves one at the end of each line; rustc leaves none.
fn unfolded<'l>(lines: &'l [Line<'_>], at: usize) -> (Cow<'l, str>, usize) {
    const MOST: usize = 4;
    let mut text = Cow::Borrowed(lines[at].text.as_ref());
    let mut below = at + 1;
    while text.ends_with(' ') && !text.ends_with(": ") && below < lines.len().min(at + MOST) {
        let next = lines[below].text.as_ref();
        let is_new = is_blank(next) || next.starts_with([' ', '\t', '|', '=']) || arrow(next).is_some() || header::short(next).is_some();
        if is_new || header::long(next).is_some() || is_of_rustc(next) || next.starts_with("warning") {
            break;
        }
        text.to_mut().push_str(next);
        below += 1;
    }
    (text, below)
}

/// Whose error it is; nothing where neither code nor place nor words tell that it is one of rustc's or about a manifest.
fn kind(header: &Header<'_>, body: &Body<'_>) -> Option<String> {
    if let Some(code) = header.code {
        return Some(code.to_owned());
    }
    if LINKER.iter().any(|opening| header.message.starts_with(opening)) {
        return Some("linker".to_owned());
    }
    let place = body.main.place.as_ref();
    match place.map(|place| (place.base_name(), has_extension(&place.file, "rs"))) {
        Some(("Cargo.toml" | "Cargo.lock", _)) => Some("cargo".to_owned()),
        Some((name, is_rust)) if is_rust || name.trim_start_matches('.') == "clippy.toml" => {
            let notes: Vec<&str> = body.notes().map(String::as_str).collect();
            Some(lint::name(&notes).or_else(|| body.level_name()).unwrap_or_else(|| "error".to_owned()))
        }
        None if header.message.starts_with(BUG) && !is_unexpected(header.message) => Some("error".to_owned()),
        _ => None,
    }
}

/// Whether a test of error messages shows what it expected or got: between dotted lines of trybuild.
fn is_quoted(lines: &[Line<'_>], at: usize) -> bool {
    let border = (at.saturating_sub(AHEAD)..at).rev().find(|&above| lines[above].text.starts_with("┈┈┈"));
    border.and_then(|border| lines.get(border.checked_sub(1)?)).is_some_and(|title| title.text.trim_end().ends_with(':'))
}

/// rustc panicked: its panic is the failure.
fn is_unexpected(message: &str) -> bool {
    message.starts_with("the compiler unexpectedly panicked") || message.strip_prefix(BUG).is_some_and(|rest| rest == "unexpected panic")
}

/// Whether rustc gives up below, so that an error without a place is its own: of a crate that lacks something, of a file that is missing.
fn is_given_up(lines: &[Line<'_>], end: usize, message: &str) -> bool {
    let is_last_word = |text: &str| text.starts_with("aborting due to") || text.starts_with("could not compile `");
    let is_cargo = message.starts_with("failed to run custom build command") || message.starts_with("process didn't exit");
    if is_last_word(message) || is_cargo || is_unexpected(message) {
        return false;
    }
    for line in lines[end..].iter().take(AHEAD) {
        let text = line.text.trim();
        if let Some(message) = text.strip_prefix("error: ") {
            if is_last_word(message) {
                return true;
            }
        } else if !is_of_rustc(&line.text) {
            return false;
        }
    }
    false
}

/// Whether rustc may print such a line: one of its levels and last words, or a part of a drawing.
fn is_of_rustc(text: &str) -> bool {
    let opens = ["error[", "warning: ", "note: ", "help: ", "For more information about", "Some errors have detailed"];
    is_blank(text)
        || text.starts_with(|first: char| first == ' ' || first.is_ascii_digit())
        || opens.iter().any(|open| text.starts_with(open))
}

/// An error in one line.
fn short(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let (text, below) = unfolded(lines, at);
    let header = header::short(text.trim_end())?;
    let event = Event::new(LanguageId::RUST, header.code.unwrap_or("error"), header.message);
    let labels = header.place.iter().map(|place| Label { place: place.clone(), is_primary: true, ..Label::default() }).collect();
    let event = Event { raised_at: header.place, labels, lines: lines[at].no..lines[below - 1].no + 1, ..event };
    Some(Reading::failure(Failure::new(event), below))
}

fn place(text: &str) -> Option<Place> {
    let (file, line, column) = split_location(text)?;
    Some(Place { file: file.to_owned(), line: Some(line), column, function: None })
}

/// What stands before a place; the latter two in drawings of Unicode characters.
const ARROWS: &[&str] = &["--> ", "::: ", "╭▸ ", "⸬  "];

/// `...` or `...  |`: lines of the source are left out.
fn is_elision(text: &str) -> bool {
    text.trim_start().strip_prefix("...").is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b' ' | b'|')))
}

/// ` --> src/main.rs:4:5`; some versions draw `:::` for further files.
fn arrow(text: &str) -> Option<Place> {
    let text = header::undressed(text).trim();
    place(ARROWS.iter().find_map(|arrow| text.strip_prefix(arrow))?)
}

/// The error itself, or a note or help of it.
#[derive(Default)]
struct Part<'l> {
    message: String,
    is_help: bool,
    place: Option<Place>,
    rows: Vec<Row<'l>>,
}

/// All that stands under a header.
struct Body<'l> {
    main: Part<'l>,
    parts: Vec<Part<'l>>,
    /// Further lines of the header's message.
    more: Vec<String>,
    /// Notes that stand after a `=`.
    notes: Vec<String>,
    end: usize,
}

impl<'l> Body<'l> {
    fn read(lines: &'l [Line<'_>], at: usize, margin: usize) -> Body<'l> {
        let mut body = Body { main: Part::default(), parts: Vec::new(), more: Vec::new(), notes: Vec::new(), end: at };
        for (index, line) in lines.iter().enumerate().skip(at) {
            let text = without_margin(&line.text, margin).trim_end();
            if is_blank(text) {
                if !body.is_broken(lines, index, margin) {
                    break;
                }
                body.more.push(String::new());
            } else if !body.take(text) {
                break;
            }
            body.end += 1;
        }
        body
    }

    /// Whether the message goes on behind the blank line `at`: its further lines are as far in as its first.
    fn is_broken(&self, lines: &[Line<'_>], at: usize, margin: usize) -> bool {
        let next = lines.get(at + 1).map_or("", |line| without_margin(&line.text, margin));
        let is_first = self.main.place.is_none() && self.main.rows.is_empty() && self.notes.is_empty() && self.parts.is_empty();
        is_first && next.starts_with("       ") && !is_blank(next)
    }

    /// The lint that a note shows where it was set: `#![deny(missing_docs)]` with the name underlined.
    fn level_name(&self) -> Option<String> {
        let part = self.parts.iter().find(|part| part.message == "the lint level is defined here")?;
        let name = part.rows.windows(2).find_map(|rows| marked(&rows[0], &rows[1]))?;
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'));
        (is_name && name != "warnings").then_some(name)
    }

    /// Takes one line in; says no at the first that is not part of the diagnostic.
    fn take(&mut self, text: &'l str) -> bool {
        let is_first = self.main.place.is_none() && self.main.rows.is_empty();
        let part = self.parts.last_mut().unwrap_or(&mut self.main);
        if let Some(place) = arrow(text) {
            let code = text.trim_start_matches([' ', '-', '>', ':']);
            part.rows.extend(part.place.is_some().then_some(Row { number: None, sign: '>', code }));
            part.place.get_or_insert(place);
        } else if let Some(row) = row(text) {
            part.rows.push(row);
        } else if let Some((is_help, message)) = sub_header(text) {
            self.parts.push(Part { message: message.to_owned(), is_help, ..Part::default() });
        } else if let Some(note) = noted(text) {
            let note = ["note: ", "help: ", "warning: "].iter().find_map(|level| note.strip_prefix(level)).unwrap_or(note);
            self.notes.push(note.to_owned());
        } else if is_elision(text) {
            part.rows.push(Row { number: None, sign: '.', code: "" });
        } else if text.starts_with(' ') && is_first {
            self.more.push(text.trim().to_owned());
        } else if text.starts_with(' ') {
            if let Some(note) = self.notes.last_mut() {
                note.push('\n');
                note.push_str(text.trim());
            }
        } else {
            return self.notes.last().is_some_and(|note| note.starts_with('"')) && !text.starts_with("error"); // A linker's command line, wrapped.
        }
        true
    }

    fn notes(&self) -> impl Iterator<Item = &String> + Clone {
        self.notes.iter().chain(self.parts.iter().map(|part| &part.message))
    }

    fn event(self, kind: String, message: String) -> Event {
        let file = self.main.place.as_ref().map_or("", |place| place.file.as_str()).to_owned();
        let mut found = labels(&self.main.rows, &file);
        found.sort_by_key(|label| !label.is_primary);
        expand_tabs(&mut found, self.main.place.as_ref());
        if !found.first().is_some_and(|label| label.is_primary) {
            found.splice(0..0, self.main.place.clone().map(|place| Label { place, is_primary: true, ..Label::default() }));
        }
        let suggestions =
            self.parts.iter().filter_map(|part| suggestion(part, &file)).chain(inline_suggestion(&self.main.rows, &file)).collect();
        let told = self.parts.iter().filter(|part| !part.is_help || part.place.is_some() || part.rows.is_empty()).map(note);
        Event {
            raised_at: self.main.place.clone(),
            labels: found,
            notes: self.notes.into_iter().chain(told).collect(),
            suggestions,
            ..Event::new(LanguageId::RUST, kind, message)
        }
    }
}

/// Tabs are drawn as four blanks: where the drawing and the place disagree, the place is right and the other columns are unknown.
fn expand_tabs(labels: &mut [Label], place: Option<&Place>) {
    let Some((label, place)) = labels.iter().find(|label| label.is_primary).zip(place) else { return };
    if label.place.line != place.line || label.place.column == place.column {
        return;
    }
    for label in labels {
        let is_first = label.is_primary && label.place.line == place.line;
        (label.place.column, label.end_column) = (place.column.filter(|_| is_first), None);
    }
}

/// ` = note: message`, or `╰ note: message`.
fn noted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    text.strip_prefix("= ").or_else(|| text.strip_prefix("╰ ").filter(|rest| rest.starts_with("note: ") || rest.starts_with("help: ")))
}

/// `note: message` and `help: message` at the margin.
fn sub_header(text: &str) -> Option<(bool, &str)> {
    let (level, message) = text.split_once(": ")?;
    matches!(level, "note" | "help").then_some((level == "help", message))
}

fn note(part: &Part<'_>) -> String {
    match &part.place {
        Some(Place { file, line: Some(line), column, .. }) => format!("{} ({file}:{line}:{})", part.message, column.unwrap_or(1)),
        _ => part.message.clone(),
    }
}

fn suggestion(part: &Part<'_>, file: &str) -> Option<Suggestion> {
    let file = part.place.as_ref().map_or(file, |place| place.file.as_str());
    let lines = if part.is_help { line_edits(&part.rows, file)? } else { return None };
    Some(Suggestion { message: part.message.clone(), edits: Vec::new(), lines, applicability: Applicability::Unspecified })
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    // Printed by rustc 1.95.
    const HUMAN: &str = r#"    Checking c v0.1.0 (/home/me/app)
error[E0425]: cannot find value `conut` in this scope
  --> src/main.rs:18:5
   |
18 |     conut;
   |     ^^^^^
   |
help: a local variable with a similar name exists
   |
18 -     conut;
18 +     count;
   |

error[E0308]: mismatched types
  --> src/main.rs:11:12
   |
11 |     length(s);
   |     ------ ^ expected `&String`, found `String`
   |     |
   |     arguments to this function are incorrect
   |
note: function defined here
  --> src/main.rs:5:4
   |
 5 | fn length(s: &String) -> usize { s.len() }
   |    ^^^^^^ ----------
help: consider borrowing here
   |
11 |     length(&s);
   |            +

Some errors have detailed explanations: E0308, E0425.
For more information about an error, try `rustc --explain E0308`.
error: could not compile `c` (bin "c") due to 2 previous errors
"#;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_header_that_the_console_folded_at_a_blank_is_one_line() {
        check(
            "error[E0425]: cannot find function `clean` in \nthis scope\n   --> src\\lib.rs:321:25\n    |\n",
            &["E0425: cannot find function `clean` in this scope @ src\\lib.rs:321"],
        );
        check(
            "src\\lib.rs:5:8: error: method `run` is \nnever used\nsrc\\lib.rs:7:5: error: this `if` \nstatement can be collapsed\nerror: could not compile `x` (lib) due to 2 \nprevious errors\n",
            &["error: method `run` is never used @ src\\lib.rs:5", "error: this `if` statement can be collapsed @ src\\lib.rs:7"],
        );
    }

    #[test]
    fn a_place_with_lines_left_out_keeps_its_notes() {
        let text = "error: calls to `push` immediately after creation\n    --> src/lib.rs:3:5\n     |\n3    | /     let mut names = Vec::new();\n...    |\n1476 | |     names.push(1);\n     | |__________________^ help: use `vec!`\n     |\n     = note: `-D clippy::vec-init-then-push` implied by `-D warnings`\n\n";
        assert_eq!(outline(text), ["clippy::vec_init_then_push: calls to `push` immediately after creation @ src/lib.rs:3"]);
    }

    #[test]
    fn errors_have_places_labels_notes_and_suggestions() {
        check(HUMAN, &["E0425: cannot find value `conut` in this scope @ src/main.rs:18", "E0308: mismatched types @ src/main.rs:11"]);
        let mut events = read(HUMAN.as_bytes()).events;
        let event = events.remove(1);
        let labels: Vec<_> = event.labels.iter().map(|label| (label.place.column, label.text.as_str(), label.is_primary)).collect();
        assert_eq!(
            labels,
            [(Some(12), "expected `&String`, found `String`", true), (Some(5), "arguments to this function are incorrect", false)]
        );
        assert_eq!(event.notes, ["function defined here (src/main.rs:5:4)"]);
        assert_eq!(event.suggestions[0].message, "consider borrowing here");
        assert_eq!(event.suggestions[0].lines[0].after, ["    length(&s);"]);
        assert_eq!(events[0].suggestions[0].lines[0].before, [Some("    conut;".to_owned())]);
    }

    #[test]
    fn colours_change_nothing() {
        let coloured = HUMAN
            .replace("error[", "\u{1b}[1m\u{1b}[91merror[")
            .replace("]: ", "]\u{1b}[0m\u{1b}[1m: ")
            .replace("--> ", "\u{1b}[1m\u{1b}[94m--> \u{1b}[0m");
        assert_eq!(outline(&coloured), outline(HUMAN));
    }

    #[test]
    fn a_lint_is_named_by_its_first_error() {
        check(
            r"error: redundant pattern matching, consider using `is_err()`
  --> src/audio.rs:54:20
   |
54 |             if let Err(_) = tx.send(x) {
   |             -------^^^^^^------------- help: try: `if tx.send(x).is_err()`
   |
   = note: `-D clippy::redundant-pattern-matching` implied by `-D warnings`

error: unused variable: `a`
 --> src/main.rs:2:9
  |
2 |     let a = 1;
  |         ^ help: if this is intentional, prefix it with an underscore: `_a`
  |
  = note: `-D unused-variables` implied by `-D warnings`

error: unused variable: `b`
 --> src/main.rs:3:9
  |
3 |     let b = 1;
  |         ^ help: if this is intentional, prefix it with an underscore: `_b`

",
            &[
                "clippy::redundant_pattern_matching: redundant pattern matching, consider using `is_err()` @ src/audio.rs:54",
                "unused_variables: unused variable: `a` @ src/main.rs:2",
                "unused_variables: unused variable: `b` @ src/main.rs:3",
            ],
        );
    }

    #[test]
    fn one_line_an_error_is_read_too() {
        check(
            "src/main.rs:23:5: error: cannot find macro `m` in this scope\nsrc/main.rs:14:14: error[E0425]: cannot find type `H`\nx.c:3:5: error: no\nerror: could not compile `c` (bin \"c\") due to 2 previous errors\n",
            &["error: cannot find macro `m` in this scope @ src/main.rs:23", "E0425: cannot find type `H` @ src/main.rs:14"],
        );
    }

    #[test]
    fn the_linker_has_no_place() {
        check(
            "error: linking with `cc` failed: exit status: 1\n  |\n  = note: \"cc\" \"-m64\" \"x.o\"\n  = note: /usr/bin/ld: cannot find -lfoo\n\nerror: could not compile `c` (bin \"c\") due to 1 previous error\n",
            &["linker: linking with `cc` failed: exit status: 1"],
        );
    }

    #[test]
    fn a_summary_counts_where_the_errors_are_not_in_the_log() {
        check(
            "error: could not compile `c` (bin \"c\") due to 1 previous error\n",
            &["cargo: could not compile `c` (bin \"c\") due to 1 previous error"],
        );
    }

    #[test]
    fn errors_of_other_tools_are_none_of_ours() {
        check("error: something\n --> x.py:1:1\n  |\n1 | x\n  | ^\n\nerror: unknown option\nmake: error: no\n", &[]);
    }
}
