//! How a healing ended, before anything is delivered.

use super::climb::Plausible;
use crate::event::Event;
use crate::explain::Explain;
use crate::judge::{Healed, Run, reasons};
use crate::project::plan::TestPlan;

/// How a healing ended, before anything is delivered.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// The failures that were asked about.
    pub(super) targets: Vec<Event>,
    /// What was accepted, in order.
    pub(super) accepted: Vec<Accepted>,
    /// All accepted patches as one.
    pub(super) healed: Option<Healed>,
    /// A harmless patch that nothing proves.
    pub(super) unproven: Option<Plausible>,
    /// How much of a build `unproven` heals, where that is not all of it.
    pub(super) part: Option<Part>,
    /// Other patches that pass, for the first accepted failure.
    pub(super) rivals: Vec<Plausible>,
    /// Failures that were asked about and still stand.
    pub(super) remaining: Vec<Event>,
    /// Why there is no patch.
    pub(super) stop: Option<Stop>,
    /// Everything, without a patch.
    pub(super) baseline: Option<Run>,
    /// Everything, with the accepted patches.
    pub(super) after: Option<Run>,
    /// What judged, for a person.
    pub(super) tests: Option<String>,
    /// The same as a plan.
    pub(super) plan: Option<TestPlan>,
    /// The command whose failure is the fault, where the person named one.
    pub(super) repro: Option<TestPlan>,
    /// Whether the user's tree differs from HEAD.
    pub(super) differs_from_head: bool,
}

/// How much of a build a patch heals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Errors that are gone with it.
    pub(super) gone: usize,
    /// Errors without it.
    pub(super) of: usize,
}

/// One failure that was cured.
#[derive(Debug)]
pub(super) struct Accepted {
    /// The patch.
    pub(super) plausible: Plausible,
    /// Its proof.
    pub(super) healed: Healed,
    /// Whether a compiler said it.
    pub(super) is_build: bool,
}

impl Stop {
    /// The person asked for suspects alone, and these are so many.
    pub(super) fn only_suspects(n: usize) -> Stop {
        let text = if n == 0 { "no function is known that the failing tests run" } else { "these functions may hold the fault" };
        Stop::Declined {
            reason: reasons::ONLY_SUSPECTS,
            text: text.to_owned(),
            hint: Some("without `--suspects` a patch is looked for".to_owned()),
        }
    }

    /// The tests cannot run, as `error` says.
    pub(super) fn unusable(error: &dyn Explain) -> Stop {
        Stop::Unusable { reason: reasons::TESTS_UNUSABLE, text: error.to_string(), hint: error.hint() }
    }
}

/// Why a healing stopped without a patch.
#[derive(Debug)]
pub(super) enum Stop {
    /// All is well.
    NothingWrong,
    /// The failure comes and goes.
    Flaky,
    /// The tests are no evidence; a code of [`reasons`] and a sentence.
    Unusable { reason: &'static str, text: String, hint: Option<String> },
    /// There is no patch to be had; a code of [`reasons`] and a sentence.
    Declined { reason: &'static str, text: String, hint: Option<String> },
}
