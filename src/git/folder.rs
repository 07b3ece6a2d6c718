//! The files of a folder that is no repository.
//!
//! Ignore files count, what is above the folder does not, and neither do caches, environments and build output.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::Listing;
use crate::text::RepoPath;

/// Names that are never a person's own work.
const GENERATED: &[&str] =
    &[".git", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hg", ".svn", ".eggs"];

/// The files and links below `root`.
pub fn folder_listing(root: &Path) -> Listing {
    let mut listing = Listing::default();
    for path in folder_entries(root) {
        let kind = root.join(&path).symlink_metadata().map(|meta| meta.file_type());
        let Some(path) = path.to_str().and_then(|path| RepoPath::new(path).ok()) else { continue };
        match kind {
            Ok(kind) if kind.is_file() => listing.files.push(path),
            Ok(kind) if kind.is_symlink() => listing.links.push(path),
            _ => {}
        }
    }
    listing.files.sort();
    listing.links.sort();
    listing
}

/// The paths of all files and links below `root`, relative to it; a folder that cannot be read is left out.
pub(super) fn folder_entries(root: &Path) -> Vec<PathBuf> {
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false).parents(false).git_global(false).require_git(false).follow_links(false);
    walk.add_custom_ignore_filename(".homeostasisignore");
    walk.filter_entry(|entry| entry.depth() == 0 || !is_generated(entry.path()));
    let is_folder = |entry: &ignore::DirEntry| entry.file_type().is_none_or(|kind| kind.is_dir());
    let entries = walk.build().flatten().filter(|entry| !is_folder(entry));
    entries.filter_map(|entry| Some(entry.path().strip_prefix(root).ok()?.to_owned())).collect()
}

/// Whether the folder `path` holds what a tool can make again.
pub(super) fn is_generated(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    GENERATED.contains(&name) || is_environment(path) || (name == "target" && path.with_file_name("Cargo.toml").exists())
}

/// Whether `path` is a virtual environment of Python.
///
/// Source: PEP 405: `pyvenv.cfg` marks one.
pub(super) fn is_environment(path: &Path) -> bool {
    path.join("pyvenv.cfg").is_file()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_lists_what_a_person_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let make = |path: &str| {
            let full = folder.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, "x").unwrap();
        };
        for path in [
            "app/a.py",
            "target/own.py",
            ".hidden/b.py",
            "c.log",
            ".venv/pyvenv.cfg",
            ".venv/lib/d.py",
            "app/__pycache__/a.pyc",
            "rs/Cargo.toml",
            "rs/target/debug/x",
        ] {
            make(path);
        }
        fs::write(folder.path().join(".gitignore"), "*.log\n").unwrap();
        std::os::unix::fs::symlink("a.py", folder.path().join("app/link.py")).unwrap();
        let listing = folder_listing(folder.path());
        let files: Vec<String> = listing.files.iter().map(ToString::to_string).collect();
        assert_eq!(files, [".gitignore", ".hidden/b.py", "app/a.py", "rs/Cargo.toml", "target/own.py"]);
        assert_eq!(listing.links, [RepoPath::new("app/link.py").unwrap()]);
    }
}
