//! How fast and in how much memory `analyze` reads logs, beside ripgrep on the same text in the same run.
//!
//! `cargo bench --bench speed` makes the texts, prints each figure with its limit, and ends with an error where one is missed.
//! `-- rare dense cores linear memory project` names some of them; `-- --full` takes the sizes of the promise (20 GB of pipe, a line of
//! 1 GB, 10 million messages) instead of small ones; `-- write rare 400 > FILE` only writes a text of so many megabytes.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]
#![expect(clippy::cast_precision_loss, reason = "figures are rounded anyway")]

mod project;
mod run;
mod text;

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitCode};

use run::{Ran, feed, homeostasis, median_and_min, ripgrep, timed};

/// Runs of each side.
const RUNS: usize = 7;
const MB: usize = 1 << 20;
/// What the program may take, whatever it reads.
const MOST_MEMORY: f64 = 256.0;

/// One figure and what it must reach.
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    limit: Limit,
}

enum Limit {
    AtLeast(f64),
    AtMost(f64),
    None,
}

impl Figure {
    fn is_missed(&self) -> bool {
        match self.limit {
            Limit::AtLeast(limit) => self.value < limit,
            Limit::AtMost(limit) => self.value > limit,
            Limit::None => false,
        }
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, kind, megabytes] = words.as_slice()
        && word == "write"
    {
        let n_bytes = megabytes.parse::<usize>().unwrap_or(1) * MB;
        let bytes = if kind == "dense" { text::by_lines(1, n_bytes, 40, 1000) } else { text::by_bytes(1, n_bytes, 10 * MB, 1000) };
        return if io::stdout().write_all(&bytes).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    match figures(&words) {
        Ok(figures) => told(&figures),
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn told(figures: &[Figure]) -> ExitCode {
    println!("\n| figure | value | limit | |\n|---|---|---|---|");
    for figure in figures {
        let limit = match figure.limit {
            Limit::AtLeast(limit) => format!(">= {limit}"),
            Limit::AtMost(limit) => format!("<= {limit}"),
            Limit::None => String::new(),
        };
        let verdict = if figure.is_missed() { "MISSED" } else { "" };
        println!("| {} | {:.2} {} | {limit} | {verdict} |", figure.name, figure.value, figure.unit);
    }
    if figures.iter().any(Figure::is_missed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn figures(words: &[String]) -> io::Result<Vec<Figure>> {
    let is_full = words.iter().any(|word| word == "--full");
    let named: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    let is_asked = |name: &str| named.is_empty() || named.contains(&name);
    let scratch = tempfile::tempdir()?;
    let mut figures = Vec::new();
    if is_asked("rare") {
        figures.extend(rare(scratch.path(), if is_full { 1000 } else { 300 })?);
    }
    if is_asked("dense") || is_asked("cores") {
        figures.extend(dense(scratch.path(), if is_full { 300 } else { 100 })?);
    }
    if is_asked("linear") {
        figures.extend(linear(scratch.path(), if is_full { &[10, 100, 1000] } else { &[10, 100, 300] })?);
    }
    if is_asked("memory") {
        figures.extend(memory(scratch.path(), is_full)?);
    }
    if is_asked("project") {
        figures.extend(project::figures(scratch.path())?);
    }
    Ok(figures)
}

/// The text as a file in the page cache.
fn written(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<std::path::PathBuf> {
    let path = dir.join(name);
    std::fs::write(&path, bytes)?;
    std::fs::read(&path).map(|_| path)
}

fn megabytes_a_second(n_bytes: usize, seconds: f64) -> f64 {
    n_bytes as f64 / seconds / 1e6
}

/// One trace in ten megabytes, beside a search for three words.
fn rare(dir: &Path, megabytes: usize) -> io::Result<Vec<Figure>> {
    let bytes = text::by_bytes(1, megabytes * MB, 10 * MB, 1000);
    let path = written(dir, "rare.log", &bytes)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        theirs.push(timed(&mut ripgrep(&path))?);
        ours.push(timed(&mut homeostasis(dir, &path, 1))?);
    }
    let (ours, theirs) = (median_and_min(&ours), median_and_min(&theirs));
    println!("rare: {megabytes} MB, seconds of processor time, median and least: ours {ours:?}, ripgrep {theirs:?}");
    std::fs::remove_file(&path)?;
    Ok(vec![
        Figure {
            name: "rare hits, one thread".to_owned(),
            value: megabytes_a_second(bytes.len(), ours.1),
            unit: "MB/s",
            limit: Limit::None,
        },
        Figure { name: "rare hits : ripgrep".to_owned(), value: theirs.1 / ours.1, unit: "of its speed", limit: Limit::AtLeast(0.5) },
    ])
}

/// One trace in forty lines, on one core and on two.
fn dense(dir: &Path, megabytes: usize) -> io::Result<Vec<Figure>> {
    let bytes = text::by_lines(1, megabytes * MB, 40, 1000);
    let n_events = bytes.windows(9).filter(|window| window == b"Traceback" || *window == b"panicked ").count();
    let path = written(dir, "dense.log", &bytes)?;
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        one.push(timed(&mut homeostasis(dir, &path, 1))?);
        two.push(timed(&mut homeostasis(dir, &path, 2))?);
    }
    let processor = median_and_min(&one).1;
    let wall = |runs: &[Ran]| runs.iter().map(|run| run.wall.as_secs_f64()).fold(f64::MAX, f64::min);
    std::fs::remove_file(&path)?;
    Ok(vec![
        Figure {
            name: "dense, one core".to_owned(),
            value: megabytes_a_second(bytes.len(), processor),
            unit: "MB/s",
            limit: Limit::AtLeast(150.0),
        },
        Figure { name: "dense, one core".to_owned(), value: n_events as f64 / processor, unit: "events/s", limit: Limit::None },
        Figure { name: "dense, two cores : one".to_owned(), value: wall(&one) / wall(&two), unit: "times", limit: Limit::AtLeast(1.6) },
    ])
}

/// The cost of a byte must not grow with the log.
fn linear(dir: &Path, sizes: &[usize]) -> io::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut first = None;
    for &megabytes in sizes {
        let bytes = text::by_lines(2, megabytes * MB, 400, 1000);
        let path = written(dir, "linear.log", &bytes)?;
        let runs = (0..3).map(|_| timed(&mut homeostasis(dir, &path, 1))).collect::<io::Result<Vec<Ran>>>()?;
        let speed = megabytes_a_second(bytes.len(), median_and_min(&runs).1);
        let limit = first.map_or(Limit::None, |first: f64| Limit::AtLeast(first * 0.7));
        first = first.or(Some(speed));
        figures.push(Figure { name: format!("one trace in 400 lines, {megabytes} MB"), value: speed, unit: "MB/s", limit });
    }
    Ok(figures)
}

/// The largest resident size on pipes without end, on one line without end, on messages that are never the same.
fn memory(dir: &Path, is_full: bool) -> io::Result<Vec<Figure>> {
    let gigabyte = 1000 * MB;
    let (pipe, line, n_messages) = if is_full { (20 * gigabyte, gigabyte, 10_000_000) } else { (gigabyte, 200 * MB, 500_000) };
    let mut figures = Vec::new();
    let mut add = |name: &str, ran: Ran| {
        let limit = Limit::AtMost(MOST_MEMORY);
        println!("{name}: {:.1} s", ran.wall.as_secs_f64());
        figures.push(Figure { name: format!("memory: {name}"), value: ran.most_memory, unit: "MB", limit });
    };
    add("`yes`", feed(dir, pipe, &mut |_, out| out.extend_from_slice("y\n".repeat(MB / 2).as_bytes()))?);
    let ordinary = text::by_bytes(3, 64 * MB, 10 * MB, 1000);
    add("an ordinary log", feed(dir, pipe, &mut |_, out| out.extend_from_slice(&ordinary))?);
    let traces = text::by_lines(4, 64 * MB, 40, 1000);
    add("dense traces", feed(dir, pipe / 10, &mut |_, out| out.extend_from_slice(&traces))?);
    add("one line", feed(dir, line, &mut |_, out| out.extend_from_slice("x y z ".repeat(MB / 6).as_bytes()))?);
    let mut n = 0_u64;
    let mut distinct = |_: usize, out: &mut Vec<u8>| {
        for _ in 0..10_000 {
            n += 1;
            let message = format!(
                "Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nKeyError: 'key {n:x} of {}'\n",
                n * 7919
            );
            out.extend_from_slice(message.as_bytes());
        }
    };
    add("messages that are never the same", feed(dir, n_messages * 100, &mut distinct)?);
    Ok(figures)
}

/// The release binary that cargo built for this bench.
fn binary() -> Command {
    Command::new(env!("CARGO_BIN_EXE_homeostasis"))
}
