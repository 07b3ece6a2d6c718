//! What is told, as data: one file for what a verb found, one file for each format that shows it. Prints nothing.

mod analysis;
mod healing;

pub use analysis::{
    AdviceReport, Analysis, CauseReport, DiagnosisReport, EventReport, FixReport, FrameReport, IncidentReport, LabelReport, LogLines,
    PlaceReport, SkippedReport, SuggestedEditReport, SuggestionReport, UnexplainedReport,
};
pub use healing::{Counts, Healing, Outcome, PatchReport, Rejection, Sandbox, Space, Timings};

/// The version of every JSON document; fields are only ever added.
pub const SCHEMA_VERSION: u32 = 1;
