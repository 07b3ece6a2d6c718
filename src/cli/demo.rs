//! `demo`: heals a small broken project before the person's eyes, in a folder of its own that is gone afterwards.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::exit::{Exit, Failure};
use super::global::{Call, Format};
use super::show::{self, Showing};
use super::wishes::plain;
use crate::explain::Explain;
use crate::heal::{self, Delivery, Request};
use crate::process::{Command, Environment, Interrupt, ProcessError, run as run_process};
use crate::redact::visible;
use crate::report::Outcome;
use crate::ui::Told;

/// Heals a small broken project before your eyes
///
/// Unpacks it into a temporary folder; nothing of yours is touched. It needs python3, or cargo where python3 is missing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Lines of a test run that are shown.
const MOST_LINES: usize = 12;

/// A broken project that the program carries.
struct Sample {
    /// What it needs to run.
    program: &'static str,
    /// How a person runs its tests.
    tests: &'static [&'static str],
    /// Path and text.
    files: &'static [(&'static str, &'static str)],
}

/// Two faults, seen in three red tests.
const PYTHON: Sample = Sample {
    program: "python3",
    tests: &["python3", "-m", "unittest"],
    files: &[
        ("shop/__init__.py", include_str!("../../fixtures/python/demo-shop/tree/shop/__init__.py")),
        ("shop/cart.py", include_str!("../../fixtures/python/demo-shop/tree/shop/cart.py")),
        ("shop/receipt.py", include_str!("../../fixtures/python/demo-shop/tree/shop/receipt.py")),
        ("tests/__init__.py", ""),
        ("tests/test_shop.py", include_str!("../../fixtures/python/demo-shop/tree/tests/test_shop.py")),
    ],
};

/// A crate that does not compile.
const RUST: Sample = Sample {
    program: "cargo",
    tests: &["cargo", "test", "--quiet", "--offline"],
    files: &[
        ("Cargo.toml", include_str!("../../fixtures/rust/demo-shop/tree/Cargo_test.toml")),
        ("Cargo.lock", include_str!("../../fixtures/rust/demo-shop/tree/Cargo.lock")),
        (".gitignore", "/target\n"),
        ("src/lib.rs", include_str!("../../fixtures/rust/demo-shop/tree/src/lib.rs")),
    ],
};

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
enum DemoError {
    /// Neither language is there.
    #[error("neither python3 nor cargo runs here")]
    NoLanguage,
    /// The folder could not be made.
    #[error("cannot unpack the demo into {}", folder.display())]
    Unpack {
        /// Where.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program did not run.
    #[error("cannot run the demo")]
    Process {
        /// Why.
        source: ProcessError,
    },
}

impl Explain for DemoError {
    fn hint(&self) -> Option<String> {
        match self {
            DemoError::NoLanguage => Some("install python3; `homeostasis doctor` says what else is missing".to_owned()),
            DemoError::Unpack { .. } => Some("free some space, or set TMPDIR to a folder that has it".to_owned()),
            DemoError::Process { source } => source.hint(),
        }
    }
}

/// Runs the verb.
pub(super) fn run(_: &Args, call: &mut Call) -> Result<Exit, Failure> {
    call.format("demo", &[Format::Human])?;
    let interrupt = Call::interrupt()?;
    let sample = choose(&interrupt)?;
    let folder = tempfile::Builder::new().prefix("homeostasis-demo-").tempdir();
    let folder = folder.map_err(|source| DemoError::Unpack { folder: std::env::temp_dir(), source })?;
    let exit = shown(sample, folder.path(), call, &interrupt);
    if call.keep() {
        let kept = folder.keep();
        call.step(&crate::report::Step::Kept(kept));
    }
    exit
}

fn shown(sample: &Sample, dir: &Path, call: &mut Call, interrupt: &Interrupt) -> Result<Exit, Failure> {
    unpack(sample, dir)?;
    let before = tests(sample, dir, interrupt)?;
    let intro = format!(
        "A small shop with failing tests, unpacked into {}. Nothing of yours is touched.\n\n{before}\n$ homeostasis fix --apply\n",
        dir.display()
    );
    if call.ui.result(&intro)? == Told::Closed {
        return Ok(Exit::Clean);
    }
    let request = Request { delivery: Delivery::Apply, ..plain(dir, call) };
    let healing = heal::heal(&request, interrupt, &mut |step| call.step(&step)).map_err(|error| Failure::of_stopped(error, interrupt))?;
    let how = Showing { format: Format::Human, log: None, is_check: false, is_list: false, dir };
    let exit = show::healing(&healing, &how, call)?;
    if healing.outcome != Outcome::Healed {
        return Ok(exit);
    }
    let after = tests(sample, dir, interrupt)?;
    call.ui
        .result(&format!("\n{after}\nThat was all. In a project of yours, `homeostasis fix` shows such a patch and writes nothing.\n"))?;
    Ok(exit)
}

fn choose(interrupt: &Interrupt) -> Result<&'static Sample, DemoError> {
    let runs = |sample: &&Sample| {
        let command = Command::new([sample.program, "--version"], Path::new("."), Environment::for_tests());
        run_process(&command, interrupt).is_ok_and(|finished| finished.exit.is_success())
    };
    [&PYTHON, &RUST].into_iter().find(runs).ok_or(DemoError::NoLanguage)
}

/// Writes the files and, where git is there, commits them: the person sees what a fix in a repository looks like.
fn unpack(sample: &Sample, dir: &Path) -> Result<(), DemoError> {
    for (path, text) in sample.files {
        let path = dir.join(path);
        let folder = path.parent().unwrap_or(dir).to_owned();
        let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text));
        written.map_err(|source| DemoError::Unpack { folder, source })?;
    }
    let author = ["-c", "user.name=demo", "-c", "user.email=demo@localhost"];
    let questions: [&[&str]; 3] = [&["init", "--quiet"], &["add", "--all"], &["commit", "--quiet", "--message", "a shop"]];
    // The person's own configuration may sign commits or run hooks from a template.
    let env = Environment::for_tests().with("GIT_CONFIG_GLOBAL", "/dev/null").with("GIT_CONFIG_NOSYSTEM", "1");
    for question in questions {
        let argv = ["git"].iter().chain(&author).chain(question);
        // Without git the demo works on a plain folder.
        let _ = run_process(&Command::new(argv, dir, env.clone()), &Interrupt::never());
    }
    Ok(())
}

/// The end of a test run, as a person would see it.
fn tests(sample: &Sample, dir: &Path, interrupt: &Interrupt) -> Result<String, DemoError> {
    let mut command = Command::new(sample.tests, dir, Environment::for_tests()).within(Duration::from_mins(5));
    command.is_merged = true;
    let finished = run_process(&command, interrupt).map_err(|source| DemoError::Process { source })?;
    let output = visible(&String::from_utf8_lossy(&finished.stdout));
    let lines: Vec<_> = output.trim_end().lines().collect();
    let cut = lines.len().saturating_sub(MOST_LINES);
    let mut text = format!("$ {}\n", sample.tests.join(" "));
    if cut > 0 {
        text += "[...]\n";
    }
    Ok(text + &lines[cut..].join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_fixture_and_its_tests_fail() {
        let dir = tempfile::tempdir().unwrap();
        unpack(&PYTHON, dir.path()).unwrap();
        let output = tests(&PYTHON, dir.path(), &Interrupt::never()).unwrap();
        assert!(output.contains("FAILED (errors=3)"), "{output}");
        assert!(dir.path().join(".git").is_dir());
    }
}
