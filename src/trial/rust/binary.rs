//! One test program: its list, its results, and each test by itself where the whole did not come to its end.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::account::Account;
use super::libtest::{self, Counts};
use super::record::Record;
use crate::judge::{Exit, Outcome};
use crate::process::{Command, Finished, run};
use crate::trial::TrialError;
use crate::trial::runner::{Bench, said};

/// Options that would hide the results or the failures' texts.
const LOUD: &[&str] = &["--nocapture", "--no-capture", "--quiet", "-q"];

/// What libtest says of an option that it does not know.
pub(super) const NO_LOG: &str = "Unrecognized option: 'logfile'";

/// A test program of cargo's.
#[derive(Debug)]
pub(super) struct Program<'a> {
    /// `PACKAGE::TARGET`.
    pub(super) name: &'a str,
    /// How cargo would run it.
    pub(super) record: &'a Record,
    /// The tests to run; none for all.
    pub(super) wanted: Option<BTreeSet<String>>,
    /// A private folder.
    pub(super) scratch: &'a Path,
}

impl Program<'_> {
    /// Runs the program and tells its results.
    pub(super) fn run(&self, bench: &Bench<'_>, account: &mut Account) -> Result<(), TrialError> {
        let given = self.given();
        let listed = self.execute(bench, &with(&given, &["--list", "--format", "terse"]), bench.deadline, None)?;
        let list = libtest::list(&String::from_utf8_lossy(&listed.stdout)).filter(|_| listed.exit.is_success());
        let Some(mut names) = list else { return self.run_unknown(bench, account) };
        let mut arguments = given;
        if let Some(wanted) = &self.wanted {
            names.retain(|name| wanted.contains(name));
            arguments = with(&[], &["--exact"]);
            arguments.extend(names.iter().map(OsString::from));
        }
        if names.is_empty() { Ok(()) } else { self.run_listed(bench, &names, arguments, account) }
    }

    /// The arguments that cargo would give, without those that hide what we look for.
    fn given(&self) -> Vec<OsString> {
        let is_quiet = |word: &&OsString| !LOUD.iter().any(|loud| *word == loud);
        self.record.argv.iter().skip(1).filter(is_quiet).cloned().collect()
    }

    fn execute(&self, bench: &Bench<'_>, arguments: &[OsString], limit: Duration, watched: Option<&Path>) -> Result<Finished, TrialError> {
        let argv = self.record.argv.iter().take(1).chain(arguments);
        let mut command = Command::new(argv, &self.record.cwd, self.record.env.clone()).within(limit);
        command.stall = watched.map(|path| (path.to_owned(), bench.per_test));
        Ok(run(&command, bench.interrupt)?)
    }

    /// A program with a harness of its own is one test.
    fn run_unknown(&self, bench: &Bench<'_>, account: &mut Account) -> Result<(), TrialError> {
        let arguments: Vec<OsString> = self.record.argv.iter().skip(1).cloned().collect();
        let finished = self.execute(bench, &arguments, bench.deadline, None)?;
        account.add_program(&finished);
        let (outcome, text) = self.whole(&finished);
        account.tell(self.name.to_owned(), outcome, &text);
        Ok(())
    }

    /// A program or a test in a process of its own, by that process alone.
    fn whole(&self, finished: &Finished) -> (Outcome, String) {
        if finished.exit.is_success() {
            return (Outcome::Passed, String::new());
        }
        let output = String::from_utf8_lossy(&[finished.stdout.as_slice(), finished.stderr.as_slice()].concat()).into_owned();
        let text = match finished.exit {
            Exit::TimedOut => format!("timeout: it did not end within its time limit\n{output}"),
            exit => format!("the process of {} ended with {}\n{output}", self.name, said(exit)),
        };
        (Outcome::Failed, text)
    }

    fn run_listed(
        &self,
        bench: &Bench<'_>,
        names: &BTreeSet<String>,
        mut arguments: Vec<OsString>,
        account: &mut Account,
    ) -> Result<(), TrialError> {
        let log = self.scratch.join("results.log");
        let _ = fs::remove_file(&log);
        let logged = with(&arguments, &["--logfile", &log.to_string_lossy()]);
        let mut finished = self.execute(bench, &logged, bench.deadline, Some(&log))?;
        let has_log = !String::from_utf8_lossy(&finished.stderr).contains(NO_LOG);
        if !has_log {
            finished = self.execute(bench, &std::mem::take(&mut arguments), bench.deadline, None)?;
        }
        account.add_program(&finished);
        let stdout = String::from_utf8_lossy(&finished.stdout);
        let results = if has_log {
            libtest::log(&fs::read_to_string(&log).unwrap_or_default(), names)
        } else {
            libtest::printed(&stdout).into_iter().filter(|(name, _)| names.contains(name)).collect()
        };
        let texts = libtest::failures(&stdout);
        for (name, &outcome) in &results {
            let text = if outcome == Outcome::Failed { texts.get(name).map_or("", String::as_str) } else { "" };
            account.tell(self.test(name), outcome, text);
        }
        let counts = libtest::result_lines(&stdout).pop();
        match (finished.exit, counts) {
            (Exit::Code(0 | 101), Some(counts)) if results.len() == names.len() => self.compare(finished.exit, counts, &results, account),
            // Some test took the program with it; which one shows when each runs alone.
            _ => self.run_rest(bench, names.iter().filter(|name| !results.contains_key(*name)), account)?,
        }
        Ok(())
    }

    /// Exit status, result line and the single results must tell the same story.
    fn compare(&self, exit: Exit, counts: Counts, results: &BTreeMap<String, Outcome>, account: &mut Account) {
        let n = |outcome: Outcome| results.values().filter(|&&seen| seen == outcome).count();
        let (n_passed, n_failed, n_ignored) = (n(Outcome::Passed), n(Outcome::Failed), n(Outcome::Skipped));
        let is_ok = n_failed == 0;
        let seen = Counts { is_ok, n_passed, n_failed, n_ignored };
        if counts != seen || exit.is_success() != is_ok {
            let text = format!("{} ended with {}, its result line says {counts:?}, its tests say {seen:?}", self.name, said(exit));
            account.distrust("disagreement", text, None);
        }
    }

    /// Runs each of `names` alone, as long as there is time.
    fn run_rest<'n>(&self, bench: &Bench<'_>, names: impl Iterator<Item = &'n String>, account: &mut Account) -> Result<(), TrialError> {
        let start = Instant::now();
        for name in names {
            if start.elapsed() > bench.deadline {
                account.time_out();
                break;
            }
            let log = self.scratch.join("result.log");
            let _ = fs::remove_file(&log);
            let arguments = with(&[], &["--exact", name, "--logfile", &log.to_string_lossy()]);
            let finished = self.execute(bench, &arguments, bench.per_test.min(bench.deadline), None)?;
            account.add_program(&finished);
            let one = BTreeSet::from([name.clone()]);
            let told = libtest::log(&fs::read_to_string(&log).unwrap_or_default(), &one).remove(name);
            let (outcome, text) = match told {
                Some(outcome) if outcome != Outcome::Failed && finished.exit.is_success() => (outcome, String::new()),
                // An early `exit(0)` is no success: the test has not come to its end.
                None if finished.exit.is_success() => (Outcome::Failed, "the test ended its process".to_owned()),
                _ => self.whole(&finished),
            };
            account.tell(self.test(name), outcome, &text);
        }
        Ok(())
    }

    fn test(&self, name: &str) -> String {
        format!("{}::{name}", self.name)
    }
}

fn with(arguments: &[OsString], more: &[&str]) -> Vec<OsString> {
    arguments.iter().cloned().chain(more.iter().map(OsString::from)).collect()
}
