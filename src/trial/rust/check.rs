//! Whether all targets still compile with a patch: `cargo check` with it, compared with `cargo check` without.

use std::collections::BTreeMap;

use super::build::{Build, CompileError, build};
use super::cargo::environment;
use crate::judge::Exit;
use crate::project::plan::{RunnerKind, TestPlan};
use crate::trial::TrialError;
use crate::trial::runner::Bench;

/// Options of `cargo test` that `cargo check` has, too, and whether a value follows.
const SHARED: &[(&str, bool)] = &[
    ("--workspace", false),
    ("--all", false),
    ("--all-features", false),
    ("--no-default-features", false),
    ("--release", false),
    ("--features", true),
    ("-F", true),
    ("--package", true),
    ("-p", true),
    ("--exclude", true),
    ("--profile", true),
    ("--manifest-path", true),
    ("--target", true),
];

/// The errors without a patch, once they are known.
#[derive(Debug, Default)]
pub(in crate::trial) struct Check {
    before: Option<Vec<CompileError>>,
}

impl Check {
    /// Whether the errors without a patch are known.
    pub(in crate::trial) fn is_ready(&self) -> bool {
        self.before.is_some()
    }

    /// Looks at the tree without a patch.
    pub(in crate::trial) fn prepare(&mut self, bench: &Bench<'_>) -> Result<(), TrialError> {
        self.before = Some(check(bench)?.errors);
        Ok(())
    }

    /// Looks at the tree with a patch; says which error is new.
    pub(in crate::trial) fn compiles(&self, bench: &Bench<'_>) -> Result<Result<(), String>, TrialError> {
        let build = check(bench)?;
        if build.finished.exit == Exit::TimedOut {
            return Ok(Err("cargo check did not end within its time limit".to_owned()));
        }
        let new = first_new(self.before.as_deref().unwrap_or_default(), &build.errors);
        Ok(new.map_or(Ok(()), |error| Err(error.rendered.clone())))
    }
}

fn check(bench: &Bench<'_>) -> Result<Build, TrialError> {
    let argv = &bench.plan.argv;
    let mut words: Vec<String> = argv.iter().take_while(|word| *word != "test" && *word != "nextest").cloned().collect();
    if words.len() == argv.len() {
        words = vec!["cargo".to_owned()];
    }
    words.extend(["check", "--all-targets", "--offline", "--message-format=json"].map(str::to_owned));
    words.extend(shared(bench.plan.arguments()).into_iter().map(|word| bench.moved(&word)));
    build(bench, &words, environment(bench))
}

/// What `plan` says of packages, features and profiles, in the words of any command of cargo that builds; nothing where it is no cargo's.
pub fn build_options(plan: &TestPlan) -> Vec<String> {
    match plan.runner {
        RunnerKind::Cargo | RunnerKind::Nextest => shared(plan.arguments()),
        RunnerKind::Pytest | RunnerKind::Unittest | RunnerKind::Django | RunnerKind::Command => Vec::new(),
    }
}

/// The arguments that `cargo check` takes as well.
pub(super) fn shared(arguments: &[String]) -> Vec<String> {
    let mut shared = Vec::new();
    let mut words = arguments.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let name = word.split('=').next().unwrap_or(word);
        let Some((_, has_value)) = SHARED.iter().find(|(option, _)| *option == name) else { continue };
        shared.push(word.clone());
        if *has_value && !word.contains('=') {
            shared.extend(words.next().cloned());
        }
    }
    shared
}

/// The first error of `after` that `before` has fewer of. Lines move, so the file and the message make an error.
fn first_new<'e>(before: &[CompileError], after: &'e [CompileError]) -> Option<&'e CompileError> {
    let mut left: BTreeMap<_, u32> = BTreeMap::new();
    for error in before {
        *left.entry((&error.target, &error.file, &error.message)).or_default() += 1;
    }
    after.iter().find(|error| match left.get_mut(&(&error.target, &error.file, &error.message)) {
        Some(n @ 1..) => {
            *n -= 1;
            false
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(file: &str, message: &str) -> CompileError {
        CompileError {
            target: "p::lib".to_owned(),
            source: "src/lib.rs".into(),
            file: Some(file.to_owned()),
            message: message.to_owned(),
            rendered: String::new(),
            places: Vec::new(),
        }
    }

    #[test]
    fn an_error_is_new_if_there_are_more_of_it_than_before() {
        let (a, b) = (error("a.rs", "mismatched types"), error("b.rs", "mismatched types"));
        assert_eq!(first_new(&[a.clone(), b.clone()], std::slice::from_ref(&b)), None);
        assert_eq!(first_new(std::slice::from_ref(&a), &[a.clone(), b.clone()]), Some(&b));
        assert_eq!(first_new(std::slice::from_ref(&a), &[a.clone(), a.clone()]), Some(&a));
    }

    #[test]
    fn options_that_choose_the_build_are_shared() {
        let words = ["--release", "--lib", "-p", "x", "--features=a", "name", "--", "--test-threads", "1"];
        assert_eq!(shared(&words.map(str::to_owned)), ["--release", "-p", "x", "--features=a"]);
    }
}
