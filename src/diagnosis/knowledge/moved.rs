//! What a name that went away is called today.
//!
//! Asked with `here`: the new text, where no import is needed for it. With `import`: the new text, where one is. With `module`: the module
//! that a dotted new name needs. With `from`, `item`: the new module or the new name of `from module import name`, where the other one
//! stays; with `renamed` beside it, where both are new.

use super::nearest::{between, imported_module};
use super::{Known, node, parent_as, tables};
use crate::syntax::{Source, span};
use crate::template::{Question, Reply};

/// The new name for the old one that the question holds.
pub(super) fn answer(known: &Known<'_>, question: &Question<'_>) -> Reply {
    let found = match question.with.first().map(String::as_str).unwrap_or_default() {
        "name" => look_up("name", question.of).map(str::to_owned),
        "here" => attribute(known, question).filter(|new| !new.needs_import).map(|new| new.text),
        "import" => attribute(known, question).filter(|new| new.needs_import).map(|new| new.text),
        "module" => question.of.rsplit_once('.').map(|(module, _)| module.to_owned()),
        "imported-module" => look_up("module", question.of).map(str::to_owned),
        "from" => {
            item(known, question).filter(|new| new.is_asked_for(question)).filter(|new| new.module != new.old_module).map(|new| new.module)
        }
        "item" => item(known, question).filter(|new| new.is_asked_for(question)).filter(|new| new.name != new.old_name).map(|new| new.name),
        "method" => method(known, question).map(str::to_owned),
        "keyword" => keyword(question).map(str::to_owned),
        _ => None,
    };
    found.map_or(Reply::Unknown, |found| Reply::Values(vec![found]))
}

/// What replaces `module.name` in one file.
struct New {
    text: String,
    needs_import: bool,
}

fn look_up(kind: &str, old: &str) -> Option<&'static str> {
    tables::moved().find(|row| row.kind == kind && row.old == old).map(|row| row.new)
}

/// `np.float` -> `float`, `np.NaN` -> `np.nan`, `fractions.gcd` -> `math.gcd`.
fn attribute(known: &Known<'_>, question: &Question<'_>) -> Option<New> {
    let (object, name) = question.of.rsplit_once('.')?;
    let module = imported_module(known, question.source, object)?;
    let new = look_up("attribute", &format!("{module}.{name}"))?;
    let Some((new_module, new_name)) = new.rsplit_once('.') else {
        // `os.errno` became a module of its own.
        return Some(New { text: new.to_owned(), needs_import: tables::is_python_module(new) });
    };
    if new_module == module {
        return Some(New { text: format!("{object}.{new_name}"), needs_import: false });
    }
    let is_there = imports_whole(known, question.source, new_module) || new_module == "str";
    Some(New { text: new.to_owned(), needs_import: !is_there })
}

/// Whether the file binds `module` under its whole name.
fn imports_whole(known: &Known<'_>, source: &Source, module: &str) -> bool {
    let imports = known.symbols.outline(source.path()).map(|outline| outline.imports.as_slice()).unwrap_or_default();
    imports.iter().any(|import| import.module == module && import.item.is_none() && module.starts_with(&import.name))
}

/// Where `from module import name` finds the name now.
struct NewItem {
    module: String,
    name: String,
    old_module: String,
    old_name: String,
}

impl NewItem {
    /// Whether both parts are new, as `renamed` asks, or just one of them.
    fn is_asked_for(&self, question: &Question<'_>) -> bool {
        let is_renamed = self.module != self.old_module && self.name != self.old_name;
        is_renamed == question.with.iter().any(|word| word == "renamed")
    }
}

/// The new place of an item of `from module import item`, asked at the item or, for its only item, at the module. A builtin has none.
fn item(known: &Known<'_>, question: &Question<'_>) -> Option<NewItem> {
    let (source, node) = (question.source, node(question)?);
    let statement = source.ancestors(node).into_iter().find(|around| around.kind() == "import_from_statement")?;
    let old_module = known.symbols.absolute(source.text_of(statement.child_by_field_name("module_name")?), source.path());
    let is_module = statement.child_by_field_name("module_name").is_some_and(|module| span(module) == span(node));
    let old_name = if is_module { source.text_of(statement.child_by_field_name("name")?) } else { question.of };
    let (module, name) = look_up("attribute", &format!("{old_module}.{old_name}"))?.rsplit_once('.')?;
    Some(NewItem { module: module.to_owned(), name: name.to_owned(), old_module, old_name: old_name.to_owned() })
}

/// Keyed on the class that the message names: `items` alone says nothing of what has it.
fn method(known: &Known<'_>, question: &Question<'_>) -> Option<&'static str> {
    let class = between(known.message, "'", "' object has no attribute")?;
    look_up("method", &format!("{}.{}", class.rsplit('.').next()?, question.of))
}

fn keyword(question: &Question<'_>) -> Option<&'static str> {
    let call = parent_as(node(question)?, "keyword_argument", "name")?.parent()?.parent()?;
    let callee = question.source.text_of(call.child_by_field_name("function")?);
    look_up("keyword", &format!("{}.{}", callee.rsplit('.').next()?, question.of))
}
