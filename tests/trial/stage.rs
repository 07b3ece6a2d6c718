//! A user's project in a temporary folder and the throw-away copy in which its tests run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use homeostasis::judge::{Outcome, Run, TestId};
use homeostasis::process::{Environment, Interrupt};
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::project::python::{Interpreter, probe};
use homeostasis::text::{FilePatch, Patch, RepoPath};
use homeostasis::trial::{Ground, GroundError, Lab, Limits, Scope, Surroundings};

/// The project, its copy, and what its tests need.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    files: BTreeMap<String, String>,
    build: PathBuf,
    pub(crate) environment: Environment,
    pub(crate) limits: Limits,
}

struct Copy {
    root: PathBuf,
    files: BTreeMap<String, String>,
}

impl Ground for Copy {
    fn root(&self) -> &Path {
        &self.root
    }

    fn reset(&mut self) -> Result<(), GroundError> {
        if self.root.exists() {
            fs::remove_dir_all(&self.root).unwrap();
        }
        write_all(&self.root, &self.files);
        Ok(())
    }

    fn put(&mut self, patch: &Patch) -> Result<(), GroundError> {
        for file in patch.files() {
            fs::write(file.path.below(&self.root), &file.after).unwrap();
        }
        Ok(())
    }
}

fn write_all(root: &Path, files: &BTreeMap<String, String>) {
    fs::create_dir_all(root).unwrap();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Stage {
    pub(crate) fn new(files: &[(&str, &str)]) -> Stage {
        let files: BTreeMap<_, _> = files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect();
        let folder = tempfile::tempdir().unwrap();
        let build = folder.path().join("build");
        let environment = Environment::for_tests();
        let stage = Stage { folder, files, build, environment, limits: Limits::default() };
        write_all(&stage.original(), &stage.files);
        stage
    }

    /// The user's tree.
    pub(crate) fn original(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("original")
    }

    /// The throw-away tree.
    pub(crate) fn copy(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("copy")
    }

    pub(crate) fn python(&self, program: &Path) -> Interpreter {
        probe(program, &self.original(), &self.environment).unwrap()
    }

    /// `python ARGUMENTS`, of which the first two words start the runner.
    pub(crate) fn plan(&self, runner: RunnerKind, program: &Path, arguments: &[&str]) -> TestPlan {
        let python = self.python(program);
        let argv = [python.path.to_str().unwrap()].iter().chain(arguments).map(|&word| word.to_owned()).collect();
        TestPlan {
            runner,
            argv,
            n_launch: 3,
            dir: String::new(),
            python: Some(python),
            env: Vec::new(),
            why: "the test says so".to_owned(),
        }
    }

    pub(crate) fn in_lab<T>(&self, plan: TestPlan, work: impl FnOnce(&mut Lab<'_>) -> T) -> T {
        self.in_lab_with(plan, None, work)
    }

    pub(crate) fn in_lab_with<T>(&self, plan: TestPlan, repro: Option<TestPlan>, work: impl FnOnce(&mut Lab<'_>) -> T) -> T {
        let mut copy = Copy { root: self.copy(), files: self.files.clone() };
        let surroundings = Surroundings { original: self.original(), build: self.build.clone(), environment: self.environment.clone() };
        let mut lab = Lab::new(&mut copy, plan, surroundings, self.limits.clone(), &Interrupt::never());
        if let Some(repro) = repro {
            lab.reproduce_by(repro);
        }
        work(&mut lab)
    }

    pub(crate) fn run(&self, plan: TestPlan) -> Run {
        self.in_lab(plan, |lab| lab.run(None, &Scope::All).unwrap())
    }

    pub(crate) fn patch(&self, path: &str, from: &str, to: &str) -> Patch {
        let before = &self.files[path];
        assert!(before.contains(from), "{path} does not hold {from:?}");
        let bytes = |text: &str| Arc::from(text.as_bytes());
        let after = before.replacen(from, to, 1);
        Patch::new(vec![FilePatch { path: RepoPath::new(path).unwrap(), before: bytes(before), after: bytes(&after) }])
    }

    /// The project's files.
    pub(crate) fn paths(&self) -> Vec<RepoPath> {
        self.files.keys().map(|path| RepoPath::new(path).unwrap()).collect()
    }

    /// A stage where Python is the machine's own and nobody has activated another.
    pub(crate) fn without_environments(mut self) -> Stage {
        for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
            self.environment.remove(name);
        }
        self.environment.set("HOME", self.folder.path());
        self
    }

    /// A stage whose builds go to `build`.
    pub(crate) fn with_build(mut self, build: &Path) -> Stage {
        build.clone_into(&mut self.build);
        self
    }

    /// A stage where `mark` in the file `path` is the place of `below` in the user's tree.
    pub(crate) fn with_root_written(mut self, path: &str, mark: &str, below: &str) -> Stage {
        let place = self.original().join(below);
        let text = self.files[path].replace(mark, place.to_str().unwrap());
        self.files.insert(path.to_owned(), text);
        write_all(&self.original(), &self.files);
        self
    }

    pub(crate) fn with_limits(mut self, run: Option<Duration>, test: Duration) -> Stage {
        self.limits = Limits { run, test };
        self
    }
}

pub(crate) fn id(name: &str) -> TestId {
    TestId(name.to_owned())
}

/// The names of the tests that ended so.
pub(crate) fn names(run: &Run, outcome: Outcome) -> Vec<&str> {
    run.with(outcome).map(|id| id.0.as_str()).collect()
}

/// The code of the distrust, or nothing.
pub(crate) fn distrust(run: &Run) -> &str {
    run.distrust.as_ref().map_or("", |distrust| distrust.code)
}
