//! The names that went away from Python and well-known packages: what each was, since when it is gone, and what says the same today.
//!
//! Facts only, read once from the files beside the templates. A name that has no automatic replacement has words for a person instead.

use std::sync::LazyLock;

/// What sort of use a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A builtin.
    Name,
    /// `module.name`, also as `from module import name`; the new one is a dotted name.
    Attribute,
    /// `import module`.
    Module,
    /// `object.name`, keyed on the class; the new one is a name.
    Method,
    /// A keyword of a call; the new one is a name.
    Keyword,
    /// A call of `module.name`; the new one is an expression.
    Call,
    /// A call of `module.name` whose result is unpacked; the new one is an expression.
    Unpacked,
    /// `module.name` anywhere; the new one is an expression.
    Value,
    /// A call of `object.name`; the new one is an expression.
    Shape,
    /// The same, only where its value is used.
    Used,
    /// `object.name` anywhere; the new one is an expression.
    Member,
    /// `@module.name` above a generator that waits by `yield from`: a coroutine of the language now.
    Decorator,
    /// A keyword of a call, maybe with one value; the new one is what stands in its place, or nothing.
    Argument,
    /// A name with no automatic replacement; the new one is what to do.
    Advice,
}

const KINDS: [(&str, Kind); 14] = [
    ("name", Kind::Name),
    ("attribute", Kind::Attribute),
    ("module", Kind::Module),
    ("method", Kind::Method),
    ("keyword", Kind::Keyword),
    ("call", Kind::Call),
    ("unpacked", Kind::Unpacked),
    ("value", Kind::Value),
    ("shape", Kind::Shape),
    ("used", Kind::Used),
    ("member", Kind::Member),
    ("decorator", Kind::Decorator),
    ("argument", Kind::Argument),
    ("advice", Kind::Advice),
];

/// One name that went away.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: Kind,
    /// `module.name`, `Class.name`, `function.keyword` or a bare name.
    pub(super) old: &'static str,
    /// What the positional arguments of a call must be: `$1`, or `$1:dictionary` with the kind of its node.
    pub(super) arguments: Vec<&'static str>,
    /// Whether more arguments may follow.
    pub(super) has_rest: bool,
    /// The value that an argument must have.
    pub(super) value: Option<&'static str>,
    pub(super) library: &'static str,
    /// The first version without it.
    pub(super) gone: &'static str,
    /// The first version that has the new name, where the old one was there as well.
    pub(super) since: Option<&'static str>,
    pub(super) new: &'static str,
}

impl Row {
    /// The last part of the old name.
    pub(super) fn word(&self) -> &'static str {
        self.old.rsplit('.').next().unwrap_or(self.old)
    }

    /// The class, function or module that had the name.
    pub(super) fn owner(&self) -> &'static str {
        self.old.rsplit_once('.').map_or("", |(owner, _)| owner)
    }

    /// Whether it is a name of a module, as opposed to one of an object, a call or the language.
    pub(super) fn is_of_module(&self) -> bool {
        matches!(self.kind, Kind::Attribute | Kind::Call | Kind::Unpacked | Kind::Value | Kind::Decorator)
    }

    pub(super) fn is_of_object(&self) -> bool {
        matches!(self.kind, Kind::Method | Kind::Shape | Kind::Used | Kind::Member)
    }

    /// The library with the first version without it, as a person says it.
    pub(super) fn gone_in(&self) -> String {
        format!("{} {}", if self.library == PYTHON { "Python" } else { self.library }, self.gone)
    }
}

/// The library of names that the interpreter brings.
pub(super) const PYTHON: &str = "python";

/// Every row, in the order of the files.
pub(super) fn rows() -> &'static [Row] {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let plain = include_str!("../../../templates/python/tables/moved-api.txt");
        let shaped = include_str!("../../../templates/python/tables/moved-shapes.txt");
        let rows = plain.lines().filter_map(plain_row).chain(shaped.lines().filter_map(shaped_row));
        rows.collect()
    });
    &ROWS
}

/// Words of messages that mean one row without naming it: `phrase`, and the old name of the row.
pub(super) fn phrases() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("../../../templates/python/tables/moved-shapes.txt").lines();
    lines.filter_map(|line| line.strip_prefix("says ")?.rsplit_once(" = "))
}

/// What may be different behind the new name: `risk cgi.escape = ...`.
pub(super) fn risk(old: &str) -> Option<&'static str> {
    let mut lines = include_str!("../../../templates/python/tables/moved-shapes.txt").lines();
    lines.find_map(|line| line.strip_prefix("risk ")?.split_once(" = ").filter(|(name, _)| *name == old).map(|(_, text)| text))
}

/// What a well-known class is a kind of: `kin OrderedDict = dict`.
pub(super) fn kin(class: &str) -> Option<Vec<&'static str>> {
    let mut lines = include_str!("../../../templates/python/tables/moved-shapes.txt").lines();
    let words = |text: &'static str| text.split_whitespace().collect();
    let is_it = |names: &str| names.split_whitespace().any(|name| name == class);
    lines.find_map(|line| line.strip_prefix("kin ")?.split_once(" = ").filter(|(names, _)| is_it(names)).map(|(_, kin)| words(kin)))
}

/// Whether messages mean the row without naming it: then its name is still there, and only some of its uses fail.
pub(super) fn is_meant(row: &Row) -> bool {
    phrases().any(|(_, old)| old == row.old)
}

fn kind(word: &str) -> Option<Kind> {
    KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind)
}

/// `kind old new gone-in since?`
fn plain_row(line: &'static str) -> Option<Row> {
    let mut words = line.split_whitespace();
    let kind = kind(words.next()?)?;
    let (old, new, gone) = (words.next()?, words.next()?, words.next()?);
    row(kind, old, gone, words.next(), new)
}

/// `kind old(arguments) gone-in since? = new`
fn shaped_row(line: &'static str) -> Option<Row> {
    let (left, new) = line.split_once(" = ").or_else(|| Some((line.strip_suffix(" =")?, "")))?;
    let mut words = left.split_whitespace();
    let kind = kind(words.next()?)?;
    let (old, gone) = (words.next()?, words.next()?);
    row(kind, old, gone, words.next(), new)
}

fn row(kind: Kind, old: &'static str, gone: &'static str, since: Option<&'static str>, new: &'static str) -> Option<Row> {
    let gone = gone.trim_start_matches('~');
    let (library, gone) = gone.rsplit_once('-').unwrap_or((PYTHON, gone));
    let (old, arguments) = match old.split_once('(') {
        Some((old, arguments)) => (old, arguments.strip_suffix(')')?),
        None => (old, ""),
    };
    let (old, value) = old.split_once('=').map_or((old, None), |(old, value)| (old, Some(value)));
    let all = || arguments.split(',').filter(|argument| !argument.is_empty());
    let has_rest = all().any(|argument| argument == "...");
    let arguments = all().filter(|argument| *argument != "...").collect();
    Some(Row { kind, old, arguments, has_rest, value, library, gone, since, new })
}

/// Whether version `one` is `two` or before it.
pub(super) fn is_up_to(one: &str, two: &str) -> bool {
    parts(one) <= parts(two)
}

/// The numbers of a version, without zeros at its end.
pub(super) fn parts(version: &str) -> Vec<u32> {
    let mut parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    while parts.last() == Some(&0) {
        parts.pop();
    }
    parts
}

/// The module that a library is imported as.
pub(super) fn module_of(library: &str) -> &str {
    match library {
        "Pillow" => "PIL",
        "PyYAML" => "yaml",
        "scikit-learn" => "sklearn",
        "SQLAlchemy" => "sqlalchemy",
        "Werkzeug" => "werkzeug",
        other => other,
    }
}

/// The library whose files are in the folder `module` of `site-packages`, as the index calls it.
pub(super) fn library_of(module: &str) -> &str {
    match module {
        "PIL" => "Pillow",
        "yaml" => "PyYAML",
        "sklearn" => "scikit-learn",
        "pkg_resources" | "_distutils_hack" => "setuptools",
        "bs4" => "beautifulsoup4",
        "flask_sqlalchemy" => "Flask-SQLAlchemy",
        "pydantic_settings" => "pydantic-settings",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_row() {
        for text in [
            include_str!("../../../templates/python/tables/moved-api.txt"),
            include_str!("../../../templates/python/tables/moved-shapes.txt"),
        ] {
            let is_other = |line: &&str| line.is_empty() || ["#", "says ", "kin ", "risk "].iter().any(|start| line.starts_with(start));
            for line in text.lines().filter(|line| !is_other(line)) {
                assert!(kind(line.split_whitespace().next().unwrap()).is_some(), "{line}");
                assert!(plain_row(line).is_some() || shaped_row(line).is_some(), "{line}");
            }
        }
        assert!(rows().len() > 300, "{}", rows().len());
        for row in rows() {
            assert!(!parts(row.gone).is_empty(), "{}: {}", row.old, row.gone);
            assert!(!row.new.is_empty() || row.kind == Kind::Argument, "{}", row.old);
        }
        let risks = include_str!("../../../templates/python/tables/moved-shapes.txt").lines().filter_map(|line| line.strip_prefix("risk "));
        for old in phrases().map(|(_, old)| old).chain(risks.map(|line| line.split(" = ").next().unwrap())) {
            assert!(rows().iter().any(|row| row.old == old), "{old}");
        }
    }

    #[test]
    fn versions_are_numbers() {
        assert!(is_up_to("3.9", "3.10") && is_up_to("2.0", "2") && !is_up_to("2.1", "2.0.5"));
    }
}
