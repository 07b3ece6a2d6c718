//! `python -m unittest`, run by a program of ours that takes the same arguments and finds the same tests.

use super::station::{Memory, Station, doubt};
use crate::diagnosis::Facts;
use crate::judge::Run;
use crate::trial::runner::{Bench, Runner};
use crate::trial::{Scope, TrialError};

/// Runs unittest under a witness.
#[derive(Debug, Default)]
pub(in crate::trial) struct Unittest {
    memory: Memory,
}

impl Runner for Unittest {
    fn run(&mut self, bench: &Bench<'_>, scope: &Scope) -> Result<Run, TrialError> {
        let station = Station::set_up(bench, scope)?;
        // Ours takes the place of `-m unittest`; what stands before are options of the interpreter.
        let n_python = bench.plan.n_launch.saturating_sub(2).max(1).min(bench.plan.argv.len());
        let mut argv = bench.plan.argv[..n_python].to_vec();
        argv.push(station.path("homeostasis_unittest.py").to_string_lossy().into_owned());
        argv.extend(bench.plan.arguments().iter().map(|word| bench.moved(word)));
        let (finished, testimony) = station.execute(&argv, &mut self.memory)?;
        let doubt = doubt("unittest", &finished, &testimony);
        Ok(station.conclude(&finished, testimony, &mut self.memory, doubt))
    }

    fn has_learned(&self) -> bool {
        self.memory.has_learned()
    }

    fn facts(&self) -> Option<&Facts> {
        Some(self.memory.facts())
    }
}
