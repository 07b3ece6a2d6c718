//! What developers watch: `tracing` on stderr, by `-v` or `HOMEOSTASIS_LOG`.

use std::io::{self, IsTerminal as _, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::explain::Explain;
use crate::redact::covered_code;

/// The variable that sets the filter.
const VARIABLE: &str = "HOMEOSTASIS_LOG";

/// A filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{VARIABLE} is no filter")]
pub struct TraceError {
    source: ParseError,
}

impl Explain for TraceError {
    fn hint(&self) -> Option<String> {
        Some(format!("write {VARIABLE}=debug, or {VARIABLE}=homeostasis::trial=trace"))
    }
}

/// Covers secrets in what passes through. The subscriber writes each trace as a whole, so that none is cut in two.
struct Covered<W>(W);

impl<W: Write> Write for Covered<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(covered_code(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Sends traces to stderr: `HOMEOSTASIS_LOG` decides, else `-v` (1) shows what is done and `-vv` (2) how.
///
/// # Errors
/// [`TraceError`] when the variable holds no filter.
pub fn log_to_stderr(verbosity: u8) -> Result<(), TraceError> {
    let filter = match std::env::var(VARIABLE).ok().filter(|filter| !filter.is_empty()) {
        Some(filter) => EnvFilter::try_new(filter).map_err(|source| TraceError { source })?,
        None => EnvFilter::new(match verbosity {
            0 => return Ok(()),
            1 => "homeostasis=info",
            2 => "homeostasis=debug",
            _ => "homeostasis=trace",
        }),
    };
    let is_coloured = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Covered(io::stderr())).with_ansi(is_coloured);
    // A second subscriber is refused; in the program there is only ever one.
    let _ = builder.without_time().try_init();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_shows_no_secret() {
        let mut out = Covered(Vec::new());
        let line = b"DEBUG output=\"https://bob:hunter2@host/\" done\n";
        assert_eq!(out.write(line).unwrap(), line.len());
        let shown = String::from_utf8(out.0).unwrap();
        assert!(shown.contains("bob:<redacted:url-password:") && !shown.contains("hunter2"), "{shown}");
    }
}
