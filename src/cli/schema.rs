//! `schema`: the JSON Schema of what `--format json` and `--format jsonl` print.

use clap::ValueEnum;

use super::exit::{Exit, Failure, after};
use super::global::Call;
use crate::report::{Analysis, CatalogueReport, Checkup, Healing, Line, Settings, json};
use crate::rule;

/// Prints the JSON Schema of a `--format json` document, or the keys of a rule
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
    /// One line of what `analyze --format jsonl` prints
    AnalyzeLine,
    /// What `fix` and `run` print
    Fix,
    /// What `rules list` prints
    Rules,
    /// What `doctor` prints
    Doctor,
    /// What `config show` prints
    Config,
    /// The keys of a rule file, as a table
    Rule,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    let schema = match args.document {
        Document::Analyze => json::schema::<Analysis>(),
        Document::AnalyzeLine => json::schema::<Line<'static>>(),
        Document::Fix => json::schema::<Healing>(),
        Document::Rules => json::schema::<CatalogueReport>(),
        Document::Doctor => json::schema::<Checkup>(),
        Document::Config => json::schema::<Settings>(),
        Document::Rule => keys(),
    };
    after(call.ui.exact(schema.as_bytes()), Exit::Clean)
}

/// One line for each key of a rule file, its meaning below it.
fn keys() -> String {
    let line = |key: &rule::Key| {
        let table = if key.table.is_empty() { "" } else { " " };
        let must = if key.is_required { "required" } else { "optional" };
        format!("{}{table}{}: {} ({must})\n    {}\n", key.table, key.name, key.shape, key.meaning)
    };
    rule::keys().iter().map(line).collect()
}
