//! From the text of a template file to a checked template: every key and name is looked at before anything runs.
//!
//! Queries are only read for their captures here; [`Template::check_queries`] compiles them.

mod hole;

use std::collections::BTreeSet;

use hole::read_hole;
use toml::Table;

use super::edit::{Edit, OPS, Op};
use super::error::{Problem, Unknown, known};
use super::file::{EditFile, SearchFile, TemplateFile};
use super::hole::{From, Hole, Take};
use super::pattern::Pattern;
use super::text::Text;
use super::vocabulary::Vocabulary;
use super::{Change, Example, Search, Template, TemplateId, Where, keys};
use crate::explain::closest;

/// How many candidates a place gives, if the template does not say.
const LIMIT: usize = 60;

impl Template {
    /// Reads and checks a template file.
    pub(super) fn read(id: TemplateId, text: &str, vocabulary: &Vocabulary) -> Result<Template, Problem> {
        let table: Table = text.parse().map_err(|error| Problem::of_toml(&error, text))?;
        if let Some(key) = keys::unknown(&table, &keys::TEMPLATE) {
            return Err(Problem::Key(Unknown(key)));
        }
        let file: TemplateFile = toml::from_str(text).map_err(|error| Problem::of_toml(&error, text))?;
        let pattern = Pattern::new(vocabulary.language(), &file.pattern);
        let captures = captures(&pattern)?;
        let mut names: Vec<&str> = captures.iter().map(String::as_str).collect();
        let mut holes = Vec::new();
        for (name, hole) in &file.holes {
            if names.contains(&name.as_str()) {
                return Err(Problem::shape(format!("holes.{name}: `match` captures `@{name}` already")));
            }
            holes.push(read_hole(name, hole, vocabulary, &names)?);
            names.push(name);
        }
        let change = change(&file, &names)?;
        let tests = Where::new(&file.tests, vocabulary, &names)?;
        mark_places(&mut holes, &change);
        check_texts(&holes, &change)?;
        check_used(&captures, &holes, &change, &tests)?;
        let search = file.search.map(|search| read_search(search, vocabulary)).transpose()?;
        let examples = file.examples.into_iter().map(Example::of).collect();
        let limit = file.limit.unwrap_or(LIMIT);
        Ok(Template {
            language: vocabulary.language().id(),
            id,
            summary: file.summary,
            pattern,
            tests,
            holes,
            change,
            limit,
            search,
            examples,
        })
    }

    /// Compiles the queries and checks that each pattern captures the target.
    pub(super) fn check_queries(&self) -> Result<(), Problem> {
        let query = self.pattern.query().map_err(|source| Problem::Query { place: "`match`".to_owned(), source })?;
        if !(0..query.n_patterns()).all(|pattern| query.always_captures(pattern, "target")) {
            return Err(Problem::shape("`match`: every pattern must capture `@target`, the place that is suspected"));
        }
        for hole in &self.holes {
            if let From::Query { pattern, .. } = &hole.from {
                pattern.query().map_err(|source| Problem::Query { place: format!("holes.{}.query", hole.name), source })?;
            }
        }
        self.tests.check_queries()
    }
}

/// The captures that are holes; those that start with `_` only serve the query.
fn captures(pattern: &Pattern) -> Result<Vec<String>, Problem> {
    let captures: Vec<String> = pattern.captures().iter().filter(|name| !name.starts_with('_')).cloned().collect();
    if captures.iter().any(|name| name == "target") {
        return Ok(captures);
    }
    // What is wrong with the query explains a missing capture better.
    pattern.query().map_err(|source| Problem::Query { place: "`match`".to_owned(), source })?;
    Err(Problem::shape("`match`: every pattern must capture `@target`, the place that is suspected"))
}

fn change(file: &TemplateFile, names: &[&str]) -> Result<Change, Problem> {
    if file.rewrite.is_empty() == file.edits.is_empty() {
        return Err(Problem::shape("write either `rewrite` or [[edit]], and not both"));
    }
    let rewrite = |text: &String| {
        let text = Text::parse(text, "rewrite")?;
        Ok(Edit { op: Op::Replace, at: "target".to_owned(), text, comma: true })
    };
    if !file.rewrite.is_empty() {
        return file.rewrite.iter().map(rewrite).collect::<Result<_, Problem>>().map(Change::Rewrite);
    }
    file.edits.iter().map(|edit| read_edit(edit, names)).collect::<Result<_, Problem>>().map(Change::Edits)
}

fn read_edit(file: &EditFile, names: &[&str]) -> Result<Edit, Problem> {
    known("[[edit]]: op", "edit", &file.op, OPS.iter().map(|(name, _)| *name))?;
    let op = OPS.iter().find(|(name, _)| *name == file.op).map(|(_, op)| *op).expect("the name is known");
    let at = match (&file.at, op) {
        (Some(_), Op::Import) => return Err(Problem::shape("[[edit]]: `import` has a place of its own; leave `at` out")),
        (None, Op::Import) => "target".to_owned(),
        (None, _) => return Err(Problem::shape(format!("[[edit]]: `{}` needs `at`", file.op))),
        (Some(at), _) => at.clone(),
    };
    known("[[edit]]: at", "hole", &at, names.iter().copied())?;
    if file.text.is_some() == (op == Op::Delete) {
        let needs = if op == Op::Delete { "takes no `text`" } else { "needs `text`" };
        return Err(Problem::shape(format!("[[edit]]: `{}` {needs}", file.op)));
    }
    let text = Text::parse(file.text.as_deref().unwrap_or_default(), "[[edit]]: text")?;
    Ok(Edit { op, at, text, comma: file.comma.unwrap_or(true) })
}

fn read_search(file: SearchFile, vocabulary: &Vocabulary) -> Result<Search, Problem> {
    vocabulary.check_kinds("[search]: kinds", file.kinds.iter().flatten())?;
    file.needs.iter().try_for_each(|need| known("[search]: needs", "need", need, ["types", "traces", "tests"]))?;
    if !(file.prior > 0.0 && file.prior <= 1000.0) {
        return Err(Problem::shape("[search]: `prior` counts fixes per 1000 candidates: above 0, at most 1000"));
    }
    Ok(Search { prior: file.prior, kinds: file.kinds.unwrap_or_default(), needs: file.needs })
}

/// A hole is a place if something is done at it, or its surroundings are asked for.
fn mark_places(holes: &mut [Hole], change: &Change) {
    let mut places: BTreeSet<String> = change.edits().iter().map(|edit| edit.at.clone()).collect();
    for hole in holes.iter() {
        places.extend(hole.from.places().into_iter().chain(hole.constraints.places()).map(str::to_owned));
    }
    for hole in holes {
        hole.is_place = places.contains(&hole.name);
    }
}

/// Checks the holes that texts name: filled, and not a list.
fn check_texts(holes: &[Hole], change: &Change) -> Result<(), Problem> {
    let is_list = |name: &str| holes.iter().any(|hole| hole.name == name && matches!(hole.from, From::Query { take: Take::Each, .. }));
    for name in change.edits().iter().flat_map(|edit| edit.text.holes()) {
        if is_list(name) {
            return Err(Problem::shape(format!("`${name}` holds several nodes and can only stand in `at`")));
        }
    }
    Ok(())
}

/// Checks that each capture and hole serves something, and that texts name only what is filled.
fn check_used(captures: &[String], holes: &[Hole], change: &Change, tests: &Where) -> Result<(), Problem> {
    let names: Vec<&str> = captures.iter().map(String::as_str).chain(holes.iter().map(|hole| hole.name.as_str())).collect();
    let in_texts = || change.edits().iter().flat_map(|edit| edit.text.holes());
    in_texts().try_for_each(|name| unfilled(name, &names))?;
    let mut used: BTreeSet<&str> = in_texts().chain(tests.holes()).chain(change.edits().iter().map(|edit| edit.at.as_str())).collect();
    used.extend(holes.iter().flat_map(|hole| hole.from.holes().into_iter().chain(hole.constraints.holes())));
    used.insert("target");
    if let Some(capture) = captures.iter().find(|capture| !used.contains(capture.as_str())) {
        return Err(Problem::Unused { what: format!("capture `@{capture}`") });
    }
    match holes.iter().find(|hole| !used.contains(hole.name.as_str())) {
        Some(hole) => Err(Problem::Unused { what: format!("hole `{}`", hole.name) }),
        None => Ok(()),
    }
}

fn unfilled(name: &str, names: &[&str]) -> Result<(), Problem> {
    if names.contains(&name) {
        return Ok(());
    }
    let closest = closest(name, names.iter().copied()).map(str::to_owned);
    Err(Problem::Unfilled { name: name.to_owned(), closest })
}

impl Change {
    fn edits(&self) -> &[Edit] {
        match self {
            Change::Rewrite(edits) | Change::Edits(edits) => edits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::LanguageId;
    use crate::template::Templates;
    use crate::template::check::python;

    fn check(text: &'static str, expected: &str) {
        assert_eq!(python(text).error(), format!("python/x: {expected}"));
    }

    #[test]
    fn a_wrong_query_is_told_with_the_closest_name() {
        check(
            "match = '((call) @target (#eqq? @target \"x\"))'\nrewrite = ['x']",
            "`match`: no predicate `#eqq?` (the bindings would take it as always true); did you mean `eq?`?",
        );
        check(
            "match = '(call) @target (#eq? @target \"x\")'\nrewrite = ['x']",
            "`match`: a predicate stands outside the brackets of its pattern; there it is a pattern of its own that matches every \
             node: write `((call) @target (#eq? @target \"x\"))`",
        );
        check("match = '(cal) @target'\nrewrite = ['x']", "`match`: no node kind `cal`; did you mean `call`?");
        check("match = '(call) @t'\nrewrite = ['x']", "`match`: every pattern must capture `@target`, the place that is suspected");
        check(
            "match = '[(call) (identifier) @target]'\nrewrite = ['x']",
            "`match`: every pattern must capture `@target`, the place that is suspected",
        );
    }

    #[test]
    fn a_hole_that_nothing_fills_is_told() {
        check(
            "match = '(call function: (_) @callee) @target'\nrewrite = ['$calee()']",
            "nothing fills `$calee`: capture `@calee` in `match` or define it in [holes]; did you mean `callee`?",
        );
    }

    #[test]
    fn what_nothing_uses_is_told() {
        check("match = '(call function: (_) @f) @target'\nrewrite = ['x']", "capture `@f` is used by nothing; start its name with `_`");
        check("match = '(call) @target'\nrewrite = ['x']\nholes.a = { one_of = ['1'] }", "hole `a` is used by nothing");
    }

    #[test]
    fn a_key_below_an_edit_is_told_where_it_belongs() {
        check(
            "match = '(call) @target'\n[[edit]]\nop = 'delete'\nat = 'target'\nwhere = []",
            "[[edit]]: unknown key `where` (it belongs above the first [[edit]]: in TOML a key joins the header before it)",
        );
    }

    #[test]
    fn names_that_do_not_exist_are_told() {
        let with = |line: &str| -> &'static str {
            Box::leak(format!("match = '(call) @target'\nrewrite = ['$h']\nholes.h = {line}").into_boxed_str())
        };
        check(with("{ nearest = 'statment' }"), "holes.h.nearest: no relation `statment`; did you mean `statement`?");
        check(with("{ ingredient = 'nam', in = ['file'] }"), "holes.h.ingredient: no ingredient `nam`; did you mean `name`?");
        check(with("{ ingredient = 'name', in = ['fil'] }"), "holes.h.in: no scope `fil`; did you mean `file`?");
        check(with("{ family = ['compar'] }"), "holes.h.family: no family `compar`; did you mean `compare`?");
        check(with("{ sibling = 'nex' }"), "holes.h.sibling: no sibling `nex`; did you mean `next`?");
        check(with("{ resolver = 'int-shft', with = [1] }"), "holes.h.resolver: no resolver `int-shft`; did you mean `int-shift`?");
        check(with("{ resolver = 'int-shift', with = ['a'] }"), "holes.h.resolver: `int-shift` needs whole numbers: with = [1, -1]");
        check(with("{ nearest = 'call', of = 'tarket' }"), "holes.h.of: no hole `tarket`; did you mean `target`?");
        check(with("{ one_of = ['1'], not = ['tarket'] }"), "holes.h.not: no hole `tarket`; did you mean `target`?");
        check(with("{ one_of = ['1'], role = 'valu' }"), "holes.h.role: no role `valu`; did you mean `value`?");
        check(with("{ one_of = ['1'], kinds = ['cal'] }"), "holes.h.kinds: no node kind `cal`; did you mean `call`?");
        check(with("{ query = '(call) @that', in = ['file'] }"), "holes.h: the query must capture `@it`");
        check(with("{ query = '(call) @it' }"), "holes.h: `query` needs `in`, a list of scopes");
        check(with("{ one_of = ['1'], of = 'target' }"), "holes.h: `of` does not go with `one_of`");
        check(
            with("{ of = 'target' }"),
            "holes.h: a hole has exactly one source; this one has 0: of query, ingredient, one_of, nearest, sibling, family, map, resolver, given",
        );
        check(with("{ query = '(call) @it', in = ['file'], take = 'each' }"), "`$h` holds several nodes and can only stand in `at`");
    }

    #[test]
    fn edits_and_tests_are_checked() {
        check("match = '(call) @target'", "write either `rewrite` or [[edit]], and not both");
        check(
            "match = '(call) @target'\nedit = [{ op = 'replce', at = 'target', text = '' }]",
            "[[edit]]: op: no edit `replce`; did you mean `replace`?",
        );
        check("match = '(call) @target'\nedit = [{ op = 'delete' }]", "[[edit]]: `delete` needs `at`");
        check("match = '(call) @target'\nedit = [{ op = 'first', at = 'target' }]", "[[edit]]: `first` needs `text`");
        check(
            "match = '(call) @target'\nedit = [{ op = 'delete', at = 'tarket' }]",
            "[[edit]]: at: no hole `tarket`; did you mean `target`?",
        );
        check(
            "match = '(call) @target'\nrewrite = ['x']\nwhere = [{ at = 'target' }]",
            "where: an entry tests nothing; write kinds, role, inside, outside, has, lacks, is, is_not, equal or differ",
        );
        check(
            "match = '(call) @target'\nrewrite = ['x']\nwhere = [{ inside = ['cal'] }]",
            "where: inside: no node kind `cal`; did you mean `call`?",
        );
        check(
            "match = '(call) @target'\nrewrite = ['x']\nwhere = [{ lacks = '(cal)' }]",
            "where: lacks: no node kind `cal`; did you mean `call`?",
        );
        check(
            "match = '(call) @target'\nrewrite = ['x']\nsearch = { prior = 0 }",
            "[search]: `prior` counts fixes per 1000 candidates: above 0, at most 1000",
        );
        check("match = '(call) @target'\nrewrite = 'x'", "line 3: invalid type: string \"x\", expected a sequence");
        check("match = '(call) @target'\nrewrite = ['x'", "line 3: unclosed array, expected `]`");
    }

    #[test]
    fn nothing_that_people_write_makes_the_loader_panic() {
        let whole = include_str!("../../templates/python/none-guard-leave.toml");
        let (templates, _) = Templates::load([("python/vocabulary.toml", include_str!("../../templates/python/vocabulary.toml"))]);
        let vocabulary = templates.vocabulary(LanguageId::PYTHON).unwrap();
        for cut in (0..whole.len()).step_by(7) {
            let read = |text: &str| Template::read(TemplateId("python/x".to_owned()), text, vocabulary).and_then(|x| x.check_queries());
            drop(read(&whole[..cut]));
            drop(read(&format!("{}{}", &whole[..cut], &whole[cut + 1..])));
        }
    }
}
