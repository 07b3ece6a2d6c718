//! How the tests of a project are run: the command that was given, or what its files say.
//!
//! Runs nothing but interpreters that are asked about themselves.

use std::path::{Path, PathBuf};

use super::python::{self, Interpreter, InterpreterError};
use super::rust;
use crate::explain::Explain;
use crate::process::Environment;
use crate::text::RepoPath;

mod make;
mod tree;
mod typed;

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

/// Finds the plan for one language, if the project has tests in it.
type Finder = fn(&Tree<'_>, &[RepoPath], &Environment) -> Result<Option<TestPlan>, PlanError>;

/// Finds how to run the tests of the project at `root` whose files are `files`.
///
/// `configured` is the command that the person gave; `focus` are the files that the failure is about: in a repository with several
/// projects or languages they decide.
///
/// # Errors
/// [`PlanError`]: no tests, or what they need is not there.
pub fn find_plan(
    root: &Path,
    files: &[RepoPath],
    configured: Option<&str>,
    focus: &[RepoPath],
    env: &Environment,
) -> Result<TestPlan, PlanError> {
    let tree = Tree { root, files };
    if let Some(text) = configured {
        return typed::plan(&tree, text, env);
    }
    let (first, second): (Finder, Finder) = if is_rust(&tree, focus) { (rust::find, python::find) } else { (python::find, rust::find) };
    if let Some(plan) = first(&tree, focus, env)? {
        return Ok(plan);
    }
    if let Some(plan) = second(&tree, focus, env)? {
        return Ok(plan);
    }
    make::find(&tree).ok_or_else(|| PlanError::NoTests { root: root.to_owned() })
}

/// Whether the failure, or failing that most of the repository, is Rust.
fn is_rust(tree: &Tree<'_>, focus: &[RepoPath]) -> bool {
    let n = |files: &[RepoPath], extension: &str| files.iter().filter(|file| file.extension() == extension).count();
    match n(focus, "rs").cmp(&n(focus, "py")) {
        std::cmp::Ordering::Equal => n(tree.files, "rs") > n(tree.files, "py"),
        order => order.is_gt(),
    }
}
