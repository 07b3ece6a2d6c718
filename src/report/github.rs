//! Reports as GitHub workflow commands: annotations beside the source, hostile text disarmed.
//!
//! Quoting a log in a job's output can run commands (CVE-2020-15228): annotations escape their text, and the human report stands
//! between `::stop-commands::` and its secret token.
//!
//! Source: GitHub's documentation of workflow commands; `escapeData` and `escapeProperty` in actions/toolkit, `command.ts`. At most 10
//! errors a step are shown (actions/toolkit#734).

use super::{Analysis, DiagnosisReport, EventReport, Healing, Outcome, PlaceReport};
use crate::redact::visible;

/// Annotations of one level that a step may show.
const MOST: usize = 10;

/// An annotation.
struct Annotation {
    level: &'static str,
    place: Option<PlaceReport>,
    title: String,
    text: String,
}

/// Annotations for what `analyze` found, causes before what follows from them and the surest first, then `report`, the same for a person. `token` must not be guessable.
pub fn analysis(analysis: &Analysis, report: &str, token: &str) -> String {
    let mut found: Vec<(bool, f64, Annotation)> = analysis
        .by_importance()
        .into_iter()
        .filter_map(|index| {
            let incident = &analysis.incidents[index];
            let event = analysis.events.get(*incident.events.first()?)?;
            let best = analysis.diagnoses.iter().find(|diagnosis| diagnosis.incident == index);
            Some((incident.caused_by.is_some(), best.map_or(0.0, |best| best.confidence), of_event(event, best)))
        })
        .collect();
    found.sort_by(|(one_follows, one, _), (two_follows, two, _)| one_follows.cmp(two_follows).then(two.total_cmp(one)));
    let annotations: Vec<_> = found.into_iter().map(|(_, _, annotation)| annotation).collect();
    written(&annotations) + &stopped(report, token)
}

/// Annotations for the failures that `fix` was asked about and for its verdict, then `report`, the same for a person.
pub fn healing(healing: &Healing, report: &str, token: &str) -> String {
    let level = if healing.outcome == Outcome::Healed { "warning" } else { "error" };
    let mut annotations: Vec<_> = healing.targets.iter().map(|target| Annotation { level, ..of_event(target, None) }).collect();
    let place = healing.targets.first().and_then(|target| target.blamed.clone());
    annotations.insert(0, Annotation { level: "notice", place, title: "homeostasis".to_owned(), text: healing.verdict.clone() });
    written(&annotations) + &stopped(report, token)
}

/// The failures that are known, without a report: for a verb that has nothing but a message.
fn of_event(event: &EventReport, diagnosis: Option<&DiagnosisReport>) -> Annotation {
    let mut text = event.headline();
    if let Some(diagnosis) = diagnosis {
        text = format!("{text}\n{}\n{}", diagnosis.title, diagnosis.why);
        for advice in &diagnosis.advice {
            text = format!("{text}\nhelp: {}", advice.text);
        }
    }
    let place = diagnosis.and_then(|diagnosis| diagnosis.place.clone()).or_else(|| event.blamed.clone());
    let title = diagnosis.map_or_else(|| event.kind.clone(), |diagnosis| diagnosis.rule.clone());
    Annotation { level: "error", place, title, text }
}

fn written(annotations: &[Annotation]) -> String {
    let mut out: String = annotations.iter().take(MOST).map(line).collect();
    if let Some(n_more) = annotations.len().checked_sub(MOST).filter(|&n| n > 0) {
        out +=
            &line(&Annotation { level: "notice", place: None, title: "homeostasis".to_owned(), text: format!("{n_more} more in the log") });
    }
    out
}

fn line(annotation: &Annotation) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &annotation.place {
        properties.push(format!("file={}", property(&place.file)));
        properties.extend(place.line.map(|line| format!("line={line}")));
        properties.extend(place.column.map(|column| format!("col={column}")));
    }
    properties.push(format!("title={}", property(&annotation.title)));
    format!("::{} {}::{}\n", annotation.level, properties.join(","), message(&annotation.text))
}

fn message(text: &str) -> String {
    disarmed(&visible(text.trim_end())).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

/// `report` between the commands that make the runner deaf, so that no quoted line is obeyed.
fn stopped(report: &str, token: &str) -> String {
    let report = disarmed(report.trim_end());
    format!("::stop-commands::{token}\n{report}\n::{token}::\n")
}

/// Breaks the older `##[command]` forms, which runners of several vendors obey anywhere in a line and which nothing switches off.
fn disarmed(text: &str) -> String {
    ["##[", "##vso[", "##teamcity["].iter().fold(text.to_owned(), |text, form| text.replace(form, &form.replacen("##", "# #", 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::events::one_each;

    fn events(n: usize) -> Analysis {
        let event = |index: usize| EventReport {
            kind: "KeyError".to_owned(),
            message: format!("'{index}'"),
            fingerprint: index.to_string(),
            count: 1,
            blamed: Some(PlaceReport { file: "a,b:c.py".to_owned(), line: Some(3), column: Some(7), function: None }),
            ..EventReport::default()
        };
        let events: Vec<_> = (0..n).map(event).collect();
        Analysis { incidents: one_each(&events), events, ..Analysis::default() }
    }

    #[test]
    fn names_with_separators_stay_inside_their_property() {
        let shown = analysis(&events(1), "report\n", "T");
        assert_eq!(shown, "::error file=a%2Cb%3Ac.py,line=3,col=7,title=KeyError::KeyError: '0'\n::stop-commands::T\nreport\n::T::\n");
    }

    #[test]
    fn a_message_cannot_begin_a_command_of_its_own() {
        let mut found = events(1);
        found.events[0].message = "x\r\n::set-env name=PATH::/evil\n##[command]rm 100%".to_owned();
        found.events[0].kind = "E\n::add-mask::a".to_owned();
        let shown = analysis(&found, "##vso[task.setvariable]x\n", "T");
        let commands: Vec<_> = shown.lines().filter(|line| line.starts_with("::")).collect();
        assert_eq!(commands.len(), 3, "{shown}");
        assert!(!shown.contains("##["), "{shown}");
        assert!(!shown.contains("##vso["), "{shown}");
    }

    #[test]
    fn the_surest_come_first_and_the_rest_is_counted() {
        let mut found = events(12);
        found.diagnoses.push(DiagnosisReport { incident: 11, rule: "python/x".to_owned(), confidence: 0.9, ..DiagnosisReport::default() });
        let shown = analysis(&found, "", "T");
        assert!(
            shown.starts_with("::error file=a%2Cb%3Ac.py,line=3,col=7,title=python/x::KeyError%3A '11'")
                || shown.starts_with("::error file=a%2Cb%3Ac.py,line=3,col=7,title=python/x::KeyError: '11'"),
            "{shown}"
        );
        assert_eq!(shown.matches("::error ").count(), 10);
        assert!(shown.contains("::notice title=homeostasis::2 more in the log\n"), "{shown}");
    }
}
