//! A hole: where its values come from, and the values at a place.

use super::bound::{Bound, Composed, Placed, Value};
use super::constraint::{Candidate, Constraints};
use super::pattern::Pattern;
use super::relation::{Sibling, gap, nearest};
use super::resolver::Resolver;
use super::scope::{Region, Scope};
use super::site::{Reply, Site};
use super::text::Text;
use super::vocabulary::Vocabulary;
use crate::symbols::Wanted;
use crate::syntax::span;

/// A hole of a template.
#[derive(Debug)]
pub(super) struct Hole {
    pub(super) name: String,
    pub(super) from: From,
    pub(super) constraints: Constraints,
    /// Whether something is done at its place: then the same text elsewhere is another value.
    pub(super) is_place: bool,
}

/// Where the values of a hole come from.
#[derive(Debug)]
pub(super) enum From {
    Query { pattern: Pattern, scopes: Vec<Scope>, take: Take },
    Ingredient { name: String, scopes: Vec<Scope> },
    OneOf(Vec<Text>),
    Nearest { kind: String, of: String },
    Sibling { which: Sibling, of: String },
    Family { names: Vec<String>, of: String },
    Map { texts: Vec<(String, String)>, of: String },
    Resolver(Resolver),
    Given { default: Option<Text> },
}

/// What a hole takes of the nodes that its query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// Each is a value.
    One,
    /// All of them together are one value.
    Each,
    /// The one that there is; several are none.
    Only,
}

/// The values of a hole at a place.
#[derive(Default)]
pub(super) struct Values<'s> {
    pub(super) values: Vec<Value<'s>>,
    /// What of the project a resolver must know first.
    pub(super) needs: Vec<Wanted>,
}

impl From {
    /// The holes that it refers to.
    pub(super) fn holes(&self) -> Vec<&str> {
        match self {
            From::Query { pattern, scopes, .. } => {
                pattern.captures().iter().filter(|name| *name != "it").map(String::as_str).chain(scope_holes(scopes)).collect()
            }
            From::Ingredient { scopes, .. } => scope_holes(scopes).collect(),
            From::OneOf(texts) => texts.iter().flat_map(Text::holes).collect(),
            From::Nearest { of, .. } | From::Sibling { of, .. } | From::Family { of, .. } | From::Map { of, .. } => vec![of],
            From::Resolver(resolver) => vec![resolver.of()],
            From::Given { default } => default.iter().flat_map(Text::holes).collect(),
        }
    }

    /// The holes whose place it refers to.
    pub(super) fn places(&self) -> Vec<&str> {
        match self {
            From::Query { scopes, .. } | From::Ingredient { scopes, .. } => scope_holes(scopes).collect(),
            From::Nearest { of, .. } | From::Sibling { of, .. } => vec![of],
            _ => Vec::new(),
        }
    }
}

fn scope_holes(scopes: &[Scope]) -> impl Iterator<Item = &str> {
    scopes.iter().filter_map(|scope| match scope {
        Scope::Hole(name) => Some(name.as_str()),
        _ => None,
    })
}

impl Hole {
    /// The values at `target`, the best first.
    pub(super) fn values<'s>(
        &'s self,
        site: &'s Site<'s>,
        vocabulary: &'s Vocabulary,
        bound: &Bound<'s>,
        target: Placed<'s>,
    ) -> Values<'s> {
        let place = Place { site, vocabulary, bound, target };
        let candidates = match &self.from {
            From::Query { pattern, scopes, .. } => place.found(pattern, None, scopes),
            From::Ingredient { name, scopes } => place.ingredients(name, scopes),
            From::OneOf(texts) => texts.iter().filter_map(|text| place.composed(text)).collect(),
            From::Nearest { kind, of } => place.nearest(kind, of),
            From::Sibling { which, of } => place.siblings(*which, of),
            From::Family { names, of } => place.family(names, of),
            From::Map { texts, of } => place.mapped(texts, of),
            From::Resolver(resolver) => match resolver.ask(site, bound, target) {
                Reply::Values(values) => values.into_iter().map(Candidate::text).collect(),
                Reply::Unknown => Vec::new(),
                Reply::Need(needs) => return Values { values: Vec::new(), needs },
            },
            From::Given { default } => default.iter().filter_map(|text| place.composed(text)).collect(),
        };
        let kept = self.constraints.keep(candidates, site, vocabulary, bound, self.is_place);
        let values = match self.from {
            From::Query { take: Take::Each, .. } => together(kept),
            From::Query { take: Take::Only, .. } if kept.len() > 1 => Vec::new(),
            _ => kept,
        };
        Values { values, needs: Vec::new() }
    }
}

/// All nodes as one value, in the order of the file.
fn together(values: Vec<Value<'_>>) -> Vec<Value<'_>> {
    let mut nodes: Vec<Placed<'_>> = Vec::new();
    for value in values {
        if let Value::Node(node) = value {
            nodes.push(node);
        }
    }
    nodes.sort_by_key(|node| (node.source.path().clone(), node.span()));
    if nodes.is_empty() { Vec::new() } else { vec![Value::Nodes(nodes)] }
}

/// The place for which a hole is filled.
struct Place<'p, 's> {
    site: &'s Site<'s>,
    vocabulary: &'s Vocabulary,
    bound: &'p Bound<'s>,
    target: Placed<'s>,
}

impl<'s> Place<'_, 's> {
    /// What `pattern` captures as `@it` in `scopes`: scope by scope, in each the nearest to the target first.
    fn found(&self, pattern: &'s Pattern, role: Option<&str>, scopes: &[Scope]) -> Vec<Candidate<'s>> {
        let mut found = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for scope in scopes {
            let mut near: Vec<Candidate<'s>> = Vec::new();
            for region in scope.regions(self.site, self.vocabulary, self.bound, self.target) {
                near.extend(self.found_in(pattern, role, region).filter(|(id, _)| seen.insert(*id)).map(|(_, candidate)| candidate));
            }
            near.sort_by_key(|candidate| match candidate.value {
                Value::Node(node) if node.is_beside(self.target) => gap(node.node, self.target.node),
                _ => usize::MAX,
            });
            found.extend(near);
        }
        found
    }

    fn found_in(
        &self,
        pattern: &'s Pattern,
        role: Option<&str>,
        region: Region<'s>,
    ) -> impl Iterator<Item = ((*const (), usize), Candidate<'s>)> {
        let source = region.source;
        let joined = |name: &str| if name == "it" { None } else { self.bound.text(name) };
        pattern.matches_joined(source, region.within, joined).into_iter().flat_map(move |captured| {
            let is_joined = captured
                .iter()
                .filter(|(name, _)| *name != "it" && self.bound.has(name))
                .all(|(name, node)| self.bound.text(name).is_some_and(|text| text == source.text_of(node)));
            let nodes: Vec<_> = captured.all("it").filter(|_| is_joined).collect();
            nodes.into_iter().filter_map(move |node| {
                let is_inside = region.within.contains(span(node));
                let is_role = || role.is_none_or(|role| self.vocabulary.has_role(source, node, role));
                let candidate = Candidate { value: Value::Node(Placed { source, node }), captured: Some(captured.clone()) };
                (is_inside && is_role()).then(|| ((std::ptr::from_ref(source).cast(), node.id()), candidate))
            })
        })
    }

    fn ingredients(&self, name: &str, scopes: &[Scope]) -> Vec<Candidate<'s>> {
        let Some(ingredient) = self.vocabulary.ingredient(name) else { return Vec::new() };
        let mut found = Vec::new();
        for scope in scopes {
            match scope {
                Scope::Builtins => found.extend(self.vocabulary.builtins(name).iter().map(Candidate::text)),
                scope => found.extend(self.found(&ingredient.pattern, ingredient.role.as_deref(), std::slice::from_ref(scope))),
            }
        }
        found
    }

    fn composed(&self, text: &'s Text) -> Option<Candidate<'s>> {
        let value = if text.holes().next().is_none() {
            Value::Text(self.bound.plain(text)?)
        } else {
            self.bound.plain(text).map(|_| Value::Composed(Composed(text)))?
        };
        Some(Candidate { value, captured: None })
    }

    fn nearest(&self, kind: &str, of: &str) -> Vec<Candidate<'s>> {
        let nearest = |of: Placed<'s>| nearest(self.vocabulary, of.source, of.node, kind).map(|node| Placed { node, ..of });
        self.bound.node(of).and_then(nearest).map(Candidate::node).into_iter().collect()
    }

    fn siblings(&self, which: Sibling, of: &str) -> Vec<Candidate<'s>> {
        let Some(of) = self.bound.node(of) else { return Vec::new() };
        which.of(of.source, of.node).into_iter().map(|node| Candidate::node(Placed { node, ..of })).collect()
    }

    fn family(&self, names: &[String], of: &str) -> Vec<Candidate<'s>> {
        let Some(of) = self.bound.text(of) else { return Vec::new() };
        let families = names.iter().map(|name| self.vocabulary.family(name)).filter(|members| members.iter().any(|member| **member == *of));
        families.flatten().filter(|member| **member != *of).map(Candidate::text).collect()
    }

    fn mapped(&self, texts: &[(String, String)], of: &str) -> Vec<Candidate<'s>> {
        let of = self.bound.text(of);
        texts.iter().filter(|(from, _)| Some(from.as_str()) == of.as_deref()).map(|(_, to)| Candidate::text(to)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use crate::symbols::{Role, Wanted};
    use crate::syntax::Source;
    use crate::template::check::{Sample, python, rust};
    use crate::template::{Filling, Knowledge, NoKnowledge, Question, Reply, Site};
    use crate::text::{ByteSpan, RepoPath};

    #[test]
    fn donors_come_scope_by_scope_and_the_nearest_first() {
        let sample = python(
            "match = '(return_statement (_) @target)'\nholes.n = { ingredient = 'callable', in = ['function', 'file', 'builtins'], limit = 4 }\nrewrite = ['$n($target)']",
        );
        sample.check(
            "def f():\n    a(1)\n    b(1)\n    b(2)\n    return x\n\nc()\n",
            &["b", "a", "c", "str"]
                .map(|name| format!("def f():\n    a(1)\n    b(1)\n    b(2)\n    return {name}(x)\n\nc()\n"))
                .each_ref()
                .map(String::as_str),
        );
    }

    #[test]
    fn a_donor_from_inside_the_failing_statement_is_kept_out() {
        let text = "match = '(subscript value: (_) @target)'\nholes.s = { nearest = 'statement' }\nholes.n = { ingredient = 'return-value', in = ['function'], apart = ['s'] }\nrewrite = ['$n']";
        python(text).check(
            "def f():\n    if a:\n        return []\n    return a[0]\n",
            &["def f():\n    if a:\n        return []\n    return [][0]\n"],
        );
        python(text).refuses("def f():\n    return a[0]\n", "nothing fills `$n`");
    }

    #[test]
    fn names_that_are_alike_come_closest_first() {
        let sample = python(
            "match = '((call function: (identifier) @target))'\nholes.n = { ingredient = 'name', in = ['file'], like = 'target' }\nrewrite = ['$n']",
        );
        sample.check(
            "def compute(): pass\ncomputed = 1\nother = 2\ncompite()\n",
            &["def compute(): pass\ncomputed = 1\nother = 2\ncompute()\n", "def compute(): pass\ncomputed = 1\nother = 2\ncomputed()\n"],
        );
    }

    #[test]
    fn an_operator_is_replaced_by_the_others_of_its_family() {
        let sample = python(
            "match = '(comparison_operator operators: _ @target)'\nholes.n = { family = ['order', 'membership'] }\nrewrite = ['$n']",
        );
        sample.check("a < b\n", &["a <= b\n", "a > b\n", "a >= b\n"]);
        sample.check("a not in b\n", &["a in b\n"]);
        sample.refuses("a == b\n", "nothing fills `$n`");
    }

    #[test]
    fn siblings_skip_comments() {
        let sibling = |which: &str| -> Sample {
            python(Box::leak(
                format!("match = '(argument_list (integer) @target)'\nholes.n = {{ sibling = '{which}' }}\nrewrite = ['$n']")
                    .into_boxed_str(),
            ))
        };
        let before = "f(a, # c\n  1, b, c)\n";
        sibling("next").check(before, &["f(a, # c\n  b, b, c)\n"]);
        sibling("previous").check(before, &["f(a, # c\n  a, b, c)\n"]);
        sibling("later").check(before, &["f(a, # c\n  b, b, c)\n", "f(a, # c\n  c, b, c)\n"]);
        sibling("other").check(before, &["f(a, # c\n  b, b, c)\n", "f(a, # c\n  c, b, c)\n", "f(a, # c\n  a, b, c)\n"]);
    }

    #[test]
    fn a_capture_named_like_a_hole_joins_it() {
        let sample = python(
            "match = '(attribute object: (identifier) @o) @target'\nholes.n = { query = '(assignment left: (identifier) @o right: (_) @it)', in = ['file'] }\nrewrite = ['$n.z']",
        );
        sample.check("a = 1\nb = 2\nb.c\n", &["a = 1\nb = 2\n(2).z\n"]);
        let equal = python(
            "match = '(attribute object: (identifier) @o) @target'\nholes.n = { query = '(assignment left: (identifier) @l right: (_) @it)', in = ['file'], equal = { l = 'o' } }\nrewrite = ['$n.z']",
        );
        equal.check("a = 1\nb = 2\nb.c\n", &["a = 1\nb = 2\n(2).z\n"]);
    }

    #[test]
    fn the_type_of_a_literal_is_known() {
        let sample = python(
            "match = '(return_statement (_) @target)'\nholes.n = { ingredient = 'literal', in = ['file'], type = '=target', not = ['target'] }\nrewrite = ['$n']",
        );
        sample.check("a = 2\nb = 'x'\ndef f(): return 1\n", &["a = 2\nb = 'x'\ndef f(): return 2\n"]);
        let named = python(
            "match = '(return_statement (_) @target)'\nholes.n = { ingredient = 'literal', in = ['file'], type = 'str' }\nrewrite = ['$n']",
        );
        named.check("a = 2\nb = 'x'\ndef f(): return 1\n", &["a = 2\nb = 'x'\ndef f(): return 'x'\n"]);
    }

    #[test]
    fn a_role_keeps_names_that_are_no_values_out() {
        let sample = python("match = '(identifier) @target'\nwhere = [{ role = 'value' }]\nrewrite = ['x1']");
        sample.check("import a\nf(b, c=1)\n", &["import a\nf(x1, c=1)\n"]);
        let sample = rust("match = '(identifier) @target'\nwhere = [{ role = 'value' }]\nrewrite = ['x1']");
        sample.check("fn f(a: u8) { println!(\"\", b); S { c: 1 } }\n", &["fn f(a: u8) { println!(\"\", x1); S { c: 1 } }\n"]);
    }

    #[test]
    fn holes_are_walked_diagonally() {
        let sample = python(
            "match = '(integer) @target'\nholes.a = { one_of = ['0', '1', '2'] }\nholes.b = { one_of = ['x', 'y', 'z'] }\nrewrite = ['$a$b', '$b']\nlimit = 9",
        );
        let made = sample.play("7\n", &[]).0;
        assert_eq!(made[0], "x\n", "a text that does not parse gives way to the next alternative");
        let sample = python(
            "match = '(integer) @target'\nholes.a = { one_of = ['a', 'b', 'c'] }\nholes.b = { one_of = ['x', 'y', 'z'] }\nrewrite = ['$a.$b', '$b.$a']\nlimit = 7",
        );
        sample.check("7\n", &["a.x\n", "x.a\n", "a.y\n", "b.x\n", "y.a\n", "x.b\n", "a.z\n"]);
    }

    #[test]
    fn a_map_gives_one_text_and_a_resolver_keeps_the_spelling() {
        python("match = '(binary_operator operator: _ @target)'\nholes.n = { map = { '+' = '-' }, of = 'target' }\nrewrite = ['$n']")
            .check("a + b * c\n", &["a - b * c\n"]);
        python("match = '(integer) @target'\nholes.n = { resolver = 'int-shift', with = [1, -1] }\nrewrite = ['$n']")
            .check("x[0x0f]\n", &["x[0x10]\n", "x[0x0e]\n"]);
        python("match = '(binary_operator right: (integer) @target)'\nholes.n = { resolver = 'int-shift', with = [-1] }\nrewrite = ['$n']")
            .check("a ** 0\n", &["a ** -1\n"]);
    }

    #[test]
    fn a_rule_fills_a_hole_and_the_search_takes_the_default() {
        let sample = python("match = '(return_statement (_) @target)'\nholes.n = { given = 'rule' }\nrewrite = ['$n']");
        sample.refuses("return 1\n", "nothing fills `$n`");
        assert_eq!(sample.play("return 1\n", &[("n", "a + b")]).0, ["return a + b\n"]);
        let sample =
            python("match = '(return_statement (_) @target)'\nholes.n = { given = 'rule', default = 'g($target)' }\nrewrite = ['$n']");
        sample.check("return 1\n", &["return g(1)\n"]);
        let sample = python("match = '(return_statement (_) @target)'\nholes.n = { one_of = ['a'] }\nrewrite = ['$n']");
        assert_eq!(sample.play("return 1\n", &[("n", "b")]).0, ["return b\n"], "a rule's filling overrides the source");
    }

    struct Oracle;

    impl Knowledge for Oracle {
        fn answer(&self, question: &Question<'_>) -> Reply {
            match question.of {
                "known" => Reply::Values(vec![format!("{}.known", question.resolver)]),
                "later" => Reply::Need(vec![Wanted::new(Role::Binding, "later")]),
                _ => Reply::Unknown,
            }
        }
    }

    #[test]
    fn a_resolver_asks_who_knows_the_project() {
        let sample = python("match = '(identifier) @target'\nholes.n = { resolver = 'module-of' }\nrewrite = ['$n']");
        let templates = sample.load().unwrap();
        let source = Source::parse(RepoPath::new("x.py").unwrap(), Arc::from(&b"known\nlater\n"[..])).unwrap();
        let site = Site { templates: &templates, source: &source, project: &[], tests: &[], knowledge: &Oracle };
        let template = templates.get("python/x").unwrap();
        let known = template.instances(&site, ByteSpan::new(0, 5), &BTreeMap::new());
        assert_eq!(known.made[0].filled["n"], "module-of.known");
        assert_eq!(template.instances(&site, ByteSpan::new(6, 11), &BTreeMap::new()).needs, [Wanted::new(Role::Binding, "later")]);
    }

    #[test]
    fn other_files_give_donors_and_tests_are_never_edited() {
        let parse = |path: &str, text: &str| Source::parse(RepoPath::new(path).unwrap(), Arc::from(text.as_bytes())).unwrap();
        let (own, other, test) = (parse("a.py", "x\n"), parse("b.py", "if 1:\r\n\tf(\r\n\t\ty)\r\n"), parse("t.py", "g()\n"));
        let template = "match = '(identifier) @target'\nholes.n = { query = '(call) @it', in = ['project', 'tests'] }\nrewrite = ['$n']";
        let templates = python(template).load().unwrap();
        let site = Site { templates: &templates, source: &own, project: &[&own, &other], tests: &[&test], knowledge: &NoKnowledge };
        let template = templates.get("python/x").unwrap();
        let made = template.instances(&site, ByteSpan::new(0, 1), &BTreeMap::new()).made;
        let texts: Vec<&str> = made.iter().map(|instance| instance.edits[own.path()].edits()[0].text.as_str()).collect();
        assert_eq!(texts, ["f(\n\ty)", "g()"]);
        let template = "match = '(identifier) @target'\nholes.n = { query = '(call) @it', in = ['tests'] }\nedit = [{ op = 'replace', at = 'n', text = '$target' }]";
        let templates = python(template).load().unwrap();
        let site = Site { templates: &templates, ..site };
        let refused = templates.get("python/x").unwrap().instances(&site, ByteSpan::new(0, 1), &BTreeMap::new()).refused;
        assert_eq!(refused.into_keys().collect::<Vec<_>>(), ["a test is never edited"]);
    }

    #[test]
    fn a_rule_may_fill_a_hole_with_a_node() {
        let sample = python("match = '(call) @target'\nholes.s = { given = 'rule' }\nedit = [{ op = 'before', at = 's', text = 'x' }]");
        let templates = sample.load().unwrap();
        let source = Source::parse(RepoPath::new("x.py").unwrap(), Arc::from(&b"a = 1\nf()\n"[..])).unwrap();
        let site = Site { templates: &templates, source: &source, project: &[], tests: &[], knowledge: &NoKnowledge };
        let given = BTreeMap::from([("s".to_owned(), Filling::Node(ByteSpan::new(0, 5)))]);
        let made = templates.get("python/x").unwrap().instances(&site, ByteSpan::new(6, 9), &given).made;
        assert_eq!(made[0].edits[source.path()].apply(source.bytes()).unwrap(), b"x\na = 1\nf()\n");
    }
}
