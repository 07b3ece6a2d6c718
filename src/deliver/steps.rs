//! Every write is announced, so that a test can end the run before any of them as a kill would.

use std::ops::ControlFlow;

use super::DeliverError;

/// Told of every change to the disk before it is made.
pub(super) trait Steps {
    /// `Break` ends the run at once, and nothing is cleaned up.
    fn before(&mut self, deed: &'static str) -> ControlFlow<()>;
}

/// The steps of a real run: a kill needs no announcement.
pub(super) struct Unstoppable;

/// Why a run ended early.
#[derive(Debug)]
pub(super) enum Failure {
    /// As if by SIGKILL.
    Killed,
    /// By an error.
    Error(DeliverError),
}

impl Steps for Unstoppable {
    fn before(&mut self, _deed: &'static str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Announces `deed`.
pub(super) fn step(steps: &mut dyn Steps, deed: &'static str) -> Result<(), Failure> {
    match steps.before(deed) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Failure::Killed),
    }
}

impl From<DeliverError> for Failure {
    fn from(error: DeliverError) -> Failure {
        Failure::Error(error)
    }
}
