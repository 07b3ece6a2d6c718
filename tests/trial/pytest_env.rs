//! A virtual environment with pytest, made once and kept in `target/test-env`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The interpreter of an environment with pytest 8, or nothing on a machine that cannot install it; then the reason is printed.
pub(crate) fn pytest() -> Option<PathBuf> {
    environment("pytest", &["pytest==8.*"])
}

/// The interpreter of an environment `name` with `packages`.
#[expect(clippy::print_stderr, reason = "a test that could not run must say so")]
pub(crate) fn environment(name: &str, packages: &[&str]) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-env");
    fs::create_dir_all(&folder).unwrap();
    // Several test processes may come here at once.
    let lock = File::create(folder.join(format!("{name}.lock"))).unwrap();
    lock.lock().unwrap();
    let home = folder.join(name);
    let python = home.join("bin/python");
    let ready = home.join("ready");
    if !ready.exists() {
        let _ = fs::remove_dir_all(&home);
        let is_made = succeeds(Command::new("python3").args(["-m", "venv"]).arg(&home))
            && succeeds(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages));
        if !is_made {
            eprintln!("NOT TESTED: cannot install {packages:?} here (no network?)");
            return None;
        }
        fs::write(ready, "").unwrap();
    }
    Some(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}
