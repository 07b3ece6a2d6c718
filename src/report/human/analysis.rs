//! What `analyze` found, for a person: causes first, one block for each with its effects, then the lines that nobody could place, then the
//! verdict.

use std::collections::HashSet;

use super::paint::{BAD, DOUBT, FAINT, GOOD, STRONG, counted, cut, diff, facts, grouped, push, shortened};
use super::{Human, spark};
use crate::redact::visible;
use crate::report::{Analysis, DiagnosisReport, EventReport, FixReport, IncidentReport, concise};

/// Incidents that are shown whole, unless the person named another number; more of them are one line each.
const MOST_WHOLE: usize = 10;
/// Incidents that are shown in one line.
const MOST_SHORT: usize = 20;
/// Possible fixes of one diagnosis that are shown.
const MOST_FIXES: usize = 2;
/// Tests and services that are named.
const MOST_NAMES: usize = 3;
/// Lines of a message behind its first that are shown.
const MOST_MESSAGE_LINES: usize = 12;
/// Errors behind an error, notes and printed suggestions that are shown of each.
const MOST_FACTS: usize = 8;

impl Human<'_> {
    /// The whole report; with `top`, so many incidents whole.
    pub fn analysis(&self, analysis: &Analysis, top: Option<usize>) -> String {
        let mut out = String::new();
        let causes: Vec<_> = analysis.by_importance().into_iter().filter(|&index| !is_effect(analysis, index)).collect();
        let (whole, rest) = causes.split_at(top.unwrap_or(MOST_WHOLE).min(causes.len()));
        for &index in whole {
            out += &self.incident(analysis, &analysis.incidents[index]);
            out.push('\n');
        }
        out += &self.short(analysis, rest);
        out + &self.ending(analysis)
    }

    /// What stands below the incidents: the lines that nobody could place, what was left out, the verdict.
    pub fn ending(&self, analysis: &Analysis) -> String {
        self.leftovers(analysis) + &self.verdict(analysis)
    }

    /// One incident with its effects.
    pub fn incident(&self, analysis: &Analysis, incident: &IncidentReport) -> String {
        let diagnoses: Vec<_> = analysis.diagnoses.iter().filter(|diagnosis| diagnosis.incident == incident.index).collect();
        let events: Vec<_> = incident.events.iter().filter_map(|&event| analysis.events.get(event)).collect();
        let Some(event) = events.first() else { return String::new() };
        let best = diagnoses.first().copied();
        let mut told = event_facts(event);
        told.extend(caller(event));
        told.extend(cause_elsewhere(analysis, incident));
        told.extend(trouble(incident));
        told.extend(best.into_iter().flat_map(|best| diagnosis_facts(event, best)));
        told.extend(other_causes(&diagnoses));
        told.extend(self.effects(analysis, incident));
        told.extend(self.whereabouts(incident, &events));
        self.snippet(event, best, &told) + &fixes(&diagnoses)
    }

    /// An incident that was told before and shows again, in one line.
    pub fn again(&self, incident: &IncidentReport) -> String {
        let (n, last) = (grouped(u64::from(incident.count)), incident.last_line);
        let title = cut(&visible(&incident.title), self.width, self.is_unicode);
        format!("{FAINT}again:{FAINT:#} {title} {FAINT}({n} times, last in line {last}){FAINT:#}\n")
    }

    /// The incidents for which there is no room, one line each.
    fn short(&self, analysis: &Analysis, rest: &[usize]) -> String {
        if rest.is_empty() {
            return String::new();
        }
        let mut out = format!("{STRONG}{} in short{STRONG:#}:\n", counted(rest.len(), "more failure", "more failures"));
        for &index in rest.iter().take(MOST_SHORT) {
            let room = self.width.saturating_sub(2);
            let line = concise::short(analysis, &analysis.incidents[index], self.log, room);
            push(&mut out, format_args!("  {}\n", cut(&line, room, self.is_unicode)));
        }
        if let Some(n_more) = rest.len().checked_sub(MOST_SHORT).filter(|&n| n > 0) {
            let n_more = grouped(n_more as u64);
            push(&mut out, format_args!("  {FAINT}and {n_more} more: `--top N` shows N of them, `--format json` all{FAINT:#}\n"));
        }
        out + "\n"
    }

    /// The last line of a report.
    fn verdict(&self, analysis: &Analysis) -> String {
        let n = analysis.incidents.len();
        if n == 0 {
            return match analysis.unexplained.len() {
                0 => format!("{GOOD}no failure found{GOOD:#}\n"),
                n => format!("{DOUBT}no failure found{DOUBT:#}, but {}\n", counted(n, "kind of error line", "kinds of error lines")),
            };
        }
        let distinct = |diagnoses: &mut dyn Iterator<Item = &DiagnosisReport>| {
            diagnoses.map(|diagnosis| diagnosis.incident).collect::<HashSet<_>>().len()
        };
        let n_known = distinct(&mut analysis.diagnoses.iter());
        let n_fixes = distinct(&mut analysis.diagnoses.iter().filter(|diagnosis| !diagnosis.fixes.is_empty()));
        let n_effects = (0..n).filter(|&index| is_effect(analysis, index)).count();
        let mut out = format!("{BAD}{}{BAD:#}", counted(n, "failure", "failures"));
        if n_effects > 0 {
            let causes = counted(n - n_effects, "cause", "causes");
            push(&mut out, format_args!(": {causes}, {}", counted(n_effects, "effect", "effects")));
        }
        push(&mut out, format_args!(", {n_known} with a known cause"));
        if n_fixes > 0 {
            let log = self.log.map(|log| format!(" {}", quoted(log))).unwrap_or_default();
            push(&mut out, format_args!(", {n_fixes} with a possible fix: `homeostasis fix{log}` tries it on your tests"));
        }
        out + "\n"
    }

    /// Where the log shows an incident, when, how often, and whose it is.
    fn whereabouts(&self, incident: &IncidentReport, events: &[&EventReport]) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let tests = names(events.iter().filter_map(|event| event.test.as_deref()));
        if !tests.is_empty() {
            facts.push((if tests.len() == 1 { "test" } else { "tests" }, shortened(tests.into_iter(), MOST_NAMES)));
        }
        let services = names(events.iter().filter_map(|event| event.service.as_deref()));
        if !services.is_empty() {
            facts.push((if services.len() == 1 { "service" } else { "services" }, shortened(services.into_iter(), MOST_NAMES)));
        }
        if let Some(event) = events.first() {
            facts.push(("log", lines(incident, event)));
        }
        facts.extend(self.times(incident));
        facts
    }

    /// From when to when, and a line of bars.
    fn times(&self, incident: &IncidentReport) -> Option<(&'static str, String)> {
        let (first, last) = (incident.first_seen.as_deref()?, incident.last_seen.as_deref()?);
        if incident.count < 2 || first == last {
            return None;
        }
        let (shown, same) = (moment(first), moment(last));
        let day = first.split('T').next().unwrap_or_default();
        let last = same.strip_prefix(day).map_or(same.as_str(), str::trim_start);
        let bars = incident.timeline.as_ref().and_then(|timeline| spark::line(&timeline.counts, self.is_unicode));
        Some(("time", format!("{shown} to {last}{}", bars.map(|bars| format!("  {bars}")).unwrap_or_default())))
    }
}

fn is_effect(analysis: &Analysis, index: usize) -> bool {
    analysis.incidents[index].caused_by.is_some()
}

/// `2025-01-02T10:02:11.25Z` as `2025-01-02 10:02:11`.
fn moment(iso: &str) -> String {
    iso.split(['.', 'Z']).next().unwrap_or_default().replace('T', " ")
}

/// Each name once, in order.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    all.filter(|name| seen.insert(*name)).collect()
}

/// What the log says besides the message.
pub(super) fn event_facts(event: &EventReport) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(details) = &event.details {
        let lines: Vec<_> = details.lines().collect();
        let left = if lines.len() > MOST_MESSAGE_LINES { "\n..." } else { "" };
        let margin = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or_default();
        let lines: Vec<_> = lines.iter().take(MOST_MESSAGE_LINES).map(|line| &line[margin.min(indent(line))..]).collect();
        facts.push(("message", lines.join("\n") + left));
    }
    let causes = event.causes.iter().map(|cause| ("caused by", one_cause(&cause.kind, &cause.message)));
    facts.extend(causes.take(MOST_FACTS));
    facts.extend(event.notes.iter().map(|note| ("note", note.clone())).take(MOST_FACTS));
    let printed = event.suggestions.iter().map(|suggestion| match suggestion.applicability.as_str() {
        "Unspecified" | "" => ("help", suggestion.message.clone()),
        sure => ("help", format!("{} ({sure})", suggestion.message)),
    });
    facts.extend(printed.take(MOST_FACTS));
    facts
}

/// Leading blanks, in bytes.
fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Where the code of a dependency that failed was called from.
fn caller(event: &EventReport) -> Option<(&'static str, String)> {
    let own = event.caller().filter(|_| event.blamed.is_none())?;
    let line = own.line.map(|line| format!(":{line}")).unwrap_or_default();
    let function = own.function.as_ref().map(|function| format!(" in {function}")).unwrap_or_default();
    let source = own.source.as_ref().map(|source| format!("\n`{}`", source.trim())).unwrap_or_default();
    Some(("called from", format!("{}{line}{function}{source}", own.file)))
}

fn one_cause(kind: &str, message: &str) -> String {
    if message.trim().is_empty() { kind.to_owned() } else { format!("{kind}: {message}") }
}

/// What of the surroundings failed, where it was not the code.
fn trouble(incident: &IncidentReport) -> Option<(&'static str, String)> {
    let is_code = incident.category.is_empty() || incident.category == "code";
    let is_bad = incident.severity == "critical";
    match (is_code, is_bad) {
        (true, false) => None,
        (true, true) => Some(("severity", "critical".to_owned())),
        (false, false) => Some(("trouble", incident.category.clone())),
        (false, true) => Some(("trouble", format!("{}, critical", incident.category))),
    }
}

fn lines(incident: &IncidentReport, event: &EventReport) -> String {
    let log = event.log;
    let mut place = if log.first_line == log.last_line {
        format!("line {}", log.first_line)
    } else {
        format!("lines {} to {}", log.first_line, log.last_line)
    };
    if incident.count > 1 {
        push(&mut place, format_args!(", printed {} times in all", grouped(u64::from(incident.count))));
    }
    if incident.last_line > log.last_line {
        push(&mut place, format_args!(", last in line {}", incident.last_line));
    }
    place
}

fn cause_elsewhere(analysis: &Analysis, incident: &IncidentReport) -> Option<(&'static str, String)> {
    let link = incident.caused_by.as_ref()?;
    let cause = analysis.incidents.get(link.incident)?;
    let evidence = if link.evidence.is_empty() { String::new() } else { format!(" ({})", link.evidence) };
    Some(("follows from", format!("{}{evidence}", cause.title)))
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
    let told = format!("{} (confidence {:.2}): `homeostasis explain {}`", diagnosis.rule, diagnosis.confidence, diagnosis.rule);
    let is_printed = diagnosis.rule == "suggestion";
    facts.push(("rule", if is_printed { "the compiler's own suggestion".to_owned() } else { told }));
    facts.extend(diagnosis.advice.iter().map(|advice| match &advice.command {
        Some(command) => ("help", format!("{}: `{command}`", advice.text.trim_end_matches('.'))),
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
        let human = Human { sources: &shop, width: 100, log: Some("my build.log"), is_unicode: true };
        anstream::adapter::strip_str(&human.analysis(analysis, None)).to_string()
    }

    fn missing_key() -> Analysis {
        let place = PlaceReport { file: "shop.py".to_owned(), line: Some(5), ..PlaceReport::default() };
        let event = EventReport {
            kind: "KeyError".to_owned(),
            message: "'pear'".to_owned(),
            blamed: Some(place),
            test: Some("test_shop.py::test_pear".to_owned()),
            log: LogLines { first_line: 3, last_line: 9, last_print: 9 },
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
              = rule: python/missing-key (confidence 0.90): `homeostasis explain python/missing-key`
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
        analysis.events[0].message = "\u{1b}[2J\u{1b}]0;owned\u{7}".to_owned();
        analysis.events[0].details = Some("second \u{1b}[31m".to_owned());
        analysis.events[0].service = Some("a\u{9b}b".to_owned());
        analysis.events[0].kind = "Key\u{1b}[1mError".to_owned();
        analysis.events[0].test = Some("a\u{202e}b".to_owned());
        let human = Human { sources: &shop, width: 100, log: None, is_unicode: true };
        let shown = human.analysis(&analysis, None);
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
