//! From one `holes.NAME` of a template file to a checked hole: exactly one source, and only what goes with it.

use super::unfilled;
use crate::template::constraint::Constraints;
use crate::template::error::{Problem, known};
use crate::template::file::HoleFile;
use crate::template::hole::{From, Hole, Take};
use crate::template::pattern::Pattern;
use crate::template::relation::Sibling;
use crate::template::resolver::Resolver;
use crate::template::scope::Scope;
use crate::template::text::Text;
use crate::template::vocabulary::Vocabulary;

/// One entry of the file; `names` are the captures and the holes before it.
struct Entry<'f> {
    place: String,
    file: &'f HoleFile,
    vocabulary: &'f Vocabulary,
    names: &'f [&'f str],
}

/// Reads the hole `name`, which may refer to the captures and earlier holes in `names`.
pub(super) fn read_hole(name: &str, file: &HoleFile, vocabulary: &Vocabulary, names: &[&str]) -> Result<Hole, Problem> {
    let entry = Entry { place: format!("holes.{name}"), file, vocabulary, names };
    let source = entry.the_source()?;
    entry.check_companions(source)?;
    let from = entry.read(source)?;
    let constraints = Constraints::new(name, file, vocabulary, names)?;
    Ok(Hole { name: name.to_owned(), from, constraints, is_place: false })
}

impl Entry<'_> {
    /// The name of its one source.
    fn the_source(&self) -> Result<&'static str, Problem> {
        let file = self.file;
        let has = [
            ("query", file.query.is_some()),
            ("ingredient", file.ingredient.is_some()),
            ("one_of", file.one_of.is_some()),
            ("nearest", file.nearest.is_some()),
            ("sibling", file.sibling.is_some()),
            ("family", file.family.is_some()),
            ("map", file.map.is_some()),
            ("resolver", file.resolver.is_some()),
            ("given", file.given.is_some()),
        ];
        let sources: Vec<&'static str> = has.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
        if let [source] = sources[..] {
            return Ok(source);
        }
        let all: Vec<&str> = has.iter().map(|(name, _)| *name).collect();
        Err(self.wrong(&format!("a hole has exactly one source; this one has {}: of {}", sources.len(), all.join(", "))))
    }

    /// Some keys only go with some sources.
    fn check_companions(&self, source: &str) -> Result<(), Problem> {
        let file = self.file;
        let companions: [(&str, bool, &[&str]); 6] = [
            ("of", file.of.is_some(), &["nearest", "sibling", "family", "map", "resolver"]),
            ("with", file.with.is_some(), &["resolver"]),
            ("in", file.scopes.is_some(), &["query", "ingredient"]),
            ("take", file.take.is_some(), &["query"]),
            ("equal", file.equal.is_some(), &["query"]),
            ("default", file.default.is_some(), &["given"]),
        ];
        let wrong = companions.iter().find(|(_, is_there, sources)| *is_there && !sources.contains(&source));
        wrong.map_or(Ok(()), |(key, _, _)| Err(self.wrong(&format!("`{key}` does not go with `{source}`"))))
    }

    fn read(&self, source: &str) -> Result<From, Problem> {
        let file = self.file;
        Ok(match source {
            "query" => self.query()?,
            "ingredient" => {
                let name = file.ingredient.clone().unwrap_or_default();
                self.vocabulary.check_ingredient(&self.key("ingredient"), &name)?;
                From::Ingredient { name, scopes: self.scopes(source)? }
            }
            "one_of" => From::OneOf(file.one_of.iter().flatten().map(|text| self.text(text)).collect::<Result<_, Problem>>()?),
            "nearest" => {
                let kind = file.nearest.clone().unwrap_or_default();
                self.vocabulary.check_relation(&self.key("nearest"), &kind)?;
                From::Nearest { kind, of: self.of()? }
            }
            "sibling" => {
                let which = Sibling::parse(file.sibling.as_deref().unwrap_or_default(), &self.key("sibling"))?;
                From::Sibling { which, of: self.of()? }
            }
            "family" => {
                let names = file.family.clone().unwrap_or_default();
                names.iter().try_for_each(|name| self.vocabulary.check_family(&self.key("family"), name))?;
                From::Family { names, of: self.of()? }
            }
            "map" => From::Map { texts: file.map.clone().unwrap_or_default().into_iter().collect(), of: self.of()? },
            "resolver" => {
                let name = file.resolver.as_deref().unwrap_or_default();
                From::Resolver(Resolver::new(name, &self.of()?, self.words()?, &self.key("resolver"))?)
            }
            _ => {
                known(&self.key("given"), "giver", file.given.as_deref().unwrap_or_default(), ["rule"])?;
                From::Given { default: file.default.as_ref().map(|text| self.text(text)).transpose()? }
            }
        })
    }

    fn query(&self) -> Result<From, Problem> {
        let pattern = Pattern::new(self.vocabulary.language(), self.file.query.as_deref().unwrap_or_default());
        if pattern.captures().iter().all(|name| name != "it") {
            pattern.query().map_err(|source| Problem::Query { place: self.key("query"), source })?;
            return Err(self.wrong("the query must capture `@it`"));
        }
        for (capture, _) in self.file.equal.iter().flatten() {
            known(&self.key("equal"), "capture", capture, pattern.captures().iter().map(String::as_str))?;
        }
        let take = self.file.take.as_deref().unwrap_or("one");
        known(&self.key("take"), "way to take", take, ["one", "each", "only"])?;
        let take = match take {
            "each" => Take::Each,
            "only" => Take::Only,
            _ => Take::One,
        };
        Ok(From::Query { pattern, scopes: self.scopes("query")?, take })
    }

    fn of(&self) -> Result<String, Problem> {
        let of = self.file.of.clone().unwrap_or_else(|| "target".to_owned());
        known(&self.key("of"), "hole", &of, self.names.iter().copied()).map(|()| of)
    }

    fn scopes(&self, source: &str) -> Result<Vec<Scope>, Problem> {
        let Some(scopes) = &self.file.scopes else { return Err(self.wrong(&format!("`{source}` needs `in`, a list of scopes"))) };
        scopes.iter().map(|scope| Scope::parse(scope, self.names.iter().copied(), &self.key("in"))).collect()
    }

    fn text(&self, text: &str) -> Result<Text, Problem> {
        let text = Text::parse(text, &self.place)?;
        text.holes().try_for_each(|hole| unfilled(hole, self.names))?;
        Ok(text)
    }

    /// `with` as words: numbers and texts alike.
    fn words(&self) -> Result<Vec<String>, Problem> {
        let word = |value: &toml::Value| match value {
            toml::Value::String(text) => Ok(text.clone()),
            toml::Value::Integer(number) => Ok(number.to_string()),
            _ => Err(self.wrong("`with` holds texts or whole numbers")),
        };
        match &self.file.with {
            None => Ok(Vec::new()),
            Some(toml::Value::Array(values)) => values.iter().map(word).collect(),
            Some(value) => word(value).map(|word| vec![word]),
        }
    }

    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.place)
    }

    fn wrong(&self, message: &str) -> Problem {
        Problem::shape(format!("{}: {message}", self.place))
    }
}
