//! What is known about a failure and its project.

mod knowledge;

pub use knowledge::Known;
