//! Tells the redact room once what it must know of this run: a key for the tags, and the values that the environment keeps secret.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};

use crate::redact::{Redaction, begin, is_secret_name};

/// The variable that holds the key of the tags; without it each run has a key of its own.
///
/// With the same key the tags of two runs can be compared. Whoever knows it can test a guess at a secret against its tag, so it is a
/// secret itself; its value is covered like any other.
const VARIABLE: &str = "HOMEOSTASIS_REDACT_KEY";

/// Settles how secrets are covered from now on.
pub(super) fn settle(is_off: bool) {
    let values = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let values: Vec<String> = values.filter(|(name, _)| is_secret_name(name)).map(|(_, value)| value).collect();
    begin(&Redaction { key: key(), values, is_off });
}

fn key() -> [u8; 32] {
    match std::env::var(VARIABLE).ok().filter(|text| !text.is_empty()) {
        Some(text) => *blake3::hash(text.as_bytes()).as_bytes(),
        None => random(),
    }
}

/// The standard library's hasher is keyed by the system's randomness.
fn random() -> [u8; 32] {
    let mut key = [0; 32];
    for part in key.chunks_exact_mut(8) {
        part.copy_from_slice(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    *blake3::hash(&key).as_bytes()
}
