//! Dates and times of day as they are written, digit by digit.
//!
//! Never trusts a digit: months, days, hours and zones are checked, so that `12/34/56` is no date.

/// Milliseconds of a day.
pub(super) const MS_OF_DAY: i64 = 86_400_000;
/// Stands for the year where none is written; a leap year, so that each day of each year exists.
pub(super) const NO_YEAR: u32 = 2000;

const MONTHS: &[&[u8; 3]] = &[b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// The number of exactly `n` digits at `at`, with no digit behind it.
pub(super) fn digits(bytes: &[u8], at: usize, n: usize) -> Option<u32> {
    let found = number(bytes, at, n)?;
    (!bytes.get(at + n).is_some_and(u8::is_ascii_digit)).then_some(found)
}

/// The number of the next `n` digits, whatever follows.
fn number(bytes: &[u8], at: usize, n: usize) -> Option<u32> {
    let digits = bytes.get(at..at + n)?;
    digits.iter().try_fold(0, |sum: u32, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}

/// One or two digits, and how many.
fn short(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    digits(bytes, at, 2).map(|found| (found, 2)).or_else(|| digits(bytes, at, 1).map(|found| (found, 1)))
}

/// Days since 1970 of a day that exists.
pub(super) fn checked(year: u32, month: u32, day: u32) -> Option<i64> {
    let is_day = (1..=12).contains(&month) && (1970..=2200).contains(&year) && day >= 1;
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    (is_day && i64::from(day) <= days_of(next_year, next_month, 1) - days_of(year, month, 1)).then(|| days_of(year, month, day))
}

/// Days since 1970, by the Gregorian calendar; years begin in March, so that the leap day is their last.
pub(super) fn days_of(year: u32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let month = (i64::from(month) + 9) % 12;
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// The date at `at`: days since 1970, whether its year is written, and where it ends.
pub(super) fn date(bytes: &[u8], at: usize) -> Option<(i64, bool, usize)> {
    if bytes.get(at)?.is_ascii_alphabetic() {
        return month_first(bytes, at);
    }
    let (n, sign) = (bytes[at..].iter().take(9).take_while(|byte| byte.is_ascii_digit()).count(), |at: usize| bytes.get(at).copied());
    match n {
        4 => {
            let sign_of_date = sign(at + 4).filter(|sign| matches!(sign, b'-' | b'/' | b'.'))?;
            let days = checked(digits(bytes, at, 4)?, digits(bytes, at + 5, 2)?, digits(bytes, at + 8, 2)?)?;
            (sign(at + 7) == Some(sign_of_date)).then_some((days, true, at + 10))
        }
        8 => Some((checked(number(bytes, at, 4)?, number(bytes, at + 4, 2)?, number(bytes, at + 6, 2)?)?, true, at + 8)),
        1 | 2 => day_first(bytes, at, n),
        _ => None,
    }
}

/// `Jan  2`, `Jan 02, 2024`, `Jan 2 2024`.
fn month_first(bytes: &[u8], at: usize) -> Option<(i64, bool, usize)> {
    let month = month(bytes, at)?;
    let at = at + 3 + bytes[at + 3..].iter().take(2).take_while(|byte| **byte == b' ').count();
    let (day, n) = short(bytes, at)?;
    let end = at + n;
    let blanks = bytes[end..].iter().take(2).take_while(|byte| matches!(byte, b',' | b' ')).count();
    match digits(bytes, end + blanks, 4).filter(|_| blanks > 0) {
        Some(year) => Some((checked(year, month, day)?, true, end + blanks + 4)),
        None => Some((checked(NO_YEAR, month, day)?, false, end)),
    }
}

/// `02/Jan/2024`, `02-Jan-2024`, `02 Jan 2024`, `02 Jan`, `02.01.2024`, `01/02/2024`, `10-12`.
fn day_first(bytes: &[u8], at: usize, n: usize) -> Option<(i64, bool, usize)> {
    let first = digits(bytes, at, n)?;
    let sign = *bytes.get(at + n).filter(|sign| matches!(sign, b'/' | b'-' | b'.' | b' '))?;
    let at = at + n + 1;
    if let Some(month) = month(bytes, at) {
        if bytes.get(at + 3) == Some(&sign)
            && let Some(year) = digits(bytes, at + 4, 4)
        {
            return Some((checked(year, month, first)?, true, at + 8));
        }
        return (sign == b' ').then(|| Some((checked(NO_YEAR, month, first)?, false, at + 3)))?;
    }
    let (second, m) = short(bytes, at).filter(|_| sign != b' ')?;
    if bytes.get(at + m) != Some(&sign) {
        // Two numbers may be anything: both have two digits, and a time follows.
        return (n == 2 && m == 2 && sign != b'.').then(|| Some((checked(NO_YEAR, first, second)?, false, at + m)))?;
    }
    let year = digits(bytes, at + m + 1, 4)?;
    // Dots stand between day, month, year; slashes are American as long as that gives a month.
    let is_day_first = sign == b'.' || first > 12;
    let (month, day) = if is_day_first { (second, first) } else { (first, second) };
    Some((checked(year, month, day)?, true, at + m + 5))
}

fn month(bytes: &[u8], at: usize) -> Option<u32> {
    let name = bytes.get(at..at + 3)?;
    let index = MONTHS.iter().position(|month| *month == name)?;
    (!bytes.get(at + 3).is_some_and(u8::is_ascii_alphabetic)).then_some(index as u32 + 1)
}

/// The time of day at `at` in milliseconds, and where it ends: `03:04:05`, `3:04:05 PM`, `030405`, with parts of a second.
pub(super) fn clock_time(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let (hour, minute, second, mut end) = match short(bytes, at) {
        Some((hour, n)) if bytes.get(at + n) == Some(&b':') && bytes.get(at + n + 3) == Some(&b':') => {
            (hour, digits(bytes, at + n + 1, 2)?, digits(bytes, at + n + 4, 2)?, at + n + 6)
        }
        Some(_) => return None,
        None => {
            digits(bytes, at, 6)?;
            (number(bytes, at, 2)?, number(bytes, at + 2, 2)?, number(bytes, at + 4, 2)?, at + 6)
        }
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut ms = 0;
    if matches!(bytes.get(end), Some(b'.' | b',')) {
        let n = bytes[end + 1..].iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
        for place in 0..if n > 0 { 3 } else { 0 } {
            ms = ms * 10 + if place < n { i64::from(bytes[end + 1 + place] - b'0') } else { 0 };
        }
        end += if n > 0 { n + 1 } else { 0 };
    }
    let half = match bytes.get(end..end + 3) {
        Some(b" PM") if hour < 12 => 12,
        Some(b" AM") if hour == 12 => -12,
        _ => 0,
    };
    Some((((i64::from(hour) + half) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 1000 + ms, end))
}

/// How far ahead of UTC the zone at `at` is, in milliseconds; none where there is no offset.
pub(super) fn zone(bytes: &[u8], at: usize) -> Option<i64> {
    let is_apart = bytes.get(at) == Some(&b' ');
    let at = at + usize::from(is_apart);
    let sign = match bytes.get(at)? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = if let Some(both) = digits(bytes, at + 1, 4) {
        (both / 100, both % 100)
    } else {
        let hours = digits(bytes, at + 1, 2)?;
        let minutes = if bytes.get(at + 3) == Some(&b':') { digits(bytes, at + 4, 2) } else { None };
        // `03:04:05 -12 items` is no zone.
        if minutes.is_none() && is_apart {
            return None;
        }
        (hours, minutes.unwrap_or(0))
    };
    (hours <= 14 && minutes < 60).then(|| sign * i64::from(hours * 60 + minutes) * 60_000)
}

/// Seconds or milliseconds since 1970 as a word of its own, of the years 2001 to 2033.
pub(super) fn epoch(bytes: &[u8], at: usize) -> Option<i64> {
    let n = bytes[at..].iter().take(14).take_while(|byte| byte.is_ascii_digit()).count();
    let is_one = matches!(n, 10 | 13) && bytes[at] == b'1' && matches!(bytes.get(at + n), Some(b' ' | b'\t' | b']' | b'.' | b',' | b':'));
    milliseconds(&bytes[at..]).filter(|_| is_one)
}

/// A plain number of a record as milliseconds since 1970, whatever its unit: its size tells.
pub(super) fn milliseconds(bytes: &[u8]) -> Option<i64> {
    let n = bytes.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    let whole = bytes[..n.min(19)].iter().try_fold(0_i64, |sum, byte| sum.checked_mul(10)?.checked_add(i64::from(byte - b'0')))?;
    match n {
        9 | 10 => {
            let parts = if bytes.get(n) == Some(&b'.') { &bytes[n + 1..] } else { &[] };
            let digit = |place: usize| parts.get(place).filter(|byte| byte.is_ascii_digit()).map_or(0, |byte| i64::from(byte - b'0'));
            Some(whole * 1000 + digit(0) * 100 + digit(1) * 10 + digit(2))
        }
        12 | 13 => Some(whole),
        15 | 16 => Some(whole / 1000),
        18 | 19 => Some(whole / 1_000_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_count() {
        assert_eq!(checked(1970, 1, 1), Some(0));
        assert_eq!(checked(2024, 2, 29), Some(19_782));
        assert_eq!(checked(2023, 2, 29), None);
        assert_eq!(checked(2100, 2, 29), None);
        assert_eq!(checked(2024, 12, 31), Some(20_088));
        assert_eq!(checked(2024, 0, 1), None);
    }

    #[test]
    fn noon_and_midnight_of_the_half_day_clock() {
        assert_eq!(clock_time(b"12:00:00 AM", 0), Some((0, 8)));
        assert_eq!(clock_time(b"12:00:00 PM", 0), Some((MS_OF_DAY / 2, 8)));
        assert_eq!(clock_time(b"1:00:00 PM", 0), Some((13 * 3_600_000, 7)));
    }

    #[test]
    fn a_number_that_is_far_too_long_is_no_time() {
        assert_eq!(milliseconds(b"99999999999999999999999"), None);
        assert_eq!(milliseconds(b"9999999999999999999"), None);
        assert_eq!(milliseconds(b""), None);
    }
}
