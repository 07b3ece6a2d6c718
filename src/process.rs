//! Runs a program that is not ours: argv, a clean environment, a deadline, and nothing of it left when it is over.
//!
//! Every child gets its own process group and writes to files, not pipes, so that a daemon that it leaves behind can neither
//! hold us nor outlive us. Refuses to use a shell: whoever wants one names it in argv.

mod capture;
mod command;
mod environment;
mod interrupt;
mod run;
mod tree;

pub use command::{Command, Finished, ProcessError};
pub use environment::Environment;
pub use interrupt::Interrupt;
pub use run::run;
