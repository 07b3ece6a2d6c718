//! From an event and the project's sources to causes, places and possible patches.

mod birth;
mod born;
mod calls;
mod diagnose;
mod drift;
mod facts;
mod forward;
mod knowledge;
mod operational;
mod title;

use std::collections::BTreeSet;

pub use born::{BORN, born};
pub use diagnose::{Case, World, diagnose};
pub use drift::{DRIFT, drift};
pub use facts::{Facts, Seen, Sighting};
pub use forward::{FORWARD, forward};
pub use knowledge::Known;
pub use operational::{OPERATIONAL, advice_on, operational};

use crate::symbols::Wanted;
use crate::text::{ByteSpan, LineNo, Patch, RepoPath};

/// What stands for a rule in a diagnosis that passes on a compiler's own suggestion.
pub const SUGGESTION: &str = "suggestion";

/// A place of a failure inside the repository: a file that exists, and the line where the printed one stands today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub path: RepoPath,
    /// The line; where the log's line moved, the line that holds its text now.
    pub line: LineNo,
    /// The function as the log prints it.
    pub function: Option<String>,
    /// Index of the event's frame that it comes from; none for a label or a location.
    pub frame: Option<usize>,
}

/// A cause that fits an event and the code.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// Index of the event in its log.
    pub event: usize,
    /// The rule that speaks, `python/missing-key`; `suggestion` for a change that the compiler printed; `operational/port-in-use` for a
    /// fault of the surroundings.
    pub rule: String,
    /// What is wrong, in one line.
    pub title: String,
    /// Why that fails.
    pub why: String,
    /// Where; none for a fault of the environment.
    pub spot: Option<Spot>,
    /// The bytes of that file that are meant.
    pub span: Option<ByteSpan>,
    /// From 0 to 1.
    pub confidence: f64,
    /// What was seen that speaks for it.
    pub evidence: Vec<String>,
    /// What a person can do.
    pub advice: Vec<Advice>,
    /// Possible patches, best first.
    pub fixes: Vec<Fix>,
}

/// Something for a person to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What.
    pub text: String,
    /// The command that does it.
    pub command: Option<String>,
}

/// A possible patch of a diagnosis; nothing has been proved.
#[derive(Debug, Clone)]
pub struct Fix {
    /// What it does, in one line.
    pub title: String,
    /// `safe`, `unsafe` or `display`, as the rule says.
    pub safety: &'static str,
    /// What may go wrong with it.
    pub risk: Option<String>,
    /// What a run has shown of the values that it is about.
    pub seen: Vec<String>,
    /// The templates that wrote it.
    pub templates: Vec<String>,
    /// The change.
    pub patch: Patch,
}

/// What [`diagnose`] says.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The causes that fit, surest first.
    Known(Vec<Diagnosis>),
    /// What must be read first.
    Need(Need),
}

/// What is missing for a diagnosis.
#[derive(Debug, Clone, Default)]
pub struct Need {
    /// Files to read.
    pub paths: BTreeSet<RepoPath>,
    /// Words whose files are to be read: those where they are what is wanted.
    pub words: BTreeSet<Wanted>,
    /// Whether values must be looked at while the failing tests run.
    pub facts: bool,
    /// Words that are looked for all at once: every file that holds one of them is to be read.
    pub sweep: BTreeSet<String>,
}

impl Need {
    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.words.is_empty() && self.sweep.is_empty() && !self.facts
    }
}
