//! The project's model, read from its sources: what is defined where, what a class holds, what a function takes, which names are in sight.
//!
//! Built from [`Source`]s alone and lazily, one file at the first question about it; runs no code, reads no disk. A language without a
//! reader here has an empty model, so nothing is known of it and nothing is guessed.

mod model;
mod python;
mod rust;
mod walk;
mod wanted;
mod words;

use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use crate::syntax::{LanguageId, Source};
use crate::text::{ByteSpan, RepoPath};

pub use python::Placing;

pub use model::{Class, Definition, Import, Kind, Member, Name, Origin, Outline, Parameter, ParameterKind, Returns, Signature};
pub use wanted::{Role, Wanted};
pub use words::{Seen, holds, is_read, is_word, runs, words};

/// All that is known of the sources that were handed over.
pub struct Symbols<'s> {
    files: Vec<File<'s>>,
    paths: &'s [RepoPath],
    /// The paths of the sources and of the project, to be asked about in any number.
    whole: OnceLock<HashSet<String>>,
    /// The same, and every end of them that begins at a folder.
    ends: OnceLock<HashSet<String>>,
}

struct File<'s> {
    source: &'s Source,
    outline: OnceLock<Outline>,
}

/// What a class holds, its bases included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    /// The members, those of the class itself first.
    pub members: Vec<Member>,
    /// Whether nothing else can be there: no base is unknown, no `__getattr__`, no `setattr`.
    pub is_complete: bool,
    /// The bases that no source defines, by their last part.
    pub unknown: Vec<String>,
}

impl<'s> Symbols<'s> {
    /// A model of `sources`; nothing is read before it is asked for.
    pub fn of(sources: &[&'s Source]) -> Symbols<'s> {
        let files = sources.iter().map(|source| File { source, outline: OnceLock::new() }).collect();
        Symbols { files, paths: &[], whole: OnceLock::new(), ends: OnceLock::new() }
    }

    /// The same model, which now also knows all paths of the project: they tell packages from folders and which modules exist.
    #[must_use]
    pub fn among(mut self, paths: &'s [RepoPath]) -> Symbols<'s> {
        self.paths = paths;
        (self.whole, self.ends) = (OnceLock::new(), OnceLock::new());
        self
    }

    /// The sources that it was made of.
    pub fn sources(&self) -> impl Iterator<Item = &'s Source> {
        self.files.iter().map(|file| file.source)
    }

    /// What `path` defines and imports; none for a file that was not handed over.
    pub fn outline(&self, path: &RepoPath) -> Option<&Outline> {
        self.files.iter().find(|file| file.source.path() == path).map(|file| self.read(file))
    }

    /// Every definition that bears `name`, in the order of the sources; an import of it is none.
    pub fn definitions_of(&self, name: &str) -> Vec<&Definition> {
        let is_wanted = |definition: &&Definition| definition.name == name && definition.kind != Kind::Import;
        self.outlines().flat_map(|outline| &outline.definitions).filter(is_wanted).collect()
    }

    /// Every name that can be imported from `module` (`pkg.part`, `crate::part`); what it imports itself is among them.
    pub fn definitions_in(&self, module: &str) -> Vec<&Definition> {
        self.outlines().flat_map(|outline| &outline.definitions).filter(|definition| definition.module == module).collect()
    }

    /// Every class or type called `name`.
    pub fn classes_of(&self, name: &str) -> Vec<&Class> {
        self.outlines().flat_map(|outline| &outline.classes).filter(|class| class.name == name).collect()
    }

    /// What the class called `name` holds, bases included; none where no source defines it. Classes of one name are taken together,
    /// since a message gives the name alone.
    pub fn members_of(&self, name: &str) -> Option<Members> {
        let mut found = Members { is_complete: true, ..Members::default() };
        let mut waiting = vec![name.to_owned()];
        let mut seen: Vec<String> = Vec::new();
        while let Some(name) = waiting.pop() {
            if seen.contains(&name) {
                continue;
            }
            let classes = self.classes_of(&name);
            let is_known = !classes.is_empty() || name == "object";
            if !is_known && seen.is_empty() {
                return None;
            }
            if !is_known {
                found.is_complete = false;
                found.unknown.push(name.clone());
            }
            for class in classes {
                found.is_complete &= !class.is_open;
                found.members.extend(class.members.iter().cloned());
                // `pkg.Base` is looked up by its last part: a qualified base names its class there.
                waiting.extend(class.bases.iter().rev().map(|base| last_part(base).to_owned()));
            }
            seen.push(name);
        }
        Some(found)
    }

    /// Every signature of a function or method called `name`; for a class, that of its constructor.
    pub fn signatures_of(&self, name: &str) -> Vec<&Signature> {
        let signatures = || self.outlines().flat_map(|outline| &outline.signatures);
        let own: Vec<&Signature> = signatures().filter(|signature| signature.name == name).collect();
        if !own.is_empty() || self.classes_of(name).is_empty() {
            return own;
        }
        signatures().filter(|signature| signature.is_constructor && signature.owner.as_deref() == Some(name)).collect()
    }

    /// The signature of the one function that bears `name`; none where there is no such function or several that differ.
    pub fn signature(&self, name: &str) -> Option<&Signature> {
        let signatures = self.signatures_of(name);
        let (first, others) = signatures.split_first()?;
        others.iter().all(|other| other.parameters == first.parameters).then_some(first)
    }

    /// The signature of what `callee` calls in `source`: a plain name means the function of that name in the file, before any method.
    pub fn signature_called(&self, source: &Source, callee: &str) -> Option<&Signature> {
        let name = callee.rsplit('.').next().unwrap_or(callee);
        let is_plain = |signature: &&Signature| name == callee && signature.name == name && signature.owner.is_none();
        let mut here = self.outline(source.path()).into_iter().flat_map(|outline| &outline.signatures).filter(is_plain);
        match (here.next(), here.next()) {
            (Some(only), None) => Some(only),
            _ => self.signature(name),
        }
    }

    /// The signature of the innermost function around `byte`.
    pub fn signature_at(&self, source: &Source, byte: usize) -> Option<&Signature> {
        let around = |signature: &&Signature| (signature.span.start..signature.span.end).contains(&byte);
        self.outline(source.path())?.signatures.iter().filter(around).min_by_key(|signature| signature.span.len())
    }

    /// The class around `byte`, innermost first.
    pub fn class_at(&self, source: &Source, byte: usize) -> Option<&Class> {
        let around = |class: &&Class| (class.span.start..class.span.end).contains(&byte);
        self.outline(source.path())?.classes.iter().filter(around).min_by_key(|class| class.span.len())
    }

    /// The names that code at `byte` can use, nearest first, each name once: locals, parameters, enclosing functions, the module, the
    /// language's own.
    pub fn names_at(&self, source: &Source, byte: usize) -> Vec<Name> {
        let mut names = match source.language().id() {
            LanguageId::PYTHON => python::names_at(source, byte),
            LanguageId::RUST => rust::names_at(source, byte),
            _ => Vec::new(),
        };
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(name.text.clone()));
        names
    }

    /// The class of the value of the expression at `span`, where the code around it says so; never a guess.
    pub fn class_of(&self, source: &Source, span: ByteSpan) -> Option<String> {
        match source.language().id() {
            LanguageId::PYTHON => python::class_of(source, span),
            _ => None,
        }
    }

    /// How the function at `span` gives its value.
    pub fn returns(&self, source: &Source, span: ByteSpan) -> Returns {
        match source.language().id() {
            LanguageId::PYTHON => python::returns(source, span),
            _ => Returns::default(),
        }
    }

    /// The ways in which the file `from` can get `name` from the project, each once; nothing from itself. More than one way is an open
    /// question.
    pub fn import_for(&self, name: &str, from: &RepoPath) -> Vec<Import> {
        let mut ways: Vec<Import> = Vec::new();
        for definition in self.definitions_of(name).into_iter().filter(|definition| is_reachable(definition, from)) {
            let way = Import::of_item(&self.module_as_seen(definition, from), name);
            if !ways.iter().any(|other| other.module == way.module) {
                ways.push(way);
            }
        }
        ways
    }

    /// As [`Symbols::import_for`], from the inline module around `byte`: what stands in the module around it comes from `super`.
    pub fn import_at(&self, name: &str, source: &Source, byte: usize) -> Vec<Import> {
        let is_rust = source.language().id() == LanguageId::RUST;
        let around = if is_rust { rust::module_at(source, byte) } else { String::new() };
        let above = around.rsplit_once("::").filter(|_| around != self.module_of(source.path())).map(|(above, _)| above);
        let is_above = |definition: &&Definition| definition.path == *source.path() && Some(definition.module.as_str()) == above;
        if self.definitions_of(name).into_iter().any(|definition| is_above(&definition)) {
            return vec![Import::of_item("super", name)];
        }
        self.import_for(name, source.path())
    }

    /// Every import of `name` in the project, its module made absolute; one for each file that has it.
    pub fn imports_of(&self, name: &str) -> Vec<Import> {
        let mut found = Vec::new();
        for file in &self.files {
            let own = self.read(file).imports.iter().filter(|import| import.name == name);
            found.extend(own.map(|import| Import { module: self.absolute(&import.module, file.source.path()), ..import.clone() }));
        }
        found
    }

    /// The module that the file `from` means by `module`: leading dots are counted from its package.
    pub fn absolute(&self, module: &str, from: &RepoPath) -> String {
        let relative = module.trim_start_matches('.');
        let n_dots = module.len() - relative.len();
        if n_dots == 0 || from.extension() == "rs" {
            return module.to_owned();
        }
        let own = self.module_of(from);
        let n_up = if from.file_name() == "__init__.py" { n_dots - 1 } else { n_dots };
        let mut parts: Vec<&str> = own.split('.').collect();
        parts.truncate(parts.len().saturating_sub(n_up));
        parts.extend((!relative.is_empty()).then_some(relative));
        parts.join(".")
    }

    /// The name by which code imports the file `path`, as the layout of the project tells it.
    pub fn module_of(&self, path: &RepoPath) -> String {
        match path.extension() {
            "rs" => rust::module_of(path),
            _ => python::module_of(path, &|path| self.has_path(path)),
        }
    }

    /// Whether the project has a file for the module `dotted`, as far as its paths are known.
    pub fn has_module(&self, dotted: &str) -> bool {
        let ends = [format!("{}.py", dotted.replace('.', "/")), format!("{}/__init__.py", dotted.replace('.', "/"))];
        let known = self.ends.get_or_init(|| {
            let ends = |path: &'s str| path.match_indices('/').map(move |(at, _)| path[at + 1..].to_owned()).chain([path.to_owned()]);
            self.all_paths().map(RepoPath::as_str).flat_map(ends).collect()
        });
        ends.iter().any(|end| known.contains(end))
    }

    /// The modules of the project, each by the name that code imports it by.
    pub fn modules(&self) -> Vec<String> {
        let is_source = |path: &&RepoPath| matches!(path.extension(), "py" | "rs");
        self.all_paths().filter(is_source).map(|path| self.module_of(path)).collect()
    }

    fn module_as_seen(&self, definition: &Definition, from: &RepoPath) -> String {
        let is_script_folder = definition.path.parent() == from.parent() && !self.has_path(&format!("{}/__init__.py", from.parent()));
        if from.extension() == "py" && is_script_folder && definition.path.file_name() != "__init__.py" {
            // Without a package, the folder of the script that runs is where Python looks first.
            return definition.path.file_name().trim_end_matches(".py").to_owned();
        }
        definition.module.clone()
    }

    fn has_path(&self, text: &str) -> bool {
        let whole = self.whole.get_or_init(|| self.all_paths().map(|path| path.as_str().to_owned()).collect());
        whole.contains(text.trim_start_matches('/'))
    }

    fn all_paths(&self) -> impl Iterator<Item = &'s RepoPath> {
        self.paths.iter().chain(self.files.iter().map(|file| file.source.path()))
    }

    fn outlines(&self) -> impl Iterator<Item = &Outline> {
        self.files.iter().map(|file| self.read(file))
    }

    fn read<'a>(&'a self, file: &'a File<'s>) -> &'a Outline {
        file.outline.get_or_init(|| match file.source.language().id() {
            LanguageId::PYTHON => python::outline(file.source, &self.module_of(file.source.path())),
            LanguageId::RUST => rust::outline(file.source),
            _ => Outline::default(),
        })
    }
}

/// Where the import `text` goes in `source` that the code at `used` needs: in its group and order, within a statement of its module, or for
/// annotations alone where such imports stand. None for a language without a reader, and where the file shows no place.
pub fn place_import(source: &Source, text: &str, used: ByteSpan) -> Option<Placing> {
    if source.language().id() == LanguageId::PYTHON { python::place(source, text, used) } else { None }
}

/// The modules of Python's standard library.
pub fn python_modules() -> impl Iterator<Item = &'static str> {
    python::modules()
}

/// Whether `from` can import `definition`: it stands in another file of the same crate or language, and nothing hides it.
fn is_reachable(definition: &Definition, from: &RepoPath) -> bool {
    let (path, is_rust) = (&definition.path, from.extension() == "rs");
    let is_near = path.extension() == from.extension() && (!is_rust || rust::crate_of(path) == rust::crate_of(from));
    is_near && path != from && !definition.is_private && (is_of_tests(from) || !is_of_tests(path))
}

/// Whether the path is one that test runners look for: code must not import from there.
fn is_of_tests(path: &RepoPath) -> bool {
    let stem = path.file_name().split('.').next().unwrap_or_default();
    let is_folder = |part: &str| matches!(part, "tests" | "test" | "benches" | "examples");
    stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest" || path.parent().split('/').any(is_folder)
}

/// `c` of `a.b.c` and of `a::b::c`; generic arguments do not count.
fn last_part(path: &str) -> &str {
    let path = path.split(['[', '<', '(']).next().unwrap_or(path);
    path.rsplit(['.', ':']).next().unwrap_or(path).trim()
}
