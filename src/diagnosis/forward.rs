//! An argument that gets lost on its way: the caller has it, its callers have it, a wrapper does not take it, an override forgot it.
//!
//! By the names alone, so it is strict: every call that would have to change is known and has the value, a name that is given already under
//! another name is an accident, and no public protocol changes. Tests are never edited; where one would have to be, nothing is done.
//!
//! Source: The Python Language Reference 3.13, section 6.3.4 (calls); CPython 3.13, `Python/ceval.c`, `format_missing`,
//! `initialize_locals`, `too_many_positional`.

mod lists;
mod signature;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::birth::function_around;
use super::calls::{Calls, Function, Place, class_name, only};
use super::{Case, Diagnosis, Fix, Spot, World};
use crate::symbols::{Role, Symbols, Wanted};
use crate::syntax::{LanguageId, Node, Source, descendants};
use crate::text::{Edit, EditSet, FilePatch, Patch, RepoPath};
use lists::{Given, Parameter, Sort, at_hand, parameters, with_required};

/// What stands for a rule in a diagnosis of an argument that got lost.
pub const FORWARD: &str = "argument/";
/// A parameter is added where no more calls than these must pass it.
const MAX_CALLERS: usize = 4;
/// A function with more statements is no thin wrapper.
const MAX_STATEMENTS: usize = 3;

type Known = (&'static str, &'static str, &'static str, f64);

const AT_HAND: Known = (
    "not-passed",
    "an argument is not passed, though it is at hand",
    "The caller has something with exactly the name of the parameter that is missing.",
    0.68,
);
const FORWARDED: Known = (
    "not-forwarded",
    "an argument is known two calls above and not passed on",
    "All callers of the function have something with exactly the name of the parameter, and the function between does not hand it on.",
    0.62,
);
const WRAPPED: Known = (
    "not-taken-by-wrapper",
    "a thin wrapper does not take what the function behind it takes",
    "The keyword is one of the function that the wrapper calls with all that it got itself.",
    0.7,
);
const OVERRIDDEN: Known = (
    "not-taken-by-override",
    "a method takes less than the method that it overrides",
    "Code that knows the base class calls the method as the base class declares it.",
    0.7,
);

static MISSING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^([\w<>.]+)\(\) missing 1 required (?:positional|keyword-only) argument: '(\w+)'$"));
static UNEXPECTED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^([\w<>.]+)\(\) got an unexpected keyword argument '(\w+)'(?:\. Did you mean '\w+'\?)?$"));
static TOO_MANY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^([\w<>.]+)\(\) takes (?:from \d+ to )?\d+ positional arguments? but (\d+) were given$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant")
}

/// Title and reason of the lost argument that a diagnosis calls `id`.
pub fn forward(id: &str) -> Option<(&'static str, &'static str)> {
    let name = id.strip_prefix(FORWARD)?;
    let known = [AT_HAND, FORWARDED, WRAPPED, OVERRIDDEN].into_iter().find(|(known, ..)| *known == name);
    known.map(|(_, title, why, _)| (title, why))
}

/// One patch in the making.
struct Made {
    known: Known,
    edits: Vec<(RepoPath, Edit)>,
    title: String,
    evidence: Vec<String>,
}

/// The call that failed.
struct Failed<'t, 'v> {
    calls: &'t Calls<'v>,
    world: &'t World<'v>,
    source: &'v Source,
    call: Node<'v>,
    /// The function that was called, as the message names it.
    function: Function<'v>,
}

/// What was found, and the words whose files must be read before it is sure.
pub(super) fn diagnoses<'v>(
    case: Case<'_>,
    world: &World<'v>,
    all: &'v [&'v Source],
    symbols: &'v Symbols<'v>,
) -> (Vec<Diagnosis>, BTreeSet<Wanted>) {
    let is_ours = case.event.language == LanguageId::PYTHON && case.event.kind == "TypeError";
    // Called from code of others, the call is not in sight.
    let is_last = |spot: &&Spot| spot.frame.is_none_or(|frame| frame + 1 == case.event.frames.len());
    let Some(spot) = case.spots.last().filter(is_last).filter(|_| is_ours) else { return (Vec::new(), BTreeSet::new()) };
    let calls = Calls::new(all, symbols, world.asked);
    let made = made(case, world, &calls, spot);
    let fix = |made: Made| diagnosis(case, world, spot, made);
    (made.and_then(fix).into_iter().collect(), calls.needed())
}

fn made<'v>(case: Case<'_>, world: &World<'v>, calls: &Calls<'v>, spot: &Spot) -> Option<Made> {
    let message = case.event.message.as_str();
    let source: &'v Source = world.sources.get(&spot.path)?;
    let failed = |name: &str| {
        let (call, function) = called(calls, source, spot, name)?;
        Some(Failed { calls, world, source, call, function })
    };
    if let Some(found) = MISSING.captures(message) {
        return failed(&found[1])?.missing(&found[2]);
    }
    if let Some(found) = UNEXPECTED.captures(message) {
        let failed = failed(&found[1])?;
        return failed.overridden(&|_, base| base.iter().any(|one| one.name == &found[2])).or_else(|| failed.wrapped(&found[2]));
    }
    let found = TOO_MANY.captures(message)?;
    let n_given: usize = found[2].parse().ok()?;
    failed(&found[1])?.overridden(&|function, base| {
        let n_plain = base.iter().filter(|one| one.sort == Sort::Plain).count();
        n_plain + usize::from(function.has_receiver()) >= n_given
    })
}

/// The one call on the line of `spot` that is of the function that the message calls `qualified`, and that function. From Python 3.10 on
/// the class of a method is named.
fn called<'v>(calls: &Calls<'v>, source: &'v Source, spot: &Spot, qualified: &str) -> Option<(Node<'v>, Function<'v>)> {
    let mut parts = qualified.rsplit('.');
    let (name, owner) = (parts.next()?, parts.next());
    let is_here = |node: &Node<'v>| {
        let line = |byte| source.lines().line_of(byte);
        node.kind() == "call" && (line(node.start_byte())..=line(node.end_byte())).contains(&spot.line)
    };
    let last = |node: &Node<'v>| {
        let callee = node.child_by_field_name("function").map(|callee| source.text_of(callee)).unwrap_or_default();
        callee.rsplit('.').next().unwrap_or(callee)
    };
    let found = |node: Node<'v>| {
        if last(&node) == name {
            let found = calls.callees(source, node);
            let is_named = |function: &Function<'v>| found.len() == 1 || owner.is_some_and(|owner| class_name(*function) == Some(owner));
            return Some((node, only(found.iter().copied().filter(is_named))?));
        }
        let class = last(&node);
        let is_constructed = name == "__init__" && class.starts_with(char::is_uppercase) && calls.knows(Role::Definition, class);
        let own = |function: &Function<'v>| class_name(*function) == Some(class);
        let constructor = || only(calls.functions("__init__").into_iter().filter(own));
        Some((node, is_constructed.then(constructor)??))
    };
    let mut here = descendants(source.root()).filter(is_here).filter(|node| last(node) == name || name == "__init__");
    let first = here.by_ref().find_map(found)?;
    // Of two calls, the line alone does not say which.
    here.find_map(found).is_none().then_some(first)
}

impl<'v> Failed<'_, 'v> {
    /// Passes what bears the name of the missing parameter, from the caller or from all of its callers.
    fn missing(&self, name: &str) -> Option<Made> {
        let taken = parameters(self.function);
        let place = taken.iter().position(|one| one.name == name && one.default.is_none() && one.sort != Sort::Mark)?;
        let parameter = taken[place];
        let given = Given::of(self.source, self.call)?;
        let by_place = Some(place).filter(|_| parameter.sort == Sort::Plain);
        let has_slash = taken.iter().any(|one| self.function.source.text_of(one.node) == "/");
        if has_slash || given.by_name.iter().any(|(known, _)| *known == name) || !(self.world.may_edit)(self.source.path()) {
            return None;
        }
        let pass = |value: &str| (self.source.path().clone(), given.with(self.source, name, value, by_place));
        let evidence = vec![format!("`{}` ({}) needs `{name}`", self.function.name(), self.function.place())];
        if let Some(value) = self.at_hand(self.source, self.call, name) {
            let is_accident = given.holds(self.source, &value);
            let title = format!("pass `{value}` to `{}`", self.function.name());
            return (!is_accident).then(|| Made { known: AT_HAND, edits: vec![pass(&value)], title, evidence });
        }
        let between = Function { source: self.source, node: function_around(self.source, self.call)? };
        let mut edits = self.through(between, name, parameter)?;
        edits.push(pass(name));
        let title = format!("hand `{name}` through `{}` to `{}`", between.name(), self.function.name());
        Some(Made { known: FORWARDED, edits, title, evidence })
    }

    fn at_hand(&self, source: &Source, call: Node<'_>, name: &str) -> Option<String> {
        at_hand(self.calls.symbols(), source, call, name)
    }

    /// `between` takes the parameter, and all of its calls pass it; none where one of them has nothing to pass.
    fn through(&self, between: Function<'v>, name: &str, parameter: Parameter<'v>) -> Option<Vec<(RepoPath, Edit)>> {
        let is_own = between.decorators().is_empty() || between.decorators() == ["staticmethod"] || between.decorators() == ["classmethod"];
        let own = parameters(between);
        let is_splat = own.iter().any(|one| one.sort == Sort::Mark);
        if !is_own || is_splat || own.iter().any(|one| one.name == name) || self.is_of_family(between) {
            return None;
        }
        let callers = self.calls.callers(between)?;
        if callers.is_empty() || callers.len() > MAX_CALLERS || !self.is_sole(between, &callers) {
            return None;
        }
        let n_required = own.iter().take_while(|one| one.default.is_none()).count();
        let has_defaults = own.iter().any(|one| one.default.is_some());
        let mut edits = vec![(between.source.path().clone(), with_required(between, &self.declared(between, name, parameter))?)];
        for caller in callers {
            let given = Given::of(caller.source, caller.node)?;
            let value = self.at_hand(caller.source, caller.node, name)?;
            let shifts = has_defaults && given.by_place.len() > n_required;
            if shifts || given.holds(caller.source, &value) || !(self.world.may_edit)(caller.source.path()) {
                return None;
            }
            edits.push((caller.source.path().clone(), given.with(caller.source, name, &value, Some(n_required))));
        }
        Some(edits)
    }

    /// Whether every call by this name means this function.
    fn is_sole(&self, function: Function<'v>, callers: &[Place<'v>]) -> bool {
        function.name() != "__init__"
            && self.calls.functions(function.name()).len() == 1
            && callers.iter().all(|caller| function_around(caller.source, caller.node) != Some(function.node))
    }

    /// Whether another class of the family has a method of this name: its signature is not this one's alone.
    fn is_of_family(&self, function: Function<'v>) -> bool {
        let Some(class) = class_name(function) else { return false };
        self.calls.knows(Role::Definition, class);
        let family = self.calls.family(class);
        let is_kin = |other: &Function<'v>| other.node != function.node && class_name(*other).is_some_and(|name| family.contains(name));
        self.calls.functions(function.name()).iter().any(is_kin) || function.name().starts_with("__")
    }

    /// The parameter as `function` writes its own: with the type where all others have theirs and it needs no import.
    fn declared(&self, function: Function<'v>, name: &str, parameter: Parameter<'v>) -> String {
        let own = parameters(function);
        let is_typed = !own.is_empty() && own.iter().all(|one| one.annotation.is_some());
        let known = |text: &&str| {
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
            let builtin = ["int", "str", "bool", "float", "bytes", "list", "dict", "set", "tuple", "None", "object"];
            function.source.path() == self.function.source.path() || words.into_iter().all(|word| builtin.contains(&word))
        };
        let annotation = parameter.annotation.map(|node| self.function.source.text_of(node)).filter(known).filter(|_| is_typed);
        annotation.map_or_else(|| name.to_owned(), |annotation| format!("{name}: {annotation}"))
    }
}

fn diagnosis(case: Case<'_>, world: &World<'_>, spot: &Spot, made: Made) -> Option<Diagnosis> {
    let mut by_file: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
    for (path, edit) in made.edits {
        by_file.entry(path).or_default().push(edit);
    }
    let file = |(path, edits): (RepoPath, Vec<Edit>)| {
        let before = world.sources.get(&path)?.bytes().clone();
        let after = EditSet::new(edits).ok()?.apply(&before).ok()?.into();
        Some(FilePatch { path, before, after })
    };
    let patch = Patch::new(by_file.into_iter().map(file).collect::<Option<Vec<_>>>()?);
    let (name, title, why, confidence) = made.known;
    let fix = Fix { title: made.title, safety: "unsafe", risk: None, seen: Vec::new(), templates: Vec::new(), patch };
    Some(Diagnosis {
        event: case.index,
        rule: format!("{FORWARD}{name}"),
        title: title.to_owned(),
        why: why.to_owned(),
        spot: Some(spot.clone()),
        span: None,
        confidence,
        evidence: made.evidence,
        advice: Vec::new(),
        fixes: vec![fix],
    })
}
