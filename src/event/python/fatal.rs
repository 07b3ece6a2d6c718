//! Reads what the interpreter prints when it dies: `Fatal Python error: Segmentation fault` and the stacks of its threads.
//!
//! Source: CPython 3.13, `Python/traceback.c`, `_Py_DumpTraceback`: most recent call first, `in` without a comma.

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, split_number};
use crate::event::{Event, Frame, Place};
use crate::syntax::LanguageId;

/// The interpreter's own end.
pub(in crate::event) struct FatalError;

const OPENINGS: &[&str] = &["Fatal Python error: ", "Windows fatal exception: "];
/// Threads may have deep stacks; the one that died is named `Current`.
const LONGEST: usize = 2000;

impl Dialect for FatalError {
    fn hints(&self) -> &'static [&'static str] {
        OPENINGS
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim();
        let message = OPENINGS.iter().find_map(|opening| text.strip_prefix(opening))?;
        let below = || lines[at + 1..].iter().take(LONGEST).take_while(|line| is_dump(&line.text));
        let is_header = |line: &Line<'_>| line.text.contains("(most recent call first):");
        let current = below().position(|line| is_header(line) && line.text.trim_start().starts_with("Current thread"));
        let header = current.or_else(|| below().position(is_header));
        let begin = header.map_or(at + 1, |n| at + n + 2);
        let mut frames: Vec<Frame> = lines[begin..].iter().map_while(|line| frame(&line.text)).collect();
        let end = (begin + frames.len()).max(at + 1 + below().count());
        frames.reverse();
        let raised_at = frames.last().map(|frame| frame.place.clone());
        let event = Event {
            raised_at,
            frames,
            lines: lines[at].no..lines[end - 1].no + 1,
            ..Event::new(LanguageId::PYTHON, "fatal-error", message)
        };
        Some(Reading::failure(Failure::new(event), end))
    }
}

/// Lines of the dump: stacks, their headers, what the interpreter was doing.
fn is_dump(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.starts_with("File \"")
        || text.contains("(most recent call first):")
        || text.starts_with("Python runtime state")
        || text == "<no Python frame>"
}

/// `  File "x.py", line 3 in f`.
fn frame(text: &str) -> Option<Frame> {
    let (file, rest) = text.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let (line, rest) = split_number(rest)?;
    let function = rest.strip_prefix(" in ").map(|name| name.trim_end().to_owned());
    Some(Frame { place: Place { file: file.to_owned(), line: Some(line), column: None, function }, ..Frame::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::line::lines_of;

    #[test]
    fn the_innermost_frame_comes_last() {
        let text = "Fatal Python error: Segmentation fault\n\nCurrent thread 0x00007f (most recent call first):\n  File \"c.py\", line 7 in inner\n  File \"x.py\", line 3 in <module>\n";
        let reading = FatalError.read(&lines_of(text), 0).unwrap();
        let crate::event::dialect::Item::Failure(failure) = &reading.items[0] else { panic!("no failure") };
        assert_eq!(failure.event.message, "Segmentation fault");
        assert_eq!(failure.event.raised_at.as_ref().unwrap().line, Some(7));
        assert_eq!(failure.event.frames.len(), 2);
        let threads = format!(
            "Windows fatal exception: access violation\n\nThread 0x01 (most recent call first):\n  File \"t.py\", line 9 in run\n\n{}",
            text.split_once("\n\n").unwrap().1
        );
        assert_eq!(crate::event::read::outline(&threads), ["fatal-error: access violation @ c.py:7 inner"]);
    }
}
