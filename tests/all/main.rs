//! The tests that go through the front door: the program as a person runs it, on small broken projects.

mod analyze;
mod architecture;
mod bad_input;
mod builds;
mod case;
mod ci;
mod environment;
mod everyday;
mod fixtures;
mod follow;
mod hook;
mod memory;
mod promises;
mod readme;
mod schema;
mod secrets;
mod signals;
mod ways;
