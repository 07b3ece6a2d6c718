//! One healing from beginning to end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::HealError;
use super::climb::{Plausible, Tally};
use super::court::Court;
use super::finish::finish;
use super::library::Library;
use super::request::{Delivery, Request};
use super::setting::{COMMIT_SLOT, catalogue_of, own_remarks};
use super::target::{Meeting, failures_of, meet};
use super::trace::traced;
use crate::deliver::{self, Tree};
use crate::event::{Event, Log};
use crate::explain::Explain;
use crate::git::{Repo, Slots, Workspace};
use crate::judge::{Distrust, Failure, Healed, Run, reasons};
use crate::process::{Interrupt, ProcessError};
use crate::project::Project;
use crate::project::plan::{PlanError, TestPlan};
use crate::redact::covered;
use crate::report::{Healing, Space, Step, Timings};
use crate::store::{self, RunRecord, Store};
use crate::text::Patch;
use crate::trial::TrialError;

/// Runs that are remembered; older ones cannot be undone any more.
const KEPT_RUNS: usize = 100;
/// How many faults of one log are healed one after another.
const MAX_TARGETS: usize = 50;

/// Heals what `request` asks about.
///
/// # Errors
/// [`HealError`] for what lies outside: a project that cannot be opened, a disk, a signal. "No patch found" is no error.
pub fn heal(request: &Request, interrupt: &Interrupt, on_step: &mut dyn FnMut(Step)) -> Result<Healing, HealError> {
    let start = Instant::now();
    let mut timings = Timings::default();
    on_step(Step::Phase("reading the log"));
    let log = request.log.as_ref().map(|input| input.log.clone());
    let held = request.commit.as_deref().map(|name| committed(&request.dir, name)).transpose()?;
    let project = Project::open(held.as_ref().map_or(&request.dir, |(_, dir)| dir))?;
    let catalogue = catalogue_of(&project)?;
    for remark in own_remarks(&project) {
        on_step(Step::Note(remark));
    }
    let mut library = Library::new(&project, &catalogue);
    timings.ingest = (start.elapsed() + request.log.as_ref().map_or(Duration::ZERO, |log| log.took)).as_secs_f64();
    recover(&project, on_step)?;
    let mut work = Work {
        request,
        interrupt,
        on_step,
        project: &project,
        log,
        timings,
        tally: Tally { space: Space { budget: request.budget, ..Space::default() }, ..Tally::default() },
    };
    let ending = work.run(&mut library)?;
    let mut healing = finish(&mut work, &ending)?;
    healing.timings.total = start.elapsed().as_secs_f64();
    record(&project, &healing)?;
    Ok(healing)
}

/// Brings back what a run that was killed while it wrote has left half done.
fn recover(project: &Project, on_step: &mut dyn FnMut(Step)) -> Result<(), HealError> {
    let state_dir = project.state_dir();
    for recovered in deliver::recover(&Tree::of(project, &state_dir))? {
        let (n, kept) = (recovered.restored.len(), recovered.kept.len());
        let kept = if kept == 0 {
            String::new()
        } else {
            format!("; {kept} changed since and stay, their old text is in {}", recovered.journal.display())
        };
        on_step(Step::Note(format!("run {} was killed while it wrote: {n} files are as they were before it{kept}", recovered.run)));
    }
    Ok(())
}

/// Writes down what the run did; only the newest runs are kept.
fn record(project: &Project, healing: &Healing) -> Result<(), HealError> {
    let store = Store::at(&project.state_dir());
    let first = healing.patches.first().filter(|_| !healing.diff.is_empty());
    let outcome = serde_json::to_value(healing.outcome).ok().and_then(|name| name.as_str().map(str::to_owned));
    store.save(&RunRecord {
        run: healing.run.clone(),
        started_at: store::now().to_string(),
        outcome: outcome.unwrap_or_default(),
        title: covered(first.map_or(&healing.verdict, |patch| &patch.title)).into_owned(),
        rule: first.and_then(|patch| patch.rule.clone()),
        files: healing.diff.lines().filter_map(|line| line.strip_prefix("+++ b/")).map(|path| path.trim_end().to_owned()).collect(),
        diff: covered(&healing.diff).into_owned(),
        delivered: healing.delivered.clone().unwrap_or_else(|| "shown".to_owned()),
        seconds: healing.timings.total,
        ..RunRecord::default()
    })?;
    Ok(store.prune(KEPT_RUNS)?)
}

/// A tree of the commit `name` of the repository that `dir` lies in, and the folder there that `dir` is here.
fn committed(dir: &Path, name: &str) -> Result<(Workspace, PathBuf), HealError> {
    let project = Project::open(dir)?;
    let repo = project.repo().ok_or(HealError::NoRepository)?;
    let commit = repo.commit_named(name).ok_or_else(|| HealError::NoCommit { name: name.to_owned() })?;
    let workspace = Workspace::of_commit(repo, commit, Slots::of(repo).take(COMMIT_SLOT)?)?;
    let dir = workspace.root().join(project.folder());
    Ok((workspace, dir))
}

/// What one healing carries along.
pub(super) struct Work<'s, 'a> {
    pub(super) request: &'s Request,
    pub(super) interrupt: &'s Interrupt,
    pub(super) on_step: &'s mut dyn FnMut(Step),
    pub(super) project: &'a Project,
    pub(super) log: Option<Log>,
    pub(super) timings: Timings,
    pub(super) tally: Tally,
}

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

impl<'a> Work<'_, 'a> {
    fn run(&mut self, library: &mut Library<'a>) -> Result<Ending, HealError> {
        if let Delivery::Branch(name) = &self.request.delivery {
            self.check_branch(name)?;
        }
        if let Some(stop) = self.stop_by_log(library) {
            self.project.repo().map_or(Ok(()), Repo::check_conflicts)?;
            self.advise(library);
            return Ok(Ending { stop: Some(stop), targets: self.log_events(), ..Ending::default() });
        }
        let mut repro = self.repro_plan()?;
        let plan = match (self.plan(library), &repro) {
            (Ok(plan), _) => plan,
            // Without tests the command stands alone.
            (Err(PlanError::NoTests { .. }), Some(_)) => repro.take().expect("it was just there"),
            (Err(error @ PlanError::NoTests { .. }), None) if self.log.is_some() => return Ok(self.without_tests(library, &error)),
            (Err(error), _) if error.is_of_request() => return Err(error.into()),
            (Err(error), _) => return Ok(Ending { stop: Some(Stop::unusable(&error)), targets: self.log_events(), ..Ending::default() }),
        };
        (self.on_step)(Step::Note(format!("tests: {} ({})", plan.line(), plan.why)));
        let (mut workspace, differs_from_head) = self.workspace()?;
        let mut court = Court::new(self.lab(&mut workspace, plan.clone()), repro.clone());
        let ending = self.in_court(library, &mut court);
        self.timings.tests = court.in_tests().as_secs_f64();
        let (line, repro) = (court.line(), court.repro().cloned());
        drop(court);
        let ending = match ending {
            // A program that is not there is no fault of the project's.
            Err(HealError::Trial(TrialError::Process(error @ ProcessError::NotFound { .. }))) => {
                Ending { stop: Some(Stop::unusable(&error)), targets: self.log_events(), ..Ending::default() }
            }
            ending => ending?,
        };
        let ending = Ending { tests: Some(line), differs_from_head, plan: Some(plan), repro, ..ending };
        if self.request.keep {
            (self.on_step)(Step::Kept(workspace.keep()?));
        }
        Ok(ending)
    }

    fn in_court(&mut self, library: &mut Library<'a>, court: &mut Court<'_>) -> Result<Ending, HealError> {
        (self.on_step)(Step::Phase("running the tests without a patch"));
        let clock = Instant::now();
        let none = Patch::new(Vec::new());
        let baseline = self.baseline(court, &none)?;
        self.timings.baseline = clock.elapsed().as_secs_f64();
        let mut ending = Ending { baseline: Some(baseline.clone()), ..Ending::default() };
        if let Some(stop) = self.lacks_ignored_file(&baseline) {
            ending.stop = Some(stop);
            return Ok(ending);
        }
        if let Some(distrust) = &baseline.distrust {
            let Distrust { text, hint, .. } = distrust.clone();
            ending.stop = Some(Stop::Unusable { reason: reasons::TESTS_UNUSABLE, text, hint });
            return Ok(ending);
        }
        let failures = if court.has_repro() { super::target::command_failures(&baseline) } else { failures_of(&baseline) };
        tracing::debug!(?failures, exit = ?baseline.exit, output = baseline.output, "baseline");
        let Some(mut wanted) = self.wanted(failures) else { return self.not_shown(library, court, ending) };
        ending.targets = wanted.iter().filter_map(|failure| failure.event.clone()).collect();
        if wanted.is_empty() {
            ending.stop = Some(Stop::NothingWrong);
            return Ok(ending);
        }
        let (mut base, mut all, mut given_up) = (none, baseline, Vec::<Failure>::new());
        for _ in 0..MAX_TARGETS {
            let Some(target) = wanted.first().map(|first| traced(court, library, &base, first)).transpose()? else { break };
            wanted[0] = target.clone();
            match self.heal_one(library, court, &base, &all, &wanted, &mut ending)? {
                Some((plausible, healed, after)) => {
                    self.accept(library, &mut ending, Accepted { plausible, healed, is_build: target.is_build }, &mut base);
                    let failures = if court.has_repro() { super::target::command_failures(&after) } else { failures_of(&after) };
                    wanted = self.wanted(failures).unwrap_or_default();
                    ending.after = Some(after.clone());
                    all = after;
                }
                None if target.is_build => given_up.append(&mut wanted),
                None => {
                    given_up.push(target);
                    wanted.remove(0);
                }
            }
            wanted
                .retain(|failure| !given_up.iter().any(|gone| gone.fingerprint() == failure.fingerprint() && gone.tests == failure.tests));
        }
        ending.remaining = given_up.iter().chain(&wanted).filter_map(|failure| failure.event.clone()).collect();
        if ending.healed.is_none() && ending.unproven.is_none() && ending.stop.is_none() {
            ending.stop = Some(self.declined(library, &given_up));
        }
        Ok(ending)
    }

    /// Those of `failures` that are asked about; none where the log's do not show.
    pub(super) fn wanted(&self, failures: Vec<Failure>) -> Option<Vec<Failure>> {
        let Some(log) = &self.log else { return Some(failures) };
        match meet(failures, log) {
            Meeting::Shown(failures) => Some(failures),
            Meeting::NotShown => None,
        }
    }
}
