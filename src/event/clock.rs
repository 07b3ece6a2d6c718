//! Reads the time that stands at the front of a line, as milliseconds since 1970.
//!
//! A stamp without a year or without a date still gives the order of lines: it counts as of the year 2000 or of the first day of 1970, so
//! every time before 2001 tells no date. Where no zone is named, UTC is meant. A date inside a sentence is no stamp.
//!
//! Source: RFC 3339, RFC 3164, `Lib/logging`, the layouts of log4j, glog, nginx, Apache httpd, redis, bunyan and zap.

mod day;
mod field;

use super::fields::string;
use day::{clock_time, date, digits, epoch, milliseconds};

/// A stamp begins within so many bytes, behind so many words.
const REACH: usize = 72;
const N_WORDS: usize = 6;

/// The time that `text` begins with, after brackets, level words and short prefixes.
pub(super) fn stamp(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let start = bytes.iter().take(4).position(|byte| *byte != b' ')?;
    if bytes[start] == b'{' {
        return field::stamp(&text[start..]);
    }
    // Without a branch in the loop, the processor looks at many bytes at once.
    let has_digit = bytes[start..].iter().take(REACH).fold(false, |found, byte| found | byte.is_ascii_digit());
    if !has_digit {
        return None;
    }
    let mut at = start;
    let mut is_head = true;
    for _ in 0..N_WORDS {
        while bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'[' | b'(' | b'"' | b'<' | b'|' | b'*')) {
            at += 1;
        }
        if at > REACH {
            return None;
        }
        if let Some(time) = read(bytes, at, is_head) {
            return Some(time);
        }
        let word = word_at(bytes, at);
        if word.is_empty() {
            return None;
        }
        let is_in_bracket = at > 0 && matches!(bytes[at - 1], b'[' | b'(' | b'<');
        is_head &= is_in_bracket || is_weekday(word) || is_prefix(word, bytes.get(at + word.len()));
        at += word.len();
    }
    None
}

/// The bytes up to the next blank, bracket or sign of assignment, which belongs to the word.
fn word_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at.min(bytes.len())..bytes.len().min(REACH * 2)];
    let end = rest.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'[' | b'(' | b'|' | b'=' | b'>'));
    &rest[..end.map_or(rest.len(), |end| if matches!(rest[end], b'=' | b'>') { end + 1 } else { end })]
}

/// Whether `word` may stand before a stamp that is none by itself: a level, a name with a colon, a number of a process, a host.
fn is_prefix(word: &[u8], next: Option<&u8>) -> bool {
    // A long number that is no time is no number of a process either.
    let is_loud = word.iter().all(|byte| !byte.is_ascii_lowercase()) && !(word.len() > 7 && word[0].is_ascii_digit());
    is_loud
        || word.ends_with(b":")
        || word.ends_with(b"]")
        || word.ends_with(b")")
        || word.ends_with(b"=")
        || word.ends_with(b">")
        || matches!(next, Some(b'[' | b'|'))
}

fn is_weekday(word: &[u8]) -> bool {
    matches!(word.strip_suffix(b",").unwrap_or(word), b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun")
}

/// The time written at `at`; what may stand in any sentence (`03:04:05`) is one only at the head of the line.
fn read(bytes: &[u8], at: usize, is_head: bool) -> Option<i64> {
    let first = *bytes.get(at)?;
    if first.is_ascii_digit() {
        if let Some((days, has_year, end)) = date(bytes, at) {
            let end = end + separator(bytes, end)?;
            return (has_year || is_head).then(|| moment(bytes, end, days))?;
        }
        if !is_head {
            return None;
        }
        return moment(bytes, at, 0).or_else(|| epoch(bytes, at).filter(|_| at < REACH / 2));
    }
    let is_named = matches!(first, b'J' | b'F' | b'M' | b'A' | b'S' | b'O' | b'N' | b'D');
    if is_named && is_head && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase) {
        let (days, has_year, end) = date(bytes, at)?;
        let (time, end) = clock_time(bytes, end + separator(bytes, end)?)?;
        // `Tue Jan 02 03:04:05.123 2024`: the year stands behind the time.
        let year = if !has_year && bytes.get(end) == Some(&b' ') { digits(bytes, end + 1, 4) } else { None };
        let days = year.map_or(days, |year| days + day::days_of(year, 1, 1) - day::days_of(day::NO_YEAR, 1, 1) - leap_gap(year, days));
        return Some(days * day::MS_OF_DAY + time - if year.is_some() { 0 } else { day::zone(bytes, end).unwrap_or(0) });
    }
    // `E0102 03:04:05.000000` of glog.
    if matches!(first, b'E' | b'F' | b'W' | b'I') && is_head && bytes.get(at + 5) == Some(&b' ') {
        let both = digits(bytes, at + 1, 4)?;
        let days = day::checked(day::NO_YEAR, both / 100, both % 100)?;
        return moment(bytes, at + 6, days);
    }
    None
}

/// The year that stands for none is a leap year: after February it is one day ahead of others.
fn leap_gap(year: u32, days: i64) -> i64 {
    let is_leap = day::days_of(year + 1, 1, 1) - day::days_of(year, 1, 1) == 366;
    i64::from(!is_leap && days >= day::days_of(day::NO_YEAR, 3, 1))
}

/// How long what stands between a date and its time is: `T`, a blank or two, `:`, `, `, `_`, ` - `.
fn separator(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'T' | b't' | b':' | b'_' | b'-' => Some(1),
        b' ' | b',' => Some(bytes[at..].iter().take(3).take_while(|byte| matches!(byte, b' ' | b',' | b'-')).count()),
        _ => None,
    }
}

fn moment(bytes: &[u8], at: usize, days: i64) -> Option<i64> {
    let (time, end) = clock_time(bytes, at)?;
    Some(days * day::MS_OF_DAY + time - day::zone(bytes, end).unwrap_or(0))
}

/// The time that a value of a record holds: text or a number of seconds, milliseconds, microseconds or nanoseconds.
fn value(text: &str) -> Option<i64> {
    match string(text) {
        Some(text) => read(text.as_bytes(), 0, true),
        None => milliseconds(text.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-01-02 03:04:05 UTC.
    const NEW: i64 = 1_704_164_645_000;
    const OF_DAY: i64 = (3 * 3600 + 4 * 60 + 5) * 1000;

    fn check(text: &str, expected: impl Into<Option<i64>>) {
        assert_eq!(stamp(text), expected.into(), "{text}");
    }

    #[test]
    fn a_full_stamp_is_read_in_every_layout() {
        for text in [
            "2024-01-02T03:04:05Z x",
            "2024-01-02 03:04:05 x",
            "2024-01-02 03:04:05 - app - ERROR - x",
            "2024-01-02_03:04:05 x",
            "2024/01/02 03:04:05 [error] 12#12: x",
            "2024.01.02 03:04:05 x",
            "[2024-01-02 03:04:05 +0000] [12] [ERROR] x",
            "[2024-01-02, 03:04:05 UTC] {task.py:1} ERROR - x",
            "2024-01-02T04:04:05+01:00 x",
            "2024-01-02T04:04:05+0100 x",
            "2024-01-01T22:04:05-05 x",
            "2024-01-01 22:04:05 -0500 x",
            "20240102T030405Z x",
            "20240102 03:04:05 x",
            "02/Jan/2024:03:04:05 +0000 x",
            "127.0.0.1 - - [02/Jan/2024:03:04:05 +0000] \"GET / HTTP/1.1\" 200",
            "02-Jan-2024 03:04:05 x",
            "1:M 02 Jan 2024 03:04:05 * Ready",
            "[Tue Jan 02 03:04:05 2024] [core:error] x",
            "Tue Jan  2 03:04:05 2024 x",
            "Jan 02, 2024 3:04:05 AM com.example.App main",
            "ERROR 2024-01-02 03:04:05 x",
            "[ERROR] 2024-01-02T03:04:05Z x",
            "E, [2024-01-02T03:04:05 #12] ERROR -- : x",
            "web-1  | 2024-01-02 03:04:05 x",
            "(Engine pid=12) ERROR 2024-01-02 03:04:05 x",
            "time=\"2024-01-02T03:04:05Z\" level=error msg=x",
            "level=error ts=2024-01-02T03:04:05Z caller=x.go:1",
            "  2024-01-02 03:04:05 x",
            "02.01.2024 03:04:05 x",
            "01/02/2024 03:04:05 x",
            "[Nest] 12  - 01/02/2024, 3:04:05 AM   ERROR [App] x",
            "1704164645 x",
            "[1704164645.000] x",
            "1704164645000 x",
        ] {
            check(text, NEW);
        }
    }

    #[test]
    fn parts_of_a_second_are_read_to_the_millisecond() {
        check("2024-01-02 03:04:05,123 x", NEW + 123);
        check("2024-01-02T03:04:05.1234567Z x", NEW + 123);
        check("2024-01-02T03:04:05.5+00:00 x", NEW + 500);
        check("1704164645.25 x", NEW + 250);
        check("2024-01-02 03:04:05:123 x", NEW);
    }

    #[test]
    fn a_stamp_without_a_year_or_a_day_gives_the_order() {
        let of = |month: u32, day: u32| day::days_of(day::NO_YEAR, month, day) * day::MS_OF_DAY + OF_DAY;
        check("Jan  2 03:04:05 host app[12]: x", of(1, 2));
        check("<34>Feb 29 03:04:05 host app: x", of(2, 29));
        check("ERROR 10-12 03:04:05 [core.py:710] x", of(10, 12));
        check("(EngineCore_DP0 pid=1) ERROR 10-12 03:04:05 [core.py:710] x", of(10, 12));
        check("E0102 03:04:05.000000 12 x.go:1] y", of(1, 2));
        check("03:04:05.007 [main] ERROR x", OF_DAY + 7);
        check("[03:04:05] ERROR x", OF_DAY);
        assert!(stamp("Dec 31 03:04:05 host x").is_some_and(|time| time < day::days_of(2001, 1, 1) * day::MS_OF_DAY));
        check("[Fri Mar 01 03:04:05 2024] x", NEW + 59 * day::MS_OF_DAY);
        check("[Wed Mar 01 03:04:05 2023] x", NEW + (59 - 366) * day::MS_OF_DAY);
    }

    #[test]
    fn a_record_names_its_time() {
        check(r#"{"level":"error","ts":1704164645.123,"msg":"x"}"#, NEW + 123);
        check(r#"{"level":50,"time":1704164645123,"msg":"x"}"#, NEW + 123);
        check(r#"{"time": "2024-01-02T03:04:05.123Z", "level": "error"}"#, NEW + 123);
        check(r#"{"@timestamp":"2024-01-02T03:04:05Z"}"#, NEW);
        check(r#"{"message":"a \"time\": 12 o'clock","timestamp":"2024-01-02 03:04:05,000"}"#, NEW);
        check(r#"{"t":{"$date":"2024-01-02T03:04:05.000+00:00"},"s":"E"}"#, NEW);
        check(r#"{"msg":"no time"}"#, None);
        check(r#"{"time":"#, None);
        check(r#"{"ts":"soon","time":1704164645000000000}"#, NEW);
    }

    #[test]
    fn what_is_no_stamp_is_refused() {
        for text in [
            "",
            "hello",
            "    at 2024-01-02 03:04:05",
            "expires on 03:04:05 today",
            "the first of the new builds since then 2024-01-02 03:04:05",
            "2024-13-02 03:04:05",
            "2024-02-30 03:04:05 x",
            "2024-01-02 no time",
            "2024-01-02",
            "99:04:05 x",
            "1.2.3.4 x",
            "12345 x",
            "Mayor 2 03:04:05",
            "File \"x.py\", line 3, in f",
            "error[E0308]: mismatched types",
            "é 2 ü",
            "[[[[[[[[",
            "2024-01-02T",
            "Jan",
            "E0102 ",
            "9999-99-99T99:99:99Z",
        ] {
            check(text, None);
        }
    }
}
