//! What `analyze` can be asked for: formats, times, languages, the most important; and logs as they lie on disks.

use std::fs;
use std::io::Write as _;

use crate::case::{Case, Ran};

/// A python failure that is printed at each of these seconds, and a panic.
fn log(seconds: &[u32]) -> String {
    let python = |second: &u32| {
        format!(
            "2026-01-02T03:00:{second:02}Z ERROR request failed\nTraceback (most recent call last):\n  File \"/srv/app/cart.py\", line 3, in total\n    return prices[name]\nKeyError: 'pear'\n"
        )
    };
    let rust = "2026-01-02T02:00:00Z INFO worker\nthread 'main' panicked at src/main.rs:3:5:\nboom\n";
    format!("{rust}{}", seconds.iter().map(python).collect::<String>())
}

fn analyze(case: &Case, text: impl AsRef<[u8]>, arguments: &[&str]) -> Ran {
    fs::write(case.log(), text).expect("the case is ours");
    let log = case.log().to_string_lossy().into_owned();
    case.run(["analyze", &log].iter().chain(arguments))
}

#[test]
fn concise_prints_one_line_for_each_failure() {
    let case = Case::of(&[("cart.py", "prices = {}\ndef total(name):\n    return prices[name]\n")]);
    let ran = analyze(&case, log(&[1, 2, 3]), &["--format", "concise", "-q"]).with_code(1);
    assert_eq!(ran.stdout, "cart.py:3: KeyError: 'pear' (x3)\nsrc/main.rs:3: panic: boom\n");
    assert_eq!(analyze(&case, "all is well\n", &["--format", "concise", "-q"]).with_code(0).stdout, "");
}

#[test]
fn only_keeps_the_languages_that_were_named() {
    let case = Case::empty();
    let kinds = |arguments: &[&str]| {
        let ran = analyze(&case, log(&[1]), &[&["--format", "json"], arguments].concat());
        let found = ran.json()["events"].as_array().cloned().unwrap_or_default();
        found.iter().map(|event| event["kind"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[]), ["panic", "KeyError"]);
    assert_eq!(kinds(&["--only", "rust"]), ["panic"]);
    assert_eq!(kinds(&["--only", "python", "--only", "java"]), ["KeyError"]);
    assert_eq!(kinds(&["--only", "go"]), Vec::<String>::new());
    let _clean = analyze(&case, log(&[1]), &["--only", "go"]).with_code(0);
}

#[test]
fn top_keeps_the_most_important_and_counts_the_others() {
    let case = Case::empty();
    let found = analyze(&case, log(&[1, 2, 3]), &["--format", "json", "--top", "1"]).with_code(1).json();
    assert_eq!(found["incidents"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["incidents"][0]["title"], "KeyError: 'pear'");
    assert_eq!(found["incidents"][0]["events"], serde_json::json!([0]));
    assert_eq!(found["skipped"][0]["count"], 1);
}

#[test]
fn the_exception_behind_another_is_explained_too() {
    let text = "import json\n\n\ndef load(path):\n    try:\n        with open(path) as file:\n            return json.loads(file.read())\n    except ValueError as error:\n        raise LoadError(error)\n";
    let log = "Traceback (most recent call last):\n  File \"app.py\", line 7, in load\n    return json.loads(file.read())\n  File \"/usr/lib/python3.8/encodings/ascii.py\", line 26, in decode\n    return codecs.ascii_decode(input, self.errors)[0]\nUnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 in position 20: ordinal not in range(128)\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"app.py\", line 9, in load\n    raise LoadError(error)\napp.LoadError: not to be read\n";
    let case = Case::of(&[("app.py", text)]);
    let found = analyze(&case, log, &["--format", "json", "-q"]).with_code(1).json();
    assert_eq!(found["events"].as_array().map(Vec::len), Some(1));
    let rules: Vec<&str> = found["diagnoses"].as_array().into_iter().flatten().filter_map(|known| known["rule"].as_str()).collect();
    assert!(rules.contains(&"python/open-encoding"), "{rules:?}");
}

#[test]
fn times_bound_what_counts() {
    let case = Case::empty();
    let count = |arguments: &[&str]| {
        let found = analyze(&case, log(&[1, 20, 40]), &[&["--format", "json", "--only", "python"], arguments].concat()).json();
        found["incidents"][0]["count"].as_u64()
    };
    assert_eq!(count(&[]), Some(3));
    assert_eq!(count(&["--since", "2026-01-02T03:00:10Z"]), Some(2));
    assert_eq!(count(&["--since", "2026-01-02 03:00:10", "--until", "2026-01-02T03:00:30Z"]), Some(1));
    // The tests' clock stands at 03:04:05.
    assert_eq!(count(&["--since", "3m50s"]), Some(2));
    assert_eq!(count(&["--since", "1h"]), Some(3));
    assert_eq!(count(&["--until", "2h ago"]), None);
}

#[test]
fn a_failure_over_time_is_drawn() {
    let case = Case::empty();
    let ran = analyze(&case, log(&[1, 2, 2, 2, 30, 59]), &["-q", "--only", "python"]).with_code(1);
    assert!(ran.stdout.contains("2026-01-02 03:00:01 to 03:00:59  ") && ran.stdout.contains('█'), "{ran}");
    let mut case = Case::empty();
    case.set("LANG", "C");
    let ran = analyze(&case, log(&[1, 2, 2, 2, 30, 59]), &["-q", "--only", "python"]).with_code(1);
    assert!(ran.stdout.is_ascii() && ran.stdout.contains('#'), "{ran}");
}

#[test]
fn one_cause_stands_above_its_effects() {
    let case = Case::empty();
    let missing = |test: usize| {
        format!(
            "__________ ERROR collecting tests/test_{test}.py __________\nImportError while importing test module '/srv/tests/test_{test}.py'.\nTraceback:\ntests/test_{test}.py:1: in <module>\n    import yaml\nE   ModuleNotFoundError: No module named 'yaml'\n"
        )
    };
    let collected: String = (0..12).map(missing).collect();
    let ran = analyze(&case, format!("===== ERRORS =====\n{collected}===== short test summary info =====\n"), &["-q"]).with_code(1);
    assert_eq!(ran.stdout.matches("error[").count(), 1, "{ran}");
    assert!(ran.stdout.lines().count() < 40, "{ran}");
}

#[test]
fn many_failures_are_told_in_short() {
    let case = Case::empty();
    let trace =
        |n: usize| format!("Traceback (most recent call last):\n  File \"/srv/a{n}.py\", line 3, in f{n}\n    g()\nKind{n}Error: x\n");
    let ran = analyze(&case, (0..200).map(trace).collect::<String>(), &["-q"]).with_code(1);
    assert!(ran.stdout.lines().count() < 120, "{ran}");
    assert!(ran.stdout.contains("190 more failures in short:") && ran.stdout.contains("and 170 more: `--top N`"), "{ran}");
    let ran = analyze(&case, (0..200).map(trace).collect::<String>(), &["-q", "--top", "15"]).with_code(1);
    assert_eq!(ran.stdout.matches("error[").count(), 15, "{ran}");
    assert!(ran.stdout.contains("left out: 185 incidents"), "{ran}");
}

#[test]
fn a_report_fits_eighty_columns() {
    let mut case = Case::copy("python/missing-key");
    case.set("COLUMNS", "80");
    let log = fs::read(case.log()).expect("the fixture has a log");
    let ran = analyze(&case, log, &["-q"]).with_code(1);
    let facts = ran.stdout.lines().filter(|line| line.trim_start().starts_with("= ") && !line.contains('`'));
    for line in facts {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn packed_logs_and_other_encodings_are_read() {
    let case = Case::empty();
    let text = log(&[1]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).expect("memory takes all");
    let packed = packed.finish().expect("memory takes all");
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.into_bytes(), packed, wide] {
        let found = analyze(&case, bytes, &["--format", "json"]).with_code(1).json();
        assert_eq!(found["events"].as_array().map(Vec::len), Some(2), "{found:#}");
    }
}

#[test]
fn several_logs_are_read_as_one() {
    let case = Case::empty();
    fs::write(case.root().join("../one.log"), log(&[1])).expect("the case is ours");
    fs::write(case.root().join("../two.log"), log(&[2])).expect("the case is ours");
    let found = case.run(["analyze", "../one.log", "../two.log", "--format", "json", "-j", "1"]).with_code(1).json();
    assert_eq!(found["events"].as_array().map(Vec::len), Some(4), "{found:#}");
    assert_eq!(found["incidents"].as_array().map(Vec::len), Some(2), "{found:#}");
}

#[test]
fn no_terminal_obeys_a_log_in_any_format() {
    let case = Case::empty();
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\r\u{8}\u{7f}\u{200b}";
    let text = format!(
        "web{hostile}-1  | ERROR {hostile} pool\nTraceback (most recent call last):\n  File \"/srv/{hostile}/a.py\", line 3, in f{hostile}\n    g({hostile})\nValueError: bad {hostile}\n  more {hostile}\n"
    );
    for format in ["human", "concise", "json", "jsonl", "github"] {
        let ran = analyze(&case, &text, &["--format", format]);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        let is_hostile =
            |c: &char| (c.is_control() && *c != '\n' && *c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}'..='\u{200f}');
        assert_eq!(all.chars().find(is_hostile), None, "{all:?}");
    }
}
