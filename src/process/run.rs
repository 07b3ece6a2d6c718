//! Runs one command to its end, to its deadline, or until we are told to stop.

use std::fs::File;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use super::capture::{read_back, stream_file};
use super::tree::{MARK, Tree, adopt_orphans};
use super::{Command, Finished, Interrupt, ProcessError};
use crate::judge::Exit;

/// Between TERM and KILL, as cargo-mutants has it.
const GRACE: Duration = Duration::from_millis(500);

/// How often a running command is looked at.
const TICK: Duration = Duration::from_millis(20);

/// What the system's file size limit would end it with.
const TOO_MUCH_OUTPUT: i32 = Signal::SIGXFSZ as i32;

/// Runs `command`; when this returns, no process of it is left.
///
/// A deadline is not an error: the command is over, and [`Exit::TimedOut`] says how.
///
/// # Errors
/// [`ProcessError`]: it could not be started, its output not be kept, or `interrupt` was raised.
pub fn run(command: &Command, interrupt: &Interrupt) -> Result<Finished, ProcessError> {
    if let Some(signal) = interrupt.signal() {
        return Err(ProcessError::Interrupted { signal });
    }
    adopt_orphans();
    let scratch = |source| ProcessError::Scratch { program: program(command), folder: std::env::temp_dir(), source };
    let streams = Streams::open(command.is_merged).map_err(scratch)?;
    let start = Instant::now();
    let (child, tree) = spawn(command, &streams).map_err(|source| spawn_error(command, source))?;
    let (end, exit) = watch(command, child, &tree, &streams, interrupt);
    tree.clear();
    if let End::Interrupted(signal) = end {
        return Err(ProcessError::Interrupted { signal });
    }
    let wall = start.elapsed();
    let (stdout, stderr) = streams.read_back(command.kept).map_err(scratch)?;
    Ok(Finished { exit, stdout, stderr, wall })
}

/// The files that a command writes to. They have no name, so they are gone with us.
struct Streams {
    stdout: File,
    stderr: Option<File>,
}

impl Streams {
    fn open(is_merged: bool) -> io::Result<Streams> {
        let stderr = if is_merged { None } else { Some(stream_file()?) };
        Ok(Streams { stdout: stream_file()?, stderr })
    }

    fn length(&self) -> u64 {
        let length = |file: &File| file.metadata().map_or(0, |metadata| metadata.len());
        length(&self.stdout).max(self.stderr.as_ref().map_or(0, length))
    }

    fn read_back(&self, kept: usize) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let stderr = self.stderr.as_ref().map_or(Ok(Vec::new()), |file| read_back(file, kept))?;
        Ok((read_back(&self.stdout, kept)?, stderr))
    }
}

fn spawn(command: &Command, streams: &Streams) -> io::Result<(Child, Tree)> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mark = format!("{}.{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let Some((program, arguments)) = command.argv.split_first() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the command is empty"));
    };
    let mut spawning = std::process::Command::new(program);
    spawning
        .args(arguments)
        .current_dir(&command.cwd)
        .env_clear()
        .envs(command.env.iter())
        .stdin(Stdio::null())
        .stdout(streams.stdout.try_clone()?)
        .stderr(streams.stderr.as_ref().unwrap_or(&streams.stdout).try_clone()?)
        .process_group(0);
    Tree::plant(mark, |mark| spawning.env(MARK, mark).spawn())
}

fn spawn_error(command: &Command, source: io::Error) -> ProcessError {
    let program = program(command);
    if !command.cwd.is_dir() {
        return ProcessError::NoFolder { cwd: command.cwd.clone() };
    }
    match source.kind() {
        io::ErrorKind::NotFound => ProcessError::NotFound { program },
        _ => ProcessError::Spawn { program, source },
    }
}

fn program(command: &Command) -> String {
    command.argv.first().map(|program| program.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Why we stopped to wait.
enum End {
    Own,
    Deadline,
    TooMuchOutput,
    Interrupted(i32),
}

/// Waits for the child, ends its group, reaps it.
fn watch(command: &Command, mut child: Child, tree: &Tree, streams: &Streams, interrupt: &Interrupt) -> (End, Exit) {
    let over = notify_when_over(tree.leader());
    let end = wait(command, &over, streams, interrupt);
    if !matches!(end, End::Own) {
        tree.signal(Signal::SIGTERM);
        // A stopped process would keep its TERM for later.
        tree.signal(Signal::SIGCONT);
        let _ = over.recv_timeout(GRACE);
    }
    tree.signal(Signal::SIGKILL);
    let status = child.wait();
    let exit = match (&end, status) {
        (End::Deadline, _) => Exit::TimedOut,
        (End::TooMuchOutput, _) => Exit::Signal(TOO_MUCH_OUTPUT),
        (_, Ok(status)) => status.code().map_or_else(|| Exit::Signal(status.signal().unwrap_or_default()), Exit::Code),
        (_, Err(_)) => Exit::Signal(0),
    };
    (end, exit)
}

fn wait(command: &Command, over: &Receiver<()>, streams: &Streams, interrupt: &Interrupt) -> End {
    let deadline = Instant::now() + command.deadline;
    let mut progress = Progress::of(command);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match over.recv_timeout(left.min(TICK)) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return End::Own,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(signal) = interrupt.signal() {
            return End::Interrupted(signal);
        }
        if streams.length() > command.written {
            return End::TooMuchOutput;
        }
        if Instant::now() >= deadline || progress.has_stalled() {
            return End::Deadline;
        }
    }
}

/// Whether a command still gets on, by the length of the file that it writes its progress to.
struct Progress<'a> {
    watched: Option<&'a (PathBuf, Duration)>,
    length: u64,
    since: Instant,
}

impl Progress<'_> {
    fn of(command: &Command) -> Progress<'_> {
        Progress { watched: command.stall.as_ref(), length: 0, since: Instant::now() }
    }

    fn has_stalled(&mut self) -> bool {
        let Some((path, patience)) = self.watched else { return false };
        let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        if length != self.length {
            (self.length, self.since) = (length, Instant::now());
        }
        self.since.elapsed() > *patience
    }
}

/// Tells when the process is over but does not reap it: until its group was killed its number must stay taken.
fn notify_when_over(pid: Pid) -> Receiver<()> {
    let (tell, over) = channel();
    std::thread::spawn(move || {
        while waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT) == Err(Errno::EINTR) {}
        let _ = tell.send(());
    });
    over
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Environment;

    fn shell(script: &str) -> Command {
        Command::new(["sh", "-c", script], &std::env::temp_dir(), Environment::for_tests())
    }

    fn finished(command: &Command) -> Finished {
        run(command, &Interrupt::never()).unwrap()
    }

    /// Whether a process of this number lives; one that is dead but not reaped does not.
    fn lives(pid: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with('Z'))
    }

    #[test]
    fn streams_exit_code_and_signal_come_back() {
        let both = finished(&shell("echo out; echo err >&2; exit 3"));
        assert_eq!((both.exit, both.stdout.as_slice(), both.stderr.as_slice()), (Exit::Code(3), &b"out\n"[..], &b"err\n"[..]));
        assert_eq!(finished(&shell("kill -9 $$")).exit, Exit::Signal(9));
        let merged = finished(&Command { is_merged: true, ..shell("echo 1; echo 2 >&2; echo 3") });
        assert_eq!(merged.stdout, b"1\n2\n3\n");
    }

    #[test]
    fn standard_input_is_empty_and_the_environment_is_ours_alone() {
        let command = Command { env: Environment::empty().with("PATH", "/usr/bin:/bin").with("ONE", "1"), ..shell("cat; env") };
        let output = String::from_utf8(finished(&command).stdout).unwrap();
        let names: Vec<_> = output.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        for name in names {
            assert!(["PATH", "ONE", "PWD", "_", "SHLVL", "OLDPWD", MARK].contains(&name), "{name}");
        }
    }

    #[test]
    fn a_command_that_ignores_term_is_over_soon_after_its_deadline() {
        let stubborn = finished(&shell("trap '' TERM; while :; do sleep 0.1; done").within(Duration::from_millis(50)));
        assert_eq!(stubborn.exit, Exit::TimedOut);
        assert!(stubborn.wall < Duration::from_secs(10));
        let stopped = finished(&shell("kill -STOP $$").within(Duration::from_millis(50)));
        assert_eq!(stopped.exit, Exit::TimedOut);
    }

    #[test]
    fn a_command_whose_progress_stalls_is_over_before_its_deadline() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let script = format!("for i in 1 2 3; do echo $i >> {}; done; sleep 600", log.path().display());
        let stalled = finished(&Command { stall: Some((log.path().to_owned(), Duration::from_millis(100))), ..shell(&script) });
        assert_eq!(stalled.exit, Exit::TimedOut);
        assert_eq!(std::fs::read(log.path()).unwrap(), b"1\n2\n3\n");
    }

    #[test]
    fn nothing_outlives_a_command_not_even_a_daemon_in_a_session_of_its_own() {
        let daemon = "setsid sh -c 'echo $$; exec sleep 600' & sleep 600 & echo $!; sleep 0.3";
        let left = finished(&shell(daemon));
        let pids = String::from_utf8(left.stdout).unwrap();
        assert_eq!(pids.lines().count(), 2);
        assert!(left.wall < Duration::from_mins(1));
        for pid in pids.lines() {
            assert!(!lives(pid), "{pid} still runs");
        }
    }

    #[test]
    fn a_command_that_floods_its_output_is_ended() {
        let flood = Command { written: 1 << 20, kept: 1 << 10, ..shell("exec cat /dev/zero") };
        let flooded = finished(&flood);
        assert_eq!(flooded.exit, Exit::Signal(TOO_MUCH_OUTPUT));
        assert!(flooded.stdout.len() < 2 << 10);
    }

    #[test]
    fn an_interrupt_ends_the_command_and_comes_back_as_an_error() {
        let interrupt = Interrupt::never();
        let raising = interrupt.clone();
        let raiser = std::thread::spawn(move || raising.raise(2));
        let result = run(&shell("sleep 600"), &interrupt);
        raiser.join().unwrap();
        assert!(matches!(result, Err(ProcessError::Interrupted { signal: 2 })), "{result:?}");
    }

    #[test]
    fn what_cannot_start_says_why() {
        let missing = run(&Command::new(["no-such-program"], &std::env::temp_dir(), Environment::for_tests()), &Interrupt::never());
        assert!(matches!(missing, Err(ProcessError::NotFound { .. })), "{missing:?}");
        let nowhere = run(&Command { cwd: "/no/such/folder".into(), ..shell("true") }, &Interrupt::never());
        assert!(matches!(nowhere, Err(ProcessError::NoFolder { .. })), "{nowhere:?}");
        let nothing = run(&Command { argv: Vec::new(), ..shell("true") }, &Interrupt::never());
        assert!(matches!(nothing, Err(ProcessError::Spawn { .. })), "{nothing:?}");
    }
}
