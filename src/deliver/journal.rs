//! What a run is about to write, on the disk before it writes: the way back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::check::Target;
use super::error::disk;
use super::file::{JournalEntry, JournalFile};
use super::lock::make_dirs;
use super::replace::write_synced;
use super::steps::{Failure, Steps, step};
use super::{DeliverError, Tree};
use crate::text::{Patch, RepoPath};

const NAME: &str = "journal.json";

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Some files may be new.
    Applying,
    /// All files are new.
    Applied,
    /// All files are old: the run failed or was killed.
    RolledBack,
    /// Some files may be old again.
    Undoing,
    /// All files are old: the user took it back.
    Undone,
}

/// The journal of one run.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) run: String,
    /// The folder that holds it and the old bytes.
    pub(super) dir: PathBuf,
    pub(super) state: State,
    pub(super) entries: Vec<Entry>,
    /// The top folder of the tree, as text.
    root: String,
}

/// One file of a journal.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: RepoPath,
    pub(super) before: blake3::Hash,
    pub(super) after: blake3::Hash,
    pub(super) mode: u32,
    pub(super) owner: (u32, u32),
}

impl State {
    const ALL: [(State, &str); 5] = [
        (State::Applying, "applying"),
        (State::Applied, "applied"),
        (State::RolledBack, "rolled-back"),
        (State::Undoing, "undoing"),
        (State::Undone, "undone"),
    ];

    fn name(self) -> &'static str {
        State::ALL.iter().find(|(state, _)| *state == self).expect("the table holds every state").1
    }

    fn of(name: &str) -> Option<State> {
        State::ALL.iter().find(|(_, other)| *other == name).map(|(state, _)| *state)
    }
}

impl Journal {
    /// Writes the old bytes and then the journal; from then on the run can be taken back.
    pub(super) fn begin(tree: &Tree<'_>, patch: &Patch, targets: &[Target], run: &str, steps: &mut dyn Steps) -> Result<Journal, Failure> {
        let dir = dir_of(tree.state_dir, run)?;
        if dir.join(NAME).exists() {
            return Err(DeliverError::RunTaken { run: run.to_owned() }.into());
        }
        step(steps, "make the folder of the run")?;
        make_dirs(&dir).map_err(disk("make the folder", &dir))?;
        let entries = patch.files().iter().zip(targets).map(|(file, target)| Entry {
            path: file.path.clone(),
            before: blake3::hash(&file.before),
            after: blake3::hash(&file.after),
            mode: target.mode,
            owner: target.owner,
        });
        let root = tree.root.to_string_lossy().into_owned();
        let mut journal = Journal { run: run.to_owned(), dir, state: State::Applying, entries: entries.collect(), root };
        for (n, file) in patch.files().iter().enumerate() {
            step(steps, "keep the old bytes")?;
            let place = journal.before(n);
            write_synced(&place, &file.before).map_err(disk("write", &place))?;
        }
        journal.mark(State::Applying, steps)?;
        Ok(journal)
    }

    /// Where the old bytes of file `n` are.
    pub(super) fn before(&self, n: usize) -> PathBuf {
        self.dir.join(format!("{n}.before"))
    }

    /// Writes `state` down, in one step for whoever reads it.
    pub(super) fn mark(&mut self, state: State, steps: &mut dyn Steps) -> Result<(), Failure> {
        self.state = state;
        let (path, temporary) = (self.dir.join(NAME), self.dir.join("journal.new"));
        let text = serde_json::to_vec_pretty(&self.to_file()).expect("texts and numbers become JSON");
        step(steps, "write the journal")?;
        write_synced(&temporary, &text).map_err(disk("write", &temporary))?;
        step(steps, "put the journal into place")?;
        fs::rename(&temporary, &path).map_err(disk("write", &path))?;
        // The folder of the run, `runs`, and the state folder: each may be new.
        for dir in self.dir.ancestors().take(3) {
            sync_dir(dir)?;
        }
        Ok(())
    }

    fn to_file(&self) -> JournalFile {
        let file = |entry: &Entry| JournalEntry {
            path: entry.path.to_string(),
            before: entry.before.to_hex().to_string(),
            after: entry.after.to_hex().to_string(),
            mode: entry.mode,
            user: entry.owner.0,
            group: entry.owner.1,
        };
        JournalFile {
            version: 1,
            state: self.state.name().to_owned(),
            root: self.root.clone(),
            files: self.entries.iter().map(file).collect(),
        }
    }

    fn read(dir: PathBuf) -> Result<Option<Journal>, DeliverError> {
        let path = dir.join(NAME);
        // A folder without a journal holds old bytes that nothing was written over.
        let Ok(text) = fs::read(&path) else { return Ok(None) };
        let bad = |source| DeliverError::Journal { path: path.clone(), source };
        let file: JournalFile = serde_json::from_slice(&text).map_err(bad)?;
        let wrong = || bad(serde::de::Error::custom("a state, path or hash is not possible"));
        let state = State::of(&file.state).ok_or_else(wrong)?;
        let entries = file.files.iter().map(|entry| entry_of(entry).ok_or_else(wrong)).collect::<Result<_, _>>()?;
        let run = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Journal { run, dir, state, entries, root: file.root }))
    }
}

/// The journals of this tree whose run was killed, oldest first.
pub(super) fn unfinished(tree: &Tree<'_>) -> Result<Vec<Journal>, DeliverError> {
    let mut journals = all(tree)?;
    journals.retain(|journal| matches!(journal.state, State::Applying | State::Undoing));
    Ok(journals)
}

/// The journal of the run `run`, or of the newest one, if its patch is in this tree.
pub(super) fn applied(tree: &Tree<'_>, run: Option<&str>) -> Result<Journal, DeliverError> {
    let mut journals = all(tree)?;
    journals.retain(|journal| journal.state == State::Applied && run.is_none_or(|run| run == journal.run));
    journals.pop().ok_or_else(|| DeliverError::NoRun { run: run.map(str::to_owned) })
}

fn all(tree: &Tree<'_>) -> Result<Vec<Journal>, DeliverError> {
    let Ok(runs) = fs::read_dir(tree.state_dir.join("runs")) else { return Ok(Vec::new()) };
    let mut dirs: Vec<(std::time::SystemTime, PathBuf)> = Vec::new();
    for path in runs.flatten().map(|entry| entry.path()) {
        // The old bytes are written once, so their time is that of the run.
        let time = path.join("0.before").metadata().and_then(|meta| meta.modified()).unwrap_or(std::time::UNIX_EPOCH);
        dirs.push((time, path));
    }
    dirs.sort();
    let mut journals = Vec::new();
    for (_, dir) in dirs {
        journals.extend(Journal::read(dir)?);
    }
    let root = tree.root.to_string_lossy();
    journals.retain(|journal| journal.root == root);
    Ok(journals)
}

fn entry_of(entry: &JournalEntry) -> Option<Entry> {
    Some(Entry {
        path: RepoPath::new(&entry.path).ok()?,
        before: blake3::Hash::from_hex(&entry.before).ok()?,
        after: blake3::Hash::from_hex(&entry.after).ok()?,
        mode: entry.mode,
        owner: (entry.user, entry.group),
    })
}

/// The folder of the run `run`, whose name must not lead anywhere else.
fn dir_of(state_dir: &Path, run: &str) -> Result<PathBuf, DeliverError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if run.is_empty() || run.len() > 100 || !run.bytes().all(is_plain) {
        return Err(DeliverError::RunName { run: run.to_owned() });
    }
    Ok(state_dir.join("runs").join(run))
}

/// Makes sure that the disk holds the names in `dir`.
pub(super) fn sync_dir(dir: &Path) -> Result<(), DeliverError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(disk("write", dir))
}
