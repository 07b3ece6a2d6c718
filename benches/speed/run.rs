//! Runs a program and says what it took.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran {
    pub(crate) wall: Duration,
    /// Seconds of the processor, in the program and in the system for it: what another program does at the same time does not count.
    pub(crate) processor: f64,
    /// The largest resident size in megabytes, where it was watched.
    pub(crate) most_memory: f64,
}

/// `homeostasis analyze` of a file on so many threads, in the project at `dir`, its output thrown away.
pub(crate) fn homeostasis(dir: &Path, path: &Path, jobs: usize) -> Command {
    let mut command = super::binary();
    command.args(["analyze", "--quiet", "--format", "json", "--jobs", &jobs.to_string()]).arg(path).current_dir(dir);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A count of the lines that a person would look for.
pub(crate) fn ripgrep(path: &Path) -> Command {
    let mut command = Command::new("rg");
    command.args(["-c", r"Traceback|panicked|error\["]).arg(path).stdout(Stdio::null());
    command
}

/// Runs `command` to its end.
pub(crate) fn timed(command: &mut Command) -> io::Result<Ran> {
    let program = command.get_program().to_owned();
    let missing = |error| io::Error::other(format!("cannot run {}: {error}", program.display()));
    let before = processor()?;
    let start = Instant::now();
    let status = command.status().map_err(missing)?;
    let (wall, after) = (start.elapsed(), processor()?);
    // `analyze` ends with 0 or 1: failures were found. ripgrep with 0.
    if status.code().is_none_or(|code| code > 1) {
        return Err(io::Error::other(format!("{command:?} ended with {status}")));
    }
    Ok(Ran { wall, processor: after - before, most_memory: 0.0 })
}

/// Processor time of all children so far.
fn processor() -> io::Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// Pipes at least `n_bytes` of what `more` gives into `homeostasis analyze -`, and watches its memory.
pub(crate) fn feed(dir: &Path, n_bytes: usize, more: &mut dyn FnMut(usize, &mut Vec<u8>)) -> io::Result<Ran> {
    let start = Instant::now();
    let mut command = super::binary();
    command.args(["analyze", "--quiet", "--format", "json", "-"]).current_dir(dir);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut most_memory: f64 = 0.0;
    let mut n = 0;
    if let Some(mut stdin) = child.stdin.take() {
        let mut piece = Vec::new();
        while n < n_bytes {
            piece.clear();
            more(n, &mut piece);
            stdin.write_all(&piece)?;
            n += piece.len();
            most_memory = most_memory.max(high_water(&status).unwrap_or_default());
        }
    }
    while child.try_wait()?.is_none() {
        most_memory = most_memory.max(high_water(&status).unwrap_or_default());
        std::thread::yield_now();
    }
    Ok(Ran { wall: start.elapsed(), processor: 0.0, most_memory })
}

/// `VmHWM` in megabytes.
fn high_water(status: &str) -> Option<f64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

/// The median and the least of the processor times.
pub(crate) fn median_and_min(runs: &[Ran]) -> (f64, f64) {
    let mut times: Vec<f64> = runs.iter().map(|run| run.processor).collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[0])
}
