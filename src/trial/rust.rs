//! Rust's tests: cargo builds them and tells how it would run each program; we run each by itself and read its results.
//!
//! Libtest prints to the stdout that a test can write to, so no line there is believed alone: the program's exit status, its result
//! line, the set of tests from `--list` and a log file at a private path must agree.

mod account;
mod binary;
mod build;
mod cargo;
mod check;
mod doctest;
mod libtest;
mod names;
mod nextest;
mod record;
mod schemata;
mod targets;
mod wire;

pub(super) use cargo::Cargo;
pub(super) use check::Check;
pub use check::build_options;
pub use names::is_doctest;
pub(super) use nextest::Nextest;
