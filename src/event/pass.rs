//! Reads one block of a log: find the parts worth reading, peel them, let the dialects read.
//!
//! Pure, and the same whatever was read before: what belongs to the neighbours is settled by the collector.

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::calm;
use super::clock;
use super::collector::Filter;
use super::dialect::{self, Reading};
use super::layer;
use super::leftover::Leftover;
use super::line::Line;
use super::numbers::Numbers;
use super::readings::{Readings, Speaker, Spot};
use super::scan::{AHEAD, BACK, Region, end_of_lines, first_hint, hits, lines_back};
use super::split::{Block, LONGEST_LINE};

/// A line longer than this is read only round its first hint, unless it is a record.
const LONG: usize = 256 * 1024;
/// How much of a long line stands before its first hint, and how much in all.
const WINDOW: (usize, usize) = (4 * 1024, 64 * 1024);
/// So many lines of a region are in memory at once, with those that stand round them.
const PIECE: usize = 8 * 1024;
/// Who speaks in one of so many last lines may go on behind them.
const EDGE: u32 = 10;
/// A failure is followed so many lines at most.
const FARTHEST: usize = 1600;
/// So many lines above a failure are searched for a time, if its own line has none; a record may stand for many of them.
const LOOKED_UP: (u32, usize) = (40, 200);

impl Block {
    /// What the block says; of error-level lines that belong to no failure, only those that `filter` wants are told.
    pub fn read(&self, filter: Filter) -> Readings {
        self.read_with(filter, true)
    }

    /// `leaves_out`: records of low levels that no failure holds are not peeled. That saves time and changes no answer.
    pub(super) fn read_with(&self, filter: Filter, leaves_out: bool) -> Readings {
        let (text, own, begins_in_line) = self.sight();
        let numbers = Numbers::of(&text[..own.end]);
        let n_before = numbers.at(text, own.start) - 1;
        let n_own = numbers.at(text, own.end) - 1 - n_before;
        let has_open_line = !own.is_empty() && text[own.end - 1] != b'\n';
        let mut reader = Pass {
            text,
            own_lines: n_before + 1..n_before + n_own + 1 + u32::from(has_open_line),
            at: HashMap::new(),
            readings: Readings { n_lines: (n_before, n_own), has_open_line, ..Readings::default() },
            leftover: Leftover::default(),
            n_readings: 0,
            may_wait: false,
            leaves_out,
            left_out: Vec::new(),
        };
        let hits = hits(text, own, begins_in_line);
        for region in &hits.regions {
            reader.read_region(region, &hits.hints);
        }
        reader.finish(&hits.levels, &numbers, filter)
    }

    /// What is read of the text, where the block stands in it, and whether the block begins within a line. Where a border cuts a line,
    /// each side keeps to its own part of it: what both saw would be told twice.
    fn sight(&self) -> (&[u8], Range<usize>, bool) {
        let (text, own) = (self.text(), self.own());
        let is_cut = |at: usize| at > 0 && text[at - 1] != b'\n';
        let begins_in_line = own.start > 0 && is_cut(own.start);
        let begin = if begins_in_line { own.start } else { 0 };
        let end = if is_cut(own.end) { own.end } else { text.len() };
        (&text[begin..end], own.start - begin..own.end - begin, begins_in_line)
    }
}

/// One pass over a block.
struct Pass<'t> {
    text: &'t [u8],
    own_lines: Range<u32>,
    /// Up to which line each speaker's lines were read.
    at: HashMap<Speaker, u32>,
    readings: Readings,
    leftover: Leftover,
    n_readings: usize,
    /// Whether there are more lines for a failure that goes on behind those at hand.
    may_wait: bool,
    /// Whether calm lines may be left out.
    leaves_out: bool,
    /// Which of the lines at hand were left out, in order.
    left_out: Vec<Range<u32>>,
}

/// How far a pass has come, so that it can go back.
struct State {
    at: HashMap<Speaker, u32>,
    leftover: Leftover,
    n_readings: usize,
    n_placed: usize,
    n_beyond: usize,
}

/// What a piece lacks for a failure in it; then that was left for another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    Nothing,
    /// It goes on behind the piece.
    MoreLines,
    /// Lines were left out in the middle of it.
    LeftOutLines,
}

impl<'t> Pass<'t> {
    /// Reads a region piece by piece, so that only so much of it is in memory at once.
    fn read_region(&mut self, region: &Region, hints: &[usize]) {
        let mut start = region.bytes.start;
        let mut first_line = region.first_line;
        while start < region.bytes.end {
            let end = end_of_lines(&self.text[..region.bytes.end], start, PIECE);
            let (begin, n_back) = lines_back(self.text, start, if start == region.bytes.start { 0 } else { BACK });
            let n_lines = memchr_iter(b'\n', &self.text[start..end]).count() as u32;
            let is_last = end == region.bytes.end;
            let last = if is_last { u32::MAX } else { first_line + n_lines };
            let mut ahead = if is_last { 0 } else { AHEAD };
            let mut leaves_out = self.leaves_out;
            loop {
                let until = end_of_lines(self.text, end, ahead);
                self.may_wait = until < self.text.len() && ahead < FARTHEST;
                let near = if leaves_out { Some(hints) } else { None };
                let before = leaves_out.then(|| self.state());
                match self.read_piece(begin..until, first_line - n_back, last, near) {
                    Lack::Nothing => break,
                    Lack::MoreLines => ahead = (ahead * 4).max(AHEAD * 4),
                    Lack::LeftOutLines => {
                        if let Some(before) = before {
                            self.go_back(before);
                        }
                        leaves_out = false;
                    }
                }
            }
            (start, first_line) = (end, first_line + n_lines);
        }
    }

    fn state(&self) -> State {
        State {
            at: self.at.clone(),
            leftover: self.leftover.clone(),
            n_readings: self.n_readings,
            n_placed: self.readings.placed.len(),
            n_beyond: self.readings.beyond.len(),
        }
    }

    /// Forgets what was read since. The failures themselves stay, as most of them will be read again.
    fn go_back(&mut self, before: State) {
        (self.at, self.leftover, self.n_readings) = (before.at, before.leftover, before.n_readings);
        self.readings.placed.truncate(before.n_placed);
        self.readings.beyond.truncate(before.n_beyond);
    }

    /// Reads the lines in `bytes`, the first of which is `first_line`; readings begin before the line `end`. Calm lines that are not near
    /// one of `hints` are left out.
    fn read_piece(&mut self, bytes: Range<usize>, first_line: u32, end: u32, hints: Option<&[usize]>) -> Lack {
        let text = self.text;
        let starts: Vec<usize> =
            std::iter::once(bytes.start).chain(memchr_iter(b'\n', &text[bytes.clone()]).map(|at| bytes.start + at + 1)).collect();
        let kept = calm::kept(&text[..bytes.end], &starts, hints);
        self.left_out = kept.left_out.iter().map(|run| first_line + run.start as u32..first_line + run.end as u32).collect();
        let mut lines = Vec::with_capacity(kept.n_lines());
        for at in kept.lines() {
            let next = starts.get(at + 1).copied().unwrap_or(bytes.end);
            let line = &text[starts[at]..next];
            if !line.is_empty() {
                self.split_line(line.strip_suffix(b"\n").unwrap_or(line), first_line + at as u32, &mut lines);
            }
        }
        layer::peel(&mut lines);
        let edge = (first_line + starts.len() as u32).saturating_sub(EDGE);
        let mut lack = Lack::Nothing;
        for (speaker, stream) in streams(lines) {
            let may_wait = self.may_wait && stream.last().is_some_and(|line| line.no >= edge);
            lack = lack.max(self.read_stream(speaker, &stream, end.min(self.own_lines.end), may_wait));
        }
        lack
    }

    /// Adds the lines that `bytes` shows: a lone CR ends a line too, as a progress bar is many lines in one place.
    fn split_line(&mut self, bytes: &'t [u8], no: u32, lines: &mut Vec<Line<'t>>) {
        let bytes = self.clipped(bytes, no);
        let Some(_) = memchr(b'\r', bytes) else {
            lines.push(Line::new(String::from_utf8_lossy(bytes), no));
            return;
        };
        let end = bytes.iter().rposition(|&byte| byte != b'\r').map_or(0, |at| at + 1);
        let parts = bytes[..end].split(|&byte| byte == b'\r');
        lines.extend(parts.map(|part| Line::new(String::from_utf8_lossy(part), no)));
    }

    fn clipped(&mut self, bytes: &'t [u8], no: u32) -> &'t [u8] {
        let is_record = bytes.trim_ascii_start().starts_with(b"{") || bytes.starts_with(b"<");
        if bytes.len() <= LONG || (is_record && bytes.len() <= LONGEST_LINE) {
            return bytes;
        }
        // Lines are looked at more than once.
        if self.own_lines.contains(&no) && no > self.readings.clipped {
            self.readings.clipped = no;
            self.readings.skip("a very long line was read only round its first hint", no);
        }
        let Some(hit) = first_hint(bytes) else { return &[] };
        let start = hit.saturating_sub(WINDOW.0);
        &bytes[start..bytes.len().min(start + WINDOW.1)]
    }

    /// Reads on where the last piece left this speaker, up to the line `end`.
    fn read_stream(&mut self, speaker: Speaker, lines: &[Line<'_>], end: u32, may_wait: bool) -> Lack {
        let from = self.at.get(&speaker).copied().unwrap_or_default();
        let mut at = lines.partition_point(|line| line.no < from);
        while at < lines.len() && lines[at].no < end {
            let Some(reading) = dialect::read(lines, at) else {
                at += 1;
                continue;
            };
            let after = reading.end.max(at + 1);
            let last = lines[after.min(lines.len()) - 1].no;
            let lack = if self.is_left_out_within(lines[at].no..last) {
                Lack::LeftOutLines
            } else if after >= lines.len() && may_wait {
                Lack::MoreLines
            } else {
                Lack::Nothing
            };
            if lack > Lack::Nothing {
                self.at.insert(speaker, lines[at].no);
                return lack;
            }
            self.leftover.cover(lines, at..after.min(lines.len()), &reading);
            let begin = lines[at].no;
            self.keep(reading, lines, at, begin);
            at = after;
        }
        self.cover_last_line(lines, at);
        // Behind the last line that was read, or that begins nothing.
        let reached = at.checked_sub(1).and_then(|last| lines.get(last)).map_or(from, |line| line.no + 1).max(from);
        if reached > self.own_lines.end {
            self.readings.beyond.push((speaker.clone(), reached));
        }
        self.at.insert(speaker, reached);
        Lack::Nothing
    }

    fn is_left_out_within(&self, lines: Range<u32>) -> bool {
        let next = self.left_out.partition_point(|run| run.end <= lines.start);
        self.left_out.get(next).is_some_and(|run| run.start < lines.end)
    }

    /// The last line of the block may announce a failure that begins at `lines[at]`, directly behind it.
    fn cover_last_line(&mut self, lines: &[Line<'_>], at: usize) {
        let Some([last, next]) = at.checked_sub(1).and_then(|before| lines.get(before..=at)) else { return };
        if self.own_lines.contains(&last.no)
            && next.no >= self.own_lines.end
            && let Some(reading) = dialect::read(lines, at)
        {
            self.leftover.cover(lines, at..at, &reading);
        }
    }

    /// Keeps what was read at `lines[at]`, if it belongs to the block; the outermost reading begins at the line `begin`.
    fn keep(&mut self, reading: Reading, lines: &[Line<'_>], at: usize, begin: u32) {
        if !self.own_lines.contains(&begin) {
            return;
        }
        self.n_readings += 1;
        let spot = Spot { line: &lines[at], begin, time: time_of(lines, at), reading: self.n_readings };
        for item in reading.items {
            self.readings.keep(item, &spot);
        }
    }

    fn finish(mut self, levels: &[Range<usize>], numbers: &Numbers, filter: Filter) -> Readings {
        // Stable: what stands in one reading stays in its order.
        self.readings.placed.sort_by_key(|placed| placed.first_line);
        self.leftover.mine(self.text, numbers, levels, filter, &mut self.readings.shapes);
        self.readings
    }
}

/// The time of `lines[at]`, or of the nearest line above it that has one.
fn time_of(lines: &[Line<'_>], at: usize) -> Option<i64> {
    let time = |line: &Line<'_>| line.timestamp.as_deref().and_then(clock::stamp).or_else(|| clock::stamp(&line.text));
    let farthest = lines[at].no.saturating_sub(LOOKED_UP.0);
    lines[at.saturating_sub(LOOKED_UP.1)..=at].iter().rev().take_while(|line| line.no >= farthest).find_map(time)
}

fn speaker_of(line: &Line<'_>) -> Speaker {
    (line.service.clone(), line.speaker.clone())
}

/// The lines of each speaker by themselves, in the order in which they first speak.
fn streams(lines: Vec<Line<'_>>) -> Vec<(Speaker, Vec<Line<'_>>)> {
    let mut streams: Vec<(Speaker, Vec<Line<'_>>)> = Vec::new();
    let mut index_of: HashMap<Speaker, usize> = HashMap::new();
    for line in lines {
        let speaker = speaker_of(&line);
        let index = *index_of.entry(speaker).or_insert_with_key(|speaker| {
            streams.push((speaker.clone(), Vec::new()));
            streams.len() - 1
        });
        streams[index].1.push(line);
    }
    streams
}
