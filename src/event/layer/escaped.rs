//! Breaks up a failure that stands in one line: in a string with `\n`, behind syslog's `#012`, in a cell with `<br>`, with any sign in the
//! place of each line end, or with nothing but blanks there.
//!
//! What stands between a traceback's header and its first entry is that sign, so nothing is guessed. Strings in source code stay: they
//! are no failures. Records of JSON stay too, as they are read by their own reader.

mod flat;

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Layer;
use crate::event::line::Line;

/// Failures of one line.
pub(super) struct Escaped;

const HEADER: &str = "Traceback (most recent call last):";
const PANIC: &str = "panicked at ";
/// pytest escapes a whole failure that the console cannot show.
const UNSHOWN: &str = "\\nE   ";
static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build([HEADER, PANIC, UNSHOWN]).expect("three short literals")
});
/// What stands in the place of a line end, and the entry's own indent, take no more than this.
const LONGEST: usize = 24;
/// How a quote is written, the longest first.
const QUOTES: &[&str] = &["\\\\\"", "\\\"", "\"\"", "\"", "&quot;", "&#34;", "&#x22;"];
/// Signs that may follow the location of a panic.
const SIGNS: &[&str] = &[
    "\\\\r\\\\n",
    "\\\\n",
    "\\r\\n",
    "\\n",
    "#012",
    "\\012",
    "%0A",
    "|n",
    "\\u000a",
    "\\x0a",
    "&#10;",
    "<br>",
    "<br/>",
    "<br />",
    " ⏎ ",
    "⏎",
    "↵",
];
/// Lines behind the header, in the one line, of which one is an entry, and how wide it may be.
const NEAR: usize = 12;
const WIDEST: usize = 400;
/// No failure fits into a line that is shorter.
const SHORTEST: usize = 40;
/// A folded string is not longer than this.
const FOLDED: usize = 64 * 1024;
/// A failure in one line has no more lines than this.
const MOST: usize = 2000;

impl Layer for Escaped {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let Some(first) = lines.iter().position(|line| parts(&line.text).is_some()) else { return false };
        let mut rest = lines.split_off(first).into_iter().peekable();
        while let Some(mut line) = rest.next() {
            if parts(&line.text).is_some() {
                // YAML folds a long string: a backslash ends the line, and another one begins the next, if that begins with a blank.
                while line.text.ends_with('\\') && line.text.len() < FOLDED {
                    let Some(next) = rest.next_if(|next| !next.text.trim_start().is_empty()) else { break };
                    let text = line.text.to_mut();
                    text.pop();
                    let own = next.text.trim_start();
                    text.push_str(own.strip_prefix("\\ ").map_or(own, |_| &own[1..]));
                }
            }
            match parts(&line.text) {
                Some(parts) => lines.extend(parts.into_iter().map(|part| Line { text: Cow::Owned(part), ..line.clone() })),
                None => lines.push(line),
            }
        }
        true
    }
}

/// The lines that `text` stands for; nothing if it is one line.
fn parts(text: &str) -> Option<Vec<String>> {
    if text.len() < SHORTEST {
        return None;
    }
    let found = FINDER.find(text)?;
    let at = found.start();
    match found.pattern().as_usize() {
        0 => {
            let sign = sign_of_traceback(&text[found.end()..]);
            sign.map_or_else(|| flat::traceback(text, at), |sign| broken_up(text, at, sign))
        }
        1 => {
            let sign = sign_of_panic(&text[at..]);
            sign.map_or_else(|| flat::panic(text), |sign| broken_up(text, at, sign))
        }
        _ => {
            let is_failure = text[..at].contains(".py:") && !text.starts_with([' ', '"', '\'', '{', '[', '+', '-']);
            is_failure.then(|| broken_up(text, 0, Sign { end: "\\n", quote: "\"" }))?
        }
    }
}

/// Whether a failure begins somewhere in `text`.
fn has_failure(text: &str) -> bool {
    FINDER.is_match(text)
}

/// A sign in the place of a line end, and how the quotes of the text are written.
#[derive(Debug, Clone, Copy)]
struct Sign<'t> {
    end: &'t str,
    quote: &'t str,
}

/// What stands between the header and the entry, whose quote follows.
fn sign_of_traceback(rest: &str) -> Option<Sign<'_>> {
    // Each line of the failure may bear a prefix of its own.
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        // The error block of Windows PowerShell stands between the header and the entries.
        let quote = rest[sign.len()..].split(*sign).take(NEAR).filter(|line| line.len() < WIDEST).find_map(|line| {
            let entry = line.find("File ")?;
            QUOTES.iter().find(|quote| line[entry + 5..].starts_with(**quote))
        })?;
        return Some(Sign { end: &rest[..sign.len()], quote });
    }
    let limit = (0..=LONGEST.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at))?;
    let entry = rest[..limit].find("File ")?;
    let end = rest[..entry].trim_end_matches(' ');
    let end = end.strip_suffix("+ Exception Group").unwrap_or(end);
    let quote =
        ["\\\\\"", "\\\"", "\"\"", "\"", "&quot;", "&#34;", "&#x22;"].into_iter().find(|quote| rest[entry + 5..].starts_with(quote))?;
    (!end.trim().is_empty() && !end.contains("  ")).then_some(Sign { end, quote })
}

/// What follows the location of a panic.
fn sign_of_panic(text: &str) -> Option<Sign<'_>> {
    let place = text.find(".rs:")? + ".rs:".len();
    let rest = text[place..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    let end = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
    Some(Sign {
        end: &rest[..end.len()],
        quote: if end.starts_with("\\\\") {
            "\\\\\""
        } else if end.starts_with('\\') {
            "\\\""
        } else {
            "\""
        },
    })
}

fn broken_up(text: &str, at: usize, sign: Sign<'_>) -> Option<Vec<String>> {
    let (before, rest) = text.split_at(at);
    if is_source(before) || is_record(before, text) {
        return None;
    }
    let (rest, after) = rest.split_at(end_of_string(before, rest, sign));
    let n_blanks = usize::from(sign.end.starts_with(' '));
    let end = sign.end.trim();
    let part = |part: &str| {
        let own = part.strip_prefix(' ').filter(|_| n_blanks > 0).unwrap_or(part);
        unescaped(own.trim_end(), sign)
    };
    let mut parts: Vec<String> = split_at(rest, end).take(MOST).map(part).collect();
    while parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    // The lines before the failure are in the same dress, but for a string that begins with it.
    let mut head: Vec<String> =
        split_at(before, end).map(|own| if own.len() < before.len() { unescaped(own, sign) } else { own.to_owned() }).collect();
    parts.first_mut()?.insert_str(0, &head.pop().unwrap_or_default());
    parts.splice(0..0, head);
    if let Some(last) = parts.last_mut().filter(|_| before.trim_start().starts_with('|')) {
        last.truncate(last.trim_end_matches([' ', '|']).len());
    }
    if has_failure(after) {
        parts.push(after.trim_start_matches(['"', '\'']).to_owned());
    }
    (parts.len() > 1).then_some(parts)
}

/// The parts of `text` between the signs; a backslash that is itself escaped begins none, as in `C:\\\\new`.
fn split_at<'t>(text: &'t str, end: &'t str) -> impl Iterator<Item = &'t str> {
    let n_own = end.len() - end.trim_start_matches('\\').len();
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let is_sign = |(at, _): &(usize, &str)| {
            let n_before = at - text[..*at].trim_end_matches('\\').len();
            n_own == 0 || n_before.is_multiple_of(2 * n_own)
        };
        let found = text.match_indices(end).find(is_sign);
        rest = found.map(|(at, _)| &text[at + end.len()..]);
        Some(found.map_or(text, |(at, _)| &text[..at]))
    })
}

/// Where the string ends that the failure stands in; all of `rest` if it stands in none.
fn end_of_string(before: &str, rest: &str, sign: Sign<'_>) -> usize {
    let is_string = sign.end.starts_with('\\');
    let n_open = |quote: char| unescaped_places(before, quote).count() % 2 == 1;
    let close = match sign.quote {
        _ if sign.end == "|n" => '\'',
        "\\\"" | "\\\\\"" if n_open('"') => '"',
        "\"\"" if before.trim_end().ends_with('"') => return end_of_cell(rest),
        "\"" if is_string && n_open('\'') => '\'',
        _ => return rest.find("</").filter(|_| sign.quote.starts_with('&')).unwrap_or(rest.len()),
    };
    let is_close = |at: &usize| close == '"' || !rest[..*at].ends_with('|');
    unescaped_places(rest, close).find(is_close).unwrap_or(rest.len())
}

/// The first quote that is not doubled.
fn end_of_cell(rest: &str) -> usize {
    let mut at = 0;
    while let Some(found) = rest[at..].find('"') {
        if !rest[at + found + 1..].starts_with('"') {
            return at + found;
        }
        at += found + 2;
    }
    rest.len()
}

/// Places of `quote` that no backslash stands before.
fn unescaped_places(text: &str, quote: char) -> impl Iterator<Item = usize> + '_ {
    text.match_indices(quote).map(|(at, _)| at).filter(|&at| !text[..at].ends_with('\\'))
}

/// One line of the string as it was before it was escaped.
fn unescaped(part: &str, sign: Sign<'_>) -> String {
    let text = part.replace(sign.quote, "\"");
    match sign.end {
        end if end.starts_with("\\\\") => text.replace("\\\\'", "'").replace("\\\\t", "\t").replace("\\\\\\\\", "\\"),
        end if end.starts_with("\\n") || end.starts_with("\\r") => without_backslashes(&text),
        end if end.starts_with("|n") => text.replace("|'", "'").replace("|[", "[").replace("|]", "]").replace("||", "|"),
        _ => text,
    }
}

fn without_backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some(next @ ('\\' | '\'' | '"'))) => {
                out.push(next);
                chars.next();
            }
            ('\\', Some('t')) => {
                out.push('\t');
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// Whether the text in front of a string shows that it is source code: an assignment, an assertion, a call, a comment, a line of a diff.
fn is_source(before: &str) -> bool {
    const OPENINGS: &[&str] =
        &["assert", "return ", "print(", "raise ", "let ", "const ", "var ", "expect", "self.", "//", "# ", "* ", "+", "-  ", ">>> "];
    let code = before.trim_start();
    let call = before.trim_end_matches(['"', '\'', 'b', 'r', 'f', 'u', '\n']).trim_end();
    let is_string = before.len() > before.trim_end_matches(['"', '\'']).len();
    let is_assigned = call.ends_with(" =") || call.ends_with("==") || call.ends_with("!=") || call.ends_with(" in");
    let is_called = call.strip_suffix('(').is_some_and(|name| {
        name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '!')
            && !name.ends_with("Error")
            && !name.ends_with("Exception")
    });
    OPENINGS.iter().any(|opening| code.starts_with(opening)) || (is_string && (is_assigned || is_called)) || code == "\""
}

/// A record of JSON has its own reader, which also finds it behind a prefix.
fn is_record(before: &str, text: &str) -> bool {
    let bytes = before.as_bytes();
    let brace = bytes.windows(2).position(|pair| pair[0] == b'{' && matches!(pair[1], b'"' | b' '));
    brace.is_some_and(|brace| {
        let mut values = serde_json::Deserializer::from_str(&text[brace..]).into_iter::<serde::de::IgnoredAny>();
        let is_whole = matches!(values.next(), Some(Ok(_)));
        // Of several records in one line only the first would be read.
        let after = &text[brace + values.byte_offset()..];
        is_whole && !has_failure(after)
    })
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    const TRACE: &str = "Traceback (most recent call last):\n  File \"C:\\app\\x.py\", line 3, in f\n    g()\nKeyError: 'a'";
    const SEEN: &[&str] = &["KeyError: 'a' @ C:\\app\\x.py:3 f"];

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn any_sign_may_stand_for_a_line_end() {
        for sign in ["#012", "%0A", " ⏎ ", "⏎", "<br>", "<br/>", "↵", " | ", "\\x0a", "\\012", "&#10;"] {
            check(&TRACE.replace('\n', sign), SEEN);
            check(&format!("Jan  2 03:04:05 host app[7]: {}", TRACE.replace('\n', sign)), SEEN);
        }
    }

    #[test]
    fn a_backslash_that_is_escaped_ends_no_line() {
        let trace = TRACE.replace("app", "new\\nodes").replace("g()", "print(\"\\n\")");
        let once = trace.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        check(&format!("  \"stderr\": \"{once}\\n\","), &["KeyError: 'a' @ C:\\new\\nodes\\x.py:3 f"]);
    }

    #[test]
    fn a_failure_that_pytest_could_not_show_is_read() {
        let section = "C:\\\\nt\\\\python.py:507: in importtestmodule\\n    mod = import_path(\\nold\\\\ast.py:52: in parse\\n    return compile(\\nE     File \"C:\\\\app\\\\test_a.py\", line 7\\nE       x = \"\\u9ad8\\nE           ^\\nE   SyntaxError: bad token";
        check(
            &format!("==== ERRORS ====\n______ ERROR collecting tests/test_a.py ______\n{section}\n"),
            &["SyntaxError: bad token @ C:\\app\\test_a.py:7 [tests/test_a.py]"],
        );
    }

    #[test]
    fn lines_within_the_line_may_have_prefixes() {
        let prefixed =
            TRACE.lines().map(|line| format!("2014-09-28 22:22:33.771 8863 TRACE app.api {line}")).collect::<Vec<_>>().join("#012");
        check(&format!("2014-09-28 22:22:33.771 8863 ERROR app.api Caught error: #012{prefixed}"), SEEN);
    }

    #[test]
    fn strings_are_unescaped_once_or_twice() {
        let once = TRACE.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        check(&once, SEEN);
        check(&format!("ts=1 level=error err=\"{once}\\n\" caller=x.go:3"), SEEN);
        check(&format!("  \"stderr\": \"{once}\\n\","), SEEN);
        check(&format!("{{'id': 7, \"error\": \"boom: {once}\", 'n': 1}}"), SEEN);
        let repr = TRACE.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
        check(&format!("result: b'{repr}\\n'"), SEEN);
        check(&format!("CalledProcessError(1, ['x'], stderr=b'warn\\n{repr}')"), SEEN);
        check(&format!("Response: {{\"status\": \"error\", \"stdout\": \"{once}\\n\\n(exited)\"}}"), SEEN);
        let other = once.replace("x.py", "y.py");
        check(
            &format!("[{{\"stderr\": \"{once}\\n\"}}, {{\"stderr\": \"{other}\\n\"}}]"),
            &["KeyError: 'a' @ C:\\app\\x.py:3 f", "KeyError: 'a' @ C:\\app\\y.py:3 f"],
        );
        let folded = once.replace("\", line", "\"\\\n    , line").replace("    g()", "  \\\n    \\  g()");
        check(&format!("code: \"{folded}\\n\"\n"), SEEN);
        let twice = TRACE.replace('\\', "\\\\\\\\").replace('"', "\\\\\"").replace('\n', "\\\\n");
        check(&format!("msg \"{twice}\\\\n\" x"), SEEN);
    }

    #[test]
    fn cells_and_reports_are_unescaped() {
        check(&format!("7,failed,\"{}\",x", TRACE.replace('"', "\"\"").replace('\n', "\\n")), SEEN);
        check(&format!("| test_a | {} |", TRACE.replace('\n', "<br>")), SEEN);
        check(
            &format!("##teamcity[testFailed name='a' details='{}']", TRACE.replace('\'', "|'").replace('\n', "|n")),
            &["KeyError: 'a' @ C:\\app\\x.py:3 f"],
        );
    }

    #[test]
    fn a_value_of_a_record_for_people_is_read() {
        let value = r#"Traceback (most recent call last):\n  File "x.py", line 6, in f\n    return load(d, \'a\')\nKeyError: \'a\'\n"#;
        let expected = ["KeyError: 'a' @ x.py:6 f"];
        check(&format!("path='/x' level='error' exception='{value}'\n"), &expected);
        check(&format!("ERROR stderr: b'{value}', code=1\n"), &expected);
        check(&format!("level=error exc=\"{}\"\n", value.replace("\\'", "'").replace('"', "\\\"")), &expected);
    }

    #[test]
    fn panics_are_broken_up_behind_their_location() {
        for sign in ["\\n", "\\\\n", "#012", " ⏎ ", "<br>"] {
            check(
                &format!(
                    "svc: thread 'main' panicked at src/main.rs:4:19:{sign}boom: 1{sign}note: run with `RUST_BACKTRACE=1` environment variable"
                ),
                &["panic: boom: 1 @ src/main.rs:4"],
            );
            check(&format!("thread 'main' panicked at 'boom', src/main.rs:4:19{sign}note: x"), &["panic: boom @ src/main.rs:4"]);
        }
        check("thread 'main' panicked at 'a\\nb', src/main.rs:4:19", &["panic: a\\nb @ src/main.rs:4"]);
    }

    #[test]
    fn strings_in_source_code_are_no_failures() {
        let once = TRACE.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        for code in [
            format!("    expected = \"{once}\""),
            format!("assert out == \"{once}\""),
            format!("        \"{once}\","),
            format!("    self.assertEqual(x, \"{once}\")"),
            format!("    logger.error(\"{once}\")"),
            format!("+  const text = \"{once}\";"),
            format!("    print(\"{once}\")"),
            format!("assert text.startswith(\"{once}\")"),
            "print(\"Traceback (most recent call last):\\n\")".to_owned(),
        ] {
            check(&code, &[]);
        }
    }

    #[test]
    fn a_traceback_in_a_value_is_read() {
        let value = r#"Traceback (most recent call last):\n  File "x.py", line 6, in f\n    return load(d, \'a\')\nKeyError: \'a\'\n"#;
        let expected = ["KeyError: 'a' @ x.py:6 f"];
        check(&format!("path='/x' level='error' exception='{value}'\n"), &expected);
        check(&format!("ERROR stderr: b'{value}', code=1\n"), &expected);
        check(&format!("level=error exc=\"{}\"\n", value.replace("\\'", "'").replace('"', "\\\"")), &expected);
    }

    #[test]
    fn an_argument_in_source_is_text() {
        check("    print(\"Traceback (most recent call last):\\n  File \\\"x.py\\\", line 1, in f\\nKeyError: 1\")\n", &[]);
        check("assert text.startswith(\"Traceback (most recent call last):\\n  File \\\"x.py\\\", line 1, in f\\nKeyError: 1\")\n", &[]);
    }
}
