//! `run -- CMD`: runs the person's command; when it fails, heals with that command as the proof.

use std::ffi::OsString;

use super::exit::{Exit, Failure};
use super::fix::save;
use super::global::Call;
use super::own;
use super::show::{self, Showing};
use super::wishes::Wishes;
use crate::heal::{self, LogInput, Source};
use crate::report::Outcome;

/// Runs a command; if it fails, heals it with the same command as the proof
///
/// The command's output is passed through. The exit code is the command's own, unless its fault was healed and the patch applied. A report that
/// is not for a person goes to a file of its own by `--output-file`: stdout is the command's.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  homeostasis run --apply -- pytest -q tests/test_cart.py")]
pub(super) struct Args {
    #[command(flatten)]
    wishes: Wishes,

    /// The command and its arguments
    #[arg(value_name = "CMD", last = true, required = true, num_args = 1..)]
    command: Vec<OsString>,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    let format = call.format("run", show::FORMATS)?;
    let interrupt = Call::interrupt()?;
    let ended = own::run(&args.command, call.dir(), &interrupt)?;
    if ended.exit == Exit::Clean || interrupt.signal().is_some() {
        return Ok(ended.exit);
    }
    let words: Vec<_> = args.command.iter().map(|word| word.to_string_lossy()).collect();
    let line = shlex::try_join(words.iter().map(AsRef::as_ref)).unwrap_or_else(|_| words.join(" "));
    let source = Source { name: line.clone(), bytes: Box::new(ended.output.as_slice()) };
    // A command that failed without a word leaves no log, which is no error.
    let log = LogInput::read(source, call.jobs()).ok();
    let request = args.wishes.request(log, Some(line), call);
    let healing = heal::heal(&request, &interrupt, &mut |step| call.step(&step)).map_err(|error| Failure::of_stopped(error, &interrupt))?;
    save(&healing, args.wishes.save_patch(), call)?;
    let how = Showing { format, log: None, is_check: args.wishes.is_check(), is_list: args.wishes.is_list(), dir: &request.dir };
    show::healing(&healing, &how, call)?;
    let is_whole = healing.outcome == Outcome::Healed && args.wishes.is_apply();
    Ok(if is_whole { Exit::Clean } else { ended.exit })
}
