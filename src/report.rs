//! What is told, as data: one file for what a verb found, one file for each format that shows it. Prints nothing.

mod analysis;
mod catalogue;
mod checkup;
mod healing;
mod settings;
mod step;

mod events;
pub mod github;
mod human;
pub mod json;

pub use analysis::{
    AdviceReport, Analysis, CauseReport, DiagnosisReport, EventReport, FixReport, FrameReport, IncidentReport, LabelReport, LogLines,
    MarkedReport, PlaceReport, SkippedReport, SuggestedEditReport, SuggestionReport, UnexplainedReport,
};
pub use catalogue::{CatalogueReport, RuleReport};
pub use checkup::{Check, Checkup, State};
pub use healing::{Counts, Healing, Outcome, PatchReport, Rejection, Sandbox, Space, Timings};
pub use human::{Human, Sources, diff, facts, verdict};
pub use settings::{SettingReport, Settings};
pub use step::Step;

/// The version of every JSON document; fields are only ever added.
pub const SCHEMA_VERSION: u32 = 1;
