//! Facts about languages and libraries that stand in files beside the templates, read once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(super) use crate::symbols::python_modules;

/// Words by key: lines `key: word word`, an indented line goes on, `#` begins a remark.
pub(super) struct Table(BTreeMap<&'static str, Vec<&'static str>>);

/// What a name that went away is called today.
pub(super) struct Moved {
    pub(super) kind: &'static str,
    pub(super) old: &'static str,
    pub(super) new: &'static str,
}

impl Table {
    fn read(text: &'static str) -> Table {
        let mut rows: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
        let mut key = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let words = match line.split_once(": ") {
                Some((new, words)) if !line.starts_with(' ') => {
                    key = new;
                    words
                }
                _ => line,
            };
            rows.entry(key).or_default().extend(words.split_whitespace());
        }
        Table(rows)
    }

    /// The words of `key`; none where the table does not know it.
    pub(super) fn of(&self, key: &str) -> Option<&[&'static str]> {
        self.0.get(key).map(Vec::as_slice)
    }

    /// The keys whose words hold `word`.
    pub(super) fn keys_with(&self, word: &str) -> Vec<&'static str> {
        self.0.iter().filter(|(_, words)| words.contains(&word)).map(|(key, _)| *key).collect()
    }
}

/// What modules of Python's standard library hold.
pub(super) fn python_members() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read(include_str!("../../../templates/python/tables/std-members.txt")))
}

/// What objects of Python's own classes hold.
pub(super) fn python_classes() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read(include_str!("../../../templates/python/tables/class-members.txt")))
}

/// Names that by custom come from one module of Python's standard library.
pub(super) fn python_names() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read(include_str!("../../../templates/python/tables/std-names.txt")))
}

/// Short names that code gives to modules by custom.
pub(super) fn python_aliases() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read(include_str!("../../../templates/python/tables/module-aliases.txt")))
}

/// Names that by custom come from one module of Rust's standard library.
pub(super) fn rust_names() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read(include_str!("../../../templates/rust/tables/std-names.txt")))
}

/// Whether Python's standard library has the module `name`.
pub(in crate::diagnosis) fn is_python_module(name: &str) -> bool {
    python_modules().any(|module| module == name)
}

/// The names that went away from Python and well-known packages.
pub(super) fn moved() -> impl Iterator<Item = Moved> {
    let lines = include_str!("../../../templates/python/tables/moved-api.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        Some(Moved { kind: words.next()?, old: words.next()?, new: words.next()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_with_their_continued_lines() {
        assert!(python_members().of("os.path").unwrap().contains(&"splitext"));
        assert!(python_classes().of("str").unwrap().contains(&"zfill"), "a word of a continued line");
        assert_eq!(python_names().keys_with("defaultdict"), ["collections"]);
        assert_eq!(rust_names().keys_with("HashMap"), ["std::collections"]);
        assert!(is_python_module("json") && !is_python_module("jsonn"));
    }

    #[test]
    fn no_well_known_name_has_two_homes() {
        for table in [python_names(), rust_names()] {
            for word in table.0.values().flatten() {
                assert_eq!(table.keys_with(word).len(), 1, "{word}");
            }
        }
    }

    #[test]
    fn what_moved_is_named_once_and_has_a_kind_that_is_asked_for() {
        let mut seen = std::collections::BTreeSet::new();
        for row in moved() {
            assert!(["name", "attribute", "module", "method", "keyword"].contains(&row.kind), "{}", row.old);
            assert!(seen.insert((row.kind, row.old)), "{} stands twice", row.old);
            assert_ne!(row.old, row.new);
        }
        assert!(seen.contains(&("attribute", "collections.Mapping")));
    }
}
