//! Texts of `--help` that stand below the options.

use super::exit;

/// Below `-h`.
pub(super) const EXAMPLES: &str = "\
Start here:
  homeostasis demo                     see a broken project healed; nothing of yours is touched
  homeostasis fix                      run your tests, heal what fails, show the patch
  homeostasis analyze build.log        say what a log means
  pytest 2>&1 | homeostasis fix -      heal what this run shows
  homeostasis fix --apply build.log    the same from a file, and write the patch";

/// What stands in the environment.
pub(super) const VARIABLES: &str = "\x20 HOMEOSTASIS_LOG             what to trace on stderr, as `debug` or `homeostasis::trial=trace`
  HOMEOSTASIS_REDACT_KEY      gives the same secret the same tag in every run; keep it secret
  HOMEOSTASIS_NOW             the time to take for now, as `2026-01-02T03:04:05Z`
  NO_COLOR                    no colours; CLICOLOR_FORCE and FORCE_COLOR ask for them";

/// Below `--help`: the examples, the exit codes and the variables.
pub(super) fn long() -> String {
    format!("{EXAMPLES}\n\nExit codes:\n{}\n\nEnvironment:\n{VARIABLES}", exit::TABLE)
}
