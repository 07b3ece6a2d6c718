//! The third rung: where no rule heals, the failing tests are watched, suspicious functions varied by templates, and the variants tried
//! quickly. What passes is then judged like every other patch.

use std::collections::{BTreeMap, BTreeSet};

use super::HealError;
use super::climb::{Plausible, Tally, protection};
use super::court::Court;
use super::library::Library;
use crate::judge::{Failure, TestId, reasons};
use crate::localize::{Clues, Spectrum, Suspect, functions, suspects};
use crate::project::{Project, is_test};
use crate::propose::{Candidate, Ground, Sought, candidate_of};
use crate::report::{Rejection, Step, SuspectReport};
use crate::syntax::{Source, children, descendants};
use crate::text::{LineNo, Patch, RepoPath};
use crate::trial::{Fate, Screening};

/// Failing tests that every variant must turn green.
const MAX_FAILING: usize = 40;
/// Passing tests that are watched beside them.
const MAX_PASSING: usize = 200;
/// Files that may hold suspects.
const MAX_FILES: usize = 60;
/// Variants of the first round; each later one is this many times larger.
const FIRST_ROUND: usize = 500;
/// See [`FIRST_ROUND`].
const GROWTH: usize = 3;
/// When something passes, this many variants are tried all the same, where that is cheap.
const AT_LEAST: usize = 2000;
/// How many steps the failing tests may make together to be cheap.
const CHEAP: u64 = 20_000;
/// Variants that the whole command tries one by one, where there is no quick way.
const MAX_SLOW: usize = 40;
/// How long these may take together, in seconds.
const SLOW_SECONDS: u64 = 60;
/// So many tests must run what a patch changes, for what is a search's to be a cure.
const WITNESSES: usize = 3;
/// Where at least so many variants pass, and one in [`LAX_SHARE`], the tests tell nothing apart.
const LAX: usize = 10;
/// See [`LAX`].
const LAX_SHARE: usize = 10;
/// Suspects that a report names.
const SHOWN: usize = 10;

/// One search for a failure that no rule cured.
pub(super) struct Seek<'s, 'a, 'c> {
    pub(super) project: &'a Project,
    pub(super) court: &'s mut Court<'c>,
    pub(super) library: &'s mut Library<'a>,
    pub(super) tally: &'s mut Tally,
    pub(super) on_step: &'s mut dyn FnMut(Step),
    /// How many of the patches that pass are looked at.
    pub(super) enough: usize,
}

/// Where the fault may stand, and what the tests ran.
#[derive(Default)]
pub(super) struct Scene {
    /// The functions that may hold it, the most suspicious first.
    found: Vec<Suspect>,
    spectrum: Spectrum,
}

impl Scene {
    /// How many tests run the suspect number `at`.
    fn n_witnesses(&self, at: usize) -> usize {
        let Some(suspect) = self.found.get(at) else { return 0 };
        self.spectrum.tests.values().filter(|covered| reaches(suspect, &covered.lines)).count()
    }
}

impl Tried {
    /// Whether so many variants pass that the tests tell nothing apart.
    fn is_lax(&self) -> bool {
        self.hits.len() >= LAX && self.hits.len() * LAX_SHARE >= self.n_run
    }
}

/// A variant that passed, and its rank among the executed ones.
struct Hit {
    at: usize,
    rank: u32,
}

/// What the quick trials told.
#[derive(Default)]
struct Tried {
    hits: Vec<Hit>,
    /// Variants that ran.
    n_run: usize,
    /// Variants that only the whole command can try.
    left: Vec<usize>,
    /// The most failing tests that a variant cured which did not cure all.
    nearest: Option<(usize, usize)>,
}

impl Seek<'_, '_, '_> {
    /// The functions that may hold the fault of `wanted`, the most suspicious first, and what the tests ran.
    pub(super) fn localise(&mut self, wanted: &[Failure], base: &Patch) -> Result<Scene, HealError> {
        (self.on_step)(Step::Phase("watching the failing tests"));
        let failing = failing_of(wanted);
        let passing = self.court.near(&failing, MAX_PASSING);
        let tests: Vec<TestId> = failing.iter().cloned().chain(passing).collect();
        let Some(spectrum) = self.court.trace(base, &tests)? else { return Ok(Scene::default()) };
        let of_failing = spectrum.tests.values().filter(|covered| covered.has_failed).flat_map(|covered| covered.lines.keys());
        let may_edit = |path: &&RepoPath| !is_test(path) && protection(self.project, path, false).is_none();
        let paths: BTreeSet<RepoPath> = of_failing.filter(may_edit).cloned().collect();
        let sources = self.library.take(paths.iter().take(MAX_FILES));
        let clues = self.clues(wanted, &failing);
        let mut found = suspects(&spectrum, &sources, &clues);
        found.retain(|suspect| !is_in_test(&sources[&suspect.path], suspect));
        for (n, suspect) in (1..).zip(&found).take(SHOWN) {
            let Suspect { path, function, score, .. } = suspect;
            tracing::info!("suspect {n}: {} at {path}:{} ({score:.2})", function.name, function.first.get());
        }
        self.tally.suspects = found.iter().take(SHOWN).map(reported).collect();
        Ok(Scene { found, spectrum })
    }

    /// The patches that pass, best first: those that turn all failing tests green, else those that do so for the first failure's.
    pub(super) fn cures(&mut self, wanted: &[Failure], scene: &Scene, base: &Patch) -> Result<Vec<Plausible>, HealError> {
        if scene.found.is_empty() {
            return Ok(Vec::new());
        }
        (self.on_step)(Step::Phase("searching"));
        let all = failing_of(wanted);
        let sources = self.library.take(scene.found.iter().map(|suspect| &suspect.path));
        let tests = self.library.take(test_files(self.project, &all).iter());
        let templates = self.library.catalogue().templates();
        let sought =
            Ground { templates, sources: &sources, tests: tests.values().collect(), spectrum: &scene.spectrum }.variants(&scene.found);
        self.tally.space.generated += count(sought.len());
        let of_first = failing_of(&wanted[..1]);
        let mut scopes = vec![all];
        scopes.extend((of_first.len() < scopes[0].len()).then_some(of_first));
        for failing in scopes {
            let tried = self.screen(&sought, &failing, scene, base)?;
            if let Some((n_cured, at)) = tried.nearest.filter(|_| tried.hits.is_empty()) {
                let detail = Some(format!("with it {n_cured} of {} failing tests pass", failing.len()));
                self.reject(&sought[at].title, reasons::STILL_FAILS, detail);
            }
            let passing = self.candidates(&tried, &sought, scene, &sources);
            let cures = self.confirm(passing, &wanted[0], base)?;
            if !cures.is_empty() {
                return Ok(cures);
            }
            let guessed = |at: &usize| {
                let mut candidate = candidate_of(&sought[*at], &sources).ok()?;
                candidate.nature.is_guess = scene.n_witnesses(sought[*at].suspect) < WITNESSES;
                Some(candidate)
            };
            let left: Vec<Candidate> = tried.left.iter().filter_map(guessed).collect();
            let cures = self.try_slowly(left, &wanted[0], base)?;
            if !cures.is_empty() {
                return Ok(cures);
            }
        }
        Ok(Vec::new())
    }

    /// What passed as candidates, each with its rank; what only covers the fault comes last.
    fn candidates(
        &mut self,
        tried: &Tried,
        sought: &[Sought],
        scene: &Scene,
        sources: &BTreeMap<RepoPath, Source>,
    ) -> Vec<(Candidate, u32)> {
        let mut passing: Vec<(Candidate, u32)> = Vec::new();
        for hit in &tried.hits {
            match candidate_of(&sought[hit.at], sources) {
                Ok(mut candidate) => {
                    candidate.nature.is_guess = tried.is_lax() || scene.n_witnesses(sought[hit.at].suspect) < WITNESSES;
                    passing.push((candidate, hit.rank));
                }
                Err(refused) => self.reject(&refused.summary, refused.reason, refused.detail),
            }
        }
        passing.sort_by_key(|(candidate, rank)| (candidate.nature.hides, *rank));
        passing
    }

    /// Tries the variants in rounds, until something passes or the budget is used up.
    fn screen(&mut self, sought: &[Sought], failing: &[TestId], scene: &Scene, base: &Patch) -> Result<Tried, HealError> {
        let Scene { found, spectrum } = scene;
        let steps: BTreeMap<TestId, u64> = spectrum.tests.iter().map(|(id, covered)| (id.clone(), covered.n_steps)).collect();
        let mut is_cheap = failing.iter().filter_map(|id| steps.get(id)).sum::<u64>() <= CHEAP;
        // What fails soon spares the long tests.
        let by_steps = |mut tests: Vec<TestId>| {
            tests.sort_by_key(|id| steps.get(id).copied().unwrap_or_default());
            tests
        };
        let (failing, passing) = (by_steps(failing.to_vec()), by_steps(reaching(spectrum, found)));
        let mut tried = Tried::default();
        let (mut from, mut size) = (0, FIRST_ROUND);
        while from < sought.len() {
            let left = usize::try_from(self.tally.space.budget.saturating_sub(self.tally.space.executed)).unwrap_or(usize::MAX);
            let to = sought.len().min(from + size.min(left));
            let wanted_more = tried.hits.is_empty() || (is_cheap && from < AT_LEAST);
            if to == from || !wanted_more {
                break;
            }
            let screening = Screening {
                failing: failing.clone(),
                passing: passing.clone(),
                variants: sought[from..to].iter().map(|one| one.edits.clone()).collect(),
                steps: steps.clone(),
                n_workers: std::thread::available_parallelism().map_or(1, usize::from),
            };
            let Some(screened) = self.court.try_variants(base, &screening)? else {
                tried.left.extend(from..sought.len());
                break;
            };
            tracing::info!("{} variants: {}", to - from, screened.how);
            self.hear(&screened.fates, from, &mut tried);
            if screened.is_cut {
                tried.left.clear();
                break;
            }
            is_cheap &= !screened.is_dear;
            from = to;
            size *= GROWTH;
        }
        Ok(tried)
    }

    fn hear(&mut self, fates: &[Fate], from: usize, tried: &mut Tried) {
        for (at, fate) in (from..).zip(fates) {
            let is_run = matches!(fate, Fate::Passes | Fate::Fails { .. } | Fate::Endless);
            self.tally.space.executed += u32::from(is_run);
            tried.n_run += usize::from(is_run);
            match fate {
                Fate::Passes => {
                    self.tally.space.plausible += 1;
                    tried.hits.push(Hit { at, rank: self.tally.space.executed });
                }
                Fate::NotHere => tried.left.push(at),
                Fate::Fails { n_cured } if *n_cured > tried.nearest.map_or(0, |(best, _)| best) => tried.nearest = Some((*n_cured, at)),
                _ => {}
            }
        }
    }

    /// One clean run of the target for each of the best.
    fn confirm(&mut self, passing: Vec<(Candidate, u32)>, target: &Failure, base: &Patch) -> Result<Vec<Plausible>, HealError> {
        let mut cures = Vec::new();
        for (candidate, rank) in passing {
            if cures.len() >= self.enough {
                break;
            }
            let Some(patch) = base.then(&candidate.patch).filter(|patch| !self.tally.dead.contains(patch)) else { continue };
            let run = self.court.screen(&patch, target)?;
            if run.cures(target) {
                cures.push(Plausible { steps: vec![candidate], patch, run, rank });
            } else {
                self.reject(&candidate.title, reasons::STILL_FAILS, Some("it passes only in a process that ran other variants".to_owned()));
            }
        }
        Ok(cures)
    }

    /// Tries what no quick way can try, as far as that takes no long time.
    fn try_slowly(&mut self, candidates: Vec<Candidate>, target: &Failure, base: &Patch) -> Result<Vec<Plausible>, HealError> {
        let n = MAX_SLOW.min(self.court.runs_within(std::time::Duration::from_secs(SLOW_SECONDS)));
        let mut cures = Vec::new();
        for candidate in candidates.into_iter().take(n) {
            if self.tally.space.executed >= self.tally.space.budget || cures.len() >= self.enough {
                break;
            }
            let Some(patch) = base.then(&candidate.patch).filter(|patch| !self.tally.dead.contains(patch)) else { continue };
            if self.court.may_run(&patch)?.is_err() {
                continue;
            }
            let run = self.court.screen(&patch, target)?;
            self.tally.space.executed += 1;
            if run.cures(target) {
                self.tally.space.plausible += 1;
                cures.push(Plausible { steps: vec![candidate], patch, run, rank: self.tally.space.executed });
            }
        }
        Ok(cures)
    }

    fn clues(&mut self, wanted: &[Failure], failing: &[TestId]) -> Clues {
        let spots = wanted[0].event.as_ref().map(|event| self.library.locate(event).spots).unwrap_or_default();
        let frames = spots.into_iter().filter(|spot| !is_test(&spot.path)).map(|spot| (spot.path, spot.line)).collect();
        let files = self.library.take(test_files(self.project, failing).iter());
        let called = files.values().flat_map(|source| called_by(source, failing)).collect();
        Clues { frames, called }
    }

    fn reject(&mut self, summary: &str, reason: &str, detail: Option<String>) {
        self.tally.rejected.push(Rejection { summary: summary.to_owned(), reason: reason.to_owned(), detail });
    }
}

/// The failing tests, those of the target first.
fn failing_of(wanted: &[Failure]) -> Vec<TestId> {
    let mut seen = BTreeSet::new();
    let all = wanted.iter().filter(|failure| !failure.is_build).flat_map(|failure| &failure.tests);
    all.filter(|id| seen.insert(*id)).take(MAX_FAILING).cloned().collect()
}

/// Whether one of `lines` is a suspect's.
fn reaches(suspect: &Suspect, lines: &BTreeMap<RepoPath, BTreeSet<LineNo>>) -> bool {
    let Suspect { path, function, .. } = suspect;
    lines.get(path).is_some_and(|lines| lines.range(function.first..=function.last).next().is_some())
}

/// The passing tests that run a line of a suspect.
fn reaching(spectrum: &Spectrum, found: &[Suspect]) -> Vec<TestId> {
    let passing = spectrum.tests.iter().filter(|(_, covered)| !covered.has_failed);
    passing.filter(|(_, covered)| found.iter().any(|suspect| reaches(suspect, &covered.lines))).map(|(id, _)| id.clone()).collect()
}

/// The files that `tests` stand in, as far as their names tell.
fn test_files(project: &Project, tests: &[TestId]) -> Vec<RepoPath> {
    let stem = |id: &TestId| id.0.split("::").next().unwrap_or_default().to_owned();
    let names: BTreeSet<String> = tests.iter().map(stem).collect();
    let is_named = |path: &&RepoPath| {
        names.iter().any(|name| {
            let dotted = path.as_str().trim_end_matches(".py").replace('/', ".");
            path.as_str().ends_with(name.as_str()) || (path.extension() == "py" && name.starts_with(&format!("{dotted}.")))
        })
    };
    project.files().iter().filter(|path| is_test(path)).filter(is_named).take(MAX_FILES).cloned().collect()
}

/// The names that the functions of `tests` call in `source`.
fn called_by(source: &Source, tests: &[TestId]) -> Vec<String> {
    let names: BTreeSet<&str> = tests.iter().filter_map(|id| id.0.split('[').next()?.rsplit(['.', ':']).next()).collect();
    let of_tests = functions(source).into_iter().filter(|function| names.contains(function.name.rsplit('.').next().unwrap_or_default()));
    let calls = of_tests.filter_map(|function| source.node_at(function.span)).flat_map(descendants);
    let callee =
        calls.filter(|node| matches!(node.kind(), "call" | "call_expression")).filter_map(|call| call.child_by_field_name("function"));
    let last = |node| children(node).last().copied().unwrap_or(node);
    callee.map(|callee| source.text_of(if callee.kind() == "identifier" { callee } else { last(callee) }).to_owned()).collect()
}

/// Whether a suspect is itself part of a test.
fn is_in_test(source: &Source, suspect: &Suspect) -> bool {
    source.language().test_spans(source).into_iter().any(|test| test.contains(suspect.function.span))
}

fn reported(suspect: &Suspect) -> SuspectReport {
    let Suspect { path, function, score, .. } = suspect;
    SuspectReport { file: path.to_string(), line: function.first.get(), function: function.name.clone(), score: *score }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
