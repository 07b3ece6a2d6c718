//! Rules: which failure, at which place of the code, is healed by which templates.
//!
//! A rule is a file of data, `rules/<language>/<name>.toml`; its path is its id. It ties the words of a failure (`[event]`) to a place in the
//! source (`[code]`) and to templates with filled holes (`[[fix]]`), and it carries the examples that prove it. It makes no source text itself.
//! [`keys`] lists the format. Beside fixes, a rule may have
//!
//! * `[[advice]]` with `text` and `command`: what a person does where no edit heals, such as installing a package. A rule with advice and
//!   without a fix is legal; its `why` says why no edit heals.
//! * `decline`: the fault is known and deliberately not healed.
//! * `[line]` in place of `[code]` and `[[fix]]`: for text that does not parse, a regex for the line of the syntax error, and new lines.
//! * `confidence`: how often the rule is right where it fires, 0 to 1. It orders the rules that answer one failure; two rules of the
//!   same confidence must never answer the same example.
//! * `[event] label` and `note`: regexes on what a compiler says beside the message; `[code] marked`: the node that is underlined, or one of
//!   several with `|`; `within = "label"`: the lines of the label that fitted.
//! * in an `[[example]]`: `label`, `note`, `label_line` and `marked` (the underlined text) beside `error`; `advice` in place of `after` for a
//!   rule without fixes; `answers` as in a template; `files`, the others of the project.
//!
//! Reads no disk and runs nothing: files come as texts, and whether a fix heals is for `judge` to say.

mod catalogue;
mod check;
mod error;
mod example;
mod file;
mod fix;
mod harness;
mod keys;
mod line;
mod load;
mod mark;
mod phrase;
mod place;
mod symptom;
mod trigger;

use std::fmt;

pub use catalogue::{Catalogue, CatalogueError};
pub use error::RuleError;
pub use fix::{Fixes, RuleFix};
pub use harness::{Problem, check_all, check_rule};
pub use keys::{Key, keys};
pub use place::Found;
pub use symptom::Symptom;
pub use trigger::Groups;

use crate::syntax::LanguageId;
use example::Example;
use fix::Fix;
use line::LineForm;
use phrase::Phrase;
use place::{Code, Within};
use trigger::Trigger;

/// The name of a rule: its path below the folder of rules, without the extension (`python/none-attribute`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(String);

/// How far a change may be trusted without a proof. A proved patch is applied whatever its safety.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// It cannot change what a correct program does.
    Safe,
    /// It may change behaviour.
    Unsafe,
    /// To be shown, never to be written without a person.
    Display,
}

/// What a person should do where no edit heals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do.
    pub text: String,
    /// The command that does it.
    pub command: Option<String>,
}

/// A checked rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// The language whose failures it answers, and no other's.
    pub language: LanguageId,
    /// Names the fault.
    pub summary: String,
    /// Why it is a fault.
    pub why: String,
    /// Where the truth about the message comes from.
    pub source: String,
    /// How often it is right where it fires, 0 to 1.
    pub confidence: f64,
    /// Why the fault is not healed, for a rule that only recognises it.
    pub decline: Option<String>,
    trigger: Trigger,
    code: Option<Code>,
    line: Option<LineForm>,
    fixes: Vec<Fix>,
    advice: Vec<(Phrase, Option<Phrase>)>,
    examples: Vec<Example>,
}

impl Rule {
    /// What the words of the failure say to this rule; none where it does not answer it.
    pub fn answers(&self, symptom: &Symptom) -> Option<Groups> {
        if self.language == symptom.language { self.trigger.answer(symptom) } else { None }
    }

    /// Its advice with the groups filled in; one that names a group without a text is left out.
    pub fn advice(&self, groups: &Groups) -> Vec<Advice> {
        let fill = |phrase: &Phrase| phrase.fill(|name| groups.get(name).map(str::to_owned));
        self.advice
            .iter()
            .filter_map(|(text, command)| Some(Advice { text: fill(text)?, command: command.as_ref().and_then(fill) }))
            .collect()
    }

    /// Whether it speaks of the surroundings alone: it has no place in the code and no fix, only advice.
    pub fn is_of_surroundings(&self) -> bool {
        self.code.is_none() && self.fixes.is_empty() && self.line.is_none()
    }

    /// The kinds of failure that it answers, as written: last name of an exception class or all of it, `panic`, error code.
    pub fn faults(&self) -> &[String] {
        &self.trigger.faults
    }
}

impl RuleId {
    /// Reads a path below the folder of rules, with or without `.toml`.
    ///
    /// # Errors
    /// [`RuleError::Id`] where it is not `<language>/<name>` in small letters, digits and `-`.
    pub fn new(path: &str) -> Result<RuleId, RuleError> {
        let id = path.strip_suffix(".toml").unwrap_or(path);
        let is_name =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        match id.split_once('/') {
            Some((language, name)) if is_name(language) && is_name(name) => Ok(RuleId(id.to_owned())),
            _ => Err(RuleError::Id { path: path.to_owned() }),
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `/`.
    pub fn language(&self) -> &str {
        self.0.split_once('/').map_or("", |(language, _)| language)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
            Safety::Display => "display",
        })
    }
}
