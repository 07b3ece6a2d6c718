//! The table of all diagnoses over a folder of logs, for a reader to check: each must be right, or absent.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::answer;

/// Prints what the program at `binary` says of every log below `logs`, read without a project.
pub(crate) fn print(binary: &Path, logs: &Path) -> io::Result<()> {
    let empty = tempfile::tempdir()?;
    let mut paths = Vec::new();
    files(&fs::canonicalize(logs)?, &mut paths)?;
    paths.sort();
    let (mut n_events, mut n_diagnoses) = (0, 0);
    println!("| log | line | what the log says | rule | title | place | confidence | advice |\n|---|---|---|---|---|---|---|---|");
    for path in &paths {
        let Ok(analysis) = answer(binary, empty.path(), &["analyze", &path.to_string_lossy()]) else { continue };
        let name = path.strip_prefix(fs::canonicalize(logs)?).unwrap_or(path).display().to_string();
        for diagnosis in analysis["diagnoses"].as_array().into_iter().flatten() {
            println!("{}", row(&name, &analysis, diagnosis));
            n_diagnoses += 1;
        }
        for line in analysis["unexplained"].as_array().into_iter().flatten().filter(|line| line["advice"][0].is_object()) {
            println!("| {name} | {} | {} | (operational) | | | | {} |", line["first_line"], cell(&line["example"]), advice(line));
            n_diagnoses += 1;
        }
        n_events += analysis["events"].as_array().map_or(0, Vec::len);
    }
    println!("\n{} logs, {n_events} events, {n_diagnoses} diagnoses", paths.len());
    Ok(())
}

fn row(log: &str, analysis: &Value, diagnosis: &Value) -> String {
    let incident = &analysis["incidents"][index(&diagnosis["incident"])];
    let event = &analysis["events"][index(&incident["events"][0])];
    let place = &diagnosis["place"];
    let place = if place.is_object() { format!("{}:{}", cell(&place["file"]), place["line"]) } else { String::new() };
    let said = format!("{} {}: {}", cell(&event["language"]), cell(&event["kind"]), cell(&event["message"]));
    let cells = [
        log.to_owned(),
        event["log"]["first_line"].to_string(),
        said,
        cell(&diagnosis["rule"]),
        cell(&diagnosis["title"]),
        place,
        diagnosis["confidence"].to_string(),
        advice(diagnosis),
    ];
    format!("| {} |", cells.join(" | "))
}

fn index(value: &Value) -> usize {
    value.as_u64().and_then(|index| usize::try_from(index).ok()).unwrap_or(usize::MAX)
}

fn cell(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|").chars().take(160).collect()
}

fn advice(of: &Value) -> String {
    let one = |advice: &Value| match advice["command"].as_str() {
        Some(command) => format!("{} `{command}`", cell(&advice["text"])),
        None => cell(&advice["text"]),
    };
    of["advice"].as_array().into_iter().flatten().map(one).collect::<Vec<_>>().join("; ")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files(&entry.path(), found)?;
        } else if entry.file_type()?.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}
