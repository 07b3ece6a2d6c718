//! `analyze`: says what a log means. Runs nothing and changes nothing.

use std::path::PathBuf;

use clap::ValueEnum;

use super::exit::{Exit, Failure, after};
use super::follow;
use super::global::{Call, Format, UsageError};
use super::input::{self, Input};
use super::{show, when};
use crate::event::{Filter, Log};
use crate::heal::{Analyst, Options, Wanted, ingest, keep_languages};
use crate::report::{Analysis, Human, Step, concise, github, json, jsonl};
use crate::syntax::LanguageId;
use crate::ui::{is_unicode, width};

/// Says what a log means: failures, their causes, possible fixes
///
/// Runs nothing and changes nothing. Reads what builds, tests and services print: failures of Python, Rust, Java, JavaScript and Go;
/// pytest, unittest, cargo, rustc, nextest, `JUnit` XML, records in JSON; with the prefixes of CI jobs, compose, journald, syslog and the
/// like; in any encoding, also as .gz and .zst, of any length. Several logs are read as one. Without LOG it reads the standard input.
///
/// Secrets are covered: `<redacted:github-token:3f2a>` is the same token wherever it stands in one run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Files that hold what the failing command printed; `-` is the standard input
    #[arg(value_name = "LOG")]
    logs: Vec<PathBuf>,

    /// Goes on reading as the log grows, and tells each failure when it first shows
    ///
    /// Waits for a file that is not there yet, and goes on where a log is rotated or emptied. Ends with Ctrl-C, or when a pipe ends.
    #[arg(short, long)]
    follow: bool,

    /// Only what was printed since TIME: `2026-01-02T03:04:05Z`, `2026-01-02 03:04`, or how long ago: `2h`, `30m`
    ///
    /// A time without a zone is in UTC. A failure of which the log tells no time is always shown.
    #[arg(long, value_name = "TIME", value_parser = when::moment)]
    since: Option<i64>,

    /// Only what was printed until TIME
    #[arg(long, value_name = "TIME", value_parser = when::moment)]
    until: Option<i64>,

    /// Only failures of this language; may be given several times
    #[arg(long, value_name = "LANG", value_enum)]
    only: Vec<Language>,

    /// Only the N most important: causes before what follows from them, then the worst, then the most frequent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "follow")]
    top: Option<u32>,
}

const EXAMPLES: &str = "\
Examples:
  cargo test 2>&1 | homeostasis analyze
  homeostasis analyze app.log --since 2h --top 5    the worst of the last two hours
  homeostasis analyze app.log.1.gz app.log          rotated logs, the older one first
  homeostasis analyze --follow app.log              tell failures as they happen
  homeostasis analyze --format concise build.log    one line each, for an editor's list of errors
  homeostasis analyze --format jsonl app.log        one JSON document a line, for programs";

/// Languages whose failures are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Python
    #[value(alias = "py")]
    Python,
    /// Rust
    #[value(alias = "rs")]
    Rust,
    /// Java and others on its machine
    Java,
    /// JavaScript, of Node and browsers
    #[value(alias = "js", alias = "node")]
    Javascript,
    /// Go
    Go,
}

impl Language {
    fn id(self) -> LanguageId {
        match self {
            Language::Python => LanguageId::PYTHON,
            Language::Rust => LanguageId::RUST,
            Language::Java => LanguageId::JAVA,
            Language::Javascript => LanguageId::JAVASCRIPT,
            Language::Go => LanguageId::GO,
        }
    }
}

impl Args {
    /// The languages that count; none means all.
    pub(super) fn languages(&self) -> Vec<LanguageId> {
        self.only.iter().map(|language| language.id()).collect()
    }

    /// What of the log counts.
    pub(super) fn filter(&self) -> Filter {
        let languages = self.languages();
        let language = Some(&languages).filter(|languages| languages.len() == 1).map(|languages| languages[0]);
        Filter { since: self.since, until: self.until, language }
    }

    /// The log as the next command would name it: not several, not a pipe.
    pub(super) fn log(&self) -> Option<&str> {
        match self.logs.as_slice() {
            [log] if log.as_os_str() != "-" => log.to_str(),
            _ => None,
        }
    }

    /// The logs that were named.
    pub(super) fn logs(&self) -> &[PathBuf] {
        &self.logs
    }
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    if args.since.zip(args.until).is_some_and(|(since, until)| since > until) {
        return Err(UsageError::Times.into());
    }
    let format = call.format("analyze", &[Format::Human, Format::Concise, Format::Json, Format::Jsonl, Format::Github])?;
    if args.follow {
        return follow::run(args, format, call);
    }
    let log = read(args, call)?;
    call.step(&Step::Phase("looking for causes"));
    let top = args.top.map(|top| top as usize);
    let analyst = Analyst::open(call.dir(), call.jobs()).map_err(Failure::of_heal)?;
    let analysis = analyst.analysis(&log, &Wanted { top, ..Wanted::default() });
    let shown = match format {
        Format::Json => call.ui.exact(json::document(&analysis).as_bytes()),
        Format::Jsonl => call.ui.exact(jsonl::analysis(&analysis).as_bytes()),
        Format::Concise => call.ui.result(&concise::analysis(&analysis, args.log())),
        Format::Github => {
            let report = anstream::adapter::strip_str(&human(&analysis, args, call)).to_string();
            call.ui.result(&github::analysis(&analysis, &report, &show::token()))
        }
        Format::Human | Format::Diff => {
            let report = human(&analysis, args, call);
            call.ui.result(&report)
        }
    };
    after(shown, exit(&analysis))
}

/// Whether anything is wrong.
pub(super) fn exit(analysis: &Analysis) -> Exit {
    let is_clean = analysis.incidents.is_empty() && analysis.unexplained.is_empty();
    if is_clean { Exit::Clean } else { Exit::Faults }
}

fn read(args: &Args, call: &mut Call) -> Result<Log, Failure> {
    let Input { sources, n_bytes } = input::logs(&args.logs, call)?;
    call.step(&Step::Phase("reading the log"));
    let options = Options { jobs: call.jobs(), filter: args.filter() };
    let mut log = ingest(sources, &options, &mut |n| call.step(&Step::Read { n, of: n_bytes }))?;
    keep_languages(&mut log, &args.languages());
    Ok(log)
}

fn human(analysis: &Analysis, args: &Args, call: &Call) -> String {
    let sources = show::sources(call.dir());
    let human = Human { sources: &sources, width: width(), log: args.log(), is_unicode: is_unicode() };
    human.analysis(analysis, args.top.map(|top| top as usize))
}
