//! Reads the body of one failure in pytest's report: entries with their source, `E` lines and locations, and the chain they form.
//!
//! Source: pytest 8.3, `src/_pytest/_code/code.py`, `ReprEntry`, `ReprFileLocation`, `ReprExceptionInfo`.

use super::exception::{exception_line, is_surely_exception};
use super::frame::{add_source, file_line, is_marks};
use super::plain;
use crate::event::line::{Line, has_extension, split_location, split_number};
use crate::event::{Cause, Event, Frame, Place};
use crate::syntax::LanguageId;

/// What one section holds.
pub(super) struct Section {
    /// The failure; nothing if the section has no `E` line and no location.
    pub(super) event: Option<Event>,
    /// The first line behind the last one that tells of it.
    pub(super) end: usize,
    /// Whether it shows calls, and not yet what they ended with.
    pub(super) is_open: bool,
}

impl Section {
    /// The same without an event of which that is not true.
    pub(super) fn only_if(self, is_true: impl Fn(&Event) -> bool) -> Section {
        Section { event: self.event.filter(is_true), ..self }
    }
}

/// One exception of a chain.
#[derive(Default)]
struct Link {
    frames: Vec<Frame>,
    error: Vec<String>,
    /// The kind that stands behind the location.
    kind: Option<String>,
}

/// Reads `lines`, the body of a section.
pub(super) fn read(lines: &[Line<'_>]) -> Section {
    let mut body = Body::default();
    let mut end = 0;
    for (index, line) in lines.iter().enumerate() {
        let text = line.text.trim_end();
        if text.starts_with("-----") && text.contains(" Captured ") {
            end = body.crash_below(lines, index).unwrap_or(end);
            break;
        }
        if body.take(text) {
            end = index + 1;
        }
        if body.is_done {
            break;
        }
    }
    let is_open = !body.link.frames.is_empty() && body.link.error.is_empty();
    Section { event: body.event(), end, is_open }
}

#[derive(Default)]
struct Body {
    links: Vec<Link>,
    link: Link,
    /// The function of the entry at hand.
    function: Option<String>,
    /// Its source line with marks, and the blanks before that line.
    entry: (Frame, usize),
    /// Whether the last line was the location of a short entry, under which its source stands.
    is_under_location: bool,
    /// Whether the last line said what went wrong.
    is_under_error: bool,
    /// Whether the line style's last line was read.
    is_done: bool,
    /// The fixtures that lead to one that cannot be had.
    fixtures: plain::Stack,
}

impl Body {
    /// Takes one line in; says whether it tells of the failure.
    fn take(&mut self, text: &str) -> bool {
        let was_under = std::mem::take(&mut self.is_under_location);
        let was_error = std::mem::take(&mut self.is_under_error);
        if self.link.frames.is_empty() && self.link.error.is_empty() && self.fixtures.take(text) {
            return true;
        }
        if let Some(error) = error_text(text) {
            self.link.error.push(error.to_owned());
            self.is_under_error = true;
        } else if was_error && text.starts_with("    ") {
            // The line style marks only the first line.
            self.link.error.push(text[1..].to_owned());
            self.is_under_error = true;
        } else if let Some(place) = self.link.crash(text) {
            self.link.frames.push(Frame { place, ..Frame::default() });
            self.is_done = true;
        } else if let Some((place, what)) = location(text) {
            self.locate(place, what);
        } else if text.starts_with("> ") || (self.entry.0.source.is_some() && is_marks(text)) {
            let text = text.replacen('>', " ", 1);
            self.function = self.function.take().or_else(|| defined(&text));
            add_source(&mut self.entry.0, &text, &mut self.entry.1);
        } else if text.starts_with("The above exception was the direct cause") || text.starts_with("During handling of the above exception")
        {
            self.links.push(std::mem::take(&mut self.link));
        } else if text.starts_with("    ") && was_under {
            if let Some(frame) = self.link.frames.last_mut() {
                add_source(frame, text, &mut self.entry.1);
                self.is_under_location = true;
            }
        } else {
            // The first `def` of a long entry is the function; those below it are its own.
            self.function = self.function.take().or_else(|| defined(text));
            return false;
        }
        true
    }

    /// The line style prints what was captured between the error and its location.
    fn crash_below(&mut self, lines: &[Line<'_>], at: usize) -> Option<usize> {
        const FURTHEST: usize = 200;
        if !self.link.frames.is_empty() {
            return None;
        }
        let below = lines[at..].iter().take(FURTHEST).take_while(|line| error_text(line.text.trim_end()).is_none());
        let (n, place) = below.enumerate().find_map(|(n, line)| Some((n, self.link.crash(line.text.trim_end())?)))?;
        self.link.frames.push(Frame { place, ..Frame::default() });
        Some(at + n + 1)
    }

    fn locate(&mut self, mut place: Place, what: What) {
        match what {
            What::Function(name) => {
                place.function = Some(name);
                self.link.frames.push(Frame { place, ..Frame::default() });
                self.is_under_location = true;
            }
            What::Kind(kind) => {
                place.function = self.function.take();
                self.link.frames.push(Frame { place, ..std::mem::take(&mut self.entry).0 });
                self.link.kind = kind.or(self.link.kind.take());
            }
        }
    }

    fn event(mut self) -> Option<Event> {
        self.links.push(self.link);
        let mut told = self.links.into_iter().filter(|link| !link.error.is_empty() || link.kind.is_some()).collect::<Vec<_>>();
        let last = told.pop()?;
        let (kind, message) = last.named();
        let cause = |link: &Link| {
            let (kind, message) = link.named();
            Cause { kind, message, frames: link.frames.clone() }
        };
        let causes = told.iter().rev().map(cause).collect();
        let mut frames = if last.frames.is_empty() { self.fixtures.frames() } else { last.frames };
        // A syntax error names its place in its own text, as CPython prints it.
        frames.extend(last.error.iter().filter_map(|line| file_line(line)).filter(|frame| frame.place.function.is_none()));
        let raised_at = frames.last().map(|frame| frame.place.clone());
        Some(Event { raised_at, frames, causes, ..Event::new(LanguageId::PYTHON, kind, message) })
    }
}

impl Link {
    /// The line style ends a failure with `tests/x.py:12: ` and the first line of what `E` said.
    fn crash(&self, text: &str) -> Option<Place> {
        let first = self.error.first()?.trim();
        let head = text.strip_suffix(first)?.trim_end().strip_suffix(':')?;
        let (file, line, _) = split_location(head)?;
        Some(Place { file: file.to_owned(), line: Some(line), column: None, function: None })
    }

    /// Kind and message: from the `E` lines, or the kind from behind the location where pytest rewrote the assertion.
    fn named(&self) -> (String, String) {
        let indent =
            self.error.iter().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
        let lines: Vec<&str> = self.error.iter().map(|line| line.get(indent..).unwrap_or("")).collect();
        // A syntax error in a test file is printed whole; its own line comes last.
        let is_named = |kind: &str, at| is_surely_exception(kind) || self.kind.as_deref() == Some(kind) || (at == 0 && is_outcome(kind));
        let named = (0..lines.len()).find(|&at| exception_line(lines[at]).is_some_and(|(kind, _)| is_named(kind, at)));
        let first = match (named, &self.kind) {
            (Some(0), _) => Some(0),
            (Some(at), None) => Some(at),
            (Some(at), Some(kind)) if exception_line(lines[at]).is_some_and(|(name, _)| name == kind) => Some(at),
            _ => None,
        };
        if let Some(at) = first
            && let Some((kind, message)) = exception_line(lines[at])
        {
            let rest = lines[at + 1..].iter().map(|line| (*line).to_owned());
            return (kind.to_owned(), std::iter::once(message.to_owned()).chain(rest).collect::<Vec<_>>().join("\n"));
        }
        let kind = self.kind.clone().unwrap_or_else(|| {
            if lines.first().is_some_and(|line| line.starts_with("assert ")) {
                "AssertionError".to_owned()
            } else {
                "test-failure".to_owned()
            }
        });
        (kind, lines.join("\n"))
    }
}

/// pytest's own exceptions have names without an ending.
pub(super) fn is_outcome(kind: &str) -> bool {
    matches!(kind, "Failed" | "Skipped" | "Exit" | "XFailed")
}

/// The text of a line that pytest marks with `E`.
fn error_text(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('E')?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix("  ") }
}

/// Whether `text` ends the failure before it: a location with the kind or the message behind it.
pub(super) fn is_end(text: &str) -> bool {
    let Some((head, rest)) = text.split_once(": ") else { return false };
    !text.starts_with([' ', '>'])
        && !rest.starts_with("in ")
        && !rest.is_empty()
        && split_location(head).is_some_and(|(file, ..)| has_extension(file, "py"))
}

/// What stands behind a location.
enum What {
    /// `: in test_x`, of the short style.
    Function(String),
    /// `: KeyError`, at the end of a long entry; empty for the outer ones.
    Kind(Option<String>),
}

/// `tests/x.py:12: in test_x`, `tests/x.py:12: KeyError`, `tests/x.py:12: `.
fn location(text: &str) -> Option<(Place, What)> {
    if text.starts_with([' ', 'E', '>', '-']) && !text.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let (at, rest) = text.match_indices(':').find_map(|(at, _)| Some((at, split_number(&text[at + 1..])?)))?;
    let (line, rest) = rest;
    let rest = rest.strip_prefix(':')?.trim();
    let file = &text[..at];
    let is_file = !file.is_empty() && !file.contains(['"', '\'', '(']) && file.contains(['.', '/', '\\', '<']);
    let what = match rest.strip_prefix("in ") {
        Some(name) => What::Function(name.to_owned()),
        None if rest.is_empty() => What::Kind(None),
        None => What::Kind(Some(exception_line(rest).filter(|(_, message)| message.is_empty())?.0.to_owned())),
    };
    is_file.then(|| (Place { file: file.to_owned(), line: Some(line), column: None, function: None }, what))
}

/// The name in `    def test_x(self):`.
fn defined(text: &str) -> Option<String> {
    let text = text.trim_start();
    let rest = text.strip_prefix("async ").unwrap_or(text).strip_prefix("def ")?;
    rest.split('(').next().filter(|name| !name.is_empty()).map(str::to_owned)
}
