//! The time of a record of JSON: the first field with the name of a time.

use super::value;
use crate::event::fields::fields;

/// Fields that hold the time of a record.
const NAMES: &[&str] =
    &["ts", "time", "timestamp", "@timestamp", "t", "$date", "datetime", "date", "asctime", "Timestamp", "@t", "created", "eventTime"];
/// So far into a record a field is looked for.
const REACH: usize = 4096;

/// The time of the record that `text` begins with.
pub(super) fn stamp(text: &str) -> Option<i64> {
    fields(text, REACH).filter(|(name, _)| NAMES.contains(name)).find_map(|(_, rest)| value(rest))
}
