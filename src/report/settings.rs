//! What `config show` found: every key, its value and where it comes from.

use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::human::push;
use crate::redact::visible;

/// The whole answer of `config show`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Settings {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// One for each key.
    pub settings: Vec<SettingReport>,
}

/// One key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SettingReport {
    /// As it is written in a file, `worktree.carry`.
    pub key: String,
    /// Its value as TOML; `unset` where nobody set it.
    pub value: String,
    /// The file, or `default`.
    pub origin: String,
}

impl Settings {
    /// The answer that holds `settings`.
    pub fn new(settings: Vec<SettingReport>) -> Settings {
        Settings { schema_version: SCHEMA_VERSION, settings }
    }

    /// For a person: one line for each key, with its origin as a comment.
    pub fn human(&self) -> String {
        let mut out = String::new();
        for setting in &self.settings {
            let line = format!("{} = {}", setting.key, setting.value);
            push(&mut out, format_args!("{:40}  # {}\n", visible(&line), visible(&setting.origin)));
        }
        out
    }
}
