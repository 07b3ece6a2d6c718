//! The prefix of docker compose, foreman, honcho, pm2 and Tilt: `service-1  | ` before each line of a process.
//!
//! A table's row looks the same, so a name counts only if it stands before several lines that are no rows; a gutter (`12 | `) has no letters.
//!
//! Source: docker compose 2, `cmd/formatter/logs.go`; honcho 1.1, `printer.py`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr2};

use super::Layer;
use super::owner::{Owner, assign};
use super::stamp::{clock, iso};
use crate::event::line::Line;

/// `service-1  | `.
pub(super) struct Compose;

/// A name with its blanks is not longer than this.
const LONGEST: usize = 100;
/// A name stands before so many lines, unless its number says that it is an instance.
const FEW: usize = 3;

impl Layer for Compose {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let Some(first) = lines.iter().position(|line| prefix(&line.text).is_some()) else { return false };
        let prefixes: Vec<Option<Prefix>> =
            lines.iter().enumerate().map(|(at, line)| if at < first { None } else { prefix(&line.text) }).collect();
        let mut votes: HashMap<&str, Votes> = HashMap::new();
        for (line, prefix) in lines.iter().zip(&prefixes) {
            if let Some(prefix) = prefix {
                votes.entry(&line.text[prefix.name.clone()]).or_default().take(&line.text[prefix.end..]);
            }
        }
        let services: HashMap<Arc<str>, Owner> =
            votes.iter().filter(|(name, votes)| votes.make_service(name)).map(|(name, _)| owner(name)).collect();
        if services.is_empty() {
            return false;
        }
        let owner_of = |(line, prefix): (&Line<'_>, &Option<Prefix>)| services.get(&line.text[prefix.as_ref()?.name.clone()]).cloned();
        let owners: Vec<Option<Owner>> = lines.iter().zip(&prefixes).map(owner_of).collect();
        for ((line, prefix), _) in lines.iter_mut().zip(&prefixes).zip(&owners).filter(|(_, owner)| owner.is_some()) {
            let Some(prefix) = prefix else { continue };
            if prefix.n_time > 0 {
                line.timestamp = Some(Arc::from(&line.text[..prefix.n_time]));
            }
            line.cut(prefix.end);
        }
        assign(lines, &owners);
        true
    }
}

fn owner(name: &str) -> (Arc<str>, Owner) {
    let service: Arc<str> = Arc::from(name);
    (Arc::clone(&service), Owner { service: Some(service), speaker: None })
}

/// The parts of a line's prefix.
struct Prefix {
    /// The length of the time before the name.
    n_time: usize,
    name: Range<usize>,
    end: usize,
}

/// What the lines of one name look like.
#[derive(Default)]
struct Votes {
    n_lines: usize,
    n_rows: usize,
}

impl Votes {
    fn take(&mut self, rest: &str) {
        self.n_lines += 1;
        // Docker Desktop sets a time between two bars.
        self.n_rows += usize::from(rest.contains(" | ") && iso(rest.as_bytes()).is_none());
    }

    fn make_service(&self, name: &str) -> bool {
        let digits = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_instance = digits.len() < name.len() && digits.ends_with(['-', '_', '.']);
        self.n_lines >= if is_instance || name.contains('|') { 2 } else { FEW } && (is_instance || self.n_rows * 2 < self.n_lines)
    }
}

/// The prefix at the start of `text`, if it has the shape of one.
fn prefix(text: &str) -> Option<Prefix> {
    let bytes = text.as_bytes();
    let head = &bytes[..bytes.len().min(LONGEST)];
    let n_time = clock(head).filter(|n| head.get(*n) == Some(&b' ')).unwrap_or(0);
    let start = n_time + head[n_time..].iter().take_while(|byte| **byte == b' ').count();
    let name_start = start + pm2_len(&head[start..]);
    let (bar, width) = bar(head, name_start)?;
    let name = head[name_start..bar].trim_ascii_end();
    let is_name = name.first()?.is_ascii_alphanumeric() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.-@".contains(byte));
    let has_letter = name.iter().any(u8::is_ascii_alphabetic) && name != b"LL";
    let has_gap = name_start + name.len() < bar && matches!(bytes.get(bar + width), None | Some(b' '));
    let is_instance = name.iter().rposition(|byte| b"-_.".contains(byte)).is_some_and(|at| name[at + 1..].iter().all(u8::is_ascii_digit));
    // The columns of a table are indented, too.
    let is_flush = start == 0 || n_time > 0 || is_instance || width > 1;
    (is_name && has_letter && has_gap && is_flush).then(|| Prefix {
        n_time,
        name: start..name_start + name.len(),
        end: (bar + width + 1).min(text.len()),
    })
}

/// pm2 puts the number of the process before its name: `0|app  | `.
fn pm2_len(bytes: &[u8]) -> usize {
    let n = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if n > 0 && bytes.get(n) == Some(&b'|') && bytes.get(n + 1).is_some_and(u8::is_ascii_alphabetic) { n + 1 } else { 0 }
}

/// Where the bar stands that ends the name, and its bytes: `|`, or the drawn one.
fn bar(head: &[u8], start: usize) -> Option<(usize, usize)> {
    const DRAWN: &[u8] = "│".as_bytes();
    let at = start + memchr2(b'|', DRAWN[0], &head[start..])?;
    if head[at] == b'|' {
        return Some((at, 1));
    }
    head[at..].starts_with(DRAWN).then_some((at, DRAWN.len())).filter(|_| memchr(b'|', &head[..at]).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        Compose.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
    }

    #[test]
    fn services_go_and_tables_and_gutters_stay() {
        check(&["web-1  | Traceback", "web-1  |   File", "db-1   | ok", "web-1  |"], &["Traceback", "  File", "db-1   | ok", ""]);
        for rows in [
            ["12 |  let x", "13 |  let y", "id | name", "  | more"],
            ["LL |  let x", "LL |  let y", "LL |  z", "   |"],
            ["name | age | x", "name | 1 | y", "name | 2 | z", "name | 3 | z"],
            [" web | 1", " web | 2", " web | 3", " web | 4"],
            ["a | 1", "a | 2", "b | 1", "b | 2"],
        ] {
            check(&rows, &rows);
        }
    }

    #[test]
    fn other_launchers_write_alike() {
        check(&["12:00:01 web.1  | a", "12:00:01 web.1  |   b"], &["a", "  b"]);
        check(&["0|app  | a", "0|app  |   b"], &["a", "  b"]);
        check(&["    api │ a", "    api │   b", "  front │ c", "    api │ "], &["a", "  b", "  front │ c", ""]);
        check(
            &["beat | 2025-04-10 09:06:50.076 | a", "beat | 2025-04-10 09:06:50.076 |", "beat | 2025-04-10 09:06:50.076 | c"],
            &["2025-04-10 09:06:50.076 | a", "2025-04-10 09:06:50.076 |", "2025-04-10 09:06:50.076 | c"],
        );
        check(&["web.1.k2x@host    | a", "web.1.k2x@host    | b", "web.1.k2x@host    | c"], &["a", "b", "c"]);
    }

    #[test]
    fn a_bare_line_belongs_to_who_spoke_last() {
        let texts = ["t it", "web-1  | a", "db-1  | b", "db-1  | b", "rest", "web-1  | c", "web-1 exited with code 1"];
        let mut lines: Vec<Line<'_>> = texts.iter().map(|text| Line::new(*text, 1)).collect();
        Compose.peel(&mut lines);
        let services: Vec<&str> = lines.iter().map(|line| line.service.as_deref().unwrap_or("")).collect();
        assert_eq!(services, ["web-1", "web-1", "db-1", "db-1", "db-1", "web-1", ""]);
    }
}
