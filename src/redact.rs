//! Takes control characters and secrets out of anything that is shown or stored.
//!
//! Pure: the key of the tags and the values that the environment keeps secret are handed in once, by [`begin`], at the program's edge.

mod assigned;
mod entropy;
mod secrets;
mod setting;
mod shape;

pub use secrets::{TAG, covered, covered_code};
pub use setting::{Redaction, begin, is_secret_name};

/// `text` with every control and direction-changing character made visible; tabs and line feeds stay.
///
/// Logs are hostile: an escape sequence in a message must not reach the terminal.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            c if is_hostile(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character moves a cursor, turns the direction of writing or cannot be seen.
pub fn is_hostile(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Bidirectional controls (CVE-2021-42574) and zero-width characters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn nothing_that_moves_the_cursor_survives() {
        assert_eq!(visible("a\u{1b}[31m\tb\r\n\u{202e}"), "a\\u{1b}[31m\tb\\u{d}\n\\u{202e}");
    }
}
