//! Covers secrets: the values of the environment, known shapes, values behind their names, and last what only chance gives away.
//!
//! One search for literals comes first, so that ordinary text costs one pass. What is covered already stays as it is, so that a text may
//! come by twice.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::assigned::{self, Ground};
use super::entropy;
use super::setting::{Setting, setting};
use super::shape::{self, SHAPES};

/// What stands at the front of everything that was covered.
pub const TAG: &str = "<redacted:";

/// `text` of a log with each secret covered: `<redacted:github-token:3f2a>`. The same secret gets the same tag in one run.
pub fn covered(text: &str) -> Cow<'_, str> {
    cover(text, Ground::Log, setting())
}

/// The same for source text, and for reports that quote it: there an unquoted word behind `password=` is a name.
pub fn covered_code(text: &str) -> Cow<'_, str> {
    cover(text, Ground::Code, setting())
}

/// Literals that give a secret away, and which of the ways they call for: a bit for each shape, then the two last.
struct Glance {
    finder: AhoCorasick,
    ways: Vec<u64>,
}

const KEYS: u64 = 1 << SHAPES.len();
const NAMES: u64 = KEYS << 1;

static GLANCE: LazyLock<Glance> = LazyLock::new(|| {
    let of_shapes = SHAPES.iter().enumerate().flat_map(|(at, shape)| shape.words.iter().map(move |word| (*word, 1_u64 << at)));
    let words: Vec<(&str, u64)> =
        of_shapes.chain([("PRIVATE KEY-----", KEYS)]).chain(assigned::WORDS.iter().map(|word| (*word, NAMES))).collect();
    let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(words.iter().map(|(word, _)| *word));
    Glance { finder: finder.expect("a hundred words fit"), ways: words.iter().map(|(_, way)| *way).collect() }
});

fn cover<'t>(text: &'t str, ground: Ground, setting: &Setting) -> Cow<'t, str> {
    if setting.is_off {
        return Cow::Borrowed(text);
    }
    let mut out = Cow::Borrowed(text);
    if let Some(values) = &setting.values {
        let found = values.find_iter(text).map(|found| (found.range(), "environment")).collect();
        replace(&mut out, found, setting);
    }
    let ways = GLANCE.finder.find_overlapping_iter(text).fold(0, |ways, found| ways | GLANCE.ways[found.pattern().as_usize()]);
    if ways & KEYS != 0 {
        let found = shape::private_keys(&out).into_iter().map(|range| (range, "private-key")).collect();
        replace(&mut out, found, setting);
    }
    for (at, shape) in SHAPES.iter().enumerate().filter(|(at, _)| ways & (1 << at) != 0) {
        debug_assert!(at < SHAPES.len());
        let found = shape.find(&out).into_iter().map(|range| (range, shape.name)).collect();
        replace(&mut out, found, setting);
    }
    if ways & NAMES != 0 {
        let found = assigned::find(&out, ground);
        replace(&mut out, found, setting);
        let found = entropy::suspects(&out).into_iter().map(|range| (range, "secret")).collect();
        replace(&mut out, found, setting);
    }
    out
}

/// Puts tags in place of `found`, which stand in order; one that holds a tag is covered already.
fn replace(text: &mut Cow<'_, str>, found: Vec<(Range<usize>, &'static str)>, setting: &Setting) {
    if found.is_empty() {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, name) in found {
        let secret = &text[range.clone()];
        if range.start < done || secret.contains(TAG) {
            continue;
        }
        out += &text[done..range.start];
        out += &setting.tag(name, secret);
        done = range.end;
    }
    if done > 0 {
        out += &text[done..];
        *text = Cow::Owned(out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::setting::Redaction;
    use super::*;

    /// `text` with the digits of each tag left out.
    fn shown(text: &str) -> String {
        let covered = covered(text);
        let mut parts = covered.split(TAG);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (tag, rest) = part.split_once('>').unwrap();
            out += &["<", tag.split(':').next().unwrap(), ">", rest].concat();
        }
        out
    }

    #[track_caller]
    fn check(parts: &[&str], expected: &str) {
        // Put together here, so that no scanner takes the test for a leak.
        assert_eq!(shown(&parts.concat()), expected);
    }

    #[test]
    fn known_shapes_are_covered_and_their_surroundings_stay() {
        let a1 = "a1".repeat(20);
        check(&["no ", "ghp_", &a1[..36], " here"], "no <github-token> here");
        check(&["github", "_pat_", &a1], "<github-token>");
        check(&["glp", "at-", &a1[..20], "."], "<gitlab-token>");
        check(&["AK", "IA", "ABCDEFGHIJKLMNOP"], "<aws-key>");
        check(&["xo", "xb-12345-abcdefghijk"], "<slack-token>");
        check(&["sk_l", "ive_", &a1], "<stripe-key>");
        check(&["sk-a", "nt-", &a1], "<anthropic-key>");
        check(&["sk-p", "roj-", &a1], "<openai-key>");
        check(&["AI", "za", &a1[..35]], "<google-key>");
        check(&["np", "m_", &a1[..36]], "<npm-token>");
        check(&["py", "pi-", &a1, &a1], "<pypi-token>");
        check(&["dckr", "_pat_", &a1], "<docker-token>");
        check(&["h", "f_", &a1], "<huggingface-token>");
        check(&["ey", "JhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0.", "c2lnbmF0dXJl"], "<jwt>");
    }

    #[test]
    fn headers_addresses_and_keys_are_covered() {
        check(&["postgres://app:hunter2", "@db:5432/shop"], "postgres://app:<url-password>@db:5432/shop");
        check(&["redis://:hunter2", "@cache/0"], "redis://:<url-password>@cache/0");
        check(&["https://a1b2c3d4e5f6a1b2c3d4", "@example.com/x.git"], "https://<url-token>@example.com/x.git");
        check(&["Authorization: Bearer ", "abc.def"], "Authorization: Bearer <authorization>");
        check(&["{'authorization': 'Basic ", "dXNlcjpwYXNz'}"], "{'authorization': 'Basic <authorization>'}");
        check(&["(b'authorization', b'Bearer ", "abc')"], "(b'authorization', b'Bearer <authorization>')");
        check(&["Set-Cookie: sid=", "abc; Path=/"], "Set-Cookie: <cookie>");
        check(&["curl -s -u bob:", "hunter2 http://x/"], "curl -s -u bob:<basic-auth> http://x/");
        check(&["-----BEGIN RSA PRIVATE", " KEY-----\nMIIabc\n+/x=\n-----END RSA PRIVATE", " KEY-----\nrest"], "<private-key>\nrest");
        check(&["k = '-----BEGIN PRIVATE", " KEY-----\\nMIIabc\\nx==' # cut"], "k = '<private-key>' # cut");
        check(&["https://x.blob/y?sv=2020&sig=", "q7XvT2mPz9LkR4sWn%3D&se=1"], "https://x.blob/y?sv=2020&sig=<secret>&se=1");
    }

    #[test]
    fn what_is_covered_stays_as_it_is() {
        let once = covered("password=hunter2 https://a:b@c/ Authorization: Bearer abcdefgh").into_owned();
        assert_eq!(once.matches(TAG).count(), 3, "{once}");
        assert_eq!(covered(&once), once);
    }

    #[test]
    fn the_same_secret_gets_the_same_tag() {
        let text = covered("password=hunter2 password=hunter2 password=hunter3").into_owned();
        let tags: Vec<_> = text.split(' ').collect();
        assert_eq!(tags[0], tags[1]);
        assert_ne!(tags[0], tags[2]);
    }

    #[test]
    fn values_of_the_environment_are_covered_wherever_they_stand() {
        let setting = Setting::new(&Redaction { values: vec!["open-sesame-7".to_owned()], ..Redaction::default() });
        let text = cover("could not say open-sesame-7 twice", Ground::Log, &setting);
        assert!(text.starts_with("could not say <redacted:environment:") && text.ends_with("> twice"), "{text}");
        let off = Setting::new(&Redaction { is_off: true, ..Redaction::default() });
        assert_eq!(cover("password=hunter2", Ground::Log, &off), "password=hunter2");
    }

    /// Pieces of which secrets, and what looks like them, are made.
    const PIECES: &[&str] = &[
        "password",
        "=",
        ": ",
        "\"",
        "'",
        "\\",
        "hunter2",
        "token",
        "é",
        " ",
        "\n",
        "://",
        "a:b",
        "@",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----END ",
        "-----",
        "q7XvT2mPz9LkR4sWn8bYc3HdJ6fGaE5uQ1",
        "Authorization: ",
        "Bearer ",
        "Cookie: ",
        "Some(",
        ",",
        "<redacted:",
        ">",
        "--",
        "{",
        "sk-",
        "eyJ",
        ".",
        "\u{1b}[31m",
        "=>",
        "AKIA",
        "ABCDEFGHIJKLMNOP",
    ];

    proptest::proptest! {
        #[test]
        fn any_text_is_covered_without_a_panic_and_once(picks in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            let text: String = picks.iter().map(|&pick| PIECES[pick]).collect();
            for cover in [covered, covered_code] {
                let once = cover(&text).into_owned();
                proptest::prop_assert!(once.matches(TAG).count() >= text.matches(TAG).count());
            }
        }
    }

    #[test]
    fn hostile_repetition_is_covered_in_time() {
        for piece in
            ["password=\"", "-----BEGIN RSA PRIVATE KEY-----\n", "://a:", "Cookie: a=b", "token: ", "eyJ", "curl x ", "key key key-"]
        {
            assert!(!covered(&piece.repeat(20_000)).is_empty());
        }
    }

    #[test]
    fn hashes_addresses_code_and_plain_words_are_left_alone() {
        for text in [
            "password = read_password(user)",
            "KeyError: 'token'",
            "http://host:80/a@b",
            "amqp://guest:**@127.0.0.1:5672//",
            "START = b\"-----BEGIN OPENSSH PRIVATE KEY-----\"",
            "def seek(self, cookie, whence=0): ...",
            "ssh://git@example.com/a/b.git",
            "sk-learn-contrib-some-long-name-of-a-package",
            "eyJ.a.b",
            "a.py:3:5: in f",
            "commit 3f786850e387550fdab836ed7e6dc881de23001b (HEAD -> main)",
            "id 123e4567-e89b-12d3-a456-426614174000 at 0x7ffe12345678",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "integrity sha512-q7XvT2mPz9LkR4sWn8bYc3HdJ6fGaE5uQ1q7XvT2mPz9LkR4sWn8bYc3HdJ6fGaE5uQ1==",
            "<img src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4\">",
            "undefined symbol: _ZN10tokenizers9tokenizer13TokenizerImpl6encode17h0123456789abcdefE",
            "File \"/home/dana/app/auth/session_token_store.py\", line 12, in refresh_token",
            "panicked at 'token must be set', src/auth/token.rs:12:5",
            "assert_eq!(tokens.len(), 3, \"token count\")",
            "Set-Cookie header is missing; Authorization: denied",
            "task-runner-that-has-a-very-long-name-of-its-own",
        ] {
            assert_eq!(covered(text), text);
        }
    }
}
