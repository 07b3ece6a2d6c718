//! Finds what looks like a secret. Only shapes that are made to be recognised: a guess by entropy would hide what a report is for.
//!
//! Sources: the token formats that GitHub, GitLab, Amazon, Slack, Stripe, npm and others document; RFC 7519 for JSON web tokens;
//! RFC 7468 for private keys; RFC 3986, section 3.2.1 for passwords in addresses.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Captures, Regex};

/// What stands in place of a secret.
const COVER: &str = "[secret]";

/// What gives a secret away at a glance, and its shape; the groups `before` and `after` stay.
///
/// The glance is there for speed: a shape is compiled only when a text holds one of its words.
const SHAPES: [(&[&str], &str); 12] = [
    (
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"],
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64})",
    ),
    (&["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    (&["xox"], r"\bxox[abeprs]-[A-Za-z0-9-]{10,200}"),
    (&["sk_", "rk_"], r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,200}"),
    (&["sk-"], r"\bsk-[A-Za-z0-9_-]{20,200}"),
    (&["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    (&["pypi-"], r"\bpypi-[A-Za-z0-9_-]{50,400}"),
    (&["eyJ"], r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),
    (&["PRIVATE KEY-----"], r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"),
    (&["://"], r"(?P<before>://[^/\s:@]*:)[^/\s@]+(?P<after>@)"),
    (&["uthorization", "UTHORIZATION"], r"(?i)(?P<before>\bauthorization['\x22]?\s*[:=]\s*['\x22]?(?:bearer|basic|token)\s+)[^\s'\x22]+"),
    (
        &["PASSWORD", "PASSWD", "SECRET", "TOKEN", "_KEY"],
        r"(?P<before>\b[A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|ACCESS_KEY|PRIVATE_KEY)=)['\x22]?[^\s'\x22]{4,}",
    ),
];

/// `text` with each secret covered.
pub fn covered(text: &str) -> Cow<'_, str> {
    static COMPILED: [OnceLock<Regex>; SHAPES.len()] = [const { OnceLock::new() }; SHAPES.len()];
    let mut text = Cow::Borrowed(text);
    for ((words, shape), compiled) in SHAPES.iter().zip(&COMPILED) {
        if words.iter().any(|word| text.contains(word)) {
            let shape = compiled.get_or_init(|| Regex::new(shape).expect("the shapes are tested"));
            text = Cow::Owned(shape.replace_all(&text, cover).into_owned());
        }
    }
    text
}

fn cover(found: &Captures<'_>) -> String {
    let kept = |name: &str| found.name(name).map_or("", |kept| kept.as_str());
    [kept("before"), COVER, kept("after")].concat()
}

#[cfg(test)]
mod tests {
    use super::covered;

    fn check(text: &str, expected: &str) {
        assert_eq!(covered(text), expected);
    }

    #[test]
    fn secrets_are_covered_and_their_surroundings_stay() {
        // Put together here, so that no scanner takes the test for a leak.
        check(&["no ", "ghp_", &"a1".repeat(18), " here"].concat(), "no [secret] here");
        check(&["AKIA", "ABCDEFGHIJKLMNOP"].concat(), "[secret]");
        check("postgres://app:hunter2@db:5432/shop", "postgres://app:[secret]@db:5432/shop");
        check("Authorization: Bearer abc.def", "Authorization: Bearer [secret]");
        check("DB_PASSWORD=hunter2 ./run", "DB_PASSWORD=[secret] ./run");
        check(&["-----BEGIN RSA PRIVATE", " KEY-----\nabc\n"].concat(), "[secret]");
    }

    #[test]
    fn code_and_plain_words_are_left_alone() {
        for text in ["password = read_password(user)", "KeyError: 'token'", "http://host:80/a@b", "sk-learn", "eyJ.a.b", "a.py:3:5: in f"] {
            check(text, text);
        }
    }
}
