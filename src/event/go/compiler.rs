//! Reads the errors of Go's compiler and of `go vet`: `./x.go:3:5: undefined: y`, below the `# package` that they belong to.
//!
//! Linters and loggers write their places in the same way, so without that line only the compiler's own words count.
//!
//! Source: Go 1.22, `src/cmd/compile/internal/base/print.go` (`FlushErrors`).

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, split_number};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `./x.go:3:5: message`.
pub(in crate::event) struct Diagnostics;

/// A package has not more errors than this; the compiler stops after ten.
const LONGEST: usize = 60;
/// Words that only the compiler says.
const WORDS: &[&str] = &[
    "undefined: ",
    "declared and not used",
    "imported and not used",
    "cannot use ",
    "syntax error: ",
    "no required module provides package",
    "not enough arguments in call",
    "too many arguments in call",
    "missing return",
    "is not in std",
    "is not in GOROOT",
    "assignment mismatch: ",
    "undefined (type ",
];

impl Dialect for Diagnostics {
    fn hints(&self) -> &'static [&'static str] {
        &["undefined: ", "and not used", "cannot use ", "[build failed]", "no required module provides"]
    }

    fn openings(&self) -> &'static [&'static str] {
        &[".go:"]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        let (place, message) = place(text)?;
        let is_known = WORDS.iter().any(|word| message.contains(word));
        let above = lines[..at].iter().rev().take(LONGEST).find(|line| !is_more(&line.text) && self::place(line.text.trim_end()).is_none());
        let is_of_package =
            above.is_some_and(|line| line.text.strip_prefix("# ").is_some_and(|rest| !rest.trim().contains(' ') || rest.ends_with(']')));
        if !(is_known || is_of_package) || message.starts_with("note: ") {
            return None;
        }
        let more = lines[at + 1..].iter().take(LONGEST).take_while(|line| is_more(&line.text) && place_free(&line.text));
        let n_more = more.count();
        let message = lines[at + 1..=at + n_more].iter().fold(message.to_owned(), |all, line| format!("{all}\n{}", line.text.trim_end()));
        let end = at + 1 + n_more;
        let event =
            Event { raised_at: Some(place), lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::GO, "error", message) };
        Some(Reading::failure(Failure::new(event), end))
    }
}

/// Further lines of a message begin with a tab.
fn is_more(text: &str) -> bool {
    text.starts_with('\t') && text.len() > 1
}

fn place_free(text: &str) -> bool {
    !text.contains(" +0x")
}

fn place(text: &str) -> Option<(Place, &str)> {
    let text = text.strip_prefix("vet: ").unwrap_or(text);
    let (file, rest) = text.split_once(".go:")?;
    if file.is_empty() || file.contains([' ', '\t', '"', '(', '=']) {
        return None;
    }
    let (line, rest) = split_number(rest)?;
    let (column, rest) = match rest.strip_prefix(':').and_then(split_number) {
        Some((column, rest)) => (Some(column), rest),
        None => (None, rest),
    };
    let message = rest.strip_prefix(": ")?;
    Some((Place { file: format!("{file}.go"), line: Some(line), column, function: None }, message))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn errors_stand_below_their_package() {
        check(
            "# a/x\n./x.go:3:5: undefined: y\n./x.go:9:2: cannot use 1 (untyped int constant) as string value\n\thave (a)\n\twant (b)\n./x.go:12:2: something new\n",
            &[
                "error: undefined: y @ ./x.go:3",
                "error: cannot use 1 (untyped int constant) as string value @ ./x.go:9",
                "error: something new @ ./x.go:12",
            ],
        );
        check(
            "x.go:4:2: package a/b is not in std (/go/src/a/b)\nFAIL\ta [build failed]\n",
            &["error: package a/b is not in std (/go/src/a/b) @ x.go:4"],
        );
    }

    #[test]
    fn linters_and_loggers_are_silent() {
        check("x.go:3:5: exported func F should have comment (golint)\ncannot use this here\n", &[]);
        check("{\"caller\":\"x.go:3\",\"msg\":\"undefined: y\"}\nI0102 10:00:00.000 1 x.go:12] cannot use it\n", &[]);
    }
}
