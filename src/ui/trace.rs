//! What developers watch: `tracing` on stderr, by `-v` or `HOMEOSTASIS_LOG`.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::explain::Explain;

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
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_coloured);
    // A second subscriber is refused; in the program there is only ever one.
    let _ = builder.without_time().try_init();
    Ok(())
}
