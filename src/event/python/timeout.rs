//! Reads what pytest-timeout prints before it ends a run that hangs: the stacks of all threads; the main one was running the test.
//!
//! Source: pytest-timeout 2.4, `pytest_timeout.py`, `timeout_timer` and `dump_stacks`.

use super::tree::Reader;
use crate::event::Event;
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::Line;
use crate::syntax::LanguageId;

/// `+++++ Timeout +++++` on both sides of the stacks.
pub(in crate::event) struct Timeout;

const SIGN: &str = "++ Timeout ++";
/// Threads may have deep stacks.
const LONGEST: usize = 4000;

impl Dialect for Timeout {
    fn hints(&self) -> &'static [&'static str] {
        &[SIGN]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let is_sign = |line: &Line<'_>| line.text.contains(SIGN) && line.text.trim_end().ends_with("+++");
        let is_header = |line: &Line<'_>| line.text.starts_with("~~~") && line.text.contains(" Stack of ");
        if !is_sign(&lines[at]) || !lines.get(at + 1).is_some_and(is_header) {
            return None;
        }
        let below = &lines[at + 1..lines.len().min(at + LONGEST)];
        let n = below.iter().position(is_sign).map_or(below.len(), |n| n + 1);
        let main = below[..n].iter().position(|line| is_header(line) && line.text.contains("MainThread"))?;
        let mut reader = Reader::new(lines, at + 2 + main, 0, false);
        let frames = reader.frames(0);
        let event = Event {
            raised_at: frames.last().map(|frame| frame.place.clone()),
            frames,
            lines: lines[at].no..lines[at + n].no + 1,
            ..Event::new(LanguageId::PYTHON, "timeout", "Timeout")
        };
        Some(Reading::failure(Failure::new(event), at + 1 + n))
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    // Printed by pytest-timeout 2.4, shortened.
    #[test]
    fn the_main_thread_hangs_in_the_test() {
        let text = r#"x.py FF+++++++++++++++++++++++++++++++++++ Timeout ++++++++++++++++++++++++++++++++++++
~~~~~~~~~~~~~~~ Stack of Thread-1 (serve) (139911600617152) ~~~~~~~~~~~~~~~
  File "/usr/lib/python3.11/threading.py", line 1002, in _bootstrap
    self._bootstrap_inner()
~~~~~~~~~~~~~~~~~~~~ Stack of MainThread (139911638207360) ~~~~~~~~~~~~~~~~~~~~~
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "/home/me/app/test_h.py", line 11, in test_slow
    def test_slow(): time.sleep(5)
+++++++++++++++++++++++++++++++++++ Timeout ++++++++++++++++++++++++++++++++++++
"#;
        assert_eq!(outline(text), ["timeout: Timeout @ /home/me/app/test_h.py:11 test_slow"]);
        assert_eq!(outline("a ++ Timeout ++ in a text\n"), [""; 0]);
    }
}
