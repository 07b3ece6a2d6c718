//! The closed set of reason codes: why a candidate was rejected or a fault declined. Codes are only ever added.

/// The patched file does not compile.
pub const DOES_NOT_COMPILE: &str = "does-not-compile";
/// The failure shows with the patch too.
pub const STILL_FAILS: &str = "still-fails";
/// A test that passed fails with the patch, is skipped or is gone.
pub const BREAKS_TESTS: &str = "breaks-tests";
/// The patch changes a test.
pub const TOUCHES_TEST: &str = "touches-test";
/// The patch deletes the failing statement, a test or an assertion, or adds a stub, `unsafe` or an `allow`.
pub const FORBIDDEN: &str = "forbidden-change";
/// The patch makes up a value in code that counts money, makes a hash or reads a text.
pub const MADE_UP_VALUE: &str = "made-up-value";
/// The patch hides the fault, and nothing but an exit code says that it is gone.
pub const HIDES_FAULT: &str = "hides-fault";
/// The patch belongs to another text of the file.
pub const OTHER_TEXT: &str = "other-text";
/// The only place of the fault is a test.
pub const FAULT_IN_TEST: &str = "fault-in-test";
/// The fault lies in a dependency.
pub const FAULT_IN_DEPENDENCY: &str = "fault-in-dependency";
/// No frame of the log is a file of this repository.
pub const LOG_OF_ANOTHER_PROJECT: &str = "log-of-another-project";
/// The line that the log shows is gone.
pub const LOG_OF_ANOTHER_VERSION: &str = "log-of-another-version";
/// The failure does not show any more.
pub const DOES_NOT_SHOW: &str = "does-not-show";
/// The committed code does not have the fault.
pub const FAULT_NOT_IN_HEAD: &str = "fault-not-in-head";
/// No rule knows it.
pub const NO_RULE: &str = "no-rule";
/// Rules know it, none has a fix for this code.
pub const NO_CANDIDATE: &str = "no-candidate";
/// The budget was used up before its turn.
pub const OVER_BUDGET: &str = "over-budget";
/// Another patch healed first and ranks higher.
pub const RIVAL: &str = "rival";
/// The program builds now, but tests fail of which nobody knows whether they ever passed.
pub const FAILS_LATER: &str = "fails-later";
/// The patch changes a file that no patch may change: configuration, a lock file, a generated file.
pub const PROTECTED_FILE: &str = "protected-file";
/// The log holds no failure that can be read.
pub const NO_FAILURE_IN_LOG: &str = "no-failure-in-log";
/// Candidates were tried, and none cured the failure.
pub const NONE_HEALS: &str = "none-heals";
/// There are no tests, and no patch is known that could be shown without them.
pub const NO_TESTS: &str = "no-tests";
/// The tests cannot be run, or what they tell cannot be believed.
pub const TESTS_UNUSABLE: &str = "tests-unusable";
/// The file at fault cannot be edited: too large, not UTF-8, generated, or a copy of a dependency.
pub const UNSUITABLE_SOURCE: &str = "unsuitable-source";
/// Only the suspects were asked for.
pub const ONLY_SUSPECTS: &str = "only-suspects";
/// A search found the patch, and too few tests run what it changes to tell it from other changes that pass, too.
pub const FEW_TESTS: &str = "few-tests";
