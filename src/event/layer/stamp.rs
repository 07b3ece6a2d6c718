//! The time that a machine put before each line: GitHub, Azure and GitLab jobs, `docker logs -t`, `kubectl logs --timestamps`, Jenkins, `AppVeyor`.
//!
//! A program's own logger writes times too, but not before the lines of its traceback, and these times show where a record begins. So
//! a time of seven digits is always the machine's, unless a level follows and the line above has none; any other time counts only where
//! it stands before blank or indented text in a row of such lines.
//!
//! Source: RFC 3339, section 5.6; GitLab Runner, "Job log timestamps" (two hex digits, O or E, a plus where the line above goes on).

use std::borrow::Cow;
use std::sync::Arc;

use super::Layer;
use crate::event::line::{Line, is_blank};

/// `2025-01-02T03:04:05.1234567Z ` and the text with its indent.
pub(super) struct MachineTime;

/// `[12:00:01] ` and the like, where it stands before every line.
pub(super) struct EveryLine;

/// So many lines in a row, and so many of them without a text of their own, make a time the machine's.
const RUN: usize = 4;
const BARE: usize = 2;

/// In a list or a block of a page the time is indented, but not deeper than this.
const DEEPEST: usize = 12;

/// The level words of loggers.
const LEVELS: &[&str] =
    &["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "SEVERE", "DEBG", "CRIT", "ERR", "EROR", "WRN"];

impl Layer for MachineTime {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        let mut is_above = true;
        let mut joined = false;
        let mut no = 0;
        for at in 0..lines.len() {
            let line = &lines[at];
            let Some((start, end)) = machine_time(&line.text) else {
                is_above = is_above && line.no == no;
                continue;
            };
            let rest = line.text[end..].trim_start();
            no = line.no;
            if !std::mem::replace(&mut is_above, true) && is_level(rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("")) {
                continue;
            }
            has_changed = true;
            let line = &mut lines[at];
            line.timestamp = Some(Arc::from(&line.text[start..end]));
            line.cut(end);
            let n = usize::from(line.text.starts_with(' '));
            line.cut(n);
            if let Some(is_more) = gitlab_stream(&line.text) {
                line.cut(4);
                joined |= is_more && join(lines, at);
            }
        }
        if joined {
            lines.retain(|line| line.no != 0);
        }
        has_changed
    }
}

/// Puts `lines[at]` behind the line above it; what is left has the number zero.
fn join(lines: &mut [Line<'_>], at: usize) -> bool {
    let Some(above) = (0..at).rev().take(8).find(|&above| lines[above].no != 0) else { return false };
    let text = std::mem::take(&mut lines[at].text);
    lines[at].no = 0;
    lines[above].text = Cow::Owned(std::mem::take(&mut lines[above].text).into_owned() + &text);
    true
}

/// `01O ` or `00E+`: whether the line above goes on.
fn gitlab_stream(text: &str) -> Option<bool> {
    let bytes = text.as_bytes().get(..4)?;
    let is_stream = bytes[..2].iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte)) && matches!(bytes[2], b'O' | b'E');
    (is_stream && matches!(bytes[3], b' ' | b'+')).then_some(bytes[3] == b'+')
}

pub(super) fn is_level(word: &str) -> bool {
    (3..=8).contains(&word.len()) && LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word))
}

/// Start and end of a time with six to nine digits of fraction and a zone at the start of `text`.
fn machine_time(text: &str) -> Option<(usize, usize)> {
    let start = text.len() - text.trim_start_matches([' ', '\u{feff}']).len();
    let bytes = text.as_bytes().get(start..).filter(|_| start <= DEEPEST)?;
    if !bytes.first()?.is_ascii_digit() {
        return None;
    }
    let time = iso(bytes)?;
    let is_machine = bytes[10] == b'T' && (6..=9).contains(&time.n_fraction) && time.has_zone;
    (is_machine && matches!(bytes.get(time.end), None | Some(b' '))).then_some((start, start + time.end))
}

/// A date with a time.
pub(super) struct Iso {
    /// Its length in bytes.
    pub(super) end: usize,
    /// Digits behind the seconds.
    n_fraction: usize,
    has_zone: bool,
}

/// `2025-01-02T03:04:05.123+02:00` at the start of `bytes`; a blank may stand for the `T`, fraction and zone may be missing.
pub(super) fn iso(bytes: &[u8]) -> Option<Iso> {
    if !fits(bytes, b"0000-00-00") || !matches!(bytes.get(10), Some(b'T' | b' ')) {
        return None;
    }
    let end = 11 + clock(&bytes[11..])?;
    let n_fraction = (end - 19).saturating_sub(1);
    let zone = match bytes.get(end) {
        Some(b'Z') => 1,
        Some(b'+' | b'-') if fits(&bytes[end + 1..], b"00:00") => 6,
        Some(b'+' | b'-') if fits(&bytes[end + 1..], b"0000") => 5,
        _ => 0,
    };
    Some(Iso { end: end + zone, n_fraction, has_zone: zone > 0 })
}

/// The length of `03:04:05`, with a fraction behind a point or comma if there is one.
pub(super) fn clock(bytes: &[u8]) -> Option<usize> {
    if !fits(bytes, b"00:00:00") {
        return None;
    }
    let n = match bytes.get(8) {
        Some(b'.' | b',') => bytes[9..].iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    Some(if n > 0 { 9 + n } else { 8 })
}

/// Whether `bytes` begin with this shape, where a zero stands for any digit.
pub(super) fn fits(bytes: &[u8], shape: &[u8]) -> bool {
    bytes.len() >= shape.len()
        && bytes.iter().zip(shape).all(|(byte, shape)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape })
}

impl Layer for EveryLine {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        let mut at = 0;
        while at < lines.len() {
            let n = lines[at..].iter().take_while(|line| any_time(&line.text).is_some()).count();
            let run = &mut lines[at..at + n];
            if n >= RUN && run.iter().filter(|line| is_bare(&line.text)).take(BARE).count() == BARE {
                has_changed = true;
                // Jenkins sets two blanks behind the time.
                let n_blanks = run.iter().filter_map(|line| n_blanks(&line.text)).min().unwrap_or(1).clamp(1, 2);
                for line in run.iter_mut() {
                    take_time(line, n_blanks);
                }
            }
            at += n.max(1);
        }
        has_changed
    }
}

/// Start and end of the time, and the end of what holds it, at the start of `text`.
fn any_time(text: &str) -> Option<(usize, usize, usize)> {
    let bytes = text.as_bytes();
    let start = usize::from(*bytes.first()? == b'[');
    if !bytes.get(start)?.is_ascii_digit() {
        return None;
    }
    let n = clock(&bytes[start..]).or_else(|| iso(&bytes[start..]).map(|iso| iso.end))?;
    let end = start + n;
    let close = if start == 1 { end + usize::from(*bytes.get(end)? == b']') } else { end };
    // Docker Desktop sets a bar behind the time.
    let close = if bytes[close..].starts_with(b" |") { close + 2 } else { close };
    (close >= end + start && matches!(bytes.get(close), None | Some(b' '))).then_some((start, end, close))
}

/// Whether nothing, or indented text, stands behind the time: no logger writes that.
fn is_bare(text: &str) -> bool {
    let rest = any_time(text).map_or(text, |(.., close)| &text[close..]);
    is_blank(rest) || rest.starts_with("     ") || rest.starts_with(" \t")
}

/// Blanks between the time and a text.
fn n_blanks(text: &str) -> Option<usize> {
    let rest = &text[any_time(text)?.2..];
    (!is_blank(rest)).then(|| rest.len() - rest.trim_start_matches(' ').len())
}

fn take_time(line: &mut Line<'_>, n_blanks: usize) {
    let Some((start, end, close)) = any_time(&line.text) else { return };
    line.timestamp = Some(Arc::from(&line.text[start..end]));
    line.cut(close);
    let n = line.text.bytes().take(n_blanks).take_while(|byte| *byte == b' ').count();
    line.cut(n);
}

/// The first time of day in `text`, with the date before it and the zone behind it.
pub(super) fn time_in(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let at = (0..bytes.len().saturating_sub(7)).find(|&at| fits(&bytes[at..], b"00:00:00"))?;
    let mut end = at + clock(&bytes[at..])?;
    let start = date_before(&bytes[..at]);
    if bytes.get(start..).is_some_and(|bytes| fits(bytes, b"0000-00-00")) {
        end = end.max(iso(&bytes[start..]).map_or(0, |iso| start + iso.end));
    }
    text.get(start..end)
}

/// Where the date that ends `bytes` begins, or their end.
fn date_before(bytes: &[u8]) -> usize {
    let end = bytes.len();
    let gap = bytes.iter().rev().take(2).take_while(|byte| matches!(byte, b' ' | b'T' | b',' | b':')).count();
    let days: &[&[u8]] = &[b"0000-00-00", b"0000/00/00", b"0000.00.00", b"00/00/0000", b"00-00-00", b"00-00", b"00/00"];
    let dated = end - gap;
    let named =
        |n: usize| dated >= n && bytes[dated - n..dated].first().is_some_and(u8::is_ascii_uppercase) && bytes[dated - 1].is_ascii_digit();
    match days.iter().find(|day| dated >= day.len() && fits(&bytes[dated - day.len()..], day)) {
        Some(day) if gap > 0 => dated - day.len(),
        // `May  2` and `May 22`.
        _ if gap > 0 && dated >= 6 && named(6) && bytes[dated - 3] == b' ' => dated - 6,
        _ if gap > 0 && dated >= 5 && named(5) && bytes[dated - 2] == b' ' => dated - 5,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(layer: &dyn Layer, before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().zip(1..).map(|(text, no)| Line::new(*text, no)).collect();
        layer.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
    }

    #[test]
    fn a_machines_time_goes_and_the_indent_stays() {
        check(
            &MachineTime,
            &[
                "2026-05-11T14:50:53.0606810Z   File \"x.py\", line 1",
                "\u{feff}2026-05-11T14:50:53.060681012Z",
                "2026-05-11T14:50:53.060681+02:00 b",
                "2026-05-11T14:50:53.060Z c",
                "    2026-05-11T14:50:53.060681Z   d",
            ],
            &["  File \"x.py\", line 1", "", "b", "2026-05-11T14:50:53.060Z c", "  d"],
        );
    }

    #[test]
    fn a_records_time_stays_where_lines_without_time_stand_above() {
        let record = "2026-05-11T14:50:53.060681Z  INFO app: x";
        check(&MachineTime, &[record, "bare", record, record], &[" INFO app: x", "bare", record, " INFO app: x"]);
    }

    #[test]
    fn a_line_that_gitlab_cut_is_one_line() {
        check(
            &MachineTime,
            &["2024-05-22T12:12:46.214457Z 01O Trace", "2024-05-22T12:12:46.214458Z 01O+back", "2024-05-22T12:12:46.214459Z 01E x"],
            &["Traceback", "x"],
        );
    }

    #[test]
    fn a_time_before_every_line_goes_and_that_of_records_stays() {
        check(
            &EveryLine,
            &["[12:00:01] E   KeyError", "[12:00:01]", "[12:00:01]     def f():", "[12:00:02] ok"],
            &["E   KeyError", "", "    def f():", "ok"],
        );
        check(&EveryLine, &["12:00:01  a", "12:00:01  ", "12:00:02      b", "12:00:02  c"], &["a", "", "    b", "c"]);
        check(
            &EveryLine,
            &["2025-04-10 09:06:50.076 | a", "2025-04-10 09:06:50.076 |", "2025-04-10 09:06:50.077 |     b", "2025-04-10 09:06:50.077 | c"],
            &["a", "", "    b", "c"],
        );
        let records = [
            "2024-01-02 03:04:05,123 INFO a",
            "2024-01-02 03:04:05,124 INFO b",
            "2024-01-02 03:04:05,125 INFO c",
            "2024-01-02 03:04:06,1 x",
        ];
        check(&EveryLine, &records, &records);
    }

    #[test]
    fn a_time_is_found_with_its_date() {
        assert_eq!(time_in("[2024-01-02 03:04:05,123: WARNING/Main] "), Some("2024-01-02 03:04:05,123"));
        assert_eq!(time_in("2024-01-02T03:04:05.1Z app: "), Some("2024-01-02T03:04:05.1Z"));
        assert_eq!(time_in("(x pid=1) ERROR 10-12 02:10:43 [core.py:710] "), Some("10-12 02:10:43"));
        assert_eq!(time_in("Jan  2 03:04:05 host "), Some("Jan  2 03:04:05"));
        assert_eq!(time_in("Jan 12 03:04:05 host "), Some("Jan 12 03:04:05"));
        assert_eq!(time_in("[03:04:05] "), Some("03:04:05"));
        assert_eq!(time_in("é 03:04:0"), None);
    }
}
