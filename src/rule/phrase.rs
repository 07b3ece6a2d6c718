//! Texts with names in them: `$name`, `${name}`, and `$$` for a `$`. The text language of templates, as far as a rule needs it.

/// A text with names to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Name(String),
}

impl Phrase {
    /// Reads `text`; a `$` that names nothing stands for itself.
    pub(super) fn new(text: &str) -> Phrase {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((plain, behind)) = rest.split_once('$') {
            pieces.push(Piece::Plain(plain.to_owned()));
            let (piece, after) = read_name(behind);
            pieces.push(piece);
            rest = after;
        }
        pieces.push(Piece::Plain(rest.to_owned()));
        pieces.retain(|piece| *piece != Piece::Plain(String::new()));
        Phrase(pieces)
    }

    /// The name, where the whole text is one.
    pub(super) fn only_name(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Name(name)] => Some(name),
            _ => None,
        }
    }

    /// The names in it.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_str()),
            Piece::Plain(_) => None,
        })
    }

    /// The text with every name replaced; none where `value` knows one of them not.
    pub(super) fn fill(&self, value: impl Fn(&str) -> Option<String>) -> Option<String> {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Plain(plain) => Some(plain.clone()),
                Piece::Name(name) => value(name),
            })
            .collect()
    }
}

/// What stands behind a `$`, and the rest.
fn read_name(behind: &str) -> (Piece, &str) {
    if let Some(after) = behind.strip_prefix('$') {
        return (Piece::Plain("$".to_owned()), after);
    }
    if let Some((name, after)) = behind.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
        return (Piece::Name(name.to_owned()), after);
    }
    let end = behind.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(behind.len());
    match behind.split_at(end) {
        ("", after) => (Piece::Plain("$".to_owned()), after),
        (name, after) => (Piece::Name(name.to_owned()), after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_and_dollars_stay() {
        let fill = |text: &str| Phrase::new(text).fill(|name| (name == "a").then(|| "1".to_owned()));
        assert_eq!(fill("$a-${a}b $$ $ .").as_deref(), Some("1-1b $ $ ."));
        assert_eq!(fill("$b"), None);
        assert_eq!(Phrase::new("$value").only_name(), Some("value"));
        assert_eq!(Phrase::new("$value.x").only_name(), None);
    }
}
