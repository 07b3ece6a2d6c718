//! What every layer promises, tried on lines that are made of the pieces of real prefixes.

use proptest::prelude::*;

use super::{LAYERS, peel};
use crate::event::line::Line;

/// Prefixes, dress, and what stands behind them.
const PIECES: &[&str] = &[
    "web-1  | ",
    "web_1        | ",
    "db | ",
    "LL | ",
    "12 | ",
    "12:00:01 web.1  | ",
    "0|app  | ",
    "api │ ",
    "2025-01-02T03:04:05.1234567Z ",
    "2025-01-02T03:04:05.123456Z 01O+",
    "2025-01-02T03:04:05.123456789Z stderr P ",
    "2025-01-02T03:04:05.123456789Z stdout F ",
    "2025-01-02T03:04:05Z ",
    "2025-01-02 03:04:05,123 ERROR [main] app - ",
    "2025-04-10 09:06:50.076 | ",
    "[12:00:01] ",
    "12:00:02  ",
    "test (3.9)\tRun\t",
    "##[error]",
    "##[group]",
    "::error file=a.py,line=3::",
    "section_start:1716379966:x",
    "_bk;t=12",
    "704.7s\t12\t",
    "#12 3.456 ",
    " > [2/3] RUN x:",
    "0.456 ",
    "------",
    "[pod/web-7d9f8c6b5-x2x4z/app] ",
    "web-7d9f8c6b5-x2x4z app ",
    "Jan  2 03:04:05 host app[12]: ",
    "févr. 02 16:24:23 host app[12]: ",
    "<34>1 2003-10-11T22:14:15.003Z host app 12 ID47 - ",
    "#012",
    "[rank1]: ",
    "[rank0]: ",
    "(x pid=12) ",
    "[1,0]<stderr>:",
    "[stderr] ",
    "0: ",
    "> ",
    ">",
    "    ",
    "\u{a0}",
    "\u{feff}",
    "\0",
    "x\u{8}",
    "\u{1b}[1m",
    "\u{1b}[2K",
    "\u{9b}0m",
    "\u{1b}]8;;x\u{7}",
    "^[[1m",
    "\\u001b[0m",
    "[0m",
    "50%|█ | 1/2 [00:01<00:01]",
    "Building [==> ] 1/2: a",
    "Traceback (most recent call last):",
    "  + Exception Group Traceback (most recent call last):",
    "  File \"x.py\", line 3, in f",
    "    g()",
    "    ^^^",
    "KeyError: 'é'",
    "app.errors",
    ".",
    ":",
    " [repeated 3x across cluster]",
    "thread 'main' panicked at src/é.rs:1:2:",
    "error[E0308]: x",
    "error: x",
    " --> src/main.rs:1:2",
    "==============================",
    "---- a stdout ----",
    "\tat x.Y.z(Y.java:1)",
    "goroutine 1 [running]:",
    "Caused by:",
    "python : x",
    "é",
    "",
];

/// How deep real prefixes are nested, at most.
const DEPTH: usize = 4;

fn lines_of(picks: &[Vec<usize>]) -> Vec<String> {
    picks.iter().map(|line| line.iter().map(|&at| PIECES[at]).collect::<Vec<_>>().concat()).collect()
}

/// Lines that share the prefixes, as those of one process do, and lines of their own.
fn picks() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let piece = 0..PIECES.len();
    let shared = proptest::collection::vec(piece.clone(), 0..DEPTH);
    let own = proptest::collection::vec((any::<bool>(), proptest::collection::vec(piece, 0..3)), 0..30);
    (shared, own).prop_map(|(shared, own)| {
        own.into_iter().map(|(is_shared, own)| if is_shared { [shared.clone(), own].concat() } else { own }).collect()
    })
}

fn check(texts: &[String], once: impl Fn(&mut Vec<Line<'_>>)) {
    let mut lines: Vec<Line<'_>> = texts.iter().zip(1..).map(|(text, no)| Line::new(text.as_str(), no)).collect();
    let n_bytes = |lines: &[Line<'_>]| lines.iter().map(|line| line.text.len()).sum::<usize>();
    let before = n_bytes(&lines);
    once(&mut lines);
    assert!(n_bytes(&lines) <= before, "{texts:?} became longer");
    assert!(lines.is_sorted_by_key(|line| line.no), "{texts:?} lost its order");
    assert!(lines.iter().all(|line| (1..=texts.len() as u32).contains(&line.no)), "{texts:?} has lines of no place");
}

fn texts(lines: &[Line<'_>]) -> Vec<String> {
    lines.iter().map(|line| line.text.to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn each_layer_keeps_order_and_adds_nothing(picks in picks()) {
        let pasted = lines_of(&picks);
        check(&pasted, peel);
        for layer in LAYERS {
            check(&pasted, |lines| {
                layer.peel(lines);
            });
        }
    }

    #[test]
    fn what_is_peeled_stays_peeled(picks in picks()) {
        let pasted = lines_of(&picks);
        let mut lines: Vec<Line<'_>> = pasted.iter().zip(1..).map(|(text, no)| Line::new(text.as_str(), no)).collect();
        peel(&mut lines);
        let once = texts(&lines);
        peel(&mut lines);
        prop_assert_eq!(once, texts(&lines));
    }

    #[test]
    fn any_text_is_peeled_without_harm(pasted in proptest::collection::vec(".{0,60}", 0..20)) {
        check(&pasted, peel);
    }
}
