//! What happened before: one record for each run, beside its journal.
//!
//! A record is a report, not a source of truth: one that cannot be read is passed over.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::explain::Explain;

const NAME: &str = "record.json";

/// The records of one project.
#[derive(Debug, Clone)]
pub struct Store {
    /// `runs` in the state folder.
    runs: PathBuf,
}

/// What one run did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunRecord {
    /// Its name; `undo` takes it.
    pub run: String,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// The verb: `fix`, `run`, `hook`.
    pub verb: String,
    /// The outcome, in the words of the report.
    pub outcome: String,
    /// What was wrong, in one line.
    pub title: String,
    /// The rule that wrote the patch.
    pub rule: Option<String>,
    /// The files of the patch.
    pub files: Vec<String>,
    /// The patch, in git's format; secrets are taken out before.
    pub diff: String,
    /// `shown`, `applied`, or the name of the branch.
    pub delivered: String,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// Why a record cannot be written or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk said no.
    #[error("cannot write the record {}", path.display())]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Every name of this second is taken.
    #[error("cannot find a name for a run in {}", path.display())]
    NoName {
        /// The folder of the runs.
        path: PathBuf,
    },
}

impl Explain for StoreError {
    fn hint(&self) -> Option<String> {
        match self {
            StoreError::Disk { .. } => Some("nothing depends on it but `undo` without a name and the list of runs".to_owned()),
            StoreError::NoName { .. } => Some("run it again".to_owned()),
        }
    }
}

/// The time of a run: now, or what `HOMEOSTASIS_NOW` (RFC 3339) says, so that tests and replays can name it.
pub fn now() -> jiff::Timestamp {
    let told = std::env::var("HOMEOSTASIS_NOW").ok().and_then(|text| text.parse().ok());
    told.unwrap_or_else(jiff::Timestamp::now)
}

impl Store {
    /// The records in the state folder `state_dir`, which need not exist.
    pub fn at(state_dir: &Path) -> Store {
        Store { runs: state_dir.join("runs") }
    }

    /// Makes the folder of a new run and returns its name, which sorts by time: `20261122-001530`, then `20261122-001530-2`.
    ///
    /// # Errors
    /// [`StoreError::Disk`], [`StoreError::NoName`].
    pub fn begin(&self, now: jiff::Timestamp) -> Result<String, StoreError> {
        let disk = |source| StoreError::Disk { path: self.runs.clone(), source };
        make_dirs(&self.runs).map_err(disk)?;
        let stem = now.strftime("%Y%m%d-%H%M%S").to_string();
        for n in 1..1000 {
            let run = if n == 1 { stem.clone() } else { format!("{stem}-{n}") };
            match make_dir(&self.runs.join(&run)) {
                Ok(()) => return Ok(run),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(disk(source)),
            }
        }
        Err(StoreError::NoName { path: self.runs.clone() })
    }

    /// Writes the record of a run, in one step for whoever reads it.
    ///
    /// # Errors
    /// [`StoreError::Disk`].
    pub fn save(&self, record: &RunRecord) -> Result<(), StoreError> {
        let dir = self.runs.join(&record.run);
        let (path, temporary) = (dir.join(NAME), dir.join("record.new"));
        let text = serde_json::to_vec_pretty(record).expect("texts and numbers become JSON");
        let write = || {
            make_dirs(&dir)?;
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
            file.write_all(&text)?;
            fs::rename(&temporary, &path)
        };
        write().map_err(|source| StoreError::Disk { path: path.clone(), source })
    }

    /// The record of the run `run`.
    pub fn find(&self, run: &str) -> Option<RunRecord> {
        self.list().into_iter().find(|record| record.run == run)
    }

    /// All records, oldest first.
    pub fn list(&self) -> Vec<RunRecord> {
        let runs = fs::read_dir(&self.runs).into_iter().flatten().flatten();
        // A record that calls itself otherwise than its folder could lead us elsewhere.
        let is_at_home = |record: &RunRecord, dir: &Path| dir.file_name().is_some_and(|name| name == record.run.as_str());
        let read = |dir: PathBuf| {
            let record: RunRecord = serde_json::from_slice(&fs::read(dir.join(NAME)).ok()?).ok()?;
            is_at_home(&record, &dir).then_some(record)
        };
        let mut records: Vec<_> = runs.filter_map(|entry| read(entry.path())).collect();
        records.sort_by(|one, two| (&one.started_at, &one.run).cmp(&(&two.started_at, &two.run)));
        records
    }

    /// The newest record.
    pub fn newest(&self) -> Option<RunRecord> {
        self.list().pop()
    }

    /// Removes the records of all but the newest `n` runs, with their journals. Call it only with the lock of the state folder.
    ///
    /// # Errors
    /// [`StoreError::Disk`].
    pub fn prune(&self, n: usize) -> Result<(), StoreError> {
        let records = self.list();
        for record in &records[..records.len().saturating_sub(n)] {
            let path = self.runs.join(&record.run);
            fs::remove_dir_all(&path).map_err(|source| StoreError::Disk { path: path.clone(), source })?;
        }
        Ok(())
    }
}

fn make_dirs(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

fn make_dir(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(run: &str, started_at: &str) -> RunRecord {
        RunRecord { run: run.to_owned(), started_at: started_at.to_owned(), seconds: 0.5, ..RunRecord::default() }
    }

    #[test]
    fn records_come_back_in_order_and_broken_ones_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        assert_eq!(store.newest(), None);
        let (one, two) = (record("b", "2026-11-21T00:00:00Z"), record("a", "2026-11-22T00:00:00Z"));
        store.save(&two).unwrap();
        store.save(&one).unwrap();
        fs::create_dir(folder.path().join("runs/c")).unwrap();
        fs::write(folder.path().join("runs/c/record.json"), "{ broken").unwrap();
        fs::create_dir(folder.path().join("runs/d")).unwrap();
        fs::write(folder.path().join("runs/d/record.json"), r#"{ "run": "../../home" }"#).unwrap();
        assert_eq!(store.list(), [one.clone(), two.clone()]);
        assert_eq!((store.newest(), store.find("b"), store.find("x")), (Some(two.clone()), Some(one), None));
        store.prune(1).unwrap();
        assert_eq!(store.list(), [two]);
    }

    #[test]
    fn a_record_of_a_later_version_can_be_read() {
        let later = r#"{ "run": "a", "colour": "green" }"#;
        assert_eq!(serde_json::from_str::<RunRecord>(later).unwrap().run, "a");
    }

    #[test]
    fn runs_of_one_second_have_names_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let now = "2026-11-22T00:15:30Z".parse().unwrap();
        assert_eq!([store.begin(now).unwrap(), store.begin(now).unwrap()], ["20261122-001530", "20261122-001530-2"]);
    }
}
