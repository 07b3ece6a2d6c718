//! `explain ID`: what a rule or a reason code means.

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use super::rules::Library;
use crate::diagnosis;
use crate::explain::{Explain, closest};
use crate::judge::reasons;
use crate::report::RuleReport;

/// Says what a rule or a reason means
///
/// ID is a rule as a report names it (`python/missing-key`) or the reason of a rejected candidate (`still-fails`).
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A rule or a reason
    #[arg(value_name = "ID")]
    id: String,
}

/// Every reason, and what it means.
const REASONS: &[(&str, &str)] = &[
    (reasons::DOES_NOT_COMPILE, "The patched file does not compile, so no test was run with it."),
    (reasons::STILL_FAILS, "The failure that was asked about shows with the patch too."),
    (
        reasons::BREAKS_TESTS,
        "A test that passed without the patch fails with it, is skipped or is gone. A new failure is run again twice with and twice\n\
         without the patch; only what fails with it and passes without it counts.",
    ),
    (
        reasons::TOUCHES_TEST,
        "The patch would change a test. No byte of a test, of configuration or of a lock file is ever changed: a test that is\n\
         bent until it passes proves nothing.",
    ),
    (
        reasons::FORBIDDEN,
        "The patch deletes the failing statement, a test or an assertion, or adds a stub, `unsafe`, an `allow` or a bare `except`.\n\
         Such a patch makes the message go away, not the fault.",
    ),
    (
        reasons::MADE_UP_VALUE,
        "The patch would go on with a value that it makes up (a default, the end of a range, a number that went around) in code that\n\
         counts money, makes a hash or reads a text. There a wrong answer is worse than an error: let the function return one.",
    ),
    (
        reasons::HIDES_FAULT,
        "The patch only guards, defaults, returns early or swallows the error, and nothing but an exit code says that the fault\n\
         is gone. With a test that asserts what should come out it could be proved.",
    ),
    (reasons::OTHER_TEXT, "The patch was made for another text of the file, a compiler's suggestion for an older version for example."),
    (reasons::FAULT_IN_TEST, "The only place of the fault is a test, and tests are never changed. Read the test: it may be wrong."),
    (
        reasons::FAULT_IN_DEPENDENCY,
        "The failure arises in a dependency and no code of yours leads to it. Dependencies are never changed; another version may help.",
    ),
    (
        reasons::LOG_OF_ANOTHER_PROJECT,
        "No place that the log names is a file of this repository. `-C DIR` says where the project is; `[paths] map` in the\n\
         configuration says where folders of another machine stand here.",
    ),
    (
        reasons::LOG_OF_ANOTHER_VERSION,
        "The line that the log shows is no longer in the file: the log is older than the code. Run the tests again.",
    ),
    (
        reasons::DOES_NOT_SHOW,
        "The failure of the log does not show when the tests are run here. It may be healed already, or need other data.",
    ),
    (
        reasons::FAULT_NOT_IN_HEAD,
        "The committed code does not have the fault: it lies in changes that are not committed, so there is nothing that a branch\n\
         could heal. `--apply` writes to the tree.",
    ),
    (reasons::NO_RULE, "No rule knows this failure. `homeostasis rules new` starts one of your own."),
    (reasons::NO_CANDIDATE, "Rules know this failure, but none has a fix for the code as it stands."),
    (reasons::OVER_BUDGET, "The budget was used up before this candidate's turn; `--budget N` gives more."),
    (
        reasons::FAILS_LATER,
        "The program builds with the patch, but tests fail then of which nobody knows whether they ever passed: before, nothing could run.",
    ),
    (
        reasons::NO_FAILURE_IN_LOG,
        "The log holds no failure that can be read. `homeostasis analyze` says which of its lines were understood.",
    ),
    (
        reasons::UNSUITABLE_SOURCE,
        "The file at fault is larger than 4 MB, not UTF-8, written by a program, or a copy of somebody else's work: no patch may change it.",
    ),
    (
        reasons::NO_TESTS,
        "There are no tests that could prove a patch, and no rule has one to show. `--repro 'CMD'` names a command that fails with the fault.",
    ),
    (
        reasons::TESTS_UNUSABLE,
        "The tests cannot be run, or what they tell cannot be believed, so that no patch can be judged. The verdict says why.",
    ),
    (
        reasons::FEW_TESTS,
        "A search found the patch and the tests pass with it, but fewer than three tests run what it changes, or a tenth of all changes\n\
         pass them: they cannot tell a cure from a change that happens to pass. Write a test or two more, and run `fix` again.",
    ),
    (reasons::ONLY_SUSPECTS, "`--suspects` names the functions that may hold the fault and looks for no patch."),
    (reasons::NONE_HEALS, "Candidates were tried, and none of them healed the fault; the report says why each was rejected."),
    (
        reasons::PROTECTED_FILE,
        "The patch would change a file that is never changed: a lock file, configuration, a file of CI or one that is generated.",
    ),
    (reasons::RIVAL, "The patch passes too, but another one ranks higher. `--list` shows both, `--pick N` takes one."),
];

/// An id that nothing has.
#[derive(Debug, thiserror::Error)]
#[error("nothing is called `{id}`")]
struct UnknownId {
    id: String,
    closest: Option<String>,
}

impl Explain for UnknownId {
    fn hint(&self) -> Option<String> {
        let list = || "`homeostasis rules list` lists the rules".to_owned();
        Some(self.closest.as_ref().map_or_else(list, |closest| format!("did you mean `{closest}`?")))
    }
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    call.format("explain", &[Format::Human])?;
    let library = Library::open(call.dir())?;
    let rule = || library.reports().iter().find(|rule| rule.id == args.id).map(RuleReport::human);
    let text = reason(&args.id).or_else(|| surroundings(&args.id)).or_else(|| drift(&args.id)).or_else(rule).ok_or_else(|| {
        let known = REASONS.iter().map(|(code, _)| *code).chain(library.ids());
        UnknownId { id: args.id.clone(), closest: closest(&args.id, known).map(str::to_owned) }
    })?;
    after(call.ui.result(&text), Exit::Clean)
}

/// A fault of what stands around the code.
fn surroundings(id: &str) -> Option<String> {
    let (title, why) = diagnosis::operational(id)?;
    Some(format!("{id}\n\n{title}\n{why}\nNo edit of the code heals it: `homeostasis analyze` says what to look at.\n"))
}

/// A name that went away, a None that was born elsewhere, an argument that got lost.
fn drift(id: &str) -> Option<String> {
    let (title, why) = diagnosis::drift(id).or_else(|| diagnosis::born(id)).or_else(|| diagnosis::forward(id))?;
    Some(format!("{id}\n\n{title}\n{why}\n"))
}

fn reason(id: &str) -> Option<String> {
    let (code, text) = REASONS.iter().find(|(code, _)| *code == id)?;
    Some(format!("{code}\n\n{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_the_surroundings_are_explained() {
        assert!(surroundings("operational/settings").is_some_and(|text| text.contains("settings")));
        assert_eq!(surroundings("operational/nothing"), None);
    }

    #[test]
    fn every_reason_that_the_judge_gives_is_explained() {
        let source = include_str!("../judge/reasons.rs");
        let codes: Vec<_> = source.lines().filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1)).collect();
        assert!(codes.len() > 10);
        for code in codes {
            assert!(reason(code).is_some(), "{code}");
        }
    }
}
