//! The level of a record of JSON, and of a line of pairs: the first field with the name of a level.

use super::word::{Level, level_of};
use crate::event::fields::{fields, string};

/// So far into a record the field is looked for.
const REACH: usize = 4096;

/// Whether a field of this name holds the level.
pub(super) fn is_name(name: &str) -> bool {
    matches!(
        name,
        "level"
            | "lvl"
            | "severity"
            | "levelname"
            | "log.level"
            | "loglevel"
            | "log_level"
            | "logLevel"
            | "Level"
            | "severityText"
            | "l"
            | "s"
            | "@l"
            | "PRIORITY"
    )
}

/// The level that the record in `text` names.
pub(super) fn of_record(text: &str) -> Option<Level> {
    fields(text, REACH).filter(|(name, _)| is_name(name)).find_map(|(name, value)| match string(value) {
        Some(word) => of_word(name, word),
        None => of_number(name, value),
    })
}

/// The level of a line of pairs: `time=... level=error msg=...`, whatever stands before them.
pub(super) fn of_pairs(text: &str) -> Option<Level> {
    let at = text.match_indices("level=").map(|(at, _)| at).find(|at| *at == 0 || matches!(text.as_bytes()[at - 1], b' ' | b'\t'))?;
    let has_others = text.contains("msg=") || text.contains("time=") || text.contains("ts=") || text.contains("message=");
    let value = text[at + "level=".len()..].trim_start_matches('"');
    let end = value.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(value.len());
    level_of(&value[..end]).filter(|_| has_others)
}

fn of_word(name: &str, word: &str) -> Option<Level> {
    match (name, word) {
        ("s", "E") | ("PRIORITY", "3") => Some(Level::Error),
        ("s", "F") | ("PRIORITY", "0" | "1" | "2") => Some(Level::Fatal),
        ("s", "I" | "W" | "D") | ("PRIORITY", _) => Some(Level::Quiet),
        _ => level_of(word.trim()),
    }
}

/// Numbers of bunyan and pino: 50 is an error, 60 fatal.
fn of_number(name: &str, value: &str) -> Option<Level> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    match (name, &value[..digits]) {
        ("level", "50") => Some(Level::Error),
        ("level", "60") => Some(Level::Fatal),
        ("level", "10" | "20" | "30" | "40") => Some(Level::Quiet),
        _ => None,
    }
}
