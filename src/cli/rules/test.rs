//! `rules test`: plays the examples that every rule and template carries, in all their layouts.

use super::{Library, UnknownRule};
use crate::cli::exit::{Exit, Failure, after};
use crate::cli::global::{Call, Format};
use crate::explain::Explain as _;
use crate::redact::visible;
use crate::rule::{Problem, check_all, check_rule};

/// What to test.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The rules to play, `python/missing-key`; all rules and templates without it
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    call.format("rules test", &[Format::Human])?;
    let library = super::open(call)?;
    let problems = problems(&args.ids, &library)?;
    let n_rules = if args.ids.is_empty() { library.ids().count() } else { args.ids.len() };
    let exit = if problems.is_empty() { Exit::Clean } else { Exit::Faults };
    after(call.ui.result(&told(&problems, n_rules)), exit)
}

fn problems(ids: &[String], library: &Library) -> Result<Vec<Problem>, UnknownRule> {
    let catalogue = library.catalogue();
    if ids.is_empty() {
        return Ok(check_all(catalogue));
    }
    let mut problems = Vec::new();
    for id in ids {
        let rule = catalogue.get(id).ok_or_else(|| UnknownRule::new(id, library.ids()))?;
        problems.extend(check_rule(catalogue, rule));
    }
    Ok(problems)
}

/// Every problem with its hint, the verdict last.
fn told(problems: &[Problem], n_rules: usize) -> String {
    let rules = if n_rules == 1 { "1 rule".to_owned() } else { format!("{n_rules} rules") };
    if problems.is_empty() {
        return format!("every example of {rules} holds\n");
    }
    let one = |problem: &Problem| {
        let hint = problem.hint().map(|hint| format!("hint: {}\n", visible(&hint))).unwrap_or_default();
        format!("{}\n{hint}\n", visible(problem.to_string().trim_end()))
    };
    let told: String = problems.iter().map(one).collect();
    format!("{told}{} wrong in the examples of {rules}\n", problems.len())
}
