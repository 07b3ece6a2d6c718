//! Calls: keywords that have another name, and calls in whose place another expression stands.

use super::{Rewriter, is_alone};
use crate::diagnosis::drift::imports::is_guarded;
use crate::diagnosis::drift::table::{Kind, PYTHON, Row, is_meant};
use crate::diagnosis::knowledge::is_python_module;
use crate::syntax::{Node, children, descendants, span};
use crate::text::ByteSpan;

impl<'s> Rewriter<'s, '_> {
    /// Calls, the inner ones first.
    pub(super) fn calls(&mut self) {
        let mut nodes: Vec<Node<'s>> = descendants(self.source.root()).filter(|node| node.kind() == "call").collect();
        nodes.sort_by_key(|node| (span(*node).len(), node.start_byte()));
        for node in nodes {
            if !is_guarded(self.source, node) {
                self.keywords(node);
                self.call(node);
            }
        }
    }

    pub(super) fn keywords(&mut self, call: Node<'s>) {
        let Some((function, list)) = parts(call) else { return };
        let callee = self.source.text_of(function).rsplit('.').next().unwrap_or_default();
        // `time.sleep` is no function of a package, nor `pytest.skip` one of the library.
        let dotted = self.imports.dotted(function);
        let root = dotted.as_deref().and_then(|dotted| dotted.split('.').next());
        let is_near = |row: &Row| root.is_none_or(|root| is_python_module(root) == (row.library == PYTHON));
        for argument in children(list).into_iter().filter(|child| child.kind() == "keyword_argument") {
            let (Some(name), Some(value)) = (argument.child_by_field_name("name"), argument.child_by_field_name("value")) else { continue };
            let (word, value) = (self.source.text_of(name), self.source.text_of(value));
            let is_value = |row: &Row| row.value.is_none_or(|wanted| wanted == value);
            let rows = self.of_kind(&[Kind::Keyword, Kind::Argument]);
            let fits = |row: &&Row| row.word() == word && row.owner() == callee && is_value(row) && is_near(row);
            let Some(row) = rows.into_iter().filter(fits).min_by_key(|row| row.value.is_none()) else { continue };
            match row.kind {
                Kind::Keyword => self.put(span(name), row.new.to_owned()),
                _ if row.new.is_empty() => self.put(without(argument), String::new()),
                _ => self.put(span(argument), row.new.to_owned()),
            }
            self.n_uses += 1;
        }
    }

    pub(super) fn call(&mut self, call: Node<'s>) {
        let Some((function, list)) = parts(call) else { return };
        let arguments: Vec<Node<'s>> = children(list).into_iter().filter(|child| child.kind() != "comment").collect();
        let is_positional = |node: &&Node<'s>| !matches!(node.kind(), "keyword_argument" | "list_splat" | "dictionary_splat");
        let fits = |row: &Row| {
            let n = row.arguments.len();
            let is_count = if row.has_rest { arguments.len() >= n } else { arguments.len() == n };
            let is_it = |wanted: &str, node: &Node<'s>| match wanted.split_once('=') {
                Some((name, value)) => {
                    let is_named = node.child_by_field_name("name").is_some_and(|word| self.source.text_of(word) == name);
                    is_named && node.child_by_field_name("value").is_some_and(|node| self.is_of_kind(value, node))
                }
                None => is_positional(&node) && self.is_of_kind(wanted, *node),
            };
            is_count && row.arguments.iter().zip(&arguments).all(|(wanted, node)| is_it(wanted, node))
        };
        let dotted = self.imports.dotted(function);
        let word = function.child_by_field_name("attribute").map(|name| self.source.text_of(name));
        let rows = match &dotted {
            Some(dotted) => {
                let is_unpacked = || {
                    call.parent()
                        .and_then(|parent| parent.child_by_field_name("left"))
                        .is_some_and(|left| matches!(left.kind(), "pattern_list" | "tuple_pattern" | "list_pattern"))
                };
                self.chosen(&[Kind::Call, Kind::Unpacked], |row| {
                    row.old == *dotted && fits(row) && (row.kind == Kind::Call || is_unpacked())
                })
            }
            None => self.chosen(&[Kind::Shape, Kind::Used], |row| {
                Some(row.word()) == word && fits(row) && self.may_be(row, function.child_by_field_name("object"))
            }),
        };
        let is_dropped = call.parent().is_some_and(|parent| parent.kind() == "expression_statement");
        let Some(row) = rows.into_iter().next().filter(|row| row.kind != Kind::Used || !is_dropped) else {
            let is_lost = |row: &Row, dotted: &str| row.old == dotted && !is_meant(row);
            let is_named = dotted.as_deref().is_some_and(|dotted| self.of_kind(&[Kind::Call]).iter().any(|row| is_lost(row, dotted)));
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
        let values: Vec<Node<'s>> = arguments[..n].iter().map(|node| value_of(*node)).collect();
        self.shape(row, call, function, object, &values, &rest);
    }

    /// Whether the argument is what a row wants: `$1` anything, `$1:list` a node of that kind, `$1:a-list` a name that was given one,
    /// `$1:open` what the text tells nothing of.
    fn is_of_kind(&self, wanted: &str, node: Node<'s>) -> bool {
        let Some((_, wanted)) = wanted.split_once(':') else { return true };
        let kind = |node: Node<'s>| match node.kind() {
            "concatenated_string" => "string",
            "list_comprehension" => "list",
            "dictionary_comprehension" => "dictionary",
            kind => kind,
        };
        let given = || self.given(node).map(kind).filter(|kind| matches!(*kind, "list" | "dictionary" | "string"));
        match wanted.strip_prefix("a-") {
            Some(wanted) => given() == Some(wanted),
            None if wanted == "open" => {
                matches!(node.kind(), "identifier" | "attribute" | "call" | "subscript" | "parenthesized_expression") && given().is_none()
            }
            None => kind(node) == wanted,
        }
    }

    /// What the name was given last before its use in the same function or at the top of the file.
    fn given(&self, name: Node<'s>) -> Option<Node<'s>> {
        if name.kind() != "identifier" {
            return None;
        }
        let around = self.source.ancestors(name).into_iter().find(|node| matches!(node.kind(), "function_definition" | "module"))?;
        let is_it = |node: &Node<'s>| {
            node.kind() == "assignment"
                && node.end_byte() <= name.start_byte()
                && node.child_by_field_name("left").is_some_and(|left| self.source.text_of(left) == self.source.text_of(name))
        };
        descendants(around).filter(is_it).last()?.child_by_field_name("right")
    }

    pub(super) fn shape(
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
        let new = row.new.replace("$f", &self.text(span(function)));
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
    pub(super) fn expression(&mut self, new: &str, node: Node<'s>, object: Option<Node<'s>>, arguments: &[Node<'s>], rest: &str) -> String {
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
}

/// `...` in a replacement: the further arguments with the comma before them, or nothing.
fn with_rest(new: &str, rest: &str) -> String {
    if rest.is_empty() {
        return new.replace(", ...", "").replace("..., ", "").replace("...", "");
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

fn parts(call: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let list = call.child_by_field_name("arguments").filter(|list| list.kind() == "argument_list")?;
    Some((call.child_by_field_name("function")?, list))
}

/// What a keyword is given; any other argument itself.
fn value_of(argument: Node<'_>) -> Node<'_> {
    argument.child_by_field_name("value").filter(|_| argument.kind() == "keyword_argument").unwrap_or(argument)
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
