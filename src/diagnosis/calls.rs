//! Which function of the project a call means, and which calls a function has.
//!
//! By names and imports alone: what cannot be told has no answer. Words whose files nobody has read yet are noted, so that the caller can
//! come again.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::birth::function_around;
use crate::symbols::{Role, Symbols, Wanted};
use crate::syntax::{LanguageId, Node, Source, children, descendants};

/// So many files hold a word at most before its places are no longer all known.
const MAX_FILES: usize = 40;
/// So many calls of one function are looked at.
const MAX_CALLS: usize = 40;

/// Names of methods that any object may have: the name alone does not tell whose it is.
const COMMON: &[&str] = &[
    "add", "append", "clear", "close", "copy", "count", "decode", "encode", "extend", "find", "flush", "format", "get", "index", "insert",
    "items", "join", "keys", "lower", "match", "open", "pop", "read", "remove", "replace", "reverse", "run", "search", "send", "set",
    "sort", "split", "start", "stop", "strip", "sub", "update", "upper", "values", "write",
];

/// A function and the file that holds it.
#[derive(Clone, Copy)]
pub(super) struct Function<'v> {
    pub(super) source: &'v Source,
    pub(super) node: Node<'v>,
}

/// A node and the file that holds it.
#[derive(Clone, Copy)]
pub(super) struct Place<'v> {
    pub(super) source: &'v Source,
    pub(super) node: Node<'v>,
}

/// The functions and calls of the sources in sight.
pub(super) struct Calls<'v> {
    all: &'v [&'v Source],
    symbols: &'v Symbols<'v>,
    asked: &'v BTreeSet<Wanted>,
    needed: RefCell<BTreeSet<Wanted>>,
}

impl<'v> Function<'v> {
    pub(super) fn name(self) -> &'v str {
        self.node.child_by_field_name("name").map(|name| self.source.text_of(name)).unwrap_or_default()
    }

    pub(super) fn body(self) -> Option<Node<'v>> {
        self.node.child_by_field_name("body")
    }

    /// `pkg/part.py:12`.
    pub(super) fn place(self) -> String {
        format!("{}:{}", self.source.path(), self.source.line_of(self.node))
    }

    /// The class that it is a method of.
    pub(super) fn class(self) -> Option<Node<'v>> {
        let mut above =
            self.source.ancestors(self.node).into_iter().filter(|node| !matches!(node.kind(), "decorated_definition" | "block"));
        above.next().filter(|node| node.kind() == "class_definition")
    }

    /// The names of its decorators, without their arguments.
    pub(super) fn decorators(self) -> Vec<&'v str> {
        let Some(around) = self.source.ancestors(self.node).into_iter().next().filter(|node| node.kind() == "decorated_definition") else {
            return Vec::new();
        };
        let decorators = children(around).into_iter().filter(|node| node.kind() == "decorator");
        decorators.map(|node| self.source.text_of(node).trim_start_matches('@').split('(').next().unwrap_or_default().trim()).collect()
    }

    /// Whether a call of its name gives what its `return`s give.
    pub(super) fn is_plain(self) -> bool {
        let plain = ["staticmethod", "classmethod", "property", "cached_property", "lru_cache", "cache", "override", "abstractmethod"];
        self.decorators().iter().all(|name| plain.contains(&name.rsplit('.').next().unwrap_or(name)))
    }

    /// Whether its first parameter is filled by the receiver of the call.
    pub(super) fn has_receiver(self) -> bool {
        self.class().is_some() && !self.decorators().contains(&"staticmethod")
    }

    /// The nodes of its body, those of nested functions and classes left out.
    pub(super) fn own_nodes(self) -> Vec<Node<'v>> {
        let mut found = Vec::new();
        let mut waiting: Vec<Node<'v>> = self.body().into_iter().collect();
        while let Some(node) = waiting.pop() {
            found.push(node);
            if !matches!(node.kind(), "function_definition" | "class_definition" | "lambda") {
                waiting.extend(children(node).into_iter().rev());
            }
        }
        found
    }
}

impl<'v> Calls<'v> {
    pub(super) fn new(all: &'v [&'v Source], symbols: &'v Symbols<'v>, asked: &'v BTreeSet<Wanted>) -> Calls<'v> {
        Calls { all, symbols, asked, needed: RefCell::default() }
    }

    /// The words whose files must be read before the answers hold.
    pub(super) fn needed(&self) -> BTreeSet<Wanted> {
        self.needed.borrow().clone()
    }

    pub(super) fn symbols(&self) -> &'v Symbols<'v> {
        self.symbols
    }

    /// Whether the files in which `word` plays `role` were read.
    pub(super) fn knows(&self, role: Role, word: &str) -> bool {
        let wanted = Wanted::new(role, word);
        let is_known = self.asked.contains(&wanted);
        if !is_known {
            self.needed.borrow_mut().insert(wanted);
        }
        is_known
    }

    /// The functions that `call` may mean: one for a plain name, maybe several for a method; none where it cannot be told.
    pub(super) fn callees(&self, source: &'v Source, call: Node<'v>) -> Vec<Function<'v>> {
        let Some(function) = call.child_by_field_name("function") else { return Vec::new() };
        match function.kind() {
            "identifier" => self.named(source, function).into_iter().collect(),
            "attribute" => self.methods(source, function),
            _ => Vec::new(),
        }
    }

    /// The function that a plain name means at its place.
    pub(super) fn named(&self, source: &'v Source, name: Node<'v>) -> Option<Function<'v>> {
        let word = source.text_of(name);
        let mut around = function_around(source, name);
        while let Some(function) = around {
            let nested = Function { source, node: function }.own_nodes().into_iter().filter(|node| is_called(source, *node, word));
            if let Some(found) = only(nested.map(|node| Function { source, node })) {
                return Some(found);
            }
            around = function_around(source, function);
        }
        if !self.knows(Role::Definition, word) {
            return None;
        }
        let here = || functions_of(source, word).filter(|function| is_of_module(*function));
        if here().next().is_some() {
            return only(here());
        }
        let import = self.symbols.outline(source.path())?.imports.iter().find(|import| import.name == word)?;
        let (item, module) = (import.item.as_deref()?, self.symbols.absolute(&import.module, source.path()));
        if !self.knows(Role::Definition, item) {
            return None;
        }
        let of_module = |other: &&&'v Source| self.symbols.module_of(other.path()) == module;
        let exact =
            self.all.iter().filter(of_module).flat_map(|other| functions_of(other, item)).filter(|function| is_of_module(*function));
        // A package passes on what its parts define.
        let top = module.split('.').next().unwrap_or_default();
        let passed_on = || {
            let of_package = |other: &&&'v Source| self.symbols.module_of(other.path()).split('.').next() == Some(top);
            only(self.all.iter().filter(of_package).flat_map(|other| functions_of(other, item)).filter(|function| is_of_module(*function)))
        };
        only(exact).or_else(passed_on)
    }

    /// The methods that `object.name` may mean.
    pub(super) fn methods(&self, source: &'v Source, attribute: Node<'v>) -> Vec<Function<'v>> {
        let part = |field| attribute.child_by_field_name(field);
        let (Some(object), Some(name)) = (part("object"), part("attribute")) else { return Vec::new() };
        let word = source.text_of(name);
        if !self.knows(Role::Definition, word) {
            return Vec::new();
        }
        if let Some(module) = self.module(source, object) {
            let of_module = self.all.iter().filter(|other| self.symbols.module_of(other.path()) == module);
            return only(of_module.flat_map(|other| functions_of(other, word)).filter(|function| is_of_module(*function)))
                .into_iter()
                .collect();
        }
        let all: Vec<Function<'v>> =
            self.all.iter().flat_map(|other| functions_of(other, word)).filter(|function| function.class().is_some()).collect();
        let Some(class) = self.symbols.class_of(source, source.span_of(object)) else {
            let is_told = !COMMON.contains(&word) && all.len() == 1;
            return if is_told { all } else { Vec::new() };
        };
        let family = self.family(&class);
        let is_of_family = |function: &Function<'v>| class_name(*function).is_some_and(|name| family.contains(name));
        all.into_iter().filter(is_of_family).collect()
    }

    /// The module of the project that a name stands for by an import of the file.
    fn module(&self, source: &'v Source, object: Node<'v>) -> Option<String> {
        let word = source.text_of(object);
        let import = self.symbols.outline(source.path())?.imports.iter().find(|import| import.name == word)?;
        let module = self.symbols.absolute(&import.module, source.path());
        let whole = import.item.as_ref().map_or_else(|| module.clone(), |item| format!("{module}.{item}"));
        self.symbols.has_module(&whole).then_some(whole)
    }

    /// The class, those it derives from and those that derive from it, as far as they are in sight.
    pub(super) fn family(&self, class: &str) -> BTreeSet<String> {
        let mut family = BTreeSet::from([class.to_owned()]);
        let last = |base: &str| base.split('[').next().unwrap_or(base).rsplit('.').next().unwrap_or(base).to_owned();
        loop {
            let n_known = family.len();
            for outline in self.all.iter().filter_map(|source| self.symbols.outline(source.path())) {
                for found in &outline.classes {
                    let bases: BTreeSet<String> = found.bases.iter().map(|base| last(base)).filter(|base| base != "object").collect();
                    if family.contains(&found.name) || bases.iter().any(|base| family.contains(base) && !is_general(base)) {
                        family.insert(found.name.clone());
                        family.extend(bases.into_iter().filter(|base| !is_general(base)));
                    }
                }
            }
            if family.len() == n_known {
                return family;
            }
        }
    }

    /// The methods called `name` of the class and its bases, the class's own alone where it has one.
    pub(super) fn methods_of(&self, class: &str, name: &str) -> Vec<Function<'v>> {
        if !self.knows(Role::Definition, class) {
            return Vec::new();
        }
        let own = |function: &Function<'v>| class_name(*function) == Some(class);
        self.functions(name).into_iter().filter(own).collect()
    }

    /// Every function and method called `name` in the sources in sight.
    pub(super) fn functions(&self, name: &str) -> Vec<Function<'v>> {
        self.all.iter().flat_map(|source| functions_of(source, name)).collect()
    }

    /// Every call of `function`; none where they are not all known: its name is passed around, exported, or too common.
    pub(super) fn callers(&self, function: Function<'v>) -> Option<Vec<Place<'v>>> {
        let name = match (function.name(), function.class()) {
            ("__init__", Some(_)) => class_name(function)?,
            (name, _) => name,
        };
        if !self.knows(Role::Anywhere, name) || COMMON.contains(&name) || (name.starts_with("__") && name.ends_with("__")) {
            return None;
        }
        let holders = self.all.iter().filter(|source| is_python(source) && source.whole_text().contains(name));
        if holders.clone().count() > MAX_FILES {
            return None;
        }
        let mut calls = Vec::new();
        for source in holders {
            for node in descendants(source.root()) {
                if node.kind() == "string" && is_word_of(source.text_of(node), name) {
                    return None;
                }
                if node.kind() != "identifier" || source.text_of(node) != name {
                    continue;
                }
                match use_of(source, node) {
                    Use::Call(call) => calls.push(Place { source, node: call }),
                    Use::Other => {}
                    Use::Value => return None,
                }
            }
        }
        (calls.len() <= MAX_CALLS).then_some(calls)
    }
}

/// How a name is used.
enum Use<'v> {
    Call(Node<'v>),
    /// Defined, imported or a label: no use of the value.
    Other,
    Value,
}

fn use_of<'v>(source: &'v Source, name: Node<'v>) -> Use<'v> {
    let Some(parent) = name.parent() else { return Use::Value };
    let is_in = |node: Node<'v>, field: &str, child: Node<'v>| node.child_by_field_name(field) == Some(child);
    let is_other = match parent.kind() {
        "function_definition" | "class_definition" | "keyword_argument" => is_in(parent, "name", name),
        "dotted_name" | "type" => true,
        // A class is also named as a base.
        "argument_list" => source.ancestors(name).get(1).is_some_and(|node| node.kind() == "class_definition"),
        _ => false,
    };
    match parent.kind() {
        _ if is_other => Use::Other,
        "call" if is_in(parent, "function", name) => Use::Call(parent),
        "attribute" if is_in(parent, "attribute", name) => match parent.parent() {
            Some(call) if call.kind() == "call" && is_in(call, "function", parent) => Use::Call(call),
            _ => Use::Value,
        },
        _ => Use::Value,
    }
}

/// Whether a text is the name itself, as in `getattr(x, "name")` or `__all__`; prose is none.
fn is_word_of(text: &str, name: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_matches(['"', '\'']) == name
}

/// The functions called `name` in a file, nested ones too.
fn functions_of<'v, 'n>(source: &'v Source, name: &'n str) -> impl Iterator<Item = Function<'v>> + use<'v, 'n> {
    let holds = is_python(source) && source.whole_text().contains(name);
    let root = holds.then(|| descendants(source.root()));
    root.into_iter().flatten().filter(move |node| is_called(source, *node, name)).map(move |node| Function { source, node })
}

fn is_called(source: &Source, node: Node<'_>, name: &str) -> bool {
    node.kind() == "function_definition" && node.child_by_field_name("name").is_some_and(|found| source.text_of(found) == name)
}

fn is_of_module(function: Function<'_>) -> bool {
    function.class().is_none() && function_around(function.source, function.node).is_none()
}

pub(super) fn class_name(function: Function<'_>) -> Option<&str> {
    Some(function.source.text_of(function.class()?.child_by_field_name("name")?))
}

fn is_general(base: &str) -> bool {
    matches!(
        base,
        "object" | "ABC" | "Exception" | "Protocol" | "Generic" | "TestCase" | "dict" | "list" | "str" | "int" | "Enum" | "Thread"
    )
}

fn is_python(source: &Source) -> bool {
    source.language().id() == LanguageId::PYTHON
}

/// The one element; none where there are several.
pub(super) fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
