//! The formats in which Python programs and their test runners tell of failures.

pub(super) mod doctest;
mod entry;
mod escaped;
mod exception;
pub(super) mod fatal;
mod frame;
mod inner;
mod notebook;
mod pieces;
pub(super) mod pytest;
mod rich;
pub(super) mod traceback;
mod tree;
mod turned;
pub(super) mod unittest;
