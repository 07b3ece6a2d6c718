//! Any command as the tests of a project: its exit code and its text are all that it tells.

use super::python::turned_environment;
use super::runner::{Bench, Runner, bare_run};
use super::{Scope, TrialError};
use crate::judge::Run;

/// A command that we know nothing about. It cannot run single tests, so every scope is the whole.
///
/// Nobody watches what it imports: an editable install is countered as far as the interpreter tells of it before the run.
#[derive(Debug, Default)]
pub(super) struct CommandRunner;

impl Runner for CommandRunner {
    fn run(&mut self, bench: &Bench<'_>, _scope: &Scope) -> Result<Run, TrialError> {
        let argv: Vec<String> = bench.plan.argv.iter().map(|word| bench.moved(word)).collect();
        Ok(bare_run(&bench.execute(&argv, turned_environment(bench, Vec::new(), None))?))
    }
}
