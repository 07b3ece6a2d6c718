//! `config show`: what is configured, and where each value comes from.

use clap::Subcommand;

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use crate::project::Project;
use crate::report::{SettingReport, Settings, json};

/// Shows what is configured, and where each value comes from
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists every key with its value and the file that sets it
    ///
    /// The nearest of homeostasis.toml, .config/homeostasis.toml, pyproject.toml [tool.homeostasis] and Cargo.toml
    /// [package.metadata.homeostasis] counts, never one above the repository. Options of the command line win over it.
    Show,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    let Verb::Show = args.verb;
    let format = call.format("config show", &[Format::Human, Format::Json])?;
    let project = Project::open(call.dir())?;
    let report =
        |setting: crate::project::Setting| SettingReport { key: setting.key.to_owned(), value: setting.value, origin: setting.origin };
    let settings = Settings::new(project.config().settings().into_iter().map(report).collect());
    let shown = match format {
        Format::Json => call.ui.exact(json::document(&settings).as_bytes()),
        _ => call.ui.result(&settings.human()),
    };
    after(shown, Exit::Clean)
}
