//! Import statements: what is imported under another name or from elsewhere now, and the lines of new imports.

use super::{Rewriter, is_alone, is_builtin, is_class, is_label};
use crate::diagnosis::drift::imports::{items, module_of};
use crate::diagnosis::drift::table::{Kind, Row};
use crate::diagnosis::knowledge::is_python_module;
use crate::syntax::{Node, descendants, span};
use crate::text::ByteSpan;

impl<'s> Rewriter<'s, '_> {
    /// A name that holds the new one or, in older versions, the old one.
    pub(super) fn either(&mut self, row: &Row) -> String {
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
    pub(super) fn statements(&mut self) -> bool {
        let statements = self.imports.statements.clone();
        statements.into_iter().all(|statement| match statement.kind() {
            "import_statement" => self.import(statement),
            _ => self.import_from(statement),
        })
    }

    pub(super) fn import(&mut self, statement: Node<'s>) -> bool {
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
    pub(super) fn is_still_used(&self, local: &str) -> bool {
        let is_use = |node: &Node<'_>| node.kind() == "identifier" && self.source.text_of(*node) == local && !is_label(*node);
        let is_import = |node: Node<'_>| self.source.ancestors(node).iter().any(|around| around.kind().starts_with("import_"));
        let is_done = |node: Node<'_>| self.edits.iter().any(|(edit, _)| edit.contains(span(node)));
        descendants(self.source.root()).filter(is_use).any(|node| !is_import(node) && !is_done(node))
    }

    pub(super) fn import_from(&mut self, statement: Node<'s>) -> bool {
        let module = module_of(self.source, statement, self.symbols);
        let whole = self.of_kind(&[Kind::Module]).into_iter().find(|row| row.old == module);
        let is_gone = self.plan.gone_module.is_some_and(|gone| module == gone || module.starts_with(&format!("{gone}.")));
        let indent = self.indent(statement.start_byte());
        let (mut kept, mut new) = (Vec::new(), New::default());
        let mut is_changed = false;
        for item in items(self.source, statement) {
            let dotted = format!("{module}.{}", item.name);
            let local = item.alias.unwrap_or(item.name);
            if let Some(row) = self.of_kind(&[Kind::Attribute, Kind::Module]).into_iter().find(|row| row.old == dotted) {
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
                    new.other.push(fallback(&new_line, &old_line, &indent));
                } else {
                    new.item(&format!("{}.{}", row.new, item.name), local);
                }
            } else if let Some(row) = self.of_kind(&[Kind::Value]).into_iter().find(|row| row.old == dotted) {
                let text = self.expression(row.new, item.node, None, &[], "");
                self.rebind(local, &if text.starts_with('-') { format!("({text})") } else { text });
            } else if self.rewritten.iter().any(|name| name == local) && !self.is_still_used(local) {
                is_changed = true;
                continue;
            } else if is_gone || self.of_kind(&[Kind::Call]).iter().any(|row| row.old == dotted && !row.new.contains("$f")) {
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
    pub(super) fn rebind(&mut self, local: &str, text: &str) {
        let nodes: Vec<Node<'s>> = descendants(self.source.root()).filter(|node| node.kind() == "identifier").collect();
        let is_use = |node: &Node<'s>| self.source.text_of(*node) == local && !is_label(*node);
        let is_import = |node: Node<'s>| self.source.ancestors(node).iter().any(|around| around.kind().starts_with("import_"));
        for node in nodes.into_iter().filter(is_use).filter(|node| !is_import(*node)) {
            self.put(span(node), text.to_owned());
        }
    }

    pub(super) fn replace_statement(&mut self, statement: Node<'s>, mut lines: Vec<String>) {
        let indent = self.indent(statement.start_byte());
        // What must be imported anyway takes the place of the only import that goes.
        if lines.is_empty() && indent.is_empty() && self.imports.statements.len() == 1 {
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

    pub(super) fn add_imports(&mut self) {
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
