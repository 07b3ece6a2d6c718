//! Sources with the text that must come of them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the compiler reads a source, as it prints it.
pub(crate) const NAME: &str = "case.rs";

/// The sources below one directory.
pub(crate) struct Suite {
    pub(crate) cases: Vec<Case>,
}

/// One source.
pub(crate) struct Case {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) fixed: String,
    /// It is one of clippy's.
    pub(crate) is_lint: bool,
}

impl Suite {
    pub(crate) fn below(dir: &Path) -> io::Result<Suite> {
        let mut suite = Suite { cases: Vec::new() };
        suite.walk(dir)?;
        Ok(suite)
    }

    fn walk(&mut self, dir: &Path) -> io::Result<()> {
        let mut paths: Vec<PathBuf> = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.walk(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.cases.extend(Case::of(path)?);
            }
        }
        Ok(())
    }
}

impl Case {
    fn of(path: PathBuf) -> io::Result<Option<Case>> {
        let (lint, own) = (path.with_extension("fixed"), path.with_extension("fixed.rs"));
        let fixed = [&lint, &own].into_iter().find(|fixed| fixed.is_file());
        let Some(fixed) = fixed else { return Ok(None) };
        let (text, fixed) = (fs::read_to_string(&path)?, fs::read_to_string(fixed)?);
        Ok(Some(Case { text, fixed, is_lint: lint.is_file(), path }))
    }

    /// What the compiler says of it, a diagnostic a line.
    pub(crate) fn compile(&self, scratch: &Path) -> io::Result<String> {
        fs::write(scratch.join(NAME), &self.text)?;
        let mut command = Command::new(if self.is_lint { "clippy-driver" } else { "rustc" });
        // A warning is no failure, and only failures are read.
        command.args(["--error-format=json", "--emit=metadata", "--out-dir", ".", "-Dwarnings", NAME]).current_dir(scratch);
        // The suite of the lints uses features that are not stable.
        command.env("RUSTC_BOOTSTRAP", "1").env("CLIPPY_DISABLE_DOCS_LINKS", "true").env("CLIPPY_CONF_DIR", scratch);
        for library in self.headers("aux-build:") {
            command.args(["-L", ".", "--extern", &self.build(library, scratch)?]);
        }
        if self.is_lint {
            command.args(["-Aunused", "-Ainternal_features", "-Zdeduplicate-diagnostics=no"]);
            command.args(["--edition", self.headers("edition:").next().unwrap_or("2024")]);
            command.args(self.headers("compile-flags:").flat_map(str::split_whitespace));
        }
        let output = command.output()?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Builds a library of the suite, once, and gives its name.
    fn build(&self, file: &str, scratch: &Path) -> io::Result<String> {
        let name = file.trim_end_matches(".rs").replace('-', "_");
        let path = self.path.with_file_name("auxiliary").join(file);
        let is_there = |prefix: &str, end: &str| scratch.join(format!("{prefix}{name}.{end}")).exists();
        if !is_there("lib", "rlib") && !is_there("lib", "so") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let kind = if text.contains("extern crate proc_macro") { "proc-macro" } else { "lib" };
            let mut command = Command::new("rustc");
            command.arg(fs::canonicalize(&path).unwrap_or(path)).args(["--edition=2024", "--cap-lints=allow", "--crate-type", kind]);
            command.args(["--crate-name", &name, "--out-dir", "."]).env("RUSTC_BOOTSTRAP", "1").current_dir(scratch).output()?;
        }
        Ok(name)
    }

    /// What the test asks of its compiler in comments.
    fn headers<'c>(&'c self, key: &'c str) -> impl Iterator<Item = &'c str> {
        self.text.lines().filter_map(move |line| Some(line.strip_prefix("//@")?.trim_start().strip_prefix(key)?.trim()))
    }
}
