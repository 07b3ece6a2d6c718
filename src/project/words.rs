//! Which files of the project hold a word, as a definition or anything else.
//!
//! A small project is searched file by file. For a large one an index says which files may hold the word; each of them is then looked at,
//! so that both ways give the same files. The index is kept in the user's cache folder, and whatever is wrong with it costs time alone.

mod index;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Project, is_vendored};
use crate::git;
use crate::symbols::{self, Role, Wanted, is_word};
use crate::text::RepoPath;
use index::Index;

/// Fewer files are searched one by one: to read them takes as long as to ask the disk whether they changed.
const INDEXED_FROM: usize = 400;

/// What was learned of the files so far, by their extension.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Where it is kept from one run to the next.
    dir: Option<PathBuf>,
    own: Mutex<BTreeMap<String, Arc<Own>>>,
    n_indexed: AtomicUsize,
    /// 0 for one each core.
    n_threads: usize,
}

/// The project's own files with one extension.
#[derive(Debug)]
struct Own {
    paths: Vec<RepoPath>,
    /// None for a few files.
    index: Option<Index>,
}

impl Shelf {
    pub(super) fn of(root: &Path) -> Shelf {
        Shelf { dir: git::index_dir(root), own: Mutex::default(), n_indexed: AtomicUsize::new(0), n_threads: 0 }
    }
}

impl Project {
    /// From now on, reads many files in so many threads; 0 is one for each core.
    pub fn read_in(&mut self, n_threads: usize) {
        self.shelf.n_threads = n_threads;
    }

    /// How many files were read to learn which words they hold.
    pub fn n_indexed(&self) -> usize {
        self.shelf.n_indexed.load(Ordering::Relaxed)
    }

    /// The project's own files with this extension that hold what is `wanted`, sorted, at most `most` of them. Copies of dependencies do
    /// not count.
    pub fn holders(&self, wanted: &Wanted, extension: &str, most: usize) -> Vec<RepoPath> {
        if wanted.word.is_empty() {
            return Vec::new();
        }
        let own = self.own(extension);
        if wanted.role == Role::Module {
            return own.paths.iter().filter(|path| is_module(path, &wanted.word)).take(most).cloned().collect();
        }
        let holds = |path: &&RepoPath| self.read(path).is_ok_and(|text| symbols::holds(extension, &text, wanted));
        match &own.index {
            Some(index) => index.holders(wanted).filter(holds).take(most).cloned().collect(),
            None => own.paths.iter().filter(holds).take(most).cloned().collect(),
        }
    }

    /// The first `most` of the project's own files with this extension that hold any of `words` as a whole word.
    pub fn find_any(&self, words: &BTreeSet<String>, extension: &str, most: usize) -> Vec<RepoPath> {
        let wanted: Vec<Wanted> =
            words.iter().filter(|word| !word.is_empty()).map(|word| Wanted::new(Role::Anywhere, word.as_str())).collect();
        let Ok(finder) = aho_corasick::AhoCorasick::new(wanted.iter().map(|wanted| &wanted.word)) else { return Vec::new() };
        let holds = |path: &&RepoPath| {
            self.read(path).is_ok_and(|text| finder.find_overlapping_iter(&*text).any(|found| is_word(&text, found.start(), found.len())))
        };
        let own = self.own(extension);
        match &own.index {
            Some(index) => {
                let any: BTreeSet<&RepoPath> = wanted.iter().flat_map(|wanted| index.holders(wanted)).collect();
                any.into_iter().filter(holds).take(most).cloned().collect()
            }
            None => own.paths.iter().filter(holds).take(most).cloned().collect(),
        }
    }

    /// The files with this extension and what is known of them. Like the bytes of a file, that does not change while the project is open.
    fn own(&self, extension: &str) -> Arc<Own> {
        let mut known = self.shelf.own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = known.get(extension) {
            return own.clone();
        }
        let is_own = |path: &&RepoPath| path.extension() == extension && !is_vendored(path);
        let paths: Vec<RepoPath> = self.files.iter().filter(is_own).cloned().collect();
        let index = (paths.len() >= INDEXED_FROM).then(|| self.index(&paths, extension));
        let own = Arc::new(Own { paths, index });
        known.insert(extension.to_owned(), own.clone());
        own
    }

    fn index(&self, paths: &[RepoPath], extension: &str) -> Index {
        let at = self.shelf.dir.as_ref().map(|dir| dir.join(extension));
        let kept = at.as_deref().and_then(|at| stored::load(at, &self.root)).unwrap_or_default();
        let (index, effort) = kept.brought_up_to_date(&self.root, paths, extension, self.shelf.n_threads);
        self.shelf.n_indexed.fetch_add(effort.n_read, Ordering::Relaxed);
        if let Some(at) = at.filter(|_| effort.is_worth_keeping())
            && let Err(error) = stored::save(&at, &self.root, &index)
        {
            tracing::info!("the index is not kept: {error}");
        }
        index
    }
}

/// Whether `path` may be the file of the module `dotted`.
fn is_module(path: &RepoPath, dotted: &str) -> bool {
    let folder = dotted.replace('.', "/");
    [format!("{folder}.py"), format!("{folder}/__init__.py")].iter().any(|end| {
        let before = path.as_str().strip_suffix(end.as_str());
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::playground::Playground;

    fn found(project: &Project, role: Role, word: &str) -> Vec<String> {
        project.holders(&Wanted::new(role, word), "py", 9).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_word_is_found_whole_and_as_what_is_wanted() {
        let playground = Playground::new();
        playground.write("a.py", "def load(): pass\n");
        playground.write("b.py", "reload()\nload_all()\nload\u{e9}()\n");
        playground.write("c.py", "load()\n");
        playground.write("vendor/d.py", "load()\n");
        let project = Project::open(&playground.root()).unwrap();
        assert_eq!(found(&project, Role::Anywhere, "load"), ["a.py", "c.py"]);
        assert_eq!(found(&project, Role::Definition, "load"), ["a.py"]);
        assert_eq!(found(&project, Role::Call, "load"), ["c.py"]);
        assert!(found(&project, Role::Anywhere, "").is_empty());
        assert_eq!(project.find_any(&["load".to_owned(), "reload".to_owned()].into(), "py", 9).len(), 3);
        assert_eq!(project.find_any(&["load".to_owned()].into(), "py", 1).len(), 1);
        assert_eq!(project.n_indexed(), 0, "a small project has no index");
    }

    #[test]
    fn a_module_is_found_by_its_path_and_nothing_is_read() {
        let playground = Playground::new();
        for path in ["src/pkg/part.py", "pkg/part/__init__.py", "other/xpkg/part.py"] {
            playground.write(path, "");
        }
        let project = Project::open(&playground.root()).unwrap();
        assert_eq!(found(&project, Role::Module, "pkg.part"), ["pkg/part/__init__.py", "src/pkg/part.py"]);
        assert_eq!(project.n_read(), 0);
    }

    /// A project of many files, whose index is kept in `dir`.
    fn large(root: &Path, dir: &Path) -> Project {
        let mut project = Project::open(root).unwrap();
        project.shelf.dir = Some(dir.to_owned());
        project
    }

    #[test]
    fn a_large_project_is_searched_by_an_index_that_is_kept() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for n in 0..INDEXED_FROM {
            let text = if n % 100 == 3 { format!("class Wanted{n}:\n    pass\n") } else { format!("x = Wanted3({n})\n") };
            std::fs::write(folder.path().join(format!("m{n:03}.py")), text).unwrap();
        }
        let project = large(folder.path(), cache.path());
        assert_eq!(found(&project, Role::Definition, "Wanted3"), ["m003.py"]);
        assert_eq!((project.n_read(), project.n_indexed()), (1, INDEXED_FROM));
        assert_eq!(found(&project, Role::Call, "Wanted3").len(), 9);
        let names = ["Wanted103".to_owned(), "Wanted203".to_owned()].into();
        assert_eq!(project.find_any(&names, "py", 9).len(), 2);
        let kept = stored::load(&cache.path().join("py"), &project.root).unwrap();
        assert_eq!(kept.entries.len(), INDEXED_FROM);
        std::fs::write(folder.path().join("m000.py"), "class Wanted3: pass\n").unwrap();
        let again = large(folder.path(), cache.path());
        assert_eq!(found(&again, Role::Definition, "Wanted3"), ["m000.py", "m003.py"]);
    }

    #[test]
    fn without_a_place_to_keep_it_the_answers_are_the_same() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for n in 0..INDEXED_FROM {
            std::fs::write(folder.path().join(format!("m{n:03}.py")), format!("def f{}(): pass\n", n % 50)).unwrap();
        }
        std::fs::write(cache.path().join("file"), "no folder").unwrap();
        let mut homeless = Project::open(folder.path()).unwrap();
        homeless.shelf.dir = None;
        for project in [large(folder.path(), &cache.path().join("file")), homeless] {
            assert_eq!(found(&project, Role::Definition, "f7").len(), INDEXED_FROM / 50);
            assert!(found(&project, Role::Call, "f7").is_empty());
        }
        std::fs::create_dir(cache.path().join("kept")).unwrap();
        std::fs::write(cache.path().join("kept/py"), "no index").unwrap();
        let project = large(folder.path(), &cache.path().join("kept"));
        assert_eq!(found(&project, Role::Definition, "f7").len(), INDEXED_FROM / 50);
        assert!(stored::load(&cache.path().join("kept/py"), &project.root).is_some(), "a broken one is replaced");
    }
}
