//! A log that grows is told as it grows: through the front door, with files that are rotated and pipes that end.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::case::Case;
use crate::schema;

/// The program, following a log.
struct Following {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Following {
    fn start(case: &Case, arguments: &[&str]) -> Following {
        let mut command = case.hermetic(env!("CARGO_BIN_EXE_homeostasis"));
        command.args(["analyze", "--follow", "-q"]).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program was built");
        let out = BufReader::new(child.stdout.take().expect("it is piped"));
        Following { child, out }
    }

    fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("it is piped")
    }

    /// The next line; waits for it.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("it prints text");
        line
    }

    /// What it prints until it ends, and its exit code.
    fn end(mut self) -> (String, Option<i32>) {
        let mut rest = String::new();
        while self.out.read_line(&mut rest).expect("it prints text") > 0 {}
        (rest, self.child.wait().expect("it is our child").code())
    }

    fn interrupt(&self) {
        let process = Pid::from_raw(i32::try_from(self.child.id()).expect("process numbers are small"));
        kill(process, Signal::SIGINT).expect("it still runs");
    }
}

fn trace(kind: &str) -> String {
    format!("Traceback (most recent call last):\n  File \"/srv/app/{kind}.py\", line 3, in f\n    g()\n{kind}: 'x'\n")
}

fn append(file: &mut File, text: &str) {
    file.write_all(text.as_bytes()).expect("the case is ours");
}

#[test]
fn failures_are_told_once_as_a_file_grows_and_ctrl_c_ends_it() {
    let case = Case::empty();
    let log = case.log().to_string_lossy().into_owned();
    let mut following = Following::start(&case, &[&log, "--format", "concise"]);
    let mut file = File::create(case.log()).expect("the case is ours");
    append(&mut file, &format!("starting\n{}", trace("KeyError")));
    assert_eq!(following.line(), "/srv/app/KeyError.py:3: KeyError: 'x'\n");
    append(&mut file, &trace("ValueError"));
    assert_eq!(following.line(), "/srv/app/ValueError.py:3: ValueError: 'x'\n");
    append(&mut file, &trace("KeyError"));
    assert_eq!(following.line(), "/srv/app/KeyError.py:3: KeyError: 'x' (x2)\n");
    following.interrupt();
    assert_eq!(following.end(), (String::new(), Some(130)));
}

#[test]
fn a_log_that_is_rotated_or_emptied_is_followed() {
    let case = Case::empty();
    let log = case.log().to_string_lossy().into_owned();
    fs::write(case.log(), trace("OneError")).expect("the case is ours");
    let mut following = Following::start(&case, &[&log, "--format", "concise"]);
    assert!(following.line().contains("OneError"));
    fs::rename(case.log(), format!("{log}.1")).expect("the case is ours");
    fs::write(case.log(), trace("TwoError")).expect("the case is ours");
    assert!(following.line().contains("TwoError"));
    let mut file = OpenOptions::new().append(true).open(case.log()).expect("the case is ours");
    file.set_len(0).expect("the case is ours");
    append(&mut file, &trace("Six"));
    assert!(following.line().contains("Six"));
    following.interrupt();
    assert_eq!(following.end().1, Some(130));
}

#[test]
fn a_pipe_is_followed_to_its_end_as_lines_of_json() {
    let case = Case::empty();
    let mut following = Following::start(&case, &["-", "--format", "jsonl"]);
    let mut pipe = following.stdin();
    let next = |following: &mut Following| {
        let line: Value = serde_json::from_str(&following.line()).expect("each line is a document");
        schema::check("analyze-line", &line);
        line
    };
    pipe.write_all(trace("KeyError").as_bytes()).expect("it reads");
    let types: Vec<Value> = (0..3).map(|_| next(&mut following)["type"].clone()).collect();
    assert_eq!(types, ["log", "event", "incident"]);
    pipe.write_all(trace("KeyError").repeat(5).as_bytes()).expect("it reads");
    drop(pipe);
    let (rest, code) = following.end();
    let lines: Vec<Value> = rest.lines().map(|line| serde_json::from_str(line).expect("each line is a document")).collect();
    let last = lines.iter().rfind(|line| line["type"] == "update").unwrap_or_else(|| panic!("no update in {rest}"));
    schema::check("analyze-line", last);
    assert_eq!(last["count"], 6, "{rest}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_person_reads_a_block_for_each_failure_and_a_verdict_at_the_end() {
    let case = Case::empty();
    let mut following = Following::start(&case, &[]);
    let mut pipe = following.stdin();
    let flood = format!("{}{}", trace("ValueError"), trace("KeyError")).repeat(300);
    pipe.write_all(flood.as_bytes()).expect("it reads");
    drop(pipe);
    let (told, code) = following.end();
    assert_eq!(told.matches("error[KeyError]: 'x'").count(), 1, "{told}");
    assert!(told.lines().count() < 40, "a flood\n{told}");
    assert!(told.ends_with("2 failures, 0 with a known cause\n"), "{told}");
    assert_eq!(code, Some(1));
}

#[test]
fn nothing_wrong_ends_well() {
    let case = Case::empty();
    let mut following = Following::start(&case, &["--format", "concise"]);
    following.stdin().write_all(b"all is well\n").expect("it reads");
    assert_eq!(following.end(), (String::new(), Some(0)));
}
