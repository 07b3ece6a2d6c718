//! How cargo would have run a program: its arguments, its folder, its environment, as a recorder in its place has noted them.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::process::Environment;

const SCRIPT: &str = include_str!("recorder.sh");

/// A place where cargo's runs are recorded; stable, since it lies in the build folder.
#[derive(Debug)]
pub(super) struct Recorder {
    folder: PathBuf,
}

/// One run that cargo would have made.
#[derive(Debug)]
pub(super) struct Record {
    /// Program and arguments.
    pub(super) argv: Vec<OsString>,
    /// Where.
    pub(super) cwd: PathBuf,
    /// With which variables.
    pub(super) env: Environment,
}

impl Recorder {
    /// An empty recorder in `build`.
    pub(super) fn set_up(build: &Path) -> io::Result<Recorder> {
        let folder = build.join("homeostasis");
        let recorder = Recorder { folder };
        let records = recorder.records();
        if records.exists() {
            fs::remove_dir_all(&records)?;
        }
        fs::create_dir_all(&records)?;
        fs::write(recorder.script(), SCRIPT)?;
        fs::set_permissions(recorder.script(), fs::Permissions::from_mode(0o755))?;
        Ok(recorder)
    }

    /// The program that stands for others.
    pub(super) fn script(&self) -> PathBuf {
        self.folder.join("recorder.sh")
    }

    fn records(&self) -> PathBuf {
        self.folder.join("records")
    }

    /// What was recorded, in order.
    pub(super) fn read(&self) -> io::Result<Vec<Record>> {
        let n_records = fs::read_dir(self.records())?.count();
        (0..n_records).map(|n| self.record(&self.records().join(n.to_string()))).collect()
    }

    fn record(&self, folder: &Path) -> io::Result<Record> {
        let words = |name: &str| -> io::Result<Vec<OsString>> {
            let bytes = fs::read(folder.join(name))?;
            let words = bytes.strip_suffix(b"\0").unwrap_or(&bytes).split(|&byte| byte == 0);
            Ok(words.map(|word| OsString::from_vec(word.to_vec())).collect())
        };
        let mut cwd = fs::read(folder.join("cwd"))?;
        cwd.pop();
        // The shell and the recorder itself come first.
        let script = self.script();
        let argv = words("cmdline")?.into_iter().skip_while(|word| *word != script.as_os_str()).skip(1).collect();
        let mut env = Environment::empty();
        for entry in words("environ")? {
            let mut name = entry.into_vec();
            let Some(at) = name.iter().position(|&byte| byte == b'=') else { continue };
            let value = name.split_off(at + 1);
            name.pop();
            env.set(OsString::from_vec(name), OsString::from_vec(value));
        }
        Ok(Record { argv, cwd: PathBuf::from(OsString::from_vec(cwd)), env })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Command, Interrupt, run};

    #[test]
    fn a_run_is_recorded_with_its_words_its_folder_and_its_variables() {
        let build = tempfile::tempdir().unwrap();
        let recorder = Recorder::set_up(build.path()).unwrap();
        let cwd = build.path().canonicalize().unwrap();
        let script = recorder.script();
        for n in ["1", "2"] {
            let env = Environment::empty().with("PATH", "/usr/bin:/bin").with("ODD", "a=b\nc");
            let argv = [script.as_os_str(), "a b".as_ref(), "".as_ref(), n.as_ref()];
            run(&Command::new(argv, &cwd, env), &Interrupt::never()).unwrap();
        }
        let records = recorder.read().unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(records[1].argv, ["a b", "", "2"]);
        assert_eq!(records[1].cwd, cwd);
        assert_eq!(records[1].env.get("ODD"), Some("a=b\nc".as_ref()));
    }
}
