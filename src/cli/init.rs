//! `init`: writes a configuration to start from, or a CI job. Never writes over a file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use super::show::root;
use crate::explain::Explain;

/// The configuration, all of it in comments: it changes nothing until somebody wants it to.
const CONFIGURATION: &str = include_str!("init/homeostasis.toml");
/// The job; `@TEST@` stands for the test command.
const GITHUB: &str = include_str!("init/github.yml");

/// Writes homeostasis.toml to start from, or a CI job
///
/// The file explains each key and changes nothing by itself: homeostasis works without any configuration.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Writes a job that heals failed builds instead
    #[arg(long, value_name = "SERVICE", value_enum)]
    ci: Option<Service>,

    /// The test command that the job runs, instead of a guessed one
    #[arg(long, value_name = "CMD", requires = "ci")]
    test: Option<String>,
}

/// Services that run jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Service {
    /// .github/workflows/homeostasis.yml: annotations in the log, the patch as an artifact
    Github,
}

/// A file that was not written.
#[derive(Debug, thiserror::Error)]
enum InitError {
    /// It is there.
    #[error("{} exists", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot write {}", path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Explain for InitError {
    fn hint(&self) -> Option<String> {
        match self {
            InitError::Exists { .. } => Some("edit it, or move it away and run this again".to_owned()),
            InitError::Unwritable { .. } => None,
        }
    }
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    call.format("init", &[Format::Human])?;
    let root = root(call.dir());
    let (path, text) = match args.ci {
        None => (root.join("homeostasis.toml"), CONFIGURATION.to_owned()),
        Some(Service::Github) => {
            let test = args.test.as_deref().unwrap_or_else(|| guessed(&root));
            (root.join(".github/workflows/homeostasis.yml"), job(test))
        }
    };
    write_new(&path, &text).map_err(|error| Failure::new(exit(&error), error))?;
    after(call.ui.result(&format!("wrote {}\n", path.display())), Exit::Clean)
}

fn exit(error: &InitError) -> Exit {
    match error {
        InitError::Exists { .. } => Exit::Refused,
        InitError::Unwritable { .. } => Exit::Trouble,
    }
}

fn write_new(path: &Path, text: &str) -> Result<(), InitError> {
    let written = || -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
    };
    written().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => InitError::Exists { path: path.to_owned() },
        _ => InitError::Unwritable { path: path.to_owned(), source },
    })
}

fn job(test: &str) -> String {
    // The command is one line of a YAML block: a line feed in it would end the block.
    GITHUB.replace("@TEST@", &test.lines().collect::<Vec<_>>().join(" ; "))
}

/// What most projects of the kind run; the person reads the file before committing it.
fn guessed(root: &Path) -> &'static str {
    let has = |name: &str| root.join(name).exists();
    let is_pytest = has("pytest.ini") || has("conftest.py") || has("tests/conftest.py") || has("tox.ini") || has("pyproject.toml");
    match (has("Cargo.toml"), is_pytest) {
        (true, _) => "cargo test",
        (false, true) => "python3 -m pytest",
        (false, false) => "python3 -m unittest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".github/workflows/homeostasis.yml");
        write_new(&path, "a").unwrap();
        assert!(matches!(write_new(&path, "b"), Err(InitError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a");
    }

    #[test]
    fn the_job_runs_the_tests_and_never_with_the_rights_of_a_maintainer() {
        let job = job("make test\nmake lint");
        assert!(job.contains("{ make test ; make lint ; } 2>&1 | tee"), "{job}");
        let settings: Vec<_> = job.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        assert!(!settings.join("\n").contains("pull_request_target"));
        assert!(settings.contains(&"  contents: read"));
    }

    #[test]
    fn the_configuration_is_toml_with_and_without_its_comments() {
        CONFIGURATION.parse::<toml::Table>().unwrap();
        let awake: Vec<_> =
            CONFIGURATION.lines().map(|line| line.strip_prefix("# ").filter(|key| key.contains(['=', '['])).unwrap_or("")).collect();
        let awake = awake.join("\n").parse::<toml::Table>().unwrap();
        assert!(awake.contains_key("project") && awake.contains_key("test"), "{awake:?}");
    }
}
