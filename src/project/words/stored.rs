//! An index as a file: written beside and renamed, so that readers see an old one or a new one; believed only if its own hash is right.
//!
//! Everything is little-endian. A file of another version, of another folder or with a single wrong bit is as good as none.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::index::{Entry, Index, Stamp};
use crate::text::RepoPath;

/// Changes with the form of the file and with what counts as a word or as a definition.
const MAGIC: &[u8] = b"homeostasis words 1\n";
/// The hash at the end.
const N_SEAL: usize = 32;

/// What `save` wrote for `root`; none where there is nothing that can be believed.
pub(super) fn load(at: &Path, root: &Path) -> Option<Index> {
    let bytes = fs::read(at).ok()?;
    let (body, seal) = bytes.split_at_checked(bytes.len().checked_sub(N_SEAL)?)?;
    if blake3::hash(body).as_bytes() != seal {
        return None;
    }
    let mut rest = Rest(body.strip_prefix(MAGIC)?);
    if rest.sized()? != root.as_os_str().as_encoded_bytes() {
        return None;
    }
    let n_entries = rest.number()?;
    let entries: Option<Vec<Entry>> = (0..n_entries).map(|_| rest.entry()).collect();
    Some(Index { entries: entries? })
}

/// Keeps `index` for the next run.
///
/// # Errors
/// What the disk says.
pub(super) fn save(at: &Path, root: &Path, index: &Index) -> io::Result<()> {
    let mut bytes = MAGIC.to_vec();
    put_sized(&mut bytes, root.as_os_str().as_encoded_bytes());
    put(&mut bytes, index.entries.len());
    for entry in &index.entries {
        put_entry(&mut bytes, entry);
    }
    let seal = blake3::hash(&bytes);
    bytes.extend_from_slice(seal.as_bytes());
    if let Some(dir) = at.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    let temporary = at.with_extension(format!("new-{}", std::process::id()));
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary).and_then(|mut file| {
        file.write_all(&bytes)?;
        fs::rename(&temporary, at)
    });
    if written.is_err() {
        // What is left of it is of no use; the error is the writer's.
        fs::remove_file(&temporary).ok();
    }
    written
}

fn put(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_sized(bytes: &mut Vec<u8>, text: &[u8]) {
    put(bytes, text.len());
    bytes.extend_from_slice(text);
}

fn put_entry(bytes: &mut Vec<u8>, entry: &Entry) {
    put_sized(bytes, entry.path.as_str().as_bytes());
    bytes.extend_from_slice(&entry.stamp.size.to_le_bytes());
    bytes.extend_from_slice(&entry.stamp.inode.to_le_bytes());
    for (seconds, nanos) in entry.stamp.times {
        bytes.extend_from_slice(&seconds.to_le_bytes());
        bytes.extend_from_slice(&nanos.to_le_bytes());
    }
    bytes.push(u8::from(entry.is_settled));
    bytes.extend_from_slice(&entry.content);
    put(bytes, entry.words.len());
    for word in &entry.words {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
}

/// What is not read yet.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take(&mut self, n: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }

    fn sized(&mut self) -> Option<&'b [u8]> {
        let n = self.number()?;
        self.take(n)
    }

    fn time(&mut self) -> Option<(i64, u32)> {
        Some((i64::from_le_bytes(self.array()?), u32::from_le_bytes(self.array()?)))
    }

    fn entry(&mut self) -> Option<Entry> {
        let path = RepoPath::new(std::str::from_utf8(self.sized()?).ok()?).ok()?;
        let (size, inode) = (u64::from_le_bytes(self.array()?), u64::from_le_bytes(self.array()?));
        let stamp = Stamp { size, inode, times: [self.time()?, self.time()?] };
        let is_settled = self.array()? == [1];
        let content = self.array()?;
        let n_words = self.number()?;
        let words = self.take(n_words.checked_mul(4)?)?.chunks_exact(4);
        let words = words.map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect();
        Some(Entry { path, stamp, is_settled, content, words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let stamp = Stamp { size: 7, inode: 9, times: [(1, 2), (-3, 4)] };
        let entry = |path: &str, words: &[u32]| Entry {
            path: RepoPath::new(path).unwrap(),
            stamp,
            is_settled: words.len() == 2,
            content: [5; 16],
            words: words.into(),
        };
        Index { entries: vec![entry("a.py", &[]), entry("pkg/b.py", &[8, 4_000_000_000])] }
    }

    #[test]
    fn an_index_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("deep/er/py");
        assert_eq!(load(&at, folder.path()), None);
        save(&at, folder.path(), &index()).unwrap();
        assert_eq!(load(&at, folder.path()), Some(index()));
        assert_eq!(fs::read_dir(at.parent().unwrap()).unwrap().count(), 1, "nothing beside it");
    }

    #[test]
    fn one_that_is_broken_foreign_or_of_another_version_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("py");
        save(&at, folder.path(), &index()).unwrap();
        assert_eq!(load(&at, Path::new("/elsewhere")), None);
        let bytes = fs::read(&at).unwrap();
        for n in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[n] ^= 1;
            fs::write(&at, &broken).unwrap();
            assert_eq!(load(&at, folder.path()), None, "a wrong bit in byte {n}");
            fs::write(&at, &bytes[..n]).unwrap();
            assert_eq!(load(&at, folder.path()), None, "cut at {n}");
        }
        let mut other = bytes[..bytes.len() - N_SEAL].to_vec();
        other[MAGIC.len() - 2] = b'0';
        other.extend_from_slice(blake3::hash(&other).as_bytes());
        fs::write(&at, other).unwrap();
        assert_eq!(load(&at, folder.path()), None);
    }

    #[test]
    fn where_nothing_can_be_written_it_says_so() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        assert!(save(&folder.path().join("file/py"), folder.path(), &index()).is_err());
        fs::create_dir(folder.path().join("py")).unwrap();
        assert!(save(&folder.path().join("py"), folder.path(), &index()).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no half of it stays");
    }
}
