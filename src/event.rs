//! What a log says, as data: one [`Event`] for each failure, not for each print of it.
//!
//! Never opens the files that frames name: everything here is text from a stranger.

mod calm;
mod classify;
mod clock;
mod collate;
mod collector;
mod dialect;
mod distinct;
mod encoding;
mod fields;
mod fingerprint;
mod go;
mod incident;
mod java;
mod javascript;
mod layer;
mod leftover;
mod level;
mod line;
mod literals;
mod miner;
mod numbers;
mod pass;
pub mod promise;
mod python;
mod read;
mod readings;
mod rust;
mod scan;
mod settle;
mod split;
mod structured;
mod timeline;

use std::ops::Range;

pub use classify::{fault_in, fault_of, faults};
pub use collector::{Collector, Filter};
pub use incident::{Incident, Link, incidents};
pub use read::{Reader, read};
pub use readings::Readings;
pub use split::{Block, Splitter};
pub use timeline::Timeline;

use crate::syntax::LanguageId;

/// All that one log holds.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// The failures, in the order of the log.
    pub events: Vec<Event>,
    /// Error-level lines that no dialect could tie to a failure, grouped by template.
    pub unexplained: Vec<Unexplained>,
    /// Lines that were not understood or not read, by reason.
    pub skipped: Vec<Skipped>,
    /// Lines in all.
    pub n_lines: u32,
    /// What there was no room for; nothing is lost without a word.
    pub overflow: Option<Overflow>,
}

/// Failures beyond those that fit into memory: they are counted, not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow {
    /// How many prints.
    pub n_prints: u64,
    /// How many different failures, by estimate.
    pub n_distinct: u64,
}

/// One failure.
#[derive(Debug, Clone)]
pub struct Event {
    /// Whose failure it is.
    pub language: LanguageId,
    /// Exception class with its module as printed; `panic`, `report`, `E0382`, `clippy::x`, a lint's name, `error`, `cargo`, `linker`,
    /// `test-failure`, `timeout`, `stack-overflow`, `fatal-error`, `unknown`.
    pub kind: String,
    /// The whole message, first line first; no kind in front.
    pub message: String,
    /// Where it was raised, as printed: the innermost frame, the panic location, the primary label.
    pub raised_at: Option<Place>,
    /// The call stack, outermost call first whatever the log's order.
    pub frames: Vec<Frame>,
    /// A compiler's marked places, the primary one first.
    pub labels: Vec<Label>,
    /// A compiler's notes and helps, PEP 678 notes.
    pub notes: Vec<String>,
    /// Replacements that a compiler or linter printed.
    pub suggestions: Vec<Suggestion>,
    /// What led to it, nearest first, the root last.
    pub causes: Vec<Cause>,
    /// Index, in the same log, of the exception group that it is a leaf of.
    pub within: Option<usize>,
    /// The test that failed with it, as the runner names it.
    pub test: Option<String>,
    /// The service, process or job whose line prefix it carried.
    pub service: Option<String>,
    /// Time of its first line, as printed.
    pub timestamp: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// What kind of trouble.
    pub category: Category,
    /// Stable name of this failure; see [`Fingerprint`].
    pub fingerprint: Fingerprint,
    /// How often the log prints it.
    pub count: u32,
    /// Its lines in the log, first print; numbers count from one, the end is exclusive.
    pub lines: Range<u32>,
    /// The last line of its last print.
    pub last_line: u32,
    /// When it was printed, as far as the log tells times.
    pub timeline: Timeline,
}

/// A place as printed: nothing here was checked against a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// File as printed; may be anything.
    pub file: String,
    /// Line, counted from one.
    pub line: Option<u32>,
    /// Column, counted from one.
    pub column: Option<u32>,
    /// Function as printed.
    pub function: Option<String>,
}

/// One entry of a call stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// Where.
    pub place: Place,
    /// The source line that the log shows there, trimmed.
    pub source: Option<String>,
    /// The part of `source` that the log underlines (`^^^^`), as columns of characters counted from zero in the trimmed line.
    pub marked: Option<Range<u32>>,
}

/// A place that a compiler marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// Where it begins.
    pub place: Place,
    /// The last line, counted from one.
    pub end_line: Option<u32>,
    /// One past the last column, counted from one.
    pub end_column: Option<u32>,
    /// The same as bytes of the file, where the log says so.
    pub bytes: Option<Range<usize>>,
    /// What is said there.
    pub text: String,
    /// Whether it is the place of the error itself.
    pub is_primary: bool,
}

/// A change that a compiler or linter printed: all edits or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it says it does.
    pub message: String,
    /// The edits by bytes, in files as printed; empty where the log shows only lines.
    pub edits: Vec<SuggestedEdit>,
    /// The edits by whole lines, where the log was printed for people and can be read back exactly; else empty.
    pub lines: Vec<LineEdit>,
    /// How sure the tool is.
    pub applicability: Applicability,
}

/// One replacement of a [`Suggestion`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedEdit {
    /// File as printed.
    pub file: String,
    /// Bytes of that file.
    pub bytes: Range<usize>,
    /// The first line of the span, counted from one.
    pub line: u32,
    /// What the span held when the tool looked, where it says so.
    pub before: Option<String>,
    /// What should stand there.
    pub after: String,
}

/// A replacement of whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineEdit {
    /// File as printed.
    pub file: String,
    /// The first line that is replaced, counted from one; the new lines stand before it where none is replaced.
    pub line: u32,
    /// What the replaced lines held, as far as it is shown, without line ends; its length is the number of replaced lines.
    pub before: Vec<Option<String>>,
    /// The new lines, without line ends.
    pub after: Vec<String>,
}

/// How sure a tool is of its suggestion, in rustc's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// It is what the person meant.
    MachineApplicable,
    /// It may be.
    MaybeIncorrect,
    /// It holds a part that a person must fill in.
    HasPlaceholders,
    /// The tool does not say.
    Unspecified,
}

/// An error that led to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// As [`Event::kind`].
    pub kind: String,
    /// As [`Event::message`].
    pub message: String,
    /// As [`Event::frames`]; empty where the log shows none of its own.
    pub frames: Vec<Frame>,
}

/// How bad a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The machine or the whole service is in danger.
    Critical,
    /// Something failed.
    High,
    /// Something may fail.
    Medium,
    /// Worth a look.
    Low,
    /// A fact.
    Info,
}

/// What kind of trouble a failure is: the code's own, or one of its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// The program text is wrong.
    Code,
    /// Out of memory.
    Memory,
    /// Out of processor time.
    Cpu,
    /// No connection, no name, refused.
    Network,
    /// The database says no.
    Database,
    /// A remote interface says no.
    Api,
    /// The way it was put into place.
    Deployment,
    /// A setting, a path, a variable of the environment.
    Configuration,
    /// A package is missing or of another version.
    Dependency,
}

/// A stable, versioned name of a failure: kinds of the chain, normalised message, file name and function where it was raised.
///
/// Line numbers, addresses, temporary paths and numbers in the message do not count, so it survives unrelated edits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub String);

/// Error-level lines of one shape that belong to no failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexplained {
    /// The line with its numbers and names replaced.
    pub template: String,
    /// How often.
    pub count: u32,
    /// Its first line in the log, counted from one.
    pub first_line: u32,
    /// Its last line in the log.
    pub last_line: u32,
    /// The first of these lines, without prefixes.
    pub example: String,
}

/// Lines left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// A short reason that is the same for the same cause.
    pub reason: String,
    /// How many lines.
    pub count: u32,
    /// The first of them, counted from one.
    pub first_line: u32,
}

impl Event {
    /// A failure of which only this much is known; its reader adds the rest.
    pub fn new(language: LanguageId, kind: impl Into<String>, message: impl Into<String>) -> Event {
        Event {
            language,
            kind: kind.into(),
            message: message.into(),
            raised_at: None,
            frames: Vec::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            suggestions: Vec::new(),
            causes: Vec::new(),
            within: None,
            test: None,
            service: None,
            timestamp: None,
            severity: Severity::High,
            category: Category::Code,
            fingerprint: Fingerprint(String::new()),
            count: 1,
            lines: 0..0,
            last_line: 0,
            timeline: Timeline::default(),
        }
    }

    /// An exception behind this one as a failure of its own.
    #[must_use]
    pub fn of_cause(&self, cause: &Cause) -> Event {
        Event {
            raised_at: cause.frames.last().map(|frame| frame.place.clone()),
            frames: cause.frames.clone(),
            test: self.test.clone(),
            service: self.service.clone(),
            lines: self.lines.clone(),
            ..Event::new(self.language, cause.kind.clone(), cause.message.clone())
        }
    }

    /// The first line of the message: what rules match and what stays the same from run to run.
    pub fn headline(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

impl Place {
    /// Whether it lies in a dependency or in the standard library, as far as its path and function say so.
    pub fn is_foreign(&self) -> bool {
        fingerprint::is_foreign(self)
    }

    /// The last part of the file's path, whichever way its slashes lean.
    pub fn base_name(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or_default()
    }
}
