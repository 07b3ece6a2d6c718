//! What each test runs: every block of the workspace notes its number when it is hit first.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::Yard;
use super::packages::Packages;
use super::probe::{Place, Probes, function_on};
use super::programs::{Allowance, Habits, Programs, groups};
use super::screen::sources;
use super::switch;
use super::tree::Tree;
use crate::judge::TestId;
use crate::localize::{Covered, Spectrum};
use crate::syntax::Source;
use crate::text::RepoPath;
use crate::trial::TrialError;
use crate::trial::runner::Bench;

/// Probes that do not compile are taken out; what needs more rounds than this is declined.
const MAX_ROUNDS: usize = 4;

/// What each of `tests` runs, each in a process of its own; none where no test is one of a program, or the probes do not compile.
pub(super) fn trace(bench: &Bench<'_>, habits: &mut Habits, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
    let targets = groups(tests, usize::MAX);
    let Some(packages) = Packages::ask(bench)?.filter(|_| !targets.is_empty()) else { return Ok(None) };
    let mut tree = Tree::new(bench.root);
    let paths = packages.sources(bench.root);
    let sources = sources(&mut tree, &paths.iter().collect());
    let mut yard = Yard { bench, packages: &packages, tree, habits };
    let targets: BTreeSet<&str> = targets.iter().map(|group| group.target.as_str()).collect();
    let Some((programs, places)) = build(&mut yard, &sources, &targets)? else { return Ok(None) };
    let scratch = tempfile::tempdir().map_err(|source| TrialError::Scratch { source })?;
    let allowance = Allowance { fuel: None, wall: bench.deadline, test: bench.per_test };
    let mut spectrum = Spectrum::default();
    for id in tests {
        let Some(group) = groups(std::slice::from_ref(id), 1).pop() else { continue };
        let Some(played) = programs.play(bench, &group, 0, allowance, scratch.path())? else { continue };
        let mut covered = Covered { has_failed: !played.is_green, ..Covered::default() };
        covered.n_steps = played.notes.n_steps.unwrap_or(played.notes.hit.len() as u64);
        for (path, place) in played.notes.hit.iter().filter_map(|number| places.get(*number)) {
            covered.lines.entry((*path).clone()).or_default().extend(place.lines.iter().copied());
        }
        spectrum.tests.insert(id.clone(), covered);
    }
    Ok(Some(spectrum))
}

/// The places by their numbers, with their files.
type Places<'s> = Vec<(&'s RepoPath, Place)>;

/// Builds `targets` with as many probes as compile; none if even without those that the errors name they do not.
fn build<'s>(
    yard: &mut Yard<'_, '_>,
    sources: &'s BTreeMap<RepoPath, Source>,
    targets: &BTreeSet<&str>,
) -> Result<Option<(Programs, Places<'s>)>, TrialError> {
    let mut dropped: BTreeMap<RepoPath, BTreeSet<usize>> = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let (files, places) = probed(sources, &dropped);
        let mut programs = Programs::default();
        let built = yard.build(&mut programs, files, &switch::probes(places.len()), targets)?;
        if built.is_whole() {
            return Ok(Some((programs, places)));
        }
        let mut n_new = 0;
        for (path, line) in built.errors.iter().flat_map(|error| yard.places(error)) {
            let function = sources.get(&path).and_then(|source| function_on(source, line));
            n_new += usize::from(function.is_some_and(|function| dropped.entry(path).or_default().insert(function)));
        }
        if n_new == 0 && std::mem::replace(&mut yard.habits.is_wide, true) {
            break;
        }
    }
    Ok(None)
}

/// The sources with probes in all functions but those that were dropped.
fn probed<'s>(
    sources: &'s BTreeMap<RepoPath, Source>,
    dropped: &BTreeMap<RepoPath, BTreeSet<usize>>,
) -> (BTreeMap<RepoPath, Vec<u8>>, Places<'s>) {
    let none = BTreeSet::new();
    let mut files = BTreeMap::new();
    let mut places = Vec::new();
    for (path, source) in sources {
        let probes = Probes::set(source, places.len(), dropped.get(path).unwrap_or(&none));
        files.insert(path.clone(), probes.text().into_bytes());
        places.extend(probes.places.into_iter().map(|place| (path, place)));
    }
    (files, places)
}
