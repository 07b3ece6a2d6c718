//! What to look at and what to do where a failure is one of the surroundings: a full disk, a port in use, a service that is away.
//!
//! Works for events of every language, also those without a place in the code, and for lines without an event. It only says: none of
//! these faults has a patch. Where a rule of the language gives advice of its own, that stays alone, since it knows more.
//!
//! Source: the manual pages of the named programs; the messages themselves are those of the event room's table of faults.

mod machine;
mod remote;
mod setup;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use super::{Advice, Case, Diagnosis};
use crate::event::{self, Event};
use table::Operational;

/// What stands for a rule in a diagnosis of the surroundings, before the name of the fault.
pub const OPERATIONAL: &str = "operational/";
/// Rules know the code, so theirs are surer.
const CONFIDENCE: f64 = 0.2;

/// All that is known.
fn faults() -> impl Iterator<Item = &'static Operational> {
    [machine::FAULTS, remote::FAULTS, setup::FAULTS].into_iter().flatten()
}

/// The patterns that take names out of messages, by fault.
static PATTERNS: LazyLock<HashMap<&'static str, Regex>> = LazyLock::new(|| {
    let compiled = |known: &'static Operational| Some((known.fault, Regex::new(known.pattern?).expect("a constant")));
    faults().filter_map(compiled).collect()
});

/// Messages that have the words of a fault and tell of another: what an application says on its own account, a module of the project
/// itself, a table that two processes make at once.
const OTHERS: &[(&str, &str)] = &[
    ("database", r"^\(0, ''\)$"),
    ("database-constraint", r"\bpg_(?:type|class|namespace)_\w+_index\b|doesn't have a default value"),
    ("network", r"(?i)\breturned (?:a |status |code |http )*[45]\d\d\b"),
    ("package-missing", r#"(?i)find module ['"](?:@|~|\.{1,2})/"#),
    ("permission", r"(?i)^you (?:do not|don't) have (?:the )?permission|\bnot authori[sz]ed\b"),
];

static OTHER: LazyLock<Vec<(&str, Regex)>> =
    LazyLock::new(|| OTHERS.iter().map(|&(fault, pattern)| (fault, Regex::new(pattern).expect("a constant"))).collect());

/// Whether `text` tells of another fault than the one whose words it has.
fn is_other(fault: &str, text: &str) -> bool {
    OTHER.iter().any(|(known, pattern)| *known == fault && pattern.is_match(text))
}

/// The diagnosis of an event that is a well-known fault of the surroundings.
pub(super) fn diagnosis(case: Case<'_>) -> Option<Diagnosis> {
    let known = known(event::fault_of(case.event)?).filter(|known| !is_other(known.fault, &case.event.message))?;
    let names = names_in(known, texts(case.event));
    Some(Diagnosis {
        event: case.index,
        rule: format!("{OPERATIONAL}{}", known.fault),
        title: known.title.to_owned(),
        why: known.why.to_owned(),
        spot: case.spots.last().cloned(),
        span: None,
        confidence: CONFIDENCE,
        evidence: names.iter().map(|(name, text)| format!("the message names {name}: {text}")).collect(),
        advice: advice(known, &names),
        fixes: Vec::new(),
    })
}

/// Title and reason of the fault of the surroundings that a diagnosis calls `id`.
pub fn operational(id: &str) -> Option<(&'static str, &'static str)> {
    let known = known(id.strip_prefix(OPERATIONAL)?)?;
    Some((known.title, known.why))
}

/// What a person can do about a line of a log that tells of a well-known fault of the surroundings; nothing where it tells of none.
pub fn advice_on(text: &str) -> Vec<Advice> {
    event::fault_in(text)
        .and_then(known)
        .filter(|known| !is_other(known.fault, text))
        .map_or(Vec::new(), |known| advice(known, &names_in(known, [text])))
}

fn known(fault: &str) -> Option<&'static Operational> {
    faults().find(|known| known.fault == fault)
}

/// Message, causes and notes.
fn texts(event: &Event) -> impl Iterator<Item = &str> {
    let causes = event.causes.iter().map(|cause| cause.message.as_str());
    std::iter::once(event.message.as_str()).chain(causes).chain(event.notes.iter().map(String::as_str)).take(8)
}

/// What the first text that fits names: a port, a host, a library.
fn names_in<'t>(known: &Operational, texts: impl IntoIterator<Item = &'t str>) -> BTreeMap<&'static str, &'t str> {
    let Some(pattern) = PATTERNS.get(known.fault) else { return BTreeMap::new() };
    let Some(found) = texts.into_iter().find_map(|text| pattern.captures(text)) else { return BTreeMap::new() };
    pattern.capture_names().flatten().filter_map(|name| Some((name, found.name(name)?.as_str()))).collect()
}

/// Of each step the first wording whose names are all known.
fn advice(known: &Operational, names: &BTreeMap<&'static str, &str>) -> Vec<Advice> {
    let step = |wordings: &&[(&str, &str)]| {
        wordings.iter().find_map(|(text, command)| {
            let (text, command) = (filled(text, names)?, filled(command, names)?);
            Some(Advice { text, command: Some(command).filter(|command| !command.is_empty()) })
        })
    };
    known.steps.iter().filter_map(step).collect()
}

/// `text` with each `$name` replaced; none where a name is unknown or holds what a shell would read as more than a word.
fn filled(text: &str, names: &BTreeMap<&'static str, &str>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('$');
    out.push_str(pieces.next()?);
    for piece in pieces {
        let end = piece.bytes().position(|byte| !byte.is_ascii_lowercase()).unwrap_or(piece.len());
        // A name in capitals is a variable of the shell.
        if end == 0 {
            out.push('$');
            out.push_str(piece);
            continue;
        }
        let value = *names.get(&piece[..end])?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-+/:@".contains(c);
        if value.is_empty() || value.starts_with('-') || !value.chars().all(is_plain) {
            return None;
        }
        out.push_str(value);
        out.push_str(&piece[end..]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::LanguageId;

    fn said(language: LanguageId, kind: &str, message: &str) -> Vec<String> {
        let event = Event::new(language, kind, message);
        let found = diagnosis(Case { index: 0, event: &event, spots: &[] });
        assert!(found.iter().all(|one| one.fixes.is_empty()));
        let with_command = |advice: Advice| advice.command.map_or(advice.text.clone(), |command| format!("{}: {command}", advice.text));
        found.map_or(Vec::new(), |one| one.advice.into_iter().map(with_command).collect())
    }

    #[track_caller]
    fn check(kind: &str, message: &str, command: &str) {
        let said = said(LanguageId::UNKNOWN, kind, message);
        assert!(said.iter().any(|text| text.contains(command)), "{message}: {said:?}");
    }

    #[test]
    fn what_only_has_the_words_of_a_fault_is_not_told_as_one() {
        for (fault, text) in [
            ("database", "(0, '')"),
            ("database-constraint", "duplicate key value violates unique constraint \"pg_type_typname_nsp_index\""),
            ("network", "Failed to pay: upstream service returned 500"),
            ("package-missing", "Cannot find module '@/components/button' or its corresponding type declarations."),
            ("permission", "You don't have permission"),
        ] {
            assert!(is_other(fault, text), "{fault}: {text}");
        }
        assert!(!is_other("package-missing", "Cannot find module 'express'"));
        assert!(!is_other("permission", "[Errno 13] Permission denied: '/etc/shadow'"));
        assert!(!is_other("database-constraint", "duplicate key value violates unique constraint \"users_email_key\""));
    }

    #[test]
    fn the_command_names_what_the_message_names() {
        check("Error", "listen EADDRINUSE: address already in use :::3000", "ss -ltnp 'sport = :3000'");
        check("OSError", "[Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use", "sport = :8000");
        check("OSError", "[Errno 98] Address already in use", ": ss -ltnp");
        check("ImportError", "libGL.so.1: cannot open shared object file: No such file or directory", "apt-file search libGL.so.1");
        check("error", "externally-managed-environment", "python3 -m venv .venv");
        check("gaierror", "[Errno -2] Name or service not known", "getent hosts");
        check("Error", "getaddrinfo ENOTFOUND api.example.com", "getent hosts api.example.com");
        check("panic", "Os { code: 28, kind: StorageFull, message: \"No space left on device\" }", "df -h");
        check("OperationalError", "FATAL:  password authentication failed for user \"shop\"", "shop");
        check("ConnectionRefusedError", "[Errno 111] Connection refused: db:5432", "nc -vz db 5432");
        check("error", "src/x.c:1:10: fatal error: Python.h: No such file or directory", "python3-dev");
    }

    #[test]
    fn code_gets_no_operational_advice() {
        for (kind, message) in [("KeyError", "'x'"), ("AssertionError", "assert 'Connection refused' in x"), ("panic", "boom")] {
            assert!(said(LanguageId::PYTHON, kind, message).is_empty());
        }
    }

    #[test]
    fn a_line_without_an_event_is_advised_as_well() {
        assert_eq!(advice_on("ERROR: could not write: No space left on device")[0].command.as_deref(), Some("df -h"));
        assert!(advice_on("ERROR: all is lost").is_empty());
    }

    #[test]
    fn a_name_that_a_shell_would_read_is_left_out() {
        assert_eq!(filled("get $host", &BTreeMap::from([("host", "a;b")])), None);
        assert_eq!(filled("get $host", &BTreeMap::from([("host", "--help")])), None);
        assert_eq!(filled("get $host now", &BTreeMap::from([("host", "a.b")])).as_deref(), Some("get a.b now"));
        assert_eq!(filled("echo $PATH", &BTreeMap::new()).as_deref(), Some("echo $PATH"));
        assert_eq!(filled("get $port", &BTreeMap::from([("host", "a.b")])), None);
    }

    #[test]
    fn every_fault_has_advice_that_can_always_be_given() {
        for fault in event::faults() {
            let known = known(fault).unwrap_or_else(|| panic!("no advice for `{fault}`"));
            assert!(!advice(known, &BTreeMap::new()).is_empty(), "{fault}");
        }
        for known in faults() {
            assert!(event::faults().any(|fault| fault == known.fault), "{}", known.fault);
            assert!(!known.title.ends_with('.') && known.why.ends_with('.'), "{}", known.fault);
        }
        assert!(PATTERNS.len() > 5);
    }
}
