//! Files of the throw-away tree as they stood there, and as they are written over.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::text::RepoPath;

/// The files that are read and written; what is written stays until the tree is laid anew.
#[derive(Debug)]
pub(super) struct Tree<'b> {
    root: &'b Path,
    originals: BTreeMap<RepoPath, Arc<[u8]>>,
    written: BTreeMap<RepoPath, Vec<u8>>,
}

impl<'b> Tree<'b> {
    /// The tree at `root`, of which nothing was written over.
    pub(super) fn new(root: &'b Path) -> Tree<'b> {
        Tree { root, originals: BTreeMap::new(), written: BTreeMap::new() }
    }

    /// The bytes of a file as it stood there; none if it is no file of the tree.
    pub(super) fn original(&mut self, path: &RepoPath) -> Option<Arc<[u8]>> {
        if !self.originals.contains_key(path) {
            let file = path.below(self.root);
            // A link may lead into the user's own tree.
            let is_here = file.parent().and_then(|folder| folder.canonicalize().ok()).is_some_and(|folder| folder.starts_with(self.root));
            if !is_here || !file.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
                return None;
            }
            self.originals.insert(path.clone(), fs::read(file).ok()?.into());
        }
        self.originals.get(path).cloned()
    }

    /// Writes `files`, and what stood there to all others that were written before. A file that is right already stays untouched.
    pub(super) fn put(&mut self, mut files: BTreeMap<RepoPath, Vec<u8>>) -> io::Result<()> {
        for path in self.written.keys().filter(|path| !files.contains_key(path)).cloned().collect::<Vec<_>>() {
            let original = self.original(&path).ok_or(io::ErrorKind::NotFound)?;
            files.insert(path, original.to_vec());
        }
        for (path, bytes) in files {
            if self.written.get(&path) == Some(&bytes) {
                continue;
            }
            let file = path.below(self.root);
            // Removed first: the file may be one of several names of the same bytes.
            fs::remove_file(&file)?;
            fs::write(&file, &bytes)?;
            self.written.insert(path, bytes);
        }
        Ok(())
    }
}
