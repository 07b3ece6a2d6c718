//! A patch: whole files before and after, so that nobody has to guess what a hunk meant.

use std::sync::Arc;

use super::{EditError, EditSet, RepoPath, unified};

/// One file of a patch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePatch {
    /// Which file.
    pub path: RepoPath,
    /// Its bytes before; the file must hold exactly these when the patch is applied.
    pub before: Arc<[u8]>,
    /// Its bytes after.
    pub after: Arc<[u8]>,
}

/// Changes to existing files: in order of their paths, each file once, each really changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Patch(Vec<FilePatch>);

impl Patch {
    /// Makes the patch that turns each file's `before` into its `after`; unchanged files are left out.
    ///
    /// # Panics
    /// When a path comes twice: one file has one future.
    pub fn new(mut files: Vec<FilePatch>) -> Patch {
        files.retain(|file| file.before != file.after);
        files.sort();
        assert!(files.windows(2).all(|pair| pair[0].path != pair[1].path), "a patch names each file once");
        Patch(files)
    }

    /// The patch that makes `edits` in one file.
    ///
    /// # Errors
    /// [`EditError::Outside`] when the edits are not of this text.
    pub fn of_edits(path: RepoPath, before: &Arc<[u8]>, edits: &EditSet) -> Result<Patch, EditError> {
        let after = edits.apply(before)?.into();
        Ok(Patch::new(vec![FilePatch { path, before: before.clone(), after }]))
    }

    /// The files in order of their paths.
    pub fn files(&self) -> &[FilePatch] {
        &self.0
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// This patch and then `next`, whose `before` is this one's `after` where they share a file.
    ///
    /// None where `next` was made for another text.
    pub fn then(&self, next: &Patch) -> Option<Patch> {
        let mut files = self.0.clone();
        for new in &next.0 {
            match files.iter_mut().find(|file| file.path == new.path) {
                Some(file) if file.after == new.before => file.after = new.after.clone(),
                Some(_) => return None,
                None => files.push(new.clone()),
            }
        }
        Some(Patch::new(files))
    }

    /// The patch as `git diff` prints it, three lines of context.
    pub fn diff(&self) -> Vec<u8> {
        self.0.iter().flat_map(unified).collect()
    }

    /// Lines removed and lines added over all files.
    pub fn size(&self) -> (usize, usize) {
        let diff = self.diff();
        let mut size = (0, 0);
        let mut in_hunk = false;
        for line in diff.split(|&byte| byte == b'\n') {
            if line.starts_with(b"diff --git") {
                in_hunk = false;
            } else if line.starts_with(b"@@ ") {
                in_hunk = true;
            } else if in_hunk && line.starts_with(b"-") {
                size.0 += 1;
            } else if in_hunk && line.starts_with(b"+") {
                size.1 += 1;
            }
        }
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, before: &str, after: &str) -> Patch {
        let bytes = |text: &str| Arc::from(text.as_bytes());
        Patch::new(vec![FilePatch { path: RepoPath::new(path).unwrap(), before: bytes(before), after: bytes(after) }])
    }

    #[test]
    fn a_second_patch_builds_on_the_first_or_not_at_all() {
        let first = change("a", "1\n", "2\n");
        let both = first.then(&change("a", "2\n", "3\n")).and_then(|both| both.then(&change("b", "x\n", "y\n"))).unwrap();
        assert_eq!(both.files().len(), 2);
        assert_eq!(&*both.files()[0].after, b"3\n");
        assert_eq!(first.then(&change("a", "1\n", "9\n")), None);
        assert!(first.then(&change("a", "2\n", "1\n")).unwrap().is_empty());
    }

    #[test]
    fn size_counts_changed_lines_even_when_they_look_like_headers() {
        assert_eq!(change("a", "-- x\nb\n", "-- y\n++ z\nb\n").size(), (1, 2));
    }
}
