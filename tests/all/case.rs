//! A fixture in a temporary folder of its own, and the program run on it as a person would run it.
//!
//! Every run is wrapped in the same question: did it leave the user's tree, index, refs, configuration, hooks and stash as they were?

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::Regex;
use tempfile::TempDir;

use crate::environment;

/// A small project under git, alone in a temporary folder.
pub(crate) struct Case {
    /// Holds `project/` (the repository), `home/` and the log.
    base: TempDir,
    path: Vec<PathBuf>,
    env: Vec<(String, String)>,
}

/// What a run showed.
#[must_use]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl Case {
    /// Copies `fixtures/NAME/tree` and makes one commit of it.
    pub(crate) fn copy(name: &str) -> Case {
        let case = Case::laid_out(name);
        case.commit();
        case
    }

    /// Copies `fixtures/NAME/tree`; nothing is under git yet.
    pub(crate) fn laid_out(name: &str) -> Case {
        let case = Case::empty();
        copy_tree(&fixture(name).join("tree"), &case.root());
        let log = fixture(name).join("crash.log");
        if log.exists() {
            fs::copy(log, case.log()).expect("the temporary folder is ours");
        }
        case
    }

    /// A project of these files, in one commit.
    pub(crate) fn of(files: &[(&str, &str)]) -> Case {
        let case = Case::empty();
        for (path, text) in files {
            case.write(path, text);
        }
        case.commit();
        case
    }

    /// A folder that is no repository.
    pub(crate) fn empty() -> Case {
        let base = tempfile::Builder::new().prefix("homeostasis-case-").tempdir().expect("the tests need a temporary folder");
        let case = Case { base, path: vec![environment::plain_python().join("bin")], env: Vec::new() };
        fs::create_dir_all(case.root()).expect("the temporary folder is ours");
        fs::create_dir_all(case.home()).expect("the temporary folder is ours");
        case
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.base.path().join("project")
    }

    /// Where the fixture's log lies: outside the project.
    pub(crate) fn log(&self) -> PathBuf {
        self.base.path().join("crash.log")
    }

    fn home(&self) -> PathBuf {
        self.base.path().join("home")
    }

    /// The `python3` of this case is the one of a virtual environment with pytest.
    pub(crate) fn with_pytest(&mut self) {
        self.path.insert(0, environment::pytest_python().join("bin"));
    }

    /// `folder` goes first on PATH.
    pub(crate) fn with_path(&mut self, folder: PathBuf) {
        self.path.insert(0, folder);
    }

    /// PATH holds `folder` and nothing else.
    pub(crate) fn with_only_path(&mut self, folder: PathBuf) {
        self.path = vec![folder];
        self.set("PATH", "");
    }

    /// Sets a variable for the program.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("the temporary folder is ours");
        fs::write(file, text).expect("the temporary folder is ours");
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Makes a commit of everything, and the repository where there is none.
    pub(crate) fn commit(&self) {
        if !self.root().join(".git").exists() {
            self.git(&["init", "-q", "-b", "main"]);
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "The project"]);
    }

    /// Runs git in the project and gives what it printed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=Dana", "-c", "user.email=dana@example.com", "-c", "commit.gpgsign=false"];
        let output = self.hermetic("git").args(identity).args(arguments).output().expect("the tests need git on PATH");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs a shell command in the project; whether it went well, and what it printed.
    pub(crate) fn shell(&self, script: &str) -> (bool, String) {
        // Python believes bytecode whose source had the same second and size: a patch of one letter would not be seen.
        let output = self
            .hermetic("sh")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["-c", &format!("exec 2>&1\n{script}")])
            .output()
            .expect("every Linux has sh");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs the program, which must leave everything of the user's as it is.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        let before = self.tree_digest();
        let ran = self.run_that_may_write(arguments);
        let changed = difference(&before, &self.tree_digest());
        assert!(changed.is_empty(), "the run changed what is the user's: {changed:?}\n{ran}");
        ran
    }

    /// Runs the program where `mounts`, a shell script, has changed what lies where; for this run alone. `None` where the machine lets
    /// nobody do so.
    pub(crate) fn run_among_mounts<A: AsRef<OsStr>>(&self, mounts: &str, arguments: impl IntoIterator<Item = A>) -> Option<Ran> {
        let can_mount = self.hermetic("unshare").args(["-rm", "sh", "-c", mounts]).output().is_ok_and(|output| output.status.success());
        if !can_mount {
            return None;
        }
        let before = self.tree_digest();
        let script = format!("{mounts}\ncd \"$PWD\"\nexec \"$@\"");
        let mut command = self.hermetic("unshare");
        command.args(["-rm", "sh", "-c", &script, "sh", env!("CARGO_BIN_EXE_homeostasis")]).args(arguments);
        let output = command.output().expect("it ran before");
        assert_eq!(difference(&before, &self.tree_digest()), Vec::<String>::new(), "the run changed what is the user's");
        Some(self.ran(&output))
    }

    /// Runs the program with leave to write: `--apply`, `--branch`, `init`, `hook install`, `undo`.
    pub(crate) fn run_that_may_write<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        let n_worktrees = self.n_worktrees();
        let mut command = assert_cmd::Command::from_std(self.hermetic(env!("CARGO_BIN_EXE_homeostasis")));
        let output = command.args(arguments).output().expect("the program was built");
        let ran = self.ran(&output);
        assert_eq!(self.n_worktrees(), n_worktrees, "a temporary worktree stayed behind\n{ran}");
        ran
    }

    fn ran(&self, output: &Output) -> Ran {
        let text = |bytes: &[u8]| self.normal(&String::from_utf8_lossy(bytes));
        Ran { stdout: text(&output.stdout), stderr: text(&output.stderr), code: output.status.code() }
    }

    /// A command in the project with an environment that holds nothing of the machine's owner.
    pub(crate) fn hermetic(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let system = std::env::var_os("PATH").unwrap_or_default();
        let folders = self.path.iter().cloned().chain(std::env::split_paths(&system));
        command.current_dir(self.root()).env_clear();
        command.env("PATH", std::env::join_paths(folders).expect("PATH was one before"));
        command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("NO_COLOR", "1"), ("COLUMNS", "100")]);
        command.envs([("LANG", "C.UTF-8"), ("CARGO_NET_OFFLINE", "true"), ("HOMEOSTASIS_NOW", "2026-01-02T03:04:05Z")]);
        command.env("HOME", self.home());
        // Toolchains lie in the owner's home; without these two variables cargo would look for them in the case's.
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let found = std::env::var_os(name).map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(folder)));
            if let Some(found) = found.filter(|found| found.exists()) {
                command.env(name, found);
            }
        }
        for (name, value) in &self.env {
            if name == "PATH" {
                command.env("PATH", &self.path[0])
            } else {
                command.env(name, value)
            };
        }
        command
    }

    /// Everything of the user's that a run must not change: path or name -> mode and hash.
    pub(crate) fn tree_digest(&self) -> BTreeMap<String, String> {
        let mut digest = BTreeMap::new();
        collect(&self.root(), &self.root(), &mut digest);
        let git = self.root().join(".git");
        for part in ["index", "HEAD", "config", "packed-refs", "hooks", "refs", "info", "logs/refs/stash", "MERGE_HEAD", "ORIG_HEAD"] {
            collect(&git, &git.join(part), &mut digest);
        }
        digest
    }

    /// Working trees that git knows of, the user's own included.
    pub(crate) fn n_worktrees(&self) -> usize {
        fs::read_dir(self.root().join(".git/worktrees")).map_or(0, Iterator::count) + 1
    }

    /// `text` as it would be on any machine: the case's folders as `$CASE` and `$BASE`, Python as `$PYTHON`, times as `[time]`.
    fn normal(&self, text: &str) -> String {
        let base = self.base.path().to_string_lossy().into_owned();
        let text = text.replace(&format!("{base}/project"), "$CASE").replace(&base, "$BASE");
        let environments = regex::escape(&environment::home().to_string_lossy());
        let python = Regex::new(&format!(r"{environments}/\w+/bin/python[\d.]*")).expect("the pattern is valid");
        let text = Regex::new(r"Python \d[\d.]*").expect("the pattern is valid").replace_all(&text, "Python [version]").into_owned();
        let text = python.replace_all(&text, "$$PYTHON");
        let times = Regex::new(r"\b\d+(\.\d+)? (ms|s|seconds?)\b").expect("the pattern is valid");
        times.replace_all(&text, "[time]").into_owned()
    }
}

impl Ran {
    /// The run, which must have ended with `code`.
    pub(crate) fn with_code(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// The document on stdout.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON on stdout: {error}\n{self}"))
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("by a signal".to_owned(), |code| code.to_string());
        write!(f, "exit: {code}\n--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr)
    }
}

/// The folder of a fixture.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn difference(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let names = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name));
    let mut names: Vec<String> = names.cloned().collect();
    names.dedup();
    names
}

/// Adds `at` and all below it to `digest`; the repository's own folder is asked for part by part.
fn collect(root: &Path, at: &Path, digest: &mut BTreeMap<String, String>) {
    let Ok(meta) = fs::symlink_metadata(at) else { return };
    let name = at.strip_prefix(root).unwrap_or(at).to_string_lossy().into_owned();
    let is_git = root.ends_with(".git");
    if meta.is_dir() {
        if !is_git && name == ".git" {
            return;
        }
        // A folder without leave to read is told by its mode alone.
        for entry in fs::read_dir(at).into_iter().flatten().flatten() {
            collect(root, &entry.path(), digest);
        }
    }
    let content = if meta.is_symlink() {
        fs::read_link(at).map(|to| to.to_string_lossy().into_owned()).unwrap_or_default()
    } else if meta.is_file() {
        fs::read(at).map(|bytes| blake3::hash(&bytes).to_string()).unwrap_or_default()
    } else {
        String::new()
    };
    let kind = if is_git { ".git/" } else { "" };
    digest.insert(format!("{kind}{name}"), format!("{:o} {content}", meta.permissions().mode()));
}

/// Copies a fixture's tree; `Cargo_test.toml` becomes `Cargo.toml`, and `gitignore` becomes `.gitignore`.
fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the temporary folder is ours");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("a fixture can be read");
        let name = match entry.file_name().to_string_lossy().as_ref() {
            "Cargo_test.toml" => "Cargo.toml".to_owned(),
            "gitignore" => ".gitignore".to_owned(),
            other => other.to_owned(),
        };
        let kind = entry.file_type().expect("a fixture can be read");
        if kind.is_dir() {
            copy_tree(&entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).expect("a fixture can be copied");
        }
    }
}
