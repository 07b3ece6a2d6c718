//! The catalogue of a project: the rules that the program carries and the project's own, with the text of each.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::exit::Failure;
use crate::explain::Explain;
use crate::heal::own_remarks;
use crate::project::{Project, ReadError};
use crate::report::RuleReport;
use crate::rule::{Catalogue, CatalogueError};

/// The files of the rules that the program carries, by path.
const RULES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Where a project keeps its own, below its root.
const FOLDERS: (&str, &str) = (".homeostasis/rules/", ".homeostasis/templates/");

/// The rules of a project.
pub(in crate::cli) struct Library {
    catalogue: Held,
    own: Vec<(String, String)>,
    remarks: Vec<String>,
}

/// A catalogue: the one that the program carries, or one with a project's own files.
enum Held {
    Carried(&'static Catalogue),
    Own(Box<Catalogue>),
}

/// Why a project's own rules cannot be used.
#[derive(Debug, thiserror::Error)]
enum LibraryError {
    /// A file of theirs cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        source: ReadError,
    },
    /// Some are wrong.
    #[error("the project's own rules and templates cannot be used")]
    Wrong {
        /// What is wrong with each.
        source: Wrong,
    },
}

/// Everything that is wrong, one line for each file, so that all can be mended at once.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(whole).collect::<Vec<_>>().join("\n"))]
struct Wrong(Vec<CatalogueError>);

/// The message with those of its causes.
fn whole(error: &CatalogueError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {}", error.to_string().trim_end());
        cause = error.source();
    }
    text
}

impl Explain for LibraryError {
    fn hint(&self) -> Option<String> {
        match self {
            LibraryError::Unreadable { .. } => None,
            LibraryError::Wrong { source } => source.0.first().and_then(Explain::hint),
        }
    }
}

impl Library {
    /// The rules of the project that `dir` lies in.
    pub(in crate::cli) fn open(dir: &Path) -> Result<Library, Failure> {
        let project = Project::open(dir)?;
        let own = files(&project, FOLDERS.0)?;
        let templates = files(&project, FOLDERS.1)?;
        let remarks = own_remarks(&project);
        if own.is_empty() && templates.is_empty() {
            return Ok(Library { catalogue: Held::Carried(Catalogue::embedded()), own, remarks });
        }
        let catalogue = Catalogue::with_own(&own, &templates).map_err(|errors| LibraryError::Wrong { source: Wrong(errors) })?;
        Ok(Library { catalogue: Held::Own(Box::new(catalogue)), own, remarks })
    }

    /// What a person should know of the project's own files, a line each.
    pub(in crate::cli) fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// All rules and templates.
    pub(in crate::cli) fn catalogue(&self) -> &Catalogue {
        match &self.catalogue {
            Held::Carried(catalogue) => catalogue,
            Held::Own(catalogue) => catalogue,
        }
    }

    /// What is told of each rule, by id.
    pub(in crate::cli) fn reports(&self) -> Vec<RuleReport> {
        let own: BTreeSet<&str> = self.own_ids().collect();
        self.catalogue().rules().map(|rule| RuleReport::new(rule, own.contains(rule.id.as_str()))).collect()
    }

    /// The ids of all rules.
    pub(in crate::cli) fn ids(&self) -> impl Iterator<Item = &str> {
        self.catalogue().rules().map(|rule| rule.id.as_str())
    }

    /// The ids of the project's own rules.
    pub(in crate::cli) fn own_ids(&self) -> impl Iterator<Item = &str> {
        self.own.iter().map(|(path, _)| path.strip_suffix(".toml").unwrap_or(path))
    }

    /// The file of a rule; the project's own wins, as it does when rules are used.
    pub(in crate::cli) fn text(&self, id: &str) -> Option<&str> {
        let path = format!("{id}.toml");
        let own = self.own.iter().find(|(own, _)| *own == path).map(|(_, text)| text.as_str());
        own.or_else(|| RULES.iter().find(|(carried, _)| *carried == path).map(|(_, text)| *text))
    }
}

/// The project's files below `folder`: path below it, and text.
fn files(project: &Project, folder: &str) -> Result<Vec<(String, String)>, LibraryError> {
    let files = project.files().iter().filter(|path| path.extension() == "toml");
    let found = files.filter_map(|path| Some((path.as_str().strip_prefix(folder)?.to_owned(), path)));
    found
        .map(|(name, path)| {
            let bytes = project.read(path).map_err(|source| LibraryError::Unreadable { path: path.to_string(), source })?;
            Ok((name, String::from_utf8_lossy(&bytes).into_owned()))
        })
        .collect()
}
