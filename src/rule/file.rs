//! The rule file as TOML spells it: shapes only; what the values mean is checked in `load`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::template::TestFile;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    #[serde(default)]
    pub(super) summary: String,
    #[serde(default)]
    pub(super) why: String,
    #[serde(default)]
    pub(super) source: String,
    pub(super) confidence: Option<f64>,
    pub(super) decline: Option<String>,
    pub(super) event: EventFile,
    pub(super) code: Option<CodeFile>,
    pub(super) line: Option<LineFile>,
    #[serde(default)]
    pub(super) fix: Vec<FixFile>,
    #[serde(default)]
    pub(super) advice: Vec<AdviceFile>,
    #[serde(default)]
    pub(super) example: Vec<ExampleFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventFile {
    pub(super) fault: Vec<String>,
    pub(super) message: Option<String>,
    pub(super) label: Option<String>,
    pub(super) note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeFile {
    #[serde(default)]
    pub(super) within: WithinFile,
    pub(super) query: String,
    #[serde(default)]
    pub(super) equal: BTreeMap<String, String>,
    pub(super) marked: Option<String>,
    #[serde(default)]
    pub(super) beside: Vec<String>,
    #[serde(default, rename = "where")]
    pub(super) tests: Vec<TestFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineFile {
    pub(super) pattern: String,
    pub(super) rewrite: Vec<String>,
    #[serde(default)]
    pub(super) every: bool,
    #[serde(default)]
    pub(super) safety: SafetyFile,
    pub(super) risk: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum WithinFile {
    #[default]
    Line,
    Label,
    Statement,
    Function,
    File,
    Project,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixFile {
    pub(super) template: String,
    pub(super) target: String,
    #[serde(default)]
    pub(super) holes: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) safety: SafetyFile,
    pub(super) risk: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SafetyFile {
    Safe,
    #[default]
    Unsafe,
    Display,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdviceFile {
    pub(super) text: String,
    pub(super) command: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleFile {
    pub(super) name: String,
    pub(super) error: String,
    pub(super) label: Option<String>,
    pub(super) note: Option<String>,
    pub(super) line: Option<u32>,
    pub(super) label_line: Option<u32>,
    pub(super) marked: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) advice: Option<String>,
    #[serde(default)]
    pub(super) answers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    pub(super) files: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) types: BTreeMap<String, String>,
}
