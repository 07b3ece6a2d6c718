//! Where a panic that names no place of the project comes from: its tests are run once more, with call stacks.
//!
//! Much of the standard library panics at a line of its own (`Duration` minus `Duration`, `i32::abs`), and without a call stack nothing
//! tells who called. That run is asked for the stack alone: it is no evidence, and all others go without.

use super::HealError;
use super::court::Court;
use super::library::Library;
use super::target::failures_of;
use crate::event::Event;
use crate::judge::Failure;
use crate::project::{LocateProblem, Located};
use crate::syntax::LanguageId;
use crate::text::Patch;

/// `failure` with the call stack that leads into the project, where its text names none and a run with `base` shows one.
///
/// # Errors
/// The run could not be made at all.
pub(super) fn traced(court: &mut Court<'_>, library: &Library<'_>, base: &Patch, failure: &Failure) -> Result<Failure, HealError> {
    let is_ours = |event: &Event| !library.locate(event).spots.is_empty();
    if !failure.event.as_ref().is_some_and(|event| lacks_stack(event, &library.locate(event))) {
        return Ok(failure.clone());
    }
    let run = court.backtrace(base, failure)?;
    let same = failures_of(&run).into_iter().find(|one| one.fingerprint() == failure.fingerprint());
    let event = same.and_then(|one| one.event).filter(is_ours);
    Ok(Failure { event: event.or_else(|| failure.event.clone()), ..failure.clone() })
}

/// Whether nothing is known of a panic but a place outside of the project.
pub(super) fn lacks_stack(event: &Event, located: &Located) -> bool {
    let is_outside = matches!(located.problem, Some(LocateProblem::InDependency { .. }));
    event.language == LanguageId::RUST && event.frames.is_empty() && event.labels.is_empty() && is_outside
}
