//! The figures that the program must reach, as ratios of wall times within one run: a slow machine is slow for both sides.
//!
//! `cargo bench --bench figures` prints each figure with its limit, and ends with an error where one is over it.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Runs of each side; the median counts.
const RUNS: usize = 15;
/// Source files in the repository that `analyze` is measured in.
const FILES: usize = 500;

/// One figure: the program's time as so many times another's.
struct Figure {
    name: &'static str,
    ours: Duration,
    other: Duration,
    limit: f64,
}

impl Figure {
    fn ratio(&self) -> f64 {
        self.ours.as_secs_f64() / self.other.as_secs_f64().max(1e-9)
    }
}

fn main() -> ExitCode {
    match figures() {
        Ok(figures) => told(&figures),
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn told(figures: &[Figure]) -> ExitCode {
    println!("| figure | ours (ms) | other (ms) | ratio | limit | |\n|---|---|---|---|---|---|");
    for figure in figures {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        let verdict = if figure.ratio() <= figure.limit { "reached" } else { "OVER" };
        let (ours, other) = (milliseconds(figure.ours), milliseconds(figure.other));
        println!("| {} | {ours:.1} | {other:.1} | {:.2} | {} | {verdict} |", figure.name, figure.ratio(), figure.limit);
    }
    if figures.iter().all(|figure| figure.ratio() <= figure.limit) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn figures() -> io::Result<Vec<Figure>> {
    let scratch = tempfile::tempdir()?;
    let large = large_repository(&scratch.path().join("large"))?;
    let log = scratch.path().join("five-kilobytes.log");
    fs::write(&log, five_kilobytes(&large))?;
    let (analyze, status) = medians(&mut homeostasis(&large, &["analyze".as_ref(), log.as_os_str()]), &mut git(&large, &["status"]))?;
    let (version, nothing) = medians(&mut homeostasis(&large, &["--version".as_ref()]), &mut Command::new("true"))?;
    let (rest, one_run) = healing(&scratch.path().join("fixture"))?;
    Ok(vec![
        Figure { name: "`analyze` of a 5 KB log among 500 files : `git status`", ours: analyze, other: status, limit: 3.0 },
        Figure { name: "`--version` : `true`", ours: version, other: nothing, limit: 3.0 },
        Figure { name: "`fix` without its test runs : one test run", ours: rest, other: one_run, limit: 1.0 },
    ])
}

/// The medians of both commands, run in turn so that a busy moment hits both.
fn medians(ours: &mut Command, other: &mut Command) -> io::Result<(Duration, Duration)> {
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        times.0.push(timed(ours)?);
        times.1.push(timed(other)?);
    }
    Ok((median(times.0), median(times.1)))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn timed(command: &mut Command) -> io::Result<Duration> {
    let start = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(start.elapsed())
}

fn homeostasis(dir: &Path, arguments: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeostasis"));
    command.current_dir(dir).args(arguments);
    command
}

fn git(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(dir)
        .args(["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

fn committed(dir: &Path) -> io::Result<()> {
    for arguments in [["init", "-q", "."].as_slice(), &["add", "-A"], &["commit", "-q", "-m", "The project"]] {
        if !git(dir, arguments).stdout(Stdio::null()).status()?.success() {
            return Err(io::Error::other(format!("git {arguments:?} failed")));
        }
    }
    Ok(())
}

/// A Python project of [`FILES`] modules of some eighty lines.
fn large_repository(at: &Path) -> io::Result<PathBuf> {
    for number in 0..FILES {
        let folder = at.join(format!("shop/part_{}", number / 25));
        fs::create_dir_all(&folder)?;
        let mut text = format!("\"\"\"Module {number}.\"\"\"\n\nimport json\n");
        for each in 0..16 {
            let function = "\n\ndef step_N(goods):\n    total_N = goods[\"price\"] * N\n    return total_N\n";
            text.push_str(&function.replace('N', &each.to_string()));
        }
        fs::write(folder.join(format!("module_{number}.py")), text)?;
    }
    committed(at)?;
    Ok(at.to_owned())
}

/// A traceback through ten modules, again and again as loggers print it.
fn five_kilobytes(root: &Path) -> String {
    let frame = |number: usize| {
        let path = root.join(format!("shop/part_{}/module_{number}.py", number / 25));
        format!("  File \"{}\", line 8, in step_0\n    total_0 = goods[\"price\"] * 0\n", path.display())
    };
    let mut log = String::new();
    let mut number = 0;
    while log.len() < 5 << 10 {
        log.push_str("INFO shop: the next customer\nTraceback (most recent call last):\n");
        log.extend((0..5).map(|step| frame((number + 37 * step) % FILES)));
        log.push_str("KeyError: 'price'\n");
        number += 101;
    }
    log
}

/// What `fix` needs beside its test runs, and what one run of the tests needs: medians over the runs of one fixture.
fn healing(at: &Path) -> io::Result<(Duration, Duration)> {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/python/missing-import");
    copy_tree(&fixture.join("tree"), at)?;
    committed(at)?;
    let log = fixture.join("crash.log");
    let (mut rests, mut runs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS.min(7) {
        let output = homeostasis(at, &["fix".as_ref(), log.as_os_str(), "--format".as_ref(), "json".as_ref()]).output()?;
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| io::Error::other(format!("{error}: {}", String::from_utf8_lossy(&output.stderr))))?;
        if report["outcome"] != "healed" {
            return Err(io::Error::other(format!("the fixture did not heal: {}", report["verdict"])));
        }
        let seconds = |name: &str| report["timings"][name].as_f64().unwrap_or_default();
        rests.push(Duration::from_secs_f64((seconds("total") - seconds("tests")).max(0.0)));
        let mut tests = Command::new("python3");
        runs.push(timed(tests.current_dir(at).args(["-B", "-m", "unittest", "discover", "-s", "tests", "-t", "."]))?);
    }
    Ok((median(rests), median(runs)))
}

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
