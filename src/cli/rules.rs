//! `rules`: what the catalogue holds, and a way to a rule of one's own.

mod library;
mod new;
mod test;

use clap::Subcommand;

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use crate::explain::{Explain, closest};
use crate::report::{CatalogueReport, Step, json};

pub(super) use library::Library;

/// Lists, shows, tests and starts rules
///
/// A rule is a TOML file that ties the words of a failure to a place in the code and to a template that writes the fix. Rules below
/// .homeostasis/rules and templates below .homeostasis/templates of the project are used beside the built-in ones.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists every rule with the fault that it names
    List,
    /// Prints a rule as it is written, with its examples
    Show {
        /// The rule, `python/missing-key`
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Plays the examples of the project's own rules, or of all
    Test(test::Args),
    /// Starts a rule of your own, below .homeostasis/rules
    New(new::Args),
}

/// A rule that nobody has.
#[derive(Debug, thiserror::Error)]
#[error("there is no rule `{id}`")]
pub(super) struct UnknownRule {
    id: String,
    closest: Option<String>,
}

impl Explain for UnknownRule {
    fn hint(&self) -> Option<String> {
        let list = || "`homeostasis rules list` lists them".to_owned();
        Some(self.closest.as_ref().map_or_else(list, |closest| format!("did you mean `{closest}`?")))
    }
}

impl UnknownRule {
    /// The error about `id`, with the nearest of `known`.
    pub(super) fn new<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> UnknownRule {
        UnknownRule { id: id.to_owned(), closest: closest(id, known).map(str::to_owned) }
    }
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::List => list(call),
        Verb::Show { id } => show(id, call),
        Verb::Test(args) => test::run(args, call),
        Verb::New(args) => new::run(args, call),
    }
}

/// The rules of the project, with what is to be said of its own.
fn open(call: &mut Call) -> Result<Library, Failure> {
    let library = Library::open(call.dir())?;
    library.remarks().iter().for_each(|remark| call.step(&Step::Note(remark.clone())));
    Ok(library)
}

fn list(call: &mut Call) -> Result<Exit, Failure> {
    let format = call.format("rules list", &[Format::Human, Format::Json])?;
    let report = CatalogueReport::new(open(call)?.reports());
    let shown = match format {
        Format::Json => call.ui.exact(json::document(&report).as_bytes()),
        _ => call.ui.result(&report.human()),
    };
    after(shown, Exit::Clean)
}

fn show(id: &str, call: &mut Call) -> Result<Exit, Failure> {
    call.format("rules show", &[Format::Human])?;
    let library = open(call)?;
    let text = library.text(id).ok_or_else(|| UnknownRule::new(id, library.ids()))?;
    after(call.ui.exact(text.as_bytes()), Exit::Clean)
}
