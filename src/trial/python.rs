//! Python's test runners: pytest, unittest and Django's, each watched from inside by a witness of ours.
//!
//! What the witness tells, what the process says by its exit code and, for pytest, what its own `JUnit` file says must agree; and the
//! modules that were imported must be the ones of the throw-away tree.

mod compile;
mod django;
mod origin;
mod plain;
mod pytest;
mod search;
mod station;
mod unittest;
mod wire;
mod witness;

pub(super) use compile::compiles;
pub(super) use django::Django;
pub(super) use origin::turned_environment;
pub(super) use plain::Plain;
pub(super) use pytest::Pytest;
pub(super) use unittest::Unittest;
