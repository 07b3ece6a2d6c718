//! One line for each incident, as grep and compilers print places: `file:line: kind: message (x12)`. For the error lists of editors and for CI.
//!
//! The place is the one in the repository, else the innermost that is no dependency's, else the one that the log prints, else the line of
//! the log itself.

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

/// The same in at most `width` columns: of a long path, the last two parts are enough to know it again.
pub(super) fn short(analysis: &Analysis, of: &IncidentReport, log: Option<&str>, width: usize) -> String {
    let line = incident(analysis, of, log).unwrap_or_default();
    let line = line.trim_end();
    let (path, rest) = line.split_once(": ").unwrap_or((line, ""));
    let parts: Vec<&str> = path.rsplitn(3, ['/', '\\']).collect();
    match parts.as_slice() {
        [file, folder, _] if line.chars().count() > width => format!("{folder}/{file}: {rest}"),
        _ => line.to_owned(),
    }
}

fn place(event: &EventReport, log: Option<&str>) -> String {
    let at = |file: &str, line: u32| format!("{}:{line}", one_line(file));
    let known = |place: &PlaceReport| place.line.filter(|_| !place.file.is_empty()).map(|line| at(&place.file, line));
    let blamed = event.blamed.as_ref().and_then(known);
    let place = blamed.or_else(|| event.caller().and_then(|frame| Some(at(&frame.file, frame.line?))));
    let place = place.or_else(|| event.raised_at.as_ref().and_then(known));
    place.unwrap_or_else(|| at(log.unwrap_or("log"), event.log.first_line))
}

/// `text` without anything that moves a cursor or begins a line.
fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::events::one_each;
    use crate::report::{FrameReport, LogLines};

    fn lines(event: EventReport, count: u32) -> String {
        let events = vec![EventReport { kind: "KeyError".to_owned(), message: "'x'".to_owned(), count, ..event }];
        analysis(&Analysis { incidents: one_each(&events), events, ..Analysis::default() }, Some("build.log"))
    }

    #[test]
    fn a_line_begins_with_the_nearest_place() {
        let place = |file: &str| Some(PlaceReport { file: file.to_owned(), line: Some(7), ..PlaceReport::default() });
        let raised = EventReport { raised_at: place("/srv/app/x.py"), ..EventReport::default() };
        assert_eq!(lines(raised.clone(), 1), "/srv/app/x.py:7: KeyError: 'x'\n");
        let frame = |file: &str, dependency| FrameReport { file: file.to_owned(), line: Some(8), dependency, ..FrameReport::default() };
        let library = Some(PlaceReport { line: Some(8), ..place("/site-packages/y.py").unwrap() });
        let frames = vec![frame("main.py", false), frame("shop.py", false), frame("/site-packages/y.py", true)];
        assert_eq!(lines(EventReport { frames: frames.clone(), raised_at: library, ..raised.clone() }, 1), "shop.py:8: KeyError: 'x'\n");
        assert_eq!(lines(EventReport { frames, ..raised.clone() }, 1), "/srv/app/x.py:7: KeyError: 'x'\n");
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
