//! One panic: a text with a purpose, the lines where it may be blamed, a small crate, a test that shows it, and tests that nobody sees.
//!
//! `kind: WORDS` says which panic it is, `right: LINE` names a source line that a diagnosis may blame. `=== src/lib.rs` is the crate,
//! `=== test` a test that shows the panic, `=== hidden` what a right patch must do beyond that test. Nothing below `hidden` is seen by
//! the program that heals.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// A panic, read from its text.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// Which panic it is.
    pub(crate) kind: String,
    /// Lines that may be blamed, trimmed.
    right: Vec<String>,
    library: String,
    test: String,
    hidden: String,
}

macro_rules! faults {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("faults/", $name, ".txt")))),*]
    };
}

/// All of them: name and text.
const TEXTS: &[(&str, &str)] = faults![
    "accounts",
    "colour",
    "csv-row",
    "deadline",
    "digits",
    "duration-text",
    "hash-text",
    "header",
    "initials",
    "ledger",
    "mean",
    "pages",
    "queue",
    "quoted",
    "ring",
    "shorten",
    "stock",
    "tokens",
    "word-count",
    "workers",
];

/// Every panic, by name.
pub(crate) fn all() -> Vec<Fault> {
    TEXTS.iter().map(|(name, text)| Fault::of(name, text)).collect()
}

impl Fault {
    fn of(name: &'static str, text: &str) -> Fault {
        let mut sections = text.split("\n=== ");
        let head = sections.next().unwrap_or_default();
        let said = |key: &'static str| head.lines().filter_map(move |line| line.strip_prefix(key)).map(str::to_owned);
        let kind = said("kind: ").next().unwrap_or_default();
        let right = said("right: ").collect();
        let mut fault = Fault { name, kind, right, library: String::new(), test: String::new(), hidden: String::new() };
        for section in sections {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let body = format!("{}\n", body.trim_end());
            match title {
                "test" => fault.test = body,
                "hidden" => fault.hidden = body,
                _ => fault.library = body,
            }
        }
        fault
    }

    /// Makes a repository of the crate at `root`, with the test that shows the panic.
    pub(crate) fn lay_out(&self, root: &Path) -> io::Result<()> {
        for folder in ["src", "tests"] {
            fs::create_dir_all(root.join(folder))?;
        }
        let manifest = format!("[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n", self.name);
        let lock = format!("version = 4\n\n[[package]]\nname = \"{}\"\nversion = \"0.1.0\"\n", self.name);
        let files = [("Cargo.toml", &manifest), ("Cargo.lock", &lock), ("src/lib.rs", &self.library), ("tests/it.rs", &self.test)];
        for (path, text) in files {
            fs::write(root.join(path), text)?;
        }
        for arguments in [["init", "-q", "."].as_slice(), &["add", "-A"], &["commit", "-q", "-m", "The project"]] {
            git(root, arguments)?;
        }
        Ok(())
    }

    /// What `cargo test` prints of the panic, built in `target`.
    ///
    /// # Errors
    /// cargo is missing, or no test panics.
    pub(crate) fn log(&self, root: &Path, target: &Path) -> io::Result<String> {
        let output = cargo_test(root, target)?;
        let log = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        let is_shown = !output.status.success() && (log.contains("panicked at") || log.contains("overflowed its stack"));
        is_shown.then(|| log.clone()).ok_or_else(|| io::Error::other(format!("{}: its tests show no panic:\n{log}", self.name)))
    }

    /// Whether a diagnosis, as JSON, blames a right line: as its place, or by its first patch.
    pub(crate) fn is_blamed_by(&self, diagnosis: &Value) -> bool {
        let line = diagnosis["place"]["line"].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
        let is_there = diagnosis["place"]["file"] == "src/lib.rs"
            && self.library.lines().nth(line.wrapping_sub(1)).is_some_and(|text| self.is_right(text));
        is_there || self.is_changed_by(diagnosis["fixes"][0]["diff"].as_str().unwrap_or_default())
    }

    /// Whether `diff` takes a right line out, or puts another one before it.
    pub(crate) fn is_changed_by(&self, diff: &str) -> bool {
        let mut is_added = false;
        diff.lines().any(|line| {
            let is_here = (line.starts_with('-') || (is_added && line.starts_with(' '))) && self.is_right(&line[1..]);
            is_added = line.starts_with('+');
            is_here
        })
    }

    fn is_right(&self, line: &str) -> bool {
        self.right.iter().any(|right| right == line.trim())
    }

    /// Puts `diff` on the tree at `root`, and runs the hidden tests; what they say where they fail.
    ///
    /// # Errors
    /// git or cargo cannot run, or the patch does not apply.
    pub(crate) fn check(&self, root: &Path, diff: &str, target: &Path) -> io::Result<Result<(), String>> {
        let patch = root.with_extension("diff");
        fs::write(&patch, diff)?;
        git(root, &["apply".as_ref(), patch.as_os_str()])?;
        fs::write(root.join("tests/hidden.rs"), &self.hidden)?;
        let output = cargo_test(root, target)?;
        let said = String::from_utf8_lossy(&output.stdout);
        let why = said.lines().skip_while(|line| !line.contains("panicked at")).take(4).collect::<Vec<_>>().join(" ");
        Ok(if output.status.success() { Ok(()) } else { Err(if why.is_empty() { "no word".to_owned() } else { why }) })
    }
}

/// All tests of the crate at `root`. Every crate has a name and a place of its own, so that one target folder serves all of them.
fn cargo_test(root: &Path, target: &Path) -> io::Result<Output> {
    Command::new("cargo")
        .args(["test", "--offline", "--tests", "--no-fail-fast", "-q"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target)
        .env("RUST_BACKTRACE", "0")
        .output()
}

fn git<A: AsRef<std::ffi::OsStr>>(root: &Path, arguments: &[A]) -> io::Result<()> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()?;
    let said = || io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned());
    if output.status.success() { Ok(()) } else { Err(said()) }
}
