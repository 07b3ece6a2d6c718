//! Tests that print failures in every known style and read them back: what comes out must be what went in, wherever the log is cut.
//!
//! The random numbers have a fixed seed, so a failure here can be looked at again.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::event::read;

/// One failure.
#[derive(Debug, Clone)]
struct Model {
    /// The code of a diagnostic; a panic has none.
    code: Option<u16>,
    style: usize,
    words: Vec<&'static str>,
    file: &'static str,
    line: u32,
    column: u32,
}

const WORDS: &[&str] = &[
    "boom",
    "expected `u8`",
    "it's",
    "é",
    "a: b",
    "`Err` value: Os { code: 2 }",
    "(x, y)",
    "1:2",
    "error",
    "🦀",
    "src/x.rs",
    "no 'z'",
    "100%",
];
const FILES: &[&str] = &[
    "src/main.rs",
    "src\\main.rs",
    "/home/me/my app/src/lib.rs",
    "C:\\x\\src\\a.rs",
    "/rustc/0a/library/core/src/option.rs",
    "a/b-c/d.rs",
];
const PANICS: usize = 7;
const DIAGNOSTICS: usize = 4;

impl Model {
    fn message(&self) -> String {
        self.words.join(" ")
    }

    fn print(&self) -> String {
        let Model { file, line, column, .. } = self;
        let message = self.message();
        let Some(code) = self.code else {
            return match self.style % PANICS {
                0 => format!(
                    "thread 'main' ({line}) panicked at {file}:{line}:{column}:\n{message}\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
                ),
                1 => format!("thread '<unnamed>' panicked at '{message}', {file}:{line}:{column}\n"),
                2 => format!("thread 'main' panicked at '{message}', {file}:{line}\nnote: Run with `RUST_BACKTRACE=1` for a backtrace.\n"),
                3 => format!("\nthread 'tokio-runtime-worker' panicked at {file}:{line}:{column}:\n{message}\n\n"),
                4 => format!("The application panicked (crashed).\nMessage:  {message}\nLocation: {file}:{line}\n\nBacktrace omitted.\n"),
                5 => format!("panicked at {file}:{line}:{column}:\n{message}\n\n"),
                _ => format!(
                    "thread 'main' panicked at {file}:{line}:{column}:\n{message}\nstack backtrace:\n   0: core::panicking::panic\n             at /rustc/0a/library/core/src/panicking.rs:1:2\n   1: app::main\n             at {file}:{line}:{column}\nnote: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n"
                ),
            };
        };
        let drawn = |arrow: &str, bar: &str| {
            format!("error[E{code:04}]: {message}\n{arrow} {file}:{line}:{column}\n  {bar}\n{line} {bar} x\n  {bar} ^ here\n\n")
        };
        match self.style % DIAGNOSTICS {
            0 => drawn("  -->", "|"),
            1 => drawn("  :::", "|"),
            2 => drawn("  ╭▸", "│"),
            _ => format!(
                "error[E{code:04}]: {message}\n --> {file}:{line}:{column}\n  |\n...\n{line} |     x\n  |     ^\n  |\nnote: more\n --> src/other.rs:1:2\n  |\n1 | y\n  | -\n  = help: {message}\n\n"
            ),
        }
    }

    fn seen(&self) -> String {
        let kind = self.code.map_or("panic".to_owned(), |code| format!("E{code:04}"));
        format!("{kind}: {} @ {}:{}", self.message(), self.file, self.line)
    }
}

fn model() -> impl Strategy<Value = Model> {
    let words = prop::collection::vec(prop::sample::select(WORDS), 1..5);
    let code = prop::option::of(1_u16..800);
    (code, 0..100_usize, words, prop::sample::select(FILES), 1..5000_u32, 1..200_u32)
        .prop_map(|(code, style, words, file, line, column)| Model { code, style, words, file, line, column })
}

fn seen(text: &str) -> Vec<String> {
    let one = |event: &crate::event::Event| {
        let place = event.raised_at.clone().unwrap_or_default();
        format!("{}: {} @ {}:{}", event.kind, event.message, place.file, place.line.unwrap_or_default())
    };
    read(text.as_bytes()).events.iter().map(one).collect()
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(
        Config { failure_persistence: None, cases: 200, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    )
}

fn check<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    runner().run(strategy, test).expect("every case holds");
}

#[test]
fn what_is_printed_in_any_style_is_read_back() {
    check(&prop::collection::vec(model(), 1..6), |models| {
        let text: String = models.iter().map(Model::print).collect();
        let read = seen(&text);
        for model in &models {
            prop_assert!(read.contains(&model.seen()), "{} is not in {read:?} of\n{text}", model.seen());
        }
        for one in &read {
            prop_assert!(models.iter().any(|model| model.seen() == *one), "{one} was never printed in\n{text}");
        }
        Ok(())
    });
}

#[test]
fn a_cut_costs_only_the_failure_that_it_hits() {
    check(&(model(), prop::collection::vec(model(), 1..4), 0..12_usize), |(first, rest, n)| {
        let first = first.print();
        let cut: String = first.split_inclusive('\n').skip(n).collect();
        let text: String = std::iter::once(cut).chain(rest.iter().map(Model::print)).collect();
        let read = seen(&text);
        for model in &rest {
            prop_assert!(read.contains(&model.seen()), "{} is not in {read:?} of\n{text}", model.seen());
        }
        Ok(())
    });
}

#[test]
fn an_end_in_the_middle_of_a_failure_makes_no_other() {
    check(&(model(), 0..400_usize), |(model, n)| {
        let text: String = model.print().chars().take(n).collect();
        let events = read(text.as_bytes()).events;
        prop_assert!(events.len() <= 1, "{text}");
        Ok(())
    });
}
