//! `analyze --follow`: tells each failure once, when it first shows, and shortly when it goes on.
//!
//! The log as read so far is looked at again and again as if it ended there. A failure at its very end may still be being printed, so it
//! is told only when more follows or the log has been quiet for a while.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::analyze::{self, Args};
use super::exit::{Exit, Failure};
use super::global::{Call, Format, UsageError};
use super::input::InputError;
use super::show;
use super::tail::{Fed, Feed};
use crate::event::Reader;
use crate::heal::{Analyst, Wanted, keep_languages};
use crate::report::{Analysis, Human, IncidentReport, Line, concise, json, jsonl};
use crate::ui::{Told, is_unicode, width};

/// After so long without news, what stands at the end of the log is complete.
const QUIET: Duration = Duration::from_millis(700);
/// While a log is read in one go, it is looked at this often at most ...
const SELDOM: Duration = Duration::from_millis(500);
/// ... and no more than one part in so many of the time is spent with it.
const SHARE: u32 = 5;
/// A failure that goes on is told again when it was printed so many times as often.
const GROWTH: u32 = 2;

/// Follows the log that was named until it ends or we are told to stop.
pub(super) fn run(args: &Args, format: Format, call: &mut Call) -> Result<Exit, Failure> {
    check(args, format, call)?;
    let mut feed = feed(args, call)?;
    let interrupt = Call::interrupt()?;
    let analyst = Analyst::open(call.dir(), call.jobs()).map_err(Failure::of_heal)?;
    let mut follower = Follower { args, format, analyst, known: HashMap::new(), is_open: false };
    let mut reader = Reader::new(args.filter());
    let mut watch = Watch::default();
    loop {
        let news = if interrupt.signal().is_some() { Fed::End } else { feed.next().map_err(|source| unreadable(args, source))? };
        let is_end = news == Fed::End;
        if let Fed::Bytes(bytes) = &news {
            reader.push(bytes);
        }
        if let Some(is_complete) = watch.look(&news) {
            let start = Instant::now();
            let told = follower.look(&reader, is_complete, is_end, call)?;
            watch.looked(start, is_complete);
            if told.0 == Told::Closed {
                return Ok(Exit::Clean);
            }
            if is_end {
                return Ok(interrupt.signal().map_or(told.1, Exit::of_signal));
            }
        }
    }
}

/// What means nothing beside `--follow`.
fn check(args: &Args, format: Format, call: &Call) -> Result<(), UsageError> {
    let why = if args.logs().len() > 1 {
        "takes one log"
    } else if matches!(format, Format::Json | Format::Github) {
        "never ends a document: it has no such format"
    } else if call.ui.has_output_file() {
        "writes as it goes, not to `--output-file`"
    } else {
        return Ok(());
    };
    Err(UsageError::Follow { why })
}

fn feed(args: &Args, call: &mut Call) -> Result<Feed, Failure> {
    let path = args.logs().first().map_or(Path::new("-"), PathBuf::as_path);
    if path == Path::new("-") {
        if args.logs().is_empty() && std::io::IsTerminal::is_terminal(&std::io::stdin()) {
            return Err(InputError::NoLog.into());
        }
        return Ok(Feed::stdin());
    }
    let place = call.path(path);
    if !place.exists() {
        call.step(&crate::report::Step::Note(format!("waiting for {}", path.display())));
    }
    Ok(Feed::file(place, path)?)
}

fn unreadable(args: &Args, source: std::io::Error) -> Failure {
    InputError::Unreadable { path: args.logs().first().cloned().unwrap_or_default(), source }.into()
}

/// When to look at the log.
struct Watch {
    /// Something came since we last looked and saw it all.
    has_news: bool,
    last_news: Instant,
    last_look: Instant,
    cost: Duration,
}

impl Default for Watch {
    fn default() -> Watch {
        let now = Instant::now();
        Watch { has_news: false, last_news: now, last_look: now, cost: Duration::ZERO }
    }
}

impl Watch {
    /// Whether to look now, and whether what is there is complete.
    fn look(&mut self, fed: &Fed) -> Option<bool> {
        let is_due = self.last_look.elapsed() > SELDOM.max(self.cost * SHARE);
        match fed {
            Fed::End => Some(true),
            Fed::Bytes(_) => {
                (self.has_news, self.last_news) = (true, Instant::now());
                is_due.then_some(false)
            }
            Fed::Nothing if !self.has_news => None,
            Fed::Nothing if self.last_news.elapsed() >= QUIET => Some(true),
            Fed::Nothing => is_due.then_some(false),
        }
    }

    fn looked(&mut self, start: Instant, is_complete: bool) {
        (self.last_look, self.cost) = (Instant::now(), start.elapsed());
        self.has_news = self.has_news && !is_complete;
    }
}

/// Remembers what was told.
struct Follower<'a> {
    args: &'a Args,
    format: Format,
    analyst: Analyst,
    /// How often each incident had been printed when it was last told.
    known: HashMap<String, u32>,
    /// The first line of the document is out.
    is_open: bool,
}

impl Follower<'_> {
    /// Tells what is new; at the end, the rest. Gives whether anybody listens, and how a run that ends here ends.
    fn look(&mut self, reader: &Reader, is_complete: bool, is_end: bool, call: &mut Call) -> Result<(Told, Exit), Failure> {
        let mut log = reader.snapshot();
        let n_lines = log.n_lines;
        keep_languages(&mut log, &self.args.languages());
        let known: BTreeSet<String> = self.known.keys().cloned().collect();
        let analysis = self.analyst.analysis(&log, &Wanted { known, ..Wanted::default() });
        let sources = show::sources(call.dir());
        let human = Human { sources: &sources, width: width(), log: self.args.log(), is_unicode: is_unicode() };
        let mut out = String::new();
        if !std::mem::replace(&mut self.is_open, true) && self.format == Format::Jsonl {
            out += &jsonl::head();
        }
        for incident in &analysis.incidents {
            let before = self.known.get(&incident.fingerprint).copied();
            let is_told = match before {
                // The line after the last may still belong to it.
                None => is_complete || incident.last_line + 1 < n_lines,
                Some(before) if is_end => incident.count > before,
                Some(before) => incident.count >= before.saturating_mul(GROWTH),
            };
            if is_told {
                self.known.insert(incident.fingerprint.clone(), incident.count);
                out += &self.told(&analysis, incident, before.is_none(), &human);
            }
        }
        if is_end {
            out += &self.rest(&analysis, &human);
        }
        let told = if out.is_empty() { Told::Written } else { self.print(&out, call)? };
        Ok((told, analyze::exit(&analysis)))
    }

    fn told(&self, analysis: &Analysis, incident: &IncidentReport, is_new: bool, human: &Human<'_>) -> String {
        match (self.format, is_new) {
            (Format::Concise, _) => concise::incident(analysis, incident, human.log).unwrap_or_default(),
            (Format::Jsonl, true) => jsonl::incident(analysis, incident),
            (Format::Jsonl, false) => jsonl::update(incident),
            (_, true) => human.incident(analysis, incident) + "\n",
            (_, false) => human.again(incident),
        }
    }

    /// What is known only at the end.
    fn rest(&self, analysis: &Analysis, human: &Human<'_>) -> String {
        match self.format {
            Format::Concise => String::new(),
            Format::Jsonl => {
                let unexplained = analysis.unexplained.iter().map(Line::Unexplained);
                let skipped = analysis.skipped.iter().map(Line::Skipped);
                let overflow = analysis.overflow.iter().map(Line::Overflow);
                unexplained.chain(skipped).chain(overflow).map(|line| json::line(&line)).collect()
            }
            _ => human.ending(analysis),
        }
    }

    fn print(&self, out: &str, call: &mut Call) -> Result<Told, Failure> {
        let told = if self.format == Format::Jsonl { call.ui.exact(out.as_bytes()) } else { call.ui.result(out) };
        Ok(told?)
    }
}
