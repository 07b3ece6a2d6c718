//! Targets that do not compile: failed tests, until they do.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::account::Account;
use super::build::Build;
use crate::judge::{Outcome, TestId};
use crate::trial::runner::{Bench, said};

/// What is remembered of targets from run to run.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Those that did not compile in some run.
    failed: BTreeSet<String>,
}

impl Targets {
    /// Targets that do not compile are failed tests; a build that fails for another reason is no evidence. Says whether any is broken.
    pub(super) fn judge(&mut self, bench: &Bench<'_>, built: &Build, account: &mut Account) -> bool {
        account.add(&built.finished, &built.error_lines, &built.shown());
        if let Some(source) = stray(bench, built) {
            let text = format!("cargo built {}, not the file of the tree with the patch", source.display());
            account.distrust("wrong-import-root", text, Some("make the path dependency relative"));
        }
        let broken = built.broken(bench.root);
        for (target, text) in &broken {
            account.tell((*target).to_owned(), Outcome::Failed, text);
            self.failed.insert((*target).to_owned());
        }
        if built.has_timed_out() {
            account.time_out();
        }
        if !built.is_whole() && broken.is_empty() {
            let why = first_error(&built.finished.stderr);
            let text = format!("cargo ended with {} before any test ran: {why}", said(built.finished.exit));
            account.distrust("no-result", text, Some("run `cargo test --offline` by hand; `cargo fetch` gets what is missing"));
        }
        !broken.is_empty()
    }

    /// A target that did not compile before and does now has passed.
    pub(super) fn pass(&self, built: &Build, account: &mut Account) {
        for name in &self.failed {
            if built.built.contains(name) && !account.tests.contains_key(&TestId(name.clone())) {
                account.tell(name.clone(), Outcome::Passed, "");
            }
        }
    }
}

/// The first error of an output, its first six lines.
fn first_error(stderr: &[u8]) -> String {
    let stderr = String::from_utf8_lossy(stderr);
    let lines = stderr.lines().filter(|line| !line.trim().is_empty());
    lines.skip_while(|line| !line.starts_with("error")).take(6).collect::<Vec<_>>().join("\n")
}

/// A source of the user's tree that was built although the throw-away tree has the same file.
pub(super) fn stray<'b>(bench: &Bench<'_>, built: &'b Build) -> Option<&'b PathBuf> {
    let original = &bench.surroundings.original;
    built.sources.iter().find(|source| {
        let below = source.strip_prefix(original).ok().filter(|_| !source.starts_with(bench.root));
        below.is_some_and(|below| bench.root.join(below).is_file())
    })
}
