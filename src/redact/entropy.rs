//! Tells chance from words: a long text near a word such as `token` is taken for a secret only if its letters look drawn by lot.
//!
//! Hashes, UUIDs, digests, mangled symbols, paths and names of classes are no secrets: hexadecimal digits hold at most 4 bits each, and
//! names change less often between small letters, capitals and digits than chance does.

use std::ops::Range;

/// Bits that each character of a secret holds at least, by its own frequencies.
const BITS: f64 = 4.0;
/// The fewest and the most characters of a secret that only chance gives away; longer texts are data.
const LENGTH: Range<usize> = 32..201;
/// How often neighbours differ in class: in random letters and digits about 0.6, in `CamelCase` and `snake_case` about 0.3.
const CHANGES_PERCENT: usize = 42;
/// Bytes before a text in which a key word counts.
const NEAR: usize = 48;
/// What makes a text nearby suspicious.
const WORDS: &[&str] = &["key", "token", "secret", "passw", "credential", "auth", "signature", "session", "bearer"];

/// Stretches of `text` that are secrets by chance and neighbourhood alone.
pub(super) fn suspects(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..=bytes.len() {
        if bytes.get(at).is_some_and(|&byte| is_part(byte)) {
            continue;
        }
        if LENGTH.contains(&(at - start)) && is_drawn(&text[start..at]) && is_near_word(text, start) {
            found.push(start..at);
        }
        start = at + 1;
    }
    found
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-')
}

/// Whether `text` is long enough in bits, and changes its classes as chance does.
fn is_drawn(text: &str) -> bool {
    let digits = text.trim_start_matches("0x");
    let is_id = digits.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'_'));
    let is_symbol = text.starts_with("_Z") || text.starts_with("_R");
    let is_digest = ["sha1-", "sha256-", "sha384-", "sha512-"].iter().any(|name| text.starts_with(name));
    !is_id && !is_symbol && !is_digest && has_digit(text) && bits(text) > BITS && looks_random(text)
}

/// Whether neighbours differ in class about as often as in text drawn by lot. Signs do not count: they part words.
pub(super) fn looks_random(text: &str) -> bool {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => Some(0),
        b'A'..=b'Z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    };
    let classes: Vec<u8> = text.bytes().filter_map(class).collect();
    let n_changes = classes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    classes.len() * 2 > text.len() && n_changes * 100 >= CHANGES_PERCENT * classes.len().saturating_sub(1)
}

/// Whether a digit stands in `text`.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Shannon's entropy of a character of `text`, in bits.
pub(super) fn bits(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let n = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let of = |count: &u32| {
        let share = f64::from(*count) / n;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(of).sum()
}

fn is_near_word(text: &str, start: usize) -> bool {
    let before = &text.as_bytes()[start.saturating_sub(NEAR)..start];
    let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default().to_ascii_lowercase();
    let has = |word: &str| line.windows(word.len()).any(|window| window == word.as_bytes());
    // `data:image/png;base64,` begins a picture.
    !line.ends_with(b"base64,") && !line.ends_with(b"sha256:") && WORDS.iter().any(|word| has(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_near_a_key_word_is_a_secret() {
        let secret = ["q7Xv", "T2mPz9", "LkR4sWn", "8bYc3HdJ", "6fGaE5uQ1"].concat();
        assert_eq!(suspects(&format!("new session {secret} made")), vec![12..12 + secret.len()]);
        assert!(suspects(&format!("build {secret} made")).is_empty());
    }

    #[test]
    fn hashes_names_and_paths_are_no_secrets() {
        for text in [
            "token 3f786850e387550fdab836ed7e6dc881de23001b3f786850e387550fdab836ed",
            "key 123e4567-e89b-12d3-a456-426614174000",
            "session _ZN4core3ptr85drop_in_place17h0123456789abcdefE",
            "auth TokenAuthenticationMiddlewareFactoryBean2Implementation",
            "secret some_very_long_name_of_a_function_that_reads_tokens_2",
            "auth https://tools.example.com/html/draft-ietf-oauth-v2-http-mac-01",
            "key /usr/lib/python3/dist-packages/authlib/integrations/v2/client",
            "\"integrity_key\": sha512-q7XvT2mPz9LkR4sWn8bYc3HdJ6fGaE5uQ1==",
            "key data:image/png;base64,q7XvT2mPz9LkR4sWn8bYc3HdJ6fGaE5uQ1",
        ] {
            assert!(suspects(text).is_empty(), "{text}");
        }
    }
}
