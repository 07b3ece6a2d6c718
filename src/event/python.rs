//! The formats in which Python programs and their test runners tell of failures.

pub(super) mod doctest;
mod entry;
mod exception;
pub(super) mod fatal;
mod frame;
mod notebook;
mod pieces;
pub(super) mod pytest;
mod rich;
pub(super) mod traceback;
mod tree;
pub(super) mod unittest;
