//! Unknown keys of a TOML file, told with the closest known one and with the trap that most of them fell into.
//!
//! serde refuses unknown keys as well, but cannot say that a key stands below the wrong header.

use toml::{Table, Value};

use crate::explain::closest;

/// The keys that a table may have.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its header as a person writes it: `[[edit]]`; empty for the top of the file.
    pub(crate) header: &'static str,
    /// Its keys.
    pub(crate) keys: &'static [&'static str],
    /// The keys that hold tables, or lists of tables.
    pub(crate) tables: &'static [(&'static str, Below)],
}

/// What a key holds.
#[derive(Debug)]
pub(crate) enum Below {
    /// A table, or a list of tables, of this shape.
    Shape(&'static Shape),
    /// A table of named tables of this shape.
    Named(&'static Shape),
}

/// A key that its table may not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownKey {
    pub(crate) header: String,
    pub(crate) key: String,
    pub(crate) closest: Option<String>,
    /// The key belongs to the top of the file: a header above took it.
    pub(crate) is_trapped: bool,
}

impl std::fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let header = if self.header.is_empty() { String::new() } else { format!("{}: ", self.header) };
        write!(f, "{header}unknown key `{}`", self.key)?;
        match &self.closest {
            _ if self.is_trapped => {
                write!(f, " (it belongs above the first {}: in TOML a key joins the header before it)", self.header)
            }
            Some(closest) => write!(f, "; did you mean `{closest}`?"),
            None => Ok(()),
        }
    }
}

/// The first key of `table` that `shape` does not have, in the order of the file.
pub(crate) fn unknown(table: &Table, shape: &'static Shape) -> Option<UnknownKey> {
    unknown_below(table, shape, shape)
}

fn unknown_below(table: &Table, shape: &Shape, top: &Shape) -> Option<UnknownKey> {
    for (key, value) in table {
        if !shape.keys.contains(&key.as_str()) {
            let is_trapped = !shape.header.is_empty() && top.keys.contains(&key.as_str());
            let closest = closest(key, shape.keys.iter().copied()).map(str::to_owned);
            return Some(UnknownKey { header: shape.header.to_owned(), key: key.clone(), closest, is_trapped });
        }
        let below = shape.tables.iter().find(|(name, _)| name == key);
        let found = match below {
            Some((_, Below::Shape(shape))) => tables(value).find_map(|table| unknown_below(table, shape, top)),
            Some((name, Below::Named(shape))) => named(value).find_map(|(own, table)| {
                let found = unknown_below(table, shape, top)?;
                Some(UnknownKey { header: format!("{name}.{own}"), is_trapped: false, ..found })
            }),
            None => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn tables(value: &Value) -> impl Iterator<Item = &Table> {
    let many = value.as_array().into_iter().flatten().filter_map(Value::as_table);
    value.as_table().into_iter().chain(many)
}

fn named(value: &Value) -> impl Iterator<Item = (&String, &Table)> {
    value.as_table().into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_table()?)))
}

/// The keys of one `where` entry.
pub(crate) const TEST: Shape = Shape {
    header: "where",
    keys: &["at", "kinds", "role", "inside", "outside", "stop", "has", "lacks", "in", "is", "is_not", "equal", "differ"],
    tables: &[],
};

/// The keys of a template file.
pub(super) const TEMPLATE: Shape = Shape {
    header: "",
    keys: &["summary", "match", "where", "holes", "rewrite", "edit", "limit", "search", "example"],
    tables: &[
        ("where", Below::Shape(&TEST)),
        ("holes", Below::Named(&HOLE)),
        ("edit", Below::Shape(&EDIT)),
        ("search", Below::Shape(&SEARCH)),
        ("example", Below::Shape(&EXAMPLE)),
    ],
};

const HOLE: Shape = Shape {
    header: "holes",
    keys: &[
        "query",
        "ingredient",
        "one_of",
        "nearest",
        "sibling",
        "family",
        "map",
        "resolver",
        "given",
        "default",
        "of",
        "with",
        "in",
        "take",
        "not",
        "apart",
        "like",
        "ends",
        "type",
        "equal",
        "kinds",
        "role",
        "limit",
    ],
    tables: &[],
};

const EDIT: Shape = Shape { header: "[[edit]]", keys: &["op", "at", "text", "comma"], tables: &[] };

const SEARCH: Shape = Shape { header: "[search]", keys: &["prior", "kinds", "needs"], tables: &[] };

const EXAMPLE: Shape =
    Shape { header: "[[example]]", keys: &["name", "before", "after", "line", "given", "tests", "types", "answers", "rank"], tables: &[] };

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let table: Table = text.parse().unwrap();
        assert_eq!(unknown(&table, &TEMPLATE).map(|key| key.to_string()).as_deref(), Some(expected));
    }

    #[test]
    fn an_unknown_key_is_told_with_its_table_and_the_closest_key() {
        check("sumary = 'x'", "unknown key `sumary`; did you mean `summary`?");
        check("holes.x = { ingredent = 'name' }", "holes.x: unknown key `ingredent`; did you mean `ingredient`?");
        check("where = [{ role = 'value' }, { rol = 'value' }]", "where: unknown key `rol`; did you mean `role`?");
        check("[search]\nzzz = 1", "[search]: unknown key `zzz`");
    }

    #[test]
    fn a_key_below_the_wrong_header_is_told_why() {
        check(
            "[[edit]]\nop = 'replace'\nwhere = []",
            "[[edit]]: unknown key `where` (it belongs above the first [[edit]]: in TOML a key joins the header before it)",
        );
    }

    #[test]
    fn known_keys_are_known() {
        let table: Table = "summary = 'x'\nholes.a.one_of = ['1']\n[[example]]\nname = 'x'".parse().unwrap();
        assert_eq!(unknown(&table, &TEMPLATE), None);
    }
}
