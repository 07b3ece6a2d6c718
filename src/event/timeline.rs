//! When something was printed, in bounded space: the first and the last time, and how often in between.
//!
//! The state depends on the times alone, not on their order: two timelines that were filled apart and merged are the same as one.

/// A timeline never has more bins.
const MAX_BINS: usize = 64;
/// The width of the narrowest bin, in milliseconds; wider ones are twice, four times ... as wide.
const NARROWEST: i64 = 1000;

/// A count over time: a histogram whose bins grow with the time it spans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The first and the last time, in milliseconds since 1970 (UTC where the log names no zone).
    pub span: Option<(i64, i64)>,
    /// The bins are `NARROWEST << doublings` milliseconds wide, and each begins at a multiple of its width.
    doublings: u32,
    /// Counts from the bin of the first time to the bin of the last.
    bins: Vec<u32>,
}

impl Timeline {
    /// One more print at `time`, in milliseconds since 1970.
    pub(super) fn add(&mut self, time: i64) {
        self.add_many(time, 1);
    }

    /// One more print, if its time is known.
    pub(super) fn extend(&mut self, time: Option<i64>) {
        if let Some(time) = time {
            self.add(time);
        }
    }

    /// Adds all prints of `other`.
    pub fn merge(&mut self, other: &Timeline) {
        let Some((first, last)) = other.span else { return };
        self.reach(first, last);
        let scale = self.doublings - other.doublings.min(self.doublings);
        let begin = first.div_euclid(other.width_ms());
        for (n, count) in (0_i64..).zip(&other.bins) {
            let at = ((begin + n) >> scale) - self.begin();
            self.count(at, *count);
        }
    }

    /// The width of a bin in milliseconds.
    pub fn width_ms(&self) -> i64 {
        NARROWEST << self.doublings
    }

    /// Start in milliseconds since 1970 and count of each bin, from the first time to the last, empty ones as well.
    pub fn bins(&self) -> impl Iterator<Item = (i64, u32)> + '_ {
        let (begin, width) = (self.begin(), self.width_ms());
        (0_i64..).zip(&self.bins).map(move |(n, count)| ((begin + n) * width, *count))
    }

    /// Counts of at most `n_columns` equal stretches of time from the first print to the last, for a sparkline. One column or none
    /// says that there is nothing to draw.
    pub fn columns(&self, n_columns: usize) -> Vec<u64> {
        let n_together = self.bins.len().div_ceil(n_columns.max(1)).max(1);
        self.bins.chunks(n_together).map(|bins| bins.iter().map(|count| u64::from(*count)).sum()).collect()
    }

    fn add_many(&mut self, time: i64, n: u32) {
        self.reach(time, time);
        let at = time.div_euclid(self.width_ms()) - self.begin();
        self.count(at, n);
    }

    fn count(&mut self, at: i64, n: u32) {
        if let Some(bin) = usize::try_from(at).ok().and_then(|at| self.bins.get_mut(at)) {
            *bin = bin.saturating_add(n);
        }
    }

    /// The number of the first bin, counted from 1970.
    fn begin(&self) -> i64 {
        self.span.map_or(0, |(first, _)| first.div_euclid(self.width_ms()))
    }

    /// Makes room for all times from `first` to `last`; bins are doubled until they are few enough.
    fn reach(&mut self, first: i64, last: i64) {
        let before = self.span.map(|_| (self.begin(), self.doublings));
        let (first, last) = self.span.map_or((first, last), |span| (span.0.min(first), span.1.max(last)));
        self.span = Some((first, last));
        let n_bins = |width: i64| last.div_euclid(width).abs_diff(first.div_euclid(width)) + 1;
        while n_bins(self.width_ms()) > MAX_BINS as u64 {
            self.doublings += 1;
        }
        let n = n_bins(self.width_ms()) as usize;
        let Some((old_begin, old_doublings)) = before else {
            self.bins = vec![0; n];
            return;
        };
        let (scale, begin) = (self.doublings - old_doublings, self.begin());
        if (old_begin, old_doublings, self.bins.len()) == (begin, self.doublings, n) {
            return;
        }
        let old = std::mem::replace(&mut self.bins, vec![0; n]);
        for (at, count) in (old_begin..).zip(old) {
            self.count((at >> scale) - begin, count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn of(times: &[i64]) -> Timeline {
        let mut timeline = Timeline::default();
        for time in times {
            timeline.add(*time);
        }
        timeline
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(Timeline::default().columns(10), [0; 0]);
        assert_eq!(of(&[]), Timeline::default());
        let mut timeline = of(&[5]);
        timeline.merge(&Timeline::default());
        assert_eq!(timeline, of(&[5]));
    }

    #[test]
    fn times_fall_into_bins_that_double_with_the_span() {
        let seconds = of(&[1000, 1999, 3000]);
        assert_eq!(seconds.bins().collect::<Vec<_>>(), [(1000, 2), (2000, 0), (3000, 1)]);
        let day = of(&[0, DAY / 2, DAY - 1]);
        assert_eq!(day.width_ms(), 2_048_000);
        assert_eq!(day.bins().map(|(_, count)| count).sum::<u32>(), 3);
        assert!(day.bins().count() <= MAX_BINS);
        assert_eq!(day.columns(2), [2, 1]);
        assert_eq!(day.span, Some((0, DAY - 1)));
    }

    #[test]
    fn order_and_merging_do_not_matter() {
        let times: Vec<i64> = (0_i64..500).map(|n| 1_700_000_000_000 + (n * 7919 % 500) * 60_000).chain([-DAY, 12]).collect();
        let (mut sorted, mut turned) = (times.clone(), times.clone());
        sorted.sort_unstable();
        turned.reverse();
        assert_eq!(of(&times), of(&sorted));
        assert_eq!(of(&times), of(&turned));
        for cut in [0, 1, 250, 501] {
            let mut merged = of(&times[..cut]);
            merged.merge(&of(&times[cut..]));
            assert_eq!(merged, of(&times), "{cut}");
        }
    }

    #[test]
    fn columns_hold_every_print() {
        let timeline = of(&(0..1000).map(|n| n * 1000).collect::<Vec<_>>());
        for n_columns in [1, 7, 8, 64, 1000] {
            let columns = timeline.columns(n_columns);
            assert!(columns.len() <= n_columns);
            assert_eq!(columns.iter().sum::<u64>(), 1000);
        }
        assert_eq!(timeline.columns(0).len(), 1);
    }

    #[test]
    fn times_at_the_end_of_the_world_take_no_room() {
        let timeline = of(&[i64::MIN / 4, i64::MAX / 4]);
        assert!(timeline.bins().count() <= MAX_BINS);
        assert_eq!(timeline.columns(64).iter().sum::<u64>(), 2);
    }
}
