//! Where the fault may stand: what the failing tests run and the passing ones do not, as ranked suspects. Runs nothing.

mod function;
mod spectrum;
mod suspect;

pub use function::{Function, functions};
pub use spectrum::{Covered, Scene, Spectrum};
pub use suspect::{Clues, Suspect, suspects};
