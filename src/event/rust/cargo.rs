//! Reads cargo's and rustup's own errors, and their lines that only sum up the errors of rustc, of a build script or of a test.
//!
//! `error: ` opens the errors of many programs: it is cargo's by its first words, or by causes that stand two blanks in.
//!
//! Source: cargo 1.95, `src/cargo/lib.rs`, `display_error`, `src/cargo/ops/cargo_test.rs`, `src/cargo/core/resolver/errors.rs`; rustup
//! 1.28, `src/errors.rs`.

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, is_blank};
use crate::event::{Cause, Event};
use crate::syntax::LanguageId;

/// `error: failed to select a version for ...`.
pub(in crate::event) struct Cargo;

/// First words of errors of cargo and rustup.
const OWN: &[&str] = &[
    "failed to parse manifest at",
    "failed to parse lock file",
    "failed to load manifest",
    "failed to select a version",
    "failed to load source",
    "failed to get `",
    "failed to download `",
    "failed to download from `",
    "failed to download replaced source",
    "failed to resolve patches",
    "failed to read `",
    "failed to fetch `",
    "failed to query replaced source",
    "failed to determine package fingerprint",
    "failed to compile `",
    "failed to run `rustc`",
    "failed to verify package tarball",
    "failed to publish to registry",
    "failed to open:",
    "failed to update registry",
    "could not find `Cargo.toml`",
    "could not find `Cargo.lock`",
    "could not execute process `",
    "could not download file",
    "no matching package",
    "no bin target named",
    "no test target named",
    "no example target named",
    "no bench target named",
    "no library targets found in package",
    "no such command:",
    "no such subcommand",
    "no override and no default toolchain set",
    "no token found, please run `cargo login`",
    "the lock file ",
    "cannot create the lock file",
    "cannot update the lock file",
    "cannot specify features",
    "cannot install package `",
    "a bin target must be available",
    "`cargo run` ",
    "cyclic package dependency",
    "package collision in the lockfile",
    "current package believes it's in a workspace",
    "unable to update registry",
    "feature `",
    "the package '",
    "the package `",
    "package `",
    "package ID specification `",
    "there are multiple `",
    "none of the selected packages",
    "multiple packages link",
    "toolchain '",
    "override toolchain '",
    "custom toolchain '",
    "component '",
    "the 'cargo",
    "the 'rust",
    "'cargo' is not installed",
    "rustup could not choose a version of",
    "manifest path `",
];
/// Lines that say again that something else failed.
const SUMMARIES: &[&str] = &["could not compile `", "process didn't exit successfully:", "could not document `", "build failed"];
const BUILD_SCRIPT: &str = "failed to run custom build command for `";
/// Lines after a run of tests.
const AFTER_TESTS: &[&str] = &["test failed, to rerun pass", "test failed", "doctest failed, to rerun pass", "bench failed, to rerun pass"];
/// What a test process prints that dies of a failure; without any of it, its end is all that is known.
const LAST_WORDS: &[&str] = &["panicked at ", "has overflowed its stack", "memory allocation of ", "fatal runtime error: "];
/// A build script prints at most so many lines that are looked at, a test process too.
const LONGEST: usize = 300;

impl Dialect for Cargo {
    fn hints(&self) -> &'static [&'static str] {
        &["error: "]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let message = message(lines[at].text.trim_end())?;
        let begins = |openings: &[&str]| openings.iter().any(|opening| message.starts_with(opening));
        if begins(AFTER_TESTS) {
            return Some(after_tests(lines, at));
        }
        let is_build_script = message.starts_with(BUILD_SCRIPT);
        if !is_build_script && begins(SUMMARIES) {
            let event = Event { lines: lines[at].no..lines[at].no + 1, ..Event::new(LanguageId::RUST, "cargo", message) };
            return Some(Reading::failure(Failure::summary(event), at + 1));
        }
        let (causes, end) = causes(lines, at + 1);
        if !(is_build_script || begins(OWN) || is_rustc(message) || !causes.is_empty()) {
            return None;
        }
        let mut event = Event { lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::RUST, "cargo", message) };
        event.causes = causes.into_iter().map(|message| Cause { kind: "cargo".to_owned(), message, ..Cause::default() }).collect();
        if !is_build_script {
            return Some(Reading::failure(Failure::new(event), end));
        }
        // What the script printed is read as lines of their own: a panic there is the failure, and this line its echo.
        let is_summary = printed(lines, end).any(|line| LAST_WORDS.iter().any(|words| line.text.contains(words)));
        Some(Reading::failure(Failure { is_summary, ..Failure::new(event) }, end))
    }
}

/// What follows `error: `; the name of a test may stand before it when its process died in the middle of the line.
fn message(text: &str) -> Option<&str> {
    let text = match text.strip_prefix("test ") {
        Some(status) => status.split_once(" ... ")?.1,
        None => text,
    };
    text.strip_prefix("error: ")
}

/// `rustc 1.70.0 is not supported by the following package`.
fn is_rustc(message: &str) -> bool {
    message.strip_prefix("rustc ").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// The end of a test process: told by its tests, unless it died without a word.
fn after_tests(lines: &[Line<'_>], at: usize) -> Reading {
    let (causes, end) = causes(lines, at + 1);
    let Some(cause) = causes.into_iter().find(|cause| cause.contains("(signal: ") || is_other_exit(cause)) else {
        let event = Event { lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::RUST, "test-failure", rerun(lines, at)) };
        return Reading::failure(Failure::summary(event), end);
    };
    let above = lines[at.saturating_sub(LONGEST)..at].iter().rev().map(|line| line.text.as_ref());
    let mut own = above.take_while(|text| !(text.starts_with("     Running ") || text.starts_with("error: ")));
    let is_summary = own.any(|text| LAST_WORDS.iter().any(|words| text.contains(words)));
    let event = Event { lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::RUST, "test-failure", cause) };
    Reading::failure(Failure { is_summary, ..Failure::new(event) }, end)
}

/// What cargo says at the end, where nothing else in the log tells of a test.
fn rerun<'l>(lines: &'l [Line<'_>], at: usize) -> &'l str {
    message(lines[at].text.trim_end()).unwrap_or_default()
}

/// A harness exits with 101 when tests fail.
fn is_other_exit(cause: &str) -> bool {
    let code = cause.rsplit_once("(exit status: ").or_else(|| cause.rsplit_once("(exit code: ")).map(|(_, code)| code);
    code.is_some_and(|code| !code.starts_with("101)"))
}

/// What the script printed, from `at` on: indented since 1.52, before that up to the next word of cargo.
fn printed<'l, 't>(lines: &'l [Line<'t>], at: usize) -> impl Iterator<Item = &'l Line<'t>> {
    let is_indented = !lines[at..].iter().find(|line| !is_blank(&line.text)).is_some_and(|line| line.text.starts_with("--- std"));
    let is_cargo = |text: &str| text.starts_with("error: ") || text.starts_with("error[") || text.starts_with("warning: ");
    let is_inside = move |text: &str| text.starts_with("  ") || is_blank(text) || (!is_indented && !is_cargo(text));
    lines[at..].iter().take(LONGEST).take_while(move |line| is_inside(&line.text))
}

/// The texts under `Caused by:`, two blanks in, and the first line behind them; what a process printed is none of them.
fn causes(lines: &[Line<'_>], at: usize) -> (Vec<String>, usize) {
    let mut causes: Vec<String> = Vec::new();
    let mut end = at;
    let mut is_open = false;
    for (index, line) in lines.iter().enumerate().skip(at).take(60) {
        let text = line.text.trim_end();
        let inner = text.strip_prefix("  ").filter(|inner| !inner.starts_with(' ') && !inner.starts_with("--- std"));
        if text == "Caused by:" {
            is_open = true;
        } else if let Some(cause) = inner.filter(|_| is_open) {
            causes.push(cause.to_owned());
            is_open = false;
        } else if text.starts_with("  --- std") || !(is_blank(text) || text.starts_with("  ") || is_advice(text)) {
            break;
        }
        if !is_blank(text) {
            end = index + 1;
        }
    }
    (causes, end)
}

/// Lines that cargo prints between an error and its causes.
fn is_advice(text: &str) -> bool {
    ["note: ", "help: ", "referenced by ", "location searched: ", "required by "].iter().any(|opening| text.starts_with(opening))
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

    #[test]
    fn a_build_script_that_fails_without_a_panic_is_cargos_failure() {
        let text = "error: failed to run custom build command for `x v0.1.0`\nnote: To improve backtraces, set X\n\nCaused by:\n  process didn't exit successfully: `/x/build-script-build` (exit status: 1)\n  --- stdout\n  cargo:rerun-if-changed=x\n\n  --- stderr\n  error: no library\n";
        let expected = "cargo: failed to run custom build command for `x v0.1.0` <- cargo: process didn't exit successfully: `/x/build-script-build` (exit status: 1)";
        assert_eq!(outline(text), [expected]);
        let other = "error[E0425]: no `x`\n --> src/main.rs:3:5\n";
        assert_eq!(outline(&format!("{text}{other}")), [expected, "E0425: no `x` @ src/main.rs:3"]);
    }

    #[test]
    fn an_error_is_cargos_by_its_words_or_its_causes() {
        for message in [
            "rustc 1.70.0 is not supported by the following package:",
            "toolchain 'nightly-x' is not installed",
            "package ID specification `x` did not match any packages",
            "cannot create the lock file /x/Cargo.lock because --locked was passed to prevent this",
        ] {
            assert_eq!(outline(&format!("error: {message}\n")), [format!("cargo: {message}")]);
        }
        assert_eq!(outline("error: something new\n\nCaused by:\n  why\n"), ["cargo: something new <- cargo: why"]);
        for message in
            ["Recipe `test` failed on line 5 with exit code 101", "unexpected argument '--x' found", "pathspec 'x' did not match"]
        {
            assert!(outline(&format!("error: {message}\n")).is_empty());
        }
    }

    #[test]
    fn a_test_process_that_dies_without_a_word_is_a_failure() {
        let end = "error: test failed, to rerun pass `--test a`\n\nCaused by:\n  process didn't exit successfully: `/x/a` (signal: 6, SIGABRT: process abort signal)\n";
        let expected = "test-failure: process didn't exit successfully: `/x/a` (signal: 6, SIGABRT: process abort signal)";
        assert_eq!(outline(&format!("     Running tests/a.rs (/x/a)\n\nrunning 1 test\n{end}")), [expected]);
        assert_eq!(outline(&format!("     Running tests/a.rs (/x/a)\n\nrunning 1 test\ntest a ... {end}")), [expected]);
        let panic = "thread 'a' panicked at tests/a.rs:1:2:\nboom\n";
        assert_eq!(outline(&format!("     Running tests/a.rs (/x/a)\n{panic}{end}")), ["panic: boom @ tests/a.rs:1"]);
        assert_eq!(
            outline(&format!(
                "     Running tests/b.rs (/x/b)\n{panic}error: test failed, to rerun pass `--test b`\n     Running tests/a.rs (/x/a)\n{end}"
            )),
            ["panic: boom @ tests/a.rs:1", expected]
        );
        // Where the tests' own words went elsewhere, cargo's are all that is left.
        let harness = end.replace("signal: 6, SIGABRT: process abort signal", "exit status: 101");
        assert_eq!(outline(&harness), ["test-failure: test failed, to rerun pass `--test a`"]);
        assert_eq!(outline(&format!("{panic}{harness}")), ["panic: boom @ tests/a.rs:1"]);
    }
}
