//! Reads a CPython traceback into a tree: chains of exceptions, and groups whose leaves are chains again.
//!
//! Source: CPython 3.13, `Lib/traceback.py`, `TracebackException.format` and `_ExceptionPrintContext`.

use super::exception::{Rest, exception_line, is_surely_exception, rest_of};
use super::frame::{add_source, file_line, is_filler};
use crate::event::Frame;
use crate::event::line::{Line, indent_of, is_blank, without_margin};

/// One exception with its stack.
#[derive(Debug, Default)]
pub(super) struct Raised {
    pub(super) frames: Vec<Frame>,
    pub(super) kind: String,
    pub(super) message: String,
    pub(super) notes: Vec<String>,
    /// The parts of an exception group.
    pub(super) leaves: Vec<Chain>,
}

/// Exceptions that led to each other, the last one printed last.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) links: Vec<Raised>,
}

pub(super) const HEADER: &str = "Traceback (most recent call last):";
const GROUP_HEADER: &str = "+ Exception Group Traceback (most recent call last):";
const SENTENCES: &[&str] = &[
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
];
/// Groups in groups: CPython itself stops at ten.
const DEEPEST: usize = 12;

/// Reads lines from one on; holds what is true of all of them.
pub(super) struct Reader<'l, 't> {
    lines: &'l [Line<'t>],
    /// The next line.
    pub(super) at: usize,
    /// Blanks before the header, which stand before every line.
    margin: usize,
    /// Whether the failure ends only at a rule across the page.
    is_fenced: bool,
    /// The first line behind the frames that were read, also where no exception followed them.
    pub(super) furthest: usize,
}

impl<'l, 't> Reader<'l, 't> {
    pub(super) fn new(lines: &'l [Line<'t>], at: usize, margin: usize, is_fenced: bool) -> Reader<'l, 't> {
        Reader { lines, at, margin, is_fenced, furthest: at }
    }

    /// Reads a chain at the given depth of groups; nothing if no exception stands here.
    pub(super) fn chain(&mut self, depth: usize) -> Chain {
        let mut chain = Chain::default();
        while let Some(raised) = self.raised(depth) {
            chain.links.push(raised);
            let end = self.at;
            self.skip_blank(depth);
            let Some(text) = self.text(depth) else { break };
            if !SENTENCES.contains(&text.trim()) {
                self.at = end;
                break;
            }
            self.at += 1;
            self.skip_blank(depth);
        }
        chain
    }

    /// The next line at `depth`, without margin and bars; nothing if it belongs to another depth.
    fn text(&self, depth: usize) -> Option<&'l str> {
        let text = without_margin(&self.lines.get(self.at)?.text, self.margin);
        if depth == 0 {
            return Some(text);
        }
        let rest = text.trim_start_matches(' ');
        let is_here = text.len() - rest.len() == 2 * depth;
        let rest = rest.strip_prefix('|').filter(|_| is_here)?;
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    }

    fn skip_blank(&mut self, depth: usize) {
        while self.text(depth).is_some_and(|text| is_blank(text) || text.trim() == "\"\"\"") {
            self.at += 1;
        }
    }

    fn raised(&mut self, mut depth: usize) -> Option<Raised> {
        let begin = self.at;
        let text = self.text(depth)?;
        if depth == 0 && text.trim_start() == GROUP_HEADER {
            self.margin += indent_of(text).saturating_sub(2);
            depth = 1;
            self.at += 1;
        } else if text.contains(HEADER) {
            self.at += 1;
        }
        let has_header = self.at > begin;
        let frames = self.frames(depth);
        self.furthest = self.furthest.max(self.at);
        let raised = self.exception(depth, frames, has_header);
        if raised.is_none() {
            self.at = begin;
        }
        raised
    }

    fn frames(&mut self, depth: usize) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(text) = self.text(depth) {
            if let Some(mut frame) = file_line(text) {
                self.at += 1;
                self.source(depth, indent_of(text), &mut frame);
                frames.push(frame);
            } else if is_filler(text) || (is_blank(text) && !frames.is_empty() && self.goes_on(depth)) {
                self.at += 1;
            } else {
                break;
            }
        }
        frames
    }

    /// Lines under a `File` line are indented deeper than it.
    fn source(&mut self, depth: usize, file_indent: usize, frame: &mut Frame) {
        let mut indent = 0;
        while let Some(text) = self.text(depth) {
            let is_source = indent_of(text) > file_indent && !is_blank(text) && file_line(text).is_none();
            if !is_source && !is_filler(text) {
                break;
            }
            add_source(frame, text, &mut indent);
            self.at += 1;
        }
    }

    /// loguru sets blank lines between the entries and before the exception.
    fn goes_on(&self, depth: usize) -> bool {
        let next = Reader { at: self.at + 1, ..*self };
        next.text(depth)
            .is_some_and(|text| file_line(text).is_some() || exception_line(text).is_some_and(|(kind, _)| is_surely_exception(kind)))
    }

    fn exception(&mut self, depth: usize, frames: Vec<Frame>, has_header: bool) -> Option<Raised> {
        let line = self.text(depth).and_then(exception_line);
        let Some((kind, first)) = line.filter(|(kind, _)| is_surely_exception(kind) || depth > 1 || (has_header && !frames.is_empty()))
        else {
            // The log ends, or something else cuts in: the stack tells that something failed, not what.
            let is_cut = has_header && !frames.is_empty() && depth == 0;
            return is_cut.then(|| Raised { frames, kind: "unknown".to_owned(), ..Raised::default() });
        };
        // A leaf of a group that was never raised has no stack; else a header without a frame is documentation.
        if frames.is_empty() && depth < 2 {
            return None;
        }
        self.at += 1;
        let rest = self.rest(depth, kind, first);
        let message = std::iter::once(first).chain(rest.message.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
        let leaves = self.leaves(depth);
        Some(Raised { frames, kind: kind.to_owned(), message, notes: rest.notes, leaves })
    }

    fn rest(&mut self, depth: usize, kind: &str, first: &str) -> Rest {
        let begin = self.at;
        let mut here = Reader { ..*self };
        let lines = std::iter::from_fn(move || {
            let text = here.text(depth)?;
            here.at += 1;
            Some(text)
        });
        let rest = rest_of(kind, first, lines, self.is_fenced && depth == 0);
        self.at = begin + rest.n_lines;
        rest
    }

    /// The parts of a group: `+-+---- 1 ----`, their chains one step deeper, `+----`.
    fn leaves(&mut self, depth: usize) -> Vec<Chain> {
        let mut leaves = Vec::new();
        if !self.is_rule(depth, "+-+---") || depth > DEEPEST {
            return leaves;
        }
        while self.is_rule(depth, "+-+---") || self.is_rule(depth + 1, "+---") {
            self.at += 1;
            let chain = self.chain(depth + 1);
            if chain.links.is_empty() {
                self.skip_unread(depth + 1);
            } else {
                leaves.push(chain);
            }
        }
        leaves
    }

    fn is_rule(&self, depth: usize, begin: &str) -> bool {
        let Some(line) = self.lines.get(self.at) else { return false };
        let text = without_margin(&line.text, self.margin);
        indent_of(text) == 2 * depth && text.trim_start().starts_with(begin)
    }

    /// What a leaf holds besides exceptions: "and 5 more exceptions".
    fn skip_unread(&mut self, depth: usize) {
        while self.text(depth).is_some() {
            self.at += 1;
        }
    }
}
