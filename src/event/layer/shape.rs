//! What a prefix looks like with its times aside, which prefixes there are, and whom they name.

use super::anchor::Kind;
use super::stamp::{is_level, time_in};

/// A prefix whose times, dates and fractions stand for any; numbers that stand alone, such as a rank or a process, stay.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    parts: Vec<Part>,
    /// Blanks that end it: as many, or fewer, stand behind it in other lines.
    n_blanks: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(Vec<u8>),
    /// Blanks and digits, or with signs between them.
    Number {
        is_compound: bool,
    },
}

impl Shape {
    /// The shape of `prefix`.
    pub(super) fn of(prefix: &str) -> Shape {
        let bytes = prefix.trim_end().as_bytes();
        let mut parts = Vec::new();
        let mut at = 0;
        let mut text = Vec::new();
        while at < bytes.len() {
            let n = compound_len(&bytes[at..]);
            if n > 0 {
                // Numbers are padded with blanks.
                while text.last() == Some(&b' ') {
                    text.pop();
                }
                parts.extend((!text.is_empty()).then(|| Part::Text(std::mem::take(&mut text))));
                parts.push(Part::Number { is_compound: true });
                at += n;
            } else {
                let n = digits(&bytes[at..]).max(1);
                text.extend(&bytes[at..at + n]);
                at += n;
            }
        }
        parts.extend((!text.is_empty()).then_some(Part::Text(text)));
        Shape { parts, n_blanks: prefix.len() - bytes.len() }
    }

    /// The shape that any numbers have.
    pub(super) fn without_numbers(self) -> Shape {
        let mut parts: Vec<Part> = Vec::new();
        for part in self.parts {
            let Part::Text(text) = part else {
                parts.push(part);
                continue;
            };
            for run in text.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
                let run = run.trim_ascii_end();
                match run.first() {
                    Some(byte) if byte.is_ascii_digit() => parts.push(Part::Number { is_compound: false }),
                    Some(_) => parts.push(Part::Text(run.to_vec())),
                    None => {}
                }
            }
        }
        Shape { parts, ..self }
    }

    /// Whether it is only a number and a sign: `12: `.
    pub(super) fn is_bare_number(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Text(text) => !text.iter().any(u8::is_ascii_alphabetic),
            Part::Number { is_compound } => !is_compound,
        })
    }

    /// The length of the prefix of this shape at the start of `text`.
    pub(super) fn length_of(&self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = 0;
        for part in &self.parts {
            match part {
                Part::Text(wanted) => {
                    if !bytes[at..].starts_with(wanted) {
                        return None;
                    }
                    at += wanted.len();
                }
                Part::Number { is_compound } => {
                    at += bytes[at..].iter().take_while(|byte| **byte == b' ').count();
                    let n = if *is_compound { compound_len(&bytes[at..]) } else { digits(&bytes[at..]) };
                    if n == 0 {
                        return None;
                    }
                    at += n;
                }
            }
        }
        let n_blanks = bytes[at..].iter().take(self.n_blanks).take_while(|byte| **byte == b' ').count();
        let is_whole = self.n_blanks == 0 || n_blanks > 0 || at == bytes.len();
        (is_whole && text.is_char_boundary(at)).then_some(at + n_blanks)
    }
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The length of numbers with the signs of times and dates between them; zero for a number that stands alone.
fn compound_len(bytes: &[u8]) -> usize {
    let mut at = digits(bytes);
    let mut n_parts = 1;
    if at == 0 {
        return 0;
    }
    loop {
        let is_sign = match bytes.get(at) {
            Some(b'-' | b':' | b'/' | b'.' | b'T') => true,
            Some(b',' | b' ' | b'+') => n_parts > 2, // Milliseconds, the time behind a date, a zone.
            _ => false,
        };
        let n = if is_sign { digits(&bytes[at + 1..]) } else { 0 };
        if n == 0 || (bytes[at] == b' ' && (n != 2 || bytes.get(at + 3) != Some(&b':'))) {
            break;
        }
        at += 1 + n;
        n_parts += 1;
    }
    if n_parts > 1 { at } else { 0 }
}

/// Whether `prefix` may be what a launcher or logger puts before a line.
pub(super) fn is_prefix(prefix: &str, kind: Kind) -> bool {
    let word = prefix.trim();
    let Some(first) = word.bytes().next() else { return false };
    let is_source = prefix.contains("{\"")
        || prefix.contains("{ \"")
        || word.ends_with(['"', '\'', '`', '('])
        || word.starts_with("//")
        || word.starts_with(">>>");
    let is_diff = matches!(first, b'+' | b'*' | b';') || (first == b'-' && !word.starts_with("-->"));
    let is_pytest = word == "E" || word == "LL |" || word.starts_with("In [") || word.starts_with("Out[") || word.starts_with("$ ");
    if is_source || is_diff || is_pytest {
        return false;
    }
    let is_numbered = word.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let has_letter = is_numbered || word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let has_time = time_in(word).is_some();
    let is_quote = word.contains('>') && word.trim_matches(['>', ' ', '|']).is_empty();
    if is_place(word) && !has_time {
        return false; // `x.py:12:` is what grep prints.
    }
    let is_marked = has_time
        || word.contains([':', ']', ')', '|', '>', '}'])
        || is_numbered
        || word.ends_with('-')
        || (word.contains('/') && !word.contains(' '));
    match kind {
        Kind::Traceback | Kind::Panic if is_quote => true,
        Kind::Traceback | Kind::Panic | Kind::Goroutine => has_letter || has_time || is_rank(word),
        _ => (has_letter && is_marked) || has_time || is_rank(word),
    }
}

/// `12:`, as srun writes before the lines of a task.
fn is_rank(word: &str) -> bool {
    word.strip_suffix(':').is_some_and(|number| (1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether `word` ends like `path:12:` or `path:12:5:`.
fn is_place(word: &str) -> bool {
    let Some((head, number)) = word.strip_suffix(':').and_then(|word| word.rsplit_once(':')) else { return false };
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && head.contains(['.', '/', '\\']) && !head.ends_with(' ')
}

/// The seconds of the day that `prefix` names.
pub(super) fn time_of_day(prefix: &str) -> Option<u32> {
    let time = time_in(prefix)?;
    let at = time.find(':').filter(|at| *at >= 2)?;
    let two = |at: usize| time.get(at..at + 2)?.parse::<u32>().ok();
    Some((two(at - 2)? * 60 + two(at + 1)?) * 60 + two(at + 4)?)
}

/// The service that a prefix of one word names: `[web] `, `api:test: `.
pub(super) fn service(prefix: &str) -> Option<&str> {
    let word = prefix.trim();
    let name = word
        .strip_prefix('[')
        .and_then(|word| word.strip_suffix(']').or_else(|| word.strip_suffix("]:")))
        .or_else(|| word.strip_suffix(':'))?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-/:@".contains(&byte))
        && (name.bytes().all(|byte| !byte.is_ascii_digit()) || is_instance(name))
        && time_in(name).is_none();
    let is_stream = matches!(name, "stderr" | "stdout" | "out" | "err" | "File" | "root");
    (is_name && !is_stream && !name.split(':').any(is_level)).then_some(name)
}

/// `web-1`, `api.2`; a rank or a worker of a test runner is no service.
fn is_instance(name: &str) -> bool {
    let head = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let word = head.trim_end_matches(['-', '_', '.']);
    head.len() < name.len() && word.len() < head.len() && !matches!(word, "rank" | "gw" | "default" | "local" | "line" | "thread" | "pid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_differ_and_numbers_that_stand_alone_do_not() {
        let shape = Shape::of("[2024-01-02 03:04:05,123 pid=7] ");
        assert_eq!(shape.length_of("[2024-01-02 13:04:06,9 pid=7]   x"), Some(30));
        assert_eq!(shape.length_of("[2024-01-02 13:04:06,9 pid=8]   x"), None);
        assert_eq!(shape.without_numbers().length_of("[2024-01-02 13:04:06,9 pid=8]"), Some(29));
        assert_eq!(Shape::of("[1,0]<stderr>:").length_of("[1,1]<stderr>:"), None);
        assert_eq!(Shape::of("[    9.99] ").length_of("[   10.01] x"), Some(11));
    }

    #[test]
    fn a_word_in_brackets_names_a_service() {
        for (prefix, name) in [
            ("[web] ", Some("web")),
            ("api:test: ", Some("api:test")),
            ("[stderr] ", None),
            ("[web-1] ", Some("web-1")),
            ("[gw0] ", None),
            ("[rank1]: ", None),
            ("ERROR: ", None),
            ("x y: ", None),
        ] {
            assert_eq!(service(prefix), name, "{prefix}");
        }
    }
}
