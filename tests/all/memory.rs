//! What `analyze` takes of memory does not grow with the log: through the front door, from pipes that go on and on.
//!
//! `cargo bench --bench speed -- --full memory` does the same with the sizes of the promise.
#![cfg(target_os = "linux")]

use std::io::{self, Write as _};
use std::process::Stdio;

use serde_json::Value;

use crate::case::Case;

const MB: usize = 1 << 20;
/// What the program may take, whatever it reads.
const MOST_MEMORY: usize = 256 * MB;

/// Runs a program and prints its largest resident size, in kilobytes, behind what it printed: the system tells it exactly, and only to
/// the parent. The test has other children.
const WATCHED: &str = "import resource, subprocess, sys
subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";

/// The report on what `write` pipes into the program, which must do with little memory.
fn report_on(write: impl Fn(&mut dyn io::Write) -> io::Result<()>) -> Value {
    let case = Case::empty();
    let mut command = case.hermetic("python3");
    command.args(["-c", WATCHED, env!("CARGO_BIN_EXE_homeostasis"), "analyze", "--quiet", "--top", "3", "--format", "json", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the tests need Python");
    let mut pipe = io::BufWriter::with_capacity(MB, child.stdin.take().expect("it is piped"));
    write(&mut pipe).expect("it reads to the end");
    pipe.flush().expect("it reads to the end");
    drop(pipe);
    let output = child.wait_with_output().expect("it is our child").stdout;
    let text = String::from_utf8(output).expect("JSON is UTF-8");
    let (report, kilobytes) = text.trim_end().rsplit_once('\n').unwrap_or_else(|| panic!("no report in {text:?}"));
    let most_memory = kilobytes.parse::<usize>().unwrap_or_else(|error| panic!("{error}: {text}")) * 1024;
    assert!(most_memory < MOST_MEMORY, "{} MB", most_memory / MB);
    serde_json::from_str(report).unwrap_or_else(|error| panic!("{error}: {report}"))
}

/// So many letters, and no number: the miner takes numbers for the same.
fn word(mut n: u32) -> String {
    std::iter::from_fn(|| {
        let letter = char::from(b'a' + (n % 26) as u8);
        let is_more = n > 0;
        n /= 26;
        is_more.then_some(letter)
    })
    .collect()
}

#[test]
fn a_pipe_without_end_fits() {
    let yes = "y\n".repeat(MB / 2);
    let report = report_on(|pipe| (0..200).try_for_each(|_| pipe.write_all(yes.as_bytes())));
    assert_eq!(report["incidents"], Value::Array(Vec::new()));
}

#[test]
fn a_line_without_end_fits() {
    let piece = "x y z ".repeat(MB / 6);
    let report = report_on(|pipe| {
        (0..64).try_for_each(|_| pipe.write_all(piece.as_bytes()))?;
        pipe.write_all(b"\nthread 'main' panicked at src/a.rs:3:4:\nboom\n")
    });
    assert_eq!(report["events"][0]["message"], "boom", "{report}");
}

#[test]
fn messages_that_are_never_the_same_fit_and_each_line_is_counted() {
    let report = report_on(|pipe| {
        (1..=300_000).try_for_each(|n| {
            let (one, other) = (word(n), word(n.wrapping_mul(7919)));
            // A failure costs more time than a line does: few of them are enough.
            match n % 300 {
                0 => writeln!(pipe, "thread 'main' panicked at src/a.rs:3:4:\n{one} {other}\nnote: run with `RUST_BACKTRACE=1`"),
                _ => writeln!(pipe, "2025-01-02 03:04:05 ERROR {one} {other}"),
            }
        })
    });
    assert_eq!(report["incidents"].as_array().map(Vec::len), Some(3), "{report}");
    let n_lines: u64 = report["unexplained"].as_array().expect("it is a list").iter().filter_map(|lines| lines["count"].as_u64()).sum();
    // The line above a failure is taken for its logger's.
    assert_eq!(n_lines, 298_000);
}
