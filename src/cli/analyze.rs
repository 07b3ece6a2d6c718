//! `analyze`: says what a log means. Runs nothing and changes nothing.

use std::path::PathBuf;

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use super::{input, show};
use crate::heal;
use crate::report::{Analysis, Human, github, json};
use crate::ui::width;

/// Says what a log means: failures, their causes, possible fixes
///
/// Runs nothing and changes nothing. Reads logs of Python and Rust: tracebacks, pytest, unittest, panics, cargo and rustc. Without LOG
/// it reads the standard input.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  cargo test 2>&1 | homeostasis analyze")]
pub(super) struct Args {
    /// Files that hold what the failing command printed; `-` is the standard input
    #[arg(value_name = "LOG")]
    logs: Vec<PathBuf>,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    let format = call.format("analyze", &[Format::Human, Format::Json, Format::Github])?;
    let logs = input::logs(&args.logs, call)?;
    let dir = call.dir().to_owned();
    let analysis = heal::analyze(&dir, &logs, &mut |step| call.step(&step)).map_err(Failure::of_heal)?;
    let exit = if analysis.incidents.is_empty() && analysis.unexplained.is_empty() { Exit::Clean } else { Exit::Faults };
    let human = || told(&analysis, args, call);
    let shown = match format {
        Format::Json => call.ui.exact(json::document(&analysis).as_bytes()),
        Format::Github => {
            let report = anstream::adapter::strip_str(&human()).to_string();
            call.ui.exact(github::analysis(&analysis, &report, &show::token()).as_bytes())
        }
        Format::Human | Format::Diff => {
            let report = human();
            call.ui.result(&report)
        }
    };
    after(shown, exit)
}

fn told(analysis: &Analysis, args: &Args, call: &Call) -> String {
    let log = match args.logs.as_slice() {
        [log] if log.as_os_str() != "-" => log.to_str(),
        _ => None,
    };
    let sources = show::sources(call.dir());
    Human { sources: &sources, width: width(), log }.analysis(analysis)
}
