//! One fault under trial: what `analyze` says of it, and what `fix` makes of it with its test and without.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::answer;
use crate::fault::Fault;

/// What came of one fault: its row of the table.
pub(crate) struct Row {
    name: &'static str,
    pub(crate) is_diagnosed: bool,
    /// The rules that spoke, those at a right line first.
    rules: String,
    pub(crate) with: Healing,
    pub(crate) without: Healing,
    seconds: f64,
}

/// What `fix` made of it.
pub(crate) struct Healing {
    pub(crate) outcome: String,
    /// The reason that is given, where nothing is healed.
    reason: String,
    /// The rule and the templates of the first patch.
    by: String,
    /// What the hidden checks say of the first patch; none where there is none.
    checked: Option<Result<(), String>>,
}

impl Row {
    /// Whether a patch is called healed that is not right.
    pub(crate) fn is_wrong(&self) -> bool {
        [&self.with, &self.without].iter().any(|healing| healing.outcome == "healed" && !matches!(healing.checked, Some(Ok(()))))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = if self.is_diagnosed { "yes" } else { "NO" };
        let (with, without) = (&self.with, &self.without);
        let cells = [
            self.name.to_owned(),
            format!("{yes}: {}", self.rules),
            format!("{}{} {}", with.outcome, with.reason, with.by),
            with.hidden(),
            format!("{:.1}", self.seconds),
            format!("{}{}", without.outcome, without.reason),
            format!("{} {}", without.by, without.hidden()),
        ];
        write!(f, "| {} |", cells.map(|cell| cell.trim().replace('|', "\\|")).join(" | "))
    }
}

impl Healing {
    fn hidden(&self) -> String {
        match &self.checked {
            None => String::new(),
            Some(Ok(())) => "right".to_owned(),
            Some(Err(said)) => format!("WRONG: {said}"),
        }
    }
}

/// Tries `fault` in projects below `out`.
pub(crate) fn run(fault: &Fault, binary: &Path, out: &Path) -> io::Result<Row> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    let (with, without) = (out.join("with-test"), out.join("without-test"));
    let shown = prepared(fault, &with, true)?;
    let bare = prepared(fault, &without, false)?;
    let analysis = answer(binary, &without, &["analyze", &bare])?;
    fs::write(out.join("analysis.json"), format!("{analysis:#}"))?;
    let (is_diagnosed, rules) = diagnosed(fault, &analysis);
    let start = Instant::now();
    let healed = healing(fault, binary, &with, &shown)?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Row { name: fault.name, is_diagnosed, rules, with: healed, without: healing(fault, binary, &without, &bare)?, seconds })
}

/// Makes the project and its log; where the log lies.
fn prepared(fault: &Fault, root: &Path, has_test: bool) -> io::Result<String> {
    fault.lay_out(root, has_test)?;
    let log = root.with_extension("log");
    fs::write(&log, fault.log(root, has_test)?)?;
    Ok(log.to_string_lossy().into_owned())
}

/// Whether a diagnosis names a right line, and the rules that spoke.
fn diagnosed(fault: &Fault, analysis: &Value) -> (bool, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let is_right = |one: &&Value| fault.is_blamed_by(one);
    let (right, aside): (Vec<&Value>, Vec<&Value>) = analysis["diagnoses"].as_array().into_iter().flatten().partition(is_right);
    let mut rules: Vec<String> = right.iter().map(|one| text(&one["rule"])).collect();
    rules.extend(aside.iter().map(|one| format!("({} at {}:{})", text(&one["rule"]), text(&one["place"]["file"]), one["place"]["line"])));
    let mut seen = Vec::new();
    rules.retain(|rule| {
        !seen.contains(rule) && {
            seen.push(rule.clone());
            true
        }
    });
    (!right.is_empty(), rules.join(", ").replace("python/", ""))
}

fn healing(fault: &Fault, binary: &Path, root: &Path, log: &str) -> io::Result<Healing> {
    let report = answer(binary, root, &["fix", log])?;
    fs::write(root.with_extension("report.json"), format!("{report:#}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let patch = &report["patches"][0];
    let diff = report["diff"].as_str().filter(|diff| !diff.is_empty()).or_else(|| patch["diff"].as_str());
    let templates: Vec<String> = patch["templates"].as_array().into_iter().flatten().map(text).collect();
    let by = [text(&patch["rule"]), templates.join("+")].iter().filter(|by| !by.is_empty()).cloned().collect::<Vec<_>>().join(": ");
    let reason = report["reason"].as_str().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let checked = diff.map(|diff| fault.check(root, diff)).transpose()?;
    Ok(Healing { outcome: text(&report["outcome"]), reason, by: by.replace("python/", ""), checked })
}
