//! Counts over time in one word: `▁▂▅█`, or `_-=#` where the terminal knows ASCII alone.

/// From the lowest to the highest.
const UNICODE: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 5] = ['_', '.', '-', '=', '#'];
/// Stretches of time in which nothing was printed.
const NOTHING: char = ' ';
/// A line has room for so many stretches.
const MOST: usize = 24;

/// `counts` as bars, the highest count as the highest bar; none where there is nothing to compare.
pub(super) fn line(counts: &[u32], is_unicode: bool) -> Option<String> {
    let n_together = counts.len().div_ceil(MOST).max(1);
    let sums: Vec<u64> = counts.chunks(n_together).map(|some| some.iter().map(|count| u64::from(*count)).sum()).collect();
    let most = sums.iter().copied().max().filter(|&most| most > 0)?;
    let bars: &[char] = if is_unicode { &UNICODE } else { &ASCII };
    let bar = |sum: u64| match sum {
        0 => NOTHING,
        sum => bars[usize::try_from((sum * bars.len() as u64 - 1) / most).unwrap_or_default().min(bars.len() - 1)],
    };
    (sums.len() > 1).then(|| sums.into_iter().map(bar).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bar_is_the_highest_count() {
        assert_eq!(line(&[1, 4, 0, 8], true).as_deref(), Some("▁▄ █"));
        assert_eq!(line(&[1, 4, 0, 8], false).as_deref(), Some("_- #"));
        assert_eq!(line(&[3], true), None);
        assert_eq!(line(&[], true), None);
        assert_eq!(line(&[0, 0], true), None);
    }

    #[test]
    fn a_long_time_is_drawn_in_a_short_line() {
        let drawn = line(&[1; 64], true).unwrap();
        assert!(drawn.chars().count() <= MOST, "{drawn}");
        assert_eq!(line(&[u32::MAX; 64], false).unwrap().chars().next(), Some('#'));
    }
}
