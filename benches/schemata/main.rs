//! What a variant of a Rust package costs: `cargo test` for each of some of them, beside all of them in few builds, in one run.
//!
//! `cargo bench --bench schemata` prints the figures and ends with an error where the quick way is not 20 times as quick; a number after
//! `--` is how many variants `cargo test` is run for (12). `-- functions FOLDER` instead gives each function of the package in FOLDER one variant
//! that does nothing, and says of which functions no copy can be tried, and what `trace` sees.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

mod functions;
mod project;

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use homeostasis::judge::TestId;
use homeostasis::process::{Environment, Interrupt};
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::trial::{Fate, Lab, Limits, Screened, Screening, Surroundings, Variant};
use project::{Copy, FAILING};

/// How many times as quick it must be.
const LIMIT: f64 = 20.0;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, folder] = words.as_slice()
        && word == "functions"
    {
        return functions::tell(std::path::Path::new(folder));
    }
    let n_slow = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(12);
    let folder = tempfile::tempdir().expect("there is room for files");
    let files = project::files();
    let n_lines: usize = files.values().map(|text| text.lines().count()).sum();
    let variants = project::variants(&files, 1);
    println!("{n_lines} lines, {} variants", variants.len());
    let mut copy = Copy { root: folder.path().join("copy"), files };
    let slow = by_cargo(&copy, &variants, n_slow);
    println!("cargo test for each: {:.1} ms, median of {n_slow}", slow.as_secs_f64() * 1e3);
    let mut fates = Vec::new();
    let mut ratio = 0.0;
    for n_workers in [1, 2] {
        let (took, screened) = quickly(&mut copy, folder.path(), &variants, n_workers);
        let n_run = screened.fates.iter().filter(|fate| !matches!(fate, Fate::Same(_) | Fate::NotHere | Fate::DoesNotCompile)).count();
        let per = |n: usize| took.as_secs_f64() / f64::from(u32::try_from(n.max(1)).unwrap_or(u32::MAX));
        let of = |fate: &Fate| screened.fates.iter().filter(|other| *other == fate).count();
        ratio = f64::max(ratio, slow.as_secs_f64() / per(variants.len()));
        println!(
            "{n_workers} workers: {} in {:.2} s, {:.2} ms a variant, {:.2} ms a run; {:.1} and {:.1} times as quick; {} pass, {} do not compile, {} endless, {} not here",
            screened.how,
            took.as_secs_f64(),
            per(variants.len()) * 1e3,
            per(n_run) * 1e3,
            slow.as_secs_f64() / per(variants.len()),
            slow.as_secs_f64() / per(n_run),
            of(&Fate::Passes),
            of(&Fate::DoesNotCompile),
            of(&Fate::Endless),
            of(&Fate::NotHere),
        );
        fates.push(screened.fates);
    }
    println!("the same fates with 1 and 2 workers: {}", fates[0] == fates[1]);
    if ratio >= LIMIT && fates[0] == fates[1] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The median time of `cargo test` after each of some changes, with a warm build.
fn by_cargo(copy: &Copy, variants: &[Variant], n: usize) -> Duration {
    let step = (variants.len() / n.max(1)).max(1);
    let mut times = Vec::new();
    copy.write().expect("the folder is ours");
    test(copy);
    for variant in variants.iter().step_by(step).take(n) {
        for (path, edits) in variant {
            let text = edits.apply(copy.files[path.as_str()].as_bytes()).expect("the edits fit");
            std::fs::write(path.below(&copy.root), text).expect("the folder is ours");
        }
        let start = Instant::now();
        test(copy);
        times.push(start.elapsed());
        copy.write().expect("the folder is ours");
    }
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn test(copy: &Copy) {
    let mut command = Command::new("cargo");
    command.args(["test", "--offline", "--quiet", "--lib"]).current_dir(&copy.root).stdout(Stdio::null()).stderr(Stdio::null());
    // A test that fails makes cargo fail.
    let _ = command.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only").env("RUST_BACKTRACE", "0").status();
}

/// `cargo test` in the root.
fn plan() -> TestPlan {
    TestPlan {
        runner: RunnerKind::Cargo,
        argv: ["cargo", "test"].map(str::to_owned).to_vec(),
        n_launch: 2,
        dir: String::new(),
        python: None,
        env: Vec::new(),
        why: String::new(),
    }
}

fn quickly(copy: &mut Copy, folder: &std::path::Path, variants: &[Variant], n_workers: usize) -> (Duration, Screened) {
    let surroundings =
        Surroundings { original: folder.join("original"), build: folder.join("build"), environment: Environment::for_tests() };
    let mut lab = Lab::new(copy, plan(), surroundings, Limits::default(), &Interrupt::never());
    let screening = Screening {
        failing: vec![TestId(FAILING.to_owned())],
        passing: (0..7).map(|n| TestId(FAILING.replace('7', &n.to_string()))).collect(),
        variants: variants.to_vec(),
        n_workers,
        ..Screening::default()
    };
    let start = Instant::now();
    let screened = lab.screen(None, &screening).expect("cargo runs").expect("the tests are those of a program");
    (start.elapsed(), screened)
}
