//! Cuts the bytes of a log into blocks that can be read one by one, in any order, by any number of threads.
//!
//! The cuts depend on the text alone, never on how it arrived: a pipe and a file give the same blocks. A block bears some text
//! before it, so that its reader finds its way into a failure that began earlier, and some after it, so that a failure that crosses
//! the border is read whole by the block in which it begins.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use super::encoding::{Decoding, SNIFFED, decoded};

/// A block ends at the last line end of so many bytes: few enough to stay in the cache of a core between the copy and the search.
const BLOCK: usize = 512 * 1024;
/// A line longer than this may be cut by a border. A record is one line, so this is also the longest record.
pub(super) const LONGEST_LINE: usize = 1024 * 1024;
/// What a block sees of the text before it.
const BEFORE: usize = 16 * 1024;
/// What a block sees of the text after it: the full backtrace of a panic in a large program is 80 KB.
const AFTER: usize = 96 * 1024;
/// The first piece of memory that is asked for; a short log needs no more.
const FIRST_ROOM: usize = 64 * 1024;
/// How far a block is searched for zero bytes.
const LOOKED_AT: usize = 8000;
/// A text has at least so many bytes for each zero byte in it.
const FEWEST_PER_ZERO: usize = 10;
/// Buffers that are kept for the next blocks.
const SPARE: usize = 4;

/// Takes bytes, gives blocks.
pub struct Splitter {
    /// How the bytes become text, once enough of them are there to tell.
    decoding: Option<Decoding>,
    /// Text before the next block, the block, what follows; only `buffer[..len]` is filled.
    buffer: Vec<u8>,
    len: usize,
    /// Where the next block begins.
    start: usize,
    has_ended: bool,
    spare: Vec<Vec<u8>>,
    /// How many bytes a block has: [`BLOCK`], but where a test puts a border.
    block: usize,
}

/// Some lines of a log, and what stands around them.
#[derive(Debug)]
pub struct Block {
    buffer: Vec<u8>,
    len: usize,
    own: Range<usize>,
}

impl Default for Splitter {
    fn default() -> Splitter {
        Splitter::new()
    }
}

impl Splitter {
    /// At the start of a log.
    pub fn new() -> Splitter {
        Splitter { decoding: None, buffer: Vec::new(), len: 0, start: 0, has_ended: false, spare: Vec::new(), block: BLOCK }
    }

    /// Cuts after `block` bytes, so that a test may put a border behind any line.
    #[cfg(test)]
    pub(super) fn of(block: usize) -> Splitter {
        Splitter { block, ..Splitter::new() }
    }

    /// Where the next bytes of the log may be put, never empty; say with [`Splitter::filled`] how many there were, and take the
    /// blocks that are ready before asking again.
    pub fn room(&mut self) -> &mut [u8] {
        if self.buffer.len() < self.len + FIRST_ROOM {
            let full = BEFORE + BLOCK + AFTER + FIRST_ROOM;
            let wanted = (self.len * 2).max(FIRST_ROOM).min(full).max(self.len + FIRST_ROOM);
            self.buffer.resize(wanted, 0);
        }
        &mut self.buffer[self.len..]
    }

    /// The first `n` bytes of the room are the next bytes of the log.
    pub fn filled(&mut self, n: usize) {
        let from = self.len;
        self.len += n;
        match &self.decoding {
            None if self.len >= SNIFFED => self.sniff(),
            Some(Decoding::Wide(_)) => self.decode(from, false),
            _ => {}
        }
    }

    /// The log ends here.
    pub fn end(&mut self) {
        if self.decoding.is_none() {
            self.sniff();
        }
        self.decode(self.len, true);
        self.has_ended = true;
    }

    fn sniff(&mut self) {
        let (decoding, n_mark) = Decoding::of(&self.buffer[..self.len]);
        self.buffer.copy_within(n_mark..self.len, 0);
        self.len -= n_mark;
        self.decoding = Some(decoding);
        self.decode(0, false);
    }

    /// Makes text of the bytes from `from` on.
    fn decode(&mut self, from: usize, is_last: bool) {
        let Some(Decoding::Wide(decoder)) = &mut self.decoding else { return };
        let text = decoded(decoder, &self.buffer[from..self.len], is_last);
        self.len = from + text.len();
        self.buffer.resize(self.len.max(self.buffer.len()), 0);
        self.buffer[from..self.len].copy_from_slice(text.as_bytes());
    }

    /// The next block, once it and what follows it are there; nothing more after the end.
    pub fn next_block(&mut self) -> Option<Block> {
        self.decoding.as_ref()?;
        let end = self.start + self.cut()?;
        let after = self.end_of_look_ahead(end);
        let begin = self.begin_of_look_back(end);
        let mut next = self.spare.pop().unwrap_or_default();
        let rest = &self.buffer[begin..self.len];
        if next.len() < rest.len() {
            next.resize(rest.len(), 0);
        }
        next[..rest.len()].copy_from_slice(rest);
        let block = Block { len: after, own: self.start..end, buffer: std::mem::replace(&mut self.buffer, next) };
        self.len -= begin;
        self.start = end - begin;
        Some(block)
    }

    /// The rest of the log as a block, though more may follow; the splitter goes on as if nothing had been asked.
    pub(super) fn rest(&self) -> Block {
        let mut rest = Splitter { decoding: None, buffer: self.buffer[..self.len].to_vec(), spare: Vec::new(), ..*self };
        match self.decoding {
            None => rest.sniff(),
            Some(_) => rest.decoding = Some(Decoding::Plain),
        }
        Block { len: rest.len, own: rest.start..rest.len, buffer: rest.buffer }
    }

    /// Keeps the memory of a block that was read, for the next one.
    pub fn reuse(&mut self, buffer: Vec<u8>) {
        if self.spare.len() < SPARE {
            self.spare.push(buffer);
        }
    }

    /// The length of the next block, if enough is there to tell.
    fn cut(&self) -> Option<usize> {
        let block = self.block;
        let rest = &self.buffer[self.start..self.len];
        if self.has_ended && rest.len() <= block {
            return (!rest.is_empty()).then_some(rest.len());
        }
        let has = |n: usize| self.has_ended || rest.len() >= n + AFTER;
        if !has(block) {
            return None;
        }
        if let Some(at) = memrchr(b'\n', &rest[..block]) {
            return Some(at + 1);
        }
        let late = &rest[block..rest.len().min(block + LONGEST_LINE)];
        match memchr(b'\n', late) {
            Some(at) => has(block + at + 1).then_some(block + at + 1),
            None if rest.len() < block + LONGEST_LINE => self.has_ended.then_some(rest.len()),
            None => has(block + LONGEST_LINE).then_some(block),
        }
    }

    /// Whole lines only: a message that is cut in the middle would be another message.
    fn end_of_look_ahead(&self, end: usize) -> usize {
        let limit = self.len.min(end + AFTER);
        if self.has_ended && limit == self.len {
            return limit;
        }
        memrchr(b'\n', &self.buffer[end..limit]).map_or(limit, |at| end + at + 1)
    }

    fn begin_of_look_back(&self, end: usize) -> usize {
        let Some(limit) = end.checked_sub(BEFORE) else { return 0 };
        memchr(b'\n', &self.buffer[limit..end]).map(|at| limit + at + 1).filter(|&at| at < end).unwrap_or(limit)
    }
}

impl Block {
    /// The text: what stands before the block, the block, what follows.
    pub(super) fn text(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// Where the block itself stands in the text.
    pub(super) fn own(&self) -> Range<usize> {
        self.own.clone()
    }

    /// Whether it holds nothing but blanks.
    pub fn is_blank(&self) -> bool {
        self.text()[self.own()].iter().all(u8::is_ascii_whitespace)
    }

    /// Whether it begins like no text: with zero bytes among the first few thousand. A test runner shows what a program printed as it
    /// came, so that some of them in what is text otherwise make no binary file.
    pub fn is_binary(&self) -> bool {
        let own = &self.text()[self.own()];
        let begin = &own[..own.len().min(LOOKED_AT)];
        let n_zeros = memchr_iter(0, begin).count();
        n_zeros > 0 && (n_zeros * FEWEST_PER_ZERO > begin.len() || !is_text(begin))
    }

    /// The memory, to be used again.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}

/// Whether `bytes`, but for zeros and a letter that is cut off at the end, are UTF-8 without the control characters that no text holds.
fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| matches!(byte, 1..=6 | 14..=26 | 28..=31);
    let is_utf8 = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_utf8 && !bytes.iter().any(is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks of `bytes`, given in pieces of `n`.
    fn blocks(bytes: &[u8], n: usize) -> Vec<Block> {
        let mut splitter = Splitter::new();
        let mut blocks = Vec::new();
        for piece in bytes.chunks(n) {
            let mut rest = piece;
            while !rest.is_empty() {
                let room = splitter.room();
                let taken = room.len().min(rest.len());
                room[..taken].copy_from_slice(&rest[..taken]);
                splitter.filled(taken);
                rest = &rest[taken..];
                blocks.extend(std::iter::from_fn(|| splitter.next_block()));
            }
        }
        splitter.end();
        blocks.extend(std::iter::from_fn(|| splitter.next_block()));
        blocks
    }

    fn check(bytes: &[u8]) -> Vec<Block> {
        let whole = blocks(bytes, bytes.len().max(1));
        let joined: Vec<u8> = whole.iter().flat_map(|block| block.text()[block.own()].to_vec()).collect();
        assert!(joined == bytes, "the blocks together are the log");
        for n in [1000, 65_537, 1_000_003] {
            let other = blocks(bytes, n);
            assert!(other.len() == whole.len() && other.iter().zip(&whole).all(|(a, b)| a.text() == b.text() && a.own() == b.own()));
        }
        whole
    }

    #[test]
    fn blocks_end_at_line_ends_however_the_bytes_arrive() {
        let line = |n: usize| format!("{n} {}\n", "x".repeat(n % 300));
        let text: String = (0..30_000).map(line).collect();
        let blocks = check(text.as_bytes());
        assert_eq!(blocks.len(), text.len().div_ceil(BLOCK));
        for block in &blocks {
            assert!(block.text()[block.own()].ends_with(b"\n") && block.own().len() <= BLOCK);
        }
        assert!(blocks[1].own().start > BEFORE - 1000 && blocks[1].text().len() - blocks[1].own().end > AFTER - 1000);
        assert!(blocks[1].text()[0].is_ascii_digit(), "what stands before begins with a line");
    }

    #[test]
    fn a_line_is_cut_only_if_it_is_very_long() {
        let text = format!("{}\n{}\n{}\n", "a".repeat(LONGEST_LINE - 1), "b".repeat(LONGEST_LINE - 1), "c".repeat(BLOCK + LONGEST_LINE));
        let blocks = check(text.as_bytes());
        assert_eq!(blocks.iter().map(|block| block.own().len()).collect::<Vec<_>>(), [LONGEST_LINE, LONGEST_LINE, BLOCK, LONGEST_LINE + 1]);
        assert_eq!(check(b"").len(), 0);
        assert_eq!(check(b"x").len(), 1);
    }

    #[test]
    fn some_zeros_make_no_binary_file() {
        let is_binary = |bytes: &[u8]| blocks(bytes, bytes.len())[0].is_binary();
        assert!(!is_binary("one\0two\0three\0\nKeyError: 'é'\n".as_bytes()));
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0 a long text of a program that has few zeros\n"));
        assert!(is_binary(b"0\x001\x002\0"));
        assert!(is_binary(b"\x81\xfe\x80 some more text without any zero but one \0\n"));
    }

    #[test]
    fn utf16_is_cut_as_text() {
        let text: String = "line ü 12345\n".repeat(60_000);
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let joined: Vec<u8> = blocks(&wide, 777).iter().flat_map(|block| block.text()[block.own()].to_vec()).collect();
        assert!(joined == text.as_bytes());
    }
}
