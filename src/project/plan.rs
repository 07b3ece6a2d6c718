//! How the tests of a project are run: the command that was given, or what its files say.
//!
//! Runs nothing but interpreters that are asked about themselves.

use std::path::{Path, PathBuf};

use super::python::{self, Interpreter, InterpreterError};
use super::rust;
use crate::explain::Explain;
use crate::process::{Environment, ProcessError};
use crate::text::RepoPath;

mod make;
mod told;
mod tree;
mod typed;

pub use told::Told;

pub(super) use tree::{Tree, ancestors, common, is_below, on_path};

/// Who runs the tests, and so who tells their results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunnerKind {
    /// pytest, watched by a plugin of ours and its own `JUnit` file.
    Pytest,
    /// `python -m unittest`, watched by a runner class of ours.
    Unittest,
    /// `manage.py test`, watched in the same way.
    Django,
    /// `cargo test`: each test program by itself.
    Cargo,
    /// `cargo nextest run`, by its `JUnit` file.
    Nextest,
    /// Any other command: judged by its exit code and its text.
    Command,
}

/// The command that runs the tests, and what must be known to read its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPlan {
    /// Who runs the tests.
    pub runner: RunnerKind,
    /// The whole command, as one would type it in `dir`.
    pub argv: Vec<String>,
    /// How many words of `argv` start the runner; the rest are its arguments.
    pub n_launch: usize,
    /// The folder below the root in which it runs; empty for the root.
    pub dir: String,
    /// The Python that runs the tests, or that the project would use.
    pub python: Option<Interpreter>,
    /// Variables beside the environment of every test.
    pub env: Vec<(String, String)>,
    /// How this plan was found, for a person.
    pub why: String,
}

impl TestPlan {
    /// The runner's arguments.
    pub fn arguments(&self) -> &[String] {
        &self.argv[self.n_launch.min(self.argv.len())..]
    }

    /// The command for a person, in shell quoting.
    pub fn line(&self) -> String {
        shlex::try_join(self.argv.iter().map(String::as_str)).unwrap_or_else(|_| self.argv.join(" "))
    }
}

/// Why there is no way to run the tests.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Nothing looks like tests.
    #[error("no tests found in {root}")]
    NoTests {
        /// Where.
        root: PathBuf,
    },
    /// The command is empty or has an open quote.
    #[error("the test command {text:?} cannot be read: {why}")]
    Unreadable {
        /// The command.
        text: String,
        /// What is wrong.
        why: &'static str,
    },
    /// There is no Python.
    #[error("no Python interpreter found")]
    NoPython,
    /// There is one, too old.
    #[error("{path} is Python {major}.{minor}; 3.8 or newer is needed")]
    OldPython {
        /// The program.
        path: PathBuf,
        /// Its major version.
        major: u32,
        /// Its minor version.
        minor: u32,
    },
    /// The one that was named does not work.
    #[error(transparent)]
    Interpreter(#[from] InterpreterError),
    /// The tests need something that the interpreter cannot import.
    #[error("the tests need `{tool}`, which {python} cannot import")]
    NoTool {
        /// What is needed.
        tool: &'static str,
        /// The interpreter that the project would use.
        python: PathBuf,
    },
    /// There is no cargo.
    #[error("cargo not found, but {manifest} needs it")]
    NoCargo {
        /// The manifest.
        manifest: RepoPath,
    },
}

impl PlanError {
    /// Whether the request or the disk is at fault, not the way in which the tests run.
    pub fn is_of_request(&self) -> bool {
        let is_of_disk = |error: &InterpreterError| matches!(error, InterpreterError::Run { source: ProcessError::Scratch { .. }, .. });
        match self {
            PlanError::Unreadable { .. } => true,
            PlanError::Interpreter(error) => is_of_disk(error),
            _ => false,
        }
    }
}

impl Explain for PlanError {
    fn hint(&self) -> Option<String> {
        match self {
            PlanError::NoTests { .. } => {
                Some("say how: `--test 'CMD'`, or `--repro 'CMD'` for a command whose failure is the fault".to_owned())
            }
            PlanError::Unreadable { .. } => Some("quote it for a shell, for example `--test 'python -m pytest tests'`".to_owned()),
            PlanError::NoPython => Some("install python3, or activate the project's environment".to_owned()),
            PlanError::OldPython { .. } => Some("activate an environment with a newer one".to_owned()),
            PlanError::Interpreter(error) => error.hint(),
            PlanError::NoTool { tool, python } => {
                Some(format!("activate the project's environment, or `{} -m pip install {tool}`", python.display()))
            }
            PlanError::NoCargo { .. } => Some("install Rust from https://rustup.rs, or put cargo's folder on PATH".to_owned()),
        }
    }
}

/// Where a command for the tests is looked for, and what is known already.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The top folder of the project.
    pub root: &'a Path,
    /// Its files.
    pub files: &'a [RepoPath],
    /// The files that the failure is about: in a repository with several projects or languages they decide.
    pub focus: &'a [RepoPath],
    /// Whose words the log is in; it decides where nothing in the project does.
    pub seen: Option<RunnerKind>,
}

/// The plan that the command `text` makes.
///
/// # Errors
/// [`PlanError`]: it cannot be read, or what it needs is not there.
pub fn given_plan(search: &Search<'_>, text: &str, env: &Environment) -> Result<TestPlan, PlanError> {
    typed::plan(&Tree { root: search.root, files: search.files }, text, env)
}

/// Finds how to run the tests of a project.
///
/// # Errors
/// [`PlanError`]: no tests, or what they need is not there.
pub fn find_plan(search: &Search<'_>, env: &Environment) -> Result<TestPlan, PlanError> {
    let tree = Tree { root: search.root, files: search.files };
    let of_rust = || rust::find(&tree, search.focus, env);
    let of_python = || python::find(&tree, search.focus, search.seen, env);
    let found = if is_rust(&tree, search.focus) {
        of_rust()?.map_or_else(of_python, |plan| Ok(Some(plan)))?
    } else {
        of_python()?.map_or_else(of_rust, |plan| Ok(Some(plan)))?
    };
    found.or_else(|| make::find(&tree)).ok_or_else(|| PlanError::NoTests { root: search.root.to_owned() })
}

/// Whether the failure, or failing that most of the repository, is Rust.
fn is_rust(tree: &Tree<'_>, focus: &[RepoPath]) -> bool {
    let n = |files: &[RepoPath], extension: &str| files.iter().filter(|file| file.extension() == extension).count();
    match n(focus, "rs").cmp(&n(focus, "py")) {
        std::cmp::Ordering::Equal => n(tree.files, "rs") > n(tree.files, "py"),
        order => order.is_gt(),
    }
}
