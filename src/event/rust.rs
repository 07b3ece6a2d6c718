//! The formats in which rustc, cargo, Rust programs and their test runners tell of failures.

mod backtrace;
pub(super) mod cargo;
pub(super) mod compiler;
mod gutter;
mod header;
pub(super) mod hook;
pub(super) mod json;
pub(super) mod libtest;
mod lint;
pub(super) mod miette;
#[cfg(test)]
mod model;
pub(super) mod nextest;
pub(super) mod overflow;
pub(super) mod panic;
pub(super) mod report;
mod wire;
