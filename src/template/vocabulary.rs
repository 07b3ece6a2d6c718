//! What templates may name of a language: kinds, families, ingredients, roles; and how its code is laid out.
//!
//! A language is a grammar and a vocabulary: nothing in this room knows Python or Rust.

use std::collections::BTreeMap;

use super::error::{Problem, known};
use super::file::{ImportsFile, LayoutFile, VocabularyFile};
use super::pattern::Pattern;
use crate::syntax::{Language, Node, Source, field_in_parent, language};

/// The checked vocabulary of a language.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    language: LanguageRef,
    kinds: BTreeMap<String, Vec<String>>,
    families: BTreeMap<String, Vec<String>>,
    ingredients: BTreeMap<String, Ingredient>,
    builtins: BTreeMap<String, Vec<String>>,
    roles: BTreeMap<String, Vec<Place>>,
    types: BTreeMap<String, String>,
    pub(super) layout: LayoutFile,
    pub(super) imports: ImportsFile,
    pub(super) heading: Pattern,
    pub(super) keyword_text: Option<regex::Regex>,
}

/// A named query whose `@it` are donors.
#[derive(Debug)]
pub(super) struct Ingredient {
    pub(super) pattern: Pattern,
    pub(super) role: Option<String>,
}

/// A child of a node: by its field, without a field, or any.
#[derive(Debug)]
struct Place {
    parent: String,
    field: Field,
}

#[derive(Debug)]
enum Field {
    Named(String),
    Without,
    Any,
}

struct LanguageRef(&'static dyn Language);

impl std::fmt::Debug for LanguageRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.id().fmt(f)
    }
}

/// What `nearest` may name besides the kinds of a vocabulary.
pub(super) const RELATIONS: &[&str] = &["statement", "parent"];

impl Vocabulary {
    /// Reads and checks the vocabulary of the language `id`.
    pub(super) fn read(id: &str, text: &str) -> Result<Vocabulary, Problem> {
        let file: VocabularyFile = toml::from_str(text).map_err(|error| Problem::of_toml(&error, text))?;
        let Some(language) = language(id) else {
            return Err(Problem::Unknown { place: "vocabulary".to_owned(), what: "language", name: id.to_owned(), closest: None });
        };
        let keyword_text = match file.layout.keyword_text.as_deref().map(regex::Regex::new).transpose() {
            Ok(regex) => regex,
            Err(error) => return Err(Problem::shape(format!("layout.keyword_text: {error}"))),
        };
        let ingredient = |(name, file): (String, super::file::IngredientFile)| {
            (name, Ingredient { pattern: Pattern::new(language, &file.query), role: file.role })
        };
        let vocabulary = Vocabulary {
            language: LanguageRef(language),
            ingredients: file.ingredients.into_iter().map(ingredient).collect(),
            roles: file.roles.into_iter().map(|(name, places)| (name, places.iter().map(|place| Place::of(place)).collect())).collect(),
            heading: Pattern::new(language, &file.layout.heading),
            kinds: file.kinds,
            families: file.families,
            builtins: file.builtins,
            types: file.types,
            layout: file.layout,
            imports: file.imports,
            keyword_text,
        };
        vocabulary.check_names()?;
        Ok(vocabulary)
    }

    /// Compiles every query.
    pub(super) fn check_queries(&self) -> Result<(), Problem> {
        let ingredients = self.ingredients.iter().map(|(name, ingredient)| (format!("ingredients.{name}"), &ingredient.pattern));
        for (place, pattern) in ingredients.chain([("layout.heading".to_owned(), &self.heading)]) {
            pattern.query().map_err(|source| Problem::Query { place: place.clone(), source })?;
            if pattern.captures().iter().all(|name| name != "it") {
                return Err(Problem::shape(format!("{place}: the query must capture `@it`")));
            }
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), Problem> {
        for (name, kinds) in &self.kinds {
            self.check_kinds(&format!("kinds.{name}"), kinds)?;
        }
        let layout = &self.layout;
        let lists = [&layout.wrappers, &layout.attached, &layout.lists, &layout.padded, &layout.singles, &layout.keywords, &layout.strings];
        for kinds in lists {
            self.check_kinds("layout", kinds)?;
        }
        if !layout.probe[0].ends_with('(') || !layout.probe[1].starts_with(')') {
            return Err(Problem::shape("layout.probe: the expression must stand in brackets"));
        }
        self.check_kinds("layout.lines", layout.lines.keys())?;
        self.check_kinds("layout.weak", layout.weak.keys())?;
        self.check_kinds("imports.kinds", &self.imports.kinds)?;
        self.check_kinds("imports.heads", &self.imports.heads)?;
        self.check_kinds("types", self.types.keys())?;
        for (name, places) in &self.roles {
            self.check_kinds(&format!("roles.{name}"), places.iter().map(|place| &place.parent))?;
        }
        self.ingredients
            .iter()
            .filter_map(|(name, ingredient)| Some((name, ingredient.role.as_deref()?)))
            .try_for_each(|(name, role)| self.check_role(&format!("ingredients.{name}"), role))
    }

    /// The language.
    pub(crate) fn language(&self) -> &'static dyn Language {
        self.language.0
    }

    /// Checks that the grammar has each of `kinds`; `place` names the key that lists them.
    pub(super) fn check_kinds<'a>(&self, place: &str, kinds: impl IntoIterator<Item = &'a String>) -> Result<(), Problem> {
        for kind in kinds {
            if let Err(closest) = crate::syntax::check_kind(self.language(), kind) {
                return Err(Problem::Unknown { place: place.to_owned(), what: "node kind", name: kind.clone(), closest });
            }
        }
        Ok(())
    }

    /// Checks that `role` is a role, or several with `|` between them.
    pub(super) fn check_role(&self, place: &str, role: &str) -> Result<(), Problem> {
        let names = self.roles.keys().map(String::as_str).chain(["value", "label"]);
        role.split('|').try_for_each(|role| known(place, "role", role, names.clone()))
    }

    pub(super) fn check_relation(&self, place: &str, name: &str) -> Result<(), Problem> {
        known(place, "relation", name, self.kinds.keys().map(String::as_str).chain(RELATIONS.iter().copied()))
    }

    pub(super) fn check_family(&self, place: &str, name: &str) -> Result<(), Problem> {
        known(place, "family", name, self.families.keys().map(String::as_str))
    }

    pub(super) fn check_ingredient(&self, place: &str, name: &str) -> Result<(), Problem> {
        known(place, "ingredient", name, self.ingredients.keys().map(String::as_str))
    }

    /// Whether `node` is of the sort `name` (`block`, `function`, ...).
    pub(super) fn is(&self, name: &str, node: Node<'_>) -> bool {
        self.kinds.get(name).is_some_and(|kinds| kinds.iter().any(|kind| kind == node.kind()))
    }

    /// The members of the family `name`.
    pub(super) fn family(&self, name: &str) -> &[String] {
        self.families.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ingredient `name`; `check_ingredient` made sure that it is there.
    pub(super) fn ingredient(&self, name: &str) -> Option<&Ingredient> {
        self.ingredients.get(name)
    }

    /// What the language itself brings of the ingredient `name`.
    pub(super) fn builtins(&self, ingredient: &str) -> &[String] {
        self.builtins.get(ingredient).map(Vec::as_slice).unwrap_or_default()
    }

    /// The type that the kind of `node` tells, if it is a literal.
    pub(super) fn type_of(&self, node: Node<'_>) -> Option<&str> {
        self.types.get(node.kind()).map(String::as_str)
    }

    /// Whether `node` has one of the roles in `wanted`, which are separated by `|`.
    pub(super) fn has_role(&self, source: &Source, node: Node<'_>, wanted: &str) -> bool {
        let role = self.role_of(source, node);
        wanted.split('|').any(|wanted| match wanted {
            "label" => role != "value",
            wanted => wanted == role,
        })
    }

    /// The role of `node`: of the first table that lists it, else `value`.
    fn role_of(&self, source: &Source, node: Node<'_>) -> &str {
        let ancestors = source.ancestors(node);
        let Some(&parent) = ancestors.first() else { return "value" };
        let field = field_in_parent(parent, node);
        let lists = |places: &[Place]| places.iter().any(|place| place.is(parent.kind(), field));
        self.roles.iter().find(|(_, places)| lists(places)).map_or("value", |(name, _)| name)
    }
}

impl Place {
    fn of(text: &str) -> Place {
        let (parent, field) = match text.split_once('.') {
            None => (text, Field::Without),
            Some((parent, "*")) => (parent, Field::Any),
            Some((parent, field)) => (parent, Field::Named(field.to_owned())),
        };
        Place { parent: parent.to_owned(), field }
    }

    fn is(&self, parent: &str, field: Option<&str>) -> bool {
        self.parent == parent
            && match &self.field {
                Field::Named(name) => field == Some(name),
                Field::Without => field.is_none(),
                Field::Any => true,
            }
    }
}
