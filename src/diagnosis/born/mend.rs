//! The `return` that a function lacks, where its own code or that of its kin says which one.
//!
//! Refuses where it would have to guess: a call as the last statement may be there for what it does, so its value is returned only where
//! other returns give the value of the same call. What is made never swallows anything: it gives a value that was thrown away.

use super::super::calls::{Calls, Function, only};
use super::trace::Nones;
use crate::symbols::Role;
use crate::syntax::{Node, Source, children, descendants};
use crate::text::{ByteSpan, Edit};

/// A change of one function and what it does.
pub(super) struct Mended {
    pub(super) edits: Vec<Edit>,
    pub(super) title: String,
    pub(super) why: &'static str,
    pub(super) risk: Option<&'static str>,
}

const DROPPED: &str = "Nobody gets the value of the last expression of a path; the other paths return theirs.";
const BUILT: &str = "The function builds a value and ends without returning it.";
const LEFT: &str = "Every other path returns this value, the last one ends without it.";
const KIN: &str = "The same method of a class of its kin returns this value, this one drops it.";
const INNER: &str = "The function ends by defining another one that nothing uses: a decorator that does not return it.";
const EARLY: &str = "The other early return gives an empty value of the kind that callers take apart.";

/// What is known of a function that gives None.
pub(super) struct Patient<'a, 'v> {
    pub(super) function: Function<'v>,
    pub(super) nones: &'a Nones<'v>,
    pub(super) calls: &'a Calls<'v>,
    /// How many values the failing statement takes apart.
    pub(super) wanted: Option<usize>,
}

impl<'v> Patient<'_, 'v> {
    /// The changes that a reason carries, the surest first.
    pub(super) fn mended(&self) -> Vec<Mended> {
        let dropped = self.dropped();
        let others = [self.inner(), self.kept(), self.built(), self.early()];
        dropped.into_iter().chain(others.into_iter().flatten()).collect()
    }

    fn source(&self) -> &'v Source {
        self.function.source
    }

    /// `return` before the last expression of each path that drops one.
    fn dropped(&self) -> Option<Mended> {
        let kin = self.kin();
        let (mut edits, mut is_of_kin, mut line) = (Vec::new(), false, None);
        for end in &self.nones.ends {
            let Some(value) = only(children(*end).into_iter()).filter(|_| end.kind() == "expression_statement") else { continue };
            let own = self.nones.values.iter().map(|value| (self.source(), *value));
            let is_own = self.is_lost(*end, value, own);
            if !is_own && !self.is_lost(*end, value, kin.iter().copied()) {
                continue;
            }
            is_of_kin |= !is_own;
            line = line.or(Some(self.source().line_of(*end)));
            edits.push(Edit { span: ByteSpan::empty(value.start_byte()), text: "return ".to_owned() });
        }
        let title = format!("return the value that `{}` computes on line {} and drops", self.function.name(), line?);
        Some(Mended { edits, title, why: if is_of_kin { KIN } else { DROPPED }, risk: None })
    }

    /// Whether `value`, an expression that is a statement, was meant to be returned.
    fn is_lost(&self, end: Node<'v>, value: Node<'v>, mut returned: impl Iterator<Item = (&'v Source, Node<'v>)>) -> bool {
        let source = self.source();
        if is_in_try(source, end, self.function.node) || !fits(value, self.wanted) {
            return false;
        }
        // In a function that returns nothing at all, only what has no other use than its value.
        let is_bare = self.nones.values.is_empty() && self.nones.bare.is_empty() && self.nones.told.is_empty();
        match value.kind() {
            "call" => {
                let callee = called(source, value);
                let same = |(other, found): (&Source, Node<'_>)| found.kind() == "call" && called(other, found) == callee;
                !callee.is_empty() && !DOES.contains(&callee) && (returned.any(same) || (is_bare && self.makes(value)))
            }
            "binary_operator" | "comparison_operator" | "not_operator" | "list" | "dictionary" | "set" | "tuple" | "expression_list"
                if is_bare =>
            {
                true
            }
            "binary_operator"
            | "comparison_operator"
            | "boolean_operator"
            | "not_operator"
            | "list"
            | "dictionary"
            | "set"
            | "tuple"
            | "expression_list"
            | "list_comprehension"
            | "dictionary_comprehension"
            | "set_comprehension"
            | "conditional_expression"
            | "identifier"
            | "integer"
            | "float"
            | "true"
            | "false" => returned.next().is_some(),
            // An element or an attribute may be asked for to see whether it is there, and a text to explain.
            kind @ ("subscript" | "attribute" | "string") => returned.any(|(_, found)| found.kind() == kind),
            _ => false,
        }
    }

    /// Whether a call only makes a value: one of the language's own functions, or a class of the project.
    fn makes(&self, call: Node<'v>) -> bool {
        let source = self.source();
        let text = call.child_by_field_name("function").map(|callee| source.text_of(callee)).unwrap_or_default();
        let is_class = text.starts_with(char::is_uppercase)
            && self.calls.knows(Role::Definition, text)
            && !self.calls.symbols().classes_of(text).is_empty();
        let is_own = self.calls.functions(text).is_empty();
        (PURE.contains(&text) && is_own) || is_class
    }

    /// `return name` of the inner function that a decorator ends with and does nothing with.
    fn inner(&self) -> Option<Mended> {
        let source = self.source();
        let end = only(self.nones.ends.iter().copied())?;
        let definition = match end.kind() {
            "decorated_definition" => end.child_by_field_name("definition")?,
            _ => end,
        };
        let name = source.text_of(definition.child_by_field_name("name").filter(|_| definition.kind() == "function_definition")?);
        let is_only = self.uses(name).count() == 1 && self.nones.values.is_empty() && self.nones.bare.is_empty();
        (is_only && self.wanted.is_none()).then(|| self.behind(end, name, INNER)).flatten()
    }

    /// What the same methods of its kin return, where the function itself returns nothing.
    fn kin(&self) -> Vec<(&'v Source, Node<'v>)> {
        let Some(class) = super::super::calls::class_name(self.function).filter(|_| self.nones.values.is_empty()) else {
            return Vec::new();
        };
        let family = self.calls.family(class);
        let is_kin = |other: &Function<'v>| {
            other.node != self.function.node && super::super::calls::class_name(*other).is_some_and(|name| family.contains(name))
        };
        let values = |function: Function<'v>| {
            let returns = self.calls.symbols().returns(function.source, function.source.span_of(function.node));
            Nones::of(function, &returns).map_or(Vec::new(), |nones| nones.values)
        };
        let kin = self.calls.functions(self.function.name()).into_iter().filter(is_kin);
        kin.flat_map(|function| values(function).into_iter().map(move |value| (function.source, value))).collect()
    }

    /// `return name` behind a last assignment to a name that nobody reads, or where all other paths return the same name.
    fn kept(&self) -> Option<Mended> {
        let source = self.source();
        let end = only(self.nones.ends.iter().copied())?;
        let names: Vec<&str> =
            self.nones.values.iter().filter(|value| value.kind() == "identifier").map(|value| source.text_of(*value)).collect();
        let common =
            names.first().copied().filter(|first| names.len() == self.nones.values.len() && names.iter().all(|name| name == first));
        let assigned = only(children(end).into_iter()).filter(|node| end.kind() == "expression_statement" && node.kind() == "assignment");
        let left = assigned.and_then(|node| node.child_by_field_name("left")).filter(|left| left.kind() == "identifier");
        if let Some(name) = left.map(|left| source.text_of(left)) {
            let n_uses = self.uses(name).count();
            let is_declared = self.function.own_nodes().iter().any(|node| matches!(node.kind(), "global_statement" | "nonlocal_statement"));
            let value = assigned.and_then(|node| node.child_by_field_name("right"));
            if is_declared || !(n_uses == 1 || common == Some(name)) || !value.is_some_and(|value| fits(value, self.wanted)) {
                return None;
            }
            return self.behind(end, name, if n_uses == 1 { BUILT } else { LEFT });
        }
        let name = common.filter(|name| self.is_set_at_top(name))?;
        let last = self.function.body().map(children)?.into_iter().next_back()?;
        (last == end).then(|| self.behind(end, name, LEFT)).flatten()
    }

    /// `return name` at the end of a function that fills `name` and does nothing with it.
    fn built(&self) -> Option<Mended> {
        let source = self.source();
        let body = self.function.body()?;
        let end = children(body).into_iter().next_back()?;
        let is_end = |node: &Node<'v>| node.start_byte() >= end.start_byte() && node.end_byte() <= end.end_byte();
        // Ends within the last statement are those of its branches.
        if self.nones.ends.is_empty() || !self.nones.ends.iter().all(is_end) || !self.nones.bare.is_empty() || !self.nones.told.is_empty() {
            return None;
        }
        let statements = children(body).into_iter().filter(|statement| statement.kind() == "expression_statement");
        let begun = statements.filter_map(|statement| {
            let assignment = only(children(statement).into_iter()).filter(|node| node.kind() == "assignment")?;
            let name = assignment.child_by_field_name("left").filter(|left| left.kind() == "identifier")?;
            let value = assignment.child_by_field_name("right").filter(|value| is_beginning(source, *value))?;
            Some((source.text_of(name), value))
        });
        let (name, first) = only(begun.filter(|(name, _)| self.is_filled(name)))?;
        let is_alike = |value: &Node<'v>| source.text_of(*value) == name || (value.kind() == first.kind() && is_beginning(source, *value));
        if !self.nones.values.iter().all(is_alike) || self.wanted.is_some_and(|_| !matches!(first.kind(), "list")) {
            return None;
        }
        self.behind(end, name, BUILT)
    }

    /// Whether every use of `name` begins, fills or reads it in place: it is given to nobody and kept nowhere.
    fn is_filled(&self, name: &str) -> bool {
        let source = self.source();
        let mut n_fills = 0;
        for node in self.uses(name) {
            let Some(parent) = node.parent() else { return false };
            let holds = |field: &str| parent.child_by_field_name(field) == Some(node);
            match parent.kind() {
                "assignment" if holds("left") => {}
                "augmented_assignment" if holds("left") => n_fills += 1,
                "subscript" if holds("value") => {
                    let around = parent.parent();
                    let is_left = around.and_then(|around| around.child_by_field_name("left")) == Some(parent);
                    n_fills += usize::from(is_left && around.is_some_and(|around| around.kind().ends_with("assignment")));
                }
                "attribute" if holds("object") => {
                    let method = parent.child_by_field_name("attribute").map(|method| source.text_of(method)).unwrap_or_default();
                    n_fills += usize::from(FILLS.contains(&method));
                }
                "comparison_operator" | "not_operator" | "return_statement" | "if_statement" => {}
                _ => return false,
            }
        }
        n_fills > 0
    }

    /// The value of the other early returns, where one `return` gives nothing and the failing statement takes the value apart.
    fn early(&self) -> Option<Mended> {
        let wanted = self.wanted?;
        let source = self.source();
        let bare = only(self.nones.bare.iter().copied()).filter(|_| self.nones.ends.is_empty())?;
        let is_plain = |value: &Node<'v>| {
            let parts = children(*value);
            matches!(value.kind(), "tuple" | "expression_list")
                && parts.len() == wanted
                && parts.iter().all(|part| {
                    matches!(part.kind(), "none" | "string" | "integer" | "float" | "true" | "false") || is_beginning(source, *part)
                })
        };
        let mut plain: Vec<&str> = self.nones.values.iter().filter(|value| is_plain(value)).map(|value| source.text_of(*value)).collect();
        plain.dedup();
        let text = only(plain.into_iter())?;
        let edit = Edit { span: ByteSpan::empty(bare.end_byte()), text: format!(" {text}") };
        let title =
            format!("return `{text}` on line {}, as the other early return of `{}` does", source.line_of(bare), self.function.name());
        Some(Mended { edits: vec![edit], title, why: EARLY, risk: Some("Callers may not expect this value.") })
    }

    /// The uses of a name in the function; none of a nested function.
    fn uses<'n>(&'n self, name: &'n str) -> impl Iterator<Item = Node<'v>> + 'n {
        let source = self.source();
        let nodes = self.function.body().into_iter().flat_map(descendants);
        nodes.filter(move |node| node.kind() == "identifier" && source.text_of(*node) == name && !is_label(*node))
    }

    /// Whether a statement of the function's own block, no branch of it, gives `name` a value.
    fn is_set_at_top(&self, name: &str) -> bool {
        let source = self.source();
        let parameters = self.function.node.child_by_field_name("parameters").map(children).unwrap_or_default();
        let is_parameter = parameters.iter().any(|parameter| super::super::birth::name_of(source, *parameter) == Some(name));
        let sets = |statement: &Node<'v>| {
            let assignment = only(children(*statement).into_iter()).filter(|node| node.kind() == "assignment");
            let left = assignment.and_then(|node| node.child_by_field_name("left"));
            left.is_some_and(|left| source.text_of(left) == name)
        };
        is_parameter || self.function.body().map(children).unwrap_or_default().iter().any(sets)
    }

    /// `return name` on a line of its own behind `end`, as deep as the block that `end` stands in.
    fn behind(&self, end: Node<'v>, name: &str, why: &'static str) -> Option<Mended> {
        let source = self.source();
        let span = source.lines().span_of(source.line_of(end))?;
        let line = source.text(span);
        let indent = &line[..line.len() - line.trim_start().len()];
        // `if a: b = 1` and `a; b` share a line.
        if span.start + indent.len() != end.start_byte() {
            return None;
        }
        let last = source.lines().span_of(source.lines().line_of(end.end_byte()))?;
        let text = source.text(last);
        let at = last.start + text.trim_end_matches(['\r', '\n']).len();
        let eol = if source.whole_text().contains("\r\n") { "\r\n" } else { "\n" };
        let edit = Edit { span: ByteSpan::empty(at), text: format!("{eol}{indent}return {name}") };
        let title = format!("return `{name}` at the end of `{}`", self.function.name());
        Some(Mended { edits: vec![edit], title, why, risk: None })
    }
}

/// Methods that fill what they are called on.
const FILLS: &[&str] = &["append", "extend", "add", "update", "insert", "setdefault", "appendleft", "write"];
/// Calls that are made for what they do.
const DOES: &[&str] = &[
    "print",
    "append",
    "extend",
    "insert",
    "add",
    "update",
    "remove",
    "discard",
    "clear",
    "sort",
    "reverse",
    "write",
    "setattr",
    "delattr",
    "debug",
    "info",
    "warning",
    "warn",
    "exception",
    "log",
    "close",
    "flush",
    "__init__",
    "writelines",
    "save",
    "send",
    "start",
    "join_all",
];

/// Functions of the language that do nothing but give a value.
const PURE: &[&str] = &[
    "abs",
    "bool",
    "bytes",
    "dict",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hash",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "zip",
];

/// Whether a value may be taken apart into so many parts.
fn fits(value: Node<'_>, wanted: Option<usize>) -> bool {
    match (wanted, value.kind()) {
        (None, _) => true,
        (Some(wanted), "tuple" | "expression_list" | "list") => children(value).len() == wanted,
        (Some(_), kind) => !matches!(kind, "integer" | "float" | "true" | "false" | "comparison_operator" | "not_operator" | "none"),
    }
}

/// A value that is there to be filled: empty, or a zero.
fn is_beginning(source: &Source, value: Node<'_>) -> bool {
    matches!(
        source.text_of(value),
        "[]" | "{}"
            | "()"
            | "0"
            | "0.0"
            | "''"
            | "\"\""
            | "list()"
            | "dict()"
            | "set()"
            | "OrderedDict()"
            | "Counter()"
            | "deque()"
            | "bytearray()"
    ) || source.text_of(value).starts_with("defaultdict(")
}

/// The last name of what is called.
fn called<'s>(source: &'s Source, call: Node<'_>) -> &'s str {
    let text = call.child_by_field_name("function").map(|callee| source.text_of(callee)).unwrap_or_default();
    text.rsplit('.').next().unwrap_or(text)
}

fn is_in_try(source: &Source, node: Node<'_>, function: Node<'_>) -> bool {
    source.ancestors(node).into_iter().take_while(|around| *around != function).any(|around| around.kind() == "try_statement")
}

/// The name of an attribute or of a keyword, which is no use of a variable.
fn is_label(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let holds = |field: &str| parent.child_by_field_name(field) == Some(node);
    (parent.kind() == "attribute" && holds("attribute")) || (parent.kind() == "keyword_argument" && holds("name"))
}
