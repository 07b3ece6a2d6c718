//! The exit codes, and errors that know theirs. Codes are never renumbered: scripts live on them.

use std::process::ExitCode;

use crate::explain::Explain;
use crate::heal::HealError;
use crate::process::Interrupt;
use crate::report::Outcome;
use crate::ui::{Told, Ui, UiError};

/// What each code means, for `--help` and the manual.
pub(super) const TABLE: &str = "\x20 0    nothing wrong, or healed (written or only shown)
  1    faults found (analyze) or left (fix); with --check: a fix exists
  2    usage, configuration, input, output, internal
  3    a patch was found but is unproven
  4    the tests cannot be trusted: flaky, do not run, import other code
  5    refused: a file has changes, a lock is held, the branch exists
  130  interrupted (143: ended by SIGTERM); `run` gives the command's own code
       unless its fault was healed and the patch applied; a closed pipe is 0";

/// How a call of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nothing wrong, or healed.
    Clean,
    /// Faults were found or are left.
    Faults,
    /// Usage, configuration, input, output, internal.
    Trouble,
    /// A patch was found but is unproven.
    Unproven,
    /// The baseline cannot be trusted.
    Untrusted,
    /// The user's tree or repository does not allow it now.
    Refused,
    /// The code of the user's own command, or 128 and a signal.
    Own(u8),
}

impl Exit {
    /// The number.
    pub(super) fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Faults => 1,
            Exit::Trouble => 2,
            Exit::Unproven => 3,
            Exit::Untrusted => 4,
            Exit::Refused => 5,
            Exit::Own(code) => code,
        }
    }

    /// The code of a process that `signal` ended, as shells count.
    pub(super) fn of_signal(signal: i32) -> Exit {
        Exit::Own(u8::try_from(signal.saturating_add(128)).unwrap_or(u8::MAX))
    }

    /// Nobody reads any more: then it does not matter what was found.
    pub(super) fn unless_closed(self, told: Told) -> Exit {
        if told == Told::Closed { Exit::Clean } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Exit {
        match outcome {
            Outcome::Healed | Outcome::NothingWrong => Exit::Clean,
            Outcome::Declined => Exit::Faults,
            Outcome::Unproven => Exit::Unproven,
            Outcome::Flaky | Outcome::BaselineUnusable => Exit::Untrusted,
            Outcome::Refused => Exit::Refused,
        }
    }
}

/// An error and the code that it ends the program with.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    error: Box<dyn Explain>,
}

impl Failure {
    /// `error`, ending with `exit`.
    pub(super) fn new(exit: Exit, error: impl Explain + 'static) -> Failure {
        Failure { exit, error: Box::new(error) }
    }

    /// What stopped the workflow; it knows its own code.
    pub(super) fn of_heal(error: HealError) -> Failure {
        Failure::new(Exit::Own(error.exit_code()), error)
    }

    /// The same where a signal may have been what stopped it.
    pub(super) fn of_stopped(error: HealError, interrupt: &Interrupt) -> Failure {
        match interrupt.signal() {
            Some(signal) => Failure::new(Exit::of_signal(signal), error),
            None => Failure::of_heal(error),
        }
    }

    /// Prints it and gives the code.
    pub(super) fn told(&self, ui: &mut Ui) -> Exit {
        ui.failure(self.error.as_ref());
        self.exit
    }
}

impl<E: Explain + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::new(Exit::Trouble, error)
    }
}

/// Gives `exit` once the result is out.
pub(super) fn after(told: Result<Told, UiError>, exit: Exit) -> Result<Exit, Failure> {
    Ok(exit.unless_closed(told?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_in_the_table() {
        let all = [Exit::Clean, Exit::Faults, Exit::Trouble, Exit::Unproven, Exit::Untrusted, Exit::Refused, Exit::of_signal(2)];
        for (exit, code) in all.into_iter().zip([0, 1, 2, 3, 4, 5, 130]) {
            assert_eq!(exit.code(), code);
            assert!(TABLE.lines().any(|line| line.trim_start().starts_with(&format!("{code} "))), "{code}");
        }
    }

    #[test]
    fn a_reader_who_has_gone_is_no_failure() {
        assert_eq!(Exit::Faults.unless_closed(Told::Closed), Exit::Clean);
        assert_eq!(Exit::Faults.unless_closed(Told::Written), Exit::Faults);
    }
}
