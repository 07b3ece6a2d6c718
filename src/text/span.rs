//! Positions: half-open byte ranges, and line numbers that count from one.

use std::fmt;
use std::num::NonZeroU32;

/// A half-open range of bytes, `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSpan {
    /// The first byte.
    pub start: usize,
    /// One past the last byte; never below `start`.
    pub end: usize,
}

impl ByteSpan {
    /// The bytes `start..end`.
    ///
    /// # Panics
    /// When `end` is below `start`: spans come from parsers, which never do that.
    pub fn new(start: usize, end: usize) -> ByteSpan {
        assert!(start <= end, "a span ends before it starts: {start}..{end}");
        ByteSpan { start, end }
    }

    /// No bytes, at `at`.
    pub fn empty(at: usize) -> ByteSpan {
        ByteSpan { start: at, end: at }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies inside, borders included.
    pub fn contains(self, other: ByteSpan) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The bytes of `text` that it covers; none where it reaches beyond the end.
    pub fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// A line number; the first line is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineNo(NonZeroU32);

impl LineNo {
    /// The line `number`, counted from one; none for zero.
    pub fn new(number: u32) -> Option<LineNo> {
        NonZeroU32::new(number).map(LineNo)
    }

    /// The line whose number, counted from zero, is `row`.
    pub fn from_row(row: usize) -> LineNo {
        let number = u32::try_from(row).unwrap_or(u32::MAX - 1).saturating_add(1);
        LineNo(NonZeroU32::new(number).expect("a row plus one is positive"))
    }

    /// The number, counted from one.
    pub fn get(self) -> u32 {
        self.0.get()
    }

    /// The number, counted from zero.
    pub fn row(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl fmt::Display for LineNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
