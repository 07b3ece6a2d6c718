//! `python -m unittest`, run by a program of ours that takes the same arguments and finds the same tests.

use super::search;
use super::station::{Memory, Station, doubt};
use crate::diagnosis::Facts;
use crate::judge::{Run, TestId};
use crate::localize::Spectrum;
use crate::project::plan::TestPlan;
use crate::trial::runner::{Bench, Runner};
use crate::trial::{Scope, Screened, Screening, TrialError};

/// The program that traces and screens.
const SEARCH: &str = "homeostasis_search_unittest.py";

/// Runs unittest under a witness.
#[derive(Debug, Default)]
pub(in crate::trial) struct Unittest {
    memory: Memory,
}

impl Runner for Unittest {
    fn run(&mut self, bench: &Bench<'_>, scope: &Scope) -> Result<Run, TrialError> {
        let station = Station::set_up(bench, scope)?;
        let argv = argv(bench, &station, "homeostasis_unittest.py");
        let (finished, testimony) = station.execute(&argv, &mut self.memory)?;
        let doubt = doubt("unittest", &finished, &testimony);
        Ok(station.conclude(&finished, testimony, &mut self.memory, doubt))
    }

    fn has_learned(&self) -> bool {
        self.memory.has_learned()
    }

    fn trace(&mut self, bench: &Bench<'_>, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        let station = Station::set_up(bench, &Scope::Tests(tests.to_vec()))?;
        search::trace(&station, bench, &self.memory, tests, &|station| argv(bench, station, SEARCH))
    }

    fn screen(&mut self, bench: &Bench<'_>, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        let station = Station::set_up(bench, &screening.scope())?;
        search::screen(&station, bench, &self.memory, screening, &|station| argv(bench, station, SEARCH))
    }

    fn facts(&self, _: &TestPlan) -> Option<&Facts> {
        Some(self.memory.facts())
    }
}

/// `program` of ours takes the place of `-m unittest`; what stands before are options of the interpreter.
fn argv(bench: &Bench<'_>, station: &Station<'_>, program: &str) -> Vec<String> {
    let n_python = bench.plan.n_launch.saturating_sub(2).max(1).min(bench.plan.argv.len());
    let mut argv = bench.plan.argv[..n_python].to_vec();
    argv.push(station.path(program).to_string_lossy().into_owned());
    argv.extend(bench.plan.arguments().iter().map(|word| bench.moved(word)));
    argv
}
