//! Everyday faults of Python, one small project each, healed with a test that shows them and without one.
//!
//! `cargo bench --bench everyday [-- NAME... | -- table DIR]` makes a repository of each fault, takes the log from Python itself, and runs
//! `analyze` and `fix`. It ends with an error where a fault is not diagnosed at its line, where fewer than nine in ten are healed with
//! the test, where a healed patch fails the checks that the test does not hold, or where anything is healed without a test. `--keep DIR`
//! keeps projects, logs and reports there; `--binary PATH` measures another build.
//!
//! `-- table DIR` prints every diagnosis of `analyze` over the logs of a folder beside the line of the log that it speaks of, for a reader.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

mod fault;
mod table;
mod trial;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::Value;

use trial::Row;

/// What the command line asks for.
struct Request {
    names: Vec<String>,
    keep: Option<PathBuf>,
    binary: PathBuf,
    table: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = request(std::env::args().skip(1)).and_then(|request| match &request.table {
        Some(logs) => table::print(&request.binary, logs).map(|()| true),
        None => work(&request),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn request(mut arguments: impl Iterator<Item = String>) -> io::Result<Request> {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_homeostasis"));
    let mut request = Request { names: Vec::new(), keep: None, binary, table: None };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().map(PathBuf::from).ok_or_else(|| io::Error::other(format!("{argument} needs a value")));
        match argument.as_str() {
            "--keep" => request.keep = Some(value()?),
            "--binary" => request.binary = value()?,
            "table" => request.table = Some(value()?),
            "--bench" => {} // cargo bench says so to every bench
            _ => request.names.push(argument),
        }
    }
    Ok(request)
}

/// Tries the faults; whether the limits are reached.
fn work(request: &Request) -> io::Result<bool> {
    let scratch = tempfile::tempdir()?;
    let out = request.keep.as_deref().unwrap_or(scratch.path());
    fs::create_dir_all(out)?;
    let faults = fault::all().into_iter().filter(|fault| request.names.is_empty() || request.names.iter().any(|name| name == fault.name));
    println!("| fault | diagnosed | with a test | hidden checks | seconds | without a test | its patch |\n|---|---|---|---|---|---|---|");
    let mut rows = Vec::new();
    for fault in faults {
        let row = trial::run(&fault, &request.binary, &out.join(fault.name))?;
        println!("{row}");
        rows.push(row);
    }
    Ok(told(&rows))
}

fn told(rows: &[Row]) -> bool {
    let count = |holds: fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
    let (diagnosed, healed) = (count(|row| row.is_diagnosed), count(|row| row.with.outcome == "healed"));
    let (wrong, unproved) = (count(Row::is_wrong), count(|row| row.without.outcome == "healed"));
    let n = rows.len();
    println!(
        "\n{diagnosed} of {n} diagnosed at the right line; with the test {healed} of {n} healed, {wrong} of them wrong; without it {unproved} healed"
    );
    diagnosed == n && 10 * healed >= 9 * n && wrong == 0 && unproved == 0
}

/// What the program at `binary` answers as JSON, in the folder `root`.
fn answer(binary: &Path, root: &Path, arguments: &[&str]) -> io::Result<Value> {
    let output = Command::new(binary).arg("-C").arg(root).args(arguments).args(["--quiet", "--format", "json"]).output()?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| io::Error::other(format!("{arguments:?}: {error}: {}", String::from_utf8_lossy(&output.stderr))))
}
