//! `where`: tests that a place must pass, in templates and in rules.

use super::bound::{Bound, Placed};
use super::error::{Problem, known};
use super::file::TestFile;
use super::pattern::Pattern;
use super::scope::{Region, Scope};
use super::site::Site;
use super::vocabulary::Vocabulary;
use crate::syntax::{Node, span};

/// Tests that must all hold.
#[derive(Debug, Default)]
pub struct Where(Vec<Test>);

/// One entry of `where`.
#[derive(Debug)]
struct Test {
    at: String,
    conditions: Vec<Condition>,
    /// The holes that must be filled before it can be asked.
    needs: Vec<String>,
}

#[derive(Debug)]
enum Condition {
    Kinds(Vec<String>),
    Role(String),
    Ancestor {
        kinds: Vec<String>,
        stop: Vec<String>,
        is_wanted: bool,
    },
    Match {
        pattern: Pattern,
        scope: Option<Scope>,
        is_wanted: bool,
    },
    Texts {
        holes: Vec<String>,
        are_equal: bool,
    },
    /// What was seen at run time; what nobody saw passes.
    Type {
        names: Vec<String>,
        is_wanted: bool,
    },
}

impl Where {
    /// Checks `files`, which may name `holes`; a test without `at` is about the hole `target`.
    ///
    /// # Errors
    /// [`Problem`] names the entry, the wrong name and the closest right one.
    pub(crate) fn new(files: &[TestFile], vocabulary: &Vocabulary, holes: &[&str]) -> Result<Where, Problem> {
        files.iter().map(|file| Test::new(file, vocabulary, holes)).collect::<Result<Vec<Test>, Problem>>().map(Where)
    }

    /// Whether every test holds for what is filled; a hole that is not filled fails its tests.
    pub fn holds(&self, site: &Site<'_>, bound: &Bound<'_>) -> bool {
        self.0.iter().all(|test| test.holds(site, bound))
    }

    /// Whether those tests hold that could not be asked before `name` was filled; all that need nothing else without a name.
    pub(super) fn holds_since(&self, name: Option<&str>, site: &Site<'_>, bound: &Bound<'_>) -> bool {
        let is_due = |test: &&Test| {
            test.needs.iter().all(|need| bound.has(need)) && name.is_none_or(|name| test.needs.iter().any(|need| need == name))
        };
        self.0.iter().filter(is_due).all(|test| test.holds(site, bound))
    }

    /// The holes that the tests name.
    pub(super) fn holes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|test| test.needs.iter().map(String::as_str))
    }

    /// Compiles every query.
    ///
    /// # Errors
    /// The first one that is wrong.
    pub(crate) fn check_queries(&self) -> Result<(), Problem> {
        for condition in self.0.iter().flat_map(|test| &test.conditions) {
            if let Condition::Match { pattern, is_wanted, .. } = condition {
                let key = if *is_wanted { "has" } else { "lacks" };
                pattern.query().map_err(|source| Problem::Query { place: format!("where: {key}"), source })?;
            }
        }
        Ok(())
    }
}

impl Test {
    fn new(file: &TestFile, vocabulary: &Vocabulary, holes: &[&str]) -> Result<Test, Problem> {
        let at = file.at.clone().unwrap_or_else(|| "target".to_owned());
        known("where: at", "hole", &at, holes.iter().copied())?;
        let mut needs = vec![at.clone()];
        let conditions = conditions(file, vocabulary, holes)?;
        if conditions.is_empty() {
            return Err(Problem::shape(
                "where: an entry tests nothing; write kinds, role, inside, outside, has, lacks, is, is_not, equal or differ",
            ));
        }
        for condition in &conditions {
            needs.extend(condition.needs(holes));
        }
        Ok(Test { at, conditions, needs })
    }

    fn holds(&self, site: &Site<'_>, bound: &Bound<'_>) -> bool {
        let vocabulary = site.templates.vocabulary_of(site.source);
        let Some(vocabulary) = vocabulary.filter(|_| self.needs.iter().all(|need| bound.has(need))) else { return false };
        self.conditions.iter().all(|condition| {
            if let Condition::Texts { holes, are_equal } = condition {
                return texts_agree(holes, *are_equal, bound);
            }
            // A text that a rule brought has no place: it is of no kind, and inside of nothing.
            let mut nodes = bound.nodes(&self.at).peekable();
            if nodes.peek().is_none() {
                return condition.is_negative();
            }
            nodes.all(|at| condition.holds_at(at, site, vocabulary, bound))
        })
    }
}

impl Condition {
    fn needs(&self, known: &[&str]) -> Vec<String> {
        match self {
            Condition::Texts { holes, .. } => holes.clone(),
            Condition::Match { pattern, scope, .. } => {
                let hole = match scope {
                    Some(Scope::Hole(name)) => Some(name.clone()),
                    _ => None,
                };
                pattern.captures().iter().filter(|name| known.contains(&name.as_str())).cloned().chain(hole).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_negative(&self) -> bool {
        matches!(self, Condition::Ancestor { is_wanted: false, .. } | Condition::Match { is_wanted: false, .. } | Condition::Type { .. })
    }

    fn holds_at(&self, at: Placed<'_>, site: &Site<'_>, vocabulary: &Vocabulary, bound: &Bound<'_>) -> bool {
        match self {
            Condition::Kinds(kinds) => kinds.iter().any(|kind| kind == at.node.kind()),
            Condition::Role(role) => vocabulary.has_role(at.source, at.node, role),
            Condition::Ancestor { kinds, stop, is_wanted } => {
                let ancestors = at.source.ancestors(at.node);
                let mut near = ancestors.iter().map(Node::kind).take_while(|kind| stop.iter().all(|stop| stop != kind));
                near.any(|kind| kinds.iter().any(|wanted| wanted == kind)) == *is_wanted
            }
            Condition::Match { pattern, scope, is_wanted } => {
                let regions = match scope {
                    None => vec![Region { source: at.source, within: span(at.node) }],
                    Some(scope) => scope.regions(site, vocabulary, bound, at),
                };
                regions.iter().any(|region| has_match(pattern, *region, bound)) == *is_wanted
            }
            Condition::Type { names, is_wanted } => {
                let types = site.knowledge.types_of(at.source, at.node);
                types.is_empty() || types.iter().any(|found| names.contains(found) == *is_wanted)
            }
            Condition::Texts { .. } => true,
        }
    }
}

/// The types that `is` and `is_not` name; None is written as the language writes the value.
fn types(text: &str) -> Vec<String> {
    let name = |name: &str| if name == "None" { "NoneType" } else { name }.to_owned();
    text.split('|').map(|part| name(part.trim())).collect()
}

/// Whether a match lies in `region` whose captures agree with the holes of the same names.
fn has_match(pattern: &Pattern, region: Region<'_>, bound: &Bound<'_>) -> bool {
    pattern.matches_joined(region.source, region.within, |name| bound.text(name)).iter().any(|captured| {
        captured.iter().all(|(name, node)| {
            let is_joined = !bound.has(name) || bound.text(name).is_some_and(|text| text == region.source.text_of(node));
            is_joined && region.within.contains(span(node))
        })
    })
}

fn texts_agree(holes: &[String], are_equal: bool, bound: &Bound<'_>) -> bool {
    let texts: Vec<_> = holes.iter().map(|hole| bound.text(hole)).collect();
    let is_pair_fine = |one: usize, other: usize| texts[one].is_some() && (texts[one] == texts[other]) == are_equal;
    (1..texts.len()).all(|other| (0..other).all(|one| is_pair_fine(one, other)))
}

fn conditions(file: &TestFile, vocabulary: &Vocabulary, holes: &[&str]) -> Result<Vec<Condition>, Problem> {
    let mut conditions = Vec::new();
    let kinds_of = |key: &str, kinds: &Option<Vec<String>>| -> Result<Option<Vec<String>>, Problem> {
        vocabulary.check_kinds(&format!("where: {key}"), kinds.iter().flatten())?;
        Ok(kinds.clone())
    };
    conditions.extend(kinds_of("kinds", &file.kinds)?.map(Condition::Kinds));
    if let Some(role) = &file.role {
        vocabulary.check_role("where: role", role)?;
        conditions.push(Condition::Role(role.clone()));
    }
    let stop = kinds_of("stop", &file.stop)?;
    for (key, kinds, is_wanted) in [("inside", &file.inside, true), ("outside", &file.outside, false)] {
        if let Some(kinds) = kinds_of(key, kinds)? {
            conditions.push(Condition::Ancestor { kinds, stop: stop.clone().unwrap_or_default(), is_wanted });
        }
    }
    if stop.is_some() && file.inside.is_none() && file.outside.is_none() {
        return Err(Problem::shape("where: `stop` needs `inside` or `outside`"));
    }
    let scope = file.scope.as_deref().map(|name| Scope::parse(name, holes.iter().copied(), "where: in")).transpose()?;
    if scope.is_some() && file.has.is_none() && file.lacks.is_none() {
        return Err(Problem::shape("where: `in` needs `has` or `lacks`"));
    }
    for (query, is_wanted) in [(&file.has, true), (&file.lacks, false)] {
        if let Some(query) = query {
            conditions.push(Condition::Match { pattern: Pattern::new(vocabulary.language(), query), scope: scope.clone(), is_wanted });
        }
    }
    for (text, is_wanted) in [(&file.is, true), (&file.is_not, false)] {
        conditions.extend(text.iter().map(|text| Condition::Type { names: types(text), is_wanted }));
    }
    for (key, names, are_equal) in [("where: equal", &file.equal, true), ("where: differ", &file.differ, false)] {
        if let Some(names) = names {
            names.iter().try_for_each(|name| known(key, "hole", name, holes.iter().copied()))?;
            conditions.push(Condition::Texts { holes: names.clone(), are_equal });
        }
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use crate::template::check::{Sample, python};

    /// A template that marks the calls of `f` where `tests` hold.
    fn marks(tests: &str) -> Sample {
        let head = "match = '(call function: (identifier) @f) @target'\nholes.stmt = { nearest = 'statement' }\nrewrite = ['$f.x()']";
        python(Box::leak(format!("where = [{{ equal = ['stmt', 'stmt'] }}, {tests}]\n{head}").into_boxed_str()))
    }

    #[track_caller]
    fn check(tests: &str, holds: &[&str], fails: &[&str]) {
        for text in holds {
            assert!(!marks(tests).play(text, &[]).0.is_empty(), "must hold: {text:?}");
        }
        for text in fails {
            assert_eq!(marks(tests).play(text, &[]).0, [""; 0], "must not hold: {text:?}");
        }
    }

    #[test]
    fn ancestors_count_up_to_the_border() {
        let tests = "{ inside = ['for_statement'], stop = ['function_definition'] }";
        check(tests, &["for x in y:\n    f()\n"], &["f()\n", "for x in y:\n    def g():\n        f()\n"]);
        let tests = "{ outside = ['for_statement'], stop = ['function_definition'] }";
        check(tests, &["f()\n", "for x in y:\n    def g():\n        f()\n"], &["for x in y:\n    f()\n"]);
    }

    #[test]
    fn the_header_of_a_loop_is_not_inside_it_when_its_statement_is_asked() {
        let tests = "{ at = 'stmt', inside = ['for_statement'], stop = ['function_definition'] }";
        check(tests, &["for x in y:\n    f()\n"], &["for x in f():\n    pass\n"]);
    }

    #[test]
    fn a_query_looks_below_or_in_a_scope_and_joins_the_holes() {
        check("{ has = '(integer)' }", &["f(1)\n"], &["f(a)\n", "1 + f(a)\n"]);
        check("{ in = 'stmt', has = '(integer)' }", &["f(1)\n", "1 + f(a)\n"], &["f(a)\n1\n"]);
        check("{ in = 'function', lacks = '(integer)' }", &["def g():\n    f()\n1\n", "f()\n1\n"], &["def g():\n    f()\n    1\n"]);
        check("{ in = 'file', has = '(function_definition name: (identifier) @f)' }", &["def f(): pass\nf()\n"], &["def g(): pass\nf()\n"]);
    }

    #[test]
    fn kinds_roles_and_texts_are_compared() {
        check("{ at = 'stmt', kinds = ['return_statement'] }", &["def g():\n    return f()\n"], &["f()\n"]);
        check("{ at = 'f', role = 'callee' }, { at = 'f', role = 'label' }", &["f()\n"], &[]);
        check("{ at = 'f', role = 'value' }", &[], &["f()\n"]);
        check("{ equal = ['target', 'stmt'] }", &["f()\n"], &["x = f()\n"]);
        check("{ differ = ['target', 'stmt'] }", &["x = f()\n"], &["f()\n"]);
    }

    #[test]
    fn what_nobody_saw_passes_and_what_was_seen_decides() {
        let played = |test: &str, types: &str| {
            let text = format!(
                "match = '(identifier) @target'\nwhere = [{test}]\nrewrite = ['b']\n\
                 example = [{{ name = 'a', before = \"a\\n\", after = \"b\\n\", types = {{ {types} }} }}, {{ name = 'b', before = \"1\\n\" }}]"
            );
            let templates = python(Box::leak(text.into_boxed_str())).load().unwrap();
            templates.get("python/x").unwrap().check_examples(&templates).is_empty()
        };
        for (test, types, holds) in [
            ("{ is = 'None' }", "", true),
            ("{ is = 'None' }", "a = 'NoneType'", true),
            ("{ is = 'None' }", "a = 'int'", false),
            ("{ is = 'str | int' }", "a = 'int'", true),
            ("{ is_not = 'None' }", "a = 'int'", true),
            ("{ is_not = 'None' }", "a = 'NoneType'", false),
            ("{ is_not = 'None' }", "", true),
        ] {
            assert_eq!(played(test, types), holds, "{test} {types}");
        }
    }
}
