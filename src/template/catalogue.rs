//! Every template and vocabulary: each file is read when it is first asked for, its queries are compiled when they are first used.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::error::{Problem, TemplateError};
use super::vocabulary::Vocabulary;
use super::{Template, TemplateId};
use crate::explain::closest;
use crate::syntax::{LanguageId, Source, language};

/// The templates and vocabularies of all languages.
#[derive(Debug, Default)]
pub struct Templates {
    by_id: BTreeMap<TemplateId, Lazy<Template>>,
    vocabularies: BTreeMap<LanguageId, Lazy<Vocabulary>>,
    /// Files that no language can own.
    misplaced: Vec<TemplateError>,
}

/// A file, and what it says once somebody has asked.
#[derive(Debug)]
struct Lazy<T> {
    text: Cow<'static, str>,
    read: OnceLock<Result<T, Problem>>,
}

impl<T> Lazy<T> {
    fn new(text: Cow<'static, str>) -> Lazy<T> {
        Lazy { text, read: OnceLock::new() }
    }
}

impl Templates {
    /// Reads files named `<language>/<name>.toml`, among them one `<language>/vocabulary.toml` for each language.
    ///
    /// A file that is wrong is left out and told; a later file of the same name replaces the earlier one.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Templates, Vec<TemplateError>) {
        let templates = Templates::lazy(files.into_iter().map(|(path, text)| (path, Cow::Owned(text.to_owned()))));
        let errors = templates.errors();
        (templates, errors)
    }

    /// Takes such files and reads each when it is first asked for, which starts the program ten times faster; what is wrong with one shows
    /// in [`Templates::errors`].
    pub fn lazy<'a>(files: impl IntoIterator<Item = (&'a str, Cow<'static, str>)>) -> Templates {
        let mut templates = Templates::default();
        for (path, text) in files {
            let id = path.strip_suffix(".toml").unwrap_or(path);
            if let Err(problem) = templates.add(id, text) {
                templates.misplaced.push(TemplateError { id: id.to_owned(), problem });
            }
        }
        templates
    }

    fn add(&mut self, id: &str, text: Cow<'static, str>) -> Result<(), Problem> {
        let (folder, name) = id.split_once('/').ok_or_else(|| Problem::shape("a template lies in the folder of its language"))?;
        let Some(language) = language(folder) else {
            let closest = closest(folder, crate::syntax::languages().iter().map(|language| language.id().0)).map(str::to_owned);
            return Err(Problem::Unknown { place: "its folder".to_owned(), what: "language", name: folder.to_owned(), closest });
        };
        if name == "vocabulary" {
            self.vocabularies.insert(language.id(), Lazy::new(text));
        } else {
            self.by_id.insert(TemplateId(id.to_owned()), Lazy::new(text));
        }
        Ok(())
    }

    /// Everything that is wrong with a file, queries aside; reads them all.
    pub fn errors(&self) -> Vec<TemplateError> {
        let vocabularies = self.vocabularies.iter().map(|(id, file)| (format!("{id}/vocabulary"), Self::read_vocabulary(*id, file).err()));
        let templates = self.by_id.iter().map(|(id, file)| (id.to_string(), self.read(id, file).err()));
        let wrong = |(id, problem): (String, Option<&Problem>)| Some(TemplateError { id, problem: problem?.clone() });
        self.misplaced.iter().cloned().chain(vocabularies.chain(templates).filter_map(wrong)).collect()
    }

    fn read<'t>(&'t self, id: &TemplateId, file: &'t Lazy<Template>) -> Result<&'t Template, &'t Problem> {
        let read = || {
            let folder = id.as_str().split_once('/').map_or("", |(folder, _)| folder);
            let vocabulary = language(folder).and_then(|language| self.vocabulary(language.id()));
            let missing = || Problem::shape(format!("{folder} has no vocabulary"));
            Template::read(id.clone(), &file.text, vocabulary.ok_or_else(missing)?)
        };
        file.read.get_or_init(read).as_ref()
    }

    fn read_vocabulary(id: LanguageId, file: &Lazy<Vocabulary>) -> Result<&Vocabulary, &Problem> {
        file.read.get_or_init(|| Vocabulary::read(id.0, &file.text)).as_ref()
    }

    /// The template `id`.
    pub fn get(&self, id: &str) -> Option<&Template> {
        let (id, file) = self.by_id.get_key_value(&TemplateId(id.to_owned()))?;
        self.read(id, file).ok()
    }

    /// The template whose name is nearly `id`, for error messages.
    pub fn closest(&self, id: &str) -> Option<&TemplateId> {
        let name = closest(id, self.by_id.keys().map(TemplateId::as_str))?;
        self.by_id.keys().find(|id| id.as_str() == name)
    }

    /// All templates, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.by_id.iter().filter_map(|(id, file)| self.read(id, file).ok())
    }

    /// The templates of a language, in the order of their names.
    pub fn of_language(&self, id: LanguageId) -> impl Iterator<Item = &Template> {
        let folder = format!("{id}/");
        let ours = self.by_id.iter().filter(move |(id, _)| id.as_str().starts_with(&folder));
        ours.filter_map(|(id, file)| self.read(id, file).ok())
    }

    /// The vocabulary of a language.
    pub(crate) fn vocabulary(&self, id: LanguageId) -> Option<&Vocabulary> {
        Self::read_vocabulary(id, self.vocabularies.get(&id)?).ok()
    }

    /// The vocabulary of a source's language.
    pub(crate) fn vocabulary_of(&self, source: &Source) -> Option<&Vocabulary> {
        self.vocabulary(source.language().id())
    }

    /// Compiles every query, which [`Templates::load`] leaves for later, and tells those that are wrong.
    pub fn check_queries(&self) -> Vec<TemplateError> {
        let vocabularies = self.vocabularies.iter().filter_map(|(id, file)| {
            let vocabulary = Self::read_vocabulary(*id, file).ok()?;
            Some((format!("{id}/vocabulary"), vocabulary.check_queries()))
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
            ("rust/hoist-argument.toml", include_str!("../../templates/rust/hoist-argument.toml")),
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
