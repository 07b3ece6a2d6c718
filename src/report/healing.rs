//! What `fix` reached: the document that `--format json` prints.

use schemars::JsonSchema;
use serde::Serialize;

use super::analysis::{AdviceReport, EventReport, FilesReport};

/// The whole answer of `fix`, `run` and the hook.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Healing {
    /// [`super::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// One sentence that says the same to a person; the last line of the human report.
    pub verdict: String,
    /// The next step, where there is one.
    pub hint: Option<String>,
    /// Why there is no patch: one of [`crate::judge::reasons`].
    pub reason: Option<String>,
    /// The failures that were asked about.
    pub targets: Vec<EventReport>,
    /// Those of them that still stand.
    pub remaining: Vec<EventReport>,
    /// How much of a build the patch heals, where that is not all of it; only `--keep-going` shows such a patch.
    pub part: Option<PartReport>,
    /// The patch as one change to the user's tree; empty without one.
    pub diff: String,
    /// The patches, best first.
    pub patches: Vec<PatchReport>,
    /// Candidates that were tried or refused, and why.
    pub rejected: Vec<Rejection>,
    /// The functions that may hold the fault, the most suspicious first; only where a search was needed.
    pub suspects: Vec<SuspectReport>,
    /// For a person to do where no patch is right.
    pub advice: Vec<AdviceReport>,
    /// How much was tried.
    pub space: Space,
    /// The tests without the patch.
    pub baseline: Option<Counts>,
    /// The tests with the patch.
    pub after: Option<Counts>,
    /// How many files of the project were looked at for rules and patches.
    pub files: FilesReport,
    /// The command that judged, as one line for a shell, and how it was found.
    pub tests: Option<String>,
    /// What held the tests.
    pub sandbox: Sandbox,
    /// Where the time went.
    pub timings: Timings,
    /// What was done with the patch: `shown`, `applied`, or the branch that holds it.
    pub delivered: Option<String>,
    /// Name of this run; `undo` takes it.
    pub run: String,
}

/// A build that is healed in part.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct PartReport {
    /// Errors that are gone with the patch.
    pub gone: u32,
    /// Errors without it.
    pub of: u32,
}

/// How a healing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A patch was proved.
    Healed,
    /// A patch was found that harms nothing, but nothing showed that the fault is gone.
    Unproven,
    /// No patch.
    Declined,
    /// The tests pass and the log holds no failure.
    NothingWrong,
    /// The failure comes and goes by itself.
    Flaky,
    /// The tests cannot be believed.
    BaselineUnusable,
    /// The user's tree or repository does not allow it now.
    Refused,
}

/// One patch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PatchReport {
    /// The change in git's format.
    pub diff: String,
    /// What it does, in one line.
    pub title: String,
    /// `suggestion`, `rule`, `search` or `provider`.
    pub source: String,
    /// The rule, where one spoke.
    pub rule: Option<String>,
    /// The templates that wrote it.
    pub templates: Vec<String>,
    /// `safe`, `unsafe` or `display`.
    pub safety: String,
    /// `assertion` or `exit`; none for an unproven patch.
    pub proof: Option<String>,
    /// The tests that failed without it and pass with it.
    pub cured: Vec<String>,
    /// Why the fault is a fault.
    pub why: String,
    /// What a run has shown of the values that it is about.
    pub seen: Vec<String>,
    /// What may go wrong with it.
    pub risk: Option<String>,
    /// What a person should look at before believing it.
    pub warnings: Vec<String>,
}

/// A candidate that did not make it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Rejection {
    /// What it would have done.
    pub summary: String,
    /// One of [`crate::judge::reasons`].
    pub reason: String,
    /// What was seen.
    pub detail: Option<String>,
}

/// A function that may hold the fault.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SuspectReport {
    /// Its file, from the root of the project.
    pub file: String,
    /// The line on which it begins.
    pub line: u32,
    /// Its name, with its class or type.
    pub function: String,
    /// How suspicious it is: Ochiai's measure, raised by what else is known.
    pub score: f64,
}

/// How much was tried.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Space {
    /// Candidates made.
    pub generated: u32,
    /// Candidates that the tests saw.
    pub executed: u32,
    /// Candidates that passed them.
    pub plausible: u32,
    /// Runs that looked at the values in the failing tests, because a rule asked.
    pub looked: u32,
    /// Builds that judged candidates for errors of a compiler, many candidates in one.
    pub builds: u32,
    /// Errors of a compiler that the patches take away; `builds` over these is what an error has cost.
    pub healed_errors: u32,
    /// Executed candidates up to the chosen patch; 0 without one.
    pub rank: u32,
    /// How many were allowed.
    pub budget: u32,
}

/// One run of the tests in numbers.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// Tests that were skipped.
    pub skipped: u32,
    /// Wall seconds.
    pub seconds: f64,
}

/// What held the tests while they ran: each `enforced`, `partial` or `none`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Sandbox {
    /// Writing outside the worktree.
    pub filesystem: String,
    /// Talking to the network.
    pub network: String,
    /// Time, memory, processes.
    pub limits: String,
    /// Why not more.
    pub why: String,
}

/// Wall seconds by phase.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Timings {
    /// Reading the log.
    pub ingest: f64,
    /// Running the tests without a patch.
    pub baseline: f64,
    /// Finding the place.
    pub localize: f64,
    /// Making candidates and trying them.
    pub search: f64,
    /// Judging the best.
    pub prove: f64,
    /// Inside test runs, over all phases.
    pub tests: f64,
    /// All.
    pub total: f64,
}

impl Sandbox {
    /// Nothing but the worktree holds the tests; `why` says so to a person.
    pub fn none(why: &str) -> Sandbox {
        Sandbox { filesystem: "none".to_owned(), network: "none".to_owned(), limits: "partial".to_owned(), why: why.to_owned() }
    }
}
