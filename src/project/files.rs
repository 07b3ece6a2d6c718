//! What a file is by its name: a test, somebody else's, generated, or one of those that no patch may touch.

use std::fmt;

use super::Project;
use crate::text::RepoPath;

/// Why no patch may touch a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Untouchable {
    /// It is a test, or serves tests.
    Test,
    /// It pins the versions of dependencies.
    LockFile,
    /// It tells a build server what to do.
    CiFile,
    /// It configures a tool, or names dependencies.
    Configuration,
    /// It is a copy of somebody else's work.
    Vendored,
    /// A program writes it.
    Generated,
}

impl fmt::Display for Untouchable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Untouchable::Test => "a test file",
            Untouchable::LockFile => "a lock file",
            Untouchable::CiFile => "a file of the build server",
            Untouchable::Configuration => "a configuration file",
            Untouchable::Vendored => "a copy of a dependency",
            Untouchable::Generated => "a generated file",
        })
    }
}

/// How far down in a file the mark of a generator may stand, in lines.
const HEAD_LINES: usize = 20;

const LOCK_FILES: &[&str] =
    &["Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "go.sum"];

const CI_FOLDERS: &[&str] = &[".github", ".gitlab", ".circleci", ".ci", ".buildkite", ".woodpecker", ".forgejo", ".gitea"];

const CI_FILES: &[&str] = &[
    ".gitlab-ci.yml",
    ".travis.yml",
    ".drone.yml",
    ".cirrus.yml",
    "appveyor.yml",
    ".appveyor.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
    ".pre-commit-config.yaml",
];

const CONFIGURATION_FOLDERS: &[&str] = &[".cargo", ".config", ".homeostasis", ".vscode", ".idea"];

const CONFIGURATION: &[&str] = &[
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "tox.ini",
    "pytest.ini",
    "noxfile.py",
    "Pipfile",
    "MANIFEST.in",
    "mypy.ini",
    "ruff.toml",
    ".ruff.toml",
    ".coveragerc",
    ".flake8",
    "Cargo.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
    "rustfmt.toml",
    ".rustfmt.toml",
    "clippy.toml",
    ".clippy.toml",
    "deny.toml",
    "package.json",
    "go.mod",
    "homeostasis.toml",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".editorconfig",
    "Dockerfile",
];

const VENDOR_FOLDERS: &[&str] =
    &["site-packages", "dist-packages", "node_modules", "vendor", "_vendor", "vendored", "third_party", "third-party", ".venv", "venv"];

/// Whether `path` is a test or serves tests, by the conventions of pytest, unittest, Django and cargo.
///
/// Items inside a source file (`#[cfg(test)]`, doctests) are not seen here.
pub fn is_test(path: &RepoPath) -> bool {
    let stem = path.file_name().strip_suffix(&format!(".{}", path.extension())).unwrap_or(path.file_name());
    let by_name = match path.extension() {
        "py" | "pyi" => stem.starts_with("test_") || stem.ends_with("_test") || matches!(stem, "conftest" | "tests" | "test"),
        "rs" => stem.starts_with("test_") || stem.ends_with("_test") || stem.ends_with("_tests") || matches!(stem, "tests" | "test"),
        _ => false,
    };
    let is_test_folder = |part: &str| matches!(part, "tests" | "test" | "__tests__");
    by_name || folders(path).any(is_test_folder) || is_below_benches(path)
}

/// Whether `path` measures a Rust crate: cargo's folder for that, and no test by any other sign.
fn is_bench(path: &RepoPath) -> bool {
    let is_elsewhere_test = || {
        let without: Vec<&str> = path.as_str().split('/').filter(|part| *part != "benches").collect();
        RepoPath::new(&without.join("/")).is_ok_and(|path| is_test(&path))
    };
    path.extension() == "rs" && is_below_benches(path) && !is_elsewhere_test()
}

fn is_below_benches(path: &RepoPath) -> bool {
    folders(path).any(|part| part == "benches")
}

/// Whether `path` is a copy of somebody else's work, or cargo's output.
pub fn is_vendored(path: &RepoPath) -> bool {
    let is_output = ["target/debug/", "target/release/", "target/package/"].iter().any(|folder| path.as_str().starts_with(folder));
    is_output || folders(path).any(|part| VENDOR_FOLDERS.contains(&part))
}

/// Whether the head of a file says that a program writes it.
///
/// Source: `@generated`, honoured by rustfmt and by code hosts; Go's convention `Code generated ... DO NOT EDIT.`
fn is_generated(text: &[u8]) -> bool {
    let marks = |line: &[u8]| {
        let line = line.to_ascii_lowercase();
        let holds = |word: &str| memchr::memmem::find(&line, word.as_bytes()).is_some();
        holds("@generated") || (holds("generated") && holds("do not edit"))
    };
    text.split(|&byte| byte == b'\n').take(HEAD_LINES).any(marks)
}

/// What `path` is by its name, if no patch may touch it; generated files show it in their text only.
pub(super) fn untouchable_by_name(path: &RepoPath) -> Option<Untouchable> {
    let (name, top) = (path.file_name(), path.as_str().split('/').next().unwrap_or_default());
    let is_requirements = name.starts_with("requirements") && matches!(path.extension(), "txt" | "in");
    let kinds = [
        (Untouchable::LockFile, LOCK_FILES.contains(&name)),
        (Untouchable::CiFile, CI_FILES.contains(&name) || CI_FOLDERS.contains(&top)),
        (
            Untouchable::Configuration,
            CONFIGURATION.contains(&name) || is_requirements || folders(path).any(|part| CONFIGURATION_FOLDERS.contains(&part)),
        ),
        (Untouchable::Vendored, is_vendored(path)),
        (Untouchable::Test, is_test(path)),
    ];
    kinds.into_iter().find(|(_, is)| *is).map(|(kind, _)| kind)
}

impl Project {
    /// Why no patch may touch `path`; none for the project's own code.
    pub fn untouchable(&self, path: &RepoPath) -> Option<Untouchable> {
        let generated = || self.read(path).is_ok_and(|text| is_generated(&text)).then_some(Untouchable::Generated);
        untouchable_by_name(path).or_else(generated)
    }

    /// The same for a patch that heals a build. A benchmark that does not compile measures nothing, and no verdict of a test stands in it.
    pub fn untouchable_in_build(&self, path: &RepoPath) -> Option<Untouchable> {
        if is_bench(path) && untouchable_by_name(path) == Some(Untouchable::Test) {
            return self.read(path).is_ok_and(|text| is_generated(&text)).then_some(Untouchable::Generated);
        }
        self.untouchable(path)
    }
}

fn folders(path: &RepoPath) -> impl Iterator<Item = &str> {
    path.parent().split('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str) -> Option<Untouchable> {
        untouchable_by_name(&RepoPath::new(path).unwrap())
    }

    #[test]
    fn tests_are_known_by_their_names_and_folders() {
        for path in [
            "tests/helper.py",
            "app/test_x.py",
            "app/x_test.py",
            "conftest.py",
            "app/tests.py",
            "tests/it.rs",
            "src/tests.rs",
            "crates/a/benches/b.rs",
        ] {
            assert_eq!(kind(path), Some(Untouchable::Test), "{path}");
        }
        for path in ["app/contest.py", "src/testing.rs", "app/latest.py", "attest/x.py", "src/lib.rs"] {
            assert_eq!(kind(path), None, "{path}");
        }
    }

    #[test]
    fn what_is_not_code_of_the_project_is_untouchable() {
        assert_eq!(kind("Cargo.lock"), Some(Untouchable::LockFile));
        assert_eq!(kind(".github/workflows/ci.yml"), Some(Untouchable::CiFile));
        assert_eq!(kind("crates/a/Cargo.toml"), Some(Untouchable::Configuration));
        assert_eq!(kind("requirements-dev.txt"), Some(Untouchable::Configuration));
        assert_eq!(kind("app/_vendor/six.py"), Some(Untouchable::Vendored));
    }

    #[test]
    fn generated_files_say_so_in_their_head() {
        assert!(is_generated(b"// @generated by prost\nfn x() {}\n"));
        assert!(is_generated(b"#!/usr/bin/python\n# Code generated by x. DO NOT EDIT.\n"));
        assert!(!is_generated(b"# the report is generated below\n"));
    }
}
