//! Moments as people write them: `2026-01-02T03:04:05Z`, `2026-01-02 03:04`, `2026-01-02`, or how long ago: `2h`, `30m`, `1d 2h`.
//!
//! A moment without a zone is in UTC, as the times of logs without one are taken.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::store;

/// Milliseconds since 1970. What is long ago counts from now, which `HOMEOSTASIS_NOW` may set.
pub(super) fn moment(text: &str) -> Result<i64, String> {
    from(text.trim(), store::now()).map(Timestamp::as_millisecond).ok_or_else(|| {
        "write a time as `2026-01-02T03:04:05Z`, `2026-01-02 03:04` or `2026-01-02` (UTC), or how long ago it is: `2h`, `30m`, `1d`"
            .to_owned()
    })
}

fn from(text: &str, now: Timestamp) -> Option<Timestamp> {
    let in_utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp());
    if text == "now" {
        return Some(now);
    }
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| in_utc(text.parse::<DateTime>().ok()?))
        .or_else(|| in_utc(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())))
        .or_else(|| ago(text, now))
}

fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    let span = text.parse::<Span>().ok()?.abs();
    now.to_zoned(TimeZone::UTC).checked_sub(span).ok().map(|time| time.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(from(text, now).map(|time| time.to_string()).as_deref(), expected, "{text}");
        };
        check("2026-01-01T10:00:00Z", Some("2026-01-01T10:00:00Z"));
        check("2026-01-01T10:00:00+02:00", Some("2026-01-01T08:00:00Z"));
        check("2026-01-01 10:00", Some("2026-01-01T10:00:00Z"));
        check("2026-01-01T10:00:00", Some("2026-01-01T10:00:00Z"));
        check("2026-01-01", Some("2026-01-01T00:00:00Z"));
        check("2h", Some("2026-01-02T01:04:05Z"));
        check("1h30m", Some("2026-01-02T01:34:05Z"));
        check("30m ago", Some("2026-01-02T02:34:05Z"));
        check("1d", Some("2026-01-01T03:04:05Z"));
        check("now", Some("2026-01-02T03:04:05Z"));
        for text in ["", "soon", "5", "2026-13-01", "h"] {
            check(text, None);
        }
    }
}
