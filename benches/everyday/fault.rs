//! One everyday fault: a text with a purpose, the lines where it stands, and files, each under a head of its own.
//!
//! `right: LINE` names a source line that a diagnosis may blame. `=== PATH` begins a file of the project; `=== crash` is a program that
//! shows the fault, `=== test` a test that shows it, `=== hidden` what a right patch must do beyond that test. Nothing below `hidden` is
//! seen by the program that heals.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// A fault, read from its text.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// Lines that may be blamed, trimmed.
    right: Vec<String>,
    sources: Vec<(String, String)>,
    crash: String,
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
    "attribute-typo",
    "bytes-and-str",
    "changed-while-iterated",
    "circular-import",
    "has-key",
    "index-off-by-one",
    "json-of-set",
    "key-typo",
    "mean-of-nothing",
    "missing-await",
    "missing-import",
    "missing-return",
    "missing-self",
    "mutable-default",
    "name-typo",
    "none-of-get",
    "none-of-match",
    "result-of-sort",
    "str-plus-int",
    "unbound-local",
    "uncounted-key",
    "unpacking",
    "wrong-arity",
    "wrong-encoding",
];

/// Every fault, by name.
pub(crate) fn all() -> Vec<Fault> {
    TEXTS.iter().map(|(name, text)| Fault::of(name, text)).collect()
}

impl Fault {
    fn of(name: &'static str, text: &str) -> Fault {
        let mut sections = text.split("\n=== ");
        let head = sections.next().unwrap_or_default();
        let right = head.lines().filter_map(|line| line.strip_prefix("right: ")).map(str::to_owned).collect();
        let mut fault = Fault { name, right, sources: Vec::new(), crash: String::new(), test: String::new(), hidden: String::new() };
        for section in sections {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let body = format!("{}\n", body.trim_end());
            match title {
                "crash" => fault.crash = body,
                "test" => fault.test = body,
                "hidden" => fault.hidden = body,
                path => fault.sources.push((path.to_owned(), body)),
            }
        }
        fault
    }

    /// Makes a repository of the fault at `root`, with a program that shows it, and with the test where `has_test`.
    pub(crate) fn lay_out(&self, root: &Path, has_test: bool) -> io::Result<()> {
        fs::create_dir_all(root)?;
        for (path, text) in &self.sources {
            fs::write(root.join(path), text)?;
        }
        fs::write(root.join("main.py"), &self.crash)?;
        if has_test {
            fs::create_dir(root.join("tests"))?;
            fs::write(root.join("tests/__init__.py"), "")?;
            fs::write(root.join("tests/test_it.py"), &self.test)?;
        }
        for arguments in [["init", "-q", "."].as_slice(), &["add", "-A"], &["commit", "-q", "-m", "The project"]] {
            git(root, arguments)?;
        }
        Ok(())
    }

    /// What Python prints of the fault: of its test, or of its program.
    ///
    /// # Errors
    /// Python is missing, or the run shows no traceback.
    pub(crate) fn log(&self, root: &Path, has_test: bool) -> io::Result<String> {
        let arguments: &[&str] = if has_test { &["-m", "unittest", "discover", "-s", "tests", "-t", "."] } else { &["main.py"] };
        let output = python(root, arguments)?;
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_shown = !output.status.success() && log.contains("Traceback");
        is_shown.then_some(log).ok_or_else(|| io::Error::other(format!("{}: its run shows no failure", self.name)))
    }

    /// Whether a diagnosis, as JSON, names a right line: as its place, as the code that it marks, or as what its first patch changes.
    pub(crate) fn is_blamed_by(&self, diagnosis: &Value) -> bool {
        let file = diagnosis["place"]["file"].as_str().unwrap_or_default();
        let marked = diagnosis["marked"]["start"].as_u64().is_some_and(|byte| self.is_right_byte(file, byte));
        let is_there = self.is_right(file, diagnosis["place"]["line"].as_u64().unwrap_or(0));
        marked || is_there || self.is_changed_by(diagnosis["fixes"][0]["diff"].as_str().unwrap_or_default())
    }

    /// Whether `line` of `file` is one that may be blamed.
    fn is_right(&self, file: &str, line: u64) -> bool {
        let text = self.sources.iter().find(|(path, _)| path == file).map(|(_, text)| text);
        let row = usize::try_from(line).unwrap_or(usize::MAX).wrapping_sub(1);
        text.and_then(|text| text.lines().nth(row)).is_some_and(|text| self.right.iter().any(|right| right == text.trim()))
    }

    /// Whether the byte `at` of `file` lies in such a line.
    fn is_right_byte(&self, file: &str, at: u64) -> bool {
        let text = self.sources.iter().find(|(path, _)| path == file).map(|(_, text)| text.as_bytes());
        let before = usize::try_from(at).ok().and_then(|at| text?.get(..at));
        before.is_some_and(|before| self.is_right(file, 1 + memchr::memchr_iter(b'\n', before).count() as u64))
    }

    /// Whether `diff` takes such a line out, or puts another behind it.
    fn is_changed_by(&self, diff: &str) -> bool {
        let is_right = |line: &str| self.right.iter().any(|right| right == line[1..].trim());
        let lines: Vec<&str> = diff.lines().filter(|line| line.is_char_boundary(1) && line.len() > 1).collect();
        let is_followed = |at: usize| lines.get(at + 1).is_some_and(|next| next.starts_with('+'));
        lines.iter().enumerate().any(|(at, line)| (line.starts_with('-') || is_followed(at)) && is_right(line))
    }

    /// Puts `diff` on the tree at `root`, and asks the hidden checks; the last line that Python printed where they fail.
    ///
    /// # Errors
    /// git or Python cannot run, or the patch does not apply.
    pub(crate) fn check(&self, root: &Path, diff: &str) -> io::Result<Result<(), String>> {
        let patch = root.with_extension("diff");
        fs::write(&patch, diff)?;
        git(root, &["apply".as_ref(), patch.as_os_str()])?;
        let output = python(root, &["-c", &self.hidden])?;
        let said = String::from_utf8_lossy(&output.stderr);
        Ok(if output.status.success() { Ok(()) } else { Err(said.lines().last().unwrap_or("no word").to_owned()) })
    }
}

fn python(root: &Path, arguments: &[&str]) -> io::Result<Output> {
    Command::new("python3").arg("-B").args(arguments).current_dir(root).env("PYTHONPATH", ".").env("PYTHONHASHSEED", "0").output()
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
