//! What a rule names must exist: captures, groups, templates, holes. Names are checked when a rule is read; patterns and queries, whose
//! compilation costs, when somebody asks.

use super::error::RuleError;
use super::phrase::Phrase;
use super::{Code, Example, Fix, Rule};
use crate::explain::closest;
use crate::template::{Template, Templates};

impl Rule {
    /// Every name that the rule uses.
    pub(super) fn check_names(&self, templates: &Templates) -> Result<(), RuleError> {
        self.check_purpose()?;
        let captures = self.captures();
        let groups: Vec<&str> = self.trigger.groups().chain(["fault"]).collect();
        if let Some(code) = &self.code {
            for (capture, group) in &code.equal {
                self.known("[code] equal: no capture", capture, &captures)?;
                self.known("[code] equal: the event has no group", group, &groups)?;
            }
            self.check_marked(code, &captures)?;
        }
        let texts: Vec<&str> = captures.iter().copied().chain(groups.iter().copied()).collect();
        for fix in &self.fixes {
            self.check_fix(fix, &captures, &texts, templates)?;
        }
        if let Some(line) = &self.line {
            let known: Vec<&str> = line.pattern.groups().chain(groups.iter().copied()).collect();
            line.rewrites.iter().flat_map(Phrase::names).try_for_each(|name| self.known("[line]: no group", name, &known))?;
        }
        let phrases = self.advice.iter().flat_map(|(text, command)| std::iter::once(text).chain(command));
        phrases.flat_map(Phrase::names).try_for_each(|name| self.known("[[advice]]: the event has no group", name, &groups))
    }

    /// Compiles every pattern and query, and counts the examples.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), RuleError> {
        self.check_queries()?;
        self.check_examples_there()
    }

    /// Compiles every pattern and query.
    fn check_queries(&self) -> Result<(), RuleError> {
        for (key, words) in self.trigger.patterns() {
            words.regex().map_err(|source| RuleError::Pattern { rule: self.id.clone(), key, source: Box::new(source.clone()) })?;
        }
        if let Some(line) = &self.line {
            let refused =
                |error: &regex::Error| RuleError::Pattern { rule: self.id.clone(), key: "[line] pattern", source: Box::new(error.clone()) };
            line.pattern.regex().map_err(refused)?;
        }
        let Some(code) = &self.code else { return Ok(()) };
        let refused = |key, message| RuleError::Code { rule: self.id.clone(), key, message };
        code.query.query().map_err(|error| refused("query", error.to_string()))?;
        code.tests.check_queries().map_err(|problem| refused("where", problem.to_string()))
    }

    fn captures(&self) -> Vec<&str> {
        let captures = self.code.iter().flat_map(|code| code.query.captures());
        captures.map(String::as_str).filter(|name| !name.starts_with('_')).collect()
    }

    fn check_purpose(&self) -> Result<(), RuleError> {
        if let Some(line) = &self.line {
            let is_alone = self.fixes.is_empty() && self.code.is_none() && self.decline.is_none() && !line.rewrites.is_empty();
            let problem = "[line] stands alone, without [code], [[fix]] and `decline`, and has at least one `rewrite`";
            return if is_alone { Ok(()) } else { Err(RuleError::Purpose { rule: self.id.clone(), problem }) };
        }
        let problem = match (self.fixes.is_empty(), self.advice.is_empty(), &self.decline) {
            (true, true, None) => "it neither fixes nor advises nor declines",
            (false, _, Some(_)) => "it declines and has a [[fix]]",
            (false, _, None) if self.code.is_none() => "it has a [[fix]] and no [code] that finds the place",
            _ if self.trigger.faults.is_empty() => "[event] `fault` is empty",
            _ => return Ok(()),
        };
        Err(RuleError::Purpose { rule: self.id.clone(), problem })
    }

    fn check_marked(&self, code: &Code, captures: &[&str]) -> Result<(), RuleError> {
        code.marked.iter().try_for_each(|name| self.known("[code] marked: no capture", name, captures))
    }

    fn check_fix(&self, fix: &Fix, captures: &[&str], texts: &[&str], templates: &Templates) -> Result<(), RuleError> {
        let Some(template) = templates.get(&fix.template) else {
            let closest = templates.closest(&fix.template).map(ToString::to_string);
            let what = "[[fix]]: no template".to_owned();
            return Err(RuleError::Unknown { rule: self.id.clone(), what, name: fix.template.clone(), closest });
        };
        self.known("[[fix]] target: no capture", &fix.target, captures)?;
        for (hole, phrase) in &fix.holes {
            let names: Vec<&str> = template.hole_names().filter(|name| *name != "target").collect();
            self.known(&format!("template `{}` has no hole", fix.template), hole, &names)?;
            phrase.names().try_for_each(|name| self.known("[[fix]] holes: nothing fills", name, texts))?;
            self.check_place(template, hole, phrase, captures)?;
        }
        let unfilled = template.required_holes().find(|hole| !fix.holes.contains_key(*hole));
        unfilled.map_or(Ok(()), |hole| Err(RuleError::UnfilledHole { rule: self.id.clone(), hole: hole.to_owned() }))
    }

    /// A hole that stands for a place takes a node, which only a capture is.
    fn check_place(&self, template: &Template, hole: &str, phrase: &Phrase, captures: &[&str]) -> Result<(), RuleError> {
        let is_node = phrase.only_name().is_some_and(|name| captures.contains(&name));
        if is_node || !template.is_place(hole) {
            return Ok(());
        }
        Err(RuleError::TextForPlace { rule: self.id.clone(), hole: hole.to_owned(), template: template.id().to_string() })
    }

    /// Which examples there are; whether they come out as they say is for the harness.
    fn check_examples_there(&self) -> Result<(), RuleError> {
        let near_misses = self.examples.iter().filter(|example| !example.is_positive());
        let n_in_message = near_misses.clone().filter(|example| self.answers(&example.symptom(self.language)).is_none()).count();
        let n_in_code = near_misses.count() - n_in_message;
        let problem = if !self.examples.iter().any(Example::is_positive) && self.decline.is_none() {
            "no example with `after`, or `advice` for a rule without [[fix]]"
        } else if n_in_message == 0 {
            "no near miss in the message"
        } else if (self.code.is_some() || self.line.is_some()) && n_in_code == 0 {
            "no near miss in the code"
        } else if n_in_message + n_in_code < 2 {
            "only one near miss"
        } else {
            return Ok(());
        };
        Err(RuleError::Examples { rule: self.id.clone(), problem })
    }

    fn known(&self, what: &str, name: &str, known: &[&str]) -> Result<(), RuleError> {
        if known.contains(&name) {
            return Ok(());
        }
        let closest = closest(name, known.iter().copied()).map(str::to_owned);
        Err(RuleError::Unknown { rule: self.id.clone(), what: what.to_owned(), name: name.to_owned(), closest })
    }
}
