//! The person's own command: it has the terminal, its output is passed on and remembered, its end is ours.
//!
//! Unlike a run of the tests it is not contained: the person typed it, and it gets what it would get without us.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::exit::Exit;
use crate::explain::Explain;
use crate::process::Interrupt;
use crate::ui::{Heard, Stream, pass_through};

/// How often the command is asked whether it is over.
const POLL: Duration = Duration::from_millis(10);
/// A daemon that the command left behind may hold its output open; it is not waited for longer.
const LINGER: Duration = Duration::from_millis(500);

/// A command that could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot run {command:?}")]
pub(super) struct OwnError {
    command: OsString,
    source: io::Error,
}

impl Explain for OwnError {
    fn hint(&self) -> Option<String> {
        let is_missing = self.source.kind() == io::ErrorKind::NotFound;
        is_missing.then(|| "the command is run without a shell; for pipes and variables write `homeostasis run -- sh -c '...'`".to_owned())
    }
}

/// How the command ended, and what it printed.
pub(super) struct Ended {
    /// Its own exit code, or 128 and the signal.
    pub exit: Exit,
    /// Its output, then its errors.
    pub output: Vec<u8>,
}

/// Runs `argv` in `dir` with our terminal until it ends; a request to end us is handed on to it.
pub(super) fn run(argv: &[OsString], dir: &Path, interrupt: &Interrupt) -> Result<Ended, OwnError> {
    let failed = |source| OwnError { command: argv[0].clone(), source };
    let mut command = Command::new(&argv[0]);
    command.args(&argv[1..]).current_dir(dir).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let (gone, ends) = mpsc::channel();
    let stdout = listen(child.stdout.take(), Stream::Stdout, gone.clone());
    let stderr = listen(child.stderr.take(), Stream::Stderr, gone);
    let status = wait(&mut child, interrupt).map_err(failed)?;
    for _ in 0..2 {
        if ends.recv_timeout(LINGER).is_err() {
            break;
        }
    }
    let heard = |heard: &Mutex<Heard>| heard.lock().unwrap_or_else(PoisonError::into_inner).bytes();
    Ok(Ended { exit: exit(status), output: [heard(&stdout), heard(&stderr)].join(&b'\n') })
}

fn listen(from: Option<impl io::Read + Send + 'static>, to: Stream, gone: mpsc::Sender<()>) -> Arc<Mutex<Heard>> {
    let heard = Arc::new(Mutex::new(Heard::default()));
    let ours = heard.clone();
    std::thread::spawn(move || {
        if let Some(from) = from {
            pass_through(from, to, &ours);
        }
        // Nobody waits any more when this fails.
        let _ = gone.send(());
    });
    heard
}

/// Ctrl-C reaches the command by itself, since it shares our terminal; what was sent to us alone is handed on once.
fn wait(child: &mut Child, interrupt: &Interrupt) -> io::Result<ExitStatus> {
    let mut is_told = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let signal = interrupt.signal().and_then(|signal| Signal::try_from(signal).ok());
        if let Some(signal) = signal.filter(|signal| !is_told && *signal != Signal::SIGINT) {
            is_told = true;
            let pid = i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)?;
            // It may have ended just now.
            let _ = kill(pid, signal);
        }
        std::thread::sleep(POLL);
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(0), _) => Exit::Clean,
        (Some(code), _) => Exit::Own(u8::try_from(code & 0xff).unwrap_or(u8::MAX)),
        (None, signal) => Exit::of_signal(signal.unwrap_or(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, exit: Exit, output: &str) {
        let argv = ["sh", "-c", script].map(OsString::from);
        let ended = run(&argv, Path::new("."), &Interrupt::never()).unwrap();
        assert_eq!(ended.exit, exit, "{script}");
        assert_eq!(String::from_utf8_lossy(&ended.output), output, "{script}");
    }

    #[test]
    fn the_end_and_the_output_of_the_command_are_ours() {
        check("exit 0", Exit::Clean, "\n");
        check("echo a; echo b >&2; exit 7", Exit::Own(7), "a\n\nb\n");
        check("kill -9 $$", Exit::Own(137), "\n");
    }

    #[test]
    fn a_daemon_that_keeps_the_output_open_is_not_waited_for() {
        let begun = std::time::Instant::now();
        check("sleep 20 & echo started", Exit::Clean, "started\n\n");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
