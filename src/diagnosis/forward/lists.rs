//! Parameters and arguments: what a function takes, what a call gives, what the caller has at hand, and one more of each.

use super::super::birth;
use super::super::calls::Function;
use crate::symbols::{Kind, Symbols};
use crate::syntax::{Node, Source, children, descendants};
use crate::text::{ByteSpan, Edit};

/// One parameter as it is written.
#[derive(Clone, Copy)]
pub(super) struct Parameter<'v> {
    pub(super) node: Node<'v>,
    pub(super) name: &'v str,
    pub(super) default: Option<Node<'v>>,
    pub(super) annotation: Option<Node<'v>>,
    pub(super) sort: Sort,
}

/// How a parameter is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Plain,
    KeywordOnly,
    /// `*rest`, `**options`, `*`, `/`.
    Mark,
}

/// What `function` takes, without the receiver.
pub(super) fn parameters(function: Function<'_>) -> Vec<Parameter<'_>> {
    let nodes = function.node.child_by_field_name("parameters").map(children).unwrap_or_default();
    let mut is_behind_star = false;
    let read = |node| {
        let text = function.source.text_of(node);
        let sort = match text {
            _ if text.starts_with('*') || text == "/" => Sort::Mark,
            _ if is_behind_star => Sort::KeywordOnly,
            _ => Sort::Plain,
        };
        is_behind_star |= text.starts_with('*');
        let name = birth::name_of(function.source, node).unwrap_or_default();
        Parameter { node, name, default: node.child_by_field_name("value"), annotation: node.child_by_field_name("type"), sort }
    };
    nodes.into_iter().map(read).skip(usize::from(function.has_receiver())).collect()
}

/// What a call gives.
pub(super) struct Given<'v> {
    pub(super) list: Node<'v>,
    pub(super) by_place: Vec<Node<'v>>,
    pub(super) by_name: Vec<(&'v str, Node<'v>)>,
}

impl<'v> Given<'v> {
    /// None for a call whose arguments cannot be counted.
    pub(super) fn of(source: &'v Source, call: Node<'v>) -> Option<Given<'v>> {
        let list = call.child_by_field_name("arguments").filter(|list| list.kind() == "argument_list")?;
        let mut given = Given { list, by_place: Vec::new(), by_name: Vec::new() };
        for argument in children(list) {
            match argument.kind() {
                "keyword_argument" => {
                    let part = |field| argument.child_by_field_name(field);
                    given.by_name.push((source.text_of(part("name")?), part("value")?));
                }
                kind if kind.contains("splat") => return None,
                _ => given.by_place.push(argument),
            }
        }
        Some(given)
    }

    /// Whether `text` is given already, under whatever name.
    pub(super) fn holds(&self, source: &Source, text: &str) -> bool {
        self.by_place.iter().chain(self.by_name.iter().map(|(_, value)| value)).any(|value| source.text_of(*value) == text)
    }

    /// One more argument: by place where all others are and its place is the next, else by name.
    pub(super) fn with(&self, source: &Source, name: &str, value: &str, place: Option<usize>) -> Edit {
        let is_next = self.by_name.is_empty() && place == Some(self.by_place.len()) && !self.by_place.is_empty();
        let text = if is_next { value.to_owned() } else { format!("{name}={value}") };
        behind(source, self.list, children(self.list).last().copied(), &text)
    }
}

/// `text` in the list behind `item`, on a line of its own where the items stand so; first of all without an item.
pub(super) fn behind(source: &Source, list: Node<'_>, item: Option<Node<'_>>, text: &str) -> Edit {
    let Some(item) = item else {
        let comma = if children(list).is_empty() { "" } else { ", " };
        return Edit { span: ByteSpan::empty(list.start_byte() + 1), text: format!("{text}{comma}") };
    };
    let line = source.lines().span_of(source.line_of(item)).map(|span| (span.start, source.text(span)));
    let own_line = line.filter(|(start, text)| start + (text.len() - text.trim_start().len()) == item.start_byte());
    let gap = match own_line.filter(|_| source.line_of(item) != source.line_of(list)) {
        Some((_, text)) => {
            let eol = if source.whole_text().contains("\r\n") { "\r\n" } else { "\n" };
            format!("{eol}{}", &text[..text.len() - text.trim_start().len()])
        }
        None => " ".to_owned(),
    };
    Edit { span: ByteSpan::empty(item.end_byte()), text: format!(",{gap}{text}") }
}

/// The function with one more parameter that must be given; none where calls of it could no longer be told apart.
pub(super) fn with_required(function: Function<'_>, text: &str) -> Option<Edit> {
    let list = function.node.child_by_field_name("parameters")?;
    let own = parameters(function);
    let previous = own.iter().take_while(|one| one.sort == Sort::Plain && one.default.is_none()).last().map(|one| one.node);
    let receiver = children(list).into_iter().next().filter(|_| function.has_receiver());
    Some(behind(function.source, list, previous.or(receiver), text))
}

/// The function with one more parameter that may be left out.
pub(super) fn with_optional(function: Function<'_>, text: &str) -> Option<Edit> {
    let list = function.node.child_by_field_name("parameters")?;
    let nodes = children(list);
    let previous = nodes.iter().take_while(|node| !function.source.text_of(**node).starts_with("**")).last().copied();
    (nodes.is_empty() || previous.is_some()).then(|| behind(function.source, list, previous, text))
}

/// How code at `call` gets what bears `name`: a parameter or a variable that is certainly set there, or an attribute of its own object.
pub(super) fn at_hand(symbols: &Symbols<'_>, source: &Source, call: Node<'_>, name: &str) -> Option<String> {
    let mut function = birth::function_around(source, call);
    let scope = function.unwrap_or(source.root());
    let is_set = |node: &Node<'_>| {
        node.kind() == "identifier"
            && source.text_of(*node) == name
            && node.end_byte() <= call.start_byte()
            && birth::is_binding(*node)
            && birth::function_around(source, *node) == birth::function_around(source, call)
    };
    let bindings: Vec<Node<'_>> = descendants(scope).filter(is_set).collect();
    let is_gone = |node: &Node<'_>| source.ancestors(*node).iter().take(3).any(|around| around.kind() == "delete_statement");
    if bindings.iter().any(is_gone) {
        return None;
    }
    if bindings.iter().any(|binding| is_certain(source, *binding, call)) {
        return Some(name.to_owned());
    }
    let innermost = function;
    while let Some(around) = function {
        let found = parameters_and_receiver(Function { source, node: around }).into_iter().any(|parameter| parameter == name);
        if found {
            return Some(name.to_owned());
        }
        function = birth::function_around(source, around);
    }
    let method = Function { source, node: innermost? };
    let is_method = method.class().is_some() && parameters_and_receiver(method).first() == Some(&"self");
    let class = super::super::calls::class_name(method).filter(|_| is_method && !method.decorators().contains(&"staticmethod"))?;
    let members = symbols.members_of(class)?.members;
    let is_value = |kind: Kind| matches!(kind, Kind::Attribute | Kind::Property | Kind::Variable);
    members.iter().any(|member| member.name == name && is_value(member.kind)).then(|| format!("self.{name}"))
}

fn parameters_and_receiver(function: Function<'_>) -> Vec<&str> {
    let nodes = function.node.child_by_field_name("parameters").map(children).unwrap_or_default();
    let plain = nodes.into_iter().filter(|node| !function.source.text_of(*node).starts_with('*'));
    plain.filter_map(|node| birth::name_of(function.source, node)).collect()
}

/// Whether what `binding` binds is bound wherever `call` is reached: it stands in a block around the call, or in the head of one.
fn is_certain(source: &Source, binding: Node<'_>, call: Node<'_>) -> bool {
    let around = source.ancestors(call);
    for above in source.ancestors(binding) {
        match above.kind() {
            "block" | "module" => return around.contains(&above),
            "for_statement" | "with_statement" if around.contains(&above) => return true,
            "for_statement"
            | "while_statement"
            | "list_comprehension"
            | "dictionary_comprehension"
            | "set_comprehension"
            | "generator_expression"
            | "lambda"
            | "import_from_statement"
            | "import_statement" => return false,
            _ => {}
        }
    }
    false
}
