//! When something was printed, in bounded space: the first and the last time, and how often in between.

/// A count over time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The first and the last time, in milliseconds since 1970 (UTC where the log names no zone).
    pub span: Option<(i64, i64)>,
}

impl Timeline {
    /// One more print at `time`, in milliseconds since 1970.
    pub(super) fn add(&mut self, time: i64) {
        let (first, last) = self.span.unwrap_or((time, time));
        self.span = Some((first.min(time), last.max(time)));
    }
}
