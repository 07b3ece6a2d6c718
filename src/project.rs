//! The user's project: where it begins, which files it has, what it is configured to do, and which of its places a log means.
//!
//! The only room that reads the user's sources. Refuses to open what a log names: a printed path is matched against the list of files, and
//! only members of that list are read.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::explain::Explain;
use crate::git::{self, GitError, Listing, Repo};
use crate::text::RepoPath;

pub mod config;
mod files;
mod locate;
pub mod plan;
pub mod python;
mod read;
mod rust;
mod words;

pub use config::{Config, ConfigError, Setting, SubProject};
pub use files::{Untouchable, is_test, is_vendored};
pub use locate::{LocateProblem, Located};
pub use read::ReadError;

/// A project: a repository, or a folder without one.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    /// The folder that was asked about, below the root; empty for the root.
    folder: String,
    repo: Option<Repo>,
    config: Config,
    files: Vec<RepoPath>,
    links: Vec<RepoPath>,
    reader: read::Reader,
    index: OnceLock<locate::Index>,
    shelf: words::Shelf,
}

/// Why a project cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// There is no such folder.
    #[error("cannot open the folder {}", path.display())]
    NoFolder {
        /// As asked.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Its repository cannot be used.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Its configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl Explain for ProjectError {
    fn hint(&self) -> Option<String> {
        match self {
            ProjectError::NoFolder { .. } => Some("`-C DIR` names the folder to work in".to_owned()),
            ProjectError::Git(error) => error.hint(),
            ProjectError::Config(error) => error.hint(),
        }
    }
}

impl Project {
    /// Opens the project that the folder `dir` lies in: its repository, else the folder itself. Runs nothing and writes nothing.
    ///
    /// # Errors
    /// [`ProjectError`]: no such folder, a repository that cannot be used, a wrong configuration.
    pub fn open(dir: &Path) -> Result<Project, ProjectError> {
        let no_folder = |source| ProjectError::NoFolder { path: dir.to_owned(), source };
        let dir = dir.canonicalize().map_err(no_folder)?;
        std::fs::read_dir(&dir).map_err(no_folder)?;
        // A folder that its repository ignores is no part of it.
        let repo = Repo::discover(&dir)?.filter(|repo| !repo.ignores(&dir));
        let root = repo.as_ref().map_or_else(|| dir.clone(), |repo| repo.root().canonicalize().unwrap_or_else(|_| repo.root().to_owned()));
        let folder = dir.strip_prefix(&root).ok().and_then(Path::to_str).unwrap_or_default().to_owned();
        let config = Config::find(&root, &folder)?;
        let Listing { files, links } = match &repo {
            Some(repo) => repo.listing()?,
            None => git::folder_listing(&root),
        };
        let reader = read::Reader::of(root.clone());
        let shelf = words::Shelf::of(&root);
        Ok(Project { root, folder, repo, config, files, links, reader, index: OnceLock::new(), shelf })
    }

    /// The top folder, absolute, links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that was asked about, relative to the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The repository; none for a plain folder.
    pub fn repo(&self) -> Option<&Repo> {
        self.repo.as_ref()
    }

    /// What the user configured.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The regular files, sorted: tracked or untracked, not ignored.
    pub fn files(&self) -> &[RepoPath] {
        &self.files
    }

    /// The links among the project's files, sorted. They are not followed.
    pub fn links(&self) -> &[RepoPath] {
        &self.links
    }

    /// Where runs, journals and locks of this project are kept. The folder may not exist yet.
    pub fn state_dir(&self) -> PathBuf {
        self.repo.as_ref().map_or_else(|| git::folder_state_dir(&self.root), Repo::state_dir)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::playground::Playground;

    #[test]
    fn a_project_is_its_repository_and_opening_it_changes_nothing() {
        let playground = Playground::new();
        playground.write("pkg/homeostasis.toml", "test = 'make test'\n");
        let before = playground.sacred();
        let project = Project::open(&playground.path("pkg")).unwrap();
        assert_eq!(project.root(), playground.root().canonicalize().unwrap());
        assert_eq!((project.folder(), project.config().test.as_deref()), ("pkg", Some("make test")));
        assert_eq!(project.files().len(), 5);
        assert_eq!(project.state_dir(), project.root().join(".git/homeostasis"));
        assert_eq!(playground.sacred(), before);
    }

    #[test]
    fn an_ignored_folder_is_a_project_of_its_own() {
        let playground = Playground::new();
        playground.write("scratch.log/a.py", "x = 1\n");
        let project = Project::open(&playground.path("scratch.log")).unwrap();
        assert!(project.repo().is_none());
        assert_eq!(project.files(), [RepoPath::new("a.py").unwrap()]);
    }

    #[test]
    fn a_folder_that_is_missing_or_a_file_is_refused_with_its_name() {
        let playground = Playground::new();
        for path in ["nowhere", "app.py"] {
            let error = Project::open(&playground.path(path)).unwrap_err();
            assert!(error.to_string().contains(path) && error.hint().is_some(), "{error}");
        }
    }
}
