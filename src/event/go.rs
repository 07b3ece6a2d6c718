//! The formats in which Go's runtime, its compiler, its race detector and its test runner tell of failures.

pub(super) mod compiler;
mod goroutine;
pub(super) mod panic;
pub(super) mod race;
pub(super) mod testing;
