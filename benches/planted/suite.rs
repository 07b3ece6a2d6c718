//! A copy of a public project: its sources, its tests, and what a failing run of them shows.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use crate::site::{File, Kind};
use crate::{breaks, python, rust};

/// The language of a project that faults are planted in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Rust,
}

/// A project in a temporary folder of its own, under git.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) language: Language,
    pub(crate) root: PathBuf,
    /// The shell command that runs the tests.
    pub(crate) command: String,
}

/// What a run of the tests printed, and whether all was well.
pub(crate) struct Log {
    pub(crate) text: String,
    pub(crate) is_green: bool,
}

impl Suite {
    /// Copies the project at `from` into `into` and makes one commit of it.
    pub(crate) fn copy(language: Language, from: &Path, into: &Path, command: Option<&str>) -> io::Result<Suite> {
        let name = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let root = into.join(&name);
        copy_tree(from, &root)?;
        let command = command.map_or_else(|| Suite::found_command(language, &root), str::to_owned);
        let suite = Suite { name, language, root, command };
        suite.git(&["init", "-q", "-b", "main"])?;
        suite.git(&["add", "-A"])?;
        suite.git(&["commit", "-q", "-m", "The project as its authors wrote it"])?;
        Ok(suite)
    }

    /// A copy that an earlier run made.
    pub(crate) fn again(language: Language, name: &str, root: PathBuf, command: &str) -> Suite {
        Suite { name: name.to_owned(), language, root, command: command.to_owned() }
    }

    fn found_command(language: Language, root: &Path) -> String {
        let has_pytest = fs::read_to_string(root.join("pyproject.toml")).is_ok_and(|text| text.contains("[tool.pytest"));
        match language {
            Language::Rust => "cargo test".to_owned(),
            Language::Python if has_pytest => "python3 -m pytest".to_owned(),
            Language::Python => "python3 -m unittest discover tests".to_owned(),
        }
    }

    /// What the log is, in a word or two.
    pub(crate) fn log_kind(&self, log: &str) -> &'static str {
        match self.language {
            Language::Python if self.command.contains("pytest") => "pytest",
            Language::Python => "unittest",
            Language::Rust if log.contains("could not compile") => "rustc",
            Language::Rust => "cargo test",
        }
    }

    pub(crate) fn kinds(&self, is_build: bool) -> &'static [Kind] {
        match self.language {
            Language::Python => python::KINDS,
            Language::Rust if is_build => breaks::KINDS,
            Language::Rust => rust::KINDS,
        }
    }

    /// Runs git in the copy, without the person's own settings.
    pub(crate) fn git(&self, arguments: &[&str]) -> io::Result<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.root)
            .args(["-c", "user.name=Planter", "-c", "user.email=planter@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(io::Error::other(format!("git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr))))
        }
    }

    /// Runs the tests; a run that hangs is ended after two minutes (ten for a first build).
    pub(crate) fn run(&self) -> io::Result<Log> {
        let seconds = if self.language == Language::Rust { "600" } else { "120" };
        let mut command = Command::new("timeout");
        command.args(["-k", "2", seconds, "sh", "-c", &format!("{} 2>&1", self.command)]).current_dir(&self.root);
        scrub(&mut command);
        let output = command.output()?;
        Ok(Log { text: String::from_utf8_lossy(&output.stdout).into_owned(), is_green: output.status.success() })
    }

    /// The sources of the project that are no tests.
    pub(crate) fn sources(&self) -> io::Result<Vec<File>> {
        let (extension, grammar) = match self.language {
            Language::Python => (".py", tree_sitter_python::LANGUAGE.into()),
            Language::Rust => (".rs", tree_sitter_rust::LANGUAGE.into()),
        };
        let mut files = Vec::new();
        for path in self.git(&["ls-files"])?.lines().filter(|path| path.ends_with(extension) && is_source(path)) {
            let text = fs::read_to_string(self.root.join(path))?;
            let Some(mut file) = File::parse(path.to_owned(), text, &grammar) else { continue };
            if self.language == Language::Rust {
                file.tests = rust::tests_of(&file);
            }
            files.push(file);
        }
        Ok(files)
    }

    /// Whether `log` shows an error of `pattern` that was raised in a source, not in a test.
    pub(crate) fn shows(&self, log: &Log, pattern: &Regex, sources: &[File]) -> bool {
        let lines: Vec<&str> = log.text.lines().collect();
        let place = |at: usize| match self.language {
            Language::Python => python_place(&lines, at, &self.root),
            Language::Rust => rust_place(&lines, at),
        };
        let in_source = |(path, line): (String, usize)| {
            let file = sources.iter().find(|file| file.path == path)?;
            let start: usize = file.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
            Some(!file.tests.iter().any(|tests| tests.contains(&start)))
        };
        !log.is_green && (0..lines.len()).any(|at| pattern.is_match(lines[at]) && place(at).and_then(in_source) == Some(true))
    }
}

/// The environment of a person's shell: without what cargo sets for the programs that it runs.
pub(crate) fn scrub(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if (text.starts_with("CARGO") && text != "CARGO_HOME") || text.starts_with("RUST_") || text == "LD_LIBRARY_PATH" {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_NET_OFFLINE", "true").env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never");
}

fn is_source(path: &str) -> bool {
    let is_aside = |part: &str| {
        ["docs", "doc", "misc", "scripts", "benches", "examples", "setup.py", "build.rs"].contains(&part) || part.contains("test")
    };
    !path.split('/').any(is_aside)
}

/// The innermost place of the project above (or, in pytest's long form, below) the error's line.
fn python_place(lines: &[&str], error: usize, root: &Path) -> Option<(String, usize)> {
    let number = |text: &str| text.split(|letter: char| !letter.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    let of_pytest = |line: &str| {
        let (path, rest) = line.split_once(".py:")?;
        (!path.contains([' ', '"']) && !path.starts_with('/')).then_some((format!("{path}.py"), number(rest)?))
    };
    if lines[error].starts_with("E ") {
        let below = lines[error..].iter().find(|line| !line.starts_with("E ") && !line.trim().is_empty());
        let is_end = |line: &str| line.rsplit(' ').next().is_some_and(|last| last.starts_with(char::is_uppercase));
        let at_end = below.filter(|line| is_end(line)).and_then(|line| of_pytest(line));
        let is_head = |line: &&&str| line.starts_with("____") || line.starts_with("====");
        return at_end.or_else(|| lines[..error].iter().rev().take_while(|line| !is_head(line)).find_map(|line| of_pytest(line)));
    }
    if lines[error].starts_with([' ', '\t']) || !lines[error].contains(": ") {
        return None;
    }
    let of_traceback = |line: &str| {
        let (path, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
        Some((Path::new(path).strip_prefix(root).ok()?.to_str()?.to_owned(), number(rest)?))
    };
    lines[..error].iter().rev().take_while(|line| !line.starts_with("Traceback")).find_map(|line| of_traceback(line))
}

/// The place that a diagnostic (below its head) or a panic (above its message) names.
fn rust_place(lines: &[&str], error: usize) -> Option<(String, usize)> {
    let place = |text: &str| {
        let mut parts = text.trim_end_matches(':').split(':');
        Some((parts.next()?.to_owned(), parts.next()?.parse().ok()?))
    };
    if lines[error].starts_with("error[") || lines[error].starts_with("error: ") {
        return place(lines.get(error + 1)?.trim_start().strip_prefix("--> ")?);
    }
    place(lines.get(error.checked_sub(1)?)?.split_once("panicked at ")?.1)
}

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        let is_left = [".git", "target", "__pycache__", ".pytest_cache", ".venv"].contains(&&*text) || text.ends_with(".egg-info");
        if is_left {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &to.join(&name))?;
        } else {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
