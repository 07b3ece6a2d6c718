//! Django's `manage.py test`, whose runner class is the project's own with a witness mixed in.

use super::station::{Memory, Station, doubt};
use crate::diagnosis::Facts;
use crate::judge::Run;
use crate::trial::runner::{Bench, Runner};
use crate::trial::{Scope, TrialError};

/// Runs `manage.py test` under a witness.
#[derive(Debug, Default)]
pub(in crate::trial) struct Django {
    memory: Memory,
}

impl Runner for Django {
    fn run(&mut self, bench: &Bench<'_>, scope: &Scope) -> Result<Run, TrialError> {
        let station = Station::set_up(bench, scope)?;
        let mut argv: Vec<String> = bench.plan.argv.iter().map(|word| bench.moved(word)).collect();
        argv.extend(["--testrunner=homeostasis_django.Runner", "--noinput"].map(str::to_owned));
        let (finished, testimony) = station.execute(&argv, &mut self.memory)?;
        let doubt = doubt("manage.py test", &finished, &testimony);
        Ok(station.conclude(&finished, testimony, &mut self.memory, doubt))
    }

    fn has_learned(&self) -> bool {
        self.memory.has_learned()
    }

    fn facts(&self) -> Option<&Facts> {
        Some(self.memory.facts())
    }
}
