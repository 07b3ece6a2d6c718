//! What every layer promises, tried on lines that are made of the pieces of real prefixes.

use proptest::prelude::*;

use super::{LAYERS, peel};
use crate::event::line::Line;
use crate::event::read::outline;
use crate::event::{Event, read};

/// Prefixes, dress, and what stands behind them.
const PIECES: &[&str] = &[
    "web-1  | ",
    "web_1        | ",
    "  | ",
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
    "##teamcity[testFailed details='x|n  File",
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
    // Where a paste lost its line ends and indents, blanks come back.
    let n_signs = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let n_shown = |lines: &[Line<'_>]| lines.iter().map(|line| n_signs(&line.text)).sum::<usize>();
    let before = n_shown(&lines);
    once(&mut lines);
    assert!(n_shown(&lines) <= before, "{texts:?} became longer");
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

/// Prefixes as launchers, loggers and build servers write them; `SS` is a second, `NNN` a fraction, `LL` the number of the line.
const DRESSES: &[&str] = &[
    "web-1  | ",
    "chatbot_app  | ",
    "0|app  | ",
    "12:34:SS web.1  | ",
    "2025-01-02T03:04:SS.0NNN567Z ",
    "2025-01-02T03:04:SS.0NNN56789Z ",
    "2024-05-22T12:12:SS.214NNNZ 01O ",
    "2024-05-22T12:12:SS.214457NNNZ stderr F ",
    "[2024-05-22T12:12:SS.NNNZ] ",
    "[00:01:SS] ",
    "12:34:SS  ",
    "test (3.9)\tUNKNOWN STEP\t2025-01-02T03:04:SS.0NNN567Z ",
    "Jan  2 03:04:SS host app[12]: ",
    "2024-05-22T12:12:SS+0200 host app[12]: ",
    "2024-05-22T12:12:SS.214457+00:00 app[web.1]: ",
    "[pod/web-7d9f8c6b5-x2x4z/app] ",
    "web-7d9f8c6b5-x2x4z app ",
    "#12 3.NNN ",
    "704.7s\tLL\t",
    "[rank1]: ",
    "[default0]:",
    "[1,0]<stderr>:",
    "0: ",
    "(train pid=123, ip=10.0.0.4) ",
    "(EngineCore_DP0 pid=1) ERROR 10-12 02:10:SS [core.py:710] ",
    "[stderr] ",
    "[2024-05-22T12:12:SSZ INFO  rustwide::cmd] [stderr] ",
    "[web] ",
    "api:test: ",
    "packages/api test: ",
    "[build:LLL:3s] ",
    "2024-01-02 03:04:SS,NNN ERROR [main] com.x.App - ",
    "2024-01-02 03:04:SS,NNN - app - ERROR - ",
    "[2024-01-02 03:04:SS,NNN: WARNING/ForkPoolWorker-1] ",
    "05-22 12:12:SS.NNN  1234  1256 I python  : ",
    "I/python  ( 1234): ",
    "[2024-05-22, 12:12:SS UTC] {subprocess.py:93} INFO - ",
    "[12:34:SS]W:\t [Step 1/3] ",
    "    default: ",
    "[gw0] ",
    "> ",
    "> > ",
    "    ",
];

/// Failures as their tools print them.
const FAILURES: &[&str] = &[
    "Traceback (most recent call last):\n  File \"/app/main.py\", line 12, in <module>\n    main()\n  File \"/app/core.py\", line 3, in main\n    raise ValueError(1)\nValueError: bad thing",
    "  + Exception Group Traceback (most recent call last):\n  |   File \"/app/g.py\", line 14, in <module>\n  |     main()\n  | ExceptionGroup: outer (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n    |   File \"/app/g.py\", line 3, in leaf\n    |     return {}[\"k\"]\n    | KeyError: 'k'\n    +------------------------------------",
    "error[E0308]: mismatched types\n --> src/main.rs:3:5\n  |\n3 |     \"a\"\n  |     ^^^ expected `i32`, found `&str`\n",
    "=================================== FAILURES ===================================\n____________________________________ test_a ____________________________________\n\n    def test_a():\n>       assert f() == 2\nE       assert 1 == 2\n\ntests/test_a.py:5: AssertionError\n=========================== short test summary info ============================\nFAILED tests/test_a.py::test_a - assert 1 == 2",
    "running 1 test\ntest tests::a ... FAILED\n\nfailures:\n\n---- tests::a stdout ----\nthread 'tests::a' panicked at src/lib.rs:7:9:\nassertion `left == right` failed\n  left: 1\n right: 2\n\nfailures:\n    tests::a\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
];

/// `text` with `dress` before each line, but for blanks at the end of lines.
fn dressed(dress: &str, text: &str) -> String {
    let second = |at: usize| format!("{:02}", 10 + at / 9);
    let fraction = |at: usize| format!("{:03}", at * 37 % 1000);
    let prefix = |at: usize| dress.replace("SS", &second(at)).replace("NNN", &fraction(at)).replace("LL", &(1390 + at).to_string());
    text.lines().enumerate().map(|(at, line)| format!("{}{line}", prefix(at)).trim_end().to_owned() + "\n").collect::<Vec<_>>().concat()
}

fn read_dressed(dresses: &[&str], failure: &str) -> (String, Vec<Event>) {
    let text = format!("starting up\nlistening on port 8000\n{failure}\n\nshutting down\nbye\n");
    let text = dresses.iter().rev().fold(text, |text, dress| dressed(dress, &text));
    let events = read(text.as_bytes()).events;
    (text, events)
}

#[test]
fn a_failure_reads_the_same_in_any_dress() {
    for failure in FAILURES {
        let bare = outline(&read_dressed(&[], failure).0);
        assert!(!bare.is_empty(), "{failure}");
        for dress in DRESSES {
            let (text, _) = read_dressed(&[dress], failure);
            assert_eq!(outline(&text), bare, "{text}");
        }
        let outer = ["web-1  | ", "2025-01-02T03:04:SS.0NNN567Z ", "Jan  2 03:04:SS host app[12]: ", "[pod/web-7d9f8c6b5-x2x4z/app] "];
        let inner = ["[rank1]: ", "2024-01-02 03:04:SS,NNN ERROR [main] com.x.App - ", "worker_1  | ", "(train pid=123) ", "#12 3.NNN "];
        for (outer, inner) in outer.iter().flat_map(|outer| inner.iter().map(move |inner| (outer, inner))) {
            let (text, _) = read_dressed(&[outer, inner], failure);
            assert_eq!(outline(&text), bare, "{text}");
        }
    }
}

#[test]
fn a_prefix_tells_service_and_time() {
    for (dress, service, time) in [
        ("web-1  | ", Some("web-1"), None),
        ("12:34:SS web.1  | ", Some("web.1"), Some("12:34:10")),
        ("2025-01-02T03:04:SS.0NNN567Z ", None, Some("2025-01-02T03:04:10.0074567Z")),
        ("test (3.9)\tRun\t2025-01-02T03:04:SS.0NNN567Z ", Some("test (3.9)"), Some("2025-01-02T03:04:10.0074567Z")),
        ("Jan  2 03:04:SS host app[12]: ", Some("app"), Some("Jan  2 03:04:10")),
        ("[pod/web-7d9f8c6b5-x2x4z/app] ", Some("web"), None),
        ("[web] ", Some("web"), None),
        ("[rank1]: ", None, None),
        ("2024-01-02 03:04:SS,NNN ERROR [main] com.x.App - ", None, Some("2024-01-02 03:04:10,074")),
    ] {
        let (_, events) = read_dressed(&[dress], FAILURES[0]);
        assert_eq!((events[0].service.as_deref(), events[0].timestamp.as_deref()), (service, time), "{dress}");
    }
}

#[test]
fn processes_that_write_at_once_are_read_apart() {
    let of = |letter: &str| FAILURES[0].replace("bad thing", letter).replace("core", letter);
    for (one, two) in [
        ("[rank0]: ", "[rank1]: "),
        ("(train pid=12) ", "(train pid=13) "),
        ("[1,0]<stderr>:", "[1,1]<stderr>:"),
        ("Jan  2 03:04:05 host app[12]: ", "Jan  2 03:04:05 host app[13]: "),
        ("[pod/web-7d9f8c6b5-x2x4z/app] ", "[pod/web-7d9f8c6b5-q2x4z/app] "),
        ("web-1  | ", "web-2  | "),
        ("#11 3.456 ", "#12 3.456 "),
        ("0: ", "1: "),
        ("[2024-01-02 03:04:05,123: ERROR/ForkPoolWorker-1] ", "[2024-01-02 03:04:05,123: ERROR/ForkPoolWorker-2] "),
    ] {
        let (a, b) = (dressed(one, &of("alpha")), dressed(two, &of("beta")));
        // The second process is two lines late.
        let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().chain(["", ""]).collect(), ["", ""].into_iter().chain(b.lines()).collect());
        let mixed = a.iter().zip(&b).flat_map(|(a, b)| [*a, *b]).filter(|line| !line.is_empty()).map(|line| format!("{line}\n"));
        let text = mixed.collect::<Vec<_>>().concat();
        let expected = ["ValueError: alpha @ /app/alpha.py:3 main", "ValueError: beta @ /app/beta.py:3 main"];
        assert_eq!(outline(&text), expected, "{text}");
    }
}
