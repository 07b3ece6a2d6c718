//! A run that is interrupted ends at once, and nothing of it stays: no worktree, no process, no change.

use std::fs;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::case::Case;

/// Longer than any machine needs to get to the first test.
const PATIENCE: Duration = Duration::from_mins(1);

/// A project whose only test tells its process by a named pipe, and then waits for ever.
fn waiting_project() -> Case {
    let case = Case::empty();
    let pipe = case.root().join("../pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("the case is ours");
    let test = format!(
        "import os\nimport signal\nimport unittest\n\n\nclass Waiting(unittest.TestCase):\n    def test_it(self):\n        with open({:?}, 'w') as pipe:\n            pipe.write(str(os.getpid()))\n        signal.pause()\n",
        pipe.display().to_string()
    );
    case.write("tests/__init__.py", "");
    case.write("tests/test_waiting.py", test);
    case.commit();
    case
}

fn check(signal: Signal, code: i32) {
    let case = waiting_project();
    let before = case.tree_digest();
    let mut child = case
        .hermetic(env!("CARGO_BIN_EXE_homeostasis"))
        .arg("fix")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program was built");
    let (sender, receiver) = mpsc::channel();
    let pipe = case.root().join("../pipe");
    std::thread::spawn(move || sender.send(fs::read_to_string(pipe)));
    let start = Instant::now();
    let told = loop {
        match receiver.recv_timeout(Duration::from_millis(50)) {
            Ok(told) => break told.expect("the pipe can be read"),
            Err(_) => assert!(start.elapsed() < PATIENCE && matches!(child.try_wait(), Ok(None)), "the test was never started"),
        }
    };
    let test: i32 = told.parse().expect("the test writes its number");

    let ours = Pid::from_raw(i32::try_from(child.id()).expect("process numbers are small"));
    kill(ours, signal).expect("it still runs");
    let status = child.wait().expect("it is our child");
    assert_eq!(status.code(), Some(code));
    let state = fs::read_to_string(format!("/proc/{test}/stat")).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "the test still runs: {state}");
    assert_eq!(case.n_worktrees(), 1, "the worktree stayed behind");
    assert_eq!(case.tree_digest(), before);
}

#[test]
fn ctrl_c_ends_the_run_and_everything_it_started() {
    check(Signal::SIGINT, 130);
}

#[test]
fn a_polite_end_is_as_clean() {
    check(Signal::SIGTERM, 143);
}
