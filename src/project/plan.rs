//! How the tests of a project are run.

use super::python::Interpreter;

/// Who runs the tests, and so who tells their results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunnerKind {
    /// pytest, watched by a plugin of ours and its own JUnit file.
    Pytest,
    /// `python -m unittest`, watched by a runner class of ours.
    Unittest,
    /// `manage.py test`, watched in the same way.
    Django,
    /// `cargo test`: each test binary by itself.
    Cargo,
    /// `cargo nextest run`, by its JUnit file.
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
