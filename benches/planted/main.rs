//! Plants faults in real projects that nobody here wrote, and counts how many the program heals.
//!
//! `cargo bench --bench planted -- --repo python:DIR --repo rust:DIR [--seed N] [--keep DIR] [--plant-only] [--give-command]` copies each project,
//! runs its tests (they must be green), plants faults of known kinds (`--faults N`, five) at seeded places of its code, keeps only those whose test
//! run fails with that kind of error in a source, and runs `homeostasis fix` on each log. A test command of one's own stands behind the
//! folder: `python:DIR=COMMAND`; `--give-command` tells it to the program too, which finds one by itself otherwise. `--keep DIR` keeps copies, logs and patches there; a later run with the same `--keep` and `--seed`
//! plants nothing anew. `--build` plants breaks of a Rust build instead, and runs `cargo fix --broken-code` beside. A healed patch is compared with the original's text; where it differs, a person decides whether it is wrong.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to a person, and has no `ui`")]

mod breaks;
mod heal;
mod plant;
mod python;
mod rust;
mod site;
mod suite;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use plant::Plant;
use site::Chance;
use suite::{Language, Suite};

/// The seed of the table in the project's notes.
const SEED: u64 = 20_260_521;

/// Faults of each project, unless the person says otherwise.
const WANTED: usize = 5;

/// What the command line asks for.
struct Request {
    repos: Vec<String>,
    /// How many faults each project gets.
    wanted: usize,
    /// Whether Rust projects get breaks of their build, healed beside `cargo fix`.
    is_build: bool,
    seed: u64,
    keep: Option<PathBuf>,
    plant_only: bool,
    /// Whether the program is told the test command, instead of finding one.
    gives_command: bool,
}

fn main() {
    let request = match request(std::env::args().skip(1)) {
        Ok(request) if request.repos.is_empty() => return println!("planted: no --repo given, nothing to plant in"),
        Ok(request) => request,
        Err(message) => return eprintln!("error: {message}"),
    };
    if let Err(error) = work(&request) {
        eprintln!("error: {error}");
    }
}

fn request(mut arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut request =
        Request { repos: Vec::new(), wanted: WANTED, is_build: false, seed: SEED, keep: None, plant_only: false, gives_command: false };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--repo" => request.repos.push(value()?),
            "--seed" => request.seed = value()?.parse().map_err(|_| "--seed takes a number".to_owned())?,
            "--keep" => request.keep = Some(value()?.into()),
            "--faults" => request.wanted = value()?.parse().map_err(|_| "--faults takes a number".to_owned())?,
            "--build" => request.is_build = true,
            "--plant-only" => request.plant_only = true,
            "--give-command" => request.gives_command = true,
            "--bench" => {} // cargo bench says so to every bench
            other => return Err(format!("unknown argument {other}")),
        }
    }
    Ok(request)
}

fn work(request: &Request) -> io::Result<()> {
    let scratch = tempfile::tempdir()?;
    let out = request.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    fs::create_dir_all(&out)?;
    println!("seed {}", request.seed);
    let mut used = BTreeSet::new();
    let mut planted = Vec::new();
    for (number, repo) in request.repos.iter().enumerate() {
        let (language, from, command) = split(repo)?;
        // One stream of chance a project: the plants of one do not depend on how many tries another took.
        let mut chance = Chance::new(request.seed.wrapping_add(number as u64));
        planted.push(planted_in(language, &from, command.as_deref(), request, &mut chance, &mut used, &out)?);
    }
    if !request.plant_only {
        table(&planted, request, &out)?;
    }
    Ok(())
}

fn split(repo: &str) -> io::Result<(Language, PathBuf, Option<String>)> {
    let bad = || io::Error::other(format!("--repo {repo}: want python:DIR or rust:DIR, with =COMMAND behind it for a test command"));
    let (language, rest) = repo.split_once(':').ok_or_else(bad)?;
    let language = match language {
        "python" => Language::Python,
        "rust" => Language::Rust,
        _ => return Err(bad()),
    };
    let (from, command) = rest.split_once('=').map_or((rest, None), |(from, command)| (from, Some(command.to_owned())));
    Ok((language, fs::canonicalize(from)?, command))
}

/// The plants of one project: those of an earlier run with the same seed, or new ones.
fn planted_in(
    language: Language,
    from: &Path,
    command: Option<&str>,
    request: &Request,
    chance: &mut Chance,
    used: &mut BTreeSet<&'static str>,
    out: &Path,
) -> io::Result<(Suite, Vec<Plant>)> {
    let name = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let manifest = out.join(format!("{name}.json"));
    let earlier: Option<Value> = fs::read(&manifest).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(earlier) = earlier.filter(|earlier| earlier["seed"] == request.seed) {
        let suite = Suite::again(language, &name, out.join(&name), earlier["command"].as_str().unwrap_or_default());
        let plants = earlier["plants"].as_array().into_iter().flatten().map(Plant::from_json).collect();
        return Ok((suite, plants));
    }
    let suite = Suite::copy(language, from, out, command)?;
    println!("{name}: `{}` in {}", suite.command, suite.root.display());
    let first = suite.run()?;
    if !first.is_green {
        return Err(io::Error::other(format!("{name}: its tests are red before anything is planted:\n{}", first.text)));
    }
    let mut tell = |plant: &Plant| println!("\n{}: {} ({})\n{}", plant.branch, plant.kind, plant.log_kind, plant.diff);
    let plants = plant::plant(&suite, request.is_build, request.wanted, chance, used, out, &mut tell)?;
    let all: Vec<Value> = plants.iter().map(Plant::to_json).collect();
    fs::write(&manifest, format!("{:#}", json!({ "seed": request.seed, "command": suite.command, "plants": all })))?;
    Ok((suite, plants))
}

fn table(planted: &[(Suite, Vec<Plant>)], request: &Request, out: &Path) -> io::Result<()> {
    let mut counts = std::collections::BTreeMap::new();
    let mut costs = Vec::new();
    let peer = if request.is_build { " builds for errors | cargo fix |" } else { "" };
    let line = if request.is_build { "---|---|" } else { "" };
    println!(
        "| plant | fault | log | diagnosis right? | outcome | against the original | seconds |{peer}\n|---|---|---|---|---|---|---|{line}"
    );
    for (suite, plants) in planted {
        for plant in plants {
            let row = heal::heal(suite, plant, request.gives_command, out)?;
            let cells = [&plant.branch, &plant.kind, &plant.log_kind, &row.diagnosis, &row.ending, &row.compared];
            let peer = if request.is_build {
                format!(" {} for {} | {} |", row.cost.builds, row.cost.errors, heal::by_cargo_fix(suite, plant)?)
            } else {
                String::new()
            };
            costs.push(row.cost);
            println!("| {} | {:.1} |{peer}", cells.map(|cell| cell.trim().replace('\n', " ")).join(" | "), row.seconds);
            *counts.entry(row.ending.lines().next().unwrap_or_default().to_owned()).or_insert(0) += 1;
        }
    }
    println!("\n{counts:?}");
    if request.is_build {
        tell_cost(&costs);
    }
    for (_, plants) in planted {
        for plant in plants {
            if let Ok(difference) = fs::read_to_string(out.join(format!("{}.difference.diff", plant.branch))) {
                println!("\n{}: from the original to the patched tree\n{difference}", plant.branch);
            }
        }
    }
    Ok(())
}

/// What an error has cost on average: where it was healed, and with the builds that healed nothing laid on those that were.
fn tell_cost(costs: &[heal::Cost]) {
    let errors: u64 = costs.iter().map(|cost| cost.errors).sum();
    let builds = |is_counted: fn(&heal::Cost) -> bool| costs.iter().filter(|cost| is_counted(cost)).map(|cost| cost.builds).sum::<u64>();
    let (healed, all) = (builds(|cost| cost.errors > 0), builds(|_| true));
    let each =
        |builds: u64| (builds * 10).checked_div(errors).map_or("none".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10));
    println!("builds for each of {errors} healed errors: {}; with the builds that healed nothing: {}", each(healed), each(all));
}
