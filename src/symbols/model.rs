//! What the model consists of, in words that hold for every language.

use crate::text::{ByteSpan, RepoPath};

/// What one file defines and imports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// What other files can import from it, in the order of the text.
    pub definitions: Vec<Definition>,
    /// Its classes and types, nested ones too.
    pub classes: Vec<Class>,
    /// Its functions and methods, nested ones too.
    pub signatures: Vec<Signature>,
    /// What it imports.
    pub imports: Vec<Import>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A module or package.
    Module,
    /// A class, struct, enum, union or type alias.
    Class,
    /// A trait.
    Trait,
    /// A function.
    Function,
    /// A function of a class.
    Method,
    /// A method that is used without a call.
    Property,
    /// An attribute, a field.
    Attribute,
    /// A variant of an enum.
    Variant,
    /// A variable, constant or static.
    Variable,
    /// A macro.
    Macro,
    /// A name that an import binds.
    Import,
}

/// Something that other files can import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// The file.
    pub path: RepoPath,
    /// The module that holds it: `pkg.part`, `crate::part`.
    pub module: String,
    /// What it is.
    pub kind: Kind,
    /// The name's bytes.
    pub span: ByteSpan,
    /// Whether its own module alone may use it.
    pub is_private: bool,
}

/// A class or type with what it holds itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its whole text; for Rust the item that declares it.
    pub span: ByteSpan,
    /// The classes it derives from, the traits it implements, as written.
    pub bases: Vec<String>,
    /// What it holds, each name once.
    pub members: Vec<Member>,
    /// Whether it may hold more than the text tells: `__getattr__`, `setattr(self, ..)`, a keyword among its bases.
    pub is_open: bool,
}

/// One thing that a class holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The bytes of the name where it first appears.
    pub span: ByteSpan,
}

/// What a function takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Its name.
    pub name: String,
    /// The class or type it belongs to.
    pub owner: Option<String>,
    /// The parameters in order; the receiver (`self`, `cls`) is among them where it is written.
    pub parameters: Vec<Parameter>,
    /// Whether the first parameter is filled by the receiver of the call.
    pub has_receiver: bool,
    /// Whether a call of it must be awaited.
    pub is_async: bool,
    /// Whether calling the class calls it.
    pub is_constructor: bool,
    /// The type that it is said to return, as written.
    pub returns: Option<String>,
    /// The whole function.
    pub span: ByteSpan,
}

impl Signature {
    /// The parameters that a call names or fills: without the receiver.
    pub fn open_parameters(&self) -> &[Parameter] {
        &self.parameters[usize::from(self.has_receiver && !self.parameters.is_empty())..]
    }

    /// Whether a call may pass a keyword that no parameter names.
    pub fn takes_any_keyword(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.kind == ParameterKind::Keywords)
    }
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; empty for a pattern that binds several.
    pub name: String,
    /// How a call fills it.
    pub kind: ParameterKind,
    /// Whether a call may leave it out.
    pub is_optional: bool,
    /// Its type as written.
    pub annotation: Option<String>,
}

/// How a call fills a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterKind {
    /// By place, and where the language can, by name.
    Plain,
    /// By place alone.
    PositionalOnly,
    /// By name alone.
    KeywordOnly,
    /// All further arguments by place (`*args`).
    Positionals,
    /// All further arguments by name (`**kwargs`).
    Keywords,
}

/// A name that a file gets from a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The name that the file uses; `*` for all names of the module.
    pub name: String,
    /// The module; relative ones keep their dots.
    pub module: String,
    /// What is taken from the module; none where the module itself is bound.
    pub item: Option<String>,
    /// The statement; empty for an import that is not there yet.
    pub span: ByteSpan,
    /// The function or inline module that it holds for; none for the whole file.
    pub within: Option<ByteSpan>,
}

impl Import {
    /// An import of `name` from `module` that no file has yet.
    pub(crate) fn of_item(module: &str, name: &str) -> Import {
        Import { name: name.to_owned(), module: module.to_owned(), item: Some(name.to_owned()), span: ByteSpan::empty(0), within: None }
    }
}

/// A name that code at some place can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What it stands for, as far as its binding tells.
    pub kind: Kind,
    /// The bytes of the name where it is bound first; empty for the language's own names.
    pub span: ByteSpan,
}

/// Where a name in sight comes from, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Bound in the function itself, or in a comprehension or closure around the place.
    Local,
    /// A parameter of the function.
    Parameter,
    /// Of a function around the function.
    Enclosing,
    /// Of the class body that the place stands in directly.
    Class,
    /// Of the module.
    Global,
    /// The language's own.
    Builtin,
}

/// How a function gives its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returns {
    /// The values of its `return`s, in order; those of nested functions do not count.
    pub values: Vec<ByteSpan>,
    /// The last statement of each way that reaches the end without a `return` or `raise`.
    pub open_ends: Vec<ByteSpan>,
    /// Whether it yields: a generator gives its values in another way.
    pub is_generator: bool,
}
