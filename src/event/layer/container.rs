//! Records that each hold one line of a program's output: Docker's json-file driver, `journalctl -o json`, fluentd's, `go test -json`.
//!
//! The record gives way to the line; what its writer could not take in one piece (no line end) is joined. A record of a logger, which
//! holds a whole message, stays.
//!
//! Source: Docker 27, `daemon/logger/jsonfilelog`; systemd 255, `src/shared/logs-show.c` (`output_json`); Go 1.22, `cmd/test2json`.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Layer;
use crate::event::line::Line;

/// `{"log":"...\n","stream":"stderr","time":"..."}`.
pub(super) struct Container;

/// Fields that hold the line, and those of which one stands beside it.
const SHAPES: &[(&str, &[&str])] = &[
    ("\"log\":", &["\"stream\":", "\"kubernetes\":", "\"container_id\":", "\"container_name\":"]),
    ("\"MESSAGE\":", &["\"__REALTIME_TIMESTAMP\":", "\"_PID\":", "\"SYSLOG_IDENTIFIER\":"]),
    ("\"Output\":", &["\"Action\":"]),
];

impl Layer for Container {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        if !lines.iter().any(|line| is_record(&line.text)) {
            return false;
        }
        let mut peeled: Vec<Line<'_>> = Vec::with_capacity(lines.len());
        let mut has_changed = false;
        for line in lines.drain(..) {
            let record = if is_record(&line.text) { record(&line.text) } else { None };
            let Some(record) = record else {
                peeled.push(line);
                continue;
            };
            has_changed = true;
            add(&mut peeled, &line, record);
        }
        *lines = peeled;
        has_changed
    }
}

fn is_record(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('{')
        && text.ends_with('}')
        && SHAPES.iter().any(|(line, beside)| text.contains(line) && beside.iter().any(|field| text.contains(field)))
}

struct Record {
    text: String,
    speaker: Option<String>,
    time: Option<String>,
}

fn record(text: &str) -> Option<Record> {
    let fields: Map<String, Value> = serde_json::from_str(text.trim()).ok()?;
    let field = |names: &[&str]| names.iter().find_map(|name| fields.get(*name)?.as_str()).map(str::to_owned);
    Some(Record {
        text: field(&["log", "MESSAGE", "Output"])?,
        speaker: field(&["stream", "_PID", "Test", "Package"]),
        time: field(&["time", "@timestamp", "__REALTIME_TIMESTAMP", "Time"]),
    })
}

/// Adds the lines of `record`; an unfinished line of the same speaker goes on.
fn add<'t>(peeled: &mut Vec<Line<'t>>, line: &Line<'t>, record: Record) {
    let speaker: Option<Arc<str>> = record.speaker.map(Arc::from);
    let is_whole = record.text.ends_with('\n');
    let text = record.text.strip_suffix('\n').unwrap_or(&record.text);
    let mut parts = text.split('\n').map(|part| part.trim_end_matches('\r'));
    // A zero byte marks a line that is not finished; it is no text of a log.
    let unfinished = peeled.iter_mut().rev().take(LOOKED_AT).find(|last| last.speaker == speaker && last.text.ends_with(UNFINISHED));
    if let Some(last) = unfinished {
        let mut joined = last.text.trim_end_matches(UNFINISHED).to_owned();
        joined.push_str(parts.next().unwrap_or_default());
        last.text = Cow::Owned(joined);
    }
    let time: Option<Arc<str>> = record.time.map(Arc::from).or_else(|| line.timestamp.clone());
    peeled.extend(parts.map(|part| Line {
        text: Cow::Owned(part.to_owned()),
        speaker: speaker.clone().or_else(|| line.speaker.clone()),
        timestamp: time.clone(),
        ..line.clone()
    }));
    if !is_whole
        && line.text.contains("\"log\":")
        && let Some(last) = peeled.iter_mut().rev().take(LOOKED_AT).find(|last| last.speaker == speaker)
    {
        last.text = Cow::Owned(format!("{}{UNFINISHED}", last.text));
    }
}

/// Lines between the parts of one line, printed by others.
const LOOKED_AT: usize = 20;
const UNFINISHED: char = '\0';

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    fn docker(text: &str, stream: &str) -> Vec<String> {
        text.lines()
            .map(|line| format!("{}\n", serde_json::json!({"log": format!("{line}\n"), "stream": stream, "time": "2025-01-02T03:04:05Z"})))
            .collect()
    }

    const TRACE: &str = "Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nKeyError: 'a'\n";
    const SEEN: &str = "KeyError: 'a' @ x.py:3 f";

    #[test]
    fn each_record_is_one_line_of_its_stream() {
        check(&docker(TRACE, "stderr").concat(), &[SEEN]);
        let mixed: Vec<String> =
            docker(TRACE, "stderr").into_iter().zip(docker("a\nb\nc\nd\n", "stdout")).flat_map(|(one, other)| [one, other]).collect();
        check(&mixed.concat(), &[SEEN]);
        let journal: Vec<String> = TRACE.lines().map(|line| format!("{}\n", serde_json::json!({"MESSAGE": line, "_PID": "7"}))).collect();
        check(&journal.concat(), &[SEEN]);
    }

    #[test]
    fn a_line_in_parts_is_joined() {
        let parts = docker(TRACE, "stderr").concat().replace(
            "{\"log\":\"KeyError: 'a'\\n\",\"stream\":\"stderr\"",
            "{\"log\":\"KeyErr\",\"stream\":\"stderr\",\"time\":\"x\"}\n{\"log\":\"or: 'a'\\n\",\"stream\":\"stderr\"",
        );
        check(&parts, &[SEEN]);
    }

    #[test]
    fn a_record_of_a_logger_may_stand_in_it() {
        let inner = serde_json::json!({"level": "error", "exception": TRACE}).to_string();
        check(&docker(&inner, "stdout").concat(), &[SEEN]);
    }
}
