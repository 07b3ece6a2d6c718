//! Trials of real projects: tests run in a throw-away copy, with a patch and without.

mod cargo;
mod command;
mod django;
mod nextest;
mod origin;
mod plans;
mod pytest;
mod pytest_env;
mod stage;
mod unittest;
