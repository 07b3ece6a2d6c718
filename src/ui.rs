//! The only room that prints: progress and errors on stderr, the result on stdout.
//!
//! Secrets are covered here once more, in whatever is printed for people; documents for programs come covered text by text.
//!
//! A reader who closes the pipe early is no failure: [`Told::Closed`] says that nobody listens any more.

mod colour;
mod failure;
mod pass;
mod progress;
mod trace;

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anstream::AutoStream;

use crate::explain::Explain;
use crate::redact::{covered, covered_code};
use crate::report::Step;
use progress::Progress;

pub use colour::decide as decide_colour;
pub use pass::{Heard, Stream, pass_through};
pub use trace::{TraceError, log_to_stderr};

/// How much is told, and where.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Nothing on stderr but errors.
    pub is_quiet: bool,
    /// The file that takes the result instead of stdout.
    pub output_file: Option<PathBuf>,
}

/// Whether somebody took what was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It was written.
    Written,
    /// The reader has closed the pipe.
    Closed,
}

/// A result that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum UiError {
    /// The file of `--output-file`.
    #[error("cannot write the report to {}", path.display())]
    OutputFile {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The standard output.
    #[error("cannot write to the standard output")]
    Stdout {
        /// What the system says.
        source: io::Error,
    },
}

impl Explain for UiError {
    fn hint(&self) -> Option<String> {
        match self {
            UiError::OutputFile { .. } => Some("`--output-file` needs a folder that exists and that you may write to".to_owned()),
            UiError::Stdout { .. } => None,
        }
    }
}

/// Talks to the person.
pub struct Ui {
    settings: Settings,
    progress: Progress,
}

impl Ui {
    /// Watches the terminal; prints nothing yet.
    pub fn new(settings: Settings) -> Ui {
        let progress = match (settings.is_quiet, io::stderr().is_terminal()) {
            (true, _) => Progress::silent(),
            (false, true) => Progress::live(),
            (false, false) => Progress::plain(),
        };
        Ui { settings, progress }
    }

    /// Whether the file of `--output-file` can be made, before any work is done; makes nothing.
    ///
    /// # Errors
    /// [`UiError::OutputFile`] when its folder is not there or it is a folder itself.
    pub fn check(&self) -> Result<(), UiError> {
        let Some(path) = &self.settings.output_file else { return Ok(()) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let refused = |kind: io::ErrorKind| Err(UiError::OutputFile { path: path.clone(), source: kind.into() });
        match (folder.is_dir(), path.is_dir()) {
            (false, _) => refused(io::ErrorKind::NotFound),
            (true, true) => refused(io::ErrorKind::IsADirectory),
            (true, false) => Ok(()),
        }
    }

    /// Shows that the job goes on.
    pub fn step(&mut self, step: &Step) {
        self.progress.step(step);
    }

    /// Says something besides the result, on stderr; colours are taken off where the reader has none.
    pub fn aside(&mut self, text: &str) {
        if !self.settings.is_quiet {
            self.progress.clear();
            to_stderr(text);
        }
    }

    /// Prints a result that a person reads; colours are taken off where the reader has none.
    ///
    /// # Errors
    /// [`UiError`].
    pub fn result(&mut self, text: &str) -> Result<Told, UiError> {
        let text = &*covered_code(text);
        if self.settings.output_file.is_some() {
            return self.exact(anstream::adapter::strip_str(text).to_string().as_bytes());
        }
        self.progress.clear();
        let mut out = AutoStream::auto(io::stdout().lock());
        told(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// Prints a result that a program reads, byte for byte.
    ///
    /// # Errors
    /// [`UiError`].
    pub fn exact(&mut self, bytes: &[u8]) -> Result<Told, UiError> {
        self.progress.clear();
        if let Some(path) = &self.settings.output_file {
            let written = std::fs::write(path, bytes);
            return written.map(|()| Told::Written).map_err(|source| UiError::OutputFile { path: path.clone(), source });
        }
        let mut out = io::stdout().lock();
        told(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Prints an error with its causes and the next step, on stderr, even when quiet.
    pub fn failure(&mut self, error: &dyn Explain) {
        self.progress.clear();
        to_stderr(&covered(&failure::text(error)));
    }

    /// Prints clap's own message: help and version on stdout, usage errors on stderr.
    pub fn usage(&mut self, error: &clap::Error) {
        self.progress.clear();
        let text = failure::usage(error);
        if error.use_stderr() {
            to_stderr(&covered(&text));
        } else {
            let mut out = AutoStream::auto(io::stdout().lock());
            // Nobody is left to be told when this fails.
            let _ = out.write_all(text.as_bytes());
        }
    }

    /// Whether the result goes to a file.
    pub fn has_output_file(&self) -> bool {
        self.settings.output_file.is_some()
    }
}

/// Columns of the terminal, or of `COLUMNS`; 120 where neither says.
pub fn width() -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    named.or_else(seen).filter(|&columns| columns >= 40).unwrap_or(120)
}

/// Whether the terminal's language shows more than ASCII: the first of the variables that says anything decides, as in setlocale(3).
pub fn is_unicode() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn told(written: io::Result<()>) -> Result<Told, UiError> {
    match written {
        Ok(()) => Ok(Told::Written),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Told::Closed),
        Err(source) => Err(UiError::Stdout { source }),
    }
}

/// Writes to stderr; a stderr that is gone cannot be complained about.
fn to_stderr(text: &str) {
    let mut err = AutoStream::auto(io::stderr().lock());
    let _ = err.write_all(covered_code(text).as_bytes()).and_then(|()| err.flush());
}
