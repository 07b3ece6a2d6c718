//! Secrets that are made to be recognised: each vendor's prefix, headers, addresses with a password, private keys.
//!
//! Sources: the token formats that GitHub, GitLab, Amazon, Slack, Stripe, Google, npm, `PyPI`, Docker and others document; RFC 7519 for JSON
//! web tokens; RFC 7468 for private keys; RFC 3986, section 3.2.1 for passwords in addresses; RFC 9110, section 11.6 for credentials.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use super::entropy::has_digit;

/// One form of secret.
pub(super) struct Shape {
    /// How its tags call it.
    pub(super) name: &'static str,
    /// What gives it away at a glance, whatever the case; the pattern is compiled only where one of them stands.
    pub(super) words: &'static [&'static str],
    /// All of it, or the groups whose names begin with `v`.
    pattern: &'static str,
    /// Whether words could look the same, so that digits and capitals must be in it.
    is_mixed: bool,
    compiled: OnceLock<Regex>,
}

const fn shape(name: &'static str, words: &'static [&'static str], pattern: &'static str) -> Shape {
    Shape { name, words, pattern, is_mixed: false, compiled: OnceLock::new() }
}

const fn mixed(name: &'static str, words: &'static [&'static str], pattern: &'static str) -> Shape {
    Shape { name, words, pattern, is_mixed: true, compiled: OnceLock::new() }
}

/// All of them, the surest first.
pub(super) static SHAPES: [Shape; 32] = [
    shape(
        "github-token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})",
    ),
    shape("gitlab-token", &["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-"], r"\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_.-]{20,100}"),
    shape("aws-key", &["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    shape("slack-token", &["xox", "xapp-"], r"\b(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,250}"),
    shape("slack-hook", &["hooks.slack.com"], r"hooks\.slack\.com/(?:services|workflows)/(?P<v>[A-Za-z0-9/_-]{20,120})"),
    shape("stripe-key", &["sk_", "rk_", "whsec_"], r"\b(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9+/=]{24,100})"),
    shape("anthropic-key", &["sk-ant-"], r"\bsk-ant-[A-Za-z0-9_-]{20,250}"),
    mixed("openai-key", &["sk-"], r"\bsk-[A-Za-z0-9_-]{20,250}"),
    shape(
        "google-key",
        &["AIza", "ya29.", "GOCSPX-"],
        r"\b(?:AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,400}|GOCSPX-[0-9A-Za-z_-]{20,60})",
    ),
    shape("npm-token", &["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    shape("pypi-token", &["pypi-"], r"\bpypi-[A-Za-z0-9_-]{50,400}"),
    shape("docker-token", &["dckr_"], r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,100}"),
    mixed("huggingface-token", &["hf_"], r"\bhf_[A-Za-z0-9]{30,100}\b"),
    shape("vault-token", &["hvs.", "hvb."], r"\bhv[sb]\.[A-Za-z0-9_-]{24,300}"),
    shape("digitalocean-token", &["dop_v1_", "doo_v1_", "dor_v1_"], r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    shape("sendgrid-key", &["SG."], r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}"),
    shape("shopify-token", &["shpat_", "shpss_", "shpca_"], r"\bshp(?:at|ss|ca)_[a-fA-F0-9]{32}\b"),
    shape("databricks-token", &["dapi"], r"\bdapi[a-f0-9]{32}\b"),
    shape("grafana-token", &["glsa_", "glc_"], r"\b(?:glsa|glc)_[A-Za-z0-9+/=_]{32,200}"),
    shape("sentry-token", &["sntrys_", "sntryu_"], r"\bsntry[su]_[A-Za-z0-9+/=_-]{40,400}"),
    shape("twilio-key", &["SK"], r"\bSK[0-9a-f]{32}\b"),
    shape("telegram-token", &[":AA"], r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    shape("age-key", &["AGE-SECRET-KEY-"], r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,70}"),
    shape("jwt", &["eyJ"], r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),
    shape("url-password", &["://"], r#"://[^/\s:@'"<>]*:(?P<v>[^/\s'"<>]+)@[A-Za-z0-9\[]"#),
    mixed("url-token", &["://"], r#"://(?P<v>[^/\s:@'"<>]{16,})@[A-Za-z0-9\[]"#),
    shape(
        "authorization",
        &["authorization"],
        r#"(?i)authorization\\?['"]?\s{0,3}[:=,]\s{0,3}b?\\?['"]?(?:bearer|basic|token|apikey|key|negotiate)\s+(?P<v>[^\s'"\\,;<>]+)"#,
    ),
    shape(
        "authorization",
        &["authorization"],
        r#"(?i)authorization\\?['"]?\s{0,3}[:=,]\s{0,3}b?\\?['"]?(?:digest|aws4-hmac-sha256)\s+(?P<v>[^\r\n'\\<>]+)"#,
    ),
    mixed("authorization", &["authorization"], r#"(?i)authorization\\?['"]?\s{0,3}[:,]\s{0,3}b?\\?['"]?(?P<v>[A-Za-z0-9._~+/=-]{12,})"#),
    mixed("bearer", &["bearer "], r"(?i)\bbearer\s+(?P<v>[A-Za-z0-9._~+/=-]{16,})"),
    shape(
        "cookie",
        &["cookie"],
        r#"(?i)\b(?:set-)?cookie2?(?:\\?['"]?\s{0,3}:|\\?['"],)\s{0,3}b?\\?['"]?(?P<v>[A-Za-z0-9_.%!#$&*+^`|~-]+=[^\s;,'"\\=<>][^\r\n'"\\<>]*)"#,
    ),
    shape("basic-auth", &["curl "], r#"\bcurl\b[^\r\n]{0,400}?\s(?:-u|--user)[ =]['"]?[^\s:'"]+:(?P<v>[^\s'"<>]+)"#),
];

impl Shape {
    /// Where it stands in `text`.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let pattern = self.compiled.get_or_init(|| Regex::new(self.pattern).expect("the shapes are tested"));
        let found = pattern.captures_iter(text).filter_map(|found| found.name("v").or_else(|| found.get(0)));
        let is_telling = |text: &str| if self.is_mixed { is_mixed(text) } else { text.bytes().any(|byte| byte.is_ascii_alphanumeric()) };
        found.filter(|secret| is_telling(secret.as_str())).map(|secret| secret.range()).collect()
    }
}

/// Whether digits and letters are in it, as words have them not.
fn is_mixed(text: &str) -> bool {
    has_digit(text) && text.bytes().any(|byte| byte.is_ascii_alphabetic()) && text.split('-').any(|part| part.len() >= 8 && has_digit(part))
}

/// A private key is at most this long.
const LONGEST_KEY: usize = 16 << 10;

/// Private keys in `text`: to the line that ends them, or as far as they go.
pub(super) fn private_keys(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("-----BEGIN ").map(|at| from + at) {
        let rest = &text[start + "-----BEGIN ".len()..];
        let head = rest[..rest.floor_char_boundary(64)].find("-----").map(|at| (at, &rest[..at]));
        let Some((at, _)) = head.filter(|(_, name)| name.contains("PRIVATE KEY")) else {
            from = start + "-----BEGIN ".len();
            continue;
        };
        let body = start + "-----BEGIN ".len() + at + "-----".len();
        let length = body_length(&text[body..]);
        // The line alone tells nothing.
        if length > 0 {
            found.push(start..body + length);
        }
        from = body + length;
    }
    found
}

fn body_length(body: &str) -> usize {
    let window = &body[..body.floor_char_boundary(LONGEST_KEY)];
    if let Some(at) = window.find("-----END ") {
        let tail = &body[at + "-----END ".len()..];
        return tail[..tail.floor_char_boundary(64)].find("-----").map_or(at, |length| at + "-----END ".len() + length + "-----".len());
    }
    let is_body = |byte: &u8| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'+' | b'/' | b'=' | b'\\');
    let length = window.bytes().take_while(is_body).count();
    body[..length].trim_end().len()
}
