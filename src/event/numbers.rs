//! The numbers of lines, so that each byte of a block is counted once.

use memchr::memchr_iter;

/// Line ends are summed up at every so many bytes.
const STEP: usize = 4096;

/// How many lines there are before each place of a text.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Line ends before each step.
    sums: Vec<u32>,
}

impl Numbers {
    /// Counts the lines of `text`.
    pub(super) fn of(text: &[u8]) -> Numbers {
        let mut sums = Vec::with_capacity(text.len() / STEP + 2);
        let mut sum = 0;
        for step in text.chunks(STEP) {
            sums.push(sum);
            sum += memchr_iter(b'\n', step).count() as u32;
        }
        sums.push(sum);
        Numbers { sums }
    }

    /// The number of the line that byte `at` of the same text belongs to, counted from one.
    pub(super) fn at(&self, text: &[u8], at: usize) -> u32 {
        let step = at / STEP;
        let rest = text.get(step * STEP..at).map_or(0, |rest| memchr_iter(b'\n', rest).count() as u32);
        self.sums.get(step).or(self.sums.last()).map_or(1, |sum| sum + rest + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_the_number_of_its_line() {
        let text = (0..3000).map(|n| "x".repeat(n % 7) + "\n").collect::<Vec<_>>().concat();
        let numbers = Numbers::of(text.as_bytes());
        for at in 0..=text.len() {
            assert_eq!(numbers.at(text.as_bytes(), at) as usize, text[..at].matches('\n').count() + 1);
        }
        assert_eq!(Numbers::of(b"").at(b"", 0), 1);
    }
}
