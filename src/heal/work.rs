//! One healing from beginning to end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::HealError;
use super::climb::{Part, Tally};
use super::court::Court;
use super::ending::{Accepted, Ending, Stop};
use super::finish::finish;
use super::library::Library;
use super::request::{Delivery, Request};
use super::setting::{COMMIT_SLOT, catalogue_of, own_remarks};
use super::target::{Meeting, failures_of, meet};
use super::trace::traced;
use crate::deliver::{self, Tree};
use crate::event::Log;
use crate::git::{Repo, Slots, Workspace};
use crate::judge::{Distrust, Failure, reasons};
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
        tally: Tally {
            space: Space { budget: request.budget, ..Space::default() },
            part: Part::new(request.keep_going),
            ..Tally::default()
        },
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
        let first = self.as_in_log(&plan).unwrap_or_else(|| plan.clone());
        (self.on_step)(Step::Note(format!("tests: {} ({})", first.line(), first.why)));
        let (mut workspace, differs_from_head) = self.workspace()?;
        let mut court = Court::new(self.lab(&mut workspace, first), repro.clone());
        let ending = self.in_court(library, &mut court, &plan);
        self.timings.tests = court.in_tests().as_secs_f64();
        let plan = court.plan().clone();
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

    fn in_court(&mut self, library: &mut Library<'a>, court: &mut Court<'_>, plain: &TestPlan) -> Result<Ending, HealError> {
        (self.on_step)(Step::Phase("running the tests without a patch"));
        let clock = Instant::now();
        let none = Patch::new(Vec::new());
        let baseline = self.baseline(court, plain, &none)?;
        self.timings.baseline = clock.elapsed().as_secs_f64();
        let mut ending = Ending { baseline: Some(baseline.clone()), ..Ending::default() };
        if let Some(stop) = self.lacks_ignored_file(&baseline) {
            ending.stop = Some(stop);
            return Ok(ending);
        }
        if let Some(distrust) = &baseline.distrust {
            let Distrust { text, hint, .. } = distrust.clone();
            // What keeps cargo itself from working may be what the log tells of.
            ending.targets = self.log_events();
            self.advise(library);
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
                    let n_errors = wanted.iter().filter(|failure| failure.is_build).count();
                    let n_errors = if target.is_build { n_errors.max(plausible.steps.len()) } else { 0 };
                    self.tally.space.healed_errors += u32::try_from(n_errors).unwrap_or(u32::MAX);
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
        self.keep_part(court, &all, &mut ending)?;
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
