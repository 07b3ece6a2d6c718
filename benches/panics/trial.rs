//! One panic under trial: what `fix` makes of the log of its test, and what the hidden tests say of that.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::fault::Fault;

/// What came of one panic: its row of the table.
pub(crate) struct Row {
    name: &'static str,
    kind: String,
    /// Whether a diagnosis blames a right line.
    pub(crate) is_diagnosed: bool,
    /// The rules that spoke.
    rules: String,
    outcome: String,
    /// The reason that is given, where nothing is healed.
    pub(crate) reason: String,
    /// The templates of the patch.
    by: String,
    proof: String,
    /// What the hidden tests say of the patch; none where there is none.
    checked: Option<Result<(), String>>,
    /// Wall time of `fix`.
    pub(crate) seconds: f64,
}

impl Row {
    /// Whether `fix` calls it healed.
    pub(crate) fn is_healed(&self) -> bool {
        self.outcome == "healed"
    }

    /// Whether a patch is called healed that is not right.
    pub(crate) fn is_wrong(&self) -> bool {
        self.is_healed() && !matches!(self.checked, Some(Ok(())))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
        let cells = [
            self.name.to_owned(),
            self.kind.clone(),
            format!("{}: {}", if self.is_diagnosed { "yes" } else { "NO" }, self.rules),
            format!("{}{reason} {}", self.outcome, self.by),
            self.proof.clone(),
            match &self.checked {
                None => String::new(),
                Some(Ok(())) => "right".to_owned(),
                Some(Err(said)) => format!("WRONG: {said}"),
            },
            format!("{:.1}", self.seconds),
        ];
        write!(f, "| {} |", cells.map(|cell| cell.trim().replace('|', "\\|")).join(" | "))
    }
}

/// Tries `fault` in a project below `out`; logs and hidden tests are built in `target`.
pub(crate) fn run(fault: &Fault, binary: &Path, out: &Path, target: &Path) -> io::Result<Row> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    let root = out.join("project");
    fault.lay_out(&root)?;
    let log = out.join("test.log");
    fs::write(&log, fault.log(&root, target)?)?;
    let log = log.to_string_lossy().into_owned();
    let analysis = answer(binary, &root, &["analyze", &log])?;
    fs::write(out.join("analysis.json"), format!("{analysis:#}"))?;
    let start = Instant::now();
    let report = answer(binary, &root, &["fix", &log])?;
    let seconds = start.elapsed().as_secs_f64();
    fs::write(out.join("report.json"), format!("{report:#}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let patch = &report["patches"][0];
    let diff = report["diff"].as_str().filter(|diff| !diff.is_empty()).or_else(|| patch["diff"].as_str());
    let diagnoses = || analysis["diagnoses"].as_array().into_iter().flatten();
    let rules = match patch["rule"].as_str() {
        Some(rule) => rule.to_owned(),
        None => diagnoses().map(|one| text(&one["rule"])).collect::<Vec<_>>().join(", "),
    };
    Ok(Row {
        name: fault.name,
        kind: fault.kind.clone(),
        is_diagnosed: diagnoses().any(|one| fault.is_blamed_by(one)) || diff.is_some_and(|diff| fault.is_changed_by(diff)),
        rules: rules.replace("rust/", ""),
        outcome: text(&report["outcome"]),
        reason: text(&report["reason"]),
        by: patch["templates"].as_array().into_iter().flatten().map(text).collect::<Vec<_>>().join("+").replace("rust/", ""),
        proof: text(&patch["proof"]),
        checked: diff.map(|diff| fault.check(&root, diff, target)).transpose()?,
        seconds,
    })
}

/// What the program at `binary` answers as JSON, in the folder `root`.
fn answer(binary: &Path, root: &Path, arguments: &[&str]) -> io::Result<Value> {
    let output = Command::new(binary).arg("-C").arg(root).args(arguments).args(["--quiet", "--format", "json"]).output()?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| io::Error::other(format!("{arguments:?}: {error}: {}", String::from_utf8_lossy(&output.stderr))))
}
