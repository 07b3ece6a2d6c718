//! Shows what a healing reached, in the format that was asked for. `fix`, `run`, the hook and the demo share it.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;
use std::sync::Arc;

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use crate::redact::TAG;
use crate::report::{Healing, Human, Outcome, github, json, verdict};
use crate::text::RepoPath;
use crate::ui::{is_unicode, width};

/// Formats of a healing; the first is the default.
pub(super) const FORMATS: &[Format] = &[Format::Human, Format::Json, Format::Diff, Format::Github];

/// Larger files are not shown; the program reads no larger sources either.
const MOST_BYTES: u64 = 4 << 20;

/// How a healing is to be shown.
pub(super) struct Showing<'a> {
    /// The format.
    pub format: Format,
    /// The log as the person named it.
    pub log: Option<&'a str>,
    /// Only the verdict and the exit code.
    pub is_check: bool,
    /// Every patch that passes, with its number.
    pub is_list: bool,
    /// Where the project is.
    pub dir: &'a Path,
}

/// Prints `healing`, its verdict always in the last line that a person sees, and gives the exit code.
pub(super) fn healing(healing: &Healing, how: &Showing<'_>, call: &mut Call) -> Result<Exit, Failure> {
    let exit = match healing.outcome {
        Outcome::Healed if how.is_check => Exit::Faults,
        outcome => outcome.into(),
    };
    let report = report(healing, how);
    let shown = match how.format {
        Format::Human | Format::Concise | Format::Jsonl => call.ui.result(&report),
        Format::Json => call.ui.exact(json::document(healing).as_bytes()),
        Format::Diff => call.ui.exact(healing.diff.as_bytes()),
        Format::Github => {
            let report = anstream::adapter::strip_str(&report).to_string();
            call.ui.result(&github::healing(healing, &report, &token()))
        }
    };
    if healing.diff.contains(TAG) {
        call.ui.aside(
            "note: a secret beside the change is covered, so that the patch does not apply as it is shown; `--apply` writes it whole\n",
        );
    }
    if how.format == Format::Diff || call.ui.has_output_file() {
        call.ui.aside(&verdict(healing));
    }
    after(shown, exit)
}

fn report(healing: &Healing, how: &Showing<'_>) -> String {
    if how.is_check {
        return verdict(healing);
    }
    let files = sources(how.dir);
    // What was just written is no longer the text that failed.
    let is_changed = |path: &RepoPath| healing.delivered.is_some() && healing.diff.contains(&format!("\n+++ b/{path}"));
    let sources = |path: &RepoPath| if is_changed(path) { None } else { files(path) };
    let human = Human { sources: &sources, width: width(), log: how.log, is_unicode: is_unicode() };
    if how.is_list { human.list(healing) } else { human.healing(healing) }
}

/// Reads files of the project that `dir` lies in. Links are not followed: a log must not choose what is shown.
pub(super) fn sources(dir: &Path) -> impl Fn(&RepoPath) -> Option<Arc<[u8]>> + use<> {
    let root = root(dir);
    move |path| {
        let place = path.below(&root);
        let found = place.symlink_metadata().ok()?;
        let is_shown = found.is_file() && found.len() <= MOST_BYTES;
        is_shown.then(|| std::fs::read(&place).ok().map(Arc::from)).flatten()
    }
}

/// The nearest folder above `dir` that git calls a work tree, else `dir` itself.
pub(super) fn root(dir: &Path) -> std::path::PathBuf {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    dir.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&dir).to_owned()
}

/// A word that nobody can guess: the standard library's hasher is keyed by the system's randomness.
pub(super) fn token() -> String {
    let word = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", word(), word())
}
