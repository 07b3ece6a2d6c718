//! The workflow: from a log, or from red tests, to a proved patch in the user's hands, or to an honest "none found".
//!
//! Says what happens as [`Step`]s and what came of it as a report; formats and prints nothing.

mod analysis;
mod climb;
mod court;
mod cure;
mod decline;
mod ending;
mod error;
mod finish;
mod head;
mod ingest;
mod library;
mod part;
mod proof;
mod request;
mod seek;
mod setting;
mod target;
mod trace;
mod unpack;
mod work;

pub use analysis::{Analyst, Wanted, keep_languages};
pub use error::HealError;
pub use ingest::{IngestError, Options, Source, ingest};
pub use request::{DEFAULT_BUDGET, Delivery, LogInput, Reach, Request};
pub use setting::own_remarks;
pub use work::heal;
