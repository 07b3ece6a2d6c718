//! The prefix of docker compose: `service-1  | ` before each line of a container.
//!
//! A table's row looks the same, so a name counts only if it stands before several lines; a gutter (`12 | `) has no letters.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::Layer;
use crate::event::line::Line;

/// `service-1  | `.
pub(super) struct Compose;

static PREFIX: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^([A-Za-z0-9][\w.-]{0,80}?) +\|(?: |$)").expect("a constant"));

impl Layer for Compose {
    fn peel(&self, lines: &mut [Line<'_>]) -> bool {
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

fn prefix(text: &str) -> Option<(String, usize)> {
    if !text.get(..text.len().min(100)).unwrap_or(text).contains('|') {
        return None;
    }
    let found = PREFIX.captures(text)?;
    let has_letter = found[1].bytes().any(|byte| byte.is_ascii_alphabetic());
    has_letter.then(|| (found[1].to_owned(), found[0].len()))
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
