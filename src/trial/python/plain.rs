//! A Python program that is run once more under a watcher of values: `python app.py ...`, `python -m app ...`.
//!
//! Such a run is no evidence of anything but the values: it only has to fail as the bare command does.

use std::path::Path;

use super::station::{Memory, Station};
use crate::diagnosis::Facts;
use crate::judge::Run;
use crate::project::plan::TestPlan;
use crate::trial::runner::{Bench, bare_run};
use crate::trial::{Scope, TrialError};

/// What the last watched run of a command has seen.
#[derive(Debug, Default)]
pub(in crate::trial) struct Plain {
    memory: Memory,
}

impl Plain {
    /// What was seen; none where `plan` is not one program of Python.
    pub(in crate::trial) fn facts(&self, plan: &TestPlan) -> Option<&Facts> {
        n_launch(&plan.argv).map(|_| self.memory.facts())
    }

    /// Runs the program of `bench` under the watcher; none where it is not one program of Python.
    pub(in crate::trial) fn run(&mut self, bench: &Bench<'_>) -> Result<Option<Run>, TrialError> {
        let Some(n_python) = n_launch(&bench.plan.argv) else { return Ok(None) };
        let station = Station::set_up(bench, &Scope::All)?;
        let mut argv: Vec<String> = bench.plan.argv.iter().map(|word| bench.moved(word)).collect();
        argv.insert(n_python, station.path("homeostasis_plain.py").to_string_lossy().into_owned());
        let (finished, _) = station.execute(&argv, &mut self.memory)?;
        Ok(Some(bare_run(&finished)))
    }
}

/// How many words are the interpreter and its options, where a file or a module of Python follows them.
fn n_launch(argv: &[String]) -> Option<usize> {
    let program = Path::new(argv.first()?).file_name()?.to_str()?;
    if !program.strip_prefix("python")?.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let mut n = 1;
    while let Some(word) = argv.get(n).filter(|word| word.starts_with('-') && !matches!(word.as_str(), "-m" | "-c" | "-")) {
        n += if matches!(word.as_str(), "-X" | "-W") { 2 } else { 1 };
    }
    let first = argv.get(n)?;
    let is_file = Path::new(first).extension().is_some_and(|extension| extension == "py");
    (is_file || (first == "-m" && argv.len() > n + 1)).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<usize>) {
        let argv: Vec<String> = line.split(' ').map(str::to_owned).collect();
        assert_eq!(n_launch(&argv), expected, "{line}");
    }

    #[test]
    fn a_program_of_python_is_told_from_other_commands() {
        check("python3 app.py x", Some(1));
        check("/usr/bin/python3.11 -X utf8 -B -m app", Some(4));
        check("python -c pass", None);
        check("python", None);
        check("pythonic app.py", None);
        check("make test", None);
    }
}
