//! Building with cargo: what was built, which targets do not compile and why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::names;
use super::wire::{Artifact, Message, Remark, Span};
use crate::judge::Exit;
use crate::process::{Command, Environment, Finished, run};
use crate::trial::TrialError;
use crate::trial::runner::Bench;

/// What a call of cargo has shown.
#[derive(Debug)]
pub(super) struct Build {
    /// The call.
    pub(super) finished: Finished,
    /// The programs that were built, by path, with the names of their targets.
    pub(super) programs: BTreeMap<PathBuf, String>,
    /// The names of all targets that were built.
    pub(super) built: BTreeSet<String>,
    /// First source files of all targets.
    pub(super) sources: BTreeSet<PathBuf>,
    /// The errors of targets that do not compile.
    pub(super) errors: Vec<CompileError>,
    /// The lines of `finished.stdout` that are errors.
    pub(super) error_lines: Vec<u8>,
}

/// One error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CompileError {
    /// Whose.
    pub(super) target: String,
    /// The first source file of the target.
    pub(super) source: PathBuf,
    /// The file that it is in, if it is in one.
    pub(super) file: Option<String>,
    /// Its first line.
    pub(super) message: String,
    /// All of it.
    pub(super) rendered: String,
    /// Files and lines that it speaks of, its own first; of a macro's text, the calls as well.
    pub(super) places: Vec<(String, u32)>,
}

/// Calls cargo with `argv`, which asks for JSON messages.
pub(super) fn build(bench: &Bench<'_>, argv: &[String], env: Environment) -> Result<Build, TrialError> {
    let finished = run(&Command::new(argv, &bench.cwd(), env).within(bench.deadline), bench.interrupt)?;
    Ok(Build::read(finished))
}

impl Build {
    fn read(finished: Finished) -> Build {
        let mut build = Build {
            programs: BTreeMap::new(),
            built: BTreeSet::new(),
            sources: BTreeSet::new(),
            errors: Vec::new(),
            error_lines: Vec::new(),
            finished,
        };
        let stdout = std::mem::take(&mut build.finished.stdout);
        for line in stdout.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"{")) {
            match serde_json::from_slice(line) {
                Ok(Message::Built(artifact)) => build.add(artifact),
                Ok(Message::Said(remark)) if remark.message.level == "error" => {
                    build.error_lines.extend_from_slice(line);
                    build.error_lines.push(b'\n');
                    build.errors.push(compile_error(remark));
                }
                _ => {}
            }
        }
        build.finished.stdout = stdout;
        build
    }

    fn add(&mut self, artifact: Artifact) {
        let name = names::target(&artifact.package_id, &artifact.target);
        if let Some(program) = artifact.executable {
            self.programs.insert(program, name.clone());
        }
        self.built.insert(name);
        self.sources.insert(artifact.target.src_path);
    }

    /// Whether everything was built.
    pub(super) fn is_whole(&self) -> bool {
        self.finished.exit.is_success()
    }

    /// Whether the time ran out.
    pub(super) fn has_timed_out(&self) -> bool {
        self.finished.exit == Exit::TimedOut
    }

    /// Errors of targets below `root`, by target, as one text each.
    pub(super) fn broken(&self, root: &Path) -> BTreeMap<&str, String> {
        let mut broken: BTreeMap<&str, String> = BTreeMap::new();
        for error in self.errors.iter().filter(|error| error.source.starts_with(root)) {
            let text = broken.entry(&error.target).or_default();
            // A library is compiled with its tests and without: the same error twice.
            if !text.contains(&error.rendered) {
                text.push_str(&error.rendered);
            }
        }
        broken
    }

    /// What a person would have seen.
    pub(super) fn shown(&self) -> Vec<u8> {
        let mut shown: Vec<u8> = Vec::new();
        for error in &self.errors {
            shown.extend_from_slice(error.rendered.as_bytes());
        }
        shown.extend_from_slice(&self.finished.stderr);
        shown
    }
}

fn compile_error(remark: Remark) -> CompileError {
    let Remark { package_id, target, message } = remark;
    let file = message.spans.iter().find(|span| span.is_primary).map(|span| span.file_name.clone());
    let (mut first, others): (Vec<&Span>, Vec<&Span>) = message.spans.iter().partition(|span| span.is_primary);
    first.extend(others);
    let places = first.into_iter().flat_map(places).collect();
    CompileError {
        target: names::target(&package_id, &target),
        source: target.src_path,
        file,
        places,
        rendered: message.rendered.unwrap_or_else(|| format!("{}: {}\n", message.level, message.message)),
        message: message.message,
    }
}

/// A place, and those that its text comes from.
fn places(span: &Span) -> Vec<(String, u32)> {
    std::iter::successors(Some(span), |span| span.expansion.as_ref().map(|expansion| &expansion.span))
        .map(|span| (span.file_name.clone(), span.line_start))
        .collect()
}
