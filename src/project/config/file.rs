//! The configuration as it is written in a file.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A whole configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    pub(super) test: Option<String>,
    pub(super) repro: Option<String>,
    /// Seconds.
    pub(super) timeout: Option<u64>,
    pub(super) budget: Option<u32>,
    #[serde(default)]
    pub(super) worktree: WorktreeTable,
    #[serde(default)]
    pub(super) paths: PathsTable,
    #[serde(default)]
    pub(super) project: Vec<ProjectTable>,
    #[serde(default)]
    pub(super) rules: RulesTable,
}

/// `[worktree]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorktreeTable {
    #[serde(default)]
    pub(super) carry: Vec<String>,
}

/// `[paths]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PathsTable {
    #[serde(default)]
    pub(super) map: BTreeMap<String, String>,
}

/// `[[project]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectTable {
    pub(super) root: String,
    pub(super) test: Option<String>,
}

/// `[rules]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesTable {
    #[serde(default)]
    pub(super) disable: Vec<String>,
}
