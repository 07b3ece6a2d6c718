//! Errors of rustc that follow from an earlier one: everything that names what could not be found, or needs what was not derived.
//!
//! A name of a value (`total`) may be misspelt twice for two reasons: it counts only in one file. The name of a type, trait, macro or
//! module is one thing in the whole crate.

use std::collections::HashMap;

use super::{Links, quoted};
use crate::event::Event;
use crate::syntax::LanguageId;

/// Codes of errors that say that a name cannot be found.
const UNRESOLVED: &[&str] =
    &["E0404", "E0405", "E0412", "E0422", "E0423", "E0425", "E0432", "E0433", "E0463", "E0531", "E0573", "E0574", "E0583"];

/// Links between the errors of a compiler.
pub(super) fn links(events: &[Event], links: &mut Links) {
    let is_of_rustc = |event: &&Event| event.language == LanguageId::RUST && event.kind != "panic";
    let compiled = || events.iter().enumerate().filter(|(_, event)| is_of_rustc(event));
    names(compiled(), links);
    bounds(compiled(), links);
    without_std(compiled(), links);
}

/// Errors that name what an earlier one could not find.
fn names<'e>(events: impl Iterator<Item = (usize, &'e Event)>, links: &mut Links) {
    let mut missing: HashMap<(Option<&str>, &str, &str), usize> = HashMap::new();
    for (at, event) in events {
        let (service, file) = (event.service.as_deref(), event.raised_at.as_ref().map_or("", |place| place.file.as_str()));
        let own = missing_names(event);
        let is_of_crate = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase()) || is_of_path(event);
        let key = |name: &'e str| (service, if is_of_crate(name) { "" } else { file }, name);
        // An error that misses a name itself counts for nothing else that it mentions.
        let named = if own.is_empty() { mentioned(event) } else { own.clone() };
        if let Some((cause, name)) = named.iter().find_map(|name| Some((*missing.get(&key(name))?, *name))) {
            let evidence =
                if own.is_empty() { format!("it needs `{name}`, which is missing") } else { format!("both miss the name `{name}`") };
            links.add(at, cause, || evidence);
        }
        for name in own {
            missing.entry(key(name)).or_insert(at);
        }
    }
}

/// Whether the names of an error are parts of a path, which means one thing in the whole crate.
fn is_of_path(event: &Event) -> bool {
    matches!(event.kind.as_str(), "E0432" | "E0433" | "E0463" | "E0583")
        || event.headline().contains("` in module `")
        || event.headline().contains("` in crate `")
}

/// The names that cannot be found: of a path its last part, and the whole path where it is an import.
fn missing_names(event: &Event) -> Vec<&str> {
    let headline = event.headline();
    let is_one =
        UNRESOLVED.contains(&event.kind.as_str()) || headline.starts_with("cannot find ") || headline.starts_with("unresolved import");
    // `unresolved imports` lists several; elsewhere the other quoted names say where it was looked for.
    let n_names = if headline.starts_with("unresolved imports") { 8 } else { usize::from(is_one) };
    let paths = quoted(headline, '`').take(n_names);
    let both = paths.flat_map(|path| {
        let name = path.rsplit("::").next().unwrap_or(path).trim_end_matches('!');
        let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
        // The last part of a path such as `crate::config::load` may be many things.
        [Some(name).filter(|name| is_type || *name == path), Some(path).filter(|path| *path != name)]
    });
    both.flatten()
        .filter(|name| name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')))
        .collect()
}

/// The names of types and traits that an error speaks of, in its message and at its place.
fn mentioned(event: &Event) -> Vec<&str> {
    let label = event.labels.first().map_or("", |label| label.text.as_str());
    let codes = quoted(event.headline(), '`').chain(quoted(label, '`'));
    let words = codes.flat_map(|code| code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
    words.filter(|word| word.len() > 2 && word.starts_with(|c: char| c.is_ascii_uppercase())).take(16).collect()
}

/// Errors that need the same trait of the same type.
fn bounds<'e>(events: impl Iterator<Item = (usize, &'e Event)>, links: &mut Links) {
    let mut first: HashMap<(Option<&str>, &str, &str), usize> = HashMap::new();
    for (at, event) in events {
        let Some((kind, bound)) = bound_of(event) else { continue };
        let cause = *first.entry((event.service.as_deref(), kind, bound)).or_insert(at);
        links.add(at, cause, || format!("both need `{bound}` of `{kind}`"));
    }
}

/// The type and the trait that it lacks.
fn bound_of(event: &Event) -> Option<(&str, &str)> {
    let headline = event.headline();
    let mut codes = quoted(headline, '`');
    let (kind, bound) = match event.kind.as_str() {
        "E0277" if headline.starts_with("the trait bound") => codes.next()?.split_once(": ")?,
        "E0277" if headline.contains(" doesn't implement ") => (codes.next()?, codes.next()?),
        "E0369" => {
            let bound = match codes.next()? {
                "==" | "!=" => "PartialEq",
                "<" | ">" | "<=" | ">=" => "PartialOrd",
                _ => return None,
            };
            (codes.next()?, bound)
        }
        "E0599" => {
            let bound = match codes.next()? {
                "clone" => "Clone",
                "hash" => "Hash",
                "cmp" => "Ord",
                "partial_cmp" => "PartialOrd",
                "eq" | "ne" => "PartialEq",
                "default" => "Default",
                _ => return None,
            };
            (codes.next()?, bound)
        }
        _ => return None,
    };
    let kind = kind.trim_start_matches('&').rsplit("::").next()?;
    // A type of the project: what a library lacks, it lacks for each use by itself.
    let is_type = kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_library =
        matches!(kind, "Option" | "Result" | "Vec" | "String" | "Box" | "Rc" | "Arc" | "HashMap" | "Self" | "RefCell" | "Cell");
    (is_type && kind.len() > 1 && !is_library).then(|| (kind, bound.rsplit("::").next().unwrap_or(bound)))
}

/// Without the standard library of the target, every other error is one of its absence.
fn without_std<'e>(events: impl Iterator<Item = (usize, &'e Event)>, links: &mut Links) {
    let mut absent: HashMap<Option<&str>, usize> = HashMap::new();
    for (at, event) in events {
        let service = event.service.as_deref();
        if event.kind == "E0463" && matches!(quoted(event.headline(), '`').next(), Some("std" | "core")) {
            absent.entry(service).or_insert(at);
        }
        if let Some(cause) = absent.get(&service) {
            links.add(at, *cause, || "without the standard library of the target nothing compiles".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::incident::outline;
    use crate::event::{Label, Place};

    fn error(kind: &str, message: &str, file: &str) -> Event {
        let place = Place { file: file.to_owned(), line: Some(1), ..Place::default() };
        let label = Label { place: place.clone(), is_primary: true, text: "here".to_owned(), ..Label::default() };
        Event { raised_at: Some(place), labels: vec![label], ..Event::new(LanguageId::RUST, kind, message) }
    }

    #[track_caller]
    fn check(events: Vec<Event>, expected: &[&str]) {
        assert_eq!(outline(events), expected);
    }

    #[test]
    fn a_missing_type_explains_what_names_it() {
        check(
            vec![
                error("E0432", "unresolved import `crate::shop::Order`", "src/a.rs"),
                error("E0412", "cannot find type `Order` in this scope", "src/b.rs"),
                error("E0277", "the trait bound `Order: Clone` is not satisfied", "src/c.rs"),
                error("E0308", "mismatched types", "src/c.rs"),
            ],
            &["1 <- 0: both miss the name `Order`", "2 <- 0: it needs `Order`, which is missing"],
        );
        check(
            vec![
                error("error", "cannot find derive macro `Serialize` in this scope", "src/a.rs"),
                error("E0277", "the trait bound `Item: Serialize` is not satisfied", "src/b.rs"),
            ],
            &["1 <- 0: it needs `Serialize`, which is missing"],
        );
        check(
            vec![
                error("E0412", "cannot find type `Orders` in this scope", "src/a.rs"),
                error("E0277", "the trait bound `Order: Clone` is not satisfied", "src/b.rs"),
                error("E0412", "cannot find type `Item` in this scope", "src/a.rs"),
            ],
            &[],
        );
    }

    #[test]
    fn a_missing_import_is_one_thing_in_all_files() {
        let import = |path: &str, file| error("E0432", &format!("unresolved import `{path}`"), file);
        check(
            vec![import("crate::config::load", "src/a.rs"), import("crate::config::load", "src/b.rs")],
            &["1 <- 0: both miss the name `crate::config::load`"],
        );
        check(vec![import("crate::config::load", "src/a.rs"), import("crate::shop::load", "src/b.rs")], &[]);
        check(
            vec![
                error("E0432", "unresolved imports `crate::shop::Order`, `crate::shop::Item`", "src/a.rs"),
                error("E0412", "cannot find type `Item` in this scope", "src/b.rs"),
                error("E0433", "failed to resolve: could not find `Expr` in `hir`", "src/c.rs"),
                error("E0433", "failed to resolve: could not find `Expr` in `hir`", "src/d.rs"),
            ],
            &["1 <- 0: both miss the name `Item`", "3 <- 2: both miss the name `Expr`"],
        );
    }

    #[test]
    fn a_missing_value_counts_in_its_file_only() {
        let missing = |file| error("E0425", "cannot find value `total` in this scope", file);
        check(vec![missing("src/a.rs"), missing("src/b.rs")], &[]);
        let call = error("E0425", "cannot find function `total` in this scope", "src/a.rs");
        check(vec![missing("src/a.rs"), call], &["1 <- 0: both miss the name `total`"]);
        check(vec![missing("src/a.rs"), error("E0308", "expected `total`", "src/a.rs")], &[]);
    }

    #[test]
    fn a_missing_derive_explains_all_its_uses() {
        check(
            vec![
                error("E0277", "the trait bound `Order: Clone` is not satisfied", "src/a.rs"),
                error("E0599", "no method named `clone` found for struct `Order` in the current scope", "src/b.rs"),
                error("E0369", "binary operation `==` cannot be applied to type `Order`", "src/b.rs"),
                error("E0277", "`Order` doesn't implement `Debug`", "src/b.rs"),
                error("E0277", "the trait bound `Item: Clone` is not satisfied", "src/d.rs"),
                error("E0369", "binary operation `!=` cannot be applied to type `&Order`", "src/e.rs"),
            ],
            &["1 <- 0: both need `Clone` of `Order`", "5 <- 2: both need `PartialEq` of `Order`"],
        );
        let lacking = |file| error("E0277", "the trait bound `Vec: Copy` is not satisfied", file);
        check(vec![lacking("src/a.rs"), lacking("src/b.rs")], &[]);
    }

    #[test]
    fn nothing_compiles_without_the_standard_library() {
        let absent = error("E0463", "can't find crate for `std`", "src/lib.rs");
        check(
            vec![absent, error("error", "cannot find macro `println` in this scope", "src/a.rs")],
            &["1 <- 0: without the standard library of the target nothing compiles"],
        );
        let other = error("E0463", "can't find crate for `serde`", "src/lib.rs");
        check(vec![other, error("E0308", "mismatched types", "src/a.rs")], &[]);
    }
}
