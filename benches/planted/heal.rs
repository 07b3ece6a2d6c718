//! Runs the program on one plant, and says what came of it: the table's row, and the difference that a person must judge.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::plant::Plant;
use crate::suite::{Suite, scrub};

/// What the program made of one plant.
pub(crate) struct Outcome {
    /// `yes` where a diagnosis names the planted line or its patch is the original text; else the first rule and its place.
    pub(crate) diagnosis: String,
    /// `healed`, `unproven`, `declined`, ...
    pub(crate) ending: String,
    /// How the patched file compares with the original.
    pub(crate) compared: String,
    pub(crate) seconds: f64,
    /// Builds that judged candidates, and the compiler errors that a patch takes away.
    pub(crate) cost: Cost,
}

/// Builds, and the compiler errors that they healed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) builds: u64,
    pub(crate) errors: u64,
}

/// Lets the program heal `plant` in `suite`, which is left as it was.
pub(crate) fn heal(suite: &Suite, plant: &Plant, gives_command: bool, out: &Path) -> io::Result<Outcome> {
    suite.git(&["checkout", "-q", "-f", &plant.branch])?;
    let before = suite.git(&["status", "--porcelain"])?;
    let analysis = homeostasis(suite, &["analyze", &plant.log, "--format", "json"])?;
    let start = Instant::now();
    let told = if gives_command { vec!["--test", &suite.command] } else { Vec::new() };
    let report = homeostasis(suite, &[["fix", &plant.log, "--format", "json"].as_slice(), &told].concat())?;
    let seconds = start.elapsed().as_secs_f64();
    fs::write(out.join(format!("{}.analysis.json", plant.branch)), format!("{analysis:#}"))?;
    fs::write(out.join(format!("{}.report.json", plant.branch)), format!("{report:#}"))?;
    let after = suite.git(&["status", "--porcelain"])?;
    let compared = match report["patches"][0]["diff"].as_str() {
        _ if before != after => format!("CHANGED THE TREE: {after}"),
        Some(diff) => compare(suite, plant, diff, out)?,
        None => String::new(),
    };
    suite.git(&["checkout", "-q", "-f", "main"])?;
    let ending = report["outcome"].as_str().unwrap_or("no answer").to_owned();
    let count = |name: &str| report["space"][name].as_u64().unwrap_or(0);
    let cost = Cost { builds: count("builds"), errors: count("healed_errors") };
    Ok(Outcome { diagnosis: diagnosis(&analysis, plant), ending, compared, seconds, cost })
}

/// What `cargo fix --broken-code` makes of the same break.
pub(crate) fn by_cargo_fix(suite: &Suite, plant: &Plant) -> io::Result<&'static str> {
    suite.git(&["checkout", "-q", "-f", &plant.branch])?;
    let mut command = Command::new("cargo");
    command.args(["fix", "--broken-code", "--allow-dirty", "--all-targets", "--quiet"]).current_dir(&suite.root);
    scrub(&mut command);
    command.output()?;
    let is_changed = !suite.git(&["diff", "--stat"])?.is_empty();
    let is_same = suite.git(&["diff", "--stat", "main"])?.is_empty();
    let ending = match is_changed {
        false => "nothing",
        true if is_same => "same text",
        true if suite.run()?.is_green => "differs, suite green",
        true => "suite RED",
    };
    suite.git(&["checkout", "-q", "-f", "main"])?;
    Ok(ending)
}

fn homeostasis(suite: &Suite, arguments: &[&str]) -> io::Result<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeostasis"));
    command.arg("-C").arg(&suite.root).args(arguments);
    scrub(&mut command);
    let output = command.output()?;
    let answer = serde_json::from_slice(&output.stdout);
    Ok(answer.unwrap_or_else(|_| serde_json::json!({ "outcome": String::from_utf8_lossy(&output.stderr) })))
}

fn diagnosis(analysis: &Value, plant: &Plant) -> String {
    let all: Vec<&Value> = analysis["diagnoses"].as_array().map(|list| list.iter().collect()).unwrap_or_default();
    let hits = |diagnosis: &&&Value| {
        let place = &diagnosis["place"];
        let line = place["line"].as_u64().or_else(|| place["first_line"].as_u64()).unwrap_or(0);
        place["file"] == plant.file.as_str() && line.abs_diff(plant.line) <= 1
    };
    let restores = |diagnosis: &&&Value| {
        let fixes = diagnosis["fixes"].as_array().into_iter().flatten();
        plant.lost.iter().all(|lost| fixes.clone().any(|fix| fix["diff"].as_str().is_some_and(|diff| diff.contains(lost.as_str()))))
    };
    let name = |diagnosis: &Value| {
        format!("{} {}:{}", diagnosis["rule"].as_str().unwrap_or("?"), diagnosis["place"]["file"], diagnosis["place"]["line"])
    };
    match (all.iter().find(|one| hits(one) || restores(one)), all.first()) {
        (Some(right), _) => format!("yes ({})", right["rule"].as_str().unwrap_or("?")),
        (None, Some(first)) => format!("? {}", name(first).replace('"', "")),
        (None, None) => "none".to_owned(),
    }
}

/// Puts the patch on the broken tree: the original's text, or else the difference and what the whole suite says of it.
fn compare(suite: &Suite, plant: &Plant, diff: &str, out: &Path) -> io::Result<String> {
    let path = out.join(format!("{}.patch", plant.branch));
    fs::write(&path, diff)?;
    if let Err(error) = suite.git(&["apply", &path.to_string_lossy()]) {
        return Ok(format!("patch does not apply: {error}"));
    }
    let difference = suite.git(&["diff", "main"])?;
    if difference.is_empty() {
        return Ok("same text".to_owned());
    }
    let verdict = if suite.run()?.is_green { "suite green" } else { "suite RED" };
    fs::write(out.join(format!("{}.difference.diff", plant.branch)), &difference)?;
    Ok(format!("differs, {verdict}"))
}
