//! The formats in which Python programs and their test runners tell of failures.

pub(super) mod doctest;
mod entry;
mod exception;
pub(super) mod fatal;
mod frame;
mod inner;
#[cfg(test)]
mod model;
mod notebook;
mod pieces;
mod plain;
pub(super) mod pytest;
mod rich;
pub(super) mod scenario;
pub(super) mod timeout;
pub(super) mod traceback;
mod tree;
mod turned;
pub(super) mod unittest;

/// The file and the function that the name of a test holds, where it is pytest's.
pub(super) fn place_of_test(name: &str) -> Option<super::Place> {
    plain::place_of(name)
}

/// Whether `text` is the line of an exception, wherever it stands: `module.KindError: message`, `KeyboardInterrupt`.
pub(super) fn is_exception(text: &str) -> bool {
    exception::exception_line(text).is_some_and(|(kind, _)| exception::is_surely_exception(kind))
}
