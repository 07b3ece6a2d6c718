//! `hook`: the guard before a push. Each verb is a file: install, uninstall, and what git calls.
//!
//! It never touches the index, a branch or a file of the work tree, and never pushes: it prints the command that takes the patch.

mod guard;
mod pushed;
mod repository;
mod script;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format, time};

/// Tests what you push, before it leaves; heals it when the tests fail
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do with the hook.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Puts the pre-push hook into this repository
    ///
    /// A hook that is there already is kept and runs first. `core.hooksPath` is honoured. `git push --no-verify` skips the hook.
    Install,
    /// Takes the hook away and puts back the one that was there
    Uninstall,
    /// What git calls: tests the tip of each pushed branch in a worktree of its own
    Run(RunArgs),
}

/// What git tells a pre-push hook.
#[derive(Debug, clap::Args)]
struct RunArgs {
    /// The name of the remote, or its address where it has no name
    #[arg(value_name = "REMOTE")]
    remote: String,

    /// The address of the remote
    #[arg(value_name = "URL")]
    url: Option<String>,

    /// Lets the push go on when testing and healing take longer
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time)]
    limit: Duration,

    /// Runs the tests by CMD instead of the command that is found
    #[arg(long, value_name = "CMD")]
    test: Option<String>,

    /// A hook that runs first and may stop the push by itself
    #[arg(long, value_name = "FILE", hide = true)]
    legacy: Option<PathBuf>,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    call.format("hook", &[Format::Human])?;
    match &args.verb {
        Verb::Install => {
            let done = script::install(call.dir())?;
            after(call.ui.result(&done), Exit::Clean)
        }
        Verb::Uninstall => {
            let done = script::uninstall(call.dir())?;
            after(call.ui.result(&done), Exit::Clean)
        }
        Verb::Run(args) => guard::run(args, call),
    }
}

impl RunArgs {
    /// The arguments as git gave them, for the hook that was there before.
    fn of_git(&self) -> Vec<OsString> {
        std::iter::once(&self.remote).chain(&self.url).map(OsString::from).collect()
    }
}
