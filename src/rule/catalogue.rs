//! All rules and templates: those that the program carries, and a project's own.

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

/// Rules and templates, indexed by the kind of failure. Patterns and queries are compiled when they are first asked.
#[derive(Debug)]
pub struct Catalogue {
    rules: BTreeMap<RuleId, Rule>,
    templates: Templates,
    /// Language and last part of the kind -> the rules, the most confident first.
    by_fault: BTreeMap<(LanguageId, String), Vec<RuleId>>,
}

/// Why a file of the catalogue was refused.
#[derive(Debug, thiserror::Error)]
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
        &loaded().0
    }

    /// What is wrong with the files that the program carries; a test asks for nothing.
    pub fn embedded_errors() -> &'static [CatalogueError] {
        &loaded().1
    }

    /// The catalogue that the program carries and a project's own files: path below the folder (`python/x.toml`), and text.
    ///
    /// A file of the same path replaces ours. The project's own files are checked to the last query.
    ///
    /// # Errors
    /// Everything that is wrong with the project's own files.
    pub fn with_own(rules: &[(String, String)], templates: &[(String, String)]) -> Result<Catalogue, Vec<CatalogueError>> {
        let (all_rules, all_templates) = (merged(RULES, rules), merged(TEMPLATES, templates));
        let (catalogue, mut errors) = Catalogue::load(all_rules, all_templates);
        if !templates.is_empty() {
            errors.extend(catalogue.templates.check_queries().into_iter().map(CatalogueError::Template));
        }
        let own = rules.iter().filter_map(|(path, _)| catalogue.rules.get(&RuleId::new(path).ok()?));
        errors.extend(own.filter_map(|rule| rule.check().err()).map(CatalogueError::Rule));
        if errors.is_empty() { Ok(catalogue) } else { Err(errors) }
    }

    /// Reads rule and template files; those that are wrong are left out and told.
    pub fn load<'a>(
        rules: impl IntoIterator<Item = (&'a str, &'a str)>,
        templates: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Catalogue, Vec<CatalogueError>) {
        let (templates, errors) = Templates::load(templates);
        let mut errors: Vec<CatalogueError> = errors.into_iter().map(CatalogueError::Template).collect();
        let mut catalogue = Catalogue { rules: BTreeMap::new(), templates, by_fault: BTreeMap::new() };
        for (path, text) in rules {
            match Rule::read(path, text, &catalogue.templates) {
                Ok(rule) => drop(catalogue.rules.insert(rule.id.clone(), rule)),
                Err(error) => errors.push(CatalogueError::Rule(error)),
            }
        }
        catalogue.index();
        (catalogue, errors)
    }

    fn index(&mut self) {
        let mut rules: Vec<&Rule> = self.rules.values().collect();
        rules.sort_by(|one, other| other.confidence.total_cmp(&one.confidence).then_with(|| one.id.cmp(&other.id)));
        for rule in rules {
            for fault in rule.faults() {
                let ids = self.by_fault.entry((rule.language, last_part(fault).to_owned())).or_default();
                if !ids.contains(&rule.id) {
                    ids.push(rule.id.clone());
                }
            }
        }
    }

    /// All rules, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// The rule `id`.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.get(&RuleId::new(id).ok()?)
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
        let ids = self.by_fault.get(&(symptom.language, last_part(&symptom.kind).to_owned()));
        let rules = ids.into_iter().flatten().filter_map(|id| self.rules.get(id));
        rules.filter_map(|rule| Some((rule, rule.answers(symptom)?))).collect()
    }
}

/// The files that the program carries, read once.
fn loaded() -> &'static (Catalogue, Vec<CatalogueError>) {
    static LOADED: OnceLock<(Catalogue, Vec<CatalogueError>)> = OnceLock::new();
    LOADED.get_or_init(|| Catalogue::load(toml_files(RULES), toml_files(TEMPLATES)))
}

fn last_part(kind: &str) -> &str {
    kind.rsplit('.').next().unwrap_or(kind)
}

/// Our files and a project's own, each path once.
fn merged<'a>(ours: &'a [(&'a str, &'a str)], own: &'a [(String, String)]) -> BTreeMap<&'a str, &'a str> {
    let own = own.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    toml_files(ours).chain(own).collect()
}

/// The files of a folder that are rules, templates and vocabularies; tables of the language lie beside them.
fn toml_files<'a>(files: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = (&'a str, &'a str)> {
    files.iter().copied().filter(|(path, _)| path.rsplit_once('.').is_some_and(|(_, extension)| extension == "toml"))
}
