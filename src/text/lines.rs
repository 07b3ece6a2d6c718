//! From bytes to lines and back. A line ends at LF alone: CR is a byte of its line, as git sees it.

use super::{ByteSpan, LineNo};

/// Where the lines of a text start.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
    len: usize,
}

impl LineIndex {
    /// Reads `text` once.
    pub fn new(text: &[u8]) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
        LineIndex { starts, len: text.len() }
    }

    /// The number of lines; a text that ends in LF has an empty last line, which counts.
    pub fn n_lines(&self) -> usize {
        self.starts.len()
    }

    /// The line that holds the byte `at`; the last line for anything behind the end.
    pub fn line_of(&self, at: usize) -> LineNo {
        LineNo::from_row(self.starts.partition_point(|&start| start <= at) - 1)
    }

    /// The byte column of `at` in its line, counted from zero.
    pub fn column_of(&self, at: usize) -> usize {
        at - self.starts[self.line_of(at).row()]
    }

    /// The bytes of `line` without its LF; none where the text has no such line.
    pub fn span_of(&self, line: LineNo) -> Option<ByteSpan> {
        let start = *self.starts.get(line.row())?;
        let end = self.starts.get(line.row() + 1).map_or(self.len, |next| next - 1);
        Some(ByteSpan::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_bytes_agree() {
        let index = LineIndex::new(b"ab\r\n\ncd");
        assert_eq!(index.n_lines(), 3);
        let second = LineNo::new(2).unwrap();
        assert_eq!(index.span_of(second), Some(ByteSpan::new(4, 4)));
        assert_eq!(index.line_of(4), second);
        assert_eq!(index.line_of(99).get(), 3);
        assert_eq!(index.column_of(6), 1);
        assert_eq!(index.span_of(LineNo::new(4).unwrap()), None);
    }
}
