//! One build of many variants: those that do not compile are dropped by the lines of the errors, until the rest builds.

use std::collections::{BTreeMap, BTreeSet};

use super::super::build::{Build, CompileError};
use super::super::targets::stray;
use super::intake::Distinct;
use super::packages::{Packages, below};
use super::programs::{Habits, Programs};
use super::switch;
use super::tree::Tree;
use super::weave::{Owner, Site, Woven, weave};
use crate::text::RepoPath;
use crate::trial::runner::Bench;
use crate::trial::{Fate, TrialError};

/// Errors of types and those of ownership show at once; what the parser says hides them, and each macro may hide more.
const MAX_ROUNDS: usize = 6;

/// How the compiler begins where a constant calls a function that is none (E0015, as of Rust 1.95).
const NOT_CONSTANT: &str = "cannot call non-const";

/// Variants of one build; the number of a variant is its place in `variants`, counted from one.
pub(super) struct Batch<'a> {
    /// All functions that are changed in any batch.
    pub(super) sites: &'a [Site<'a>],
    /// The variants.
    pub(super) variants: &'a [Distinct],
    /// What became of them; none for those that were built.
    pub(super) fates: Vec<Option<Fate>>,
}

/// Where batches are built.
pub(super) struct Yard<'a, 'b> {
    /// The run.
    pub(super) bench: &'a Bench<'b>,
    /// The workspace.
    pub(super) packages: &'a Packages,
    /// Its files.
    pub(super) tree: Tree<'b>,
    /// What is known of the machine and the workspace.
    pub(super) habits: &'a mut Habits,
}

impl Batch<'_> {
    /// Builds `targets` with all variants that compile. Where that fails, no variant is left.
    pub(super) fn build(&mut self, yard: &mut Yard<'_, '_>, targets: &BTreeSet<&str>) -> Result<Programs, TrialError> {
        for _ in 0..MAX_ROUNDS {
            let woven = self.weave();
            if woven.is_empty() {
                return Ok(Programs::default());
            }
            let mut programs = Programs::default();
            let files = woven.iter().map(|(path, woven)| (path.clone(), woven.text.clone().into_bytes())).collect();
            let built = yard.build(&mut programs, files, &switch::switch(), targets)?;
            if built.is_whole() && stray(yard.bench, &built).is_none() {
                return Ok(programs);
            }
            // Without the other packages of the workspace, features may be missing.
            if !self.drop_broken(yard, &woven, &built) && std::mem::replace(&mut yard.habits.is_wide, true) {
                break;
            }
        }
        self.give_up(|_| true);
        Ok(Programs::default())
    }

    /// The files with the variants that are left.
    fn weave(&self) -> BTreeMap<RepoPath, Woven> {
        let mut copies: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for (place, variant) in self.variants.iter().enumerate().filter(|(place, _)| self.fates[*place].is_none()) {
            for (site, copy) in &variant.parts {
                copies.entry(*site).or_default().push((place + 1, copy));
            }
        }
        let mut files: BTreeMap<&RepoPath, Vec<usize>> = BTreeMap::new();
        for site in copies.keys() {
            files.entry(self.sites[*site].source.path()).or_default().push(*site);
        }
        let woven = |(path, sites): (&RepoPath, Vec<usize>)| {
            let source = self.sites[sites[0]].source;
            (path.clone(), weave(source, sites.into_iter().map(|site| (site, &self.sites[site], copies[&site].clone()))))
        };
        files.into_iter().map(woven).collect()
    }

    /// Drops the variants that the errors speak of; says whether there were any.
    fn drop_broken(&mut self, yard: &Yard<'_, '_>, woven: &BTreeMap<RepoPath, Woven>, built: &Build) -> bool {
        let owners = |error| {
            let constants = self.constants_in(error);
            if constants.is_empty() { yard.owner(woven, error).into_iter().collect() } else { constants }
        };
        let owners: BTreeSet<_> = built.errors.iter().flat_map(owners).collect();
        for error in built.errors.iter().filter(|error| !matches!(yard.owner(woven, error), Some(Owner::Variant(_)))) {
            tracing::debug!(error = error.rendered, "copies do not compile where they stand");
        }
        // Where a function's own copy does not compile, the errors of its variants say nothing of these; they come first in the order of owners.
        for owner in &owners {
            match owner {
                Owner::Function(site) => self.give_up(|variant| variant.parts.iter().any(|(part, _)| part == site)),
                Owner::Variant(number) if self.fates[number - 1].is_none() => self.fates[number - 1] = Some(Fate::DoesNotCompile),
                Owner::Variant(_) => {}
            }
        }
        !owners.is_empty()
    }

    /// The functions that are constant no more and are missed as such.
    fn constants_in(&self, error: &CompileError) -> Vec<Owner> {
        let named = |site: &Site<'_>| {
            let name = site.source.text(site.function.name);
            site.function.constant.is_some()
                && error.message.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).any(|word| word == name)
        };
        let is_missed = error.message.starts_with(NOT_CONSTANT);
        self.sites.iter().enumerate().filter(|(_, site)| is_missed && named(site)).map(|(number, _)| Owner::Function(number)).collect()
    }

    /// Declines the variants that are left and meant.
    fn give_up(&mut self, is_meant: impl Fn(&Distinct) -> bool) {
        for (fate, _) in self.fates.iter_mut().zip(self.variants).filter(|(fate, variant)| fate.is_none() && is_meant(variant)) {
            *fate = Some(Fate::NotHere);
        }
    }
}

impl Yard<'_, '_> {
    /// Writes the files, with `module` in every crate of theirs, and builds `targets`.
    pub(super) fn build(
        &mut self,
        programs: &mut Programs,
        mut files: BTreeMap<RepoPath, Vec<u8>>,
        module: &str,
        targets: &BTreeSet<&str>,
    ) -> Result<Build, TrialError> {
        let crates: BTreeSet<RepoPath> = files.keys().flat_map(|path| self.packages.crates_of(self.bench.root, path)).collect();
        for path in crates {
            let Some(original) = self.tree.original(&path) else { continue };
            files.entry(path).or_insert_with(|| original.to_vec()).extend_from_slice(module.as_bytes());
        }
        self.tree.put(files).map_err(|source| TrialError::Scratch { source })?;
        programs.build(self.bench, self.habits, targets)
    }

    /// Builds more `targets` of the tree as it was written last.
    pub(super) fn build_more(&mut self, programs: &mut Programs, targets: &BTreeSet<&str>) -> Result<(), TrialError> {
        let missing: BTreeSet<&str> = targets.iter().copied().filter(|target| !programs.holds(target)).collect();
        if !missing.is_empty() {
            programs.build(self.bench, self.habits, &missing)?;
        }
        Ok(())
    }

    /// The files and lines of the tree that an error speaks of.
    pub(super) fn places(&self, error: &CompileError) -> Vec<(RepoPath, u32)> {
        let place = |(file, line): &(String, u32)| Some((below(self.bench.root, &self.packages.root.join(file))?, *line));
        error.places.iter().filter_map(place).collect()
    }

    /// Whose the error is.
    fn owner(&self, woven: &BTreeMap<RepoPath, Woven>, error: &CompileError) -> Option<Owner> {
        self.places(error).into_iter().find_map(|(path, line)| woven.get(&path)?.owner(line))
    }
}
