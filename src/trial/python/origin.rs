//! Which modules were imported from the user's tree where the throw-away tree has the same file, and what to do about it.
//!
//! An editable install, a `.pth` file or `PYTHONPATH` names the user's tree. The tests would then run on code without the patch, and a
//! patch that changes nothing would be as good as any.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::judge::Distrust;
use crate::process::Environment;
use crate::project::python::Interpreter;
use crate::trial::runner::Bench;

/// The user's tree and the one that stands for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trees<'a> {
    /// The user's.
    pub(super) original: &'a Path,
    /// The throw-away one; it may lie inside the other.
    pub(super) here: &'a Path,
    /// Where installed modules lie: a `.venv` inside the user's tree is nobody's code.
    pub(super) installed: &'a [PathBuf],
}

/// The environment of a run, whose module path names nothing of the user's tree that is in the throw-away tree: `first` comes first, then
/// what the interpreter would find by itself in the user's tree, then the given path, then `last`.
pub(in crate::trial) fn turned_environment(bench: &Bench<'_>, first: Vec<PathBuf>, last: Option<PathBuf>) -> Environment {
    let mut environment = bench.environment();
    let trees = Trees::of(bench);
    let mut folders = first;
    folders.extend(bench.plan.python.iter().flat_map(|python| trees.folders_of(python)));
    let given = environment.get("PYTHONPATH").map(OsString::from).unwrap_or_default();
    folders.extend(std::env::split_paths(&given).filter(|entry| !entry.as_os_str().is_empty()).map(|entry| trees.moved(&entry)));
    folders.extend(last);
    let mut seen = BTreeSet::new();
    folders.retain(|folder| seen.insert(folder.clone()));
    // A folder whose name holds a colon cannot be named there; then the run shows by itself what it imported.
    if let Some(joined) = std::env::join_paths(&folders).ok().filter(|_| !folders.is_empty()) {
        environment.set("PYTHONPATH", joined);
    }
    environment
}

impl<'a> Trees<'a> {
    /// The trees of a run.
    pub(super) fn of(bench: &'a Bench<'_>) -> Trees<'a> {
        let installed = bench.plan.python.as_ref().map_or(&[][..], |python| &python.prefixes);
        Trees { original: &bench.surroundings.original, here: bench.root, installed }
    }

    /// The path below the root, if `path` lies in the user's tree and not in the throw-away one.
    fn below_original<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let is_installed = self.installed.iter().any(|prefix| prefix.starts_with(self.original) && path.starts_with(prefix));
        if path.starts_with(self.here) || is_installed {
            return None;
        }
        path.strip_prefix(self.original).ok()
    }

    /// The folder here that stands for a folder of the user's tree.
    fn counterpart(&self, folder: &Path) -> Option<PathBuf> {
        let below = self.below_original(folder)?;
        let here = if below.as_os_str().is_empty() { self.here.to_owned() } else { self.here.join(below) };
        here.is_dir().then_some(here)
    }

    /// The modules that came from the user's tree although their file is here too.
    pub(super) fn strays<'m>(&self, modules: &'m BTreeMap<String, PathBuf>) -> Vec<(&'m str, &'m Path)> {
        let is_stray = |path: &Path| self.below_original(path).is_some_and(|below| self.here.join(below).is_file());
        modules.iter().filter(|(_, path)| is_stray(path)).map(|(name, path)| (name.as_str(), path.as_path())).collect()
    }

    /// Folders here that must come first in the module path, since the interpreter's own path names their originals.
    pub(super) fn folders_of(&self, python: &Interpreter) -> Vec<PathBuf> {
        let folders: BTreeSet<_> =
            python.module_path.iter().chain(&python.editable).filter_map(|folder| self.counterpart(folder)).collect();
        folders.into_iter().collect()
    }

    /// The folders here from which stray modules would have been right.
    pub(super) fn folders_for(&self, strays: &[(&str, &Path)]) -> BTreeSet<PathBuf> {
        strays.iter().filter_map(|(name, path)| self.counterpart(import_root(name, path)?)).collect()
    }

    /// An entry of `PYTHONPATH`, pointing here if it pointed into the user's tree.
    pub(super) fn moved(&self, entry: &Path) -> PathBuf {
        self.counterpart(entry).unwrap_or_else(|| entry.to_owned())
    }
}

/// What to say of a run with stray modules.
pub(super) fn distrust(strays: &[(&str, &Path)]) -> Option<Distrust> {
    let (name, path) = strays.first()?;
    Some(Distrust {
        code: "wrong-import-root",
        text: format!("`{name}` was imported from {}, not from the tree with the patch ({} such modules)", path.display(), strays.len()),
        hint: Some("uninstall the editable install, or run in an environment without it".to_owned()),
    })
}

/// The folder from which `import name` finds the file `path`.
fn import_root<'p>(name: &str, path: &'p Path) -> Option<&'p Path> {
    let mut parts: Vec<&str> = name.split('.').collect();
    let stem = path.file_stem()?.to_str()?;
    let mut folder = path.parent()?;
    if stem != "__init__" && stem.split('.').next() != parts.pop() {
        return None;
    }
    for part in parts.into_iter().rev() {
        if folder.file_name()? != part {
            return None;
        }
        folder = folder.parent()?;
    }
    Some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, path: &str, expected: Option<&str>) {
        assert_eq!(import_root(name, Path::new(path)), expected.map(Path::new), "{name} at {path}");
    }

    #[test]
    fn the_import_root_lies_above_all_parts_of_the_name() {
        check("a.b.c", "/r/src/a/b/c.py", Some("/r/src"));
        check("a.b", "/r/a/b/__init__.py", Some("/r"));
        check("c", "/r/c.cpython-311-x86_64-linux-gnu.so", Some("/r"));
        check("__main__", "/r/run.py", None);
        check("x.b", "/r/a/b.py", None);
    }

    #[test]
    fn a_module_is_stray_if_the_throw_away_tree_has_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let original = folder.path().join("o");
        let here = original.join(".git/w");
        for file in ["src/a/__init__.py", "b.py"] {
            std::fs::create_dir_all(here.join(file).parent().unwrap()).unwrap();
            std::fs::write(here.join(file), "").unwrap();
        }
        let installed = [original.join(".venv")];
        let trees = Trees { original: &original, here: &here, installed: &installed };
        let modules: BTreeMap<String, PathBuf> = [
            ("a", original.join("src/a/__init__.py")),
            ("b", here.join("b.py")),
            ("only_there", original.join("_version.py")),
            ("lib", original.join(".venv/lib/b.py")),
        ]
        .map(|(name, path)| (name.to_owned(), path))
        .into();
        let strays = trees.strays(&modules);
        assert_eq!(strays, [("a", original.join("src/a/__init__.py").as_path())]);
        assert_eq!(trees.folders_for(&strays), BTreeSet::from([here.join("src")]));
        assert_eq!(trees.moved(&original.join("src")), here.join("src"));
        assert_eq!(trees.moved(Path::new("/elsewhere")), Path::new("/elsewhere"));
        assert_eq!(distrust(&strays).unwrap().code, "wrong-import-root");
    }
}
