//! What build servers and builders put into a log: sections of GitLab, folds of Travis, times of Buildkite, steps of docker build, messages of `TeamCity`.
//!
//! Source: `TeamCity` documentation, "Service Messages"; GitLab Docs, "Custom collapsible sections"; Buildkite Docs, "Log output"; `BuildKit`, `util/progress/progressui/printer.go`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::Layer;
use super::owner::{Owner, assign};
use crate::event::line::Line;

/// `section_start:1716379966:build`, `travis_fold:start:x`, `_bk;t=1716379966123`.
pub(super) struct Section;

/// `704.7s<TAB>1390<TAB>`, seconds and line number, as Kaggle writes before each line of a run.
pub(super) struct Elapsed;

/// `##teamcity[testFailed name='a' details='Traceback ...|n  File ...']`, with its line ends.
pub(super) struct ServiceMessage;

/// `#12 3.456 ` before the lines of a build step, and `3.456 ` where they are shown again.
pub(super) struct BuildStep;

const SECTIONS: &[&str] = &["section_start:", "section_end:", "travis_fold:", "travis_time:", "_bk;t="];

impl Layer for Section {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            if !matches!(line.text.as_bytes().first(), Some(b's' | b't' | b'_')) {
                continue;
            }
            let Some(mark) = SECTIONS.iter().find(|mark| line.text.starts_with(**mark)) else { continue };
            let rest = &line.text.as_bytes()[mark.len()..];
            let is_time = mark.starts_with("_bk");
            let is_sign = |byte: &&u8| byte.is_ascii_digit() || (!is_time && (byte.is_ascii_alphanumeric() || b"_.-:=,[]".contains(byte)));
            let n = mark.len() + rest.iter().take_while(is_sign).count();
            line.cut(n);
            has_changed = true;
        }
        has_changed
    }
}

impl Layer for Elapsed {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut has_changed = false;
        for line in lines.iter_mut() {
            if let Some(n) = elapsed_len(&line.text) {
                line.cut(n);
                has_changed = true;
            }
        }
        has_changed
    }
}

fn elapsed_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let whole = digits(0);
    let at = whole + 1 + digits(whole + 1);
    let is_seconds = whole > 0 && bytes.get(whole) == Some(&b'.') && bytes.get(at..)?.starts_with(b"s\t");
    let end = at + 2 + digits(at + 2);
    (is_seconds && end > at + 2 && bytes.get(end) == Some(&b'\t')).then_some(end + 1)
}

impl Layer for ServiceMessage {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        if !lines.iter().any(|line| unpacked(&line.text).is_some()) {
            return false;
        }
        *lines = std::mem::take(lines).into_iter().flat_map(lines_of).collect();
        true
    }
}

/// The lines that `line` carries, if it is a message; else itself.
fn lines_of(line: Line<'_>) -> Vec<Line<'_>> {
    match unpacked(&line.text) {
        Some(text) => text.split('\n').map(|part| Line { text: Cow::Owned(part.to_owned()), ..line.clone() }).collect(),
        None => vec![line],
    }
}

/// The text that a service message of `TeamCity` carries.
fn unpacked(text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix("##teamcity[")?;
    let start = [" details='", " text='", " out='"].iter().find_map(|name| Some(rest.find(name)? + name.len()))?;
    let mut out = String::new();
    let mut signs = rest[start..].chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\'' => break,
            '|' => match signs.next()? {
                'n' => out.push('\n'),
                'r' => {}
                escaped => out.push(escaped),
            },
            sign => out.push(sign),
        }
    }
    Some(out)
}

impl Layer for BuildStep {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut owners: Vec<Option<Owner>> = Vec::new();
        let mut is_again = false;
        let mut has_changed = false;
        for at in 0..lines.len() {
            let text = lines[at].text.as_ref();
            match text.as_bytes().first() {
                Some(b'#') => {
                    let Some((step, end)) = step(text) else { continue };
                    owners.resize(lines.len(), None);
                    owners[at] = Some(Owner { service: None, speaker: Some(Arc::from(&text[step])) });
                    lines[at].cut(end);
                    has_changed = true;
                }
                // ` > [2/3] RUN make:` opens what is shown again, a rule closes it.
                Some(b' ') => is_again |= text.starts_with(" > [") && text.trim_end().ends_with(':'),
                Some(b'-') => is_again &= !text.starts_with("------"),
                Some(b'0'..=b'9') if is_again => {
                    let Some(end) = seconds(text) else { continue };
                    lines[at].cut(end);
                    has_changed = true;
                }
                _ => {}
            }
        }
        if !owners.is_empty() {
            assign(lines, &owners);
        }
        has_changed
    }
}

/// The step's name and the length of `#12 3.456 `.
fn step(text: &str) -> Option<(Range<usize>, usize)> {
    let n = text[1..].bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[1 + n..].strip_prefix(' ').filter(|_| n > 0)?;
    Some((0..1 + n, 2 + n + seconds(rest)?))
}

/// The length of `3.456 `.
fn seconds(text: &str) -> Option<usize> {
    let n = text.bytes().take_while(u8::is_ascii_digit).count();
    let fraction = text[n..].strip_prefix('.').filter(|_| n > 0)?;
    let n_fraction = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let end = n + 1 + n_fraction;
    ((1..=3).contains(&n_fraction) && matches!(text.as_bytes().get(end), None | Some(b' '))).then_some((end + 1).min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(layer: &dyn Layer, before: &[&str], after: &[&str]) {
        let mut lines: Vec<Line<'_>> = before.iter().map(|text| Line::new(*text, 1)).collect();
        layer.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after);
        assert!(!layer.peel(&mut lines));
    }

    #[test]
    fn marks_of_sections_go() {
        check(
            &Section,
            &[
                "section_start:1716379966:step_script[collapsed=true]",
                "section_end:1716379966:x error",
                "travis_fold:start:a",
                "_bk;t=1716379966123Trace",
                "section x",
            ],
            &["", " error", "", "Trace", "section x"],
        );
    }

    #[test]
    fn seconds_and_line_number_go() {
        check(
            &Elapsed,
            &["704.7s\t1390\tTrace", "704.7s\t1391\t  File", "704.7s x", "1.5\t2\tx", "7"],
            &["Trace", "  File", "704.7s x", "1.5\t2\tx", "7"],
        );
    }

    #[test]
    fn a_service_message_gives_way_to_its_text() {
        check(
            &ServiceMessage,
            &[
                "##teamcity[testFailed name='a' message='x' details='Trace|n  File |'x|'||y|nE: |[1|]|r|n' flowId='1']",
                "##teamcity[testStarted name='a']",
            ],
            &["Trace", "  File 'x'|y", "E: [1]", "", "##teamcity[testStarted name='a']"],
        );
    }

    #[test]
    fn steps_of_a_build_go() {
        check(
            &BuildStep,
            &[
                "#12 [2/3] RUN x",
                "#12 0.456 Trace",
                "#12 0.457   File",
                "#12 0.4",
                "0.5 x",
                " > [2/3] RUN x:",
                "0.456 Trace",
                "0.456",
                "------",
                "0.6 y",
                "#12 x",
            ],
            &["#12 [2/3] RUN x", "Trace", "  File", "", "0.5 x", " > [2/3] RUN x:", "Trace", "", "------", "0.6 y", "#12 x"],
        );
    }
}
