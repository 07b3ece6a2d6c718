//! Follows a None back to where it was born: through names to their values, through parameters to the call, through calls into functions.
//!
//! Every step has one answer or the trail ends. A function that can give None is where it ends well.

use super::super::birth::{self, Birth};
use super::super::calls::{Calls, Function, only};
use super::super::{Case, Spot};
use crate::symbols::Returns;
use crate::syntax::{Node, Source, children, descendants};

/// So many steps back.
const MAX_STEPS: usize = 8;

/// The way back.
#[derive(Default)]
pub(super) struct Trail<'v> {
    /// What was passed, in sentences, the failure first.
    pub(super) steps: Vec<String>,
    /// Whether it left the function of the failure.
    pub(super) is_far: bool,
    /// The function that gave None.
    pub(super) function: Option<Function<'v>>,
}

/// Where in the trail one is.
#[derive(Clone, Copy)]
struct At<'v> {
    source: &'v Source,
    node: Node<'v>,
    /// Index of the event's frame, as long as the call stack says who called.
    frame: Option<usize>,
}

pub(super) struct Tracer<'t, 'v> {
    pub(super) case: Case<'t>,
    pub(super) calls: &'t Calls<'v>,
    pub(super) sources: &'v std::collections::BTreeMap<crate::text::RepoPath, Source>,
}

/// How a function can give None.
pub(super) struct Nones<'v> {
    /// Values that it returns, None left out.
    pub(super) values: Vec<Node<'v>>,
    /// The last statements of paths without `return`.
    pub(super) ends: Vec<Node<'v>>,
    /// `return` without a value.
    pub(super) bare: Vec<Node<'v>>,
    /// `return None`.
    pub(super) told: Vec<Node<'v>>,
}

impl<'v> Nones<'v> {
    /// None for a generator and for what has no code of its own.
    pub(super) fn of(function: Function<'v>, returns: &Returns) -> Option<Nones<'v>> {
        let source = function.source;
        let has_await = |word: &str| source.text_of(function.node).starts_with(word);
        if returns.is_generator || !function.is_plain() || is_stub(function) || has_await("async ") && function.own_nodes().is_empty() {
            return None;
        }
        let returned: Vec<Node<'v>> = function.own_nodes().into_iter().filter(|node| node.kind() == "return_statement").collect();
        let value = |node: &Node<'v>| children(*node).into_iter().next();
        let (mut values, mut bare, mut told) = (Vec::new(), Vec::new(), Vec::new());
        for statement in returned {
            match value(&statement) {
                None => bare.push(statement),
                Some(value) if value.kind() == "none" => told.push(statement),
                Some(value) => values.push(value),
            }
        }
        let ends = returns.open_ends.iter().filter_map(|end| outermost_at(source, *end)).filter(|end| !leaves(source, *end)).collect();
        Some(Nones { values, ends, bare, told })
    }

    pub(super) fn is_possible(&self) -> bool {
        !(self.ends.is_empty() && self.bare.is_empty() && self.told.is_empty())
    }
}

/// The statement that covers exactly `span`, not the expression in it.
fn outermost_at(source: &Source, span: crate::text::ByteSpan) -> Option<Node<'_>> {
    let inner = source.node_at(span)?;
    let above = source.ancestors(inner).into_iter().take_while(|node| source.span_of(*node) == span && node.kind() != "block");
    Some(above.last().unwrap_or(inner))
}

/// Whether nothing but a text, `pass`, `...` or `raise` stands in the body.
pub(super) fn is_stub(function: Function<'_>) -> bool {
    let statements = function.body().map(children).unwrap_or_default();
    statements.iter().all(|statement| {
        matches!(statement.kind(), "pass_statement" | "raise_statement")
            || statement.child(0).is_some_and(|child| matches!(child.kind(), "string" | "ellipsis"))
    })
}

/// Whether a statement ends the program or the test.
fn leaves(source: &Source, statement: Node<'_>) -> bool {
    let text = source.text_of(statement);
    let callee = text.split('(').next().unwrap_or_default();
    let name = callee.rsplit('.').next().unwrap_or(callee);
    matches!(name, "exit" | "_exit" | "quit" | "fail" | "abort" | "error" | "skip" | "execv" | "execvp") || text.starts_with("assert False")
}

impl<'v> Tracer<'_, 'v> {
    /// The way back from `node`, which was None where `spot` is.
    pub(super) fn follow(&self, source: &'v Source, node: Node<'v>, spot: &Spot) -> Trail<'v> {
        let mut trail = Trail::default();
        let mut at = Some(At { source, node, frame: spot.frame });
        for _ in 0..MAX_STEPS {
            let Some(now) = at else { break };
            at = self.step(now, &mut trail);
        }
        trail
    }

    fn step(&self, at: At<'v>, trail: &mut Trail<'v>) -> Option<At<'v>> {
        let on = |node: Node<'v>| Some(At { node, ..at });
        match at.node.kind() {
            "parenthesized_expression" | "await" => on(only(children(at.node).into_iter())?),
            "none" => {
                trail.steps.push(format!("None is written on {}:{}", at.source.path(), at.source.line_of(at.node)));
                None
            }
            "boolean_operator" => {
                let is_or = at.node.child_by_field_name("operator").is_some_and(|operator| at.source.text_of(operator) == "or");
                on(at.node.child_by_field_name("right").filter(|_| is_or)?)
            }
            "identifier" => self.of_name(at, trail),
            "attribute" => self.of_attribute(at, trail),
            "subscript" => {
                let value = at.node.child_by_field_name("value")?;
                let class = self.calls.symbols().class_of(at.source, at.source.span_of(value))?;
                self.of_functions(&self.calls.methods_of(&class, "__getitem__"), trail)
            }
            "call" => self.of_functions(&self.calls.callees(at.source, at.node), trail),
            _ => None,
        }
    }

    /// Into the functions that may have been called: into the one that can give None, or on to the one value that it passes on.
    fn of_functions(&self, functions: &[Function<'v>], trail: &mut Trail<'v>) -> Option<At<'v>> {
        let nones = |function: &Function<'v>| {
            let returns = self.calls.symbols().returns(function.source, function.source.span_of(function.node));
            Some((*function, Nones::of(*function, &returns)?))
        };
        let known: Vec<(Function<'v>, Nones<'v>)> = functions.iter().filter_map(nones).collect();
        if functions.len() == 1
            && let [(function, found)] = known.as_slice()
            && !found.is_possible()
        {
            let passed = only(found.values.iter().filter(|value| matches!(value.kind(), "call" | "identifier" | "attribute" | "await")))?;
            trail.is_far = true;
            trail.steps.push(format!("`{}` ({}) passes on `{}`", function.name(), function.place(), head(function.source, *passed)));
            return Some(At { source: function.source, node: *passed, frame: None });
        }
        let (function, found) = only(known.into_iter().filter(|(_, found)| found.is_possible()))?;
        trail.steps.push(format!("`{}` ({}) gives None {}", function.name(), function.place(), ways(function.source, &found)));
        (trail.function, trail.is_far) = (Some(function), true);
        None
    }

    fn of_name(&self, at: At<'v>, trail: &mut Trail<'v>) -> Option<At<'v>> {
        let name = at.source.text_of(at.node);
        if let Some(decorator) = self.decorator(at, name) {
            return self.of_functions(&[decorator], trail);
        }
        match reaching(at.source, at.node, name)? {
            Birth::Assigned { statement, value } => {
                let line = at.source.line_of(statement);
                trail.steps.push(format!("`{name}` got its value on {}:{line}: `{}`", at.source.path(), head(at.source, statement)));
                Some(At { node: value, ..at })
            }
            Birth::Given { default } => self.of_parameter(at, name, default, trail),
        }
    }

    /// The function that made `name` out of the function defined under it: its one decorator, or what the decorator's call returns.
    fn decorator(&self, at: At<'v>, name: &str) -> Option<Function<'v>> {
        let is_it = |node: &Node<'v>| {
            let definition = node.child_by_field_name("definition").filter(|_| node.kind() == "decorated_definition");
            definition.and_then(|definition| definition.child_by_field_name("name")).is_some_and(|found| at.source.text_of(found) == name)
        };
        let scope = birth::function_around(at.source, at.node).unwrap_or(at.source.root());
        let all = || descendants(scope).chain(descendants(at.source.root())).filter(is_it);
        let decorated = all().next().filter(|first| all().all(|other| other == *first))?;
        let decorator = only(children(decorated).into_iter().filter(|node| node.kind() == "decorator"))?;
        let expression = only(children(decorator).into_iter())?;
        let named = |node: Node<'v>| (node.kind() == "identifier").then(|| self.calls.named(at.source, node)).flatten();
        if expression.kind() != "call" {
            return named(expression);
        }
        let maker = named(expression.child_by_field_name("function")?)?;
        let returns = self.calls.symbols().returns(maker.source, maker.source.span_of(maker.node));
        let value = only(Nones::of(maker, &returns)?.values.into_iter()).filter(|value| value.kind() == "identifier")?;
        self.calls.named(maker.source, value)
    }

    /// To the call that gave the argument.
    fn of_parameter(&self, at: At<'v>, name: &str, default: Option<Node<'v>>, trail: &mut Trail<'v>) -> Option<At<'v>> {
        let function = Function { source: at.source, node: birth::function_around(at.source, at.node)? };
        let (call, source, frame) = self.caller(function, at.frame)?;
        trail.is_far = true;
        let place = format!("{}:{}", source.path(), source.line_of(call));
        match argument(function, source, call, name) {
            Argument::Is(value) => {
                trail.steps.push(format!("`{name}` of `{}` came from {place}: `{}`", function.name(), head(source, value)));
                Some(At { source, node: value, frame })
            }
            Argument::LeftOut if default.is_some_and(|default| default.kind() == "none") => {
                trail.steps.push(format!("{place} calls `{}` without `{name}`, whose default is None", function.name()));
                None
            }
            _ => None,
        }
    }

    /// The call of `function` as the call stack shows it, or else the only one that there is.
    fn caller(&self, function: Function<'v>, frame: Option<usize>) -> Option<(Node<'v>, &'v Source, Option<usize>)> {
        let Some(frame) = frame.filter(|frame| *frame > 0) else {
            let call = only(self.calls.callers(function)?.into_iter())?;
            return Some((call.node, call.source, None));
        };
        let spot = self.case.spots.iter().find(|spot| spot.frame == Some(frame - 1))?;
        let source = self.sources.get(&spot.path)?;
        let class = super::super::calls::class_name(function).filter(|_| function.name() == "__init__");
        let wanted = class.unwrap_or(function.name());
        let is_it = |node: &Node<'v>| {
            let callee = node.child_by_field_name("function").filter(|_| node.kind() == "call");
            let (first, last) = (source.lines().line_of(node.start_byte()), source.lines().line_of(node.end_byte()));
            let is_here = (first..=last).contains(&spot.line);
            is_here && callee.is_some_and(|callee| source.text_of(callee).rsplit('.').next() == Some(wanted))
        };
        let call = only(descendants(source.root()).filter(is_it))?;
        Some((call, source, Some(frame - 1)))
    }

    /// A property, or an attribute that one assignment of the class sets.
    fn of_attribute(&self, at: At<'v>, trail: &mut Trail<'v>) -> Option<At<'v>> {
        let methods = self.calls.methods(at.source, at.node);
        if !methods.is_empty() {
            let is_property = |function: &Function<'v>| function.decorators().iter().any(|name| name.ends_with("property"));
            return if methods.iter().all(is_property) { self.of_functions(&methods, trail) } else { None };
        }
        let text = at.source.text_of(at.node);
        text.strip_prefix("self.").filter(|name| !name.contains('.'))?;
        let class = at.source.ancestors(at.node).into_iter().find(|node| node.kind() == "class_definition")?;
        let left = |node: &Node<'v>| node.child_by_field_name("left").is_some_and(|left| at.source.text_of(left) == text);
        let set = only(descendants(class).filter(|node| node.kind() == "assignment" && left(node)))?;
        let line = at.source.line_of(set);
        trail.is_far = true;
        trail.steps.push(format!("`{text}` is set on {}:{line}: `{}`", at.source.path(), head(at.source, set)));
        Some(At { node: set.child_by_field_name("right")?, frame: None, ..at })
    }
}

/// What a call gives to a parameter.
enum Argument<'v> {
    Is(Node<'v>),
    LeftOut,
    Unknown,
}

fn argument<'v>(function: Function<'v>, source: &'v Source, call: Node<'v>, name: &str) -> Argument<'v> {
    let Some(list) = call.child_by_field_name("arguments") else { return Argument::Unknown };
    let given = children(list);
    if list.kind() != "argument_list" || given.iter().any(|argument| argument.kind().contains("splat")) {
        return Argument::Unknown;
    }
    let key = |argument: &Node<'v>| argument.child_by_field_name("name").filter(|_| argument.kind() == "keyword_argument");
    if let Some(found) = given.iter().find(|argument| key(argument).is_some_and(|key| source.text_of(key) == name)) {
        return found.child_by_field_name("value").map_or(Argument::Unknown, Argument::Is);
    }
    let parameters = function.node.child_by_field_name("parameters").map(children).unwrap_or_default();
    let skipped = usize::from(function.has_receiver());
    let plain = parameters
        .iter()
        .skip(skipped)
        .take_while(|parameter| !parameter.kind().contains("splat") && parameter.kind() != "keyword_separator");
    let at = plain.into_iter().position(|parameter| birth::name_of(function.source, *parameter) == Some(name));
    match at.and_then(|at| given.iter().filter(|argument| key(argument).is_none()).nth(at)) {
        Some(value) => Argument::Is(*value),
        None => Argument::LeftOut,
    }
}

/// What gives `name` its value at `node`: the last assignment before it in a straight line, or the parameter.
fn reaching<'v>(source: &'v Source, node: Node<'v>, name: &str) -> Option<Birth<'v>> {
    if let Some(birth) = birth::birth(source, node, name) {
        return Some(birth);
    }
    let function = birth::function_around(source, node)?;
    let binds = |node: Node<'v>| descendants(node).any(|node| source.text_of(node) == name && birth::is_binding(node));
    let mut below = node;
    for around in source.ancestors(node) {
        if around.kind() == "block" {
            let before: Vec<Node<'v>> = children(around).into_iter().filter(|item| item.end_byte() <= below.start_byte()).collect();
            if let Some(last) = before.into_iter().rev().find(|item| binds(*item)) {
                let assignment =
                    only(children(last).into_iter()).filter(|node| last.kind() == "expression_statement" && node.kind() == "assignment")?;
                let is_it = assignment.child_by_field_name("left").is_some_and(|left| source.text_of(left) == name);
                let value = assignment.child_by_field_name("right").filter(|right| is_it && right.kind() != "assignment")?;
                return Some(Birth::Assigned { statement: assignment, value });
            }
        }
        // A loop may have come round with another value; a scope of its own may bind the name for itself.
        let is_loop = matches!(around.kind(), "for_statement" | "while_statement");
        if around == function
            || (is_loop && binds(around))
            || matches!(around.kind(), "lambda" | "class_definition")
            || around.kind().ends_with("comprehension")
        {
            break;
        }
        below = around;
    }
    None
}

/// In which ways a function gives None, with their lines.
fn ways(source: &Source, found: &Nones<'_>) -> String {
    let line = |node: &Node<'_>| source.lines().line_of(node.end_byte()).get();
    let list = |nodes: &[Node<'_>]| nodes.iter().map(|node| line(node).to_string()).collect::<Vec<_>>().join(", ");
    let ends = (!found.ends.is_empty()).then(|| format!("where line {} is its last", list(&found.ends)));
    let returned: Vec<Node<'_>> = found.bare.iter().chain(&found.told).copied().collect();
    let returned = (!returned.is_empty()).then(|| format!("by the `return` on line {}", list(&returned)));
    ends.into_iter().chain(returned).collect::<Vec<_>>().join(" and ")
}

/// The first line of a node's text.
fn head<'s>(source: &'s Source, node: Node<'_>) -> &'s str {
    source.text_of(node).lines().next().unwrap_or_default().trim()
}
