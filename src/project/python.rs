//! The Python of a project: where it is, which version, what it can import and from where.
//!
//! One short run of the interpreter tells; nothing of the project is imported.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::plan::{PlanError, Tree};
use crate::explain::Explain;
use crate::process::{Command, Environment, Interrupt, ProcessError, run};

mod file;
mod places;
mod pyenv;
mod suite;

pub(super) use suite::find;

/// Asks an interpreter about itself. Its first path entry is the working directory, which could hold a `json.py` of the project.
const PROBE: &str = include_str!("python/probe.py");

/// An interpreter answers in some 30 ms; a shim of pyenv takes ten times that.
const PROBE_DEADLINE: Duration = Duration::from_secs(20);

/// A Python that was asked about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interpreter {
    /// The program itself, not a shim.
    pub path: PathBuf,
    /// Major, minor and micro version.
    pub version: (u32, u32, u32),
    /// Where its own and its installed modules lie: nothing below is the project's.
    pub prefixes: Vec<PathBuf>,
    /// Where it looks for modules before anything runs, in order.
    pub module_path: Vec<PathBuf>,
    /// Folders from which editable installs import by a finder of their own.
    pub editable: Vec<PathBuf>,
    /// Which of the tools that we know it can import: `pytest`, `django`, plugins.
    pub tools: BTreeSet<String>,
}

impl Interpreter {
    /// Whether it can import a tool.
    pub fn has(&self, tool: &str) -> bool {
        self.tools.contains(tool)
    }
}

/// Why a program is no Python that we can use.
#[derive(Debug, thiserror::Error)]
pub enum InterpreterError {
    /// It does not run.
    #[error("cannot run the interpreter {path}")]
    Run {
        /// The program.
        path: PathBuf,
        /// What went wrong.
        source: ProcessError,
    },
    /// It runs and says something else.
    #[error("{path} does not answer like a Python interpreter: {text}")]
    Answer {
        /// The program.
        path: PathBuf,
        /// The end of what it said.
        text: String,
    },
}

impl Explain for InterpreterError {
    fn hint(&self) -> Option<String> {
        Some("name another one: `--test '/path/to/python -m pytest'`".to_owned())
    }
}

/// Asks `program`, as it would run in `cwd`, about itself.
///
/// # Errors
/// [`InterpreterError`].
pub fn probe(program: &Path, cwd: &Path, env: &Environment) -> Result<Interpreter, InterpreterError> {
    let command = Command::new([program.as_os_str(), "-c".as_ref(), PROBE.as_ref()], cwd, env.clone()).within(PROBE_DEADLINE);
    let path = program.to_owned();
    let finished = match run(&command, &Interrupt::never()) {
        Ok(finished) => finished,
        Err(source) => return Err(InterpreterError::Run { path, source }),
    };
    file::read(&finished.stdout).ok_or_else(|| {
        let said = [finished.stdout, finished.stderr].concat();
        let text = String::from_utf8_lossy(&said).trim().lines().last().unwrap_or("nothing").to_owned();
        InterpreterError::Answer { path, text }
    })
}

/// Which interpreter is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    /// As a person named it: with a `/` it is that one; else, or without a name, the project's.
    pub(super) program: Option<&'a str>,
    /// The folder of the project in which it will run.
    pub(super) dir: &'a str,
    /// What it must be able to import.
    pub(super) tool: Option<&'static str>,
}

/// The interpreter of the project: the first usable one that can import the tool.
pub(super) fn choose(tree: &Tree<'_>, wish: &Wish<'_>, env: &Environment) -> Result<Interpreter, PlanError> {
    let cwd = tree.folder(wish.dir);
    if let Some(program) = wish.program.filter(|program| program.contains('/')) {
        return usable(probe(&cwd.join(program), &cwd, env)?, wish.tool);
    }
    let mut first_problem = None;
    for place in places::places(tree, wish.dir, wish.program, env) {
        match probe(&place, &cwd, env).map_err(PlanError::from).and_then(|python| usable(python, wish.tool)) {
            Ok(python) => return Ok(python),
            Err(problem) => first_problem = first_problem.or(Some(problem)),
        }
    }
    Err(first_problem.unwrap_or(PlanError::NoPython))
}

fn usable(python: Interpreter, tool: Option<&'static str>) -> Result<Interpreter, PlanError> {
    let (major, minor, _) = python.version;
    if (major, minor) < (3, 8) {
        return Err(PlanError::OldPython { path: python.path, major, minor });
    }
    match tool.filter(|tool| !python.has(tool)) {
        Some(tool) => Err(PlanError::NoTool { tool, python: python.path }),
        None => Ok(python),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python3_tells_its_version_and_where_it_is() {
        let python = probe(Path::new("python3"), &std::env::temp_dir(), &Environment::for_tests()).unwrap();
        assert!(python.version >= (3, 8, 0), "{python:?}");
        assert!(python.path.is_absolute() && python.path.exists(), "{python:?}");
        assert!(python.has("unittest") && !python.has("no_such_module"));
    }

    #[test]
    fn another_program_is_no_interpreter() {
        let error = probe(Path::new("echo"), &std::env::temp_dir(), &Environment::for_tests()).unwrap_err();
        assert!(matches!(error, InterpreterError::Answer { .. }), "{error:?}");
        let error = probe(Path::new("no-such-python"), &std::env::temp_dir(), &Environment::for_tests()).unwrap_err();
        assert!(matches!(error, InterpreterError::Run { .. }), "{error:?}");
    }
}
