//! Quick looks and quick trials inside one warm process of the test runner. Nothing here is proof.
//!
//! The process collects the tests as in any other run. Then, in place of running them, a plugin of ours traces each test, or forks
//! children in which the code of one function after another is swapped. Lines of test files are left out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::station::{Memory, Station};
use super::wire::{Answer, Ended, Wish};
use crate::judge::{Exit, TestId};
use crate::localize::{Covered, Scene, Spectrum};
use crate::process::Finished;
use crate::project::is_test;
use crate::text::{LineNo, RepoPath};
use crate::trial::runner::{Bench, said};
use crate::trial::{Fate, Screened, Screening, TrialError, Variant};

/// Time for one variant, which adds up to the time limit of all: most take a hundredth of it.
const PER_VARIANT: Duration = Duration::from_millis(100);
/// Time for all variants of one process, however many they are.
const LONGEST: Duration = Duration::from_mins(1);

/// The argument list that makes the runner load our plugin, given the folder where it lies.
type Line<'l> = &'l dyn Fn(&Station<'_>) -> Vec<String>;

/// Runs `tests` under a tracer; none if the runner could not be watched.
pub(super) fn trace(
    station: &Station<'_>,
    bench: &Bench<'_>,
    memory: &Memory,
    tests: &[TestId],
    line: Line<'_>,
) -> Result<Option<Spectrum>, TrialError> {
    let wish = Screening { failing: tests.to_vec(), ..Screening::default() };
    let (answers, _) = Search { station, bench, memory }.ask("trace", &wish, line)?;
    let mut spectrum = Spectrum::default();
    for answer in answers {
        match answer {
            Answer::Covered { id, failed, steps, lines } => {
                let lines = lines.into_iter().filter_map(|(path, lines)| {
                    let lines = lines.into_iter().filter_map(LineNo::new).collect();
                    Some((project_path(&path)?, lines))
                });
                spectrum.tests.insert(TestId(id), Covered { has_failed: failed, lines: lines.collect(), n_steps: steps });
            }
            Answer::Types { path, line, names } => {
                if let (Some(path), Some(line)) = (project_path(&path), LineNo::new(line)) {
                    spectrum.types.insert(Scene { path, line }, names);
                }
            }
            Answer::Fate { .. } | Answer::Declined { .. } | Answer::Done { .. } => {}
        }
    }
    Ok(if spectrum.tests.is_empty() { None } else { Some(spectrum) })
}

/// Tries the variants of `screening`; none if the runner did not get as far as its tests.
pub(super) fn screen(
    station: &Station<'_>,
    bench: &Bench<'_>,
    memory: &Memory,
    screening: &Screening,
    line: Line<'_>,
) -> Result<Option<Screened>, TrialError> {
    let (answers, finished) = Search { station, bench, memory }.ask("screen", screening, line)?;
    let mut screened = Screened {
        fates: vec![Fate::NotHere; screening.variants.len()],
        how: String::new(),
        is_cut: finished.exit == Exit::TimedOut,
        is_dear: false,
    };
    for answer in answers {
        match answer {
            Answer::Fate { i, fate, n } => {
                if let Some(slot) = screened.fates.get_mut(i) {
                    *slot = fate_of(fate, n);
                }
            }
            Answer::Declined { why: how } | Answer::Done { how } => screened.how = how,
            Answer::Covered { .. } | Answer::Types { .. } => {}
        }
    }
    if screened.how.is_empty() {
        if finished.exit != Exit::TimedOut {
            return Ok(None);
        }
        screened.how = format!("a warm process, ended by {}", said(finished.exit));
    }
    Ok(Some(screened))
}

fn fate_of(ended: Ended, n: Option<usize>) -> Fate {
    match ended {
        Ended::Passes => Fate::Passes,
        Ended::Fails => Fate::Fails { n_cured: n.unwrap_or_default() },
        Ended::Endless => Fate::Endless,
        Ended::Syntax => Fate::DoesNotCompile,
        Ended::Same => Fate::Same(n),
        Ended::NotHere => Fate::NotHere,
    }
}

/// A file of the project that is none of its tests.
fn project_path(path: &str) -> Option<RepoPath> {
    RepoPath::new(path).ok().filter(|path| !is_test(path))
}

/// One run of the runner with our plugin.
struct Search<'s> {
    station: &'s Station<'s>,
    bench: &'s Bench<'s>,
    memory: &'s Memory,
}

impl Search<'_> {
    fn ask(&self, mode: &str, screening: &Screening, line: Line<'_>) -> Result<(Vec<Answer>, Finished), TrialError> {
        let answer = self.station.path("answer.jsonl");
        self.write(mode, screening, &answer).map_err(|source| TrialError::Scratch { source })?;
        let n_variants = u32::try_from(screening.variants.len()).unwrap_or(u32::MAX);
        let deadline = self.bench.deadline.saturating_add(PER_VARIANT.saturating_mul(n_variants)).min(LONGEST);
        let finished = self.station.execute_unheard(&line(self.station), self.memory, deadline)?;
        let text = fs::read(&answer).unwrap_or_default();
        // One that was ended may have left half a line, which is no line.
        let answers = text.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
        Ok((answers, finished))
    }

    fn write(&self, mode: &str, screening: &Screening, answer: &Path) -> io::Result<()> {
        let root: PathBuf = self.bench.root.canonicalize().unwrap_or_else(|_| self.bench.root.to_owned());
        let variants = self.station.path("variants.jsonl");
        let wish = Wish {
            mode,
            root: &root,
            answer,
            variants: &variants,
            failing: names(&screening.failing),
            passing: names(&screening.passing),
            steps: screening.steps.iter().map(|(test, steps)| (test.0.as_str(), *steps)).collect(),
            n_workers: screening.n_workers,
            limit: self.bench.per_test.as_secs_f64(),
        };
        fs::write(self.station.path("search.json"), serde_json::to_vec(&wish)?)?;
        let mut lines = Vec::new();
        for variant in &screening.variants {
            serde_json::to_writer(&mut lines, &edits_of(variant))?;
            lines.push(b'\n');
        }
        fs::write(&variants, lines)
    }
}

fn names(tests: &[TestId]) -> Vec<&str> {
    tests.iter().map(|test| test.0.as_str()).collect()
}

/// The edits of a variant as the plugin reads them: file, first byte, byte after the last, text.
fn edits_of(variant: &Variant) -> Vec<(&str, usize, usize, &str)> {
    variant
        .iter()
        .flat_map(|(path, edits)| edits.edits().iter().map(move |edit| (path.as_str(), edit.span.start, edit.span.end, edit.text.as_str())))
        .collect()
}
