//! Looks behind a shim of pyenv: a shell script that takes ten times as long to answer as the interpreter that it starts.
//!
//! Where the version is not written down plainly the shim itself is asked, so that nothing is guessed.
//!
//! Source: pyenv 2.4, README, "Understanding Python version selection".

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Environment;

/// The interpreter that `program`, a shim of pyenv, would start in the folder `cwd`; none for any other program.
pub(super) fn behind(program: &Path, cwd: &Path, env: &Environment) -> Option<PathBuf> {
    let root = program.parent().filter(|folder| folder.ends_with("shims"))?.parent()?;
    let chosen = env.get("PYENV_VERSION").map(|version| version.to_string_lossy().into_owned());
    let written = || cwd.ancestors().find_map(|folder| fs::read_to_string(folder.join(".python-version")).ok());
    let global = || fs::read_to_string(root.join("version")).ok();
    let version = first_version(&chosen.or_else(written).or_else(global)?)?.to_owned();
    let interpreter = root.join("versions").join(version).join("bin").join(program.file_name()?);
    interpreter.is_file().then_some(interpreter)
}

/// The first of the versions in `text`, which stand on lines or between colons; none where it is no plain name.
fn first_version(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let version = line.split([':', ' ', '\t']).next()?;
    let is_plain = version.starts_with(|c: char| c.is_ascii_alphanumeric())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    is_plain.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_stands_for_the_version_that_is_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("pyenv");
        let cwd = folder.path().join("project/sub");
        fs::create_dir_all(&cwd).unwrap();
        for version in ["3.11.7", "3.12.1"] {
            let bin = root.join("versions").join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            fs::write(bin.join("python3"), "").unwrap();
        }
        let shim = root.join("shims/python3");
        let real = |version: &str| Some(root.join("versions").join(version).join("bin/python3"));
        let none = Environment::empty();
        assert_eq!(behind(&shim, &cwd, &none), None, "nothing says which");
        fs::write(root.join("version"), "3.11.7\n").unwrap();
        assert_eq!(behind(&shim, &cwd, &none), real("3.11.7"));
        fs::write(folder.path().join("project/.python-version"), "# ours\n3.12.1\n3.11.7\n").unwrap();
        assert_eq!(behind(&shim, &cwd, &none), real("3.12.1"));
        assert_eq!(behind(&shim, &cwd, &none.clone().with("PYENV_VERSION", "3.11.7:3.12.1")), real("3.11.7"));
        for other in ["3.13", "system", "../../evil", ""] {
            assert_ne!(behind(&shim, &cwd, &none.clone().with("PYENV_VERSION", other)), real("3.11.7"), "{other}");
        }
        assert_eq!(behind(&root.join("bin/python3"), &cwd, &none), None);
    }
}
