//! Makes UTF-8 of what begins with a byte order mark, as ripgrep does; without a mark the bytes stay as they are.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// `bytes` as UTF-8 without a byte order mark; what is no text of its encoding becomes U+FFFD.
pub(in crate::event) fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    match Encoding::for_bom(bytes) {
        None => Cow::Borrowed(bytes),
        Some((encoding, n)) if encoding == encoding_rs::UTF_8 => Cow::Borrowed(&bytes[n..]),
        Some((encoding, n)) => Cow::Owned(encoding.decode_without_bom_handling(&bytes[n..]).0.into_owned().into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_mark_names_the_encoding_and_goes() {
        let utf16: Vec<u8> = "\u{feff}E: ü\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).as_ref(), "E: ü\r\n".as_bytes());
        assert_eq!(decode(b"\xEF\xBB\xBFx").as_ref(), b"x");
        assert_eq!(decode(b"\xFFx").as_ref(), b"\xFFx");
        assert_eq!(decode(b"\xFF\xFE\x41").as_ref(), "\u{fffd}".as_bytes());
    }
}
