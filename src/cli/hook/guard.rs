//! What runs before a push: the older hook, then the tests of each new tip in a worktree of its own, then the healing.
//!
//! Stops the push when the tests fail. Lets it go on when they cannot be run or believed, when they take too long, or when the same
//! failures are already on the remote: a guard that cries without a reason is switched off.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::RunArgs;
use super::pushed::{Pushed, pushed};
use super::repository::{self, HookError};
use crate::cli::exit::{Exit, Failure};
use crate::cli::global::Call;
use crate::cli::wishes::plain;
use crate::heal::{self, Request};
use crate::process::Interrupt;
use crate::report::{Healing, Human, Outcome, Step};
use crate::ui::{is_unicode, width};

/// The signal number that stands for the time limit; nobody sends it to us.
const OVERTIME: i32 = nix::libc::SIGALRM;

/// Runs the older hook, then tests every pushed tip.
pub(super) fn run(args: &RunArgs, call: &mut Call) -> Result<Exit, Failure> {
    let mut told = Vec::new();
    if !io::stdin().is_terminal() {
        // Git may have nothing to say, and input that cannot be read says nothing: both are no push.
        let _ = io::stdin().take(1 << 20).read_to_end(&mut told);
    }
    if let Some(exit) = args.legacy.as_deref().and_then(|legacy| older_hook(legacy, args, &told, call)) {
        return Ok(exit);
    }
    let tips = tips(&pushed(&String::from_utf8_lossy(&told)), &args.remote, call.dir());
    let interrupt = Call::interrupt()?;
    let _watch = Watch::set(&interrupt, args.limit);
    for tip in &tips {
        match test(tip, args, call, &interrupt)? {
            Exit::Clean => {}
            stop => return Ok(stop),
        }
    }
    Ok(Exit::Clean)
}

/// A commit to test.
struct Tip {
    commit: String,
    remote_ref: String,
    base: Option<String>,
}

/// The pushed commits that the remote does not have yet, each once.
fn tips(pushed: &[Pushed], remote: &str, dir: &Path) -> Vec<Tip> {
    let mut tips: Vec<Tip> = Vec::new();
    for push in pushed {
        let Some(commit) = repository::commit(dir, &push.local) else { continue };
        if tips.iter().any(|tip| tip.commit == commit) || repository::is_known(dir, &commit, remote) {
            continue;
        }
        let base = repository::base(dir, &commit, push.remote.as_deref(), remote);
        tips.push(Tip { commit, remote_ref: push.remote_ref.clone(), base });
    }
    tips
}

/// Runs the hook that was there before us, with the same words and the same input; its refusal is ours.
fn older_hook(legacy: &Path, args: &RunArgs, told: &[u8], call: &mut Call) -> Option<Exit> {
    let is_executable = nix::unistd::access(legacy, nix::unistd::AccessFlags::X_OK).is_ok();
    if !is_executable {
        return None;
    }
    // It gets our whole environment: git's variables are meant for it.
    let spawned = Command::new(legacy).args(args.of_git()).stdin(Stdio::piped()).spawn();
    let ended = spawned.and_then(|mut child| {
        if let Some(mut stdin) = child.stdin.take() {
            // A hook that does not read its input closes it early.
            let _ = stdin.write_all(told);
        }
        child.wait()
    });
    match ended {
        Ok(status) if status.success() => None,
        Ok(status) => Some(Exit::Own(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))),
        Err(error) => {
            call.step(&Step::Note(format!("{} did not run: {error}", legacy.display())));
            Some(Exit::Faults)
        }
    }
}

/// Tests one tip, heals it if it is red, and says whether the push may go on.
fn test(tip: &Tip, args: &RunArgs, call: &mut Call, interrupt: &Interrupt) -> Result<Exit, Failure> {
    let short = &tip.commit[..tip.commit.len().min(10)];
    call.step(&Step::Note(format!("testing {short} before it goes to {} of {}", tip.remote_ref, args.remote)));
    let mut is_red = false;
    let request = request(&tip.commit, args, call);
    let healed = heal::heal(&request, interrupt, &mut |step| {
        is_red |= matches!(step, Step::Candidate { .. });
        call.step(&step);
    });
    let healing = match healed {
        Ok(healing) => healing,
        Err(_) if interrupt.signal() == Some(OVERTIME) => return Ok(overtime(is_red, args.limit, call)),
        Err(error) if interrupt.signal().is_some() => return Err(Failure::of_stopped(error, interrupt)),
        Err(error) => {
            call.ui.failure(&error);
            call.step(&Step::Note(format!("{short} could not be tested; the push goes on")));
            return Ok(Exit::Clean);
        }
    };
    match healing.outcome {
        Outcome::NothingWrong => Ok(Exit::Clean),
        Outcome::Flaky | Outcome::BaselineUnusable | Outcome::Refused => {
            call.ui.aside(&told(&healing));
            call.step(&Step::Note(format!("the tests of {short} tell nothing; the push goes on")));
            Ok(Exit::Clean)
        }
        Outcome::Healed | Outcome::Unproven | Outcome::Declined => red(tip, &healing, args, call, interrupt),
    }
}

/// The tests fail: shows why and how to take the patch, and stops the push unless the remote has the same failures.
fn red(tip: &Tip, healing: &Healing, args: &RunArgs, call: &mut Call, interrupt: &Interrupt) -> Result<Exit, Failure> {
    call.ui.aside(&told(healing));
    if healing.outcome == Outcome::Healed && !healing.diff.is_empty() {
        let patch = save(tip, healing, call.dir())?;
        let command = shlex::try_quote(&patch).map_or_else(|_| patch.clone(), std::borrow::Cow::into_owned);
        call.ui.aside(&format!("to take the patch: git apply {command}\n"));
    }
    let is_old = tip.base.as_ref().is_some_and(|base| is_already_red(base, healing, args, call, interrupt));
    if is_old {
        call.ui.aside(&format!("{} is already red on the remote with the same failures: the push goes on\n", tip.remote_ref));
        return Ok(Exit::Clean);
    }
    call.ui.aside("the push is stopped; `git push --no-verify` pushes all the same\n");
    Ok(Exit::Faults)
}

/// Whether what fails at the tip fails at `base`, the remote's own commit, too.
fn is_already_red(base: &str, healing: &Healing, args: &RunArgs, call: &mut Call, interrupt: &Interrupt) -> bool {
    // Without a budget the tests run, and nothing is tried.
    let request = Request { budget: 0, ..request(base, args, call) };
    let Ok(before) = heal::heal(&request, interrupt, &mut |step| call.step(&step)) else { return false };
    let is_there = |fingerprint: &str| before.targets.iter().any(|target| target.fingerprint == fingerprint);
    !before.targets.is_empty() && healing.targets.iter().all(|target| is_there(&target.fingerprint))
}

fn request(commit: &str, args: &RunArgs, call: &Call) -> Request {
    Request { commit: Some(commit.to_owned()), test: args.test.clone(), ..plain(call.dir(), call) }
}

/// The report; the source lines are left out, since the tree may hold other lines than the tested commit.
fn told(healing: &Healing) -> String {
    Human { sources: &|_| None, width: width(), log: None, is_unicode: is_unicode() }.healing(healing)
}

/// Keeps the patch where `git apply` finds it, and gives its path.
fn save(tip: &Tip, healing: &Healing, dir: &Path) -> Result<String, HookError> {
    let folder = repository::state_dir(dir)?.join("patches");
    let path: PathBuf = folder.join(format!("{}.patch", tip.commit));
    let file = |action, path: &Path| {
        let path = path.to_owned();
        move |source| HookError::File { action, path, source }
    };
    std::fs::create_dir_all(&folder).map_err(file("make", &folder))?;
    std::fs::write(&path, &healing.diff).map_err(file("write", &path))?;
    Ok(path.display().to_string().trim_start_matches("./").to_owned())
}

/// The time is over: a red tip stops the push, one of which nothing is known does not.
fn overtime(is_red: bool, limit: Duration, call: &mut Call) -> Exit {
    let limit = limit.as_secs();
    if is_red {
        call.ui.aside(&format!("the tests fail, and no patch was proved within {limit} s: the push is stopped\n"));
        return Exit::Faults;
    }
    call.ui.aside(&format!("the tests took longer than {limit} s: the push goes on untested; `--limit` gives them more\n"));
    Exit::Clean
}

/// Raises the flag when the time is over, unless it is dropped before.
struct Watch {
    _closer: mpsc::Sender<()>,
}

impl Watch {
    fn set(interrupt: &Interrupt, limit: Duration) -> Watch {
        let (closer, end) = mpsc::channel::<()>();
        let interrupt = interrupt.clone();
        std::thread::spawn(move || {
            if end.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
                interrupt.raise(OVERTIME);
            }
        });
        Watch { _closer: closer }
    }
}
