//! What cargo prints with `--message-format=json`, as far as we read it.
//!
//! Source: the Cargo Book, "External tools", "JSON messages".

use std::path::PathBuf;

use serde::Deserialize;

/// One line of cargo.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason")]
pub(super) enum Message {
    /// A target was built.
    #[serde(rename = "compiler-artifact")]
    Built(Artifact),
    /// The compiler said something.
    #[serde(rename = "compiler-message")]
    Said(Remark),
    /// Anything else.
    #[serde(other)]
    Other,
}

/// A built target.
#[derive(Debug, Deserialize)]
pub(super) struct Artifact {
    /// Its package.
    pub(super) package_id: String,
    /// The target.
    pub(super) target: Target,
    /// The program, if it is one.
    pub(super) executable: Option<PathBuf>,
}

/// What the compiler said of a target.
#[derive(Debug, Deserialize)]
pub(super) struct Remark {
    /// Its package.
    pub(super) package_id: String,
    /// The target.
    pub(super) target: Target,
    /// The remark.
    pub(super) message: Diagnostic,
}

/// A target of a package.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    /// `lib`, `bin`, `test`, `example`, `bench`, `custom-build`, `proc-macro`, a crate type.
    pub(super) kind: Vec<String>,
    /// Its name.
    pub(super) name: String,
    /// Its first source file.
    pub(super) src_path: PathBuf,
}

/// A remark of the compiler.
#[derive(Debug, Deserialize)]
pub(super) struct Diagnostic {
    /// `error`, `warning`, ...
    pub(super) level: String,
    /// Its first line.
    pub(super) message: String,
    /// All of it for a person.
    pub(super) rendered: Option<String>,
    /// Where; the primary span tells the file.
    pub(super) spans: Vec<Span>,
}

/// A place in a source file.
#[derive(Debug, Deserialize)]
pub(super) struct Span {
    /// The file.
    pub(super) file_name: String,
    /// Whether it is the place of the remark itself.
    pub(super) is_primary: bool,
    /// Its first line.
    #[serde(default)]
    pub(super) line_start: u32,
    /// The call of the macro that it comes from, if it comes from one.
    #[serde(default)]
    pub(super) expansion: Option<Box<Expansion>>,
}

/// The call of a macro.
#[derive(Debug, Deserialize)]
pub(super) struct Expansion {
    /// Where it is called.
    pub(super) span: Span,
}

/// What `cargo metadata` tells of a workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    /// Its members.
    pub(super) packages: Vec<Package>,
    /// Its folder.
    pub(super) workspace_root: PathBuf,
}

/// A member of a workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    /// Its manifest.
    pub(super) manifest_path: PathBuf,
    /// Its targets.
    pub(super) targets: Vec<Target>,
}
