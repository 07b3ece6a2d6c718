//! The workspace as cargo knows it: which package a file is part of, and where its crates begin.

use std::path::{Path, PathBuf};

use super::super::wire::{Metadata, Package};
use crate::process::{Command, run};
use crate::text::RepoPath;
use crate::trial::TrialError;
use crate::trial::runner::Bench;

/// Kinds of targets that no test runs.
const OTHERS: &[&str] = &["custom-build", "bench"];

/// Folders of a package that hold no code that tests look at.
const APART: &[&str] = &["tests", "benches", "examples", "target", "fuzz"];

/// The packages of a workspace.
#[derive(Debug)]
pub(super) struct Packages {
    /// The folder that the compiler's paths begin in.
    pub(super) root: PathBuf,
    packages: Vec<Package>,
}

impl Packages {
    /// What cargo says; none if it cannot tell.
    pub(super) fn ask(bench: &Bench<'_>) -> Result<Option<Packages>, TrialError> {
        let arguments = bench.plan.arguments();
        let mut argv = cargo(bench);
        argv.extend(["metadata", "--no-deps", "--offline", "--format-version=1"].map(str::to_owned));
        let manifest = arguments.iter().position(|word| word == "--manifest-path").and_then(|at| arguments.get(at + 1));
        argv.extend(manifest.into_iter().flat_map(|path| ["--manifest-path".to_owned(), bench.moved(path)]));
        let said = run(&Command::new(argv, &bench.cwd(), bench.environment()), bench.interrupt)?;
        let metadata: Option<Metadata> = serde_json::from_slice(&said.stdout).ok();
        Ok(metadata.map(|metadata| Packages { root: metadata.workspace_root, packages: metadata.packages }))
    }

    /// The first files of the crates of the package that holds `path`, below `root`.
    pub(super) fn crates_of(&self, root: &Path, path: &RepoPath) -> Vec<RepoPath> {
        let targets = self.package_of(root, path).into_iter().flat_map(|package| &package.targets);
        let run = targets.filter(|target| !target.kind.iter().any(|kind| OTHERS.contains(&kind.as_str())));
        let mut roots: Vec<RepoPath> = run.filter_map(|target| below(root, &target.src_path)).collect();
        roots.sort();
        roots.dedup();
        roots
    }

    /// Whether the code of `path` runs in tests alone, and not in the compiler as well, where nobody chooses a variant.
    pub(super) fn is_run_by_tests(&self, root: &Path, path: &RepoPath) -> bool {
        self.package_of(root, path).is_some_and(|package| !is_of_compiler(package))
    }

    fn package_of(&self, root: &Path, path: &RepoPath) -> Option<&Package> {
        let file = path.below(root);
        let folder = |package: &Package| package.manifest_path.parent().map(Path::to_owned).unwrap_or_default();
        let holding = self.packages.iter().filter(|package| file.starts_with(folder(package)));
        holding.max_by_key(|package| folder(package).components().count())
    }

    /// The sources of all libraries and programs below `root`, in order, without macros of the compiler.
    pub(super) fn sources(&self, root: &Path) -> Vec<RepoPath> {
        let mut files = Vec::new();
        for package in self.packages.iter().filter(|package| !is_of_compiler(package)) {
            let home = package.manifest_path.parent().unwrap_or(root);
            let is_code = |kind: &String| kind != "test" && kind != "example" && !OTHERS.contains(&kind.as_str());
            let crates = package.targets.iter().filter(|target| target.kind.iter().any(is_code));
            let mut waiting: Vec<PathBuf> = crates.filter_map(|target| target.src_path.parent().map(Path::to_owned)).collect();
            waiting.dedup();
            while let Some(folder) = waiting.pop() {
                for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                    let path = entry.path();
                    match entry.file_type() {
                        Ok(kind) if kind.is_dir() && !is_apart(home, &path) => waiting.push(path),
                        Ok(kind) if kind.is_file() && path.file_name() != Some("build.rs".as_ref()) => files.extend(below(root, &path)),
                        _ => {}
                    }
                }
            }
        }
        files.retain(|path| path.extension() == "rs");
        files.sort();
        files.dedup();
        files
    }
}

/// Whether the compiler runs the code of the package.
fn is_of_compiler(package: &Package) -> bool {
    package.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "proc-macro"))
}

/// Folders below `folder` of a package that hold tests, what was built, or other packages.
fn is_apart(package: &Path, folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_top = folder.parent() == Some(package);
    name.starts_with('.') || folder.join("Cargo.toml").exists() || (is_top && APART.contains(&name))
}

/// `path` from `root` on; none if it lies elsewhere.
pub(super) fn below(root: &Path, path: &Path) -> Option<RepoPath> {
    path.strip_prefix(root).ok().and_then(Path::to_str).and_then(|path| RepoPath::new(path).ok())
}

/// The words that start cargo, as the person has it.
pub(super) fn cargo(bench: &Bench<'_>) -> Vec<String> {
    let argv = &bench.plan.argv;
    let words: Vec<String> = argv.iter().take_while(|word| *word != "test" && *word != "t" && *word != "nextest").cloned().collect();
    if words.is_empty() || words.len() == argv.len() { vec!["cargo".to_owned()] } else { words }
}
