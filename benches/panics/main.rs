//! Panics of Rust, one small crate each, healed from the log of the test that shows them.
//!
//! `cargo bench --bench panics [-- NAME...]` makes a repository of each, takes the log from `cargo test` itself, runs `fix`, and asks a
//! second set of tests, which `fix` never sees, whether a patch is right. It ends with an error where fewer than fifteen are healed,
//! where a healed patch is wrong, or where one is declined without a reason. `--keep DIR` keeps projects, logs and reports there;
//! `--binary PATH` measures another build.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

mod fault;
mod trial;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use trial::Row;

/// How many of all must be healed.
const LEAST: usize = 15;

/// What the command line asks for.
struct Request {
    names: Vec<String>,
    keep: Option<PathBuf>,
    binary: PathBuf,
}

fn main() -> ExitCode {
    match request(std::env::args().skip(1)).and_then(|request| work(&request)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn request(mut arguments: impl Iterator<Item = String>) -> io::Result<Request> {
    let mut request = Request { names: Vec::new(), keep: None, binary: PathBuf::from(env!("CARGO_BIN_EXE_homeostasis")) };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().map(PathBuf::from).ok_or_else(|| io::Error::other(format!("{argument} needs a value")));
        match argument.as_str() {
            "--keep" => request.keep = Some(value()?),
            "--binary" => request.binary = value()?,
            "--bench" => {} // cargo bench says so to every bench
            _ => request.names.push(argument),
        }
    }
    Ok(request)
}

/// Tries the panics; whether the limits are reached.
fn work(request: &Request) -> io::Result<bool> {
    let scratch = tempfile::tempdir()?;
    let out = request.keep.as_deref().unwrap_or(scratch.path());
    fs::create_dir_all(out)?;
    let out = out.canonicalize()?;
    let target = scratch.path().join("target");
    println!("| crate | panic | diagnosed | outcome | proof | hidden tests | seconds |\n|---|---|---|---|---|---|---|");
    let mut rows = Vec::new();
    for fault in fault::all().into_iter().filter(|fault| request.names.is_empty() || request.names.iter().any(|name| name == fault.name)) {
        let row = trial::run(&fault, &request.binary, &out.join(fault.name), &target)?;
        println!("{row}");
        rows.push(row);
    }
    Ok(told(&rows, request.names.is_empty()))
}

/// Sums the rows up; whether they reach the limits, which for less than all is only that nothing is wrong.
fn told(rows: &[Row], is_all: bool) -> bool {
    let count = |holds: fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
    let (diagnosed, healed, wrong) = (count(|row| row.is_diagnosed), count(Row::is_healed), count(Row::is_wrong));
    let silent = count(|row| !row.is_healed() && row.reason.is_empty());
    let seconds: f64 = rows.iter().map(|row| row.seconds).sum();
    println!(
        "\n{} panics: {diagnosed} diagnosed at the right line, {healed} healed, {wrong} of them wrong, {silent} not healed without a reason; {seconds:.0} s",
        rows.len()
    );
    wrong == 0 && silent == 0 && (!is_all || healed >= LEAST)
}
