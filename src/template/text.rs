//! The language of a template's texts: `$name` and `${name}` stand for a hole, `$$` for a dollar. Nothing else.

use super::error::Problem;

/// A text with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text(Vec<Piece>);

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Copied as it is.
    Literal(String),
    /// Replaced by what fills the hole.
    Hole(String),
}

impl Text {
    /// Reads `text`; `place` names its key in the error.
    pub(super) fn parse(text: &str, place: &str) -> Result<Text, Problem> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            literal.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('$') {
                literal.push('$');
                rest = behind;
                continue;
            }
            let Some((name, behind)) = name_of(rest) else {
                return Err(Problem::shape(format!("{place}: a lone `$` in {text:?}; write `$name`, `${{name}}`, or `$$` for a dollar")));
            };
            push_literal(&mut pieces, &mut literal);
            pieces.push(Piece::Hole(name.to_owned()));
            rest = behind;
        }
        literal.push_str(rest);
        push_literal(&mut pieces, &mut literal);
        Ok(Text(pieces))
    }

    /// Its parts in order.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The holes that it names.
    pub(super) fn holes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Hole(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    /// What the text holds besides its holes.
    pub(super) fn literal(&self) -> String {
        self.0.iter().filter_map(|piece| if let Piece::Literal(text) = piece { Some(text.as_str()) } else { None }).collect()
    }

    /// Whether the text itself has several lines, whatever fills its holes.
    pub(super) fn has_lines(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains('\n')))
    }
}

fn push_literal(pieces: &mut Vec<Piece>, literal: &mut String) {
    if !literal.is_empty() {
        pieces.push(Piece::Literal(std::mem::take(literal)));
    }
}

/// The name at the start of `text`, and what stands behind it.
fn name_of(text: &str) -> Option<(&str, &str)> {
    let (start, close) = if let Some(inside) = text.strip_prefix('{') { (inside, "}") } else { (text, "") };
    let end = start.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(start.len());
    let (name, behind) = start.split_at(end);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if is_name { Some((name, behind.strip_prefix(close)?)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match Text::parse(text, "rewrite") {
            Ok(text) => text.pieces().iter().map(|piece| format!("{piece:?}")).collect::<Vec<_>>().join(" "),
            Err(problem) => problem.to_string(),
        }
    }

    #[test]
    fn holes_are_names_with_or_without_braces() {
        assert_eq!(shown("$callee($target)"), r#"Hole("callee") Literal("(") Hole("target") Literal(")")"#);
        assert_eq!(shown("${x}_id{$$}"), r#"Hole("x") Literal("_id{$}")"#);
        assert_eq!(shown(""), "");
    }

    #[test]
    fn a_lone_dollar_is_refused() {
        for bad in ["a $ b", "$1", "${a", "$"] {
            assert_eq!(shown(bad), format!("rewrite: a lone `$` in {bad:?}; write `$name`, `${{name}}`, or `$$` for a dollar"));
        }
    }
}
