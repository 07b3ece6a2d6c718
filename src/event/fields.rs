//! Walks over the fields of a record of JSON without parsing it: enough to find the time, the level or the message of a line.
//!
//! A record may be cut or wrong; what is read of it is read. Fields inside of fields count like the others.

use memchr::{memchr, memchr2};

/// Each field's name and the text from its value on.
pub(super) struct Fields<'t> {
    text: &'t str,
    at: usize,
}

/// The fields of the first `reach` bytes of `text`.
pub(super) fn fields(text: &str, reach: usize) -> Fields<'_> {
    Fields { text: &text[..text.floor_char_boundary(reach)], at: 0 }
}

impl<'t> Iterator for Fields<'t> {
    type Item = (&'t str, &'t str);

    fn next(&mut self) -> Option<(&'t str, &'t str)> {
        loop {
            let start = self.at + memchr(b'"', self.text.as_bytes().get(self.at..)?)?;
            let name = string(&self.text[start..])?;
            self.at = start + name.len() + 2;
            if let Some(value) = self.text[self.at..].trim_start_matches(' ').strip_prefix(':') {
                return Some((name, value.trim_start_matches(' ')));
            }
        }
    }
}

/// The string that `text` begins with, without its quotes and as it is escaped.
pub(super) fn string(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut end = 1;
    loop {
        end += memchr2(b'"', b'\\', bytes.get(end..)?)?;
        if bytes[end] == b'"' {
            return Some(&text[1..end]);
        }
        end += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        fields(text, 4096).map(|(name, _)| name).collect()
    }

    #[test]
    fn fields_are_found_whatever_their_values_hold() {
        assert_eq!(names(r#"{"a":"x: \"b\": 1","c" : {"d":[1,"e"]}, "f":null}"#), ["a", "c", "d", "f"]);
        assert_eq!(fields(r#"{"a": 12}"#, 4096).next(), Some(("a", "12}")));
    }

    #[test]
    fn cut_and_wrong_records_end_the_walk() {
        for text in ["", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"é\\", "{\"a\\\"", "\"\\é\""] {
            assert!(names(text).len() <= 1, "{text}");
        }
        assert_eq!(fields("{\"é\":1}", 3).next(), None);
    }
}
