//! `cargo test`: one build, each test program by itself, doctests by rustdoc.

use std::collections::BTreeSet;
use std::path::Path;

use super::account::Account;
use super::binary::Program;
use super::build::{Build, build};
use super::doctest::run_doctests;
use super::names;
use super::record::{Record, Recorder};
use super::schemata::Schemata;
use super::targets::Targets;
use crate::judge::{Run, TestId};
use crate::localize::Spectrum;
use crate::process::{Command, Environment, run};
use crate::trial::runner::{Bench, Runner};
use crate::trial::{Scope, Screened, Screening, TrialError};

/// Options of `cargo test` that choose targets. Where the person has chosen, we do not.
const CHOOSING: &[&str] =
    &["--lib", "--bin", "--bins", "--test", "--tests", "--example", "--examples", "--bench", "--benches", "--all-targets", "--doc"];

/// Runs `cargo test`.
#[derive(Debug, Default)]
pub(in crate::trial) struct Cargo {
    /// The triple of the machine, as cargo says it.
    host: Option<String>,
    targets: Targets,
    schemata: Schemata,
}

impl Runner for Cargo {
    fn run(&mut self, bench: &Bench<'_>, scope: &Scope) -> Result<Run, TrialError> {
        let scratch = |source| TrialError::Scratch { source };
        let folder = tempfile::tempdir().map_err(scratch)?;
        let recorder = Recorder::set_up(&bench.surroundings.build).map_err(scratch)?;
        let chosen = match scope {
            Scope::All | Scope::Build => Vec::new(),
            Scope::Tests(tests) => selection(tests.iter().map(|id| id.0.as_str())),
        };
        let argv = self.argv(bench, &chosen, &recorder)?;
        let env = environment(bench).with("RUSTDOC", recorder.script());
        let mut built = build(bench, &argv, env.clone())?;
        let mut account = Account::default();
        let is_broken = self.targets.judge(bench, &built, &mut account);
        if is_broken && !built.programs.is_empty() && *scope == Scope::All {
            // Cargo runs nothing if anything is broken; what was built can run all the same.
            let argv = self.argv(bench, &selection(built.programs.values().map(String::as_str)), &recorder)?;
            built.programs.extend(build(bench, &argv, env)?.programs);
        }
        let records = recorder.read().map_err(scratch)?;
        for record in records.iter().filter(|_| *scope != Scope::Build) {
            run_record(bench, record, &built, scope, folder.path(), &mut account)?;
        }
        self.targets.pass(&built, &mut account);
        Ok(account.close())
    }

    fn trace(&mut self, bench: &Bench<'_>, tests: &[TestId]) -> Result<Option<Spectrum>, TrialError> {
        self.schemata.trace(bench, tests)
    }

    fn screen(&mut self, bench: &Bench<'_>, screening: &Screening) -> Result<Option<Screened>, TrialError> {
        self.schemata.screen(bench, screening)
    }
}

impl Cargo {
    /// The call of cargo that builds the targets that the options `chosen` choose, or all, and records how it would run them.
    fn argv(&mut self, bench: &Bench<'_>, chosen: &[String], recorder: &Recorder) -> Result<Vec<String>, TrialError> {
        let launch = &bench.plan.argv[..bench.plan.n_launch.min(bench.plan.argv.len())];
        let host = match &self.host {
            Some(host) => host,
            None => self.host.insert(host(bench, launch)?),
        };
        let arguments = bench.plan.arguments();
        let split = arguments.iter().position(|word| word == "--").unwrap_or(arguments.len());
        let (ours, theirs) = arguments.split_at(split);
        let mut argv: Vec<String> = launch.iter().chain(ours).map(|word| bench.moved(word)).collect();
        argv.extend(["--offline", "--no-fail-fast", "--message-format=json", "--config"].map(str::to_owned));
        argv.push(format!("target.{host}.runner=[\"sh\",{}]", quoted(&recorder.script())));
        if !ours.iter().any(|word| CHOOSING.contains(&word.split('=').next().unwrap_or(word))) {
            argv.extend(chosen.iter().cloned());
        }
        argv.extend(theirs.iter().cloned());
        Ok(argv)
    }
}

/// Runs what cargo would have run, if the scope holds any of it.
fn run_record(
    bench: &Bench<'_>,
    record: &Record,
    built: &Build,
    scope: &Scope,
    scratch: &Path,
    account: &mut Account,
) -> Result<(), TrialError> {
    let program = record.argv.first().and_then(|program| built.programs.get(Path::new(program)));
    let Some(name) = program else {
        let package = record.env.get("CARGO_PKG_NAME").map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = names::doctests(&package);
        return if is_wanted(scope, &name) { run_doctests(bench, &name, record, account) } else { Ok(()) };
    };
    if !is_wanted(scope, name) {
        return Ok(());
    }
    let mut record = Record { argv: record.argv.clone(), cwd: record.cwd.clone(), env: record.env.clone() };
    record.env.remove("RUSTDOC");
    Program { name, record: &record, wanted: wanted(scope, name), scratch }.run(bench, account)
}

fn is_wanted(scope: &Scope, target: &str) -> bool {
    let holds = |id: &TestId| id.0.strip_prefix(target).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    match scope {
        Scope::All => true,
        Scope::Build => false,
        Scope::Tests(tests) => tests.iter().any(holds),
    }
}

/// The names of the tests of `target` in the scope; none if the whole target is.
fn wanted(scope: &Scope, target: &str) -> Option<BTreeSet<String>> {
    let Scope::Tests(tests) = scope else { return None };
    let rest = |id: &TestId| id.0.strip_prefix(target).map(|rest| rest.strip_prefix("::").unwrap_or("").to_owned());
    let names: BTreeSet<String> = tests.iter().filter_map(rest).collect();
    if names.contains("") { None } else { Some(names) }
}

/// The options that choose the targets of these tests; none if one of them cannot be chosen.
fn selection<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let options: Option<BTreeSet<Vec<String>>> = names.map(names::selection).collect();
    options.unwrap_or_default().into_iter().flatten().collect()
}

/// What cargo gets: our build folder, and no more debug information than backtraces need.
pub(super) fn environment(bench: &Bench<'_>) -> Environment {
    bench.environment().with("CARGO_TARGET_DIR", &bench.surroundings.build).with("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
}

/// The triple that cargo calls its host.
pub(super) fn host(bench: &Bench<'_>, launch: &[String]) -> Result<String, TrialError> {
    let mut argv: Vec<&str> = launch.iter().map(String::as_str).take_while(|word| *word != "test").collect();
    argv.push("-vV");
    let said = run(&Command::new(argv, &bench.cwd(), bench.environment()), bench.interrupt)?;
    let said = String::from_utf8_lossy(&said.stdout);
    Ok(said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or("x86_64-unknown-linux-gnu").to_owned())
}

/// A path as a TOML string.
pub(super) fn quoted(path: &Path) -> String {
    toml::Value::String(path.to_string_lossy().into_owned()).to_string()
}
