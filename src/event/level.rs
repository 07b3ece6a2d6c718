//! Tells whether a line is a record of level error or worse, whatever logger wrote it; a level word in a sentence is none.
//!
//! Read from the left: the first word that stands where loggers write the level decides, so a line of level INFO that quotes an error
//! is silent. Only the head of a line counts.
//!
//! Source: the layouts of Python's logging, log4j, logback, `env_logger`, tracing, glog, logrus, zap, serilog, bunyan, pino, nginx,
//! Apache httpd, `PostgreSQL`, `MySQL`, `MongoDB`, celery, Airflow, loguru, Monolog, Ruby's Logger, npm and sd-daemon(3).

mod field;
mod word;

use super::Severity;
use word::{Level, level_of};

/// Every line that [`error_level`] takes holds one of these, those of glog (`E0102 `), sd-daemon (`<3>`) and .NET (`fail: `) aside: nothing
/// rare marks them, so they are only told where something else makes their line be looked at.
pub(super) const LITERALS: &[&str] = &[
    "ERRO",
    "ERR ",
    "ERR]",
    "ERR!",
    "ERR:",
    "ERR|",
    "ERR\"",
    "ERR\t",
    "ERR\u{1b}",
    "FATAL",
    "CRIT",
    "PANIC",
    "SEVERE",
    "EMERG",
    "ALERT",
    "FATA[",
    "PANI[",
    " [error",
    "m[error",
    "[crit",
    "[fatal",
    "[emerg",
    "[alert",
    ":error] [pid",
    "Z\terror\t",
    "0\terror\t",
    "\tfatal\t",
    "\tpanic\t",
    "l=error",
    "y=error",
    "l=\"error",
    "y=\"error",
    "l=err ",
    "=fatal",
    "=\"fatal",
    "=crit",
    "=panic",
    "l\":\"error\"",
    "y\":\"error\"",
    "e\":\"error\"",
    "s\":\"error\"",
    "l\": \"error\"",
    "y\": \"error\"",
    "e\": \"error\"",
    "s\": \"error\"",
    ":\"err\"",
    ":\"fatal\"",
    ": \"fatal\"",
    ":\"crit",
    ": \"crit",
    ":\"panic\"",
    "l\":50",
    "l\":60",
    "l\": 50",
    "l\": 60",
    "\"s\":\"E\"",
    "\"s\":\"F\"",
    "error: ",
    "fatal: ",
    "npm error ",
    "::error",
    ": E ",
    ": F ",
];

/// A line that begins with one of these may be such a record as well.
pub(super) const LINE_STARTS: &[&str] = &[
    "[error",
    "error: ",
    "fatal: ",
    "npm error ",
    "::error",
    "##[error]",
    "fail: ",
    "crit: ",
    "<0>",
    "<1>",
    "<2>",
    "<3>",
    "E01",
    "E02",
    "E03",
    "E04",
    "E05",
    "E06",
    "E07",
    "E08",
    "E09",
    "E10",
    "E11",
    "E12",
    "F01",
    "F02",
    "F03",
    "F04",
    "F05",
    "F06",
    "F07",
    "F08",
    "F09",
    "F10",
    "F11",
    "F12",
];

/// So much of a line is its head.
const HEAD: usize = 240;
/// Words that may stand before the level: times, names, numbers of processes.
const N_WORDS: usize = 14;
/// Words that make a sentence of what stands round them.
const IN_SENTENCES: &[&str] = &[
    "no", "any", "an", "the", "a", "on", "if", "in", "of", "and", "or", "not", "without", "with", "zero", "this", "is", "to", "for",
    "expected",
];

/// How bad the record in `text` says it is, where it is an error or worse.
pub(super) fn error_level(text: &str) -> Option<Severity> {
    let text = text.trim_start_matches([' ', '\u{feff}']);
    if text.starts_with('{') {
        return field::of_record(text).filter(|level| *level >= Level::Error).map(severity);
    }
    let head = head(text);
    if let Some(level) = at_start(head) {
        return (level >= Level::Error).then(|| severity(level));
    }
    if let Some(level) = field::of_pairs(head) {
        return (level >= Level::Error).then(|| severity(level));
    }
    let mut words = Words { rest: head, is_first: true };
    let mut has_digit = false;
    for _ in 0..N_WORDS {
        // A record may stand behind a prefix.
        if words.rest.trim_start_matches([' ', '\t']).starts_with("{\"") {
            let record = &text[head.len() - words.rest.len()..];
            return field::of_record(record).filter(|level| *level >= Level::Error).map(severity);
        }
        let word = words.next()?;
        match word.level() {
            Some(level) if level < Level::Error => return None,
            Some(level) => return says_something(words.rest).then(|| severity(level)),
            None if word.is_head(has_digit) => {}
            None => return None,
        }
        has_digit |= word.text.bytes().any(|byte| byte.is_ascii_digit());
    }
    None
}

fn severity(level: Level) -> Severity {
    if level == Level::Fatal { Severity::Critical } else { Severity::High }
}

/// The first bytes of `text`, at a boundary of characters.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(HEAD)]
}

/// Whether something follows the level: `ERROR: 0`, `ERROR` alone and `ERROR = none` tell of nothing.
fn says_something(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\t', ':', '-', '|', ']', ')', '>', '=']).trim_end();
    // A time, and the place of the code that wrote it, are nothing that it says.
    let mut outside =
        rest.split('[').enumerate().map(|(n, part)| if n == 0 { part } else { part.split_once(']').map_or("", |(_, after)| after) });
    if !outside.any(|part| part.contains(char::is_alphabetic)) {
        return false;
    }
    !matches!(rest, "" | "0" | "none" | "None" | "no" | "null" | "false" | "0.") && !rest.starts_with("0 ") && !rest.starts_with("0,")
}

/// Layouts that are known by how the line begins.
fn at_start(head: &str) -> Option<Level> {
    let bytes = head.as_bytes();
    match bytes.first()? {
        b'<' if bytes.get(2) == Some(&b'>') && bytes[1].is_ascii_digit() => match bytes[1] {
            b'0'..=b'2' => Some(Level::Fatal),
            b'3' => Some(Level::Error),
            _ => Some(Level::Quiet),
        },
        // `E0102 03:04:05.000000 12 x.go:1] y`
        b'E' | b'F' if bytes.len() > 14 && bytes[1..5].iter().all(u8::is_ascii_digit) && bytes[5] == b' ' && bytes[8] == b':' => {
            head.contains("] ").then_some(if bytes[0] == b'E' { Level::Error } else { Level::Fatal })
        }
        b'e' => head.strip_prefix("error: ").filter(|rest| says_something(rest)).map(|_| Level::Error),
        b'f' if head.starts_with("fail: ") => is_category(&head[6..]).then_some(Level::Error),
        b'f' => head.strip_prefix("fatal: ").filter(|rest| says_something(rest)).map(|_| Level::Fatal),
        b'c' if head.starts_with("crit: ") => is_category(&head[6..]).then_some(Level::Fatal),
        b'n' => {
            let rest = head.strip_prefix("npm ERR! ").or_else(|| head.strip_prefix("npm error "))?;
            says_something(rest).then_some(Level::Error)
        }
        b':' => head.strip_prefix("::error")?.starts_with([' ', ':']).then_some(Level::Error),
        b'#' => head.strip_prefix("##[error]").filter(|rest| says_something(rest)).map(|_| Level::Error),
        _ => None,
    }
}

/// `Name.Of.Category[0]`, as .NET's console logger writes it.
fn is_category(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    word.split_once('[')
        .is_some_and(|(name, event)| name.contains('.') && event.trim_end_matches(']').bytes().all(|byte| byte.is_ascii_digit()))
}

/// The words of a head; brackets are words of one piece.
struct Words<'t> {
    rest: &'t str,
    is_first: bool,
}

/// A word or a bracket with what stands in it.
struct Word<'t> {
    text: &'t str,
    /// `[`, `(`, `<` or `{` for a bracket.
    bracket: Option<u8>,
    /// The byte behind it.
    next: Option<u8>,
    /// The head behind it.
    rest: &'t str,
    is_first: bool,
    is_tabbed: bool,
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        let trimmed = self.rest.trim_start_matches([' ', '\t']);
        let is_tabbed = self.rest.len() > trimmed.len() && self.rest.as_bytes()[self.rest.len() - trimmed.len() - 1] == b'\t';
        let first = *trimmed.as_bytes().first()?;
        let closing = match first {
            b'[' => Some(b']'),
            b'(' => Some(b')'),
            b'{' => Some(b'}'),
            b'<' => Some(b'>'),
            _ => None,
        };
        let end = match closing {
            Some(closing) => trimmed.bytes().take(96).position(|byte| byte == closing)? + 1,
            None => trimmed.bytes().position(|byte| matches!(byte, b' ' | b'\t' | b'[' | b'(')).unwrap_or(trimmed.len()).max(1),
        };
        self.rest = trimmed.get(end..)?;
        let is_first = std::mem::replace(&mut self.is_first, false);
        let text = if closing.is_some() { trimmed.get(1..end - 1)? } else { &trimmed[..end] };
        let bracket = closing.map(|_| first);
        Some(Word { text, bracket, next: self.rest.as_bytes().first().copied(), rest: self.rest, is_first, is_tabbed })
    }
}

impl Word<'_> {
    /// The level that it names, where it stands as loggers write one.
    fn level(&self) -> Option<Level> {
        if self.bracket.is_some() {
            return self.in_bracket();
        }
        if let Some((key, value)) = self.text.split_once('=') {
            return field::is_name(key).then(|| level_of(value.trim_matches(['"', ',', ';'])))?;
        }
        // `ERRO[0000] x` of logrus.
        if self.next == Some(b'[') && matches!(self.text, "ERRO" | "FATA" | "PANI") {
            return Some(if self.text == "ERRO" { Level::Error } else { Level::Fatal });
        }
        // `production.ERROR: x` of Monolog.
        if let Some((channel, level)) = self.text.strip_suffix(':').and_then(|text| text.rsplit_once('.'))
            && is_name(channel)
            && !level.bytes().any(|byte| byte.is_ascii_lowercase())
        {
            return level_of(level);
        }
        let (word, rest) = self.text.split_at(self.text.bytes().take_while(u8::is_ascii_alphabetic).count());
        // `2024-01-02 03:04:05.123456: E tensorflow/x.cc:12] y`
        if rest.is_empty() && matches!(word, "E" | "F") && !self.is_first {
            return None;
        }
        let is_ended = rest.is_empty() || rest == "!" || rest.starts_with([':', '|', '/', ']', ',']);
        let is_loud = !word.bytes().any(|byte| byte.is_ascii_lowercase());
        let level = level_of(word).filter(|_| is_ended)?;
        // Quiet words are levels where a tab or a colon sets them apart behind a time.
        let is_set_apart = (self.is_tabbed && self.next == Some(b'\t')) || (rest == ":" && !self.is_first);
        (is_loud || is_set_apart).then_some(level)
    }

    /// `[error]`, `[core:error]`, `[2024-01-02 03:04:05,123: ERROR/MainProcess]`, `[2024-01-02T03:04:05Z ERROR app::x]`, `[error    ]`.
    fn in_bracket(&self) -> Option<Level> {
        let text = self.text.trim();
        if let Some(level) = level_of(text) {
            return Some(level);
        }
        if let Some(level) = text.rsplit_once(':').and_then(|(module, level)| is_name(module).then(|| level_of(level))?) {
            return Some(level);
        }
        let is_dated = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        let mut parts = text.split([' ', ':', '/']).filter(|part| part.len() > 1 && !part.bytes().any(|byte| byte.is_ascii_lowercase()));
        parts.find_map(level_of).filter(|_| is_dated || text.contains('/'))
    }

    /// Whether it may stand before the level.
    fn is_head(&self, is_behind_digit: bool) -> bool {
        if self.bracket.is_some() || self.text.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b'_' | b'=' | b'@'))
        {
            return true;
        }
        if self.text.ends_with([':', '|', ',']) || !self.text.bytes().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
            return true;
        }
        // One plain word behind a time or before a delimiter is a name: of a host, a thread, a logger, a month.
        let is_loud = self.text.is_ascii() && !self.text.bytes().any(|byte| byte.is_ascii_lowercase());
        let is_delimited = self.rest.trim_start_matches(' ').starts_with(['-', '|', '[', '(']);
        let is_name = is_loud || is_behind_digit || is_delimited || is_of_date(self.text);
        is_name && !IN_SENTENCES.contains(&self.text.to_ascii_lowercase().as_str())
    }
}

/// The name of a weekday or month, in short.
fn is_of_date(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES.contains(&text)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: Option<Severity>, texts: &[&str]) {
        for text in texts {
            assert_eq!(error_level(text), expected, "{text}");
            let is_start = LINE_STARTS.iter().any(|start| text.starts_with(start));
            let is_sought = is_start || LITERALS.iter().any(|literal| text.contains(literal));
            assert!(expected.is_none() || is_sought, "no literal finds: {text}");
        }
    }

    #[test]
    fn a_record_of_an_error_is_one_in_every_layout() {
        check(
            Some(Severity::High),
            &[
                "ERROR: could not connect",
                "ERROR:root:could not connect",
                "ERROR:    Exception in ASGI application",
                "ERROR could not connect",
                "2024-01-02 03:04:05,123 ERROR could not connect",
                "2024-01-02 03:04:05,123 - app.worker - ERROR - could not connect",
                "2024-01-02 03:04:05,123 - worker - ERROR - could not connect",
                "2024-01-02 03:04:05,123 ERROR [main] c.e.App - could not connect",
                "2024-01-02 03:04:05.123 ERROR 12345 --- [main] c.e.App : could not connect",
                "12:03:04.123 [main] ERROR com.example.App - could not connect",
                "0 [main] ERROR com.example.App - could not connect",
                "[2024-01-02T03:04:05Z ERROR app::x] could not connect",
                "2024-01-02T03:04:05.123456Z ERROR app::x: could not connect",
                "2024-01-02T03:04:05.123456Z ERROR request{id=3}: app::x: could not connect",
                "[2024-01-02 03:04:05 +0000] [12] [ERROR] could not connect",
                "[2024-01-02 03:04:05,123: ERROR/MainProcess] could not connect",
                "[2024-01-02, 03:04:05 UTC] {task.py:12} ERROR - could not connect",
                "[2024-01-02 03:04:05] production.ERROR: could not connect",
                "2024/01/02 03:04:05 [error] 12#12: *1 connect() failed",
                "[Tue Jan 02 03:04:05.123456 2024] [core:error] [pid 12] could not connect",
                "2024-01-02 03:04:05 [error    ] could not connect        id=3",
                "2024-01-02 03:04:05.123 | ERROR    | app.x:f:12 - could not connect",
                "[03:04:05] ERROR    could not connect            x.py:12",
                "[03:04:05 ERR] could not connect",
                "2024-01-02 03:04:05.123 UTC [12] ERROR:  relation \"x\" does not exist",
                "2024-01-02 03:04:05.123 UTC [12] me@db ERROR:  relation \"x\" does not exist",
                "2024-01-02T03:04:05.123456Z 0 [ERROR] [MY-010119] [Server] Aborting",
                "E, [2024-01-02T03:04:05.123456 #12] ERROR -- : could not connect",
                "E0102 03:04:05.123456   12 x.go:12] could not connect",
                "Jan  2 03:04:05 host app[12]: ERROR could not connect",
                "web-1  | ERROR could not connect",
                "(Engine pid=1) ERROR 10-12 02:10:43 [core.py:710] could not connect",
                "SEVERE: could not connect",
                "15-Aug-2026 10:22:05.123 SEVERE [main] org.example.Start could not connect",
                "ERROR  | wrapper  | 2026/08/10 00:06:18.000 | JVM exited",
                "Aug 08 11:04:37 host caddy[12]: {\"level\":\"error\",\"ts\":1723115077.6,\"msg\":\"job failed\"}",
                "[manager] {\"level\":\"error\",\"ts\":1665493047.4,\"msg\":\"node does not exist\"}",
                "app-x2-brgwp manager time=\"2024-01-29T16:59:30Z\" level=error msg=\"Dropping it\"",
                "[Nest] 12  - 01/02/2024, 3:04:05 AM   ERROR [RedisModule] could not connect",
                "[ERROR] could not connect",
                "[error] could not connect",
                "ERRO[0000] could not connect",
                "2024-01-02T03:04:05.123Z\terror\tpkg/x.go:1\tcould not connect",
                "2024-01-02T03:04:05.123Z\tERROR\tpkg/x.go:1\tcould not connect",
                "2024-01-02 03:04:05 error: could not connect",
                "2024-01-02T03:04:05.123Z error: could not connect",
                "time=\"2024-01-02T03:04:05Z\" level=error msg=\"could not connect\"",
                "level=error ts=2024-01-02T03:04:05Z msg=\"could not connect\"",
                "ts=2024-01-02T03:04:05Z caller=x.go:1 level=err msg=\"could not connect\"",
                "<3>could not connect",
                "npm ERR! code ERESOLVE",
                "npm error code ERESOLVE",
                "::error file=x.py,line=3::could not connect",
                "##[error]Process completed with exit code 1.",
                "error: externally-managed-environment",
                "fail: Microsoft.Hosting.Lifetime[0]",
                r#"{"level":"error","msg":"could not connect"}"#,
                r#"{"msg": "could not connect", "level": "ERROR"}"#,
                r#"{"severity":"ERROR","message":"could not connect"}"#,
                r#"{"severity": "error","message":"could not connect"}"#,
                r#"{"level":50,"time":1700000000000,"msg":"could not connect"}"#,
                r#"{"t":{"$date":"2024-01-02T03:04:05Z"},"s":"E","msg":"could not connect"}"#,
            ],
        );
    }

    #[test]
    fn what_is_worse_is_critical() {
        check(
            Some(Severity::Critical),
            &[
                "FATAL:  password authentication failed for user \"x\"",
                "2024-01-02 03:04:05,123 - app - CRITICAL - disk is full",
                "CRITICAL:root:disk is full",
                "[emerg] 12#12: bind() failed",
                "2024/01/02 03:04:05 [crit] 12#12: open() failed",
                "level=fatal msg=x",
                "level=panic msg=x",
                "FATA[0001] x",
                "F0102 03:04:05.123456   12 x.go:12] y",
                "fatal: not a git repository",
                "<2>x",
                r#"{"level":60,"msg":"x"}"#,
                r#"{"level":"fatal","msg":"x"}"#,
                r#"{"severity":"CRITICAL","msg":"x"}"#,
                "crit: Shop.Api.Orders[3]",
            ],
        );
    }

    #[test]
    fn a_level_word_in_a_sentence_is_none() {
        check(
            None,
            &[
                "",
                "ERROR",
                "ERROR: 0",
                "(Engine pid=12) ERROR 01-02 03:04:05 [core.py:12]",
                "ERROR: 0 problems",
                "error: none",
                "0 errors",
                "error=0 warnings=1",
                "test_error ... ok",
                "test tests::parse_error ... ok",
                "test_ERROR (m.T) ... ok",
                "tests/x.py::test_x ERROR",
                "ErrorHandler started",
                "ERROR_COUNT is 3",
                "ERRORS: x",
                "No ERROR found in the log",
                "there was an ERROR in the log",
                "2024-01-02 03:04:05 there is no ERROR in the log",
                "INFO retry after ERROR: timeout",
                "2024-01-02 03:04:05 INFO app - status ERROR seen",
                "2024-01-02 03:04:05,123 - app - WARNING - ERROR rate is high",
                "[2024-01-02 03:04:05,123: WARNING/MainProcess] ERROR x",
                "level=info msg=\"level=error\"",
                "[manager] {\"level\":\"info\",\"msg\":\"ERROR\"}",
                "the default is level=error for all",
                "level=warn error=\"x\"",
                "W0102 03:04:05.123456   12 x.go:12] ERROR",
                r#"{"level":"info","msg":"{\"level\":\"error\"}"}"#,
                r#"{"level":30,"error":"x"}"#,
                r#"{"error":"x","msg":"y"}"#,
                r#"{"level":"#,
                "    raise ValueError(\"ERROR\")",
                "log.error(\"x\")",
                "[info] [error] x",
                "<6>error: x",
                "E0308: mismatched types",
                "Error: the page for errors",
                "é ERROR ü",
            ],
        );
    }

    #[test]
    fn no_cut_makes_it_panic() {
        let text = "[é 2024-01-02 03:04:05,123: ERROR/ü] {\"level\":\"é\\\"error\"} level=\"é <3> npm ERR! é";
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let _ = (
                error_level(&text[at..]),
                error_level(&text[..at]),
                error_level(&"é".repeat(at * 4)),
                error_level(&format!("{{{}", &text[at..])),
            );
        }
    }
}
