//! The prefix of syslog and of journalctl: time, host, program and process before each line.
//!
//! journalctl prints a message of several lines once with the prefix and then with blanks of its width; rsyslog writes line ends as `#012`.
//! A program's own `time LEVEL name:` is no syslog prefix: times of RFC 3339 need a process in brackets.
//!
//! Source: RFC 3164, section 4.1; RFC 5424, section 6; journalctl(1), `--output=short`, `short-iso`, `short-precise`, `short-full`,
//! `short-monotonic`; Heroku Dev Center, "Logging".

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::Layer;
use super::owner::{Owner, assign};
use super::stamp::{clock, fits, is_level, iso};
use crate::event::line::{Line, is_blank};

/// `Jan  2 03:04:05 host app[12]: `.
pub(super) struct Syslog;

/// An indent is not deeper than this.
const DEEPEST: usize = 12;
/// How a line end looks that rsyslog escaped.
const LINE_END: &str = "#012";

impl Layer for Syslog {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        if !lines.iter().any(|line| prefix(&line.text).is_some()) {
            return false;
        }
        let mut width = 0;
        let mut owners: Vec<Option<Owner>> = Vec::with_capacity(lines.len());
        let mut escaped = false;
        let mut opens: Vec<usize> = Vec::new();
        for (at, line) in lines.iter_mut().enumerate() {
            let Some(prefix) = prefix(&line.text) else {
                let n = line.text.bytes().take(width).take_while(|byte| *byte == b' ').count();
                if width > 0 && n == width {
                    line.cut(n);
                    opens.push(at + 1);
                } else if !is_blank(&line.text) {
                    width = 0;
                }
                owners.push(None);
                continue;
            };
            width = prefix.end;
            line.timestamp = line.text.get(prefix.time.clone()).map(Arc::from);
            let (name, process) = (Arc::from(&line.text[prefix.name.clone()]), prefix.process.clone().map(|at| Arc::from(&line.text[at])));
            owners.push(Some(Owner { service: Some(name), speaker: process }));
            line.cut(prefix.end);
            uncut(line);
            escaped |= line.text.contains(LINE_END);
        }
        assign(lines, &owners);
        // A message of several lines ends where the next prefix stands: a blank line says so.
        opens.retain(|at| owners.get(*at).is_some_and(Option::is_some));
        if !opens.is_empty() || escaped {
            let mut opens = opens.into_iter().peekable();
            let old = std::mem::take(lines).into_iter().enumerate();
            *lines =
                old.flat_map(|(at, line)| blank_before(&line, opens.next_if_eq(&at).is_some()).into_iter().chain(split(line))).collect();
        }
        true
    }
}

/// A pager marks a line that is wider than the terminal: `result.rs:1009>`.
fn uncut(line: &mut Line<'_>) {
    let is_cut = |text: &str| text.ends_with('>') && text.as_bytes()[..text.len() - 1].last().is_some_and(u8::is_ascii_digit);
    if is_cut(&line.text) {
        match &mut line.text {
            Cow::Borrowed(text) => *text = &text[..text.len() - 1],
            Cow::Owned(text) => drop(text.pop()),
        }
    }
}

fn blank_before<'t>(line: &Line<'t>, is_end: bool) -> Option<Line<'t>> {
    is_end.then(|| Line { text: Cow::Borrowed(""), ..line.clone() })
}

/// The lines of a message whose line ends were escaped.
fn split(line: Line<'_>) -> Vec<Line<'_>> {
    if !line.text.contains(LINE_END) {
        return vec![line];
    }
    line.text.split(LINE_END).chain([""]).map(|part| Line { text: Cow::Owned(part.replace("#011", "\t")), ..line.clone() }).collect()
}

/// The parts of a prefix.
struct Prefix {
    time: Range<usize>,
    name: Range<usize>,
    process: Option<Range<usize>>,
    end: usize,
}

/// The prefix at the start of `text`; in a list or a block of a page it is indented.
fn prefix(text: &str) -> Option<Prefix> {
    let indent = text.len() - text.trim_start_matches(' ').len();
    if indent == 0 {
        return prefix_at_margin(text);
    }
    let found = prefix_at_margin(text.get(indent..).filter(|_| indent <= DEEPEST)?)?;
    let shift = |range: Range<usize>| range.start + indent..range.end + indent;
    Some(Prefix { time: shift(found.time), name: shift(found.name), process: found.process.map(shift), end: found.end + indent })
}

fn prefix_at_margin(text: &str) -> Option<Prefix> {
    let bytes = text.as_bytes();
    let start = match bytes.first()? {
        b'<' => 1 + text[1..].bytes().take(3).take_while(u8::is_ascii_digit).count() + 1,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'[' | 0xc3.. => 0,
        _ => return None,
    };
    if start > 0 && bytes.get(start - 1) != Some(&b'>') {
        return None;
    }
    if start > 0 && bytes[start..].starts_with(b"1 ") {
        return structured(text, start + 2);
    }
    let (end, is_proof) = time(&bytes[start..])?;
    let at = start + end;
    let rest = text.get(at..)?.strip_prefix(' ')?;
    let (first, second) = rest.split_once(' ').map_or((rest, ""), |(first, rest)| (first, rest));
    let tag_at = match tag(first) {
        // Heroku names no host: `app[web.1]: `; people take theirs out.
        Some((name, Some(_))) if is_proof || matches!(&first[name.clone()], "app" | "heroku") => at + 1,
        _ if is_level(first.trim_matches(['[', ']', ':'])) || first.is_empty() => return None,
        _ => at + 1 + first.len() + 1,
    };
    let tagged = if tag_at == at + 1 { first } else { second.split(' ').next()? };
    let (name, process) = tag(tagged).filter(|(name, process)| is_proof || (process.is_some() && !is_level(&tagged[name.clone()])))?;
    let shift = |range: Range<usize>| tag_at + range.start..tag_at + range.end;
    let end = (tag_at + tagged.len() + 1).min(text.len());
    let process = process.map(shift);
    // Heroku's dyno says more than the word before it.
    let is_dyno = tag_at == at + 1 && process.clone().is_some_and(|at| text.as_bytes()[at.start].is_ascii_alphabetic());
    Some(match process {
        Some(dyno) if is_dyno => Prefix { time: start..at, name: dyno, process: None, end },
        process => Prefix { time: start..at, name: shift(name), process, end },
    })
}

/// The end of a time at the start of `bytes`, and whether nothing but syslog writes it so.
fn time(bytes: &[u8]) -> Option<(usize, bool)> {
    match bytes.first()? {
        b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => named(bytes).map(|end| (end, true)),
        b'0'..=b'9' if bytes.iter().take(3).any(|byte| *byte >= 0x80) => named(bytes).map(|end| (end, true)),
        b'0'..=b'9' => iso(bytes).map(|iso| (iso.end, false)).filter(|_| bytes[10] == b'T'),
        b'[' => {
            let n_blanks = bytes[1..].iter().take_while(|byte| **byte == b' ').count();
            let rest = &bytes[1 + n_blanks..];
            let n = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
            (rest.get(n) == Some(&b']') && rest[..n].contains(&b'.')).then_some((n + n_blanks + 2, false))
        }
        _ => None,
    }
}

/// The end of `Jan  2 03:04:05` or `Wed 2024-05-22 12:12:46 CEST`; journalctl writes names in the language of the system (`févr.`, `10月`).
fn named(bytes: &[u8]) -> Option<usize> {
    let name = bytes.iter().take(12).position(|byte| *byte == b' ').filter(|n| (3..=11).contains(n))?;
    let is_name = bytes[..name].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.' || *byte >= 0x80);
    let rest = &bytes[name + 1..];
    if fits(rest, b"0000-00-00 ") {
        let end = name + 12 + clock(&rest[11..])?;
        let zone = bytes.get(end + 1..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count());
        return is_name.then_some(end + if zone > 0 { zone + 1 } else { 0 });
    }
    let day = rest.iter().take(3).position(u8::is_ascii_digit).filter(|n| *n < 2)?;
    let n_digits = rest[day..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let at = day + n_digits + 1;
    (is_name && n_digits <= 2 && rest.get(at - 1) == Some(&b' ')).then_some(())?;
    Some(name + 1 + at + clock(&rest[at..])?)
}

/// Name and process in `name[12]:` or `name:`.
fn tag(text: &str) -> Option<(Range<usize>, Option<Range<usize>>)> {
    let text = text.strip_suffix(':')?;
    let is_name = |name: &str| !name.is_empty() && name.len() <= 128 && !name.contains(['"', '\'', '=', '{', ',']);
    match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((name, process)) => (is_name(name) && !process.is_empty()).then(|| (0..name.len(), Some(name.len() + 1..text.len() - 1))),
        None => is_name(text).then_some((0..text.len(), None)),
    }
}

/// `1 time host app process id - message`, of RFC 5424, whose version ends before `at`.
fn structured(text: &str, at: usize) -> Option<Prefix> {
    let time = iso(text.as_bytes().get(at..)?)?.end;
    let mut end = at + time + 1;
    let mut parts = [0..0, 0..0, 0..0, 0..0];
    for part in &mut parts {
        let n = text.get(end..)?.find(' ')?;
        *part = end..end + n;
        end += n + 1;
    }
    let rest = text.get(end..)?;
    let n = if rest.starts_with('[') { rest.find("] ")? + 2 } else { rest.strip_prefix("- ").map(|_| 2)? };
    let [_, name, process, _] = parts;
    Some(Prefix { time: at..at + time, name, process: Some(process), end: end + n })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[&str], after: &[(&str, &str, &str)]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        Syslog.peel(&mut lines);
        let seen: Vec<(&str, &str, &str)> = lines
            .iter()
            .map(|line| (line.text.as_ref(), line.service.as_deref().unwrap_or(""), line.speaker.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(seen, after);
    }

    #[test]
    fn time_host_and_process_go_in_every_spelling() {
        for prefix in [
            "Jan  2 03:04:05 host app[12]:",
            "Jan 22 03:04:05.123456 host app[12]:",
            "<34>Jan 22 03:04:05 host app[12]:",
            "oct. 16 16:24:23 host app[12]:",
            "févr. 02 16:24:23 host app[12]:",
            "10月 16 16:24:23 host app[12]:",
            "Dez 28 06:43:00 host app[12]:",
            "2024-05-22T12:12:46+0200 host app[12]:",
            "2024-05-22T12:12:46.214457+00:00 host app[12]:",
            "Wed 2024-05-22 12:12:46 CEST host app[12]:",
            "[  123.456789] host app[12]:",
            "<165>1 2003-10-11T22:14:15.003Z host app 12 ID47 -",
        ] {
            check(&[&format!("{prefix}   File"), &format!("{prefix} x")], &[("  File", "app", "12"), ("x", "app", "12")]);
        }
        check(&["  Aug 25 23:41:05 app[12]: panicked at x.rs:10>"], &[("panicked at x.rs:10", "app", "12")]);
        check(&["2024-05-22T12:12:46.214457+00:00 app[web.1]: x"], &[("x", "web.1", "")]);
        check(&["Jan  2 03:04:05 host kernel: x", "Jan  2 03:04:05 host kernel:"], &[("x", "kernel", ""), ("", "kernel", "")]);
    }

    #[test]
    fn lines_that_follow_belong_to_the_process() {
        let width = " ".repeat("Jan  2 03:04:05 h a[1]: ".len());
        check(
            &["Jan  2 03:04:05 h a[1]: T", &format!("{width}  File"), "bare"],
            &[("T", "a", "1"), ("  File", "a", "1"), ("bare", "a", "1")],
        );
        check(
            &["Jan  2 03:04:05 h a[1]: T:#012  File#012#011x"],
            &[("T:", "a", "1"), ("  File", "a", "1"), ("\tx", "a", "1"), ("", "a", "1")],
        );
    }

    #[test]
    fn a_loggers_own_line_stays() {
        for text in [
            "2024-05-22T12:12:46Z ERROR app: x",
            "2024-05-22T12:12:46Z worker task: x",
            "[12.5] x y: z",
            "2024-05-22T12:12:46.1234567Z error[E0308]: x",
            "2024-05-22T12:12:46Z x error[E0308]: x",
            "Jan 2nd: x",
            "<b>x</b>",
            "<1",
        ] {
            check(&[text], &[(text, "", "")]);
        }
    }
}
