//! The quick answer that steers a search: many variants in one process or one build. Nothing here is proof.

use std::collections::BTreeMap;

use super::Scope;
use crate::judge::TestId;
use crate::text::{EditSet, RepoPath};

/// What a search asks of a runner.
#[derive(Debug, Clone, Default)]
pub struct Screening {
    /// The failing tests that a variant must turn green, in the order in which they run.
    pub failing: Vec<TestId>,
    /// Tests that pass without a patch and reach the edited code; they run only after all failing ones are green.
    pub passing: Vec<TestId>,
    /// The variants, best first.
    pub variants: Vec<Variant>,
    /// How many steps each test made without a patch; one that makes far more is ended.
    pub steps: BTreeMap<TestId, u64>,
    /// Processes that may try variants side by side; the fates do not depend on it.
    pub n_workers: usize,
}

impl Screening {
    /// The tests that it needs.
    pub(super) fn scope(&self) -> Scope {
        Scope::Tests(self.failing.iter().chain(&self.passing).cloned().collect())
    }
}

/// Edits of the tree that stands there, by file.
pub type Variant = BTreeMap<RepoPath, EditSet>;

/// What became of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// All failing tests passed, and so did the passing ones.
    Passes,
    /// Tests failed.
    Fails {
        /// How many of the failing tests passed; all of them, where one of the passing tests failed.
        n_cured: usize,
    },
    /// A test made more steps, or took more memory, than it may.
    Endless,
    /// It does not compile, or has a type error.
    DoesNotCompile,
    /// It compiles to the same as an earlier variant, given by its index, or as no edit at all.
    Same(Option<usize>),
    /// The quick way cannot try it (a decorator, a macro, a constant of a module); it must be tried by the whole command.
    NotHere,
}

/// The fates of the variants of a [`Screening`], in their order.
#[derive(Debug, Clone, Default)]
pub struct Screened {
    /// One for each variant.
    pub fates: Vec<Fate>,
    /// Whether time ran out before all were tried; those that were not are [`Fate::NotHere`].
    pub is_cut: bool,
    /// Whether more variants cost another build.
    pub is_dear: bool,
    /// In which way they were tried, for a person: `warm pytest process`, `one build of 312 variants`.
    pub how: String,
}
