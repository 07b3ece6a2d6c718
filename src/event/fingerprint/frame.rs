//! Chooses the frames that tell a failure from others: the innermost ones of the project.
//!
//! The repository is not known here, so a frame is the project's unless its path or function says that it is a dependency's or the
//! standard library's. The frame of a test that called the faulty code is left out where another is left.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// How many frames count.
const N_FRAMES: usize = 2;
/// How far out a frame of the project is looked for.
const REACH: usize = 100;

/// What the path of a frame holds that is none of the project's.
const FOREIGN: &[&str] = &[
    "site-packages",
    "dist-packages",
    "/lib/python",
    "/lib64/python",
    "python\\lib\\",
    "python38\\lib\\",
    "python39\\lib\\",
    "python310\\lib\\",
    "python311\\lib\\",
    "python312\\lib\\",
    "python313\\lib\\",
    "python314\\lib\\",
    "conda3\\lib\\",
    "<frozen",
    "<__array_function__",
    "/rustc/",
    "/rustlib/",
    ".cargo/registry",
    ".cargo\\registry",
    ".cargo/git",
    "node_modules",
    "node:",
    "/usr/lib/",
    "/usr/local/go/src/",
    "/pkg/mod/",
    "/usr/include/",
    "/sdk/go",
    "/opt/hostedtoolcache/",
    "/.pyenv/versions/",
];
/// Packages whose functions are none of the project's, in languages that print the name of a file only.
const FOREIGN_PACKAGES: &[&str] = &[
    "java.",
    "javax.",
    "jdk.",
    "sun.",
    "com.sun.",
    "kotlin.",
    "kotlinx.",
    "scala.",
    "groovy.",
    "jakarta.",
    "org.springframework.",
    "org.apache.",
    "org.junit.",
    "org.hibernate.",
    "org.gradle.",
    "org.eclipse.",
    "io.netty.",
    "reactor.",
    "com.zaxxer.",
    "com.fasterxml.",
    "runtime.",
    "testing.",
    "net/http.",
    "reflect.",
    "internal/",
];

static FOREIGN_PATHS: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(FOREIGN).expect("a handful of short literals"));

/// The places that name `event`, innermost first.
pub(super) fn innermost(event: &Event) -> Vec<&Place> {
    if event.language == LanguageId::RUST || event.frames.is_empty() {
        return event.raised_at.iter().collect();
    }
    let ours = || event.frames.iter().rev().take(REACH).map(|frame| &frame.place).filter(|place| !is_foreign(place));
    let code: Vec<&Place> = ours().filter(|place| !is_test(place)).take(N_FRAMES).collect();
    if !code.is_empty() {
        return code;
    }
    let test: Vec<&Place> = ours().take(1).collect();
    if test.is_empty() { event.raised_at.iter().collect() } else { test }
}

/// Whether the place is a dependency's or the standard library's.
pub(in crate::event) fn is_foreign(place: &Place) -> bool {
    let is_of_package = |name: &String| FOREIGN_PACKAGES.iter().any(|package| name.starts_with(package));
    // Node writes its own files as `internal/x.js`; a folder of that name in a project of Go is the project's.
    place.file.starts_with("internal/") || FOREIGN_PATHS.is_match(&place.file) || place.function.as_ref().is_some_and(is_of_package)
}

fn is_test(place: &Place) -> bool {
    let name = place.base_name();
    let of_file = name.starts_with("test_") || name.starts_with("conftest.") || name.contains("_test.") || name.contains(".test.");
    of_file || name.contains(".spec.") || place.function.as_ref().is_some_and(|function| function.starts_with("test"))
}
