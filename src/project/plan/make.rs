//! `make test`, the last resort: it tells nothing but an exit code and a text.

use super::{RunnerKind, TestPlan, Tree};

/// Names of a makefile, in the order in which GNU make looks for them.
const NAMES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];

/// The plan, if a makefile at the root has a target `test`.
pub(super) fn find(tree: &Tree<'_>) -> Option<TestPlan> {
    let name = NAMES.iter().find(|name| tree.file("", name).is_some())?;
    let has_target = tree.text_in("", name).lines().any(is_target);
    has_target.then(|| TestPlan {
        runner: RunnerKind::Command,
        argv: ["make", "test"].map(str::to_owned).to_vec(),
        n_launch: 2,
        dir: String::new(),
        python: None,
        env: Vec::new(),
        why: format!("{name} has a target `test`"),
    })
}

/// Whether a line begins the rule of the target `test`: `test: build`, `check test::`, not `test := x`.
fn is_target(line: &str) -> bool {
    let Some((targets, rest)) = line.split_once(':') else { return false };
    !line.starts_with(['\t', '#', '.'])
        && !rest.trim_start_matches(':').starts_with('=')
        && targets.split_whitespace().any(|target| target == "test")
}

#[cfg(test)]
mod tests {
    use super::is_target;

    #[test]
    fn rules_are_told_from_assignments_and_commands() {
        assert!(["test:", "test: build", "check test::", "test:\t## runs"].into_iter().all(is_target));
        assert!(!["test := 1", "test ::= 1", ".PHONY: test", "\ttest: x", "# test:", "tests:", "test"].into_iter().any(is_target));
    }
}
