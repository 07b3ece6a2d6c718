//! A package's doctests: rustdoc as cargo would run it, its results read from its output and compared with its exit status.
//!
//! Their names hold the line, which moves with every edit above: ours hold the item and count the tests of one item.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::libtest::{self, Counts};
use super::record::Record;
use crate::judge::Outcome;
use crate::process::{Command, run};
use crate::trial::TrialError;
use crate::trial::runner::{Bench, said};

/// Options of cargo's recorder, and their number of words: without them rustdoc runs its tests itself and speaks to people.
const DROPPED: &[(&str, usize)] = &[("--test-runtool", 2), ("--test-runtool-arg", 2), ("--error-format", 2), ("--color", 2)];

/// Runs the doctests of the package called `name` and tells their results.
pub(super) fn run_doctests(bench: &Bench<'_>, name: &str, record: &Record, account: &mut Account) -> Result<(), TrialError> {
    let mut env = record.env.clone();
    let given = bench.surroundings.environment.get("RUSTDOC");
    let program = rustdoc(given, env.get("CARGO"));
    match given {
        Some(given) => env.set("RUSTDOC", given),
        None => env.remove("RUSTDOC"),
    }
    let argv = std::iter::once(program.into_os_string()).chain(kept(&record.argv));
    let finished = run(&Command::new(argv, &record.cwd, env).within(bench.deadline), bench.interrupt)?;
    account.add_program(&finished);
    let stdout = String::from_utf8_lossy(&finished.stdout);
    let printed = libtest::printed(&stdout);
    let texts = libtest::failures(&stdout);
    for ((test, outcome), id) in printed.iter().zip(ids(name, &printed)) {
        account.tell(id, *outcome, texts.get(test).map_or("", String::as_str));
    }
    let lines = libtest::result_lines(&stdout);
    if !finished.exit.is_success() && lines.is_empty() {
        let output = String::from_utf8_lossy(&finished.stderr);
        account.tell(name.to_owned(), Outcome::Failed, &format!("rustdoc ended with {}\n{output}", said(finished.exit)));
        return Ok(());
    }
    let (counted, seen) = (sum(&lines), count(&printed));
    if counted != seen || finished.exit.is_success() != seen.is_ok {
        let text = format!("{name} ended with {}, its result lines say {counted:?}, its tests say {seen:?}", said(finished.exit));
        account.distrust("disagreement", text, None);
    }
    Ok(())
}

/// The person's own rustdoc, or the one beside cargo, or the one on `PATH`.
fn rustdoc(given: Option<&OsStr>, cargo: Option<&OsStr>) -> PathBuf {
    let sibling = || cargo.and_then(|cargo| Some(Path::new(cargo).parent()?.join("rustdoc"))).filter(|path| path.exists());
    given.map(PathBuf::from).or_else(sibling).unwrap_or_else(|| PathBuf::from("rustdoc"))
}

fn kept(argv: &[OsString]) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut words = argv.iter();
    while let Some(word) = words.next() {
        match DROPPED.iter().find(|(option, _)| word == option) {
            Some((_, n_words)) => drop(words.by_ref().take(n_words - 1).count()),
            None => kept.push(word.clone()),
        }
    }
    kept
}

/// `src/lib.rs - add (line 3)` is `NAME::src/lib.rs - add`; the second of one item ends in ` #2`.
fn ids(name: &str, printed: &[(String, Outcome)]) -> Vec<String> {
    let line_of = |test: &str| -> Option<u32> { test.rsplit_once(" (line ")?.1.strip_suffix(')')?.parse().ok() };
    let item_of = |test: &str| test.rsplit_once(" (line ").map_or(test, |(item, _)| item).to_owned();
    let mut order: BTreeMap<String, Vec<Option<u32>>> = BTreeMap::new();
    for (test, _) in printed {
        order.entry(item_of(test)).or_default().push(line_of(test));
    }
    for lines in order.values_mut() {
        lines.sort_unstable();
    }
    let id = |test: &str| {
        let item = item_of(test);
        match order[&item].iter().position(|line| *line == line_of(test)) {
            Some(0) | None => format!("{name}::{item}"),
            Some(n) => format!("{name}::{item} #{}", n + 1),
        }
    };
    printed.iter().map(|(test, _)| id(test)).collect()
}

fn sum(lines: &[Counts]) -> Counts {
    lines.iter().fold(Counts { is_ok: true, ..Counts::default() }, |sum, line| Counts {
        is_ok: sum.is_ok && line.is_ok,
        n_passed: sum.n_passed + line.n_passed,
        n_failed: sum.n_failed + line.n_failed,
        n_ignored: sum.n_ignored + line.n_ignored,
    })
}

fn count(printed: &[(String, Outcome)]) -> Counts {
    let n = |outcome: Outcome| printed.iter().filter(|(_, seen)| *seen == outcome).count();
    let n_failed = n(Outcome::Failed);
    Counts { is_ok: n_failed == 0, n_passed: n(Outcome::Passed), n_failed, n_ignored: n(Outcome::Skipped) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doctest_keeps_its_name_when_lines_move() {
        let test = |name: &str| (name.to_owned(), Outcome::Passed);
        let printed = [test("src/lib.rs - add (line 30)"), test("src/lib.rs - add (line 4)"), test("src/lib.rs - (line 1)")];
        assert_eq!(ids("p::doc", &printed), ["p::doc::src/lib.rs - add #2", "p::doc::src/lib.rs - add", "p::doc::src/lib.rs -"]);
    }

    #[test]
    fn the_recorders_own_options_are_taken_out() {
        let argv =
            ["--test", "src/lib.rs", "--test-runtool", "sh", "--test-runtool-arg", "/r.sh", "--error-format", "json", "--test-args", "x"];
        assert_eq!(kept(&argv.map(OsString::from)), ["--test", "src/lib.rs", "--test-args", "x"].map(OsString::from));
    }
}
