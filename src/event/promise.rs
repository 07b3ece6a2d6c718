//! What holds of every layer, of every dialect and of the whole, whatever the bytes: stated once, for the fixed seeds of the tests and
//! for the fuzzer.
//!
//! A promise that is broken comes back as a sentence; a panic or a run that does not end is the caller's to notice.

use super::collate::n_bytes;
use super::dialect::{DIALECTS, Item};
use super::layer::{LAYERS, peel};
use super::line::Line;
use super::{Event, LanguageId, Log};

/// What is kept of a text takes at most so many bytes for each of its own, and this much besides: a frame is a struct, its line may be short.
const MOST_GROWTH: usize = 32;
const MOST_BESIDES: usize = 16 * 1024;

/// How many layers there are, and one more for all of them together; [`layer`] takes an index below it.
pub fn n_layers() -> usize {
    LAYERS.len() + 1
}

/// How many dialects there are; [`dialect`] takes an index below it.
pub fn n_dialects() -> usize {
    DIALECTS.len()
}

/// A layer keeps the order of the lines and makes none up: what was not in the text is not in the lines.
///
/// # Errors
/// The promise that layer `index` breaks on `text`.
pub fn layer(index: usize, text: &str) -> Result<(), String> {
    let mut lines = lines_of(text);
    let n_lines = lines.len() as u32;
    let n_before = n_signs(&lines);
    match LAYERS.get(index) {
        Some(layer) => {
            layer.peel(&mut lines);
        }
        None => peel(&mut lines),
    }
    let numbers: Vec<u32> = lines.iter().map(|line| line.no).collect();
    claim(numbers.is_sorted(), || format!("lines are out of order: {numbers:?}"))?;
    claim(numbers.iter().all(|no| (1..=n_lines).contains(no)), || format!("lines that are not in the text: {numbers:?}"))?;
    claim(lines.len() <= text.len(), || format!("{} lines of {} bytes", lines.len(), text.len()))?;
    claim(n_signs(&lines) <= n_before, || format!("{n_before} characters became {}", n_signs(&lines)))?;
    let n_kept = lines.iter().map(|line| line.text.len()).sum();
    bounded(n_kept, text.len())
}

/// A dialect goes forward, tells of lines that it was shown, and keeps no more than they hold. What it read comes back as a log.
///
/// # Errors
/// The promise that dialect `index` breaks on `text`.
pub fn dialect(index: usize, text: &str) -> Result<Log, String> {
    let lines = lines_of(text);
    let n_lines = lines.len() as u32;
    let mut log = Log { n_lines, ..Log::default() };
    let mut at = 0;
    while at < lines.len() {
        let Some(reading) = DIALECTS[index].read(&lines, at) else {
            at += 1;
            continue;
        };
        claim(reading.end <= lines.len(), || format!("reads to line {} of {}", reading.end, lines.len()))?;
        for item in reading.items {
            if let Item::Failure(failure) | Item::Failed(failure) = item {
                event(&failure.event, n_lines)?;
                log.events.push(failure.event);
            }
        }
        at = reading.end.max(at + 1);
    }
    sized(&log, text.len())?;
    Ok(log)
}

/// All events of the log of so many bytes stand inside it, and groups among them; what is kept of it is bounded.
///
/// # Errors
/// The promise that `log` breaks.
pub fn log(log: &Log, n_bytes: usize) -> Result<(), String> {
    for (index, one) in log.events.iter().enumerate() {
        event(one, log.n_lines)?;
        claim(one.count > 0, || "an event that was never printed".to_owned())?;
        claim((1..=log.n_lines).contains(&one.last_line), || format!("printed again in line {} of {}", one.last_line, log.n_lines))?;
        claim(one.within.is_none_or(|group| group < log.events.len() && group != index), || "a group that is not there".to_owned())?;
    }
    for lines in &log.unexplained {
        claim(lines.count > 0, || "a template without lines".to_owned())?;
        let is_inside = lines.first_line >= 1 && lines.first_line <= lines.last_line && lines.last_line <= log.n_lines;
        claim(is_inside, || format!("lines {} to {} of {}", lines.first_line, lines.last_line, log.n_lines))?;
    }
    sized(log, n_bytes)
}

/// What the events of a log keep is not much more than the log.
fn sized(log: &Log, n_read: usize) -> Result<(), String> {
    let empty = n_bytes(&Event::new(LanguageId::UNKNOWN, "", ""));
    claim(log.events.len() <= n_read, || format!("{} events of {n_read} bytes", log.events.len()))?;
    bounded(log.events.iter().map(|event| n_bytes(event) - empty).sum(), n_read)
}

fn bounded(n_kept: usize, n_read: usize) -> Result<(), String> {
    claim(n_kept <= n_read * MOST_GROWTH + MOST_BESIDES, || format!("{n_kept} bytes are kept of {n_read}"))
}

/// Characters without blanks: where a paste lost its line ends and indents, blanks come back.
fn n_signs(lines: &[Line<'_>]) -> usize {
    lines.iter().flat_map(|line| line.text.chars()).filter(|c| !c.is_whitespace()).count()
}

fn event(event: &Event, n_lines: u32) -> Result<(), String> {
    let lines = &event.lines;
    claim(lines.start >= 1 && lines.start < lines.end && lines.end <= n_lines + 1, || {
        format!("{}: lines {lines:?} of a log of {n_lines} lines", event.kind)
    })?;
    claim(!event.kind.is_empty(), || "an event without a kind".to_owned())?;
    for frame in &event.frames {
        let n_columns = frame.source.as_ref().map_or(0, |source| source.chars().count() as u32);
        let is_inside = |marked: &std::ops::Range<u32>| marked.start < marked.end && marked.end <= n_columns;
        claim(frame.marked.as_ref().is_none_or(is_inside), || format!("marks outside of the source line: {frame:?}"))?;
    }
    Ok(())
}

fn lines_of(text: &str) -> Vec<Line<'_>> {
    text.lines().zip(1..).map(|(line, no)| Line::new(line, no)).collect()
}

fn claim(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    use super::*;
    use crate::event::read;

    /// Pieces that open, continue or end failures in every format, and what stands between them.
    const PIECES: &[&str] = &[
        "Traceback (most recent call last):",
        "  File \"a.py\", line 3, in f",
        "    x = y[1]",
        "      ~^^^",
        "KeyError: 'a'",
        "ValueError",
        "  | ",
        "  +-+---------------- 1 ----------------",
        "During handling of the above exception, another exception occurred:",
        "E   assert 1 == 2",
        "a.py:3: AssertionError",
        "_____ test_x _____",
        "===== FAILURES =====",
        "FAILED a.py::t - x",
        "----- Captured log -----",
        "thread 'main' panicked at src/a.rs:3:4:",
        "thread 'a' panicked at 'b', src/a.rs:3",
        "stack backtrace:",
        "   0: a::b",
        "             at ./src/a.rs:3:4",
        "note: run with `RUST_BACKTRACE=1`",
        "error[E0308]: mismatched types",
        "error: aborting",
        " --> src/a.rs:3:4",
        "  |",
        "3 |     let a = b;",
        "  |         ^ here",
        "  = note: x",
        "error: could not compile `a`",
        "Caused by:",
        "    0: a",
        "Error: boom",
        "Location:",
        "test a::b ... FAILED",
        "---- a::b stdout ----",
        "failures:",
        "test result: FAILED",
        "    FAIL [   0.1s] a b::c",
        "fatal runtime error: stack overflow",
        "Exception in thread \"main\" java.lang.E: x",
        "\tat a.B.c(B.java:3)",
        "Caused by: a.E: y",
        "\t... 3 more",
        "TypeError: x",
        "    at f (/a/b.js:3:4)",
        "goroutine 1 [running]:",
        "panic: x",
        "main.f()",
        "\t/a/b.go:3 +0x1d",
        "{\"level\":\"error\",\"exception\":\"Traceback (most recent call last):\\n  File \\\"a.py\\\", line 3, in f\\nE: x\"}",
        "{\"reason\":\"compiler-message\",",
        "<testcase name=\"a\"><failure message=\"b\">c</failure></testcase>",
        "<testcase name=\"a\" classname=\"é\">",
        "<failure type=\"a.E\">&#10;&lt;",
        "<![CDATA[a.E: x",
        "]]></failure></testcase>",
        "\tSuppressed: a.E: z",
        "# A fatal error has been detected by the Java Runtime Environment:",
        "APPLICATION FAILED TO START",
        "Description:",
        "[ERROR] /a/B.java:[3,4] no",
        "/a/b.js:3",
        "  ^",
        "f@http://h/b.js:3:4",
        "[AggregateError: x] {",
        "  [errors]: [",
        "  [cause]: E: y",
        "}",
        "  ● a › b",
        "src/b.ts(3,4): error TS2322: no",
        "Uncaught TypeError: x",
        "(node:1) UnhandledPromiseRejectionWarning: ",
        "[Recovery] panic recovered:",
        "/a/b.go:3 (0x1)",
        "WARNING: DATA RACE",
        "Write at 0x0 by goroutine 1:",
        "=== RUN   TestA",
        "--- FAIL: TestA (0.00s)",
        "    b_test.go:3: no",
        "# a/b",
        "./b.go:3:4: undefined: c",
        "{\"errorType\":\"E\",\"errorMessage\":\"x\",\"stackTrace\":[\"a.B.c(B.java:3)\"]}",
        "{\"crash\":{\"path\":\"a\",\"lineno\":3,\"message\":\"E: x\"}}",
        "  \"exc_type\": \"E\",",
        "{\"log\":\"    at f (/a/b.js:3:4)\\n\",\"stream\":\"é\"}",
        "{\"log\":\"a\",\"stream\":\"b\"}",
        "stack=\"E: x\\n    at f (/a/b.js:3:4)\\n\"",
        "web-1  | ",
        "2025-01-02T03:04:05.1234567Z ",
        "[rank1]: ",
        "> ",
        "Jan  2 03:04:05 host app[12]: ",
        "(a pid=3) ERROR ",
        "\u{1b}[1m",
        "\u{1b}[0m",
        "^[[1m",
        "\r",
        "\u{1b}]8;;x\u{7}",
        "│ ",
        "╭─",
        "❱ ",
        "python : ",
        "At line:1 char:1",
        "+ ~~~",
        "job\tstep\t",
        "##[error]",
        "\u{feff}",
        "é",
        "日本",
        "\u{202e}",
        "\0",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "",
        " ",
        "    ",
        "\t",
        "'",
        "\"",
        ": ",
        "12",
        "x",
        "ERROR x failed id=7",
        "0x7f",
    ];

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![8 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,12}", 6 => Just("\n".to_owned())];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    /// Tries `promise` on so many texts.
    pub(crate) fn check(n_cases: u32, promise: impl Fn(&str) -> Result<(), String>) {
        // A fixed seed: the same inputs every time, so that a failure is never a chance.
        let config = Config { cases: n_cases, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        runner.run(&text(), |text| promise(&text).map_err(TestCaseError::fail)).unwrap();
    }

    #[test]
    fn every_layer_keeps_its_promises_on_any_text() {
        for index in 0..n_layers() {
            check(150, |text| layer(index, text));
        }
    }

    #[test]
    fn every_dialect_keeps_its_promises_on_any_text() {
        for index in 0..n_dialects() {
            check(100, |text| dialect(index, text).map(drop));
        }
    }

    #[test]
    fn every_log_is_read_within_its_lines() {
        check(400, |text| log(&read(text.as_bytes()), text.len()));
    }
}
