//! The prefixes of GitHub Actions: the time before each line of a raw log, and job and step before each line of `gh run view --log`.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::Layer;
use crate::event::line::Line;

/// `2025-01-02T03:04:05.1234567Z ` and the text with its indent.
pub(super) struct Timestamp;

/// `job<TAB>step<TAB>` before the time.
pub(super) struct GithubCli;

static TIME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\u{feff}?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z)(?: |$)").expect("a constant"));
static JOB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([^\t]{1,200})\t[^\t]{1,200}\t\u{feff}?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z(?: |$)").expect("a constant")
});

impl Layer for Timestamp {
    fn peel(&self, lines: &mut [Line<'_>]) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut().filter(|line| line.text.len() > 20) {
            let Some(found) = TIME.captures(&line.text) else { continue };
            let (end, time) = (found[0].len(), Arc::from(&found[1]));
            line.timestamp = Some(time);
            line.cut(end);
            let n = marker_len(&line.text);
            line.cut(n);
            has_changed = true;
        }
        has_changed
    }
}

/// The runner's own marks before a line that it coloured: the text behind them is what the tool printed.
fn marker_len(text: &str) -> usize {
    ["##[error]", "##[warning]", "##[debug]", "##[group]"].iter().find(|mark| text.starts_with(**mark)).map_or(0, |mark| mark.len())
}

impl Layer for GithubCli {
    fn peel(&self, lines: &mut [Line<'_>]) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut().filter(|line| line.text.contains('\t')) {
            let Some(found) = JOB.captures(&line.text) else { continue };
            let job: Arc<str> = Arc::from(&found[1]);
            let step_end = found[0].rfind('\t').map_or(0, |at| at + 1);
            line.service = Some(job);
            line.cut(step_end);
            has_changed = true;
        }
        has_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_step_and_time_go_and_the_indent_stays() {
        let mut line = Line::new("test (3.9)\tRun tests\t2026-05-11T14:50:53.0606810Z   File \"x.py\", line 1", 1);
        assert!(GithubCli.peel(std::slice::from_mut(&mut line)));
        assert!(Timestamp.peel(std::slice::from_mut(&mut line)));
        assert_eq!(line.text, "  File \"x.py\", line 1");
        assert_eq!(line.service.as_deref(), Some("test (3.9)"));
        assert_eq!(line.timestamp.as_deref(), Some("2026-05-11T14:50:53.0606810Z"));
        assert!(!Timestamp.peel(std::slice::from_mut(&mut line)));
    }
}
