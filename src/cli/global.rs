//! Options that every verb takes, and what a verb works with.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::ColorChoice;
use clap::ValueEnum;

use super::exit::Failure;
use super::secrets;
use crate::explain::Explain;
use crate::process::Interrupt;
use crate::report::Step;
use crate::ui::{Settings, Ui, decide_colour, log_to_stderr};

/// Options that every verb takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Global {
    /// Works in DIR, as if it was started there
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    directory: Option<PathBuf>,

    /// How the result is printed [default: human]
    ///
    /// `concise` prints one line for each failure, as compilers do; `jsonl` one JSON document a line; `diff` nothing but the patch, for
    /// `git apply`; `github` annotations for a job's log.
    #[arg(long, value_name = "FORMAT", value_enum, global = true, hide_default_value = true)]
    format: Option<Format>,

    /// Writes the result to FILE instead of stdout
    #[arg(long, value_name = "FILE", global = true)]
    output_file: Option<PathBuf>,

    /// Ends a run of the tests after this time: `90`, `90s`, `5m`
    #[arg(long, value_name = "TIME", global = true, value_parser = time)]
    timeout: Option<Duration>,

    /// Works with N threads [default: one for each processor]
    #[arg(short, long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024), hide_default_value = true)]
    jobs: Option<u16>,

    /// Shows passwords, tokens and keys as they are; only on a terminal
    #[arg(long, global = true)]
    no_redact: bool,

    /// Leaves the throw-away worktree behind, for debugging
    #[arg(long, global = true)]
    keep: bool,

    /// Says nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Tells what is done (`-vv`: how)
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,

    #[command(flatten)]
    colour: Colour,
}

/// The colours, under the same heading as the others.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Everywhere")]
struct Colour {
    #[command(flatten)]
    choice: colorchoice_clap::Color,
}

/// Forms of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a person; may change with any version
    Human,
    /// One line for each failure: `file:line: kind: message (x3)`
    Concise,
    /// One JSON document; `homeostasis schema` describes it
    Json,
    /// One JSON document a line; each says its `type`
    Jsonl,
    /// The patch and nothing else
    Diff,
    /// Annotations for a GitHub job
    Github,
}

/// One call of the program: what every verb needs.
pub(super) struct Call {
    /// Talks to the person.
    pub ui: Ui,
    global: Global,
}

impl Call {
    /// Ready to talk.
    pub(super) fn new(global: Global) -> Call {
        let output_file = global.output_file.as_ref().map(|file| below(global.directory.as_deref(), file));
        let ui = Ui::new(Settings { is_quiet: global.quiet, output_file });
        Call { ui, global }
    }

    /// Settles secrets, colours and traces, and checks what can be checked before any work is done.
    pub(super) fn prepare(&self) -> Result<(), Failure> {
        let is_terminal = std::io::stdout().is_terminal() && !self.ui.has_output_file();
        secrets::settle(self.global.no_redact && is_terminal);
        if self.global.no_redact && !is_terminal {
            return Err(UsageError::NoTerminal.into());
        }
        decide_colour(self.colour());
        log_to_stderr(self.global.verbose)?;
        if let Some(directory) = self.global.directory.as_ref().filter(|directory| !directory.is_dir()) {
            return Err(UsageError::NoFolder { folder: directory.clone() }.into());
        }
        Ok(self.ui.check()?)
    }

    /// Where the project is.
    pub(super) fn dir(&self) -> &Path {
        self.global.directory.as_deref().unwrap_or(Path::new("."))
    }

    /// A path that the person wrote, as it is meant: below `-C`.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        below(self.global.directory.as_deref(), path)
    }

    /// The asked-for format, if `verb` has it; the first of `possible` where none was asked for.
    pub(super) fn format(&self, verb: &'static str, possible: &'static [Format]) -> Result<Format, UsageError> {
        match self.global.format {
            None => Ok(possible[0]),
            Some(format) if possible.contains(&format) => Ok(format),
            Some(format) => Err(UsageError::Format { verb, format, possible }),
        }
    }

    /// Limit for one run of the tests.
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.global.timeout
    }

    /// Threads to work with; 0 means as many as there are processors.
    pub(super) fn jobs(&self) -> usize {
        self.global.jobs.map_or(0, usize::from)
    }

    /// Whether worktrees stay.
    pub(super) fn keep(&self) -> bool {
        self.global.keep
    }

    /// The flag that Ctrl-C raises; from now on we end by ourselves and clean up.
    pub(super) fn interrupt() -> Result<Interrupt, UsageError> {
        Interrupt::listen().map_err(|source| UsageError::NoSignals { source })
    }

    /// Shows a step of the work.
    pub(super) fn step(&mut self, step: &Step) {
        self.ui.step(step);
    }

    fn colour(&self) -> ColorChoice {
        match self.global.colour.choice.color {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        }
    }
}

fn below(directory: Option<&Path>, path: &Path) -> PathBuf {
    directory.map_or_else(|| path.to_owned(), |directory| directory.join(path))
}

/// Seconds, or what a person writes: `90s`, `5m`, `1h30m`.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().map(Duration::from_secs).ok();
    let written = || text.parse::<jiff::SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    let time = seconds.or_else(written).filter(|time| !time.is_zero());
    time.ok_or_else(|| "write seconds, or a time as `90s`, `5m`, `1h30m`".to_owned())
}

/// What clap cannot find wrong with a command line.
#[derive(Debug, thiserror::Error)]
pub(super) enum UsageError {
    /// `-C` names no folder.
    #[error("{} is no folder", folder.display())]
    NoFolder {
        /// As it was written.
        folder: PathBuf,
    },
    /// The verb has no such format.
    #[error("`{verb}` has no format `{}`", name(*format))]
    Format {
        /// The verb.
        verb: &'static str,
        /// What was asked for.
        format: Format,
        /// What it has.
        possible: &'static [Format],
    },
    /// What is covered is shown to a person alone.
    #[error("`--no-redact` works on a terminal only")]
    NoTerminal,
    /// Nothing lies between them.
    #[error("`--since` is later than `--until`")]
    Times,
    /// Following one log shows what grows; this does not go with it.
    #[error("`--follow` {why}")]
    Follow {
        /// What is asked for beside it.
        why: &'static str,
    },
    /// The system refused to install a handler.
    #[error("cannot listen to signals")]
    NoSignals {
        /// What the system says.
        source: std::io::Error,
    },
}

impl Explain for UsageError {
    fn hint(&self) -> Option<String> {
        match self {
            UsageError::Format { possible, .. } => {
                Some(format!("it has {}", possible.iter().map(|format| name(*format)).collect::<Vec<_>>().join(", ")))
            }
            UsageError::NoFolder { .. } => Some("`-C` names the folder of the project".to_owned()),
            UsageError::NoTerminal => Some("files and pipes keep what is written to them: leave secrets covered there".to_owned()),
            UsageError::Times => Some("times without a zone are in UTC".to_owned()),
            UsageError::Follow { .. } => {
                Some("write `homeostasis analyze --follow app.log`, with `--format human`, `concise` or `jsonl`".to_owned())
            }
            UsageError::NoSignals { .. } => None,
        }
    }
}

fn name(format: Format) -> String {
    format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let check = |text: &str, seconds: Option<u64>| assert_eq!(time(text).ok(), seconds.map(Duration::from_secs), "{text}");
        check("90", Some(90));
        check("90s", Some(90));
        check("1h30m", Some(5400));
        check("5 minutes", Some(300));
        check("0", None);
        check("-5s", None);
        check("soon", None);
    }
}
