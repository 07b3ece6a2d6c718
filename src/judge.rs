//! Compares runs without and with a patch, and says what the patch is worth. Only this room makes a [`Healed`].
//!
//! Runs nothing: `trial` collects the evidence.

mod run;

pub use run::{Distrust, Exit, Outcome, Run, TestId, TestResult};
