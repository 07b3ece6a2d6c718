//! For each file the words that it holds, as numbers, and how the file was when they were read.
//!
//! A file whose size, times and inode are as they were holds the words that it held. That is true unless it changed within the grain of
//! the disk's clock after it was read; so a file that was that young when it was read is read again the next time.
//!
//! Source: git, `Documentation/technical/racy-git.txt`.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::read::read_below;
use crate::symbols::{self, Seen, Wanted};
use crate::text::RepoPath;

/// The times of a file move in such steps where they have parts of a second: a tick of the kernel is at most 10 ms.
const FINE_GRAIN: Duration = Duration::from_millis(100);
/// And in such where they do not: FAT counts in two seconds.
const COARSE_GRAIN: Duration = Duration::from_secs(3);
/// So many files are rather read again each time than the whole index written for them.
const MAX_UNKEPT: usize = 50;
/// More threads than this wait for each other's disk.
const MAX_THREADS: usize = 8;

/// The words of files, sorted by path.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) entries: Vec<Entry>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: RepoPath,
    pub(super) stamp: Stamp,
    /// Whether the file was old enough when it was read that a later change shows in its stamp.
    pub(super) is_settled: bool,
    /// The first half of the hash of its bytes.
    pub(super) content: [u8; 16],
    /// Each word as a number: 28 bits of its hash, and what it was seen as; sorted, each hash once.
    pub(super) words: Box<[u32]>,
}

/// What changes when a file changes. The time of the last change of the inode is in it, since anybody can set the time of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) inode: u64,
    /// Seconds and nanoseconds: of the bytes, of the inode.
    pub(super) times: [(i64, u32); 2],
}

/// A file beside what is known of it.
enum State {
    /// As it was: the entry's place.
    Unchanged(usize),
    Read(Box<Entry>),
    Unreadable,
}

/// What it took to bring an index up to date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Effort {
    pub(super) n_read: usize,
    /// How many entries went away.
    pub(super) n_gone: usize,
}

impl Effort {
    /// Whether the next run gains more from the new index than it costs to write it.
    pub(super) fn is_worth_keeping(self) -> bool {
        self.n_read + self.n_gone > MAX_UNKEPT
    }
}

impl Stamp {
    fn of(meta: &Metadata) -> Stamp {
        let times = [(meta.mtime(), meta.mtime_nsec()), (meta.ctime(), meta.ctime_nsec())];
        Stamp {
            size: meta.size(),
            inode: meta.ino(),
            times: times.map(|(seconds, nanos)| (seconds, u32::try_from(nanos).unwrap_or_default())),
        }
    }

    /// Whether a change that came after `now` shows in another stamp.
    fn is_settled(&self, now: SystemTime) -> bool {
        let grain = if self.times[1].1 == 0 { COARSE_GRAIN } else { FINE_GRAIN };
        let youngest = self.times.iter().max().copied().unwrap_or_default();
        let since_epoch = Duration::new(u64::try_from(youngest.0).unwrap_or_default(), youngest.1);
        now.duration_since(UNIX_EPOCH).is_ok_and(|now| since_epoch + grain < now)
    }
}

impl Index {
    /// The files that may hold what is wanted, sorted: all that do, and seldom one that does not.
    pub(super) fn holders(&self, wanted: &Wanted) -> impl Iterator<Item = &RepoPath> {
        let mut runs = Vec::new();
        symbols::runs(wanted.word.as_bytes(), &mut |run| runs.push(number(run, Seen::default())));
        // Of several words it takes all; what they are there, the file will tell.
        let role = (runs.len() == 1).then_some(wanted.role);
        let holds = move |entry: &&Entry| runs.iter().all(|run| entry.seen(*run).is_some_and(|seen| role.is_none_or(|role| seen.is(role))));
        self.entries.iter().filter(holds).map(|entry| &entry.path)
    }

    /// The index of `paths`, which are sorted, below `root`: what has not changed is taken over, everything else is read, in
    /// so many threads; 0 is one for each core.
    pub(super) fn brought_up_to_date(self, root: &Path, paths: &[RepoPath], extension: &str, n_threads: usize) -> (Index, Effort) {
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let n_threads = if n_threads == 0 { cores() } else { n_threads }.min(MAX_THREADS);
        let size = paths.len().div_ceil(n_threads).max(1);
        let known = &self;
        let one = |part: &[RepoPath]| part.iter().map(|path| known.state_of(root, path, extension)).collect();
        let parts: Vec<Vec<State>> = thread::scope(|scope| {
            let running: Vec<_> = paths.chunks(size).map(|part| scope.spawn(|| one(part))).collect();
            running.into_iter().map(|thread| thread.join().expect("reading words does not panic")).collect()
        });
        let is_here = |entry: &&Entry| paths.binary_search(&entry.path).is_ok();
        let n_gone = self.entries.len() - self.entries.iter().filter(is_here).count();
        let mut n_read = 0;
        let mut kept: Vec<Option<Entry>> = self.entries.into_iter().map(Some).collect();
        let mut entries = Vec::with_capacity(paths.len());
        for state in parts.into_iter().flatten() {
            n_read += usize::from(!matches!(state, State::Unchanged(_)));
            entries.extend(match state {
                State::Unchanged(at) => kept[at].take(),
                State::Read(entry) => Some(*entry),
                State::Unreadable => None,
            });
        }
        (Index { entries }, Effort { n_read, n_gone })
    }

    /// How one file is now.
    fn state_of(&self, root: &Path, path: &RepoPath, extension: &str) -> State {
        let at = self.entries.binary_search_by(|entry| entry.path.cmp(path)).ok();
        let known = at.map(|at| &self.entries[at]);
        let stamp = || path.below(root).symlink_metadata().ok().filter(Metadata::is_file).map(|meta| Stamp::of(&meta));
        if let Some(at) = at.filter(|at| self.entries[*at].is_settled && stamp() == Some(self.entries[*at].stamp)) {
            return State::Unchanged(at);
        }
        let now = SystemTime::now();
        let Ok((bytes, meta)) = read_below(root, path) else { return State::Unreadable };
        let mut content = [0; 16];
        content.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
        let words = match known {
            Some(known) if known.content == content => known.words.clone(),
            _ => words_of(extension, &bytes),
        };
        let stamp = Stamp::of(&meta);
        State::Read(Box::new(Entry { path: path.clone(), stamp, is_settled: stamp.is_settled(now), content, words }))
    }
}

impl Entry {
    /// As what the word of this number was seen; none where the file does not hold it.
    fn seen(&self, number: u32) -> Option<Seen> {
        let at = self.words.binary_search_by(|word| (word >> Seen::BITS).cmp(&(number >> Seen::BITS))).ok()?;
        Some(Seen::of_bits(self.words[at].to_le_bytes()[0]))
    }
}

/// The numbers of all words of a file.
fn words_of(extension: &str, text: &[u8]) -> Box<[u32]> {
    let mut words = Vec::new();
    symbols::words(extension, text, &mut |word, seen| words.push(number(word, seen)));
    words.sort_unstable();
    words.dedup_by(|next, kept| {
        let is_same = *next >> Seen::BITS == *kept >> Seen::BITS;
        if is_same {
            *kept |= *next;
        }
        is_same
    });
    words.into()
}

/// Source: Fowler, Noll and Vo, FNV-1a of 64 bits.
fn number(word: &[u8], seen: Seen) -> u32 {
    let hash = word.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let folded = (hash ^ (hash >> 32)) as u32;
    folded << Seen::BITS | u32::from(seen.bits())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::symbols::Role;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn holders(index: &Index, role: Role, word: &str) -> Vec<String> {
        index.holders(&Wanted::new(role, word)).map(ToString::to_string).collect()
    }

    /// As if the files had been old when they were read.
    fn settled(mut index: Index) -> Index {
        index.entries.iter_mut().for_each(|entry| entry.is_settled = true);
        index
    }

    #[test]
    fn words_are_found_by_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.py"), "def load(): pass\n").unwrap();
        fs::write(folder.path().join("b.py"), "from a import load\nload(1)\n").unwrap();
        fs::write(folder.path().join("c.py"), "# load the a.load\n").unwrap();
        let paths = ["a.py", "b.py", "c.py", "gone.py"].map(path);
        let (index, effort) = Index::default().brought_up_to_date(folder.path(), &paths, "py", 2);
        assert_eq!(effort, Effort { n_read: 4, n_gone: 0 });
        assert_eq!(holders(&index, Role::Anywhere, "load"), ["a.py", "b.py", "c.py"]);
        assert_eq!(holders(&index, Role::Binding, "load"), ["a.py", "b.py"]);
        assert_eq!(holders(&index, Role::Definition, "load"), ["a.py"]);
        assert_eq!(holders(&index, Role::Call, "load"), ["b.py"]);
        assert_eq!(holders(&index, Role::Anywhere, "a.load"), ["b.py", "c.py"], "all words of it are held");
        assert!(holders(&index, Role::Anywhere, "loa").is_empty());
        let (of_rust, _) = Index::default().brought_up_to_date(folder.path(), &paths, "rs", 2);
        assert_eq!(holders(&of_rust, Role::Definition, "load").len(), 3, "a language whose definitions are not told by letters");
    }

    #[test]
    fn what_has_not_changed_is_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.py", "b.py", "c.py"] {
            fs::write(folder.path().join(name), "x = 1\n").unwrap();
        }
        let paths = ["a.py", "b.py", "c.py"].map(path);
        let index = settled(Index::default().brought_up_to_date(folder.path(), &paths, "py", 2).0);
        let (same, effort) = index.clone().brought_up_to_date(folder.path(), &paths, "py", 2);
        assert_eq!((&same, effort), (&index, Effort::default()));
        fs::write(folder.path().join("b.py"), "longer = 1\n").unwrap();
        let (new, effort) = index.brought_up_to_date(folder.path(), &paths[..2], "py", 2);
        assert_eq!(effort, Effort { n_read: 1, n_gone: 1 });
        assert_eq!(holders(&new, Role::Binding, "longer"), ["b.py"]);
        assert_eq!(holders(&new, Role::Binding, "x"), ["a.py"]);
    }

    #[test]
    fn an_edit_of_the_same_size_in_the_same_moment_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (at, paths) = (folder.path().join("a.py"), [path("a.py")]);
        let mut index = Index::default();
        for n in 0..200 {
            let word = format!("word{:03}", n % 2);
            fs::write(&at, format!("{word} = 1\n")).unwrap();
            index = index.brought_up_to_date(folder.path(), &paths, "py", 2).0;
            assert_eq!(holders(&index, Role::Binding, &word), ["a.py"], "edit {n}");
        }
    }

    #[test]
    fn a_file_whose_time_was_set_back_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (at, paths) = (folder.path().join("a.py"), [path("a.py")]);
        fs::write(&at, "x = 1\n").unwrap();
        let time = fs::metadata(&at).unwrap().modified().unwrap();
        let mut index = settled(Index::default().brought_up_to_date(folder.path(), &paths, "py", 2).0);
        fs::remove_file(&at).unwrap();
        fs::write(folder.path().join("b.py"), "y = 1\n").unwrap();
        fs::rename(folder.path().join("b.py"), &at).unwrap();
        fs::File::options().write(true).open(&at).unwrap().set_modified(time).unwrap();
        // A clock that stands still may give the new file the old one's times and inode; then only its age tells.
        index.entries[0].is_settled &= index.entries[0].stamp != Stamp::of(&fs::metadata(&at).unwrap());
        let index = index.brought_up_to_date(folder.path(), &paths, "py", 2).0;
        assert_eq!(holders(&index, Role::Binding, "y"), ["a.py"]);
    }

    #[test]
    fn only_a_file_older_than_the_grain_of_its_clock_is_believed() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let check = |seconds: i64, nanos: u32, expected| {
            let stamp = Stamp { size: 1, inode: 1, times: [(5, 0), (seconds, nanos)] };
            assert_eq!(stamp.is_settled(now), expected, "{seconds}.{nanos}");
        };
        check(999, 0, false);
        check(990, 0, true);
        check(999, 950_000_000, false);
        check(999, 800_000_000, true);
        check(1000, 1, false);
        check(2000, 1, false);
        let set_ahead = Stamp { size: 1, inode: 1, times: [(2000, 0), (900, 1)] };
        assert!(!set_ahead.is_settled(now));
    }
}
