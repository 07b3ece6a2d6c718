//! Little projects that use what newer versions no longer have, each with the new version really installed: does the program find the
//! migration, or the version to pin where the fault is in a dependency?
//!
//! `cargo bench --bench drift -- DIR` keeps a virtual environment a project below DIR and makes those that are not there with pip, which
//! needs the index once. `--python 3.12=PATH` names an interpreter; without it `python3.12` is taken. `--only NAME` runs one project.
//! Prints one row a project and ends with an error where one is not right, or a program is missing.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use serde_json::Value;

const REPOSITORIES: &[(&str, &str)] = &[
    ("django", include_str!("repositories/django.txt")),
    ("flask", include_str!("repositories/flask.txt")),
    ("jinja", include_str!("repositories/jinja.txt")),
    ("numpy", include_str!("repositories/numpy.txt")),
    ("pandas", include_str!("repositories/pandas.txt")),
    ("pillow", include_str!("repositories/pillow.txt")),
    ("sqlalchemy", include_str!("repositories/sqlalchemy.txt")),
    ("stdlib312", include_str!("repositories/stdlib312.txt")),
    ("stdlib313", include_str!("repositories/stdlib313.txt")),
    ("unittest", include_str!("repositories/unittest.txt")),
    ("yaml", include_str!("repositories/yaml.txt")),
];

/// What the command line asks for.
struct Wanted {
    environments: PathBuf,
    interpreters: BTreeMap<String, String>,
    only: Option<String>,
}

/// One project of the bench.
struct Repository<'t> {
    name: &'t str,
    python: &'t str,
    install: Vec<&'t str>,
    /// `healed`, or a command that the advice must hold.
    answer: &'t str,
    files: Vec<(&'t str, String)>,
}

/// What the program said.
struct Row {
    said: String,
    is_right: bool,
    seconds: f64,
}

fn main() -> ExitCode {
    let run = || -> io::Result<bool> {
        let wanted = wanted(std::env::args().skip(1))?;
        println!("| project | right answer | said | | seconds |\n|---|---|---|---|---|");
        let (mut n, mut n_right) = (0, 0);
        for (name, text) in REPOSITORIES.iter().filter(|(name, _)| wanted.only.as_deref().is_none_or(|only| only == *name)) {
            let repository = read(name, text).ok_or_else(|| io::Error::other(format!("{name}: its text is no repository")))?;
            let row = measured(&repository, &wanted)?;
            let verdict = if row.is_right { "right" } else { "WRONG" };
            println!("| {name} | {} | {} | {verdict} | {:.1} |", repository.answer, row.said, row.seconds);
            n += 1;
            n_right += usize::from(row.is_right);
        }
        println!("{n_right} of {n} right");
        Ok(n_right == n && n > 0)
    };
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wanted(arguments: impl Iterator<Item = String>) -> io::Result<Wanted> {
    let usage = || io::Error::other("usage: cargo bench --bench drift -- DIR [--python VERSION=PATH].. [--only NAME]");
    let (mut environments, mut interpreters, mut only) = (None, BTreeMap::new(), None);
    let mut arguments = arguments.filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--python" => {
                let (version, path) = arguments.next().and_then(|pair| pair.split_once('=').map(owned)).ok_or_else(usage)?;
                interpreters.insert(version, path);
            }
            "--only" => only = Some(arguments.next().ok_or_else(usage)?),
            _ if environments.is_none() && !argument.starts_with('-') => environments = Some(PathBuf::from(argument)),
            _ => return Err(usage()),
        }
    }
    let environments = environments.ok_or_else(usage)?;
    fs::create_dir_all(&environments)?;
    Ok(Wanted { environments: environments.canonicalize()?, interpreters, only })
}

fn owned((one, two): (&str, &str)) -> (String, String) {
    (one.to_owned(), two.to_owned())
}

/// Three lines of what it is, then `=== path` before the text of each file.
fn read<'t>(name: &'t str, text: &'t str) -> Option<Repository<'t>> {
    let mut lines = text.lines();
    let python = lines.next()?.strip_prefix("python: ")?;
    let install = lines.next()?.strip_prefix("install:")?.split_whitespace().collect();
    let answer = lines.next()?.strip_prefix("answer: ")?;
    let mut files: Vec<(&str, String)> = Vec::new();
    for line in lines {
        match (line.strip_prefix("=== "), files.last_mut()) {
            (Some(path), _) => files.push((path, String::new())),
            (None, Some((_, body))) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => return None,
        }
    }
    Some(Repository { name, python, install, answer, files })
}

fn measured(repository: &Repository<'_>, wanted: &Wanted) -> io::Result<Row> {
    let python = environment(repository, wanted)?;
    let scratch = tempfile::tempdir()?;
    let root = scratch.path().join(repository.name);
    for (path, text) in repository.files.iter().map(|(path, text)| (*path, text.as_str())).chain([("conftest.py", "")]) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&root))?;
        fs::write(path, text)?;
    }
    for arguments in [["init", "-q", "."].as_slice(), &["add", "-A"], &["commit", "-q", "-m", "The project"]] {
        done(git(&root).args(arguments), "git")?;
    }
    let tests = Command::new(&python).current_dir(&root).args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).output()?;
    if tests.status.success() {
        return Err(io::Error::other(format!("{}: its tests pass, so nothing drifted", repository.name)));
    }
    let log = scratch.path().join("tests.log");
    fs::write(&log, tests.stdout)?;
    let start = Instant::now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_homeostasis"));
    program.current_dir(&root).arg("fix").arg(&log).args(["--format", "json", "--test"]).arg(format!("{} -m pytest", python.display()));
    let report: Value = serde_json::from_slice(&program.output()?.stdout).map_err(io::Error::other)?;
    let seconds = start.elapsed().as_secs_f64();
    let outcome = report["outcome"].as_str().unwrap_or("no answer");
    let n_left = report["remaining"].as_array().map_or(0, Vec::len);
    let commands: Vec<&str> = report["advice"].as_array().into_iter().flatten().filter_map(|advice| advice["command"].as_str()).collect();
    let is_right = match repository.answer {
        "healed" => outcome == "healed" && n_left == 0,
        command => outcome != "healed" && commands.iter().any(|said| said.contains(command)),
    };
    let left = if n_left == 0 { String::new() } else { format!(", {n_left} left") };
    let said = [format!("{outcome}{left}")].into_iter().chain(commands.iter().map(|command| format!("`{command}`")));
    Ok(Row { said: said.collect::<Vec<_>>().join(", "), is_right, seconds })
}

/// The interpreter of the project's environment, which is made where it is not there.
fn environment(repository: &Repository<'_>, wanted: &Wanted) -> io::Result<PathBuf> {
    let folder = wanted.environments.join(repository.name);
    let python = folder.join("bin/python");
    if python.exists() {
        return Ok(python);
    }
    let plain = format!("python{}", repository.python);
    let base = wanted.interpreters.get(repository.python).unwrap_or(&plain);
    done(Command::new(base).args(["-m", "venv"]).arg(&folder), base)?;
    let pip = Command::new(&python).args(["-m", "pip", "install", "-q", "pytest"]).args(&repository.install).status();
    if !pip?.success() {
        fs::remove_dir_all(&folder)?;
        return Err(io::Error::other(format!("{}: pip cannot install {}", repository.name, repository.install.join(" "))));
    }
    Ok(python)
}

fn git(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// Runs `command`; a program that is not there, or fails, is an error that names it.
fn done(command: &mut Command, name: &str) -> io::Result<()> {
    let status = command.stdout(Stdio::null()).status().map_err(|error| io::Error::other(format!("`{name}` does not start: {error}")))?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("`{name}` failed"))) }
}
