//! Finds a traceback that a logger wrote as one line, its line ends as `\n`: `exception='Traceback (most recent call last):\n  File ...'`.
//!
//! Only a value is read: behind `=`, `:` or the `b` of bytes. The argument of a call in a source line is text about an error.

use super::frame::HEADER;

/// The text of the traceback whose header begins at `header` in `line`.
pub(super) fn unescape(line: &str, header: usize) -> Option<String> {
    let rest = line.get(header..)?;
    if !rest.strip_prefix(HEADER)?.trim_start_matches('\\').starts_with(['n', 'r'])
        || !rest.contains("File ")
        || line.starts_with([' ', '\t'])
    {
        return None;
    }
    let before = &line[..header];
    let quote = before.chars().next_back().filter(|c| matches!(c, '\'' | '"'));
    let key = before.trim_end_matches(['\\', '\'', '"', 'b', ' ']);
    if !(key.is_empty() || key.ends_with(['=', ':', ',', 'n'])) {
        return None;
    }
    let once = plain(rest, quote);
    // A text in a text is escaped twice.
    let twice = if once.contains('\n') { once } else { plain(&once, None) };
    twice.contains('\n').then_some(twice)
}

/// `text` up to `end`, its escapes replaced.
fn plain(text: &str, end: Option<char>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if Some(c) == end {
            break;
        }
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('r') | None => {}
            Some('t') => plain.push('\t'),
            Some(other) => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
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
