//! What `analyze` found: the document that `--format json` prints.

use schemars::JsonSchema;
use serde::Serialize;

/// The whole answer of `analyze`.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Analysis {
    /// [`super::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The failures in the order of the logs.
    pub events: Vec<EventReport>,
    /// The same, grouped by fingerprint.
    pub incidents: Vec<IncidentReport>,
    /// Causes that fit.
    pub diagnoses: Vec<DiagnosisReport>,
    /// Error-level lines without a failure.
    pub unexplained: Vec<UnexplainedReport>,
    /// What was left out, and why.
    pub skipped: Vec<SkippedReport>,
    /// Failures that there was no room for; null where all of them are here.
    pub overflow: Option<OverflowReport>,
    /// How many files of the project were looked at for that.
    pub files: FilesReport,
}

/// Files of the project.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema, PartialEq, Eq)]
pub struct FilesReport {
    /// All that it has.
    pub listed: usize,
    /// Read for the answer, each counted once.
    pub read: usize,
    /// Read to learn which words they hold; 0 where an earlier run has learned it, and in a project of few files.
    pub indexed: usize,
}

/// One failure.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct EventReport {
    /// Its place in `events`, counted from zero.
    pub index: usize,
    /// `python`, `rust`, `javascript`, `java`, `go` or `unknown`.
    pub language: String,
    /// Exception class, `panic`, `E0382`, ...
    pub kind: String,
    /// The first line of the message.
    pub message: String,
    /// Its further lines; null where there are none.
    pub details: Option<String>,
    /// Where it was raised, as printed.
    pub raised_at: Option<PlaceReport>,
    /// The innermost place inside the repository; its `file` is relative to the root.
    pub blamed: Option<PlaceReport>,
    /// Outermost call first.
    pub frames: Vec<FrameReport>,
    /// A compiler's marked places.
    pub labels: Vec<LabelReport>,
    /// A compiler's notes.
    pub notes: Vec<String>,
    /// A compiler's suggestions.
    pub suggestions: Vec<SuggestionReport>,
    /// What led to it, root last.
    pub causes: Vec<CauseReport>,
    /// Index of the group that it is a leaf of.
    pub within: Option<usize>,
    /// The test that failed.
    pub test: Option<String>,
    /// The service or process.
    pub service: Option<String>,
    /// As printed.
    pub timestamp: Option<String>,
    /// `critical`, `high`, `medium`, `low` or `info`.
    pub severity: String,
    /// `code`, or what of the surroundings failed.
    pub category: String,
    /// Stable name.
    pub fingerprint: String,
    /// How often the log prints it.
    pub count: u32,
    /// Where the log prints it.
    pub log: LogLines,
    /// When it was first printed, ISO 8601 in UTC; null where the log tells no times.
    pub first_seen: Option<String>,
    /// When it was last printed.
    pub last_seen: Option<String>,
}

/// A place as printed.
#[derive(Debug, Clone, Default, Serialize, JsonSchema, PartialEq, Eq)]
pub struct PlaceReport {
    /// File.
    pub file: String,
    /// Line, from one.
    pub line: Option<u32>,
    /// Column, from one.
    pub column: Option<u32>,
    /// Function.
    pub function: Option<String>,
}

/// A frame of a call stack.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct FrameReport {
    /// File.
    pub file: String,
    /// Line, from one.
    pub line: Option<u32>,
    /// Column, from one.
    pub column: Option<u32>,
    /// Function.
    pub function: Option<String>,
    /// The source line that the log shows.
    pub source: Option<String>,
    /// Whether it lies in a dependency or in the standard library, as far as its path says so.
    pub dependency: bool,
    /// The part of `source` that the log underlines, as characters of the trimmed line counted from zero.
    pub marked: Option<MarkedReport>,
}

/// A marked stretch of text; the end is exclusive.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema, PartialEq, Eq)]
pub struct MarkedReport {
    /// Where it begins, counted from zero.
    pub start: usize,
    /// One past its end.
    pub end: usize,
}

/// A place that a compiler marked.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct LabelReport {
    /// File.
    pub file: String,
    /// First line, from one.
    pub line: Option<u32>,
    /// First column, from one.
    pub column: Option<u32>,
    /// Last line.
    pub end_line: Option<u32>,
    /// One past the last column.
    pub end_column: Option<u32>,
    /// What is said there.
    pub text: String,
    /// Whether it is the error's own place.
    pub primary: bool,
}

/// A printed change.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct SuggestionReport {
    /// What it says it does.
    pub message: String,
    /// `MachineApplicable`, `MaybeIncorrect`, `HasPlaceholders` or `Unspecified`.
    pub applicability: String,
    /// All or none.
    pub edits: Vec<SuggestedEditReport>,
}

/// One replacement.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct SuggestedEditReport {
    /// File as printed.
    pub file: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// First line, from one.
    pub line: u32,
    /// What should stand there.
    pub replacement: String,
}

/// An error behind another.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct CauseReport {
    /// Kind.
    pub kind: String,
    /// Message.
    pub message: String,
}

/// Lines of the log, counted from one.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct LogLines {
    /// The first of the first print.
    pub first_line: u32,
    /// The last of the first print.
    pub last_line: u32,
    /// The last of the last print.
    pub last_print: u32,
}

/// Events with one fingerprint.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct IncidentReport {
    /// Its place in `incidents`, counted from zero.
    pub index: usize,
    /// The fingerprint of its events.
    pub fingerprint: String,
    /// One line.
    pub title: String,
    /// The worst of its events: `critical`, `high`, `medium`, `low` or `info`.
    pub severity: String,
    /// That of the worst of its events.
    pub category: String,
    /// Indices into `events`.
    pub events: Vec<usize>,
    /// Prints in all.
    pub count: u32,
    /// The line where it begins to show.
    pub first_line: u32,
    /// The last line of its last print.
    pub last_line: u32,
    /// When it was first printed, ISO 8601 in UTC; null where the log tells no times.
    pub first_seen: Option<String>,
    /// When it was last printed.
    pub last_seen: Option<String>,
    /// How often it was printed over time; null where the log tells no times.
    pub timeline: Option<TimelineReport>,
    /// The incident that brought it about.
    pub caused_by: Option<CausedByReport>,
    /// Indices of the incidents that this one brought about.
    pub cause_of: Vec<usize>,
}

/// Why one incident is taken for the consequence of another.
#[derive(Debug, Clone, Default, Serialize, JsonSchema, PartialEq, Eq)]
pub struct CausedByReport {
    /// Index into `incidents`.
    pub incident: usize,
    /// What in the log says so.
    pub evidence: String,
}

/// Prints over time, in stretches of equal length.
#[derive(Debug, Clone, Default, Serialize, JsonSchema, PartialEq, Eq)]
pub struct TimelineReport {
    /// Where the first stretch begins, ISO 8601 in UTC.
    pub start: String,
    /// How long each stretch is.
    pub seconds: u64,
    /// Prints in each stretch.
    pub counts: Vec<u32>,
}

/// A cause that fits.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct DiagnosisReport {
    /// Index into `incidents`.
    pub incident: usize,
    /// The rule.
    pub rule: String,
    /// One line.
    pub title: String,
    /// Why it fails.
    pub why: String,
    /// Where, relative to the root.
    pub place: Option<PlaceReport>,
    /// The bytes of that file that are meant.
    pub marked: Option<MarkedReport>,
    /// From 0 to 1.
    pub confidence: f64,
    /// What was seen.
    pub evidence: Vec<String>,
    /// For a person to do.
    pub advice: Vec<AdviceReport>,
    /// Possible patches, none proved.
    pub fixes: Vec<FixReport>,
}

/// Something to do.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct AdviceReport {
    /// What.
    pub text: String,
    /// The command that does it.
    pub command: Option<String>,
}

/// A possible patch.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct FixReport {
    /// One line.
    pub title: String,
    /// `safe`, `unsafe` or `display`.
    pub safety: String,
    /// What may go wrong.
    pub risk: Option<String>,
    /// The change in git's format.
    pub diff: String,
}

/// Error-level lines of one shape.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct UnexplainedReport {
    /// Numbers and names replaced.
    pub template: String,
    /// How many.
    pub count: u32,
    /// The first, from one.
    pub first_line: u32,
    /// The last.
    pub last_line: u32,
    /// The first of them, without prefixes.
    pub example: String,
    /// What can be done, where the line tells of a well-known fault of the surroundings.
    pub advice: Vec<AdviceReport>,
}

/// What was left out.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct SkippedReport {
    /// Why.
    pub reason: String,
    /// How many lines, or what else the reason names.
    pub count: u32,
    /// The first line, from one.
    pub first_line: u32,
}

/// Failures beyond those that fit into memory; they were counted, not kept.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct OverflowReport {
    /// How many prints.
    pub prints: u64,
    /// How many different failures.
    pub distinct: u64,
    /// The second number is an estimate.
    pub approximate: bool,
}
