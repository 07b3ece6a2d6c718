//! What covering secrets needs to know of this run: the key of the tags, the values that the environment keeps secret, and whether it is off.
//!
//! The edge hands it in once. Until then, and in tests, the key is all zeros and nothing of the environment is known.

use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};

use super::entropy::has_digit;

/// A shorter value of the environment would cover ordinary words.
const SHORTEST_VALUE: usize = 8;
/// A value of letters alone is a word unless it is this long.
const SHORTEST_WORD: usize = 16;
/// Digits of a tag: enough to tell the secrets of one log apart, too few to guess one from it.
const N_DIGITS: usize = 4;

/// How secrets are covered in this run.
#[derive(Debug, Clone, Default)]
pub struct Redaction {
    /// The key of the tags. It must not be guessable, else a short secret could be found from its tag by trying.
    pub key: [u8; 32],
    /// Values that are secret wherever they stand.
    pub values: Vec<String>,
    /// Nothing is covered: the person asked for it, at a terminal.
    pub is_off: bool,
}

/// The same, ready for use.
pub(super) struct Setting {
    key: [u8; 32],
    /// Finds the values, the longest first.
    pub(super) values: Option<AhoCorasick>,
    pub(super) is_off: bool,
}

static SETTING: OnceLock<Setting> = OnceLock::new();
static DEFAULT: LazyLock<Setting> = LazyLock::new(|| Setting::new(&Redaction::default()));

/// Settles how secrets are covered from now on; the first call counts.
pub fn begin(redaction: &Redaction) {
    SETTING.get_or_init(|| Setting::new(redaction));
}

/// What was settled.
pub(super) fn setting() -> &'static Setting {
    SETTING.get().unwrap_or(&DEFAULT)
}

/// Whether a variable of this name is likely to hold a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let holds = ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "API_KEY", "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIAL"];
    let ends = ["_KEY", "_PASS", "_PWD", "_PAT", "_AUTH", "_DSN", "DATABASE_URL"];
    // Names of places and switches that only sound like it.
    let other = ["_FILE", "_PATH", "_DIR", "_SOCK", "_ID", "_NAME", "_URL", "_TYPE"];
    let is_other = other.iter().any(|end| name.ends_with(end)) && !name.ends_with("DATABASE_URL");
    !is_other && (holds.iter().any(|word| name.contains(word)) || ends.iter().any(|end| name.ends_with(end)))
}

impl Setting {
    /// `redaction`, ready for use.
    pub(super) fn new(redaction: &Redaction) -> Setting {
        let values: Vec<_> = redaction.values.iter().map(|value| value.trim()).filter(|value| is_telling(value)).collect();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&values);
        Setting { key: redaction.key, values: finder.ok().filter(|_| !values.is_empty()), is_off: redaction.is_off }
    }

    /// What stands in place of `secret`: the same for the same secret in one run.
    pub(super) fn tag(&self, name: &str, secret: &str) -> String {
        let digits = blake3::keyed_hash(&self.key, secret.as_bytes()).to_hex();
        format!("<redacted:{name}:{}>", &digits[..N_DIGITS])
    }
}

/// Whether a value can be told from ordinary text.
fn is_telling(value: &str) -> bool {
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let is_path = value.starts_with(['/', '~', '.']) && !has_digit(value);
    value.len() >= SHORTEST_VALUE && !is_number && !is_path && (!is_word || value.len() >= SHORTEST_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_secret() {
        for name in ["DB_PASSWORD", "GITHUB_TOKEN", "aws_secret_access_key", "STRIPE_API_KEY", "NPM_PAT", "DATABASE_URL"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["PWD", "OLDPWD", "HOME", "SSH_AUTH_SOCK", "POSTGRES_PASSWORD_FILE", "AWS_ACCESS_KEY_ID", "KEYBOARD", "PATH"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn ordinary_words_are_no_secrets_of_the_environment() {
        for value in ["postgres", "true", "1234567890", "/home/dana/keys", "hunter2"] {
            assert!(!is_telling(value), "{value}");
        }
        for value in ["hunter2hunter2", "correcthorsebatterystaple", "p4ss-w0rd"] {
            assert!(is_telling(value), "{value}");
        }
    }

    #[test]
    fn the_key_decides_the_tag() {
        let tag = |key: u8, secret: &str| Setting::new(&Redaction { key: [key; 32], ..Redaction::default() }).tag("x", secret);
        assert_eq!(tag(1, "a"), tag(1, "a"));
        assert_ne!(tag(1, "a"), tag(1, "b"));
        assert_ne!(tag(1, "a"), tag(2, "a"));
    }
}
