//! All rules and templates: those that the program carries, and a project's own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::error::RuleError;
use super::symptom::Symptom;
use super::trigger::Groups;
use super::{Rule, RuleId};
use crate::event::Event;
use crate::explain::Explain;
use crate::syntax::LanguageId;
use crate::template::{TemplateError, Templates};

const RULES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/rules.rs"));
const TEMPLATES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// Rules and templates, indexed by the kind of failure. A file is read when it is first asked for, its patterns and queries are compiled
/// when they are first used.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: BTreeMap<RuleId, Lazy>,
    templates: Templates,
    /// Language and last part of the kind -> the rules.
    by_fault: BTreeMap<(String, String), Vec<RuleId>>,
    /// Files whose path is no id.
    misplaced: Vec<RuleError>,
}

/// A rule file, and what it says once somebody has asked.
#[derive(Debug)]
struct Lazy {
    text: Cow<'static, str>,
    read: OnceLock<Result<Rule, RuleError>>,
}

/// Why a file of the catalogue was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CatalogueError {
    /// A rule.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// A template or vocabulary.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl Explain for CatalogueError {
    fn hint(&self) -> Option<String> {
        match self {
            CatalogueError::Rule(error) => error.hint(),
            CatalogueError::Template(error) => error.hint(),
        }
    }
}

impl Catalogue {
    /// The catalogue that the program carries.
    pub fn embedded() -> &'static Catalogue {
        static EMBEDDED: OnceLock<Catalogue> = OnceLock::new();
        EMBEDDED.get_or_init(|| Catalogue::new(carried(RULES), carried(TEMPLATES)))
    }

    /// The catalogue that the program carries and a project's own files: path below the folder (`python/x.toml`), and text.
    ///
    /// A file of the same path replaces ours. The project's own files are checked to the last query.
    ///
    /// # Errors
    /// Everything that is wrong with the project's own files.
    pub fn with_own(rules: &[(String, String)], templates: &[(String, String)]) -> Result<Catalogue, Vec<CatalogueError>> {
        let own =
            |files: &'_ [(String, String)]| files.iter().map(|(path, text)| (path.clone(), Cow::Owned(text.clone()))).collect::<Vec<_>>();
        let catalogue = Catalogue::new(carried(RULES).chain(own(rules)), carried(TEMPLATES).chain(own(templates)));
        let mut errors: Vec<CatalogueError> = catalogue.misplaced.iter().cloned().map(CatalogueError::Rule).collect();
        if !templates.is_empty() {
            let wrong = catalogue.templates.errors().into_iter().chain(catalogue.templates.check_queries());
            errors.extend(wrong.map(CatalogueError::Template));
        }
        for (path, _) in rules {
            let Some((id, file)) = RuleId::new(path).ok().and_then(|id| catalogue.rules.get_key_value(&id)) else { continue };
            let checked = catalogue.read(id, file).map_err(Clone::clone).and_then(Rule::check);
            errors.extend(checked.err().map(CatalogueError::Rule));
        }
        if errors.is_empty() { Ok(catalogue) } else { Err(errors) }
    }

    /// Takes such files and reads them all at once; those that are wrong are left out and told.
    pub fn load<'a>(
        rules: impl IntoIterator<Item = (&'a str, &'a str)>,
        templates: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Catalogue, Vec<CatalogueError>) {
        let owned = |(path, text): (&str, &str)| (path.to_owned(), Cow::Owned(text.to_owned()));
        let catalogue = Catalogue::new(rules.into_iter().map(owned), templates.into_iter().map(owned));
        let errors = catalogue.errors();
        (catalogue, errors)
    }

    /// Takes rule and template files; what is wrong with one shows in [`Catalogue::errors`]. A later file of a path replaces an earlier one.
    pub fn new(
        rules: impl IntoIterator<Item = (String, Cow<'static, str>)>,
        templates: impl IntoIterator<Item = (String, Cow<'static, str>)>,
    ) -> Catalogue {
        let templates: Vec<(String, Cow<'static, str>)> = templates.into_iter().collect();
        let templates = Templates::lazy(templates.iter().map(|(path, text)| (path.as_str(), text.clone())));
        let mut catalogue = Catalogue { templates, ..Catalogue::default() };
        for (path, text) in rules {
            match RuleId::new(&path) {
                Ok(id) => drop(catalogue.rules.insert(id, Lazy { text, read: OnceLock::new() })),
                Err(error) => catalogue.misplaced.push(error),
            }
        }
        for (id, file) in &catalogue.rules {
            for fault in faults_in(&file.text) {
                let ids = catalogue.by_fault.entry((id.language().to_owned(), last_part(fault).to_owned())).or_default();
                if !ids.contains(id) {
                    ids.push(id.clone());
                }
            }
        }
        catalogue
    }

    fn read<'c>(&'c self, id: &RuleId, file: &'c Lazy) -> Result<&'c Rule, &'c RuleError> {
        file.read.get_or_init(|| Rule::read(id.as_str(), &file.text, &self.templates)).as_ref()
    }

    /// Everything that is wrong with a file, patterns and queries aside; reads them all.
    pub fn errors(&self) -> Vec<CatalogueError> {
        let templates = self.templates.errors().into_iter().map(CatalogueError::Template);
        let rules = self.rules.iter().filter_map(|(id, file)| self.read(id, file).err());
        templates.chain(self.misplaced.iter().chain(rules).cloned().map(CatalogueError::Rule)).collect()
    }

    /// All rules, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter_map(|(id, file)| self.read(id, file).ok())
    }

    /// The rule `id`.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let (id, file) = self.rules.get_key_value(&RuleId::new(id).ok()?)?;
        self.read(id, file).ok()
    }

    /// The templates and vocabularies.
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    /// The rules that answer `event`, the most confident first, and what each took from its words.
    pub fn for_event(&self, event: &Event) -> Vec<(&Rule, Groups)> {
        self.for_symptom(&Symptom::of(event))
    }

    /// The same for a failure of which only kind and message are known.
    pub fn for_message(&self, language: LanguageId, kind: &str, message: &str) -> Vec<(&Rule, Groups)> {
        self.for_symptom(&Symptom::new(language, kind, message))
    }

    /// The same for a failure as rules see it.
    pub fn for_symptom(&self, symptom: &Symptom) -> Vec<(&Rule, Groups)> {
        let ids = self.by_fault.get(&(symptom.language.to_string(), last_part(&symptom.kind).to_owned()));
        let rules = ids.into_iter().flatten().filter_map(|id| self.get(id.as_str()));
        let mut answers: Vec<(&Rule, Groups)> = rules.filter_map(|rule| Some((rule, rule.answers(symptom)?))).collect();
        answers.sort_by(|(one, _), (other, _)| other.confidence.total_cmp(&one.confidence).then_with(|| one.id.cmp(&other.id)));
        answers
    }
}

/// The rules, templates and vocabularies among the files that the program carries; tables of a language lie beside them.
fn carried(files: &'static [(&'static str, &'static str)]) -> impl Iterator<Item = (String, Cow<'static, str>)> {
    let is_toml = |path: &str| path.rsplit_once('.').is_some_and(|(_, extension)| extension == "toml");
    files.iter().filter(move |(path, _)| is_toml(path)).map(|(path, text)| ((*path).to_owned(), Cow::Borrowed(*text)))
}

fn last_part(kind: &str) -> &str {
    kind.rsplit('.').next().unwrap_or(kind)
}

/// The texts in `fault = [..]` of a rule file, without reading the rest of it: two hundred files are looked through at every start.
fn faults_in(text: &str) -> Vec<&str> {
    let lists = text.match_indices("fault").filter_map(|(at, word)| {
        let is_key = !text[..at].ends_with(|c: char| c.is_alphanumeric() || "_-$".contains(c));
        let value = text[at + word.len()..].trim_start().strip_prefix('=')?.trim_start().strip_prefix('[')?;
        is_key.then(|| value.split(']').next().unwrap_or_default())
    });
    lists.take(1).flat_map(|list| list.split(['"', '\'']).skip(1).step_by(2)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_holds_what_every_rule_says() {
        let catalogue = Catalogue::embedded();
        for (id, file) in &catalogue.rules {
            let rule = catalogue.get(id.as_str()).unwrap();
            assert_eq!(faults_in(&file.text), rule.faults(), "{id}");
        }
    }

    #[test]
    fn faults_are_found_in_every_way_to_write_them() {
        assert_eq!(faults_in("why = 'a fault = x'\n[event]\nfault = [ 'A', \"b.C\",\n]\nmessage = ''"), ["A", "b.C"]);
        assert_eq!(faults_in("event = {fault=['E0308']}"), ["E0308"]);
        assert_eq!(faults_in("default = ['A']\nevent.fault = ['B']"), ["B"]);
        assert!(faults_in("").is_empty());
    }

    #[test]
    fn own_rules_are_checked_and_replace_ours() {
        let text = |summary: &str, query: &str| {
            format!(
                "summary = '{summary}'\nwhy = 'w'\nsource = 's'\nconfidence = 1.0\nevent.fault = ['panic']\ncode.query = '{query}'\n\
                 [[advice]]\ntext = 'see $fault'\n[[example]]\nname = 'a'\nerror = 'x'\nadvice = 'see panic'\nbefore = 'fn f() {{}}'\n\
                 [[example]]\nname = 'b'\nerror = 'error: x'\n[[example]]\nname = 'c'\nerror = 'x'\nbefore = ''\n"
            )
        };
        let own = |summary, query| Catalogue::with_own(&[("rust/unwrap-none.toml".to_owned(), text(summary, query))], &[]);
        let catalogue = own("ours", "(function_item) @place").unwrap();
        assert_eq!(catalogue.get("rust/unwrap-none").unwrap().summary, "ours");
        assert_eq!(catalogue.for_message(LanguageId::RUST, "panic", "boom")[0].0.id.as_str(), "rust/unwrap-none");
        let errors = own("ours", "(function_itm) @place").unwrap_err();
        assert_eq!(errors[0].to_string(), "rust/unwrap-none: [code] query: no node kind `function_itm`; did you mean `function_item`?");
        let errors = Catalogue::with_own(&[("x.toml".to_owned(), String::new())], &[]).unwrap_err();
        assert_eq!(errors[0].to_string(), "x.toml: no path of a rule");
    }
}
