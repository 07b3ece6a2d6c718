//! What the compiler makes of one example.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use homeostasis::event::Event;
use homeostasis::rule::{Catalogue, Rule, Symptom};
use homeostasis::syntax::{Node, Source};
use homeostasis::template::{Knowledge, Question, Reply, Site};
use homeostasis::text::{LineNo, RepoPath};

use super::compiler::{Compiler, Program};

/// Names that are not there: rustc says so of a snippet, whatever the fault that it shows.
const UNRESOLVED: &[&str] = &["E0405", "E0412", "E0422", "E0425", "E0432", "E0433", "E0583"];

/// A positive example of a rule, as its file has it.
pub(crate) struct Example {
    /// The rule, without the language.
    pub(crate) rule: String,
    pub(crate) name: String,
    error: String,
    before: String,
    after: String,
    files: Program,
    answers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    types: BTreeMap<String, String>,
}

/// What an example shows.
#[derive(Debug)]
pub(crate) enum Sort {
    /// The compiler's own diagnostic leads the rule to a text that compiles.
    Proved,
    /// Both texts compile: the fault is one of a run.
    Compiled,
    /// Names are used that the example does not define.
    Snippet,
    /// The example, and so perhaps the rule, says what is not so.
    Wrong(String),
}

/// Every example of the Rust rules that has a text before and one after, in the order of the files.
pub(crate) fn examples() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/rust");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().flat_map(|path| examples_of(path)).collect()
}

fn examples_of(path: &Path) -> Vec<Example> {
    let file: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let rule = path.file_stem().unwrap().to_str().unwrap();
    let examples = file.get("example").and_then(toml::Value::as_array).into_iter().flatten();
    examples.filter_map(|example| Example::of(rule, example)).collect()
}

impl Example {
    fn of(rule: &str, example: &toml::Value) -> Option<Example> {
        let text = |key: &str| Some(example.get(key)?.as_str().unwrap().to_owned());
        Some(Example {
            rule: rule.to_owned(),
            name: text("name")?,
            error: text("error")?,
            before: text("before")?,
            after: text("after")?,
            files: table(example, "files"),
            answers: table(example, "answers"),
            types: table(example, "types"),
        })
    }

    /// Whether a run shows the fault, and no compiler.
    fn is_panic(&self) -> bool {
        !self.error.starts_with("error")
    }

    /// The first patch of the rule for `event`; none where the rule has no place for it.
    fn made(&self, rule: &Rule, event: &Event) -> Option<String> {
        let groups = rule.answers(&Symptom::of(event))?;
        let parse = |path: &str, text: &str| Source::parse(RepoPath::new(path).unwrap(), Arc::from(text.as_bytes())).ok();
        let source = parse("src/example.rs", &self.before)?;
        let others: Vec<Source> = self.files.iter().filter_map(|(path, text)| parse(path, text)).collect();
        let others: Vec<&Source> = others.iter().collect();
        let site = Site { templates: Catalogue::embedded().templates(), source: &source, project: &others, tests: &[], knowledge: self };
        // Where it was raised comes first, and then whatever else the compiler points at.
        let lines =
            event.raised_at.iter().chain(event.labels.iter().map(|label| &label.place)).filter_map(|place| LineNo::new(place.line?));
        let places = lines.flat_map(|line| rule.places(&site, line, &groups));
        let fix = places.flat_map(|found| rule.fixes(&site, &found, &groups)).next()?;
        let made = fix.instance.edits.get(source.path())?.apply(source.bytes()).ok()?;
        String::from_utf8(made).ok()
    }
}

impl Knowledge for Example {
    fn answer(&self, question: &Question<'_>) -> Reply {
        let answers = self.answers.get(question.resolver);
        answers.and_then(|answers| answers.get(question.of)).cloned().map_or(Reply::Unknown, Reply::Values)
    }

    fn types_of(&self, source: &Source, node: Node<'_>) -> Vec<String> {
        self.types.get(source.text_of(node)).cloned().into_iter().collect()
    }
}

impl Sort {
    /// Compiles `before`, and `after` where that says something.
    pub(crate) fn of(compiler: &Compiler, example: &Example) -> Sort {
        let before = compiler.errors(&example.files, &example.before, !example.is_panic());
        let id = format!("rust/{}", example.rule);
        let rule = Catalogue::embedded().get(&id).unwrap_or_else(|| panic!("{id} is not built in"));
        let answered: Vec<&Event> = before.iter().filter(|event| rule.answers(&Symptom::of(event)).is_some()).collect();
        let is_shown = if example.is_panic() { before.is_empty() } else { !answered.is_empty() };
        if !is_shown {
            return if lacks_names(&before) { Sort::Snippet } else { Sort::Wrong(format!("of `before` rustc says {}", told(&before))) };
        }
        let after = compiler.errors(&example.files, &example.after, !example.is_panic());
        if !after.is_empty() {
            return if lacks_names(&after) { Sort::Snippet } else { Sort::Wrong(format!("of `after` rustc says {}", told(&after))) };
        }
        if example.is_panic() {
            return Sort::Compiled;
        }
        let made: Vec<String> = answered.iter().filter_map(|event| example.made(rule, event)).collect();
        match made.first() {
            Some(made) if *made == example.after => Sort::Proved,
            Some(made) => Sort::Wrong(format!("of rustc's own diagnostic it makes\n{made}")),
            None => Sort::Wrong(format!("of rustc's own diagnostic it makes nothing: {}", told(&before))),
        }
    }

    /// One word for it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Sort::Proved => "proved",
            Sort::Compiled => "compiled",
            Sort::Snippet => "snippet",
            Sort::Wrong(_) => "wrong",
        }
    }
}

/// Whether names are missing, beside what else may follow from that.
fn lacks_names(errors: &[Event]) -> bool {
    errors.iter().any(|error| UNRESOLVED.contains(&error.kind.as_str()))
}

/// The errors, for a person.
fn told(errors: &[Event]) -> String {
    let told = |error: &Event| {
        let labels: Vec<&str> = error.labels.iter().map(|label| label.text.as_str()).collect();
        format!("error[{}]: {} {labels:?}", error.kind, error.message)
    };
    if errors.is_empty() { "nothing".to_owned() } else { errors.iter().map(told).collect::<Vec<_>>().join("; ") }
}

/// A table of an example; empty where there is none.
fn table<T: serde::de::DeserializeOwned + Default>(example: &toml::Value, key: &str) -> T {
    example.get(key).map_or_else(T::default, |value| value.clone().try_into().unwrap())
}
