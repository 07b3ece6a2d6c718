//! Reads cargo's own errors, and its lines that only sum up the errors of rustc, of a build script or of a test.
//!
//! Source: cargo 1.95, `src/cargo/core/compiler/mod.rs`, `src/cargo/ops/cargo_test.rs`, `src/cargo/core/resolver/errors.rs`.

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, is_blank};
use crate::event::{Cause, Event};
use crate::syntax::LanguageId;

/// `error: failed to select a version for ...`.
pub(in crate::event) struct Cargo;

/// Errors of cargo itself.
const OWN: &[&str] = &[
    "failed to parse manifest at",
    "failed to parse lock file",
    "failed to load manifest",
    "could not find `Cargo.toml`",
    "failed to select a version",
    "no matching package",
    "failed to load source",
    "failed to get `",
    "failed to download",
    "failed to resolve",
    "failed to read `",
    "the lock file ",
    "cannot update the lock file",
    "no bin target named",
    "no test target named",
    "no example target named",
    "a bin target must be available",
    "no such command:",
    "no such subcommand",
    "cyclic package dependency",
    "package collision in the lockfile",
    "current package believes it's in a workspace",
    "failed to query replaced source",
    "unable to update registry",
    "feature `",
    "the package ",
    "package `",
    "rustc ",
    "none of the selected packages",
    "cannot specify features",
    "toolchain '",
    "the 'cargo",
    "failed to determine package fingerprint",
    "failed to compile `",
    "could not download file",
    "component ",
    "failed to open:",
    "multiple packages link",
    "unused manifest key",
    "invalid type:",
    "duplicate key",
];
/// Lines that say again that something else failed.
const SUMMARIES: &[&str] = &[
    "could not compile `",
    "failed to run custom build command for `",
    "process didn't exit successfully:",
    "could not document `",
    "build failed",
];
/// Lines after a run of tests.
const AFTER_TESTS: &[&str] = &["test failed, to rerun pass", "test failed", "doctest failed, to rerun pass"];

impl Dialect for Cargo {
    fn hints(&self) -> &'static [&'static str] {
        &["error: "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let message = lines[at].text.trim_end().strip_prefix("error: ")?;
        let begins = |openings: &[&str]| openings.iter().any(|opening| message.starts_with(opening));
        let (causes, end) = causes(lines, at + 1);
        let event =
            |kind: &str, message: &str| Event { lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::RUST, kind, message) };
        if begins(AFTER_TESTS) {
            let Some(signal) = causes.iter().find(|cause| cause.contains("(signal: ")) else { return Some(Reading::new(Vec::new(), end)) };
            return Some(Reading::failure(Failure::summary(event("test-failure", signal)), end));
        }
        let mut event = event("cargo", message);
        event.causes = causes.into_iter().map(|message| Cause { kind: "cargo".to_owned(), message }).collect();
        if begins(SUMMARIES) {
            return Some(Reading::failure(Failure::summary(event), at + 1));
        }
        begins(OWN).then(|| Reading::failure(Failure::new(event), end))
    }
}

/// The indented lines under `Caused by:`, and the first line behind them.
fn causes(lines: &[Line<'_>], at: usize) -> (Vec<String>, usize) {
    let mut causes = Vec::new();
    let mut end = at;
    let mut is_inside = false;
    for (index, line) in lines.iter().enumerate().skip(at).take(60) {
        let text = line.text.trim_end();
        if text == "Caused by:" {
            is_inside = true;
        } else if is_inside && text.starts_with("  ") {
            causes.push(text.trim().to_owned());
        } else if !is_blank(text) {
            break;
        }
        if !is_blank(text) {
            end = index + 1;
        }
    }
    (causes, end)
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    #[test]
    fn cargos_own_errors_have_causes() {
        assert_eq!(
            outline("error: failed to parse manifest at `/home/me/app/Cargo.toml`\n\nCaused by:\n  no targets specified\n"),
            ["cargo: failed to parse manifest at `/home/me/app/Cargo.toml` <- cargo: no targets specified"]
        );
    }

    #[test]
    fn a_build_script_that_panics_is_one_failure() {
        let text = "error: failed to run custom build command for `x v0.1.0`\n\nCaused by:\n  process didn't exit successfully: `/x/build-script-build` (exit status: 101)\n  --- stderr\n\n  thread 'main' panicked at build.rs:2:5:\n  no header\n  note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(outline(text), ["panic: no header @ build.rs:2"]);
    }
}
