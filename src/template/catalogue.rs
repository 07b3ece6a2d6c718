//! Every template and vocabulary: read at once, queries compiled when they are first used.

use std::collections::BTreeMap;

use super::error::{Problem, TemplateError};
use super::vocabulary::Vocabulary;
use super::{Template, TemplateId};
use crate::explain::closest;
use crate::syntax::{LanguageId, Source};

/// The templates and vocabularies of all languages.
#[derive(Debug, Default)]
pub struct Templates {
    templates: BTreeMap<TemplateId, Template>,
    vocabularies: BTreeMap<LanguageId, Vocabulary>,
}

impl Templates {
    /// Reads files named `<language>/<name>.toml`, among them one `<language>/vocabulary.toml` for each language.
    ///
    /// A file that is wrong is left out and told; a later file of the same name replaces the earlier one.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Templates, Vec<TemplateError>) {
        let mut templates = Templates::default();
        let mut errors = Vec::new();
        let (vocabularies, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| path.ends_with("/vocabulary.toml"));
        for (path, text) in vocabularies.into_iter().chain(others) {
            let id = path.strip_suffix(".toml").unwrap_or(path);
            if let Err(problem) = templates.add(id, text) {
                errors.push(TemplateError { id: id.to_owned(), problem });
            }
        }
        (templates, errors)
    }

    fn add(&mut self, id: &str, text: &str) -> Result<(), Problem> {
        let (language, name) = id.split_once('/').ok_or_else(|| Problem::shape("a template lies in the folder of its language"))?;
        if name == "vocabulary" {
            let vocabulary = Vocabulary::read(language, text)?;
            self.vocabularies.insert(vocabulary.language().id(), vocabulary);
            return Ok(());
        }
        let vocabulary = self.vocabularies.values().find(|vocabulary| vocabulary.language().id().0 == language);
        let Some(vocabulary) = vocabulary else {
            let known = self.vocabularies.keys().map(|id| id.0);
            let closest = closest(language, known).map(str::to_owned);
            return Err(Problem::Unknown { place: "its folder".to_owned(), what: "language", name: language.to_owned(), closest });
        };
        let id = TemplateId(id.to_owned());
        self.templates.insert(id.clone(), Template::read(id, text, vocabulary)?);
        Ok(())
    }

    /// The template `id`.
    pub fn get(&self, id: &str) -> Option<&Template> {
        self.templates.get(&TemplateId(id.to_owned()))
    }

    /// The template whose name is nearly `id`, for error messages.
    pub fn closest(&self, id: &str) -> Option<&TemplateId> {
        let name = closest(id, self.templates.keys().map(TemplateId::as_str))?;
        self.templates.keys().find(|id| id.as_str() == name)
    }

    /// All templates, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    /// The templates of a language, in the order of their names.
    pub fn of_language(&self, id: LanguageId) -> impl Iterator<Item = &Template> {
        self.templates.values().filter(move |template| template.language == id)
    }

    /// The vocabulary of a language.
    pub(crate) fn vocabulary(&self, id: LanguageId) -> Option<&Vocabulary> {
        self.vocabularies.get(&id)
    }

    /// The vocabulary of a source's language.
    pub(crate) fn vocabulary_of(&self, source: &Source) -> Option<&Vocabulary> {
        self.vocabulary(source.language().id())
    }

    /// Compiles every query, which [`Templates::load`] leaves for later, and tells those that are wrong.
    pub fn check_queries(&self) -> Vec<TemplateError> {
        let vocabularies = self.vocabularies.values().map(|vocabulary| {
            let id = format!("{}/vocabulary", vocabulary.language().id());
            (id, vocabulary.check_queries())
        });
        let templates = self.iter().map(|template| (template.id.to_string(), template.check_queries()));
        let failed = |(id, checked): (String, Result<(), Problem>)| checked.err().map(|problem| TemplateError { id, problem });
        vocabularies.chain(templates).filter_map(failed).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The vocabularies and templates of the repository whose names are given; a vocabulary always.
    pub(in crate::template) fn embedded() -> Templates {
        let files = [
            ("python/vocabulary.toml", include_str!("../../templates/python/vocabulary.toml")),
            ("rust/vocabulary.toml", include_str!("../../templates/rust/vocabulary.toml")),
            ("python/wrap-call.toml", include_str!("../../templates/python/wrap-call.toml")),
            ("python/none-guard-leave.toml", include_str!("../../templates/python/none-guard-leave.toml")),
            ("rust/question-mark.toml", include_str!("../../templates/rust/question-mark.toml")),
            ("rust/checked-arithmetic.toml", include_str!("../../templates/rust/checked-arithmetic.toml")),
            ("rust/hoist.toml", include_str!("../../templates/rust/hoist.toml")),
        ];
        let (templates, errors) = Templates::load(files);
        assert_eq!(errors, []);
        templates
    }

    #[test]
    fn the_first_templates_do_what_their_examples_say() {
        let templates = embedded();
        assert_eq!(templates.check_queries(), []);
        for template in templates.iter() {
            assert_eq!(template.check_examples(&templates), [], "{}", template.id());
        }
    }
}
