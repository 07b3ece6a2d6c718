//! The test programs of a woven tree: built by cargo, run by us.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::binary::NO_LOG;
use super::super::build::{Build, build};
use super::super::cargo::{environment, host, quoted};
use super::super::check::shared;
use super::super::record::{Record, Recorder};
use super::super::{libtest, names};
use super::packages::cargo;
use super::switch::{BURNT, FUEL, NOTES, Notes, VARIANT};
use crate::judge::{Exit, Outcome, TestId};
use crate::process::{Command, run};
use crate::trial::TrialError;
use crate::trial::runner::Bench;

/// A woven tree is larger than the tree that the limit of runs was learned from, and its build is no run.
const SHORTEST_BUILD: Duration = Duration::from_mins(5);

/// Bytes of a program's output that are looked at: its end tells how it ended.
const KEPT: usize = 1 << 20;

/// Bytes that a program may write to a stream.
const WRITTEN: u64 = 256 << 20;

/// Stands in front of the compiler for members of the workspace alone: a variant is no worse for a variable that it does not use, and what
/// is built by it has names of its own, so that no other build has to be made anew.
const WRAPPER: &str = "#!/bin/sh\nexec \"$@\" --cap-lints=allow\n";

/// What is known of the machine and the workspace, and stays from one build to the next.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// The triple of the machine, as cargo says it.
    triple: Option<String>,
    /// Whether packages are built together with all others that the command names, since they need features that those ask for.
    pub(super) is_wide: bool,
}

/// The programs that were built, by the names of their targets.
#[derive(Debug, Default)]
pub(super) struct Programs(BTreeMap<String, Record>);

impl Programs {
    /// Builds `targets`, of their packages alone where that has not failed before, and adds those that were built.
    pub(super) fn build(&mut self, bench: &Bench<'_>, habits: &mut Habits, targets: &BTreeSet<&str>) -> Result<Build, TrialError> {
        let scratch = |source| TrialError::Scratch { source };
        let recorder = Recorder::set_up(&bench.surroundings.build).map_err(scratch)?;
        let start = cargo(bench);
        let is_narrow = !habits.is_wide;
        let triple = match &habits.triple {
            Some(triple) => triple,
            None => habits.triple.insert(host(bench, &start)?),
        };
        let mut argv = start;
        argv.extend(["test", "--offline", "--no-fail-fast", "--message-format=json", "--config"].map(str::to_owned));
        argv.push(format!("target.{triple}.runner=[\"sh\",{}]", quoted(&recorder.script())));
        let arguments = shared(bench.plan.arguments());
        argv.extend(if is_narrow { narrowed(&arguments, targets) } else { arguments }.iter().map(|word| bench.moved(word)));
        let options: BTreeSet<Vec<String>> = targets.iter().filter_map(|target| names::selection(target)).collect();
        argv.extend(options.into_iter().flatten());
        let patient = Bench { deadline: bench.deadline.max(SHORTEST_BUILD), ..*bench };
        let wrapper = wrapper(&bench.surroundings.build).map_err(scratch)?;
        let built = build(&patient, &argv, environment(bench).with("RUSTC_WORKSPACE_WRAPPER", wrapper))?;
        for record in recorder.read().map_err(scratch)? {
            let name = record.argv.first().and_then(|program| built.programs.get(Path::new(program)));
            if let Some(name) = name.filter(|name| targets.contains(name.as_str())) {
                self.0.insert(name.clone(), record);
            }
        }
        Ok(built)
    }

    /// Whether the target was built.
    pub(super) fn holds(&self, target: &str) -> bool {
        self.0.contains_key(target)
    }
}

/// The arguments with the packages of `targets` in place of those that the person named, if that was the whole workspace.
fn narrowed(arguments: &[String], targets: &BTreeSet<&str>) -> Vec<String> {
    let is_all = |word: &&String| matches!(word.as_str(), "--workspace" | "--all");
    if !arguments.iter().any(|word| is_all(&word)) {
        return arguments.to_vec();
    }
    let packages: BTreeSet<&str> = targets.iter().filter_map(|target| target.split("::").next()).collect();
    let mut left = Vec::new();
    let mut words = arguments.iter().filter(|word| !is_all(word));
    while let Some(word) = words.next() {
        match word.as_str() {
            "--exclude" => drop(words.next()),
            word if word.starts_with("--exclude=") => {}
            word => left.push(word.to_owned()),
        }
    }
    left.extend(packages.into_iter().flat_map(|package| ["-p".to_owned(), package.to_owned()]));
    left
}

/// The wrapper in the folder of builds.
fn wrapper(build: &Path) -> io::Result<PathBuf> {
    let path = build.join("homeostasis").join("rustc.sh");
    if fs::read_to_string(&path).ok().as_deref() != Some(WRAPPER) {
        fs::write(&path, WRAPPER)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(path)
}

/// Tests of one program that run in one process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The target.
    pub(super) target: String,
    /// The tests' names in it.
    pub(super) tests: BTreeSet<String>,
}

/// The name of the target and that of the test in it; none for what is no single test of a program.
pub(super) fn parts(id: &TestId) -> Option<(&str, &str)> {
    let (package, rest) = id.0.split_once("::")?;
    let (target, test) = rest.split_once("::")?;
    (!matches!(target, "doc" | "build-script")).then(|| (&id.0[..package.len() + 2 + target.len()], test))
}

/// The tests in groups of at most `size`, in the order in which their targets are named first. What is no test of a program is left out.
pub(super) fn groups(tests: &[TestId], size: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (target, test) in tests.iter().filter_map(parts) {
        match groups.iter_mut().find(|group| group.target == target && group.tests.len() < size) {
            Some(group) => drop(group.tests.insert(test.to_owned())),
            None => groups.push(Group { target: target.to_owned(), tests: BTreeSet::from([test.to_owned()]) }),
        }
    }
    groups
}

/// What a process may do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// Steps; none for any number.
    pub(super) fuel: Option<u64>,
    /// Wall time of the whole.
    pub(super) wall: Duration,
    /// Wall time of one test.
    pub(super) test: Duration,
}

/// What a process of a program has shown.
#[derive(Debug)]
pub(super) struct Played {
    /// The tests that passed.
    pub(super) passed: BTreeSet<String>,
    /// Whether all of them did, and the process said so.
    pub(super) is_green: bool,
    /// Whether it was ended.
    pub(super) is_endless: bool,
    /// What it has noted.
    pub(super) notes: Notes,
    /// Whether it keeps no log of results.
    pub(super) is_mute: bool,
    /// Its wall time.
    pub(super) wall: Duration,
}

impl Programs {
    /// Runs the tests of `group` with the variant `number`; files go to `scratch`, which is this caller's alone.
    pub(super) fn play(
        &self,
        bench: &Bench<'_>,
        group: &Group,
        number: usize,
        allowance: Allowance,
        scratch: &Path,
    ) -> Result<Option<Played>, TrialError> {
        let Some(record) = self.0.get(&group.target) else { return Ok(None) };
        let (log, notes) = (scratch.join("results"), scratch.join("notes"));
        let _ = fs::remove_file(&log);
        let _ = fs::remove_file(&notes);
        let mut argv: Vec<OsString> = record.argv.iter().take(1).cloned().collect();
        argv.extend(["--exact", "--test-threads=1", "--logfile"].map(OsString::from));
        argv.push(log.clone().into());
        argv.extend(group.tests.iter().map(OsString::from));
        let mut env = record.env.clone().with("RUST_BACKTRACE", "0").with(VARIANT, number.to_string()).with(NOTES, &notes);
        if let Some(fuel) = allowance.fuel {
            env.set(FUEL, fuel.to_string());
        }
        let stall = Some((log.clone(), allowance.test));
        let command = Command { kept: KEPT, written: WRITTEN, stall, ..Command::new(&argv, &record.cwd, env).within(allowance.wall) };
        let finished = run(&command, bench.interrupt)?;
        let notes = Notes::read(&fs::read_to_string(&notes).unwrap_or_default());
        let results = libtest::log(&fs::read_to_string(&log).unwrap_or_default(), &group.tests);
        let passed: BTreeSet<String> =
            results.into_iter().filter(|(_, outcome)| *outcome == Outcome::Passed).map(|(name, _)| name).collect();
        let counts = libtest::result_lines(&String::from_utf8_lossy(&finished.stdout)).pop();
        // A test can print a result line and can leave early, but not both end well and have its results in the log.
        let says_so = counts.is_some_and(|counts| counts.is_ok && counts.n_failed == 0 && counts.n_passed == group.tests.len());
        Ok(Some(Played {
            is_green: finished.exit.is_success() && says_so && passed.len() == group.tests.len(),
            is_endless: finished.exit == Exit::TimedOut || (finished.exit == Exit::Code(BURNT) && notes.is_burnt),
            is_mute: String::from_utf8_lossy(&finished.stderr).contains(NO_LOG),
            passed,
            notes,
            wall: finished.wall,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_workspace_gives_way_to_the_packages_of_the_targets() {
        let check = |words: &[&str], expected: &str| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            assert_eq!(narrowed(&words, &BTreeSet::from(["a::lib", "a::it", "b::lib"])).join(" "), expected);
        };
        check(&["--workspace", "--exclude", "c", "--release"], "--release -p a -p b");
        check(&["-p", "c", "--release"], "-p c --release");
        check(&[], "");
    }

    #[test]
    fn tests_are_grouped_by_program_and_what_is_none_is_left_out() {
        let ids = ["a::lib::m::x", "a::it::y", "a::doc::src/lib.rs - f (line 1)", "a::lib::z", "a::own", "a::lib::w"];
        let made = groups(&ids.map(|id| TestId(id.to_owned())), 2);
        let shown: Vec<String> = made.iter().map(|group| format!("{} {:?}", group.target, group.tests)).collect();
        assert_eq!(shown, ["a::lib {\"m::x\", \"z\"}", "a::it {\"y\"}", "a::lib {\"w\"}"]);
    }
}
