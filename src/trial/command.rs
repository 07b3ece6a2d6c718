//! Any command as the tests of a project: its exit code and its text are all that it tells.

use super::python::{Plain, turned_environment};
use super::runner::{Bench, Runner, bare_run};
use super::{Scope, TrialError};
use crate::diagnosis::Facts;
use crate::judge::Run;
use crate::project::plan::TestPlan;

/// A command that we know nothing about. It cannot run single tests, so every scope is the whole.
///
/// Nobody watches what it imports: an editable install is countered as far as the interpreter tells of it before the run.
#[derive(Debug, Default)]
pub(super) struct CommandRunner {
    plain: Plain,
}

impl Runner for CommandRunner {
    fn run(&mut self, bench: &Bench<'_>, _scope: &Scope) -> Result<Run, TrialError> {
        if !bench.watched.is_empty()
            && let Some(run) = self.plain.run(bench)?
        {
            return Ok(run);
        }
        let argv: Vec<String> = bench.plan.argv.iter().map(|word| bench.moved(word)).collect();
        Ok(bare_run(&bench.execute(&argv, turned_environment(bench, Vec::new(), None))?))
    }

    fn facts(&self, plan: &TestPlan) -> Option<&Facts> {
        self.plain.facts(plan)
    }
}
