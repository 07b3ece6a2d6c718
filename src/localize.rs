//! Where the fault may stand: what the failing tests run and the passing ones do not, as ranked suspects. Runs nothing.

mod spectrum;

pub use spectrum::{Covered, Scene, Spectrum};
