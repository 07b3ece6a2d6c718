//! The git program, for the one thing that libgit2 cannot do: run the filter drivers that `.gitattributes` names.
//!
//! Hooks and the file system monitor of the user's configuration are kept out, and so are the variables `GIT_DIR` and friends.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git2::Index;

use super::GitError;
use super::error::libgit;

/// Whether any attribute file that counts here names a filter driver.
pub(super) fn has_filters(git: &git2::Repository, index: &Index) -> bool {
    let names_filter = |text: &[u8]| memchr::memmem::find(text, b"filter=").is_some();
    let in_tree = index
        .iter()
        .filter(|entry| entry.path == b".gitattributes" || entry.path.ends_with(b"/.gitattributes"))
        .any(|entry| git.find_blob(entry.id).is_ok_and(|blob| names_filter(blob.content())));
    let in_root = git.workdir().map(|root| root.join(".gitattributes"));
    let own = [Some(git.commondir().join("info/attributes")), in_root, attributes_of_user(git)];
    in_tree || own.into_iter().flatten().any(|path| std::fs::read(path).is_ok_and(|text| names_filter(&text)))
}

fn attributes_of_user(git: &git2::Repository) -> Option<PathBuf> {
    git.config().ok()?.get_path("core.attributesfile").ok()
}

/// Puts the object of `path` into `index` as the git program would, its clean filter included.
pub(super) fn refilter(root: &Path, git: &git2::Repository, index: &mut Index, path: &Path) -> Result<(), GitError> {
    let id = run(root, [OsStr::new("hash-object"), OsStr::new("-w"), OsStr::new("--"), path.as_os_str()])?;
    let what = "take a filtered file into the snapshot";
    let Some(mut entry) = index.get_path(path, 0) else { return Ok(()) };
    entry.id = git2::Oid::from_str(id.trim()).map_err(libgit(what))?;
    git.odb().and_then(|odb| odb.refresh()).map_err(libgit(what))?;
    index.add(&entry).map_err(libgit(what))
}

/// Runs git in `dir` and returns what it printed.
pub(super) fn run<'a>(dir: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<String, GitError> {
    let mut command = Command::new("git");
    command.args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"]).args(arguments);
    for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_TERMINAL_PROMPT", "0").current_dir(dir).stdin(Stdio::null());
    let done = command.output();
    let shown = || format!("git {}", command_line(&command));
    match done {
        Ok(done) if done.status.success() => Ok(String::from_utf8_lossy(&done.stdout).into_owned()),
        Ok(done) => {
            let said = String::from_utf8_lossy(&done.stderr);
            Err(GitError::Program { command: shown(), said: said.lines().last().unwrap_or("it said nothing").to_owned() })
        }
        Err(error) => Err(GitError::Program { command: shown(), said: error.to_string() }),
    }
}

fn command_line(command: &Command) -> String {
    let words: Vec<_> = command.get_args().skip(4).map(OsStr::to_string_lossy).collect();
    words.join(" ")
}
