//! What `doctor` found on the machine.

use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::human::push;
use crate::redact::visible;

/// The whole answer of `doctor`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Checkup {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// One for each thing that was looked at.
    pub checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Check {
    /// What: `git`, `python3`, ...
    pub name: String,
    /// How it stands.
    pub state: State,
    /// What was seen.
    pub seen: String,
    /// The next step, where something is missing.
    pub hint: Option<String>,
}

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is there.
    Ok,
    /// It is not there, and part of the work is possible without it.
    Limited,
    /// It is not there, and nothing works without it.
    Missing,
}

impl Checkup {
    /// The answer that holds `checks`.
    pub fn new(checks: Vec<Check>) -> Checkup {
        Checkup { schema_version: SCHEMA_VERSION, checks }
    }

    /// Whether something can be healed here.
    pub fn is_fit(&self) -> bool {
        self.checks.iter().all(|check| check.state != State::Missing)
    }

    /// For a person: one line for each thing, its hint below, the verdict last.
    pub fn human(&self) -> String {
        let width = self.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
        let mut out = String::new();
        for check in &self.checks {
            let (style, word) = check.state.shown();
            push(&mut out, format_args!("{style}{word:8}{style:#}{:width$}  {}\n", check.name, visible(&check.seen)));
            if let Some(hint) = &check.hint {
                push(&mut out, format_args!("{:8}{:width$}  hint: {}\n", "", "", visible(hint)));
            }
        }
        let (style, _) = if self.is_fit() { State::Ok.shown() } else { State::Missing.shown() };
        let verdict = if self.is_fit() { "ready to heal" } else { "something is missing without which nothing can be healed here" };
        out + &format!("{style}{verdict}{style:#}\n")
    }
}

impl State {
    fn shown(self) -> (Style, &'static str) {
        match self {
            State::Ok => (AnsiColor::Green.on_default().bold(), "ok"),
            State::Limited => (AnsiColor::Yellow.on_default().bold(), "limited"),
            State::Missing => (AnsiColor::Red.on_default().bold(), "missing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_thing_decides_the_verdict_and_a_limited_one_does_not() {
        let check = |name: &str, state, hint: Option<&str>| Check {
            name: name.to_owned(),
            state,
            seen: "1.2".to_owned(),
            hint: hint.map(str::to_owned),
        };
        let limited = Checkup::new(vec![check("git", State::Ok, None), check("python3", State::Limited, Some("install it"))]);
        insta::assert_snapshot!(anstream::adapter::strip_str(&limited.human()).to_string(), @r#"
            ok      git      1.2
            limited python3  1.2
                             hint: install it
            ready to heal
        "#);
        assert!(!Checkup::new(vec![check("state", State::Missing, None)]).is_fit());
    }
}
