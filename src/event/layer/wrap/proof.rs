//! Breaks that the text proves: what stands before them is no whole, and with the next lines it is one.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Glue, orphan, stack};
use crate::event::line::{Line, has_extension, indent_of, is_blank, split_location, split_number};

/// A line that goes on in the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Break {
    /// Its index.
    pub(super) at: usize,
    /// What stood at the break, where that is proven too.
    pub(super) glue: Option<Glue>,
}

/// How much of a form a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is not of this form.
    Broken,
    /// It may be its beginning.
    Open,
    Whole,
}

/// How much of one form a text is.
type Form = fn(&str) -> Progress;

/// What a line may begin that has a fixed form, with the literal that shows it.
const FORMS: &[(&str, Form)] = &[
    ("File \"", entry),
    ("panicked at ", panic),
    ("thread '", panic),
    ("error[E", code),
    ("--> ", arrow),
    ("Traceback (most", sentence),
    ("During handling of", sentence),
    ("The above exception", sentence),
    ("note: run with `RUST", sentence),
    ("note: Some details", sentence),
    ("For more information about", sentence),
    ("test result: ", summary),
    ("             at ", caller),
    ("    at ", stack::frame),
    ("\tat ", stack::frame),
];

/// Texts that are always the same.
const SENTENCES: &[&str] = &[
    "Traceback (most recent call last):",
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
    "For more information about this error, try `rustc --explain ",
    "For more information about an error, try `rustc --explain ",
];

static SIGNS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let signs = FORMS.iter().map(|(sign, _)| *sign);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(signs).expect("a handful of short literals")
});

/// A whole takes no more lines than this, however narrow they are.
const MOST: usize = 6;
/// No console is wider.
const WIDEST: usize = 2000;
/// The message of an old panic takes no more lines than this.
const LONGEST: usize = 12;

/// The breaks among `lines` that are proven, and the lines that hold a sign of a failure.
pub(super) fn breaks(lines: &[Line<'_>]) -> (Vec<Break>, Vec<usize>) {
    let mut breaks = Vec::new();
    let mut signed = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(found) = SIGNS.find(line.text.as_bytes()) else {
            if line.text.trim_end().ends_with("File") && line.text.trim_ascii() == "File" {
                prove(&lines[at..], at, "File", entry, &mut breaks);
            }
            continue;
        };
        signed.push(at);
        let text = &line.text[found.start()..];
        if text.len() > WIDEST {
            continue;
        }
        let (_, form) = FORMS[found.pattern().as_usize()];
        let is_open = match form(text) {
            Progress::Open => true,
            Progress::Whole => lines.get(at + 1).is_some_and(|next| is_cut_number(text, &next.text)),
            Progress::Broken => false,
        };
        if is_open {
            prove(&lines[at..], at, text, form, &mut breaks);
        } else if text.contains("panicked at '") && form(text) != Progress::Whole {
            prove_below(lines, at, &mut breaks);
        }
        match text.as_bytes() {
            [b'F', ..] => orphan::in_stack(lines, at, &mut breaks),
            [b'-', ..] => orphan::in_drawing(lines, at, &mut breaks),
            [b'e', ..] => orphan::under_header(lines, at, &mut breaks),
            _ if text.ends_with(':') && text.contains("panicked at ") => orphan::in_message(lines, at, &mut breaks),
            _ => {}
        }
    }
    (breaks, signed)
}

/// Adds the lines after the first one until `text` is whole; adds nothing if it never is.
fn prove(lines: &[Line<'_>], at: usize, text: &str, form: Form, breaks: &mut Vec<Break>) {
    let mut text = text.to_owned();
    let n_known = breaks.len();
    for (offset, next) in lines.iter().enumerate().skip(1).take(MOST) {
        let with = |glue| format!("{text}{}{}", if glue == Glue::Blank { " " } else { "" }, next.text);
        let found =
            [Glue::Nothing, Glue::Blank].into_iter().map(|glue| (glue, with(glue))).find(|(_, text)| form(text) != Progress::Broken);
        let Some((glue, joined)) = found.filter(|_| !is_blank(&next.text) && !begins_whole(&next.text)) else {
            if text.trim_end().ends_with("panicked at") && next.text.starts_with('\'') {
                breaks.push(Break { at: at + offset - 1, glue: Some(Glue::Blank) });
                return;
            }
            break;
        };
        breaks.push(Break { at: at + offset - 1, glue: Some(glue) });
        if form(&joined) == Progress::Whole {
            return;
        }
        text = joined;
    }
    breaks.truncate(n_known);
}

/// Of an old panic's message of several lines, the last one may be broken in its location.
fn prove_below(lines: &[Line<'_>], at: usize, breaks: &mut Vec<Break>) {
    if lines.get(at + 1).is_some_and(|next| orphan::goes_on(&lines[at].text, &next.text)) && orphan::is_full(lines, at) {
        breaks.push(Break { at, glue: None });
    }
    for (below, line) in lines.iter().enumerate().skip(at + 1).take(LONGEST) {
        if is_blank(&line.text) || begins_whole(&line.text) {
            break;
        }
        let Some(quote) =
            line.text.rfind("', ").or_else(|| line.text.len().checked_sub(1).filter(|at| line.text[..].ends_with('\'') && *at > 0))
        else {
            continue;
        };
        let place = &line.text[quote..];
        let is_cut = lines.get(below + 1).is_some_and(|next| is_cut_number(place, &next.text));
        if old_panic(place) == Progress::Open || is_cut {
            prove(&lines[below..], below, place, old_panic, breaks);
        }
        break;
    }
}

/// A line that begins a form by itself is no rest of another.
fn begins_whole(text: &str) -> bool {
    let inner = &text[indent_of(text)..];
    ["File \"", "Traceback (most", "thread '", "--> ", "error[E"].iter().any(|sign| inner.starts_with(sign))
        || (inner.starts_with("at ") && inner.len() < text.len())
}

/// Whether `text` ends in a number whose other digits begin `next`: `line 41` and `7, in f`, `main.rs:4` and `7:5:`.
fn is_cut_number(text: &str, next: &str) -> bool {
    if !text.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let rest = next.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_entry = text.starts_with("File \"");
    let is_end = |end: &str| end.len() < 12 && end.contains(':') && end.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let end = next.trim_end();
    if is_entry {
        rest.starts_with(", in ") || rest == ", in"
    } else {
        text.contains(".rs:") && is_end(end) && (end.ends_with(':') || text.contains("', "))
    }
}

/// `literal` is whole in `text`, or begins there, or neither.
fn begins(text: &str, literal: &str) -> Progress {
    if text.starts_with(literal) {
        Progress::Whole
    } else if literal.starts_with(text) {
        Progress::Open
    } else {
        Progress::Broken
    }
}

/// `File "x.py", line 3, in f`.
fn entry(text: &str) -> Progress {
    let Some(rest) = text.strip_prefix("File \"") else { return if text.trim_end() == "File" { Progress::Open } else { Progress::Broken } };
    let Some((_, rest)) = rest.split_once('"') else { return Progress::Open };
    let place = begins(rest, ", line ");
    if place != Progress::Whole {
        return place;
    }
    let Some((_, rest)) = split_number(&rest[", line ".len()..]) else {
        return if rest.len() == ", line ".len() { Progress::Open } else { Progress::Broken };
    };
    if rest.trim().is_empty() || rest.starts_with(" in ") {
        return Progress::Whole;
    }
    let name = rest.get(", in ".len()..).unwrap_or_default().trim();
    match begins(rest, ", in ") {
        Progress::Whole if name.is_empty() || name.matches('<').count() > name.matches('>').count() => Progress::Open,
        progress => progress,
    }
}

/// `thread 'main' panicked at 'message', src/main.rs:4:5` and `thread 'main' panicked at src/main.rs:4:5:`.
fn panic(text: &str) -> Progress {
    let Some((_, rest)) = text.split_once("panicked at ") else {
        let inner = text.strip_prefix("thread '").unwrap_or_default();
        let Some((name, rest)) = inner.split_once('\'') else {
            return if inner.len() < 200 && !inner.contains(' ') { Progress::Open } else { Progress::Broken };
        };
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest.trim_start());
        let is_begun = !name.is_empty() && "panicked at ".starts_with(rest);
        return if is_begun { Progress::Open } else { Progress::Broken };
    };
    if rest.starts_with('\'') {
        return old_panic(rest);
    }
    let rest = rest.trim_end();
    if let Some((place, _)) = rest.split_once(": ").or_else(|| Some((rest.strip_suffix(':')?, ""))) {
        return if is_location(place) { Progress::Whole } else { Progress::Broken };
    }
    match split_location(rest) {
        Some((_, _, Some(_))) => Progress::Whole,
        _ if rest.contains(' ') && !rest.contains(":\\") => Progress::Broken,
        _ => Progress::Open,
    }
}

/// A message may have several lines, so only a break in the location behind it is proven.
fn old_panic(rest: &str) -> Progress {
    let Some(at) = rest.rfind("', ") else {
        let is_closed = rest.len() < 2000 && (rest.ends_with('\'') || rest.ends_with("',"));
        return if is_closed { Progress::Open } else { Progress::Broken };
    };
    let place = rest[at + "', ".len()..].trim_end();
    match split_location(place) {
        Some((file, ..)) if has_source(file) => Progress::Whole,
        _ if place.contains(' ') || place.len() > 300 => Progress::Broken,
        _ => Progress::Open,
    }
}

fn has_source(file: &str) -> bool {
    has_extension(file, "rs")
}

fn is_location(text: &str) -> bool {
    split_location(text).is_some_and(|(file, _, column)| column.is_some() && !file.is_empty())
}

/// `error[E0382]: message`.
fn code(text: &str) -> Progress {
    let rest = text.strip_prefix("error[E").unwrap_or_default();
    let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count().min(4);
    match begins(&rest[n_digits..], "]: ") {
        Progress::Whole if n_digits < 4 => Progress::Broken,
        Progress::Open if n_digits < 4 && rest.len() > n_digits => Progress::Broken,
        _ if &rest[n_digits..] == "]:" => Progress::Open,
        progress => progress,
    }
}

/// `--> src/main.rs:4:5`.
fn arrow(text: &str) -> Progress {
    let place = text.strip_prefix("--> ").unwrap_or_default().trim_end();
    match split_location(place) {
        Some((file, _, Some(_))) if has_source(file) => Progress::Whole,
        _ if place.contains(' ') && !place.contains(":\\") => Progress::Broken,
        _ => Progress::Open,
    }
}

/// `             at /home/me/app/src/main.rs:4:5`, under an entry of a backtrace.
fn caller(text: &str) -> Progress {
    let place = text.trim_start().strip_prefix("at ").unwrap_or_default().trim_end();
    match split_location(place) {
        Some((file, ..)) if has_source(file) => Progress::Whole,
        _ if !place.starts_with(['.', '/']) && !place.contains(":\\") => Progress::Broken,
        _ => Progress::Open,
    }
}

fn sentence(text: &str) -> Progress {
    let text = text.trim_end();
    let progress = |sentence: &&str| begins(text, sentence.trim_end());
    SENTENCES.iter().map(progress).find(|progress| *progress != Progress::Broken).unwrap_or(Progress::Broken)
}

/// `test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s`.
fn summary(text: &str) -> Progress {
    if text.contains("filtered out") {
        Progress::Whole
    } else if text.contains(" passed; ") && text.len() < 100 {
        Progress::Open
    } else {
        Progress::Broken
    }
}
