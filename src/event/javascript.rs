//! The formats in which JavaScript engines, node, TypeScript's compiler and their test runners tell of failures.

pub(super) mod compiler;
mod frame;
mod head;
pub(super) mod trace;
