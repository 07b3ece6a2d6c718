//! The keys of a rule file as data, for `homeostasis schema rule` and for the message about an unknown key.

use std::fmt;

use toml::{Table, Value};

use crate::explain::closest;
use crate::template::keys::{TEST, unknown as unknown_in};

/// One key of a rule file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The table it stands in; empty for the top of the file, `[[fix]]` for a list of tables.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: &'static str,
    /// Whether a rule without it is refused.
    pub is_required: bool,
    /// What it says.
    pub meaning: &'static str,
}

/// Every key, in the order in which a rule is best written.
pub fn keys() -> &'static [Key] {
    KEYS
}

/// A key that stands where no such key may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    header: String,
    key: String,
    /// The table that has such a key.
    belongs: Option<&'static str>,
    closest: Option<&'static str>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unknown { header, key, belongs, closest } = self;
        let place = if header.is_empty() { String::new() } else { format!("{header}: ") };
        write!(f, "{place}unknown key `{key}`")?;
        match (closest, belongs) {
            (Some(closest), _) => write!(f, "; did you mean `{closest}`?"),
            (None, Some("")) => write!(f, " (it belongs above the first {header}: in TOML a key joins the header before it)"),
            (None, Some(table)) => write!(f, " (it belongs to {table})"),
            (None, None) => Ok(()),
        }
    }
}

/// The first key of a rule file that the format does not have, in words.
pub(super) fn unknown(file: &Table) -> Option<String> {
    let top = file.keys().find(|key| !is_table(key) && !knows("", key));
    let top = top.map(|key| told("", key).to_string());
    top.or_else(|| file.iter().find_map(|(name, value)| unknown_below(name, value)))
}

fn unknown_below(name: &str, value: &Value) -> Option<String> {
    let (header, tables) = match value {
        Value::Table(table) => (format!("[{name}]"), vec![table]),
        Value::Array(list) => (format!("[[{name}]]"), list.iter().filter_map(Value::as_table).collect()),
        _ => return None,
    };
    // `[[event]]` for `[event]` is an error of shape, which the reader tells better.
    named_in(&header).next()?;
    let wrong = tables.iter().flat_map(|table| table.keys()).find(|key| !knows(&header, key));
    wrong.map(|key| told(&header, key).to_string()).or_else(|| {
        let tests = tables.iter().filter_map(|table| table.get("where")?.as_array()).flatten().filter_map(Value::as_table);
        tests.filter_map(|test| unknown_in(test, &TEST)).map(|key| key.to_string()).next()
    })
}

fn told(header: &str, key: &str) -> Unknown {
    let near = closest(key, named_in(header).map(|known| known.name));
    Unknown {
        header: header.to_owned(),
        key: key.to_owned(),
        belongs: KEYS.iter().find(|known| known.name == key).map(|known| known.table),
        closest: near.and_then(|near| named_in(header).find(|known| known.name == near)).map(|known| known.name),
    }
}

fn named_in(header: &str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.table == header)
}

fn knows(header: &str, key: &str) -> bool {
    named_in(header).any(|known| known.name == key)
}

fn is_table(name: &str) -> bool {
    KEYS.iter().any(|key| key.table.trim_matches(['[', ']']) == name)
}

const fn must(table: &'static str, name: &'static str, shape: &'static str, meaning: &'static str) -> Key {
    Key { table, name, shape, is_required: true, meaning }
}

const fn may(table: &'static str, name: &'static str, shape: &'static str, meaning: &'static str) -> Key {
    Key { table, name, shape, is_required: false, meaning }
}

const KEYS: &[Key] = &[
    must("", "summary", "text", "names the fault, not the cure"),
    must("", "why", "text", "why this is a fault; for a rule that only advises, why no edit of ours can heal it"),
    must("", "source", "text", "where the truth about the message comes from: program, version, file, function"),
    may("", "confidence", "0..1, 0.5", "how often the rule is right where it fires; orders rules that fit the same failure"),
    may("", "decline", "text", "the fault is recognised and not healed; says why, instead of [[fix]]"),
    must("[event]", "fault", "list of texts", "exception class (last name or with its module), `panic`, `E0308`, `clippy::x`"),
    may("[event]", "message", "regex", "must fit the whole message or its first line; named groups become texts"),
    may("[event]", "label", "regex", "must fit the text of one label of the compiler; named groups become texts"),
    may("[event]", "note", "regex", "must fit one note or help of the compiler; named groups become texts"),
    may(
        "[code]",
        "within",
        "line|label|statement|function|file|project",
        "where the query looks; `label`: the lines of the label that fitted",
    ),
    must("[code]", "query", "tree-sitter query", "finds the place; its captures are what a fix can use"),
    may("[code]", "equal", "table of capture = group", "the text of the capture is the text of the group"),
    may(
        "[code]",
        "marked",
        "capture, or several with `|`",
        "one of them must be the very node that the log marks; any node will do where the log shows no columns",
    ),
    may(
        "[code]",
        "beside",
        "list of words",
        "files of the project that hold one of them are read, too: for holes, tests and `within = \"project\"`",
    ),
    may(
        "[code]",
        "where",
        "list of tests",
        "as in a template: kinds, role, inside, outside, has, lacks, equal, differ; `is` and `is_not`: the type at run time (`None`, `str | bytes`), \
         unknown passes",
    ),
    must("[line]", "pattern", "regex", "reads the line of a syntax error, in place of [code] and [[fix]]; named groups become texts"),
    must("[line]", "rewrite", "list of texts", "new lines with `$group`, the best first; one that leaves as many syntax errors is refused"),
    may("[line]", "every", "true|false, false", "all lines of the file that the pattern reads, in one patch"),
    may("[line]", "safety", "safe|unsafe|display", "as in [[fix]]"),
    may("[line]", "risk", "text", "as in [[fix]]"),
    must("[[fix]]", "template", "id", "what makes the new text"),
    must("[[fix]]", "target", "capture", "the template's `@target`"),
    may("[[fix]]", "holes", "table of hole = text", "`$capture` alone passes the node, else a text with `$group`, `$capture`, `$fault`"),
    may("[[fix]]", "safety", "safe|unsafe|display", "whether the change may be taken unproved; `unsafe` without the key"),
    may("[[fix]]", "risk", "text", "what may go wrong with it"),
    must("[[advice]]", "text", "text", "what to do where no edit of the code heals; may hold `$group`"),
    may("[[advice]]", "command", "text", "the command that does it; may hold `$group`"),
    must("[[example]]", "name", "text", "what it shows; near misses say why"),
    must(
        "[[example]]",
        "error",
        "text",
        "the failure as printed: `KeyError: 'a'`, `error[E0308]: mismatched types`, the bare message of a panic",
    ),
    may("[[example]]", "label", "text", "text of a label"),
    may("[[example]]", "note", "text", "text of a note"),
    may("[[example]]", "line", "number, 1", "the line of the failure in `before`"),
    may("[[example]]", "label_line", "number", "the line of the label, where it is another"),
    may("[[example]]", "marked", "text", "what the label underlines on its line"),
    may("[[example]]", "before", "text", "the source; none for a rule that only advises"),
    may("[[example]]", "after", "text", "the source with the first patch; without it the example is a near miss"),
    may("[[example]]", "advice", "text", "the first advice, for a rule without [[fix]]"),
    may("[[example]]", "answers", "table of resolver = table of text = list", "stands for the project where a resolver asks it"),
    may(
        "[[example]]",
        "types",
        "table of expression = type",
        "types that a run would have seen, by the text of the expression, for `is` and `is_not`",
    ),
    may("[[example]]", "files", "table of path = text", "other files of the project"),
];
