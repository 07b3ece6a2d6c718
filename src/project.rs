//! What is known of the user's project before anything of it runs.

pub mod plan;
pub mod python;
mod rust;
