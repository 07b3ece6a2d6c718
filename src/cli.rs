//! The command line: one verb a file, the options that all verbs share, and the exit codes.

mod analyze;
mod completions;
mod config;
mod demo;
mod doctor;
mod exit;
mod explain;
mod fix;
mod follow;
mod global;
mod help;
mod hook;
mod init;
mod input;
mod man;
mod own;
mod rules;
mod run;
mod schema;
mod secrets;
mod show;
mod tail;
mod undo;
mod when;
mod wishes;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::ui::{Settings, Ui};
use exit::{Exit, Failure};
use global::{Call, Global};

/// Heals broken builds and programs: reads the log, finds the cause, writes a patch and proves it on your own tests.
///
/// Nothing is sent anywhere, and nothing of yours changes unless you ask: `fix` works on a throw-away copy of what you have and shows
/// the patch. Only a patch that your tests proved is called healed.
#[derive(Debug, Parser)]
#[command(
    name = "homeostasis",
    version,
    arg_required_else_help = true,
    max_term_width = 120,
    after_help = help::EXAMPLES,
    after_long_help = help::long(),
    subcommand_help_heading = "Verbs",
    subcommand_value_name = "VERB"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Verb {
    Analyze(analyze::Args),
    Fix(fix::Args),
    Run(run::Args),
    Rules(rules::Args),
    Explain(explain::Args),
    Init(init::Args),
    Hook(hook::Args),
    Undo(undo::Args),
    Demo(demo::Args),
    Doctor(doctor::Args),
    Config(config::Args),
    Completions(completions::Args),
    Man(man::Args),
    Schema(schema::Args),
}

/// Runs the program with `args`, its own name first, and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            secrets::settle(false);
            Ui::new(Settings::default()).usage(&error);
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Trouble.code()));
        }
    };
    let mut call = Call::new(cli.global);
    let ended = call.prepare().and_then(|()| ran(cli.verb, &mut call));
    ended.unwrap_or_else(|failure| failure.told(&mut call.ui)).into()
}

fn ran(verb: Verb, call: &mut Call) -> Result<Exit, Failure> {
    match verb {
        Verb::Analyze(args) => analyze::run(&args, call),
        Verb::Fix(args) => fix::run(&args, call),
        Verb::Run(args) => run::run(&args, call),
        Verb::Rules(args) => rules::run(&args, call),
        Verb::Explain(args) => explain::run(&args, call),
        Verb::Init(args) => init::run(&args, call),
        Verb::Hook(args) => hook::run(&args, call),
        Verb::Undo(args) => undo::run(&args, call),
        Verb::Config(args) => config::run(&args, call),
        Verb::Demo(args) => demo::run(&args, call),
        Verb::Doctor(args) => doctor::run(&args, call),
        Verb::Completions(args) => completions::run(&args, call),
        Verb::Man(args) => man::run(&args, call),
        Verb::Schema(args) => schema::run(&args, call),
    }
}

/// All verbs and options, as completions and the manual need them.
fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn every_verb_and_option_has_a_help_text() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments().filter(|argument| !["help", "version"].contains(&argument.get_id().as_str())) {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }

    #[test]
    fn the_short_help_fits_a_screen() {
        let help = command().render_help().to_string();
        assert!(help.lines().count() <= 50, "{help}");
    }
}
