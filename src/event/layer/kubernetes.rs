//! The prefixes of Kubernetes: the log files of its runtimes (`time stderr F text`), `kubectl logs --prefix` and stern.
//!
//! A runtime cuts long lines into parts (`P`), the last of which is marked as full (`F`); they are one line again.
//!
//! Source: Kubernetes, `pkg/kubelet/kuberuntime/logs/logs.go`, the CRI log format; kubectl, `pkg/cmd/logs/logs.go`, `--prefix`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::Layer;
use super::owner::{Owner, assign};
use super::stamp::iso;
use crate::event::line::Line;

/// `2024-05-22T12:12:46.214457123Z stderr F `.
pub(super) struct Runtime;

/// `[pod/web-7d9f8c6b5-x2x4z/app] ` and `web-7d9f8c6b5-x2x4z app `.
pub(super) struct Pod;

impl Layer for Runtime {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        if !lines.iter().any(|line| runtime(&line.text).is_some()) {
            return false;
        }
        let streams = ["stdout", "stderr"].map(|name| Owner { service: None, speaker: Some(Arc::from(name)) });
        // Where a stream was cut: the line that its next part belongs to.
        let mut open = [None, None];
        let mut owners = vec![None; lines.len()];
        for at in 0..lines.len() {
            let Some(found) = runtime(&lines[at].text) else { continue };
            let text = lines[at].text[found.end..].to_owned();
            owners[at] = Some(streams[found.stream].clone());
            lines[at].timestamp = Some(Arc::from(&lines[at].text[..found.n_time]));
            lines[at].cut(found.end);
            let is_part = open[found.stream].is_some();
            let first = *open[found.stream].get_or_insert(at);
            if is_part {
                lines[first].text = Cow::Owned(std::mem::take(&mut lines[first].text).into_owned() + &text);
                lines[at].no = 0;
            }
            if found.is_full {
                open[found.stream] = None;
            }
        }
        assign(lines, &owners);
        lines.retain(|line| line.no != 0);
        true
    }
}

struct CriLine {
    n_time: usize,
    /// Zero for stdout, one for stderr.
    stream: usize,
    is_full: bool,
    end: usize,
}

fn runtime(text: &str) -> Option<CriLine> {
    if !text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let n_time = iso(text.as_bytes())?.end;
    let rest = text.get(n_time..)?;
    let (stream, rest) = [" stdout ", " stderr "].iter().enumerate().find_map(|(stream, name)| Some((stream, rest.strip_prefix(name)?)))?;
    let is_full = rest.starts_with('F');
    ((is_full || rest.starts_with('P')) && matches!(rest.as_bytes().get(1), None | Some(b' '))).then(|| CriLine {
        n_time,
        stream,
        is_full,
        end: (text.len() - rest.len() + 2).min(text.len()),
    })
}

impl Layer for Pod {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        if !lines.iter().any(|line| pod(&line.text).is_some()) {
            return false;
        }
        let mut owners: Vec<Option<Owner>> = Vec::with_capacity(lines.len());
        let mut last: Option<Owner> = None;
        for line in lines.iter_mut() {
            let Some((name, speaker, end)) = pod(&line.text) else {
                owners.push(None);
                continue;
            };
            let is_same = |owner: &Owner| owner.speaker.as_deref() == Some(&line.text[speaker.clone()]);
            let owner = last
                .take()
                .filter(is_same)
                .unwrap_or_else(|| Owner { service: Some(Arc::from(&line.text[name])), speaker: Some(Arc::from(&line.text[speaker])) });
            owners.push(Some(owner.clone()));
            last = Some(owner);
            line.cut(end);
        }
        assign(lines, &owners);
        true
    }
}

/// The workload that the pod belongs to, pod and container, and the length of the prefix.
fn pod(text: &str) -> Option<(Range<usize>, Range<usize>, usize)> {
    if let Some(rest) = text.strip_prefix("[pod/") {
        let close = rest.find(']').filter(|at| *at < 300)? + 5;
        let (pod, container) = text[5..close].split_once('/')?;
        let is_whole = !pod.is_empty() && !container.is_empty() && !text[5..close].contains(' ');
        let end = close + 1 + usize::from(text[close + 1..].starts_with(' '));
        return is_whole.then(|| (5..5 + workload(pod).unwrap_or(pod).len(), 5..close, end));
    }
    if !text.as_bytes().first()?.is_ascii_lowercase() {
        return None;
    }
    let (pod, rest) = text.split_once(' ').filter(|(pod, _)| (10..=253).contains(&pod.len()))?;
    let name = workload(pod)?;
    let container = rest.split(' ').next().filter(|name| is_label(name))?;
    let end = pod.len() + 1 + container.len();
    let after = text.as_bytes().get(end);
    matches!(after, None | Some(b' ')).then(|| (0..name.len(), 0..end, (end + 1).min(text.len())))
}

/// The name in front of the two random parts of a pod's name.
fn workload(pod: &str) -> Option<&str> {
    // Kubernetes draws from letters and digits that spell no words.
    let is_random = |part: &str| part.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte));
    let (rest, last) = pod.rsplit_once('-')?;
    let (name, hash) = rest.rsplit_once('-')?;
    let has_digit = hash.bytes().any(|byte| byte.is_ascii_digit());
    let is_pod = last.len() == 5 && is_random(last) && (6..=10).contains(&hash.len()) && is_random(hash) && has_digit && is_label(name);
    is_pod.then_some(name)
}

fn is_label(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(layer: &dyn Layer, before: &[&str], after: &[(&str, &str, &str)]) {
        let mut lines: Vec<Line<'_>> = before.iter().zip(1..).map(|(text, no)| Line::new(*text, no)).collect();
        layer.peel(&mut lines);
        let name = |name: &Option<Arc<str>>| name.as_deref().unwrap_or("").to_owned();
        let seen: Vec<_> = lines.iter().map(|line| (line.text.to_string(), name(&line.service), name(&line.speaker))).collect();
        let after: Vec<_> = after.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
        assert_eq!(seen, after);
    }

    #[test]
    fn parts_of_a_line_are_joined_within_their_stream() {
        check(
            &Runtime,
            &[
                "2024-05-22T12:12:46.214457123Z stderr P Trace",
                "2024-05-22T12:12:46.214457124Z stdout F ok",
                "2024-05-22T12:12:46.214457125+02:00 stderr F back",
                "2024-05-22T12:12:46.214457126Z stderr F   File",
                "2024-05-22T12:12:46.214457127Z stderr F",
            ],
            &[("Traceback", "", "stderr"), ("ok", "", "stdout"), ("  File", "", "stderr"), ("", "", "stderr")],
        );
        check(&Runtime, &["2024-05-22T12:12:46Z stderr Full"], &[("2024-05-22T12:12:46Z stderr Full", "", "")]);
    }

    #[test]
    fn pods_speak_for_their_workload() {
        let speaker = "web-7d9f8c6b5-x2x4z/app";
        check(&Pod, &["[pod/web-7d9f8c6b5-x2x4z/app]   File", "more"], &[("  File", "web", speaker), ("more", "web", speaker)]);
        check(&Pod, &["web-7d9f8c6b5-x2x4z app   File"], &[("  File", "web", "web-7d9f8c6b5-x2x4z app")]);
        for text in ["a-b-c is x", "[pod/x] y", "well-formed-words are here", "x"] {
            check(&Pod, &[text], &[(text, "", "")]);
        }
    }
}
