//! The name that a failure says is not there, and whose code asked for it.

use super::table::{self, Kind, Row, phrases, rows};
use crate::event::Event;
use crate::symbols::Symbols;

/// What is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lost {
    Name(String),
    /// `module.name`.
    Attribute(String),
    Module(String),
    /// A member of an object or class.
    Member {
        class: String,
        name: String,
    },
    Keyword {
        function: Option<String>,
        keyword: String,
    },
    /// What the message means without naming it.
    Meant(&'static str),
}

impl Lost {
    /// Reads it from a message of CPython or of a library that keeps a list of what it dropped.
    pub(super) fn of(event: &Event) -> Option<Lost> {
        let message = event.message.as_str();
        let kind = event.kind.rsplit('.').next().unwrap_or_default();
        if message.contains("partially initialized") {
            return None;
        }
        if let Some(name) = between(message, "`np.", "` was removed in the NumPy") {
            return Some(Lost::Attribute(format!("numpy.{name}")));
        }
        if let Some((_, old)) = phrases().find(|(phrase, _)| is_said(message, phrase)) {
            return Some(Lost::Meant(old));
        }
        let (first, name) = (|| quoted(message, 0), || quoted(message, 1));
        match kind {
            // What a module of a package raises for a name that it asks itself for.
            "AttributeError" if message.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                let frame = event.frames.last().filter(|frame| frame.place.function.as_deref() == Some("__getattr__"))?;
                Some(Lost::Attribute(format!("{}.{message}", module_of_file(&frame.place.file)?)))
            }
            "AttributeError" if message.starts_with("module '") => Some(Lost::Attribute(format!("{}.{}", first()?, name()?))),
            "AttributeError" if message.contains(" has no attribute '") => {
                let class = first()?.rsplit('.').next()?.to_owned();
                Some(Lost::Member { class, name: name()?.to_owned() })
            }
            "ImportError" if message.starts_with("cannot import name '") => Some(Lost::Attribute(format!("{}.{}", name()?, first()?))),
            "ModuleNotFoundError" | "ImportError" if message.starts_with("No module named '") => Some(Lost::Module(first()?.to_owned())),
            "NameError" => Some(Lost::Name(first()?.to_owned())),
            "TypeError" if message.contains(" got an unexpected keyword argument '") => {
                let path: Vec<&str> = message.split("()").next()?.split('.').collect();
                let function = path.iter().rev().find(|part| **part != "__init__" && **part != "__new__");
                Some(Lost::Keyword { function: function.map(ToString::to_string), keyword: first()?.to_owned() })
            }
            _ => None,
        }
    }

    /// What is known of it.
    pub(super) fn rows(&self, symbols: &Symbols<'_>) -> Vec<&'static Row> {
        let all = || rows().iter();
        match self {
            Lost::Name(name) => all().filter(|row| row.old == name && matches!(row.kind, Kind::Name | Kind::Advice)).collect(),
            Lost::Attribute(dotted) => {
                let is_it = |row: &&Row| row.old == dotted && (row.is_of_module() || matches!(row.kind, Kind::Module | Kind::Advice));
                all().filter(is_it).collect()
            }
            Lost::Module(module) => {
                let is_it = |row: &&Row| row.old == module && matches!(row.kind, Kind::Module | Kind::Advice);
                let mut found: Vec<&Row> = all().filter(is_it).collect();
                if found.iter().any(|row| row.kind != Kind::Advice) {
                    return found;
                }
                let prefix = format!("{module}.");
                let parent = |row: &&Row| row.kind == Kind::Module && module.starts_with(&format!("{}.", row.old));
                let member =
                    |row: &&Row| row.old.starts_with(&prefix) && (row.is_of_module() || matches!(row.kind, Kind::Advice | Kind::Module));
                found.extend(all().filter(|row| parent(row) || member(row)));
                found
            }
            Lost::Member { class, name } => {
                let is_any = |row: &Row| row.owner() == "*" && row.library == table::PYTHON;
                let names = lineage(class, symbols);
                let is_named = |row: &Row| names.iter().any(|name| row.owner() == name || row.owner().ends_with(&format!(".{name}")));
                let is_class = |row: &Row| is_any(row) || is_named(row);
                let is_kind =
                    |row: &Row| row.is_of_object() || row.kind == Kind::Advice || (row.is_of_module() && row.owner().contains('.'));
                all().filter(|row| row.word() == name && is_class(row) && is_kind(row)).collect()
            }
            Lost::Keyword { function, keyword } => {
                let is_kin = |row: &Row, function: &str| table::kin(row.owner()).is_some_and(|kin| kin.contains(&function));
                let is_function = |row: &Row| function.as_deref().is_none_or(|function| row.owner() == function || is_kin(row, function));
                let is_kind = |row: &Row| matches!(row.kind, Kind::Keyword | Kind::Argument | Kind::Advice);
                all().filter(|row| row.word() == keyword && is_kind(row) && is_function(row)).collect()
            }
            Lost::Meant(old) => all().filter(|row| row.old == *old).collect(),
        }
    }

    /// As a person says it.
    pub(super) fn text(&self) -> String {
        match self {
            Lost::Name(text) | Lost::Attribute(text) | Lost::Module(text) => text.clone(),
            Lost::Member { class, name } => format!("{class}.{name}"),
            Lost::Keyword { function: Some(function), keyword } => format!("{function}({keyword}=)"),
            Lost::Keyword { function: None, keyword } => format!("{keyword}="),
            Lost::Meant(old) => old.trim_start_matches("*.").to_owned(),
        }
    }
}

/// The class called `name` and what it derives from, as far as the sources tell; for a well-known class also what it is a kind of.
fn lineage(name: &str, symbols: &Symbols<'_>) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    let is_own = !symbols.classes_of(name).is_empty();
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let last = |base: &String| base.rsplit('.').next().unwrap_or(base).to_owned();
        let own = symbols.classes_of(&name).into_iter().flat_map(|class| &class.bases).map(last);
        let known = table::kin(&name).into_iter().flatten().map(ToOwned::to_owned);
        for base in own.chain(known).collect::<Vec<_>>() {
            if !names.contains(&base) {
                names.push(base);
            }
        }
        at += 1;
    }
    // A class of the project is not the well-known one that is called so.
    names.drain(usize::from(is_own)..).collect()
}

/// Whose code asked for what is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Blame {
    /// The project's, or nobody knows.
    Project,
    /// That of an installed package.
    Package(String),
}

/// The innermost frame that is neither the interpreter's own nor of the module `asked`, which only says no.
pub(super) fn blame(event: &Event, asked: &str) -> Blame {
    for frame in event.frames.iter().rev() {
        let file = frame.place.file.replace('\\', "/");
        let installed = ["site-packages/", "dist-packages/"].iter().find_map(|folder| file.rsplit_once(folder));
        match installed {
            Some((_, inside)) => {
                let package = inside.split('/').next().unwrap_or(inside).trim_end_matches(".py");
                if package != asked {
                    return Blame::Package(package.to_owned());
                }
            }
            None if file.starts_with('<') || is_of_interpreter(&file) => {}
            None => return Blame::Project,
        }
    }
    Blame::Project
}

/// The module that a file of an installed package is.
fn module_of_file(file: &str) -> Option<String> {
    let file = file.replace('\\', "/");
    let (_, inside) = ["site-packages/", "dist-packages/"].iter().find_map(|folder| file.rsplit_once(folder))?;
    let module = inside.strip_suffix(".py")?;
    Some(module.strip_suffix("/__init__").unwrap_or(module).replace('/', "."))
}

/// Whether a printed path is one of the standard library: `lib/python3.12/...`.
fn is_of_interpreter(file: &str) -> bool {
    file.split("lib/python").nth(1).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether the message holds the phrase, or begins with it where that is marked by `^`.
fn is_said(message: &str, phrase: &str) -> bool {
    phrase.strip_prefix('^').map_or_else(|| message.contains(phrase), |start| message.starts_with(start))
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(&rest[..rest.find(after)?])
}

/// The `n`-th text between single quotes.
fn quoted(text: &str, n: usize) -> Option<&str> {
    text.split('\'').nth(2 * n + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Frame, Place};
    use crate::syntax::LanguageId;

    fn lost(kind: &str, message: &str) -> Option<Lost> {
        Lost::of(&Event::new(LanguageId::PYTHON, kind, message))
    }

    #[test]
    fn the_message_names_what_is_gone() {
        let attribute = |text: &str| Some(Lost::Attribute(text.to_owned()));
        assert_eq!(
            lost("AttributeError", "module 'numpy' has no attribute 'float'.\n`np.float` was a deprecated alias"),
            attribute("numpy.float")
        );
        assert_eq!(
            lost("AttributeError", "`np.float_` was removed in the NumPy 2.0 release. Use `np.float64` instead."),
            attribute("numpy.float_")
        );
        assert_eq!(lost("ImportError", "cannot import name 'Markup' from 'jinja2' (/x/jinja2/__init__.py)"), attribute("jinja2.Markup"));
        assert_eq!(lost("ModuleNotFoundError", "No module named 'imp'"), Some(Lost::Module("imp".to_owned())));
        let keyword =
            |function: &str, keyword: &str| Some(Lost::Keyword { function: Some(function.to_owned()), keyword: keyword.to_owned() });
        assert_eq!(
            lost("TypeError", "NDFrame.to_csv() got an unexpected keyword argument 'line_terminator'"),
            keyword("to_csv", "line_terminator")
        );
        assert_eq!(
            lost("TypeError", "Retry.__init__() got an unexpected keyword argument 'method_whitelist'"),
            keyword("Retry", "method_whitelist")
        );
        assert_eq!(lost("TypeError", "load() missing 1 required positional argument: 'Loader'"), Some(Lost::Meant("yaml.load")));
        assert_eq!(lost("TypeError", "load() missing 1 required positional argument: 'path'"), None);
        assert_eq!(
            lost("ImportError", "cannot import name 'x' from partially initialized module 'y' (most likely due to a circular import)"),
            None
        );
        assert_eq!(lost("KeyError", "'module'"), None);
        let place =
            Place { file: "/v/site-packages/flask/__init__.py".to_owned(), function: Some("__getattr__".to_owned()), ..Place::default() };
        let bare =
            Event { frames: vec![Frame { place, ..Frame::default() }], ..Event::new(LanguageId::PYTHON, "AttributeError", "Markup") };
        assert_eq!(Lost::of(&bare), attribute("flask.Markup"));
    }

    #[test]
    fn a_class_says_which_row_is_meant() {
        let rows = |class: &str, name: &str| Lost::Member { class: class.to_owned(), name: name.to_owned() }.rows(&Symbols::of(&[])).len();
        assert!(rows("DataFrame", "append") >= 3);
        assert_eq!(rows("MyList", "append"), 0);
        assert_eq!(rows("ShopTest", "assertEquals"), 1);
        assert_eq!(rows("Task", "all_tasks"), 1);
    }

    #[test]
    fn a_module_that_says_no_is_not_to_blame() {
        let frame = |file: &str| Frame { place: Place { file: file.to_owned(), ..Place::default() }, ..Frame::default() };
        let event =
            |files: &[&str]| Event { frames: files.iter().map(|file| frame(file)).collect(), ..Event::new(LanguageId::PYTHON, "E", "") };
        let package = |name: &str| Blame::Package(name.to_owned());
        assert_eq!(blame(&event(&["app/a.py", "/v/lib/python3.12/site-packages/numpy/__init__.py"]), "numpy"), Blame::Project);
        assert_eq!(
            blame(&event(&["app/a.py", "/v/site-packages/flask/app.py", "/v/site-packages/numpy/__init__.py"]), "numpy"),
            package("flask")
        );
        assert_eq!(blame(&event(&["app/a.py", "../v/lib/python3.12/site-packages/six.py"]), "urllib2"), package("six"));
        assert_eq!(
            blame(&event(&["app/a.py", "/usr/lib/python3.12/importlib/__init__.py", "<frozen importlib._bootstrap>"]), "imp"),
            Blame::Project
        );
    }
}
