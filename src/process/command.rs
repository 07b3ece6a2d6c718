//! What to run, and what came of it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Environment;
use crate::explain::Explain;
use crate::judge::Exit;

/// How much of each stream is kept by default: the first and the last half of this many bytes.
const KEPT: usize = 64 << 20;

/// How much a command may write to one stream before it is ended, in bytes.
const WRITTEN: u64 = 4 << 30;

/// A program to run. Its standard input is `/dev/null`.
#[derive(Debug, Clone)]
pub struct Command {
    /// Program and arguments; the program is looked up in the `PATH` of `env`.
    pub argv: Vec<OsString>,
    /// Where it runs.
    pub cwd: PathBuf,
    /// All of its environment.
    pub env: Environment,
    /// Wall time after which it is ended.
    pub deadline: Duration,
    /// A file that it writes its progress to, and how long that may stay as it is; then it is ended as at its deadline.
    pub stall: Option<(PathBuf, Duration)>,
    /// Bytes kept of each stream: half from its beginning, half from its end.
    pub kept: usize,
    /// Bytes that it may write to a stream before it is ended like one that ran over its file size limit.
    pub written: u64,
    /// Whether both streams go to `stdout`, in the order of the writes.
    pub is_merged: bool,
}

impl Command {
    /// A command in `cwd` that may take a minute.
    pub fn new<S: AsRef<OsStr>>(argv: impl IntoIterator<Item = S>, cwd: &Path, env: Environment) -> Command {
        Command {
            argv: argv.into_iter().map(|word| word.as_ref().to_owned()).collect(),
            cwd: cwd.to_owned(),
            env,
            deadline: Duration::from_mins(1),
            stall: None,
            kept: KEPT,
            written: WRITTEN,
            is_merged: false,
        }
    }

    /// The same with another deadline.
    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Command {
        self.deadline = deadline;
        self
    }

    /// The command line for a person, in shell quoting.
    pub fn line(&self) -> String {
        let words: Vec<_> = self.argv.iter().map(|word| word.to_string_lossy()).collect();
        shlex::try_join(words.iter().map(AsRef::as_ref)).unwrap_or_else(|_| words.join(" "))
    }
}

/// A command that is over.
#[derive(Debug, Clone)]
pub struct Finished {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote, cut in the middle if it was too much; see [`Command::kept`].
    pub stdout: Vec<u8>,
    /// The same of the other stream; empty when merged.
    pub stderr: Vec<u8>,
    /// Wall time from start to end.
    pub wall: Duration,
}

/// Why a command did not run to an end of its own or of its deadline.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// There is no such program.
    #[error("program {program:?} not found")]
    NotFound {
        /// As it was asked for.
        program: String,
    },
    /// The folder to run in is not there.
    #[error("cannot run in {cwd}: no such folder")]
    NoFolder {
        /// The folder.
        cwd: PathBuf,
    },
    /// The system refused to start it.
    #[error("cannot start {program:?}")]
    Spawn {
        /// As it was asked for.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// No place for its output.
    #[error("cannot keep the output of {program:?} in {folder}")]
    Scratch {
        /// As it was asked for.
        program: String,
        /// The folder for temporary files.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// We were told to stop.
    #[error("stopped by signal {signal}")]
    Interrupted {
        /// Number of the signal.
        signal: i32,
    },
}

impl Explain for ProcessError {
    fn hint(&self) -> Option<String> {
        match self {
            ProcessError::NotFound { program } => Some(format!("install `{program}`, or put its folder on PATH")),
            ProcessError::Scratch { .. } => Some("free some space, or set TMPDIR to a folder that has it".to_owned()),
            ProcessError::NoFolder { .. } | ProcessError::Spawn { .. } | ProcessError::Interrupted { .. } => None,
        }
    }
}
