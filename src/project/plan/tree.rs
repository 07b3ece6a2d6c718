//! The project's files, by name and by content.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::process::Environment;
use crate::text::RepoPath;

/// The most that is read of a file to find out what it is, in bytes.
const LIMIT: u64 = 1 << 20;

/// The files of a project below its root.
#[derive(Debug, Clone, Copy)]
pub(in crate::project) struct Tree<'a> {
    /// Where they are.
    pub(in crate::project) root: &'a Path,
    /// Which there are, sorted.
    pub(in crate::project) files: &'a [RepoPath],
}

impl<'a> Tree<'a> {
    /// The file called `name` in the folder `dir`.
    pub(in crate::project) fn file(&self, dir: &str, name: &str) -> Option<&'a RepoPath> {
        self.files.iter().find(|file| file.parent() == dir && file.file_name() == name)
    }

    /// The beginning of a file; nothing if it cannot be read.
    pub(in crate::project) fn text(&self, file: &RepoPath) -> String {
        let mut bytes = Vec::new();
        if let Ok(file) = File::open(file.below(self.root)) {
            // What was read before an error still says something.
            let _ = file.take(LIMIT).read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The text of the file called `name` in the folder `dir`; nothing if there is none.
    pub(in crate::project) fn text_in(&self, dir: &str, name: &str) -> String {
        self.file(dir, name).map(|file| self.text(file)).unwrap_or_default()
    }

    /// The files in the folder `dir` and below.
    pub(in crate::project) fn below(&self, dir: &'a str) -> impl Iterator<Item = &'a RepoPath> + use<'a> {
        self.files.iter().filter(move |file| is_below(file.as_str(), dir))
    }

    /// A folder of the project on the disk.
    pub(in crate::project) fn folder(&self, dir: &str) -> PathBuf {
        if dir.is_empty() { self.root.to_owned() } else { self.root.join(dir) }
    }
}

/// Whether a path lies in the folder `dir`; everything lies in the root.
pub(in crate::project) fn is_below(path: &str, dir: &str) -> bool {
    dir.is_empty() || path.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `dir` and the folders above it, up to the root.
pub(in crate::project) fn ancestors(dir: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dir), |dir| (!dir.is_empty()).then(|| dir.rsplit_once('/').map_or("", |(parent, _)| parent)))
}

/// The folder that holds all of `dirs`.
pub(in crate::project) fn common<'d>(mut dirs: impl Iterator<Item = &'d str>) -> &'d str {
    let first = dirs.next().unwrap_or("");
    dirs.fold(first, |common, dir| ancestors(common).find(|folder| is_below(dir, folder)).unwrap_or(""))
}

/// Where a program is, by the `PATH` of `env`.
pub(in crate::project) fn on_path(program: &str, env: &Environment) -> Option<PathBuf> {
    std::env::split_paths(env.get("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_hold_what_lies_below_them() {
        assert!(is_below("a/b.py", "a") && is_below("a/b.py", "") && !is_below("ab/c.py", "a"));
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(common(["a/b/c", "a/b", "a/d"].into_iter()), "a");
        assert_eq!(common(["tests"].into_iter()), "tests");
        assert_eq!(common(["a", "b"].into_iter()), "");
    }
}
