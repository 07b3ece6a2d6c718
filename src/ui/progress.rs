//! Progress on stderr: a live line on a terminal once the job has taken half a second, one plain line for each phase elsewhere.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::to_stderr;
use crate::redact::{covered_code, visible};
use crate::report::Step;

/// A job that ends sooner draws nothing: a line that only flashes is noise.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the elapsed time moves.
const TICK: Duration = Duration::from_millis(120);

/// A log from here on gets a bar, in bytes.
const LARGE: u64 = 64 << 20;
/// What the line shows.
const LINE: &str = "{spinner} {wide_msg} {elapsed}";
/// The same with a bar: what is read of what there is to read.
const BAR: &str = "{spinner} {msg} [{wide_bar}] {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, {eta} left";

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
            Step::Read { n, of } => self.read(*n, *of),
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
            Way::Live(live) => {
                let bar = &live.get_or_insert_with(Live::new).bar;
                bar.unset_length();
                bar.set_style(style(LINE));
                bar.set_message(phase);
            }
        }
    }

    /// Small logs are read before anybody could look at a bar.
    fn read(&mut self, n: u64, of: Option<u64>) {
        let Way::Live(Some(live)) = &mut self.way else { return };
        if of.is_none_or(|of| of < LARGE) && n < LARGE {
            return;
        }
        if let Some(of) = of.filter(|_| live.bar.length().is_none()) {
            live.bar.set_length(of);
            live.bar.set_style(style(BAR));
        }
        live.bar.set_position(n);
        if live.bar.length().is_none() {
            live.bar.set_message(format!("{}: {} MB", self.phase, n >> 20));
        }
    }

    fn candidate(&mut self, k: u32, n: u32, title: &str) {
        if let Way::Live(live) = &mut self.way {
            let title = visible(title.lines().next().unwrap_or_default());
            live.get_or_insert_with(Live::new).bar.set_message(covered_code(&format!("candidate {k} of {n}: {title}")).into_owned());
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
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_style(style(LINE));
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

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are well formed").tick_chars("-\\|/ ").progress_chars("=> ")
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
    fn a_large_log_gets_a_bar_and_a_small_one_none() {
        let mut progress = Progress::live();
        progress.step(&Step::Phase("reading the log"));
        let length = |progress: &Progress| match &progress.way {
            Way::Live(Some(live)) => live.bar.length(),
            _ => panic!("no line"),
        };
        progress.step(&Step::Read { n: 1000, of: Some(5000) });
        assert_eq!(length(&progress), None);
        progress.step(&Step::Read { n: 1000, of: Some(LARGE) });
        assert_eq!(length(&progress), Some(LARGE));
        progress.step(&Step::Phase("looking for causes"));
        assert_eq!(length(&progress), None);
    }

    #[test]
    fn candidates_are_told_in_one_harmless_line() {
        let mut progress = Progress::live();
        progress.step(&Step::Candidate { k: 2, n: 7, title: "a\u{1b}[2J\nb".to_owned() });
        let Way::Live(Some(live)) = &progress.way else { panic!("no line") };
        assert_eq!(live.bar.message(), "candidate 2 of 7: a\\u{1b}[2J");
    }
}
