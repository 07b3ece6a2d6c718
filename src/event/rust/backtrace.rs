//! Reads the numbered stack that a panic or a report prints: `   0: function` and `             at file:line:column`.
//!
//! Source: Rust 1.95, `library/std/src/sys/backtrace.rs`; color-eyre prints the same shape with other indents.

use crate::event::line::{Line, is_blank, split_location, split_number};
use crate::event::{Frame, Place};

/// The entries from `lines[at]` on, outermost first, and the first line that is none.
pub(super) fn read(lines: &[Line<'_>], at: usize) -> (Vec<Frame>, usize) {
    let mut frames: Vec<Frame> = Vec::new();
    let mut end = at;
    for (index, line) in lines.iter().enumerate().skip(at) {
        let text = line.text.trim_end();
        if let Some(function) = entry(text) {
            let function = function.to_owned();
            frames.push(Frame { place: Place { function: Some(function), ..Place::default() }, ..Frame::default() });
        } else if let Some(place) = text.trim_start().strip_prefix("at ").and_then(split_location) {
            locate(frames.last_mut(), place);
        } else if !is_between(text) {
            break;
        }
        end = index + 1;
    }
    frames.reverse();
    (frames, end)
}

/// The function of `   7:     0x55d1 - app::inner::h0123456789abcdef`.
fn entry(text: &str) -> Option<&str> {
    let (_, rest) = split_number(text.trim_start())?;
    let function = rest.strip_prefix(':')?.strip_prefix([' ', '\t'])?.trim();
    let address = function.strip_prefix("0x").and_then(|rest| rest.split_once(" - "));
    let is_address = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let function = address.filter(|(digits, _)| is_address(digits)).map_or(function, |(_, function)| function.trim_start());
    (!function.is_empty()).then(|| without_hash(function))
}

/// `function` without the hash that older compilers put behind it.
fn without_hash(function: &str) -> &str {
    match function.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => name,
        _ => function,
    }
}

fn locate(frame: Option<&mut Frame>, (file, line, column): (&str, u32, Option<u32>)) {
    if let Some(frame) = frame {
        frame.place = Place { file: file.to_owned(), line: Some(line), column, function: frame.place.function.take() };
    }
}

/// Lines that stand for entries left out.
fn is_between(text: &str) -> bool {
    let text = text.trim();
    !is_blank(text) && (text.starts_with("[... omitted") || text.contains("frames hidden") || text.contains("frame hidden"))
}

/// The function of the entry that stands at `place`; paths of a backtrace may be longer or begin with `./`.
pub(super) fn function_at(frames: &[Frame], place: &Place) -> Option<String> {
    let is_there = |frame: &&Frame| {
        let file = frame.place.file.trim_start_matches("./");
        frame.place.line == place.line && !file.is_empty() && (file.ends_with(&place.file) || place.file.ends_with(file))
    };
    frames.iter().rev().find(is_there).and_then(|frame| frame.place.function.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::line::lines_of;

    #[test]
    fn the_outermost_call_comes_first() {
        let text = "   0: std::panicking::begin_panic::h0123456789abcdef\n             at /rustc/x/library/std/src/panicking.rs:697:5\n   1:     0x55d1 - app::inner\n             at ./src/main.rs:7:9\n      [... omitted 1 frame ...]\n   2: app::main\nnote: Some details are omitted";
        let (frames, end) = read(&lines_of(text), 0);
        assert_eq!(end, 6);
        let functions: Vec<_> = frames.iter().filter_map(|frame| frame.place.function.as_deref()).collect();
        assert_eq!(functions, ["app::main", "app::inner", "std::panicking::begin_panic"]);
        let place = Place { file: "src/main.rs".into(), line: Some(7), column: Some(9), function: None };
        assert_eq!(function_at(&frames, &place).as_deref(), Some("app::inner"));
    }
}
