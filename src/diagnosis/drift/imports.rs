//! What the names of one Python file stand for by its imports, and where a further import goes.

use std::collections::BTreeMap;

use super::rewrite::is_binding;
use crate::symbols::Symbols;
use crate::syntax::{Node, Source, children, descendants, span};
use crate::text::ByteSpan;

/// The imports of one file.
pub(super) struct Imports<'s> {
    pub(super) source: &'s Source,
    /// Name in the file -> dotted name.
    bound: BTreeMap<String, String>,
    /// `import a.b` in full.
    whole: Vec<String>,
    /// Functions that give such a name a meaning of their own, with the name.
    shadows: Vec<(ByteSpan, String)>,
    /// Import statements that no `try` guards, in order.
    pub(super) statements: Vec<Node<'s>>,
}

/// One name of an import statement.
pub(super) struct Item<'s> {
    /// The node with its `as`.
    pub(super) node: Node<'s>,
    /// What is imported.
    pub(super) name: &'s str,
    /// What it is called here, if not so.
    pub(super) alias: Option<&'s str>,
}

impl<'s> Imports<'s> {
    pub(super) fn of(source: &'s Source, symbols: &Symbols<'_>) -> Imports<'s> {
        let mut imports = Imports { source, bound: BTreeMap::new(), whole: Vec::new(), shadows: Vec::new(), statements: Vec::new() };
        for node in descendants(source.root()) {
            let items = items(source, node);
            match node.kind() {
                "import_statement" => items.iter().for_each(|item| imports.bind_module(item)),
                "import_from_statement" => {
                    let module = module_of(source, node, symbols);
                    for item in items {
                        imports.bound.insert(item.alias.unwrap_or(item.name).to_owned(), format!("{module}.{}", item.name));
                    }
                }
                _ => continue,
            }
            if !is_guarded(source, node) {
                imports.statements.push(node);
            }
        }
        imports.shadows = imports.own_meanings();
        imports
    }

    /// Parameters and local names that are called as what is imported.
    fn own_meanings(&self) -> Vec<(ByteSpan, String)> {
        let is_it = |node: &Node<'_>| {
            let is_name = node.kind() == "identifier" && self.bound.contains_key(self.source.text_of(*node));
            is_name && is_binding(*node) && node.parent().is_some_and(|parent| parent.kind() != "aliased_import")
        };
        let function = |node: Node<'_>| {
            let around = self.source.ancestors(node).into_iter();
            let is_around = |around: &Node<'_>| {
                let is_its_name = around.child_by_field_name("name").is_some_and(|name| name.id() == node.id());
                matches!(around.kind(), "function_definition" | "lambda") && !is_its_name
            };
            Some((span(around.into_iter().find(is_around)?), self.source.text_of(node).to_owned()))
        };
        descendants(self.source.root()).filter(is_it).filter_map(function).collect()
    }

    /// Whether the name is another thing where `node` stands.
    fn is_shadowed(&self, node: Node<'_>) -> bool {
        let name = self.source.text_of(node);
        self.shadows.iter().any(|(function, shadow)| shadow == name && function.contains(span(node)))
    }

    fn bind_module(&mut self, item: &Item<'_>) {
        if let Some(alias) = item.alias {
            self.bound.insert(alias.to_owned(), item.name.to_owned());
            return;
        }
        let first = item.name.split('.').next().unwrap_or(item.name);
        self.bound.insert(first.to_owned(), first.to_owned());
        self.whole.push(item.name.to_owned());
    }

    /// The dotted name that `node`, a name or an attribute, stands for; none where no import says it.
    pub(super) fn dotted(&self, node: Node<'_>) -> Option<String> {
        match node.kind() {
            "identifier" => self.bound.get(self.source.text_of(node)).filter(|_| !self.is_shadowed(node)).cloned(),
            "attribute" => {
                let object = self.dotted(node.child_by_field_name("object")?)?;
                Some(format!("{object}.{}", self.source.text_of(node.child_by_field_name("attribute")?)))
            }
            _ => None,
        }
    }

    /// What `module` is called here; none where it is not imported.
    pub(super) fn name_of(&self, module: &str) -> Option<String> {
        if self.whole.iter().any(|whole| whole == module) {
            return Some(module.to_owned());
        }
        let (name, _) = self
            .bound
            .iter()
            .find(|(name, dotted)| dotted.as_str() == module && name.as_str() != dotted.split('.').next().unwrap_or_default())?;
        Some(name.clone())
    }

    /// Whether an import binds `name`.
    pub(super) fn binds(&self, name: &str) -> bool {
        self.bound.contains_key(name)
    }

    /// Whether `name` is bound, and to something other than the module of that name.
    pub(super) fn stands_for_another(&self, name: &str) -> bool {
        self.bound.get(name).is_some_and(|dotted| dotted != name)
    }

    /// Whether anything comes from the module `top`.
    pub(super) fn uses(&self, top: &str) -> bool {
        self.bound.values().any(|dotted| dotted.split('.').next() == Some(top))
    }

    /// The place of new import lines, and whether a line break must stand before (true) or behind them.
    pub(super) fn place(&self) -> (usize, bool) {
        let is_import = |node: &Node<'_>| matches!(node.kind(), "import_statement" | "import_from_statement" | "future_import_statement");
        let items = children(self.source.root());
        let run = items.iter().skip_while(|node| !is_import(node)).take_while(|node| is_import(node) || node.kind() == "comment");
        let run: Vec<&Node<'_>> = run.filter(|node| is_import(node)).collect();
        // With the modules, which stand first by custom, else behind all of the run.
        let last_plain = run.iter().take_while(|node| node.kind() != "import_from_statement").last();
        match (last_plain, run.first()) {
            (Some(node), _) => return (node.end_byte(), true),
            (None, Some(first)) => return (first.start_byte(), false),
            (None, None) => {}
        }
        let is_heading = |node: &&Node<'_>| node.kind() == "comment" || node.child(0).is_some_and(|child| child.kind() == "string");
        match items.iter().take_while(is_heading).last() {
            Some(node) => (node.end_byte(), true),
            None => (0, false),
        }
    }
}

/// The module of a `from` import, as an absolute name.
pub(super) fn module_of(source: &Source, statement: Node<'_>, symbols: &Symbols<'_>) -> String {
    let module = statement.child_by_field_name("module_name").map(|module| source.text_of(module)).unwrap_or_default();
    symbols.absolute(module, source.path())
}

/// The names of an import statement.
pub(super) fn items<'s>(source: &'s Source, statement: Node<'s>) -> Vec<Item<'s>> {
    let mut cursor = statement.walk();
    let names: Vec<Node<'s>> = statement.children_by_field_name("name", &mut cursor).collect();
    let item = |node: Node<'s>| {
        let name = node.child_by_field_name("name").filter(|_| node.kind() == "aliased_import").unwrap_or(node);
        let alias = node.child_by_field_name("alias").map(|alias| source.text_of(alias));
        Item { node, name: source.text_of(name), alias }
    };
    names.into_iter().map(item).collect()
}

/// Whether `node` stands where both versions are already thought of: in a `try` that catches the missing name, or in the handler of one.
pub(super) fn is_guarded(source: &Source, node: Node<'_>) -> bool {
    let mut below = node;
    for around in source.ancestors(node) {
        let is_try = around.kind() == "try_statement" && around.child_by_field_name("body").map(span) == Some(span(below));
        let clauses = || children(around).into_iter().filter(|child| child.kind() == "except_clause");
        let condition =
            around.child_by_field_name("condition").filter(|_| matches!(around.kind(), "if_statement" | "conditional_expression"));
        if condition.is_some_and(|condition| ["PY2", "PY3", "version_info"].iter().any(|word| source.text_of(condition).contains(word))) {
            return true;
        }
        if (is_try && clauses().any(|clause| catches(source, clause))) || (around.kind() == "except_clause" && catches(source, around)) {
            return true;
        }
        below = around;
    }
    false
}

fn catches(source: &Source, clause: Node<'_>) -> bool {
    let head = source.text(ByteSpan::new(clause.start_byte(), clause.end_byte())).split(':').next().unwrap_or_default();
    head.trim() == "except"
        || ["ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "TypeError"].iter().any(|name| head.contains(name))
}
