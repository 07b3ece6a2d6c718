//! The one spelling of a path inside the repository.

use std::fmt;
use std::path::PathBuf;

use crate::explain::Explain;

/// A path inside the repository: relative, UTF-8, `/`-separated, in its one spelling, never above the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

/// A text that is no path inside the repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a path inside the repository: the part {part:?} is refused")]
pub struct PathError {
    text: String,
    part: String,
}

impl Explain for PathError {
    fn hint(&self) -> Option<String> {
        Some("write the path relative to the repository's root, with `/` and without `..`".to_owned())
    }
}

impl RepoPath {
    /// Checks `text` and wraps it; traces are untrusted, so this is where `../../etc/passwd` stops.
    ///
    /// # Errors
    /// [`PathError`] names the text and the part that was refused.
    pub fn new(text: &str) -> Result<RepoPath, PathError> {
        let is_bad =
            |part: &&str| matches!(*part, "" | "." | "..") || part.contains(['\\', ':', '\0']) || part.eq_ignore_ascii_case(".git");
        match text.split('/').find(is_bad) {
            Some(part) => Err(PathError { text: text.to_owned(), part: part.to_owned() }),
            None => Ok(RepoPath(text.to_owned())),
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// What stands behind the last dot of the file name; empty without one.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The folder that holds it; empty for a file at the root.
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The place of this path below `root` on the disk.
    pub fn below(&self, root: &std::path::Path) -> PathBuf {
        root.join(&self.0)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_repository_is_a_path() {
        for bad in ["", "/etc/passwd", "../x", "a/../b", "a//b", "C:/x", "a\\b", ".git/hooks/pre-push", "a/", "a\0b", "sub/.GIT/config"] {
            assert!(RepoPath::new(bad).is_err(), "{bad:?}");
        }
        let path = RepoPath::new("src/a b.rs").unwrap();
        assert_eq!((path.file_name(), path.extension(), path.parent()), ("a b.rs", "rs", "src"));
    }
}
