//! One file with the uses of names that went away rewritten to what says the same today.
//!
//! Inner uses are rewritten before the calls around them, so that an argument keeps what was done in it. A use that no row fits is
//! counted and left.

use std::collections::BTreeSet;

use super::imports::{Imports, is_guarded, items, module_of};
use super::table::{Kind, Row, module_of as module_of_library};
use crate::diagnosis::knowledge::is_python_module;
use crate::symbols::Symbols;
use crate::syntax::{Node, Source, children, descendants, span};
use crate::text::{ByteSpan, Edit};

/// Names of members that objects of many classes have.
const COMMON: [&str; 5] = ["execute", "node", "next", "decode", "unescape"];

/// The last name of an object: `engine` of `self.engine`; empty for what has none.
pub(super) fn last_name<'s>(source: &'s Source, object: Node<'s>) -> &'s str {
    match object.kind() {
        "identifier" => source.text_of(object),
        "attribute" => object.child_by_field_name("attribute").map(|name| source.text_of(name)).unwrap_or_default(),
        "call" => object.child_by_field_name("function").map(|function| last_name(source, function)).unwrap_or_default(),
        _ => "",
    }
}

/// What is to be rewritten, and how.
pub(super) struct Plan<'p> {
    pub(super) rows: &'p [&'static Row],
    /// The module that is gone as a whole.
    pub(super) gone_module: Option<&'p str>,
    /// Which of several replacements is taken.
    pub(super) alternative: usize,
    /// Rows whose new name not all versions that the project allows have.
    pub(super) both: &'p dyn Fn(&Row) -> bool,
    /// What the object is called at the failure; of a member with an everyday name only theirs is meant.
    pub(super) receivers: &'p [String],
    /// Whether the failure is in this file: then an object's class is known from the message.
    pub(super) is_failing: bool,
}

/// What became of a file.
#[derive(Default)]
pub(super) struct Rewritten {
    pub(super) edits: Vec<Edit>,
    /// Uses that were rewritten.
    pub(super) n_uses: usize,
    /// Uses that no row fits.
    pub(super) n_left: usize,
}

struct Rewriter<'s, 'p> {
    source: &'s Source,
    symbols: &'p Symbols<'p>,
    imports: Imports<'s>,
    plan: &'p Plan<'p>,
    edits: Vec<(ByteSpan, String)>,
    /// Lines of new imports.
    new_imports: BTreeSet<String>,
    /// Names whose uses were all rewritten, so that their import can go.
    rewritten: Vec<String>,
    n_uses: usize,
    n_left: usize,
}

/// Rewrites `source`; none where nothing is to be done, or what would be done is not enough to import the file.
pub(super) fn rewrite(source: &Source, symbols: &Symbols<'_>, plan: &Plan<'_>) -> Option<Rewritten> {
    let mut rewriter = Rewriter {
        source,
        symbols,
        imports: Imports::of(source, symbols),
        plan,
        edits: Vec::new(),
        new_imports: BTreeSet::new(),
        rewritten: Vec::new(),
        n_uses: 0,
        n_left: 0,
    };
    rewriter.names();
    rewriter.attributes();
    rewriter.calls();
    let is_whole = rewriter.statements();
    rewriter.add_imports();
    if rewriter.n_uses == 0 || !is_whole {
        return None;
    }
    let edits = rewriter.edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
    Some(Rewritten { edits, n_uses: rewriter.n_uses, n_left: rewriter.n_left })
}

impl<'s> Rewriter<'s, '_> {
    fn of_kind(&self, kinds: &[Kind]) -> Vec<&'static Row> {
        self.plan.rows.iter().copied().filter(|row| kinds.contains(&row.kind)).collect()
    }

    fn put(&mut self, place: ByteSpan, text: String) {
        self.edits.retain(|(inner, _)| !place.contains(*inner));
        self.edits.push((place, text));
    }

    /// The text of `place` as it is by now.
    fn text(&self, place: ByteSpan) -> String {
        let mut inner: Vec<&(ByteSpan, String)> = self.edits.iter().filter(|(edit, _)| place.contains(*edit)).collect();
        inner.sort_by_key(|(edit, _)| edit.start);
        let mut out = String::new();
        let mut at = place.start;
        for (edit, text) in inner {
            out.push_str(self.source.text(ByteSpan::new(at, edit.start)));
            out.push_str(text);
            at = edit.end;
        }
        out.push_str(self.source.text(ByteSpan::new(at, place.end)));
        out
    }

    /// Builtins that are gone, unless the file has its own.
    fn names(&mut self) {
        let nodes: Vec<Node<'s>> = descendants(self.source.root()).filter(|node| node.kind() == "identifier").collect();
        for row in self.of_kind(&[Kind::Name]) {
            let uses: Vec<Node<'s>> = nodes.iter().copied().filter(|node| self.source.text_of(*node) == row.old).collect();
            let is_own = self.imports.binds(row.old) || uses.iter().any(|node| is_binding(*node));
            for node in uses.into_iter().filter(|node| !is_own && !is_label(*node) && !is_guarded(self.source, *node)) {
                let text = self.named(row.new);
                self.put(span(node), text);
                self.n_uses += 1;
            }
        }
    }

    /// What `dotted` is called in this file; its module is imported where it is not.
    fn named(&mut self, dotted: &str) -> String {
        let Some((module, name)) = dotted.rsplit_once('.') else {
            if is_python_module(dotted) {
                return self.module(dotted);
            }
            return dotted.to_owned();
        };
        if is_builtin(module) {
            return dotted.to_owned();
        }
        // `datetime.timezone.utc`: a member of a class.
        match module.rsplit_once('.').filter(|_| is_class(module)) {
            Some((module, class)) => format!("{}.{class}.{name}", self.module(module)),
            None => format!("{}.{name}", self.module(module)),
        }
    }

    fn module(&mut self, module: &str) -> String {
        if let Some(name) = self.imports.name_of(module) {
            return name;
        }
        let first = module.split('.').next().unwrap_or(module);
        if self.imports.stands_for_another(first) {
            let name = format!("_{}", module.rsplit('.').next().unwrap_or(module));
            self.new_imports.insert(format!("import {module} as {name}"));
            return name;
        }
        self.new_imports.insert(format!("import {module}"));
        module.to_owned()
    }

    /// `module.name` and `object.name`.
    fn attributes(&mut self) {
        let nodes: Vec<Node<'s>> = descendants(self.source.root()).filter(|node| node.kind() == "attribute").collect();
        for node in nodes {
            if is_guarded(self.source, node) {
                continue;
            }
            match self.imports.dotted(node) {
                Some(dotted) => self.module_attribute(node, &dotted),
                None => self.object_attribute(node),
            }
        }
    }

    fn module_attribute(&mut self, node: Node<'s>, dotted: &str) {
        let of_name = |row: &&&'static Row| row.old == dotted;
        let plain = self.of_kind(&[Kind::Attribute, Kind::Module]);
        if let Some(row) = plain.iter().find(of_name) {
            let text = if (self.plan.both)(row) { self.either(row) } else { self.named(row.new) };
            let text = if row.kind == Kind::Module { self.module(row.new) } else { text };
            self.put(span(node), text);
            self.n_uses += 1;
        } else if let Some(row) = self.chosen(&[Kind::Value], |row| row.old == dotted).first() {
            let text = self.expression(row.new, node, None, &[], "");
            self.put(span(node), text);
            self.n_uses += 1;
        }
    }

    /// The rows of these kinds that fit, the chosen alternative alone.
    fn chosen(&self, kinds: &[Kind], fits: impl Fn(&Row) -> bool) -> Vec<&'static Row> {
        let fitting: Vec<&'static Row> = self.of_kind(kinds).into_iter().filter(|row| fits(row)).collect();
        let at = self.plan.alternative.min(fitting.len().saturating_sub(1));
        fitting.get(at).copied().into_iter().collect()
    }

    fn object_attribute(&mut self, node: Node<'s>) {
        let Some(name) = node.child_by_field_name("attribute") else { return };
        let word = self.source.text_of(name);
        let object = node.child_by_field_name("object");
        if let Some(row) = self.of_kind(&[Kind::Method]).iter().find(|row| row.word() == word && self.may_be(row, object)) {
            self.put(span(name), row.new.to_owned());
            self.n_uses += 1;
        } else if let Some(row) = self.chosen(&[Kind::Member], |row| row.word() == word && self.may_be(row, object)).first() {
            let text = self.expression(row.new, node, object, &[], "");
            self.put(span(node), text);
            self.n_uses += 1;
        }
    }

    /// Whether `object` may be of the row's class. A name that the project itself defines, or that many classes have, is taken for it only
    /// at an object that is called as the failing one is.
    fn may_be(&self, row: &Row, object: Option<Node<'_>>) -> bool {
        let is_common = row.owner() != "*" && COMMON.contains(&row.word()) || !self.symbols.signatures_of(row.word()).is_empty();
        if is_common {
            let name = object.map(|object| last_name(self.source, object));
            return name.is_some_and(|name| self.plan.receivers.iter().any(|receiver| receiver == name));
        }
        let is_of_library = || row.library == super::table::PYTHON || self.imports.uses(module_of_library(row.library));
        row.kind == Kind::Method || self.plan.is_failing || is_of_library()
    }

    /// Calls, the inner ones first.
    fn calls(&mut self) {
        let mut nodes: Vec<Node<'s>> = descendants(self.source.root()).filter(|node| node.kind() == "call").collect();
        nodes.sort_by_key(|node| (span(*node).len(), node.start_byte()));
        for node in nodes {
            if !is_guarded(self.source, node) {
                self.keywords(node);
                self.call(node);
            }
        }
    }

    fn keywords(&mut self, call: Node<'s>) {
        let Some((function, list)) = parts(call) else { return };
        let callee = self.source.text_of(function).rsplit('.').next().unwrap_or_default();
        for argument in children(list).into_iter().filter(|child| child.kind() == "keyword_argument") {
            let (Some(name), Some(value)) = (argument.child_by_field_name("name"), argument.child_by_field_name("value")) else { continue };
            let (word, value) = (self.source.text_of(name), self.source.text_of(value));
            let is_value = |row: &Row| row.value.is_none_or(|wanted| wanted == value);
            let rows = self.of_kind(&[Kind::Keyword, Kind::Argument]);
            let Some(row) = rows.into_iter().find(|row| row.word() == word && row.owner() == callee && is_value(row)) else { continue };
            match row.kind {
                Kind::Keyword => self.put(span(name), row.new.to_owned()),
                _ if row.new.is_empty() => self.put(without(argument), String::new()),
                _ => self.put(span(argument), row.new.to_owned()),
            }
            self.n_uses += 1;
        }
    }

    fn call(&mut self, call: Node<'s>) {
        let Some((function, list)) = parts(call) else { return };
        let arguments: Vec<Node<'s>> = children(list).into_iter().filter(|child| child.kind() != "comment").collect();
        let is_positional = |node: &&Node<'s>| !matches!(node.kind(), "keyword_argument" | "list_splat" | "dictionary_splat");
        let n_positional = arguments.iter().take_while(is_positional).count();
        let fits = |row: &Row| {
            let n = row.arguments.len();
            let is_count = if row.has_rest { arguments.len() >= n && n_positional >= n } else { arguments.len() == n && n_positional == n };
            is_count && row.arguments.iter().zip(&arguments).all(|(wanted, node)| is_of_kind(wanted, *node))
        };
        let dotted = self.imports.dotted(function);
        let word = function.child_by_field_name("attribute").map(|name| self.source.text_of(name));
        let rows = match &dotted {
            Some(dotted) => self.chosen(&[Kind::Call], |row| row.old == *dotted && fits(row)),
            None => self.chosen(&[Kind::Shape, Kind::Used], |row| {
                Some(row.word()) == word && fits(row) && self.may_be(row, function.child_by_field_name("object"))
            }),
        };
        let is_dropped = call.parent().is_some_and(|parent| parent.kind() == "expression_statement");
        let Some(row) = rows.into_iter().next().filter(|row| row.kind != Kind::Used || !is_dropped) else {
            let is_named = dotted.as_deref().is_some_and(|dotted| self.of_kind(&[Kind::Call]).iter().any(|row| row.old == dotted));
            self.n_left += usize::from(is_named);
            return;
        };
        let n = row.arguments.len();
        let rest = if arguments.len() > n {
            self.text(ByteSpan::new(arguments[n].start_byte(), arguments[arguments.len() - 1].end_byte()))
        } else {
            String::new()
        };
        let object = function.child_by_field_name("object").filter(|_| dotted.is_none());
        self.shape(row, call, function, object, &arguments[..n], &rest);
    }

    fn shape(
        &mut self,
        row: &'static Row,
        call: Node<'s>,
        function: Node<'s>,
        object: Option<Node<'s>>,
        arguments: &[Node<'s>],
        rest: &str,
    ) {
        if function.kind() == "identifier" && !row.new.contains("$f") {
            self.rewritten.push(self.source.text_of(function).to_owned());
        }
        let new = row.new.replace("$f", self.source.text_of(function));
        let Some((head, expression)) = new.strip_prefix("with ").and_then(|new| new.split_once(": ")) else {
            let text = self.expression(&new, call, object, arguments, rest);
            self.put(span(call), text);
            self.n_uses += 1;
            return;
        };
        let statement = self.source.ancestors(call).into_iter().find(|node| node.kind().ends_with("_statement") || node.kind() == "block");
        let simple = statement.filter(|node| matches!(node.kind(), "expression_statement" | "return_statement"));
        let Some(statement) = simple.filter(|node| is_alone(self.source, *node)) else {
            self.n_left += 1;
            return;
        };
        let head = self.expression(head, call, object, arguments, rest);
        let text = self.expression(expression, call, object, arguments, rest);
        self.put(span(call), text);
        let indent = self.indent(statement.start_byte());
        let unit = if indent.starts_with('\t') { "\t" } else { "    " };
        let body = self.text(span(statement)).replace('\n', &format!("\n{unit}"));
        self.put(span(statement), format!("with {head}:\n{indent}{unit}{body}"));
        self.n_uses += 1;
    }

    /// The text of a replacement for `node`.
    fn expression(&mut self, new: &str, node: Node<'s>, object: Option<Node<'s>>, arguments: &[Node<'s>], rest: &str) -> String {
        let mut text = with_rest(new, rest);
        while let Some((before, module, after)) = hole(&text) {
            let name = self.module(&module);
            text = format!("{before}{name}{after}");
        }
        let parts = object.into_iter().map(|object| (0, object)).chain((1..).zip(arguments.iter().copied()));
        for (n, part) in parts.collect::<Vec<_>>() {
            let whole = self.text(span(part));
            let inner = whole.get(1..whole.len().saturating_sub(1)).unwrap_or_default().trim().trim_end_matches(',').to_owned();
            text = text.replace(&format!("${n}*"), &inner);
            let tight = if is_tight(part) { whole.clone() } else { format!("({whole})") };
            for behind in [".", "[", " in", " -"] {
                text = text.replace(&format!("${n}{behind}"), &format!("{tight}{behind}"));
            }
            text = text.replace(&format!("${n}"), &whole);
        }
        let is_loose = text.starts_with('-') || text.contains(" == ") || text.contains(" in ") && new.starts_with("$1 in");
        let is_inside = node.parent().is_some_and(|parent| {
            matches!(parent.kind(), "binary_operator" | "comparison_operator" | "attribute" | "subscript" | "not_operator" | "await")
        });
        if is_loose && is_inside && new.starts_with(['-', '$']) { format!("({text})") } else { text }
    }

    fn indent(&self, at: usize) -> String {
        let text = self.source.whole_text();
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        text[start..at].chars().take_while(|c| c.is_whitespace()).collect()
    }

    /// A name that holds the new one or, in older versions, the old one.
    fn either(&mut self, row: &Row) -> String {
        let Some((module, name)) = row.new.rsplit_once('.') else { return row.new.to_owned() };
        let old = row.word();
        let renamed = if old == name { String::new() } else { format!(" as {name}") };
        self.new_imports.insert(fallback(
            &format!("from {module} import {name}"),
            &format!("from {} import {old}{renamed}", row.owner()),
            "",
        ));
        name.to_owned()
    }

    /// The import statements; whether what is gone is imported no more.
    fn statements(&mut self) -> bool {
        let statements = self.imports.statements.clone();
        statements.into_iter().all(|statement| match statement.kind() {
            "import_statement" => self.import(statement),
            _ => self.import_from(statement),
        })
    }

    fn import(&mut self, statement: Node<'s>) -> bool {
        let (mut kept, mut new) = (Vec::new(), Vec::new());
        let mut is_changed = false;
        for item in items(self.source, statement) {
            let row = self.of_kind(&[Kind::Module]).into_iter().find(|row| row.old == item.name);
            let is_gone = self.plan.gone_module.is_some_and(|gone| item.name == gone || item.name.starts_with(&format!("{gone}.")));
            match (row, item.alias) {
                (Some(row), alias) => {
                    let name = alias.or((!item.name.contains('.')).then_some(item.name));
                    let renamed = |module: &str| {
                        name.filter(|name| *name != module)
                            .map_or_else(|| format!("import {module}"), |name| format!("import {module} as {name}"))
                    };
                    let line = renamed(row.new);
                    new.push(if (self.plan.both)(row) {
                        fallback(&line, &renamed(row.old), &self.indent(statement.start_byte()))
                    } else {
                        line
                    });
                    is_changed = true;
                    self.n_uses += 1;
                }
                (None, alias) if is_gone => {
                    let local = alias.unwrap_or(item.name.split('.').next().unwrap_or(item.name));
                    if self.is_still_used(local) {
                        self.n_left += 1;
                        return false;
                    }
                    is_changed = true;
                    self.n_uses += 1;
                }
                (None, _) => kept.push(self.source.text_of(item.node)),
            }
        }
        if is_changed {
            let kept = (!kept.is_empty()).then(|| format!("import {}", kept.join(", ")));
            self.replace_statement(statement, kept.into_iter().chain(new).collect());
        }
        true
    }

    /// Whether a use of the name `local` is left.
    fn is_still_used(&self, local: &str) -> bool {
        let is_use = |node: &Node<'_>| node.kind() == "identifier" && self.source.text_of(*node) == local && !is_label(*node);
        let is_import = |node: Node<'_>| self.source.ancestors(node).iter().any(|around| around.kind().starts_with("import_"));
        let is_done = |node: Node<'_>| self.edits.iter().any(|(edit, _)| edit.contains(span(node)));
        descendants(self.source.root()).filter(is_use).any(|node| !is_import(node) && !is_done(node))
    }

    fn import_from(&mut self, statement: Node<'s>) -> bool {
        let module = module_of(self.source, statement, self.symbols);
        let whole = self.of_kind(&[Kind::Module]).into_iter().find(|row| row.old == module);
        let is_gone = self.plan.gone_module.is_some_and(|gone| module == gone || module.starts_with(&format!("{gone}.")));
        let indent = self.indent(statement.start_byte());
        let (mut kept, mut new) = (Vec::new(), New::default());
        let mut is_changed = false;
        for item in items(self.source, statement) {
            let dotted = format!("{module}.{}", item.name);
            let local = item.alias.unwrap_or(item.name);
            if let Some(row) = self.of_kind(&[Kind::Attribute]).into_iter().find(|row| row.old == dotted) {
                if (self.plan.both)(row) {
                    new.either(row, local, &indent);
                } else if row.new.rsplit_once('.').is_some_and(|(path, _)| is_class(path)) {
                    let text = self.named(row.new);
                    self.rebind(local, &text);
                } else {
                    new.item(row.new, local);
                }
            } else if let Some(row) = whole {
                let (new_line, old_line) = (line_of(row.new, item.name, local), line_of(row.old, item.name, local));
                if (self.plan.both)(row) {
                    new.other.push(fallback(&new_line, &old_line, &indent))
                } else {
                    new.item(&format!("{}.{}", row.new, item.name), local)
                }
            } else if self.rewritten.iter().any(|name| name == local) && !self.is_still_used(local) {
                is_changed = true;
                continue;
            } else if is_gone || self.of_kind(&[Kind::Call, Kind::Value]).iter().any(|row| row.old == dotted && !row.new.contains("$f")) {
                self.n_left += 1;
                return false;
            } else {
                kept.push(self.source.text_of(item.node));
                continue;
            }
            is_changed = true;
            self.n_uses += 1;
        }
        if is_changed {
            let old = statement.child_by_field_name("module_name").map(|module| self.source.text_of(module)).unwrap_or_default();
            let kept = (!kept.is_empty()).then(|| from_line(old, &kept));
            self.replace_statement(statement, kept.into_iter().chain(new.lines()).collect());
        }
        true
    }

    /// Writes `text` at every use of the imported name `local`.
    fn rebind(&mut self, local: &str, text: &str) {
        let nodes: Vec<Node<'s>> = descendants(self.source.root()).filter(|node| node.kind() == "identifier").collect();
        let is_use = |node: &Node<'s>| self.source.text_of(*node) == local && !is_label(*node);
        let is_import = |node: Node<'s>| self.source.ancestors(node).iter().any(|around| around.kind().starts_with("import_"));
        for node in nodes.into_iter().filter(is_use).filter(|node| !is_import(*node)) {
            self.put(span(node), text.to_owned());
        }
    }

    fn replace_statement(&mut self, statement: Node<'s>, mut lines: Vec<String>) {
        let indent = self.indent(statement.start_byte());
        // What must be imported anyway takes the place of what goes.
        if lines.is_empty() && indent.is_empty() {
            lines = std::mem::take(&mut self.new_imports).into_iter().collect();
        }
        if !lines.is_empty() {
            return self.put(span(statement), lines.join(&format!("\n{indent}")));
        }
        let is_only = statement.parent().is_some_and(|parent| parent.kind() == "block" && parent.named_child_count() == 1);
        if is_only || !is_alone(self.source, statement) {
            return self.put(span(statement), "pass".to_owned());
        }
        let text = self.source.whole_text();
        let end = text[statement.end_byte()..].find('\n').map_or(text.len(), |at| statement.end_byte() + at + 1);
        self.put(ByteSpan::new(statement.start_byte() - indent.len(), end), String::new());
    }

    fn add_imports(&mut self) {
        let lines: Vec<String> = std::mem::take(&mut self.new_imports).into_iter().collect();
        if lines.is_empty() {
            return;
        }
        let (at, is_behind) = self.imports.place();
        let text = lines.join("\n");
        // A statement that was replaced ends where the new lines begin.
        let before = self.edits.iter_mut().find(|(edit, text)| is_behind && edit.end == at && !edit.is_empty() && !text.is_empty());
        match before {
            Some((_, replaced)) => {
                replaced.push('\n');
                replaced.push_str(&text);
            }
            None => self.edits.push((ByteSpan::empty(at), if is_behind { format!("\n{text}") } else { format!("{text}\n") })),
        }
    }
}

/// The lines of new `from` imports, one a module.
#[derive(Default)]
struct New {
    by_module: Vec<(String, Vec<String>)>,
    other: Vec<String>,
}

impl New {
    /// `local` is what `dotted` says today.
    fn item(&mut self, dotted: &str, local: &str) {
        match dotted.rsplit_once('.') {
            Some((module, _)) if is_builtin(module) => self.other.push(format!("{local} = {dotted}")),
            Some((module, name)) => {
                let item = if name == local { name.to_owned() } else { format!("{name} as {local}") };
                match self.by_module.iter_mut().find(|(known, _)| known == module) {
                    Some((_, items)) => items.push(item),
                    None => self.by_module.push((module.to_owned(), vec![item])),
                }
            }
            None if is_python_module(dotted) && dotted == local => self.other.push(format!("import {dotted}")),
            None if is_python_module(dotted) => self.other.push(format!("import {dotted} as {local}")),
            None if dotted == local => {}
            None => self.other.push(format!("{local} = {dotted}")),
        }
    }

    fn either(&mut self, row: &Row, local: &str, indent: &str) {
        match row.new.rsplit_once('.') {
            Some((module, name)) if !is_builtin(module) => {
                let (new, old) = (line_of(module, name, local), line_of(row.owner(), row.word(), local));
                self.other.push(fallback(&new, &old, indent));
            }
            _ => self.item(row.new, local),
        }
    }

    fn lines(self) -> Vec<String> {
        let lines = self.by_module.into_iter().map(|(module, items)| {
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            from_line(&module, &items)
        });
        lines.chain(self.other).collect()
    }
}

fn line_of(module: &str, name: &str, local: &str) -> String {
    if name == local { format!("from {module} import {name}") } else { format!("from {module} import {name} as {local}") }
}

fn from_line(module: &str, items: &[&str]) -> String {
    let line = format!("from {module} import {}", items.join(", "));
    if line.len() <= 100 { line } else { format!("from {module} import (\n    {},\n)", items.join(",\n    ")) }
}

/// The import of a name that only newer versions have.
fn fallback(new: &str, old: &str, indent: &str) -> String {
    format!("try:\n{indent}    {new}\n{indent}except ImportError:\n{indent}    {old}")
}

fn is_builtin(module: &str) -> bool {
    matches!(module, "str" | "bytes" | "dict" | "int")
}

/// Whether the dotted name is a class of a module rather than a module.
fn is_class(path: &str) -> bool {
    path == "datetime.timezone"
}

/// `...` in a replacement: the further arguments with the comma before them, or nothing.
fn with_rest(new: &str, rest: &str) -> String {
    if rest.is_empty() {
        return new.replace(", ...", "").replace("...", "");
    }
    new.replace("...", rest)
}

/// `{module}` in a replacement, with what is before and behind it.
fn hole(text: &str) -> Option<(String, String, String)> {
    let (before, after) = text.split_once('{')?;
    let (module, after) = after.split_once('}')?;
    let is_module = !module.is_empty() && module.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    is_module.then(|| (before.to_owned(), module.to_owned(), after.to_owned()))
}

fn parts<'s>(call: Node<'s>) -> Option<(Node<'s>, Node<'s>)> {
    let list = call.child_by_field_name("arguments").filter(|list| list.kind() == "argument_list")?;
    Some((call.child_by_field_name("function")?, list))
}

fn is_of_kind(wanted: &str, node: Node<'_>) -> bool {
    let kind = wanted.split_once(':').map(|(_, kind)| kind);
    kind.is_none_or(|kind| node.kind() == kind || (kind == "string" && node.kind() == "concatenated_string"))
}

/// Whether `.x` behind the node belongs to all of it.
fn is_tight(node: Node<'_>) -> bool {
    let kinds =
        ["identifier", "attribute", "call", "subscript", "parenthesized_expression", "string", "list", "dictionary", "set", "tuple"];
    kinds.contains(&node.kind())
}

/// An argument with the comma that goes with it.
fn without(argument: Node<'_>) -> ByteSpan {
    match (argument.next_named_sibling(), argument.prev_named_sibling()) {
        (Some(next), _) => ByteSpan::new(argument.start_byte(), next.start_byte()),
        (None, Some(previous)) => ByteSpan::new(previous.end_byte(), argument.end_byte()),
        (None, None) => span(argument),
    }
}

/// Whether the file gives the name a meaning of its own here.
fn is_binding(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field).map(span) == Some(span(node));
    match parent.kind() {
        "assignment" | "for_statement" | "for_in_clause" => is("left"),
        "function_definition" | "class_definition" | "named_expression" | "default_parameter" => is("name"),
        "parameters" | "lambda_parameters" | "as_pattern_target" | "pattern_list" | "tuple_pattern" | "typed_parameter" => true,
        "aliased_import" => is("alias"),
        _ => false,
    }
}

/// Whether the name is no value: an attribute, a keyword, a part of an import.
fn is_label(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field).map(span) == Some(span(node));
    match parent.kind() {
        "attribute" => is("attribute"),
        "keyword_argument" => is("name"),
        "dotted_name" | "aliased_import" => true,
        _ => false,
    }
}

/// Whether nothing else stands on the lines of a statement.
fn is_alone(source: &Source, statement: Node<'_>) -> bool {
    let text = source.whole_text();
    let before = &text[..statement.start_byte()];
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let rest = text[statement.end_byte()..].lines().next().unwrap_or_default().trim_start();
    line.trim().is_empty() && (rest.is_empty() || rest.starts_with('#'))
}
