//! The formats in which Python programs and their test runners tell of failures.

mod entry;
mod exception;
pub(super) mod fatal;
mod frame;
pub(super) mod pytest;
pub(super) mod traceback;
mod tree;
pub(super) mod unittest;
