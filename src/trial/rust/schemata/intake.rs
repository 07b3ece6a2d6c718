//! Variants as copies of functions; which of them are the same.

use std::collections::{BTreeMap, BTreeSet};

use super::copies::Copy;
use super::function::{Function, function_at};
use super::weave::Site;
use crate::syntax::Source;
use crate::text::{Edit, EditSet, RepoPath};
use crate::trial::{Fate, Variant};

/// Variants that can be tried in one program.
#[derive(Default)]
pub(super) struct Intake<'s> {
    /// The functions that they change.
    pub(super) sites: Vec<Site<'s>>,
    /// Those that differ, in order.
    pub(super) distinct: Vec<Distinct>,
    /// What is known of each variant without a run; none for those in `distinct`.
    pub(super) fates: Vec<Option<Fate>>,
    known: BTreeMap<(RepoPath, usize), usize>,
    seen: BTreeMap<Vec<(usize, String)>, usize>,
}

/// A variant that is tried.
pub(super) struct Distinct {
    /// Its index among all variants.
    pub(super) index: usize,
    /// Its copies, by the number of their site.
    pub(super) parts: Vec<(usize, Copy)>,
}

impl<'s> Intake<'s> {
    /// Takes in all of `variants`.
    pub(super) fn of(sources: &'s BTreeMap<RepoPath, Source>, variants: &[Variant]) -> Intake<'s> {
        let mut intake = Intake::default();
        for (index, variant) in variants.iter().enumerate() {
            let fate = intake.take(sources, index, variant);
            intake.fates.push(fate);
        }
        intake
    }

    /// What is known of the variant at once.
    fn take(&mut self, sources: &'s BTreeMap<RepoPath, Source>, index: usize, variant: &Variant) -> Option<Fate> {
        let Some(edits) = self.by_site(sources, variant) else { return Some(Fate::NotHere) };
        let mut parts = Vec::new();
        for (number, edits) in edits {
            let site = &self.sites[number];
            let Some(copy) = EditSet::new(edits).ok().and_then(|edits| Copy::new(site.source, &site.function, &edits)) else {
                return Some(Fate::DoesNotCompile);
            };
            if copy.words != site.original.words {
                parts.push((number, copy));
            }
        }
        if parts.is_empty() {
            return Some(Fate::Same(None));
        }
        let words = parts.iter().map(|(number, copy)| (*number, copy.words.clone())).collect();
        if let Some(earlier) = self.seen.get(&words) {
            return Some(Fate::Same(Some(*earlier)));
        }
        self.seen.insert(words, index);
        self.distinct.push(Distinct { index, parts });
        None
    }

    /// The edits by the site that they change; none if one changes something else.
    fn by_site(&mut self, sources: &'s BTreeMap<RepoPath, Source>, variant: &Variant) -> Option<BTreeMap<usize, Vec<Edit>>> {
        let mut sites: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
        for (path, edits) in variant {
            let source = sources.get(path)?;
            for edit in edits.edits() {
                let number = self.site(source, function_at(source, edit.span)?)?;
                sites.entry(number).or_default().push(edit.clone());
            }
        }
        Some(sites)
    }

    /// The number of the site of `function`; none if it is part of a test, or cannot be copied as it is.
    fn site(&mut self, source: &'s Source, function: Function) -> Option<usize> {
        let key = (source.path().clone(), function.whole.start);
        if let Some(number) = self.known.get(&key) {
            return Some(*number);
        }
        if source.language().test_spans(source).iter().any(|span| span.contains(function.whole)) {
            return None;
        }
        let original = Copy::new(source, &function, &EditSet::default())?;
        self.known.insert(key, self.sites.len());
        self.sites.push(Site { source, function, original });
        Some(self.sites.len() - 1)
    }
}

/// The files that `variants` change.
pub(super) fn files(variants: &[Variant]) -> BTreeSet<&RepoPath> {
    variants.iter().flat_map(BTreeMap::keys).collect()
}
