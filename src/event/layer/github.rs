//! What GitHub's and Azure's runners put round the lines of a job: job and step before each line of `gh run view --log`, marks of colour,
//! commands.
//!
//! A mark says how the runner shows a line, not what it means: an `##[error]` stands before hints of steps that pass, too.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions".

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memchr;

use super::Layer;
use super::stamp::iso;
use crate::event::line::Line;

/// `job<TAB>step<TAB>` before the time.
pub(super) struct GithubCli;

/// `##[error]` and `::error file=x::` before a text.
pub(super) struct Marks;

impl Layer for GithubCli {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut job: Option<Arc<str>> = None;
        let mut no = 0;
        for line in lines.iter_mut() {
            match job_len(&line.text) {
                Some((job_len, len)) => {
                    let name = &line.text[..job_len];
                    let name = job.take().filter(|job| **job == *name).unwrap_or_else(|| Arc::from(name));
                    line.service = Some(Arc::clone(&name));
                    job = Some(name);
                    no = line.no;
                    line.cut(len);
                }
                // What a lone CR cut off stands in the same line of the log.
                None if job.is_some() && line.no == no => line.service.clone_from(&job),
                None => {}
            }
        }
        job.is_some()
    }
}

/// The length of the job's name, and of all before the time.
fn job_len(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let job = memchr(b'\t', &bytes[..bytes.len().min(300)])?;
    let step = memchr(b'\t', &bytes[job + 1..bytes.len().min(job + 300)])?;
    let end = job + step + 2;
    let rest = text[end..].trim_start_matches('\u{feff}');
    (job > 0 && step > 0 && iso(rest.as_bytes()).is_some()).then_some((job, end))
}

impl Layer for Marks {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            let text = match line.text.as_bytes() {
                [b'#', b'#', b'[', ..] => marked(&line.text),
                [b':', b':', ..] => command(&line.text),
                _ => None,
            };
            if let Some(text) = text {
                has_changed = true;
                line.text = Cow::Owned(text);
            }
        }
        has_changed
    }
}

/// The text behind a mark; that of a group or a command is the runner's own.
fn marked(text: &str) -> Option<String> {
    let (mark, rest) = text[3..].split_once(']')?;
    match mark {
        "error" | "warning" | "debug" | "notice" => Some(rest.to_owned()),
        "group" | "endgroup" | "section" | "command" => Some(String::new()),
        _ => None,
    }
}

/// The text of `::error file=x,line=1::text`, with the line ends that it writes as `%0A` as blanks.
fn command(text: &str) -> Option<String> {
    let (head, rest) = text[2..].split_once("::")?;
    match head.split(' ').next()? {
        "error" | "warning" | "notice" | "debug" => Some(rest.to_owned()),
        "group" | "endgroup" | "add-matcher" | "remove-matcher" => Some(String::new()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::stamp::MachineTime;
    use super::*;

    #[test]
    fn job_step_and_time_go_and_the_indent_stays() {
        let mut lines =
            vec![Line::new("test (3.9)\tRun tests\t2026-05-11T14:50:53.0606810Z   File \"x.py\", line 1", 1), Line::new("x\ty\tz", 2)];
        assert!(GithubCli.peel(&mut lines));
        assert!(MachineTime.peel(&mut lines));
        let line = &lines[0];
        assert_eq!(line.text, "  File \"x.py\", line 1");
        assert_eq!(line.service.as_deref(), Some("test (3.9)"));
        assert_eq!(line.timestamp.as_deref(), Some("2026-05-11T14:50:53.0606810Z"));
        assert_eq!(lines[1].text, "x\ty\tz");
        assert!(!GithubCli.peel(&mut lines) && !MachineTime.peel(&mut lines));
    }

    #[test]
    fn marks_go_and_their_text_stays() {
        let mut lines: Vec<Line<'_>> =
            ["##[error]boom", "##[group]Run x", "::error file=a.py,line=3::KeyError: 1", "::std::vec::Vec", "##[x]y"]
                .map(|text| Line::new(text, 1))
                .into();
        assert!(Marks.peel(&mut lines));
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_ref()).collect();
        assert_eq!(texts, ["boom", "", "KeyError: 1", "::std::vec::Vec", "##[x]y"]);
    }
}
