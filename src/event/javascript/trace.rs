//! Reads JavaScript stacks of node, browsers, Deno, Bun and the test runners, with node's header (`/x/y.js:12`, the source line, `^`).
//!
//! A reading begins at the header or at the first frame and looks up for the head, which may be any class behind any prefix. A stack
//! that only informs (`console.trace`, a warning) is no failure.
//!
//! Source: node 20, `src/node_errors.cc` (`AppendExceptionLine`), `lib/internal/util/inspect.js` (`formatError`).

use super::frame;
use super::head::{self, Head};
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, indent_of, is_blank};
use crate::event::{Cause, Event, Frame, Place};
use crate::syntax::LanguageId;

/// `TypeError: message` and the frames below it.
pub(in crate::event) struct Trace;

/// A stack is not longer than this, nor what is printed of an error's own fields.
const LONGEST: usize = 1000;
/// The source line and its marks end so soon below the header, and a message so soon above the frames.
const NEAR: usize = 60;
/// The marks stand so near to the header.
const MARKS: usize = 8;
const REJECTION: &str = "UnhandledPromiseRejectionWarning: ";

impl Dialect for Trace {
    fn hints(&self) -> &'static [&'static str] {
        &[
            ".js:",
            ".mjs:",
            ".cjs:",
            ".jsx:",
            ".ts:",
            ".tsx:",
            ".vue:",
            "node:internal/",
            "UnhandledPromiseRejection",
            "Uncaught ",
            "[eval]:",
        ]
    }

    fn openings(&self) -> &'static [&'static str] {
        &[
            ".js:",
            ".mjs:",
            ".cjs:",
            ".jsx:",
            ".ts:",
            ".tsx:",
            ".vue:",
            "node:",
            "UnhandledPromiseRejection",
            "Uncaught ",
            "[eval]:",
            "<anonymous>",
            "(native)",
            "file://",
            "webpack",
        ]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.as_ref();
        if let Some(place) = frame::header(text) {
            return header(lines, at, place);
        }
        if frame::read(text).is_some() {
            let n_above = lines[..at].iter().rev().take(NEAR).take_while(|line| frame::read(&line.text).is_some()).count();
            return Some(stack(lines, at - n_above));
        }
        bare(lines, at)
    }
}

/// `/x/y.js:12`, the source line, its marks, and what was thrown.
fn header(lines: &[Line<'_>], at: usize, place: Place) -> Option<Reading> {
    let is_marks = |line: &Line<'_>| {
        let text = line.text.trim();
        !text.is_empty() && text.bytes().all(|byte| byte == b'^')
    };
    let marks = at + 1 + lines[at + 1..].iter().take(MARKS).position(is_marks)?;
    let source = lines.get(marks - 1).filter(|_| marks > at + 1).map(|line| line.text.trim().to_owned());
    let thrown = marks + 1 + lines[marks + 1..].iter().take(3).position(|line| !is_blank(&line.text))?;
    let text = lines[thrown].text.trim_end();
    let near = &lines[thrown..lines.len().min(thrown + NEAR)];
    let n_message = near.iter().position(|line| frame::read(&line.text).is_some());
    let ends = near.iter().position(|line| line.text.starts_with("Node.js v") || is_blank(&line.text)).unwrap_or(near.len());
    // An error without a stack is printed in brackets; a long message may hold blank lines.
    let first = thrown + n_message.filter(|n| !text.starts_with('[') && (*n <= ends || head::opening(text, true).is_some())).unwrap_or(1);
    let (kind, message) = match (head::opening(text, true), n_message) {
        (Some((kind, message)), _) => (kind, message.strip_suffix("] {").unwrap_or(message)),
        (None, None) => ("unknown", text.strip_prefix("Uncaught ").unwrap_or(text)),
        (None, Some(_)) => return None, // The stack below has a head of its own.
    };
    let mut parts = Parts::new(kind, message);
    for line in &lines[thrown + 1..first] {
        parts.message.push('\n');
        parts.message.push_str(line.text.trim_end());
    }
    parts.read(lines, first);
    parts.header = Some((place, source));
    Some(parts.reading(lines, at))
}

/// The stack whose first frame is at `first`.
fn stack(lines: &[Line<'_>], first: usize) -> Reading {
    let found = head::above(lines, first);
    let mut parts = Parts::new("unknown", "");
    parts.read(lines, first);
    let has_script = parts.frames.iter().any(|place| !place.file.is_empty());
    match found {
        Some((at, Head::Thrown { kind, message }, test)) if has_script => {
            (parts.kind, parts.message, parts.test) = (kind, message, test);
            parts.reading(lines, at)
        }
        None if first == 0 && lines[first].no == 1 && parts.frames.len() > 2 => parts.reading(lines, first),
        _ => Reading::new(Vec::new(), parts.end),
    }
}

/// An error that a browser or node names without any stack.
fn bare(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let text = lines[at].text.trim();
    let has_frames =
        lines[at + 1..].iter().take(NEAR).take_while(|line| !is_blank(&line.text)).any(|line| frame::read(&line.text).is_some());
    if has_frames || text.contains("Fatal error") || text.contains(".php") {
        return None;
    }
    let (kind, message) = if let Some((_, rest)) = text.split_once(REJECTION).filter(|(before, _)| before.starts_with("(node:")) {
        if rest.starts_with("Unhandled promise rejection") {
            return None;
        }
        head::opening(rest, true).unwrap_or(("UnhandledPromiseRejectionWarning", rest))
    } else {
        let (before, rest) = text.split_once("Uncaught ")?;
        let rest = rest.strip_prefix("(in promise) ").unwrap_or(rest);
        let is_quoted = before.ends_with(['"', '`', '\'', '*']) && !before.contains("CONSOLE(");
        let is_sentence = before.split_whitespace().count() > 4 || before.trim_start().starts_with(['-', '*', '#', '/', '+']);
        let rest = if before.ends_with('"') { rest.split_once('"').map_or(rest, |(rest, _)| rest) } else { rest };
        head::opening(rest, true).filter(|(kind, _)| rest.starts_with(kind) && !is_sentence && !is_quoted)?
    };
    let place =
        text.split_whitespace().next().and_then(frame::header).or_else(|| text.split_once(' ').and_then(|(first, _)| frame::header(first)));
    let parts = Parts { end: at + 1, header: place.map(|place| (place, None)), ..Parts::new(kind, message) };
    Some(parts.reading(lines, at))
}

/// An error on its way to an event.
#[derive(Default)]
struct Parts {
    kind: String,
    message: String,
    header: Option<(Place, Option<String>)>,
    /// Innermost first.
    frames: Vec<Place>,
    causes: Vec<Cause>,
    /// The errors that an `AggregateError` holds.
    leaves: Vec<Parts>,
    test: Option<String>,
    begin: usize,
    end: usize,
}

impl Parts {
    fn new(kind: &str, message: &str) -> Parts {
        Parts { kind: kind.to_owned(), message: message.trim_end().to_owned(), ..Parts::default() }
    }

    /// Reads the frames at `first` and the error's own fields, which node prints in braces below them.
    fn read(&mut self, lines: &[Line<'_>], first: usize) {
        let mut at = first;
        let last = lines.len().min(first + LONGEST);
        let mut is_open = first > 0 && lines[first - 1].text.trim_end().ends_with("] {");
        while at < last {
            let text = lines[at].text.as_ref();
            if let Some(place) = frame::read(text) {
                self.frames.push(place);
                is_open |= text.trim_end().ends_with('{');
            } else if !frame::is_more(text) {
                break;
            }
            at += 1;
            if is_open {
                break;
            }
        }
        self.end = if is_open { self.read_fields(lines, at, last) } else { self.read_cause(lines, at, last) };
    }

    /// Reads up to the brace that closes the fields; says where they end.
    fn read_fields(&mut self, lines: &[Line<'_>], first: usize, last: usize) -> usize {
        let margin = lines.get(first).map_or(0, |line| indent_of(&line.text));
        let mut is_in_errors = false;
        for (at, line) in lines.iter().enumerate().take(last).skip(first) {
            let text = line.text.trim();
            let indent = indent_of(&line.text);
            if indent < margin && text.starts_with('}') {
                return at + 1;
            }
            if let Some(rest) = text.strip_prefix("[cause]: ") {
                let rest = rest.trim_start_matches('[');
                let (kind, message) = head::opening(rest, true).unwrap_or(("Error", rest));
                self.causes.push(Cause { kind: kind.to_owned(), message: message.trim_end_matches(']').to_owned(), ..Cause::default() });
            } else if text == "[errors]: [" {
                is_in_errors = true;
            } else if is_in_errors
                && indent <= margin + 2
                && let Some((kind, message)) = head::opening(text, true)
            {
                self.leaves.push(Parts { begin: at, end: at + 1, ..Parts::new(kind, message) });
            } else if let Some(leaf) = self.leaves.last_mut()
                && let Some(place) = frame::read(text)
            {
                leaf.frames.push(place);
                leaf.end = at + 1;
            }
        }
        // A log that is cut here, or no fields at all.
        first
    }

    /// Jest and Vitest print a cause below the frames.
    fn read_cause(&mut self, lines: &[Line<'_>], first: usize, last: usize) -> usize {
        let mut end = first;
        let mut at = first;
        while at < last {
            let blank = usize::from(is_blank(&lines[at].text));
            let Some(line) = lines.get(at + blank) else { break };
            let text = line.text.trim();
            let Some(rest) = text.strip_prefix("Caused by: ").or_else(|| text.strip_prefix("Cause: ")) else { break };
            let Some((kind, message)) = head::opening(rest, true) else { break };
            self.causes.push(Cause { kind: kind.to_owned(), message: message.to_owned(), ..Cause::default() });
            let below = at + blank + 1;
            at = below + lines[below..last].iter().take_while(|line| frame::read(&line.text).is_some()).count();
            end = at;
        }
        end
    }

    fn reading(self, lines: &[Line<'_>], begin: usize) -> Reading {
        let end = self.end.max(begin + 1);
        let mut parts = Parts { begin, end, ..self };
        let leaves = std::mem::take(&mut parts.leaves);
        let mut failures = vec![Failure::new(parts.event(lines))];
        for (n, leaf) in (1..).zip(leaves) {
            failures.push(Failure { group: Some(n), ..Failure::new(leaf.event(lines)) });
        }
        Reading::new(failures.into_iter().map(|failure| Item::Failure(Box::new(failure))).collect(), end)
    }

    fn event(self, lines: &[Line<'_>]) -> Event {
        // The stack of a text that cannot be parsed is the parser's own.
        let is_syntax = self.kind == "SyntaxError";
        let (header, source) = self.header.map_or((None, None), |(place, source)| (Some(place), source));
        let innermost = self.frames.iter().find(|place| !place.file.is_empty()).cloned();
        let raised_at = if is_syntax { header.clone().or(innermost) } else { innermost.or(header.clone()) };
        let mut frames: Vec<Frame> = self.frames.into_iter().map(|place| Frame { place, ..Frame::default() }).collect();
        frames.reverse();
        if let (Some(header), Some(source)) = (header, source)
            && let Some(frame) = frames.last_mut().filter(|frame| frame.place.file == header.file && frame.place.line == header.line)
        {
            frame.source = Some(source);
        }
        Event {
            raised_at,
            frames,
            causes: self.causes,
            test: self.test,
            lines: lines[self.begin].no..lines[self.end - 1].no + 1,
            ..Event::new(LanguageId::JAVASCRIPT, self.kind, self.message)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    const FRAMES: &str =
        "    at f (/x/y.js:12:5)\n    at Object.<anonymous> (/x/y.js:20:1)\n    at node:internal/main/run_main_module:28:49\n";

    #[test]
    fn node_prints_the_place_the_error_and_the_stack() {
        check(&format!("/x/y.js:12\n  g()\n  ^\n\nTypeError: no\n{FRAMES}\nNode.js v20.1.0\n"), &["TypeError: no @ /x/y.js:12 f"]);
        check(&format!("TypeError [ERR_X]: no\nmore\n{FRAMES}"), &["TypeError: no @ /x/y.js:12 f"]);
        check(
            "/x/b.js:1\nconst x = ;\n          ^\n\nSyntaxError: Unexpected token ';'\n    at wrapSafe (node:internal/modules/cjs/loader:1:18)\n",
            &["SyntaxError: Unexpected token ';' @ /x/b.js:1"],
        );
        check("/x/b.js:1\nthrow 'abc'\n^\nabc\n(Use `node --trace-uncaught ...` to show where)\n", &["unknown: abc @ /x/b.js:1"]);
        let log = read(format!("x\nTypeError: no\n{FRAMES}").as_bytes());
        assert_eq!((log.events[0].lines.clone(), log.events[0].frames.len()), (2..6, 3));
    }

    #[test]
    fn fields_and_causes_stand_in_braces() {
        check(
            "Error: outer\n    at f (/x/y.js:1:2)\n    ... 5 lines matching cause stack trace ...\n    at g (/x/y.js:2:2) {\n  code: 'X',\n  [cause]: TypeError: inner\n      at h (/x/y.js:3:2)\n      at i (/x/y.js:4:2)\n}\n\nNode.js v20.1.0\n",
            &["Error: outer @ /x/y.js:1 f <- TypeError: inner"],
        );
        check(
            "node:internal/process/promises:391\n    throw(err);\n    ^\n\n[AggregateError: All promises were rejected] {\n  [errors]: [\n    Error: a\n        at f (/x/h.js:1:29),\n    TypeError: b\n        at g (/x/h.js:1:60)\n  ]\n}\n",
            &[
                "AggregateError: All promises were rejected @ node:internal/process/promises:391",
                "Error: a @ /x/h.js:1 f in 0",
                "TypeError: b @ /x/h.js:1 g in 0",
            ],
        );
    }

    #[test]
    fn browsers_write_in_their_own_way() {
        check("TypeError: x is undefined\nf@http://h/y.js:1:2\n@http://h/y.js:3:4\n", &["TypeError: x is undefined @ http://h/y.js:1 f"]);
        check("Uncaught TypeError: no\n    at f (app.js:12)\n    at app.js:13:1\n", &["TypeError: no @ app.js:12 f"]);
        check("app.js:12 Uncaught TypeError: no\n", &["TypeError: no @ app.js:12"]);
        check(
            "error: Uncaught (in promise) TypeError: no\n  null.x\n      ^\n    at file:///x/y.ts:3:7\n",
            &["TypeError: no @ file:///x/y.ts:3"],
        );
    }

    #[test]
    fn rejections_are_failures_and_warnings_are_not() {
        check(
            &format!(
                "(node:1) UnhandledPromiseRejectionWarning: Error: no\n{FRAMES}(node:1) UnhandledPromiseRejectionWarning: Unhandled promise rejection. This error originated either by throwing\n"
            ),
            &["Error: no @ /x/y.js:12 f"],
        );
        check(&format!("(node:1) [DEP1] DeprecationWarning: old\n{FRAMES}"), &[]);
        check(&format!("Trace: hi\n{FRAMES}"), &[]);
        check(&format!("Warning: Each child needs a key\n{FRAMES}"), &[]);
        check("- \"Uncaught TypeError: no\" is gone\nWe saw `Uncaught TypeError: no` in x.js\n// Uncaught TypeError: no\n", &[]);
        check("[1:2:INFO:CONSOLE(12)] \"Uncaught TypeError: no\", source: http://h/y.js (12)\n", &["TypeError: no"]);
        check("GET /x/y.js:12 200\nlistening at http://localhost:3000/x.js:1:2\nserved app.ts:3\n", &[]);
    }

    #[test]
    fn test_runners_name_the_test() {
        check(
            "  ● suite › adds\n\n    expect(received).toBe(expected) // Object.is equality\n\n    Expected: 2\n    Received: 1\n\n      3 | x\n    > 4 |   expect(x).toBe(2)\n        |             ^\n\n      at Object.<anonymous> (x.test.js:4:13)\n",
            &["test-failure: expect(received).toBe(expected) // Object.is equality @ x.test.js:4 Object.<anonymous> [suite › adds]"],
        );
        check(
            "  ● suite › adds\n\n    TypeError: no\n\n      3 | x\n\n      at f (x.js:4:13)\n      at Object.<anonymous> (x.test.js:4:13)\n",
            &["TypeError: no @ x.js:4 f [suite › adds]"],
        );
        check(
            "  1) suite\n       adds:\n\n      AssertionError: expected 1 to equal 2\n      + expected - actual\n\n      at Context.<anonymous> (test/x.js:3:5)\n",
            &["AssertionError: expected 1 to equal 2 @ test/x.js:3 Context.<anonymous>"],
        );
    }
}
