//! Opens the logs that the person names: files, pipes, the standard input.
//!
//! Every text is read, whatever its encoding, packing and length; what cannot be a log at all is refused with one clear message.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::global::Call;
use crate::explain::Explain;
use crate::heal::{LogInput, Source};
use crate::report::Step;

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    /// The system refused.
    #[error("cannot read the log {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is a folder.
    #[error("{} is a folder, not a log", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
    },
    /// It is compressed, and is to be followed.
    #[error("{} is packed: it does not grow line by line", path.display())]
    Packed {
        /// Which.
        path: PathBuf,
    },
    /// Neither a log nor a pipe.
    #[error("no log to read: none was named, and the standard input is a terminal")]
    NoLog,
}

impl Explain for InputError {
    fn hint(&self) -> Option<String> {
        match self {
            InputError::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("name a file, or `-` for the standard input".to_owned())
            }
            InputError::Unreadable { .. } => {
                Some("name a file that you may read, or pipe the log: `CMD 2>&1 | homeostasis ...`".to_owned())
            }
            InputError::Folder { .. } => Some("name the file; `-C DIR` says where the project is".to_owned()),
            InputError::Packed { .. } => Some("leave `--follow` out, or follow the log that is still written".to_owned()),
            InputError::NoLog => Some("write `homeostasis analyze build.log`, or `CMD 2>&1 | homeostasis analyze`".to_owned()),
        }
    }
}

/// Logs that are open, and how long they are in all, where that is known.
pub(super) struct Input {
    /// In the order in which they were named.
    pub sources: Vec<Source<'static>>,
    /// Bytes, as they lie on the disk.
    pub n_bytes: Option<u64>,
}

/// The logs that `analyze` is to read: those named, else the standard input unless that is a terminal.
pub(super) fn logs(named: &[PathBuf], call: &Call) -> Result<Input, InputError> {
    if named.is_empty() && io::stdin().is_terminal() {
        return Err(InputError::NoLog);
    }
    let stdin = [PathBuf::from("-")];
    let named = if named.is_empty() { &stdin } else { named };
    let opened = named.iter().map(|path| open(path, call)).collect::<Result<Vec<_>, _>>()?;
    let n_bytes = opened.iter().map(|(_, n_bytes)| *n_bytes).sum();
    Ok(Input { sources: opened.into_iter().map(|(source, _)| source).collect(), n_bytes })
}

/// The log at `path`, read whole; `-` is the standard input.
pub(super) fn log(path: &Path, call: &mut Call) -> Result<LogInput, Failure> {
    let (source, _) = open(path, call)?;
    call.step(&Step::Phase("reading the log"));
    Ok(LogInput::read(source, call.jobs())?)
}

/// The log at `path`, and its length if it is a file.
fn open(path: &Path, call: &Call) -> Result<(Source<'static>, Option<u64>), InputError> {
    if path == Path::new("-") {
        return Ok((Source { name: "the standard input".to_owned(), bytes: Box::new(io::stdin()) }, None));
    }
    let name = path.display().to_string();
    let place = call.path(path);
    let unreadable = |source| InputError::Unreadable { path: path.to_owned(), source };
    if place.is_dir() {
        return Err(InputError::Folder { path: path.to_owned() });
    }
    let file = File::open(&place).map_err(unreadable)?;
    let n_bytes = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|found| found.len());
    Ok((Source { name, bytes: Box::new(file) }, n_bytes))
}
