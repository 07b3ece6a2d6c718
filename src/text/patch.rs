//! A patch: whole files before and after, so that nobody has to guess what a hunk meant.
//!
//! Two patches of one text are joined by the edits that made them, where these are known, and else by what differs: the same text may come
//! of an insertion at more than one place (`aa` into `aaa`), and only the one who made it knows at which.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{ByteSpan, Edit, EditError, EditSet, RepoPath, unified};

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

/// Changes to existing files: in order of their paths, each file once, each really changed. Equal are patches that make the same texts.
#[derive(Debug, Clone)]
pub struct Patch {
    files: Vec<FilePatch>,
    /// The edits that made a file, where they are known.
    edits: BTreeMap<RepoPath, EditSet>,
}

impl PartialEq for Patch {
    fn eq(&self, other: &Patch) -> bool {
        self.files == other.files
    }
}

impl Eq for Patch {}

impl PartialOrd for Patch {
    fn partial_cmp(&self, other: &Patch) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Patch {
    fn cmp(&self, other: &Patch) -> Ordering {
        self.files.cmp(&other.files)
    }
}

impl Hash for Patch {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.files.hash(state);
    }
}

impl Patch {
    /// Makes the patch that turns each file's `before` into its `after`; unchanged files are left out.
    ///
    /// # Panics
    /// When a path comes twice: one file has one future.
    pub fn new(mut files: Vec<FilePatch>) -> Patch {
        files.retain(|file| file.before != file.after);
        files.sort();
        assert!(files.windows(2).all(|pair| pair[0].path != pair[1].path), "a patch names each file once");
        Patch { files, edits: BTreeMap::new() }
    }

    /// The patch that makes `edits` in one file.
    ///
    /// # Errors
    /// [`EditError::Outside`] when the edits are not of this text.
    pub fn of_edits(path: RepoPath, before: &Arc<[u8]>, edits: &EditSet) -> Result<Patch, EditError> {
        let after = edits.apply(before)?.into();
        Ok(Patch::new(vec![FilePatch { path, before: before.clone(), after }]))
    }

    /// The patch that makes edits in files, each with its path and its bytes, and that is joined with another such patch by these edits and
    /// not by what differs.
    ///
    /// # Errors
    /// [`EditError::Outside`] when the edits are not of this text.
    ///
    /// # Panics
    /// When a path comes twice.
    pub fn exact<'e>(made: impl IntoIterator<Item = (RepoPath, &'e Arc<[u8]>, &'e EditSet)>) -> Result<Patch, EditError> {
        let mut edits = BTreeMap::new();
        let mut files = Vec::new();
        for (path, before, set) in made {
            files.push(FilePatch { path: path.clone(), before: before.clone(), after: set.apply(before)?.into() });
            edits.insert(path, set.clone());
        }
        Ok(Patch { edits, ..Patch::new(files) })
    }

    /// The files in order of their paths.
    pub fn files(&self) -> &[FilePatch] {
        &self.files
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// This patch and then `next`, whose `before` is this one's `after` where they share a file.
    ///
    /// None where `next` was made for another text.
    pub fn then(&self, next: &Patch) -> Option<Patch> {
        let (mut files, mut edits) = (self.files.clone(), self.edits.clone());
        for new in &next.files {
            match files.iter_mut().find(|file| file.path == new.path) {
                Some(file) if file.after == new.before => {
                    file.after = new.after.clone();
                    edits.remove(&new.path);
                }
                Some(_) => return None,
                None => {
                    files.push(new.clone());
                    edits.extend(next.edits.get(&new.path).map(|set| (new.path.clone(), set.clone())));
                }
            }
        }
        Some(Patch { edits, ..Patch::new(files) })
    }

    /// This patch and `other`, both made for one text, as one; what both change alike is changed once.
    ///
    /// None where they want the same bytes, or were made for different texts.
    pub fn beside(&self, other: &Patch) -> Option<Patch> {
        let (mut files, mut edits) = (self.files.clone(), self.edits.clone());
        for new in &other.files {
            match files.iter_mut().find(|file| file.path == new.path) {
                Some(file) if file.before == new.before => {
                    let both = self.joined(file, other, new)?;
                    file.after = both.apply(&file.before).ok()?.into();
                    edits.insert(new.path.clone(), both);
                }
                Some(_) => return None,
                None => {
                    files.push(new.clone());
                    edits.extend(other.edits.get(&new.path).map(|set| (new.path.clone(), set.clone())));
                }
            }
        }
        Some(Patch { edits, ..Patch::new(files) })
    }

    /// The edits of both patches in one file: the known ones of both, as rustfix joins them, or else what differs.
    fn joined(&self, file: &FilePatch, other: &Patch, new: &FilePatch) -> Option<EditSet> {
        if let (Some(ours), Some(theirs)) = (self.edits.get(&file.path), other.edits.get(&file.path)) {
            return ours.union(theirs).ok();
        }
        EditSet::new(hunks(&file.before, &file.after)?.into_iter().chain(hunks(&new.before, &new.after)?).collect()).ok()
    }

    /// The patch as `git diff` prints it, three lines of context.
    pub fn diff(&self) -> Vec<u8> {
        self.files.iter().flat_map(unified).collect()
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

/// The edits that lead from one text to another, as small as whole lines and their unchanged ends allow. None where a new text is no UTF-8.
fn hunks(before: &[u8], after: &[u8]) -> Option<Vec<Edit>> {
    let lines = |text: &'_ [u8]| -> Vec<std::ops::Range<usize>> {
        let ends = text.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(at, _)| at + 1).chain([text.len()]);
        let mut start = 0;
        ends.map(|end| std::mem::replace(&mut start, end)..end).filter(|line| !line.is_empty()).collect()
    };
    let (old, new) = (lines(before), lines(after));
    let texts = |text: &'_ [u8], lines: &[std::ops::Range<usize>]| lines.iter().map(|line| text[line.clone()].to_vec()).collect::<Vec<_>>();
    let ops = similar::capture_diff_slices(similar::Algorithm::Myers, &texts(before, &old), &texts(after, &new));
    let span = |lines: &[std::ops::Range<usize>], range: std::ops::Range<usize>, len: usize| {
        let start = lines.get(range.start).map_or(len, |line| line.start);
        start..range.end.checked_sub(1).filter(|_| !range.is_empty()).and_then(|last| lines.get(last)).map_or(start, |line| line.end)
    };
    let changed = ops.iter().filter(|op| op.tag() != similar::DiffTag::Equal);
    changed
        .map(|op| {
            let (mut gone, mut come) = (span(&old, op.old_range(), before.len()), span(&new, op.new_range(), after.len()));
            let is_alike = |one: usize, two: usize| before[one] == after[two];
            while !gone.is_empty() && !come.is_empty() && is_alike(gone.start, come.start) {
                (gone.start, come.start) = (gone.start + 1, come.start + 1);
            }
            while !gone.is_empty() && !come.is_empty() && is_alike(gone.end - 1, come.end - 1) {
                (gone.end, come.end) = (gone.end - 1, come.end - 1);
            }
            // No edit may begin or end inside a character.
            let is_inside = |text: &[u8], at: usize| text.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
            while is_inside(before, gone.start) || is_inside(after, come.start) {
                (gone.start, come.start) = (gone.start - 1, come.start - 1);
            }
            while is_inside(before, gone.end) || is_inside(after, come.end) {
                (gone.end, come.end) = (gone.end + 1, come.end + 1);
            }
            let text = String::from_utf8(after[come].to_vec()).ok()?;
            Some(Edit { span: ByteSpan::new(gone.start, gone.end), text })
        })
        .collect()
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
    fn two_patches_of_one_text_join_where_they_want_different_bytes() {
        let text = "use a;\nf(x, y);\ng(\u{e4});\n";
        let (one, two) = (change("a", text, &text.replace('x', "&x")), change("a", text, &text.replace('y', "&y")));
        let both = one.beside(&two).unwrap();
        assert_eq!(&*both.files()[0].after, "use a;\nf(&x, &y);\ng(\u{e4});\n".as_bytes());
        let import = |name: &str| change("a", text, &format!("use {name};\n{text}"));
        assert_eq!(import("b").beside(&import("b")), Some(import("b")), "the same import serves both");
        assert_eq!(import("b").beside(&import("c")), None, "nobody knows their order");
        assert_eq!(one.beside(&change("a", text, &text.replace('x', "*x"))), None);
        let umlaut = change("a", text, &text.replace('\u{e4}', "\u{f6}"));
        assert_eq!(&*umlaut.beside(&one).unwrap().files()[0].after, "use a;\nf(&x, y);\ng(\u{f6});\n".as_bytes());
        assert_eq!(one.beside(&change("b", "1", "2")).unwrap().files().len(), 2);
        assert_eq!(one.beside(&change("a", "other", "text")), None);
    }

    #[test]
    fn edits_that_are_known_say_where_an_insertion_stands() {
        let before: Arc<[u8]> = Arc::from(&b"aa"[..]);
        let insert = |at: usize, text: &str| {
            let set = EditSet::one(ByteSpan::new(at, at), text);
            Patch::exact([(RepoPath::new("a").unwrap(), &before, &set)]).unwrap()
        };
        assert_eq!(&*insert(0, "a").beside(&insert(1, "x")).unwrap().files()[0].after, b"aaxa");
        assert_eq!(insert(0, "a"), insert(2, "a"), "the texts are the same");
        let both = insert(0, "a").beside(&insert(1, "x")).and_then(|both| both.beside(&insert(2, "y"))).unwrap();
        assert_eq!(&*both.files()[0].after, b"aaxay");
        let set = EditSet::one(ByteSpan::new(0, 2), "aab");
        let whole = Patch::exact([(RepoPath::new("a").unwrap(), &before, &set)]).unwrap();
        assert_eq!(whole.beside(&insert(1, "x")), None, "it stands inside of what is replaced");
    }

    #[test]
    fn size_counts_changed_lines_even_when_they_look_like_headers() {
        assert_eq!(change("a", "-- x\nb\n", "-- y\n++ z\nb\n").size(), (1, 2));
    }
}
