//! The name that was most likely meant by one that does not exist: of the names that could stand there, the one that differs least.
//!
//! Bound: Damerau-Levenshtein at most three and at most a third of the letters; two equally near names are none.

use std::collections::BTreeSet;

use super::{Known, node, only, parent_as, tables};
use crate::symbols::{Kind, Name, Origin, Role, Wanted};
use crate::syntax::{Node, Source, span};
use crate::template::{Question, Reply};

/// The nearest name for the one that the question holds.
pub(super) fn answer(known: &Known<'_>, question: &Question<'_>) -> Reply {
    let Some(node) = node(question) else { return Reply::Unknown };
    let source = question.source;
    let candidates =
        if let Some(attribute) = parent_as(node, "attribute", "attribute").or_else(|| parent_as(node, "field_expression", "field")) {
            members(known, source, attribute, question.of)
        } else if let Some(keyword) = parent_as(node, "keyword_argument", "name") {
            parameters(known, source, keyword)
        } else if is_module_name(source, node) {
            Ok(tables::python_modules().map(str::to_owned).chain(known.symbols.modules()).collect())
        } else if let Some(statement) = import_around(source, node) {
            importable(known, source, statement)
        } else {
            let names = known.symbols.names_at(source, node.start_byte());
            let is_by_word = question.with.iter().any(|with| with == "word");
            return if is_by_word { kin_in_sight(question.of, &names) } else { nearest_in_sight(question.of, &names) };
        };
    match candidates {
        Ok(candidates) => only(nearest(question.of, candidates.iter().map(String::as_str)).into_iter().collect()),
        Err(wanted) => known.missing(wanted),
    }
}

/// Names that could stand at the place, or what must be found in the project before anyone can tell.
type Candidates = Result<Vec<String>, Vec<Wanted>>;

/// The nearest of `candidates`, if there is one that is nearer than all others. Names that differ in case or `_` alone are nearest.
pub(super) fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let bound = (wrong.chars().count() / 3).min(3);
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let mut measured: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates.into_iter().filter(|candidate| *candidate != wrong && !candidate.is_empty()) {
        let distance = if plain(candidate) == plain(wrong) { 0 } else { strsim::damerau_levenshtein(wrong, candidate) };
        // A name that gains or loses its leading `_` is the private twin, not a typo: `append` is not `_append`.
        let is_twin = distance == 0 && candidate.starts_with('_') != wrong.starts_with('_');
        if !is_twin && distance <= bound {
            measured.push((distance, candidate));
        }
    }
    measured.sort_unstable();
    measured.dedup();
    match measured.as_slice() {
        [(_, only)] => Some((*only).to_owned()),
        [(first, nearest), (second, _), ..] if first < second => Some((*nearest).to_owned()),
        _ => None,
    }
}

/// As [`nearest`]; the program's own names go before the language's.
fn nearest_in_sight(wrong: &str, names: &[Name]) -> Reply {
    let texts =
        |is_wanted: &dyn Fn(&Name) -> bool| names.iter().filter(|name| is_wanted(name)).map(|name| name.text.as_str()).collect::<Vec<_>>();
    let own = nearest(wrong, texts(&|name| name.origin != Origin::Builtin));
    // Constants of the language are no names that somebody misspells: `Node` is not `None`.
    let is_name = |name: &Name| name.origin == Origin::Builtin && !matches!(name.text.as_str(), "None" | "True" | "False");
    only(own.or_else(|| nearest(wrong, texts(&is_name))).into_iter().collect())
}

/// The parameter or variable of the function, or of one around it, that is called by some of the words of the name or by more: `output`
/// for `output_path`. Two such names are none.
fn kin_in_sight(wrong: &str, names: &[Name]) -> Reply {
    let words = |name: &str| name.split('_').filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<BTreeSet<_>>();
    let meant = words(wrong);
    let is_kin = |name: &&Name| {
        let own = words(&name.text);
        let is_near = matches!(name.origin, Origin::Local | Origin::Parameter | Origin::Enclosing) && matches!(name.kind, Kind::Variable);
        is_near && !own.is_empty() && own != meant && (own.is_subset(&meant) || own.is_superset(&meant))
    };
    let kin: BTreeSet<&str> = names.iter().filter(is_kin).map(|name| name.text.as_str()).collect();
    only(kin.into_iter().map(str::to_owned).collect())
}

fn members(known: &Known<'_>, source: &Source, attribute: Node<'_>, wrong: &str) -> Candidates {
    if let Some(module) = between(known.message, "module '", "' has no attribute") {
        return module_names(known, module);
    }
    let object = attribute.child_by_field_name("object").or_else(|| attribute.child_by_field_name("value"));
    let class = class_in_message(known.message, wrong)
        .map(str::to_owned)
        .or_else(|| object.and_then(|object| known.symbols.class_of(source, span(object))));
    match (class, object) {
        (Some(class), _) => members_of(known, &class),
        // Without a message: `module.name` where the file imports the module.
        (None, Some(object)) => {
            imported_module(known, source, source.text_of(object)).map_or(Ok(Vec::new()), |module| module_names(known, &module))
        }
        (None, None) => Ok(Vec::new()),
    }
}

/// The class that CPython and rustc name: `'C' object has no attribute 'x'`, ``no field `x` on type `&C` ``.
fn class_in_message<'m>(message: &'m str, wrong: &str) -> Option<&'m str> {
    let python = between(message, "type object '", "' has no attribute").or_else(|| between(message, "'", "' object has no attribute"));
    let rust = || {
        between(message, "on type `", "`").or_else(|| between(message, "for struct `", "`")).or_else(|| between(message, "for enum `", "`"))
    };
    let class = python.or_else(rust).filter(|_| message.contains(wrong))?;
    let class = class.trim_start_matches(['&', ' ']).trim_start_matches("mut ");
    let class = class.split('<').next().unwrap_or(class);
    class.rsplit(['.', ':']).next()
}

fn members_of(known: &Known<'_>, class: &str) -> Candidates {
    if class == "NoneType" {
        return Ok(Vec::new());
    }
    if let Some(found) = known.symbols.members_of(class) {
        // What a base holds is a member as well.
        let bases: Vec<Wanted> = found.unknown.into_iter().map(|base| Wanted::new(Role::Definition, base)).collect();
        if bases.iter().any(|base| known.is_open(base)) {
            return Err(bases);
        }
        return Ok(found.members.into_iter().map(|member| member.name).collect());
    }
    match tables::python_classes().of(class) {
        Some(names) => Ok(names.iter().map(ToString::to_string).collect()),
        None => Err(vec![Wanted::new(Role::Definition, class)]),
    }
}

/// What can be had from a module: of the standard library, or of the project.
fn module_names(known: &Known<'_>, module: &str) -> Candidates {
    let own: Vec<String> = known.symbols.definitions_in(module).into_iter().map(|definition| definition.name.clone()).collect();
    let file = Wanted::new(Role::Module, module);
    match tables::python_members().of(module) {
        _ if !own.is_empty() => Ok(own),
        _ if known.symbols.has_module(module) && known.is_open(&file) => Err(vec![file]),
        Some(names) => Ok(names.iter().map(ToString::to_string).collect()),
        None => Ok(Vec::new()),
    }
}

/// The module that `name` stands for in this file: `np` of `import numpy as np`, `Image` of `from PIL import Image`.
pub(super) fn imported_module(known: &Known<'_>, source: &Source, name: &str) -> Option<String> {
    let imports = &known.symbols.outline(source.path())?.imports;
    let import = imports.iter().find(|import| import.name == name || (import.module == name && import.item.is_none()))?;
    let module = known.symbols.absolute(&import.module, source.path());
    match &import.item {
        Some(item) => Some(format!("{module}.{item}")),
        // `import a.b` binds `a`.
        None if module.starts_with(&format!("{name}.")) => Some(name.to_owned()),
        None => Some(module),
    }
}

fn last_part(callee: &str) -> &str {
    callee.rsplit('.').next().unwrap_or(callee)
}

fn parameters(known: &Known<'_>, source: &Source, keyword: Node<'_>) -> Candidates {
    let Some(call) = keyword.parent().and_then(|arguments| arguments.parent()) else { return Ok(Vec::new()) };
    let callee = call.child_by_field_name("function").map(|callee| source.text_of(callee)).unwrap_or_default();
    let Some(signature) = known.symbols.signature_called(source, callee) else {
        return Err(vec![Wanted::new(Role::Definition, last_part(callee))]);
    };
    let passed: Vec<&str> = crate::syntax::children(call.child_by_field_name("arguments").unwrap_or(call))
        .into_iter()
        .filter_map(|argument| Some(source.text_of(argument.child_by_field_name("name")?)))
        .collect();
    let open = signature.open_parameters().iter().filter(|parameter| !passed.contains(&parameter.name.as_str()));
    Ok(open.filter(|parameter| !parameter.name.is_empty()).map(|parameter| parameter.name.clone()).collect())
}

/// Whether `node` is the module of an import: of `import node`, `import node as x` or `from node import x`.
fn is_module_name(source: &Source, node: Node<'_>) -> bool {
    let around = std::iter::once(node).chain(source.ancestors(node)).take_while(|around| span(*around) == span(node)).last();
    let Some((parent, child)) = around.and_then(|child| Some((source.ancestors(child).into_iter().next()?, child))) else { return false };
    match parent.kind() {
        "import_from_statement" => parent.child_by_field_name("module_name") == Some(child),
        "aliased_import" => source.ancestors(parent).first().is_some_and(|statement| statement.kind() == "import_statement"),
        kind => kind == "import_statement",
    }
}

/// The `from .. import ..` that names `node` among its names.
fn import_around<'s>(source: &'s Source, node: Node<'s>) -> Option<Node<'s>> {
    source.ancestors(node).into_iter().find(|around| around.kind() == "import_from_statement")
}

fn importable(known: &Known<'_>, source: &Source, statement: Node<'_>) -> Candidates {
    let written = statement.child_by_field_name("module_name").map(|module| source.text_of(module)).unwrap_or_default();
    module_names(known, &known.symbols.absolute(written, source.path()))
}

/// The text of `message` between `before` and the next `after`.
pub(super) fn between<'m>(message: &'m str, before: &str, after: &str) -> Option<&'m str> {
    let rest = &message[message.find(before)? + before.len()..];
    rest.split_once(after).map(|(found, _)| found).filter(|found| !found.contains('\n'))
}
