//! Reads the log that the person names: a file, a pipe, or the standard input.
//!
//! Every text is read, whatever its encoding; what cannot be a log at all is refused with one clear message.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::global::Call;
use crate::explain::Explain;
use crate::heal::LogInput;

/// A larger log is refused: it is read whole, and what matters stands at its end.
const MOST_BYTES: u64 = 512 << 20;
/// Bytes that are looked at to tell a text from a binary, as git does.
const LOOKED_AT: usize = 8000;

/// Why a log could not be read.
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
    /// There is nothing in it.
    #[error("{name} is empty")]
    Empty {
        /// As the person names it.
        name: String,
    },
    /// It holds zero bytes.
    #[error("{name} is a binary file, not a log")]
    Binary {
        /// As the person names it.
        name: String,
    },
    /// It is larger than [`MOST_BYTES`].
    #[error("{name} is larger than {} MB", MOST_BYTES >> 20)]
    Large {
        /// As the person names it.
        name: String,
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
            InputError::Empty { .. } => {
                Some("errors often go to stderr: write `CMD > build.log 2>&1`, or `CMD 2>&1 | homeostasis ...`".to_owned())
            }
            InputError::Binary { .. } => Some("name the text that the failing command printed".to_owned()),
            InputError::Large { name } => Some(format!("the end is what counts: `tail -c 50M {name} | homeostasis ...`")),
            InputError::NoLog => Some("write `homeostasis analyze build.log`, or `CMD 2>&1 | homeostasis analyze`".to_owned()),
        }
    }
}

/// The logs that `analyze` is to read: those named, else the standard input unless that is a terminal.
pub(super) fn logs(named: &[PathBuf], call: &Call) -> Result<Vec<LogInput>, Failure> {
    if named.is_empty() {
        if io::stdin().is_terminal() {
            return Err(InputError::NoLog.into());
        }
        return Ok(vec![stdin()?]);
    }
    named.iter().map(|path| log(path, call)).collect()
}

/// The log at `path`; `-` is the standard input.
pub(super) fn log(path: &Path, call: &Call) -> Result<LogInput, Failure> {
    if path == Path::new("-") {
        return stdin();
    }
    let name = path.display().to_string();
    let place = call.path(path);
    let unreadable = |source| InputError::Unreadable { path: path.to_owned(), source };
    if place.is_dir() {
        return Err(InputError::Folder { path: path.to_owned() }.into());
    }
    let bytes = bounded(File::open(&place).map_err(unreadable)?).map_err(unreadable)?;
    Ok(checked(name, bytes)?)
}

fn stdin() -> Result<LogInput, Failure> {
    let unreadable = |source| InputError::Unreadable { path: PathBuf::from("-"), source };
    let bytes = bounded(io::stdin().lock()).map_err(unreadable)?;
    Ok(checked("the standard input".to_owned(), bytes)?)
}

fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn checked(name: String, bytes: Vec<u8>) -> Result<LogInput, InputError> {
    let front = &bytes[..bytes.len().min(LOOKED_AT)];
    // UTF-16 is full of zero bytes, and its byte order mark says so.
    let is_utf16 = front.starts_with(b"\xff\xfe") || front.starts_with(b"\xfe\xff");
    if bytes.trim_ascii().is_empty() {
        Err(InputError::Empty { name })
    } else if !is_utf16 && front.contains(&0) {
        Err(InputError::Binary { name })
    } else if bytes.len() as u64 > MOST_BYTES {
        Err(InputError::Large { name })
    } else {
        Ok(LogInput { name, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], refused: Option<&str>) {
        let read = checked("x.log".to_owned(), bytes.to_vec());
        assert_eq!(read.err().map(|error| error.to_string()).as_deref(), refused);
    }

    #[test]
    fn what_cannot_be_a_log_is_named() {
        check(b"error: x\n", None);
        check(b"\xff\xfee\0r\0", None);
        check(b"caf\xe9 \x1b[31m", None);
        check(b" \n\n", Some("x.log is empty"));
        check(b"\x7fELF\x02\0\0", Some("x.log is a binary file, not a log"));
    }
}
