//! Trials of real projects: tests run in a throw-away copy, with a patch and without.

#[cfg(test)]
mod cargo;
#[cfg(test)]
mod command;
#[cfg(test)]
mod django;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod nextest;
#[cfg(test)]
mod origin;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod pytest;
#[cfg(test)]
mod pytest_env;
#[cfg(test)]
mod pytest_plugins;
#[cfg(test)]
mod rustfix;
#[cfg(test)]
mod screen;
#[cfg(test)]
mod screen_rust;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod unittest;
