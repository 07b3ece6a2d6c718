//! What `rules list` and `explain` tell of rules.

use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::human::push;
use crate::redact::visible;
use crate::rule::Rule;

/// The whole answer of `rules list`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CatalogueReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// One for each rule, by id.
    pub rules: Vec<RuleReport>,
}

/// One rule.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleReport {
    /// `python/missing-key`.
    pub id: String,
    /// The fault in one line.
    pub summary: String,
    /// Why it is a fault.
    pub why: String,
    /// Where the truth about the message comes from.
    pub source: String,
    /// The kinds of failure that it answers.
    pub faults: Vec<String>,
    /// How often it is right where it fires, from 0 to 1.
    pub confidence: f64,
    /// Why the fault is not healed, for a rule that only recognises it.
    pub decline: Option<String>,
    /// Whether it is the project's own.
    pub own: bool,
}

impl RuleReport {
    /// The report of `rule`; `own` for one of the project itself.
    pub fn new(rule: &Rule, own: bool) -> RuleReport {
        RuleReport {
            id: rule.id.to_string(),
            summary: rule.summary.clone(),
            why: rule.why.clone(),
            source: rule.source.clone(),
            faults: rule.faults().to_vec(),
            confidence: rule.confidence,
            decline: rule.decline.clone(),
            own,
        }
    }

    /// All of it, for a person.
    pub fn human(&self) -> String {
        let mut out = format!("{}: {}\n\n{}\n", visible(&self.id), visible(&self.summary), visible(self.why.trim_end()));
        if let Some(decline) = &self.decline {
            push(&mut out, format_args!("\nIt is recognised and not healed: {}\n", visible(decline.trim_end())));
        }
        push(&mut out, format_args!("\nanswers     {}\n", visible(&self.faults.join(", "))));
        push(&mut out, format_args!("confidence  {:.2}\n", self.confidence));
        push(&mut out, format_args!("source      {}\n", visible(self.source.trim_end())));
        push(&mut out, format_args!("\n`homeostasis rules show {}` prints the rule itself, with its examples.\n", visible(&self.id)));
        out
    }
}

impl CatalogueReport {
    /// The answer that holds `rules`.
    pub fn new(rules: Vec<RuleReport>) -> CatalogueReport {
        CatalogueReport { schema_version: SCHEMA_VERSION, rules }
    }

    /// One line for each rule, for a person.
    pub fn human(&self) -> String {
        let width = self.rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        let mut out = String::new();
        for rule in &self.rules {
            let mark = if rule.own { " (the project's own)" } else { "" };
            push(&mut out, format_args!("{:width$}  {}{mark}\n", rule.id, visible(&rule.summary)));
        }
        out
    }
}
