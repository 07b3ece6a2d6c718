//! `fix`: the whole loop, from a failure to a judged patch.

use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure};
use super::global::Call;
use super::input;
use super::show::{self, Showing};
use super::wishes::Wishes;
use crate::explain::Explain;
use crate::heal;
use crate::report::Healing;

/// Heals what a log or your tests show: patch, proof, verdict
///
/// Works on a throw-away copy of what you have (changes that are not committed included) and shows the patch. A patch is called healed
/// when the failure was seen without it, is gone with it, and no test that passed before is lost. Without LOG it runs your tests and
/// takes their failure.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// The file that holds what the failing command printed; `-` is the standard input
    #[arg(value_name = "LOG")]
    log: Option<PathBuf>,

    /// Takes the failure of CMD as the fault, and its success as the proof
    #[arg(long, value_name = "CMD", help_heading = "Proof")]
    repro: Option<String>,

    #[command(flatten)]
    wishes: Wishes,
}

const EXAMPLES: &str = "\
Examples:
  homeostasis fix                                   run the tests, show a patch for what fails
  homeostasis fix --apply build.log                 heal what the log shows, write the patch
  homeostasis fix --branch fix-it build.log         the same as a commit on a new branch
  homeostasis fix --format diff build.log | git apply
  homeostasis fix --repro 'python3 report.py'       heal a program that has no test for it";

/// A patch that could not be saved.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the patch to {}", path.display())]
struct SaveError {
    path: PathBuf,
    source: std::io::Error,
}

impl Explain for SaveError {
    fn hint(&self) -> Option<String> {
        Some("`--save-patch` needs a folder that exists and that you may write to".to_owned())
    }
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    let format = call.format("fix", show::FORMATS)?;
    let log = match args.log.as_deref() {
        Some(path) => Some(input::log(path, call)?),
        None => None,
    };
    let request = args.wishes.request(log, args.repro.clone(), call);
    let interrupt = Call::interrupt()?;
    let healing = heal::heal(&request, &interrupt, &mut |step| call.step(&step)).map_err(|error| Failure::of_stopped(error, &interrupt))?;
    save(&healing, args.wishes.save_patch(), call)?;
    let log = args.log.as_deref().filter(|path| *path != Path::new("-")).and_then(Path::to_str);
    show::healing(
        &healing,
        &Showing { format, log, is_check: args.wishes.is_check(), is_list: args.wishes.is_list(), dir: &request.dir },
        call,
    )
}

/// Writes the patch to the file that was asked for; nothing without a patch, so that no stale or empty file misleads.
pub(super) fn save(healing: &Healing, path: Option<&PathBuf>, call: &Call) -> Result<(), Failure> {
    match path {
        Some(path) if !healing.diff.is_empty() => {
            let written = std::fs::write(call.path(path), &healing.diff);
            Ok(written.map_err(|source| SaveError { path: path.clone(), source })?)
        }
        _ => Ok(()),
    }
}
