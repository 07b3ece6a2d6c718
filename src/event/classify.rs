//! How bad a failure is and what kind of trouble: a table of well-known faults of the surroundings, and of kinds.
//!
//! A fault of the program text stays one, whatever words its message quotes: an assertion about `Connection refused` is no network
//! failure. A missing module stays the code's trouble here: whether it is a package is known only beside the project.

mod known;
mod table;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{Category, Event, Place, Severity};
use known::Known;
use table::{KINDS, TABLE};

/// Words are looked for in so much of a message.
const LONGEST: usize = 2000;
/// So many notes and causes are looked at.
const N_TEXTS: usize = 6;

/// The words of all faults, and the lines of the table that each stands in.
static WORDS: LazyLock<(AhoCorasick, Vec<(&'static str, usize)>)> = LazyLock::new(|| {
    let all = TABLE.iter().enumerate().flat_map(|(at, known)| known.words().map(move |word| (word, at)));
    let all: Vec<(&str, usize)> = all.collect();
    // Small letters alone, and no other form of the automaton: all of this is built in each run.
    let words = all.iter().map(|(word, _)| word.to_ascii_lowercase());
    (AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)).build(words).expect("short literals"), all)
});

/// The first line of the table for each kind that needs no words.
static BY_KIND: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let alone = TABLE.iter().enumerate().filter(|(_, known)| !known.needs_both).rev();
    alone.flat_map(|(at, known)| known.kinds().map(move |kind| (kind, at))).collect()
});

/// What `event` is.
pub(super) fn classify(event: &Event) -> (Severity, Category) {
    if let Some(known) = known(event) {
        return (known.severity, known.category);
    }
    let kind = last_name(&event.kind);
    KINDS.iter().find(|(kinds, ..)| kinds.contains(&kind)).map_or((Severity::High, Category::Code), |line| (line.1, line.2))
}

/// The name of the well-known fault of the surroundings that `event` is: `port-in-use`, `disk-full`.
pub fn fault_of(event: &Event) -> Option<&'static str> {
    known(event).map(|known| known.id)
}

/// The name of the well-known fault that `text` tells of, a line of a log without kind or place.
pub fn fault_in(text: &str) -> Option<&'static str> {
    worded(None, text).map(|at| TABLE[at].id)
}

/// The names of all well-known faults.
pub fn faults() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|known| known.id)
}

fn known(event: &Event) -> Option<&'static Known> {
    if is_of_text(event) {
        return is_of_environment(event).then(|| position("variable-missing").map(|at| &TABLE[at]))?;
    }
    if is_missing_program(event) {
        return position("command-missing").map(|at| &TABLE[at]);
    }
    if is_own_module(&event.message) {
        return None;
    }
    let kind = last_name(&event.kind);
    let of_kind = BY_KIND.get(kind).copied();
    let own = worded(Some(kind), &event.message);
    let others = || {
        let causes = event.causes.iter().take(N_TEXTS).map(|cause| (last_name(&cause.kind), cause.message.as_str()));
        let notes = event.notes.iter().take(N_TEXTS).map(|note| (kind, note.as_str()));
        causes.chain(notes).find_map(|(kind, text)| worded(Some(kind), text))
    };
    // A kind as such says little: what led to it may say more.
    let found = own.or_else(others).into_iter().chain(of_kind).min();
    found.map(|at| &TABLE[at])
}

fn position(id: &str) -> Option<usize> {
    TABLE.iter().position(|known| known.id == id)
}

/// The first line of the table of which `text` holds a word, and that does not ask for other kinds.
fn worded(kind: Option<&str>, text: &str) -> Option<usize> {
    let (finder, words) = &*WORDS;
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let fits = |at: &usize| !TABLE[*at].needs_both || kind.is_some_and(|kind| TABLE[*at].kinds().any(|known| known == kind));
    let low = text.to_ascii_lowercase();
    let found = finder.find_overlapping_iter(&low).map(|found| (words[found.pattern().as_usize()], found.range()));
    found.filter(|((word, _), at)| is_word(text, at.clone(), word)).map(|((_, at), _)| at).filter(fits).min()
}

/// Whether what was found is no part of a longer word; words in capitals are meant as they are written.
fn is_word(text: &str, at: Range<usize>, word: &str) -> bool {
    let bytes = text.as_bytes();
    let joins = |before: Option<&u8>, after: Option<&u8>| {
        before.is_some_and(u8::is_ascii_alphanumeric) && after.is_some_and(u8::is_ascii_alphanumeric)
    };
    let before = at.start.checked_sub(1).and_then(|at| bytes.get(at));
    let is_cut = joins(before, bytes.get(at.start)) || joins(bytes.get(at.end - 1), bytes.get(at.end));
    let is_loud = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    !is_cut && (!is_loud || text[at] == *word)
}

/// Whether the failure is one of the program text for sure: a compiler marks it, a test asserts, or its kind says so.
fn is_of_text(event: &Event) -> bool {
    const KINDS: &[&str] = &[
        "AssertionError",
        "AttributeError",
        "IndexError",
        "KeyError",
        "NameError",
        "RecursionError",
        "ReferenceError",
        "SyntaxError",
        "IndentationError",
        "TypeError",
        "UnboundLocalError",
        "ZeroDivisionError",
        "NullPointerException",
        "test-failure",
    ];
    !event.labels.is_empty() || KINDS.contains(&last_name(&event.kind)) || event.message.starts_with("assert")
}

/// Whether a key was looked for among the variables of the environment: the frame of `os.py`, or the line that asks.
fn is_of_environment(event: &Event) -> bool {
    let is_asking = |source: &String| source.contains("environ[") || source.contains("environ.__getitem__");
    let is_os = |file: &str| file == "os.py" || file.ends_with("/os.py") || file.ends_with("\\os.py") || file == "<frozen os>";
    let last = event.frames.last();
    event.kind == "KeyError"
        && last.is_some_and(|frame| {
            frame.source.as_ref().is_some_and(is_asking)
                || (is_os(&frame.place.file) && frame.place.function.as_deref() == Some("__getitem__"))
        })
}

/// Whether Python or node was to start a program that is not there: a missing file, raised where programs are started.
fn is_missing_program(event: &Event) -> bool {
    let is_starter = |place: &Place| matches!(place.function.as_deref(), Some("_execute_child" | "_posix_spawn"));
    let of_node = || event.message.starts_with("spawn ") && event.headline().ends_with(" ENOENT");
    (event.kind == "FileNotFoundError" && event.raised_at.as_ref().is_some_and(is_starter)) || of_node()
}

/// Whether node misses a module by its path: a file of the project, not a package.
fn is_own_module(message: &str) -> bool {
    message
        .split_once("Cannot find module '")
        .is_some_and(|(_, name)| name.starts_with(['.', '/', '\\']) || name.as_bytes().get(1) == Some(&b':'))
}

fn last_name(kind: &str) -> &str {
    kind.rsplit(['.', ':']).next().unwrap_or(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Cause, Frame, Label};
    use crate::syntax::LanguageId;

    fn check(kind: &str, message: &str, expected: (Severity, Category)) {
        assert_eq!(classify(&Event::new(LanguageId::PYTHON, kind, message)), expected, "{kind}: {message}");
    }

    fn check_fault(kind: &str, message: &str, expected: impl Into<Option<&'static str>>) {
        assert_eq!(fault_of(&Event::new(LanguageId::UNKNOWN, kind, message)), expected.into(), "{kind}: {message}");
    }

    #[test]
    fn kinds_and_words_tell_the_trouble() {
        check("MemoryError", "", (Severity::Critical, Category::Memory));
        check("sqlalchemy.exc.IntegrityError", "dup", (Severity::High, Category::Database));
        check(
            "panic",
            "called `Result::unwrap()` on an `Err` value: Os { code: 111, message: \"Connection refused\" }",
            (Severity::High, Category::Network),
        );
        check("ModuleNotFoundError", "No module named 'x'", (Severity::High, Category::Code));
        check("KeyError", "'x'", (Severity::High, Category::Code));
        check("KeyboardInterrupt", "", (Severity::Info, Category::Code));
        check("fatal-error", "Segmentation fault", (Severity::Critical, Category::Code));
        check("cargo", "could not find `Cargo.toml` in `/app`", (Severity::High, Category::Configuration));
    }

    #[test]
    fn errno_is_read_in_the_words_of_every_language() {
        for (message, fault) in [
            ("[Errno 98] Address already in use", "port-in-use"),
            ("listen EADDRINUSE: address already in use :::3000", "port-in-use"),
            ("Os { code: 98, kind: AddrInUse, message: \"Address already in use\" }", "port-in-use"),
            ("listen tcp :8080: bind: address already in use", "port-in-use"),
            ("Only one usage of each socket address is permitted. (os error 10048)", "port-in-use"),
            ("[Errno 28] No space left on device: '/x'", "disk-full"),
            ("ENOSPC: no space left on device, write", "disk-full"),
            ("ENOSPC: System limit for number of file watchers reached", "file-watchers"),
            ("EMFILE: too many open files, open '/x'", "open-files"),
            ("[Errno 24] Too many open files", "open-files"),
            ("EACCES: permission denied, open '/x'", "permission"),
            ("Permission denied (os error 13)", "permission"),
            ("connect ECONNREFUSED 127.0.0.1:5432", "refused"),
            ("dial tcp 10.0.0.1:80: connect: connection refused", "refused"),
            ("getaddrinfo EAI_AGAIN db", "name-resolution"),
            ("getaddrinfo ENOTFOUND api.example.com", "name-resolution"),
            ("dial tcp: lookup db on 10.0.0.2:53: no such host", "name-resolution"),
            ("[Errno -3] Temporary failure in name resolution", "name-resolution"),
            ("connect ETIMEDOUT 10.0.0.1:443", "network-timeout"),
            ("[Errno 32] Broken pipe", "connection-lost"),
            ("write EPIPE", "connection-lost"),
            ("spawn node-gyp ENOENT", "command-missing"),
            ("[Errno 12] Cannot allocate memory", "memory"),
        ] {
            check_fault("OSError", message, fault);
            check_fault("panic", message, fault);
        }
    }

    #[test]
    fn well_known_messages_are_known() {
        for (kind, message, fault) in [
            ("torch.OutOfMemoryError", "CUDA out of memory. Tried to allocate 2.00 GiB.", "gpu-memory"),
            ("java.lang.OutOfMemoryError", "Java heap space", "heap"),
            ("OutOfMemoryError", "", "memory"),
            ("unknown", "Process exited with exit code 137", "killed"),
            ("cargo", "process didn't exit successfully: `rustc` (signal: 9, SIGKILL: kill)", "killed"),
            ("requests.exceptions.SSLError", "certificate verify failed: self-signed certificate", "certificate"),
            ("psycopg2.OperationalError", "FATAL:  password authentication failed for user \"x\"", "database-login"),
            ("psycopg2.errors.UndefinedTable", "relation \"users\" does not exist", "database-schema"),
            ("sqlalchemy.exc.ProgrammingError", "(psycopg2.errors.UndefinedTable) relation \"users\" does not exist", "database-schema"),
            ("OperationalError", "FATAL: sorry, too many clients already", "database-connections"),
            ("OperationalError", "deadlock detected", "database-lock"),
            ("sqlite3.OperationalError", "database is locked", "database-lock"),
            ("requests.exceptions.HTTPError", "429 Client Error: Too Many Requests for url: x", "rate-limit"),
            ("requests.exceptions.HTTPError", "503 Server Error: Service Unavailable for url: x", "server-error"),
            ("error", "externally-managed-environment", "managed-environment"),
            ("ImportError", "libGL.so.1: cannot open shared object file: No such file or directory", "shared-library"),
            ("ImportError", "/lib/libc.so.6: version `GLIBC_2.34' not found (required by x)", "glibc"),
            ("error", "src/x.c:1:10: fatal error: Python.h: No such file or directory", "headers"),
            ("cargo", "failed to run custom build command for `openssl-sys v0.9.1`", "headers"),
            ("linker", "linker `cc` not found", "compiler"),
            ("VersionConflict", "(a 1.0, Requirement.parse('a>=2'))", "versions"),
            ("error", "Failed to pull image \"x\": manifest unknown", "image-pull"),
            ("panic", "DATABASE_URL must be set: NotPresent", "variable-missing"),
        ] {
            check_fault(kind, message, fault);
        }
    }

    #[test]
    fn a_fault_of_the_text_stays_one_whatever_it_quotes() {
        check_fault("AssertionError", "assert 'Connection refused' in out", None);
        check_fault("panic", "assertion `left == right` failed\n  left: \"No space left on device\"", None);
        check_fault("TypeError", "'timed out' is no number", None);
        check_fault("Error", "Cannot find module './x'", None);
        check_fault("Error", "Cannot find module 'express'", "package-missing");
        let label = Label { text: "connection refused".to_owned(), ..Label::default() };
        let event = Event { labels: vec![label], ..Event::new(LanguageId::RUST, "E0308", "connection refused") };
        assert_eq!(fault_of(&event), None);
        check_fault("ValueError", "no refusal", None);
        check_fault("ValueError", "chapter 137 ends", None);
    }

    #[test]
    fn a_key_of_the_environment_is_a_setting() {
        let frame = |file: &str, function: &str, source: Option<&str>| Frame {
            place: Place { file: file.to_owned(), function: Some(function.to_owned()), ..Place::default() },
            source: source.map(str::to_owned),
            marked: None,
        };
        let fault = |frame: Frame| fault_of(&Event { frames: vec![frame], ..Event::new(LanguageId::PYTHON, "KeyError", "'TOKEN'") });
        assert_eq!(fault(frame("/usr/lib/python3.11/os.py", "__getitem__", None)), Some("variable-missing"));
        assert_eq!(fault(frame("<frozen os>", "__getitem__", None)), Some("variable-missing"));
        assert_eq!(fault(frame("x.py", "f", Some("token = os.environ['TOKEN']"))), Some("variable-missing"));
        assert_eq!(fault(frame("x.py", "f", Some("token = options['TOKEN']"))), None);
        assert_eq!(fault(frame("/app/photos.py", "__getitem__", None)), None);
    }

    #[test]
    fn what_led_to_it_says_more_than_a_general_kind() {
        let cause =
            Cause { kind: "ConnectionRefusedError".to_owned(), message: "[Errno 111] Connection refused".to_owned(), ..Cause::default() };
        let of = |kind: &str| Event { causes: vec![cause.clone()], ..Event::new(LanguageId::PYTHON, kind, "gone") };
        assert_eq!(fault_of(&of("requests.exceptions.ConnectionError")), Some("refused"));
        assert_eq!(fault_of(&of("RuntimeError")), Some("refused"));
        assert_eq!(fault_of(&of("AssertionError")), None);
        assert_eq!(fault_of(&Event::new(LanguageId::PYTHON, "requests.exceptions.ConnectionError", "gone")), Some("network"));
    }

    #[test]
    fn a_line_without_kind_is_known_by_its_words() {
        assert_eq!(fault_in("npm ERR! code ERESOLVE"), Some("versions"));
        assert_eq!(fault_in("nothing of the kind"), None);
        assert_eq!(fault_in(&"é".repeat(3000)), None);
    }

    #[test]
    fn every_name_stands_once_and_every_word_can_be_found() {
        let mut seen = std::collections::BTreeSet::new();
        for known in TABLE {
            assert!(seen.insert(known.id), "{}", known.id);
            assert!(known.words().chain(known.kinds()).next().is_some(), "{}", known.id);
            assert!(known.words().all(|word| word.len() >= 5), "{}", known.id);
        }
    }
}
