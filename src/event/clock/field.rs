//! Finds the time of a record of JSON without parsing it: the first field with the name of a time.

use memchr::{memchr, memchr2};

use super::value;

/// Fields that hold the time of a record.
const NAMES: &[&[u8]] = &[
    b"ts",
    b"time",
    b"timestamp",
    b"@timestamp",
    b"t",
    b"$date",
    b"datetime",
    b"date",
    b"asctime",
    b"Timestamp",
    b"@t",
    b"created",
    b"eventTime",
];
/// So far into a record a field is looked for.
const REACH: usize = 4096;

/// The time of the record that `bytes` begins with.
pub(super) fn stamp(bytes: &[u8]) -> Option<i64> {
    let bytes = &bytes[..bytes.len().min(REACH)];
    let mut at = memchr(b'"', bytes)? + 1;
    loop {
        let end = string_end(bytes, at)?;
        let after = end + 1 + blanks(bytes, end + 1);
        if bytes.get(after) == Some(&b':') {
            let start = after + 1 + blanks(bytes, after + 1);
            if NAMES.contains(&&bytes[at..end])
                && let Some(time) = value(&bytes[start..])
            {
                return Some(time);
            }
        }
        at = end + 1 + memchr(b'"', bytes.get(end + 1..)?)? + 1;
    }
}

/// Where the string that begins at `at` ends.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[found] == b'"' {
            return Some(found);
        }
        at = found + 2;
    }
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| **byte == b' ').count())
}
