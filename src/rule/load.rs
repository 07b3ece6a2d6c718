//! From the text of a rule file to a rule. Cheap: patterns and queries are compiled when they are first asked, `check` compiles them all.

use std::collections::BTreeMap;

use toml::Table;

use super::error::RuleError;
use super::file::{AdviceFile, CodeFile, EventFile, FixFile, LineFile, RuleFile, SafetyFile, WithinFile};
use super::keys;
use super::line::LineForm;
use super::phrase::Phrase;
use super::trigger::{Trigger, Words};
use super::{Code, Example, Fix, Rule, RuleId, Safety, Within};
use crate::explain::closest;
use crate::syntax::{self, Language};
use crate::template::{Pattern, Templates, Where};

const CONFIDENCE: f64 = 0.5;

impl Rule {
    /// Reads the rule at `path` below the folder of rules; its templates are among `templates`.
    ///
    /// # Errors
    /// [`RuleError`] for a path that is no id, a text that is no rule file, and names that nothing defines.
    pub fn read(path: &str, text: &str, templates: &Templates) -> Result<Rule, RuleError> {
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
        let trigger = trigger(&id, file.event)?;
        let mut code = file.code.map(|code| self::code(&id, language, code, &trigger, templates)).transpose()?;
        if let Some(code) = &mut code {
            code.target = file.fix.first().map(|fix| fix.target.clone());
        }
        let line = file.line.map(line_form);
        let rule = Rule {
            id,
            language: language.id(),
            summary: file.summary,
            why: file.why,
            source: file.source,
            confidence,
            decline: file.decline,
            trigger,
            code,
            line,
            fixes: file.fix.into_iter().map(fix).collect(),
            advice: file.advice.iter().map(advice).collect(),
            examples: file.example.into_iter().map(Example::of).collect(),
        };
        rule.check_names(templates)?;
        Ok(rule)
    }
}

fn language_of(id: &RuleId) -> Result<&'static dyn Language, RuleError> {
    let name = id.language();
    syntax::language(name).ok_or_else(|| RuleError::Language {
        rule: id.clone(),
        language: name.to_owned(),
        closest: closest(name, syntax::languages().iter().map(|language| language.id().0)).map(str::to_owned),
    })
}

/// The reason why the text is no rule file: an unknown key by name, else what the reader says.
fn shape(id: &RuleId, text: &str, error: toml::de::Error) -> RuleError {
    match text.parse::<Table>().ok().and_then(|file| keys::unknown(&file)) {
        Some(key) => RuleError::UnknownKey { rule: id.clone(), key },
        None => RuleError::Shape { rule: id.clone(), source: Box::new(error) },
    }
}

fn line_form(file: LineFile) -> LineForm {
    LineForm {
        pattern: Words::new(file.pattern),
        rewrites: file.rewrite.iter().map(|text| Phrase::new(text)).collect(),
        is_every: file.every,
        safety: safety(file.safety),
        risk: file.risk,
    }
}

fn trigger(id: &RuleId, file: EventFile) -> Result<Trigger, RuleError> {
    let words = |text: Option<String>| text.map(Words::new);
    let trigger = Trigger { faults: file.fault, message: words(file.message), label: words(file.label), note: words(file.note) };
    let mut names: Vec<&str> = trigger.patterns().flat_map(|(_, words)| words.groups()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(twice) => Err(RuleError::Twice { rule: id.clone(), group: twice[0].to_owned() }),
        None => Ok(trigger),
    }
}

fn code(id: &RuleId, language: &'static dyn Language, file: CodeFile, trigger: &Trigger, templates: &Templates) -> Result<Code, RuleError> {
    let within = match file.within {
        WithinFile::Line => Within::Line,
        WithinFile::Label => Within::Label,
        WithinFile::Statement => Within::Statement,
        WithinFile::Function => Within::Function,
        WithinFile::File => Within::File,
        WithinFile::Project => Within::Project,
    };
    let query = Pattern::new(language, &file.query);
    let known: Vec<&str> = query
        .captures()
        .iter()
        .map(String::as_str)
        .filter(|name| !name.starts_with('_'))
        .chain(trigger.groups())
        .chain(["target"])
        .collect();
    let refused = |message: String| RuleError::Code { rule: id.clone(), key: "where", message };
    let vocabulary = templates.vocabulary(language.id()).ok_or_else(|| refused(format!("{} has no vocabulary", language.id())))?;
    let tests = Where::new(&file.tests, vocabulary, &known).map_err(|problem| refused(problem.to_string()))?;
    let marked = file.marked.iter().flat_map(|names| names.split('|')).map(str::to_owned).collect();
    Ok(Code {
        within,
        query,
        target: None,
        equal: file.equal.into_iter().collect(),
        marked,
        beside: file.beside,
        tests,
        groups: trigger.groups().chain(["fault"]).map(str::to_owned).collect(),
    })
}

fn safety(file: SafetyFile) -> Safety {
    match file {
        SafetyFile::Safe => Safety::Safe,
        SafetyFile::Unsafe => Safety::Unsafe,
        SafetyFile::Display => Safety::Display,
    }
}

fn fix(file: FixFile) -> Fix {
    let safety = safety(file.safety);
    let holes: BTreeMap<String, Phrase> = file.holes.into_iter().map(|(name, text)| (name, Phrase::new(&text))).collect();
    Fix { template: file.template, target: file.target, holes, safety, risk: file.risk }
}

fn advice(file: &AdviceFile) -> (Phrase, Option<Phrase>) {
    (Phrase::new(&file.text), file.command.as_deref().map(Phrase::new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Explain as _;
    use crate::rule::{Catalogue, Symptom};
    use crate::syntax::LanguageId;

    const HEAD: &str = "summary = 's'\nwhy = 'w'\nsource = 'x'\n";
    const EVENT: &str = "event = { fault = ['KeyError'] }\n";
    const ADVICE: &str = "[[advice]]\ntext = 'install it'\n";
    const CODE: &str = "code = { query = '(call) @place' }\n";

    fn read(path: &str, text: &str) -> Result<Rule, RuleError> {
        Rule::read(path, text, Catalogue::embedded().templates())
    }

    fn refused(path: &str, text: &str) -> String {
        read(path, text).unwrap_err().to_string()
    }

    #[test]
    fn the_path_is_the_id_and_names_the_language() {
        let text = format!("{HEAD}{EVENT}{ADVICE}");
        assert_eq!(read("python/x.toml", &text).unwrap().id.as_str(), "python/x");
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
            "python/x: [[advice]]: unknown key `confidence` (it belongs above the first [[advice]]: in TOML a key joins the header before it)"
        );
        assert_eq!(
            refused("python/x", &format!("{HEAD}{ADVICE}[event]\nfault = ['A']\nquery = ''\n")),
            "python/x: [event]: unknown key `query` (it belongs to [code])"
        );
        assert_eq!(
            refused("python/x", &format!("{HEAD}{EVENT}code = {{ query = '', where = [{{ rol = 'value' }}] }}\n{ADVICE}")),
            "python/x: where: unknown key `rol`; did you mean `role`?"
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
        let error = read("python/x", "summary = ").unwrap_err();
        assert_eq!(error.to_string(), "python/x: cannot read its file");
        assert_eq!(error.hint().unwrap(), "`homeostasis schema rule` lists the keys of a rule");
    }

    #[test]
    fn a_name_that_nothing_defines_is_told_with_the_closest() {
        let with_fix = |fix: &str| refused("python/x", &format!("{HEAD}{EVENT}{CODE}[[fix]]\n{fix}"));
        assert_eq!(
            with_fix("template = 'python/wrap-cal'\ntarget = 'place'"),
            "python/x: [[fix]]: no template `python/wrap-cal`; did you mean `python/wrap-call`?"
        );
        assert_eq!(
            with_fix("template = 'python/wrap-call'\ntarget = 'plce'"),
            "python/x: [[fix]] target: no capture `plce`; did you mean `place`?"
        );
        assert_eq!(
            with_fix("template = 'python/wrap-call'\ntarget = 'place'\nholes = { calle = 'str' }"),
            "python/x: template `python/wrap-call` has no hole `calle`; did you mean `callee`?"
        );
        assert_eq!(
            with_fix("template = 'python/wrap-call'\ntarget = 'place'\nholes = { callee = '$falt' }"),
            "python/x: [[fix]] holes: nothing fills `falt`; did you mean `fault`?"
        );
        let code = "code = { query = '(call) @place', equal = { place = 'name' } }\n";
        assert_eq!(refused("python/x", &format!("{HEAD}{EVENT}{code}{ADVICE}")), "python/x: [code] equal: the event has no group `name`");
    }

    #[test]
    fn queries_patterns_and_examples_are_checked_on_demand() {
        let checked = |text: String| read("python/x", &text).unwrap().check().unwrap_err().to_string();
        let code = "code = { query = '(cal) @x' }\n";
        assert_eq!(checked(format!("{HEAD}{EVENT}{code}{ADVICE}")), "python/x: [code] query: no node kind `cal`; did you mean `call`?");
        let event = "event = { fault = ['A'], message = '(' }\n";
        assert_eq!(checked(format!("{HEAD}{event}{ADVICE}")), "python/x: [event] `message` is no regular expression");
        let example = "[[example]]\nname = 'a'\nerror = 'KeyError: 1'\nadvice = 'install it'\n";
        assert_eq!(checked(format!("{HEAD}{EVENT}{ADVICE}")), "python/x: no example with `after`, or `advice` for a rule without [[fix]]");
        assert_eq!(checked(format!("{HEAD}{EVENT}{ADVICE}{example}")), "python/x: no near miss in the message");
    }

    #[test]
    fn advice_is_filled_from_the_message() {
        let event = "event = { fault = ['KeyError'], message = \"'(?<name>.*)'\" }\n";
        let rule = read("python/x", &format!("{HEAD}{event}{ADVICE}command = 'pip install $name'\n")).unwrap();
        let groups = rule.answers(&Symptom::new(LanguageId::PYTHON, "KeyError", "'requests'")).unwrap();
        assert_eq!(rule.advice(&groups)[0].command.as_deref(), Some("pip install requests"));
        assert!(rule.answers(&Symptom::new(LanguageId::RUST, "KeyError", "'requests'")).is_none());
    }
}
