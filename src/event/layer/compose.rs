//! The prefix of docker compose: `service-1  | ` before each line of a container.
//!
//! A table's row looks the same, so a name counts only if it stands before several lines; a gutter (`12 | `) has no letters.

use std::collections::HashMap;
use std::sync::Arc;

use memchr::memchr;

use super::Layer;
use crate::event::line::Line;

/// `service-1  | `.
pub(super) struct Compose;

/// A name is not longer than this.
const LONGEST: usize = 80;

impl Layer for Compose {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let prefixes: Vec<Option<(String, usize)>> = lines.iter().map(|line| prefix(&line.text)).collect();
        let mut n_lines: HashMap<&str, usize> = HashMap::new();
        for (name, _) in prefixes.iter().flatten() {
            *n_lines.entry(name).or_default() += 1;
        }
        let services: HashMap<&str, Arc<str>> = n_lines.iter().filter(|(_, n)| **n > 1).map(|(&name, _)| (name, Arc::from(name))).collect();
        for (line, (name, len)) in lines.iter_mut().zip(&prefixes).filter_map(|(line, prefix)| Some((line, prefix.as_ref()?))) {
            if let Some(service) = services.get(name.as_str()) {
                line.service = Some(Arc::clone(service));
                line.cut(*len);
            }
        }
        !services.is_empty()
    }
}

/// The name before the bar and the length of all before the text.
fn prefix(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let bar = memchr(b'|', &bytes[..bytes.len().min(LONGEST)])?;
    let name = text[..bar].trim_end_matches(' ');
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    let has_letter = name.bytes().any(|byte| byte.is_ascii_alphabetic());
    let has_gap = name.len() < bar && matches!(bytes.get(bar + 1), None | Some(b' '));
    (is_name && has_letter && has_gap).then(|| (name.to_owned(), (bar + 2).min(text.len())))
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
        check(&["12 |  let x", "13 |  let y", "id | name", "  | more"], &["12 |  let x", "13 |  let y", "id | name", "  | more"]);
    }
}
