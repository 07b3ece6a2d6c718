//! Runs the user's tests on patched code in a throw-away tree, and reads what they showed.
//!
//! A run that cannot show that it tested the patched code says so ([`crate::judge::Distrust`]) and is no evidence. Judges nothing.

mod command;
mod floor;
mod ground;
mod junit;
mod lab;
mod python;
mod runner;
mod rust;
mod screen;

pub use ground::{Ground, GroundError};
pub use lab::{Lab, Limits, Scope, Surroundings, TrialError};
pub use rust::{build_options, is_doctest};
pub use screen::{Fate, Screened, Screening, Variant};
