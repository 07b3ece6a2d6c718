//! The words for levels.

/// A level of a logger, from least to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Not an error: debug, info, notice, warning.
    Quiet,
    Error,
    Fatal,
}

/// The level that `word` is, however it is spelt.
pub(super) fn level_of(word: &str) -> Option<Level> {
    const QUIET: &[&str] = &[
        "info",
        "debug",
        "warn",
        "warning",
        "trace",
        "notice",
        "verbose",
        "inf",
        "dbg",
        "wrn",
        "vrb",
        "information",
        "fine",
        "finer",
        "finest",
        "config",
        "success",
        "log",
        "hint",
        "statement",
    ];
    const ERROR: &[&str] = &["error", "err", "severe", "eror"];
    const FATAL: &[&str] = &["fatal", "critical", "crit", "panic", "emerg", "emergency", "alert", "ftl", "dpanic"];
    if !(3..=11).contains(&word.len()) {
        return None;
    }
    let is_one = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    match word.as_bytes()[0] | 0x20 {
        b'e' | b's' | b'f' | b'c' | b'p' | b'a' | b'd' if is_one(ERROR) => Some(Level::Error),
        b'f' | b'c' | b'p' | b'e' | b'a' | b'd' if is_one(FATAL) => Some(Level::Fatal),
        _ => is_one(QUIET).then_some(Level::Quiet),
    }
}
