//! Which incidents matter most: causes before what follows from them, then the worse, then the more frequent, then the earlier.

use std::cmp::Reverse;

use super::{Analysis, IncidentReport, SkippedReport};

/// From the worst to the mildest.
const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

impl Analysis {
    /// Indices of the incidents, the most important first.
    pub fn by_importance(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.incidents.len()).collect();
        order.sort_by_key(|&index| importance(&self.incidents[index]));
        order
    }

    /// Keeps the `most` most important incidents with their events and diagnoses; says how many were left out.
    pub fn keep_top(&mut self, most: usize) {
        let order = self.by_importance();
        let Some(dropped) = order.get(most..).filter(|dropped| !dropped.is_empty()) else { return };
        let first_line = dropped.iter().map(|&index| self.incidents[index].first_line).min().unwrap_or_default();
        self.skipped.push(SkippedReport {
            reason: "incidents that matter less, by `--top`".to_owned(),
            count: u32::try_from(dropped.len()).unwrap_or(u32::MAX),
            first_line,
        });
        let mut is_kept = vec![true; self.incidents.len()];
        for &index in dropped {
            is_kept[index] = false;
        }
        self.retain(&is_kept);
    }

    /// Keeps the incidents that are marked; all indices go on meaning what they meant.
    fn retain(&mut self, is_kept: &[bool]) {
        let mut has_event = vec![false; self.events.len()];
        for (incident, _) in self.incidents.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept) {
            for &at in &incident.events {
                if let Some(has_event) = has_event.get_mut(at) {
                    *has_event = true;
                }
            }
        }
        let (incident_at, event_at) = (places(is_kept), places(&has_event));
        let at = |places: &[Option<usize>], index: usize| places.get(index).copied().flatten();
        self.incidents.retain(|incident| is_kept[incident.index]);
        for (index, incident) in self.incidents.iter_mut().enumerate() {
            incident.index = index;
            incident.events = incident.events.iter().filter_map(|&event| at(&event_at, event)).collect();
            incident.cause_of = incident.cause_of.iter().filter_map(|&effect| at(&incident_at, effect)).collect();
            incident.caused_by = incident.caused_by.take().and_then(|mut link| {
                link.incident = at(&incident_at, link.incident)?;
                Some(link)
            });
        }
        self.events.retain(|event| has_event[event.index]);
        for (index, event) in self.events.iter_mut().enumerate() {
            event.index = index;
            event.within = event.within.and_then(|group| at(&event_at, group));
        }
        self.diagnoses.retain_mut(|diagnosis| {
            let place = at(&incident_at, diagnosis.incident);
            diagnosis.incident = place.unwrap_or_default();
            place.is_some()
        });
    }
}

fn importance(incident: &IncidentReport) -> (bool, usize, Reverse<usize>, Reverse<u32>, usize) {
    let severity = SEVERITIES.iter().position(|name| *name == incident.severity).unwrap_or(SEVERITIES.len());
    (incident.caused_by.is_some(), severity, Reverse(incident.cause_of.len()), Reverse(incident.count), incident.index)
}

/// Where each that is kept stands when the others are gone.
fn places(is_kept: &[bool]) -> Vec<Option<usize>> {
    let mut next = 0;
    let place = |is_kept: &bool| {
        next += usize::from(*is_kept);
        is_kept.then(|| next - 1)
    };
    is_kept.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::events::one_each;
    use crate::report::{CausedByReport, DiagnosisReport, EventReport};

    /// Three incidents: a frequent one, an effect of the third, a critical cause.
    fn analysis() -> Analysis {
        let event = |(index, (kind, count)): (usize, &(&str, u32))| EventReport {
            index,
            kind: (*kind).to_owned(),
            count: *count,
            fingerprint: index.to_string(),
            ..EventReport::default()
        };
        let events: Vec<_> = [("Often", 9), ("Effect", 3), ("Cause", 1)].iter().enumerate().map(event).collect();
        let mut incidents = one_each(&events);
        incidents[1].caused_by = Some(CausedByReport { incident: 2, evidence: "x".to_owned() });
        incidents[2].cause_of = vec![1];
        incidents[2].severity = "critical".to_owned();
        let diagnoses = vec![DiagnosisReport { incident: 0, ..Default::default() }, DiagnosisReport { incident: 2, ..Default::default() }];
        Analysis { events, incidents, diagnoses, ..Analysis::default() }
    }

    #[test]
    fn causes_come_first_then_the_worse_then_the_more_frequent() {
        assert_eq!(analysis().by_importance(), [2, 0, 1]);
    }

    #[test]
    fn what_is_kept_still_points_at_itself() {
        let mut kept = analysis();
        kept.keep_top(2);
        let titles: Vec<_> = kept.incidents.iter().map(|incident| incident.title.as_str()).collect();
        assert_eq!(titles, ["Often", "Cause"]);
        assert_eq!(kept.events[kept.incidents[1].events[0]].kind, "Cause");
        assert_eq!(kept.incidents[1].cause_of, Vec::<usize>::new());
        assert_eq!(kept.diagnoses.iter().map(|diagnosis| diagnosis.incident).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((kept.skipped[0].count, kept.events.len()), (1, 2));
        kept.keep_top(9);
        assert_eq!(kept.skipped.len(), 1);
    }
}
