//! `schema`: the JSON Schema of what `--format json` prints.

use clap::ValueEnum;

use super::exit::{Exit, Failure, after};
use super::global::Call;
use crate::report::{Analysis, Healing, json};

/// Prints the JSON Schema of a `--format json` document
///
/// Fields are only ever added; `schema_version` says which version a document has.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which document
    #[arg(value_name = "DOCUMENT", value_enum)]
    document: Document,
}

/// Documents that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Document {
    /// What `analyze` prints
    Analyze,
    /// What `fix` and `run` print
    Fix,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    let schema = match args.document {
        Document::Analyze => json::schema::<Analysis>(),
        Document::Fix => json::schema::<Healing>(),
    };
    after(call.ui.exact(schema.as_bytes()), Exit::Clean)
}
