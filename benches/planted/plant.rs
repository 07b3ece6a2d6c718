//! Plants faults in one project, each at a seeded place, and keeps those that a failing test run shows.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::site::{Chance, Edit, File, Kind};
use crate::suite::Suite;

/// Places of one kind that are tried before the next kind has its turn.
const TRIES: usize = 14;

/// One planted fault.
pub(crate) struct Plant {
    pub(crate) kind: String,
    pub(crate) file: String,
    pub(crate) line: u64,
    /// The lines that the plant took away or changed, without their margins: what a perfect patch brings back.
    pub(crate) lost: Vec<String>,
    /// The branch of the copy that holds the broken state.
    pub(crate) branch: String,
    /// Where the failing run's output lies.
    pub(crate) log: String,
    pub(crate) log_kind: String,
    pub(crate) diff: String,
}

/// Plants `wanted` faults in `suite`, kinds that `used` does not hold first, and tells of each with `tell`; breaks of its build, if
/// `is_build`.
pub(crate) fn plant(
    suite: &Suite,
    is_build: bool,
    wanted: usize,
    chance: &mut Chance,
    used: &mut BTreeSet<&'static str>,
    out: &Path,
    tell: &mut dyn FnMut(&Plant),
) -> io::Result<Vec<Plant>> {
    let sources = suite.sources()?;
    let mut kinds: Vec<&Kind> = suite.kinds(is_build).iter().collect();
    chance.shuffle(&mut kinds);
    kinds.sort_by_key(|kind| used.contains(kind.name));
    let mut plants = Vec::new();
    // The second round is for a project whose tests show few kinds.
    let n_rounds = 1 + wanted.div_ceil(kinds.len());
    for kind in std::iter::repeat_n(&kinds, n_rounds).flatten() {
        if plants.len() == wanted {
            break;
        }
        if let Some(plant) = plant_one(suite, kind, &sources, chance, out, plants.len() + 1)? {
            used.insert(kind.name);
            tell(&plant);
            plants.push(plant);
        }
    }
    Ok(plants)
}

fn plant_one(suite: &Suite, kind: &Kind, sources: &[File], chance: &mut Chance, out: &Path, number: usize) -> io::Result<Option<Plant>> {
    let mut sites: Vec<(&File, Edit)> = Vec::new();
    for file in sources {
        sites.extend((kind.sites)(file, chance).into_iter().map(|edit| (file, edit)));
    }
    chance.shuffle(&mut sites);
    for (file, edit) in sites.into_iter().take(TRIES) {
        fs::write(suite.root.join(&file.path), file.with(&edit))?;
        let log = suite.run()?;
        if suite.shows(&log, &kind.pattern(&edit), sources) {
            return keep(suite, kind, file, &edit, &log.text, out, number).map(Some);
        }
        fs::write(suite.root.join(&file.path), &file.text)?;
    }
    Ok(None)
}

fn keep(suite: &Suite, kind: &Kind, file: &File, edit: &Edit, log: &str, out: &Path, number: usize) -> io::Result<Plant> {
    let branch = format!("{}-{number}", suite.name);
    let path = out.join(format!("{branch}.log"));
    fs::write(&path, log)?;
    let diff = suite.git(&["diff"])?;
    fs::write(out.join(format!("{branch}.diff")), &diff)?;
    suite.git(&["checkout", "-q", "-b", &branch])?;
    suite.git(&["commit", "-q", "-a", "-m", "Work in progress"])?;
    suite.git(&["checkout", "-q", "main"])?;
    let is_lost = |line: &&str| line.starts_with('-') && !line.starts_with("---");
    Ok(Plant {
        kind: kind.name.to_owned(),
        file: file.path.clone(),
        line: file.line_of(edit) as u64,
        lost: diff.lines().filter(is_lost).map(|line| line[1..].trim().to_owned()).collect(),
        branch,
        log: path.to_string_lossy().into_owned(),
        log_kind: suite.log_kind(log).to_owned(),
        diff,
    })
}

impl Plant {
    /// The plant as the manifest keeps it.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "kind": self.kind, "file": self.file, "line": self.line, "lost": self.lost, "branch": self.branch, "log": self.log,
            "log_kind": self.log_kind, "diff": self.diff })
    }

    /// Reads a plant of the manifest.
    pub(crate) fn from_json(value: &Value) -> Plant {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let lost = value["lost"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        let line = value["line"].as_u64().unwrap_or_default();
        Plant {
            kind: text("kind"),
            file: text("file"),
            line,
            lost,
            branch: text("branch"),
            log: text("log"),
            log_kind: text("log_kind"),
            diff: text("diff"),
        }
    }
}
