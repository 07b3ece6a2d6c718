//! From the bytes of a log to its events: find the parts worth reading, peel them, let the dialects read, set the failures side by side.
//!
//! Never fails: a log may hold anything, so what is not understood is passed over, and counted where it was cut.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::collate::{Placed, collate};
use super::dialect::{DIALECTS, Item};
use super::layer;
use super::line::Line;
use super::scan::{Region, next_hit, regions};
use super::{Log, Skipped};

/// A line longer than this is read only round its first hint, unless it is a record.
const LONG: usize = 256 * 1024;
/// How much of a long line stands before its first hint, and how much in all.
const WINDOW: (usize, usize) = (4 * 1024, 64 * 1024);
/// A record longer than this is not parsed.
const LONG_RECORD: usize = 16 * 1024 * 1024;
/// Records may hold records, but not without end.
const DEPTH: usize = 3;

/// Reads a log of any format, any encoding and any length into its failures.
///
/// Colours, prefixes of services and jobs, quotes and records are peeled first. The work grows linearly with `bytes`.
pub fn read(bytes: &[u8]) -> Log {
    let text = layer::encoding::decode(bytes);
    let n_lines = memchr_iter(b'\n', &text).count() + usize::from(text.last().is_some_and(|&last| last != b'\n'));
    let mut reader = Reader::default();
    for region in regions(&text) {
        reader.read_region(&text, &region);
    }
    Log { events: collate(reader.placed), unexplained: Vec::new(), skipped: reader.skipped, n_lines: n_lines as u32 }
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    placed: Vec<Placed>,
    skipped: Vec<Skipped>,
    n_readings: usize,
}

impl Reader {
    fn read_region(&mut self, text: &[u8], region: &Region) {
        let mut lines = Vec::new();
        let mut no = region.first_line;
        for bytes in text[region.bytes.clone()].split_inclusive(|&byte| byte == b'\n') {
            let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            self.split_line(bytes, no, &mut lines);
            no += 1;
        }
        layer::peel(&mut lines);
        for stream in streams(lines) {
            self.read_lines(&stream, 0);
        }
    }

    /// Adds the lines that `bytes` shows: a lone CR ends a line too, as a progress bar is many lines in one place.
    fn split_line<'t>(&mut self, bytes: &'t [u8], no: u32, lines: &mut Vec<Line<'t>>) {
        let bytes = self.clipped(bytes, no);
        let Some(_) = memchr(b'\r', bytes) else {
            lines.push(Line::new(String::from_utf8_lossy(bytes), no));
            return;
        };
        let end = bytes.iter().rposition(|&byte| byte != b'\r').map_or(0, |at| at + 1);
        let parts = bytes[..end].split(|&byte| byte == b'\r');
        lines.extend(parts.map(|part| Line::new(String::from_utf8_lossy(part), no)));
    }

    fn clipped<'t>(&mut self, bytes: &'t [u8], no: u32) -> &'t [u8] {
        let is_record = bytes.trim_ascii_start().starts_with(b"{");
        if bytes.len() <= LONG || (is_record && bytes.len() <= LONG_RECORD) {
            return bytes;
        }
        self.skip("a very long line was read only round its first hint", no);
        let Some(hit) = next_hit(bytes, 0) else { return &[] };
        let start = hit.saturating_sub(WINDOW.0);
        &bytes[start..bytes.len().min(start + WINDOW.1)]
    }

    fn skip(&mut self, reason: &str, no: u32) {
        match self.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => skipped.count += 1,
            None => self.skipped.push(Skipped { reason: reason.to_owned(), count: 1, first_line: no }),
        }
    }

    fn read_lines(&mut self, lines: &[Line<'_>], depth: usize) {
        let mut at = 0;
        while at < lines.len() {
            let Some(reading) = DIALECTS.iter().find_map(|dialect| dialect.read(lines, at)) else {
                at += 1;
                continue;
            };
            self.n_readings += 1;
            for item in reading.items {
                self.place(item, &lines[at], depth);
            }
            at = reading.end.max(at + 1);
        }
    }

    fn place(&mut self, item: Item, line: &Line<'_>, depth: usize) {
        let Item::Text(text) = item else {
            self.placed.push(Placed::new(item, line, self.n_readings));
            return;
        };
        if depth < DEPTH {
            let same_place = |part| Line { text: Cow::Borrowed(part), ..line.clone() };
            let mut lines: Vec<Line<'_>> = text.split('\n').map(|part| same_place(part.trim_end_matches('\r'))).collect();
            layer::peel(&mut lines);
            self.read_lines(&lines, depth + 1);
        }
    }
}

/// The lines of each service by themselves, in the order in which the services first speak.
fn streams(lines: Vec<Line<'_>>) -> Vec<Vec<Line<'_>>> {
    let mut streams: Vec<(Option<Arc<str>>, Vec<Line<'_>>)> = Vec::new();
    for line in lines {
        match streams.iter_mut().find(|(service, _)| *service == line.service) {
            Some((_, stream)) => stream.push(line),
            None => streams.push((line.service.clone(), vec![line])),
        }
    }
    streams.into_iter().map(|(_, stream)| stream).collect()
}
