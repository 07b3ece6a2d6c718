//! Passes the output of the user's own command through to the person and remembers it.

use std::io::{self, Read, Write};
use std::sync::{Mutex, PoisonError};

/// Bytes that are remembered from the front and from the end each: the first error and the last are what counts.
const REMEMBERED: usize = 16 << 20;

/// Where the output goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The standard output.
    Stdout,
    /// The standard error.
    Stderr,
}

/// What was heard: the front and the end of the output.
#[derive(Debug, Default)]
pub struct Heard {
    front: Vec<u8>,
    end: Vec<u8>,
}

impl Heard {
    /// The output; a gap in its middle is a line that says so.
    pub fn bytes(&self) -> Vec<u8> {
        let n_lost = self.end.len().saturating_sub(REMEMBERED);
        let gap: &[u8] = if n_lost > 0 { b"\n[...]\n" } else { b"" };
        [&self.front, gap, &self.end[n_lost..]].concat()
    }

    fn hear(&mut self, bytes: &[u8]) {
        let room = (REMEMBERED - self.front.len()).min(bytes.len());
        self.front.extend_from_slice(&bytes[..room]);
        self.end.extend_from_slice(&bytes[room..]);
        // Cut only now and then, so that each byte is moved once on average.
        if self.end.len() > 3 * REMEMBERED {
            self.end.drain(..self.end.len() - REMEMBERED - 1);
        }
    }
}

/// Copies `from` to `to` until it ends, and remembers it in `heard`. A reader who has gone does not stop the command.
pub fn pass_through(mut from: impl Read, to: Stream, heard: &Mutex<Heard>) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(n) => {
                heard.lock().unwrap_or_else(PoisonError::into_inner).hear(&buffer[..n]);
                pass(&buffer[..n], to);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

fn pass(bytes: &[u8], to: Stream) {
    // The command's output is its own business: where nobody takes it, it is lost, as it would be without us.
    let _ = match to {
        Stream::Stdout => io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()),
        Stream::Stderr => io::stderr().write_all(bytes),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_keeps_its_front_and_its_end() {
        let mut heard = Heard::default();
        heard.hear(b"first");
        for _ in 0..5 {
            heard.hear(&vec![b'x'; REMEMBERED]);
        }
        heard.hear(b"last");
        let bytes = heard.bytes();
        assert!(bytes.starts_with(b"firstx"));
        assert!(bytes.ends_with(b"xlast"));
        assert!(bytes.len() <= 2 * REMEMBERED + 16, "{}", bytes.len());
    }

    #[test]
    fn a_short_output_is_kept_as_it_is() {
        let mut heard = Heard::default();
        heard.hear(b"a");
        heard.hear(b"b");
        assert_eq!(heard.bytes(), b"ab");
    }
}
