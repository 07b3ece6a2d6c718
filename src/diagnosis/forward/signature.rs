//! Signatures that take too little: a thin wrapper beside the function behind it, an override beside the method of its base class.

use super::super::calls::{Function, class_name, only};
use super::lists::{self, Given, Parameter, Sort, parameters, with_optional};
use super::{Failed, MAX_STATEMENTS, Made, OVERRIDDEN, WRAPPED};
use crate::symbols::Role;
use crate::syntax::{Node, children};
use crate::text::Edit;

impl<'v> Failed<'_, 'v> {
    /// A thin wrapper takes the keyword and hands it on.
    pub(super) fn wrapped(&self, name: &str) -> Option<Made> {
        let wrapper = self.function;
        let own = parameters(wrapper);
        if own.iter().any(|one| one.sort == Sort::Mark || one.name == name) || !(self.world.may_edit)(wrapper.source.path()) {
            return None;
        }
        let is_text = |node: &Node<'_>| node.child(0).is_some_and(|child| child.kind() == "string");
        let statements: Vec<Node<'v>> = children(wrapper.body()?).into_iter().filter(|node| !is_text(node)).collect();
        let is_kin = self.is_of_family(wrapper) && wrapper.name() != "__init__";
        if statements.is_empty() || statements.len() > MAX_STATEMENTS || is_kin || !wrapper.is_plain() {
            return None;
        }
        let inner_of = |call: Node<'v>| {
            let inner = self.behind(wrapper, call)?;
            let taken = parameters(inner).into_iter().find(|one| one.name == name && one.sort != Sort::Mark)?;
            Some((call, inner, taken))
        };
        let inner_calls = wrapper.own_nodes().into_iter().filter(|node| node.kind() == "call");
        let (call, inner, taken) = only(inner_calls.filter_map(inner_of))?;
        let given = Given::of(wrapper.source, call)?;
        // A wrapper hands on what it gets; else the keyword may have been left out for a reason.
        let is_thin = own.iter().all(|one| given.holds(wrapper.source, one.name));
        let default = taken.default.map(|node| inner.source.text_of(node)).filter(|text| is_literal(text))?;
        if !is_thin || own.is_empty() || given.by_name.iter().any(|(known, _)| *known == name) {
            return None;
        }
        let path = wrapper.source.path().clone();
        let gap = if taken.annotation.is_some() && own.iter().all(|one| one.annotation.is_some()) { " = " } else { "=" };
        let declared = self.declared_of(wrapper, inner, name, taken);
        let gap = if declared.contains(':') { gap } else { "=" };
        let edits = vec![
            (path.clone(), with_optional(wrapper, &format!("{declared}{gap}{default}"))?),
            (path, given.with(wrapper.source, name, name, None)),
        ];
        let title = format!("let `{}` take `{name}` and hand it on to `{}`", wrapper.name(), inner.name());
        let evidence = vec![format!("`{}` ({}) takes `{name}`", inner.name(), inner.place())];
        Some(Made { known: WRAPPED, edits, title, evidence })
    }

    fn declared_of(&self, wrapper: Function<'v>, inner: Function<'v>, name: &str, taken: Parameter<'v>) -> String {
        Failed { function: inner, calls: self.calls, world: self.world, source: self.source, call: self.call }
            .declared(wrapper, name, taken)
    }

    /// The function that a call in a wrapper means; `super().m(..)` is the method of the one base class.
    fn behind(&self, wrapper: Function<'v>, call: Node<'v>) -> Option<Function<'v>> {
        let callee = wrapper.source.text_of(call.child_by_field_name("function")?);
        match callee.strip_prefix("super().") {
            Some(method) => self.base_of(wrapper, method),
            None => only(self.calls.callees(wrapper.source, call).into_iter()),
        }
    }

    /// The method called `name` of the nearest base class that has it, where each class of the way has one base.
    fn base_of(&self, function: Function<'v>, name: &str) -> Option<Function<'v>> {
        let mut class = class_name(function)?.to_owned();
        for _ in 0..8 {
            if !self.calls.knows(Role::Definition, &class) {
                return None;
            }
            let found = only(self.calls.symbols().classes_of(&class).into_iter())?;
            let base = only(found.bases.iter().filter(|base| !base.contains('=')))?;
            class = base.split('[').next()?.rsplit('.').next()?.to_owned();
            if !self.calls.knows(Role::Definition, &class) || !self.calls.knows(Role::Definition, name) {
                return None;
            }
            let is_it = |function: &Function<'v>| class_name(*function) == Some(class.as_str());
            let methods: Vec<Function<'v>> = self.calls.functions(name).into_iter().filter(is_it).collect();
            match methods.as_slice() {
                [] => {}
                [method] => return Some(*method),
                _ => return None,
            }
        }
        None
    }

    /// The override takes what the method of the base class takes, where that is what the call gives.
    pub(super) fn overridden(&self, fits: &dyn Fn(Function<'v>, &[Parameter<'v>]) -> bool) -> Option<Made> {
        let function = self.function;
        if function.name() == "__init__" || !function.has_receiver() || !(self.world.may_edit)(function.source.path()) {
            return None;
        }
        let base = self.base_of(function, function.name())?;
        let (own, wanted) = (parameters(function), parameters(base));
        let is_prefix =
            own.len() < wanted.len() && own.iter().zip(&wanted).all(|(own, base)| own.name == base.name && own.sort == base.sort);
        let is_plain = own.iter().chain(&wanted).all(|one| one.sort == Sort::Plain);
        if !is_prefix || !is_plain || !fits(base, &wanted) {
            return None;
        }
        let missing = &wanted[own.len()..];
        let text = |one: &Parameter<'v>| {
            let is_known = one.default.is_none_or(|default| is_literal(base.source.text_of(default)));
            let is_typed = one.annotation.is_some() && base.source.path() != function.source.path();
            (is_known && !is_typed).then(|| base.source.text_of(one.node).to_owned())
        };
        let declared = missing.iter().map(text).collect::<Option<Vec<String>>>()?.join(", ");
        let list = function.node.child_by_field_name("parameters")?;
        let path = function.source.path().clone();
        let mut edits = vec![(path.clone(), lists::behind(function.source, list, children(list).last().copied(), &declared))];
        edits.extend(to_base(function, &own, missing)?.into_iter().map(|edit| (path.clone(), edit)));
        let names: Vec<String> = missing.iter().map(|one| format!("`{}`", one.name)).collect();
        let title = format!("let `{}.{}` take {} as its base class does", class_name(function)?, function.name(), names.join(", "));
        let evidence = vec![format!("the base class declares `{}` with it ({})", base.name(), base.place())];
        Some(Made { known: OVERRIDDEN, edits, title, evidence })
    }
}

/// The call of the base's method in the override passes the new parameters on, too; none where it passes others than it got.
fn to_base<'v>(function: Function<'v>, own: &[Parameter<'v>], missing: &[Parameter<'v>]) -> Option<Vec<Edit>> {
    let source = function.source;
    let wanted = format!("super().{}", function.name());
    let is_it = |node: &Node<'v>| node.child_by_field_name("function").is_some_and(|callee| source.text_of(callee) == wanted);
    let found: Vec<Node<'v>> = function.own_nodes().into_iter().filter(|node| node.kind() == "call" && is_it(node)).collect();
    let [call] = found.as_slice() else { return found.is_empty().then(Vec::new) };
    let given = Given::of(source, *call)?;
    let is_same = given.by_name.is_empty() && given.by_place.len() == own.len() && own.iter().all(|one| given.holds(source, one.name));
    let text: Vec<&str> = missing.iter().map(|one| one.name).collect();
    is_same.then(|| vec![lists::behind(source, given.list, given.by_place.last().copied(), &text.join(", "))])
}

/// A default that means the same wherever it is written.
fn is_literal(text: &str) -> bool {
    matches!(text, "None" | "True" | "False" | "()" | "''" | "\"\"")
        || text.parse::<f64>().is_ok()
        || (text.len() > 1 && (text.starts_with('\'') || text.starts_with('"')) && !text.contains('\n'))
}
