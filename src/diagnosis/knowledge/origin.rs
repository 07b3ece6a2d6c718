//! Where a name comes from that code uses without importing it.
//!
//! Evidence in this order: what other files of the project import it from, what the project defines, what the standard library is known
//! for. Two answers of one rank are none.

use super::{Known, node, only, parent_as, tables};
use crate::symbols::{Import, Role, Wanted};
use crate::syntax::Node;
use crate::template::{Question, Reply};

/// The module to import the name from; with `module`, what stands behind `import` so that the name is a module.
pub(super) fn of_python(known: &Known<'_>, question: &Question<'_>) -> Reply {
    let use_of = Use::of(question, node(question));
    match question.with.first().map(String::as_str) {
        Some("module") => python_module(known, question, &use_of),
        _ => python_item(known, question, &use_of),
    }
}

/// How the unknown name is used at the place.
struct Use<'q> {
    name: &'q str,
    /// `x` of `name.x`.
    attribute: Option<&'q str>,
    is_called: bool,
}

impl<'q> Use<'q> {
    fn of(question: &Question<'q>, node: Option<Node<'q>>) -> Use<'q> {
        let owner = node.and_then(|node| parent_as(node, "attribute", "object"));
        let attribute = owner.and_then(|owner| owner.child_by_field_name("attribute")).map(|name| question.source.text_of(name));
        let is_called = node.is_some_and(|node| parent_as(node, "call", "function").is_some());
        Use { name: question.of, attribute, is_called }
    }

    /// Whether the name is used as the module of that name: `time.sleep`, but neither `datetime.now` nor `pprint(x)`.
    fn is_of_module(&self) -> bool {
        let Some(attribute) = self.attribute else { return !self.is_called && !has(self.name, self.name) };
        tables::python_members().of(self.name).is_none_or(|members| members.contains(&attribute))
            || tables::is_python_module(&format!("{}.{attribute}", self.name))
    }
}

fn has(module: &str, name: &str) -> bool {
    tables::python_members().of(module).is_some_and(|members| members.contains(&name))
}

fn python_item(known: &Known<'_>, question: &Question<'_>, use_of: &Use<'_>) -> Reply {
    let name = question.of;
    if tables::is_python_module(name) {
        // A module whose own name is one of its members (`datetime`, `pprint`, `copy`): the use tells which is meant.
        return only((!use_of.is_of_module() && has(name, name)).then(|| name.to_owned()).into_iter().collect());
    }
    // An import that fails is no evidence: the module that it names does not have the name.
    let blamed = blamed_module(known, question);
    let is_habit = |import: &Import| import.item.as_deref() == Some(name) && Some(&import.module) != blamed.as_ref();
    let habit = known.symbols.imports_of(name).into_iter().filter(is_habit).map(|import| import.module);
    let own = || known.symbols.import_for(name, question.source.path()).into_iter().map(|import| import.module);
    let submodules =
        || known.symbols.modules().into_iter().filter_map(|module| Some(module.strip_suffix(name)?.strip_suffix('.')?.to_owned()));
    let std = || tables::python_names().keys_with(name).into_iter().map(str::to_owned);
    // Where files import the name from several modules, the one of the project's own that defines it is meant.
    let (habits, owns) = (unique(habit), unique(own().chain(submodules())));
    let both: Vec<String> = habits.iter().filter(|module| owns.contains(module)).cloned().collect();
    let habits = if both.len() == 1 { both } else { habits };
    first_known(known, name, [habits, owns, unique(std())])
}

/// The module of the `from .. import ..` around the place.
fn blamed_module(known: &Known<'_>, question: &Question<'_>) -> Option<String> {
    let statement = question.source.ancestors(node(question)?).into_iter().find(|around| around.kind() == "import_from_statement")?;
    let module = statement.child_by_field_name("module_name")?;
    Some(known.symbols.absolute(question.source.text_of(module), question.source.path()))
}

fn python_module(known: &Known<'_>, question: &Question<'_>, use_of: &Use<'_>) -> Reply {
    let name = question.of;
    let is_whole = |module: &str| module == name || module.starts_with(&format!("{name}."));
    let clause = |module: &str| if is_whole(module) { name.to_owned() } else { format!("{module} as {name}") };
    if tables::is_python_module(name) {
        return only(use_of.is_of_module().then(|| longest_module(question)).into_iter().collect());
    }
    let habit = unique(known.symbols.imports_of(name).iter().filter(|import| import.item.is_none()).map(|import| clause(&import.module)));
    let itself = known.symbols.module_of(question.source.path());
    let own = unique(known.symbols.modules().into_iter().filter(|module| module == name && *module != itself));
    let custom = unique(tables::python_aliases().of(name).into_iter().flatten().map(|module| clause(module)));
    match [habit, own, custom].into_iter().find(|answers| !answers.is_empty()) {
        Some(answers) => only(answers),
        None => Reply::Unknown,
    }
}

/// The longest module of the standard library that the use spells: `import urllib` alone does not bring `urllib.parse`.
fn longest_module(question: &Question<'_>) -> String {
    let mut longest = question.of.to_owned();
    let mut around = node(question);
    while let Some(owner) = around.and_then(|node| parent_as(node, "attribute", "object")) {
        let text = question.source.text_of(owner);
        if tables::is_python_module(text) && text != "os.path" {
            text.clone_into(&mut longest);
        }
        around = Some(owner);
    }
    longest
}

/// The path of the item: `std::collections::HashMap`, `crate::part::Thing`.
pub(super) fn of_rust(known: &Known<'_>, question: &Question<'_>) -> Reply {
    let name = question.of;
    let byte = question.node.map_or(0, |span| span.start);
    let path = |module: String| format!("{module}::{name}");
    let own = unique(known.symbols.import_at(name, question.source, byte).into_iter().map(|import| path(import.module)));
    let is_absolute = |module: &str| !module.starts_with("super") && !module.starts_with("self") && !module.is_empty();
    let habit =
        known.symbols.imports_of(name).into_iter().filter(|import| import.item.as_deref() == Some(name) && is_absolute(&import.module));
    let std = unique(tables::rust_names().keys_with(name).into_iter().map(|module| path(module.to_owned())));
    first_known(known, name, [own, unique(habit.map(|import| path(import.module))), std])
}

/// The answers of the first rank that has any: one is the answer, several are none.
fn first_known<const N: usize>(known: &Known<'_>, name: &str, ranks: [Vec<String>; N]) -> Reply {
    match ranks.into_iter().find(|answers| !answers.is_empty()) {
        Some(answers) => only(answers),
        None => known.missing(vec![Wanted::new(Role::Binding, name)]),
    }
}

fn unique(answers: impl IntoIterator<Item = String>) -> Vec<String> {
    answers.into_iter().collect::<std::collections::BTreeSet<String>>().into_iter().collect()
}
