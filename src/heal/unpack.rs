//! Decompresses a log on its way in: gzip and Zstandard, known by their first bytes, of any number of parts.
//!
//! A file that was cut off or damaged gives what could be read, and says so; only the source itself can fail.
//!
//! Source: RFC 1952, section 2.2 (members of a gzip file); RFC 8878, section 3.1 (frames).

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

const GZIP: &[u8] = &[0x1f, 0x8b, 8];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// The header of a last, raw block of no bytes, and a checksum that nobody looks at.
const LAST_BLOCK: &[u8] = &[1, 0, 0, 0, 0, 0, 0];
/// What a frame of Zstandard may need of memory; its own tool needs 8 MB unless it was asked for more.
const WIDEST_WINDOW: u64 = 64 << 20;
/// What is read from the source at once where it is compressed.
const PIECE: usize = 64 * 1024;

/// The text of a log that may be compressed.
pub(super) struct Unpacked<'s> {
    source: Packing<'s>,
    is_damaged: bool,
}

enum Packing<'s> {
    Plain(Front<'s>),
    Gzip(Box<MultiGzDecoder<BufReader<Front<'s>>>>),
    Zstd(Box<Frames<'s>>),
}

/// The first bytes of a log, already read, then the rest of it.
struct Front<'s> {
    first: io::Cursor<Vec<u8>>,
    rest: Box<dyn Read + Send + 's>,
    /// Bytes that the source gave so far.
    n_read: u64,
    /// What the source said when it failed: no fault of the packing.
    failure: Option<io::Error>,
}

impl<'s> Unpacked<'s> {
    /// Looks at the first bytes of `source`.
    pub(super) fn open(mut source: Box<dyn Read + Send + 's>) -> io::Result<Unpacked<'s>> {
        let mut first = Vec::new();
        source.by_ref().take(ZSTD.len() as u64).read_to_end(&mut first)?;
        let (is_gzip, is_zstd) = (first.starts_with(GZIP), first.starts_with(ZSTD));
        let front = Front { n_read: first.len() as u64, first: io::Cursor::new(first), rest: source, failure: None };
        let source = if is_gzip {
            Packing::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(PIECE, front))))
        } else if is_zstd {
            Packing::Zstd(Box::new(Frames::new(front)))
        } else {
            Packing::Plain(front)
        };
        Ok(Unpacked { source, is_damaged: false })
    }

    /// The next bytes of the text; none at its end.
    pub(super) fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.source {
            Packing::Plain(front) => return retried(front, room),
            Packing::Gzip(decoder) => retried(decoder.as_mut(), room),
            Packing::Zstd(frames) => frames.read(room),
        };
        let Err(_) = read else { return read };
        if let Some(failure) = self.front().failure.take() {
            return Err(failure);
        }
        self.is_damaged = true;
        Ok(0)
    }

    /// Bytes read from the source so far, before they were decompressed.
    pub(super) fn n_read(&mut self) -> u64 {
        self.front().n_read
    }

    /// Whether the packing broke off before its end.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    fn front(&mut self) -> &mut Front<'s> {
        match &mut self.source {
            Packing::Plain(front) => front,
            Packing::Gzip(decoder) => decoder.get_mut().get_mut(),
            Packing::Zstd(frames) => frames.source.get_mut(),
        }
    }
}

impl Read for Front<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let n = self.first.read(room)?;
        if n > 0 {
            return Ok(n);
        }
        match retried(&mut self.rest, room) {
            Ok(n) => {
                self.n_read += n as u64;
                Ok(n)
            }
            Err(error) => {
                self.failure = Some(io::Error::new(error.kind(), error.to_string()));
                Err(error)
            }
        }
    }
}

/// A signal is no reason to stop.
fn retried(source: &mut (impl Read + ?Sized), room: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// One Zstandard frame after the other, as `zstd` itself reads them.
struct Frames<'s> {
    source: BufReader<Front<'s>>,
    decoder: FrameDecoder,
    is_open: bool,
    /// Why the frame broke off; said once all of it was given.
    failure: Option<io::Error>,
}

impl<'s> Frames<'s> {
    fn new(front: Front<'s>) -> Frames<'s> {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WIDEST_WINDOW);
        Frames { source: BufReader::with_capacity(PIECE, front), decoder, is_open: false, failure: None }
    }

    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_open && !self.open()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = ruzstd::decoding::BlockDecodingStrategy::UptoBlocks(1);
                if let Err(error) = self.decoder.decode_blocks(&mut self.source, one) {
                    self.close();
                    self.failure = Some(io::Error::other(error));
                }
            }
            let n = self.decoder.read(room)?;
            if n > 0 {
                return Ok(n);
            }
            self.is_open = false;
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
        }
    }

    /// Ends a frame that broke off with an empty block: the decoder holds back what a later block may repeat.
    fn close(&mut self) {
        let _ = self.decoder.decode_blocks(LAST_BLOCK, ruzstd::decoding::BlockDecodingStrategy::All);
    }

    /// Opens the next frame, if there is one.
    fn open(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.is_open = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut self.source.by_ref().take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzipped(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).expect("a vector takes all");
        encoder.finish().expect("a vector takes all")
    }

    fn zstandard(text: &str) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
    }

    /// The text of `bytes`, and whether it broke off.
    fn unpacked(bytes: &[u8]) -> (String, bool) {
        let mut source = Unpacked::open(Box::new(bytes)).expect("a slice never fails");
        let (mut text, mut room) = (Vec::new(), [0; 1000]);
        loop {
            let n = source.read(&mut room).expect("a slice never fails");
            if n == 0 {
                assert!(source.is_damaged() || source.n_read() == bytes.len() as u64);
                return (String::from_utf8_lossy(&text).into_owned(), source.is_damaged());
            }
            text.extend_from_slice(&room[..n]);
        }
    }

    fn numbers(n: u32) -> String {
        let lines: Vec<String> = (0..n).map(|number| number.to_string()).collect();
        lines.join("\n")
    }

    #[test]
    fn parts_follow_each_other() {
        let long = "all is well\n".repeat(50_000);
        for pack in [gzipped, zstandard] {
            assert_eq!(unpacked(&[pack(&long), pack("one\n"), pack("two\n")].concat()), (format!("{long}one\ntwo\n"), false));
        }
        for plain in ["", "x", "plain text\n"] {
            assert_eq!(unpacked(plain.as_bytes()), (plain.to_owned(), false));
        }
    }

    #[test]
    fn what_was_cut_off_is_read_up_to_there() {
        let text: String = numbers(100_000);
        for packed in [gzipped(&text), zstandard(&text)] {
            let (seen, is_damaged) = unpacked(&packed[..packed.len() / 2]);
            assert!(is_damaged && seen.len() > text.len() / 4 && text.starts_with(&seen));
            assert!(unpacked(&packed[..7]).1);
        }
    }

    #[test]
    fn a_source_that_fails_is_not_taken_for_a_bad_packing() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        let packed = gzipped("some text that is long enough");
        let mut source = Unpacked::open(Box::new(packed[..12].chain(Broken))).expect("the first bytes are there");
        let failure = (0..100).find_map(|_| source.read(&mut [0; 100]).err()).expect("it failed");
        assert_eq!(failure.to_string(), "the disk is gone");
    }
}
