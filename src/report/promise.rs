//! What holds of everything that is told of a log, in every format and whatever the bytes: stated once, for the fixed seeds of the tests
//! and for the fuzzer.

use super::{Analysis, Human, concise, github, json, jsonl};
use crate::event::{Log, incidents};

/// Columns of the terminal that is pretended.
const WIDTH: usize = 80;

/// No byte of a log moves a cursor: in no format is there a control character but line feeds, tabs and our own colours.
///
/// # Errors
/// The promise that what is told of `log` breaks.
pub fn shown(log: &Log) -> Result<(), String> {
    let analysis = Analysis::new(log, &incidents(log));
    let human = Human { sources: &|_| None, width: WIDTH, log: None, is_unicode: true }.analysis(&analysis, None);
    let human = without_colours(&human);
    quiet("concise", &concise::analysis(&analysis, None))?;
    quiet("json", &json::document(&analysis))?;
    quiet("jsonl", &jsonl::analysis(&analysis))?;
    quiet("github", &github::analysis(&analysis, &human, "token"))?;
    quiet("human", &human)
}

fn quiet(format: &str, text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        Some(found) => Err(format!("{format}: {found:?} in {text:?}")),
        None => Ok(()),
    }
}

/// `text` without the sequences that set a colour, and nothing else: any other sequence is left to be found.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match rest.strip_prefix('m') {
            Some(rest) => out.push_str(rest),
            None => out.extend(["\u{1b}[", part]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::promise::{dialect, n_dialects, tests::check};
    use crate::event::read;

    #[test]
    fn no_log_moves_a_cursor_in_any_format() {
        check(150, |text| shown(&read(text.as_bytes())));
    }

    #[test]
    fn what_a_dialect_reads_without_layers_moves_no_cursor() {
        for index in 0..n_dialects() {
            check(10, |text| shown(&dialect(index, text)?));
        }
    }

    #[test]
    fn only_colours_are_taken_off() {
        assert_eq!(without_colours("a\u{1b}[1;31mb\u{1b}[0m\u{1b}[2Kc"), "ab\u{1b}[2Kc");
        assert!(quiet("x", "a\tb\n").is_ok() && quiet("x", "a\rb").is_err());
    }
}
