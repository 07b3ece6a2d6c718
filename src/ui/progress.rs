//! Progress on stderr: a live line on a terminal once the job has taken half a second, one plain line for each phase elsewhere.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::to_stderr;
use crate::redact::visible;
use crate::report::Step;

/// A job that ends sooner draws nothing: a line that only flashes is noise.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the elapsed time moves.
const TICK: Duration = Duration::from_millis(120);

/// Shows steps.
pub(super) struct Progress {
    way: Way,
    phase: &'static str,
}

enum Way {
    Silent,
    Plain,
    Live(Option<Live>),
}

/// The line on the terminal; it is drawn by a thread of its own once [`PATIENCE`] is over.
struct Live {
    bar: ProgressBar,
    closer: mpsc::Sender<()>,
    revealer: JoinHandle<()>,
}

impl Progress {
    /// Shows nothing but what was asked for by name.
    pub(super) fn silent() -> Progress {
        Progress { way: Way::Silent, phase: "" }
    }

    /// One line for each phase.
    pub(super) fn plain() -> Progress {
        Progress { way: Way::Plain, phase: "" }
    }

    /// One line that changes.
    pub(super) fn live() -> Progress {
        Progress { way: Way::Live(None), phase: "" }
    }

    /// Shows `step`.
    pub(super) fn step(&mut self, step: &Step) {
        match step {
            Step::Phase(phase) => self.enter(phase),
            Step::Candidate { k, n, title } => self.candidate(*k, *n, title),
            Step::Note(note) => self.note(note),
            Step::Kept(path) => self.say(&format!("kept: {}\n", visible(&path.display().to_string()))),
        }
    }

    /// Takes the live line away; the next step brings a new one.
    pub(super) fn clear(&mut self) {
        if let Way::Live(live) = &mut self.way
            && let Some(live) = live.take()
        {
            live.end();
        }
    }

    fn enter(&mut self, phase: &'static str) {
        if self.phase == phase {
            return;
        }
        self.phase = phase;
        match &mut self.way {
            Way::Silent => {}
            Way::Plain => to_stderr(&format!("homeostasis: {phase}\n")),
            Way::Live(live) => live.get_or_insert_with(Live::new).bar.set_message(phase),
        }
    }

    fn candidate(&mut self, k: u32, n: u32, title: &str) {
        if let Way::Live(live) = &mut self.way {
            let title = visible(title.lines().next().unwrap_or_default());
            live.get_or_insert_with(Live::new).bar.set_message(format!("candidate {k} of {n}: {title}"));
        }
    }

    fn note(&mut self, note: &str) {
        if !matches!(self.way, Way::Silent) {
            self.say(&format!("note: {}\n", visible(note.trim_end())));
        }
    }

    fn say(&mut self, text: &str) {
        match &self.way {
            Way::Live(Some(live)) => live.bar.suspend(|| to_stderr(text)),
            _ => to_stderr(text),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Live {
    fn new() -> Live {
        let style =
            ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}").expect("the template is well formed").tick_chars("-\\|/ ");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_style(style);
        let (closer, end) = mpsc::channel();
        let shown = bar.clone();
        let revealer = std::thread::spawn(move || {
            if end.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        });
        Live { bar, closer, revealer }
    }

    /// The thread ends before the line is taken away, so that it cannot come back.
    fn end(self) {
        drop(self.closer);
        // A panic of the thread would only mean that no line was drawn.
        let _ = self.revealer.join();
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_job_draws_no_line_and_leaves_no_thread() {
        let mut progress = Progress::live();
        progress.step(&Step::Phase("reading the log"));
        let Way::Live(Some(live)) = &progress.way else { panic!("no line") };
        assert!(live.bar.is_hidden());
        assert_eq!(live.bar.message(), "reading the log");
        progress.clear();
        assert!(matches!(progress.way, Way::Live(None)));
    }

    #[test]
    fn candidates_are_told_in_one_harmless_line() {
        let mut progress = Progress::live();
        progress.step(&Step::Candidate { k: 2, n: 7, title: "a\u{1b}[2J\nb".to_owned() });
        let Way::Live(Some(live)) = &progress.way else { panic!("no line") };
        assert_eq!(live.bar.message(), "candidate 2 of 7: a\\u{1b}[2J");
    }
}
