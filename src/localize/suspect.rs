//! Ranks functions and lines: Ochiai over the tests, raised where the failure's call stack passes and where the failing tests call.
//!
//! Source: Abreu, Zoeteweij, van Gemund: "On the accuracy of spectrum-based fault localization" (TAIC PART 2007).

use std::collections::{BTreeMap, BTreeSet};

use super::function::{Function, functions};
use super::spectrum::{Covered, Spectrum};
use crate::syntax::Source;
use crate::text::{LineNo, RepoPath};

/// How much the innermost frame of a failure counts.
const INNERMOST: f64 = 2.0;
/// How much every other frame counts.
const FRAME: f64 = 1.3;
/// How much it counts that a failing test names the function.
const CALLED: f64 = 1.5;
/// How much less a line counts that says nothing by itself: the share of the suspicion that stays when every test ran it.
const FLOOR: f64 = 0.05;

/// What else is known of a failure.
#[derive(Debug, Clone, Default)]
pub struct Clues {
    /// The places of the failure's call stack inside the project, the innermost last.
    pub frames: Vec<(RepoPath, LineNo)>,
    /// The names that the failing tests call.
    pub called: BTreeSet<String>,
}

/// A function that may hold the fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// Its file.
    pub path: RepoPath,
    /// The function.
    pub function: Function,
    /// How suspicious it is, at most 1 without clues.
    pub score: f64,
    /// How suspicious each of its lines is that a failing test ran.
    pub lines: BTreeMap<LineNo, f64>,
}

/// The functions of `sources` that failing tests ran, the most suspicious first.
pub fn suspects(spectrum: &Spectrum, sources: &BTreeMap<RepoPath, Source>, clues: &Clues) -> Vec<Suspect> {
    let n_failed = spectrum.tests.values().filter(|covered| covered.has_failed).count();
    let mut found = Vec::new();
    for (path, source) in sources {
        let scores = line_scores(spectrum, path, n_failed, clues);
        if scores.is_empty() {
            continue;
        }
        for function in functions(source) {
            let lines: BTreeMap<LineNo, f64> = scores.range(function.first..=function.last).map(|(line, score)| (*line, *score)).collect();
            let Some(best) = lines.values().copied().max_by(f64::total_cmp) else { continue };
            let last_word = function.name.rsplit('.').next().unwrap_or_default();
            let called = if clues.called.contains(last_word) { CALLED } else { 1.0 };
            found.push(Suspect { path: path.clone(), score: best * called, function, lines });
        }
    }
    found.sort_by(|one, two| {
        two.score.total_cmp(&one.score).then_with(|| (&one.path, one.function.first).cmp(&(&two.path, two.function.first)))
    });
    found
}

/// How suspicious each line of `path` is that a failing test ran.
fn line_scores(spectrum: &Spectrum, path: &RepoPath, n_failed: usize, clues: &Clues) -> BTreeMap<LineNo, f64> {
    let mut counts: BTreeMap<LineNo, (usize, usize)> = BTreeMap::new();
    for covered in spectrum.tests.values() {
        for line in lines_of(covered, path) {
            let (failed, passed) = counts.entry(*line).or_default();
            *(if covered.has_failed { failed } else { passed }) += 1;
        }
    }
    let score = |(line, (failed, passed)): (LineNo, (usize, usize))| {
        (failed > 0).then(|| (line, ochiai(failed, passed, n_failed).max(FLOOR) * boost(path, line, clues)))
    };
    counts.into_iter().filter_map(score).collect()
}

fn lines_of<'c>(covered: &'c Covered, path: &RepoPath) -> impl Iterator<Item = &'c LineNo> {
    covered.lines.get(path).into_iter().flatten()
}

/// `failed` of `n_failed` failing tests and `passed` passing ones ran the line.
fn ochiai(failed: usize, passed: usize, n_failed: usize) -> f64 {
    let float = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    float(failed) / (float(n_failed) * float(failed + passed)).sqrt()
}

fn boost(path: &RepoPath, line: LineNo, clues: &Clues) -> f64 {
    let place = clues.frames.iter().rposition(|(at, frame)| at == path && *frame == line);
    match place {
        Some(at) if at + 1 == clues.frames.len() => INNERMOST,
        Some(_) => FRAME,
        None => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::judge::TestId;

    fn line(n: u32) -> LineNo {
        LineNo::new(n).unwrap()
    }

    fn covered(has_failed: bool, lines: &[u32]) -> Covered {
        let lines = lines.iter().map(|n| line(*n)).collect();
        Covered { has_failed, lines: BTreeMap::from([(path(), lines)]), n_steps: 1 }
    }

    fn path() -> RepoPath {
        RepoPath::new("x.py").unwrap()
    }

    fn names(tests: &[Covered], clues: &Clues) -> Vec<String> {
        let text = "def a(x):\n    return x\n\ndef b(x):\n    if x:\n        return 1\n    return 2\n\ndef c():\n    pass\n";
        let source = Source::parse(path(), Arc::from(text.as_bytes())).unwrap();
        let tests = tests.iter().enumerate().map(|(n, covered)| (TestId(n.to_string()), covered.clone())).collect();
        let spectrum = Spectrum { tests, types: BTreeMap::new() };
        let found = suspects(&spectrum, &BTreeMap::from([(path(), source)]), clues);
        found.into_iter().map(|suspect| suspect.function.name).collect()
    }

    #[test]
    fn what_only_failing_tests_run_comes_first_and_what_none_runs_is_no_suspect() {
        let tests = [covered(true, &[2, 5, 6]), covered(false, &[2, 5, 7]), covered(false, &[2])];
        assert_eq!(names(&tests, &Clues::default()), ["b", "a"]);
    }

    #[test]
    fn the_frames_of_the_failure_and_the_names_in_the_test_raise_the_suspicion() {
        let tests = [covered(true, &[2, 5, 6])];
        assert_eq!(names(&tests, &Clues::default()), ["a", "b"], "equal ones in the order of the text");
        let frames = vec![(path(), line(2)), (path(), line(6))];
        assert_eq!(names(&tests, &Clues { frames, ..Clues::default() }), ["b", "a"]);
        assert_eq!(names(&tests, &Clues { called: BTreeSet::from(["b".to_owned()]), ..Clues::default() }), ["b", "a"]);
    }

    #[test]
    fn ochiai_is_one_where_exactly_the_failing_tests_pass() {
        assert!((ochiai(3, 0, 3) - 1.0).abs() < 1e-9);
        assert!((ochiai(1, 3, 1) - 0.5).abs() < 1e-9);
        assert!(ochiai(1, 0, 4) < ochiai(2, 0, 4));
    }
}
