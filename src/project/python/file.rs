//! The answer of an interpreter that was asked about itself, as JSON.

use std::path::PathBuf;

use serde::Deserialize;

use super::Interpreter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    path: PathBuf,
    version: (u32, u32, u32),
    prefixes: Vec<PathBuf>,
    module_path: Vec<PathBuf>,
    editable: Vec<PathBuf>,
    tools: Vec<String>,
}

/// The interpreter that answered, if that is an answer.
pub(super) fn read(answer: &[u8]) -> Option<Interpreter> {
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    let Answer { path, version, prefixes, module_path, editable, tools } = answer;
    Some(Interpreter { path, version, prefixes, module_path, editable, tools: tools.into_iter().collect() })
}
