//! The processes that a command has left behind, found and ended.
//!
//! The kernel hands orphans to the nearest subreaper, and that is us: whoever escaped the group by `setsid` is our child as soon as
//! its parent is gone. It is known by a variable that every command of ours gets.
//!
//! Source: Linux, `prctl(2)` `PR_SET_CHILD_SUBREAPER`, `proc(5)` `/proc/PID/stat`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::process::Child;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::{Pid, getpgrp};

/// The variable that marks the descendants of one command.
pub(super) const MARK: &str = "HOMEOSTASIS_TREE";

/// How long the kernel may take to end what was killed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Leaders of the commands that run now: somebody waits for them, so they are not ours to reap.
static LEADERS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

fn leaders() -> MutexGuard<'static, BTreeSet<i32>> {
    LEADERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes orphans come to us. Where the system cannot do that, only the group is ended.
pub(super) fn adopt_orphans() {
    static ADOPTED: OnceLock<()> = OnceLock::new();
    ADOPTED.get_or_init(|| {
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_child_subreaper(true);
    });
}

/// One command's processes: its group, and those that bear its mark.
#[derive(Debug)]
pub(super) struct Tree {
    leader: Pid,
    mark: String,
}

impl Tree {
    /// The tree of the command that `spawn` starts with `mark` in its environment.
    ///
    /// Nobody else looks for orphans meanwhile: a child that is not yet in the list, and has not yet run `exec`, bears no mark and would
    /// be taken for one.
    pub(super) fn plant(mark: String, spawn: impl FnOnce(&str) -> io::Result<Child>) -> io::Result<(Child, Tree)> {
        let mut leaders = leaders();
        let child = spawn(&mark)?;
        let leader = Pid::from_raw(i32::try_from(child.id()).expect("Linux numbers processes in 31 bits"));
        leaders.insert(leader.as_raw());
        Ok((child, Tree { leader, mark }))
    }

    /// The first process.
    pub(super) fn leader(&self) -> Pid {
        self.leader
    }

    /// Sends a signal to the whole group.
    pub(super) fn signal(&self, signal: Signal) {
        // The leader is not reaped before the end, so its number cannot have gone to somebody else.
        let _ = killpg(self.leader, signal);
    }

    /// Ends all that is left. To be called when the leader is over and was waited for.
    pub(super) fn clear(&self) {
        let end = Instant::now() + PATIENCE;
        loop {
            let left: Vec<Pid> = children().into_iter().filter(|child| self.holds(child)).map(|child| child.pid).collect();
            if left.is_empty() || Instant::now() > end {
                return;
            }
            for &pid in &left {
                let _ = kill(pid, Signal::SIGKILL);
            }
            for pid in left {
                reap(pid, end);
            }
        }
    }

    fn holds(&self, child: &Orphan) -> bool {
        let leaders = leaders();
        if leaders.contains(&child.pid.as_raw()) {
            return false;
        }
        if child.group == self.leader {
            return true;
        }
        match mark_of(child.pid) {
            Some(mark) => mark == self.mark,
            // It has thrown away its environment, or is dead. If no other command runs, it can only be of this one.
            None => child.group != getpgrp() && leaders.len() == 1,
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        leaders().remove(&self.leader.as_raw());
    }
}

/// Waits for a killed child until `end`.
fn reap(pid: Pid, end: Instant) {
    while Instant::now() < end {
        match waitpid(pid, Some(WaitPidFlag::WNOHANG)) {
            Ok(status) if status.pid().is_none() => std::thread::sleep(Duration::from_millis(1)),
            Err(Errno::EINTR) => {}
            _ => return,
        }
    }
}

#[derive(Debug)]
struct Orphan {
    pid: Pid,
    group: Pid,
}

/// Every child of this process, with its group.
fn children() -> Vec<Orphan> {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    let of_task = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    let lists: Vec<String> = tasks.flatten().map(of_task).collect();
    lists.iter().flat_map(|list| list.split_whitespace()).filter_map(|pid| child(pid.parse().ok()?)).collect()
}

fn child(pid: i32) -> Option<Orphan> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // `pid (name) state ppid pgrp ...`; the name may hold anything, brackets included.
    let (_, fields) = stat.rsplit_once(')')?;
    let group = fields.split_whitespace().nth(2)?.parse().ok()?;
    Some(Orphan { pid: Pid::from_raw(pid), group: Pid::from_raw(group) })
}

fn mark_of(pid: Pid) -> Option<String> {
    let environ = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let prefix = format!("{MARK}=");
    let entry = environ.split(|&byte| byte == 0).find_map(|entry| entry.strip_prefix(prefix.as_bytes()))?;
    String::from_utf8(entry.to_vec()).ok()
}
