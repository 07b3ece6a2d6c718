//! From the text of a rule file to a rule. Cheap: patterns and queries are compiled when they are first asked; `check` compiles all.

use std::collections::BTreeMap;

use super::error::RuleError;
use super::file::{CodeFile, ExampleFile, FixFile, RuleFile, SafetyFile, WithinFile};
use super::keys::{Key, keys};
use super::phrase::Phrase;
use super::trigger::{Pattern, Trigger};
use super::{Rule, RuleId, Safety};
use crate::explain::closest;
use crate::syntax::{self, LanguageId};

const CONFIDENCE: f64 = 0.5;

/// The `[code]` part: where the place is.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) within: Within,
    pub(super) query: String,
    /// Capture and the group whose text it must have.
    pub(super) equal: Vec<(String, String)>,
    pub(super) marked: Option<String>,
    pub(super) tests: Vec<toml::Table>,
}

/// Where a query looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Line,
    Label,
    Statement,
    Function,
    File,
    Project,
}

/// One `[[fix]]`.
#[derive(Debug)]
pub(super) struct Fix {
    pub(super) template: String,
    pub(super) target: String,
    pub(super) holes: BTreeMap<String, Phrase>,
    pub(super) safety: Safety,
    pub(super) risk: Option<String>,
}

/// One `[[example]]`.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) name: String,
    pub(super) error: String,
    pub(super) label: Option<String>,
    pub(super) note: Option<String>,
    pub(super) line: u32,
    pub(super) label_line: u32,
    pub(super) marked: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) advice: Option<String>,
    pub(super) answers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Rule {
    /// Reads the rule at `path` below the folder of rules.
    ///
    /// # Errors
    /// [`RuleError`] for a path that is no id, a text that is no rule file, and what is missing in it. Patterns, queries and templates are
    /// looked at by the catalogue.
    pub fn read(path: &str, text: &str) -> Result<Rule, RuleError> {
        let id = RuleId::new(path)?;
        let language = language_of(&id)?;
        let file = toml::from_str::<RuleFile>(text).map_err(|error| shape(&id, text, error))?;
        for (key, value) in [("summary", &file.summary), ("why", &file.why), ("source", &file.source)] {
            if value.trim().is_empty() {
                return Err(RuleError::Missing { rule: id, key });
            }
        }
        let confidence = file.confidence.unwrap_or(CONFIDENCE);
        if !(0.0..=1.0).contains(&confidence) {
            return Err(RuleError::Confidence { rule: id, value: confidence });
        }
        let rule = Rule {
            id,
            language,
            summary: file.summary,
            why: file.why,
            source: file.source,
            confidence,
            decline: file.decline,
            trigger: Trigger {
                faults: file.event.fault,
                message: file.event.message.map(Pattern::new),
                label: file.event.label.map(Pattern::new),
                note: file.event.note.map(Pattern::new),
            },
            code: file.code.map(code),
            fixes: file.fix.into_iter().map(fix).collect(),
            advice: file.advice.iter().map(|one| (Phrase::new(&one.text), one.command.as_deref().map(Phrase::new))).collect(),
            examples: file.example.into_iter().map(example).collect(),
        };
        rule.check_purpose()?;
        Ok(rule)
    }

    fn check_purpose(&self) -> Result<(), RuleError> {
        let problem = match (self.fixes.is_empty(), self.advice.is_empty(), &self.decline) {
            (true, true, None) => "it neither fixes nor advises nor declines",
            (false, _, Some(_)) => "it declines and has a [[fix]]",
            (false, _, None) if self.code.is_none() => "it has a [[fix]] and no [code] that finds the place",
            _ if self.trigger.faults.is_empty() => "[event] `fault` is empty",
            _ => return Ok(()),
        };
        Err(RuleError::Purpose { rule: self.id.clone(), problem })
    }
}

fn language_of(id: &RuleId) -> Result<LanguageId, RuleError> {
    let name = id.language();
    syntax::language(name).map(syntax::Language::id).ok_or_else(|| RuleError::Language {
        rule: id.clone(),
        language: name.to_owned(),
        closest: closest(name, syntax::languages().iter().map(|language| language.id().0)).map(str::to_owned),
    })
}

/// The reason why the text is no rule file: an unknown key by name, else what the reader says.
fn shape(id: &RuleId, text: &str, error: toml::de::Error) -> RuleError {
    let unknown = text.parse::<toml::Table>().ok().and_then(|file| unknown_key(id, &file));
    unknown.unwrap_or_else(|| RuleError::Shape { rule: id.clone(), source: Box::new(error) })
}

fn unknown_key(id: &RuleId, file: &toml::Table) -> Option<RuleError> {
    let top = file.keys().find(|key| !is_table(key) && !knows("", key)).map(|key| error_of(id, "", key));
    top.or_else(|| {
        file.iter().find_map(|(name, value)| {
            let (header, tables) = match value {
                toml::Value::Table(table) => (format!("[{name}]"), vec![table]),
                toml::Value::Array(list) => (format!("[[{name}]]"), list.iter().filter_map(toml::Value::as_table).collect()),
                _ => return None,
            };
            let wrong = tables.iter().flat_map(|table| table.keys()).find(|key| !knows(&header, key))?;
            Some(error_of(id, &header, wrong))
        })
    })
}

fn error_of(id: &RuleId, header: &str, key: &str) -> RuleError {
    let near = closest(key, named_in(header).map(|known| known.name));
    let belongs = keys().iter().find(|known| known.name == key).map(|known| known.table.to_owned());
    RuleError::UnknownKey {
        rule: id.clone(),
        table: if header.is_empty() { String::new() } else { format!("{header}: ") },
        key: key.to_owned(),
        belongs: if near.is_none() { belongs } else { None },
        closest: near.map(str::to_owned),
    }
}

fn named_in(header: &str) -> impl Iterator<Item = &'static Key> {
    keys().iter().filter(move |key| key.table == header)
}

fn knows(header: &str, key: &str) -> bool {
    named_in(header).any(|known| known.name == key)
}

fn is_table(name: &str) -> bool {
    keys().iter().any(|key| key.table.trim_matches(['[', ']']) == name)
}

fn code(file: CodeFile) -> Code {
    let within = match file.within {
        WithinFile::Line => Within::Line,
        WithinFile::Label => Within::Label,
        WithinFile::Statement => Within::Statement,
        WithinFile::Function => Within::Function,
        WithinFile::File => Within::File,
        WithinFile::Project => Within::Project,
    };
    Code { within, query: file.query, equal: file.equal.into_iter().collect(), marked: file.marked, tests: file.tests }
}

fn fix(file: FixFile) -> Fix {
    let safety = match file.safety {
        SafetyFile::Safe => Safety::Safe,
        SafetyFile::Unsafe => Safety::Unsafe,
        SafetyFile::Display => Safety::Display,
    };
    let holes = file.holes.into_iter().map(|(name, text)| (name, Phrase::new(&text))).collect();
    Fix { template: file.template, target: file.target, holes, safety, risk: file.risk }
}

fn example(file: ExampleFile) -> Example {
    let line = file.line.unwrap_or(1);
    Example {
        name: file.name,
        error: file.error,
        label: file.label,
        note: file.note,
        line,
        label_line: file.label_line.unwrap_or(line),
        marked: file.marked,
        before: file.before,
        after: file.after,
        advice: file.advice,
        answers: file.answers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Explain as _;

    const HEAD: &str = "summary = 's'\nwhy = 'w'\nsource = 'x'\n";
    const EVENT: &str = "event = { fault = ['KeyError'] }\n";
    const ADVICE: &str = "[[advice]]\ntext = 'install $name'\n";

    fn refused(path: &str, text: &str) -> String {
        Rule::read(path, text).unwrap_err().to_string()
    }

    #[test]
    fn the_path_is_the_id_and_names_the_language() {
        let text = format!("{HEAD}{EVENT}{ADVICE}");
        assert_eq!(Rule::read("python/x.toml", &text).unwrap().id.as_str(), "python/x");
        assert_eq!(refused("pyton/x.toml", &text), "pyton/x: no language `pyton`; did you mean `python`?");
        for bad in ["x.toml", "python/a/b.toml", "python/X.toml", "../x.toml", "python/.toml"] {
            assert_eq!(refused(bad, &text), format!("{bad}: no path of a rule"));
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_the_closest_or_its_place() {
        assert_eq!(
            refused("python/x", &format!("sumary = ''\n{HEAD}{EVENT}{ADVICE}")),
            "python/x: unknown key `sumary`; did you mean `summary`?"
        );
        assert_eq!(
            refused("python/x", &format!("{HEAD}{EVENT}{ADVICE}confidence = 1.0\n")),
            "python/x: [[advice]]: unknown key `confidence` (it belongs above the first table)"
        );
        assert_eq!(
            refused("python/x", &format!("{HEAD}{ADVICE}[event]\nfault = ['A']\nquery = ''\n")),
            "python/x: [event]: unknown key `query` (it belongs into [code])"
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(refused("python/x", &format!("summary = 's'\nwhy = ' '\nsource = 'x'\n{EVENT}{ADVICE}")), "python/x: no `why`");
        assert_eq!(refused("python/x", &format!("{HEAD}{EVENT}")), "python/x: it neither fixes nor advises nor declines");
        assert_eq!(
            refused("python/x", &format!("{HEAD}confidence = 2.0\n{EVENT}{ADVICE}")),
            "python/x: `confidence` is 2, not between 0 and 1"
        );
        let error = Rule::read("python/x", "summary = ").unwrap_err();
        assert_eq!(error.to_string(), "python/x: cannot read its file");
        assert_eq!(error.hint().unwrap(), "`homeostasis schema rule` lists the keys of a rule");
    }

    #[test]
    fn advice_is_filled_from_the_message() {
        let text =
            format!("{HEAD}event = {{ fault = ['KeyError'], message = \"'(?<name>.*)'\" }}\n{ADVICE}command = 'pip install $name'\n");
        let rule = Rule::read("python/x", &text).unwrap();
        let groups = rule.answers(&super::super::Symptom::new(LanguageId::PYTHON, "KeyError", "'requests'")).unwrap();
        assert_eq!(rule.advice(&groups)[0].command.as_deref(), Some("pip install requests"));
        assert!(rule.answers(&super::super::Symptom::new(LanguageId::RUST, "KeyError", "'requests'")).is_none());
    }
}
