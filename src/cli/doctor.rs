//! `doctor`: what of the machine is needed, what is there, and how to get the rest. Changes nothing but one file of its own, which it removes.

use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use crate::git::{Repo, folder_state_dir};
use crate::process::{Command, Environment, Interrupt, run as run_process};
use crate::report::{Check, Checkup, State, json};

/// Says what is missing on this machine and how to get it
///
/// The exit code is 1 when something is missing without which nothing can be healed here.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the verb.
pub(super) fn run(_: &Args, call: &mut Call) -> Result<Exit, Failure> {
    let format = call.format("doctor", &[Format::Human, Format::Json])?;
    let checkup = checkup(call.dir());
    let exit = if checkup.is_fit() { Exit::Clean } else { Exit::Faults };
    let shown = match format {
        Format::Json => call.ui.exact(json::document(&checkup).as_bytes()),
        _ => call.ui.result(&checkup.human()),
    };
    after(shown, exit)
}

fn checkup(dir: &Path) -> Checkup {
    let git = tool(dir, "git", &["git", "--version"], "install git: without it there is no `--branch` and no hook, and folders are copied");
    let python = tool(dir, "python3", &["python3", "--version"], "install python3 to heal Python");
    let pytest = tool(dir, "pytest", &["python3", "-m", "pytest", "--version"], "`python3 -m pip install pytest`, if your tests need it");
    let cargo = tool(dir, "cargo", &["cargo", "--version"], "install Rust to heal Rust");
    let language = language(&python, &cargo);
    let (repository, state_dir) = repository(dir);
    Checkup::new(vec![git, repository, language, python, pytest, cargo, state(&state_dir), temporary(), sandbox()])
}

/// Runs a program and takes the first line that it prints.
fn tool(dir: &Path, name: &str, argv: &[&str], hint: &str) -> Check {
    let command = Command::new(argv, dir, Environment::for_tests());
    match run_process(&command, &Interrupt::never()) {
        Ok(finished) if finished.exit.is_success() => {
            // pytest before 7 prints its version to stderr.
            let printed = [finished.stdout, finished.stderr].concat();
            let seen = String::from_utf8_lossy(&printed).lines().next().unwrap_or_default().to_owned();
            check(name, State::Ok, seen, None)
        }
        _ => check(name, State::Limited, "not found".to_owned(), Some(hint)),
    }
}

/// At least one language must run.
fn language(python: &Check, cargo: &Check) -> Check {
    let there: Vec<_> =
        [("Python", python), ("Rust", cargo)].iter().filter(|(_, tool)| tool.state == State::Ok).map(|(name, _)| *name).collect();
    if there.is_empty() {
        return check(
            "languages",
            State::Missing,
            "none".to_owned(),
            Some("install python3 or cargo: patches are proved by running the tests"),
        );
    }
    check("languages", State::Ok, there.join(", "), None)
}

fn repository(dir: &Path) -> (Check, PathBuf) {
    match Repo::discover(dir) {
        Ok(Some(repo)) => (check("repository", State::Ok, repo.root().display().to_string(), None), repo.state_dir()),
        Ok(None) => {
            let seen = "none: the folder is copied, `--branch` is refused".to_owned();
            (check("repository", State::Limited, seen, Some("`git init` makes one")), folder_state_dir(dir))
        }
        Err(error) => {
            let hint = crate::explain::Explain::hint(&error);
            (check("repository", State::Missing, error.to_string(), hint.as_deref()), folder_state_dir(dir))
        }
    }
}

/// Journals and locks must be kept somewhere.
fn state(folder: &Path) -> Check {
    writable("state", folder, "set XDG_STATE_HOME to a folder that you may write to")
}

/// Worktrees and outputs must be put somewhere.
fn temporary() -> Check {
    writable("temporary", &std::env::temp_dir(), "set TMPDIR to a folder that you may write to and that has space")
}

/// Tries it in the nearest folder that exists, so that a look leaves no new folder behind.
fn writable(name: &str, folder: &Path, hint: &str) -> Check {
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
    match tempfile::tempfile_in(there) {
        Ok(_) => check(name, State::Ok, folder.display().to_string(), None),
        Err(error) => check(name, State::Missing, format!("{}: {error}", folder.display()), Some(hint)),
    }
}

/// What holds the tests is said, not wished: nothing but a process group, a clean environment and a deadline yet.
fn sandbox() -> Check {
    let seen = "none: tests run as you, in a clean environment and with a deadline".to_owned();
    check("sandbox", State::Limited, seen, Some("heal only what you would also run"))
}

fn check(name: &str, state: State, seen: String, hint: Option<&str>) -> Check {
    Check { name: name.to_owned(), state, seen, hint: hint.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_a_language_cannot_heal() {
        let lacks = |name| check(name, State::Limited, String::new(), None);
        assert_eq!(language(&lacks("python3"), &lacks("cargo")).state, State::Missing);
        let has = check("cargo", State::Ok, String::new(), None);
        assert_eq!(language(&lacks("python3"), &has).seen, "Rust");
    }

    #[test]
    fn a_program_that_does_not_exist_is_no_error() {
        let found = tool(Path::new("."), "x", &["homeostasis-has-no-such-program"], "install x");
        assert_eq!((found.state, found.hint.as_deref()), (State::Limited, Some("install x")));
    }
}
