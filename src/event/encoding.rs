//! Makes UTF-8 of UTF-16, as a stream: a byte order mark names the encoding, or zero bytes in every second place do.
//!
//! What bears no such sign is taken for UTF-8, broken or not.
//!
//! Source: the Unicode Standard 16.0, section 23.8, "Byte Order Mark".

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// So many bytes tell an encoding that has no mark.
pub(super) const SNIFFED: usize = 512;
/// Fewer pairs than this tell nothing.
const FEWEST_PAIRS: usize = 8;

/// How the bytes of a log become text.
pub(super) enum Decoding {
    /// They are text.
    Plain,
    /// They are UTF-16.
    Wide(Box<Decoder>),
}

impl Decoding {
    /// What the first bytes of a log say, and how many of them are a byte order mark.
    pub(super) fn of(front: &[u8]) -> (Decoding, usize) {
        match Encoding::for_bom(front) {
            Some((encoding, n)) if encoding == UTF_8 => (Decoding::Plain, n),
            Some((encoding, n)) => (Decoding::wide(encoding), n),
            None => (unmarked(front).map_or(Decoding::Plain, Decoding::wide), 0),
        }
    }

    fn wide(encoding: &'static Encoding) -> Decoding {
        Decoding::Wide(Box::new(encoding.new_decoder_without_bom_handling()))
    }
}

/// The next bytes of UTF-16 as text; what is no text of it becomes U+FFFD.
pub(super) fn decoded(decoder: &mut Decoder, bytes: &[u8], is_last: bool) -> String {
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len()));
    let _ = decoder.decode_to_string(bytes, &mut text, is_last);
    text
}

/// UTF-16 without a mark: nine in ten of the units are ASCII characters, so that one of their two bytes is zero and the other is not.
fn unmarked(front: &[u8]) -> Option<&'static Encoding> {
    let pairs = front[..front.len().min(SNIFFED)].chunks_exact(2);
    let n_pairs = pairs.len();
    let (high, low) = pairs.fold((0, 0), |(high, low), pair| {
        (high + usize::from(pair[0] == 0 && pair[1] != 0), low + usize::from(pair[1] == 0 && pair[0] != 0))
    });
    let is_most = |n: usize| n_pairs >= FEWEST_PAIRS && n * 10 >= n_pairs * 9;
    if is_most(low) {
        Some(UTF_16LE)
    } else if is_most(high) {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of `bytes`, decoded in pieces of `n`.
    fn in_pieces(bytes: &[u8], n: usize) -> String {
        let (decoding, mark) = Decoding::of(bytes);
        match decoding {
            Decoding::Plain => String::from_utf8_lossy(&bytes[mark..]).into_owned(),
            Decoding::Wide(mut decoder) => {
                let pieces: Vec<String> = bytes[mark..].chunks(n).map(|piece| decoded(&mut decoder, piece, false)).collect();
                format!("{}{}", pieces.concat(), decoded(&mut decoder, &[], true))
            }
        }
    }

    fn check(bytes: &[u8], text: &str) {
        for n in [1, 2, 3, 1000] {
            assert_eq!(in_pieces(bytes, n), text);
        }
    }

    #[test]
    fn a_mark_names_the_encoding_and_goes() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        check(&wide("\u{feff}E: ü🦀\r\n"), "E: ü🦀\r\n");
        check(&"\u{feff}E: ü".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>(), "E: ü");
        check(b"\xEF\xBB\xBFx", "x");
        check(b"\xFFx", "\u{fffd}x");
        check(b"\xFF\xFE\x41", "\u{fffd}");
    }

    #[test]
    fn zero_bytes_in_every_second_place_are_a_sign_too() {
        let text = "Traceback (most recent call last):\n";
        check(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), text);
        check(&text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>(), text);
        check(b"a\0b\0", "a\0b\0");
        check(&[0; 64], &"\0".repeat(64));
    }
}
