//! Secrets that stand behind their name: `password=...`, `passwd: ...`, `"client_secret": "..."`, `--token ...`.
//!
//! Code names secrets without holding them (`password = read_password(user)`), prose speaks of them (`password: required`), and settings
//! show that they are set (`password=***`): none of these is covered.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::entropy::{bits, has_digit, looks_random};

/// What the text around a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// The words of a log.
    Log,
    /// Source text, or a report that quotes it: an unquoted word is a name, not a value.
    Code,
}

/// Names of what is always secret, and of what is so only if it looks drawn by lot; the part before them does not matter.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)
        (?P<dash>--?)?
        (?P<name>[a-z0-9_.-]{0,40}?
            (?:(?P<strong>passwords?|passwd|passphrase|pwd|[_-]pass|secrets?|secret[_-]?key|api[_-]?key|access[_-]?key|private[_-]?key
                |account[_-]?key|sharedaccesskey|signing[_-]?key|encryption[_-]?key|auth[_-]?key|master[_-]?key
                |(?:auth|access|refresh|id|session|bearer|api|private|security|vault|csrf)[_-]?token)
            |(?P<weak>token|signature|\bsig|session|session[_-]?id|sessid|\bsid|[_-]key|auth|credentials?)))
        (?P<sep>\\{0,2}["']?\s{0,3}(?:=>|:=|=|:)\s{0,3} | \\{0,2}["'],\s{0,3} | \s{1,3})
        "#,
    )
    .expect("the pattern is tested")
});

/// Words whose presence makes it worth to look for [`NAME`].
pub(super) const WORDS: &[&str] =
    &["passw", "passphrase", "pwd", "_pass", "-pass", "secret", "key", "token", "sig", "sess", "sid", "auth", "credential"];

/// Words that stand behind a name without being the value: types, empty values, prose.
const NO_VALUES: &[&str] = &[
    "none",
    "null",
    "nil",
    "undefined",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "empty",
    "unset",
    "set",
    "missing",
    "required",
    "invalid",
    "incorrect",
    "wrong",
    "expired",
    "failed",
    "denied",
    "error",
    "ok",
    "str",
    "string",
    "bytes",
    "int",
    "bool",
    "option",
    "optional",
    "any",
    "object",
    "self",
    "default",
    "hidden",
    "masked",
    "redacted",
    "filtered",
    "secret",
    "password",
    "token",
    "not",
    "is",
    "the",
    "a",
    "an",
    "bad",
    "rejected",
    "unknown",
    "unauthorized",
    "forbidden",
    "enabled",
    "disabled",
    "changed",
    "too",
    "must",
    "should",
    "authentication",
    "authorization",
    "using",
    "for",
    "and",
    "or",
    "in",
    "to",
    "of",
    "as",
    "basic",
    "bearer",
    "closed",
    "opened",
    "started",
];
/// What prose about a secret says.
const PROSE: &[&str] =
    &["required", "invalid", "must ", "should ", "missing", "incorrect", "too short", "not ", "expired", "cannot", "field"];
/// Fewer characters that look drawn by lot may be a word.
const SHORTEST_DRAWN: usize = 8;
/// So many letters and digits in one piece are no word, even where they do not look so.
const LONG_DRAWN: usize = 16;
/// A longer value is cut here: it is no password.
const LONGEST: usize = 4096;

/// A value behind a name.
struct Value<'t> {
    text: &'t str,
    at: usize,
    is_quoted: bool,
    /// What follows it.
    next: Option<u8>,
}

/// Where `text` holds the values, each with what its tag is called.
pub(super) fn find(text: &str, ground: Ground) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(name) = NAME.captures_at(text, from) {
        let end = name.get(0).map_or(text.len(), |whole| whole.end());
        from = end;
        let Some(value) = value(text, end).filter(|value| is_secret(text, &name, value, ground)) else { continue };
        from = value.at + value.text.len();
        found.push((value.at..from, tag(&name)));
    }
    found
}

fn tag(name: &Captures<'_>) -> &'static str {
    let name = name["name"].to_ascii_lowercase();
    let tags = [("secret_access_key", "aws-secret-key"), ("pass", "password"), ("pwd", "password"), ("token", "token"), ("key", "key")];
    tags.iter().find(|(part, _)| name.contains(part)).map_or("secret", |(_, tag)| tag)
}

/// The value that begins at `at`: in quotes, or one word.
fn value(text: &str, at: usize) -> Option<Value<'_>> {
    let rest = &text[at..];
    let opened = opening(rest);
    let (start, end) = match opened {
        Some((skipped, quote)) => (skipped, skipped + quoted_length(&rest[skipped..], quote)?),
        None => (0, rest.find(|c: char| c.is_whitespace() || c.is_control() || r#",;&)}]"'<>|`\"#.contains(c)).unwrap_or(rest.len())),
    };
    (end > start && end - start <= LONGEST).then(|| Value {
        text: &rest[start..end],
        at: at + start,
        is_quoted: opened.is_some(),
        next: rest.as_bytes().get(end).copied(),
    })
}

/// Bytes up to and with the opening quote, and the quote; `b'`, `Some("`, `\"` count.
fn opening(rest: &str) -> Option<(usize, u8)> {
    let word = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_wrapper = ["Some", "Secret", "SecretStr", "SecretString", "Ok", "str", "String"].contains(&&rest[..word]);
    let bracket = usize::from(is_wrapper && rest.as_bytes().get(word) == Some(&b'('));
    let is_prefix = word == 0 || bracket == 1 || (word <= 2 && rest[..word].bytes().all(|byte| b"bBrRuUfF".contains(&byte)));
    let slashes = rest.as_bytes()[word + bracket..].iter().take_while(|&&byte| byte == b'\\').count();
    let at = word + bracket + slashes;
    let quote = rest.as_bytes().get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    quote.filter(|_| is_prefix).map(|quote| (at + 1, quote))
}

/// Up to the same quote on the same line.
fn quoted_length(rest: &str, quote: u8) -> Option<usize> {
    let end = rest.bytes().take(LONGEST).position(|byte| byte == quote || byte == b'\n')?;
    let is_closed = rest.as_bytes()[end] == quote;
    let length = rest[..end].trim_end_matches('\\').len();
    is_closed.then_some(length)
}

fn is_secret(text: &str, name: &Captures<'_>, value: &Value<'_>, ground: Ground) -> bool {
    let separator = name["sep"].trim();
    let is_flag = name.name("dash").is_some();
    let is_assigned = separator.ends_with(['=', ':']) || separator.ends_with("=>");
    // `--password hunter2` and `'--password', 'hunter2'`; `token, other` is a list, `secret value` is prose.
    if (!is_assigned && !is_flag) || is_placeholder(value) || value.text.starts_with(['=', ')', ',', ' ']) {
        return false;
    }
    let is_equal = separator.ends_with('=') || !is_assigned;
    let is_strong = name.name("strong").is_some() && !is_folder(name, value);
    if says_so(value.text) {
        return false;
    }
    if value.is_quoted {
        let is_prose = value.text.contains(' ') && PROSE.iter().any(|word| value.text.to_ascii_lowercase().contains(word));
        return !is_prose && (is_strong || is_drawn(name, value.text));
    }
    if is_code(value) {
        return false;
    }
    let is_setting = is_setting(text, name, value);
    match (is_strong, ground) {
        (false, _) => is_drawn(name, value.text) && (ground == Ground::Log || is_setting || !is_name(value.text)),
        (true, Ground::Code) if is_number(value.text) => false,
        (true, Ground::Code) => is_setting || (!is_name(value.text) && has_digit(value.text) && is_equal),
        (true, Ground::Log) if is_equal => true,
        // `passwd: hunter2`; of words alone only the last of its line.
        (true, Ground::Log) => !is_name(value.text) || has_digit(value.text) || matches!(value.next, None | Some(b'\n' | b'\r')),
    }
}

fn is_placeholder(value: &Value<'_>) -> bool {
    let text = value.text.trim();
    let is_filled = text.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'_' | b'?' | b'#' | b'/'));
    let is_hole = text.starts_with(['<', '{', '[', '(', '%', '$', '&', '@', '^', '~']) && !has_digit(text);
    let is_argument = text.starts_with('$') && text.len() <= 2;
    let is_expansion = text.starts_with("${") || text.starts_with("{{") || text.starts_with("$(") || text.starts_with("<redacted:");
    is_filled || is_hole || is_argument || is_expansion || NO_VALUES.contains(&text.to_ascii_lowercase().trim_end_matches(['.', ':', '!']))
}

/// `PWD=/home/dana` is where the shell stands, and `secret=/run/secrets/db` where a secret lies.
fn is_folder(name: &Captures<'_>, value: &Value<'_>) -> bool {
    let is_path = value.text.starts_with(['/', '~']) || value.text.starts_with("./") || value.text.starts_with("..");
    is_path && (value.text.matches('/').count() >= 2 || name["name"].to_ascii_lowercase().ends_with("pwd"))
}

/// A call, an index, a generic type, a path of names, a name that says what it is.
fn is_code(value: &Value<'_>) -> bool {
    let is_opened = value.text.contains(['(', '[', '{']) || (value.next == Some(b'<') || value.next == Some(b'>'));
    let is_path = value.text.contains("::") || (value.text.contains('.') && value.text.split('.').all(is_name) && !has_digit(value.text));
    is_opened || is_path
}

/// A name that holds the word is a name of the secret, not the secret; `1.2.840` names an algorithm.
fn says_so(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_numbers = text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let has_word = ["password", "passwd", "secret", "token", "_key", "privatekey", "apikey"].iter().any(|word| lower.contains(word));
    is_numbers || (has_word && is_name(text) && !has_digit(text))
}

fn is_number(text: &str) -> bool {
    text.starts_with("0x") || text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `DB_PASSWORD=x`, `?token=x`, `;Password=x`: forms of a shell, an address, a connection string, not of code.
fn is_setting(text: &str, name: &Captures<'_>, value: &Value<'_>) -> bool {
    let start = name.get(0).map_or(0, |whole| whole.start());
    let is_shell =
        &name["sep"] == "=" && name["name"].bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
    let before = text.as_bytes().get(start.wrapping_sub(1));
    let is_query = &name["sep"] == "=" && matches!(before, Some(b'?' | b'&' | b';'));
    (is_shell || is_query) && !value.text.contains('.')
}

/// Whether the value of a weak name looks drawn by lot. Keys of caches and tables are hashes: those stay.
fn is_drawn(name: &Captures<'_>, text: &str) -> bool {
    let is_hash = text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_key = name["name"].to_ascii_lowercase().ends_with("key");
    let is_long = text.len() >= SHORTEST_DRAWN && !text.contains([' ', '/', '.']) && !text.starts_with("0x");
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_plain = text.len() >= LONG_DRAWN && !is_key && !text.contains(['_', '-', ':']);
    let is_random = is_plain || (!is_hash && looks_random(text) && bits(text) > 2.5);
    is_long && has_letter && has_digit(text) && is_random
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, ground: Ground) -> Vec<&str> {
        find(text, ground).into_iter().map(|(range, _)| &text[range]).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(values(text, Ground::Log), [expected], "{text}");
    }

    #[test]
    fn what_stands_behind_its_name_is_found() {
        check("login password=hunter2 failed", "hunter2");
        check("passwd: swordfish", "swordfish");
        check(r#"{"user": "a", "password": "open sesame"}"#, "open sesame");
        check(r#"{\"password\": \"hunter2\", \"a\": 1}"#, "hunter2");
        check("{'client_secret': 'abc'}", "abc");
        check("Server=db;User Id=sa;Password=S3same!;Encrypt=no", "S3same!");
        check("Config(user=bob, password=swordfish)", "swordfish");
        check("Login { user: \"bob\", password: Some(\"hunter2\") }", "hunter2");
        check("run --password hunter2 --fast", "hunter2");
        check("Command '['db', '--password', 'hunter2']' failed", "hunter2");
        check("GET /x?token=9f8a7b6c5d4e3f2a1b0c&x=1", "9f8a7b6c5d4e3f2a1b0c");
        check("oauth_token=lsdkfol23w54jlksdef&a=b", "lsdkfol23w54jlksdef");
        check("X-Api-Key: abcdefgh", "abcdefgh");
        check("bad value '\u{1b}[33mpassword=sesame7\u{1b}[0m'", "sesame7");
        check("aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY");
        check("AccountName=x;AccountKey=q7XvT2mPz9LkR4sWn==;Suffix=y", "q7XvT2mPz9LkR4sWn==");
    }

    #[test]
    fn names_types_and_prose_are_no_values() {
        for text in [
            "password = read_password(user)",
            "connect(host, password=self.password)",
            "KeyError: 'password'",
            "{'password': ['This field is required.']}",
            "{\"password\": \"This field is required.\"}",
            "password: required",
            "struct Login { password: String, token: Option<String> }",
            "def f(password: str = None, token: bytes = b''):",
            "Unexpected token: '}' in JSON",
            "max_tokens=4096, n_token=12",
            "PWD=/home/dana/src",
            "password=*** token=<hidden> secret=${DB_SECRET} api_key={key}",
            "secret=/run/secrets/db/password",
            "cache_key=3f786850e387550fdab836ed7e6dc881de23001b",
            "primary_key=12345678 foreign_key=order_line_id",
            "if token == other: pass",
            "input(\"Password: \", echo=\"\")",
            "the secret value is gone; token expired",
            "session: closed, auth: failed",
            "5 tests pass: 3, 2 fail: 1",
            "access_token = AccessToken(\"key\", \"value\")",
            "private_key: \"_RSAPrivateKey\", PASSWORD = ObjectIdentifier(\"1.2.840.113549.1.9.7\")",
            "SIGNATURE = 0x08074b50, password='...'",
        ] {
            assert_eq!(values(text, Ground::Log), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn in_code_a_word_without_quotes_is_a_name() {
        for text in ["connect(host, password=pw)", "Login { user, password: pw2 }", "token=make2Token9x", "MATCH_PASS = 0x04, SECRET = 36"]
        {
            assert_eq!(values(text, Ground::Code), Vec::<&str>::new(), "{text}");
        }
        assert_eq!(values("connect(password=\"hunter2\")", Ground::Code), ["hunter2"]);
        assert_eq!(values("DB_PASSWORD=hunter2 ./run", Ground::Code), ["hunter2"]);
    }
}
