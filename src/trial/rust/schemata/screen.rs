//! Fates of variants: batches are built, failing tests run first, passing ones only with what has cured all of those.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::batch::{Batch, Yard};
use super::intake::{Distinct, Intake, files};
use super::packages::Packages;
use super::programs::{Allowance, Group, Habits, Played, Programs, groups, parts};
use super::switch::FIRST_TOLD;
use super::tree::Tree;
use crate::judge::TestId;
use crate::syntax::Source;
use crate::text::RepoPath;
use crate::trial::runner::Bench;
use crate::trial::{Fate, Screened, Screening, TrialError};

/// Variants of one build: more make the compiler slow, fewer make it start too often.
const BATCH: usize = 300;

/// Failing tests that run together: one that ends its process takes the results of the others with it.
const FAILING: usize = 16;

/// Passing tests that run together.
const PASSING: usize = 200;

/// A variant may make this many times the steps of the tree as it stands.
const FACTOR: u64 = 50;

/// And so many more: a failing test ends early, and does all of its work once it is cured.
const MORE: u64 = 20_000_000;

/// Steps without a patch that count as no end: a second or more where nothing is optimised.
const NO_END: u64 = 50_000_000;

/// Steps of a variant where the tree as it stands makes no end of them.
const ENDLESS: u64 = 1_000_000;

/// A process may take this many times its time without a patch. Only a net: steps end what runs for ever in a copy.
const SLACK: u32 = 20;

/// And never less than this.
const SHORTEST: Duration = Duration::from_secs(3);

/// The fates of all variants; none where no test can be watched in this way.
pub(super) fn screen(bench: &Bench<'_>, habits: &mut Habits, screening: &Screening) -> Result<Option<Screened>, TrialError> {
    let failing = groups(&screening.failing, FAILING);
    let Some(packages) = Packages::ask(bench)?.filter(|_| !failing.is_empty()) else { return Ok(None) };
    let mut tree = Tree::new(bench.root);
    let changed = files(&screening.variants).into_iter().filter(|path| packages.is_run_by_tests(bench.root, path));
    let sources = sources(&mut tree, &changed.collect());
    let intake = Intake::of(&sources, &screening.variants);
    let mut yard = Yard { bench, packages: &packages, tree, habits };
    let mut fates = intake.fates;
    let mut n_built = 0;
    for variants in intake.distinct.chunks(BATCH) {
        let mut batch = Batch { sites: &intake.sites, variants, fates: vec![None; variants.len()] };
        let programs = batch.build(&mut yard, &failing.iter().map(|group| group.target.as_str()).collect())?;
        n_built += batch.fates.iter().filter(|fate| fate.is_none()).count();
        Trials { screening, failing: &failing, programs }.run(&mut yard, &mut batch)?;
        for (Distinct { index, .. }, fate) in variants.iter().zip(batch.fates) {
            fates[*index] = fate;
        }
    }
    let n_builds = intake.distinct.len().div_ceil(BATCH);
    let how = format!("{n_built} variants in {n_builds} build{}", if n_builds == 1 { "" } else { "s" });
    Ok(Some(Screened { fates: fates.into_iter().map(|fate| fate.unwrap_or(Fate::NotHere)).collect(), is_cut: false, is_dear: true, how }))
}

/// The files that can be parsed.
pub(super) fn sources(tree: &mut Tree<'_>, paths: &BTreeSet<&RepoPath>) -> BTreeMap<RepoPath, Source> {
    let parse = |path: &&RepoPath| Some(((*path).clone(), Source::parse((*path).clone(), tree.original(path)?).ok()?));
    paths.iter().filter(|path| path.extension() == "rs").filter_map(parse).collect()
}

/// The trials of one batch.
struct Trials<'a> {
    screening: &'a Screening,
    failing: &'a [Group],
    programs: Programs,
}

/// Tests that run together, and what they did without a variant.
struct Bout {
    group: Group,
    allowance: Allowance,
}

impl Trials<'_> {
    /// Tries every variant that was built.
    fn run(mut self, yard: &mut Yard<'_, '_>, batch: &mut Batch<'_>) -> Result<(), TrialError> {
        let built: Vec<usize> = (0..batch.fates.len()).filter(|place| batch.fates[*place].is_none()).collect();
        if built.is_empty() {
            return Ok(());
        }
        let n_workers = self.screening.n_workers.max(1);
        let scratch: Vec<_> =
            (0..n_workers).map(|_| tempfile::tempdir()).collect::<Result<_, _>>().map_err(|source| TrialError::Scratch { source })?;
        let folders: Vec<PathBuf> = scratch.iter().map(|folder| folder.path().to_owned()).collect();
        let bench = yard.bench;
        let failing = self.bouts(bench, self.failing, false, &folders[0])?;
        let n_failing: usize = failing.iter().map(|bout| bout.group.tests.len()).sum();
        let first = side_by_side(&folders, &built, |place, scratch| self.cure(bench, &failing, place + 1, scratch))?;
        let green: Vec<usize> = built.iter().zip(&first).filter(|(_, fate)| **fate == Fate::Passes).map(|(place, _)| *place).collect();
        for (place, fate) in built.iter().zip(first) {
            // What did fail no test without a variant cannot be cured.
            batch.fates[*place] = Some(if n_failing == 0 { Fate::NotHere } else { fate });
        }
        if green.is_empty() || n_failing == 0 {
            return Ok(());
        }
        let targets: BTreeSet<&str> = self.screening.passing.iter().filter_map(parts).map(|(target, _)| target).collect();
        yard.build_more(&mut self.programs, &targets)?;
        let passing = self.bouts(bench, &groups(&self.passing(), PASSING), true, &folders[0])?;
        let second = side_by_side(&folders, &green, |place, scratch| self.keep(bench, &passing, place + 1, n_failing, scratch))?;
        for (place, fate) in green.into_iter().zip(second) {
            batch.fates[place] = Some(fate);
        }
        Ok(())
    }

    /// The passing tests that are not among the failing ones.
    fn passing(&self) -> Vec<TestId> {
        self.screening.passing.iter().filter(|id| !self.screening.failing.contains(id)).cloned().collect()
    }

    /// The tests of `groups` that end without a variant as they should, with what they may do.
    fn bouts(&self, bench: &Bench<'_>, groups: &[Group], is_green: bool, scratch: &std::path::Path) -> Result<Vec<Bout>, TrialError> {
        let mut bouts = Vec::new();
        for group in groups {
            let free = Allowance { fuel: Some(NO_END), wall: bench.deadline, test: bench.per_test };
            let Some(played) = self.programs.play(bench, group, 0, free, scratch)? else { continue };
            if played.is_mute {
                continue;
            }
            let tests = group.tests.iter().filter(|test| played.passed.contains(*test) == is_green).cloned().collect();
            let group = Group { target: group.target.clone(), tests };
            if !group.tests.is_empty() {
                bouts.push(Bout { group, allowance: allowance(&played, bench) });
            }
        }
        Ok(bouts)
    }

    /// Runs the failing tests with the variant `number`, until a group has a test that still fails.
    fn cure(&self, bench: &Bench<'_>, bouts: &[Bout], number: usize, scratch: &std::path::Path) -> Result<Fate, TrialError> {
        let mut n_cured = 0;
        for bout in bouts {
            let Some(played) = self.programs.play(bench, &bout.group, number, bout.allowance, scratch)? else { return Ok(Fate::NotHere) };
            n_cured += played.passed.len();
            if played.is_endless {
                return Ok(Fate::Endless);
            }
            if !played.is_green {
                return Ok(Fate::Fails { n_cured });
            }
        }
        Ok(Fate::Passes)
    }

    /// Runs the passing tests with the variant `number`, until one fails.
    fn keep(
        &self,
        bench: &Bench<'_>,
        bouts: &[Bout],
        number: usize,
        n_cured: usize,
        scratch: &std::path::Path,
    ) -> Result<Fate, TrialError> {
        for bout in bouts {
            let played = self.programs.play(bench, &bout.group, number, bout.allowance, scratch)?;
            match played {
                Some(played) if played.is_endless => return Ok(Fate::Endless),
                Some(played) if !played.is_green => return Ok(Fate::Fails { n_cured }),
                _ => {}
            }
        }
        Ok(Fate::Passes)
    }
}

/// What a process may do whose tests did what `played` says.
fn allowance(played: &Played, bench: &Bench<'_>) -> Allowance {
    let steps = played.notes.n_steps.unwrap_or(FIRST_TOLD).saturating_mul(FACTOR).saturating_add(MORE);
    let fuel = if played.is_endless { ENDLESS } else { steps };
    let wall = if played.is_endless { SHORTEST } else { (played.wall * SLACK).max(SHORTEST) }.min(bench.deadline);
    Allowance { fuel: Some(fuel), wall, test: wall }
}

/// What `work` makes of each item, in order, by as many threads as there are `folders`.
fn side_by_side<R: Send>(
    folders: &[PathBuf],
    items: &[usize],
    work: impl Fn(usize, &std::path::Path) -> Result<R, TrialError> + Sync,
) -> Result<Vec<R>, TrialError> {
    let next = AtomicUsize::new(0);
    let worker = |folder: &PathBuf| {
        let take = || items.get(next.fetch_add(1, Ordering::Relaxed)).copied();
        std::iter::from_fn(take).map(|item| work(item, folder).map(|made| (item, made))).collect::<Result<Vec<_>, _>>()
    };
    let made: Vec<Result<Vec<(usize, R)>, TrialError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = folders.iter().map(|folder| scope.spawn(move || worker(folder))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no worker panics")).collect()
    });
    let mut all: Vec<(usize, R)> = made.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    all.sort_by_key(|(item, _)| *item);
    Ok(all.into_iter().map(|(_, made)| made).collect())
}
