//! The honest ends without a proved patch: why, and what a person can do next.

use super::HealError;
use super::climb::{Plausible, protection};
use super::court::Court;
use super::ending::{Ending, Stop};
use super::library::Library;
use super::trace::lacks_stack;
use super::work::Work;
use crate::event::{self, Event};
use crate::judge::{Failure, Outcome, Run, reasons};
use crate::project::plan::PlanError;
use crate::project::{LocateProblem, Located, Untouchable, is_test};
use crate::propose::{Candidate, propose};
use crate::report::{AdviceReport, Step};
use crate::syntax::Source;
use crate::text::RepoPath;

/// A project's own rules, which no test needs.
const OURS: &str = ".homeostasis";

impl<'a> Work<'_, 'a> {
    /// Why the log alone already says that nothing can be healed here.
    pub(super) fn stop_by_log(&mut self, library: &mut Library<'a>) -> Option<Stop> {
        let events = self.log.as_ref()?.events.clone();
        if events.is_empty() {
            return Some(declined(
                reasons::NO_FAILURE_IN_LOG,
                "the log holds no failure that can be read",
                "give the whole output of the failing command, or leave the log out to run the tests",
            ));
        }
        let located: Vec<Located> = events.iter().map(|event| library.locate(event)).collect();
        // Where a panic is all there is to see, its call stack may lead into the project.
        let may_be_ours = |(event, located): (&Event, &Located)| located.problem.is_none() || lacks_stack(event, located);
        if events.iter().zip(&located).any(may_be_ours) {
            return None;
        }
        located.into_iter().find_map(|located| located.problem).map(|problem| of_place(&problem))
    }

    /// What rules know to do about the log's failures, where no patch will come.
    pub(super) fn advise(&mut self, library: &mut Library<'a>) {
        for event in self.log_events() {
            let located = library.locate(&event);
            for advice in library.diagnose(0, &event, &located).iter().flat_map(|diagnosis| &diagnosis.advice) {
                if !self.tally.advice.iter().any(|known| known.text == advice.text) {
                    self.tally.advice.push(AdviceReport::from(advice));
                }
            }
        }
    }

    /// The failures of the log.
    pub(super) fn log_events(&self) -> Vec<Event> {
        self.log.as_ref().map(|log| log.events.clone()).unwrap_or_default()
    }

    /// The log's failures do not show in the tests: patches for them may be harmless, but nothing can prove them.
    pub(super) fn not_shown(&mut self, library: &mut Library<'a>, court: &mut Court<'_>, mut ending: Ending) -> Result<Ending, HealError> {
        ending.targets = self.log_events();
        let before = ending.baseline.clone();
        (self.on_step)(Step::Phase("trying candidates"));
        for candidate in self.candidates_of_log(library) {
            if self.tally.space.executed >= self.tally.space.budget || !matches!(court.compiles(&candidate.patch)?, Ok(())) {
                continue;
            }
            let run = court.all(&candidate.patch)?;
            self.tally.space.executed += 1;
            let keeps = |before: &Run| before.with(Outcome::Passed).all(|id| run.passed(id));
            if run.distrust.is_none() && before.as_ref().is_some_and(keeps) {
                ending.unproven = Some(alone(candidate, run, self.tally.space.executed));
                return Ok(ending);
            }
        }
        ending.remaining.clone_from(&ending.targets);
        ending.stop = Some(declined(
            reasons::DOES_NOT_SHOW,
            "the failure of the log does not show in the tests",
            "name a command that fails with it: `--repro 'CMD'`",
        ));
        Ok(ending)
    }

    /// Why the file at fault can be no place of a patch, if it cannot.
    fn unsuitable(&self, path: &RepoPath) -> Option<String> {
        let bytes = match self.project.read(path) {
            Ok(bytes) => bytes,
            Err(error) => return Some(error.to_string()),
        };
        if let Err(error) = Source::parse(path.clone(), bytes) {
            return Some(error.to_string());
        }
        self.project.untouchable(path).filter(|kind| *kind != Untouchable::Test).map(|kind| format!("{path} is {kind}"))
    }

    /// Whether the tests fail for want of a file that git ignores, so that the worktree lacks it.
    pub(super) fn lacks_ignored_file(&self, run: &Run) -> Option<Stop> {
        let failed = run
            .tests
            .values()
            .filter(|result| result.outcome == Outcome::Failed)
            .flat_map(|result| event::read(result.text.as_bytes()).events);
        let wants_a_file = |event: &Event| matches!(event.kind.as_str(), "ModuleNotFoundError" | "ImportError" | "FileNotFoundError");
        let wanting: Vec<Event> = failed.chain(run.events.iter().cloned()).filter(wants_a_file).collect();
        if wanting.is_empty() {
            return None;
        }
        let ignored = self.project.repo()?.left_out().ok()?;
        let is_named = |path: &&RepoPath| {
            let stem = path.file_name().split('.').find(|part| !part.is_empty()).unwrap_or_default();
            wanting.iter().any(|event| event.message.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == stem))
        };
        // Our own folder bears the name that begins the name of every throw-away tree, which messages print.
        let path = ignored.iter().filter(|path| !path.as_str().starts_with(OURS)).find(is_named)?;
        Some(Stop::Unusable {
            reason: reasons::TESTS_UNUSABLE,
            text: format!("the tests need {path}, which git ignores, so that the worktree does not have it"),
            hint: Some(format!("carry it: `carry = [\"{path}\"]` below `[worktree]` in homeostasis.toml")),
        })
    }

    /// There are no tests: the best candidate can be shown, never proved.
    pub(super) fn without_tests(&mut self, library: &mut Library<'a>, error: &PlanError) -> Ending {
        let mut ending = Ending { targets: self.log_events(), ..Ending::default() };
        let first = self.candidates_of_log(library).into_iter().next();
        ending.unproven = first.map(|candidate| alone(candidate, super::target::no_run(), 0));
        if ending.unproven.is_none() {
            ending.stop = Some(self.stop_without_tests(error));
        }
        ending
    }

    /// Where a rule knows the fault and has no patch, tests would change nothing.
    fn stop_without_tests(&self, error: &PlanError) -> Stop {
        if self.tally.is_known && self.tally.space.generated == 0 {
            return no_candidate();
        }
        Stop::Unusable { reason: reasons::NO_TESTS, text: error.to_string(), hint: crate::explain::Explain::hint(error) }
    }

    fn candidates_of_log(&mut self, library: &mut Library<'a>) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for event in self.log_events() {
            let located = library.locate(&event);
            let diagnoses = library.diagnose(0, &event, &located);
            self.tally.is_known |= !diagnoses.is_empty();
            self.tally.advice.extend(diagnoses.iter().flat_map(|diagnosis| &diagnosis.advice).map(AdviceReport::from));
            let proposal = propose(&diagnoses, library.sources(), &|path| protection(self.project, path, false));
            self.tally.space.generated += u32::try_from(proposal.candidates.len()).unwrap_or(u32::MAX);
            candidates.extend(proposal.candidates);
        }
        candidates
    }

    /// Why none of `failures` was healed.
    pub(super) fn declined(&self, library: &mut Library<'a>, failures: &[Failure]) -> Stop {
        let located: Vec<Located> =
            failures.iter().filter_map(|failure| failure.event.as_ref()).map(|event| library.locate(event)).collect();
        if let Some(problem) = located.iter().find_map(|located| located.problem.as_ref()) {
            return of_place(problem);
        }
        if let Some(text) = located.iter().filter_map(|located| located.spots.last()).find_map(|spot| self.unsuitable(&spot.path)) {
            return declined(reasons::UNSUITABLE_SOURCE, &text, "homeostasis edits what people wrote: UTF-8 text of at most 4 MB");
        }
        // Who is told what to do need not look for another version of the dependency.
        if self.tally.space.executed == 0 && !self.tally.advice.is_empty() {
            return no_candidate();
        }
        let is_foreign = |failure: &Failure| {
            let Some(event) = &failure.event else { return false };
            let innermost = event.frames.len().checked_sub(1);
            innermost.is_some() && library.locate(event).foreign.last().copied() == innermost
        };
        let is_untried = self.tally.space.executed == 0 || !self.tally.suspects.is_empty();
        if is_untried && !failures.is_empty() && failures.iter().all(is_foreign) {
            return declined(
                reasons::FAULT_IN_DEPENDENCY,
                "the failure is raised in a dependency, which is never changed",
                "another version of the dependency may not have it, or the project calls it in a way that it does not allow",
            );
        }
        let spots = || located.iter().flat_map(|located| &located.spots);
        if spots().next().is_some() && spots().all(|spot| is_test(&spot.path)) && self.tally.space.executed == 0 {
            return declined(
                reasons::FAULT_IN_TEST,
                "the only place of the fault is a test, and tests are never changed",
                "look at the test: it may expect what the code does not promise",
            );
        }
        if self.tally.space.executed > 0 && !self.tally.suspects.is_empty() {
            return self.searched();
        }
        if !self.tally.is_known {
            return declined(reasons::NO_RULE, "no rule knows this failure", "`homeostasis rules list` shows what is known");
        }
        if self.tally.space.executed == 0 {
            return no_candidate();
        }
        let is_large_build = failures.len() > 1 && failures.iter().all(|failure| failure.is_build);
        let hint = if is_large_build && !self.request.keep_going {
            "the rejected candidates say how far each of them came; `--keep-going` shows a patch for a part of the errors"
        } else {
            "the rejected candidates say how far each of them came"
        };
        declined(reasons::NONE_HEALS, "no candidate cured the failure", hint)
    }
}

/// The space that was explored in vain.
impl Work<'_, '_> {
    fn searched(&self) -> Stop {
        let space = self.tally.space;
        let text = format!("none of {} candidates in {} functions heals", space.executed, self.tally.suspects.len());
        let is_over = space.executed >= space.budget;
        let hint = if is_over { "`--budget N` tries more" } else { "the fault may need a change of several places, or stand elsewhere" };
        declined(reasons::NONE_HEALS, &text, hint)
    }
}

/// A candidate that stands for itself.
fn alone(candidate: Candidate, run: Run, rank: u32) -> Plausible {
    let patch = candidate.patch.clone();
    Plausible { steps: vec![candidate], patch, run, rank }
}

fn no_candidate() -> Stop {
    declined(reasons::NO_CANDIDATE, "the cause is known, but no rule has a patch for this code", "see the advice above")
}

fn declined(reason: &'static str, text: &str, hint: &str) -> Stop {
    Stop::Declined { reason, text: text.to_owned(), hint: Some(hint.to_owned()) }
}

fn of_place(problem: &LocateProblem) -> Stop {
    let (text, hint) = match problem {
        LocateProblem::AnotherVersion { path, line } => (
            format!("the line that the log shows at {path}:{line} stands nowhere in that file"),
            "the log is of another version of the code: run the tests again and give the new log",
        ),
        LocateProblem::AnotherProject { file } => (
            format!("no file of this project is named in the log; the failure is in {file}"),
            "`-C DIR` names the project that the log is of",
        ),
        LocateProblem::BehindLink { path } => {
            (format!("{path} is a symbolic link to a file outside of the project"), "heal the project that the file belongs to")
        }
        LocateProblem::InDependency { file } => (
            format!("the failure is in a dependency, in {file}, which is never changed"),
            "another version of the dependency may not have it",
        ),
    };
    Stop::Declined { reason: problem.code(), text, hint: Some(hint.to_owned()) }
}
