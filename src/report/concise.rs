//! One line for each incident, as grep and compilers print places: `file:line: kind: message (x12)`. For the error lists of editors and for CI.
//!
//! The place is the one in the repository, else the one that the log prints, else the line of the log itself.

use super::{Analysis, EventReport, IncidentReport, PlaceReport};
use crate::redact::visible;

/// The incidents, the most important first; `log` is how the person names the log.
pub fn analysis(analysis: &Analysis, log: Option<&str>) -> String {
    let order = analysis.by_importance();
    order.iter().filter_map(|&index| incident(analysis, &analysis.incidents[index], log)).collect()
}

/// The line of one incident, with a line feed.
pub fn incident(analysis: &Analysis, incident: &IncidentReport, log: Option<&str>) -> Option<String> {
    let event = analysis.events.get(*incident.events.first()?)?;
    let times = if incident.count > 1 { format!(" (x{})", incident.count) } else { String::new() };
    let said = event.headline();
    Some(format!("{}: {}{times}\n", place(event, log), one_line(&said)))
}

fn place(event: &EventReport, log: Option<&str>) -> String {
    let raised = event.raised_at.as_ref().filter(|place| !place.file.is_empty() && place.line.is_some());
    match event.blamed.as_ref().or(raised) {
        Some(PlaceReport { file, line: Some(line), .. }) => format!("{}:{line}", one_line(file)),
        _ => format!("{}:{}", one_line(log.unwrap_or("log")), event.log.first_line),
    }
}

/// `text` without anything that moves a cursor or begins a line.
fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::LogLines;
    use crate::report::events::one_each;

    fn lines(event: EventReport, count: u32) -> String {
        let events = vec![EventReport { kind: "KeyError".to_owned(), message: "'x'".to_owned(), count, ..event }];
        analysis(&Analysis { incidents: one_each(&events), events, ..Analysis::default() }, Some("build.log"))
    }

    #[test]
    fn a_line_begins_with_the_nearest_place() {
        let place = |file: &str| Some(PlaceReport { file: file.to_owned(), line: Some(7), ..PlaceReport::default() });
        let raised = EventReport { raised_at: place("/srv/app/x.py"), ..EventReport::default() };
        assert_eq!(lines(raised.clone(), 1), "/srv/app/x.py:7: KeyError: 'x'\n");
        assert_eq!(lines(EventReport { blamed: place("x.py"), ..raised }, 12), "x.py:7: KeyError: 'x' (x12)\n");
        let nowhere = EventReport { log: LogLines { first_line: 3, ..LogLines::default() }, ..EventReport::default() };
        assert_eq!(lines(nowhere, 1), "build.log:3: KeyError: 'x'\n");
    }

    #[test]
    fn a_hostile_place_stays_on_its_line() {
        let place = PlaceReport { file: "a\nb\u{1b}[2J".to_owned(), line: Some(1), ..PlaceReport::default() };
        assert_eq!(lines(EventReport { raised_at: Some(place), ..EventReport::default() }, 1), "a b\\u{1b}[2J:1: KeyError: 'x'\n");
    }
}
