//! What is told, as data: one file for what a verb found, one file for each format that shows it. Prints nothing.

mod analysis;
mod catalogue;
mod checkup;
mod healing;
mod settings;
mod step;

mod events;
mod importance;

pub mod concise;
pub mod github;
mod human;
pub mod json;
pub mod jsonl;
pub mod promise;

pub use analysis::{
    AdviceReport, Analysis, CauseReport, CausedByReport, DiagnosisReport, EventReport, FilesReport, FixReport, FrameReport, IncidentReport,
    LabelReport, LogLines, MarkedReport, OverflowReport, PlaceReport, SkippedReport, SuggestedEditReport, SuggestionReport, TimelineReport,
    UnexplainedReport,
};
pub use catalogue::{CatalogueReport, RuleReport};
pub use checkup::{Check, Checkup, State};
pub use healing::{Counts, Healing, Outcome, PartReport, PatchReport, Rejection, Sandbox, Space, SuspectReport, Timings};
pub use human::{Human, Sources, diff, facts, verdict};
pub use jsonl::Line;
pub use settings::{SettingReport, Settings};
pub use step::Step;

/// The version of every JSON document; fields are only ever added.
pub const SCHEMA_VERSION: u32 = 1;
