//! Puts the hook's script into the repository and takes it out again. A hook that was there is kept, and git's input reaches it unchanged.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::repository::{HookError, hook_path};

/// The line that tells our script from others.
const MARK: &str = "# homeostasis-hook 1";

/// Makes sure that our hook runs before a push, and says what was done.
pub(super) fn install(dir: &Path) -> Result<String, HookError> {
    let hook = hook_path(dir)?;
    let legacy = legacy_path(&hook);
    let mut said = format!("installed: {} tests what you push; `git push --no-verify` skips it\n", hook.display());
    if is_there(&hook) && !is_ours(&hook)? {
        if is_there(&legacy) {
            return Err(HookError::BothExist { hook, legacy });
        }
        fs::rename(&hook, &legacy).map_err(file("move", &hook))?;
        said = format!("{said}the hook that was there runs first, as {}\n", legacy.display());
    }
    if let Some(folder) = hook.parent() {
        fs::create_dir_all(folder).map_err(file("make", folder))?;
    }
    write(&hook, &text(&program()))?;
    Ok(said)
}

/// Takes our hook away, puts back the one that was there, and says what was done.
pub(super) fn uninstall(dir: &Path) -> Result<String, HookError> {
    let hook = hook_path(dir)?;
    if !is_there(&hook) || !is_ours(&hook)? {
        return Ok(format!("nothing to do: {} is not ours\n", hook.display()));
    }
    let legacy = legacy_path(&hook);
    if is_there(&legacy) {
        fs::rename(&legacy, &hook).map_err(file("move", &legacy))?;
        return Ok(format!("uninstalled: {} is again what it was\n", hook.display()));
    }
    fs::remove_file(&hook).map_err(file("remove", &hook))?;
    Ok(format!("uninstalled: {} is gone\n", hook.display()))
}

fn legacy_path(hook: &Path) -> PathBuf {
    hook.with_file_name("pre-push.legacy")
}

/// Also true for a link that leads nowhere: it is somebody's.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn is_ours(hook: &Path) -> Result<bool, HookError> {
    match fs::read(hook) {
        Ok(bytes) => Ok(bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(file("read", hook)(error)),
    }
}

/// The program to call: this one, by its full path, since a hook's PATH is not the terminal's.
fn program() -> String {
    std::env::current_exe().map_or_else(|_| "homeostasis".to_owned(), |program| program.display().to_string())
}

/// The script. The guard against recursion stands in it: a test that pushes must not start the tests again.
fn text(program: &str) -> String {
    let program = shlex::try_quote(program).map_or_else(|_| "homeostasis".into(), std::borrow::Cow::into_owned);
    format!(
        r#"#!/bin/sh
{MARK}
# Tests what is pushed and heals it when the tests fail. `git push --no-verify` skips it; `homeostasis hook uninstall` takes it away.
legacy=$(dirname -- "$0")/pre-push.legacy
program={program}
[ -x "$program" ] || program=$(command -v homeostasis)
if [ -z "$HOMEOSTASIS_HOOK" ] && [ -n "$program" ]; then
    HOMEOSTASIS_HOOK=1
    export HOMEOSTASIS_HOOK
    exec "$program" hook run --legacy "$legacy" "$@"
fi
[ -n "$program" ] || echo 'homeostasis: the program is not there any more; the push was not tested' >&2
if [ -x "$legacy" ]; then
    exec "$legacy" "$@"
fi
exit 0
"#
    )
}

/// Writes the whole script at once: git must never run half of one.
fn write(hook: &Path, text: &str) -> Result<(), HookError> {
    let folder = hook.parent().unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".pre-push-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o755))?;
        file.as_file().sync_all()?;
        file.persist(hook)?;
        Ok(())
    };
    written().map_err(file("write", hook))
}

fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> HookError {
    move |source| HookError::File { action, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        assert!(Command::new("git").args(["init", "-q"]).arg(dir.path()).status().unwrap().success());
        dir
    }

    fn hooks(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("pre-push") && !name.ends_with(".sample"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_hook_that_is_there_is_kept_and_comes_back() {
        let dir = repository();
        let hook = dir.path().join(".git/hooks/pre-push");
        fs::write(&hook, "#!/bin/sh\nexit 3\n").unwrap();
        install(dir.path()).unwrap();
        install(dir.path()).unwrap();
        assert_eq!(hooks(hook.parent().unwrap()), ["pre-push", "pre-push.legacy"]);
        assert!(is_ours(&hook).unwrap());
        uninstall(dir.path()).unwrap();
        assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\nexit 3\n");
        assert!(uninstall(dir.path()).unwrap().starts_with("nothing to do"));
    }

    #[test]
    fn the_folder_that_the_configuration_names_is_honoured() {
        let dir = repository();
        let set = Command::new("git").arg("-C").arg(dir.path()).args(["config", "core.hooksPath", ".githooks"]).status();
        assert!(set.unwrap().success());
        install(dir.path()).unwrap();
        assert_eq!(hooks(&dir.path().join(".githooks")), ["pre-push"]);
        assert!(hooks(&dir.path().join(".git/hooks")).is_empty());
        uninstall(dir.path()).unwrap();
        assert!(hooks(&dir.path().join(".githooks")).is_empty());
    }

    #[test]
    fn two_foreign_hooks_are_left_alone() {
        let dir = repository();
        let folder = dir.path().join(".git/hooks");
        fs::write(folder.join("pre-push"), "a").unwrap();
        fs::write(folder.join("pre-push.legacy"), "b").unwrap();
        assert!(matches!(install(dir.path()), Err(HookError::BothExist { .. })));
        assert_eq!(fs::read(folder.join("pre-push")).unwrap(), b"a");
    }

    #[test]
    fn outside_a_repository_there_is_nothing_to_install() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(install(dir.path()), Err(HookError::NoRepository { .. })));
    }

    #[test]
    fn the_script_is_one_that_a_shell_reads() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hook");
        fs::write(&path, text("/a folder/it's here/homeostasis")).unwrap();
        assert!(Command::new("sh").arg("-n").arg(&path).status().unwrap().success());
    }
}
