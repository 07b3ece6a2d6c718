//! A real repository in a temporary folder, for tests; git runs there without the machine's configuration.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::{Repo, Slot, Slots};
use crate::text::{FilePatch, Patch, RepoPath};

/// A repository with one commit: `app.py`, `pkg/mod.py`, `run.sh` (executable), `link` (to app.py), `.gitignore` (*.log).
pub(crate) struct Playground {
    folder: tempfile::TempDir,
}

impl Playground {
    pub(crate) fn empty() -> Playground {
        let folder = tempfile::tempdir().unwrap();
        let playground = Playground { folder };
        fs::create_dir(playground.root()).unwrap();
        playground.git(&["init", "-q", "-b", "main"]);
        playground
    }

    pub(crate) fn new() -> Playground {
        let playground = Playground::empty();
        playground.write("app.py", "print(1)\n");
        playground.write("pkg/mod.py", "x = 1\n");
        playground.write("run.sh", "#!/bin/sh\n");
        playground.write(".gitignore", "*.log\n");
        fs::set_permissions(playground.path("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink("app.py", playground.path("link")).unwrap();
        playground.commit("first");
        playground
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("my app")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// A place beside the repository.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn repo(&self) -> Repo {
        Repo::discover(&self.root()).unwrap().unwrap()
    }

    pub(crate) fn slots(&self) -> Slots {
        Slots::at(self.folder.path().join("slots"))
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slots().take("test").unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let full = self.path(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Runs git in the repository and returns its output.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git_in(&self.root(), arguments)
    }

    /// Every byte that is the user's: work tree, index, HEAD, refs, logs of refs, configuration, hooks.
    pub(crate) fn sacred(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        collect(&self.root(), &mut all);
        let git = self.path(".git");
        all.retain(|path, _| !path.starts_with(git.join("objects")) && !path.starts_with(git.join("homeostasis")));
        all
    }
}

pub(crate) fn git_in(dir: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", dir)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_ALLOW_PROTOCOL", "file")])
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@x"), ("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@x")])
        .output()
        .unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

pub(crate) fn patch(path: &str, before: &str, after: &str) -> Patch {
    let bytes = |text: &str| Arc::from(text.as_bytes());
    Patch::new(vec![FilePatch { path: RepoPath::new(path).unwrap(), before: bytes(before), after: bytes(after) }])
}

/// Files with mode and bytes, links with their target, empty folders.
pub(crate) fn collect(dir: &Path, all: &mut BTreeMap<PathBuf, Vec<u8>>) {
    all.insert(dir.to_owned(), Vec::new());
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            collect(&path, all);
        } else if kind.is_symlink() {
            all.insert(path.clone(), fs::read_link(path).unwrap().into_os_string().into_encoded_bytes());
        } else {
            let mut bytes = format!("{:o} ", entry.metadata().unwrap().permissions().mode()).into_bytes();
            bytes.extend(fs::read(&path).unwrap());
            all.insert(path, bytes);
        }
    }
}
