//! Undoes the escapes of web pages: `File &quot;x.py&quot;, line 3, in &lt;module&gt;`, with the tags that stand round such lines, and the
//! typographic quotes that forums and mail programs make: `File “x.py”, line 3`.
//!
//! Only near a line that shows a failure in this dress; a program may speak of `&lt;` in plain text.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memchr3;

use super::Layer;
use crate::event::line::Line;

/// Character references and tags.
pub(super) struct Entity;

/// Signs that a failure was written for a web page.
const SIGNS: &[&str] = &[
    "File &quot;",
    "File &#34;",
    "File &#x22;",
    "in &lt;module&gt;",
    "panicked at &#39;",
    "panicked at &#x27;",
    "panicked at &apos;",
    "thread &#39;",
    "thread &#x27;",
    "thread &apos;",
    "--&gt; ",
    "File “",
    "File ”",
    "File &ldquo;",
    "last):<br",
    "last):</p>",
    "panicked at ‘",
];
static FINDER: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(SIGNS).expect("a handful of short literals"));

/// Names of the interpreter that look like tags; some pages write them as they are.
const NAMES: &[&str] = &["module>", "lambda>", "listcomp>", "genexpr>", "string>", "stdin>", "frozen "];
/// Lines before and after a sign that wear the same dress.
const NEAR: usize = 100;
/// A reference is not longer than this.
const LONGEST: usize = 8;

impl Layer for Entity {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let is_sign = |line: &Line<'_>| memchr3(b'&', b'<', 0xe2, line.text.as_bytes()).is_some() && FINDER.is_match(line.text.as_ref());
        let signs: Vec<usize> = (0..lines.len()).filter(|&at| is_sign(&lines[at])).collect();
        let mut done = 0;
        for sign in &signs {
            let end = lines.len().min(sign + NEAR);
            for line in &mut lines[done.max(sign.saturating_sub(NEAR))..end] {
                if line.text.contains(['&', '<', '“', '”', '‘', '’']) {
                    line.text = Cow::Owned(decoded(&without_tags(&line.text)).replace(['“', '”'], "\"").replace(['‘', '’'], "'"));
                }
            }
            done = end;
        }
        !signs.is_empty()
    }
}

/// `text` without `<pre>`, `</span>`, `<br/>`; in a page, what is no tag is written `&lt;`.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let inner = rest[at + 1..].trim_start_matches('/');
        let is_tag = inner.starts_with(|c: char| c.is_ascii_alphabetic()) && !NAMES.iter().any(|name| inner.starts_with(name));
        let close = rest[at..].find('>').filter(|_| is_tag);
        let end = close.map_or(at + 1, |close| at + close + 1);
        out.push_str(&rest[..if close.is_some() { at } else { end }]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&rest[..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

/// The character that `&name;` stands for.
fn character(name: &str) -> Option<char> {
    match name {
        "quot" | "ldquo" | "rdquo" => Some('"'),
        "apos" | "lsquo" | "rsquo" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?).filter(|c| !c.is_control())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_traceback_of_a_page_is_read() {
        for (quote, apostrophe) in [("&quot;", "&#x27;"), ("&#34;", "&#39;"), ("&#x22;", "'"), ("&quot;", "&apos;")] {
            let trace = format!(
                "<pre class=\"log\">Traceback (most recent call last):\n  File {quote}x.py{quote}, line 3, in &lt;module&gt;\n&nbsp;&nbsp;&nbsp;&nbsp;d[k] &amp; 1\nKeyError: {apostrophe}a{apostrophe}</pre>\n"
            );
            check(&trace, &["KeyError: 'a' @ x.py:3 <module>"]);
            check(&trace.replace('\n', "<br>"), &["KeyError: 'a' @ x.py:3 <module>"]);
        }
    }

    #[test]
    fn a_traceback_of_a_forum_is_read() {
        check(
            "<p>I see this:<br>\nTraceback (most recent call last):<br>\n  File “C:/app/x.py”, line 3, in f<br>\n    self.g()<br>\nAttributeError: ‘X’ object has no attribute ‘g’</p>\n",
            &["AttributeError: 'X' object has no attribute 'g' @ C:/app/x.py:3 f"],
        );
        check(
            "Traceback (most recent call last):<br />\n  File \"x.py\", line 3, in <module><br />\nKeyError: 1<br />\n",
            &["KeyError: 1 @ x.py:3 <module>"],
        );
    }

    #[test]
    fn panics_and_diagnostics_of_a_page_are_read() {
        check("thread &#39;main&#39; panicked at &#39;boom&#39;, src/main.rs:4:19\n", &["panic: boom @ src/main.rs:4"]);
        check("<b>error[E0308]</b>: mismatched types\n --&gt; src/main.rs:4:19\n  |\n", &["E0308: mismatched types @ src/main.rs:4"]);
    }

    #[test]
    fn plain_text_about_references_stays() {
        check(
            "Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nValueError: bad &lt;b&gt; & <i> &quot;\n",
            &["ValueError: bad &lt;b&gt; & <i> &quot; @ x.py:3 f"],
        );
    }
}
