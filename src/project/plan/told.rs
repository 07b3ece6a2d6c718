//! The call of cargo that a log shows before its first error, as far as it says what is built: features and packages.
//!
//! A log is untrusted: words are compared with a closed list of options, values with the letters that names have, and everything else is
//! dropped. Nothing of it ever reaches a shell.
//!
//! Source: the Cargo Book, `cargo test`, "Package Selection", "Feature Selection".

use std::collections::BTreeSet;

use super::{RunnerKind, TestPlan};

/// What stands before a command that a person, a shell with `set -x` or a build server shows.
const PROMPTS: &[&str] = &["$ ", "+ ", "> ", "% ", "# ", "❯ ", "➜ ", "Run ", "run: ", "Running ", "running: ", "[command]", "`", "]: "];
/// The commands of cargo that build a project.
const VERBS: &[&str] = &["test", "t", "check", "c", "build", "b", "clippy", "run", "r", "bench", "nextest", "doc", "d", "rustc", "miri"];
/// Where a command ends.
const ENDS: &[&str] = &["&&", "||", "|", ";", "&", ">", ">>", "2>&1", "2>", "<", "--", "`"];
/// Options of which a value follows that is no feature and no package, so that it is not taken for one.
const SKIPPED: &[&str] =
    &["--bin", "--test", "--example", "--bench", "--exclude", "--target", "--profile", "--manifest-path", "--color", "-j"];
/// Lines of a log's end that are looked at before its first error; what stands further up is of another step.
const MOST_LINES: usize = 20_000;

/// What a call of cargo builds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    features: BTreeSet<String>,
    has_all_features: bool,
    has_no_default_features: bool,
    packages: BTreeSet<String>,
    is_workspace: bool,
}

impl Told {
    /// The call of cargo that stands last before the first error of `log`; none where no call is shown or it chooses nothing.
    pub fn of(log: &[u8]) -> Option<Told> {
        let mut last = None;
        for line in log.split(|&byte| byte == b'\n').take(MOST_LINES) {
            let line = String::from_utf8_lossy(line);
            let line = anstream::adapter::strip_str(&line).to_string();
            if let Some(told) = call(&line) {
                last = Some(told);
            } else if is_error(&line) && last.is_some() {
                break;
            }
        }
        last.filter(|told| *told != Told::default())
    }

    /// `plan` with the features of this call, and with every package where the call chooses some: what the call built is a part of what
    /// `plan` builds then. None for runners other than cargo's, and where nothing would change.
    pub fn on(&self, plan: &TestPlan) -> Option<TestPlan> {
        if !matches!(plan.runner, RunnerKind::Cargo | RunnerKind::Nextest) {
            return None;
        }
        let options: Vec<String> = self.options().into_iter().filter(|option| !plan.argv.contains(option)).collect();
        if options.is_empty() {
            return None;
        }
        let argv = plan.argv.iter().chain(&options).cloned().collect();
        Some(TestPlan { argv, why: format!("{}, with the options of the log", plan.why), ..plan.clone() })
    }

    fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        let flags = [
            ("--workspace", self.is_workspace || !self.packages.is_empty()),
            ("--all-features", self.has_all_features),
            ("--no-default-features", self.has_no_default_features),
        ];
        options.extend(flags.iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| (*flag).to_owned()));
        if !self.features.is_empty() && !self.has_all_features {
            let features: Vec<String> = self.features.iter().flat_map(|feature| self.qualified(feature)).collect();
            options.push(format!("--features={}", features.join(",")));
        }
        options
    }

    /// The feature as one of the packages that the call chooses.
    fn qualified(&self, feature: &str) -> Vec<String> {
        if self.packages.is_empty() || feature.contains('/') {
            return vec![feature.to_owned()];
        }
        self.packages.iter().map(|package| format!("{package}/{feature}")).collect()
    }
}

/// The call of cargo in a line that shows a command.
fn call(line: &str) -> Option<Told> {
    let at = line.match_indices("cargo ").map(|(at, _)| at).find(|&at| is_prompted(&line[..at]))?;
    let words = shlex::split(line[at..].trim_end_matches(['`', '\r'])).or_else(|| {
        // A quote of the log's own, behind the command.
        Some(line[at..].split_whitespace().map(str::to_owned).collect())
    })?;
    let mut words = words.into_iter().skip(1).skip_while(|word| word.starts_with('+')).peekable();
    let verb = words.next()?;
    if !VERBS.contains(&verb.as_str()) {
        return None;
    }
    let mut told = Told::default();
    let mut words = words.take_while(|word| !ENDS.contains(&word.as_str()));
    while let Some(word) = words.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        match option {
            "--all-features" => told.has_all_features = true,
            "--no-default-features" => told.has_no_default_features = true,
            "--workspace" | "--all" => told.is_workspace = true,
            "--features" | "-F" => told.features.extend(value.or_else(|| words.next()).iter().flat_map(|value| features(value))),
            "--package" | "-p" => told.packages.extend(value.or_else(|| words.next()).as_deref().and_then(package)),
            _ if SKIPPED.contains(&option) && value.is_none() => drop(words.next()),
            _ => {}
        }
    }
    Some(told)
}

/// Whether a command begins behind `before`: at the beginning of the line, or behind what shows commands. Words in between may only
/// set variables.
fn is_prompted(before: &str) -> bool {
    let mut before = before;
    while let Some((rest, word)) = before.trim_end_matches(' ').rsplit_once(' ').or(Some(("", before.trim_end_matches(' ')))) {
        let is_variable = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        });
        if !is_variable || !before.ends_with(' ') {
            break;
        }
        before = if rest.is_empty() { "" } else { &before[..=rest.len()] };
    }
    before.is_empty() || PROMPTS.iter().any(|prompt| before.ends_with(prompt)) || before.ends_with("]/usr/bin/")
}

/// The features that a value names, by commas or blanks.
fn features(value: &str) -> Vec<String> {
    let is_name = |name: &&str| {
        name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '/' | '?'))
    };
    value.split([',', ' ']).filter(is_name).map(str::to_owned).collect()
}

/// A package's name, without its version.
fn package(value: &str) -> Option<String> {
    let name = value.split(['@', ':']).next().unwrap_or(value);
    let is_name =
        name.starts_with(|c: char| c.is_alphanumeric() || c == '_') && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    is_name.then(|| name.to_owned())
}

fn is_error(line: &str) -> bool {
    line.contains("error[E") || line.contains("error: ") || line.contains("panicked at ") || line.contains("test result: FAILED")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(log: &str) -> Vec<String> {
        Told::of(log.as_bytes()).map(|told| told.options()).unwrap_or_default()
    }

    #[test]
    fn the_options_of_a_command_that_is_shown_are_known() {
        for line in [
            "$ cargo test --features x,y-z",
            "+ cargo clippy --features 'x y-z' -- -D warnings",
            "2026-01-02T03:04:05.678Z ##[group]Run cargo test -F x -F y-z --release",
            "dana@box:~/src$ RUST_BACKTRACE=1 cargo +nightly check --features=x,y-z 2>&1 | tee log",
            "[command]/usr/bin/cargo build --features x,y-z",
            "\u{1b}[36;1m$ cargo nextest run --features x,y-z\u{1b}[0m",
            "cargo test --features x,y-z",
            "A=1 B=2 cargo test --features x,y-z",
        ] {
            assert_eq!(options(line), ["--features=x,y-z"], "{line}");
        }
        assert_eq!(options("$ cargo clippy --workspace --all-features --all-targets"), ["--workspace", "--all-features"]);
        assert_eq!(
            options("$ cargo test -p core@1.0.0 --no-default-features --features x"),
            ["--workspace", "--no-default-features", "--features=core/x"]
        );
    }

    #[test]
    fn what_is_no_option_of_the_list_is_dropped() {
        for line in [
            "$ cargo test --config 'target.x.runner=\"sh evil.sh\"' --manifest-path ../../x",
            "$ cargo test --features '$(rm -rf ~)' -p '../x'",
            "$ cargo test --features --config -p --config",
            "$ cargo test -- --features x",
            "$ cargo test && cargo --features x",
            "$ cargo publish --features x",
            "note: run `cargo-x test --features x`",
            "the docs say that cargo test --features x works",
            "$ echo cargo-test --features x",
            "$ cargo test --exclude --features x",
        ] {
            assert!(options(line).is_empty(), "{line}: {:?}", options(line));
        }
    }

    #[test]
    fn the_last_call_before_the_first_error_counts() {
        let log = "$ cargo fmt --check\n$ cargo clippy --features a\n    Finished\n$ cargo test --features b\nerror[E0308]: mismatched types\n\
                   $ cargo doc --features c\n";
        assert_eq!(options(log), ["--features=b"]);
        assert!(options("error[E0308]: mismatched types\n").is_empty());
    }

    #[test]
    fn a_plan_gets_what_it_does_not_have() {
        let plan = TestPlan {
            runner: RunnerKind::Cargo,
            argv: ["cargo", "test", "--workspace"].map(str::to_owned).to_vec(),
            n_launch: 2,
            dir: String::new(),
            python: None,
            env: Vec::new(),
            why: "found Cargo.toml".to_owned(),
        };
        let told = Told::of(b"$ cargo test -p a --features x\n").unwrap();
        assert_eq!(told.on(&plan).unwrap().argv, ["cargo", "test", "--workspace", "--features=a/x"]);
        assert!(Told::of(b"$ cargo test --workspace\n").unwrap().on(&plan).is_none());
        assert!(told.on(&TestPlan { runner: RunnerKind::Pytest, ..plan }).is_none());
    }
}
