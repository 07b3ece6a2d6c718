//! How bad a failure is and what kind of trouble: a table of kinds and of words in messages, read from above.
//!
//! A missing module stays the code's trouble here: whether it is a package is known only beside the project.

use super::{Category, Event, Severity};

/// If the last part of the kind is one of `kinds` (or there are none), and the message holds one of `words` (or there are none).
struct Line {
    kinds: &'static [&'static str],
    words: &'static [&'static str],
    is: (Severity, Category),
}

const TABLE: &[Line] = &[
    Line { kinds: &["MemoryError", "OutOfMemoryError"], words: &[], is: (Severity::Critical, Category::Memory) },
    Line {
        kinds: &[],
        words: &["memory allocation of", "Cannot allocate memory", "out of memory", "(signal: 9, SIGKILL"],
        is: (Severity::Critical, Category::Memory),
    },
    Line { kinds: &[], words: &["No space left on device", "os error 28"], is: (Severity::Critical, Category::Configuration) },
    Line { kinds: &["fatal-error"], words: &[], is: (Severity::Critical, Category::Code) },
    Line { kinds: &["stack-overflow", "RecursionError"], words: &[], is: (Severity::High, Category::Code) },
    Line {
        kinds: &[
            "ConnectionError",
            "ConnectionRefusedError",
            "ConnectionResetError",
            "ConnectionAbortedError",
            "gaierror",
            "NewConnectionError",
            "MaxRetryError",
            "ConnectTimeout",
            "ConnectError",
            "SSLError",
            "BrokenPipeError",
        ],
        words: &[],
        is: (Severity::High, Category::Network),
    },
    Line {
        kinds: &[],
        words: &[
            "Connection refused",
            "Connection reset",
            "Name or service not known",
            "Temporary failure in name resolution",
            "Network is unreachable",
        ],
        is: (Severity::High, Category::Network),
    },
    Line {
        kinds: &["HTTPError", "HTTPStatusError", "RateLimitError", "APIError", "APIStatusError"],
        words: &[],
        is: (Severity::High, Category::Api),
    },
    Line {
        kinds: &[
            "OperationalError",
            "IntegrityError",
            "ProgrammingError",
            "DatabaseError",
            "InterfaceError",
            "DataError",
            "UniqueViolation",
        ],
        words: &[],
        is: (Severity::High, Category::Database),
    },
    Line { kinds: &["ImproperlyConfigured"], words: &[], is: (Severity::High, Category::Configuration) },
    Line { kinds: &[], words: &["Address already in use", "os error 98"], is: (Severity::High, Category::Configuration) },
    Line { kinds: &["PermissionError"], words: &[], is: (Severity::High, Category::Configuration) },
    Line {
        kinds: &["DistributionNotFound", "PackageNotFoundError", "VersionConflict"],
        words: &[],
        is: (Severity::High, Category::Dependency),
    },
    Line {
        kinds: &["cargo"],
        words: &["failed to select a version", "no matching package", "failed to get", "failed to load source"],
        is: (Severity::High, Category::Dependency),
    },
    Line {
        kinds: &["cargo"],
        words: &["failed to parse manifest", "could not find `Cargo.toml`"],
        is: (Severity::High, Category::Configuration),
    },
    Line { kinds: &["timeout"], words: &[], is: (Severity::High, Category::Code) },
    Line { kinds: &["KeyboardInterrupt"], words: &[], is: (Severity::Info, Category::Code) },
];

/// What `event` is.
pub(super) fn classify(event: &Event) -> (Severity, Category) {
    let kind = event.kind.rsplit('.').next().unwrap_or_default();
    let fits = |line: &&Line| {
        let is_kind = line.kinds.is_empty() || line.kinds.contains(&kind);
        is_kind && (line.words.is_empty() || line.words.iter().any(|word| event.headline().contains(word)))
    };
    TABLE.iter().find(fits).map_or((Severity::High, Category::Code), |line| line.is)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::LanguageId;

    fn check(kind: &str, message: &str, expected: (Severity, Category)) {
        assert_eq!(classify(&Event::new(LanguageId::PYTHON, kind, message)), expected);
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
    }
}
