//! One file with the uses of names that went away rewritten to what says the same today.
//!
//! Inner uses are rewritten before the calls around them, so that an argument keeps what was done in it. A use that no row fits is
//! counted and left.

mod calls;
mod coroutines;
mod statements;

use std::collections::BTreeSet;

use super::imports::{Imports, is_guarded};
use super::table::{Kind, Row, module_of as module_of_library};
use crate::diagnosis::knowledge::is_python_module;
use crate::symbols::{Placing, Symbols, place_import};
use crate::syntax::{Node, Source, descendants, span};
use crate::text::{ByteSpan, Edit, EditSet};

/// Builtins of Python 2 whose names a program may well use for something else; only their calls are meant.
const CALLED: [&str; 4] = ["reload", "reduce", "file", "intern"];
/// Names of members that objects of many classes have.
const COMMON: [&str; 17] = [
    "execute",
    "node",
    "next",
    "decode",
    "unescape",
    "insert",
    "remove",
    "update",
    "count",
    "drop",
    "sort",
    "order",
    "pivot",
    "week",
    "get_value",
    "keywords",
    "ptp",
];

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
    rewriter.coroutines();
    let is_whole = rewriter.statements();
    if rewriter.n_uses == 0 || !is_whole {
        return None;
    }
    let has_crlf = source.whole_text().contains("\r\n");
    let eol = |text: String| if has_crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
    let (n_uses, n_left) = (rewriter.n_uses, rewriter.n_left);
    let of = |edits: &[(ByteSpan, String)]| edits.iter().map(|(span, text)| Edit { span: *span, text: eol(text.clone()) }).collect();
    let edits: Vec<Edit> = of(&rewriter.edits);
    let edits = with_imports(source, &edits, &rewriter.new_imports).unwrap_or_else(|| {
        rewriter.add_imports();
        of(&rewriter.edits)
    });
    Some(Rewritten { edits, n_uses, n_left })
}

/// `edits` and each of the new imports where it belongs once they are made; none where one of them has no such place.
fn with_imports(source: &Source, edits: &[Edit], lines: &BTreeSet<String>) -> Option<Vec<Edit>> {
    let mut after = source.after(&EditSet::new(edits.to_vec()).ok()?).ok()?;
    for line in lines {
        match place_import(&after, line, ByteSpan::empty(0))? {
            Placing::Present => {}
            Placing::At(edit) => after = after.after(&EditSet::new(vec![edit]).ok()?).ok()?,
        }
    }
    if lines.is_empty() {
        return Some(edits.to_vec());
    }
    let (old, new) = (source.whole_text(), after.whole_text());
    let head: usize = old.chars().zip(new.chars()).take_while(|(one, two)| one == two).map(|(one, _)| one.len_utf8()).sum();
    let tails = old[head..].chars().rev().zip(new[head..].chars().rev());
    let tail: usize = tails.take_while(|(one, two)| one == two).map(|(one, _)| one.len_utf8()).sum();
    Some(vec![Edit { span: ByteSpan::new(head, old.len() - tail), text: new[head..new.len() - tail].to_owned() }])
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
            let is_use = |node: &Node<'s>| !is_own && !is_label(*node) && !is_guarded(self.source, *node);
            let is_meant = |node: &Node<'s>| !CALLED.contains(&row.old) || is_callee(*node);
            for node in uses.into_iter().filter(|node| is_use(node) && is_meant(node)) {
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
            // A file with a name of its own for it means the builtin by its module.
            let is_own = |node: &Node<'_>| node.kind() == "identifier" && self.source.text_of(*node) == dotted && is_binding(*node);
            if self.imports.binds(dotted) || descendants(self.source.root()).any(|node| is_own(&node)) {
                return format!("{}.{dotted}", self.module("builtins"));
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
            // A program that gives the module its old name back needs nothing.
            let is_set =
                node.parent().is_some_and(|parent| parent.kind() == "assignment" && parent.child_by_field_name("left") == Some(node));
            if is_set || is_guarded(self.source, node) {
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
            let is_same = row.kind == Kind::Attribute && row.new.rsplit_once('.').is_some_and(|(module, _)| module == row.owner());
            if let Some(name) = node.child_by_field_name("attribute").filter(|_| is_same && !(self.plan.both)(row)) {
                self.put(span(name), row.new.rsplit('.').next().unwrap_or(row.new).to_owned());
                self.n_uses += 1;
                return;
            }
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

    fn indent(&self, at: usize) -> String {
        let text = self.source.whole_text();
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        text[start..at].chars().take_while(|c| c.is_whitespace()).collect()
    }
}

/// Whether the name is what a call calls.
fn is_callee(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| parent.kind() == "call" && parent.child_by_field_name("function") == Some(node))
}

fn is_builtin(module: &str) -> bool {
    matches!(module, "str" | "bytes" | "dict" | "int")
}

/// Whether the dotted name is a class of a module rather than a module.
fn is_class(path: &str) -> bool {
    path == "datetime.timezone"
}

/// Whether the file gives the name a meaning of its own here.
pub(super) fn is_binding(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field).map(span) == Some(span(node));
    match parent.kind() {
        "assignment" | "for_statement" | "for_in_clause" => is("left"),
        "function_definition" | "class_definition" | "named_expression" | "default_parameter" | "typed_default_parameter" => is("name"),
        "parameters"
        | "lambda_parameters"
        | "as_pattern_target"
        | "pattern_list"
        | "tuple_pattern"
        | "typed_parameter"
        | "list_splat_pattern"
        | "dictionary_splat_pattern" => true,
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
