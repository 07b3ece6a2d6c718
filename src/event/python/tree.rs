//! Reads a CPython traceback into a tree: chains of exceptions, and groups whose leaves are chains again.
//!
//! Source: CPython 3.13, `Lib/traceback.py`, `TracebackException.format` and `_ExceptionPrintContext`.

use super::exception::{Rest, exception_line, is_new_matter, is_record, is_surely_exception, rest_of};
use super::frame::{HEADER, OLD_HEADER, TITLE, TURNED_HEADER, add_source, file_line, is_filler, is_marks};
use super::{notebook, pieces, rich};
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

const GROUP_HEADER: &str = "+ Exception Group Traceback (most recent call last):";
const SENTENCES: &[&str] = &[
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
];
/// Groups in groups, boxes in boxes, traces in messages: CPython itself stops at ten.
pub(super) const DEEPEST: usize = 12;
/// So many lines farther the next line of a message may stand, as others speak in between.
const MOST_BETWEEN: u32 = 5;

/// Reads lines from one on; holds what is true of all of them.
pub(super) struct Reader<'l, 't> {
    pub(super) lines: &'l [Line<'t>],
    /// The next line.
    pub(super) at: usize,
    /// Blanks before the header, which stand before every line.
    margin: usize,
    /// Whether the failure ends only at a rule across the page.
    is_fenced: bool,
    /// Where rich broke its lines, in characters from the left.
    width: Option<usize>,
    /// How many boxes and messages this text stands in.
    pub(super) n_boxes: usize,
    /// The first line behind the frames that were read, also where no exception followed them.
    pub(super) furthest: usize,
}

impl<'l, 't> Reader<'l, 't> {
    pub(super) fn new(lines: &'l [Line<'t>], at: usize, margin: usize, is_fenced: bool) -> Reader<'l, 't> {
        Reader { lines, at, margin, is_fenced, width: None, n_boxes: 0, furthest: at }
    }

    /// Reads a chain at the given depth of groups; nothing if no exception stands here.
    pub(super) fn chain(&mut self, depth: usize) -> Chain {
        let mut chain = Chain::default();
        if let Some(raised) = self.raised(depth) {
            self.add(raised, &mut chain, depth);
            self.go_on(&mut chain, depth);
        }
        chain
    }

    /// Adds to `chain` what was raised in consequence.
    pub(super) fn go_on(&mut self, chain: &mut Chain, depth: usize) {
        loop {
            let end = self.at;
            self.skip_blank(depth);
            if !self.text(depth).is_some_and(|text| SENTENCES.contains(&text.trim())) {
                self.at = end;
                return;
            }
            self.at += 1;
            self.skip_blank(depth);
            let Some(raised) = self.raised(depth) else { return };
            self.add(raised, chain, depth);
        }
    }

    fn add(&mut self, raised: Raised, chain: &mut Chain, depth: usize) {
        chain.links.extend(self.carried(&raised, depth).links);
        chain.links.push(raised);
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
        if depth == 0 && text.contains(TITLE) && !text.contains(HEADER) {
            let raised = match rich::unbox(self.lines, begin, TITLE) {
                Some(page) => self.below_box(&page),
                None => self.cell(),
            };
            if raised.is_none() {
                self.at = begin;
            }
            return raised;
        }
        if depth == 0
            && let Some(raised) = self.rest_of_cell()
        {
            return Some(raised);
        }
        if depth == 0 && text.trim_start() == GROUP_HEADER {
            self.margin += indent_of(text).saturating_sub(2);
            depth = 1;
            self.at += 1;
        } else if text.contains(HEADER) || text.contains(OLD_HEADER) || text.contains(TURNED_HEADER) {
            self.at += 1;
        }
        let has_header = self.at > begin;
        let mut frames = self.frames(depth);
        if text.contains(TURNED_HEADER) {
            frames.reverse();
        }
        self.furthest = self.furthest.max(self.at);
        let raised = self.exception(depth, frames, has_header);
        if raised.is_none() {
            self.at = begin;
        }
        raised
    }

    /// A traceback in a box of rich, the exception below it, and the parts of a group in boxes below that.
    pub(super) fn below_box(&mut self, page: &rich::Boxed<'_>) -> Option<Raised> {
        (self.at, self.margin, self.width) = (page.end, page.indent, Some(page.width));
        let mut frames = rich::frames(page);
        if let Some(page) = rich::unbox(self.lines, self.at, "") {
            self.at = page.end;
            frames.extend(
                page.content.first().and_then(|line| rich::location(line.text.trim())).map(|place| Frame { place, ..Frame::default() }),
            );
        }
        self.furthest = self.furthest.max(self.at);
        let mut raised = self.exception(0, frames, true)?;
        self.skip_blank(0);
        while let Some(page) = rich::unbox(self.lines, self.at, "Sub-exception #") {
            self.at = page.end;
            let mut reader = Reader::new(&page.content, 0, 0, false);
            let chain = if self.n_boxes < DEEPEST { reader.chain_in_box(self.n_boxes + 1) } else { Chain::default() };
            if !chain.links.is_empty() {
                raised.leaves.push(chain);
            }
            self.skip_blank(0);
        }
        Some(raised)
    }

    /// The chain of a box in a box.
    fn chain_in_box(&mut self, n_boxes: usize) -> Chain {
        self.n_boxes = n_boxes;
        // A part that was never raised is one line.
        let line = self.lines.iter().find(|line| !is_blank(&line.text)).and_then(|line| exception_line(&line.text));
        match line {
            Some((kind, message)) => {
                let raised = Raised { kind: kind.to_owned(), message: message.to_owned(), ..Raised::default() };
                Chain { links: vec![raised] }
            }
            None => self.chain(0),
        }
    }

    /// A traceback of `IPython`: the header names the kind, the last line repeats it.
    fn cell(&mut self) -> Option<Raised> {
        // The rule above a cell is no fence of unittest.
        self.is_fenced = false;
        let header = &self.lines[self.at].text;
        let kind = notebook::header(header)?;
        self.margin = indent_of(header);
        let (frames, end) = notebook::frames(self.lines, self.at + 1, self.margin);
        self.furthest = self.furthest.max(end);
        self.at = end;
        self.skip_blank(0);
        let is_told = self.text(0).and_then(exception_line).is_some_and(|(told, _)| told.rsplit('.').next() == kind.rsplit('.').next());
        if is_told {
            return self.exception_of(0, frames);
        }
        self.at = end;
        (!frames.is_empty()).then(|| Raised { frames, kind: kind.to_owned(), ..Raised::default() })
    }

    /// The same where its header was cut off.
    fn rest_of_cell(&mut self) -> Option<Raised> {
        notebook::entry(&self.lines[self.at].text)?;
        let begin = self.at;
        let (frames, end) = notebook::frames(self.lines, begin, self.margin);
        if frames.iter().all(|frame| frame.source.is_none()) {
            return None;
        }
        (self.at, self.furthest) = (end, self.furthest.max(end));
        self.skip_blank(0);
        let raised = self.exception(0, frames, false);
        if raised.is_none() {
            self.at = begin;
        }
        raised
    }

    /// The entries of a stack.
    pub(super) fn frames(&mut self, depth: usize) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(text) = self.text(depth) {
            if let Some(mut frame) = frame_of(text) {
                self.at += 1;
                self.source(depth, indent_of(text), &mut frame);
                frames.push(frame);
            } else if is_filler(text) || (is_blank(text) && self.goes_on(depth)) {
                self.at += 1;
            } else if let Some(end) = frames.last().and_then(|_| self.end_of_records(depth)) {
                self.at = end;
            } else {
                break;
            }
        }
        frames
    }

    /// Where the stack goes on behind records that another stream of the same process cut into it.
    fn end_of_records(&self, depth: usize) -> Option<usize> {
        const MOST: usize = 3;
        let mut here = Reader { ..*self };
        while here.at < self.at + MOST && here.text(depth).is_some_and(is_record) {
            here.at += 1;
        }
        let n_records = here.at - self.at;
        here.at += usize::from(here.text(depth).is_some_and(is_marks));
        let is_stack = |text: &str| {
            (text.starts_with("  File \"") && frame_of(text).is_some())
                || exception_line(text).is_some_and(|(kind, _)| is_surely_exception(kind))
        };
        (depth == 0 && n_records > 0 && here.text(depth).is_some_and(is_stack)).then_some(here.at)
    }

    /// Lines under a `File` line are indented deeper than it.
    fn source(&mut self, depth: usize, file_indent: usize, frame: &mut Frame) {
        let mut indent = 0;
        while let Some(text) = self.text(depth) {
            // stackprinter numbers the lines of a window and points at one of them.
            let pointed = notebook::numbered(text).filter(|_| text.trim_start().starts_with("-->"));
            let is_source = indent_of(text) > file_indent && !is_blank(text) && file_line(text).is_none();
            if !is_source && pointed.is_none() && !is_filler(text) {
                break;
            }
            if let Some((_, source)) = pointed {
                frame.source = Some(source.trim().to_owned());
            } else {
                add_source(frame, text, &mut indent);
            }
            self.at += 1;
        }
        if frame.source.is_none()
            && depth == 0
            && let Some((source, end)) = pieces::source(self.lines, self.at)
        {
            frame.source = Some(source);
            self.at = end;
        }
    }

    /// loguru sets blank lines between the entries and before the exception.
    fn goes_on(&self, depth: usize) -> bool {
        let next = Reader { at: self.at + 1, ..*self };
        next.text(depth)
            .is_some_and(|text| frame_of(text).is_some() || exception_line(text).is_some_and(|(kind, _)| is_surely_exception(kind)))
    }

    fn exception(&mut self, depth: usize, frames: Vec<Frame>, has_header: bool) -> Option<Raised> {
        // Twisted prints a failure that was never raised so.
        if has_header && let Some((kind, message)) = self.text(depth).and_then(|text| exception_line(text.strip_prefix("Failure: ")?)) {
            self.at += 1;
            return Some(Raised { frames, kind: kind.to_owned(), message: message.to_owned(), ..Raised::default() });
        }
        let line = self.text(depth).and_then(exception_line);
        if !line.is_some_and(|(kind, _)| is_surely_exception(kind) || depth > 1 || (has_header && !frames.is_empty())) {
            // The log ends, or something else cuts in: the stack tells that something failed, not what.
            let is_cut = has_header && !frames.is_empty() && depth == 0;
            return is_cut.then(|| Raised { frames, kind: "unknown".to_owned(), ..Raised::default() });
        }
        // A leaf of a group that was never raised has no stack; else a header without a frame is documentation.
        if frames.is_empty() && depth < 2 { None } else { self.exception_of(depth, frames) }
    }

    /// The exception whose line is the next one.
    fn exception_of(&mut self, depth: usize, frames: Vec<Frame>) -> Option<Raised> {
        let (kind, first) = self.text(depth).and_then(exception_line)?;
        self.at += 1;
        let first = self.whole(first);
        let rest = self.rest(depth, kind, &first);
        let message = std::iter::once(first.as_str()).chain(rest.message.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
        let leaves = self.leaves(depth);
        Some(Raised { frames, kind: kind.to_owned(), message, notes: rest.notes, leaves })
    }

    /// The first line of a message whose pieces are lines of their own: rich folds it, a logger in place of stderr gets it in three writes.
    fn whole(&mut self, first: &str) -> String {
        let mut whole = first.to_owned();
        if first.is_empty()
            && let Some(message) = pieces::message(self.lines, self.at)
        {
            self.at += 2;
            return message.to_owned();
        }
        let Some(width) = self.width else { return whole };
        let mut before = self.lines[self.at - 1].text.trim_end();
        while let Some(text) = self.lines.get(self.at).map(|line| line.text.trim_end()) {
            let n_columns = before.chars().count();
            let word = text.split_whitespace().next().map_or(0, |word| word.chars().count());
            let is_folded = word > 0 && indent_of(text) == self.margin && n_columns <= width + 1 && n_columns + 1 + word > width;
            if !is_folded || is_new_matter(text.trim_start()) {
                break;
            }
            let is_full = n_columns == width && !before.trim_start().contains(' ');
            whole.push_str(if is_full { "" } else { " " });
            whole.push_str(text.trim_start());
            before = text;
            self.at += 1;
        }
        whole
    }

    fn rest(&mut self, depth: usize, kind: &str, first: &str) -> Rest {
        let begin = self.at;
        let mut here = Reader { ..*self };
        let lines = std::iter::from_fn(move || {
            // What stands further left than the header is no part of it.
            let is_inside = |line: &Line<'_>| is_blank(&line.text) || indent_of(&line.text) >= here.margin;
            let before = here.lines.get(here.at.saturating_sub(1)).map_or(0, |line| line.no);
            here.lines.get(here.at).filter(|line| is_inside(line) && line.no <= before + MOST_BETWEEN)?;
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

/// An entry that says its line.
fn frame_of(text: &str) -> Option<Frame> {
    file_line(text).or_else(|| notebook::entry(text).filter(|frame| frame.place.line.is_some()))
}
