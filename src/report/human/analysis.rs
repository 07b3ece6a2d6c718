//! What `analyze` found, for a person: one block for each incident, then the lines that nobody could place, then the verdict.

use super::Human;
use super::paint::{BAD, DOUBT, FAINT, GOOD, STRONG, counted, diff, facts, push, shortened};
use crate::redact::visible;
use crate::report::{Analysis, DiagnosisReport, EventReport, FixReport, IncidentReport};

/// Shapes of unexplained lines that are shown.
const MOST_UNEXPLAINED: usize = 5;
/// Possible fixes of one diagnosis that are shown.
const MOST_FIXES: usize = 2;
/// Tests that are named.
const MOST_TESTS: usize = 3;
/// Lines of a message behind its first that are shown.
const MOST_MESSAGE_LINES: usize = 12;

impl Human<'_> {
    /// The whole report.
    pub fn analysis(&self, analysis: &Analysis) -> String {
        let mut out = String::new();
        for (index, incident) in analysis.incidents.iter().enumerate() {
            out += &self.incident(analysis, index, incident);
            out.push('\n');
        }
        out += &leftovers(analysis);
        out += &self.verdict(analysis);
        out
    }

    fn incident(&self, analysis: &Analysis, index: usize, incident: &IncidentReport) -> String {
        let diagnoses: Vec<_> = analysis.diagnoses.iter().filter(|diagnosis| diagnosis.incident == index).collect();
        let events: Vec<_> = incident.events.iter().filter_map(|&event| analysis.events.get(event)).collect();
        let Some(event) = events.first() else { return String::new() };
        let best = diagnoses.first().copied();
        let mut told = event_facts(event);
        told.extend(causes_elsewhere(analysis, index));
        told.extend(best.into_iter().flat_map(|best| diagnosis_facts(event, best)));
        told.extend(other_causes(&diagnoses));
        told.extend(incident_facts(incident, &events));
        self.snippet(event, best, &told) + &fixes(&diagnoses)
    }

    fn verdict(&self, analysis: &Analysis) -> String {
        let n = analysis.incidents.len();
        if n == 0 {
            return format!("{GOOD}no failure found{GOOD:#}\n");
        }
        let is_known = |index: &usize| analysis.diagnoses.iter().any(|diagnosis| diagnosis.incident == *index);
        let n_known = (0..n).filter(is_known).count();
        let has_fix =
            |index: &usize| analysis.diagnoses.iter().any(|diagnosis| diagnosis.incident == *index && !diagnosis.fixes.is_empty());
        let n_fixes = (0..n).filter(has_fix).count();
        let mut out = format!("{BAD}{}{BAD:#}, {n_known} with a known cause", counted(n, "failure", "failures"));
        if n_fixes > 0 {
            let log = self.log.map(|log| format!(" {}", quoted(log))).unwrap_or_default();
            push(&mut out, format_args!(", {n_fixes} with a possible fix: `homeostasis fix{log}` tries it on your tests"));
        }
        out + "\n"
    }
}

/// What the log says besides the message.
pub(super) fn event_facts(event: &EventReport) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let rest: Vec<_> = event.message.trim_end().lines().skip(1).collect();
    if !rest.is_empty() {
        let cut = if rest.len() > MOST_MESSAGE_LINES { "\n..." } else { "" };
        facts.push(("message", rest[..rest.len().min(MOST_MESSAGE_LINES)].join("\n") + cut));
    }
    facts.extend(event.causes.iter().map(|cause| ("caused by", format!("{}: {}", cause.kind, cause.message))));
    facts.extend(event.notes.iter().map(|note| ("note", note.clone())));
    let printed = event.suggestions.iter().map(|suggestion| ("help", format!("{} ({})", suggestion.message, suggestion.applicability)));
    facts.extend(printed);
    facts
}

fn incident_facts(incident: &IncidentReport, events: &[&EventReport]) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut tests: Vec<_> = events.iter().filter_map(|event| event.test.as_deref()).collect();
    tests.dedup();
    if !tests.is_empty() {
        facts.push((if tests.len() == 1 { "test" } else { "tests" }, shortened(tests.into_iter(), MOST_TESTS)));
    }
    if let Some(event) = events.first() {
        let lines = event.log;
        let mut place = if lines.first_line == lines.last_line {
            format!("line {}", lines.first_line)
        } else {
            format!("lines {} to {}", lines.first_line, lines.last_line)
        };
        if incident.count > 1 {
            push(&mut place, format_args!(", printed {} times in all", incident.count));
        }
        if let Some(service) = &event.service {
            push(&mut place, format_args!(", by {service}"));
        }
        facts.push(("log", place));
    }
    facts
}

fn causes_elsewhere(analysis: &Analysis, index: usize) -> Option<(&'static str, String)> {
    let cause = analysis.incidents.iter().find(|incident| incident.cause_of.contains(&index))?;
    Some(("follows from", cause.title.clone()))
}

/// What the rule says, without what the title or a label says already.
fn diagnosis_facts(event: &EventReport, diagnosis: &DiagnosisReport) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let is_said = |text: &str| event.message.starts_with(text.trim()) || event.suggestions.iter().any(|printed| printed.message == text);
    if !event.labels.is_empty() && !is_said(&diagnosis.title) {
        facts.push(("cause", diagnosis.title.clone()));
    }
    if !is_said(&diagnosis.why) {
        facts.push(("why", diagnosis.why.clone()));
    }
    facts.extend(diagnosis.evidence.iter().map(|seen| ("seen", seen.clone())));
    let told = format!("{} (confidence {:.2}); `homeostasis explain {}` says more", diagnosis.rule, diagnosis.confidence, diagnosis.rule);
    let is_printed = diagnosis.rule == "suggestion";
    facts.push(("rule", if is_printed { "the compiler's own suggestion".to_owned() } else { told }));
    facts.extend(diagnosis.advice.iter().map(|advice| match &advice.command {
        Some(command) => ("help", format!("{}: `{command}`", advice.text)),
        None => ("help", advice.text.clone()),
    }));
    facts
}

/// The causes that fit less well, each once.
fn other_causes(diagnoses: &[&DiagnosisReport]) -> Vec<(&'static str, String)> {
    let mut seen: Vec<_> = diagnoses.first().map(|best| (&best.rule, &best.title)).into_iter().collect();
    let mut facts = Vec::new();
    for other in diagnoses.iter().skip(1) {
        if !seen.contains(&(&other.rule, &other.title)) {
            seen.push((&other.rule, &other.title));
            facts.push(("or", format!("{} ({}, {:.2})", other.title, other.rule, other.confidence)));
        }
    }
    facts
}

/// The first fixes that differ in what they do.
fn fixes(diagnoses: &[&DiagnosisReport]) -> String {
    let mut shown: Vec<&FixReport> = Vec::new();
    for fix in diagnoses.iter().flat_map(|diagnosis| &diagnosis.fixes) {
        if shown.len() < MOST_FIXES && shown.iter().all(|other| other.diff != fix.diff) {
            shown.push(fix);
        }
    }
    shown.into_iter().map(possible_fix).collect()
}

fn possible_fix(fix: &FixReport) -> String {
    let mut out = String::new();
    let (title, safety) = (visible(&fix.title), visible(&fix.safety));
    push(&mut out, format_args!("{STRONG}possible fix{STRONG:#}: {title} {FAINT}({safety}, not proved){FAINT:#}\n"));
    if let Some(risk) = &fix.risk {
        out += &facts([("risk", risk.clone())]);
    }
    out + &diff(&fix.diff, "    ")
}

fn leftovers(analysis: &Analysis) -> String {
    let mut out = String::new();
    if !analysis.unexplained.is_empty() {
        push(&mut out, format_args!("{DOUBT}error lines that belong to no known failure{DOUBT:#}:\n"));
        for lines in analysis.unexplained.iter().take(MOST_UNEXPLAINED) {
            push(&mut out, format_args!("    line {}, {}x: {}\n", lines.first_line, lines.count, visible(&lines.template)));
        }
        if let Some(n_more) = analysis.unexplained.len().checked_sub(MOST_UNEXPLAINED).filter(|&n| n > 0) {
            push(&mut out, format_args!("    and {n_more} more shapes\n"));
        }
        out.push('\n');
    }
    for lines in &analysis.skipped {
        let n = counted(lines.count as usize, "line", "lines");
        push(&mut out, format_args!("{FAINT}skipped {n} from line {}: {}{FAINT:#}\n", lines.first_line, visible(&lines.reason)));
    }
    out
}

/// A name as a shell takes it.
pub(super) fn quoted(name: &str) -> String {
    shlex::try_quote(name).map_or_else(|_| visible(name), |name| visible(&name))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::events::one_each;
    use crate::report::{AdviceReport, LogLines, MarkedReport, PlaceReport};
    use crate::text::RepoPath;

    const SHOP: &str = "PRICES = {\"apple\": 3}\n\n\ndef total(names):\n    return sum(PRICES[name] for name in names)\n";

    fn shop(path: &RepoPath) -> Option<Arc<[u8]>> {
        (path.as_str() == "shop.py").then(|| Arc::from(SHOP.as_bytes()))
    }

    fn plain(analysis: &Analysis) -> String {
        let human = Human { sources: &shop, width: 100, log: Some("my build.log") };
        anstream::adapter::strip_str(&human.analysis(analysis)).to_string()
    }

    fn missing_key() -> Analysis {
        let place = PlaceReport { file: "shop.py".to_owned(), line: Some(5), ..PlaceReport::default() };
        let event = EventReport {
            kind: "KeyError".to_owned(),
            message: "'pear'".to_owned(),
            blamed: Some(place),
            test: Some("test_shop.py::test_pear".to_owned()),
            log: LogLines { first_line: 3, last_line: 9 },
            count: 2,
            ..EventReport::default()
        };
        Analysis { incidents: one_each(std::slice::from_ref(&event)), events: vec![event], ..Analysis::default() }
    }

    fn diagnosed() -> Analysis {
        let mut analysis = missing_key();
        let at = SHOP.find("PRICES[name]").unwrap();
        analysis.diagnoses.push(DiagnosisReport {
            rule: "python/missing-key".to_owned(),
            title: "the dict has no such key".to_owned(),
            why: "a subscript of a dict raises where the key is missing\nand does not insert it".to_owned(),
            place: analysis.events[0].blamed.clone(),
            marked: Some(MarkedReport { start: at, end: at + 12 }),
            confidence: 0.9,
            advice: vec![AdviceReport { text: "add the key".to_owned(), command: Some("true".to_owned()) }],
            fixes: vec![FixReport {
                title: "ask with a default".to_owned(),
                safety: "unsafe".to_owned(),
                risk: Some("0 may be a wrong price".to_owned()),
                diff: "--- a/shop.py\n+++ b/shop.py\n@@ -5 +5 @@\n-old\n+new\n".to_owned(),
            }],
            ..DiagnosisReport::default()
        });
        analysis
    }

    #[test]
    fn a_failure_without_a_diagnosis_shows_its_line() {
        insta::assert_snapshot!(plain(&missing_key()), @r#"
            error[KeyError]: 'pear'
             --> shop.py:5:5
              |
            4 | def total(names):
            5 |     return sum(PRICES[name] for name in names)
              |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = test: test_shop.py::test_pear
              = log: lines 3 to 9, printed 2 times in all

            1 failure, 0 with a known cause
        "#);
    }

    #[test]
    fn a_diagnosis_marks_its_bytes_and_says_why() {
        insta::assert_snapshot!(plain(&diagnosed()), @r#"
            error[KeyError]: 'pear'
             --> shop.py:5:16
              |
            4 | def total(names):
            5 |     return sum(PRICES[name] for name in names)
              |                ^^^^^^^^^^^^ the dict has no such key
              |
              = why: a subscript of a dict raises where the key is missing
                     and does not insert it
              = rule: python/missing-key (confidence 0.90); `homeostasis explain python/missing-key` says more
              = help: add the key: `true`
              = test: test_shop.py::test_pear
              = log: lines 3 to 9, printed 2 times in all
            possible fix: ask with a default (unsafe, not proved)
              = risk: 0 may be a wrong price
                --- a/shop.py
                +++ b/shop.py
                @@ -5 +5 @@
                -old
                +new

            1 failure, 1 with a known cause, 1 with a possible fix: `homeostasis fix 'my build.log'` tries it on your tests
        "#);
    }

    #[test]
    fn an_empty_log_ends_with_a_verdict_too() {
        assert_eq!(plain(&Analysis::default()), "no failure found\n");
    }

    #[test]
    fn a_hostile_message_reaches_no_terminal() {
        let mut analysis = missing_key();
        analysis.events[0].message = "\u{1b}[2J\u{1b}]0;owned\u{7}\nsecond \u{1b}[31m".to_owned();
        analysis.events[0].kind = "Key\u{1b}[1mError".to_owned();
        analysis.events[0].test = Some("a\u{202e}b".to_owned());
        let human = Human { sources: &shop, width: 100, log: None };
        let shown = human.analysis(&analysis);
        let bare = anstream::adapter::strip_str(&shown).to_string();
        assert!(!bare.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{bare:?}");
    }

    #[test]
    fn a_file_outside_the_project_is_shown_as_printed() {
        let mut analysis = missing_key();
        analysis.events[0].blamed = None;
        analysis.events[0].raised_at =
            Some(PlaceReport { file: "/usr/lib/python3/json.py".to_owned(), line: Some(7), ..PlaceReport::default() });
        assert!(plain(&analysis).contains("--> /usr/lib/python3/json.py:7"), "{}", plain(&analysis));
    }
}
