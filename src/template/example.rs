//! The examples of a template: what it must make of a text, and what it must leave alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::ExampleFile;
use super::instance::{Filling, Instance};
use super::site::{Knowledge, Question, Reply, Site};
use super::twin::{Twin, twins};
use super::{Template, Templates};
use crate::explain::Explain;
use crate::syntax::{Node, Source};
use crate::text::{ByteSpan, LineNo, RepoPath};

/// One example.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The text before.
    pub before: String,
    /// The text that must be among the candidates; without it the example is a near miss, and there must be no candidate.
    pub after: Option<String>,
    /// The line on which the target starts; any line without it.
    pub line: Option<u32>,
    /// What a rule would fill.
    pub given: BTreeMap<String, String>,
    /// The test files.
    pub tests: Vec<String>,
    /// The types that expressions had at run time.
    pub types: BTreeMap<String, String>,
    /// What the resolvers answer, by resolver and text.
    pub answers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// `after` is among the first so many candidates.
    pub rank: Option<usize>,
}

/// What an example shows to be wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExampleProblem {
    /// The text cannot be read.
    #[error("example {example:?}: `before` has a syntax error")]
    Before {
        /// The example.
        example: String,
    },
    /// No candidate equals `after`.
    #[error("example {example:?}: {}; made {made:?}, refused {refused:?}", if made.is_empty() { "missing" } else { "wrong" })]
    Missing {
        /// The example, with its twin if it is one.
        example: String,
        /// The texts that were made.
        made: Vec<String>,
        /// How often each reason refused a candidate.
        refused: BTreeMap<String, u32>,
    },
    /// `after` comes too late.
    #[error("example {example:?}: `after` is candidate {found}, behind the rank {rank}")]
    Rank {
        /// The example.
        example: String,
        /// Its place, from 1.
        found: usize,
        /// The place that the example asks for.
        rank: usize,
    },
    /// A near miss gave a candidate.
    #[error("example {example:?}: noisy; it made {made:?}")]
    Noisy {
        /// The example.
        example: String,
        /// The text that was made.
        made: String,
    },
    /// A sort of example is not there.
    #[error("no {0}")]
    Lacks(&'static str),
}

impl Explain for ExampleProblem {}

/// A stand-in for the project: what the example says.
struct Stub<'e>(&'e Example);

impl Knowledge for Stub<'_> {
    fn answer(&self, question: &Question<'_>) -> Reply {
        let answers = self.0.answers.get(question.resolver);
        answers.and_then(|answers| answers.get(question.of)).cloned().map_or(Reply::Unknown, Reply::Values)
    }

    fn types_of(&self, source: &Source, node: Node<'_>) -> Vec<String> {
        self.0.types.get(source.text_of(node)).cloned().into_iter().collect()
    }
}

/// What one example gave.
pub(super) struct Played {
    pub(super) made: Vec<(ByteSpan, Instance, String)>,
    refused: BTreeMap<String, u32>,
}

impl Example {
    pub(super) fn of(file: ExampleFile) -> Example {
        let ExampleFile { name, before, after, line, given, tests, types, answers, rank } = file;
        Example { name, before, after, line, given, tests, types, answers, rank }
    }
}

impl Template {
    /// Plays every example and its twins.
    pub fn check_examples(&self, templates: &Templates) -> Vec<ExampleProblem> {
        let mut problems: Vec<ExampleProblem> = self.examples.iter().flat_map(|example| self.check_example(example, templates)).collect();
        for (is_positive, lacks) in [(true, "example with `after`"), (false, "near miss: an example without `after`")] {
            if self.examples.iter().all(|example| example.after.is_some() != is_positive) {
                problems.push(ExampleProblem::Lacks(lacks));
            }
        }
        problems
    }

    fn check_example(&self, example: &Example, templates: &Templates) -> Vec<ExampleProblem> {
        let played = match self.play(example, templates) {
            Ok(played) => played,
            Err(problem) => return vec![problem],
        };
        let Some(after) = &example.after else {
            let noisy = |(_, _, made): (ByteSpan, Instance, String)| ExampleProblem::Noisy { example: example.name.clone(), made };
            return played.made.into_iter().next().map(noisy).into_iter().collect();
        };
        let Some(found) = played.made.iter().position(|(_, _, made)| made == after) else {
            return vec![played.missing(&example.name)];
        };
        let late = example.rank.filter(|&rank| found >= rank);
        if let Some(rank) = late {
            return vec![ExampleProblem::Rank { example: example.name.clone(), found: found + 1, rank }];
        }
        let (target, instance, _) = &played.made[found];
        let imports = self.change_imports();
        let twins = twins(example, &self.path(0), *target, &instance.edits, templates, imports);
        twins.into_iter().filter_map(|twin| self.check_twin(&twin, templates)).collect()
    }

    fn check_twin(&self, twin: &Twin, templates: &Templates) -> Option<ExampleProblem> {
        let name = format!("{} ({})", twin.example.name, twin.sort);
        match self.play(&twin.example, templates) {
            Ok(played) => {
                let is_there = played.made.iter().any(|(_, _, made)| Some(made) == twin.example.after.as_ref());
                (!is_there).then(|| played.missing(&name))
            }
            Err(_) => Some(ExampleProblem::Before { example: name }),
        }
    }

    /// Every candidate of the example's line, by places and then best first.
    fn play(&self, example: &Example, templates: &Templates) -> Result<Played, ExampleProblem> {
        let failed = || ExampleProblem::Before { example: example.name.clone() };
        let parse = |at: usize, text: &str| Source::parse(self.path(at), Arc::from(text.as_bytes())).map_err(|_| failed());
        let source = parse(0, &example.before)?;
        let tests: Vec<Source> = example.tests.iter().enumerate().map(|(at, text)| parse(at + 1, text)).collect::<Result<_, _>>()?;
        let tests: Vec<&Source> = tests.iter().collect();
        let site = Site { templates, source: &source, project: &[], tests: &tests, knowledge: &Stub(example) };
        let whole = ByteSpan::new(0, source.bytes().len());
        let line = example.line.and_then(LineNo::new).map(|line| source.lines().span_of(line).unwrap_or(ByteSpan::empty(0)));
        let given = self.given(example, &source);
        let mut played = Played { made: Vec::new(), refused: BTreeMap::new() };
        for target in self.targets(&site, line.unwrap_or(whole)) {
            let instances = self.instances(&site, target, &given);
            for (reason, count) in instances.refused {
                *played.refused.entry(reason).or_default() += count;
            }
            for instance in instances.made {
                let made = made(&source, &instance);
                played.made.push((target, instance, made));
            }
        }
        // The best over all places first; the order of the file decides between equals.
        played.made.sort_by(|(_, one, _), (_, other, _)| other.rank.total_cmp(&one.rank));
        Ok(played)
    }

    /// What the example gives: a text, or the first node with that text where the hole is a place.
    fn given(&self, example: &Example, source: &Source) -> BTreeMap<String, Filling> {
        let filling = |(name, text): (&String, &String)| {
            let node = source.whole_text().find(text.as_str()).map(|at| ByteSpan::new(at, at + text.len()));
            let filling = match node.filter(|_| self.is_place(name)) {
                Some(node) => Filling::Node(node),
                None => Filling::Text(text.clone()),
            };
            (name.clone(), filling)
        };
        example.given.iter().map(filling).collect()
    }

    /// A path of the template's language.
    fn path(&self, at: usize) -> RepoPath {
        let language = crate::syntax::language(self.language.0).expect("a template's language exists");
        let extension = language.extensions()[0];
        let name = if at == 0 { format!("example.{extension}") } else { format!("tests/example{at}.{extension}") };
        RepoPath::new(&name).expect("a plain name is a path")
    }
}

impl Played {
    fn missing(&self, example: &str) -> ExampleProblem {
        let made = self.made.iter().take(8).map(|(_, _, made)| made.clone()).collect();
        ExampleProblem::Missing { example: example.to_owned(), made, refused: self.refused.clone() }
    }
}

/// The text of `source` after the instance.
fn made(source: &Source, instance: &Instance) -> String {
    let edits = instance.edits.get(source.path());
    let bytes = edits.map_or_else(|| source.bytes().to_vec(), |edits| edits.apply(source.bytes()).expect("an instance fits its source"));
    String::from_utf8(bytes).expect("edits of whole nodes keep a text a text")
}

#[cfg(test)]
mod tests {
    use crate::template::check::python;

    fn problems(examples: &str) -> Vec<String> {
        let text =
            format!("match = '(integer) @target'\nholes.n = {{ one_of = ['1', '2', '3'] }}\nrewrite = ['$n']\nexample = [{examples}]");
        let templates = python(Box::leak(text.into_boxed_str())).load().unwrap();
        let problems = templates.get("python/x").unwrap().check_examples(&templates);
        problems.iter().map(ToString::to_string).collect()
    }

    const POSITIVE: &str = "{ name = 'a', before = \"0\\n\", after = \"3\\n\" }";
    const NEAR_MISS: &str = "{ name = 'b', before = \"x\\n\" }";

    #[test]
    fn a_positive_and_a_near_miss_are_asked_for() {
        assert_eq!(problems(&format!("{POSITIVE}, {NEAR_MISS}")), [""; 0]);
        assert_eq!(problems(POSITIVE), ["no near miss: an example without `after`"]);
        assert_eq!(problems(NEAR_MISS), ["no example with `after`"]);
    }

    #[test]
    fn an_example_is_missing_wrong_late_or_noisy() {
        let check = |example: &str, expected: &str| assert_eq!(problems(&format!("{POSITIVE}, {NEAR_MISS}, {example}")), [expected]);
        check("{ name = 'c', before = 'x', after = 'y' }", "example \"c\": missing; made [], refused {}");
        check("{ name = 'c', before = '1', after = 'y' }", "example \"c\": wrong; made [\"2\", \"3\"], refused {\"same text\": 1}");
        check("{ name = 'c', before = '0', after = '3', rank = 2 }", "example \"c\": `after` is candidate 3, behind the rank 2");
        check("{ name = 'c', before = '0' }", "example \"c\": noisy; it made \"1\"");
        check(
            "{ name = 'c', line = 2, before = \"x\\n1\\n\" }",
            "example \"c\": noisy; it made \"x\\n1\\n\"".replace("\\n1\\n\"", "\\n2\\n\"").as_str(),
        );
    }

    #[test]
    fn an_example_brings_its_own_knowledge() {
        let text = "match = '(identifier) @target'\nholes.n = { resolver = 'module-of' }\nholes.t = { query = '(string) @it', in = ['tests'], type = '=target' }\nrewrite = ['$n($t)']\nexample = [{ name = 'a', before = \"x\\n\", after = \"m(\'y\')\\n\", answers = { module-of = { x = ['m'] } }, tests = [\"f('y')\\n\"], types = { x = 'str' } }, { name = 'b', before = \"x\\n\", answers = { module-of = { x = ['m'] } }, tests = [\"f('y')\\n\"], types = { x = 'int' } }]";
        let templates = python(Box::leak(text.to_owned().into_boxed_str())).load().unwrap();
        assert_eq!(templates.get("python/x").unwrap().check_examples(&templates), []);
    }
}
