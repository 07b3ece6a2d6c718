//! What follows from an incident, shortly: how many, why they are taken for its effects, and the first of them.

use std::collections::HashMap;

use super::Human;
use super::paint::{counted, cut, grouped, push};
use crate::report::{Analysis, IncidentReport, concise};

/// Effects that are named for each reason.
const MOST_NAMED: usize = 4;
/// Reasons that are named.
const MOST_REASONS: usize = 3;
/// Columns that stand before each line of the effects.
const MARGIN: usize = 18;

impl Human<'_> {
    /// `cause` as the cause of others, if it is one.
    pub(super) fn effects(&self, analysis: &Analysis, cause: &IncidentReport) -> Option<(&'static str, String)> {
        let effects = effects_of(analysis, cause);
        if effects.is_empty() {
            return None;
        }
        let follow = if effects.len() == 1 { "follows" } else { "follow" };
        let mut out = format!("{} {follow} from it", counted(effects.len(), "failure", "failures"));
        let by_reason = by_reason(&effects);
        for (reason, effects) in by_reason.iter().take(MOST_REASONS) {
            push(&mut out, format_args!("\n{}:", if reason.is_empty() { "for the same cause" } else { reason }));
            for effect in effects.iter().take(MOST_NAMED) {
                let room = self.width.saturating_sub(MARGIN);
                let line = concise::short(analysis, effect, self.log, room);
                push(&mut out, format_args!("\n  {}", cut(&line, room, self.is_unicode)));
            }
            if let Some(n_more) = effects.len().checked_sub(MOST_NAMED).filter(|&n| n > 0) {
                push(&mut out, format_args!("\n  and {} more", grouped(n_more as u64)));
            }
        }
        if let Some(n_more) = by_reason.len().checked_sub(MOST_REASONS).filter(|&n| n > 0) {
            push(&mut out, format_args!("\nand more, for {}", counted(n_more, "other reason", "other reasons")));
        }
        Some(("effects", out))
    }
}

/// All that follows from `cause`, also by way of others, in the order of the log.
fn effects_of<'a>(analysis: &'a Analysis, cause: &IncidentReport) -> Vec<&'a IncidentReport> {
    let mut found = vec![false; analysis.incidents.len()];
    let mut waiting = cause.cause_of.clone();
    while let Some(index) = waiting.pop() {
        if let Some(effect) = analysis.incidents.get(index).filter(|_| !found[index]) {
            found[index] = true;
            waiting.extend(&effect.cause_of);
        }
    }
    analysis
        .incidents
        .iter()
        .zip(found)
        .filter(|(effect, is_found)| *is_found && effect.index != cause.index)
        .map(|(effect, _)| effect)
        .collect()
}

/// The effects of each evidence, in the order in which the log shows it first.
fn by_reason<'a>(effects: &[&'a IncidentReport]) -> Vec<(&'a str, Vec<&'a IncidentReport>)> {
    let mut found: Vec<(&str, Vec<&IncidentReport>)> = Vec::new();
    let mut place = HashMap::new();
    for effect in effects {
        let reason = effect.caused_by.as_ref().map_or("", |link| link.evidence.as_str());
        let at = *place.entry(reason).or_insert_with(|| {
            found.push((reason, Vec::new()));
            found.len() - 1
        });
        found[at].1.push(effect);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::events::one_each;
    use crate::report::{CausedByReport, EventReport, LogLines};

    /// One cause; each other incident follows from the one named for it.
    fn chain(causes: &[usize]) -> Analysis {
        let event = |index: usize| EventReport {
            index,
            kind: format!("E{index}"),
            count: 1,
            log: LogLines { first_line: index as u32 + 1, ..LogLines::default() },
            ..EventReport::default()
        };
        let events: Vec<_> = (0..=causes.len()).map(event).collect();
        let mut incidents = one_each(&events);
        for (effect, &cause) in (1..).zip(causes) {
            incidents[cause].cause_of.push(effect);
            incidents[effect].caused_by = Some(CausedByReport { incident: cause, evidence: format!("both miss {}", effect % 2) });
        }
        Analysis { events, incidents, ..Analysis::default() }
    }

    #[test]
    fn effects_stand_under_their_evidence() {
        let human = Human { sources: &|_| None, width: 80, log: Some("x.log"), is_unicode: true };
        let analysis = chain(&[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        let (name, text) = human.effects(&analysis, &analysis.incidents[0]).unwrap();
        insta::assert_snapshot!(format!("{name}: {text}"), @r"
        effects: 11 failures follow from it
        both miss 1:
          x.log:2: E1
          x.log:4: E3
          x.log:6: E5
          x.log:8: E7
          and 2 more
        both miss 0:
          x.log:3: E2
          x.log:5: E4
          x.log:7: E6
          x.log:9: E8
          and 1 more
        ");
        assert_eq!(human.effects(&analysis, &analysis.incidents[5]), None);
    }

    #[test]
    fn a_ring_of_causes_ends() {
        let mut analysis = chain(&[0, 1]);
        analysis.incidents[2].cause_of = vec![0];
        assert_eq!(effects_of(&analysis, &analysis.incidents[0]).len(), 2);
    }
}
