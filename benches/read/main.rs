//! How fast the parts of reading a log are, each by a text that makes it do most of the work; the whole is measured by `speed`.
//!
//! `cargo bench --bench read` runs them all, `-- peel` those whose names hold `peel`. Criterion tells what changed since the last run.

#[path = "../speed/text.rs"]
mod text;

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use homeostasis::event::{self, Filter, Reader};
use homeostasis::report::{Analysis, json};

const MB: usize = 1 << 20;
/// How much of a text is read at once.
const SIZE: usize = 4 * MB;
/// A trace in so many lines: next to nothing but traces.
const DENSE: u64 = 8;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for (part, bytes) in texts() {
        read(&mut criterion, part, &bytes);
    }
    faults(&mut criterion);
    report(&mut criterion);
    criterion.final_summary();
}

/// The parts, and the texts that stress them.
fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let ordinary = text::by_bytes(1, SIZE, usize::MAX, 1);
    let dense = text::by_lines(1, SIZE, DENSE, 1);
    vec![
        ("search for hints", without_errors(&ordinary)),
        ("dialects", dense.clone()),
        ("peel one prefix", dressed(&dense, &["web-1  | "])),
        (
            "peel three prefixes",
            dressed(&dense, &["[pod/web-7d9f8c6b5-x2x4z/app] ", "2025-01-02T03:04:05.123456789Z stderr F ", "[rank1]: "]),
        ),
        ("peel colours", coloured(&dense)),
        ("fingerprint", text::by_lines(1, SIZE, DENSE, u64::MAX)),
        ("miner, one shape", error_lines(|_| "connection to replica lost".to_owned())),
        ("miner, many shapes", error_lines(|dice| (0..6).map(|_| word(dice)).collect::<Vec<_>>().join(" "))),
    ]
}

fn read(criterion: &mut Criterion, part: &str, bytes: &[u8]) {
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function(part, |bencher| {
        bencher.iter(|| {
            let mut reader = Reader::new(Filter::default());
            reader.push(black_box(bytes));
            reader.finish()
        });
    });
    group.finish();
}

/// Lines that tell of a well-known fault, and as many that do not.
fn faults(criterion: &mut Criterion) {
    let lines = [
        "OSError: [Errno 28] No space left on device: '/var/lib/app/cache'",
        "listen tcp 0.0.0.0:8080: bind: address already in use",
        "index out of bounds: the len is 3 but the index is 7",
        "assertion `left == right` failed: the cache holds what was put into it",
    ];
    criterion.bench_function("classify four lines", |bencher| {
        bencher.iter(|| lines.iter().filter(|line| event::fault_in(black_box(line)).is_some()).count());
    });
}

/// From the events of a log to the document that tells of them.
fn report(criterion: &mut Criterion) {
    let log = event::read(&text::by_lines(1, MB, DENSE, 500));
    let mut group = criterion.benchmark_group("report");
    group.throughput(Throughput::Elements(log.events.len() as u64));
    group.bench_function("incidents", |bencher| bencher.iter(|| event::incidents(black_box(&log))));
    group.bench_function("json", |bencher| bencher.iter(|| json::document(&Analysis::new(black_box(&log), &[]))));
    group.finish();
}

/// `text` without its lines of level error; words such as `error=0` stay.
fn without_errors(text: &[u8]) -> Vec<u8> {
    let is_calm = |line: &&[u8]| !line.windows(5).any(|word| word == b"ERROR") && !line.windows(8).any(|word| word == b":\"error\"");
    text.split_inclusive(|&byte| byte == b'\n').filter(is_calm).collect::<Vec<_>>().concat()
}

/// `text` with all of `prefixes` before each line.
fn dressed(text: &[u8], prefixes: &[&str]) -> Vec<u8> {
    let prefix = prefixes.concat();
    text.split_inclusive(|&byte| byte == b'\n').flat_map(|line| [prefix.as_bytes(), line].concat()).collect()
}

/// `text` with a colour round each line.
fn coloured(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|&byte| byte == b'\n');
    lines.flat_map(|line| [b"\x1b[1;31m".as_slice(), line, b"\x1b[0m\n"].concat()).collect()
}

/// Lines of level error that belong to no failure.
fn error_lines(message: impl Fn(&mut text::Dice) -> String) -> Vec<u8> {
    let mut dice = text::Dice::new(1);
    let mut out = String::with_capacity(SIZE + 256);
    while out.len() < SIZE {
        let message = message(&mut dice);
        writeln!(out, "2025-03-01 10:00:{:02} ERROR app.worker: {message}", dice.below(60)).expect("memory takes any text");
    }
    out.into_bytes()
}

fn word(dice: &mut text::Dice) -> String {
    (0..6).map(|_| char::from(b'a' + dice.below(26) as u8)).collect()
}
