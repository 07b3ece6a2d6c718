//! The prefixes of GitHub Actions: the time before each line of a raw log, and job and step before each line of `gh run view --log`.

use std::sync::Arc;

use super::Layer;
use crate::event::line::Line;

/// `2025-01-02T03:04:05.1234567Z ` and the text with its indent.
pub(super) struct Timestamp;

/// `job<TAB>step<TAB>` before the time.
pub(super) struct GithubCli;

/// The shape of a time up to its fraction, which has six to nine digits.
const SHAPE: &[u8; 20] = b"0000-00-00T00:00:00.";

/// The time at the start of `text`, and how many bytes it and the blank after it take.
fn time(text: &str) -> Option<(&str, usize)> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let bytes = &text.as_bytes()[mark..];
    let fits = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    if bytes.len() <= SHAPE.len() || !bytes.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let n = bytes[SHAPE.len()..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = SHAPE.len() + n + 1;
    let is_time = (6..=9).contains(&n) && bytes[end - 1..].first() == Some(&b'Z') && matches!(bytes.get(end), None | Some(b' '));
    is_time.then(|| (&text[mark..mark + end], (mark + end + 1).min(text.len())))
}

impl Layer for Timestamp {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut().filter(|line| line.text.len() > 20) {
            let Some((time, end)) = time(&line.text) else { continue };
            line.timestamp = Some(Arc::from(time));
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
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            let mut parts = line.text.splitn(3, '\t');
            let (Some(job), Some(step), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { continue };
            if job.is_empty() || step.is_empty() || time(rest).is_none() {
                continue;
            }
            let (job, end) = (Arc::from(job), job.len() + step.len() + 2);
            line.service = Some(job);
            line.cut(end);
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
        let mut lines = vec![Line::new("test (3.9)\tRun tests\t2026-05-11T14:50:53.0606810Z   File \"x.py\", line 1", 1)];
        assert!(GithubCli.peel(&mut lines));
        assert!(Timestamp.peel(&mut lines));
        let line = &lines[0];
        assert_eq!(line.text, "  File \"x.py\", line 1");
        assert_eq!(line.service.as_deref(), Some("test (3.9)"));
        assert_eq!(line.timestamp.as_deref(), Some("2026-05-11T14:50:53.0606810Z"));
        assert!(!Timestamp.peel(&mut lines));
    }
}
