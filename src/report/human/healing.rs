//! What `fix` reached, for a person: what failed, the change, the proof, what was tried, the next step, and the verdict at the end.

use anstyle::Style;

use super::Human;
use super::analysis::event_facts;
use super::paint::{BAD, DOUBT, FAINT, GOOD, STRONG, counted, diff, facts, push, shortened};
use crate::judge::reasons;
use crate::redact::visible;
use crate::report::{Counts, EventReport, Healing, Outcome, PartReport, PatchReport, Rejection, Space, SuspectReport};

/// Failures that are shown with their source.
const MOST_TARGETS: usize = 3;
/// Cured tests that are named.
const MOST_TESTS: usize = 5;
/// Rejected candidates that are named for each reason.
const MOST_REJECTED: usize = 3;

impl Human<'_> {
    /// Every patch that passes, whole and with the number that `--pick` takes; the verdict last.
    pub fn list(&self, healing: &Healing) -> String {
        let n = healing.patches.len();
        let one = |(index, patch): (usize, &PatchReport)| one_patch(patch, &format!("{} of {n}", index + 1), healing.part);
        let mut out: String = healing.patches.iter().enumerate().map(one).collect();
        if n > 0 {
            out += &facts([("next", "`--pick N --apply` writes the patch number N".to_owned())]);
        }
        out + &verdict(healing)
    }

    /// The whole report.
    pub fn healing(&self, healing: &Healing) -> String {
        let mut out = self.targets(healing);
        out += &patches(healing);
        let mut told = runs(healing);
        told.extend(tried(healing));
        told.extend(suspects(healing));
        told.extend(remaining(healing));
        told.extend(healing.advice.iter().map(|advice| match &advice.command {
            Some(command) => ("help", format!("{}: `{command}`", advice.text.trim_end_matches('.'))),
            None => ("help", advice.text.clone()),
        }));
        told.extend(delivered(healing));
        told.extend(healing.hint.iter().map(|hint| ("next", hint.clone())));
        out += &facts(told);
        out + &verdict(healing)
    }

    fn targets(&self, healing: &Healing) -> String {
        let mut out = String::new();
        for target in healing.targets.iter().take(MOST_TARGETS) {
            let mut told = event_facts(target);
            told.extend(target.test.iter().map(|test| ("test", test.clone())));
            out += &self.snippet(target, None, &told);
            out.push('\n');
        }
        if let Some(n_more) = healing.targets.len().checked_sub(MOST_TARGETS).filter(|&n| n > 0) {
            push(&mut out, format_args!("{FAINT}and {}{FAINT:#}\n\n", counted(n_more, "more failure", "more failures")));
        }
        out
    }
}

/// The last line of every report, in the colour of the outcome.
pub fn verdict(healing: &Healing) -> String {
    let style = outcome_style(healing.outcome);
    let name = outcome_name(healing.outcome);
    let said = visible(healing.verdict.trim());
    let said = said.strip_prefix(name).map_or(said.as_str(), |rest| rest.trim_start_matches([':', ' ']));
    let said = said.lines().collect::<Vec<_>>().join(" ");
    if said.is_empty() { format!("{style}{name}{style:#}\n") } else { format!("{style}{name}{style:#}: {said}\n") }
}

/// The outcome as it is written in JSON and in the verdict.
fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Healed => "healed",
        Outcome::Unproven => "unproven",
        Outcome::Declined => "declined",
        Outcome::NothingWrong => "nothing-wrong",
        Outcome::Flaky => "flaky",
        Outcome::BaselineUnusable => "baseline-unusable",
        Outcome::Refused => "refused",
    }
}

fn outcome_style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Healed | Outcome::NothingWrong => GOOD,
        Outcome::Unproven | Outcome::Flaky => DOUBT,
        Outcome::Declined | Outcome::BaselineUnusable | Outcome::Refused => BAD,
    }
}

/// The accepted patches whole; the rivals, which nothing proves beside them, by their numbers and titles.
fn patches(healing: &Healing) -> String {
    if healing.patches.is_empty() {
        return diff(&healing.diff, "");
    }
    let is_accepted = |patch: &PatchReport| healing.outcome != Outcome::Healed || patch.proof.is_some();
    let (accepted, rivals): (Vec<_>, Vec<_>) = healing.patches.iter().partition(|patch| is_accepted(patch));
    let n = accepted.len();
    let mut out: String =
        accepted.iter().enumerate().map(|(index, patch)| one_patch(patch, &number("patch", index + 1, n), healing.part)).collect();
    if !rivals.is_empty() {
        push(&mut out, format_args!("{STRONG}also possible{STRONG:#}; `--list` shows them whole, `--pick N` takes one:\n"));
        for (index, rival) in rivals.iter().enumerate() {
            push(
                &mut out,
                format_args!("  {}. {} {FAINT}({}){FAINT:#}\n", n + index + 1, visible(&rival.title), visible(&provenance(rival))),
            );
        }
        out.push('\n');
    }
    out
}

fn number(name: &str, k: usize, n: usize) -> String {
    if n > 1 { format!("{name} {k} of {n}") } else { name.to_owned() }
}

fn one_patch(patch: &PatchReport, name: &str, part: Option<PartReport>) -> String {
    let mut out = String::new();
    push(&mut out, format_args!("{STRONG}{name}{STRONG:#}: {}\n", visible(&patch.title)));
    out += &diff(&patch.diff, "");
    out += &facts(patch_facts(patch, part));
    out.push('\n');
    out
}

fn patch_facts(patch: &PatchReport, part: Option<PartReport>) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if !patch.why.is_empty() {
        facts.push(("why", patch.why.clone()));
    }
    facts.extend(patch.seen.iter().map(|seen| ("seen", seen.clone())));
    facts.push(("from", provenance(patch)));
    facts.push(("proof", proof(patch, part)));
    facts.extend(patch.risk.iter().map(|risk| ("risk", risk.clone())));
    facts.extend(patch.warnings.iter().map(|warning| ("look at", warning.clone())));
    facts
}

fn provenance(patch: &PatchReport) -> String {
    let mut from = match &patch.rule {
        Some(rule) if *rule != patch.source => format!("{} {rule}", patch.source),
        _ if patch.source == "suggestion" => "the compiler's own suggestion".to_owned(),
        _ => patch.source.clone(),
    };
    if !patch.templates.is_empty() {
        push(
            &mut from,
            format_args!(", {} {}", if patch.templates.len() == 1 { "template" } else { "templates" }, patch.templates.join(", ")),
        );
    }
    push(&mut from, format_args!(" ({})", patch.safety));
    from
}

fn proof(patch: &PatchReport, part: Option<PartReport>) -> String {
    let cured = shortened(patch.cured.iter().map(String::as_str), MOST_TESTS);
    match patch.proof.as_deref() {
        Some("assertion") if !cured.is_empty() => format!("failed without the patch, pass with it: {cured}"),
        Some("exit") => "the command fails without the patch and succeeds with it".to_owned(),
        Some(other) => other.to_owned(),
        None if part.is_some() => "none: the build still fails, with fewer errors and no new one".to_owned(),
        None => "none: it harms no test, but nothing showed that the fault is gone".to_owned(),
    }
}

fn runs(healing: &Healing) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(tests) = &healing.tests {
        facts.push(("tests", tests.clone()));
    }
    match (&healing.baseline, &healing.after) {
        (Some(before), Some(after)) => facts.push(("result", format!("before: {}\nafter:  {}", counts(*before), counts(*after)))),
        (Some(before), None) => facts.push(("result", counts(*before))),
        _ => {}
    }
    facts
}

fn counts(counts: Counts) -> String {
    let mut out = format!("{} passed, {} failed", counts.passed, counts.failed);
    if counts.skipped > 0 {
        push(&mut out, format_args!(", {} skipped", counts.skipped));
    }
    push(&mut out, format_args!(" in {:.1} s", counts.seconds));
    out
}

/// Where the patch is, unless it was only shown.
fn delivered(healing: &Healing) -> Option<(&'static str, String)> {
    match healing.delivered.as_deref()? {
        "shown" => None,
        "applied" => Some(("written", format!("to your files; `homeostasis undo {}` takes it back", healing.run))),
        how => Some(("written", how.to_owned())),
    }
}

/// Failures that still stand beside a patch, and the code of a refusal.
fn remaining(healing: &Healing) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if !healing.remaining.is_empty() && !healing.patches.is_empty() {
        let left: Vec<_> = healing.remaining.iter().map(EventReport::headline).collect();
        facts.push(("still fails", shortened(left.iter().map(String::as_str), MOST_TARGETS)));
    }
    facts.extend(healing.reason.iter().map(|reason| ("reason", format!("{reason}; `homeostasis explain {reason}` says more"))));
    facts
}

/// The functions that may hold the fault, where nothing was healed.
fn suspects(healing: &Healing) -> Vec<(&'static str, String)> {
    let is_wanted = healing.patches.is_empty();
    let line = |suspect: &SuspectReport| {
        let SuspectReport { file, line, function, score } = suspect;
        ("suspect", format!("{} at {}:{line} ({score:.2})", visible(function), visible(file)))
    };
    healing.suspects.iter().filter(|_| is_wanted).map(line).collect()
}

/// What else was tried, one line for each reason; rivals, which passed too, come first.
fn tried(healing: &Healing) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let (rivals, rejected): (Vec<_>, Vec<_>) = healing.rejected.iter().partition(|candidate| candidate.reason == reasons::RIVAL);
    facts.extend(rivals.iter().map(|rival| ("also passes", told(rival))));
    if healing.space.generated > 0 {
        let space = healing.space;
        facts.push((
            "tried",
            format!(
                "{} of {} ran, {} passed{}",
                space.executed,
                counted(space.generated as usize, "candidate", "candidates"),
                space.plausible,
                if space.looked > 0 {
                    format!("; {} looked at values", counted(space.looked as usize, "run", "runs"))
                } else {
                    builds(space)
                }
            ),
        ));
    }
    let mut by_reason: Vec<(&str, Vec<&Rejection>)> = Vec::new();
    for candidate in rejected {
        match by_reason.iter_mut().find(|(reason, _)| *reason == candidate.reason) {
            Some((_, known)) => known.push(candidate),
            None => by_reason.push((&candidate.reason, vec![candidate])),
        }
    }
    facts.extend(by_reason.iter().map(|(reason, candidates)| ("rejected", one_reason(reason, candidates))));
    facts
}

/// What the errors of a build have cost.
fn builds(space: Space) -> String {
    let n_builds = counted(space.builds as usize, "build", "builds");
    match (space.builds, space.healed_errors) {
        (0, _) => String::new(),
        (_, 0) => format!("; {n_builds}"),
        (_, 1) => format!("; {n_builds} for 1 healed error"),
        (builds, errors) => format!("; {n_builds} for {errors} healed errors ({:.1} each)", f64::from(builds) / f64::from(errors)),
    }
}

fn one_reason(reason: &str, candidates: &[&Rejection]) -> String {
    let mut out = format!("{reason}, {}", counted(candidates.len(), "candidate", "candidates"));
    for candidate in candidates.iter().take(MOST_REJECTED) {
        push(&mut out, format_args!("\n{}", told(candidate)));
    }
    if candidates.len() > MOST_REJECTED {
        out += "\n...";
    }
    out
}

fn told(candidate: &Rejection) -> String {
    match &candidate.detail {
        Some(detail) => format!("{}: {}", candidate.summary, detail.lines().next().unwrap_or_default()),
        None => candidate.summary.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{FilesReport, SCHEMA_VERSION, Sandbox, Timings};

    fn healed() -> Healing {
        let diff = "diff --git a/shop.py b/shop.py\n--- a/shop.py\n+++ b/shop.py\n@@ -1 +1 @@\n-a - b\n+a + b\n";
        let sandbox = Sandbox { filesystem: "none".to_owned(), network: "none".to_owned(), limits: "none".to_owned(), why: String::new() };
        Healing {
            schema_version: SCHEMA_VERSION,
            outcome: Outcome::Healed,
            verdict: "1 test passes again, 14 passed before and after".to_owned(),
            hint: Some("`homeostasis fix --apply build.log` writes it".to_owned()),
            reason: None,
            remaining: Vec::new(),
            part: None,
            targets: vec![EventReport { kind: "AssertionError".to_owned(), message: "1 != 3".to_owned(), ..EventReport::default() }],
            diff: diff.to_owned(),
            patches: vec![PatchReport {
                diff: diff.to_owned(),
                title: "add instead of subtract".to_owned(),
                source: "rule".to_owned(),
                rule: Some("python/wrong-operator".to_owned()),
                templates: vec!["python/swap-operator".to_owned()],
                safety: "safe".to_owned(),
                proof: Some("assertion".to_owned()),
                cured: vec!["test_shop.py::test_sum".to_owned()],
                why: "the total grows with each item".to_owned(),
                seen: vec!["`total` was the int 1 here".to_owned()],
                risk: None,
                warnings: vec!["nobody else calls it".to_owned()],
            }],
            rejected: vec![
                Rejection {
                    summary: "multiply".to_owned(),
                    reason: reasons::STILL_FAILS.to_owned(),
                    detail: Some("2 != 3\nmore".to_owned()),
                },
                Rejection { summary: "add twice".to_owned(), reason: reasons::RIVAL.to_owned(), detail: None },
            ],
            suspects: Vec::new(),
            advice: Vec::new(),
            space: Space { generated: 3, executed: 3, plausible: 2, looked: 1, builds: 0, healed_errors: 0, rank: 1, budget: 5000 },
            baseline: Some(Counts { passed: 14, failed: 1, skipped: 0, seconds: 0.52 }),
            after: Some(Counts { passed: 15, failed: 0, skipped: 0, seconds: 0.5 }),
            files: FilesReport::default(),
            tests: Some("python3 -m unittest".to_owned()),
            sandbox,
            timings: Timings::default(),
            delivered: Some("shown".to_owned()),
            run: "r1".to_owned(),
        }
    }

    fn plain(healing: &Healing) -> String {
        let human = Human { sources: &|_| None, width: 100, log: None, is_unicode: true };
        anstream::adapter::strip_str(&human.healing(healing)).to_string()
    }

    #[test]
    fn a_healed_fault_is_told_from_failure_to_verdict() {
        insta::assert_snapshot!(plain(&healed()), @r#"
            error[AssertionError]: 1 != 3

            patch: add instead of subtract
            diff --git a/shop.py b/shop.py
            --- a/shop.py
            +++ b/shop.py
            @@ -1 +1 @@
            -a - b
            +a + b
              = why: the total grows with each item
              = seen: `total` was the int 1 here
              = from: rule python/wrong-operator, template python/swap-operator (safe)
              = proof: failed without the patch, pass with it: test_shop.py::test_sum
              = look at: nobody else calls it

              = tests: python3 -m unittest
              = result: before: 14 passed, 1 failed in 0.5 s
                        after:  15 passed, 0 failed in 0.5 s
              = also passes: add twice
              = tried: 3 of 3 candidates ran, 2 passed; 1 run looked at values
              = rejected: still-fails, 1 candidate
                          multiply: 2 != 3
              = next: `homeostasis fix --apply build.log` writes it
            healed: 1 test passes again, 14 passed before and after
        "#);
    }

    #[test]
    fn the_last_line_is_the_verdict_whatever_the_outcome() {
        for (outcome, said) in [(Outcome::Declined, "no rule knows it"), (Outcome::Flaky, "it comes\nand goes"), (Outcome::Refused, "")] {
            let healing = Healing { outcome, verdict: said.to_owned(), ..healed() };
            let shown = plain(&healing);
            let last = shown.lines().last().unwrap();
            assert!(last.starts_with(outcome_name(outcome)), "{last}");
            assert!(last.ends_with(said.lines().last().unwrap_or("refused")), "{last}");
        }
    }

    #[test]
    fn a_verdict_that_names_its_outcome_does_not_name_it_twice() {
        let healing = Healing { verdict: "healed: all is well".to_owned(), ..healed() };
        assert_eq!(anstream::adapter::strip_str(&verdict(&healing)).to_string(), "healed: all is well\n");
    }
}
