//! One example as a package: its build, its healing, and what the healing is worth.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use serde_json::Value;

use crate::Request;
use crate::example::Example;
use crate::peers::{self, Peers};
use crate::table::{Row, Shown};
use crate::text;

/// Tries one example; none where this compiler does not fail it with its code.
pub(crate) fn run(example: &Example, request: &Request, root: &Path) -> io::Result<Option<Row>> {
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    lay_out(example, root)?;
    let build = cargo(root, &["check"])?;
    let log = String::from_utf8_lossy(&build.stderr).into_owned();
    if build.status.success() || !log.contains(&format!("[{}]", example.code)) {
        return Ok(None);
    }
    let path = root.join("build.log");
    fs::write(&path, log)?;
    git(root, &["init", "--quiet"])?;
    git(root, &["add", "--all"])?;
    git(root, &["-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--message", "as documented"])?;
    let start = Instant::now();
    let output = Command::new(&request.binary)
        .args(["fix", "build.log", "--quiet", "--format", "json"])
        .current_dir(root)
        .env("CARGO_NET_OFFLINE", "true")
        .output()?;
    let seconds = start.elapsed().as_secs_f64();
    let report: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| io::Error::other(format!("{}: {error}: {}", example.id, String::from_utf8_lossy(&output.stderr))))?;
    fs::write(root.join("report.json"), format!("{report:#}"))?;
    let healing = healing(example, root, &report)?;
    let peers = if request.has_peers { peers::run(example, root)? } else { Peers::default() };
    let _ = fs::remove_dir_all(root.join("target"));
    Ok(Some(Row { id: example.id.clone(), code: example.code.clone(), seconds, peers, ..healing }))
}

/// Writes the package of `example`.
fn lay_out(example: &Example, root: &Path) -> io::Result<()> {
    fs::create_dir_all(root.join("src"))?;
    let manifest = format!("[package]\nname = \"example\"\nversion = \"0.1.0\"\nedition = \"{}\"\n\n[workspace]\n", example.edition);
    fs::write(root.join("Cargo.toml"), manifest)?;
    fs::write(root.join(".gitignore"), "/target\n/build.log\n/report.json\n/patch.diff\n")?;
    fs::write(root.join(example.path()), format!("{}\n", example.text))
}

/// What the report says, and what its patch does: the bench does not believe the report.
fn healing(example: &Example, root: &Path, report: &Value) -> io::Result<Row> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let patch = &report["patches"][0];
    let diff = report["diff"].as_str().filter(|diff| !diff.is_empty()).or_else(|| patch["diff"].as_str());
    let mut row = Row { outcome: word(&report["outcome"]), rule: word(&patch["rule"]), ..Row::default() };
    row.n_builds = report["space"]["executed"].as_u64().unwrap_or_default();
    let Some(diff) = diff else { return Ok(row) };
    fs::write(root.join("patch.diff"), diff)?;
    let file = root.join(example.path());
    let before = fs::read_to_string(&file)?;
    if git(root, &["apply", "patch.diff"]).is_err() {
        row.is_unusable = true;
        return Ok(row);
    }
    let after = fs::read_to_string(&file)?;
    let compiles = cargo(root, &["check", "--all-targets"])?.status.success();
    let is_documented = compiles && example.corrections.iter().any(|correction| text::is_same(correction, &after));
    row.shown = Some(Shown { compiles, deletes: text::deletes(&before, &after), is_documented });
    fs::write(&file, before)?;
    Ok(row)
}

/// Runs cargo in `root`, offline.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> io::Result<Output> {
    Command::new("cargo")
        .args(arguments)
        .arg("--offline")
        .current_dir(root)
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("RUST_BACKTRACE")
        .env_remove("CARGO_TARGET_DIR")
        .output()
}

fn git(root: &Path, arguments: &[&str]) -> io::Result<()> {
    let output = Command::new("git").args(arguments).current_dir(root).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr))))
}
