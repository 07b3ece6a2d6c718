//! Reads the reports of Go's race detector.
//!
//! Source: Go 1.22, `src/runtime/race` (`ThreadSanitizer`'s `PrintReport`).

use super::goroutine;
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, is_blank};
use crate::event::{Event, Frame};
use crate::syntax::LanguageId;

/// `WARNING: DATA RACE`.
pub(in crate::event) struct Race;

const SIGN: &str = "WARNING: DATA RACE";
/// A report is not longer than this.
const LONGEST: usize = 400;

impl Dialect for Race {
    fn hints(&self) -> &'static [&'static str] {
        &[SIGN]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        if lines[at].text.trim() != SIGN {
            return None;
        }
        let message = lines.get(at + 1).map(|line| line.text.trim()).filter(|text| text.contains(" at 0x"))?;
        let mut places = Vec::new();
        let mut below = at + 2;
        while let Some(place) = lines.get(below).filter(|line| !is_blank(&line.text)).and_then(|_| goroutine::frame(lines, below)) {
            places.push(place);
            below += 2;
        }
        let rest = lines[below.min(lines.len())..].iter().take(LONGEST);
        let end = rest.clone().position(|line| line.text.starts_with("=====")).map_or(below.min(lines.len()), |n| below + n + 1);
        let event = Event {
            raised_at: places.first().cloned(),
            frames: places.into_iter().rev().map(|place| Frame { place, ..Frame::default() }).collect(),
            lines: lines[at].no..lines[end - 1].no + 1,
            ..Event::new(LanguageId::GO, "data-race", message.trim_end_matches(':'))
        };
        Some(Reading::failure(Failure::new(event), end))
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    #[test]
    fn the_access_that_was_caught_is_the_place() {
        let text = "==================\nWARNING: DATA RACE\nWrite at 0x00c0 by goroutine 7:\n  main.f()\n      /x/main.go:12 +0x1d\n  main.main.func1()\n      /x/main.go:3 +0x1\n\nPrevious read at 0x00c0 by main goroutine:\n  main.main()\n      /x/main.go:9 +0x1d\n==================\nFound 1 data race(s)\n";
        assert_eq!(outline(text), ["data-race: Write at 0x00c0 by goroutine 7 @ /x/main.go:12 main.f"]);
        assert_eq!(outline("a WARNING: DATA RACE is bad\nWARNING: DATA RACE\n"), [""; 0]);
    }
}
