//! Why a rule is refused, in words that let its author go on.

use std::fmt;

use super::RuleId;
use crate::explain::Explain;

/// Why a rule was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RuleError {
    /// The file's path is no rule id.
    #[error("{path}: no path of a rule")]
    Id {
        /// The path below the folder of rules.
        path: String,
    },
    /// The folder is no language that we heal.
    #[error("{rule}: no language `{language}`{}", meant(.closest.as_ref()))]
    Language {
        /// Whose file.
        rule: RuleId,
        /// The folder's name.
        language: String,
        /// The nearest known one.
        closest: Option<String>,
    },
    /// The file is not TOML, or a value has the wrong type.
    #[error("{rule}: cannot read its file")]
    Shape {
        /// Whose file.
        rule: RuleId,
        /// The position and the reason.
        source: Box<toml::de::Error>,
    },
    /// A key that we do not know.
    #[error("{rule}: {key}")]
    UnknownKey {
        /// Whose file.
        rule: RuleId,
        /// The key, its table, and the closest one or where it belongs.
        key: String,
    },
    /// A key that must be there is not, or says nothing.
    #[error("{rule}: no `{key}`")]
    Missing {
        /// Whose file.
        rule: RuleId,
        /// The key.
        key: &'static str,
    },
    /// A number out of its bounds.
    #[error("{rule}: `confidence` is {value}, not between 0 and 1")]
    Confidence {
        /// Whose file.
        rule: RuleId,
        /// The number.
        value: f64,
    },
    /// A pattern of `[event]` is no regular expression.
    #[error("{rule}: [event] `{key}` is no regular expression")]
    Pattern {
        /// Whose file.
        rule: RuleId,
        /// Which pattern.
        key: &'static str,
        /// The reason.
        source: Box<regex::Error>,
    },
    /// Two patterns of `[event]` name the same group.
    #[error("{rule}: [event] names the group `{group}` twice")]
    Twice {
        /// Whose file.
        rule: RuleId,
        /// The group.
        group: String,
    },
    /// A name that nothing defines.
    #[error("{rule}: {what} `{name}`{}", meant(.closest.as_ref()))]
    Unknown {
        /// Whose file.
        rule: RuleId,
        /// Where it is used and what it should have been.
        what: String,
        /// The name.
        name: String,
        /// The nearest known one.
        closest: Option<String>,
    },
    /// The query or a test of `[code]` is refused.
    #[error("{rule}: [code] {key}: {message}")]
    Code {
        /// Whose file.
        rule: RuleId,
        /// `query` or `where`.
        key: &'static str,
        /// The reason.
        message: String,
    },
    /// A hole that only a rule fills is left empty.
    #[error("{rule}: nothing fills the hole `{hole}` of its fix")]
    UnfilledHole {
        /// Whose file.
        rule: RuleId,
        /// The hole.
        hole: String,
    },
    /// A hole that stands for a place is given a text.
    #[error("{rule}: the hole `{hole}` of `{template}` stands for a place: fill it with a capture alone")]
    TextForPlace {
        /// Whose file.
        rule: RuleId,
        /// The hole.
        hole: String,
        /// Its template.
        template: String,
    },
    /// It neither fixes nor advises nor declines, or does what excludes each other.
    #[error("{rule}: {problem}")]
    Purpose {
        /// Whose file.
        rule: RuleId,
        /// What is wrong.
        problem: &'static str,
    },
    /// The examples do not show what they must.
    #[error("{rule}: {problem}")]
    Examples {
        /// Whose file.
        rule: RuleId,
        /// What is missing.
        problem: &'static str,
    },
}

impl Explain for RuleError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            RuleError::Id { .. } => "a rule stands at `<language>/<name>.toml`; the name has small letters, digits and `-`",
            RuleError::Language { .. } => "the folder is the language whose failures the rule reads: `python` or `rust`",
            RuleError::Shape { .. } | RuleError::Missing { .. } | RuleError::UnknownKey { .. } => {
                "`homeostasis schema rule` lists the keys of a rule"
            }
            RuleError::Confidence { .. } => "leave it out for 0.5",
            RuleError::Pattern { .. } => "write it between `'''`, where a backslash is a backslash",
            RuleError::Twice { .. } => "give one of them another name",
            RuleError::Unknown { .. } | RuleError::Code { .. } | RuleError::TextForPlace { .. } => return None,
            RuleError::UnfilledHole { hole, .. } => return Some(format!("capture `@{hole}`, or set it in `holes` of the [[fix]]")),
            RuleError::Purpose { .. } => "a rule has [[fix]], or [[advice]], or `decline`",
            RuleError::Examples { .. } => {
                "an example without `after` is a near miss: in the message if the event does not fit, else in the code"
            }
        };
        Some(hint.to_owned())
    }
}

impl RuleError {
    /// The rule that was refused; none where the path itself was.
    pub fn rule(&self) -> Option<&RuleId> {
        match self {
            RuleError::Id { .. } => None,
            RuleError::Language { rule, .. }
            | RuleError::Shape { rule, .. }
            | RuleError::UnknownKey { rule, .. }
            | RuleError::Missing { rule, .. }
            | RuleError::Confidence { rule, .. }
            | RuleError::Pattern { rule, .. }
            | RuleError::Twice { rule, .. }
            | RuleError::Unknown { rule, .. }
            | RuleError::Code { rule, .. }
            | RuleError::UnfilledHole { rule, .. }
            | RuleError::TextForPlace { rule, .. }
            | RuleError::Purpose { rule, .. }
            | RuleError::Examples { rule, .. } => Some(rule),
        }
    }
}

fn meant(closest: Option<&String>) -> impl fmt::Display {
    closest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
