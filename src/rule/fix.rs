//! From a place to patches: the templates of a rule's `[[fix]]`es with the holes that the rule fills.

use std::collections::BTreeMap;

use super::phrase::Phrase;
use super::place::Found;
use super::trigger::Groups;
use super::{Rule, Safety};
use crate::symbols::Wanted;
use crate::template::{Filling, Instance, Site, Template, TemplateId};
use crate::text::ByteSpan;

/// One `[[fix]]`.
#[derive(Debug)]
pub(super) struct Fix {
    pub(super) template: String,
    pub(super) target: String,
    pub(super) holes: BTreeMap<String, Phrase>,
    pub(super) safety: Safety,
    pub(super) risk: Option<String>,
}

/// A patch that a rule proposes at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFix {
    /// The change in a few words.
    pub title: String,
    /// What made it; none for a new line.
    pub template: Option<TemplateId>,
    /// How far it may be trusted without a proof.
    pub safety: Safety,
    /// What may go wrong with it.
    pub risk: Option<String>,
    /// The edits.
    pub instance: Instance,
    /// Which `[[fix]]` of the rule, or which new line, counted from zero.
    pub nth: usize,
}

/// All that the fixes of a rule gave at a place.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The patches, the best first, no two with the same edits.
    pub made: Vec<RuleFix>,
    /// How often each reason refused one.
    pub refused: BTreeMap<String, u32>,
    /// What of the project must be known first; ask again when it is.
    pub needs: Vec<Wanted>,
}

impl Rule {
    /// The patches at `found`, the best first.
    pub fn fixes(&self, site: &Site<'_>, found: &Found, groups: &Groups) -> Vec<RuleFix> {
        self.explore(site, found, groups).made
    }

    /// The patches at `found`, and what kept others from being made.
    pub fn explore(&self, site: &Site<'_>, found: &Found, groups: &Groups) -> Fixes {
        let mut fixes = Fixes::default();
        let here = std::iter::once(site.source).chain(site.project.iter().copied()).find(|source| source.path() == &found.path);
        let Some(source) = here else { return fixes };
        if let Some(lines) = self.lines(source, found, groups) {
            return lines;
        }
        let site = Site { source, ..*site };
        let text_of = |span: ByteSpan| source.text(span);
        for (nth, fix) in self.fixes.iter().enumerate() {
            let template = site.templates.get(&fix.template);
            // A query may have several patterns, and not every pattern captures what every fix changes.
            let (Some(template), Some(&target)) = (template, found.captures.get(&fix.target)) else { continue };
            let Some(given) = fix.given(found, groups, text_of) else { continue };
            let instances = template.instances(&site, target, &given);
            fixes.needs.extend(instances.needs);
            for (reason, count) in instances.refused {
                *fixes.refused.entry(reason).or_default() += count;
            }
            for instance in instances.made {
                fixes.take(nth, fix, template, instance);
            }
        }
        fixes
    }
}

impl Fixes {
    fn take(&mut self, nth: usize, fix: &Fix, template: &Template, instance: Instance) {
        if self.made.iter().any(|made| made.instance.edits == instance.edits) {
            return;
        }
        self.made.push(RuleFix {
            title: template.summary().to_owned(),
            template: Some(template.id().clone()),
            safety: fix.safety,
            risk: fix.risk.clone(),
            instance,
            nth,
        });
    }
}

impl Fix {
    /// What the rule fills; none where a text names a group that took no part in the match, or a node that was not captured.
    fn given<'s>(&self, found: &Found, groups: &Groups, text_of: impl Fn(ByteSpan) -> &'s str) -> Option<BTreeMap<String, Filling>> {
        let text = |name: &str| match found.captures.get(name) {
            Some(&span) => Some(text_of(span).to_owned()),
            None => groups.get(name).map(str::to_owned),
        };
        let filling = |phrase: &Phrase| match phrase.only_name().and_then(|name| found.captures.get(name)) {
            Some(&span) => Some(Filling::Node(span)),
            None => phrase.fill(text).map(Filling::Text),
        };
        self.holes.iter().map(|(hole, phrase)| Some((hole.clone(), filling(phrase)?))).collect()
    }
}
