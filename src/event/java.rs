//! The formats in which programs for the Java virtual machine, the machine itself and its compilers tell of failures.

pub(super) mod compiler;
pub(super) mod crash;
mod frame;
mod head;
pub(super) mod trace;
