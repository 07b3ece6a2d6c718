//! The wording of a message: what varies from run to run is replaced, what names the fault stays.
//!
//! Each number is `0`, and a list of them as well; hexadecimal ids are `<id>`; of a path its last part stays, without digits; quoted
//! values are `<value>`. Byte by byte, without a regular expression: every failure of a log passes here.

use super::Keeps;

/// The name of a fault stands in its first bytes.
const LONGEST: usize = 600;
/// A hexadecimal number of at least so many digits is an id.
const ID: usize = 8;

/// Adds the wording of `text` to `out`.
pub(super) fn write(text: &str, keeps: Keeps, out: &mut String) {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut piece = Piece { text, at: 0, keeps, from: out.len() };
    while piece.at < text.len() {
        piece.write_next(out);
    }
}

/// The rest of a message, on its way.
struct Piece<'t> {
    text: &'t str,
    at: usize,
    keeps: Keeps,
    /// Where its wording begins.
    from: usize,
}

impl Piece<'_> {
    fn write_next(&mut self, out: &mut String) {
        let bytes = self.text.as_bytes();
        let byte = bytes[self.at];
        let is_begin = self.at == 0 || !(bytes[self.at - 1].is_ascii_alphanumeric() || bytes[self.at - 1] == b'_');
        match byte {
            b'/' | b'A'..=b'Z' | b'a'..=b'z' if is_begin && self.path(out) => {}
            b'0'..=b'9' | b'A'..=b'F' | b'a'..=b'f' if is_begin && self.id(out) => {}
            b'0'..=b'9' => self.number(out),
            b'\'' | b'"' if is_begin && self.quoted(out) => {}
            _ => self.run(out),
        }
    }

    /// Bytes up to the next one that may begin something.
    fn run(&mut self, out: &mut String) {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        // What begins in the midst of a word is none but a number.
        let is_word = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        if is_word(bytes[self.at]) {
            end += bytes[end..].iter().take_while(|byte| is_word(**byte)).count();
        } else {
            end += bytes[end..].iter().take_while(|byte| matches!(byte, b' ' | 0x80..)).count();
        }
        out.push_str(&self.text[self.at..end]);
        self.at = end;
    }

    fn number(&mut self, out: &mut String) {
        let bytes = self.text.as_bytes();
        let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits(self.at);
        if bytes.get(self.at) == Some(&b'.') && digits(self.at + 1) > 0 {
            self.at += 1 + digits(self.at + 1);
        }
        self.push_value("0", out);
    }

    /// A list of values is as long as chance makes it: it counts as one.
    fn push_value(&self, value: &str, out: &mut String) {
        let is_next = out[self.from..].strip_suffix(", ").is_some_and(|before| before.ends_with(value));
        if is_next {
            out.truncate(out.len() - ", ".len());
        } else {
            out.push_str(value);
        }
    }

    /// `0x7ffe`, a UUID, eight or more hexadecimal digits with a number among them.
    fn id(&mut self, out: &mut String) -> bool {
        let bytes = &self.text.as_bytes()[self.at..];
        let is_marked = bytes.len() > 2 && bytes[0] == b'0' && bytes[1] | 0x20 == b'x' && bytes[2].is_ascii_hexdigit();
        let skipped = if is_marked { 2 } else { 0 };
        let mut n = skipped + bytes[skipped..].iter().take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'-').count();
        while n > 0 && bytes[n - 1] == b'-' {
            n -= 1;
        }
        let word = &bytes[..n];
        let n_digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        let n_letters = word.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        let is_whole = !bytes.get(n).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let is_id = is_marked || (n >= ID && n_digits > 0 && n_letters > 0);
        if !is_id || !is_whole {
            return false;
        }
        self.at += n;
        self.push_value("<id>", out);
        true
    }

    /// `/a/b.txt`, `C:\a\b.txt`, `https://host/a/b`: the last part of a path, the host of an address.
    fn path(&mut self, out: &mut String) -> bool {
        let bytes = &self.text.as_bytes()[self.at..];
        let of_path = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b':' | b',' | b';' | b'(' | b')' | b'<' | b'>');
        let is_drive = bytes.len() > 3 && bytes[1] == b':' && bytes[2] == b'\\';
        let start = if is_drive { 3 } else { 0 };
        if bytes[0] != b'/' && !is_drive {
            return self.address(out);
        }
        let n = start + bytes[start..].iter().take_while(|byte| of_path(byte)).count();
        let path = &self.text[self.at..self.at + n];
        if !is_drive && path[1..].find('/').is_none_or(|at| at == 0) {
            return false;
        }
        out.push_str("<path>");
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        // Names of temporary files are made up by chance.
        if !name.starts_with("tmp") && !name.starts_with('.') {
            out.extend(name.chars().filter(|c| !c.is_ascii_digit()));
        }
        self.at += n;
        true
    }

    fn address(&mut self, out: &mut String) -> bool {
        let rest = &self.text[self.at..];
        let Some(at) = rest.as_bytes().iter().take(8).position(|byte| *byte == b':').filter(|at| rest[*at..].starts_with("://")) else {
            return false;
        };
        let end = rest.bytes().position(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b')' | b'>' | b',')).unwrap_or(rest.len());
        let host = rest.as_bytes()[..end].iter().skip(at + 3).take_while(|byte| !matches!(byte, b'/' | b'?' | b':' | b'#')).count();
        out.extend(rest[..at + 3 + host].chars().filter(|c| !c.is_ascii_digit()));
        self.at += end;
        true
    }

    /// A quoted value that varies; a name stays, and is written like other text.
    fn quoted(&mut self, out: &mut String) -> bool {
        let quote = char::from(self.text.as_bytes()[self.at]);
        let inner = &self.text[self.at + 1..];
        let Some(end) = inner.find(quote).filter(|_| self.keeps != Keeps::All) else { return false };
        let (inner, after) = (&inner[..end], &inner[end + 1..]);
        let is_kept = is_name(inner) && (self.keeps == Keeps::Names || names(&self.text[..self.at], after));
        let is_path = inner.starts_with('/') || inner.as_bytes().get(1..3) == Some(b":\\".as_slice());
        if is_kept || is_path || after.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return false;
        }
        self.at += end + 2;
        self.push_value("<value>", out);
        true
    }
}

/// A name has no blank and no sign of data in it.
fn is_name(text: &str) -> bool {
    let is_of_name =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-' | b'*' | b'<' | b'>' | b'[' | b']');
    !text.is_empty() && text.len() <= 80 && !text.as_bytes()[0].is_ascii_digit() && text.bytes().all(is_of_name)
}

/// Whether the word before or behind a quoted text says that it is a name.
fn names(before: &str, after: &str) -> bool {
    const WORDS: &[&str] = &[
        "argument",
        "attribute",
        "binary",
        "class",
        "code",
        "column",
        "command",
        "constraint",
        "crate",
        "database",
        "error",
        "feature",
        "field",
        "function",
        "header",
        "host",
        "import",
        "index",
        "key",
        "kind",
        "library",
        "message",
        "method",
        "module",
        "name",
        "named",
        "object",
        "option",
        "package",
        "parameter",
        "program",
        "property",
        "relation",
        "role",
        "service",
        "setting",
        "table",
        "trait",
        "type",
        "variable",
    ];
    let last = before.trim_end_matches([' ', ':', '=', '(']).rsplit([' ', '(', ',', '.']).next().unwrap_or_default();
    let first = after.trim_start_matches(' ').split([' ', ',', '.', ':', ')']).next().unwrap_or_default();
    WORDS.contains(&last) || WORDS.contains(&first)
}

/// `text` with every quoted part empty.
pub(in crate::event) fn without_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['`', '\'', '"']) {
        let quote = char::from(rest.as_bytes()[start]);
        let Some(end) = rest[start + 1..].find(quote) else {
            // A lone sign is text, but others behind it may come in pairs.
            out.push_str(&rest[..=start]);
            rest = &rest[start + 1..];
            continue;
        };
        out.push_str(&rest[..start]);
        out.push_str("``");
        rest = &rest[start + 1 + end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_kept(keeps: Keeps, text: &str, expected: &str) {
        let mut out = "12, 0, ".to_owned();
        write(text, keeps, &mut out);
        assert_eq!(&out["12, 0, ".len()..], expected, "{text}");
    }

    fn check(text: &str, expected: &str) {
        check_kept(Keeps::Named, text, expected);
    }

    #[test]
    fn what_varies_is_replaced() {
        check("bad 12 of 3.5 at 0x7ffe", "bad 0 of 0 at <id>");
        check("<x.Job object at 0x7f12ab> of [1, 2, 3]", "<x.Job object at <id>> of [0]");
        check("in (1, 2)", "in (0)");
        check("no /home/me/app/a1.txt: gone", "no <path>a.txt: gone");
        check("no '/tmp/tmpab12'", "no '<path>'");
        check("no C:\\Users\\me\\a.txt", "no <path>a.txt");
        check("GET https://api.example.com:8080/users/12?x=1 failed", "GET https://api.example.com failed");
        check("commit 3f2a11bc of 123e4567-e89b-12d3-a456-426614174000.", "commit <id> of <id>.");
        check("invalid literal for int() with base 10: 'abc'", "invalid literal for int() with base 0: <value>");
        check("unknown user \"alice\"", "unknown user <value>");
        check("one of 'a', 'b', 'c d'", "one of <value>");
    }

    #[test]
    fn what_names_the_fault_stays() {
        check("relation \"users\" does not exist", "relation \"users\" does not exist");
        check("Os { code: 2, kind: NotFound, message: \"refused\" }", "Os { code: 0, kind: NotFound, message: \"refused\" }");
        check("can't open it, don't ask", "can't open it, don't ask");
        check("a/b and and/or", "a/b and and/or");
        check("deadbeef facade", "deadbeef facade");
        check("use of moved value: `x`", "use of moved value: `x`");
        check_kept(Keeps::Names, "'NoneType' object has no attribute 'x'", "'NoneType' object has no attribute 'x'");
        check_kept(
            Keeps::Names,
            "unsupported operand type(s) for +: 'int' and 'str'",
            "unsupported operand type(s) for +: 'int' and 'str'",
        );
        check_kept(Keeps::Names, "'user 12'", "<value>");
        check_kept(Keeps::All, "assert 'a b' == 'c'", "assert 'a b' == 'c'");
    }

    #[test]
    fn odd_texts_are_taken_as_they_are() {
        for text in ["", "é'ü", "'", "\"", "/", "//", "C:\\", "0x", "x://", "'é", "1.", "\u{1f980}12\u{1f980}"] {
            let mut out = String::new();
            write(text, Keeps::Named, &mut out);
            assert_eq!(out.is_empty(), text.is_empty());
        }
        check("é 12 ü", "é 0 ü");
    }

    #[test]
    fn quoted_parts_become_empty() {
        assert_eq!(without_quoted("unused variable: `x` in 'y' of \"z\""), "unused variable: `` in `` of ``");
        assert_eq!(without_quoted("don`t `x`"), "don``x`");
        assert_eq!(without_quoted("é` ü"), "é` ü");
    }
}
