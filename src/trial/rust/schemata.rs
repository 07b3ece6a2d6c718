//! Many variants in one program, chosen when it starts (mutant schemata): the quick trials of Rust.
//!
//! Each function that a variant changes becomes a dispatcher between whole copies of it, one for each variant. A copy has lines of its own, so
//! the error of a variant that does not compile belongs to that variant alone; the others are built without it. One build then serves
//! hundreds of variants, and each trial is one process of a test program with the number of its variant in the environment.
//!
//! The build goes to the folder of all other builds, where the dependencies are built already; what is woven there has names of its own, so
//! that no other build has to be made anew. Nothing that is seen here is proof.

mod batch;
mod copies;
mod function;
mod intake;
mod packages;
mod probe;
mod programs;
mod screen;
mod switch;
mod tree;
mod watch;
mod weave;

use crate::judge::TestId;
use crate::localize::Spectrum;
use crate::trial::runner::Bench;
use crate::trial::{Screened, Screening, TrialError};

/// Tries variants in one program; remembers what does not change from one time to the next.
#[derive(Debug, Default)]
pub(super) struct Schemata {
    habits: programs::Habits,
}

impl Schemata {
    /// The fates of the variants of `screening`; none where no failing test is one of a test program.
    pub(super) fn screen(&mut self, bench: &Bench<'_>, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        screen::screen(bench, &mut self.habits, screening)
    }

    /// What each of `tests` runs, by blocks; none where none is a test of a program.
    pub(super) fn trace(&mut self, bench: &Bench<'_>, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        watch::trace(bench, &mut self.habits, tests)
    }
}
