//! Hands over what was proved, and writes the report.

use super::HealError;
use super::climb::Plausible;
use super::ending::{Ending, Part, Stop};
use super::request::Delivery;
use super::setting::files_of;
use super::work::Work;
use crate::deliver::{self, Tree};
use crate::event::Event;
use crate::explain::Explain;
use crate::judge::{Outcome as TestOutcome, Run};
use crate::project::Project;
use crate::redact::{covered, covered_code};
use crate::report::{Counts, EventReport, Healing, Outcome, PartReport, PatchReport, PlaceReport, SCHEMA_VERSION, Sandbox};
use crate::store::Store;
use crate::text::Patch;

/// Errors that are left and named.
const MOST_LEFT: usize = 3;

/// The report of a healing, after its patch was handed over as the request wants it.
pub(super) fn finish(work: &mut Work<'_, '_>, ending: &Ending) -> Result<Healing, HealError> {
    let state_dir = work.project.state_dir();
    let store = Store::at(&state_dir);
    let run = store.begin(crate::store::now())?;
    let [targets, remaining] = [&ending.targets, &ending.remaining].map(|events| reports(work.project, events));
    let wanted = match (&ending.healed, &ending.unproven) {
        (Some(healed), _) => Some(healed.patch()),
        (None, Some(plausible)) if work.request.allow_unproven && work.request.delivery == Delivery::Apply => Some(&plausible.patch),
        _ => None,
    };
    let mut refusal = None;
    let delivered = match wanted.map(|patch| hand_over(work, ending, patch, &run)) {
        Some(Ok(delivered)) => delivered,
        // The patch is there; only the user's tree does not allow it now.
        Some(Err(error)) if error.exit_code() == 5 => {
            refusal = Some(error);
            None
        }
        Some(Err(error)) => return Err(error),
        None => None,
    };
    let outcome = if refusal.is_some() { Outcome::Refused } else { outcome(ending) };
    let patch = ending.healed.as_ref().map(crate::judge::Healed::patch).or(ending.unproven.as_ref().map(|plausible| &plausible.patch));
    Ok(Healing {
        schema_version: SCHEMA_VERSION,
        outcome,
        verdict: refusal.as_ref().map_or_else(|| verdict(ending, delivered.as_deref()), |error| format!("a patch was proved, but {error}")),
        hint: refusal.as_ref().map_or_else(|| hint(work, ending, delivered.as_deref()), Explain::hint),
        reason: match &ending.stop {
            Some(Stop::Declined { reason, .. } | Stop::Unusable { reason, .. }) if ending.unproven.is_none() => Some((*reason).to_owned()),
            _ => None,
        },
        targets,
        part: ending.part.map(|part| PartReport { gone: number(part.gone), of: number(part.of) }),
        remaining,
        diff: patch.map(shown).unwrap_or_default(),
        patches: patches(ending),
        rejected: std::mem::take(&mut work.tally.rejected),
        suspects: std::mem::take(&mut work.tally.suspects),
        advice: std::mem::take(&mut work.tally.advice),
        space: work.tally.space,
        baseline: ending.baseline.as_ref().map(counts),
        after: ending.after.as_ref().map(counts),
        files: files_of(work.project),
        tests: ending.tests.clone(),
        sandbox: Sandbox::none("tests run as the user, in a worktree of their own, with a time limit"),
        timings: work.timings,
        delivered,
        run,
    })
}

fn hand_over(work: &mut Work<'_, '_>, ending: &Ending, patch: &Patch, run: &str) -> Result<Option<String>, HealError> {
    match &work.request.delivery {
        Delivery::Show => Ok(None),
        Delivery::Apply => {
            let state_dir = work.project.state_dir();
            let tree = Tree { allow_dirty: work.request.allow_dirty, ..Tree::of(work.project, &state_dir) };
            deliver::apply(&tree, patch, run)?;
            Ok(Some("applied".to_owned()))
        }
        Delivery::Branch(name) => {
            let repo = work.project.repo().ok_or(HealError::NoRepository)?;
            work.prove_on_head(repo, ending, patch)?;
            deliver::branch(repo, name, patch, &covered(&message(ending, run)))?;
            Ok(Some(format!("committed to the branch {name}")))
        }
    }
}

/// The patch as it is shown and kept: what is written or committed is the patch itself.
fn shown(patch: &Patch) -> String {
    covered_code(&String::from_utf8_lossy(&patch.diff())).into_owned()
}

/// Subject, body and trailers of the commit.
fn message(ending: &Ending, run: &str) -> String {
    let steps = || ending.accepted.iter().flat_map(|accepted| &accepted.plausible.steps);
    let mut titles = steps().map(|step| step.title.as_str());
    let subject = titles.next().unwrap_or("mend a failure");
    let rest = titles.map(|title| format!("- {title}")).collect::<Vec<_>>().join("\n");
    let why = steps().next().map(|step| step.why.trim()).unwrap_or_default();
    let mut rules: Vec<&str> = steps().map(|step| step.rule.as_str()).collect();
    rules.dedup();
    let failing = ending.baseline.as_ref().map_or(0, |run| run.with(TestOutcome::Failed).count());
    let verified = match &ending.after {
        Some(after) if after.has_tests => {
            let were = if failing == 1 { "was" } else { "were" };
            format!("{} passed, {failing} {were} failing", after.with(TestOutcome::Passed).count())
        }
        _ => "the command that failed succeeds".to_owned(),
    };
    let body = [why, rest.trim_end()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let trailers = format!("Homeostasis-Rule: {}\nHomeostasis-Run: {run}\nHomeostasis-Verified: {verified}\n", rules.join(", "));
    [subject, body.as_str(), trailers.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn outcome(ending: &Ending) -> Outcome {
    match (&ending.healed, &ending.unproven, &ending.stop) {
        (Some(_), _, _) => Outcome::Healed,
        (None, Some(_), _) => Outcome::Unproven,
        (None, None, Some(Stop::NothingWrong)) => Outcome::NothingWrong,
        (None, None, Some(Stop::Flaky)) => Outcome::Flaky,
        (None, None, Some(Stop::Unusable { .. })) => Outcome::BaselineUnusable,
        (None, None, Some(Stop::Declined { .. }) | None) => Outcome::Declined,
    }
}

/// The verdict as one sentence.
fn verdict(ending: &Ending, delivered: Option<&str>) -> String {
    let Some(healed) = &ending.healed else { return verdict_without_proof(ending) };
    let cured = match healed.cured().len() {
        0 => "the failure is gone".to_owned(),
        1 => "1 failing test passes".to_owned(),
        n => format!("{n} failing tests pass"),
    };
    let passed =
        ending.after.as_ref().filter(|run| run.has_tests).map(|run| format!(", {} passed in all", run.with(TestOutcome::Passed).count()));
    let left = match ending.remaining.len() {
        0 => String::new(),
        1 => ", 1 failure is left".to_owned(),
        n => format!(", {n} failures are left"),
    };
    let done = delivered.map_or(", nothing was written", |_| "");
    let how = delivered.map(|how| format!(", {how}")).unwrap_or_default();
    format!("{cured}{}{left}{how}{done}", passed.unwrap_or_default())
}

/// How many errors of a build are gone, and which are left.
fn verdict_of_part(part: Part, left: &[Event]) -> String {
    let Part { gone, of } = part;
    let errors = if of == 1 { "error" } else { "errors" };
    let named = left.iter().take(MOST_LEFT).map(EventReport::from).map(|event| event.headline());
    let more = left.len().checked_sub(MOST_LEFT).filter(|&n| n > 0).map(|n| format!("and {n} more"));
    format!("{gone} of {of} {errors} gone; left: {}", named.chain(more).collect::<Vec<_>>().join(", "))
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn verdict_without_proof(ending: &Ending) -> String {
    if let Some(part) = ending.part {
        return verdict_of_part(part, &ending.remaining);
    }
    if let Some(plausible) = &ending.unproven {
        return match &ending.baseline {
            _ if plausible.nature().is_guess => "a patch that passes the tests, which are too few to tell it from other changes".to_owned(),
            None => "a patch that fits, but there are no tests to prove it".to_owned(),
            Some(_) => "a patch that fits and breaks nothing, but no test shows that the failure is gone".to_owned(),
        };
    }
    match &ending.stop {
        Some(Stop::NothingWrong) => "the tests pass".to_owned(),
        Some(Stop::Flaky) => "the failure comes and goes without any change, so that no patch can be judged".to_owned(),
        Some(Stop::Unusable { text, .. } | Stop::Declined { text, .. }) => text.clone(),
        None => "no patch was found".to_owned(),
    }
}

fn hint(work: &Work<'_, '_>, ending: &Ending, delivered: Option<&str>) -> Option<String> {
    match &ending.stop {
        Some(Stop::Flaky) => Some("make the test deterministic first: seeds, clocks, order, files that are left behind".to_owned()),
        Some(Stop::Unusable { hint, .. } | Stop::Declined { hint, .. }) if ending.unproven.is_none() => hint.clone(),
        _ if ending.healed.is_some() && work.request.delivery == Delivery::Show => {
            Some("`homeostasis fix --apply` writes it, `--branch NAME` commits it".to_owned())
        }
        _ if ending.part.is_some() && delivered.is_none() => {
            Some("look at the patch, and take it with `--apply --allow-unproven`; the errors that are left need a person".to_owned())
        }
        _ if ending.part.is_some() => Some("the errors that are left need a person".to_owned()),
        _ if ending.unproven.as_ref().is_some_and(|plausible| plausible.nature().is_guess) => Some(
            "too few tests tell it from other changes: read it, and write a test or two more; `--apply --allow-unproven` takes it as it is"
                .to_owned(),
        ),
        _ if ending.unproven.is_some() => Some(
            "name a command that fails with the fault (`--repro 'CMD'`), or look at the patch and take it with `--apply --allow-unproven`"
                .to_owned(),
        ),
        _ => None,
    }
}

/// The accepted patches in order, then the rivals of the first.
fn patches(ending: &Ending) -> Vec<PatchReport> {
    let accepted = ending.accepted.iter().map(|accepted| {
        let cured = accepted.healed.cured().iter().map(ToString::to_string).collect();
        patch_report(&accepted.plausible, accepted.healed.patch(), Some(accepted.healed.proof().as_str()), cured, &ending.rivals)
    });
    let rivals = ending.rivals.iter().map(|rival| patch_report(rival, &rival.patch, None, Vec::new(), &[]));
    let unproven = ending.unproven.iter().filter(|_| ending.healed.is_none());
    let unproven = unproven.map(|plausible| patch_report(plausible, &plausible.patch, None, Vec::new(), &[]));
    accepted.chain(rivals).chain(unproven).collect()
}

fn patch_report(plausible: &Plausible, patch: &Patch, proof: Option<&str>, cured: Vec<String>, rivals: &[Plausible]) -> PatchReport {
    let steps = &plausible.steps;
    let first = steps.first();
    let mut warnings = Vec::new();
    if plausible.nature().hides && proof.is_some() {
        warnings.push("it guards or defaults: see that callers expect the new value".to_owned());
    }
    if !rivals.is_empty() {
        warnings.push(format!(
            "{} other {} the failing tests too",
            rivals.len(),
            if rivals.len() == 1 { "patch passes" } else { "patches pass" }
        ));
    }
    let mut templates: Vec<String> = steps.iter().flat_map(|step| step.templates.clone()).collect();
    templates.dedup();
    PatchReport {
        diff: shown(patch),
        title: steps.iter().map(|step| step.title.as_str()).collect::<Vec<_>>().join("; then "),
        source: first.map(|step| step.rung.as_str().to_owned()).unwrap_or_default(),
        rule: first.map(|step| step.rule.clone()),
        templates,
        safety: steps.iter().map(|step| step.safety).find(|safety| *safety != "safe").unwrap_or("safe").to_owned(),
        proof: proof.map(str::to_owned),
        cured,
        why: first.map(|step| step.why.clone()).unwrap_or_default(),
        seen: first.map(|step| step.seen.clone()).unwrap_or_default(),
        risk: steps.iter().find_map(|step| step.risk.clone()),
        warnings,
    }
}

fn counts(run: &Run) -> Counts {
    let count = |outcome| number(run.with(outcome).count());
    Counts {
        passed: count(TestOutcome::Passed),
        failed: count(TestOutcome::Failed),
        skipped: count(TestOutcome::Skipped),
        seconds: run.wall.as_secs_f64(),
    }
}

/// The failures with the places of the project that they blame; to be asked before a patch changes those.
fn reports(project: &Project, events: &[Event]) -> Vec<EventReport> {
    let blamed = |event: &Event| project.locate(event).spots.last().map(PlaceReport::from);
    events.iter().map(|event| EventReport { blamed: blamed(event), ..EventReport::from(event) }).collect()
}
