//! Compares runs without and with a patch, and says what the patch is worth. Only this room makes a [`Healed`].
//!
//! Runs nothing: `heal` collects the evidence. What cannot be shown is [`Verdict::Unproven`], never healed.

mod evidence;
pub mod reasons;
mod run;
mod verdict;

pub use evidence::{Evidence, Failure, Nature};
pub use run::{Distrust, Exit, Outcome, Run, TestId, TestResult};
pub use verdict::{Healed, Proof, Verdict, judge};
